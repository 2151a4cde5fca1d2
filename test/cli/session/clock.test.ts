import { describe, expect, it } from 'vitest';
import { clock, timestamp } from '../../../src/cli/session/clock.ts';

describe('a pause', () => {
  it('ends at once and without an error when the command is interrupted', async () => {
    const controller = new AbortController();
    const pause = clock.sleep(60_000, controller.signal);
    controller.abort();
    await expect(pause).resolves.toBeUndefined();
    await expect(clock.sleep(60_000, AbortSignal.abort())).resolves.toBeUndefined();
  });

  it('causes no warning from Node where many wait at once', async () => {
    const warnings: Error[] = [];
    const keep = (warning: Error): void => void warnings.push(warning);
    process.on('warning', keep);
    const controller = new AbortController();
    const pauses = Array.from({ length: 12 }, () => clock.sleep(60_000, controller.signal));
    await clock.sleep(1);
    controller.abort();
    await Promise.all(pauses);
    process.off('warning', keep);
    expect(warnings).toEqual([]);
  });
});

it('timestamps are ISO 8601 in UTC', () => {
  expect(timestamp()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});
