import { randomBytes } from 'node:crypto';
import { CommandError, UsageError } from '../../core/model/errors.ts';
import { problemCodes, type Account, type ProblemCode } from '../../core/model/model.ts';
import type { Scope } from '../../core/model/scope.ts';
import { notMeasured, type ProofStep } from '../../core/proof/observations.ts';
import {
  anonymous,
  factsOf,
  factsToCheck,
  proofStatus,
  stepsOf,
  type Proof,
} from '../../core/proof/proof.ts';
import type { RunEvent } from '../../core/record/events.ts';
import { createJournal, lockFolder, nextOrder, writeOver } from '../../journal/index.ts';
import { proofFormats } from '../../render/index.ts';
import { proofPlanText, renderProof, type ProofFormat } from '../../render/proof.ts';
import { proofPlan } from '../../core/validation/proof-changes.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import { prove as runProof, type Proved } from '../../run/prove.ts';
import type { ProofAccess } from '../../run/proof-access.ts';
import type { Invocation } from '../args/command.ts';
import { followUpCommand } from '../args/command-line.ts';
import { settingsOf } from '../args/run-settings.ts';
import { requireRegionsOfPartition, scopeOf } from '../args/scope.ts';
import { errorJson, exitStatuses, type ExitStatus } from '../exit.ts';
import { askYesOrNo, notBegun, requireConfirmation } from '../rollout/confirm.ts';
import { openOutputs, type Outputs } from '../rollout/report-output.ts';
import { resolveRunFolder } from '../runs/state-dir.ts';
import { bannerLines } from '../session/banner.ts';
import { clock, timestamp } from '../session/clock.ts';
import { prepare, type Preparation } from '../session/session.ts';
import { shown } from '../terminal/terminal.ts';
import { version } from '../version.ts';

/**
 * `dhmc prove`: takes one cell through the whole cycle, restores it, and reports where AWS does not answer as expected.
 */
export async function prove(invocation: Invocation): Promise<ExitStatus> {
  const { options, terminal } = invocation;
  const { values } = options;
  const { scope, region } = cellOf(invocation);
  const outputs = await openOutputs(values);
  for (const format of [outputs.format, ...outputs.files.map((file) => file.format)])
    requireProofFormat(format);
  requireConfirmation(values, terminal);
  const dhmcRole = `dhmc-proof/DhmcProof-${randomBytes(4).toString('hex')}`;
  const settings = { ...settingsOf(values), dhmcRole };

  using session = await prepare({ invocation, settings });
  const { connectForProof } = await import('../../aws/index.ts');
  const { cloud, enter } = await connectForProof(session.connection(purposeFor({ does: 'prove' })));
  requireRegionsOfPartition(scope, cloud.partition);
  const { messages, progress, runId, startedAt, signal } = session;
  const { columns } = terminal.errorStyle;
  messages.info(`${bannerLines(cloud, { scope, runId, about: null }, options, columns - 1)}\n\n`);
  const account = await theAccount(cloud.accounts(scope.accounts));
  const entered = await enter(account.id, region);
  if (!entered.known) throw new CommandError(entered.problem);
  const access = entered.value;
  await requireUntouched(access, account, region);
  const about = { session, cloud, account, region, role: dhmcRole };
  const publish = (proof: Proof): Promise<boolean> =>
    write(
      values.anonymous ? anonymous(proof, [account.name, account.path ?? '', runId]) : proof,
      outputs,
      invocation,
      messages,
    );
  if (values['dry-run']) {
    const written = await publish(proofOf(null, about));
    messages.info('Nothing was changed.');
    return written ? exitStatuses.ok : exitStatuses.failure;
  }
  messages.info(`${proofPlanText(proofOf(null, about), columns)}\n`);
  if (!values.yes) {
    const answer = await askYesOrNo(
      { ...session, invocation },
      'Run the proof on this cell? [y/N] ',
    );
    if (answer !== 'yes') {
      const ended = { ...notBegun[answer], code: 'interrupted' } as const;
      if (outputs.format === 'json') await terminal.write(errorJson('prove', ended));
      return answer === 'interrupted' ? exitStatuses.interrupted : exitStatuses.failure;
    }
  }

  const folder = await resolveRunFolder(values, cloud.organization);
  const lock = await lockFolder(folder, { run: runId, since: startedAt });
  const journal = createJournal({ folder, run: runId });
  try {
    const order = await nextOrder(folder, clock.now());
    const plan = proofPlan({ account, region, role: dhmcRole, roleArn: access.roleArn });
    const opening: readonly RunEvent[] = [
      {
        type: 'run-started',
        run: runId,
        action: 'prove',
        version,
        startedAt,
        caller: cloud.caller,
        organization: cloud.organization,
        partition: cloud.partition,
        command: invocation.commandLine,
        rollsBack: null,
        scope,
        settings,
        order,
      },
      { type: 'account-planned', plan },
      { type: 'run-confirmed', at: timestamp(), by: values.yes ? 'yes' : 'prompt' },
    ];
    for (const event of opening) await journal.record(event);
    const proved = await runProof({
      access,
      clock,
      account: account.id,
      region,
      role: dhmcRole,
      record: journal.record,
      signal,
      onStep: (step) => messages.info(`  ${stepWords[step]}`),
    });
    await journal.record({ type: 'run-finished', at: timestamp(), ...cloud.usage(), order });
    await journal.close();
    progress.end();
    const proof = proofOf(proved, about);
    const written = await publish(proof);
    messages.info(`Journal: ${shown(journal.path)}`);
    if (!proof.restored)
      messages.warn(
        `Restore it with: ${shown(followUpCommand(['disable', 'rollback', runId], invocation.given))}`,
      );
    if (signal.aborted) return exitStatuses.interrupted;
    return written ? proofStatus(proof) : exitStatuses.failure;
  } finally {
    await lock.release();
  }
}

const read = 'read it back';
const stepWords: Readonly<Record<ProofStep, string>> = {
  default: 'read the setting',
  regions: 'list the regions',
  'denied-implicitly': 'try to set it in a session without that right',
  'denied-explicitly': 'try to set it in a session that denies it',
  'missing-role': 'name a role that does not exist',
  'untrusting-role': 'name a role that does not trust Systems Manager',
  accepted: 'set it to the new role, as soon as AWS accepts that',
  'accepted-read': read,
  'by-arn': 'name the setting by its ARN',
  equal: 'write the same value again',
  'equal-read': read,
  'bare-name': 'name the role without its path',
  'bare-name-read': read,
  'at-once': 'write several times at once',
  'role-deleted': 'delete the role while the setting names it',
  reset: 'reset the setting',
  'reset-read': read,
};

/** The cell of --account and --region. Throws `UsageError`. */
function cellOf(invocation: Invocation): { readonly scope: Scope; readonly region: string } {
  const { values } = invocation.options;
  const { account, region } = values;
  if (account === undefined || region === undefined || region.length !== 1)
    throw new UsageError(
      'prove needs one account and one region.',
      'Name them with --account ID|NAME and --region CODE.',
    );
  return { scope: scopeOf(invocation.options, 'refuse'), region: region[0] ?? '' };
}

function requireProofFormat(format: string): asserts format is ProofFormat {
  if ((proofFormats as readonly string[]).includes(format)) return;
  throw new UsageError(
    `A proof cannot be written as ${format}.`,
    `Use ${proofFormats.join(', ')} (files: .txt, .json, .md, .csv).`,
  );
}

async function theAccount(accounts: AsyncIterable<Account>): Promise<Account> {
  const found: Account[] = [];
  for await (const account of accounts) found.push(account);
  const [account] = found;
  if (account === undefined || found.length > 1)
    throw new UsageError(
      'prove needs one account.',
      'Name it by its id, or by a name that no other account has.',
    );
  if (account.state !== 'ACTIVE')
    throw new UsageError(
      `Account ${account.id} is ${account.state}.`,
      'Choose an account that is ACTIVE.',
    );
  return account;
}

/** Throws `UsageError` or `CommandError` unless the cell is at AWS's default and the proof's role does not exist. */
async function requireUntouched(
  access: ProofAccess,
  account: Account,
  region: string,
): Promise<void> {
  const setting = await access.setting();
  const role = await access.role();
  for (const reading of [setting, role])
    if (!reading.known) throw new CommandError(reading.problem);
  if (setting.known && setting.value.value !== null)
    throw new UsageError(
      `The setting of ${account.id} in ${region} is not at AWS's default: it names ${setting.value.value}.`,
      'Choose a cell that `dhmc status` shows as disabled. Nothing was changed.',
    );
  if (role.known && role.value !== null)
    throw new UsageError(
      `A role ${role.value.name} exists in ${account.id}.`,
      'Run the command again: it chooses another name.',
    );
}

const isCode = (code: string): code is ProblemCode =>
  (problemCodes as readonly string[]).includes(code);

/** The proof's report; `proved` is null if nothing was tried. */
function proofOf(
  proved: Proved | null,
  of: {
    readonly session: Preparation;
    readonly cloud: {
      readonly caller: NonNullable<Proof['caller']>;
      readonly organization: NonNullable<Proof['organization']>;
      readonly partition: Proof['partition'];
      usage(): { readonly calls: number; readonly throttled: number };
    };
    readonly account: Account;
    readonly region: string;
    readonly role: string;
  },
): Proof {
  const { session, cloud, account, region, role } = of;
  const problem = proved?.problem ?? null;
  return {
    schema: 'dhmc.proof/v1',
    dryRun: proved === null,
    run: proved === null ? null : session.runId,
    startedAt: session.startedAt,
    finishedAt: timestamp(),
    caller: cloud.caller,
    organization: cloud.organization,
    partition: cloud.partition,
    account: account.id,
    accountName: account.name,
    region,
    role,
    plan: stepsOf(role),
    restored: proved?.restored ?? true,
    problem:
      problem === null || !isCode(problem.code)
        ? null
        : { code: problem.code, message: problem.message, hint: problem.hint ?? '' },
    facts: proved === null ? factsToCheck() : factsOf(proved.observations),
    timings: proved?.observations.timings ?? notMeasured,
    ...cloud.usage(),
  };
}

/** Writes the proof to all outputs. Returns false if a file could not be written; it also prints why. */
async function write(
  proof: Proof,
  { format, files }: Outputs,
  { terminal }: Invocation,
  messages: Preparation['messages'],
): Promise<boolean> {
  requireProofFormat(format);
  let written = true;
  await terminal.write(renderProof(proof, format, terminal.outStyle));
  for (const file of files) {
    requireProofFormat(file.format);
    try {
      await writeOver(file.path, [renderProof(proof, file.format, { color: false, columns: 120 })]);
    } catch (error) {
      written = false;
      messages.warn(
        `The proof could not be written to ${shown(file.path)}: ${shown(error instanceof Error ? error.message : String(error))}`,
      );
    }
  }
  return written;
}
