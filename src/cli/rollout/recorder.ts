/** Records the events of a run in its journal, and passes them on to the report and the progress display. */
import { dirname } from 'node:path';
import type { RunEvent } from '../../core/record/events.ts';
import { foldReport, type ReportFold } from '../../core/record/report.ts';
import { clock } from '../session/clock.ts';
import type { CommandSession } from '../session/session.ts';

export interface Recorder {
  /** The journal's path. */
  readonly path: string;
  /** The run's place in the order of all runs. */
  readonly order: number;
  readonly fold: ReportFold;
  /** Resolves when the journal has recorded the event. */
  readonly record: (event: RunEvent) => Promise<void>;
  /** Resolves to the error that kept the journal from being complete, or to null. */
  close(): Promise<unknown>;
}

/** Creates the journal of a new run, or continues that of a resumed one. */
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
        // The report includes the result even if the journal does not. But a change that could not be recorded was not
        // begun.
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
