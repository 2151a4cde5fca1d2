/** The documents of a role's policies, read one by one. */
import type { PolicyText, Reading } from '../../core/model/model.ts';
import { known } from '../../core/model/model.ts';
import type { OperationName } from '../permissions/operations.ts';
import { collectPages } from '../responses/pagination.ts';
import { InvalidResponse } from '../responses/problems.ts';
import { optionalList, requireObject, requireString } from '../responses/validate.ts';
import { iamModule } from '../sdk/index.ts';
import type { markerOf } from './calls.ts';

type IamModule = Awaited<ReturnType<typeof iamModule>>;

/** How the account's calls to IAM are made. */
export interface IamCalls {
  readonly client: () => Promise<InstanceType<IamModule['IAMClient']>>;
  readonly call: <I extends object, O>(
    name: OperationName,
    input: I,
    send: (input: I) => Promise<O>,
  ) => Promise<O>;
  readonly reading: <T>(name: OperationName, read: () => Promise<T>) => Promise<Reading<T>>;
  /** Null where the role is missing. */
  readonly orMissing: <T>(read: () => Promise<T>) => Promise<T | null>;
  readonly nextPage: typeof markerOf;
}

/** More are not a valid answer: IAM allows 20 attached policies, and inline ones of 10,240 characters together. */
const mostPolicies = 500;

function decoded(value: unknown, what: string): string {
  try {
    const text = decodeURIComponent(requireString(value, what));
    requireObject(JSON.parse(text), what);
    return text;
  } catch {
    throw new InvalidResponse(`${what} is not a policy.`);
  }
}

/** Inline policies, and those attached by ARN. Unknown where the inline ones cannot be listed. */
export async function readRolePolicies(
  calls: IamCalls,
  RoleName: string,
  attached: readonly string[],
): Promise<Reading<readonly PolicyText[]>> {
  const { client, call, reading, orMissing, nextPage } = calls;
  const names = await reading('ListRolePolicies', async () => {
    const { ListRolePoliciesCommand } = await iamModule();
    const iam = await client();
    return orMissing(() =>
      collectPages(async (Marker) => {
        const input = { RoleName, ...(Marker === undefined ? {} : { Marker }) };
        const answer = await call('ListRolePolicies', input, (given) =>
          iam.send(new ListRolePoliciesCommand(given)),
        );
        const items = optionalList(answer.PolicyNames, 'PolicyNames').map((name) =>
          requireString(name, 'A policy name'),
        );
        return { items, next: nextPage(answer, answer.PolicyNames) };
      }, mostPolicies),
    );
  });
  if (!names.known) return names;
  const inline = (names.value ?? []).map(async (PolicyName): Promise<PolicyText> => ({
    name: `inline:${PolicyName}`,
    text: await reading('GetRolePolicy', async () => {
      const { GetRolePolicyCommand } = await iamModule();
      const iam = await client();
      const answer = await call('GetRolePolicy', { RoleName, PolicyName }, (given) =>
        iam.send(new GetRolePolicyCommand(given)),
      );
      return decoded(answer.PolicyDocument, 'PolicyDocument');
    }),
  }));
  const managed = attached.map(async (PolicyArn): Promise<PolicyText> => ({
    name: PolicyArn,
    text: await readManaged(calls, PolicyArn),
  }));
  return known(await Promise.all([...inline, ...managed]));
}

async function readManaged(
  { client, call, reading }: IamCalls,
  PolicyArn: string,
): Promise<Reading<string>> {
  const version = await reading('GetPolicy', async () => {
    const { GetPolicyCommand } = await iamModule();
    const iam = await client();
    const answer = await call('GetPolicy', { PolicyArn }, (given) =>
      iam.send(new GetPolicyCommand(given)),
    );
    return requireString(
      requireObject(answer.Policy, 'Policy')['DefaultVersionId'],
      'DefaultVersionId',
    );
  });
  if (!version.known) return version;
  return reading('GetPolicyVersion', async () => {
    const { GetPolicyVersionCommand } = await iamModule();
    const iam = await client();
    const answer = await call(
      'GetPolicyVersion',
      { PolicyArn, VersionId: version.value },
      (given) => iam.send(new GetPolicyVersionCommand(given)),
    );
    const { Document } = requireObject(answer.PolicyVersion, 'PolicyVersion');
    return decoded(Document, 'Document');
  });
}
