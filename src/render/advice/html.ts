/** Advice as one HTML page without scripts: a section for each role, and an explanation of every term at the end. */
import { nameAndId, namesOf, type AccountNames } from '../../core/model/account-names.ts';
import { createHash } from 'node:crypto';
import { adviceReasons, adviceVerdicts } from '../../core/advice/model.ts';
import type { AdviceReason, Blocker, RoleAdvice } from '../../core/advice/model.ts';
import { forHtml, forHtmlProse } from '../escape.ts';
import type { AdviceParts, InstanceChoice } from './format.ts';
import {
  aboutOf,
  actionsText,
  dangerText,
  gapText,
  headline,
  holdsOf,
  idsOf,
  number,
  plural,
  shortGap,
  verdictWords,
} from './words.ts';

const maxRoles = 5_000;

const style = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #8886}
code,pre{font-family:ui-monospace,monospace;font-size:.9em;overflow-wrap:anywhere}pre{white-space:pre-wrap}
details{margin:.4rem 0}summary{cursor:pointer;min-height:24px}h2,h3{margin-bottom:.3rem}
@media screen and (max-width:45rem){main{overflow-wrap:anywhere}thead{display:none}table,tbody,tr,td{display:block;padding:0;border:0}
tr{padding:.4rem 0;border-bottom:1px solid #8886}td::before{content:attr(data-label)": ";font-weight:600}}
@media print{h2,h3,summary{break-after:avoid}li,tr{break-inside:avoid}details::details-content{content-visibility:visible}}`;

/** What the report of `dhmc coverage` says about instances. */
const coverageTerms = {
  dhmc: 'managed by the role that the setting of its region names',
  profile: 'managed by the role of its instance profile',
  activation: 'a hybrid node under the role of its activation',
  'setting-unset': 'nothing but its profile lets the agent register: the setting names no role',
  'setting-recent': 'the setting changed a short while ago',
  'dhmc-role-broken': 'the role that the setting names is missing, or cannot be used',
  'agent-too-old': 'the agent is older than 3.2.582.0, and needs its profile',
  'imds-disabled': 'the metadata endpoint is off, so the agent can use neither role',
  'connection-lost': 'the agent stopped reporting, and no cause is known',
  'profile-without-agent': 'the profile allows the heartbeat, and no agent has used it',
  stopped: 'the instance is not running; it is counted only here',
  'operated-by-aws': 'another AWS service runs the instance',
  unreadable: 'a call that is needed was denied',
} as const;
type CoverageTerm = keyof typeof coverageTerms;

/** The term under which `dhmc coverage` lists the instances of a blocker. */
const listedAs: Readonly<Partial<Record<AdviceReason, CoverageTerm>>> = {
  'operated-by-aws': 'operated-by-aws',
  unreadable: 'unreadable',
  'setting-unset': 'setting-unset',
  'setting-recent': 'setting-recent',
  'dhmc-role-broken': 'dhmc-role-broken',
  'agent-too-old': 'agent-too-old',
  'imds-disabled': 'imds-disabled',
  'connection-lost': 'connection-lost',
  'not-listed': 'profile-without-agent',
  'hybrid-node': 'activation',
  'stopped-instances': 'stopped',
  'agent-rights': 'profile',
  'no-canary': 'profile',
  'canary-elsewhere': 'profile',
};

/** Instance ids, linked to the explanation of their term in `dhmc coverage`. */
function instanceLinks(blocker: Blocker, choice: InstanceChoice): string {
  const ids = idsOf(blocker, choice);
  const as = listedAs[blocker.reason];
  return as === undefined || ids === ''
    ? forHtml(ids)
    : ids
        .split(/(i-[0-9a-z]+)/)
        .map((part, at) =>
          at % 2 === 1 ? `<a href="#coverage-${as}">${forHtml(part)}</a>` : forHtml(part),
        )
        .join('');
}

/** Cells are markup. On a narrow screen, the cells of a row are stacked, each with the head of its column. */
const tableOf = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    `<table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody>\n`,
    ...rows.map(
      (cells) =>
        `<tr>${cells.map((cell, at) => `<td data-label="${heads[at] ?? ''}">${cell}</td>`).join('')}</tr>\n`,
    ),
    '</tbody></table>\n',
  ].join('');

const term = (word: string): string => `<a href="#term-${forHtml(word)}">${forHtml(word)}</a>`;

export async function* renderHtml(parts: AdviceParts): AsyncIterable<string> {
  const { report, blockers } = parts;
  const hash = createHash('sha256').update(style).digest('base64');
  yield [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">\n`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n',
    `<title>dhmc advise: ${forHtml(report.organization.id)}, ${forHtml(report.startedAt.slice(0, 10))}</title>\n`,
    `<style>${style}</style>\n</head>\n<body>\n<main>\n<h1>dhmc advise</h1>\n<p>${forHtml(headline(report))}</p>\n`,
    `<p>Organization ${forHtml(report.organization.id)}, ${forHtml(report.startedAt)}, ${plural(report.summary.calls, 'call')}.</p>\n`,
  ].join('');
  if (blockers.length > 0) {
    yield '<h2>Why roles are not-yet</h2>\n';
    yield tableOf(
      ['Reason', 'Roles', 'Instances', 'Accounts', 'Fix, for the first'],
      blockers.map(({ reason, roles, instances, accounts, hint }) => [
        term(reason),
        number(roles),
        number(instances),
        number(accounts),
        forHtmlProse(hint),
      ]),
    );
  }
  const names = namesOf(report.accounts);
  const odd = report.dhmcRoles.filter(({ missing, beyond }) => missing.length + beyond.length > 0);
  if (odd.length > 0) {
    yield '<h2>DHMC roles that give less or more than the agent needs</h2>\n<p>Root on any managed instance of the account can obtain the rights of the DHMC role.</p>\n<ul>\n';
    for (const { arn, missing, beyond, dangerous } of odd.slice(0, 1_000))
      yield `<li><code>${forHtml(arn)}</code>${missing.length === 0 ? '' : `, missing: ${forHtml(actionsText(missing).join(', '))}`}${beyond.length === 0 ? '' : `, beyond: ${forHtml(beyond.join(', '))}.`}${forHtml(dangerText(dangerous))}</li>\n`;
    yield '</ul>\n';
  }
  if (report.unread.length > 0) {
    yield '<h2>Not read, or skipped</h2>\n<ul>\n';
    for (const { account, region, problem } of report.unread.slice(0, 1_000))
      yield `<li>${forHtml(`${nameAndId(account, names)}, ${region ?? 'all regions'}: ${problem.code}. `)}${forHtmlProse(problem.hint)}</li>\n`;
    yield '</ul>\n';
  }
  yield* roleParts(parts);
  yield '<h2>Terms</h2>\n<dl>\n';
  const terms = [
    ...adviceVerdicts.map((verdict) => [verdict, verdictWords[verdict]] as const),
    ...adviceReasons.map((reason) => [reason, aboutOf(reason)] as const),
  ];
  const seen = new Set<string>();
  for (const [word, meaning] of terms) {
    if (seen.has(word)) continue;
    seen.add(word);
    yield `<dt id="term-${forHtml(word)}">${forHtml(word)}</dt><dd>${forHtml(meaning)}</dd>\n`;
  }
  yield '</dl>\n<h2>Terms of dhmc coverage</h2>\n<dl>\n';
  for (const [word, meaning] of Object.entries(coverageTerms))
    yield `<dt id="coverage-${word}">${word}</dt><dd>${forHtml(meaning)}</dd>\n`;
  yield '</dl>\n</main>\n</body>\n</html>\n';
}

async function* roleParts(parts: AdviceParts): AsyncIterable<string> {
  const names = namesOf(parts.report.accounts);
  let shown = 0;
  let left = 0;
  for (const verdict of adviceVerdicts) {
    let isFirst = true;
    for await (const role of parts.roles()) {
      if (role.verdict !== verdict) continue;
      if (shown >= maxRoles) {
        left += 1;
        continue;
      }
      if (isFirst) yield `<h2>${term(verdict)}: ${forHtml(verdictWords[verdict])}</h2>\n`;
      isFirst = false;
      shown += 1;
      yield rolePart(role, names, parts);
    }
  }
  if (left > 0) yield `<p>${plural(left, 'more role')}: see the CSV or JSON report.</p>\n`;
}

function rolePart(
  role: RoleAdvice,
  names: AccountNames,
  { choice, isDetailed }: AdviceParts,
): string {
  const blockers = role.blockers
    .map((blocker) => {
      const region = blocker.region === null ? '' : forHtml(blocker.region);
      const where = [region, instanceLinks(blocker, choice)].filter((part) => part !== '');
      return `<li>${term(blocker.reason)}${where.length === 0 ? '' : ` (${where.join(': ')})`}: ${forHtmlProse(blocker.hint)}</li>`;
    })
    .join('\n');
  const rights = role.rights.map(({ policy, disposition, actions, reason }) => [
    forHtml(disposition),
    `<code>${forHtml(policy)}</code>`,
    `<code>${forHtml(actionsText(actions).join(', '))}</code>`,
    forHtmlProse(reason),
  ]);
  const steps = role.steps
    .map(({ call, policy, document, text }) => {
      const what = call === null ? '' : ` (<code>${call} ${forHtml(policy ?? '')}</code>)`;
      const json =
        document === null ? '' : `<pre>${escapeLines(JSON.stringify(document, null, 2))}</pre>`;
      return `<li>${forHtmlProse(text)}${what}${json}</li>`;
    })
    .join('\n');
  const gap = gapText(role.gapMinutes);
  return [
    `<details${isDetailed ? ' open' : ''}><summary><code>${forHtml(role.name)}</code> ${forHtml(nameAndId(role.account, names))}, ${holdsOf(role)}${role.gapMinutes === null ? '' : `, ${shortGap(role.gapMinutes)}`}${role.blockers[0] === undefined ? '' : `: ${forHtml(role.blockers[0].reason)}`}</summary>\n`,
    `<p><code>${forHtml(role.arn)}</code>; profiles: ${forHtml(role.profiles.join(', ') || 'none')}.${gap === '' ? '' : ` Expect ${gap}.`}</p>\n`,
    blockers === '' ? '' : `<ul>\n${blockers}\n</ul>\n`,
    rights.length === 0 ? '' : tableOf(['What', 'Policy', 'Actions', 'Why'], rights),
    steps === ''
      ? ''
      : `<p>${role.verdict === 'not-yet' ? 'What to do then, and not before:' : 'What to do:'}</p>\n<ol>\n${steps}\n</ol>\n`,
    '</details>\n',
  ].join('');
}

const escapeLines = (text: string): string => text.split('\n').map(forHtml).join('\n');
