import { withoutCodeMarks } from '../../core/problems/code-marks.ts';
import { furtherActions } from '../../core/advice/rights/agent-rights.ts';
import { compareAdvice } from '../../core/advice/changes.ts';
import type { DhmcRoleAudit, RoleAdvice, AdviceReport } from '../../core/advice/model.ts';
import { tallyAdvice } from '../../core/advice/summary.ts';
import { covers } from '../../core/iam/policy-patterns.ts';
import { UsageError } from '../../core/model/errors.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import type { RowFilter } from '../../core/record/filter.ts';
import { lineOf } from '../../render/advice/ndjson.ts';
import { observeAdvice } from '../../run/advice.ts';
import { readAdviceBaseline } from '../advice/baseline.ts';
import { openEmitter } from '../advice/emit.ts';
import { writeAdvice } from '../advice/write-report.ts';
import type { Invocation } from '../args/command.ts';
import { settingsOf } from '../args/run-settings.ts';
import { scopeOf } from '../args/scope.ts';
import { coverageOutputs } from '../coverage/outputs.ts';
import { openSpool } from '../coverage/spool.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import { clock, timestamp } from '../session/clock.ts';
import { requireKnownExclusions } from '../session/exclusions.ts';
import type { Messages } from '../session/messages.ts';
import { openSession } from '../session/session.ts';
import { shown } from '../terminal/terminal.ts';

/** `dhmc advise`: which SSM rights can be removed from the roles of instance profiles. Changes nothing. */
export async function advise(invocation: Invocation): Promise<ExitStatus> {
  const { options, terminal } = invocation;
  const { values } = options;
  const scope = scopeOf(options, 'organization');
  const outputs = await coverageOutputs(values);
  const settings = settingsOf(values);
  const names = values['instance-role'] ?? null;
  const since = values.since === undefined ? null : await readAdviceBaseline(values.since);
  const emitter = values.emit === undefined ? null : await openEmitter(values.emit);
  const purpose = purposeFor({ does: 'coverage' });

  using session = await openSession({ invocation, purpose, scope, settings });
  const { cloud, messages, progress, signal } = session;
  await requireKnownExclusions(cloud, scope.regions.excludeRegions, messages);
  if (since !== null && ![null, cloud.organization.id].includes(since.organization))
    throw new UsageError(
      `--since: "${values.since ?? ''}" is of the organization ${since.organization ?? ''}, and the caller is in ${cloud.organization.id}.`,
      'Name a report of this organization, or use the profile that the report was made with.',
    );
  warnOfIdle(values['application-only'] ?? [], messages);
  const tally = tallyAdvice();
  const comparison = since === null ? null : compareAdvice(since.earlier);
  const audits: DhmcRoleAudit[] = [];
  const found = new Set<string>();
  const spool = await openSpool();
  try {
    const { accounts, cut } = await observeAdvice({
      cloud,
      clock,
      scope,
      settings,
      signal,
      tally,
      onProgress: progress.planning,
      regions: scope.regions,
      roleNames: names === null ? null : new Set(names.map((name) => name.toLowerCase())),
      advice: {
        applicationOnly: (values['application-only'] ?? []).map((each) => each.toLowerCase()),
        acceptStopped: values['accept-stopped'],
      },
      onRole: (_, name) => {
        if (names !== null) found.add(name.toLowerCase());
      },
      onDhmcRole: (audit) => void audits.push(audit),
      onRoles: async (roles) => {
        const lines: string[] = [];
        for (const role of roles) {
          tally.addRole(role.advice);
          const isChanged = comparison?.add(role.advice) === true;
          if (isShown(role.advice, outputs.only, isChanged)) lines.push(lineOf(role.advice));
          await emitter?.write(role);
        }
        if (lines.length > 0) await spool.add(lines);
      },
    });
    progress.end();
    const status = tally.exitStatus({ check: values.check });
    requireFound(names, found, status === exitStatuses.failure || cut !== null);
    const report: AdviceReport = {
      schema: 'dhmc.advice/v1',
      startedAt: session.startedAt,
      finishedAt: timestamp(),
      caller: cloud.caller,
      organization: cloud.organization,
      partition: cloud.partition,
      summary: tally.summary(cloud.usage()),
      accounts,
      unread: tally.unread(),
      dhmcRoles: sorted(audits),
    };
    const written = await writeAdvice({
      report,
      blockers: tally.blockers(),
      changes: comparison?.changes() ?? null,
      isDetailed: names !== null,
      outputs,
      spool,
      terminal,
      messages,
    });
    if (cut !== null) messages.warn(`Reading ended early: ${withoutCodeMarks(cut.hint)}`);
    if (emitter !== null) {
      const failures = emitter.failures();
      messages.info(
        `Wrote ${emitter.count()} ${emitter.count() === 1 ? 'file' : 'files'} to ${shown(values.emit ?? '')}. A file has the name of the policy that goes; the steps of the report name the inline policy that it becomes, and when.`,
      );
      for (const failure of failures.slice(0, 20)) messages.warn(`Not written: ${failure}`);
      if (failures.length > 0) return exitStatuses.failure;
    }
    return written && cut === null ? status : exitStatuses.failure;
  } finally {
    await spool.close();
  }
}

/** Warns of a pattern that matches no right that could hold a role back: it is probably a typing error. */
function warnOfIdle(patterns: readonly string[], messages: Messages): void {
  for (const pattern of patterns)
    if (!furtherActions.some((action) => covers(pattern.toLowerCase(), action.toLowerCase())))
      messages.warn(
        `--application-only: "${shown(pattern)}" names no right that holds a role back; those are ${furtherActions.length} rights of S3, CloudWatch, CloudWatch Logs, KMS, Directory Service, and parameters and patch baselines of Systems Manager.`,
      );
}

function isShown({ verdict }: RoleAdvice, only: RowFilter, isChanged: boolean): boolean {
  if (only === 'all') return true;
  return only === 'changes' ? isChanged : verdict === 'not-yet' || verdict === 'unknown';
}

/**
 * Throws `UsageError` for a name that no role of an instance profile has, unless something could not be read: the role
 * may be there.
 */
function requireFound(
  names: readonly string[] | null,
  found: ReadonlySet<string>,
  isPartial: boolean,
): void {
  const missing = (names ?? []).find((name) => !found.has(name.toLowerCase()));
  if (missing === undefined || isPartial) return;
  throw new UsageError(
    `--instance-role: no instance profile in scope has a role named "${missing}".`,
    'Give the full name of a role, without its path; `dhmc advise` lists them.',
  );
}

const sorted = (audits: readonly DhmcRoleAudit[]): readonly DhmcRoleAudit[] =>
  [...audits].sort((one, other) =>
    `${one.account} ${one.arn}` < `${other.account} ${other.arn}` ? -1 : 1,
  );
