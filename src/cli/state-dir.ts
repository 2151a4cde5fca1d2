import { resolve } from 'node:path';
import type { OptionValues } from './options.ts';

/** Where the journals are kept. */
export async function stateDirOf(values: Pick<OptionValues, 'state-dir'>): Promise<string> {
  const { defaultStateDir } = await import('../journal/index.ts');
  return resolve(values['state-dir'] ?? defaultStateDir());
}
