import { UsageError } from '../../core/model/errors.ts';
import { tagsOfNewRole } from '../../core/iam/role-names.ts';
import { doctorFormats, type DoctorFormat } from '../../render/doctor.ts';
import { statusOfFindings } from '../../core/doctor/finding.ts';
import { findingsOf } from '../../core/doctor/findings.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import { examine } from '../../run/index.ts';
import { timestamp } from '../session/clock.ts';
import type { ExitStatus } from '../exit.ts';
import type { Invocation } from '../args/command.ts';
import { requireRegionsOfPartition, scopeOf } from '../args/scope.ts';
import { withPreparation } from '../session/session.ts';
import { settingsOf } from '../args/run-settings.ts';
import { inspectStateDir } from '../runs/inspect-state-dir.ts';
import { resolveRunFolder, resolveStateDir } from '../runs/state-dir.ts';

/** `dhmc doctor`: walk the way before a rollout does, and say what stands in it. Writes nothing. */
export async function doctor(invocation: Invocation): Promise<ExitStatus> {
  const { options, terminal } = invocation;
  const { values } = options;
  const format = doctorFormatOf(values.output ?? 'table');
  const scope = scopeOf(options, 'organization');
  const settings = settingsOf(values);

  return withPreparation(
    { invocation, settings },
    async ({ connection, signal, progress, startedAt, runId }) => {
      const { survey: openSurvey } = await import('../../aws/index.ts');
      const { permissionsBoundary } = settings;
      const survey = await openSurvey({
        ...connection(purposeFor({ does: 'doctor', settings })),
        permissionsBoundary,
        newRoleTags: tagsOfNewRole(runId, startedAt, settings.roleTags),
        all: values.all,
      });
      const { caller, organization } = survey;
      const partition = caller.known ? caller.value.partition : 'aws';
      if (caller.known) requireRegionsOfPartition(scope, partition);
      const found = await examine({
        survey,
        scope,
        settings,
        all: values.all,
        signal,
        onProgress: progress.examining,
      });
      const folder =
        organization?.known === true ? await resolveRunFolder(values, organization.value) : null;
      const stateDir = await inspectStateDir(await resolveStateDir(values), folder);
      const readings = { ...found, stateDir };
      const planner = {
        partition,
        settings,
        ...(organization?.known === true ? { organization: organization.value.id } : {}),
      };
      const findings = findingsOf(readings, planner, values.all);
      progress.end();

      const { renderDoctor } = await import('../../render/doctor.ts');
      const report = {
        startedAt,
        finishedAt: timestamp(),
        caller: caller.known ? caller.value.caller : null,
        organization: organization?.known === true ? organization.value : null,
        partition: caller.known ? partition : null,
        accounts: {
          inScope: readings.listed?.known === true ? readings.listed.value.length : 0,
          tried: readings.examined.length,
        },
        findings,
        usage: survey.usage(),
      };
      await terminal.write(await renderDoctor(format, report, terminal.outStyle));
      return statusOfFindings(findings);
    },
  );
}

function doctorFormatOf(format: string): DoctorFormat {
  const known = doctorFormats.find((each) => each === format);
  if (known !== undefined) return known;
  throw new UsageError(
    `--output: doctor cannot write ${format}.`,
    `Choose from ${doctorFormats.join(', ')}; \`dhmc status\` knows every format.`,
  );
}
