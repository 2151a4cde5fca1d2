/** Selects the journaled run of a command, and merges its options with those of the command line. */
import { UsageError } from '../../core/model/errors.ts';
import type { RunSettings, RunStarted } from '../../core/record/events.ts';
import { foldHistory, type RunHistory } from '../../core/record/history.ts';
import type { Organization } from '../../core/model/model.ts';
import { foldReport, type ReportFold } from '../../core/record/report.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import type { OptionName } from '../args/options.ts';
import type { Invocation } from '../args/command.ts';
import type { Resolved } from '../args/resolve.ts';
import { openSession } from '../session/session.ts';
import { settingsOf } from '../args/run-settings.ts';
import { resolveStateDir } from './state-dir.ts';

export interface SelectedRun {
  readonly path: string;
  /** Whether the user named the run. */
  readonly named: boolean;
  /** If the newest run was chosen: how many earlier ones are still in force. */
  readonly earlier: number;
}

/** A run as text: its id, its command and its start. */
export const describeRun = ({
  run,
  command,
  startedAt,
}: Pick<RunStarted, 'run' | 'command' | 'startedAt'>): string =>
  `${run} (${command}, ${startedAt.slice(0, 10)} ${startedAt.slice(11, 16)} UTC)`;

type Choose = (stateDir: string, organization: string) => Promise<Omit<SelectedRun, 'named'>>;

/**
 * The run that the operand names, else the one that `choose` finds for the caller's organization. Calls AWS for the
 * caller only if the state directory has runs of several organizations.
 */
export async function selectRun(invocation: Invocation, choose: Choose): Promise<SelectedRun> {
  const { findRun, latestRun, organizationsOf } = await import('../../journal/index.ts');
  const stateDir = await resolveStateDir(invocation.options.values);
  const [name] = invocation.operands;
  if (name !== undefined && name !== latestRun)
    return { path: (await findRun(stateDir, null, name)).path, named: true, earlier: 0 };
  const [first, ...others] = await organizationsOf(stateDir);
  if (first === undefined) {
    throw new UsageError(
      `No runs found in ${stateDir}.`,
      'Name the directory with --state-dir, or a run by its journal file. To reset settings that no run of dhmc changed, use `dhmc disable`.',
    );
  }
  const organization = others.length === 0 ? first : await organizationOfCaller(invocation);
  if (name !== undefined)
    return { path: (await findRun(stateDir, organization, name)).path, named: true, earlier: 0 };
  return { ...(await choose(stateDir, organization)), named: false };
}

async function organizationOfCaller(invocation: Invocation): Promise<string> {
  using session = await openSession({
    invocation,
    purpose: purposeFor({ does: 'status' }),
    scope: null,
    settings: settingsOf(invocation.options.values),
    silent: true,
  });
  return session.cloud.organization.id;
}

/** Reads a run's journal into both folds. Throws `UsageError` if it is damaged. */
export async function loadRun(
  path: string,
): Promise<{ readonly history: RunHistory; readonly report: ReportFold }> {
  const { readJournal } = await import('../../journal/index.ts');
  const fold = foldHistory();
  const report = foldReport(null);
  for await (const event of readJournal(path)) {
    fold.add(event);
    report.add(event);
  }
  const history = fold.history();
  if (history === null) throw new Error(`a journal without its first event: ${path}`);
  return { history, report };
}

/**
 * The run's options. Options for reaching the accounts and the failure tolerance are replaced by those of the command
 * line or of variables, but not by those of a configuration file: that applied when the run was made.
 */
export function mergedSettings(run: RunSettings, { values, sources }: Resolved): RunSettings {
  if (run.needsExternalId && values['external-id'] === undefined) {
    throw new UsageError(
      'The run used an external id, which dhmc never stores.',
      'Give it again with --external-id or DHMC_EXTERNAL_ID.',
    );
  }
  const asked = settingsOf(values);
  const isSaid = (name: OptionName): boolean => sources.has(name) && sources.get(name) !== 'file';
  return {
    ...run,
    roleNames: isSaid('role-name') ? asked.roleNames : run.roleNames,
    homeRegion: isSaid('home-region') ? asked.homeRegion : run.homeRegion,
    concurrency: isSaid('concurrency') ? asked.concurrency : run.concurrency,
    failureTolerance: isSaid('failure-tolerance') ? asked.failureTolerance : run.failureTolerance,
    needsExternalId: asked.needsExternalId,
  };
}

/** Throws `UsageError` if the run belongs to another organization than the caller. */
export function requireRunOf(
  organization: Organization,
  { started }: RunHistory,
  named: boolean,
): void {
  if (named)
    return requireSameOrganization(`The run ${started.run}`, started.organization, organization);
  if (started.organization.id === organization.id) return;
  throw new UsageError(
    `The state directory has runs of organization ${started.organization.id}, but none of yours, ${organization.id}.`,
    'Name another directory with --state-dir, or use credentials of that organization.',
  );
}

/** Throws `UsageError` if the journal or plan belongs to another organization than the caller. */
export function requireSameOrganization(
  what: string,
  theirs: Organization,
  callers: Organization,
): void {
  if (theirs.id === callers.id) return;
  throw new UsageError(
    `${what} belongs to organization ${theirs.id}; your credentials belong to ${callers.id}.`,
    'Use credentials of that organization, such as another --profile.',
  );
}
