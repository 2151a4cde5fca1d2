import { resolve } from 'node:path';
import type { Organization } from '../../core/model/model.ts';
import type { OptionValues } from '../args/options.ts';

/** The directory of the journals. */
export async function resolveStateDir(values: Pick<OptionValues, 'state-dir'>): Promise<string> {
  const { defaultStateDir } = await import('../../journal/index.ts');
  return resolve(values['state-dir'] ?? defaultStateDir());
}

/** The folder of the organization's journals. */
export async function resolveRunFolder(
  values: Pick<OptionValues, 'state-dir'>,
  organization: Organization,
): Promise<string> {
  const { organizationFolder } = await import('../../journal/index.ts');
  return organizationFolder(await resolveStateDir(values), organization.id);
}
