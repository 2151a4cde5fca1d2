/**
 * More organizational units than one call takes. The test is slow because Organizations is called at a limited rate
 * for each unit.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/core/record/events.ts';
import {
  enabled,
  fault,
  four,
  one,
  pilot,
  settingsOf,
  two,
  type Stage,
  stageOfEachTest,
} from '../commands/stack-sets/stage.ts';

const open = stageOfEachTest();

/** The events of the newest journal. */
function journalOf({ folder }: Stage): readonly RunEvent[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
  const text = readFileSync(join(folder, files.at(-1) ?? ''), 'utf8').trimEnd();
  return text.split('\n').map((line) => JSON.parse(line) as RunEvent);
}

describe('more than 50 units', () => {
  const names = Array.from({ length: 51 }, (_, n) => `U${String(n + 10)}`);
  const ous = names.flatMap((name) => ['--ou', name]);

  it('take several calls, and each cell is recorded before the next wave begins', async () => {
    const on = await open({
      unitScps: Object.fromEntries(names.map((name) => [name, []])),
      accounts: [
        { name: 'One', unit: 'U10' },
        { name: 'Two', unit: 'U60' },
        { name: 'Three', unit: 'U10' },
        { name: 'Four', unit: 'U60' },
      ],
    });
    expect((await on.report('enable', '--org', '--yes')).status).toBe(0);
    const args = ['deploy', ...ous, '--take-over', '--yes'];
    // The role takes two calls, the first three waves one each and the last wave two: the last call is
    // refused.
    const refused = { code: 'LimitExceededException', times: 1 };
    on.sandbox.setBehavior({
      ...on.sandbox.behavior(),
      faults: [{ ...fault('CreateStackInstances', refused), skip: 6 }],
    });
    const first = await on.stackset(...args);
    expect([first.status, first.report.stopped?.message]).toEqual([
      1,
      expect.stringContaining('LimitExceeded'),
    ]);
    const order = journalOf(on).flatMap((event) =>
      event.type === 'cell-handed-over'
        ? [`${event.target.account} handed over`]
        : event.type === 'stack-set-call-begun' &&
            event.call === 'CreateStackInstances' &&
            event.stackSet === 'dhmc-setting'
          ? [`begun for ${event.accounts.join('+')}`]
          : [],
    );
    expect(order.slice(0, 7)).toEqual([
      `begun for ${one}`,
      `${one} handed over`,
      `begun for ${one}`,
      `${one} handed over`,
      `begun for ${two}`,
      `${two} handed over`,
      `${two} handed over`,
    ]);
    const handedOver = (list: readonly string[]): number =>
      list.filter((line) => line.includes('handed')).length;
    expect(handedOver(order)).toBe(6);

    const second = await on.stackset(...args);
    expect([second.status, second.report.stopped]).toEqual([0, null]);
    expect(second.report.operations).toHaveLength(1);
    expect(second.report.instances.map(({ status }) => status)).toEqual(
      Array.from({ length: 8 }, () => 'CURRENT'),
    );
    const targets = second.report.sets.map((set) => set.targets.length);
    expect(targets).toEqual([51, 51]);
    for (const account of [one, two, pilot, four])
      expect(settingsOf(on.sandbox, account)).toEqual(enabled);
  });
});
