/**
 * Advice as Markdown: a section for each account, ready to be pasted into a ticket to the team that owns its roles. The
 * reader need not know DHMC.
 */
import { capitalize } from '../../core/model/counted.ts';
import type { AccountRow } from '../../core/model/model.ts';
import { moveWarning } from '../../core/advice/hints.ts';
import type { DhmcRoleAudit, RoleAdvice } from '../../core/advice/model.ts';
import { forJson, forMarkdown, forMarkdownCode, forMarkdownProse } from '../escape.ts';
import type { AdviceParts } from './format.ts';
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
  verdictWords,
} from './words.ts';

/** More roles are only in CSV and JSON. */
const maxRoles = 1_000;

/** Repeated for each account, because each section is read on its own. */
const intro = `SSM Agent on each instance lets AWS Systems Manager open sessions, run commands and apply patches. It needs rights for that,
and so far it has them from the role of the instance profile. With Default Host Management Configuration (DHMC), Systems
Manager gives the agent a role of the account instead, the *DHMC role*. The agent's rights can then be removed from the roles
of the profiles. Applications never use the DHMC role: they keep all other rights of the profile's role.

The agent tries the role of the profile first. It uses the DHMC role only if the profile's role may not call
\`ssm:UpdateInstanceInformation\`, the *heartbeat*. So remove the heartbeat first, or all of the agent's rights at once: a role
that keeps the heartbeat and loses the rest leaves its instances unmanaged.

The tool \`dhmc\` wrote this; it changes nothing by itself. Its commands and options below are for whoever sent you this: ask
them to run it again after a change. Change one role at a time, the one with the fewest instances first.
`;

export async function* renderMarkdown(parts: AdviceParts): AsyncIterable<string> {
  const { report } = parts;
  yield `## dhmc advise: ${headline(report)}\n`;
  if (parts.blockers.length > 0) yield '\nWhy roles are not-yet:\n';
  for (const { reason, roles, instances, accounts } of parts.blockers.slice(0, 10))
    yield `\n* \`${reason}\`: ${plural(roles, 'role')}${instances > 0 ? `, ${plural(instances, 'instance')}` : ''} in ${plural(accounts, 'account')}; ${forMarkdown(aboutOf(reason))}`;
  if (parts.blockers.length > 0) yield '\n';
  const accounts = new Map(report.accounts.map((account) => [account.id, account]));
  let current = '';
  let shown = 0;
  let left = 0;
  for await (const role of parts.roles()) {
    if (shown >= maxRoles) {
      left += 1;
      continue;
    }
    if (role.account !== current) {
      current = role.account;
      const audits = report.dhmcRoles.filter(({ account }) => account === current);
      yield accountHead(current, accounts.get(current), audits);
    }
    shown += 1;
    yield roleText(role, parts);
  }
  if (left > 0) yield `\n${plural(left, 'more role')}: see the CSV or JSON report.\n`;
  if (report.unread.length > 0) {
    yield `\n### Not read, or left out\n\n`;
    for (const { account, region, problem } of report.unread.slice(0, 50))
      yield `* ${forMarkdown(`${account} ${region ?? 'the account'}`)}: ${problem.code}. ${forMarkdownProse(problem.hint)}\n`;
    if (report.unread.length > 50) yield `* and ${number(report.unread.length - 50)} more\n`;
  }
}

function accountHead(
  id: string,
  account: AccountRow | undefined,
  audits: readonly DhmcRoleAudit[],
): string {
  const name = account === undefined ? '' : `${forMarkdown(account.name)} `;
  const odd = audits.flatMap(({ arn, missing, beyond, dangerous }) => [
    ...(missing.length === 0
      ? []
      : [
          `* The DHMC role ${forMarkdownCode(arn)} lacks ${actionsText(missing).map(forActions).join(', ')}.`,
        ]),
    ...(beyond.length === 0
      ? []
      : [
          `* The DHMC role ${forMarkdownCode(arn)} gives more than the agent needs: ${beyond.map(forMarkdownCode).join(', ')}. Root on any managed instance of the account can obtain these rights. ${forMarkdown(dangerText(dangerous))}`,
        ]),
  ]);
  return `\n### Account ${name}(${id})\n\n${intro}${odd.length === 0 ? '' : `\n${odd.join('\n')}\n`}`;
}

/** An action is formatted as code, a phrase about actions as text. */
const forActions = (action: string): string =>
  action.includes(' ') ? forMarkdown(action) : forMarkdownCode(action);

/**
 * Omits what the role's section already says, from a policy's reason: the warning about moves, and why a role is kept.
 */
const short = ({ verdict, blockers }: RoleAdvice, reason: string): string =>
  verdict === 'keep' && reason === blockers[0]?.hint
    ? ''
    : reason.replace(moveWarning, '').trimEnd();

const rightsOf = (role: RoleAdvice, which: readonly string[]): string =>
  role.rights
    .filter(({ disposition }) => which.includes(disposition))
    .map(
      ({ policy, actions, reason }) =>
        `* ${forMarkdownCode(policy)}: ${actions.length === 0 ? '' : `${actionsText(actions).map(forActions).join(', ')}. `}${forMarkdownProse(short(role, reason))}`.trimEnd() +
        '\n',
    )
    .join('');

function roleText(role: RoleAdvice, { choice }: AdviceParts): string {
  const { verdict, blockers, steps } = role;
  const gap = gapText(role.gapMinutes);
  const parts = [
    `\n#### ${forMarkdownCode(role.name)}: ${verdict}\n\n`,
    `${forMarkdown(capitalize(verdictWords[verdict]))}. Instances: ${holdsOf(role)}. Instance profiles: ${role.profiles.map(forMarkdownCode).join(', ') || 'none'}.${gap === '' ? '' : ` During the change, expect ${gap}.`}\n`,
  ];
  if (blockers.length > 0) {
    parts.push(
      verdict === 'keep' ? '\n**Why it stays**\n\n' : '\n**What holds it back**\n\n',
      ...blockers.map((blocker) => {
        const ids = idsOf(blocker, choice);
        const where = [blocker.region, ids === '' ? null : ids].filter((part) => part !== null);
        const place = where.length === 0 ? '' : ` (${where.map(forMarkdown).join(': ')})`;
        return `* \`${blocker.reason}\`${place}: ${forMarkdownProse(blocker.hint)}\n`;
      }),
    );
  }
  const going = rightsOf(role, ['remove', 'replace']);
  const moving = rightsOf(role, ['move']);
  const staying = rightsOf(role, ['keep']);
  if (going !== '') parts.push('\n**What can leave the role**\n\n', going);
  if (moving !== '')
    parts.push(`\n**What the DHMC role may need too**\n\n${forMarkdown(moveWarning)}\n\n`, moving);
  if (staying !== '') parts.push('\n**What stays**\n\n', staying);
  if (steps.length > 0 && (verdict !== 'not-yet' || steps.some(({ call }) => call !== null))) {
    parts.push(
      verdict === 'not-yet' ? '\n**What to do then, and not before**\n\n' : '\n**What to do**\n\n',
      ...steps.map(({ call, policy, document, text }, at) => {
        const what = call === null ? '' : ` (\`${call}\` ${forMarkdownCode(policy ?? '')})`;
        const json =
          document === null
            ? ''
            : `\n   \`\`\`json\n${forJson(JSON.stringify(document, null, 2))
                .split('\n')
                .map((line) => `   ${line}`)
                .join('\n')}\n   \`\`\`\n`;
        return `${at + 1}. ${forMarkdownProse(text)}${what}\n${json}`;
      }),
    );
  }
  if (verdict === 'safe' || verdict === 'likely') parts.push(whyAndUndo(role));
  return parts.join('');
}

function whyAndUndo({ steps, verdict }: RoleAdvice): string {
  const detached = steps.flatMap(({ call, policy }) =>
    call === 'DetachRolePolicy' && policy !== null ? [forMarkdownCode(policy)] : [],
  );
  const why =
    verdict === 'safe'
      ? 'DHMC is on in every region where the role has instances, and its role gives the agent the same rights. Every agent reports and is new enough. DHMC already manages an instance in the same account, region and network.'
      : 'Everything that dhmc can read supports it, but no instance in the same network, or no history, proves it. Try one instance first.';
  const undo =
    detached.length === 0
      ? 'Put the rights back where they were'
      : `Attach ${detached.join(' and ')} again and delete the policies that begin with \`dhmc-\``;
  return `\n**Why it is ${verdict === 'safe' ? 'safe' : 'probably safe'}**\n\n${why}\n\n**How to undo it**\n\n${undo}. Within an hour the profile manages the instances again; DHMC manages them until then.\n`;
}
