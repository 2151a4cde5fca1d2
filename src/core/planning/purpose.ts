/** The rights of a command's sessions in member accounts: only those that the command needs. */
import type { AccountPlan } from '../model/model.ts';
import type { RunSettings } from '../record/events.ts';
import type { RunHistory } from '../record/history.ts';
import { isToChange } from './plan.ts';

/** What a command may do in a member account. The session policy of every AssumeRole is derived from it. */
export type Purpose =
  | {
      readonly kind: 'read';
      /** Whether it reads the permissions boundary that new roles get. */
      readonly checkBoundary?: boolean;
      /** Whether it reads what else is attached to the role, which decides whether the role may be deleted. */
      readonly checkAttachments?: boolean;
      /** Whether it reads which instances a reset would leave unmanaged, and which associations would undo it. */
      readonly checkUse?: boolean;
      /** Whether it simulates the session's own permissions. */
      readonly simulate?: boolean;
      /** Whether it reads instances and the roles that manage them. */
      readonly coverage?: boolean;
    }
  | {
      readonly kind: 'enable';
      /** `[path/]name` of the roles that may be passed to SSM: normally only the DHMC role. */
      readonly passRoles: readonly string[];
      readonly checkBoundary?: boolean;
      readonly coverage?: boolean;
    }
  | { readonly kind: 'disable'; readonly deleteRole: boolean }
  | {
      readonly kind: 'rollback';
      /** `[path/]name` of the roles that former values name, by account or for all accounts. */
      readonly passRoles: readonly string[] | RolesByAccount;
    }
  /** Reads, and tags roles of a stack set as dhmc's. */
  | { readonly kind: 'take-back'; readonly checkUse?: boolean }
  /** Reads and changes one cell and the proof's role, which `dhmcRole` names. */
  | { readonly kind: 'prove' };

/** Roles as `[path/]name`, by account id. */
export type RolesByAccount = Readonly<Record<string, readonly string[]>>;

type DecidingSettings = Pick<RunSettings, 'dhmcRole' | 'deleteRole' | 'permissionsBoundary'>;

/** What a command will do in the accounts. `resume` and `apply` use the task of their run or plan. */
export type Task =
  | { readonly does: 'status' | 'coverage' | 'prove' }
  | { readonly does: 'take-back'; readonly dryRun: boolean; readonly reset: boolean }
  | { readonly does: 'doctor'; readonly settings: DecidingSettings }
  | {
      readonly does: 'enable';
      readonly dryRun: boolean;
      readonly settings: DecidingSettings;
      /** Whether instances are read too. The default is no. */
      readonly coverage?: boolean;
      /** For dry runs: whether it checks which calls would be denied. The default is no. */
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
      /** The roles that restored settings may name. */
      readonly formerRoles: RolesByAccount;
    };

/** The rights that the task needs. A dry run never has a right to write. */
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

/** The roles that settings named before the run. Restoring them needs iam:PassRole. */
export function recordedFormerRoles({ changes }: RunHistory): RolesByAccount {
  const byAccount: Record<string, string[]> = {};
  for (const { target, from } of changes.values()) {
    if (target.kind !== 'setting' || typeof from !== 'string') continue;
    const names = (byAccount[target.account] ??= []);
    if (!names.includes(from)) names.push(from);
  }
  return byAccount;
}

/** The roles that settings will name after the plan. */
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
