/** Plans that start from an earlier one: rollback, resume and saved plans read only what that plan names. */
import type { RunSettings } from '../core/record/events.ts';
import type { RunHistory } from '../core/record/history.ts';
import { begunByAwsClock } from '../core/record/order.ts';
import type { Account, AccountPlan, Role } from '../core/model/model.ts';
import type { PlanFile } from '../core/validation/saved-plan.ts';
import { parseRoleName } from '../core/iam/role-names.ts';
import type { Plan } from '../core/planning/plan.ts';
import { planSaved as savedPlan, regionsSeen, wasRead } from '../core/replanning/apply-saved.ts';
import { needsReread, planAsLeft, planResume as resumedPlan } from '../core/replanning/resume.ts';
import {
  changesByAccount,
  formerRoles,
  planRollback as rollbackPlan,
} from '../core/replanning/rollback.ts';
import type { ChangeRecord } from '../core/record/history.ts';
import { accountGone } from '../core/problems/problems.ts';
import type { AccountFound } from '../core/model/readings.ts';
import { planUnreachable } from '../core/planning/planned-targets.ts';
import type { PlannerOptions } from '../core/planning/enable.ts';
import type { Scope } from '../core/model/scope.ts';
import type { Cloud } from './cloud.ts';
import { reasonToSkip } from './observe.ts';
import type { ReadOptions } from './observe.ts';
import { readOptionsFor, planAccounts, planFound } from './plan.ts';
import type { PlanOptions } from './plan.ts';

export interface RollbackOptions extends Omit<PlanOptions, 'action' | 'scope'> {
  /** The run to roll back. */
  readonly history: RunHistory;
  /** The part of the run to roll back; null: all of it. */
  readonly scope: Scope | null;
  /** Later runs of the same organization, oldest first. Targets that they changed belong to them. */
  readonly laterRuns: readonly RunHistory[];
}

export interface ResumeOptions extends Omit<PlanOptions, 'action' | 'scope' | 'settings'> {
  /** The run to resume. */
  readonly history: RunHistory;
  /** Default: the run's own settings. The two differ only in how accounts are reached and in the failure tolerance. */
  readonly settings?: RunSettings;
  /** The run's action; for a saved plan, the plan's action. `rollback` also needs `rolledBack`. */
  readonly action: 'enable' | 'disable' | 'rollback';
  readonly rolledBack: RunHistory | null;
  /** Runs after the one that is rolled back, without the resumed run. */
  readonly laterOfRolledBack?: readonly RunHistory[];
  /** Runs after the resumed one. */
  readonly laterRuns: readonly RunHistory[];
  /** What this resume leaves alone. */
  readonly exclude?: Exclusions;
}

/** Accounts and regions, as given in the options. */
export interface Exclusions {
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
}

const nothingExcluded: Exclusions = { accounts: [], regions: [] };

export interface SavedOptions extends Omit<PlanOptions, 'action' | 'scope'> {
  readonly saved: PlanFile;
  /** For a plan of a rollback: the run to roll back; `laterRuns` are the runs after it. */
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

/** Plans the accounts of a journal. An account that no longer exists gets rows with the reason. */
async function planJournalled(
  options: Pick<PlanOptions, 'cloud' | 'clock' | 'owners' | 'signal' | 'onProgress'>,
  terms: {
    readonly action: 'enable' | 'disable' | 'rollback';
    readonly settings: RunSettings;
    readonly scope: Scope | null;
    /** `--exclude-account` values, for a command without a scope. */
    readonly excludeAccounts?: readonly string[];
    /** By id: the accounts as they were when the journal was written. */
    readonly accounts: ReadonlyMap<string, Account>;
    /** The plan of an account in which nothing has to be read; null for all others. */
    readonly withoutLook?: (account: Account) => AccountPlan | null;
    readonly lookAt: (account: Account) => ReadOptions;
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
    accounts: listed(cloud, terms, accounts),
    lookAt(account) {
      seen.add(account.id);
      const known = terms.withoutLook?.(account) ?? null;
      if (known !== null) return known;
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
    owners: options.owners,
    keepSessions: true,
    signal: options.signal,
    onProgress: options.onProgress,
  });
  const notes = options.owners?.notes() ?? [];
  if (terms.scope !== null && selects(terms.scope)) return { ...planned, notes };
  const excluded = new Set((terms.excludeAccounts ?? []).flatMap(namesIn));
  const gone = [...accounts.values()].filter(
    ({ id, name }) => !seen.has(id) && !excluded.has(id) && !excluded.has(name),
  );
  const goneRows = gone.map(
    (account) =>
      terms.withoutLook?.(account) ??
      terms.decide({
        kind: 'unreachable',
        account,
        problem: accountGone(account.id, terms.action),
        named: terms.namedRegions(account.id),
      }),
  );
  return { ...planned, accounts: [...planned.accounts, ...goneRows], notes };
}

/** The names that an item of a comma-separated option can mean: the whole item, or its parts. */
const namesIn = (value: string): readonly string[] => [
  value,
  ...value.split(',').map((part) => part.trim()),
];

const selects = (scope: Scope): boolean =>
  scope.accounts.ous.length > 0 ||
  scope.accounts.accounts.length > 0 ||
  scope.accounts.tags.length > 0 ||
  scope.accounts.excludeOus.length > 0 ||
  scope.accounts.excludeAccounts.length > 0;

async function* listed(
  cloud: Cloud,
  {
    scope,
    excludeAccounts = [],
  }: { readonly scope: Scope | null; readonly excludeAccounts?: readonly string[] },
  accounts: ReadonlyMap<string, Account>,
): AsyncIterable<Account> {
  let left = accounts.size;
  const narrowed =
    scope !== null && (scope.accounts.ous.length > 0 || scope.accounts.accounts.length > 0);
  const selection =
    scope === null ? { ...allAccounts, excludeAccounts } : { ...scope.accounts, org: !narrowed };
  if (left === 0) return;
  for await (const account of cloud.accounts(selection)) {
    if (!accounts.has(account.id)) continue;
    yield account;
    left -= 1;
    // A small run does not need the rest of a large organization.
    if (left === 0) return;
  }
}

const accountOf = (history: RunHistory, id: string): Account => {
  const planned = history.plans.get(id)?.account;
  return planned === undefined
    ? { id, name: id, path: null, state: 'ACTIVE' }
    : { id, name: planned.name, path: planned.path, state: planned.state };
};

/** Only the rows of changes: a rollback has no others. */
const onlyTargetsOf = (plan: AccountPlan, changes: readonly ChangeRecord[]): AccountPlan => ({
  ...plan,
  targets: plan.targets.filter((row) =>
    changes.some(({ target }) => target.kind === row.kind && target.region === row.region),
  ),
});

const regionsOf = (changes: readonly ChangeRecord[]): readonly string[] =>
  changes.flatMap((change) => (change.target.region === null ? [] : [change.target.region]));

const roleIn = (found: AccountFound): Role | null =>
  found.kind === 'read' && found.readings.role.known ? found.readings.role.value : null;

const ownersIn = ({ owners }: Pick<PlanOptions, 'owners'>): Pick<PlannerOptions, 'owners'> =>
  owners === undefined ? {} : { owners: owners.book };

const plannerOf = (
  options: Pick<PlanOptions, 'cloud' | 'owners'>,
  settings: RunSettings,
): PlannerOptions => ({
  partition: options.cloud.partition,
  organization: options.cloud.organization.id,
  settings,
  ...ownersIn(options),
});

/** How a rollback reads an account, and how it plans from it. */
function rollbackTerms(
  options: Pick<RollbackOptions, 'cloud' | 'history' | 'laterRuns' | 'owners' | 'settings'>,
  scope: Scope | null,
) {
  const { history, cloud } = options;
  // The role is the one that the run used, whatever the options say now.
  const settings = { ...options.settings, dhmcRole: history.started.settings.dhmcRole };
  const role = parseRoleName(settings.dhmcRole);
  const isChosen = (region: string): boolean => {
    if (scope === null) return true;
    const { regions, excludeRegions } = scope.regions;
    return (regions?.includes(region) ?? true) && !excludeRegions.includes(region);
  };
  const inScope = ({ target: { region } }: ChangeRecord): boolean =>
    region === null || isChosen(region);
  const changes = new Map<string, readonly ChangeRecord[]>();
  for (const [account, list] of changesByAccount(history)) {
    const chosen = list.filter(inScope);
    if (chosen.length > 0) changes.set(account, chosen);
  }
  const changesOf = (account: string): readonly ChangeRecord[] => changes.get(account) ?? [];
  const { laterRuns } = options;
  const planner = {
    partition: cloud.partition,
    organization: cloud.organization.id,
    settings,
    history,
    begun: begunByAwsClock(history),
    laterRuns,
    isChosen,
    ...ownersIn(options),
  };
  return {
    settings,
    changes,
    look: (account: string): ReadOptions => ({
      regions: { regions: regionsOf(changesOf(account)), excludeRegions: [] },
      dhmcRole: settings.dhmcRole,
      permissionsBoundary: null,
      readPolicies: true,
      forRemoval: changesOf(account).some((change) => change.target.kind !== 'setting'),
      readOtherRoles: true,
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

/** Reads what a run changed, and plans to restore it. */
export async function replanRollback(options: RollbackOptions): Promise<Plan> {
  const terms = rollbackTerms(options, options.scope);
  const plan = await planJournalled(options, {
    action: 'rollback',
    settings: terms.settings,
    scope: options.scope,
    accounts: new Map([...terms.changes.keys()].map((id) => [id, accountOf(options.history, id)])),
    lookAt: (account) => terms.look(account.id),
    decide: terms.decide,
    namedRegions: terms.namedRegions,
  });
  // Leave out accounts in which nothing shows that the run changed anything.
  return { ...plan, accounts: plan.accounts.filter(({ targets }) => targets.length > 0) };
}

/** Reads what a run's plan named, and plans to finish it. Accounts that need nothing more keep the run's own rows. */
export async function replanResume(options: ResumeOptions): Promise<Plan> {
  const { history, cloud, action, laterRuns } = options;
  const { scope } = history.started;
  const { settings = history.started.settings, exclude = nothingExcluded } = options;
  const isExcluded = (region: string): boolean => exclude.regions.includes(region);
  const undo =
    options.rolledBack === null || action !== 'rollback'
      ? null
      : rollbackTerms(
          {
            cloud,
            history: options.rolledBack,
            laterRuns: options.laterOfRolledBack ?? [],
            settings,
            ...(options.owners === undefined ? {} : { owners: options.owners }),
          },
          null,
        );
  const confirmedOf = (account: string): AccountPlan | null => history.plans.get(account) ?? null;
  const planner = plannerOf(options, settings);

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
    action,
    settings,
    scope: null,
    excludeAccounts: exclude.accounts,
    accounts: new Map([...history.plans.keys()].map((id) => [id, accountOf(history, id)])),
    withoutLook({ id }) {
      const confirmed = confirmedOf(id);
      return confirmed === null || needsReread(history, confirmed)
        ? null
        : planAsLeft(history, confirmed);
    },
    lookAt: ({ id }) => (undo === null ? look(id) : undo.look(id)),
    decide(found) {
      const id = found.kind === 'read' ? found.readings.account.id : found.account.id;
      const confirmed = confirmedOf(id);
      const plan = fresh(found);
      const role = roleIn(found);
      return confirmed === null
        ? plan
        : resumedPlan(confirmed, plan, { history, laterRuns, role, isExcluded });
    },
    namedRegions: (account) => regions(account) ?? [],
  });
}

/** Reads what a saved plan was made from, in the accounts that it names, and plans what remains of it. */
export async function replanSaved(options: SavedOptions): Promise<Plan> {
  const { saved, cloud, settings, rolledBack } = options;
  const { action } = saved;
  const undo =
    rolledBack === null ? null : rollbackTerms({ ...options, history: rolledBack }, null);
  const planner = plannerOf(options, settings);
  const plans = new Map(saved.accounts.map((plan) => [plan.account.id, plan]));
  const regions = (id: string): readonly string[] => {
    const plan = plans.get(id);
    return plan === undefined ? [] : regionsSeen(plan);
  };
  const planned = await planJournalled(options, {
    action,
    settings,
    scope: null,
    accounts: new Map(saved.accounts.map(({ account }) => [account.id, account])),
    withoutLook({ id }) {
      const plan = plans.get(id);
      return plan === undefined || wasRead(plan) ? null : plan;
    },
    lookAt: ({ id }) =>
      undo?.look(id) ??
      readOptionsFor(action, settings, { regions: regions(id), excludeRegions: [] }),
    decide(found) {
      const { id } = found.kind === 'read' ? found.readings.account : found.account;
      const plan = plans.get(id);
      const fresh = undo === null ? planFound(found, action, planner) : undo.decide(found);
      return plan === undefined
        ? fresh
        : savedPlan(plan, fresh, roleIn(found), { action, settings, partition: cloud.partition });
    },
    namedRegions: regions,
  });
  return { ...planned, notes: [...new Set([...saved.notes, ...planned.notes])] };
}
