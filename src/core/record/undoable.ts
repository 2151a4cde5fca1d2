/** Whether a run has changed anything that a rollback could restore. */
import type { Report } from '../model/model.ts';

/** Whether a setting was changed, after which instances can register. */
export const hasChangedSetting = ({ targets }: Pick<Report, 'targets'>): boolean =>
  targets.some(({ kind, verdict }) => kind === 'setting' && verdict === 'changed');

/** Whether the report has a change that was made, or one that was begun and has an unknown result. */
export const hasUndoable = ({ targets }: Pick<Report, 'targets'>): boolean =>
  targets.some(
    ({ verdict, state, problem }) =>
      verdict === 'changed' ||
      (verdict === 'not-attempted' && state === 'unknown' && problem?.code === 'interrupted'),
  );
