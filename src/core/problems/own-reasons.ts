/**
 * Reasons that dhmc itself finds, with their fixes. Each is a special case of a documented one. `{…}` stands for a
 * fact.
 */
import type { ProblemCode } from '../model/model.ts';

export interface OwnReason {
  /** Null to take the code of the problem that caused it. */
  readonly code: ProblemCode | null;
  readonly fix: string;
}

const found = <Fix extends string>(code: ProblemCode, fix: Fix) => ({ code, fix }) as const;
const caused = <Fix extends string>(fix: Fix) => ({ code: null, fix }) as const;

const restoreProof =
  'Run `dhmc disable rollback {run}` to restore what the proof left, and `dhmc prove` to try it again.';

export const ownReasons = {
  'no-role-named': found('role-not-assumable', 'Name one with --role-name.'),
  'no-role-assumable': caused(
    'Create one of {roles} in account {account} with a trust for {caller}, or name a role that exists there with --role-name.',
  ),
  'principal-unknown': found(
    'invalid-response',
    'Allow iam:GetRole on the role, or use a role or user instead of the root user.',
  ),
  'session-refused-in-region': found(
    'credentials-invalid',
    'If {region} was enabled a few minutes ago, run the command again later; otherwise check that the session tokens in use are valid in all regions (those of the global STS endpoint are not).',
  ),
  'account-gone': found(
    'role-not-assumable',
    'Leave account {account} out, or use credentials of the organization that it is in now.',
  ),
  'account-gone-since-run': found(
    'role-not-assumable',
    'Restore it from within account {account}, with the values of this report.',
  ),
  'privileges-unread': caused(
    'Allow iam:ListRolePolicies, iam:GetRolePolicy, iam:GetPolicy and iam:GetPolicyVersion in the account, or look at the role and accept it with --allow-privileged-role.',
  ),
  'policy-not-understood': found(
    'invalid-response',
    'Look at the policy, and accept the role with --allow-privileged-role if it is harmless.',
  ),
  'policies-unread': found('denied', 'Allow iam:GetAccountAuthorizationDetails in the account.'),
  'role-named-in-regions': found(
    'role-in-use',
    'Include {regions} in the scope, or first resolve the conflict there, so that the setting is reset too.',
  ),
  'role-maybe-named-in-regions': caused(
    'Make {regions} readable, or treat the role as unused there with --assume-unused {regions}.',
  ),
  'role-made-by-others': found(
    'role-in-use',
    'If it is no longer needed, delete it with the tool that created it.',
  ),
  'role-trust-extended': found(
    'role-in-use',
    'Remove what was added to the trust policy of {role} first.',
  ),
  'role-has-attachments': found('role-in-use', 'Remove {attached} from the role first.'),
  'role-has-policy': found(
    'role-in-use',
    'Detach the policy first, if the role is no longer needed.',
  ),
  'rolled-back-later': found(
    'superseded',
    'To change it again, roll back {run} with `dhmc disable rollback {run}`, or start a new run.',
  ),
  'changed-by-later-run': found(
    'superseded',
    'See `dhmc runs show {run}`, and start a new run to change it again.',
  ),
  'later-run': found('superseded', 'Roll back {run} first, with `dhmc disable rollback {run}`.'),
  'later-run-unfinished': found(
    'superseded',
    'Roll back {run} first, with `dhmc disable rollback {run}`, or finish it with `dhmc resume {run}` and leave this as it is.',
  ),
  'handed-over': found(
    'superseded',
    'Leave it with the stack set, or take it back first with `dhmc stackset remove`.',
  ),
  'given-back-unproven': found('superseded', 'Leave it as it is, or reset it with `dhmc disable`.'),
  'made-again': found('changed-since', 'Find out who created it, and decide whether to keep it.'),
  'written-again': found(
    'changed-since',
    'Check whether it is to stay; reset it manually to remove it.',
  ),
  'not-as-left': found('changed-since', 'Check the {kind}, and correct it manually if needed.'),
  'changed-since-left': found(
    'changed-since',
    'Check whether the change is to stay, and plan again.',
  ),
  'changed-since-planned': found(
    'changed-since',
    'Check whether the change is to stay, and plan again.',
  ),
  'changed-since-run': found(
    'changed-since',
    'Check whether the change is to stay; if not, set the former value manually.',
  ),
  'changed-since-saved': found(
    'changed-since',
    'Check whether the change is to stay, and make a new plan.',
  ),
  'not-in-plan': found('changed-since', 'Make a new plan.'),
  'role-changed-since-planned': found('changed-since', 'Check the role, and plan again.'),
  'set-during-proof': found('changed-since', 'The setting is left alone.'),
  'stack-differs': found(
    'changed-since',
    'CloudFormation compares only templates. Set it again with `dhmc enable`, or delete the stack instance and deploy again.',
  ),
  'stack-role-exists': found(
    'role-of-others',
    'The account has a role of that name: run `dhmc enable` there and transfer it with `dhmc stackset deploy --take-over`, or delete the role if nothing uses it, and deploy again.',
  ),
  'stack-setting-customized': found(
    'names-another-role',
    'CloudFormation does not take over a setting that is customized: leave the cell to `dhmc enable`.',
  ),
  'stack-region-disabled': found(
    'region-not-enabled',
    'Enable the region in the account and in the management account, or leave it out with --exclude-region.',
  ),
  'stack-denied-by-scp': found(
    'denied-by-scp',
    'Exempt the roles stacksets-exec-* from the service control policy.',
  ),
  'stack-denied': found('denied', 'Grant the action to the role stacksets-exec-* of the account.'),
  'stack-account-inactive': found(
    'account-not-ready',
    'CloudFormation skips accounts that are not active; nothing needs to be done.',
  ),
  'stack-drift-unread': found(
    'aws-error',
    'Fix what CloudFormation reports, and run `dhmc stackset status --drift` again.',
  ),
  'stack-quota': found('quota-exceeded', 'Ask AWS for a higher quota, and deploy again.'),
  'stack-protected': found(
    'role-in-use',
    'Turn the termination protection of the stack off in the account, and run the command again.',
  ),
  'stack-not-tried': found(
    'interrupted',
    'Fix the failures, and run `dhmc stackset deploy` again: it tries this one too.',
  ),
  'stack-underway': found(
    'not-read-back',
    'Wait a few minutes, and check again with `dhmc stackset status`.',
  ),
  'stack-inoperable': found(
    'aws-error',
    'Its stack could not be deleted: delete the stack in the account, or run `dhmc stackset remove` again.',
  ),
  'stack-failed': found(
    'aws-error',
    'Fix what CloudFormation reports, and run `dhmc stackset deploy` again.',
  ),
  'reset-not-read-back': found('not-read-back', 'Run `dhmc disable rollback` in a minute.'),
  'answer-in-proof': caused('The answer is in the proof. Run `dhmc doctor` for the account.'),
  'run-ended': found('interrupted', 'Run `dhmc resume {run}` to try it again.'),
  'change-unfinished': found(
    'interrupted',
    'Run `dhmc resume {run}` to finish it, or `dhmc disable rollback {run}` to undo what was changed.',
  ),
  'proof-unfinished': found('interrupted', restoreProof),
  'proof-change-unfinished': found('interrupted', restoreProof),
  'not-attempted': found(
    'interrupted',
    'Run `dhmc resume {run}` to continue, or `dhmc disable rollback {run}` to undo what was changed.',
  ),
  'not-attempted-without-run': found('interrupted', 'Run the command again to change it.'),
  'proof-interrupted': found('interrupted', "Run it again: the cell is at AWS's default."),
  'call-interrupted': found(
    'interrupted',
    'Run the same command again: it continues where this one stopped.',
  ),
  'role-left-to-others': found(
    'role-of-others',
    'Nothing needs to be done, unless dhmc is to manage the role: then set the tag yourself.',
  ),
  'role-keeps-tag': found('account-not-ready', 'Nothing needs to be done.'),
  'tag-not-shown': found('not-read-back', 'Run `dhmc stackset remove` again: it checks once more.'),
  'operation-id-taken': caused(
    'The operation id {operation} was used before: run the same command again, which uses a new one.',
  ),
  'operation-busy': caused(
    'Another operation has been running in the stack set for half an hour: wait until it ends, and run the same command again.',
  ),
  'operation-not-shown': found(
    'not-read-back',
    'Run the same command again: it checks what is there.',
  ),
  'operation-continues': found('interrupted', 'Run the same command again to follow it.'),
  'would-lack-permission': found(
    'denied',
    'Grant {action} to {principal} in account {account}: dhmc policy member prints the minimal policy.',
  ),
  'would-lack-boundary': found(
    'denied-by-boundary',
    'Add {action} to the permissions boundary of {principal} in account {account}.',
  ),
  'would-be-denied-by-policy': found(
    'denied',
    'Remove the denial of {action} from the policies of {principal} in account {account}.',
  ),
  'would-be-denied-by-boundary': found(
    'denied-by-boundary',
    'Remove the denial of {action} from the permissions boundary of {principal} in account {account}, and from its other policies where they have it.',
  ),
  'would-be-denied-by-scp': found(
    'denied-by-scp',
    'Exempt {principal} from the policy, or leave account {account} out of the scope.',
  ),
  'scp-would-not-allow': found(
    'denied-by-scp',
    'Attach a policy to {target} that allows it, or leave account {account} out of the scope.',
  ),
  'scp-would-deny': found(
    'denied-by-scp',
    'Exempt the role that dhmc assumes from {policy}, or leave account {account} out of the scope.',
  ),
  'scp-may-deny': found(
    'denied-by-scp',
    'Check whether {policy} exempts the role that dhmc assumes and the regions in scope.',
  ),
} as const satisfies Readonly<Record<string, OwnReason>>;
