/** IAM's policy simulator: checks which calls the role or caller may make in an account, without making them. */
import type { Need, Permission } from '../../core/doctor/readings.ts';
import { unknown, type Reading } from '../../core/model/model.ts';
import { collectPages } from '../responses/pagination.ts';
import { InvalidResponse } from '../responses/problems.ts';
import { optionalList, requireObject, requireString, roleOf } from '../responses/validate.ts';
import { accountCalls, type AccessOptions } from './calls.ts';
import { problemFor } from '../../core/problems/hints.ts';

/** The ARN of the access's principal, with its path; null if it cannot be found, or for the root user. */
export const findPrincipalArn = async (access: AccessOptions): Promise<string | null> => {
  const { account, partition, homeRegion, principal } = access;
  if (principal.startsWith('role '))
    return `arn:${partition}:iam::${account}:role/${principal.slice('role '.length)}`;
  if (principal.includes(':user/')) return principal;
  const name = /:assumed-role\/([^/]+)\//.exec(principal)?.[1];
  if (name === undefined) return null;
  try {
    const answer = await accountCalls(access).send('GetRole', homeRegion, { RoleName: name });
    return roleOf(answer, { account, partition, name }).arn;
  } catch {
    return null;
  }
};

/** Simulates the needs, with one request for each combination of resource and conditions. */
export const simulate = async (
  access: AccessOptions,
  arn: string | null,
  needs: readonly Need[],
  region: string,
): Promise<Reading<readonly Permission[]>> => {
  if (arn === null) {
    const { principal } = access;
    return unknown(
      problemFor(
        'principal-unknown',
        `The ARN of ${principal} with its path could not be found out.`,
        { principal },
      ),
    );
  }
  // IAM and Account Management are called in the home region, whatever the region of the setting.
  const requestedRegion = ({ action }: Need): string =>
    action.startsWith('ssm:') ? region : access.homeRegion;
  const groups = new Map<string, Need[]>();
  for (const need of needs) {
    const key = `${requestedRegion(need)} ${need.resource} ${JSON.stringify(need.context)}`;
    groups.set(key, [...(groups.get(key) ?? []), need]);
  }
  const { reading } = accountCalls(access);
  return reading('SimulatePrincipalPolicy', access.homeRegion, async () => {
    const answered = await Promise.all(
      [...groups.values()].map((group) =>
        simulateGroup(
          access,
          arn,
          group,
          group[0] === undefined ? region : requestedRegion(group[0]),
        ),
      ),
    );
    const all = new Map(answered.flat().map((permission) => [keyOf(permission), permission]));
    return needs.flatMap((need) => all.get(keyOf(need)) ?? []);
  });
};

/** The condition keys of session tags. */
export const principalTags = (
  tags: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]),
  );

const keyOf = ({ action, resource, for: purpose }: Need): string =>
  `${purpose} ${action} ${resource}`;

const simulateGroup = async (
  access: AccessOptions,
  arn: string,
  group: readonly Need[],
  requestedRegion: string,
): Promise<readonly Permission[]> => {
  const { send } = accountCalls(access);
  const [first] = group;
  if (first === undefined) return [];
  const entries = {
    'aws:RequestedRegion': requestedRegion,
    ...principalTags(access.sessionTags ?? {}),
    ...first.context,
  };
  const results = await collectPages(async (token) => {
    const input = {
      PolicySourceArn: arn,
      ActionNames: [...new Set(group.map(({ action }) => action))],
      ...(first.resource === '*' ? {} : { ResourceArns: [first.resource] }),
      ContextEntries: Object.entries(entries).map(([ContextKeyName, value]) => ({
        ContextKeyName,
        ContextKeyValues: [value],
        ContextKeyType: 'string' as const,
      })),
      ...(token === undefined ? {} : { Marker: token }),
    };
    const answer = await send('SimulatePrincipalPolicy', access.homeRegion, input);
    return {
      items: optionalList(answer.EvaluationResults, 'EvaluationResults').map((item) =>
        requireObject(item, 'An evaluation'),
      ),
      next: answer.IsTruncated === true ? answer.Marker : undefined,
    };
  });
  const byAction = new Map(
    results.map((result) => [
      requireString(result['EvalActionName'], 'EvalActionName').toLowerCase(),
      result,
    ]),
  );
  return group.map((need) => {
    const result = byAction.get(need.action.toLowerCase());
    if (result === undefined)
      throw new InvalidResponse(`${need.action} was simulated without a result.`);
    const decision = requireString(result['EvalDecision'], 'EvalDecision');
    const flag = (name: string, member: string): boolean =>
      result[name] === undefined || requireObject(result[name], name)[member] !== false;
    const allowed = decision === 'allowed';
    const by = !flag('OrganizationsDecisionDetail', 'AllowedByOrganizations')
      ? 'scp'
      : flag('PermissionsBoundaryDecisionDetail', 'AllowedByPermissionsBoundary')
        ? 'policy'
        : 'boundary';
    return { ...need, allowed, by: allowed ? null : by, explicit: decision === 'explicitDeny' };
  });
};
