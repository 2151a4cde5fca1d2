/** The question before anything is changed. */
import { UsageError } from '../../core/model/errors.ts';
import type { RunSettings } from '../../core/record/events.ts';
import { isToChange, takenOver, type Plan } from '../../core/planning/plan.ts';
import { needsWork, shareOf, toleratedAccounts, waveEnds } from '../../core/planning/waves.ts';
import type { WaveOutcome } from '../../run/index.ts';
import { wrapMessage } from '../session/messages.ts';
import type { OptionValues } from '../args/options.ts';
import type { Resolved } from '../args/resolve.ts';
import { roleInQuestion } from './plan-details.ts';
import { shown, type Terminal } from '../terminal/terminal.ts';

/** Whoever cannot be asked must say so beforehand. Throws `UsageError`. */
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

/** `--check` is about a plan. In a file or a variable it may be meant for status. Throws `UsageError`. */
export function requireDryRunForCheck({
  sources,
  values,
}: Pick<Resolved, 'sources' | 'values'>): void {
  if (sources.get('check') !== 'command line' || values['dry-run']) return;
  throw new UsageError(
    '--check goes with --dry-run.',
    'Add --dry-run, or use dhmc status --check.',
  );
}

const plural = (number: number, noun: string): string =>
  `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;

/** How much the plan changes, in words. */
export function describeChanges(plan: Plan): string {
  const targets = plan.accounts.flatMap((account) => account.targets.filter(isToChange));
  const of = (kind: string): number => targets.filter((target) => target.kind === kind).length;
  const counts = [
    plural(of('setting'), 'setting'),
    ...(of('role') > 0 ? [plural(of('role'), 'role')] : []),
    ...(of('grant') > 0 ? [plural(of('grant'), 'grant')] : []),
  ];
  const accounts = new Set(targets.map((target) => target.account)).size;
  return `${counts.join(', ')} in ${plural(accounts, 'account')}`;
}

/** What a plan takes over from others, by account and value, all of it; empty where nothing. */
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

/** True for a clear yes. Where others' settings are taken over, their number is the answer, not `y`. */
export async function askToConfirm(
  plan: Plan,
  { dhmcRole, switches }: { readonly dhmcRole: string; readonly switches: readonly string[] },
  terminal: Pick<Terminal, 'ask' | 'live' | 'errorStyle'>,
  signal: AbortSignal,
): Promise<boolean> {
  const overwritten = takenOver(plan, dhmcRole).length;
  const along = switches.length > 0 ? `, with ${switches.join(' ')}` : '';
  const changes = `${describeChanges(plan)}${roleInQuestion(dhmcRole)}${along}`;
  const question =
    overwritten > 0
      ? `Change ${changes}? Type ${overwritten}, the number of settings to be replaced, to continue: `
      : `Change ${changes}? [y/N] `;
  const answer = ((await terminal.ask(`\n${wrapMessage(question, terminal)}`, signal)) ?? '')
    .trim()
    .toLowerCase();
  return overwritten > 0 ? answer === String(overwritten) : answer === 'y' || answer === 'yes';
}

/** How many accounts each wave takes, and what stands between them; empty where there are no waves, or nothing to do. */
export function describeWaves(
  plan: Plan,
  { waves, failureTolerance }: Pick<RunSettings, 'waves' | 'failureTolerance'>,
  asks: boolean,
): string {
  const accounts = plan.accounts.filter(needsWork).length;
  if (waves === null || accounts === 0) return '';
  const ends = waveEnds(waves.map(shareOf), accounts);
  const sizes = ends.map((end, index) => end - (ends[index - 1] ?? 0));
  const named = Math.max(...waves.map((wave) => waveEnds([shareOf(wave)], accounts)[0] ?? 0));
  const tolerated = toleratedAccounts(shareOf(failureTolerance ?? '0'), accounts);
  return [
    `In ${plural(ends.length, 'wave')} of ${sizes.map((size) => size.toLocaleString('en')).join(', ')}`,
    `: ${waves.join(',')} of the ${plural(accounts, 'account')} with something to do`,
    named < accounts ? ', and the rest as a last wave' : '',
    ends.length === 1
      ? '.'
      : asks
        ? ', with a question between them.'
        : `; each continues while no more than ${plural(tolerated, 'account')} failed.`,
  ].join('');
}

export const describeWave = ({
  wave,
  waves,
  accountsDone,
  accounts,
  accountsFailed,
}: WaveOutcome): string =>
  `Wave ${wave} of ${waves} is done: ${accountsDone.toLocaleString('en')} of ${plural(accounts, 'account')}, ${accountsFailed} with something failed or blocked.`;

/** True for a clear yes; an interrupt while the question stands is a no. */
export async function askForWave(
  outcome: WaveOutcome,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const answer = await terminal.ask(
      `${wrapMessage(describeWave(outcome), terminal)}\nContinue with wave ${outcome.wave + 1}? [y/N] `,
      signal,
    );
    return ['y', 'yes'].includes((answer ?? '').trim().toLowerCase());
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
