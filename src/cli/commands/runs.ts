import { existsSync } from 'node:fs';
import { UsageError } from '../../core/model/errors.ts';
import { isStackSetRun } from '../../core/record/events.ts';
import type { Damage, RunList, RunSummary } from '../../journal/index.ts';
import { reportOfJournal } from '../runs/baseline.ts';
import { runCounts } from '../runs/run-counts.ts';
import { sourceOfRun } from '../session/source.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import { openOutputs, writeReport } from '../rollout/report-output.ts';
import { widthOf, wrapHanging } from '../../render/text-width.ts';
import { messagesFor } from '../session/messages.ts';
import { silent } from '../terminal/progress.ts';
import type { Invocation } from '../args/command.ts';
import { resolveStateDir } from '../runs/state-dir.ts';
import { shown } from '../terminal/terminal.ts';

/** `dhmc runs [list]`: what each run did, when, by whom and where, with counts. Reads only the state directory. */
export async function listRuns({ options, terminal }: Invocation): Promise<ExitStatus> {
  const format = options.values.output ?? 'table';
  if (format !== 'table' && format !== 'json') {
    throw new UsageError(
      `--output: runs can be listed as table or json, not as ${format}.`,
      '`dhmc runs show RUN` supports every format.',
    );
  }
  const journal = await import('../../journal/index.ts');
  const stateDir = await resolveStateDir(options.values);
  const list = await journal.listRuns(stateDir, null, options.values.limit);
  await terminal.write(
    format === 'json' ? runsJson(list) : runsText(list, stateDir, terminal.outStyle.columns),
  );
  return list.unreadable.length > 0 || list.runs.some((run) => run.damage.length > 0)
    ? exitStatuses.failure
    : exitStatuses.ok;
}

/** How many damaged lines of a run are printed. */
const maxShown = 50;

/** `dhmc runs show RUN`: the report of a run, from its journal alone. */
export async function showRun(invocation: Invocation): Promise<ExitStatus> {
  const { options, operands, terminal } = invocation;
  const [name] = operands;
  if (name === undefined)
    throw new UsageError(
      'No run given.',
      'Name a run that `dhmc runs` lists, `latest` for the newest, or a journal file.',
    );
  const outputs = await openOutputs(options.values);
  const messages = messagesFor(terminal, options.values, silent);
  const journal = await import('../../journal/index.ts');
  const { path, header } = await journal.findRun(await resolveStateDir(options.values), null, name);
  if (isStackSetRun(header)) {
    const { showStackSetRun } = await import('../stack-sets/show.ts');
    return showStackSetRun(invocation, path);
  }
  const damage: Damage[] = [];
  const { report, started } = await reportOfJournal(path, (found) => damage.push(found));
  const written = await writeReport({
    report,
    outputs,
    terminal,
    messages,
    source: sourceOfRun(started, invocation.given),
  });
  for (const { line, reason } of damage.slice(0, maxShown))
    messages.warn(
      `${shown(path)}: line ${String(line)} ${shown(reason)}; the report leaves it out.`,
    );
  if (damage.length > maxShown)
    messages.warn(
      `${shown(path)}: ${(damage.length - maxShown).toLocaleString('en')} more lines are damaged; the report leaves them out.`,
    );
  return written && damage.length === 0 ? exitStatuses.ok : exitStatuses.failure;
}

const runsJson = ({ runs, unreadable, older }: RunList): string =>
  `${JSON.stringify(
    {
      schema: 'dhmc.runs/v1',
      runs: runs.map(
        ({
          header,
          path,
          lastAt,
          outcome,
          running,
          accounts,
          verdicts,
          changes,
          inForce,
          open,
          handedOver,
          takenBack,
          damage,
        }) => ({
          run: header.run,
          action: header.action,
          rollsBack: header.rollsBack,
          startedAt: header.startedAt,
          lastAt,
          outcome,
          running,
          caller: header.caller,
          organization: header.organization,
          command: header.command,
          version: header.version,
          accounts,
          verdicts,
          changes,
          inForce,
          open,
          ...(isStackSetRun(header) ? { handedOver, takenBack } : {}),
          journal: path,
          damage,
        }),
      ),
      older,
      unreadable: unreadable.map(({ path, reason }) => ({ journal: path, reason })),
    },
    null,
    2,
  )}\n`;

/** Two lines per run, newest first. They fit into 80 columns unless a name or a command is long. */
function runsText({ runs, unreadable, older }: RunList, stateDir: string, columns: number): string {
  if (runs.length === 0 && unreadable.length === 0)
    return existsSync(stateDir)
      ? `No runs in ${shown(stateDir)}.\n`
      : `No runs: the directory ${shown(stateDir)} does not exist.\n`;
  const organizations = new Set(runs.map(({ header }) => header.organization.id));
  const lines = runs.flatMap((run) => [headline(run, organizations.size > 1), ...details(run)]);
  if (older > 0)
    lines.push(
      `${older.toLocaleString('en')} older ${older === 1 ? 'run is' : 'runs are'} not listed; a higher --limit lists more.`,
    );
  for (const { reason } of unreadable) lines.push(`unreadable: ${shown(reason)}`);
  return `${lines.map((line) => fitted(line, columns)).join('\n')}\n`;
}

/** Wrapped at spaces if the terminal is too narrow; words stay whole. */
const fitted = (line: string, columns: number): string => {
  const start = /^ */.exec(line)?.[0] ?? '';
  return widthOf(line) < columns
    ? line
    : wrapHanging(line.slice(start.length), { columns, start, indent: `${start}    ` });
};

function headline(run: RunSummary, withOrganization: boolean): string {
  const { header, outcome, running } = run;
  const action =
    header.rollsBack === null ? header.action : `${header.action} of ${header.rollsBack}`;
  const where = withOrganization ? ` in ${header.organization.id}` : '';
  return shown(
    `${header.run}  ${action}${where}, ${running ? 'running' : outcome}: ${runCounts(run).join(', ')}`,
  );
}

/** How many damaged lines of a run are in the list. */
const maxListed = 5;

const details = ({ header, accounts, lastAt, damage }: RunSummary): readonly string[] => [
  shown(
    `    ${header.startedAt} to ${lastAt ?? '?'}, ${accounts.toLocaleString('en')} ${accounts === 1 ? 'account' : 'accounts'}, by ${header.caller.arn}`,
  ),
  shown(`    ${header.command}`),
  ...damage
    .slice(0, maxListed)
    .map(({ line, reason }) => shown(`    damaged: line ${String(line)} ${reason}`)),
  ...(damage.length > maxListed
    ? [`    damaged: ${(damage.length - maxListed).toLocaleString('en')} more lines`]
    : []),
];
