/** Advice for a terminal: what blocks most roles, the roles by verdict, and the steps for each. */
import { nameAndId, namesOf, type AccountNames } from '../../core/model/account-names.ts';
import { withoutCodeMarks } from '../../core/problems/code-marks.ts';
import { firstOf } from '../../core/model/counted.ts';
import { Chalk, type ChalkInstance } from 'chalk';
import { adviceVerdicts } from '../../core/advice/model.ts';
import type { AdviceReport, AdviceVerdict, Blocker, RoleAdvice } from '../../core/advice/model.ts';
import type { BlockerGroup } from '../../core/advice/summary.ts';
import { escapeForTerminal } from '../escape.ts';
import { clip, wrap } from '../text-width.ts';
import { groupUnread } from '../unread.ts';
import type { AdviceParts } from './format.ts';
import {
  aboutOf,
  actionsText,
  dangerText,
  gapText,
  headline,
  holdsOf,
  idsOf,
  maxWaitFor,
  number,
  plural,
  shortGap,
  verdictWords,
} from './words.ts';

/** How many problems are shown; those that concern the most places come first. */
const maxProblems = 8;

/** How many accounts of a problem are named. */
const maxPlaces = 20;

/** How many roles of each verdict are shown if no role was named. */
const maxRoles = 40;

interface Screen {
  readonly chalk: ChalkInstance;
  readonly columns: number;
}

const lines = (text: string, { columns }: Screen, indent = ''): readonly string[] =>
  wrap(escapeForTerminal(text), columns, indent);

export async function* renderTable(parts: AdviceParts): AsyncIterable<string> {
  const { report, style } = parts;
  const screen: Screen = {
    chalk: new Chalk({ level: style.color ? 1 : 0 }),
    columns: Math.max(40, style.columns),
  };
  const sections = [
    summary(parts, screen),
    blockerLines(parts.blockers, namesOf(report.accounts), screen),
    auditLines(report, screen),
    unreadLines(report, screen),
    changeLines(parts, screen),
  ].filter((section) => section.length > 0);
  yield `${sections.map((section) => section.join('\n')).join('\n\n')}\n`;
  yield* parts.isDetailed ? everyRole(parts, screen) : someRoles(parts, screen);
  if (report.summary.roles > 0)
    yield `\n${headlines(parts, screen)
      .map((line) => screen.chalk.bold(line))
      .join('\n')}\n`;
}

function headlines({ report, blockers }: AdviceParts, screen: Screen): readonly string[] {
  const waits = maxWaitFor(blockers);
  return lines(`dhmc advise: ${headline(report)}${waits === '' ? '' : `; ${waits}`}`, screen);
}

function summary(parts: AdviceParts, screen: Screen): readonly string[] {
  const { report } = parts;
  const { chalk } = screen;
  const seconds = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
  const facts = [
    plural(report.accounts.length, 'account'),
    `${plural(report.summary.calls, 'call')} in ${Math.max(0, seconds).toFixed(1)} s`,
    report.summary.throttled > 0 ? `${number(report.summary.throttled)} throttled` : null,
    `organization ${report.organization.id}`,
  ].filter((fact) => fact !== null);
  return [
    ...headlines(parts, screen).map((line) => chalk.bold(line)),
    ...lines(facts.join(' · '), screen).map((line) => chalk.dim(line)),
  ];
}

function blockerLines(
  groups: readonly BlockerGroup[],
  names: AccountNames,
  screen: Screen,
): readonly string[] {
  const { chalk } = screen;
  if (groups.length === 0) return [];
  return [
    chalk.bold('Why roles are not-yet'),
    ...groups.flatMap(({ reason, roles, instances, accounts, hint, examples }) => [
      ...lines(
        `${reason} · ${plural(roles, 'role')}${instances > 0 ? `, ${plural(instances, 'instance')}` : ''} in ${plural(accounts, 'account')}: ${aboutOf(reason)}`,
        screen,
        '  ',
      ),
      ...lines(
        `${roles > 1 ? 'Fix, for the first' : 'Fix'}: ${withoutCodeMarks(hint)}`,
        screen,
        '    ',
      ),
      ...lines(
        firstOf(
          examples.map(({ account, name }) => `${name} in ${nameAndId(account, names)}`),
          examples.length,
          roles,
        ),
        screen,
        '    ',
      ).map((line) => chalk.dim(line)),
    ]),
  ];
}

function auditLines({ dhmcRoles }: AdviceReport, screen: Screen): readonly string[] {
  const { chalk } = screen;
  const odd = dhmcRoles.filter(({ missing, beyond }) => missing.length + beyond.length > 0);
  if (odd.length === 0) return [];
  return [
    chalk.bold('DHMC roles that give less or more than the agent needs'),
    ...odd
      .slice(0, maxRoles)
      .flatMap(({ arn, missing, beyond, dangerous }) => [
        ...lines(arn, screen, '  '),
        ...(missing.length === 0
          ? []
          : lines(`Missing: ${actionsText(missing).join(', ')}`, screen, '    ')),
        ...(beyond.length === 0
          ? []
          : lines(
              `Beyond: ${beyond.join(', ')}. Root on any instance of the account can obtain these rights.${dangerText(dangerous)}`,
              screen,
              '    ',
            )),
      ]),
    ...(odd.length > maxRoles
      ? [chalk.dim(`  … and ${plural(odd.length - maxRoles, 'more role')}`)]
      : []),
  ];
}

function unreadLines({ unread, accounts }: AdviceReport, screen: Screen): readonly string[] {
  const { chalk } = screen;
  if (unread.length === 0) return [];
  const all = groupUnread(unread, accounts);
  return [
    chalk.bold('Not read, or skipped'),
    ...all
      .slice(0, maxProblems)
      .flatMap(({ text, hint, places }) => [
        ...lines(text, screen, '  '),
        ...lines(`Fix: ${withoutCodeMarks(hint)}`, screen, '    '),
        ...(places.length > maxPlaces
          ? [
              ...places.slice(0, maxPlaces),
              `… and ${plural(places.length - maxPlaces, 'more account')}; -o json lists all of them`,
            ]
          : places
        ).flatMap((place) => lines(place, screen, '    ').map((line) => chalk.dim(line))),
      ]),
    ...(all.length > maxProblems
      ? [
          chalk.dim(
            `  … and ${plural(all.length - maxProblems, 'more problem')}; -o json lists all of them`,
          ),
        ]
      : []),
  ];
}

function changeLines({ changes }: AdviceParts, screen: Screen): readonly string[] {
  if (changes === null) return [];
  const all = changes.changed.map(
    ({ account, name, from, to }) => `${account}/${name} (${from} -> ${to})`,
  );
  return lines(
    `Since the earlier report: ${number(all.length)} with another verdict${all.length === 0 ? '' : `: ${all.slice(0, 10).join(', ')}${all.length > 10 ? ' …' : ''}`}; ${number(changes.new.length)} new, ${number(changes.gone.length)} gone`,
    screen,
  );
}

const verdictHead = (verdict: AdviceVerdict, { chalk }: Screen): string =>
  `\n${chalk.bold(`${verdict}: ${verdictWords[verdict]}`)}\n`;

const roleText = (role: RoleAdvice, parts: AdviceParts, screen: Screen): string =>
  `${roleLines(role, parts, screen).join('\n')}\n`;

/** The first roles of each verdict. Others are only counted, since there can be a million. */
async function* someRoles(parts: AdviceParts, screen: Screen): AsyncIterable<string> {
  const found = new Map(
    adviceVerdicts.map((verdict) => [verdict, { roles: new Array<RoleAdvice>(), left: 0 }]),
  );
  for await (const role of parts.roles()) {
    const here = found.get(role.verdict);
    if (here === undefined) continue;
    if (here.roles.length < maxRoles) here.roles.push(role);
    else here.left += 1;
  }
  for (const [verdict, { roles, left }] of found) {
    if (roles.length === 0) continue;
    yield verdictHead(verdict, screen);
    for (const role of roles) yield roleText(role, parts, screen);
    if (left > 0)
      yield `${screen.chalk.dim(`  … and ${plural(left, 'more role')}: see CSV or JSON, or name one with --instance-role`)}\n`;
  }
}

/** All roles, in the order of the verdicts. */
async function* everyRole(parts: AdviceParts, screen: Screen): AsyncIterable<string> {
  for (const verdict of adviceVerdicts) {
    let isFirst = true;
    for await (const role of parts.roles()) {
      if (role.verdict !== verdict) continue;
      if (isFirst) yield verdictHead(verdict, screen);
      isFirst = false;
      yield roleText(role, parts, screen);
    }
  }
}

function roleLines(role: RoleAdvice, parts: AdviceParts, screen: Screen): readonly string[] {
  const { chalk } = screen;
  const { isDetailed, choice } = parts;
  const account = parts.report.accounts.find(({ id }) => id === role.account)?.name ?? '';
  const head = [
    clip(role.name, 64),
    `${clip(account, 40)} ${role.account}`.trim(),
    holdsOf(role),
    shortGap(role.gapMinutes),
  ]
    .filter((part) => part !== '')
    .join(' · ');
  const gap = role.blockers.length === 0 || isDetailed ? gapText(role.gapMinutes) : '';
  const all = mergedBlockers(role.blockers);
  const blockers = isDetailed ? all : all.slice(0, 3);
  return [
    ...lines(head, screen, '  ').map((line) => chalk.bold(line)),
    ...(isDetailed ? rightsLines(role, screen) : []),
    ...blockers.flatMap((blocker) => {
      const { reason, regions, instances, hint } = blocker;
      const where = [
        regionsOf(regions),
        instances.length === 0 ? null : plural(instances.length, 'instance'),
      ];
      const place = where.filter((part) => part !== null).join(', ');
      const ids = idsOf(blocker, choice);
      return [
        ...lines(
          `${reason}${place === '' ? '' : ` (${place})`}: ${withoutCodeMarks(isDetailed ? hint : firstSentences(hint, role.name))}`,
          screen,
          '    ',
        ),
        ...(ids === '' || !(isDetailed || choice === 'all')
          ? []
          : lines(ids, screen, '      ').map((line) => chalk.dim(line))),
      ];
    }),
    ...(all.length > blockers.length
      ? lines(
          `… and ${plural(all.length - blockers.length, 'more reason')}: ${detailsOf(role.name)}`,
          screen,
          '    ',
        ).map((line) => chalk.dim(line))
      : []),
    ...(gap === '' ? [] : lines(`Expect ${gap}.`, screen, '    ')),
    ...stepLines(role, isDetailed, screen),
  ];
}

interface MergedBlocker extends Blocker {
  readonly regions: readonly string[];
}

/** Merges blockers of several regions that read the same. */
function mergedBlockers(blockers: readonly Blocker[]): readonly MergedBlocker[] {
  const merged = new Map<string, MergedBlocker>();
  for (const blocker of blockers) {
    const key = `${blocker.reason} ${blocker.hint}`;
    const before = merged.get(key);
    merged.set(key, {
      ...blocker,
      regions: [...(before?.regions ?? []), ...(blocker.region === null ? [] : [blocker.region])],
      instances: [...(before?.instances ?? []), ...blocker.instances],
    });
  }
  return [...merged.values()];
}

const regionsOf = (regions: readonly string[]): string | null =>
  regions.length === 0
    ? null
    : regions.length > 3
      ? `${number(regions.length)} regions`
      : regions.join(', ');

const detailsOf = (role: string): string => `--instance-role ${role} shows everything`;

const maxHint = 300;

/** In characters. Longer than a hint, since a step also says what to do if it fails. */
const maxStep = 700;

/** As many sentences as fit, but at least the first; if some are omitted, how to see them. */
function firstSentences(hint: string, role: string, most = maxHint): string {
  if (hint.length <= most) return hint;
  const [first = '', ...others] = hint.split(/(?<=\.) (?=[A-Z])/);
  let kept = first;
  for (const sentence of others) {
    if (kept.length + 1 + sentence.length > most) break;
    kept += ` ${sentence}`;
  }
  return kept === hint ? hint : `${kept} (${detailsOf(role)}.)`;
}

const rightsLines = (role: RoleAdvice, screen: Screen): readonly string[] => [
  ...lines(`${role.arn}; profiles: ${role.profiles.join(', ') || 'none'}`, screen, '    '),
  ...role.rights.flatMap(({ policy, disposition, actions, reason }) => [
    ...lines(`${disposition} ${policy}: ${actionsText(actions).join(', ')}`, screen, '    '),
    ...lines(reason, screen, '      '),
  ]),
];

function stepLines(role: RoleAdvice, isDetailed: boolean, screen: Screen): readonly string[] {
  if (!isDetailed && role.verdict !== 'safe' && role.verdict !== 'likely') return [];
  const { chalk } = screen;
  return [
    ...(isDetailed && role.steps.length > 0 && role.verdict === 'not-yet'
      ? lines('Then, and not before:', screen, '    ')
      : []),
    ...role.steps.flatMap(({ call, policy, document, text }, at) => [
      ...lines(
        `${at + 1}. ${isDetailed ? withoutCodeMarks(text) : firstSentences(withoutCodeMarks(text), role.name, maxStep)}${call === null ? '' : ` (${call} ${policy ?? ''})`}`,
        screen,
        '    ',
      ),
      ...(isDetailed && document !== null
        ? JSON.stringify(document, null, 2)
            .split('\n')
            .map((line) => chalk.dim(`       ${escapeForTerminal(line)}`))
        : []),
    ]),
  ];
}
