/** An earlier report: of a journaled run, or from the JSON output of a command. */
import { resolve } from 'node:path';
import { UsageError } from '../../core/model/errors.ts';
import type { Report } from '../../core/model/model.ts';
import type { RunStarted } from '../../core/record/events.ts';
import { foldReport } from '../../core/record/report.ts';
import type { Damage } from '../../journal/index.ts';

type OnDamage = (damage: Damage) => void;

/**
 * A run's report from its journal alone. If the run has no recorded end, the report ends at the last recorded event.
 */
export async function reportOfJournal(
  path: string,
  onDamage: OnDamage,
): Promise<{ readonly report: Report; readonly started: RunStarted }> {
  const { readJournal } = await import('../../journal/index.ts');
  const fold = foldReport(null);
  let lastAt = '';
  let started: RunStarted | null = null;
  for await (const event of readJournal(path, { onDamage })) {
    fold.add(event);
    if (event.type === 'run-started') {
      started = event;
      lastAt = event.startedAt;
    } else if ('at' in event) lastAt = event.at;
  }
  if (started === null) throw new Error(`A journal without its first event: ${path}`);
  return { report: fold.report({ finishedAt: lastAt, calls: 0, throttled: 0 }), started };
}

/** The report of `--since` or `--from`. Throws `UsageError` if it does not exist or cannot be read. */
export async function readBaseline(
  name: string,
  stateDir: string,
  onDamage: OnDamage,
  option: '--since' | '--from' = '--since',
): Promise<Report> {
  const { findRun, isRunName } = await import('../../journal/index.ts');
  if (isRunName(name))
    return (await reportOfJournal((await findRun(stateDir, null, name)).path, onDamage)).report;
  const { parseReport } = await import('../../render/schema.ts');
  return parseReport(await textOf(name, option), name);
}

/** In bytes. */
const maxReport = 500_000_000;

async function textOf(name: string, option: string): Promise<string> {
  const { FileRefused, readRegular } = await import('../../journal/index.ts');
  try {
    return await readRegular(resolve(name), { most: maxReport });
  } catch (error) {
    if (error instanceof FileRefused)
      throw new UsageError(
        `${option}: the file "${name}" ${error.message}.`,
        'Name a report that was written with --report-file FILE.json.',
      );
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(
      code === 'ENOENT'
        ? `${option}: no run or file named "${name}".`
        : `${option}: the file "${name}" cannot be read: ${code}.`,
      'Name a run that `dhmc runs` lists, a journal file, or a report that was written with --report-file FILE.json.',
    );
  }
}
