/**
 * Validates AWS's responses: types, members, and that the response matches the request. Any other response is an
 * `InvalidResponse`.
 */
import {
  settingId,
  type Account,
  type Partition,
  type RegionOptIn,
  type Role,
  type Setting,
} from '../../core/model/model.ts';
import { sharedTexts } from '../../core/model/shared-texts.ts';
import { InvalidResponse } from './problems.ts';

/** A response's members before validation. */
export type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const requireObject = (value: unknown, what: string): Members => {
  if (!isObject(value)) throw new InvalidResponse(`${what} is missing or not a structure.`);
  return value;
};

export const requireString = (value: unknown, what: string): string => {
  if (typeof value !== 'string') throw new InvalidResponse(`${what} is missing or not a string.`);
  return value;
};

/** A state's name. Accepts names that dhmc does not know, but throws for anything that is not one word. */
export const requireWord = (value: unknown, what: string): string => {
  const word = requireString(value, what);
  if (!/^[A-Za-z][A-Za-z_-]*$/.test(word))
    throw new InvalidResponse(`${what} is ${JSON.stringify(word)}, which is not a word.`);
  return shared(word);
};

export const optionalText = (value: unknown, what: string): string | null =>
  value === undefined || value === null ? null : requireString(value, what);

export const optionalList = (value: unknown, what: string): readonly unknown[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new InvalidResponse(`${what} is not a list.`);
  return value;
};

/** A list that AWS always returns, even if empty. A missing one makes the response invalid. */
export const requireList = (value: unknown, what: string): readonly unknown[] => {
  if (value === undefined || value === null) throw new InvalidResponse(`${what} is missing.`);
  return optionalList(value, what);
};

/** A date in milliseconds since the epoch; null if it is missing. */
export const millisecondsOf = (value: unknown, what: string): number | null => {
  if (value === undefined || value === null) return null;
  const time = value instanceof Date ? value.getTime() : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidResponse(`${what} is not a date.`);
  return time;
};

export const dateOf = (value: unknown, what: string): string | null => {
  const time = millisecondsOf(value, what);
  return time === null ? null : new Date(time).toISOString();
};

/** Shares equal texts, because most accounts and regions have the same values. */
export const shared = sharedTexts(5_000);

const settingStatuses = new Set(['Default', 'Customized', 'Custom', 'PendingUpdate']);

/** The setting in a GetServiceSetting response, checked against the account and region. */
export const settingOf = (answer: unknown, account: string, region: string): Setting => {
  const setting = requireObject(
    requireObject(answer, 'The answer')['ServiceSetting'],
    'ServiceSetting',
  );
  const id = optionalText(setting['SettingId'], 'SettingId');
  if (id !== null && id !== settingId && !id.endsWith(`:servicesetting${settingId}`))
    throw new InvalidResponse(`SettingId is ${JSON.stringify(id)}, another setting's.`);
  const arn = optionalText(setting['ARN'], 'ARN');
  if (arn !== null) {
    const [, , service, ofRegion, ofAccount] = arn.split(':');
    if (service !== 'ssm' || ofRegion !== region || ofAccount !== account)
      throw new InvalidResponse(`ARN is ${JSON.stringify(arn)}, of another account or region.`);
  }
  const status = optionalText(setting['Status'], 'Status');
  const value = optionalText(setting['SettingValue'], 'SettingValue');
  if (status !== null && !settingStatuses.has(status))
    throw new InvalidResponse(`Status is ${JSON.stringify(status)}, which is not a known status.`);
  if (value === null && status !== 'Default') throw new InvalidResponse('SettingValue is missing.');
  const isDefault = value === null || value === '' || value === '$None' || status === 'Default';
  const modifiedBy = optionalText(setting['LastModifiedUser'], 'LastModifiedUser');
  return {
    value: isDefault ? null : shared(value),
    pending: status === 'PendingUpdate',
    modifiedBy: modifiedBy === null ? null : shared(modifiedBy),
    modifiedAt: dateOf(setting['LastModifiedDate'], 'LastModifiedDate'),
  };
};

const decoded = (text: string): string => {
  try {
    const trust = decodeURIComponent(text);
    requireObject(JSON.parse(trust), 'AssumeRolePolicyDocument');
    return trust;
  } catch {
    throw new InvalidResponse('AssumeRolePolicyDocument is not a policy.');
  }
};

export const tagsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    optionalList(value, 'Tags').map((item) => {
      const tag = requireObject(item, 'A tag');
      return [
        requireString(tag['Key'], "A tag's Key"),
        optionalText(tag['Value'], "A tag's Value") ?? '',
      ] as const;
    }),
  );

/** The role in a GetRole response, checked against its name and account. */
export const roleOf = (
  answer: unknown,
  {
    account,
    partition,
    name,
  }: { readonly account: string; readonly partition: Partition; readonly name: string },
): Role => {
  const role = requireObject(requireObject(answer, 'The answer')['Role'], 'Role');
  const arn = requireString(role['Arn'], "The role's Arn");
  const path = requireString(role['Path'], "The role's Path");
  const roleName = requireString(role['RoleName'], 'RoleName');
  if (roleName.toLowerCase() !== name.toLowerCase())
    throw new InvalidResponse(`RoleName is ${JSON.stringify(roleName)}, not the one asked for.`);
  if (arn !== `arn:${partition}:iam::${account}:role${path}${roleName}`)
    throw new InvalidResponse(
      `The role's Arn is ${JSON.stringify(arn)}, which is of another account, path or name.`,
    );
  const boundary = role['PermissionsBoundary'];
  return {
    arn,
    path,
    name: roleName,
    trust: decoded(requireString(role['AssumeRolePolicyDocument'], 'AssumeRolePolicyDocument')),
    tags: tagsOf(role['Tags']),
    boundary:
      boundary === undefined
        ? null
        : requireString(
            requireObject(boundary, 'PermissionsBoundary')['PermissionsBoundaryArn'],
            'PermissionsBoundaryArn',
          ),
  };
};

const regionCode = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

/** One page of ListRegions. */
export const regionsOf = (answer: unknown): readonly RegionOptIn[] =>
  requireList(requireObject(answer, 'The answer')['Regions'], 'Regions').map((item) => {
    const region = requireObject(item, 'A region');
    const code = requireString(region['RegionName'], 'RegionName');
    if (!regionCode.test(code))
      throw new InvalidResponse(
        `RegionName is ${JSON.stringify(code)}, which is not a region code.`,
      );
    return {
      region: shared(code),
      status: requireWord(region['RegionOptStatus'], 'RegionOptStatus'),
    };
  });

/** An account in Organizations, with the ids of its path if AWS returns them. */
export interface ListedAccount extends Omit<Account, 'path'> {
  /** `r-…`, then `ou-…` down to the parent; null if AWS returns no path. */
  readonly parents: readonly string[] | null;
  /** When Organizations created it, in milliseconds by AWS's clock; null if it was invited or the time is unknown. */
  readonly createdAt: number | null;
}

const parentsOf = (paths: unknown): readonly string[] | null => {
  const [path] = optionalList(paths, 'Paths');
  if (path === undefined) return null;
  const ids = requireString(path, 'A path')
    .split('/')
    .filter((id) => /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/.test(id));
  return ids[0]?.startsWith('r-') === true ? ids : null;
};

const timeOf = (value: unknown): number | null =>
  value instanceof Date && !Number.isNaN(value.getTime()) ? value.getTime() : null;

export const accountOf = (value: unknown): ListedAccount => {
  const account = requireObject(value, 'An account');
  const id = requireString(account['Id'], "An account's Id");
  if (!/^\d{12}$/.test(id))
    throw new InvalidResponse(`An account's Id is ${JSON.stringify(id)}, not twelve digits.`);
  return {
    id,
    name: optionalText(account['Name'], "An account's Name") ?? '',
    state: requireWord(account['State'] ?? account['Status'], "An account's State or Status"),
    parents: parentsOf(account['Paths']),
    createdAt: account['JoinedMethod'] === 'CREATED' ? timeOf(account['JoinedTimestamp']) : null,
  };
};

/** One page of DescribeInstanceInformation: the role of each instance; null if AWS shows none. */
export const instanceRolesOf = (answer: unknown): readonly (string | null)[] =>
  requireList(
    requireObject(answer, 'The answer')['InstanceInformationList'],
    'InstanceInformationList',
  ).map((item) => {
    const instance = requireObject(item, 'An instance');
    return optionalText(instance['IamRole'], 'IamRole') || null;
  });

/** One page of ListAssociations: the names of the documents. */
export const associatedDocumentsOf = (answer: unknown): readonly string[] =>
  requireList(requireObject(answer, 'The answer')['Associations'], 'Associations').map(
    (item) =>
      optionalText(requireObject(item, 'An association')['Name'], "An association's Name") ?? '',
  );
