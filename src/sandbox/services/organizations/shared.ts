/** Shared by the operations of Organizations: membership checks, ARNs, paging, descriptions and errors. */
import type { InputOf, Members } from '../../protocols/shape.ts';
import { integer, text } from '../../protocols/shape.ts';
import { AwsError } from '../../protocols/aws-error.ts';
import type { Account, Unit } from '../../world.ts';
import { operation } from '../service.ts';
import type { Call, Operation, OperationOf, Output } from '../service.ts';

export const fail = (
  code: string,
  message: string,
  members: Readonly<Record<string, unknown>> = {},
): AwsError => new AwsError(code, message, 400, members);

export interface OrganizationsOperation<M extends Members> extends OperationOf<M> {
  /**
   * Whether every account of the organization may call it, not only the management account and delegated
   * administrators.
   */
  readonly anyMember?: boolean;
  readonly handle: (call: Call, input: InputOf<M>) => Output;
}

/** Defines an operation for accounts of the organization only. */
export const inOrganization = <const M extends Members>({
  anyMember = false,
  handle,
  ...rest
}: OrganizationsOperation<M>): Operation =>
  operation<M>({
    ...rest,
    handle(call, input) {
      requireMembership(call, anyMember);
      return handle(call, input);
    },
  });

function requireMembership(call: Call, anyMember: boolean): void {
  const { organization } = call.state;
  const { account } = call.principal;
  if (!organization.accounts.has(account)) {
    throw fail(
      'AWSOrganizationsNotInUseException',
      'Your account is not a member of an organization.',
    );
  }
  if (
    anyMember ||
    account === organization.managementAccount ||
    organization.delegatedAdministrators.has(account)
  )
    return;
  throw fail('AccessDeniedException', "You don't have permissions to access this resource.");
}

export const rootOrUnit = '(r-[0-9a-z]{4,32})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})';
export const unitOrAccount = '(\\d{12})|(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})';
export const nextToken = text({ max: 100000 });
export const paging = { NextToken: nextToken, MaxResults: integer({ min: 1, max: 20 }) } as const;

/** The ARN of a root, a unit or an account. */
export const arnOf = ({ state }: Call, id: string): string =>
  state.organization.arn(
    id.startsWith('r-') ? 'root' : id.startsWith('ou-') ? 'ou' : 'account',
    id,
  );

/** Status is the older member, with fewer values than State. */
const statusOf = (state: string): string =>
  state === 'PENDING_ACTIVATION' ? 'ACTIVE' : state === 'CLOSED' ? 'SUSPENDED' : state;

export function describedAccount(call: Call, account: Account): Output {
  const { organization, world } = call.state;
  const { paths = true, state = true, status = true } = world.organization.gives ?? {};
  const is = account.state ?? 'ACTIVE';
  return {
    Id: account.id,
    Arn: arnOf(call, account.id),
    Email: account.email ?? `${account.id}@example.com`,
    Name: account.name,
    ...(status ? { Status: statusOf(is) } : {}),
    ...(state ? { State: is } : {}),
    ...(paths ? { Paths: [`${organization.pathOf(account.parent)}${account.id}/`] } : {}),
    JoinedMethod: account.joinedMethod ?? 'CREATED',
    JoinedTimestamp: Date.parse(account.joinedAt ?? '2023-03-21T08:00:00Z') / 1000,
  };
}

export const describedUnit = (call: Call, unit: Unit): Output => ({
  Id: unit.id,
  Arn: arnOf(call, unit.id),
  Name: unit.name,
  ...(call.state.world.organization.gives?.paths === false
    ? {}
    : { Path: call.state.organization.pathOf(unit.id) }),
});
