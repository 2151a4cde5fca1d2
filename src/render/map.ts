/** The map: accounts down, regions across, one mark per cell; grouped by OU, with identical rows folded into one. */
import type { ChalkInstance } from 'chalk';
import { firstOf } from '../core/model/counted.ts';
import type { AccountRow, Report, Target } from '../core/model/model.ts';
import { clipStart, fit, widthOf, wrap } from './text-width.ts';
import { markOf, type Mark, type MarkedBy } from './marks.ts';
import { escapeForTerminal } from './escape.ts';
import { append, targetsByAccount } from './targets.ts';

interface Row {
  readonly account: AccountRow;
  /** For the role, the grant, then each region; null if the account has no such target. */
  readonly marks: readonly (Mark | null)[];
  readonly inSync: boolean;
  /** Whether the plan changes it, so that it must be named. */
  readonly changes: boolean;
}

interface Line {
  readonly label: string;
  /** For folded accounts: their names, or some of them and how many more. */
  readonly names?: string;
  readonly isCut?: boolean;
  readonly marks: readonly (Mark | null)[];
}

interface Group {
  readonly title: string;
  readonly accounts: number;
  readonly lines: readonly Line[];
}

/** With more lines, OUs are merged from the lowest level up. */
const maxLines = 150;
/** From this number, identical rows that are not in sync are folded into one. */
const foldFrom = 4;
/** In larger reports, only some of the folded accounts are named, unless they change. */
const maxNamed = 200;
const fewNames = 3;

/** `listed`: how to list what the map has no room for. */
export function drawMap(
  report: Report,
  {
    by,
    chalk,
    columns,
    listed,
  }: {
    readonly by: MarkedBy;
    readonly chalk: ChalkInstance;
    readonly columns: number;
    readonly listed: string;
  },
): readonly string[] {
  const regions = [
    ...new Set(
      report.targets.flatMap((target) =>
        target.kind === 'setting' && target.region !== null ? [target.region] : [],
      ),
    ),
  ].sort();
  const rows = rowsOf(report, regions, by);
  if (rows.length === 0) return [];
  const naming = { all: rows.length <= maxNamed };
  const groups = groupsOf(rows, report.organization.managementAccount, naming);
  const headings = ['role', 'grant', ...regions.map(shortRegion)];
  const layout = layoutOf(groups, headings, columns);
  const marksOf = (line: Line): string =>
    line.marks.map((one) => drawMark(one, layout.cell, chalk)).join('');
  const drawLine = (start: string, line: Line): readonly string[] => [
    `${start}${fit(line.label, layout.label)} ${marksOf(line)}`.trimEnd(),
    ...(line.names === undefined
      ? []
      : wrap(line.names, columns, '      ').map((text) => chalk.dim(text))),
  ];
  const beside = (group: Group): readonly string[] =>
    group.lines.flatMap((line, index) =>
      drawLine(
        `  ${chalk.bold(fit(index === 0 ? clipStart(besideTitle(group), layout.title) : '', layout.title))} `,
        line,
      ),
    );
  const below = (group: Group): readonly string[] => [
    `  ${chalk.bold(fit(group.title, Math.min(widthOf(group.title), columns - 22)))}${chalk.dim(`  ${group.accounts.toLocaleString('en-US')} ${group.accounts === 1 ? 'account' : 'accounts'}`)}`,
    ...group.lines.flatMap((line) => drawLine('    ', line)),
  ];
  return [
    ...drawHeadings(headings, layout).map((line) => chalk.dim(line)),
    ...groups.flatMap(layout.title > 0 ? beside : below),
    '',
    ...legendOf(rows, chalk, columns),
    ...(groups.some(({ lines }) => lines.some(({ isCut = false }) => isCut))
      ? ['', ...wrap(`Not every account is named here: ${listed}.`, columns, '  ')]
      : []),
  ];
}

/** The title, with the number of accounts if the lines do not show it. */
const besideTitle = ({ title, accounts, lines }: Group): string =>
  accounts === lines.length ? title : `${title} (${accounts.toLocaleString('en-US')})`;

function rowsOf(report: Report, regions: readonly string[], by: MarkedBy): readonly Row[] {
  const targets = targetsByAccount(report);
  return report.accounts.map((account) => {
    const own = targets.get(account.id) ?? [];
    const role = own.find((target) => target.kind === 'role');
    const grant = own.find((target) => target.kind === 'grant');
    const settings = new Map(
      own.filter((target) => target.kind === 'setting').map((target) => [target.region, target]),
    );
    // The single row of an account that could not be entered represents all of its regions.
    const all: Target | undefined = settings.get(null);
    const marks = [role, grant, ...regions.map((region) => settings.get(region) ?? all)].map(
      (target) => (target === undefined ? null : markOf(target, by)),
    );
    return {
      account,
      marks,
      changes: by === 'deed' && own.some((target) => target.verdict === 'would-change'),
      inSync:
        own.length > 0 &&
        own.every((target) => target.verdict === 'in-sync' || target.verdict === 'skipped') &&
        own.some((target) => target.verdict === 'in-sync'),
    };
  });
}

/** Whether to name all folded accounts. */
interface Naming {
  readonly all: boolean;
}

function groupsOf(
  rows: readonly Row[],
  managementAccount: string,
  naming: Naming,
): readonly Group[] {
  const members = rows.filter((row) => row.account.id !== managementAccount);
  const management = rows.filter((row) => row.account.id === managementAccount);
  const own: Group[] = management.map((row) => ({
    title: 'Management account',
    accounts: 1,
    lines: [{ label: labelOf(row.account), marks: row.marks }],
  }));
  for (let depth = 5; ; depth -= 1) {
    const groups = groupAtDepth(members, depth, naming);
    if (depth === 0 || groups.reduce((sum, group) => sum + 1 + group.lines.length, 0) <= maxLines)
      return [...groups, ...own];
  }
}

function groupAtDepth(rows: readonly Row[], depth: number, naming: Naming): readonly Group[] {
  const byTitle = new Map<string, Row[]>();
  for (const row of rows) {
    const title = titleOf(row.account.path, depth);
    append(byTitle, title, row);
  }
  return [...byTitle]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([title, members]) => ({
      title,
      accounts: members.length,
      lines: foldAlike(members, naming),
    }));
}

function titleOf(path: string | null, depth: number): string {
  if (path === null) return '(OU unknown)';
  if (depth === 0) return 'Organization';
  if (path === '') return '(root)';
  const names = path.split('/');
  return escapeForTerminal(names.length <= depth ? path : `${names.slice(0, depth).join('/')}/…`);
}

function foldAlike(rows: readonly Row[], naming: Naming): readonly Line[] {
  const alike = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.inSync ? 'in-sync' : ''}|${patternOf(row.marks)}`;
    append(alike, key, row);
  }
  const inSyncLast = [...alike.values()].sort(
    (one, other) => Number(one[0]?.inSync) - Number(other[0]?.inSync),
  );
  return inSyncLast.flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const marks = first.marks.map(
      (one, column) => one ?? same.find((row) => row.marks[column] !== null)?.marks[column] ?? null,
    );
    if (first.inSync && same.length > 1)
      return [{ label: `${same.length.toLocaleString('en-US')} accounts in-sync`, marks }];
    if (same.length >= foldFrom)
      return [
        {
          label: `${same.length.toLocaleString('en-US')} alike, listed below`,
          ...namesOf(same, naming),
          marks,
        },
      ];
    return same.map((row) => ({ label: labelOf(row.account), marks: row.marks }));
  });
}

/** The names of folded accounts; accounts that the plan changes are always named. */
function namesOf(rows: readonly Row[], { all }: Naming): Required<Pick<Line, 'names' | 'isCut'>> {
  const named = all || rows.some((row) => row.changes) ? rows : rows.slice(0, fewNames);
  const names = named.map(({ account }) =>
    `${escapeForTerminal(account.name)} ${account.id}`.trim(),
  );
  return {
    names: firstOf(names, names.length, rows.length),
    isCut: names.length < rows.length,
  };
}

/** The pattern of a row. Rows with a single kind of mark are alike, even if one has more regions than the other. */
function patternOf(marks: Row['marks']): string {
  const shapes = new Set(marks.flatMap((one) => (one === null ? [] : [one.shape])));
  return shapes.size === 1 ? [...shapes].join('') : marks.map((one) => one?.shape ?? ' ').join('');
}

const labelOf = (account: AccountRow): string => `${account.id} ${escapeForTerminal(account.name)}`;

interface Layout {
  /** Columns for the OU beside its accounts; 0 if the OU has its own line above them. */
  readonly title: number;
  readonly label: number;
  /** Columns per mark. */
  readonly cell: number;
  /** Whether headings are vertical; otherwise they share one line. */
  readonly upright: boolean;
}

const minLabel = 30;
const maxLabel = 48;
const minTitle = 20;
const maxTitle = 40;

/** An OU beside its accounts saves a line, so if there is room for it, this takes priority over horizontal headings. */
function layoutOf(groups: readonly Group[], headings: readonly string[], columns: number): Layout {
  const longest = Math.max(
    minLabel,
    ...groups.flatMap((group) => group.lines.map((line) => widthOf(line.label))),
  );
  const widestTitle = Math.max(minTitle, ...groups.map((group) => widthOf(besideTitle(group))));
  const roomFor = (cell: number): number => columns - 5 - cell * headings.length;
  const across = Math.max(...headings.map((heading) => heading.length)) + 1;
  const besideAt = [across, 2].find((candidate) => roomFor(candidate) >= minLabel + minTitle);
  if (besideAt !== undefined) {
    const room = roomFor(besideAt) + 1;
    const title = Math.min(
      widestTitle,
      maxTitle,
      Math.max(minTitle, room - Math.min(longest, maxLabel)),
    );
    return {
      title,
      label: Math.min(longest, maxLabel, room - title),
      cell: besideAt,
      upright: besideAt !== across,
    };
  }
  const cell = [across, 2].find((candidate) => roomFor(candidate) >= minLabel) ?? 1;
  return {
    title: 0,
    label: Math.max(12, Math.min(longest, roomFor(cell), maxLabel)),
    cell,
    upright: cell !== across,
  };
}

function drawHeadings(
  headings: readonly string[],
  { title, label, cell, upright }: Layout,
): readonly string[] {
  const indent = ' '.repeat(title > 0 ? title + label + 4 : label + 5);
  if (!upright)
    return [(indent + headings.map((heading) => heading.padEnd(cell)).join('')).trimEnd()];
  const height = Math.max(...headings.map((heading) => heading.length));
  const padded = headings.map((heading) => heading.padStart(height));
  return Array.from({ length: height }, (_, line) =>
    (indent + padded.map((heading) => (heading[line] ?? ' ').padEnd(cell)).join('')).trimEnd(),
  );
}

const drawMark = (one: Mark | null, cell: number, chalk: ChalkInstance): string =>
  (one === null ? ' ' : one.paint(chalk)(one.shape)) + ' '.repeat(cell - 1);

function legendOf(rows: readonly Row[], chalk: ChalkInstance, columns: number): readonly string[] {
  const used = new Map<string, Mark>();
  for (const row of rows) for (const one of row.marks) if (one !== null) used.set(one.meaning, one);
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (const one of used.values()) {
    const next = one.meaning.length + 5;
    if (width + next > columns - 4 && line !== '') {
      lines.push(line);
      line = '';
      width = 0;
    }
    line += `${one.paint(chalk)(one.shape)} ${one.meaning}   `;
    width += next;
  }
  return [...lines, line].map((one) => `    ${one.trimEnd()}`);
}

const directions: Readonly<Record<string, string>> = {
  north: 'n',
  south: 's',
  east: 'e',
  west: 'w',
  central: 'c',
  gov: 'g',
};

/** `apne1` for `ap-northeast-1`: a common abbreviation, short enough for a heading. */
export const shortRegion = (region: string): string =>
  region
    .split('-')
    .map((part, index) =>
      index === 0
        ? part
        : part.replace(/north|south|east|west|central|^gov$/g, (word) => directions[word] ?? word),
    )
    .join('');
