/** Who calls: credentials by the SDK's own chain, the home region, the caller's identity and its organization. */
import { loadSharedConfigFiles } from '@smithy/core/config';
import { CommandError, UsageError } from '../../core/model/errors.ts';
import type { Caller, Organization, Partition } from '../../core/model/model.ts';
import { hintFor } from '../../core/problems/reasons.ts';
import { isPartition, partitionOfRegion, partitionRegions } from '../../core/model/regions.ts';
import { requireObject, requireString } from '../responses/validate.ts';
import { parseSdkError, networkTrouble } from '../http/sdk-error.ts';
import { nearest } from '../../core/problems/nearest.ts';
import { InvalidResponse, problemOf } from '../responses/problems.ts';
import { redact, secretsOf } from '../responses/redact.ts';
import { callerIdentity, type CallerIdentity } from './sessions.ts';
import type { Profile } from '../connect-options.ts';
import type { SdkClients } from '../http/sdk-clients.ts';
import { credentialsModule, organizationsModule, stsModule } from '../sdk/index.ts';

const set = (name: string): string | undefined => {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : value;
};

/** Makes the profile the process's own, since the SDK takes endpoint and region from the active profile alone. */
export const activateProfile = async (profile: Profile | undefined): Promise<void> => {
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile.name;
  const wanted = set('AWS_PROFILE');
  if (wanted === undefined) return;
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const names = new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)]);
  if (names.has(wanted)) return;
  const near = nearest(wanted, names);
  throw new UsageError(
    `${profile?.place ?? 'AWS_PROFILE'}: ${JSON.stringify(wanted)} is no profile of the AWS config and credentials files.${near === null ? '' : ` Did you mean ${JSON.stringify(near)}?`}`,
    names.size === 0
      ? 'They hold none: leave the profile out, and the credentials of the environment are used.'
      : 'aws configure list-profiles shows the profiles there are.',
  );
};

/** The main region of the partition that environment or profile hint at, unless one is named. */
export const findHomeRegion = async (named: string | undefined): Promise<string> => {
  if (named !== undefined) return named;
  let hinted = set('AWS_REGION') ?? set('AWS_DEFAULT_REGION');
  if (hinted === undefined) {
    const { configFile } = await loadSharedConfigFiles();
    hinted = configFile[set('AWS_PROFILE') ?? 'default']?.['region'];
  }
  return partitionRegions(hinted === undefined ? 'aws' : partitionOfRegion(hinted)).main;
};

const silent = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};

export const findCredentials = async (
  homeRegion: string,
  mfaCode: ((serial: string) => Promise<string>) | undefined,
): Promise<CallerIdentity> => {
  const { fromNodeProviderChain } = await credentialsModule();
  const provide = fromNodeProviderChain({
    logger: silent,
    clientConfig: { region: homeRegion, logger: silent },
    ...(mfaCode === undefined ? {} : { mfaCodeProvider: mfaCode }),
  });
  return callerIdentity(async ({ forceRefresh }) => {
    try {
      return await provide({ forceRefresh });
    } catch (error) {
      throw credentialsMissing(error);
    }
  });
};

const credentialsMissing = (error: unknown): CommandError => {
  const failure = parseSdkError(error);
  const message = redact(failure.message.split('\n', 1)[0] ?? '');
  if (/multi-factor|MFA/i.test(message))
    return new CommandError(
      'credentials-expired',
      message,
      'Run the command on a terminal, where the MFA code can be asked for, or use a session that has it already.',
    );
  if (/expired|sso login|refresh/i.test(message))
    return new CommandError('credentials-expired', message, hintFor('credentials-expired'));
  if (failure.name !== 'CredentialsProviderError' && failure.name !== 'ProviderError') {
    const { code, hint } = problemOf(error, { service: 'sts', operation: 'AssumeRole' });
    return new CommandError(
      code,
      message,
      networkTrouble(failure) === null ? hintFor('credentials-missing') : hint,
    );
  }
  return new CommandError(
    'credentials-missing',
    `No usable AWS credentials were found: ${message}`,
    hintFor('credentials-missing'),
  );
};

export interface CallerInfo {
  readonly caller: Caller;
  readonly partition: Partition;
}

const failedAt = (
  error: unknown,
  service: string,
  operation: string,
  homeRegion: string,
  identity: CallerIdentity,
  caller?: Caller,
): CommandError => {
  if (error instanceof CommandError) return error;
  const call = { service, operation, region: homeRegion, secrets: secretsOf(identity.current()) };
  const { code, message, hint } = problemOf(
    error,
    caller === undefined ? call : { ...call, account: caller.account, principal: caller.arn },
  );
  return new CommandError(code, message, hint);
};

/** STS GetCallerIdentity. */
export const getCaller = async (
  wire: SdkClients,
  identity: CallerIdentity,
  homeRegion: string,
): Promise<CallerInfo> => {
  const { GetCallerIdentityCommand } = await stsModule();
  const client = await wire.client('sts', homeRegion);
  try {
    const context = {
      service: 'sts' as const,
      operation: 'GetCallerIdentity' as const,
      region: homeRegion,
      account: null,
      identity,
      writes: false,
    };
    const answer = await wire.call(context, {}, (input) =>
      client.send(new GetCallerIdentityCommand(input)),
    );
    const arn = requireString(answer.Arn, 'Arn');
    const account = requireString(answer.Account, 'Account');
    const [, partition = '', , , ofAccount] = arn.split(':');
    if (!/^\d{12}$/.test(account) || ofAccount !== account)
      throw new InvalidResponse(
        `GetCallerIdentity answered with the ARN ${arn} in account ${account}.`,
      );
    if (!isPartition(partition))
      throw new CommandError(
        'aws-error',
        `The caller is in partition ${partition}, which dhmc does not know.`,
        'dhmc works in aws, aws-cn, aws-us-gov and aws-eusc.',
      );
    return { caller: { account, arn }, partition };
  } catch (error) {
    throw failedAt(error, 'sts', 'GetCallerIdentity', homeRegion, identity);
  }
};

/** Whether STS answers the caller, be it with a refusal. */
export const isStsReachable = async (
  wire: SdkClients,
  identity: CallerIdentity,
  homeRegion: string,
): Promise<boolean> => {
  try {
    await getCaller(wire, identity, homeRegion);
    return true;
  } catch (error) {
    return !(error instanceof CommandError && error.code === 'network');
  }
};

/** Organizations DescribeOrganization. */
export const getOrganization = async (
  wire: SdkClients,
  identity: CallerIdentity,
  homeRegion: string,
  caller: Caller,
): Promise<Organization> => {
  const { DescribeOrganizationCommand } = await organizationsModule();
  const client = await wire.client('organizations', homeRegion);
  try {
    const context = {
      service: 'organizations' as const,
      operation: 'DescribeOrganization' as const,
      region: homeRegion,
      account: caller.account,
      identity,
      writes: false,
    };
    const answer = await wire.call(context, {}, (input) =>
      client.send(new DescribeOrganizationCommand(input)),
    );
    const organization = requireObject(answer.Organization, 'Organization');
    const id = requireString(organization['Id'], "The organization's Id");
    const managementAccount = requireString(organization['MasterAccountId'], 'MasterAccountId');
    if (!/^o-[a-z0-9]{10,32}$/.test(id) || !/^\d{12}$/.test(managementAccount))
      throw new InvalidResponse(
        `DescribeOrganization answered with organization ${id} and management account ${managementAccount}.`,
      );
    return { id, managementAccount };
  } catch (error) {
    const failed = failedAt(
      error,
      'organizations',
      'DescribeOrganization',
      homeRegion,
      identity,
      caller,
    );
    throw failed.code === 'denied' && parseSdkError(error).name === 'AccessDenied'
      ? new CommandError(
          'denied',
          failed.message,
          hintFor('organization-denied', {
            action: 'organizations:DescribeOrganization',
            principal: caller.arn,
          }),
        )
      : failed;
  }
};
