/** A running command: its connection to the organization, progress, messages and interruption. */
import type { RunSettings } from '../../core/record/events.ts';
import type { ConnectOptions, Profile, WatchCall } from '../../aws/index.ts';
import type { Purpose } from '../../core/planning/purpose.ts';
import type { ReportHeader } from '../../core/record/report.ts';
import type { Action } from '../../core/model/model.ts';
import type { Scope } from '../../core/model/scope.ts';
import type { Cloud, DiagnosedCloud } from '../../run/cloud.ts';
import { tagsOfNewRole } from '../../core/iam/role-names.ts';
import { clock, timestamp } from './clock.ts';
import { messagesFor, type Messages } from './messages.ts';
import { bannerLines } from './banner.ts';
import { openProgress, silent, type Progress } from '../terminal/progress.ts';
import type { Invocation } from '../args/command.ts';
import type { Resolved } from '../args/resolve.ts';
import { newRunId } from './run-id.ts';
import {
  requireBoundaryOfPartition,
  requireRegionsOfPartition,
  type ScopeDefaults,
} from '../args/scope.ts';
import { settingsOf, tagRecord } from '../args/run-settings.ts';
import { shown } from '../terminal/terminal.ts';

export interface CommandSession extends Disposable {
  readonly invocation: Invocation;
  readonly cloud: Cloud;
  readonly settings: RunSettings;
  readonly runId: string;
  readonly startedAt: string;
  readonly signal: AbortSignal;
  readonly messages: Messages;
  readonly progress: Progress;
  /** Hides the progress lines while a question is open. An interrupt then only ends the question. */
  readonly whilePrompting: <P>(ask: () => Promise<P>) => Promise<P>;
  /** Null: the scope is that of the recorded run. */
  readonly scope: Scope | null;
  readonly scopeDefaults: ScopeDefaults;
  readonly exitNote: ExitNote;
  /** The cloud with the doctor's calls, if the session was opened with them. */
  readonly diagnosed: DiagnosedCloud | null;
}

/** The message after an immediate exit. */
export interface ExitNote {
  /** How to continue what was begun; null if nothing was. */
  text: string | null;
}

export interface SessionOptions {
  readonly invocation: Invocation;
  readonly purpose: Purpose;
  /** Shown in the banner, and checked against the partition. */
  readonly scope: Scope | null;
  /** Default: the settings of the invocation. */
  readonly settings?: RunSettings;
  /** The id of the resumed run. */
  readonly runId?: string;
  /** For a command about an earlier run: what it does, and which run it is, for the banner. */
  readonly about?: readonly [what: string, run: string];
  /** Omits the banner, because another session of the same command prints it. */
  readonly silent?: true;
  /** Whether the command also needs the doctor's calls. */
  readonly diagnoses?: boolean;
  /** The scope if nothing is named; default: the whole organization with all enabled regions. */
  readonly scopeDefaults?: ScopeDefaults;
}

/** Connects, and prints the banner. Dispose of the session when the command ends. */
export async function openSession(options: SessionOptions): Promise<CommandSession> {
  const { invocation, purpose, scope } = options;
  const preparation = await prepare(options);
  try {
    const { connect, connectDiagnosed } = await import('../../aws/index.ts');
    const { settings, runId, startedAt, connection } = preparation;
    const diagnosed =
      options.diagnoses === true
        ? await connectDiagnosed({
            ...connection(purpose),
            permissionsBoundary: settings.permissionsBoundary,
            newRoleTags: tagsOfNewRole(runId, startedAt, settings.roleTags),
            all: true,
          })
        : null;
    const cloud = diagnosed ?? (await connect(connection(purpose)));
    if (scope !== null) requireRegionsOfPartition(scope, cloud.partition);
    requireBoundaryOfPartition(settings.permissionsBoundary, cloud.partition);
    const { messages } = preparation;
    if (options.silent !== true)
      messages.info(
        `${bannerLines(cloud, { scope, runId, about: options.about ?? null, scopeDefaults: options.scopeDefaults }, invocation.options, invocation.terminal.errorStyle.columns - 1)}\n\n`,
      );
    const { scopeDefaults = {} } = options;
    return { ...preparation, invocation, cloud, diagnosed, scope, scopeDefaults };
  } catch (error) {
    preparation[Symbol.dispose]();
    throw error;
  }
}

/** A command before it connects. */
export interface Preparation extends Omit<
  CommandSession,
  'invocation' | 'cloud' | 'diagnosed' | 'scope' | 'scopeDefaults'
> {
  /** The options for connecting. */
  readonly connection: (purpose: Purpose) => ConnectOptions;
}

/** Prepares progress, messages and interruption. Dispose of the preparation when the command ends. */
export async function prepare(
  options: Pick<SessionOptions, 'invocation' | 'settings' | 'runId'>,
): Promise<Preparation> {
  const { invocation } = options;
  const { terminal } = invocation;
  const { values } = invocation.options;
  const settings = options.settings ?? settingsOf(values);
  const runId = options.runId ?? newRunId(new Date(clock.now()));
  const startedAt = timestamp();
  const progress = values.quiet ? silent : await openProgress(terminal, () => clock.now());
  const messages = messagesFor(terminal, values, progress);
  let isPrompting = false;
  const whilePrompting = async <P>(ask: () => Promise<P>): Promise<P> => {
    isPrompting = true;
    try {
      return await progress.suspend(ask);
    } finally {
      isPrompting = false;
    }
  };
  const exitNote: ExitNote = { text: null };
  const { signal } = invocation.interruption;
  const listening = invocation.interruption.listen({
    onFirst() {
      progress.stopping();
      // At a prompt no calls are in flight: the caller reports the result.
      if (isPrompting) return;
      messages.warn(
        '\nStopping: calls in flight finish and are recorded. Press Ctrl-C again to exit immediately.',
      );
    },
    onSecond: () =>
      messages.warn(`\nExited immediately. ${exitNote.text ?? 'Nothing was changed.'}`),
  });
  const watchCalls: WatchCall = (call) => {
    const ended = progress.trackCall(call);
    return (end) => {
      ended();
      if (values.verbose) messages.call({ ...call, ...end });
    };
  };
  if (invocation.environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    messages.warn(uncheckedCertificates);
  const connection = (purpose: Purpose): ConnectOptions => ({
    ...given('profile', profileOf(invocation.options)),
    ...given('homeRegion', settings.homeRegion ?? undefined),
    roleNames: settings.roleNames,
    dhmcRole: settings.dhmcRole,
    ...given('externalId', values['external-id']),
    sessionTags: tagRecord(values['session-tag']),
    ...given('sourceIdentity', values['source-identity']),
    ...given('sessionDuration', values['session-duration']),
    sessionPolicy: !values['no-session-policy'],
    purpose,
    runId,
    concurrency: settings.concurrency,
    ...given(
      'mfaCode',
      terminal.interactive
        ? (serial: string, refused: string | null) =>
            whilePrompting(() => invocation.terminal.ask(mfaQuestion(serial, refused), signal))
        : undefined,
    ),
    ...given('onCall', values.quiet && !values.verbose ? undefined : watchCalls),
    signal,
  });
  return {
    settings,
    runId,
    startedAt,
    signal,
    messages,
    progress,
    whilePrompting,
    exitNote: exitNote,
    connection,
    [Symbol.dispose]() {
      progress.end();
      listening[Symbol.dispose]();
    },
  };
}

function profileOf({ values, origins: places }: Resolved): Profile | undefined {
  const name = values.profile;
  return name === undefined
    ? undefined
    : { name, place: places.get('profile')?.[0] ?? '--profile' };
}

/** A member, or nothing if there is no value: the compiler distinguishes absent from undefined. */
const given = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };

const mfaQuestion = (serial: string, refused: string | null): string =>
  `${refused === null ? '' : `${shown(refused.trim())}\n`}MFA code for ${shown(serial)}: `;

const uncheckedCertificates =
  'Warning: NODE_TLS_REJECT_UNAUTHORIZED=0: TLS certificates are not checked. Name your certificate authority in AWS_CA_BUNDLE instead.';

export const headerOf = (
  { cloud, startedAt }: Pick<CommandSession, 'cloud' | 'startedAt'>,
  {
    action,
    dryRun,
    run,
  }: { readonly action: Action; readonly dryRun: boolean; readonly run: string | null },
): ReportHeader => ({
  action,
  dryRun,
  run,
  startedAt,
  caller: cloud.caller,
  organization: cloud.organization,
  partition: cloud.partition,
});
