import { expect, it } from 'vitest';
import { createRequestLog } from '../../src/sandbox/request-log.ts';
import type { Outcome } from '../../src/sandbox/route.ts';

const outcome = (over: Partial<Outcome> = {}): Outcome =>
  ({
    ...{ service: 'ssm', operation: 'Get', account: '1', principal: 'arn', region: 'eu-west-1' },
    ...{ error: null, complaint: null, throttled: false, latencyMs: 0 },
    ...over,
  }) as Outcome;

it('counts requests, errors and the most requests open at once', () => {
  const said: string[] = [];
  const log = createRequestLog((complaint) => said.push(complaint));
  log.opened();
  log.opened();
  log.closed();
  log.record(outcome());
  log.record(outcome({ error: 'Throttling', throttled: true, complaint: 'What?' }));
  expect(log.requests()).toEqual({
    ...{ total: 2, throttled: 1, maxAtOnce: 2 },
    ...{ byOperation: { 'ssm:Get': 2 }, errors: { Throttling: 1 } },
  });
  expect([said, log.complaints()]).toEqual([['What?'], ['What?']]);
});

it('keeps requests only while it is switched on, and forgets them on reset', () => {
  const log = createRequestLog(() => undefined);
  log.record(outcome());
  log.switchLog(true);
  log.opened();
  log.record(outcome({ operation: 'List' }));
  expect(log.log().map(({ operation }) => operation)).toEqual(['List']);
  log.reset();
  expect([log.log(), log.requests().total, log.requests().maxAtOnce]).toEqual([[], 0, 1]);
  log.record(outcome());
  expect(log.log()).toHaveLength(1);
});
