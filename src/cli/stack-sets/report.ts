/** The report at the end of a `dhmc stackset` command, on standard output and in files. */
import type { AccountNames } from '../../core/model/account-names.ts';
import { UsageError } from '../../core/model/errors.ts';
import {
  namedAccounts,
  stackSetFormats,
  statusOfStackSets,
  summaryOfInstances,
  type StackSetFormat,
  type StackSetReport,
} from '../../core/stack-sets/report.ts';
import { writeOver } from '../../journal/index.ts';
import { formatOfPath } from '../../render/index.ts';
import { renderStackSets } from '../../render/stack-sets.ts';
import type { OptionValues } from '../args/options.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import { askYesOrNo, notBegun } from '../rollout/confirm.ts';
import { requireWritable, styleOfFiles } from '../rollout/report-output.ts';
import { timestamp } from '../session/clock.ts';
import type { CommandSession } from '../session/session.ts';
import type { Messages } from '../session/messages.ts';
import { shown, type Terminal } from '../terminal/terminal.ts';

export interface StackSetOutputs {
  readonly format: StackSetFormat;
  readonly files: readonly { readonly path: string; readonly format: StackSetFormat }[];
}

const isFormat = (format: string): format is StackSetFormat =>
  stackSetFormats.some((each) => each === format);

/** The outputs of the options. Throws `UsageError`. */
export async function openStackSetOutputs(
  values: Pick<OptionValues, 'output' | 'report-file'>,
): Promise<StackSetOutputs> {
  const format = values.output ?? 'table';
  if (!isFormat(format))
    throw new UsageError(
      `--output: stack sets have no format ${format}.`,
      `Use ${stackSetFormats.join(', ')}.`,
    );
  const files: { path: string; format: StackSetFormat }[] = [];
  for (const path of values['report-file'] ?? []) {
    const given = formatOfPath(path);
    if (given === null || !isFormat(given))
      throw new UsageError(
        `--report-file: "${path}" has no ending of a format that stack sets have.`,
        'Use .txt, .json, .md or .csv.',
      );
    await requireWritable(path);
    files.push({ path, format: given });
  }
  return { format, files };
}

/** Writes the report to all outputs. Returns false if a file could not be written; it also prints why. */
export async function writeStackSets(
  report: StackSetReport,
  {
    outputs,
    terminal,
    messages,
    isShownAlready = false,
  }: {
    readonly outputs: StackSetOutputs;
    readonly terminal: Terminal;
    readonly messages: Messages;
    readonly isShownAlready?: boolean;
  },
): Promise<boolean> {
  if (!isShownAlready || outputs.format !== 'table')
    await terminal.write(renderStackSets(report, outputs.format, terminal.outStyle));
  let written = true;
  for (const { path, format } of outputs.files) {
    try {
      await writeOver(path, [renderStackSets(report, format, styleOfFiles)]);
    } catch (error) {
      written = false;
      messages.warn(
        `The report could not be written to ${shown(path)}: ${shown(error instanceof Error ? error.message : String(error))}`,
      );
    }
  }
  return written;
}

type Made = Pick<
  StackSetReport,
  'action' | 'dryRun' | 'run' | 'sets' | 'operations' | 'instances' | 'notCovered'
>;

interface Finishing extends Made {
  readonly session: CommandSession;
  readonly outputs: StackSetOutputs;
  readonly stopped?: StackSetReport['stopped'];
  readonly check?: boolean;
  readonly names: AccountNames;
  /** Whether the plan was shown and declined, so that the terminal has it already. */
  readonly isShownAlready?: boolean;
}

type Planned = Omit<Finishing, 'dryRun' | 'run' | 'stopped' | 'check' | 'isShownAlready'>;

/** Asks, unless --yes is given, and reports the plan if the answer is not yes. Returns null for yes. */
export async function reportUnlessConfirmed(
  planned: Planned,
  question: string,
): Promise<ExitStatus | null> {
  const { session } = planned;
  if (session.invocation.options.values.yes) return null;
  const answer = await askYesOrNo(session, question);
  if (answer === 'yes') return null;
  return await finishReport({
    ...planned,
    dryRun: false,
    run: null,
    stopped: notBegun[answer],
    isShownAlready: true,
  });
}

/** Writes the report, and returns its exit status. */
export async function finishReport({
  session,
  outputs,
  names,
  stopped = null,
  check = false,
  isShownAlready = false,
  ...made
}: Finishing): Promise<ExitStatus> {
  const { cloud, startedAt, invocation, messages, progress, signal } = session;
  const report: StackSetReport = {
    schema: 'dhmc.stackset/v1',
    action: made.action,
    dryRun: made.dryRun,
    run: made.run,
    startedAt,
    finishedAt: timestamp(),
    caller: cloud.caller,
    organization: cloud.organization,
    partition: cloud.partition,
    stopped,
    summary: { ...summaryOfInstances(made.instances), ...cloud.usage() },
    accounts: namedAccounts(made, names),
    sets: made.sets,
    operations: made.operations,
    instances: made.instances,
    notCovered: made.notCovered,
  };
  progress.end();
  const written = await writeStackSets(report, {
    outputs,
    terminal: invocation.terminal,
    messages,
    isShownAlready,
  });
  if (signal.aborted) return exitStatuses.interrupted;
  const status = statusOfStackSets(report, { check });
  return written ? status : Math.max(status, exitStatuses.failure);
}
