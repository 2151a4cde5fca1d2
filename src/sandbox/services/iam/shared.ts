/** What IAM's operations share: roles by name with the right to touch them, documents, pages, and the texts of errors. */
import { authorize } from '../../auth/authorize.ts';
import type { Context } from '../../auth/authorize.ts';
import { MalformedPolicy, parsePolicyDocument } from '../../policy/evaluate.ts';
import { compilePolicy } from '../../policy/statement.ts';
import { accountOf, roleArn, roleNamed } from '../../state/state.ts';
import type { AccountState } from '../../state/account.ts';
import { stableId } from '../../state/principals.ts';
import type { PolicyDocument, Role } from '../../world.ts';
import { dialects } from '../../protocols/dialect.ts';
import { AwsError } from '../../protocols/aws-error.ts';
import { integer, list, structure, text } from '../../protocols/shape.ts';
import { page } from '../page.ts';
import type { Call, Output } from '../service.ts';

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

/** A role that the caller may do the action on. */
export interface Found {
  readonly account: AccountState;
  readonly role: Role;
  readonly arn: string;
}

/** IAM looks at the right before it looks at the role. */
export function findRole(call: Call, action: string, name: string, context: Context = {}): Found {
  const { state, principal } = call;
  const account = accountOf(state, principal.account);
  const role = roleNamed(account, name);
  const arn =
    role === undefined
      ? `arn:${state.partition}:iam::${account.id}:role/${name}`
      : roleArn(state, account.id, role);
  const tags: Record<string, string> = {};
  for (const [key, value] of Object.entries(role?.tags ?? {})) {
    tags[`aws:ResourceTag/${key}`] = value;
    tags[`iam:ResourceTag/${key}`] = value;
  }
  const boundary = role?.boundary === undefined ? {} : { 'iam:PermissionsBoundary': role.boundary };
  authorize(call, dialects.query, `iam:${action}`, arn, { ...tags, ...boundary, ...context });
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return { account, role, arn };
}

/** As `findRole`, for operations that change the role: AWS's own roles are not for changing. */
export function findRoleToChange(
  call: Call,
  action: string,
  name: string,
  context?: Context,
): Found {
  const found = findRole(call, action, name, context);
  if (/^\/(aws-service-role|aws-reserved)\//.test(found.role.path ?? '/')) {
    throw new AwsError(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${found.role.name}' - this role is only modifiable by AWS`,
    );
  }
  return found;
}

/** A policy document from a request; throws MalformedPolicyDocument. */
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

/** A trust policy from a request, within the quota of 2,048 characters that white space does not count for. */
export function readTrust(json: string): PolicyDocument {
  const document = readDocument(json, 'trust');
  if (JSON.stringify(document).length > 2048) {
    throw new AwsError('LimitExceeded', 'Cannot exceed quota for ACLSizePerRole: 2048', 409);
  }
  return document;
}

/** A document as IAM gives it back: JSON, percent-encoded. */
export const encodeDocument = (document: PolicyDocument): string =>
  encodeURIComponent(JSON.stringify(document)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export const isoTime = (time: string | number): string =>
  new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');

const longAgo = '2024-02-29T12:00:00Z';

/** A role as GetRole gives it; ListRoles leaves tags and boundary out. */
export function describedRole(
  account: AccountState,
  role: Role,
  arn: string,
  whole: boolean,
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

/** A page as IAM gives it: the list, IsTruncated, and a Marker for more. */
export function iamPage<T extends Output | string>(
  call: Call,
  operation: string,
  member: string,
  all: readonly T[],
  input: { readonly Marker?: string; readonly MaxItems?: number },
): Output {
  const size = Math.min(input.MaxItems ?? 100, call.state.temper.pageSize ?? 1000);
  const found = page(all, { operation, token: input.Marker, size });
  if (found === null)
    throw new AwsError('ValidationError', `Invalid Marker: ${input.Marker ?? ''}`);
  return { [member]: found.items, IsTruncated: found.next !== undefined, Marker: found.next };
}

/** Request tags as condition keys. */
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

/** Tags of a request as a record. Throws for a key that is there twice, whatever its case, and for one of AWS's own. */
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
