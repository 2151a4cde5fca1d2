/** Shared by CloudFormation's operations: owners and lookup of stack sets, shapes, errors and responses. */
import { AwsError } from '../../protocols/aws-error.ts';
import { flag, integer, list, structure, text } from '../../protocols/shape.ts';
import type { Call, Output } from '../service.ts';
import {
  hasOrganizationsAccess,
  storeOf,
  type Operation,
  type Preferences,
  type StackSet,
} from './model.ts';
import { validationError } from './template.ts';

const namePattern =
  '[a-zA-Z][-a-zA-Z0-9]*(?::[a-zA-Z0-9]{8}-[a-zA-Z0-9]{4}-[a-zA-Z0-9]{4}-[a-zA-Z0-9]{4}-[a-zA-Z0-9]{12})?';

export const callAs = text({ oneOf: ['SELF', 'DELEGATED_ADMIN'] });
export const stackSetName = text({ required: true, min: 1, max: 165, pattern: namePattern });
export const operationId = text({ min: 1, max: 128, pattern: '[a-zA-Z0-9][-a-zA-Z0-9]*' });
export const requiredOperationId = text({
  required: true,
  min: 1,
  max: 128,
  pattern: '[a-zA-Z0-9][-a-zA-Z0-9]*',
});
export const account = text({ pattern: '[0-9]{12}' });
export const region = text({ pattern: '[a-zA-Z0-9-]{1,128}' });
export const regions = list(region, {});
export const parameters = list(
  structure({
    ParameterKey: text({}),
    ParameterValue: text({}),
    UsePreviousValue: flag({}),
    ResolvedValue: text({}),
  }),
  {},
);
export const capabilities = list(
  text({ oneOf: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] }),
  {},
);
export const tags = list(
  structure({
    Key: text({ required: true, min: 1, max: 128 }),
    Value: text({ required: true, max: 256 }),
  }),
  { max: 50 },
);
export const autoDeployment = structure({
  Enabled: flag({}),
  RetainStacksOnAccountRemoval: flag({}),
  DependsOn: list(text({}), {}),
});
export const managedExecution = structure({ Active: flag({}) });
export const deploymentTargets = structure({
  Accounts: list(account, {}),
  AccountsUrl: text({ min: 1, max: 5120 }),
  OrganizationalUnitIds: list(
    text({ pattern: '(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})' }),
    {},
  ),
  AccountFilterType: text({ oneOf: ['NONE', 'INTERSECTION', 'DIFFERENCE', 'UNION'] }),
});
export const preferences = structure({
  RegionConcurrencyType: text({ oneOf: ['SEQUENTIAL', 'PARALLEL'] }),
  RegionOrder: regions,
  FailureToleranceCount: integer({ min: 0 }),
  FailureTolerancePercentage: integer({ min: 0, max: 100 }),
  MaxConcurrentCount: integer({ min: 1 }),
  MaxConcurrentPercentage: integer({ min: 1, max: 100 }),
  ConcurrencyMode: text({ oneOf: ['STRICT_FAILURE_TOLERANCE', 'SOFT_FAILURE_TOLERANCE'] }),
});
export const paging = {
  NextToken: text({ min: 1, max: 1024 }),
  MaxResults: integer({ min: 1, max: 100 }),
} as const;

export const stackSetNotFound = (name: string): AwsError =>
  new AwsError('StackSetNotFoundException', `StackSet ${name} not found`, 404);
export const operationInProgress = (set: StackSet): AwsError => {
  const [running] = [...set.operations].reverse().filter(({ endedAt }) => endedAt === null);
  return new AwsError(
    'OperationInProgressException',
    `Another Operation on StackSet ${set.arn} is in progress: ${running?.id ?? ''}`,
    409,
  );
};

interface Named {
  readonly StackSetName?: string;
  readonly CallAs?: string;
}

const isDelegated = ({ state, principal }: Call): boolean =>
  state.organization.delegatedAdministrators.has(principal.account);

/** The account that owns the stack sets visible to the caller. */
const ownerFor = (call: Call, as: string | undefined): string =>
  as === 'DELEGATED_ADMIN' && isDelegated(call)
    ? call.state.organization.managementAccount
    : call.principal.account;

/**
 * As `ownerFor`. Throws if the caller is not a delegated administrator but claims to be, or lacks the permission to
 * prove it.
 */
export function requireOwner(call: Call, as: string | undefined): string {
  if (as === 'DELEGATED_ADMIN') {
    if (!isDelegated(call)) throw validationError('Account used is not a delegated administrator');
    call.authorize('organizations:ListDelegatedAdministrators', '*');
  }
  return ownerFor(call, as);
}

/** The active stack set of a name, or the stack set of an id, even if it was deleted. */
function lookUp(call: Call, owner: string, name: string): StackSet | undefined {
  const at = name.indexOf(':');
  const sets = storeOf(call.state).sets.filter(
    (set) => set.owner === owner && set.region === call.region,
  );
  return at < 0
    ? sets.find((set) => set.name === name && set.status === 'ACTIVE')
    : sets.find((set) => `${set.name}:${set.uuid}` === name);
}

/** The stack set that the input names. Throws if the caller sees no such set. */
export function findStackSet(call: Call, { StackSetName: name = '', CallAs }: Named): StackSet {
  const set = lookUp(call, requireOwner(call, CallAs), name);
  if (set === undefined) throw stackSetNotFound(name);
  if (set.serviceManaged) requireAccess(call);
  return set;
}

/** As `findStackSet`, but throws for a deleted set too. */
export function findActiveSet(call: Call, input: Named): StackSet {
  const set = findStackSet(call, input);
  if (set.status === 'DELETED') throw stackSetNotFound(input.StackSetName ?? '');
  return set;
}

export function requireAccess({ state }: Call): void {
  if (!hasOrganizationsAccess(state))
    throw validationError(
      'You must enable organizations access to operate a service managed stack set',
    );
}

/** The ARN that needs the permission: of the stack set, or of any set with that name. */
export function onStackSet(call: Call, { StackSetName: name = '*', CallAs }: Named): string {
  const owner = ownerFor(call, CallAs);
  return (
    lookUp(call, owner, name)?.arn ??
    `arn:${call.state.partition}:cloudformation:${call.region}:${owner}:stackset/${name.split(':')[0]}:*`
  );
}

/** Throws if the stack set had an operation with this id. */
export function requireNewId(set: StackSet, id: string | undefined): void {
  if (id !== undefined && set.operations.some((operation) => operation.id === id))
    throw new AwsError(
      'OperationIdAlreadyExistsException',
      `An operation with ID ${id} already exists for StackSet ${set.name}`,
      409,
    );
}

export function findOperation(set: StackSet, id: string): Operation {
  const found = set.operations.find((operation) => operation.id === id);
  if (found === undefined)
    throw new AwsError(
      'OperationNotFoundException',
      `Operation ${id} not found for StackSet ${set.name}`,
      404,
    );
  return found;
}

export const isoTime = (at: number): string => new Date(at).toISOString();

export const tagsOf = (
  given: readonly { readonly Key: string; readonly Value: string }[] | undefined,
): Readonly<Record<string, string>> =>
  Object.fromEntries((given ?? []).map(({ Key, Value }) => [Key, Value]));

export const parametersOut = (values: ReadonlyMap<string, string>): readonly Output[] =>
  [...values].map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));

export const preferencesOut = ({ RegionOrder = [], ...rest }: Preferences): Output => ({
  RegionOrder,
  ...rest,
});
