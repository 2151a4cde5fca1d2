/** The shape of instances in a world file, member by member. */
import * as v from 'valibot';

const text = v.string();
const count = v.pipe(
  v.number(),
  v.integer('must be a whole number'),
  v.minValue(0, 'must not be negative'),
);
const positive = v.pipe(count, v.minValue(1, 'must be at least 1'));
const moment = v.union([
  v.pipe(v.number(), v.minValue(0, 'must not be negative')),
  v.pipe(
    text,
    v.check(
      (value) => !Number.isNaN(Date.parse(value)),
      'must be a time in ISO 8601, or a number of minutes before the start',
    ),
  ),
]);
export const instanceId = v.pipe(
  text,
  v.regex(
    /^i-([0-9a-f]{8}|[0-9a-f]{17})$/,
    'must be the id of an instance, such as i-0123456789abcdef0',
  ),
);
const nodeId = v.pipe(
  text,
  v.regex(/^mi-[0-9a-f]{17}$/, 'must be the id of a hybrid node, such as mi-0123456789abcdef0'),
);
const profileName = v.pipe(
  text,
  v.regex(/^[\w+=,.@-]{1,128}$/, 'must be a name that IAM takes: letters, digits and +=,.@-_'),
);

const agent = v.strictObject({
  version: v.exactOptional(
    v.pipe(text, v.regex(/^\d+(\.\d+){2,3}$/, 'must be a version, such as 3.3.987.0')),
  ),
  stoppedAt: v.exactOptional(moment),
  registration: v.exactOptional(v.picklist(['kept', 'lost'])),
  activation: v.exactOptional(
    v.strictObject({ node: nodeId, role: text, id: v.exactOptional(text) }),
  ),
  ownCredentials: v.exactOptional(v.boolean()),
});

export const fleetInstance = v.strictObject({
  id: v.exactOptional(instanceId),
  count: v.exactOptional(positive),
  name: v.exactOptional(text),
  state: v.exactOptional(
    v.picklist(['pending', 'running', 'shutting-down', 'terminated', 'stopping', 'stopped']),
  ),
  launchedAt: v.exactOptional(moment),
  platform: v.exactOptional(v.picklist(['Linux', 'Windows', 'MacOS'])),
  profile: v.exactOptional(v.nullable(profileName)),
  profileChange: v.exactOptional(
    v.strictObject({ at: moment, before: v.exactOptional(v.nullable(profileName)) }),
  ),
  profileId: v.exactOptional(text),
  metadata: v.exactOptional(
    v.strictObject({
      endpoint: v.exactOptional(v.picklist(['enabled', 'disabled'])),
      tokens: v.exactOptional(v.picklist(['required', 'optional'])),
      hopLimit: v.exactOptional(positive),
      state: v.exactOptional(v.picklist(['applied', 'pending'])),
    }),
  ),
  operator: v.exactOptional(text),
  image: v.exactOptional(text),
  vpc: v.exactOptional(text),
  subnet: v.exactOptional(text),
  tags: v.exactOptional(v.record(text, text)),
  agent: v.exactOptional(v.nullable(agent)),
  network: v.exactOptional(v.picklist(['open', 'closed', 'no-dhmc', 'no-profile'])),
});

export const instanceProfile = v.strictObject({
  name: profileName,
  path: v.exactOptional(v.pipe(text, v.regex(/^\/([!-~]+\/)?$/, 'must begin and end with /'))),
  role: v.exactOptional(text),
  createdAt: v.exactOptional(
    v.pipe(
      text,
      v.check((value) => !Number.isNaN(Date.parse(value)), 'must be a time in ISO 8601'),
    ),
  ),
});

export const fleetBehavior = v.strictObject({
  iamRole: v.exactOptional(v.picklist(['path', 'name', 'absent'])),
  iamRoleAfterReturn: v.exactOptional(v.picklist(['cleared', 'stale'])),
  iamRoleWithSource: v.exactOptional(v.picklist(['shown', 'absent'])),
  instanceRole: v.exactOptional(v.picklist(['name', 'arn'])),
  delistMs: v.exactOptional(count),
  connectionLostMs: v.exactOptional(positive),
  profileLagMs: v.exactOptional(count),
});
