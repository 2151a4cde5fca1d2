/** The lock of an organization's journals. A command that writes takes it before planning. */
import { withoutCodeMarks } from '../../core/problems/code-marks.ts';
import { CommandError, UsageError } from '../../core/model/errors.ts';
import type { JournalError } from '../../journal/index.ts';
import type { CommandSession } from '../session/session.ts';
import { shown } from '../terminal/terminal.ts';

export interface RunLock extends AsyncDisposable {
  /** The folder of the journal. */
  readonly folder: string;
  /** Why the folder cannot be written to: no change is made then. */
  readonly refusal: JournalError | null;
}

/** Holds the lock until it is disposed of. Throws `CommandError` if another run holds it. */
export async function lockRuns(session: CommandSession, folder: string): Promise<RunLock> {
  const { lockFolder, JournalError } = await import('../../journal/index.ts');
  warnOfDefaultStateDir(session);
  try {
    const lock = await lockFolder(folder, { run: session.runId, since: session.startedAt });
    return { folder, refusal: null, [Symbol.asyncDispose]: () => lock.release() };
  } catch (error) {
    if (error instanceof CommandError || error instanceof UsageError) throw error;
    const refusal = new JournalError(folder, error);
    session.messages.warn(
      `The journal cannot be written: ${shown(refusal.message)}\n${shown(withoutCodeMarks(refusal.hint))}\nNothing will be changed.`,
    );
    return { folder, refusal, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
}

/** In CI, the machine may be discarded after the job, and the journal with it. */
function warnOfDefaultStateDir({ invocation, messages }: CommandSession): void {
  if (
    invocation.options.values['state-dir'] !== undefined ||
    !['1', 'true'].includes(invocation.environment['CI'] ?? '')
  )
    return;
  messages.warn(
    'CI is set, and the journal goes to the default state directory. If the job loses it, nothing can be rolled back or resumed.\n' +
      'Name a directory that outlives the job with --state-dir, and keep it as an artifact.',
  );
}
