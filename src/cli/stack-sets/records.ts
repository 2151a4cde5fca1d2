/** What the journals of the state directory say about cells and stack sets. */
import type { RunHistory } from '../../core/record/history.ts';
import { recordsOf, type Records } from '../../core/stack-sets/take-over.ts';
import type { Organization } from '../../core/model/model.ts';
import type { OptionValues } from '../args/options.ts';
import { resolveStateDir } from '../runs/state-dir.ts';

/** Reads all journals of the organization. Throws `UsageError` if one is damaged. */
export async function readRecords(
  values: Pick<OptionValues, 'state-dir'>,
  organization: Organization,
): Promise<Records> {
  const { listRuns, readHistory } = await import('../../journal/index.ts');
  const { runs } = await listRuns(await resolveStateDir(values), organization.id);
  const histories: RunHistory[] = [];
  for (const { path } of runs) histories.push(await readHistory(path));
  return recordsOf(histories);
}
