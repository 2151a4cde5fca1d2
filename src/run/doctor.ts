/** The doctor's walk: as far along the way into the accounts as it goes. Reads, and writes nothing. */
import { CommandError } from '../core/model/errors.ts';
import type { RunSettings } from '../core/record/events.ts';
import { actualSpelling } from '../core/iam/role-names.ts';
import { known, unknown, type Account, type Reading } from '../core/model/model.ts';
import type { AccountExamined, AccountInside, DoctorReadings } from '../core/doctor/readings.ts';
import { sampleOf } from '../core/doctor/sample.ts';
import { problemOfCommand } from '../core/problems/problems.ts';
import type { Scope } from '../core/model/scope.ts';
import type { Diagnostics, DiagnosedCloud } from './cloud.ts';
import { readAccount, reasonToSkip } from './observe.ts';
import { accountConcurrency, forEachConcurrent } from './pool.ts';

/** How many accounts are tried, unless all are to be. */
const fewAccounts = 5;

export interface Examination {
  readonly survey: Diagnostics;
  readonly scope: Scope;
  readonly settings: RunSettings;
  /** Whether to try every account. */
  readonly all: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly tried: number; readonly of: number }) => void;
}

/** Throws `UsageError` where the scope names what is not there, and what the signal is aborted with. */
export async function examine(examination: Examination): Promise<Omit<DoctorReadings, 'stateDir'>> {
  const { survey, scope, all, settings, signal, onProgress } = examination;
  const { cloud, caller, organization, endpoint, clockAheadMs } = survey;
  const way = { caller, organization, endpoint, clockAheadMs };
  if (cloud === null) return { ...way, listed: null, skipped: new Map(), examined: [] };
  const listed = await listAccounts(cloud, scope, signal);
  if (!listed.known) return { ...way, listed, skipped: new Map(), examined: [] };
  const skipped = new Map<string, string>();
  for (const account of listed.value) {
    const reason = reasonToSkip(cloud, account, scope.accounts.accounts);
    if (reason !== null) skipped.set(account.id, reason);
  }
  const open = listed.value.filter(({ id }) => !skipped.has(id));
  const chosen = all ? open : sampleOf(open, fewAccounts);
  const examined: AccountExamined[] = [];
  let tried = 0;
  await forEachConcurrent(
    chosen.entries(),
    accountConcurrency(settings.concurrency),
    async ([at, account]) => {
      examined[at] = await examineAccount(cloud, account, examination);
      onProgress({ tried: (tried += 1), of: chosen.length });
    },
    () => signal.aborted,
  );
  signal.throwIfAborted();
  return { ...way, endpoint: cloud.endpoint, listed, skipped, examined };
}

async function listAccounts(
  cloud: DiagnosedCloud,
  scope: Scope,
  signal: AbortSignal,
): Promise<Reading<readonly Account[]>> {
  const accounts: Account[] = [];
  try {
    for await (const account of cloud.accounts(scope.accounts)) {
      signal.throwIfAborted();
      accounts.push(account);
    }
    return known(accounts);
  } catch (error) {
    if (error instanceof CommandError) return unknown(problemOfCommand(error));
    throw error;
  }
}

async function examineAccount(
  cloud: DiagnosedCloud,
  account: Account,
  { scope, settings }: Examination,
): Promise<AccountExamined> {
  const isManagement = account.id === cloud.organization.managementAccount;
  const [levels, inside] = await Promise.all([
    isManagement ? null : cloud.controlPolicies(account.id),
    lookInside(cloud, account, scope, settings),
  ]);
  return { account, inside, levels, needs: cloud.needs(account.id, null) };
}

async function lookInside(
  cloud: DiagnosedCloud,
  account: Account,
  scope: Scope,
  { dhmcRole, permissionsBoundary }: RunSettings,
): Promise<Reading<AccountInside>> {
  const entered = await cloud.enter(account.id);
  if (!entered.known) return entered;
  let access = entered.value;
  const look = {
    regions: scope.regions,
    dhmcRole,
    permissionsBoundary,
    forRemoval: false,
    policiesToo: true,
    othersToo: false,
    roles: [],
  };
  try {
    let readings = await readAccount(cloud, access, account, look);
    // The session's policy has to name the role as it is spelled in the account.
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
    const [permissions, associations] = await Promise.all([
      // Where nothing can be read for the region's sake, nothing of the permissions is to be learnt either.
      cloud.permissions(account.id, readable[0]?.region ?? null),
      Promise.all(
        readable.map(async ({ region }) => ({
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
