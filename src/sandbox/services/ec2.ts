/** Amazon EC2: instances, and their associations with instance profiles. */
import { instancesOf, launchOf, profileSince } from '../fleet/instances.ts';
import type { Instance } from '../fleet/instances.ts';
import type { InstanceStateName } from '../fleet/spec.ts';
import { tagsOf } from '../fleet/tags.ts';
import { AwsError, unsupported } from '../protocols/aws-error.ts';
import { flag, integer, list, structure, text, validationText } from '../protocols/shape.ts';
import { stableId } from '../state/principals.ts';
import { accountOf, profileArn, profileNamed } from '../state/state.ts';
import { operation } from './service.ts';
import type { Call, Output, Service } from './service.ts';

const fail = (code: string, message: string, status = 400): AwsError =>
  new AwsError(code, message, status);

const filters = list(
  structure({
    Name: text({ required: true, min: 1 }),
    Value: list(text({}), { required: true, min: 1, max: 200 }),
  }),
  {},
);

const stateCodes: Readonly<Record<InstanceStateName, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

const stateOf = ({ spec }: Instance): InstanceStateName => spec.state ?? 'running';

/** The ARN and id of an instance's profile in EC2, which still shows a deleted profile. */
function profileOf(call: Call, { spec }: Instance): { arn: string; id: string } | null {
  if (spec.profile === undefined || spec.profile === null) return null;
  const { state, principal } = call;
  const account = accountOf(state, principal.account);
  const profile = profileNamed(account, spec.profile) ?? { name: spec.profile };
  const arn = profileArn(state, account.id, profile);
  return { arn, id: spec.profileId ?? stableId('AIPA', arn) };
}

const metadataOf = ({ spec }: Instance): Required<NonNullable<Instance['spec']['metadata']>> => ({
  endpoint: 'enabled',
  tokens: 'required',
  hopLimit: 2,
  state: 'applied',
  ...spec.metadata,
});

/** Hexadecimal digits that depend only on the text. */
const digits = (of: string): string =>
  [...stableId('', of)].map((letter) => (letter.charCodeAt(0) & 15).toString(16)).join('');

function described(call: Call, instance: Instance): Output {
  const { spec, id } = instance;
  const profile = profileOf(call, instance);
  const metadata = metadataOf(instance);
  const tags = Object.entries(tagsOf(instance)).map(([key, value]) => ({ key, value }));
  const windows = spec.platform === 'Windows';
  return {
    instanceId: id,
    imageId: spec.image ?? (windows ? 'ami-0d3b3b3b3b3b3b3b3' : 'ami-0a1a1a1a1a1a1a1a1'),
    instanceState: { code: stateCodes[stateOf(instance)], name: stateOf(instance) },
    instanceType: 't3.medium',
    launchTime: new Date(launchOf(call.state, spec)).toISOString(),
    placement: { availabilityZone: `${call.region}a`, tenancy: 'default' },
    ...(windows ? { platform: 'windows' } : {}),
    platformDetails: windows ? 'Windows' : 'Linux/UNIX',
    architecture: 'x86_64',
    vpcId: spec.vpc ?? `vpc-0${digits(call.principal.account + call.region).slice(0, 16)}`,
    subnetId:
      spec.subnet ?? `subnet-0${digits(`${call.principal.account}/${call.region}`).slice(0, 16)}`,
    ...(profile === null ? {} : { iamInstanceProfile: profile }),
    metadataOptions: {
      state: metadata.state,
      httpTokens: metadata.tokens,
      httpPutResponseHopLimit: metadata.hopLimit,
      httpEndpoint: metadata.endpoint,
      httpProtocolIpv6: 'disabled',
      instanceMetadataTags: 'disabled',
    },
    operator:
      spec.operator === undefined
        ? { managed: false }
        : { managed: true, principal: spec.operator, hiddenByDefault: false },
    ...(tags.length === 0 ? {} : { tagSet: tags }),
  };
}

type Reader = (call: Call, instance: Instance) => string | undefined;

const filterValues: Readonly<Record<string, Reader>> = {
  'iam-instance-profile.arn': (call, instance) => profileOf(call, instance)?.arn,
  'iam-instance-profile.id': (call, instance) => profileOf(call, instance)?.id,
  'image-id': (_call, { spec }) => spec.image,
  'instance-id': (_call, { id }) => id,
  'instance-state-code': (_call, instance) => `${stateCodes[stateOf(instance)]}`,
  'instance-state-name': (_call, instance) => stateOf(instance),
  'metadata-options.http-endpoint': (_call, instance) => metadataOf(instance).endpoint,
  'metadata-options.http-put-response-hop-limit': (_call, instance) =>
    `${metadataOf(instance).hopLimit}`,
  'metadata-options.http-tokens': (_call, instance) => metadataOf(instance).tokens,
  'operator.managed': (_call, { spec }) => `${spec.operator !== undefined}`,
  'operator.principal': (_call, { spec }) => spec.operator,
  'owner-id': (call) => call.principal.account,
  platform: (_call, { spec }) => (spec.platform === 'Windows' ? 'windows' : undefined),
  'subnet-id': (_call, { spec }) => spec.subnet,
  'vpc-id': (_call, { spec }) => spec.vpc,
};

interface Filter {
  readonly Name: string;
  readonly Value: readonly string[];
}

/** Compiles a filter's value. `*` matches any text, and `?` any character. */
const wildcard = (value: string): RegExp =>
  new RegExp(
    `^${value
      .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
      .replace(/\\\*/g, '.*')
      .replace(/\\\?/g, '.')}$`,
    's',
  );

function matcher(call: Call, { Name: name, Value: values }: Filter): (of: Instance) => boolean {
  const patterns = values.map(wildcard);
  const fits = (value: string | undefined): boolean =>
    value !== undefined && patterns.some((pattern) => pattern.test(value));
  if (name === 'tag-key') return (instance) => Object.keys(tagsOf(instance)).some(fits);
  if (name.startsWith('tag:')) return (instance) => fits(tagsOf(instance)[name.slice(4)]);
  const read = Object.hasOwn(filterValues, name) ? filterValues[name] : undefined;
  if (read === undefined) throw unsupported(`the filter ${name}`);
  return (instance) => fits(read(call, instance));
}

function chosen(
  call: Call,
  {
    ids,
    given = [],
  }: { ids?: readonly string[] | undefined; given?: readonly Filter[] | undefined },
): readonly Instance[] {
  const account = accountOf(call.state, call.principal.account);
  let all = instancesOf(account, call.region);
  if (ids !== undefined) {
    const known = new Set(all.map(({ id }) => id));
    for (const id of ids) {
      if (!/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id))
        throw fail('InvalidInstanceID.Malformed', `Invalid id: "${id}"`);
      if (!known.has(id))
        throw fail('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
    }
    all = all.filter(({ id }) => ids.includes(id));
  }
  const tests = given.map((filter) => matcher(call, filter));
  return tests.length === 0 ? all : all.filter((instance) => tests.every((test) => test(instance)));
}

function refuseDryRun(dryRun: boolean | undefined): void {
  if (dryRun === true)
    throw fail('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}

const describeInstances = operation({
  members: {
    DryRun: flag({}),
    Filter: filters,
    IncludeManagedResources: flag({}),
    InstanceId: list(text({}), {}),
    MaxResults: integer({ min: 5, max: 1000 }),
    NextToken: text({}),
  },
  handle(call, input) {
    refuseDryRun(input.DryRun);
    if (input.InstanceId !== undefined && input.MaxResults !== undefined) {
      throw fail(
        'InvalidParameterCombination',
        'The parameter instancesSet cannot be used with the parameter maxResults',
      );
    }
    const all = chosen(call, { ids: input.InstanceId, given: input.Filter });
    const { items, rest } = call.slice({ all }, input);
    return { reservationSet: reservations(call, items), ...rest };
  },
});

/** Groups instances into reservations: one for each entry of the world. */
function reservations(call: Call, instances: readonly Instance[]): readonly Output[] {
  const bySpec = new Map<unknown, Instance[]>();
  for (const instance of instances) {
    const key = instance.given ?? instance.id;
    const together = bySpec.get(key);
    if (together === undefined) bySpec.set(key, [instance]);
    else together.push(instance);
  }
  return [...bySpec.values()].map((together) => ({
    reservationId: `r-0${digits(together[0]?.id ?? '').slice(0, 16)}`,
    ownerId: call.principal.account,
    groupSet: [],
    instancesSet: together.map((instance) => described(call, instance)),
  }));
}

const describeIamInstanceProfileAssociations = operation({
  members: {
    AssociationId: list(text({}), {}),
    Filter: filters,
    MaxResults: integer({ min: 5, max: 1000 }),
    NextToken: text({}),
  },
  handle(call, input) {
    const byState = input.Filter?.filter(({ Name }) => Name === 'state') ?? [];
    const others = input.Filter?.filter(({ Name }) => Name !== 'state') ?? [];
    for (const { Name } of others)
      if (Name !== 'instance-id') throw unsupported(`the filter ${Name}`);
    const all = chosen(call, { given: others })
      .map((instance) => ({ instance, profile: profileOf(call, instance) }))
      .filter(({ profile }) => profile !== null)
      .filter(() => byState.every(({ Value }) => Value.includes('associated')))
      .map(({ instance, profile }) => ({
        associationId: `iip-assoc-0${digits(`${instance.id} ${profile?.arn ?? ''}`).slice(0, 16)}`,
        instanceId: instance.id,
        iamInstanceProfile: { arn: profile?.arn, id: profile?.id },
        state: 'associated',
        timestamp: new Date(profileSince(call.state, instance.spec)).toISOString(),
      }))
      .filter(({ associationId }) => input.AssociationId?.includes(associationId) ?? true);
    return call.page({ member: 'iamInstanceProfileAssociationSet', all }, input);
  },
});

export const ec2: Service = {
  name: 'ec2',
  protocol: 'ec2',
  prefix: '2016-11-15',
  xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  operations: {
    DescribeInstances: describeInstances,
    DescribeIamInstanceProfileAssociations: describeIamInstanceProfileAssociations,
  },
  paging: {
    size: 1000,
    token: 'nextToken',
    emptyPages: true,
    invalidToken: (token) =>
      fail('InvalidParameterValue', `Unable to parse pagination token: ${token}`),
  },
  rates: { DescribeInstances: [20, 100] },
  ratesPerRegion: true,
  invalid: (found) => {
    const missing = found.find(({ kind }) => kind === 'missing');
    return missing === undefined
      ? fail('InvalidParameterValue', validationText(found))
      : fail('MissingParameter', `The request must contain the parameter ${missing.path}`);
  },
  throttled: () => fail('RequestLimitExceeded', 'Request limit exceeded.', 503),
  internal: () => fail('InternalError', 'An internal error has occurred', 500),
  regional: true,
};
