/** Reads the organization's service control policies by target. Each policy is read once. */
import { unknown, known, type Caller, type Problem, type Reading } from '../../core/model/model.ts';
import type { ControlPolicy, PolicyLevel } from '../../core/doctor/readings.ts';
import type { CallerIdentity } from '../accounts/sessions.ts';
import type { SdkClients } from '../http/sdk-clients.ts';
import { collectPages } from '../responses/pagination.ts';
import { problemOf } from '../responses/problems.ts';
import { secretsOf } from '../responses/redact.ts';
import { optionalText, requireList, requireObject, requireString } from '../responses/validate.ts';
import { organizationCalls, type OrganizationCall } from './commands.ts';

type PolicySummary = Omit<ControlPolicy, 'content'>;

export interface ControlPoliciesOptions {
  readonly wire: SdkClients;
  readonly identity: CallerIdentity;
  readonly caller: Caller;
  readonly homeRegion: string;
  /**
   * Whether the policies of most targets are needed. An organization has far fewer policies than targets, so all
   * policies are then listed with their targets, twenty at a time, instead of the policies of each target.
   */
  readonly all: boolean;
}

/** Returns a function that reads the policies of a root, a unit or an account. */
export function openControlPolicies({
  wire,
  identity,
  caller,
  homeRegion,
  all,
}: ControlPoliciesOptions): (target: string) => Promise<Reading<PolicyLevel>> {
  const failed = (error: unknown, operation: OrganizationCall): Problem =>
    problemOf(error, {
      service: 'organizations',
      operation,
      region: homeRegion,
      account: caller.account,
      principal: caller.arn,
      secrets: secretsOf(identity.current()),
    });
  const send = organizationCalls({ wire, identity, account: caller.account, homeRegion });
  const reading = async <T>(
    operation: OrganizationCall,
    read: () => Promise<T>,
  ): Promise<Reading<T>> => {
    try {
      return known(await read());
    } catch (error) {
      return unknown(failed(error, operation));
    }
  };
  const levels = new Map<string, Promise<Reading<PolicyLevel>>>();
  const contents = new Map<string, Promise<string>>();
  let targets: Promise<Reading<ReadonlyMap<string, readonly PolicySummary[]>>> | undefined;

  const contentOf = (id: string): Promise<string> => {
    let content = contents.get(id);
    if (content === undefined) contents.set(id, (content = describe(id)));
    return content;
  };
  const describe = async (PolicyId: string): Promise<string> => {
    const answer = await send('DescribePolicy', { PolicyId });
    return requireString(requireObject(answer.Policy, 'Policy')['Content'], "The policy's Content");
  };

  const filter = { Filter: 'SERVICE_CONTROL_POLICY' as const };
  const page = (token: string | undefined) => (token === undefined ? {} : { NextToken: token });

  const listPolicies = async (): Promise<readonly PolicySummary[]> => {
    return collectPages(async (token) => {
      const input = { ...filter, ...page(token) };
      const answer = await send('ListPolicies', input);
      return {
        items: requireList(answer.Policies, 'Policies').map(summaryOf),
        next: answer.NextToken,
      };
    });
  };
  const targetsOf = async (PolicyId: string): Promise<readonly string[]> => {
    return collectPages(async (token) => {
      const input = { PolicyId, MaxResults: 20, ...page(token) };
      const answer = await send('ListTargetsForPolicy', input);
      const items = requireList(answer.Targets, 'Targets').map((item) =>
        requireString(requireObject(item, 'A target')['TargetId'], "A target's TargetId"),
      );
      return { items, next: answer.NextToken };
    });
  };
  const policiesOf = async (TargetId: string): Promise<readonly PolicySummary[]> => {
    return collectPages(async (token) => {
      const input = { TargetId, ...filter, ...page(token) };
      const answer = await send('ListPoliciesForTarget', input);
      return {
        items: requireList(answer.Policies, 'Policies').map(summaryOf),
        next: answer.NextToken,
      };
    });
  };

  const readTargets = async (): Promise<Reading<ReadonlyMap<string, readonly PolicySummary[]>>> => {
    const policies = await reading('ListPolicies', listPolicies);
    if (!policies.known) return policies;
    return reading('ListTargetsForPolicy', async () => {
      const byTarget = new Map<string, PolicySummary[]>();
      await Promise.all(
        policies.value.map(async (policy) => {
          for (const target of await targetsOf(policy.id))
            byTarget.set(target, [...(byTarget.get(target) ?? []), policy]);
        }),
      );
      return byTarget;
    });
  };
  const summariesOf = async (target: string): Promise<Reading<readonly PolicySummary[]>> => {
    if (!all) return reading('ListPoliciesForTarget', () => policiesOf(target));
    const byTarget = await (targets ??= readTargets());
    return byTarget.known ? known(byTarget.value.get(target) ?? []) : byTarget;
  };
  const readLevel = async (target: string): Promise<Reading<PolicyLevel>> => {
    const summaries = await summariesOf(target);
    if (!summaries.known) return summaries;
    return reading('DescribePolicy', async () => ({
      target,
      policies: await Promise.all(
        summaries.value.map(async (summary) => ({
          ...summary,
          content: await contentOf(summary.id),
        })),
      ),
    }));
  };
  return (target) => {
    let level = levels.get(target);
    if (level === undefined) levels.set(target, (level = readLevel(target)));
    return level;
  };
}

function summaryOf(item: unknown): PolicySummary {
  const policy = requireObject(item, 'A policy');
  const id = requireString(policy['Id'], "A policy's Id");
  return {
    id,
    arn: optionalText(policy['Arn'], "A policy's Arn") ?? id,
    name: optionalText(policy['Name'], "A policy's Name") ?? id,
  };
}
