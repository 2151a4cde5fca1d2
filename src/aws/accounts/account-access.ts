/** One account's reads and writes, through the shared clients and with the account's session. */
import { known, settingId } from '../../core/model/model.ts';
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
import { enablingDocument } from '../permissions/operations.ts';
import { collectPages } from '../responses/pagination.ts';
import { InvalidResponse, writtenOf } from '../responses/problems.ts';
import { accountCalls, markerOf, startAt, type AccessOptions } from './calls.ts';
import { readRolePolicies } from './role-policies.ts';
import { sessionProblem } from './sessions.ts';
import { lastSegment } from '../../core/iam/role-names.ts';
import type { AccountCall, InputOf } from './commands.ts';
import type { Identity } from '../http/sdk-clients.ts';

/** AWS has fewer than 50 regions. A longer list is not a valid response. */
const maxRegions = 200;

const written: WriteResult = { ok: true };

export const createAccountAccess = (options: AccessOptions): AccountAccess => {
  const { account, partition, homeRegion, dhmcRole } = options;
  const calls = accountCalls(options);
  const { failedCall, reading, orMissing, send } = calls;

  const write = async <Name extends AccountCall>(
    name: Name,
    region: string,
    input: InputOf<Name>,
    by?: Identity,
  ): Promise<WriteResult> => {
    try {
      await send(name, region, input, by);
      return written;
    } catch (error) {
      const problem = sessionProblem(error);
      return problem === null
        ? writtenOf(error, failedCall(name, region), dhmcRole)
        : { ok: false, kind: 'refused', problem };
    }
  };

  return {
    dhmcRole,
    enteredAt: options.enteredAt ?? null,
    regions: () =>
      reading('ListRegions', homeRegion, async () => {
        const regions = await collectPages(async (token) => {
          const input = { MaxResults: 50, ...(token === undefined ? {} : { NextToken: token }) };
          const answer = await send('ListRegions', homeRegion, input);
          return { items: regionsOf(answer), next: answer.NextToken };
        }, maxRegions);
        if (regions.length === 0)
          throw new InvalidResponse(
            'ListRegions named no region at all, and every account has some.',
          );
        return regions;
      }),

    role: (RoleName) =>
      reading('GetRole', homeRegion, async () => {
        const answer = await orMissing(() => send('GetRole', homeRegion, { RoleName }));
        return answer === null ? null : roleOf(answer, { account, partition, name: RoleName });
      }),

    grants: (RoleName) =>
      reading('ListAttachedRolePolicies', homeRegion, () =>
        orMissing(() =>
          collectPages(async (token) => {
            const answer = await send('ListAttachedRolePolicies', homeRegion, {
              RoleName,
              ...startAt(token),
            });
            const policies = optionalList(answer.AttachedPolicies, 'AttachedPolicies');
            return {
              items: policies.map((policy) =>
                requireString(requireObject(policy, 'A policy')['PolicyArn'], 'PolicyArn'),
              ),
              next: markerOf(answer, answer.AttachedPolicies),
            };
          }),
        ),
      ),

    policies: (RoleName, attached) => readRolePolicies(calls, homeRegion, { RoleName, attached }),

    attachments: async (RoleName) => {
      const inline = reading('ListRolePolicies', homeRegion, () =>
        orMissing(() =>
          collectPages(async (token) => {
            const answer = await send('ListRolePolicies', homeRegion, {
              RoleName,
              ...startAt(token),
            });
            return {
              items: optionalList(answer.PolicyNames, 'PolicyNames').map((name) =>
                requireString(name, 'A policy name'),
              ),
              next: markerOf(answer, answer.PolicyNames),
            };
          }),
        ),
      );
      const profiles = reading('ListInstanceProfilesForRole', homeRegion, () =>
        orMissing(() =>
          collectPages(async (token) => {
            const answer = await send('ListInstanceProfilesForRole', homeRegion, {
              RoleName,
              ...startAt(token),
            });
            const list = optionalList(answer.InstanceProfiles, 'InstanceProfiles');
            const names = list.map((profile) =>
              requireString(
                requireObject(profile, 'A profile')['InstanceProfileName'],
                'InstanceProfileName',
              ),
            );
            return { items: names, next: markerOf(answer, answer.InstanceProfiles) };
          }),
        ),
      );
      const [policies, instanceProfiles] = await Promise.all([inline, profiles]);
      if (!policies.known) return policies;
      if (!instanceProfiles.known) return instanceProfiles;
      if (policies.value === null || instanceProfiles.value === null) return known(null);
      return known({ inlinePolicies: policies.value, instanceProfiles: instanceProfiles.value });
    },

    policyExists: (PolicyArn) =>
      reading('GetPolicy', homeRegion, async () => {
        const answer = await orMissing(() => send('GetPolicy', homeRegion, { PolicyArn }));
        if (answer === null) return false;
        requireObject(answer.Policy, 'Policy');
        return true;
      }),

    setting: (region) =>
      reading('GetServiceSetting', region, async () => {
        const answer = await send('GetServiceSetting', region, { SettingId: settingId });
        return settingOf(answer, account, region);
      }),

    managedInstances: (region) =>
      reading('DescribeInstanceInformation', region, async () => {
        const roles = await collectPages(async (token) => {
          const input = {
            Filters: [
              { Key: 'ResourceType', Values: ['EC2Instance'] },
              { Key: 'PingStatus', Values: ['Online'] },
            ],
            MaxResults: 50,
            ...(token === undefined ? {} : { NextToken: token }),
          };
          const answer = await send('DescribeInstanceInformation', region, input);
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
        const found = await collectPages(async (token) => {
          const input = {
            AssociationFilterList: [{ key: 'Name' as const, value: enablingDocument }],
            MaxResults: 50,
            ...(token === undefined ? {} : { NextToken: token }),
          };
          const answer = await send('ListAssociations', region, input);
          return { items: associatedDocumentsOf(answer), next: answer.NextToken };
        });
        return found.filter((document) => document === enablingDocument).length;
      }),

    createRole: ({ name, path, trust, tags, boundary, description }) =>
      write('CreateRole', homeRegion, {
        RoleName: name,
        Path: path,
        AssumeRolePolicyDocument: trust,
        Description: description,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        ...(boundary === null ? {} : { PermissionsBoundary: boundary }),
      }),
    deleteRole: (RoleName) => write('DeleteRole', homeRegion, { RoleName }),
    updateTrust: (RoleName, PolicyDocument) =>
      write('UpdateAssumeRolePolicy', homeRegion, { RoleName, PolicyDocument }),
    tagRole: (RoleName, tags) =>
      write('TagRole', homeRegion, {
        RoleName,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    attachGrant: (RoleName, PolicyArn) =>
      write('AttachRolePolicy', homeRegion, { RoleName, PolicyArn }),
    detachGrant: (RoleName, PolicyArn) =>
      write('DetachRolePolicy', homeRegion, { RoleName, PolicyArn }),

    updateSetting: async (region, SettingValue) => {
      const passing = await options.passing?.(SettingValue);
      if (passing?.known === false) return { ok: false, kind: 'refused', problem: passing.problem };
      const input = { SettingId: settingId, SettingValue };
      return write('UpdateServiceSetting', region, input, passing?.value);
    },

    resetSetting: (region) => write('ResetServiceSetting', region, { SettingId: settingId }),

    coverage: async () => (await import('./coverage-access.ts')).createCoverageAccess(options),

    leave: () => {},
  };
};
