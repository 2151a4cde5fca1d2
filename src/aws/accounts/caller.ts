/** The caller: its credentials, home region, identity and organization. */
import { CommandError } from '../../core/model/errors.ts';
import type { Caller, Organization, Partition } from '../../core/model/model.ts';
import { problemFor } from '../../core/problems/hints.ts';
import { organizationDenied } from '../../core/problems/problems.ts';
import { isPartition, partitionOfRegion, partitionRegions } from '../../core/model/regions.ts';
import { requireObject, requireString } from '../responses/validate.ts';
import { parseSdkError } from '../http/sdk-error.ts';
import { InvalidResponse, problemOf, type FailedCall } from '../responses/problems.ts';
import { secretsOf } from '../responses/redact.ts';
import { callerIdentity, type CallerIdentity } from './sessions.ts';
import { credentialProvider, type ProvideOptions } from '../credentials/provide.ts';
import { variable, type CallerEnvironment } from '../environment/environment.ts';
import type { SdkClients } from '../http/sdk-clients.ts';
import { organizationsModule, stsModule } from '../sdk/index.ts';

export interface HomeRegion {
  readonly region: string;
  /** Whether an option, the environment or the profile indicates the caller's partition. */
  readonly hinted: boolean;
}

/** The given region, or else the main region of the partition that the environment or the profile indicates. */
export const findHomeRegion = (
  named: string | undefined,
  environment: CallerEnvironment,
): HomeRegion => {
  if (named !== undefined) return { region: named, hinted: true };
  const { files, profile } = environment;
  const hint =
    variable('AWS_REGION') ??
    variable('AWS_DEFAULT_REGION') ??
    files.profiles.get(profile?.name ?? 'default')?.['region'];
  const partition = hint === undefined ? 'aws' : partitionOfRegion(hint);
  return { region: partitionRegions(partition).main, hinted: hint !== undefined };
};

/** The caller's credentials from the environment or the profile. Throws `UsageError` for wrong settings. */
export const findCredentials = (options: ProvideOptions): CallerIdentity =>
  callerIdentity(credentialProvider(options));

export interface CallerInfo {
  readonly caller: Caller;
  readonly partition: Partition;
}

const failedAt = (
  error: unknown,
  {
    identity,
    caller,
    ...at
  }: Pick<FailedCall, 'service' | 'operation' | 'region'> & {
    readonly identity: CallerIdentity;
    readonly caller?: Caller;
  },
): CommandError => {
  if (error instanceof CommandError) return error;
  const call = { ...at, secrets: secretsOf(identity.current()) };
  return new CommandError(
    problemOf(
      error,
      caller === undefined ? call : { ...call, account: caller.account, principal: caller.arn },
    ),
  );
};

/** Calls STS GetCallerIdentity. Throws `CommandError`. */
export const getCaller = async (
  wire: SdkClients,
  identity: CallerIdentity,
  { region: homeRegion, hinted }: HomeRegion,
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
        problemFor(
          'partition-unknown',
          `The caller is in partition ${partition}, which dhmc does not know.`,
          { partition },
        ),
      );
    return { caller: { account, arn }, partition };
  } catch (error) {
    const failed = failedAt(error, {
      service: 'sts',
      operation: 'GetCallerIdentity',
      region: homeRegion,
      identity,
    });
    throw failed !== error && failed.code === 'credentials-invalid' && !hinted
      ? new CommandError(problemFor('credentials-of-partition', failed.message))
      : failed;
  }
};

/** Whether STS responds to the caller, even with an error. */
export const isStsReachable = async (
  wire: SdkClients,
  identity: CallerIdentity,
  homeRegion: string,
): Promise<boolean> => {
  try {
    await getCaller(wire, identity, { region: homeRegion, hinted: true });
    return true;
  } catch (error) {
    return !(error instanceof CommandError && error.code === 'network');
  }
};

/** Calls Organizations DescribeOrganization. Throws `CommandError`. */
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
    const failed = failedAt(error, {
      service: 'organizations',
      operation: 'DescribeOrganization',
      region: homeRegion,
      identity,
      caller,
    });
    throw failed.code === 'denied' && parseSdkError(error).name === 'AccessDenied'
      ? new CommandError(
          organizationDenied(failed.problem, 'organizations:DescribeOrganization', caller.arn),
        )
      : failed;
  }
};
