/** One account's reads and writes, through the shared clients and with the account's session. */
import { known } from '../../core/model/model.ts';
import type { AccountAccess, WriteResult } from '../../run/cloud.ts';
import {
  associatedDocumentsOf,
  instanceRolesOf,
  optionalList,
  requireObject,
  regionsOf,
  roleOf,
  settingOf,
  requireString,
} from '../responses/validate.ts';
import { enablingDocument, settingId, type OperationName } from '../permissions/operations.ts';
import { collectPages } from '../responses/pagination.ts';
import { InvalidResponse, writtenOf } from '../responses/problems.ts';
import { accountCalls, markerOf, startAt, type AccessOptions } from './calls.ts';
import { readRolePolicies } from './role-policies.ts';
import { sessionProblem } from './sessions.ts';
import { accountModule, iamModule, ssmModule } from '../sdk/index.ts';
import { lastSegment } from '../../core/iam/role-names.ts';

/** AWS has fewer than 50; a longer list is not an answer of AWS. */
const mostRegions = 200;

const written: WriteResult = { ok: true };

export const createAccountAccess = (options: AccessOptions): AccountAccess => {
  const { wire, account, partition, homeRegion, dhmcRole } = options;
  const { contextOf, failedCall, reading, orMissing, call } = accountCalls(options);

  const writing = async (
    name: OperationName,
    region: string,
    write: () => Promise<unknown>,
  ): Promise<WriteResult> => {
    try {
      await write();
      return written;
    } catch (error) {
      const problem = sessionProblem(error);
      return problem === null
        ? writtenOf(error, failedCall(name, region), dhmcRole)
        : { ok: false, kind: 'refused', problem };
    }
  };
  const iam = () => wire.client('iam', homeRegion);

  return {
    dhmcRole,
    enteredAt: options.enteredAt ?? null,
    regions: () =>
      reading('ListRegions', homeRegion, async () => {
        const { ListRegionsCommand } = await accountModule();
        const client = await wire.client('account', homeRegion);
        const regions = await collectPages(async (token) => {
          const input = { MaxResults: 50, ...(token === undefined ? {} : { NextToken: token }) };
          const answer = await call('ListRegions', homeRegion, input, (given) =>
            client.send(new ListRegionsCommand(given)),
          );
          return { items: regionsOf(answer), next: answer.NextToken };
        }, mostRegions);
        if (regions.length === 0)
          throw new InvalidResponse(
            'ListRegions named no region at all, and every account has some.',
          );
        return regions;
      }),

    role: (RoleName) =>
      reading('GetRole', homeRegion, async () => {
        const { GetRoleCommand } = await iamModule();
        const client = await iam();
        const answer = await orMissing(() =>
          call('GetRole', homeRegion, { RoleName }, (given) =>
            client.send(new GetRoleCommand(given)),
          ),
        );
        return answer === null ? null : roleOf(answer, { account, partition, name: RoleName });
      }),

    grants: (RoleName) =>
      reading('ListAttachedRolePolicies', homeRegion, async () => {
        const { ListAttachedRolePoliciesCommand } = await iamModule();
        const client = await iam();
        return orMissing(() =>
          collectPages(async (token) => {
            const answer = await call(
              'ListAttachedRolePolicies',
              homeRegion,
              { RoleName, ...startAt(token) },
              (given) => client.send(new ListAttachedRolePoliciesCommand(given)),
            );
            const policies = optionalList(answer.AttachedPolicies, 'AttachedPolicies');
            return {
              items: policies.map((policy) =>
                requireString(requireObject(policy, 'A policy')['PolicyArn'], 'PolicyArn'),
              ),
              next: markerOf(answer, answer.AttachedPolicies),
            };
          }),
        );
      }),

    policies: (RoleName, attached) =>
      readRolePolicies(
        {
          client: iam,
          call: (name, input, send) => call(name, homeRegion, input, send),
          reading: (name, read) => reading(name, homeRegion, read),
          orMissing,
          nextPage: markerOf,
        },
        RoleName,
        attached,
      ),

    attachments: async (RoleName) => {
      const inline = reading('ListRolePolicies', homeRegion, async () => {
        const { ListRolePoliciesCommand } = await iamModule();
        const client = await iam();
        return orMissing(() =>
          collectPages(async (token) => {
            const answer = await call(
              'ListRolePolicies',
              homeRegion,
              { RoleName, ...startAt(token) },
              (given) => client.send(new ListRolePoliciesCommand(given)),
            );
            return {
              items: optionalList(answer.PolicyNames, 'PolicyNames').map((name) =>
                requireString(name, 'A policy name'),
              ),
              next: markerOf(answer, answer.PolicyNames),
            };
          }),
        );
      });
      const profiles = reading('ListInstanceProfilesForRole', homeRegion, async () => {
        const { ListInstanceProfilesForRoleCommand } = await iamModule();
        const client = await iam();
        return orMissing(() =>
          collectPages(async (token) => {
            const answer = await call(
              'ListInstanceProfilesForRole',
              homeRegion,
              { RoleName, ...startAt(token) },
              (given) => client.send(new ListInstanceProfilesForRoleCommand(given)),
            );
            const list = optionalList(answer.InstanceProfiles, 'InstanceProfiles');
            const names = list.map((profile) =>
              requireString(
                requireObject(profile, 'A profile')['InstanceProfileName'],
                'InstanceProfileName',
              ),
            );
            return { items: names, next: markerOf(answer, answer.InstanceProfiles) };
          }),
        );
      });
      const [policies, instanceProfiles] = await Promise.all([inline, profiles]);
      if (!policies.known) return policies;
      if (!instanceProfiles.known) return instanceProfiles;
      if (policies.value === null || instanceProfiles.value === null) return known(null);
      return known({ inlinePolicies: policies.value, instanceProfiles: instanceProfiles.value });
    },

    policyExists: (PolicyArn) =>
      reading('GetPolicy', homeRegion, async () => {
        const { GetPolicyCommand } = await iamModule();
        const client = await iam();
        const answer = await orMissing(() =>
          call('GetPolicy', homeRegion, { PolicyArn }, (given) =>
            client.send(new GetPolicyCommand(given)),
          ),
        );
        if (answer === null) return false;
        requireObject(answer.Policy, 'Policy');
        return true;
      }),

    setting: (region) =>
      reading('GetServiceSetting', region, async () => {
        const { GetServiceSettingCommand } = await ssmModule();
        const client = await wire.client('ssm', region);
        const answer = await call('GetServiceSetting', region, { SettingId: settingId }, (given) =>
          client.send(new GetServiceSettingCommand(given)),
        );
        return settingOf(answer, account, region);
      }),

    managedInstances: (region) =>
      reading('DescribeInstanceInformation', region, async () => {
        const { DescribeInstanceInformationCommand } = await ssmModule();
        const client = await wire.client('ssm', region);
        const roles = await collectPages(async (token) => {
          const input = {
            Filters: [
              { Key: 'ResourceType', Values: ['EC2Instance'] },
              { Key: 'PingStatus', Values: ['Online'] },
            ],
            MaxResults: 50,
            ...(token === undefined ? {} : { NextToken: token }),
          };
          const answer = await call('DescribeInstanceInformation', region, input, (given) =>
            client.send(new DescribeInstanceInformationCommand(given)),
          );
          return { items: instanceRolesOf(answer), next: answer.NextToken };
        });
        const ours = lastSegment(dhmcRole).toLowerCase();
        return {
          withOurRole: roles.filter(
            (role) => role !== null && lastSegment(role).toLowerCase() === ours,
          ).length,
          withoutRole: roles.filter((role) => role === null).length,
        };
      }),

    enablingAssociations: (region) =>
      reading('ListAssociations', region, async () => {
        const { ListAssociationsCommand } = await ssmModule();
        const client = await wire.client('ssm', region);
        const found = await collectPages(async (token) => {
          const input = {
            AssociationFilterList: [{ key: 'Name' as const, value: enablingDocument }],
            MaxResults: 50,
            ...(token === undefined ? {} : { NextToken: token }),
          };
          const answer = await call('ListAssociations', region, input, (given) =>
            client.send(new ListAssociationsCommand(given)),
          );
          return { items: associatedDocumentsOf(answer), next: answer.NextToken };
        });
        return found.filter((document) => document === enablingDocument).length;
      }),

    createRole: ({ name, path, trust, tags, boundary, description }) =>
      writing('CreateRole', homeRegion, async () => {
        const { CreateRoleCommand } = await iamModule();
        const client = await iam();
        const input = {
          RoleName: name,
          Path: path,
          AssumeRolePolicyDocument: trust,
          Description: description,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          ...(boundary === null ? {} : { PermissionsBoundary: boundary }),
        };
        await call('CreateRole', homeRegion, input, (given) =>
          client.send(new CreateRoleCommand(given)),
        );
      }),

    deleteRole: (RoleName) =>
      writing('DeleteRole', homeRegion, async () => {
        const { DeleteRoleCommand } = await iamModule();
        const client = await iam();
        await call('DeleteRole', homeRegion, { RoleName }, (given) =>
          client.send(new DeleteRoleCommand(given)),
        );
      }),

    updateTrust: (RoleName, PolicyDocument) =>
      writing('UpdateAssumeRolePolicy', homeRegion, async () => {
        const { UpdateAssumeRolePolicyCommand } = await iamModule();
        const client = await iam();
        await call('UpdateAssumeRolePolicy', homeRegion, { RoleName, PolicyDocument }, (given) =>
          client.send(new UpdateAssumeRolePolicyCommand(given)),
        );
      }),

    tagRole: (RoleName, tags) =>
      writing('TagRole', homeRegion, async () => {
        const { TagRoleCommand } = await iamModule();
        const client = await iam();
        const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
        await call('TagRole', homeRegion, { RoleName, Tags }, (given) =>
          client.send(new TagRoleCommand(given)),
        );
      }),

    attachGrant: (RoleName, PolicyArn) =>
      writing('AttachRolePolicy', homeRegion, async () => {
        const { AttachRolePolicyCommand } = await iamModule();
        const client = await iam();
        await call('AttachRolePolicy', homeRegion, { RoleName, PolicyArn }, (given) =>
          client.send(new AttachRolePolicyCommand(given)),
        );
      }),

    detachGrant: (RoleName, PolicyArn) =>
      writing('DetachRolePolicy', homeRegion, async () => {
        const { DetachRolePolicyCommand } = await iamModule();
        const client = await iam();
        await call('DetachRolePolicy', homeRegion, { RoleName, PolicyArn }, (given) =>
          client.send(new DetachRolePolicyCommand(given)),
        );
      }),

    updateSetting: async (region, SettingValue) => {
      const passing = await options.passing?.(SettingValue);
      if (passing?.known === false) return { ok: false, kind: 'refused', problem: passing.problem };
      return writing('UpdateServiceSetting', region, async () => {
        const { UpdateServiceSettingCommand } = await ssmModule();
        const client = await wire.client('ssm', region);
        await wire.call(
          contextOf('UpdateServiceSetting', region, passing?.value),
          { SettingId: settingId, SettingValue },
          (given) => client.send(new UpdateServiceSettingCommand(given)),
        );
      });
    },

    resetSetting: (region) =>
      writing('ResetServiceSetting', region, async () => {
        const { ResetServiceSettingCommand } = await ssmModule();
        const client = await wire.client('ssm', region);
        await call('ResetServiceSetting', region, { SettingId: settingId }, (given) =>
          client.send(new ResetServiceSettingCommand(given)),
        );
      }),

    coverage: async () => (await import('./coverage-access.ts')).createCoverageAccess(options),

    leave: () => {},
  };
};
