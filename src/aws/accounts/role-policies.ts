/** The documents of a role's policies, read one by one. */
import type { PolicyText, Reading } from '../../core/model/model.ts';
import { known } from '../../core/model/model.ts';
import { collectPages } from '../responses/pagination.ts';
import { InvalidResponse } from '../responses/problems.ts';
import { optionalList, requireObject, requireString } from '../responses/validate.ts';
import { markerOf, type AccountCalls } from './calls.ts';

/**
 * A longer list is not a valid response: IAM allows 20 attached policies, and inline ones of 10,240 characters in
 * total.
 */
const maxPolicies = 500;

function decoded(value: unknown, what: string): string {
  try {
    const text = decodeURIComponent(requireString(value, what));
    requireObject(JSON.parse(text), what);
    return text;
  } catch {
    throw new InvalidResponse(`${what} is not a policy.`);
  }
}

/**
 * Reads a role's inline policies, and the policies of the given ARNs. Unknown if the inline ones cannot be listed.
 */
export async function readRolePolicies(
  calls: AccountCalls,
  region: string,
  { RoleName, attached }: { readonly RoleName: string; readonly attached: readonly string[] },
): Promise<Reading<readonly PolicyText[]>> {
  const { send, reading, orMissing } = calls;
  const names = await reading('ListRolePolicies', region, () =>
    orMissing(() =>
      collectPages(async (Marker) => {
        const input = { RoleName, ...(Marker === undefined ? {} : { Marker }) };
        const answer = await send('ListRolePolicies', region, input);
        const items = optionalList(answer.PolicyNames, 'PolicyNames').map((name) =>
          requireString(name, 'A policy name'),
        );
        return { items, next: markerOf(answer, answer.PolicyNames) };
      }, maxPolicies),
    ),
  );
  if (!names.known) return names;
  const inline = (names.value ?? []).map(async (PolicyName): Promise<PolicyText> => ({
    name: `inline:${PolicyName}`,
    text: await reading('GetRolePolicy', region, async () => {
      const answer = await send('GetRolePolicy', region, { RoleName, PolicyName });
      return decoded(answer.PolicyDocument, 'PolicyDocument');
    }),
  }));
  const managed = attached.map(async (PolicyArn): Promise<PolicyText> => ({
    name: PolicyArn,
    text: await readManaged(calls, region, PolicyArn),
  }));
  return known(await Promise.all([...inline, ...managed]));
}

async function readManaged(
  { send, reading }: AccountCalls,
  region: string,
  PolicyArn: string,
): Promise<Reading<string>> {
  const version = await reading('GetPolicy', region, async () => {
    const answer = await send('GetPolicy', region, { PolicyArn });
    return requireString(
      requireObject(answer.Policy, 'Policy')['DefaultVersionId'],
      'DefaultVersionId',
    );
  });
  if (!version.known) return version;
  return reading('GetPolicyVersion', region, async () => {
    const answer = await send('GetPolicyVersion', region, { PolicyArn, VersionId: version.value });
    const { Document } = requireObject(answer.PolicyVersion, 'PolicyVersion');
    return decoded(Document, 'Document');
  });
}
