/**
 * The permissions that `enable` and its rollback need in one account: the table of operations with ARNs filled in.
 */
import type { Need } from '../../core/doctor/readings.ts';
import { settingId, type Partition } from '../../core/model/model.ts';
import { boundaryArn, grantPolicyArn, parseRoleName, roleArn } from '../../core/iam/role-names.ts';
import { operations, type OperationName } from './operations.ts';
import { conditionOf } from './printed-policy.ts';
import { operationsFor } from './session-policy.ts';

export interface NeedsOptions {
  readonly partition: Partition;
  readonly account: string;
  /** The region of the settings. */
  readonly region: string;
  readonly dhmcRole: string;
  readonly permissionsBoundary: string | null;
  /** The region for IAM and Account Management. */
  readonly homeRegion: string;
  /** The tags of a new role. */
  readonly newRoleTags: Readonly<Record<string, string>>;
}

export function requiredPermissions(options: NeedsOptions): readonly Need[] {
  const { partition, account, region, dhmcRole, permissionsBoundary, homeRegion } = options;
  const tags = Object.entries(options.newRoleTags);
  const enable = new Set(
    operationsFor({
      kind: 'enable',
      passRoles: [dhmcRole],
      checkBoundary: permissionsBoundary !== null,
    }),
  );
  const undo = operationsFor({ kind: 'rollback', passRoles: [dhmcRole] }).filter(
    (name) => !enable.has(name),
  );
  const role = roleArn(partition, account, parseRoleName(dhmcRole));

  const resourceOf = (name: OperationName): string => {
    switch (operations[name].resource) {
      case 'setting':
        return `arn:${partition}:ssm:${region}:${account}:servicesetting${settingId}`;
      case 'dhmc-role':
      case 'role':
        return role;
      case 'policy':
        return permissionsBoundary === null
          ? grantPolicyArn(partition)
          : boundaryArn(partition, account, permissionsBoundary);
      case 'any':
      case 'instance-profile':
      case 'principal':
      case 'member-role':
      case 'stack-set':
      case 'stack-set-target':
        return '*';
    }
  };
  const contextOf = (name: OperationName, action: string): Readonly<Record<string, string>> => {
    const requested = {
      'aws:RequestedRegion': action.startsWith('ssm:') ? region : homeRegion,
      ...(name === 'CreateRole'
        ? Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value]))
        : {}),
    };
    if (action === 'iam:TagRole') return requested;
    const condition = conditionOf(name, { partition, permissionsBoundary });
    const [values] = Object.values(condition ?? {});
    return {
      ...requested,
      ...Object.fromEntries(
        Object.entries(values ?? {}).map(([key, value]) => [
          key,
          (typeof value === 'string' ? value : '').replace('::*:', `::${account}:`),
        ]),
      ),
    };
  };
  const needs = (names: Iterable<OperationName>, purpose: Need['for']): readonly Need[] =>
    [...names].flatMap((name) =>
      operations[name].actions.map((action) => ({
        action,
        resource: resourceOf(name),
        context: contextOf(name, action),
        for: purpose,
      })),
    );
  const passRole = {
    action: 'iam:PassRole',
    resource: role,
    context: { 'iam:PassedToService': 'ssm.amazonaws.com', 'aws:RequestedRegion': region },
    for: 'enable',
  } as const;
  return [...needs(enable, 'enable'), passRole, ...needs(undo, 'undo')];
}
