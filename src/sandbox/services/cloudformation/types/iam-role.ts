/** `AWS::IAM::Role`: a role with its policies and tags. */
import { AwsError, unsupported } from '../../../protocols/aws-error.ts';
import type { Actor } from '../actor.ts';
import { isList, isObject, type Json, type JsonObject } from '../template.ts';
import type { Resource, StackPlace } from '../resolve.ts';
import { alreadyExists, type Difference, type Extra, type ResourceType } from './resource-type.ts';

const typeName = 'AWS::IAM::Role';

interface Wanted {
  readonly name: string;
  readonly path: string;
  readonly trust: string;
  readonly description: string;
  readonly boundary: string | null;
  readonly attached: readonly string[];
  readonly inline: ReadonlyMap<string, string>;
  readonly tags: Readonly<Record<string, string>>;
  readonly maxSessionDuration: number | null;
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const listOf = (value: Json | undefined): readonly Json[] =>
  value !== undefined && isList(value) ? value : [];

/** The role's given name, or one that CloudFormation generates. */
function nameOf({ id, properties }: Resource, { stackName, stackId }: StackPlace): string {
  const given = text(properties['RoleName']);
  if (given !== '') return given;
  const suffix = stackId.slice(-12).toUpperCase().replaceAll('-', 'X');
  return `${`${stackName}-${id}`.slice(0, 51)}-${suffix}`;
}

function wanted(resource: Resource, { tags, place }: Extra): Wanted {
  const { properties } = resource;
  const own = listOf(properties['Tags'])
    .filter(isObject)
    .map((tag) => [text(tag['Key']), text(tag['Value'])] as const);
  const duration = properties['MaxSessionDuration'];
  return {
    name: nameOf(resource, place),
    path: text(properties['Path']) || '/',
    trust: JSON.stringify(properties['AssumeRolePolicyDocument'] ?? {}),
    description: text(properties['Description']),
    boundary: text(properties['PermissionsBoundary']) || null,
    attached: listOf(properties['ManagedPolicyArns']).map(text),
    inline: new Map(
      listOf(properties['Policies'])
        .filter(isObject)
        .map((policy) => [text(policy['PolicyName']), JSON.stringify(policy['PolicyDocument'])]),
    ),
    tags: { ...tags, ...Object.fromEntries(own) },
    maxSessionDuration: duration === undefined ? null : Number(duration),
  };
}

const arnOf = (resource: Resource, place: StackPlace): string =>
  `arn:${place.partition}:iam::${place.account}:role${text(resource.properties['Path']) || '/'}${nameOf(resource, place)}`;

const tagList = (tags: Readonly<Record<string, string>>): readonly JsonObject[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Changes policies and tags from one state to another. */
function change(actor: Actor, before: Wanted, after: Wanted): void {
  const RoleName = after.name;
  for (const PolicyArn of after.attached)
    if (!before.attached.includes(PolicyArn))
      actor.call('iam', 'AttachRolePolicy', { RoleName, PolicyArn });
  for (const PolicyArn of before.attached)
    if (!after.attached.includes(PolicyArn))
      ignoring('NoSuchEntity', () =>
        actor.call('iam', 'DetachRolePolicy', { RoleName, PolicyArn }),
      );
  for (const [PolicyName, PolicyDocument] of after.inline)
    if (before.inline.get(PolicyName) !== PolicyDocument)
      actor.call('iam', 'PutRolePolicy', { RoleName, PolicyName, PolicyDocument });
  for (const PolicyName of before.inline.keys())
    if (!after.inline.has(PolicyName))
      ignoring('NoSuchEntity', () =>
        actor.call('iam', 'DeleteRolePolicy', { RoleName, PolicyName }),
      );
  const added = Object.entries(after.tags).filter(([key, value]) => before.tags[key] !== value);
  if (added.length > 0)
    actor.call('iam', 'TagRole', { RoleName, Tags: tagList(Object.fromEntries(added)) });
  const gone = Object.keys(before.tags).filter((key) => after.tags[key] === undefined);
  if (gone.length > 0) actor.call('iam', 'UntagRole', { RoleName, TagKeys: gone });
}

/** Runs a call and ignores errors with the code. */
function ignoring(code: string, act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof AwsError && error.code === code)) throw error;
  }
}

/** The sandbox has no iam:UpdateRole. */
const updatedByUpdateRole = [
  ['Description', 'description'],
  ['MaxSessionDuration', 'maxSessionDuration'],
] as const;

const noPolicies = { attached: [], inline: new Map<string, string>() } as const;

export const iamRole: ResourceType = {
  properties: [
    'RoleName',
    'Path',
    'Description',
    'AssumeRolePolicyDocument',
    'ManagedPolicyArns',
    'MaxSessionDuration',
    'PermissionsBoundary',
    'Policies',
    'Tags',
  ],
  required: ['AssumeRolePolicyDocument'],
  createOnly: ['RoleName', 'Path'],
  identifiers: ['RoleName'],
  physicalId: nameOf,
  attribute(resource, name, place) {
    if (name === '') return nameOf(resource, place);
    return name === 'Arn' ? arnOf(resource, place) : undefined;
  },
  create(actor, resource, extra) {
    const role = wanted(resource, extra);
    try {
      actor.call('iam', 'CreateRole', {
        RoleName: role.name,
        Path: role.path,
        AssumeRolePolicyDocument: role.trust,
        ...(role.description === '' ? {} : { Description: role.description }),
        ...(role.boundary === null ? {} : { PermissionsBoundary: role.boundary }),
        ...(role.maxSessionDuration === null
          ? {}
          : { MaxSessionDuration: role.maxSessionDuration }),
        ...(Object.keys(role.tags).length === 0 ? {} : { Tags: tagList(role.tags) }),
      });
    } catch (error) {
      if (error instanceof AwsError && error.code === 'EntityAlreadyExists')
        throw alreadyExists(typeName, role.name);
      throw error;
    }
    try {
      change(actor, { ...role, ...noPolicies }, role);
    } catch (error) {
      // A failed handler leaves nothing behind.
      iamRole.remove(actor, resource, extra);
      throw error;
    }
  },
  update(actor, beforeResource, afterResource, extra) {
    const [before, after] = [wanted(beforeResource, extra), wanted(afterResource, extra)];
    const RoleName = after.name;
    for (const [name, member] of updatedByUpdateRole)
      if (before[member] !== after[member])
        throw unsupported(`a change of the property ${name} of an ${typeName}`);
    if (before.trust !== after.trust)
      actor.call('iam', 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument: after.trust });
    if (before.boundary !== after.boundary)
      if (after.boundary === null) actor.call('iam', 'DeleteRolePermissionsBoundary', { RoleName });
      else
        actor.call('iam', 'PutRolePermissionsBoundary', {
          RoleName,
          PermissionsBoundary: after.boundary,
        });
    change(actor, before, after);
  },
  remove(actor, resource, extra) {
    const role = wanted(resource, extra);
    ignoring('NoSuchEntity', () => {
      change(actor, { ...role, tags: {} }, { ...role, ...noPolicies, tags: {} });
      actor.call('iam', 'DeleteRole', { RoleName: role.name });
    });
  },
  drift(actor, resource, extra) {
    const role = wanted(resource, extra);
    const RoleName = role.name;
    let found: JsonObject;
    try {
      found = objectOf(actor.call('iam', 'GetRole', { RoleName })['Role']);
    } catch (error) {
      if (error instanceof AwsError && error.code === 'NoSuchEntity')
        return { status: 'DELETED', differences: [] };
      throw error;
    }
    const attached = (
      actor.call('iam', 'ListAttachedRolePolicies', { RoleName })['AttachedPolicies'] as
        readonly { readonly PolicyArn: string }[] | undefined
    )?.map(({ PolicyArn }) => PolicyArn);
    const tags = Object.fromEntries(
      listOf(found['Tags'])
        .filter(isObject)
        .map((tag) => [text(tag['Key']), text(tag['Value'])]),
    );
    const boundary = isObject(found['PermissionsBoundary'] ?? null)
      ? text((found['PermissionsBoundary'] as JsonObject)['PermissionsBoundaryArn'])
      : '';
    const differences = [
      ...different(
        '/AssumeRolePolicyDocument',
        sorted(JSON.parse(role.trust) as Json),
        sorted(JSON.parse(decodeURIComponent(text(found['AssumeRolePolicyDocument']))) as Json),
      ),
      ...different('/Path', role.path, text(found['Path'])),
      ...different('/Description', role.description, text(found['Description'])),
      ...different('/PermissionsBoundary', role.boundary ?? '', boundary),
      ...different(
        '/ManagedPolicyArns',
        JSON.stringify(role.attached.toSorted()),
        JSON.stringify((attached ?? []).toSorted()),
      ),
      ...inlineDifferences(actor, role),
      ...different('/Tags', sorted(role.tags), sorted(tags)),
    ];
    return { status: differences.length === 0 ? 'IN_SYNC' : 'MODIFIED', differences };
  },
};

/** A response member as an object; empty if it is not one. */
const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

const different = (path: string, expected: string, actual: string): readonly Difference[] =>
  expected === actual ? [] : [{ path, expected, actual, kind: 'NOT_EQUAL' }];

/** The differences of the template's inline policies. Other inline policies of the role are ignored. */
const inlineDifferences = (
  actor: Actor,
  { name: RoleName, inline }: Wanted,
): readonly Difference[] =>
  [...inline].flatMap(([PolicyName, expected], index) => {
    let actual = '';
    ignoring('NoSuchEntity', () => {
      const { PolicyDocument } = actor.call('iam', 'GetRolePolicy', { RoleName, PolicyName });
      const document = typeof PolicyDocument === 'string' ? PolicyDocument : '';
      actual = sorted(JSON.parse(decodeURIComponent(document)) as Json);
    });
    const path = `/Policies/${index}/PolicyDocument`;
    return different(path, sorted(JSON.parse(expected) as Json), actual);
  });

/** JSON with sorted object members, so that equal values have equal texts. */
const sorted = (value: Json): string =>
  JSON.stringify(value, (_, each: unknown) =>
    isObject(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
