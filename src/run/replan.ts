/** Plans that start from an earlier one: rollback, resume and saved plans look at what that one names, and at nothing else. */
import type { RunSettings } from '../core/record/events.ts';
import type { RunHistory } from '../core/record/history.ts';
import type { Account, AccountPlan } from '../core/model/model.ts';
import type { PlanFile } from '../core/planning/saved-plan.ts';
import { parseRoleName } from '../core/iam/role-names.ts';
import type { Plan } from '../core/planning/plan.ts';
import { planSaved as savedPlan, regionsSeen, wasRead } from '../core/planning/apply-saved.ts';
import { needsReread, planAsLeft, planResume as resumedPlan } from '../core/planning/resume.ts';
import {
  changesByAccount,
  formerRoles,
  planRollback as rollbackPlan,
} from '../core/planning/rollback.ts';
import type { ChangeRecord } from '../core/record/history.ts';
import { accountGone } from '../core/problems/problems.ts';
import type { AccountFound } from '../core/model/readings.ts';
import { planUnreachable } from '../core/planning/planned-targets.ts';
import type { Scope } from '../core/model/scope.ts';
import type { Cloud } from './cloud.ts';
import { reasonToSkip } from './observe.ts';
import type { ReadOptions } from './observe.ts';
import { readOptionsFor, planAccounts, planFound } from './plan.ts';
import type { PlanOptions } from './plan.ts';

export interface RollbackOptions extends Omit<PlanOptions, 'action' | 'scope'> {
  /** Of the run to roll back. */
  readonly history: RunHistory;
  /** The part of the run to roll back; null: all of it. */
  readonly scope: Scope | null;
  /** Later runs of the same organization, oldest first: targets that they changed are theirs. */
  readonly laterRuns: readonly RunHistory[];
}

export interface ResumeOptions extends Omit<PlanOptions, 'action' | 'scope' | 'settings'> {
  /** Of the run to resume; its options are the run's own. */
  readonly history: RunHistory;
  /**
   * What the run does: for a saved plan the plan's own action. `rollback` needs the run that is rolled back, and what
   * came after that run, the resumed one left out.
   */
  readonly action: 'enable' | 'disable' | 'rollback';
  readonly rolledBack: RunHistory | null;
  readonly laterRuns: readonly RunHistory[];
}

export interface SavedOptions extends Omit<PlanOptions, 'action' | 'scope'> {
  readonly saved: PlanFile;
  /** Of a rollback: the run that it rolls back, and what came after that run. */
  readonly rolledBack: RunHistory | null;
  readonly laterRuns: readonly RunHistory[];
}

const allAccounts = {
  org: true,
  ous: [],
  accounts: [],
  tags: [],
  excludeOus: [],
  excludeAccounts: [],
};

/** Plans the accounts of a journal, and adds a row with its reason for each that is not there any more. */
async function planJournalled(
  options: Pick<PlanOptions, 'cloud' | 'clock' | 'signal' | 'onProgress'>,
  terms: {
    readonly settings: RunSettings;
    readonly scope: Scope | null;
    /** By account id: the account's name as it was. */
    readonly accounts: ReadonlyMap<string, Account>;
    readonly lookAt: (account: Account) => ReadOptions | AccountPlan;
    readonly decide: (found: AccountFound) => AccountPlan;
    readonly namedRegions: (account: string) => readonly string[];
  },
): Promise<Plan> {
  const { cloud } = options;
  const { accounts, settings } = terms;
  const seen = new Set<string>();
  const ids = [...accounts.keys()];
  const planned = await planAccounts({
    cloud,
    clock: options.clock,
    concurrency: settings.concurrency,
    accounts: listed(cloud, terms.scope, accounts),
    lookAt(account) {
      seen.add(account.id);
      const reason = reasonToSkip(cloud, account, ids);
      if (reason === null) return terms.lookAt(account);
      return terms.decide({
        kind: 'skipped',
        account,
        reason,
        named: terms.namedRegions(account.id),
      });
    },
    decide: terms.decide,
    keepSessions: true,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  if (terms.scope !== null && selects(terms.scope)) return { ...planned, notes: [] };
  const gone = [...accounts.values()].filter((account) => !seen.has(account.id));
  const goneRows = gone.map((account) =>
    terms.decide({
      kind: 'shut',
      account,
      problem: accountGone(account.id),
      named: terms.namedRegions(account.id),
    }),
  );
  return { ...planned, accounts: [...planned.accounts, ...goneRows], notes: [] };
}

const selects = (scope: Scope): boolean =>
  scope.accounts.ous.length > 0 ||
  scope.accounts.accounts.length > 0 ||
  scope.accounts.tags.length > 0 ||
  scope.accounts.excludeOus.length > 0 ||
  scope.accounts.excludeAccounts.length > 0;

async function* listed(
  cloud: Cloud,
  scope: Scope | null,
  accounts: ReadonlyMap<string, Account>,
): AsyncIterable<Account> {
  let left = accounts.size;
  const narrowed =
    scope !== null && (scope.accounts.ous.length > 0 || scope.accounts.accounts.length > 0);
  const selection = scope === null ? allAccounts : { ...scope.accounts, org: !narrowed };
  if (left === 0) return;
  for await (const account of cloud.accounts(selection)) {
    if (!accounts.has(account.id)) continue;
    yield account;
    left -= 1;
    // The rest of a large organization need not be listed for a small run.
    if (left === 0) return;
  }
}

const accountOf = (history: RunHistory, id: string): Account => {
  const planned = history.plans.get(id)?.account;
  return planned === undefined
    ? { id, name: id, path: null, state: 'ACTIVE' }
    : { id, name: planned.name, path: planned.path, state: planned.state };
};

/** The rows of changes alone: a rollback has no others. */
const onlyTargetsOf = (plan: AccountPlan, changes: readonly ChangeRecord[]): AccountPlan => ({
  ...plan,
  targets: plan.targets.filter((row) =>
    changes.some(({ target }) => target.kind === row.kind && target.region === row.region),
  ),
});

const regionsOf = (changes: readonly ChangeRecord[]): readonly string[] =>
  changes.flatMap((change) => (change.target.region === null ? [] : [change.target.region]));

/** How a rollback looks at an account, and what it makes of it. */
function rollbackTerms(
  options: Pick<RollbackOptions, 'cloud' | 'history' | 'laterRuns' | 'settings'>,
  scope: Scope | null,
) {
  const { history, cloud } = options;
  // The role is the run's own, whatever is asked for now.
  const settings = { ...options.settings, dhmcRole: history.started.settings.dhmcRole };
  const role = parseRoleName(settings.dhmcRole);
  const inScope = (change: ChangeRecord): boolean => {
    const { region } = change.target;
    if (scope === null || region === null) return true;
    const { regions, excludeRegions } = scope.regions;
    return (regions?.includes(region) ?? true) && !excludeRegions.includes(region);
  };
  const changes = new Map<string, readonly ChangeRecord[]>();
  for (const [account, list] of changesByAccount(history)) {
    const chosen = list.filter(inScope);
    if (chosen.length > 0) changes.set(account, chosen);
  }
  const changesOf = (account: string): readonly ChangeRecord[] => changes.get(account) ?? [];
  const planner = { partition: cloud.partition, settings, history, laterRuns: options.laterRuns };
  return {
    settings,
    changes,
    look: (account: string): ReadOptions => ({
      regions: { regions: regionsOf(changesOf(account)), excludeRegions: [] },
      dhmcRole: settings.dhmcRole,
      permissionsBoundary: null,
      forRemoval: changesOf(account).some((change) => change.target.kind !== 'setting'),
      othersToo: true,
      roles: formerRoles(changesOf(account), role),
    }),
    decide(found: AccountFound): AccountPlan {
      if (found.kind === 'read')
        return rollbackPlan(found.readings, changesOf(found.readings.account.id), planner);
      return onlyTargetsOf(planUnreachable(found), changesOf(found.account.id));
    },
    namedRegions: (account: string) => regionsOf(changesOf(account)),
  };
}

/** Reads what a run changed, and plans to put it back. */
export async function replanRollback(options: RollbackOptions): Promise<Plan> {
  const terms = rollbackTerms(options, options.scope);
  return planJournalled(options, {
    settings: terms.settings,
    scope: options.scope,
    accounts: new Map([...terms.changes.keys()].map((id) => [id, accountOf(options.history, id)])),
    lookAt: (account) => terms.look(account.id),
    decide: terms.decide,
    namedRegions: terms.namedRegions,
  });
}

/** Reads what a run's plan named, and plans to finish it. Rows of accounts that need nothing more are the run's own. */
export async function replanResume(options: ResumeOptions): Promise<Plan> {
  const { history, cloud, action } = options;
  const { settings, scope } = history.started;
  const undo =
    options.rolledBack === null || action !== 'rollback'
      ? null
      : rollbackTerms(
          { cloud, history: options.rolledBack, laterRuns: options.laterRuns, settings },
          null,
        );
  const confirmedOf = (account: string): AccountPlan | null => history.plans.get(account) ?? null;
  const planner = { partition: cloud.partition, settings };

  const regions = (account: string): readonly string[] | null => {
    const rows = confirmedOf(account)?.targets.filter((row) => row.kind === 'setting') ?? [];
    return rows.some((row) => row.region === null)
      ? null
      : rows.flatMap((row) => (row.region === null ? [] : [row.region]));
  };
  const look = (account: string): ReadOptions => {
    const named = regions(account);
    return readOptionsFor(
      action,
      settings,
      named === null ? scope.regions : { regions: named, excludeRegions: [] },
    );
  };
  const fresh = (found: AccountFound): AccountPlan =>
    undo === null ? planFound(found, action, planner) : undo.decide(found);

  return planJournalled(options, {
    settings,
    scope: null,
    accounts: new Map([...history.plans.keys()].map((id) => [id, accountOf(history, id)])),
    lookAt(account) {
      const confirmed = confirmedOf(account.id);
      if (confirmed !== null && !needsReread(history, confirmed))
        return planAsLeft(history, confirmed);
      return undo === null ? look(account.id) : undo.look(account.id);
    },
    decide(found) {
      const id = found.kind === 'read' ? found.readings.account.id : found.account.id;
      const confirmed = confirmedOf(id);
      const plan = fresh(found);
      return confirmed === null ? plan : resumedPlan(history, confirmed, plan);
    },
    namedRegions: (account) => regions(account) ?? [],
  });
}

/** Reads what a saved plan was made from, in the accounts that it names, and plans what of it is still to be done. */
export async function replanSaved(options: SavedOptions): Promise<Plan> {
  const { saved, cloud, settings, rolledBack, laterRuns } = options;
  const { action } = saved;
  const undo =
    rolledBack === null
      ? null
      : rollbackTerms({ cloud, history: rolledBack, laterRuns, settings }, null);
  const planner = { partition: cloud.partition, settings };
  const plans = new Map(saved.accounts.map((plan) => [plan.account.id, plan]));
  const planned = await planAccounts({
    cloud,
    clock: options.clock,
    concurrency: settings.concurrency,
    accounts: inOrder(saved.accounts),
    lookAt({ id }) {
      const plan = plans.get(id);
      if (plan === undefined || !wasRead(plan)) return plan ?? null;
      return (
        undo?.look(id) ??
        readOptionsFor(action, settings, { regions: regionsSeen(plan), excludeRegions: [] })
      );
    },
    decide(found) {
      const { id } = found.kind === 'read' ? found.readings.account : found.account;
      const plan = plans.get(id);
      const fresh = undo === null ? planFound(found, action, planner) : undo.decide(found);
      const role =
        found.kind === 'read' && found.readings.role.known ? found.readings.role.value : null;
      return plan === undefined
        ? fresh
        : savedPlan(plan, fresh, role, { action, settings, partition: cloud.partition });
    },
    keepSessions: true,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  return { ...planned, notes: saved.notes };
}

async function* inOrder(plans: readonly AccountPlan[]): AsyncIterable<Account> {
  for (const { account } of plans) yield await Promise.resolve(account);
}
