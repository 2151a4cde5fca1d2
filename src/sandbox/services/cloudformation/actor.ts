/** Changes an account for a stack: calls services with the role that StackSets assumes there. */
import { hash } from 'node:crypto';
import { performOperation } from '../../call.ts';
import { accountOf, putRole, roleNamed } from '../../state/state.ts';
import { stableId } from '../../state/principals.ts';
import type { State } from '../../state/state.ts';
import type { Role } from '../../world.ts';
import { AwsError } from '../../protocols/aws-error.ts';
import { iam } from '../iam/index.ts';
import { ssm } from '../ssm/index.ts';
import type { Output } from '../service.ts';

export interface Actor {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly state: State;
  /** Calls an operation. Throws the service's error. */
  call(service: 'iam' | 'ssm', operation: string, input: Readonly<Record<string, unknown>>): Output;
}

const services = { iam, ssm };

/** The name of the execution role of service-managed stack sets, which is the same in every member account. */
export const executionRoleName = (state: State): string =>
  `stacksets-exec-${hash('sha256', state.organization.id).slice(0, 32)}`;

/** Creates the execution role in a member account if it is missing, as StackSets does. */
function requireExecutionRole(state: State, accountId: string, name: string): void {
  const account = accountOf(state, accountId);
  if (roleNamed(account, name) !== undefined) return;
  const role: Role = {
    name,
    trust: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: {
            AWS: `arn:${state.partition}:iam::${accountId}:role/aws-service-role/member.org.stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgMember`,
          },
          Action: 'sts:AssumeRole',
        },
      ],
    },
    attachedPolicies: [`arn:${state.partition}:iam::aws:policy/AdministratorAccess`],
  };
  putRole(state, account, role);
}

export interface ActorOptions {
  readonly state: State;
  readonly account: string;
  readonly region: string;
  readonly now: number;
  /** The execution role of a self-managed stack set, which must exist; null for the service-managed role. */
  readonly roleName: string | null;
}

/** Throws if the account does not have the execution role of a self-managed stack set. */
export function openActor({ state, account, region, now, roleName }: ActorOptions): Actor {
  const name = roleName ?? executionRoleName(state);
  if (roleName === null) requireExecutionRole(state, account, name);
  else if (roleNamed(accountOf(state, account), name) === undefined)
    throw new AwsError(
      'AccessDenied',
      `Account ${account} should have '${name}' role with trust relationship to Role 'AWSCloudFormationStackSetAdministrationRole'.`,
    );
  const session = 'AWSCloudFormation';
  const principal = {
    kind: 'assumed-role',
    account,
    arn: `arn:${state.partition}:sts::${account}:assumed-role/${name}/${session}`,
    userId: `${stableId('AROA', `${account}/${name.toLowerCase()}`)}:${session}`,
    role: name,
    tags: {},
    transitiveTags: [],
    sourceIdentity: null,
    sessionPolicies: null,
    user: null,
  } as const;
  return {
    account,
    region,
    partition: state.partition,
    state,
    call(service, operation, input) {
      const origin = { state, service: services[service], operation, principal, region, now };
      return performOperation(origin, input) ?? {};
    },
  };
}
