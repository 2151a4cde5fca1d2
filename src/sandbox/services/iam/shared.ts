/** Shared by IAM's operations: lookup of roles with their permission check, documents, paging and errors. */
import type { Context } from '../../auth/authorize.ts';
import { MalformedPolicy, parsePolicyDocument } from '../../policy/evaluate.ts';
import { compilePolicy } from '../../policy/statement.ts';
import { accountOf, roleArn, roleNamed } from '../../state/state.ts';
import type { AccountState } from '../../state/account.ts';
import { stableId } from '../../state/principals.ts';
import type { PolicyDocument, Role } from '../../world.ts';
import { AwsError } from '../../protocols/aws-error.ts';
import { integer, list, structure, text } from '../../protocols/shape.ts';
import type { InputOf, Members } from '../../protocols/shape.ts';
import { operation } from '../service.ts';
import type { Call, Operation, Output, Resource } from '../service.ts';

export const roleName = text({ required: true, min: 1, max: 64, pattern: '[\\w+=,.@-]+' });
export const policyName = text({ required: true, min: 1, max: 128, pattern: '[\\w+=,.@-]+' });
export const policyArn = text({ required: true, min: 20, max: 2048 });
export const policyDocument = text({
  required: true,
  min: 1,
  max: 131072,
  pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
});
export const tagList = list(
  structure({
    Key: text({ required: true, min: 1, max: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' }),
    Value: text({ required: true, min: 0, max: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' }),
  }),
  { max: 50 },
);
export const paging = {
  Marker: text({ min: 1, max: 320 }),
  MaxItems: integer({ min: 1, max: 1000 }),
} as const;

export const noSuchEntity = (message: string): AwsError =>
  new AwsError('NoSuchEntity', message, 404);
export const invalidInput = (message: string): AwsError => new AwsError('InvalidInput', message);

/** The last part of an ARN's path. */
export const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Throws if the text is not a policy's ARN. */
export function requireArn(arn: string): void {
  if (!/^arn:[^:]+:iam::(aws|\d{12}):policy\/\S+$/.test(arn))
    throw new AwsError('ValidationError', `ARN ${arn} is not valid.`);
}

/** The role that an operation works on. */
export interface Found {
  readonly account: AccountState;
  readonly role: Role;
  readonly arn: string;
}

/** The input of every operation on a role. */
interface RoleNamed {
  readonly RoleName: string;
}

type RoleMembers = Members & { readonly RoleName: typeof roleName };

interface RoleOperation<M extends RoleMembers> {
  readonly members: M;
  /** Whether it changes the role. AWS's own roles cannot be changed. */
  readonly changes?: boolean;
  /** Condition keys besides those of the role itself. */
  readonly context?: (input: InputOf<M>) => Context;
  readonly handle: (call: Call, input: InputOf<M>, found: Found) => Output | undefined;
}

/** Defines an operation on a named role. IAM checks the permission before the role's existence. */
export const onRole = <const M extends RoleMembers>(of: RoleOperation<M>): Operation => {
  const nameIn = ({ RoleName }: RoleNamed): string => RoleName;
  return operation<M>({
    members: of.members,
    resource: (call, input: InputOf<M> & RoleNamed) =>
      roleTarget(call, nameIn(input), of.context?.(input) ?? {}),
    handle(call, input: InputOf<M> & RoleNamed) {
      const found = findRole(call, nameIn(input));
      if (of.changes === true) requireModifiable(found.role);
      return of.handle(call, input, found);
    },
  });
};

/** The role's ARN, which needs the permission, and the role's condition keys. */
function roleTarget(call: Call, name: string, context: Context): Resource {
  const { state, principal } = call;
  const account = accountOf(state, principal.account);
  const role = roleNamed(account, name);
  const keys: Record<string, string> = {};
  for (const [key, value] of Object.entries(role?.tags ?? {})) {
    keys[`aws:ResourceTag/${key}`] = value;
    keys[`iam:ResourceTag/${key}`] = value;
  }
  if (role?.boundary !== undefined) keys['iam:PermissionsBoundary'] = role.boundary;
  const arn =
    role === undefined
      ? `arn:${state.partition}:iam::${account.id}:role/${name}`
      : roleArn(state, account.id, role);
  return { arn, context: { ...keys, ...context } };
}

function findRole({ state, principal }: Call, name: string): Found {
  const account = accountOf(state, principal.account);
  const role = roleNamed(account, name);
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return { account, role, arn: roleArn(state, account.id, role) };
}

function requireModifiable(role: Role): void {
  if (!/^\/(aws-service-role|aws-reserved)\//.test(role.path ?? '/')) return;
  throw new AwsError(
    'UnmodifiableEntity',
    `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
  );
}

/** Parses a request's policy document. Throws MalformedPolicyDocument. */
export function readDocument(json: string, kind: 'trust' | 'permissions'): PolicyDocument {
  try {
    const document = parsePolicyDocument(json);
    compilePolicy(document, kind);
    return document;
  } catch (error) {
    if (error instanceof MalformedPolicy)
      throw new AwsError('MalformedPolicyDocument', error.message);
    throw error;
  }
}

/** Parses a request's trust policy. Throws LimitExceeded beyond 2,048 characters, not counting white space. */
export function readTrust(json: string): PolicyDocument {
  const document = readDocument(json, 'trust');
  if (JSON.stringify(document).length > 2048) {
    throw new AwsError('LimitExceeded', 'Cannot exceed quota for ACLSizePerRole: 2048', 409);
  }
  return document;
}

/** A document as IAM returns it: JSON, percent-encoded. */
export const encodeDocument = (document: PolicyDocument): string =>
  encodeURIComponent(JSON.stringify(document)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export const isoTime = (time: string | number): string =>
  new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');

export const longAgo = '2024-02-29T12:00:00Z';

/** A role as GetRole returns it (`whole`). ListRoles leaves out tags and the boundary. */
export function describedRole(
  account: AccountState,
  role: Role,
  arn: string,
  { whole }: { readonly whole: boolean },
): Output {
  return {
    Path: role.path ?? '/',
    RoleName: role.name,
    RoleId: stableId('AROA', `${account.id}/${role.name.toLowerCase()}`),
    Arn: arn,
    CreateDate: isoTime(role.createdAt ?? longAgo),
    AssumeRolePolicyDocument: encodeDocument(role.trust),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration ?? 3600,
    ...(whole && role.boundary !== undefined
      ? {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'Policy',
            PermissionsBoundaryArn: role.boundary,
          },
        }
      : {}),
    ...(whole && role.tags !== undefined && Object.keys(role.tags).length > 0
      ? { Tags: tagsOut(role.tags) }
      : {}),
    ...(whole ? { RoleLastUsed: {} } : {}),
  };
}

export const tagsOut = (tags: Readonly<Record<string, string>>): readonly Output[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The condition keys of a request's tags. */
export function tagContext(
  tags: readonly { readonly Key: string; readonly Value: string }[] | undefined,
): Context {
  if (tags === undefined || tags.length === 0) return {};
  const context: Record<string, string | readonly string[]> = {
    'aws:TagKeys': tags.map(({ Key }) => Key),
  };
  for (const { Key, Value } of tags) context[`aws:RequestTag/${Key}`] = Value;
  return context;
}

/** A request's tags as a record. Throws for keys that differ only in case, and for AWS's reserved keys. */
export function readTags(
  tags: readonly { readonly Key: string; readonly Value: string }[],
): Record<string, string> {
  const seenKeys = new Set<string>();
  for (const { Key } of tags) {
    if (seenKeys.has(Key.toLowerCase()))
      throw invalidInput(
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      );
    if (Key.toLowerCase().startsWith('aws:'))
      throw invalidInput('The tag keys with "aws:" prefix are reserved for AWS.');
    seenKeys.add(Key.toLowerCase());
  }
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
