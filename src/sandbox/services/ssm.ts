/** AWS Systems Manager: service settings, managed instances, associations. */
import { authorize } from '../auth/authorize.ts';
import { trustsService } from '../policy/evaluate.ts';
import { seen } from '../state/account.ts';
import { accountOf, putSetting, roleArn } from '../state/state.ts';
import type { Setting } from '../world.ts';
import { dialects } from '../protocols/dialect.ts';
import { AwsError } from '../protocols/aws-error.ts';
import { integer, list, structure, text, validationText } from '../protocols/shape.ts';
import { page } from './page.ts';
import { operation } from './service.ts';
import type { Call, Output, Service } from './service.ts';

export const dhmcSettingId = '/ssm/managed-instance/default-ec2-instance-management-role';

/** When a setting that nobody set was last modified: an arbitrary day, in epoch seconds. */
const defaultSince = Date.UTC(2023, 1, 16) / 1000;

/** Other settings, with AWS's defaults; they can be read and written, and are no part of the world. */
const siblings: Readonly<Record<string, string>> = {
  '/ssm/automation/customer-script-log-destination': '',
  '/ssm/documents/console/public-sharing-permission': 'Enable',
  '/ssm/managed-instance/activation-tier': 'standard',
  '/ssm/parameter-store/default-parameter-tier': 'Standard',
  '/ssm/parameter-store/high-throughput-enabled': 'false',
};

const fail = (code: string, message: string, status = 400): AwsError =>
  new AwsError(code, message, status);
const notFound = (id: string): AwsError =>
  fail('ServiceSettingNotFound', `Setting ${id} not found.`);

/** The setting's short id and ARN, its region's service being there; throws for what SSM does not know. */
function locate(call: Call, given: string): { readonly id: string; readonly arn: string } {
  const prefix = `arn:${call.state.partition}:ssm:${call.region}:${call.principal.account}:servicesetting`;
  if (given.startsWith('arn:') && !given.startsWith(`${prefix}/`))
    throw fail('ValidationException', `Invalid settingId : ${given}.`);
  const id = given.startsWith('arn:') ? given.slice(prefix.length) : given;
  return { id, arn: prefix + (id.startsWith('/') ? id : `/${id}`) };
}

function requireKnown(call: Call, id: string): void {
  if (id !== dhmcSettingId && siblings[id] === undefined) throw notFound(id);
  if (id === dhmcSettingId && call.state.temper.withoutDhmc?.includes(call.region) === true)
    throw notFound(id);
}

function described(id: string, arn: string, setting: Setting | undefined): Output {
  const value = setting?.value ?? (id === dhmcSettingId ? '$None' : siblings[id]);
  const untouched = setting === undefined;
  const modifiedBy = untouched ? 'System' : setting.modifiedBy;
  const modifiedAt = setting?.modifiedAt ?? null;
  return {
    ServiceSetting: {
      SettingId: id,
      SettingValue: value === '' ? undefined : value,
      ...(modifiedAt === null
        ? untouched
          ? { LastModifiedDate: defaultSince }
          : {}
        : { LastModifiedDate: Date.parse(modifiedAt) / 1000 }),
      ...(modifiedBy === null ? {} : { LastModifiedUser: modifiedBy }),
      ARN: arn,
      Status:
        setting?.status ??
        (setting === undefined || setting.value === null ? 'Default' : 'Customized'),
    },
  };
}

const settingId = text({ required: true, min: 1, max: 1000 });

const getServiceSetting = operation({ SettingId: settingId }, (call, input) => {
  const { id, arn } = locate(call, input.SettingId);
  authorize(call, dialects.json, 'ssm:GetServiceSetting', arn);
  requireKnown(call, id);
  const account = accountOf(call.state, call.principal.account);
  if (id !== dhmcSettingId) return described(id, arn, account.siblings.get(`${call.region} ${id}`));
  return described(
    id,
    arn,
    seen(account.settings, call.region, call.now, call.state.temper.settingReadLagMs ?? 0),
  );
});

/** SSM takes one write of a setting at a time. */
function holdPace(call: Call): void {
  const { tooManyUpdatesMs = 0, tooManyUpdatesStatus = 400 } = call.state.temper;
  const account = accountOf(call.state, call.principal.account);
  const last = account.settingWrites.get(call.region);
  if (last !== undefined && call.now - last < tooManyUpdatesMs) {
    throw fail(
      'TooManyUpdates',
      'There are concurrent updates for a resource that supports one update at a time.',
      tooManyUpdatesStatus,
    );
  }
  account.settingWrites.set(call.region, call.now);
}

const updateServiceSetting = operation(
  { SettingId: settingId, SettingValue: text({ required: true, min: 1, max: 4096 }) },
  (call, input) => {
    const { state, principal, region, now } = call;
    const { id, arn } = locate(call, input.SettingId);
    authorize(call, dialects.json, 'ssm:UpdateServiceSetting', arn);
    requireKnown(call, id);
    const account = accountOf(state, principal.account);
    const modified = state.temper.modifiedUser ?? 'caller';
    const written: Setting = {
      value: input.SettingValue,
      modifiedBy: modified === 'caller' ? principal.arn : modified === 'System' ? 'System' : null,
      modifiedAt: new Date(now).toISOString(),
      status: 'Customized',
    };
    if (id !== dhmcSettingId) {
      account.siblings.set(`${region} ${id}`, written);
      return {};
    }
    if (!/^[\w+=,.@/-]+$/.test(input.SettingValue))
      throw fail('ValidationException', `Invalid setting value: ${input.SettingValue}`);
    const named = `arn:${state.partition}:iam::${principal.account}:role/${input.SettingValue}`;
    authorize(call, dialects.json, 'iam:PassRole', named, {
      'iam:PassedToService': `ssm.amazonaws.com`,
    });
    requireAssumable(call, named);
    holdPace(call);
    putSetting(state, account, region, written);
    return {};
  },
);

/** The role must be there, and SSM must be let in by its trust policy, as far as SSM has heard of it. */
function requireAssumable(call: Call, arn: string): void {
  const { state, principal, now } = call;
  const { missingRole = 'documented', iamPropagationMs = 0 } = state.temper;
  if (missingRole === 'none') return;
  const account = accountOf(state, principal.account);
  const role = seen(
    account.roles,
    arn.slice(arn.lastIndexOf('/') + 1).toLowerCase(),
    now,
    iamPropagationMs,
  );
  const assumable =
    role !== undefined &&
    roleArn(state, account.id, role) === arn &&
    [`ssm.amazonaws.com`, `ssm.${state.dnsSuffix}`].some((service) =>
      trustsService(role.trust, service, {
        'aws:SourceAccount': account.id,
        'aws:SourceArn': `arn:${state.partition}:ssm:${call.region}:${account.id}:*`,
      }),
    );
  if (assumable) return;
  throw fail(
    'ValidationException',
    missingRole === 'other'
      ? 'The setting could not be validated. Try again later.'
      : `Nonexistent role or missing ssm service principal in trust policy: ${arn}`,
  );
}

const resetServiceSetting = operation({ SettingId: settingId }, (call, input) => {
  const { id, arn } = locate(call, input.SettingId);
  authorize(call, dialects.json, 'ssm:ResetServiceSetting', arn);
  requireKnown(call, id);
  const account = accountOf(call.state, call.principal.account);
  if (id !== dhmcSettingId) account.siblings.delete(`${call.region} ${id}`);
  else {
    holdPace(call);
    putSetting(call.state, account, call.region, undefined);
  }
  return described(id, arn, undefined);
});

const filters = list(
  structure({
    Key: text({ required: true, min: 1 }),
    Values: list(text({ min: 1 }), { required: true, min: 1, max: 100 }),
  }),
  {},
);
const oldFilters = list(
  structure({
    key: text({ required: true }),
    valueSet: list(text({ min: 1 }), { required: true, min: 1, max: 100 }),
  }),
  {},
);

const describeInstanceInformation = operation(
  {
    InstanceInformationFilterList: oldFilters,
    Filters: filters,
    MaxResults: integer({ min: 5, max: 50 }),
    NextToken: text({}),
  },
  (call, input) => {
    const { state, principal, region } = call;
    authorize(call, dialects.json, 'ssm:DescribeInstanceInformation', '*');
    const wanted = [
      ...(input.Filters ?? []).map(({ Key, Values }) => ({ key: Key, values: Values })),
      ...(input.InstanceInformationFilterList ?? []).map(({ key, valueSet }) => ({
        key,
        values: valueSet,
      })),
    ];
    const given = accountOf(state, principal.account).given?.instances?.[region] ?? [];
    const all = given
      .map((instance) => ({
        InstanceId: instance.id,
        PingStatus: instance.ping ?? 'Online',
        LastPingDateTime: call.now / 1000,
        AgentVersion: instance.agentVersion ?? '3.3.987.0',
        IsLatestVersion: true,
        PlatformType: instance.platform ?? 'Linux',
        IamRole: instance.role,
        ResourceType: instance.id.startsWith('mi-') ? 'ManagedInstance' : 'EC2Instance',
        Name: instance.name,
        ComputerName: instance.name ?? instance.id,
      }))
      .filter((instance) =>
        wanted.every(({ key, values }) => {
          switch (key) {
            case 'InstanceIds':
              return values.includes(instance.InstanceId);
            case 'PingStatus':
              return values.includes(instance.PingStatus);
            case 'AgentVersion':
              return values.includes(instance.AgentVersion);
            case 'PlatformTypes':
              return values.includes(instance.PlatformType);
            case 'ResourceType':
              return values.includes(instance.ResourceType);
            case 'IamRole':
              return instance.IamRole !== undefined && values.includes(instance.IamRole);
            default:
              throw fail('InvalidFilterKey', `The sandbox does not know the filter ${key}.`);
          }
        }),
      );
    const size = Math.min(input.MaxResults ?? 50, state.temper.pageSize ?? 50);
    const found = page(all, {
      operation: 'DescribeInstanceInformation',
      token: input.NextToken,
      size,
    });
    if (found === null) throw fail('InvalidNextToken', 'The specified token is not valid.');
    return { InstanceInformationList: found.items, NextToken: found.next };
  },
);

const listAssociations = operation(
  {
    AssociationFilterList: list(
      structure({ key: text({ required: true }), value: text({ required: true, min: 1 }) }),
      { min: 1 },
    ),
    MaxResults: integer({ min: 1, max: 50 }),
    NextToken: text({}),
  },
  (call, input) => {
    const { state, principal, region } = call;
    authorize(
      call,
      dialects.json,
      'ssm:ListAssociations',
      `arn:${state.partition}:ssm:${region}:${principal.account}:*`,
    );
    const given = accountOf(state, principal.account).given?.associations?.[region] ?? [];
    const all = given
      .filter((association) =>
        (input.AssociationFilterList ?? []).every(({ key, value }) => {
          switch (key) {
            case 'Name':
              return association.document === value;
            case 'AssociationName':
              return association.name === value;
            case 'AssociationId':
              return association.id === value;
            default:
              throw fail('ValidationException', `The sandbox does not know the filter ${key}.`);
          }
        }),
      )
      .map((association) => ({
        Name: association.document,
        AssociationId: association.id,
        AssociationVersion: '1',
        AssociationName: association.name,
      }));
    const size = Math.min(input.MaxResults ?? 50, state.temper.pageSize ?? 50);
    const found = page(all, { operation: 'ListAssociations', token: input.NextToken, size });
    if (found === null) throw fail('InvalidNextToken', 'The specified token is not valid.');
    return { Associations: found.items, NextToken: found.next };
  },
);

export const ssm: Service = {
  name: 'ssm',
  protocol: 'json',
  prefix: 'AmazonSSM',
  operations: {
    GetServiceSetting: getServiceSetting,
    UpdateServiceSetting: updateServiceSetting,
    ResetServiceSetting: resetServiceSetting,
    DescribeInstanceInformation: describeInstanceInformation,
    ListAssociations: listAssociations,
  },
  invalid: (found) => fail('ValidationException', validationText(found)),
  throttled: () => fail('ThrottlingException', 'Rate exceeded'),
  internal: () => fail('InternalServerError', 'An error occurred on the server side.', 500),
  regional: true,
};
