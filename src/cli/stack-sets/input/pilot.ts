/**
 * The pilot: an existing account that gets the first stack instances, so that CloudFormation makes its unit a target.
 */
import { CommandError, UsageError } from '../../../core/model/errors.ts';
import type { Account, AccountPlan } from '../../../core/model/model.ts';
import type { RunSettings } from '../../../core/record/events.ts';
import type { FoundSet } from '../../../core/stack-sets/deployment.ts';
import { planRun } from '../../../run/plan.ts';
import { clock } from '../../session/clock.ts';
import type { CommandSession } from '../../session/session.ts';

const nobody = { org: false, ous: [], accounts: [], tags: [], excludeOus: [], excludeAccounts: [] };

const refused = (account: Account, why: string): UsageError =>
  new UsageError(
    `--pilot: account ${account.id} (${account.name}) ${why}.`,
    "Choose an account of the target that is at AWS's default in every region and has no DHMC role, such as one that `dhmc enable` left out. Nothing was touched.",
  );

/** The account of --pilot. Throws `UsageError` if there is none, if there are several, or if it cannot be the pilot. */
export async function findPilot(
  { cloud }: Pick<CommandSession, 'cloud'>,
  name: string,
  targets: readonly Account[],
): Promise<Account> {
  const found: Account[] = targets.filter(
    (account) => account.id === name || account.name === name,
  );
  // It may be elsewhere in the organization.
  if (found.length === 0) found.push(...(await elsewhere(cloud, name)));
  const [account] = found;
  if (account === undefined || found.length > 1)
    throw new UsageError(
      `--pilot "${name}" names ${String(found.length)} accounts.`,
      'Give the id of one account.',
    );
  if (account.id === cloud.organization.managementAccount)
    throw refused(
      account,
      'is the management account, to which CloudFormation does not deploy service-managed stack sets',
    );
  if (account.state !== 'ACTIVE') throw refused(account, `is ${account.state}`);
  if (targets.every(({ id }) => id !== account.id))
    throw refused(account, 'is not in the target of --org or --ou');
  return account;
}

/** The accounts with this id or name in the whole organization. Throws `UsageError` about --pilot if there are none. */
async function elsewhere(
  cloud: CommandSession['cloud'],
  name: string,
): Promise<readonly Account[]> {
  const found: Account[] = [];
  try {
    for await (const account of cloud.accounts({ ...nobody, accounts: [name] }))
      found.push(account);
  } catch (error) {
    if (error instanceof UsageError)
      throw new UsageError(error.message.replace(/^--account /, '--pilot '), error.hint);
    throw error;
  }
  return found;
}

/**
 * Reads the pilot. Throws `UsageError` if it has a setting or the role already, and `CommandError` if it cannot be
 * read.
 */
export async function requireUntouched(
  session: CommandSession,
  account: Account,
  options: {
    readonly settings: RunSettings;
    readonly regions: readonly string[];
    readonly found: ReadonlyMap<string, FoundSet>;
  },
): Promise<AccountPlan> {
  const { cloud, signal } = session;
  const { settings, regions, found } = options;
  const plan = await planRun({
    cloud,
    clock,
    action: 'status',
    scope: {
      accounts: { ...nobody, accounts: [account.id] },
      regions: { regions: [...regions], excludeRegions: [] },
      source: 'command line',
    },
    settings,
    signal,
  });
  const [read] = plan.accounts;
  if (read === undefined) throw refused(account, 'could not be read');
  // An earlier deployment that started in this account may continue.
  const isBegun = [...found.values()].some(({ instances }) =>
    instances.some((instance) => instance.account === account.id),
  );
  for (const { kind, state, region, from, problem } of read.targets) {
    if (state === 'unknown' && problem !== null && problem.code !== 'region-not-enabled')
      throw new CommandError(problem);
    if (isBegun) continue;
    if (kind === 'role' && state !== 'absent')
      throw refused(account, `has the role ${settings.dhmcRole} already`);
    if (kind === 'setting' && from !== null)
      throw refused(
        account,
        `is not at AWS's default in ${region ?? 'a region'}: the setting names ${typeof from === 'string' ? from : 'a role'}`,
      );
  }
  return read;
}
