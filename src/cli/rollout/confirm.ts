/** The prompt before anything is changed. */
import type { CommandSession } from '../session/session.ts';
import { UsageError } from '../../core/model/errors.ts';
import { isToChange, takenOver, type Plan } from '../../core/planning/plan.ts';
import { summarizeDeeds } from '../../core/record/deeds.ts';
import { wrapMessage } from '../session/messages.ts';
import type { OptionValues } from '../args/options.ts';
import type { Resolved } from '../args/resolve.ts';
import { roleInQuestion } from './plan-details.ts';
import { shown, type Terminal } from '../terminal/terminal.ts';
import { plural } from '../../core/model/counted.ts';

/** Throws `UsageError` if a prompt is needed and nobody can be asked. */
export function requireConfirmation(
  values: Pick<OptionValues, 'dry-run' | 'yes'>,
  terminal: Pick<Terminal, 'interactive' | 'logFormat'>,
): void {
  if (values['dry-run'] || values.yes || terminal.interactive) return;
  throw new UsageError(
    terminal.logFormat === 'json'
      ? 'Cannot prompt with --log-format json.'
      : 'Cannot prompt: not a terminal.',
    'Add --yes to change without a prompt, or --dry-run to see what would change.',
  );
}

/**
 * Throws `UsageError` for `--check` without `--dry-run` on the command line. In a file or variable it may be meant for
 * status.
 */
export function requireDryRunForCheck({
  sources,
  values,
}: Pick<Resolved, 'sources' | 'values'>): void {
  if (sources.get('check') !== 'command line' || values['dry-run']) return;
  throw new UsageError('--check needs --dry-run.', 'Add --dry-run, or use dhmc status --check.');
}

/**
 * Throws `UsageError` for `--preflight` without `--dry-run` on the command line. In a file or variable it may be meant
 * for dry runs only.
 */
export function requireDryRunForPreflight({
  sources,
  values,
}: Pick<Resolved, 'sources' | 'values'>): void {
  if (sources.get('preflight') !== 'command line' || values['dry-run']) return;
  throw new UsageError(
    '--preflight needs --dry-run.',
    'Add --dry-run, or check the accounts with dhmc doctor --all.',
  );
}

/** Whether the answer to [y/N] is yes. */
export const isYes = (answer: string | null): boolean =>
  ['y', 'yes'].includes((answer ?? '').trim().toLowerCase());

/** For an answer that is neither yes nor clearly no: the answer that continues. Empty otherwise. */
export const wantedAnswer = (answer: string | null): string =>
  isYes(answer) || ['', 'n', 'no'].includes((answer ?? '').trim().toLowerCase())
    ? ''
    : 'The answer to continue is y or yes.';

/** Why nothing was begun, for the report. */
export const notBegun = {
  no: { message: 'Canceled; nothing was changed.', hint: 'Run the command again and answer yes.' },
  interrupted: {
    message: 'Interrupted; nothing was changed.',
    hint: 'Run the command again.',
  },
} as const;

/**
 * Asks a question with the answers yes and no. If the answer is not yes, it prints one line that nothing was changed.
 */
export async function askYesOrNo(
  {
    invocation: { terminal },
    messages,
    signal,
    whilePrompting,
  }: Pick<CommandSession, 'messages' | 'signal' | 'whilePrompting'> & {
    readonly invocation: { readonly terminal: Terminal };
  },
  question: string,
): Promise<'yes' | 'no' | 'interrupted'> {
  let answer: string | null;
  try {
    answer = await whilePrompting(() => terminal.ask(wrapMessage(question, terminal), signal));
    if (isYes(answer)) return 'yes';
  } catch (error) {
    if (!signal.aborted) throw error;
    messages.warn(notBegun.interrupted.message);
    return 'interrupted';
  }
  messages.warn(`${notBegun.no.message} ${wantedAnswer(answer)}`.trimEnd());
  return 'no';
}

/** What the plan changes, in one line. */
export function describeChanges(plan: Plan): string {
  return summarizeDeeds(plan.accounts.flatMap((account) => account.targets.filter(isToChange)));
}

/** All settings of others that a plan replaces, by account and value; empty if there are none. */
export function describeTakenOver(plan: Plan, dhmcRole: string): string {
  const cells = takenOver(plan, dhmcRole);
  if (cells.length === 0) return '';
  const names = new Map(plan.accounts.map(({ account }) => [account.id, account.name]));
  const lines = new Map<string, string[]>();
  for (const { account, region, from } of cells) {
    const what = `${shown(names.get(account) ?? '')} (${account}), ${shown(typeof from === 'string' ? from : '')}`;
    lines.set(what, [...(lines.get(what) ?? []), region ?? '']);
  }
  const list = [...lines].map(([what, regions]) => `  ${what}: ${regions.join(', ')}`);
  return `--overwrite replaces ${plural(cells.length, 'setting')} that others have set:\n${list.join('\n')}\n`;
}

/** The number to type to continue; null if the answer is `y`. */
const numberToType = (plan: Plan, dhmcRole: string): string | null => {
  const overwritten = takenOver(plan, dhmcRole).length;
  return overwritten > 0 ? String(overwritten) : null;
};

/** The line that is printed after any answer but a clear yes. */
export function canceledText(plan: Plan, dhmcRole: string, given: string | null): string {
  const number = numberToType(plan, dhmcRole);
  const wanted = number === null ? wantedAnswer(given) : `The answer to continue is ${number}.`;
  return `${notBegun.no.message} ${wanted}`.trimEnd();
}

/**
 * Whether the user confirmed, and the answer. If settings of others are replaced, the user must type their number
 * instead of `y`.
 */
export async function askToConfirm(
  plan: Plan,
  { dhmcRole, switches }: { readonly dhmcRole: string; readonly switches: readonly string[] },
  terminal: Pick<Terminal, 'ask' | 'logFormat' | 'errorStyle'>,
  signal: AbortSignal,
): Promise<{ readonly confirmed: boolean; readonly answer: string | null }> {
  const expected = numberToType(plan, dhmcRole);
  const along = switches.length > 0 ? `, with ${switches.join(' ')}` : '';
  const changes = `${describeChanges(plan)}${roleInQuestion(dhmcRole)}${along}`;
  const question =
    expected !== null
      ? `${changes}? Type ${expected}, the number of settings to be replaced, to continue: `
      : `${changes}? [y/N] `;
  const answer = await terminal.ask(`\n${wrapMessage(question, terminal)}`, signal);
  const confirmed = expected === null ? isYes(answer) : (answer ?? '').trim() === expected;
  return { confirmed, answer };
}
