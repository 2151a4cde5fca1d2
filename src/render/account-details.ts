/** Lists the targets of up to three accounts for a terminal: state, verdict, value, and who set it when. */
import type { ChalkInstance } from 'chalk';
import type { AccountRow, Report, Target } from '../core/model/model.ts';
import { describeOwner } from '../core/owners/words.ts';
import { whyBroken } from './broken.ts';
import { escapeForTerminal } from './escape.ts';
import { markOf, type MarkedBy } from './marks.ts';
import { targetsByAccount, valueText } from './targets.ts';
import { fit, widthOf, wrap } from './text-width.ts';

/** With more accounts, the map is shown instead. */
const maxAccounts = 3;

/** Empty if the report has too many accounts. */
export function accountDetails(
  report: Report,
  by: MarkedBy,
  chalk: ChalkInstance,
  columns: number,
): readonly string[] {
  if (report.accounts.length === 0 || report.accounts.length > maxAccounts) return [];
  const rows = targetsByAccount(report);
  return report.accounts.flatMap((account, index) => [
    ...(index > 0 ? [''] : []),
    heading(account, chalk),
    ...describeTargets(rows.get(account.id) ?? [], {
      by,
      chalk,
      columns,
      eachWriter: report.action === 'status',
    }),
  ]);
}

const heading = ({ id, name, path }: AccountRow, chalk: ChalkInstance): string =>
  `  ${chalk.bold(`${escapeForTerminal(name)} ${id}`.trim())}${path === null || path === '' ? '' : chalk.dim(`  ${escapeForTerminal(path)}`)}`;

const placeOf = ({ kind, region }: Target): string =>
  kind === 'setting' ? (region ?? 'all regions') : kind;

/** From this number of cells, a common new value is written once above them. */
const minShared = 3;

/** A value that is no longer than this is written each time. */
const shortValue = 16;

/** The new value that all changing cells share and that is worth writing once; null if there is none. */
function sharedNewValue(targets: readonly Target[]): string | null {
  const values = new Set(
    targets
      .filter(({ kind }) => kind === 'setting')
      .flatMap((target) => (moves(target) ? [shownValue(target, target.to)] : [])),
  );
  const count = targets.filter((target) => target.kind === 'setting' && moves(target)).length;
  const [value] = values;
  if (values.size !== 1 || count < minShared || value === undefined) return null;
  return value.length > shortValue ? value : null;
}

interface Screen {
  readonly by: MarkedBy;
  readonly chalk: ChalkInstance;
  readonly columns: number;
  /** Whether to name the writer of each cell, for a lookup; otherwise once for neighboring cells, as in a plan. */
  readonly eachWriter: boolean;
}

function describeTargets(
  targets: readonly Target[],
  { by, chalk, columns, eachWriter }: Screen,
): readonly string[] {
  const width = (texts: readonly string[]): number =>
    Math.max(0, ...texts.map((text) => text.length));
  const place = width(targets.map(placeOf));
  const state = width(targets.map((target) => target.state));
  const verdict = width(targets.map((target) => target.verdict));
  const indent = ' '.repeat(6);
  const shared = sharedNewValue(targets);
  return [
    ...(shared === null
      ? []
      : wrap(`New value: ${escapeForTerminal(shared)}`, columns, '  ').map((line) =>
          chalk.dim(line),
        )),
    ...targets.flatMap((target, at) => {
      const mark = markOf(target, by);
      const start = `  ${mark.paint(chalk)(mark.shape)} ${fit(placeOf(target), place)}  ${fit(target.state, state)}  ${fit(target.verdict, verdict)}  `;
      const used = 4 + place + 2 + state + 2 + verdict + 2;
      const value = escapeForTerminal(valueOf(target, shared));
      const fits = used + widthOf(value) <= columns;
      return [
        `${start}${fits ? value : ''}`.trimEnd(),
        ...(fits ? [] : wrap(value, columns, indent)),
        ...[
          ...writersAt(eachWriter ? [target] : targets, eachWriter ? 0 : at),
          whyBroken(target, targets),
        ].flatMap((text) =>
          text === null
            ? []
            : wrap(escapeForTerminal(text), columns, indent).map((line) => chalk.dim(line)),
        ),
      ];
    }),
  ];
}

/** The part of an ARN after `:role/` or `:policy/`, since the heading has the account. */
const shownValue = ({ kind }: Target, value: Target['from']): string =>
  valueText(value).replace(/^arn:[^/]*:(?:role|policy)\//, '') ||
  (kind === 'setting' ? "AWS's default" : 'none');

const moves = ({ verdict }: Target): boolean =>
  verdict === 'would-change' || verdict === 'changed' || verdict === 'failed';

/** `from → to` if they differ; `shared` is written above the cells. */
function valueOf(target: Target, shared: string | null): string {
  const { from, to, state, verdict, kind } = target;
  if (state === 'unknown' && from === null && verdict !== 'changed') return 'not read';
  const [before, after] = [shownValue(target, from), shownValue(target, to)];
  if (!moves(target)) return before;
  if (before !== after)
    return `${before} → ${kind === 'setting' && after === shared ? 'new value' : after}`;
  return kind === 'role' ? `${before}, with a repaired trust policy` : before;
}

/** Who set the cell, and who owns it: written once below neighboring cells with the same answer. */
function writersAt(targets: readonly Target[], at: number): readonly (string | null)[] {
  const target = targets[at];
  if (target === undefined || isSameWriter(target, targets[at + 1])) return [];
  let first = at;
  while (isSameWriter(target, targets[first - 1])) first -= 1;
  const same = targets.slice(first, at + 1);
  const writer = writerOf(target, same);
  if (writer === null) return [ownerOf(target)];
  const which = same.length === 1 ? '' : `these ${same.length}: `;
  return [`${which}${writer}`, ownerOf(target)];
}

const isSameWriter = (target: Target, other: Target | undefined): boolean =>
  other !== undefined &&
  target.kind === 'setting' &&
  other.kind === 'setting' &&
  target.modifiedBy === other.modifiedBy &&
  isUntouched(target) === isUntouched(other) &&
  ownerOf(target) === ownerOf(other);

const ownerOf = ({ owner }: Target): string | null =>
  owner === undefined || owner === null ? null : `owner: ${describeOwner(owner)}`;

/** AWS names `System` as the writer of a setting that was never set. */
const isUntouched = ({ state, modifiedBy, modifiedAt }: Target): boolean =>
  (modifiedBy === null && modifiedAt === null) || (state === 'disabled' && modifiedBy === 'System');

/** `same`: the cells that the text is about. */
function writerOf(target: Target, same: readonly Target[]): string | null {
  if (isUntouched(target)) return null;
  const times = same.flatMap(({ modifiedAt }) => modifiedAt ?? []).sort();
  const [first, last] = [times[0], times.at(-1)];
  const when =
    first === undefined || last === undefined
      ? ''
      : first === last
        ? ` on ${first}`
        : ` between ${first} and ${last}`;
  return `set by ${target.modifiedBy ?? 'an unknown writer'}${when}`;
}
