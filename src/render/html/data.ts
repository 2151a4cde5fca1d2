/**
 * The report's data in the HTML page: every text once, and targets as rows of numbers. Account ids and regions in texts
 * become placeholders, so that texts that differ only in them are stored once.
 */
import { deedOf, deedOrder } from '../../core/record/deeds.ts';
import { headline, preflightText } from '../../core/record/outcome.ts';
import { describeFilter, plainContext } from '../context.ts';
import type { RenderContext, ReportSource } from '../context.ts';
import type { Report, Target, TargetValue } from '../../core/model/model.ts';
import { planText, type PlanText } from '../plan.ts';
import { isBegun } from '../targets.ts';

/** Text 0 means null. Region 0 means no region; region n is `regions[n - 1]`. */
export interface PageData {
  readonly headline: string;
  /** Which rows are shown, as text; null if all are. */
  readonly filter: string | null;
  readonly source: Omit<ReportSource, 'stateDir'> | null;
  readonly plan: PlanText;
  /** The findings of `--preflight` in one line; null without it. */
  readonly preflight: string | null;
  readonly report: Omit<Report, 'accounts' | 'targets' | 'plan'>;
  readonly regions: readonly string[];
  readonly states: readonly string[];
  readonly verdicts: readonly string[];
  readonly texts: readonly string[];
  /** Kind, number of the name's text, evidence. Owner 0 means null. */
  readonly owners: readonly (readonly [kind: string, name: number, evidence: string])[];
  /** Code, numbers of the message's and the hint's text, and whether the change was begun. Problem 0 means null. */
  readonly problems: readonly PackedProblem[];
  readonly accounts: readonly PackedAccount[];
  /** `rowWidth` numbers per target, in the order of the accounts. */
  readonly rows: readonly number[];
}

/** `isBegun`: 1 if the change was begun and its result is unknown, else 0. */
export type PackedProblem = readonly [code: string, message: number, hint: number, isBegun: 0 | 1];

export type PackedAccount = readonly [
  id: string,
  name: string,
  path: string | null,
  state: string,
  skipped: string | null,
  problem: number,
  targets: number,
];

export const kinds = ['role', 'grant', 'setting'] as const;

/** The index of each number in a row. */
export const column = {
  kind: 0,
  region: 1,
  state: 2,
  verdict: 3,
  from: 4,
  to: 5,
  modifiedBy: 6,
  modifiedAt: 7,
  problem: 8,
  requestId: 9,
  attempts: 10,
  durationMs: 11,
  deed: 12,
  owner: 13,
} as const;
export const rowWidth = 14;

/** From Unicode's private use area, which texts rarely contain; a text that does is stored verbatim. */
const accountMark = '\uE001';
const regionMark = '\uE002';
const verbatimMark = '\uE003';
const marked = /[\uE001-\uE003]/;

const shorten = (text: string, account: string, region: string | null): string => {
  if (marked.test(text)) return verbatimMark + text;
  const short = text.replaceAll(account, accountMark);
  return region === null ? short : short.replaceAll(region, regionMark);
};

/** The text with the given number, as in the report. */
export const textOf = (
  texts: readonly string[],
  index: number,
  account: string,
  region: string | null,
): string | null => {
  if (index === 0) return null;
  const text = texts[index] ?? '';
  if (text.startsWith(verbatimMark)) return text.slice(1);
  return text.replaceAll(accountMark, account).replaceAll(regionMark, region ?? '');
};

/** Numbers texts in the order of their first use. */
const numbering = (
  first: readonly string[],
): { readonly all: string[]; readonly of: (text: string) => number } => {
  const all = [...first];
  const numbers = new Map(all.map((text, index) => [text, index]));
  return {
    all,
    of: (text) => {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      all.push(text);
      numbers.set(text, all.length - 1);
      return all.length - 1;
    },
  };
};

/** What a plan does to the target, as an index in `deedOrder` counted from 1; 0 for nothing, and in other reports. */
const deedNumber = (report: Report, target: Target): number =>
  report.dryRun && target.verdict === 'would-change' ? deedOrder.indexOf(deedOf(target)) + 1 : 0;

const valueText = (value: TargetValue): string | null =>
  value === null || typeof value === 'string' ? value : JSON.stringify(value);

export const packReport = (
  report: Report,
  context: RenderContext = plainContext(report),
): PageData => {
  const { accounts, targets, plan: _plan, ...rest } = report;
  const regions = [
    ...new Set(targets.flatMap(({ region }) => (region === null ? [] : [region]))),
  ].sort();
  const regionNumber = new Map(regions.map((region, index) => [region, index + 1]));
  const [texts, states, verdicts] = [numbering(['']), numbering([]), numbering([])];
  const problems: PackedProblem[] = [['', 0, 0, 0]];
  const problemNumbers = new Map<string, number>();
  const owners: [string, number, string][] = [['', 0, '']];
  const ownerNumbers = new Map<string, number>();

  const text = (value: string | null, account: string, region: string | null): number =>
    value === null ? 0 : texts.of(shorten(value, account, region) || verbatimMark);
  const problem = (value: Target['problem'], account: string, region: string | null): number => {
    if (value === null) return 0;
    const packed: PackedProblem = [
      value.code,
      text(value.message, account, region),
      text(value.hint, account, region),
      isBegun(value) ? 1 : 0,
    ];
    const key = packed.join(' ');
    const known = problemNumbers.get(key);
    if (known !== undefined) return known;
    problemNumbers.set(key, problems.length);
    return problems.push(packed) - 1;
  };

  const owner = ({ owner: value = null, account, region }: Target): number => {
    if (value === null) return 0;
    const packed: [string, number, string] = [
      value.kind,
      text(value.name, account, region),
      value.evidence,
    ];
    const key = packed.join(' ');
    const known = ownerNumbers.get(key);
    if (known !== undefined) return known;
    ownerNumbers.set(key, owners.length);
    return owners.push(packed) - 1;
  };

  const byAccount = new Map<string, Target[]>(accounts.map(({ id }) => [id, []]));
  for (const target of targets) byAccount.get(target.account)?.push(target);
  const rows: number[] = [];
  for (const { id } of accounts) {
    for (const target of byAccount.get(id) ?? []) {
      const { region } = target;
      rows.push(
        kinds.indexOf(target.kind),
        region === null ? 0 : (regionNumber.get(region) ?? 0),
        states.of(target.state),
        verdicts.of(target.verdict),
        text(valueText(target.from), id, region),
        text(valueText(target.to), id, region),
        text(target.modifiedBy, id, region),
        text(target.modifiedAt, id, null),
        problem(target.problem, id, region),
        text(target.problem?.requestId ?? null, id, null),
        target.attempts,
        target.durationMs,
        deedNumber(report, target),
        owner(target),
      );
    }
  }
  return {
    headline: headline(report),
    filter: describeFilter(report, context),
    source: sourceOf(context.source),
    plan: planText(context.whole),
    preflight: report.preflight === null ? null : preflightText(report.preflight),
    report: rest,
    regions,
    states: states.all,
    verdicts: verdicts.all,
    problems,
    owners,
    accounts: accounts.map(({ id, name, path, state, skipped, problem: whole }) => [
      id,
      name,
      path,
      state,
      skipped,
      problem(whole, id, null),
      byAccount.get(id)?.length ?? 0,
    ]),
    texts: texts.all,
    rows,
  };
};

/** The source without the state directory of this machine, which is of no use to other readers. */
const sourceOf = (source: ReportSource | null): PageData['source'] =>
  source === null
    ? null
    : { version: source.version, command: source.command, scope: source.scope };
