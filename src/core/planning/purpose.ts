/** Which rights a command's sessions in member accounts get: only those that it needs there. */
import type { AccountPlan } from '../model/model.ts';
import type { RunSettings } from '../record/events.ts';
import type { RunHistory } from '../record/history.ts';
import { isToChange } from './plan.ts';

/** What a command may do in a member account: the session policy of every AssumeRole is derived from it. */
export type Purpose =
  | {
      readonly kind: 'read';
      /** Whether it reads the permissions boundary that new roles get. */
      readonly checkBoundary?: boolean;
      /** Whether it reads what else is on the role, which decides whether the role may be deleted. */
      readonly checkAttachments?: boolean;
      /** Whether it reads who loses management by a reset, and who would set the setting again. */
      readonly checkUse?: boolean;
      /** Whether it simulates the session's own permissions. */
      readonly simulate?: boolean;
      /** Whether it reads instances and what manages them. */
      readonly coverage?: boolean;
    }
  | {
      readonly kind: 'enable';
      /** `[path/]name` of the roles that may be passed to SSM: normally the DHMC role alone. */
      readonly passRoles: readonly string[];
      readonly checkBoundary?: boolean;
      readonly coverage?: boolean;
    }
  | { readonly kind: 'disable'; readonly deleteRole: boolean }
  | {
      readonly kind: 'rollback';
      /** `[path/]name` of the roles that former values name; by account, or the same for all. */
      readonly passRoles: readonly string[] | RolesByAccount;
    }
  /** Reads, and tags roles that a stack set made as dhmc's. */
  | { readonly kind: 'take-back'; readonly checkUse?: boolean }
  /** One cell and the proof's own role, which `dhmcRole` names. */
  | { readonly kind: 'prove' };

/** By account id: roles as `[path/]name`. */
export type RolesByAccount = Readonly<Record<string, readonly string[]>>;

type DecidingSettings = Pick<RunSettings, 'dhmcRole' | 'deleteRole' | 'permissionsBoundary'>;

/** What a command is about to do in the accounts. `resume` and `apply` do what their run or plan does. */
export type Task =
  | { readonly does: 'status' | 'coverage' | 'prove' }
  | { readonly does: 'take-back'; readonly dryRun: boolean; readonly reset: boolean }
  | { readonly does: 'doctor'; readonly settings: DecidingSettings }
  | {
      readonly does: 'enable';
      readonly dryRun: boolean;
      readonly settings: DecidingSettings;
      /** Whether instances are read too. Default: no. */
      readonly coverage?: boolean;
      /** Of a dry run: whether it asks what would be denied. Default: no. */
      readonly preflight?: boolean;
    }
  | {
      readonly does: 'disable';
      readonly dryRun: boolean;
      readonly settings: DecidingSettings;
    }
  | {
      readonly does: 'rollback';
      readonly dryRun: boolean;
      /** The roles that settings may name again. */
      readonly formerRoles: RolesByAccount;
    };

/** The rights that the task needs. A dry run never gets a right to write. */
export function purposeFor(task: Task): Purpose {
  switch (task.does) {
    case 'status':
      return { kind: 'read' };
    case 'coverage':
      return { kind: 'read', coverage: true };
    case 'prove':
      return { kind: 'prove' };
    case 'take-back':
      return { kind: task.dryRun ? 'read' : 'take-back', checkUse: task.reset };
    case 'doctor':
      return {
        kind: 'read',
        checkBoundary: task.settings.permissionsBoundary !== null,
        checkUse: true,
        simulate: true,
      };
    case 'enable': {
      const checkBoundary = task.settings.permissionsBoundary !== null;
      const { coverage = false, preflight = false } = task;
      if (task.dryRun)
        return { kind: 'read', checkBoundary, coverage, ...(preflight ? { simulate: true } : {}) };
      return { kind: 'enable', passRoles: [task.settings.dhmcRole], checkBoundary, coverage };
    }
    case 'disable': {
      const { deleteRole } = task.settings;
      if (task.dryRun) return { kind: 'read', checkAttachments: deleteRole, checkUse: true };
      return { kind: 'disable', deleteRole };
    }
    case 'rollback':
      if (task.dryRun) return { kind: 'read', checkAttachments: true, checkUse: true };
      return { kind: 'rollback', passRoles: task.formerRoles };
  }
}

/** The roles that the run's settings named before it: putting them back needs iam:PassRole on them. */
export function recordedFormerRoles({ changes }: RunHistory): RolesByAccount {
  const byAccount: Record<string, string[]> = {};
  for (const { target, from } of changes.values()) {
    if (target.kind !== 'setting' || typeof from !== 'string') continue;
    const names = (byAccount[target.account] ??= []);
    if (!names.includes(from)) names.push(from);
  }
  return byAccount;
}

/** The roles that the plan's settings are to name. */
export const plannedRoles = (accounts: readonly AccountPlan[]): RolesByAccount =>
  Object.fromEntries(
    accounts.map(({ account, targets }) => [
      account.id,
      targets.flatMap((target) =>
        target.kind === 'setting' && isToChange(target) && typeof target.to === 'string'
          ? [target.to]
          : [],
      ),
    ]),
  );
