import { UsageError } from '../../core/model/errors.ts';
import { tagsOfNewRole } from '../../core/iam/role-names.ts';
import type { DoctorFormat } from '../../render/doctor.ts';
import { statusOfFindings } from '../../core/doctor/finding.ts';
import { findingsOf } from '../../core/doctor/findings.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import { examine } from '../../run/doctor.ts';
import { timestamp } from '../session/clock.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import { writeOver } from '../../journal/files.ts';
import { doctorFormats, formatOfPath } from '../../render/index.ts';
import { requireWritable, styleOfFiles } from '../rollout/report-output.ts';
import { messagesFor } from '../session/messages.ts';
import { shown } from '../terminal/terminal.ts';
import type { Invocation } from '../args/command.ts';
import { requireBoundaryOfPartition, requireRegionsOfPartition, scopeOf } from '../args/scope.ts';
import { requireKnownExclusions } from '../session/exclusions.ts';
import { prepare } from '../session/session.ts';
import { settingsOf } from '../args/run-settings.ts';
import { inspectStateDir } from '../runs/inspect-state-dir.ts';
import { resolveRunFolder, resolveStateDir } from '../runs/state-dir.ts';

/** `dhmc doctor`: checks access and permissions before a rollout, and reports what would stop it. Writes nothing. */
export async function doctor(invocation: Invocation): Promise<ExitStatus> {
  const { options, terminal } = invocation;
  const { values } = options;
  const format = doctorFormatOf(values.output ?? 'table');
  const files = await filesOf(values['report-file'] ?? []);
  const scope = scopeOf(options, 'organization');
  const settings = settingsOf(values);

  using preparation = await prepare({ invocation, settings });
  const { connection, signal, progress, startedAt, runId } = preparation;
  const { survey: openSurvey } = await import('../../aws/index.ts');
  const { permissionsBoundary } = settings;
  const diagnostics = await openSurvey({
    ...connection(purposeFor({ does: 'doctor', settings })),
    permissionsBoundary,
    newRoleTags: tagsOfNewRole(runId, startedAt, settings.roleTags),
    all: values.all,
  });
  const { caller, organization } = diagnostics;
  const partition = caller.known ? caller.value.partition : 'aws';
  if (caller.known) {
    requireRegionsOfPartition(scope, partition);
    requireBoundaryOfPartition(permissionsBoundary, partition);
  }
  if (diagnostics.cloud !== null)
    await requireKnownExclusions(
      diagnostics.cloud,
      scope.regions.excludeRegions,
      preparation.messages,
    );
  const found = await examine({
    diagnostics: diagnostics,
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
    usage: diagnostics.usage(),
  };
  await terminal.write(await renderDoctor(format, report, terminal.outStyle));
  let written = true;
  for (const file of files) {
    try {
      await writeOver(file.path, [await renderDoctor(file.format, report, styleOfFiles)]);
    } catch (error) {
      written = false;
      const why = error instanceof Error ? error.message : String(error);
      messagesFor(terminal, values, progress).warn(
        `The report could not be written to ${shown(file.path)}: ${shown(why)}`,
      );
    }
  }
  return written ? statusOfFindings(findings) : exitStatuses.failure;
}

interface DoctorFile {
  readonly path: string;
  readonly format: DoctorFormat;
}

/** The files of `--report-file`. Throws `UsageError`, before any call. */
async function filesOf(paths: readonly string[]): Promise<readonly DoctorFile[]> {
  const files = paths.map((path): DoctorFile => {
    const format = doctorFormats.find((each) => each === formatOfPath(path));
    if (format !== undefined) return { path, format };
    throw new UsageError(
      `--report-file: the ending of "${path}" does not name a format of doctor.`,
      'Use one of .txt, .json, .md, .xml.',
    );
  });
  for (const { path } of files) await requireWritable(path);
  return files;
}

function doctorFormatOf(format: string): DoctorFormat {
  const known = doctorFormats.find((each) => each === format);
  if (known !== undefined) return known;
  throw new UsageError(
    `--output: doctor cannot write ${format}.`,
    `Choose from ${doctorFormats.join(', ')}; \`dhmc status\` supports every format.`,
  );
}
