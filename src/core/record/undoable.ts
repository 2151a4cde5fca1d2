/** Whether a run has changed anything that a rollback could restore. */
import type { Report } from '../model/model.ts';

/** Whether a setting was changed, so that instances can register anew. */
export const hasChangedSetting = ({ targets }: Pick<Report, 'targets'>): boolean =>
  targets.some(({ kind, verdict }) => kind === 'setting' && verdict === 'changed');

/** A change that was made, or that was begun and that nobody looked after. */
export const hasUndoable = ({ targets }: Pick<Report, 'targets'>): boolean =>
  targets.some(
    ({ verdict, state, problem }) =>
      verdict === 'changed' ||
      (verdict === 'not-attempted' && state === 'unknown' && problem?.code === 'interrupted'),
  );
