/**
 * Waves as text: before the prompt, the accounts of each wave; between waves, which accounts are done and which are
 * next.
 */
import { UsageError } from '../../core/model/errors.ts';
import type { AccountRow } from '../../core/model/model.ts';
import type { Plan } from '../../core/planning/plan.ts';
import {
  assignedWaves,
  assignWaves,
  cellsToChange,
  resolveFirst,
  shareOf,
  toleratedAccounts,
  waveEnds,
} from '../../core/planning/waves.ts';
import type { RunSettings } from '../../core/record/events.ts';
import type { WaveOutcome } from '../../run/apply.ts';
import type { CommandSession } from '../session/session.ts';
import { isYes } from './confirm.ts';
import { wrapMessage } from '../session/messages.ts';
import { shown, type Terminal } from '../terminal/terminal.ts';
import { number, plural } from '../../core/model/counted.ts';

/** Throws `UsageError` for `--wave-first` without `--waves`. */
export function requireWavesForFirst(settings: Pick<RunSettings, 'waves' | 'waveFirst'>): void {
  if (settings.waveFirst === undefined || settings.waves !== null) return;
  throw new UsageError('--wave-first needs --waves.', 'Add --waves 1,100%, or leave it out.');
}

/** Assigns a wave to each account. Throws `UsageError` if `--wave-first` names something that is not in the plan. */
export async function withWaves(
  { cloud, settings, invocation }: Pick<CommandSession, 'cloud' | 'settings' | 'invocation'>,
  plan: Plan,
): Promise<Plan> {
  const { waves, waveFirst = [] } = settings;
  const isUnit = (text: string): boolean => /^(ou|r)-[a-z0-9-]+$/.test(text);
  const parts = waveFirst.flatMap((text) =>
    text.split(',').every((part) => isUnit(part.trim()) || /^\d{12}$/.test(part.trim()))
      ? text.split(',').map((part) => part.trim())
      : [text],
  );
  const ids: string[] = [];
  for (const unit of parts.filter(isUnit)) {
    const accounts = {
      org: false,
      ous: [unit],
      accounts: [],
      tags: [],
      excludeOus: [],
      excludeAccounts: [],
    };
    for await (const { id } of cloud.accounts(accounts)) ids.push(id);
  }
  const rows = plan.accounts.map(({ account }) => account);
  const found = resolveFirst(
    rows,
    parts.filter((part) => !isUnit(part)),
  );
  const { managementAccount } = cloud.organization;
  if (invocation.options.values['wave-first'] !== undefined) {
    refuseUnresolved(found);
    // A unit may contain the management account. But naming it alone means that it should be first.
    if (found.ids.length === 1 && found.ids[0] === managementAccount)
      throw new UsageError(
        '--wave-first: the management account is always last.',
        'Name another account, or apply to the management account alone with --account.',
      );
  }
  return {
    ...plan,
    leads: [...ids, ...found.ids],
    accounts: assignWaves(plan.accounts, {
      waves,
      managementAccount,
      first: [...ids, ...found.ids],
    }),
  };
}

function refuseUnresolved({ unknown, ambiguous }: ReturnType<typeof resolveFirst>): void {
  const [name] = unknown;
  if (name !== undefined)
    throw new UsageError(
      `--wave-first: "${name}" is neither an account nor an organizational unit of this plan.`,
      'Name an account by id or name, or a unit by id or by its names from the root.',
    );
  const [several] = ambiguous;
  if (several !== undefined)
    throw new UsageError(
      `--wave-first: "${several.name}" names several: ${several.ids.join(', ')}.`,
      'Name the account or unit by its id.',
    );
}

/** How many accounts of a wave are named, unless all of them are requested. */
const maxAccounts = 20;

const nameOf = ({ name, id }: AccountRow): string => `${shown(name)} (${id})`;

function list(accounts: readonly AccountRow[], most: number): string {
  const more = accounts.length - most;
  return `${accounts.slice(0, most).map(nameOf).join(', ')}${more > 0 ? ` and ${plural(more, 'more account')}` : ''}`;
}

/** The waves, their accounts and the rule of their order, as lines; none without waves. `all`: name every account. */
export function describeWaves(
  plan: Plan,
  {
    waves,
    failureTolerance,
    waveFirst,
  }: Pick<RunSettings, 'waves' | 'failureTolerance' | 'waveFirst'>,
  { asks, all }: { readonly asks: boolean; readonly all: boolean },
): readonly string[] {
  const parts = assignedWaves(plan.accounts);
  const accounts = parts.flat().length;
  if (waves === null || accounts === 0) return [];
  const tolerated = toleratedAccounts(shareOf(failureTolerance ?? '0'), accounts);
  const named = Math.max(...waves.map((wave) => waveEnds([shareOf(wave)], accounts)[0] ?? 0));
  const between =
    parts.length === 1
      ? '.'
      : asks
        ? ', with a prompt between them.'
        : `; each starts only if no ${tolerated === 0 ? 'account' : `more than ${plural(tolerated, 'account')}`} failed.`;
  const isRestLast = named < accounts;
  const empty = waves.length + (isRestLast ? 1 : 0) - parts.length;
  const shares = [
    `${waves.join(',')} of the ${plural(accounts, 'account')} that need changes`,
    ...(waves.length > 1 ? ['earlier waves included'] : []),
    ...(isRestLast ? ['and the rest as a last wave'] : []),
  ].join(', ');
  const left =
    empty === 0
      ? ''
      : `; ${plural(empty, 'step')} ${empty === 1 ? 'adds' : 'add'} no account and ${empty === 1 ? 'is' : 'are'} left out`;
  return [
    `${plural(parts.length, 'wave')} (${shares}${left})${between}`,
    `Order: ${hasLeads(plan, waveFirst) ? '--wave-first, then ' : ''}one account of each organizational unit in turn, those with the fewest cells to change first; the management account is last.`,
    ...parts.map(
      (wave, index) =>
        `Wave ${String(index + 1)}: ${plural(wave.length, 'account')}, ${plural(cellsOf(wave), 'cell')}: ${list(
          wave.map(({ account }) => account),
          all ? Infinity : maxAccounts,
        )}`,
    ),
    ...(!all && parts.some((wave) => wave.length > maxAccounts)
      ? ['With --verbose, every account of each wave is listed.']
      : []),
  ];
}

/** Whether accounts of `--wave-first` are still in the plan: a resumed run may have finished them. */
const hasLeads = ({ accounts, leads }: Plan, waveFirst: RunSettings['waveFirst']): boolean =>
  waveFirst !== undefined &&
  (leads === undefined ||
    accounts.some(({ account, wave }) => wave !== undefined && leads.includes(account.id)));

const cellsOf = (wave: ReturnType<typeof assignedWaves>[number]): number =>
  wave.reduce((sum, plan) => sum + cellsToChange(plan), 0);

/** The result of a wave, and the next one. */
export function describeWave({
  wave,
  waves,
  accountsDone,
  accounts,
  done,
  next,
}: WaveOutcome): string {
  const failed = done.filter((one) => one.failed).map(({ account }) => account);
  const well = done.filter((one) => !one.failed).map(({ account }) => account);
  return [
    `Wave ${wave} of ${waves} is done: ${number(accountsDone)} of ${plural(accounts, 'account')}.`,
    ...(well.length > 0 ? [`Done without failures: ${list(well, maxAccounts)}.`] : []),
    ...(failed.length > 0 ? [`Failed or blocked in: ${list(failed, maxAccounts)}.`] : []),
    `Next, wave ${wave + 1}: ${plural(next.accounts.length, 'account')}, ${plural(next.cells, 'cell')}: ${list(next.accounts, maxAccounts)}.`,
  ].join('\n');
}

/** Asks whether to continue with the next wave; an interruption at the prompt counts as no. */
export async function askForWave(
  outcome: WaveOutcome,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<boolean> {
  const text = describeWave(outcome)
    .split('\n')
    .map((line) => wrapMessage(line, terminal))
    .join('\n');
  try {
    const answer = await terminal.ask(
      `${text}\nContinue with wave ${outcome.wave + 1}? [y/N] `,
      signal,
    );
    return isYes(answer);
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
