/** Reasons that end a command without a report, such as failed credentials or another running command. */
import type { OwnReason } from './own-reasons.ts';
import type { ProblemCode } from '../model/model.ts';

const ends = <Fix extends string>(code: ProblemCode, fix: Fix) => ({ code, fix }) as const;

export const commandReasons = {
  'partition-unknown': ends('aws-error', 'dhmc works in aws, aws-cn, aws-us-gov and aws-eusc.'),
  'source-interrupted': ends('credentials-missing', 'Run the command again.'),
  'source-container-missing': ends(
    'credentials-missing',
    'Run the command in a container that has a role, or name another source of credentials.',
  ),
  'source-container-failed': ends(
    'credentials-missing',
    'Check {variable} and the role of the container (task role, pod identity).',
  ),
  'source-instance-disabled': ends(
    'credentials-missing',
    'Unset AWS_EC2_METADATA_DISABLED, or name another source of credentials.',
  ),
  'source-instance-failed': ends(
    'credentials-missing',
    'Run the command on an instance with an instance profile, or name another source of credentials.',
  ),
  'source-keys-missing': ends(
    'credentials-missing',
    'Set both, or name another credential_source.',
  ),
  'source-helper-failed': ends(
    'credentials-missing',
    'Run the command of credential_process by itself, and correct what it reports.',
  ),
  'source-helper-expired': ends(
    'credentials-expired',
    'Sign in again for that helper, and run the command again.',
  ),
  'source-token-missing': ends(
    'credentials-missing',
    'Check that the token is written to that file (a mounted volume, a step of the CI job), or correct the path.',
  ),
  'source-token-refused': ends(
    'role-not-assumable',
    'Check the role, and that its trust policy allows the issuer and subject of the token.',
  ),
  'source-role-refused': ends(
    'role-not-assumable',
    'Check role_arn, and that the trust policy of the role allows the credentials of {from}.',
  ),
  'source-code-refused': ends(
    'role-not-assumable',
    "Wait for the device's next code, since each works only once, and check the device's clock.",
  ),
  'source-code-unasked': ends(
    'credentials-missing',
    'Run the command on a terminal, or use a session that already includes the code (aws sts get-session-token).',
  ),
  'source-code-missing': ends(
    'credentials-missing',
    'Run the command again and enter the six digits that the device shows.',
  ),
  'source-without-credentials': ends(
    'invalid-response',
    'Check what is between this machine and STS (proxy, endpoint), and run the command again.',
  ),
  'source-sso-refused': ends(
    'role-not-assumable',
    'Check sso_account_id and sso_role_name: the user must have that permission set in that account.',
  ),
  'source-signed-out': ends(
    'credentials-expired',
    'Sign in with {command} --profile {profile}, and run the command again.',
  ),
  'spool-full': ends(
    'interrupted',
    'Free some space there (at most {space}), or set TMPDIR to another folder, and run the command again.',
  ),
  'lock-held': ends(
    'concurrent-update',
    'Wait until it has finished, or stop it with Ctrl-C, then try again.',
  ),
  'lock-held-elsewhere': ends(
    'concurrent-update',
    'This machine cannot check whether it still runs. If it does not, remove {file} and try again.',
  ),
  'lock-unreadable': ends(
    'concurrent-update',
    'If no other dhmc is running on this organization, remove {file} and try again.',
  ),
} as const satisfies Readonly<Record<string, OwnReason>>;
