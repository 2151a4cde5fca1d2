/** The last writer of a setting, from the ARN in AWS's LastModifiedUser. */
import type { Owner } from '../model/model.ts';

export type Writer = Omit<Owner, 'evidence'>;

const runSession = /^dhmc-(\d{8}-\d{6}-[a-z0-9]{6})$/;
/** The session name that CloudFormation uses with its service roles. */
const cloudFormationSession = 'AWSCloudFormation';

interface Session {
  readonly role: string;
  readonly name: string;
}

interface Pattern {
  readonly kind: Owner['kind'];
  readonly fits: (session: Session) => boolean;
  /** The role's name by default. */
  readonly name?: (session: Session) => string;
}

const byRole =
  (pattern: RegExp): Pattern['fits'] =>
  ({ role }) =>
    pattern.test(role);

/** The first match decides. Roles that people and services share, such as Control Tower's, are not listed. */
const patterns: readonly Pattern[] = [
  {
    kind: 'dhmc',
    fits: ({ name }) => runSession.test(name),
    name: ({ name }) => runSession.exec(name)?.[1] ?? name,
  },
  { kind: 'stackset', fits: byRole(/^stacksets-exec-/) },
  { kind: 'stackset', fits: byRole(/^AWSCloudFormationStackSetExecutionRole$/) },
  { kind: 'stackset', fits: byRole(/^AWSServiceRoleForCloudFormationStackSets/) },
  {
    kind: 'stackset',
    fits: ({ role, name }) => role === 'AWSControlTowerExecution' && name === cloudFormationSession,
  },
  { kind: 'quick-setup', fits: byRole(/^(?:AWS-QuickSetup-|AWSServiceRoleForSSMQuickSetup)/) },
  { kind: 'automation', fits: byRole(/^AutomationServiceRole-EnableDefaultSSM(?:-|$)/) },
  { kind: 'automation', fits: ({ name }) => /^Automation-[0-9a-f-]{36}$/.test(name) },
  { kind: 'stack', fits: byRole(/^cdk-[a-z0-9]+-cfn-exec-role-/) },
  { kind: 'stack', fits: ({ name }) => name === cloudFormationSession },
  { kind: 'person', fits: byRole(/^AWSReservedSSO_/), name: ({ name }) => name },
  { kind: 'other', fits: () => true },
];

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Null if AWS names no writer, or `System`, which is AWS itself. */
export function writerBy(modifiedBy: string | null): Writer | null {
  if (modifiedBy === null || modifiedBy === '' || modifiedBy === 'System') return null;
  const [, kind, rest = ''] =
    /^arn:[\w-]+:(?:iam|sts)::\d{12}:(root$|user\/|federated-user\/|assumed-role\/|role\/)(.*)$/s.exec(
      modifiedBy,
    ) ?? [];
  switch (kind) {
    case 'root':
      return { kind: 'person', name: 'root' };
    case 'user/':
    case 'federated-user/':
      return { kind: 'person', name: lastOf(rest) };
    case 'assumed-role/': {
      const cut = rest.indexOf('/');
      const session = cut < 0 ? { role: rest, name: '' } : parts(rest, cut);
      return ofSession(session);
    }
    case 'role/':
      return ofSession({ role: lastOf(rest), name: '' });
    default:
      return { kind: 'other', name: modifiedBy };
  }
}

const parts = (text: string, cut: number): Session => ({
  role: text.slice(0, cut),
  name: text.slice(cut + 1),
});

function ofSession(session: Session): Writer {
  const found = patterns.find(({ fits }) => fits(session));
  const name = found?.name?.(session) ?? '';
  return { kind: found?.kind ?? 'other', name: name === '' ? session.role : name };
}

/** Whether the writer looks like Terraform or OpenTofu, whose next apply would write the setting again. */
export function isTerraform(modifiedBy: string | null): boolean {
  const [, role = '', session = ''] = /:assumed-role\/([^/]+)\/(.+)$/s.exec(modifiedBy ?? '') ?? [];
  return /^aws-go-sdk-\d+$/.test(session) || /terraform|opentofu/i.test(`${role}/${session}`);
}
