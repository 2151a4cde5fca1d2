/** The shape of a world file, `dhmc.world/v1`, member by member. */
import * as v from 'valibot';
import { worldFormat } from '../world.ts';
import { fleetBehavior, fleetInstance, instanceProfile } from './fleet-schema.ts';

// For modules that load the schemas on demand: importing valibot there would bundle all of it.
export { getDotPath, safeParse } from 'valibot';

const text = v.string();
export const accountId = v.pipe(text, v.regex(/^\d{12}$/, 'must be twelve digits, in quotes'));
export const region = v.pipe(
  text,
  v.regex(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'must be the code of a region, such as eu-west-1'),
);
const unitId = v.pipe(
  text,
  v.regex(
    /^ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$/,
    'must be the id of a unit, such as ou-ab12-11112222',
  ),
);
const rootId = v.pipe(
  text,
  v.regex(/^r-[a-z0-9]{4,32}$/, 'must be the id of a root, such as r-ab12'),
);
const parent = v.pipe(
  text,
  v.regex(
    /^(r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})$/,
    'must be the id of the root or of a unit',
  ),
);
const roleName = v.pipe(
  text,
  v.regex(
    /^[\w+=,.@-]{1,64}$/,
    'must be a name that IAM takes: 1 to 64 of letters, digits and +=,.@-_',
  ),
);
const path = v.pipe(text, v.regex(/^\/([!-~]+\/)?$/, 'must begin and end with /'));
const arn = v.pipe(text, v.regex(/^arn:/, 'must be an ARN'));
const time = v.pipe(
  text,
  v.check(
    (value) => !Number.isNaN(Date.parse(value)),
    'must be a time in ISO 8601, such as 2026-01-31T12:00:00Z',
  ),
);
const count = v.pipe(
  v.number(),
  v.integer('must be a whole number'),
  v.minValue(0, 'must not be negative'),
);
const positive = v.pipe(count, v.minValue(1, 'must be at least 1'));
const texts = v.record(text, text);
const oneOrMore = v.union([text, v.array(text)]);

const principal = v.union([v.literal('*'), v.record(text, oneOrMore)]);
const scalar = v.union([text, v.number(), v.boolean()]);
const statement = v.strictObject({
  Sid: v.exactOptional(text),
  Effect: v.picklist(['Allow', 'Deny']),
  Action: v.exactOptional(oneOrMore),
  NotAction: v.exactOptional(oneOrMore),
  Resource: v.exactOptional(oneOrMore),
  NotResource: v.exactOptional(oneOrMore),
  Principal: v.exactOptional(principal),
  NotPrincipal: v.exactOptional(principal),
  Condition: v.exactOptional(v.record(text, v.record(text, v.union([scalar, v.array(scalar)])))),
});
const policy = v.strictObject({
  Version: v.exactOptional(text),
  Id: v.exactOptional(text),
  Statement: v.union([v.array(statement), statement]),
});

const scpNames = v.exactOptional(v.array(text));

const organization = v.strictObject({
  id: v.pipe(
    text,
    v.regex(/^o-[a-z0-9]{10,32}$/, 'must be the id of an organization, such as o-abcdef1234'),
  ),
  rootId,
  managementAccount: accountId,
  delegatedAdministrators: v.exactOptional(v.array(accountId)),
  stackSetsAccess: v.exactOptional(v.boolean()),
  scps: scpNames,
  gives: v.exactOptional(
    v.strictObject({
      paths: v.exactOptional(v.boolean()),
      state: v.exactOptional(v.boolean()),
      status: v.exactOptional(v.boolean()),
    }),
  ),
});

const unit = v.strictObject({
  id: unitId,
  name: v.pipe(text, v.nonEmpty('must not be empty')),
  parent,
  scps: scpNames,
});

export const role = v.strictObject({
  name: roleName,
  path: v.exactOptional(path),
  trust: policy,
  description: v.exactOptional(text),
  tags: v.exactOptional(texts),
  boundary: v.exactOptional(arn),
  attachedPolicies: v.exactOptional(v.array(arn)),
  inlinePolicies: v.exactOptional(v.record(text, policy)),
  instanceProfiles: v.exactOptional(v.array(text)),
  maxSessionDuration: v.exactOptional(
    v.pipe(
      count,
      v.minValue(3600, 'must be at least 3600'),
      v.maxValue(43_200, 'must be at most 43200'),
    ),
  ),
  createdAt: v.exactOptional(time),
});

export const setting = v.strictObject({
  value: v.nullable(text),
  modifiedBy: v.nullable(text),
  modifiedAt: v.nullable(time),
  modifiedMinutesAgo: v.exactOptional(count),
  status: v.exactOptional(v.picklist(['Default', 'Customized', 'Custom', 'PendingUpdate'])),
});

const instance = v.strictObject({
  id: v.pipe(
    text,
    v.regex(/^m?i-[0-9a-f]+$/, 'must be the id of an instance, such as i-0123456789abcdef0'),
  ),
  name: v.exactOptional(text),
  ping: v.exactOptional(v.picklist(['Online', 'ConnectionLost', 'Inactive'])),
  agentVersion: v.exactOptional(text),
  platform: v.exactOptional(v.picklist(['Linux', 'Windows', 'MacOS'])),
  role: v.exactOptional(text),
  lastPingMinutesAgo: v.exactOptional(count),
  sourceId: v.exactOptional(text),
});

export const accountState = v.picklist([
  ...(['PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'] as const),
]);

export const accountSchema = v.strictObject({
  instanceProfiles: v.exactOptional(v.array(instanceProfile)),
  fleet: v.exactOptional(v.record(region, v.array(fleetInstance))),
  id: accountId,
  name: v.pipe(text, v.nonEmpty('must not be empty')),
  email: v.exactOptional(text),
  state: v.exactOptional(accountState),
  joinedMethod: v.exactOptional(v.picklist(['CREATED', 'INVITED'])),
  joinedAt: v.exactOptional(time),
  parent,
  tags: v.exactOptional(texts),
  scps: scpNames,
  regions: v.exactOptional(
    v.record(
      region,
      v.picklist(['ENABLED', 'ENABLED_BY_DEFAULT', 'ENABLING', 'DISABLING', 'DISABLED']),
    ),
  ),
  stsDeactivated: v.exactOptional(v.array(region)),
  roles: v.exactOptional(v.array(role)),
  policies: v.exactOptional(
    v.array(v.strictObject({ name: text, path: v.exactOptional(path), document: policy })),
  ),
  settings: v.exactOptional(v.record(region, setting)),
  instances: v.exactOptional(v.record(region, v.array(instance))),
  associations: v.exactOptional(
    v.record(
      region,
      v.array(v.strictObject({ document: text, name: v.exactOptional(text), id: text })),
    ),
  ),
});

const identity = v.variant('kind', [
  v.strictObject({ kind: v.literal('root'), account: accountId }),
  v.strictObject({
    kind: v.literal('user'),
    account: accountId,
    name: roleName,
    path: v.exactOptional(path),
    tags: v.exactOptional(texts),
    boundary: v.exactOptional(arn),
    attachedPolicies: v.exactOptional(v.array(arn)),
    inlinePolicies: v.exactOptional(v.record(text, policy)),
  }),
  v.strictObject({
    kind: v.literal('assumed-role'),
    account: accountId,
    role: roleName,
    session: text,
    expiresAt: v.exactOptional(time),
  }),
]);

const caller = v.strictObject({
  accessKeyId: v.pipe(text, v.regex(/^\w{16,128}$/, 'must be 16 to 128 letters and digits')),
  secretAccessKey: v.pipe(text, v.nonEmpty('must not be empty')),
  sessionToken: v.exactOptional(text),
  identity,
});

const match = {
  service: v.exactOptional(text),
  operation: v.exactOptional(text),
  account: v.exactOptional(accountId),
  region: v.exactOptional(region),
};

export const fault = v.strictObject({
  ...match,
  kind: v.picklist([
    'throttle',
    'server-error',
    'reset',
    'hang',
    'garbage',
    'cut',
    'error',
    'answer',
  ]),
  error: v.exactOptional(
    v.strictObject({ code: text, message: text, status: v.exactOptional(positive) }),
  ),
  answer: v.exactOptional(
    v.strictObject({
      body: text,
      status: v.exactOptional(positive),
      contentType: v.exactOptional(text),
    }),
  ),
  after: v.exactOptional(v.boolean()),
  skip: v.exactOptional(count),
  times: v.exactOptional(count),
  every: v.exactOptional(positive),
  share: v.exactOptional(
    v.pipe(v.number(), v.minValue(0, 'must be from 0 to 1'), v.maxValue(1, 'must be from 0 to 1')),
  ),
});

export const behavior = v.strictObject({
  fleet: v.exactOptional(fleetBehavior),
  policyExclusionList: v.exactOptional(v.picklist(['served', 'ignored'])),
  pageSize: v.exactOptional(positive),
  emptyPages: v.exactOptional(v.boolean()),
  rateLimits: v.exactOptional(v.boolean()),
  latencyMs: v.exactOptional(count),
  slow: v.exactOptional(v.array(v.strictObject({ ...match, latencyMs: count }))),
  iamPropagationMs: v.exactOptional(count),
  settingReadLagMs: v.exactOptional(count),
  modifiedUser: v.exactOptional(v.picklist(['caller', 'System', 'absent'])),
  missingRole: v.exactOptional(v.picklist(['documented', 'other', 'none'])),
  untrustingRole: v.exactOptional(v.picklist(['documented', 'other', 'none'])),
  defaultValue: v.exactOptional(v.string()),
  defaultStatus: v.exactOptional(v.picklist(['Default', 'Customized', 'Custom', 'PendingUpdate'])),
  defaultWriter: v.exactOptional(v.string()),
  setStatus: v.exactOptional(v.picklist(['Customized', 'Custom', 'PendingUpdate'])),
  storedValue: v.exactOptional(v.picklist(['as-sent', 'bare-name'])),
  settingIdAsArn: v.exactOptional(v.picklist(['accepted', 'refused'])),
  equalWrite: v.exactOptional(v.picklist(['renews', 'keeps'])),
  resetAnswer: v.exactOptional(v.picklist(['after', 'before'])),
  deleteNamedRole: v.exactOptional(v.picklist(['accepted', 'refused'])),
  denialText: v.exactOptional(v.picklist(['documented', 'terse'])),
  dateHeader: v.exactOptional(v.boolean()),
  tooManyUpdatesStatus: v.exactOptional(v.picklist([400, 429])),
  tooManyUpdatesMs: v.exactOptional(count),
  sessionSeconds: v.exactOptional(positive),
  withoutDhmc: v.exactOptional(v.array(region)),
  clockSkewMs: v.exactOptional(v.pipe(v.number(), v.integer('must be a whole number'))),
  namePolicies: v.exactOptional(v.boolean()),
  createOverCustomized: v.exactOptional(v.picklist(['take-over', 'already-exists'])),
  stackMs: v.exactOptional(count),
  stackSetConcurrency: v.exactOptional(positive),
  stackInstanceQuota: v.exactOptional(positive),
  withoutServiceSettingType: v.exactOptional(v.array(region)),
  faults: v.exactOptional(v.array(fault)),
});

export const worldSchema = v.strictObject({
  format: v.literal(worldFormat),
  partition: v.exactOptional(v.picklist(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'])),
  regions: v.exactOptional(v.strictObject({ default: v.array(region), optIn: v.array(region) })),
  organization,
  units: v.array(unit),
  accounts: v.pipe(
    v.array(accountSchema),
    v.minLength(1, 'must hold the management account at least'),
  ),
  scps: v.exactOptional(v.record(text, policy)),
  callers: v.pipe(v.array(caller), v.minLength(1, 'must hold one caller at least')),
  behavior: v.exactOptional(behavior),
  temper: v.exactOptional(behavior),
});
