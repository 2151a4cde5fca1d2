/**
 * What the sandbox promises about AWS, as far as one cell can prove it. Each promise runs with real SDK clients
 * against any endpoint and leaves nothing behind.
 */
import { randomBytes } from 'node:crypto';
import { ListRegionsCommand, type AccountClient } from '@aws-sdk/client-account';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import {
  GetServiceSettingCommand,
  ResetServiceSettingCommand,
  UpdateServiceSettingCommand,
  type ServiceSetting,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { refusal } from '../support/sdk-clients.ts';

export interface Cell {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly iam: IAMClient;
  readonly ssm: SSMClient;
  readonly listRegions: AccountClient;
}

export interface SandboxPromise {
  readonly name: string;
  /** Throws with the expected and the actual value if the endpoint does not keep the promise. */
  run(cell: Cell): Promise<void>;
}

const SettingId = '/ssm/managed-instance/default-ec2-instance-management-role';

const expectEqual = (what: string, seen: unknown, expected: unknown): void => {
  if (JSON.stringify(seen) !== JSON.stringify(expected))
    throw new Error(`${what}: expected ${JSON.stringify(expected)}, saw ${JSON.stringify(seen)}`);
};

const settingOf = async ({ ssm }: Cell, id = SettingId): Promise<ServiceSetting> =>
  (await ssm.send(new GetServiceSettingCommand({ SettingId: id }))).ServiceSetting ?? {};

const arnOf = ({ partition, region, account }: Cell, id = SettingId): string =>
  `arn:${partition}:ssm:${region}:${account}:servicesetting${id}`;

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});

/** Creates a role for `work` and deletes it afterwards. */
async function withRole({ iam }: Cell, work: (name: string) => Promise<void>): Promise<void> {
  const RoleName = `DhmcProof-${randomBytes(4).toString('hex')}`;
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      Path: '/dhmc-proof/',
      AssumeRolePolicyDocument: trust,
      Tags: [{ Key: 'dhmc:created-by', Value: 'dhmc' }],
    }),
  );
  try {
    await work(RoleName);
  } finally {
    await iam.send(new DeleteRoleCommand({ RoleName }));
  }
}

/** Updates the setting as soon as Systems Manager sees the role; gives up after two minutes. */
async function set({ ssm }: Cell, SettingValue: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await ssm.send(new UpdateServiceSettingCommand({ SettingId, SettingValue }));
      return;
    } catch (error) {
      if (tries >= 60 || !(error instanceof Error) || error.name !== 'ValidationException')
        throw error;
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
}

export const promises: readonly SandboxPromise[] = [
  {
    name: 'a setting that was never set is $None, has status Default and its ARN',
    async run(cell) {
      const setting = await settingOf(cell);
      expectEqual('SettingValue', setting.SettingValue, '$None');
      expectEqual('Status', setting.Status, 'Default');
      expectEqual('ARN', setting.ARN, arnOf(cell));
    },
  },
  {
    name: 'a setting can be read by its ARN only in its own region',
    async run(cell) {
      expectEqual('by ARN', (await settingOf(cell, arnOf(cell))).SettingId, SettingId);
      const elsewhere = arnOf({
        ...cell,
        region: cell.region === 'us-east-1' ? 'us-west-2' : 'us-east-1',
      });
      const refused = await refusal(settingOf(cell, elsewhere));
      expectEqual('another region', refused.name, 'ValidationException');
    },
  },
  {
    name: 'a setting that does not exist is ServiceSettingNotFound',
    async run(cell) {
      const refused = await refusal(settingOf(cell, '/ssm/no/such-setting'));
      expectEqual('error', refused.name, 'ServiceSettingNotFound');
    },
  },
  {
    name: 'an update that names a missing role is refused',
    async run(cell) {
      const SettingValue = `dhmc-proof/DhmcProof-${randomBytes(4).toString('hex')}`;
      try {
        const refused = await refusal(
          cell.ssm.send(new UpdateServiceSettingCommand({ SettingId, SettingValue })),
        );
        expectEqual('error', refused.name, 'ValidationException');
      } finally {
        await cell.ssm.send(new ResetServiceSettingCommand({ SettingId }));
      }
    },
  },
  {
    name: 'a setting is set, read back, set again and reset',
    run: (cell) =>
      withRole(cell, async (name) => {
        try {
          await set(cell, `dhmc-proof/${name}`);
          const first = await settingOf(cell);
          expectEqual('value', first.SettingValue, `dhmc-proof/${name}`);
          expectEqual('status', first.Status, 'Customized');
          await new Promise((resolve) => setTimeout(resolve, 1_100));
          await set(cell, `dhmc-proof/${name}`);
          const again = await settingOf(cell);
          expectEqual(
            'a new date',
            String(again.LastModifiedDate) !== String(first.LastModifiedDate) ||
              again.LastModifiedDate?.getTime() !== first.LastModifiedDate?.getTime(),
            true,
          );
        } finally {
          const { ServiceSetting: after } = await cell.ssm.send(
            new ResetServiceSettingCommand({ SettingId }),
          );
          expectEqual('after the reset', after?.SettingValue, '$None');
        }
        expectEqual('read after the reset', (await settingOf(cell)).SettingValue, '$None');
      }),
  },
  {
    name: 'a role has its path, tags and percent-encoded trust, and its name is unique across paths',
    run: (cell) =>
      withRole(cell, async (RoleName) => {
        const { Role } = await cell.iam.send(new GetRoleCommand({ RoleName }));
        expectEqual(
          'ARN',
          Role?.Arn,
          `arn:${cell.partition}:iam::${cell.account}:role/dhmc-proof/${RoleName}`,
        );
        expectEqual(
          'trust',
          JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')),
          JSON.parse(trust),
        );
        expectEqual('tags', Role?.Tags, [{ Key: 'dhmc:created-by', Value: 'dhmc' }]);
        const refused = await refusal(
          cell.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust })),
        );
        expectEqual('again at another path', refused.name, 'EntityAlreadyExistsException');
      }),
  },
  {
    name: 'a role with an attached policy cannot be deleted',
    run: (cell) =>
      withRole(cell, async (RoleName) => {
        const PolicyArn = `arn:${cell.partition}:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy`;
        await cell.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
        try {
          const { AttachedPolicies } = await cell.iam.send(
            new ListAttachedRolePoliciesCommand({ RoleName }),
          );
          expectEqual(
            'attached',
            AttachedPolicies?.map((policy) => policy.PolicyArn),
            [PolicyArn],
          );
          const refused = await refusal(cell.iam.send(new DeleteRoleCommand({ RoleName })));
          expectEqual('error', refused.name, 'DeleteConflictException');
        } finally {
          await cell.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
        }
      }),
  },
  {
    name: 'a role that does not exist is NoSuchEntity',
    async run({ iam }) {
      const RoleName = `DhmcProof-${randomBytes(4).toString('hex')}`;
      const refused = await refusal(iam.send(new GetRoleCommand({ RoleName })));
      expectEqual('error', refused.name, 'NoSuchEntityException');
      expectEqual('status', refused.status, 404);
    },
  },
  {
    name: 'ListRegions reports the region as enabled',
    async run({ listRegions, region }) {
      const found: (string | undefined)[] = [];
      let NextToken: string | undefined;
      do {
        const page = await listRegions.send(
          new ListRegionsCommand({
            MaxResults: 50,
            ...(NextToken === undefined ? {} : { NextToken }),
          }),
        );
        for (const { RegionName, RegionOptStatus } of page.Regions ?? [])
          if (RegionOptStatus === 'ENABLED' || RegionOptStatus === 'ENABLED_BY_DEFAULT')
            found.push(RegionName);
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      expectEqual('listed', found.includes(region), true);
    },
  },
];
