/** Rollbacks of one account as rows of text, for table tests. */
import type { RunHistory } from '../../../src/core/record/history.ts';
import { begunByAwsClock } from '../../../src/core/record/order.ts';
import { changesByAccount, planRollback } from '../../../src/core/replanning/rollback.ts';
import {
  account,
  otherTrust,
  ourRole,
  policy,
  readingsOf,
  rowText,
  type Change,
  type End,
  type Seen,
} from '../../support/histories.ts';
import { roleName, settingsOf } from '../../support/run-engine.ts';

export const ann = 'arn:aws:iam::111111111111:user/ann';
export const later = '2026-01-05T00:00:00.000Z';
export const long = '2025-01-01T00:00:00.000Z';
export const role = (end: End = 'changed'): Change => ({
  kind: 'role',
  from: null,
  to: ourRole,
  end,
});
export const mended = (end: End = 'changed'): Change => ({
  ...{ kind: 'role', from: { ...ourRole, trust: otherTrust }, to: ourRole, end },
});
export const grant = (end: End = 'changed'): Change => ({
  kind: 'grant',
  from: null,
  to: policy,
  end,
});
export const setting = (
  region: string,
  end: End = 'changed',
  over: Partial<Change> = {},
): Change => ({
  ...{ kind: 'setting', region, from: null, to: roleName, end },
  ...over,
});

export const planOf = (
  history: RunHistory,
  seen: Seen,
  laterRuns: readonly RunHistory[] = [],
  isChosen?: (region: string) => boolean,
) =>
  planRollback(readingsOf(seen), changesByAccount(history).get(account) ?? [], {
    ...{
      partition: 'aws',
      settings: settingsOf(),
      history,
      begun: begunByAwsClock(history),
      laterRuns,
    },
    ...(isChosen === undefined ? {} : { isChosen }),
  });
export const rowsOf = (...given: Parameters<typeof planOf>): readonly string[] =>
  planOf(...given).targets.map(rowText);
