/** The doctor's findings from its readings, each with why it matters and the fix. */
import type { PlannerOptions } from '../planning/enable.ts';
import { findingsOnAccount } from './account-findings.ts';
import { fine, ofProblem, troubled, type Finding } from './finding.ts';
import type { DoctorReadings, StateDirReading } from './readings.ts';

/** All findings, in the order of the checks. `all`: every account in scope was tried. */
export function findingsOf(
  readings: DoctorReadings,
  planner: PlannerOptions,
  all: boolean,
): readonly Finding[] {
  const names = new Map(readings.examined.map(({ account }) => [account.id, account.name]));
  const findings = [
    onCredentials(readings),
    ...onClock(readings),
    ...onOrganization(readings),
    ...onAccounts(readings, all),
    ...readings.examined.flatMap((examined) => findingsOnAccount(examined, readings, planner)),
    ...onStateDir(readings.stateDir),
  ];
  return findings.map((finding) => ({ ...finding, name: names.get(finding.subject) ?? null }));
}

function onCredentials({ caller, endpoint }: DoctorReadings): Finding {
  if (!caller.known)
    return ofProblem('credentials', 'error', 'the caller', caller.problem, {
      why: 'Without credentials that AWS accepts, dhmc can make no calls.',
    });
  const { arn, account } = caller.value.caller;
  if (arn.endsWith(':root')) {
    return troubled('credentials', 'error', arn, {
      message: `The caller is the root user of account ${account}.`,
      why: 'The root user cannot assume roles, so no other account can be entered.',
      hint: 'Use a role or user of the management account or of a delegated administrator.',
    });
  }
  const via = endpoint === null ? '' : `, over ${endpoint}, which is not AWS's own endpoint`;
  return fine(
    'credentials',
    arn,
    `The caller is ${arn} in partition ${caller.value.partition}${via}.`,
  );
}

/** AWS rejects signatures that are more than five minutes off. */
const refusedFromMs = 5 * 60_000;
const worthTellingFromMs = 60_000;

function onClock({ clockAheadMs }: DoctorReadings): readonly Finding[] {
  if (clockAheadMs === null) return [];
  const off = Math.abs(clockAheadMs);
  const seconds = Math.round(off / 1000);
  if (off < worthTellingFromMs)
    return [
      fine(
        'clock',
        'this machine',
        `The clock agrees with AWS's within ${Math.max(1, seconds)} s.`,
      ),
    ];
  return [
    troubled('clock', off >= refusedFromMs ? 'error' : 'warning', 'this machine', {
      message: `The clock is ${seconds.toLocaleString('en')} s ${clockAheadMs > 0 ? 'ahead of' : 'behind'} AWS's.`,
      why: 'AWS refuses requests that are signed more than five minutes off, and the times in reports and journals are wrong.',
      hint: "Correct this machine's clock (enable NTP).",
    }),
  ];
}

function onOrganization({ caller, organization }: DoctorReadings): readonly Finding[] {
  if (organization === null || !caller.known) return [];
  const { account } = caller.value.caller;
  if (!organization.known)
    return [
      ofProblem('organization', 'error', account, organization.problem, {
        why: 'Accounts are found through AWS Organizations.',
      }),
    ];
  const { id, managementAccount } = organization.value;
  if (account === managementAccount)
    return [fine('organization', id, `Account ${account} is the management account of ${id}.`)];
  return [
    fine(
      'organization',
      id,
      `Account ${account} is a member of ${id}: the management account ${managementAccount} is left out unless it is named with --account.`,
    ),
  ];
}

function onAccounts(
  { caller, organization, listed, skipped, examined }: DoctorReadings,
  all: boolean,
): readonly Finding[] {
  if (listed === null || organization === null || !organization.known || !caller.known) return [];
  const { id, managementAccount } = organization.value;
  if (!listed.known) {
    const isMember = caller.value.caller.account !== managementAccount;
    const why = isMember
      ? 'Only the management account and delegated administrators may list the accounts of an organization.'
      : 'The accounts of the scope are found by listing them.';
    return [ofProblem('accounts', 'error', id, listed.problem, { why })];
  }
  const left =
    skipped.size === 0
      ? ''
      : `, ${skipped.size.toLocaleString('en')} of them skipped as not active or out of reach`;
  const open = listed.value.length - skipped.size;
  const tried = `${examined.length.toLocaleString('en')} ${examined.length === 1 ? 'was' : 'were'} tried${all || examined.length === open ? '' : ' (--all tries every one)'}`;
  return [
    fine(
      'accounts',
      id,
      `The scope has ${listed.value.length.toLocaleString('en')} account${listed.value.length === 1 ? '' : 's'}${left}; ${tried}.`,
    ),
  ];
}

const megabyte = 1024 * 1024;
/** Room for some hundred thousand targets: each takes about half a kilobyte of the journal. */
const roomyFrom = 100 * megabyte;

function onStateDir(state: StateDirReading): readonly Finding[] {
  const { path, nearest, exists, isDirectory, writable, refused, free } = state;
  const why =
    'Every change is in the journal before it is made: where no journal can be written, nothing is changed.';
  const hint = 'Name a directory of your own with --state-dir.';
  const found = (
    level: 'warning' | 'error',
    said: { readonly message: string; readonly why?: string; readonly hint?: string },
  ): Finding => troubled('state-directory', level, path, { why, hint, ...said });
  if (!isDirectory) return [found('error', { message: `${nearest} is not a directory.` })];
  if (!writable) return [found('error', { message: `${nearest} cannot be written.` })];
  const findings: Finding[] = [];
  if (refused !== null) {
    findings.push(
      found('error', {
        ...refused,
        why: 'Whoever can change the journals can change what a rollback restores, so dhmc writes none there.',
      }),
    );
  }
  if (free !== null && free < roomyFrom) {
    findings.push(
      found(free < megabyte ? 'error' : 'warning', {
        message: `There is room for ${Math.floor(free / megabyte).toLocaleString('en')} MB only at ${nearest}.`,
        why: 'A run stops when its journal runs out of space.',
        hint: 'Free some space there, or name another directory with --state-dir.',
      }),
    );
  }
  if (findings.length > 0) return findings;
  return [
    fine(
      'state-directory',
      path,
      exists
        ? `Journals can be written in ${path}.`
        : `${path} will be created with the first run.`,
    ),
  ];
}
