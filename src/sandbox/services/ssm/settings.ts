/** Service settings: default host management and some others. */
import { seen } from '../../state/account.ts';
import { assumableBySystemsManager } from '../../state/trust.ts';
import { accountOf, putSetting, roleArn } from '../../state/state.ts';
import type { Behavior, Setting } from '../../world.ts';
import { fail } from './shared.ts';
import type { AwsError } from '../../protocols/aws-error.ts';
import { text } from '../../protocols/shape.ts';
import { operation } from '../service.ts';
import type { Call, Operation, Output } from '../service.ts';

export const dhmcSettingId = '/ssm/managed-instance/default-ec2-instance-management-role';

/** LastModifiedDate of a setting that was never set: an arbitrary day, in epoch seconds. */
const defaultSince = Date.UTC(2023, 1, 16) / 1000;

/** Other settings with AWS's defaults. They can be read and written, but are not part of the world. */
const siblings: Readonly<Record<string, string>> = {
  '/ssm/automation/customer-script-log-destination': '',
  '/ssm/documents/console/public-sharing-permission': 'Enable',
  '/ssm/managed-instance/activation-tier': 'standard',
  '/ssm/parameter-store/default-parameter-tier': 'Standard',
  '/ssm/parameter-store/high-throughput-enabled': 'false',
};

const notFound = (id: string): AwsError =>
  fail('ServiceSettingNotFound', `Setting ${id} not found.`);

/** The setting's short id and ARN. Throws for the ARN of another account or region. */
function locate(call: Call, given: string): { readonly id: string; readonly arn: string } {
  const prefix = `arn:${call.state.partition}:ssm:${call.region}:${call.principal.account}:servicesetting`;
  if (given.startsWith('arn:') && !given.startsWith(`${prefix}/`))
    throw fail('ValidationException', `Invalid settingId : ${given}.`);
  if (given.startsWith('arn:') && call.state.behavior.settingIdAsArn === 'refused')
    throw fail('ValidationException', `Invalid settingId : ${given}.`);
  const id = given.startsWith('arn:') ? given.slice(prefix.length) : given;
  return { id, arn: prefix + (id.startsWith('/') ? id : `/${id}`) };
}

function requireKnown(call: Call, id: string): void {
  if (id !== dhmcSettingId && siblings[id] === undefined) throw notFound(id);
  if (id === dhmcSettingId && call.state.behavior.withoutDhmc?.includes(call.region) === true)
    throw notFound(id);
}

function described(
  { defaultValue = '$None', defaultStatus = 'Default', defaultWriter = 'System' }: Behavior,
  id: string,
  arn: string,
  setting: Setting | undefined,
): Output {
  const value = setting?.value ?? (id === dhmcSettingId ? defaultValue : siblings[id]);
  const untouched = setting === undefined;
  const modifiedBy = untouched ? defaultWriter : setting.modifiedBy;
  const modifiedAt = setting?.modifiedAt ?? null;
  return {
    ServiceSetting: {
      SettingId: id,
      SettingValue: value === '' || value === 'absent' ? undefined : value,
      ...(modifiedAt === null
        ? untouched
          ? { LastModifiedDate: defaultSince }
          : {}
        : { LastModifiedDate: Date.parse(modifiedAt) / 1000 }),
      ...(modifiedBy === null || modifiedBy === 'absent' ? {} : { LastModifiedUser: modifiedBy }),
      ARN: arn,
      Status:
        setting?.status ??
        (setting === undefined || setting.value === null ? defaultStatus : 'Customized'),
    },
  };
}

const settingId = text({ required: true, min: 1, max: 1000 });

const theSetting = (call: Call, input: { readonly SettingId: string }): string =>
  locate(call, input.SettingId).arn;

const getServiceSetting = operation({
  members: { SettingId: settingId },
  resource: theSetting,
  handle(call, input) {
    const { id, arn } = locate(call, input.SettingId);
    requireKnown(call, id);
    const account = accountOf(call.state, call.principal.account);
    if (id !== dhmcSettingId)
      return described(call.state.behavior, id, arn, account.siblings.get(`${call.region} ${id}`));
    return described(
      call.state.behavior,
      id,
      arn,
      seen(account.settings, call.region, call.now, call.state.behavior.settingReadLagMs ?? 0),
    );
  },
});

/** Throws TooManyUpdates if the last write was too recent: SSM accepts one write at a time. */
function holdPace(call: Call): void {
  const { tooManyUpdatesMs = 0, tooManyUpdatesStatus = 400 } = call.state.behavior;
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

const updateServiceSetting = operation({
  members: {
    SettingId: settingId,
    SettingValue: text({ required: true, min: 1, max: 4096 }),
  },
  resource: theSetting,
  handle(call, input) {
    const { state, principal, region, now } = call;
    const { id } = locate(call, input.SettingId);
    requireKnown(call, id);
    const account = accountOf(state, principal.account);
    const modified = state.behavior.modifiedUser ?? 'caller';
    const { storedValue, setStatus = 'Customized', equalWrite } = state.behavior;
    const written: Setting = {
      value:
        storedValue === 'bare-name'
          ? input.SettingValue.slice(input.SettingValue.lastIndexOf('/') + 1)
          : input.SettingValue,
      modifiedBy: modified === 'caller' ? principal.arn : modified === 'System' ? 'System' : null,
      modifiedAt: new Date(now).toISOString(),
      status: setStatus,
    };
    if (id !== dhmcSettingId) {
      account.siblings.set(`${region} ${id}`, written);
      return {};
    }
    if (!/^[\w+=,.@/-]+$/.test(input.SettingValue))
      throw fail('ValidationException', `Invalid setting value: ${input.SettingValue}`);
    const named = `arn:${state.partition}:iam::${principal.account}:role/${input.SettingValue}`;
    call.authorize('iam:PassRole', named, { 'iam:PassedToService': `ssm.amazonaws.com` });
    requireAssumable(call, named);
    holdPace(call);
    const before = seen(account.settings, region, now, 0);
    if (equalWrite === 'keeps' && before?.value === written.value) return {};
    putSetting(state, account, region, written);
    return {};
  },
});

/** Throws if the role does not exist or its trust policy does not allow SSM, as SSM currently sees the role. */
function requireAssumable(call: Call, arn: string): void {
  const { state, principal, now } = call;
  const {
    missingRole = 'documented',
    untrustingRole = 'documented',
    iamPropagationMs = 0,
  } = state.behavior;
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
    assumableBySystemsManager(state, account.id, call.region, role);
  const isThere = role !== undefined && roleArn(state, account.id, role) === arn;
  const check = isThere ? untrustingRole : missingRole;
  if (assumable || check === 'none') return;
  throw fail(
    'ValidationException',
    check === 'other'
      ? 'The setting could not be validated. Try again later.'
      : `Nonexistent role or missing ssm service principal in trust policy: ${arn}`,
  );
}

const resetServiceSetting = operation({
  members: { SettingId: settingId },
  resource: theSetting,
  handle(call, input) {
    const { id, arn } = locate(call, input.SettingId);
    requireKnown(call, id);
    const { behavior } = call.state;
    const account = accountOf(call.state, call.principal.account);
    const before = seen(account.settings, call.region, call.now, 0);
    if (id !== dhmcSettingId) account.siblings.delete(`${call.region} ${id}`);
    else {
      holdPace(call);
      putSetting(call.state, account, call.region, undefined);
    }
    return described(behavior, id, arn, behavior.resetAnswer === 'before' ? before : undefined);
  },
});

export const settingOperations: Readonly<Record<string, Operation>> = {
  GetServiceSetting: getServiceSetting,
  UpdateServiceSetting: updateServiceSetting,
  ResetServiceSetting: resetServiceSetting,
};
