/**
 * The disable plan of an account: resets every setting in scope that names our role to AWS's default, except settings
 * that belong to a stack set.
 */
import type { AccountPlan, PlannedTarget } from '../model/model.ts';
import { grantPolicyArn, createdByDhmc, namesRole, roleValueOf } from '../iam/role-names.ts';
import { subjectOf, type PlannerOptions } from './enable.ts';
import { emptyBook, ownerInRegion } from '../owners/book.ts';
import { ownedByStackSet } from '../problems/problems.ts';
import type { AccountReadings } from '../model/readings.ts';
import { roleRemoval } from './role-removal.ts';
import { accountRowOf, plannedTarget, unlistedRow, unreadCells } from './planned-targets.ts';
import { grantState, inRegion, regionsNaming, roleState, settingState } from './states.ts';
import type { Subject } from './states.ts';
import { planNote, setByOthers } from '../problems/notes.ts';

const nothing: ReadonlySet<string> = new Set();

/** Plans one account from its readings. */
export function planDisable(readings: AccountReadings, options: PlannerOptions): AccountPlan {
  const { partition } = options;
  const account = readings.account.id;
  const everywhere = subjectOf(account, options);
  const subject = { ...everywhere, regions: regionsNaming(readings.cells, everywhere.role) };
  const policy = grantPolicyArn(partition);
  const state = {
    role: roleState(readings.role, subject),
    grant: grantState(readings.role, readings.grants, policy),
  };
  const unread = unreadCells(readings);
  const toBeReset = new Set<string>();

  const settingRows = readings.cells.map((cell): PlannedTarget => {
    const key = { kind: 'setting', account, region: cell.region } as const;
    if (!cell.setting.known)
      return (
        unread.get(cell.region) ?? plannedTarget(key, { state: 'unknown', verdict: 'blocked' })
      );
    const setting = cell.setting.value;
    const here = inRegion(subject, cell.region);
    const owner = ownerInRegion({ region: cell.region, setting }, readings, {
      ours: subject.role,
      book: options.owners ?? emptyBook,
    });
    const role = roleState(readings.role, here);
    const around = { role, grant: state.grant, others: readings.others, subject: here };
    const rest = {
      state: settingState(cell.setting, around),
      from: setting.value,
      modifiedBy: setting.modifiedBy,
      modifiedAt: setting.modifiedAt,
      owner,
    };
    if (!namesRole(setting.value, subject.role))
      return plannedTarget(key, { ...rest, to: setting.value, verdict: 'in-sync' });
    if (owner?.kind === 'stackset' && !options.settings.overwrite.includes('stackset'))
      return plannedTarget(key, {
        ...rest,
        to: setting.value,
        verdict: 'conflict',
        problem: ownedByStackSet(owner),
      });
    toBeReset.add(cell.region);
    const notes = owner?.kind === 'dhmc' ? [] : [setByOthers(setting)];
    return plannedTarget(key, {
      ...rest,
      to: null,
      verdict: 'would-change',
      stateAfter: 'disabled',
      notes,
    });
  });

  return {
    account: accountRowOf(readings),
    targets: [
      ...roleAndGrant(readings, options, { subject, state, policy, toBeReset }),
      ...settingRows,
      ...unlistedRow(readings),
    ],
  };
}

function roleAndGrant(
  readings: AccountReadings,
  options: PlannerOptions,
  known: {
    readonly subject: Subject;
    readonly state: {
      readonly role: ReturnType<typeof roleState>;
      readonly grant: ReturnType<typeof grantState>;
    };
    readonly policy: string;
    readonly toBeReset: ReadonlySet<string>;
  },
): readonly PlannedTarget[] {
  const { subject, state, policy, toBeReset } = known;
  const account = readings.account.id;
  const role = readings.role.known ? readings.role.value : null;
  const roleFrom = role === null ? null : roleValueOf(role);
  const grantFrom = state.grant === 'attached' ? policy : null;
  const asRead = (): readonly PlannedTarget[] => [
    plannedTarget(
      { kind: 'role', account },
      readings.role.known
        ? {
            state: state.role,
            verdict: 'in-sync',
            from: roleFrom,
            to: roleFrom,
            notes: role === null || createdByDhmc(role) ? [] : [planNote('role-of-others')],
          }
        : { state: 'unknown', verdict: 'blocked', problem: readings.role.problem },
    ),
    plannedTarget(
      { kind: 'grant', account },
      state.grant === 'unknown' && !readings.grants.known
        ? { state: 'unknown', verdict: 'blocked', problem: readings.grants.problem }
        : { state: state.grant, verdict: 'in-sync', from: grantFrom, to: grantFrom },
    ),
  ];
  if (!options.settings.deleteRole) return asRead();
  const removal = roleRemoval(readings, {
    partition: subject.partition,
    role: subject.role,
    toBeReset,
    stillNaming: nothing,
    grantGoes: true,
    assumeUnused: options.settings.assumeUnused,
  });
  switch (removal.kind) {
    case 'absent':
      return asRead();
    case 'remove':
      return [
        plannedTarget(
          { kind: 'role', account },
          {
            state: state.role,
            verdict: 'would-change',
            from: roleFrom,
            to: null,
            stateAfter: 'absent',
          },
        ),
        grantFrom === null
          ? plannedTarget({ kind: 'grant', account }, { state: 'absent', verdict: 'in-sync' })
          : plannedTarget(
              { kind: 'grant', account },
              {
                state: state.grant,
                verdict: 'would-change',
                from: grantFrom,
                to: null,
                stateAfter: 'absent',
              },
            ),
      ];
    case 'keep':
    case 'blocked': {
      const verdict = removal.kind === 'keep' ? 'skipped' : 'blocked';
      return [
        plannedTarget(
          { kind: 'role', account },
          { state: state.role, verdict, from: roleFrom, to: roleFrom, problem: removal.problem },
        ),
        plannedTarget(
          { kind: 'grant', account },
          { state: state.grant, verdict, from: grantFrom, to: grantFrom, problem: removal.problem },
        ),
      ];
    }
  }
}
