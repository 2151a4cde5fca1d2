/**
 * The reasons why a target is not in the desired state: for each, the problem code in reports, the meaning, and the fix
 * in one sentence. `{…}` stands for a fact. Hints and their documentation are made from this table.
 */
import type { ProblemCode } from '../model/model.ts';

export interface Reason {
  readonly code: ProblemCode;
  readonly meaning: string;
  readonly fix: string;
}

const reason = (code: ProblemCode, meaning: string, fix: string): Reason => ({
  code,
  meaning,
  fix,
});

export const reasons = {
  'role-not-assumable': reason(
    'role-not-assumable',
    'The role that dhmc assumes in the account (--role-name) does not exist or does not trust the caller: AWS gives the same answer for both.',
    'Check {role} in account {account}: if it does not exist, create it with a trust for {caller}; if it exists, let its trust policy allow {caller}; or name another role with --role-name, or the external id that the trust asks for with --external-id.',
  ),
  'root-cannot-assume': reason(
    'role-not-assumable',
    'The caller is the root user, which AWS does not allow to assume roles.',
    'Use a role or user of the same account instead of its root user.',
  ),
  'session-tag-denied': reason(
    'role-not-assumable',
    'The role does not let the caller set session tags or a source identity.',
    'Allow {action} in the trust policy of {role} in account {account}, or leave out --session-tag and --source-identity.',
  ),
  'account-not-ready': reason(
    'account-not-ready',
    'AWS has not finished setting up the account, or its registration is incomplete.',
    'Complete the registration of account {account} (payment method, verification), wait until AWS has set it up, which can take a day, and run the command again; or leave it out with --exclude-account {account}.',
  ),
  'account-just-created': reason(
    'account-not-ready',
    'The account was created within the last hour, and its role cannot be assumed yet.',
    'Wait a few minutes until AWS has set up account {account}, and run the command again; if it still fails, create {role} there with a trust for {caller}, or name another with --role-name.',
  ),
  'session-policy-too-large': reason(
    'session-policy-too-large',
    'Session policy and session tags together are larger than AWS accepts once packed.',
    'Leave out some session tags, or run again with --no-session-policy.',
  ),
  'session-too-long': reason(
    'session-too-long',
    "The requested session duration exceeds the role's maximum.",
    'Lower --session-duration, or raise the maximum session duration of {role} in account {account}.',
  ),
  'sts-region-disabled': reason(
    'region-not-enabled',
    'STS is deactivated in the home region for that account.',
    'Activate STS in {region} for account {account}, or choose another region with --home-region.',
  ),
  'denied-by-scp': reason(
    'denied-by-scp',
    'A service control policy of the organization denies the call.',
    'In {policy}, exempt {principal} from the denial of {action} in account {account}.',
  ),
  'not-allowed-by-scp': reason(
    'denied-by-scp',
    'No service control policy of the organization allows the call.',
    'Allow {action} in a service control policy that is attached to account {account}, and at every level above it.',
  ),
  'denied-by-rcp': reason(
    'denied-by-rcp',
    'A resource control policy of the organization denies the call.',
    'In {policy}, exempt {principal} from the denial of {action} in account {account}.',
  ),
  'denied-by-boundary': reason(
    'denied-by-boundary',
    'A permissions boundary does not allow the call.',
    'Add {action} to the permissions boundary of {principal} in account {account}.',
  ),
  'denied-in-boundary': reason(
    'denied-by-boundary',
    'A permissions boundary denies the call.',
    'Remove the denial of {action} from the permissions boundary of {principal} in account {account}.',
  ),
  'denied-by-session-policy': reason(
    'denied-by-session-policy',
    'The policy of the session does not allow the call.',
    'Use a session in account {account} that allows {action}; if the policy is the one dhmc attaches, run with --no-session-policy.',
  ),
  'denied-by-endpoint-policy': reason(
    'denied-by-endpoint-policy',
    'The policy of the VPC endpoint that the call went through denies it.',
    'Allow {action} in the policy of the VPC endpoint for {service}, or call from elsewhere.',
  ),
  denied: reason(
    'denied',
    'The permissions of the role or caller do not allow the call.',
    'Grant {action} to {principal} in account {account}.',
  ),
  'denied-by-identity-policy': reason(
    'denied',
    'A policy of the role or caller denies the call.',
    'Remove the denial of {action} from the policies of {principal} in account {account}.',
  ),
  'region-not-enabled': reason(
    'region-not-enabled',
    'The account has not enabled the region.',
    'Enable region {region} in account {account}, or leave it as it is: dhmc skips the region there.',
  ),
  'region-without-dhmc': reason(
    'region-without-dhmc',
    'AWS does not offer Default Host Management Configuration in this region.',
    'Leave region {region} out with --exclude-region {region}.',
  ),
  throttled: reason(
    'throttled',
    'AWS throttled the call on every attempt.',
    'Run again later, or with a lower --concurrency: dhmc continues where it stopped.',
  ),
  'names-another-role': reason(
    'names-another-role',
    'The setting names another role, and --overwrite was not given for it.',
    'Replace it with --overwrite={kind}, or leave it as it is.',
  ),
  'reserved-value': reason(
    'reserved-value',
    'The setting names a role that belongs to AWS.',
    'dhmc never replaces settings that name roles under aws-reserved/ or aws-service-role/: their owner must reset them first.',
  ),
  'role-of-others': reason(
    'role-of-others',
    'A role of this name exists, but dhmc did not create it.',
    'Use the role anyway with --overwrite=foreign, or name another role with --dhmc-role.',
  ),
  'reserved-role': reason(
    'role-of-others',
    "The role of this name is AWS's own: its path is aws-reserved/ or aws-service-role/.",
    'Name another role with --dhmc-role: dhmc never uses a role of AWS.',
  ),
  'role-in-use': reason(
    'role-in-use',
    'The role is kept: something else still uses it, or dhmc did not create it as it is now.',
    'Remove what uses the role and run the command again, or delete a role that dhmc did not create yourself.',
  ),
  'trust-denied': reason(
    'trust-denied',
    'The trust policy of the role denies Systems Manager, or cannot be read as a policy.',
    'Remove the Deny from the trust policy of {role}, or name another role with --dhmc-role.',
  ),
  superseded: reason(
    'superseded',
    'A later run or a stack set has taken the target over.',
    'Roll back the later run first, or leave the target as it is.',
  ),
  'owned-by-stackset': reason(
    'owned-by-stackset',
    'A CloudFormation stack set manages the target.',
    'If dhmc deployed the stack set, take the setting back with `dhmc stackset remove`; otherwise change the stack set. To reset it anyway, use --overwrite=stackset.',
  ),
  'changed-since': reason(
    'changed-since',
    'Someone else changed this value since the plan or the run, so dhmc leaves it alone.',
    'Check whether the change is to stay, and plan again.',
  ),
  'privileged-role': reason(
    'privileged-role',
    'The DHMC role has a privileged policy: every managed instance can obtain its rights.',
    'Remove these policies from the role, name another with --dhmc-role, or accept it with --allow-privileged-role.',
  ),
  'former-role-gone': reason(
    'former-role-gone',
    'The previous value names a role that no longer exists.',
    'Create {role} again and repeat the rollback, or leave the setting as it is.',
  ),
  'boundary-missing': reason(
    'boundary-missing',
    'The policy that --permissions-boundary names does not exist in the account.',
    'Create {policy} in account {account}, or name another with --permissions-boundary.',
  ),
  'credentials-expired': reason(
    'credentials-expired',
    'The credentials have expired.',
    'Sign in again (for instance with aws sso login, or with fresh keys) and run the command again.',
  ),
  'session-expired': reason(
    'credentials-expired',
    'AWS refuses the session in one account as expired, although dhmc has just renewed it.',
    'Run the command again for account {account}: it then gets a new session. The other accounts are not affected.',
  ),
  'session-invalid': reason(
    'credentials-invalid',
    'AWS refuses the session in one account, while the credentials of the caller work.',
    'Run the command again for account {account}: it then gets a new session. If AWS refuses that too, check in the account whether the region is enabled and STS tokens are valid in it.',
  ),
  'credentials-of-partition': reason(
    'credentials-invalid',
    'AWS does not know the access key, and no region is set that names its partition.',
    'Check the access key, secret key and session token in use ({source}). Keys of another partition need a region of that partition: set AWS_REGION or --home-region, for example cn-north-1 (aws-cn), us-gov-west-1 (aws-us-gov) or eusc-de-east-1 (aws-eusc).',
  ),
  'credentials-missing': reason(
    'credentials-missing',
    'No credentials found.',
    'Sign in with aws sso login or aws configure, name a profile with --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  ),
  'credentials-invalid': reason(
    'credentials-invalid',
    'AWS does not know the credentials, or their signature is wrong.',
    'Check the access key, secret key and session token in use ({source}), and sign in again.',
  ),
  'clock-skew': reason(
    'clock-skew',
    "This machine's clock is wrong, so AWS refuses the signature.",
    "Correct this machine's clock (enable NTP), and run the command again.",
  ),
  'role-not-propagated': reason(
    'role-not-propagated',
    'IAM had not yet propagated the role to SSM.',
    'Run `dhmc resume` in a few minutes: IAM propagates changes with a delay.',
  ),
  'role-refused': reason(
    'aws-error',
    'SSM does not accept the value of the setting.',
    'Check that the DHMC role exists in account {account} and trusts ssm.amazonaws.com, and run the command again.',
  ),
  'concurrent-update': reason(
    'concurrent-update',
    'Someone else was changing the same target at the same time.',
    'Wait until the other change has finished, and run the command again.',
  ),
  'not-read-back': reason(
    'not-read-back',
    'AWS accepted the change but still returns the previous value.',
    'Run `dhmc status` to see whether it has taken effect, and `dhmc resume` if it has not.',
  ),
  'network-dns': reason(
    'network',
    'The name of the host could not be resolved.',
    'Check DNS and the connection of this machine, and the endpoint for {service} in {region}.',
  ),
  'network-refused': reason(
    'network',
    'Nothing listens at the address.',
    'Check that {endpoint} is correct and that a firewall lets this machine reach it.',
  ),
  'network-reset': reason(
    'network',
    'The connection was closed before the response arrived.',
    'Run the command again; if it persists, check firewalls and proxies between this machine and {service} in {region}.',
  ),
  'network-tls': reason(
    'network',
    "The server's certificate is not trusted, or the TLS connection failed.",
    "If a proxy inspects TLS here, name its certificate authority's file in AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS.",
  ),
  'network-proxy': reason(
    'network',
    'The proxy refused the call.',
    'Check HTTPS_PROXY and NO_PROXY, and whether the proxy allows {endpoint}.',
  ),
  'network-proxy-login': reason(
    'network',
    'The proxy requires a login.',
    "Put the proxy's user name and password into HTTPS_PROXY (http://USER:PASSWORD@HOST:PORT, special characters percent-encoded), or correct those in it.",
  ),
  'network-timeout': reason(
    'network',
    'There was no response in time.',
    'Check the connection from this machine to {service} in {region}, and run the command again.',
  ),
  network: reason(
    'network',
    'The service could not be reached.',
    'Check the connection from this machine to {service} in {region}.',
  ),
  'invalid-response': reason(
    'invalid-response',
    'The response did not come from the service: an HTML page, a truncated body, or missing or malformed fields.',
    'Check what is between this machine and {service} in {region} (proxy, captive portal, endpoint), and run the command again.',
  ),
  'no-organization': reason(
    'denied',
    'The account of the caller is not in an organization.',
    "Use credentials of the organization's management account or of a delegated administrator.",
  ),
  'organization-denied': reason(
    'denied',
    'The caller may not read the organization.',
    'Use the management account or a delegated administrator, and allow {action} to {principal} (AWSOrganizationsReadOnlyAccess has it).',
  ),
  'quota-exceeded': reason(
    'quota-exceeded',
    'A quota of the account is used up.',
    'Raise the quota that AWS names, or remove what is not needed in account {account}, and run the command again.',
  ),
  'aws-error': reason(
    'aws-error',
    'AWS refused the call for another reason, or had an internal error.',
    "Read AWS's message, and run the command again; --verbose logs every call.",
  ),
  interrupted: reason(
    'interrupted',
    'The command was interrupted, or the run ended, before this was done.',
    'Run the same command again, or `dhmc resume` if a run had started.',
  ),
  'internal-error': reason(
    'internal-error',
    'dhmc has a bug.',
    'Report it with the output of the command.',
  ),
} as const satisfies Readonly<Record<string, Reason>>;
