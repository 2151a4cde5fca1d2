/** The proof's port over the SDK: calls in one account, with AWS's responses and errors as they are. */
import { lastSegment, parseRoleName, roleArn, tagsOfNewRole } from '../core/iam/role-names.ts';
import type { Partition, Reading } from '../core/model/model.ts';
import { known, settingId } from '../core/model/model.ts';
import type { Answer } from '../core/proof/observations.ts';
import type { Cloud } from '../run/cloud.ts';
import type { ProofAccess, UpdateRights } from '../run/proof-access.ts';
import { commands, type AccountCall, type InputOf } from './accounts/commands.ts';
import type { AccessOptions } from './accounts/calls.ts';
import { openCloud } from './cloud.ts';
import type { ConnectOptions } from './connect-options.ts';
import { parseSdkError } from './http/sdk-error.ts';
import { operations } from './permissions/operations.ts';
import { redact, secretsOf } from './responses/redact.ts';

export interface ProofCloud {
  readonly cloud: Cloud;
  /** Enters the account to prove the cell of a region. */
  enter(account: string, region: string): Promise<Reading<ProofAccess>>;
}

export const openProof = async (options: ConnectOptions): Promise<ProofCloud> => {
  const { cloud, accessOptionsOf, accessOptionsWith } = await openCloud(options);
  return {
    cloud,
    enter: async (account, region) => {
      const entered = await cloud.enter(account);
      if (!entered.known) return entered;
      const access = accessOptionsOf(account);
      if (access === undefined) throw new Error(`${account} is not entered.`);
      const others = new Map<UpdateRights, AccessOptions>();
      for (const rights of ['not-allowed', 'denied'] as const) {
        const other = await accessOptionsWith(account, policyOf(rights));
        if (other?.known === true) others.set(rights, other.value);
      }
      const { partition } = cloud;
      const role = parseRoleName(options.dhmcRole);
      const arn = roleArn(partition, account, role);
      const call = caller(access, region);
      const settingArn = `arn:${partition}:ssm:${region}:${account}:servicesetting${settingId}`;
      return known<ProofAccess>({
        actor: actorOf(access, partition, options.runId),
        roleArn: arn,
        getSetting: (by) => call.getSetting(by === 'id' ? settingId : settingArn),
        listRegions: () => call.listRegions(),
        updateSetting: (value, rights) => {
          if (rights === 'full') return call.updateSetting(value);
          const other = others.get(rights);
          return other === undefined
            ? Promise.resolve(null)
            : caller(other, region).updateSetting(value);
        },
        resetSetting: () => call.resetSetting(),
        createRole: (trust) =>
          call.createRole({
            RoleName: role.name,
            Path: role.path,
            AssumeRolePolicyDocument: trust,
            Description: 'Made by a proof of dhmc, which deletes it again.',
            Tags: Object.entries(tagsOfNewRole(options.runId, new Date().toISOString(), {})).map(
              ([Key, Value]) => ({ Key, Value }),
            ),
          }),
        deleteRole: () => call.deleteRole(role.name),
        setting: () => entered.value.setting(region),
        role: () => entered.value.role(role.name),
        clockAheadMs: () => access.wire.clockAheadMs(),
        transport: () => ({ calls: access.wire.usage().calls, ...access.wire.transport() }),
      });
    },
  };
};

/** A session policy that does not allow UpdateServiceSetting, or that denies it. */
const policyOf = (rights: 'not-allowed' | 'denied'): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'ssm:GetServiceSetting', Resource: '*' },
      ...(rights === 'denied'
        ? [
            { Effect: 'Allow', Action: '*', Resource: '*' },
            { Effect: 'Deny', Action: 'ssm:UpdateServiceSetting', Resource: '*' },
          ]
        : []),
    ],
  });

/** The ARN of the access's principal, as AWS shows it. */
const actorOf = (
  { principal, memberSession, account }: AccessOptions,
  partition: Partition,
  runId: string,
): string =>
  memberSession
    ? `arn:${partition}:sts::${account}:assumed-role/${lastSegment(principal.replace(/^role /, ''))}/dhmc-${runId}`
    : principal;

/** Output as plain JSON: dates as text, no metadata. */
const plain = (value: unknown): Readonly<Record<string, unknown>> => {
  const { $metadata: _, ...rest } = value as Readonly<Record<string, unknown>>;
  return JSON.parse(JSON.stringify(rest)) as Readonly<Record<string, unknown>>;
};

const nameOf = (error: unknown): string =>
  error instanceof Error && error.name !== '' ? error.name : 'Error';

const caller = (access: AccessOptions, region: string) => {
  const { wire, account, homeRegion, identity, externalId } = access;
  const send = async <Name extends AccountCall>(
    operation: Name,
    at: string,
    input: InputOf<Name>,
  ): Promise<Answer> => {
    const { service, writes } = operations[operation];
    const sendOne = await commands[operation](wire, at);
    const context = { service, operation, region: at, account, identity, writes };
    const started = performance.now();
    const ms = (): number => Math.round(performance.now() - started);
    try {
      const output = await wire.call(context, input, sendOne);
      return { output: plain(output), error: null, ms: ms() };
    } catch (error) {
      const { message, status } = parseSdkError(error);
      const secrets = [...secretsOf(identity.current()), externalId];
      return {
        output: null,
        error: { code: nameOf(error), message: redact(message, secrets), status },
        ms: ms(),
      };
    }
  };
  const SettingId = settingId;
  return {
    getSetting: (id: string) => send('GetServiceSetting', region, { SettingId: id }),
    updateSetting: (SettingValue: string) =>
      send('UpdateServiceSetting', region, { SettingId, SettingValue }),
    resetSetting: () => send('ResetServiceSetting', region, { SettingId }),
    createRole: (given: InputOf<'CreateRole'>) => send('CreateRole', homeRegion, given),
    deleteRole: (RoleName: string) => send('DeleteRole', homeRegion, { RoleName }),
    /** All pages in one response. The first error ends the listing. */
    listRegions: async (): Promise<Answer> => {
      const Regions: unknown[] = [];
      let token: string | undefined;
      for (let pages = 0; ; pages += 1) {
        const asked = { MaxResults: 50, ...(token === undefined ? {} : { NextToken: token }) };
        const answer = await send('ListRegions', homeRegion, asked);
        if (answer.error !== null) return answer;
        const listed = answer.output?.['Regions'];
        if (Array.isArray(listed)) Regions.push(...(listed as unknown[]));
        const next = answer.output?.['NextToken'];
        if (typeof next !== 'string' || next === token || pages > 20)
          return { ...answer, output: { Regions } };
        token = next;
      }
    },
  };
};
