/** Sends the events of a run to its journal, and from there to the report and the progress display. */
import { dirname } from 'node:path';
import type { RunEvent } from '../../core/record/events.ts';
import { foldReport, type ReportFold } from '../../core/record/report.ts';
import { clock } from '../session/clock.ts';
import type { CommandSession } from '../session/session.ts';

export interface Recorder {
  /** The journal. */
  readonly path: string;
  /** The place of the run among all runs. */
  readonly order: number;
  readonly fold: ReportFold;
  /** Resolves when the event is on the disk. */
  readonly record: (event: RunEvent) => Promise<void>;
  /** Resolves to what the journal could not keep; null: nothing. */
  close(): Promise<unknown>;
}

/** Makes the journal of a new run, or continues that of a resumed one. */
export async function openRecorder(
  { runId, progress }: Pick<CommandSession, 'runId' | 'progress'>,
  options: {
    readonly folder: string;
    readonly after?: number;
    readonly resumes?: { readonly path: string; readonly fold: ReportFold };
  },
): Promise<Recorder> {
  const { createJournal, continueJournal, nextOrder } = await import('../../journal/index.ts');
  const { resumes } = options;
  const journal =
    resumes === undefined
      ? createJournal({ folder: options.folder, run: runId })
      : continueJournal(resumes.path);
  const fold = resumes?.fold ?? foldReport(null);
  const order = await nextOrder(dirname(journal.path), clock.now(), options.after);
  return {
    path: journal.path,
    order,
    fold,
    record: async (given) => {
      const event = given.type === 'run-finished' ? { ...given, order } : given;
      try {
        await journal.record(event);
      } catch (error) {
        // What came of a change is reported anyway; a change that could not be recorded was not begun.
        if (event.type !== 'change-begun') fold.add(event);
        throw error;
      }
      fold.add(event);
      progress.event(event);
    },
    close: () =>
      journal.close().then(
        () => null,
        (error: unknown) => error,
      ),
  };
}
