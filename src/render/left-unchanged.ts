/** What a plan leaves unchanged, as sentences: what it must not or cannot change, and which roles it keeps. */
import { firstOf, number, plural, series } from '../core/model/counted.ts';
import type { Problem, Report, Target, TargetKind } from '../core/model/model.ts';
import { reasons } from '../core/problems/reasons.ts';
import { append } from './targets.ts';

export interface LeftUnchanged {
  readonly title: 'Left unchanged' | 'Roles kept';
  /** Contains account names: escape it. */
  readonly text: string;
}

type Rows = Pick<Report, 'accounts' | 'targets'>;

const maxNames = 3;
const maxGroups = 6;

const idsOf = (targets: readonly Target[]): readonly string[] => [
  ...new Set(targets.map(({ account }) => account)),
];

/** Such as `Shop Web 1, Shop API 2, Search 3 and 1 more`. */
function namesOf(accounts: Report['accounts'], ids: readonly string[]): string {
  const names = ids.slice(0, maxNames).map((id) => {
    const name = accounts.find((account) => account.id === id)?.name;
    return name === undefined ? id : `${name} ${id}`;
  });
  return firstOf(names, maxNames, ids.length);
}

const nouns: Readonly<Record<TargetKind, string>> = {
  setting: 'setting',
  role: 'role',
  grant: 'policy',
};

/** The number of rows of each account. */
function countByAccount(rows: readonly Target[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { account } of rows) counts.set(account, (counts.get(account) ?? 0) + 1);
  return counts;
}

/**
 * Such as `all of 2 accounts, and 3 settings in 1 account`. An account counts as a whole if its role, policy and
 * settings are all among the rows.
 */
function counted(rows: readonly Target[], sizes: ReadonlyMap<string, number>): string {
  const counts = countByAccount(rows);
  const withSettings = new Set(idsOf(rows.filter(({ kind }) => kind === 'setting')));
  const whole = new Set(
    rows.flatMap(({ kind, account }) =>
      kind === 'role' && withSettings.has(account) && counts.get(account) === sizes.get(account)
        ? [account]
        : [],
    ),
  );
  const rest = rows.filter(({ account }) => !whole.has(account));
  const kinds = (['setting', 'role', 'grant'] as const).flatMap((kind) => {
    const count = rest.filter((row) => row.kind === kind).length;
    return count === 0 ? [] : [plural(count, nouns[kind])];
  });
  return [
    ...(whole.size === 0 ? [] : [`all of ${plural(whole.size, 'account')}`]),
    ...(kinds.length === 0 ? [] : [`${series(kinds)} in ${plural(idsOf(rest).length, 'account')}`]),
  ].join(', and ');
}

/** The documented meaning of the problem; empty if its reason is only a case of a documented one. */
function meaningOf({ reason, code }: Problem): string {
  const documented: Readonly<Record<string, { readonly meaning: string } | undefined>> = reasons;
  return documented[reason ?? code]?.meaning ?? '';
}

/** What must not or cannot be changed, by verdict and reason, worst verdict first. */
function notChanged({ accounts, targets }: Rows): readonly string[] {
  const groups = new Map<string, Target[]>();
  for (const verdict of ['failed', 'blocked', 'conflict'] as const)
    for (const target of targets) {
      if (target.verdict !== verdict) continue;
      const { problem } = target;
      const why = problem === null ? [] : [problem.code, meaningOf(problem)];
      append(groups, [verdict, ...why].join('\n'), target);
    }
  const sizes = countByAccount(targets);
  const sentences = [...groups].map(([key, rows]) => {
    const [verdict = '', code, meaning = ''] = key.split('\n');
    const why = code === undefined ? verdict : `${verdict} (${code})`;
    const end = meaning === '' ? '' : ` ${meaning}`;
    return `${counted(rows, sizes)}, ${why}: ${namesOf(accounts, idsOf(rows))}.${end}`;
  });
  const more = [...groups.values()].slice(maxGroups).flat();
  return more.length === 0
    ? sentences
    : [
        ...sentences.slice(0, maxGroups),
        `${counted(more, sizes)} for other reasons: ${namesOf(accounts, idsOf(more))}.`,
      ];
}

/** Why one role is kept, and why several are. */
const keepers: Readonly<Record<string, readonly [one: string, several: string]>> = {
  'role-named-in-regions': [
    'is still named by settings that this plan does not reset',
    'are still named by settings that this plan does not reset',
  ],
  'role-made-by-others': ['was not created by dhmc', 'were not created by dhmc'],
  'role-trust-extended': [
    'has a trust policy that dhmc did not write',
    'have trust policies that dhmc did not write',
  ],
  'role-has-attachments': [
    'has other policies or instance profiles',
    'have other policies or instance profiles',
  ],
  'role-has-policy': [
    'has a policy that the run did not attach',
    'have a policy that the run did not attach',
  ],
};

/** Such as `It was not created by dhmc`; with counts if roles are kept for different reasons. */
function whyKept(roles: readonly Target[]): string {
  const byReason = new Map<string, Target[]>();
  for (const role of roles) append(byReason, role.problem?.reason ?? '', role);
  return [...byReason]
    .flatMap(([reason, { length }]) => {
      const [one, several] = keepers[reason] ?? [];
      if (one === undefined || several === undefined) return [];
      const subject = byReason.size > 1 ? number(length) : length === 1 ? 'It' : 'They';
      return [`${subject} ${length === 1 ? one : several}`];
    })
    .join('; ');
}

/** The roles that a removal keeps, and why; null if there are none. */
function rolesKept({ accounts, targets }: Rows): string | null {
  const kept = targets.filter(
    ({ kind, verdict, problem }) =>
      kind === 'role' && verdict === 'skipped' && problem?.code === 'role-in-use',
  );
  if (kept.length === 0) return null;
  const why = whyKept(kept);
  const ids = idsOf(kept);
  const withRole = new Set(ids);
  const settings = targets.filter(
    ({ kind, verdict, account }) =>
      kind === 'setting' && verdict === 'would-change' && withRole.has(account),
  );
  const changed = idsOf(settings).length;
  const verb = settings.every(({ to }) => to === null) ? 'reset' : 'changed';
  const where =
    changed < ids.length
      ? `in ${number(changed)} of these accounts`
      : `in ${ids.length === 1 ? 'this account' : 'these accounts'}`;
  return [
    `${number(kept.length)} (role-in-use): ${namesOf(accounts, ids)}.`,
    ...(why === '' ? [] : [`${why}.`]),
    ...(changed === 0
      ? []
      : [
          `Nevertheless, ${plural(settings.length, 'setting')} ${where} ${settings.length === 1 ? 'is' : 'are'} ${verb}.`,
        ]),
  ].join(' ');
}

/** Settings of other roles, which disable reads but does not touch; null if there are none. */
function ofOtherRoles({ accounts, targets }: Rows): string | null {
  const rows = targets.filter(
    ({ kind, verdict, from }) => kind === 'setting' && verdict === 'in-sync' && from !== null,
  );
  if (rows.length === 0) return null;
  const name = rows.length === 1 ? 'which names another role' : 'which name other roles';
  return `${counted(rows, countByAccount(targets))}, ${name}: ${namesOf(accounts, idsOf(rows))}. disable resets only settings that name the DHMC role.`;
}

/** Sentences about what a plan leaves unchanged. The last one refers to the reasons below, if there are any. */
export function leftUnchanged(report: Rows & Pick<Report, 'action'>): readonly LeftUnchanged[] {
  const others = report.action === 'disable' ? ofOtherRoles(report) : null;
  const kept = rolesKept(report);
  const explained: readonly LeftUnchanged[] = [
    ...notChanged(report).map((text) => ({ title: 'Left unchanged' as const, text })),
    ...(kept === null ? [] : [{ title: 'Roles kept' as const, text: kept }]),
  ];
  return [
    ...(others === null ? [] : [{ title: 'Left unchanged' as const, text: others }]),
    ...explained.map(({ title, text }, index) => ({
      title,
      text: index === explained.length - 1 ? `${text} Reasons and fixes are below.` : text,
    })),
  ];
}
