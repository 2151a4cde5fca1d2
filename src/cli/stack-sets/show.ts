import { foldStackSetReport } from '../../core/stack-sets/journal-report.ts';
import type { Damage } from '../../journal/index.ts';
import type { Invocation } from '../args/command.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import { messagesFor } from '../session/messages.ts';
import { silent } from '../terminal/progress.ts';
import { shown } from '../terminal/terminal.ts';
import { openStackSetOutputs, writeStackSets } from './report.ts';

/** The report of a journaled run with stack sets, from its journal alone. */
export async function showStackSetRun(
  { options, terminal }: Invocation,
  path: string,
): Promise<ExitStatus> {
  const outputs = await openStackSetOutputs(options.values);
  const messages = messagesFor(terminal, options.values, silent);
  const { readJournal } = await import('../../journal/index.ts');
  const damage: Damage[] = [];
  const fold = foldStackSetReport();
  for await (const event of readJournal(path, { onDamage: (found) => damage.push(found) }))
    fold.add(event);
  const report = fold.report();
  if (report === null) throw new Error(`A journal without its first event: ${path}`);
  const written = await writeStackSets(report, { outputs, terminal, messages });
  for (const { line, reason } of damage)
    messages.warn(
      `${shown(path)}: line ${String(line)} ${shown(reason)}; the report leaves it out.`,
    );
  return written && damage.length === 0 ? exitStatuses.ok : exitStatuses.failure;
}
