/** Validates IAM's responses about roles, profiles, policies and their documents. */
import type { Partition, Role } from '../../core/model/model.ts';
import { InvalidResponse } from './problems.ts';
import { dateOf, optionalList, requireObject, requireString, roleOf, tagsOf } from './validate.ts';
import type { Members } from './validate.ts';

export interface ListedProfile {
  readonly name: string;
  readonly id: string;
  /** The names of its roles: at most one. */
  readonly roles: readonly string[];
  readonly createdAt: number | null;
}

/** A role in GetAccountAuthorizationDetails. */
export interface ListedRole {
  readonly role: Role;
  readonly createdAt: number | null;
  readonly profiles: readonly ListedProfile[];
  readonly inline: readonly { readonly name: string; readonly document: string }[];
  /** The ARNs of attached policies. */
  readonly attached: readonly string[];
}

export interface ListedPolicy {
  readonly arn: string;
  readonly document: string;
  readonly version: string;
  readonly createdAt: number | null;
}

export interface RoleSubject {
  readonly account: string;
  readonly partition: Partition;
}

const timeOf = (value: unknown, what: string): number | null => {
  const date = dateOf(value, what);
  return date === null ? null : Date.parse(date);
};

/** Decodes a document, which IAM URL-encodes. */
const documentOf = (value: unknown, what: string): string => {
  try {
    return decodeURIComponent(requireString(value, what));
  } catch {
    throw new InvalidResponse(`${what} is not encoded as a URL is.`);
  }
};

/** A profile from GetInstanceProfile or from a role's list. */
export const profileOf = (value: unknown): ListedProfile => {
  const profile = requireObject(value, 'A profile');
  return {
    name: requireString(profile['InstanceProfileName'], 'InstanceProfileName'),
    id: requireString(profile['InstanceProfileId'], 'InstanceProfileId'),
    roles: optionalList(profile['Roles'], 'Roles').map((role) =>
      requireString(requireObject(role, 'A role')['RoleName'], 'RoleName'),
    ),
    createdAt: timeOf(profile['CreateDate'], 'CreateDate'),
  };
};

export const attachedOf = (value: unknown): readonly string[] =>
  optionalList(value, 'The attached policies').map((policy) =>
    requireString(requireObject(policy, 'A policy')['PolicyArn'], 'PolicyArn'),
  );

/** An inline policy from GetRolePolicy or from a role's list. */
export const inlinePolicyOf = (value: unknown): ListedRole['inline'][number] => {
  const policy = requireObject(value, 'A policy');
  return {
    name: requireString(policy['PolicyName'], 'PolicyName'),
    document: documentOf(policy['PolicyDocument'], 'PolicyDocument'),
  };
};

const listedRoleOf = (value: unknown, subject: RoleSubject): ListedRole => {
  const detail = requireObject(value, 'A role');
  const name = requireString(detail['RoleName'], 'RoleName');
  return {
    role: { ...roleOf({ Role: detail }, { ...subject, name }), tags: tagsOf(detail['Tags']) },
    createdAt: timeOf(detail['CreateDate'], 'CreateDate'),
    profiles: optionalList(detail['InstanceProfileList'], 'InstanceProfileList').map(profileOf),
    inline: optionalList(detail['RolePolicyList'], 'RolePolicyList').map(inlinePolicyOf),
    attached: attachedOf(detail['AttachedManagedPolicies']),
  };
};

const versionOf = (policy: Members): Members | undefined =>
  optionalList(policy['PolicyVersionList'], 'PolicyVersionList')
    .map((version) => requireObject(version, 'A version'))
    .find(
      (version) =>
        version['IsDefaultVersion'] === true || version['VersionId'] === policy['DefaultVersionId'],
    );

/** A policy with the document of the given version. */
export const policyVersionOf = (value: unknown, arn: string): ListedPolicy => {
  const version = requireObject(value, 'PolicyVersion');
  return {
    arn,
    document: documentOf(version['Document'], 'Document'),
    version: requireString(version['VersionId'], 'VersionId'),
    createdAt: timeOf(version['CreateDate'], 'CreateDate'),
  };
};

/** One page of GetAccountAuthorizationDetails. */
export const authorizationOf = (
  answer: unknown,
  subject: RoleSubject,
): { readonly roles: readonly ListedRole[]; readonly policies: readonly ListedPolicy[] } => {
  const page = requireObject(answer, 'The answer');
  return {
    roles: optionalList(page['RoleDetailList'], 'RoleDetailList').map((role) =>
      listedRoleOf(role, subject),
    ),
    policies: optionalList(page['Policies'], 'Policies').flatMap((item) => {
      const policy = requireObject(item, 'A policy');
      const arn = requireString(policy['Arn'], "The policy's Arn");
      const version = versionOf(policy);
      return version === undefined ? [] : [policyVersionOf(version, arn)];
    }),
  };
};
