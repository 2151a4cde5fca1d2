/** The doctor's checks of access to the accounts. Read-only. */
import { CommandError } from '../core/model/errors.ts';
import type { RunSettings } from '../core/record/events.ts';
import { actualSpelling } from '../core/iam/role-names.ts';
import { known, unknown, type Account, type Reading } from '../core/model/model.ts';
import type { AccountExamined, AccountInside, DoctorReadings } from '../core/doctor/readings.ts';
import { neededAnywhere } from '../core/doctor/needed.ts';
import { mayBeSetByAssociation } from '../core/doctor/quick-setup.ts';
import { sampleOf } from '../core/doctor/sample.ts';
import { planEnable } from '../core/planning/enable.ts';
import { requireRegionsLeft } from '../core/planning/unknown-regions.ts';
import type { Scope } from '../core/model/scope.ts';
import type { Diagnostics, DiagnosedCloud } from './cloud.ts';
import { readAccount, reasonToSkip } from './observe.ts';
import { accountConcurrency, forEachConcurrent } from './pool.ts';

/** How many accounts are tried without `--all`. */
const fewAccounts = 5;

export interface Examination {
  readonly diagnostics: Diagnostics;
  readonly scope: Scope;
  readonly settings: RunSettings;
  /** Whether to try every account. */
  readonly all: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly tried: number; readonly of: number }) => void;
}

/** Throws `UsageError` if the scope names something that does not exist, and the signal's reason if it is aborted. */
export async function examine(examination: Examination): Promise<Omit<DoctorReadings, 'stateDir'>> {
  const { diagnostics: survey, scope, all, settings, signal, onProgress } = examination;
  const { cloud, caller, organization, endpoint, clockAheadMs } = survey;
  const connected = { caller, organization, endpoint, clockAheadMs };
  if (cloud === null) return { ...connected, listed: null, skipped: new Map(), examined: [] };
  const accounts: Account[] = [];
  const skipped = new Map<string, string>();
  const listing = listAccounts(examination, cloud, { accounts, skipped });
  // With `all`, accounts are entered while more are listed; a sample needs the whole list first.
  const sample = all ? null : sampleOf(await collected(listing.open()), fewAccounts);
  const chosen = (): readonly Account[] => sample ?? accounts.filter(({ id }) => !skipped.has(id));
  const limit = accountConcurrency(settings.concurrency);
  const inside = new Map<string, Reading<AccountInside>>();
  const levels = new Map<string, AccountExamined['levels']>();
  const isOver = (): boolean => signal.aborted;
  const enter = async (account: Account): Promise<void> => {
    inside.set(account.id, await lookInside(cloud, account, scope, settings));
    onProgress({ tried: inside.size, of: chosen().length });
  };
  const climb = async ({ id }: Account): Promise<void> => {
    if (id !== cloud.organization.managementAccount)
      levels.set(id, await cloud.controlPolicies(id));
  };
  // Organizations allows only a few calls a second: waiting for it must not delay entering other accounts.
  await Promise.all([
    forEachConcurrent(sample ?? listing.open(), limit, enter, isOver),
    listing.ended.then(() => forEachConcurrent(chosen(), limit, climb, isOver)),
  ]);
  const listed = listing.result();
  if (!listed.known) return { ...connected, listed, skipped: new Map(), examined: [] };
  signal.throwIfAborted();
  const read = [...inside.values()].flatMap((each) => (each.known ? each.value.readings : []));
  requireRegionsLeft(scope.regions.excludeRegions, {
    accounts: read.length,
    regions: read.filter(({ cells, regions }) => !regions.known || cells.length > 0).length,
  });
  const examined = chosen().flatMap((account): readonly AccountExamined[] => {
    const found = inside.get(account.id);
    if (found === undefined) return [];
    const needs = cloud.needs(account.id, null);
    return [{ account, inside: found, levels: levels.get(account.id) ?? null, needs }];
  });
  return { ...connected, endpoint: cloud.endpoint, listed, skipped, examined };
}

interface Listing {
  /** Yields the accounts that are not skipped, as they are listed. */
  readonly open: () => AsyncIterable<Account>;
  /** Resolves when the listing has ended. */
  readonly ended: Promise<void>;
  readonly result: () => Reading<readonly Account[]>;
}

/** Lists the accounts of the scope into `accounts`, and the reasons for skipping accounts into `skipped`. */
function listAccounts(
  { scope, signal }: Pick<Examination, 'scope' | 'signal'>,
  cloud: DiagnosedCloud,
  { accounts, skipped }: { readonly accounts: Account[]; readonly skipped: Map<string, string> },
): Listing {
  let result: Reading<readonly Account[]> = known(accounts);
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  async function* open(): AsyncIterable<Account> {
    try {
      for await (const account of cloud.accounts(scope.accounts)) {
        signal.throwIfAborted();
        accounts.push(account);
        const reason = reasonToSkip(cloud, account, scope.accounts.accounts);
        if (reason === null) yield account;
        else skipped.set(account.id, reason);
      }
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      result = unknown(error.problem);
    } finally {
      end();
    }
  }
  return { open, ended, result: () => result };
}

async function collected(source: AsyncIterable<Account>): Promise<readonly Account[]> {
  const accounts: Account[] = [];
  for await (const account of source) accounts.push(account);
  return accounts;
}

async function lookInside(
  cloud: DiagnosedCloud,
  account: Account,
  scope: Scope,
  settings: RunSettings,
): Promise<Reading<AccountInside>> {
  const { dhmcRole, permissionsBoundary } = settings;
  const entered = await cloud.enter(account.id);
  if (!entered.known) return entered;
  let access = entered.value;
  const look = {
    regions: scope.regions,
    dhmcRole,
    permissionsBoundary,
    forRemoval: false,
    readPolicies: true,
    readOtherRoles: false,
    roles: [],
  };
  try {
    let readings = await readAccount(cloud, access, account, look);
    // The session policy must name the role in the account's own spelling.
    const spelled = readings.role.known ? actualSpelling(readings.role.value, dhmcRole) : undefined;
    if (spelled !== undefined) {
      const again = await cloud.enter(account.id, spelled);
      if (!again.known) return again;
      access.leave();
      access = again.value;
      readings = await readAccount(cloud, access, account, { ...look, dhmcRole: spelled });
    }
    const { shown, arn } = await cloud.principal(account.id);
    const readable = readings.cells.filter(({ setting }) => setting.known);
    const plan = planEnable(readings, { partition: cloud.partition, settings });
    // If no region can be read, the permissions are checked for the home region.
    const first = readable[0]?.region ?? null;
    const needs = neededAnywhere(plan, cloud.needs(account.id, first));
    const [permissions, associations] = await Promise.all([
      cloud.permissions(account.id, first, needs),
      Promise.all(
        readable
          .filter(({ setting }) => setting.known && mayBeSetByAssociation(setting.value))
          .map(async ({ region }) => ({
            region,
            count: await access.enablingAssociations(region),
          })),
      ),
    ]);
    return known({ principal: shown, principalArn: arn, readings, permissions, associations });
  } finally {
    access.leave();
  }
}
