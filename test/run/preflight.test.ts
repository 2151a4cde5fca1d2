import { expect, it } from 'vitest';
import { known } from '../../src/core/model/model.ts';
import { planRun } from '../../src/run/plan.ts';
import type { DiagnosedCloud } from '../../src/run/cloud.ts';
import { readPreflight } from '../../src/run/preflight.ts';
import { member, memoryCloud, organization } from '../support/memory-cloud.ts';
import { settingsOf, wholeOrganization } from '../support/run-engine.ts';

const settings = settingsOf();

const asking = async (signal = new AbortController().signal) => {
  const memory = memoryCloud([
    member('000000000011', ['eu-west-1']),
    member('000000000012', ['eu-west-1'], { state: 'SUSPENDED' }),
    member(organization.managementAccount, ['eu-west-1']),
  ]);
  const plan = await planRun({
    ...{ cloud: memory.cloud, clock: memory.clock, settings },
    ...{ action: 'enable', scope: wholeOrganization },
  });
  let left = 0;
  const asked: string[] = [];
  const cloud = {
    ...memory.cloud,
    enter: async (id: string) => {
      const entered = await memory.cloud.enter(id);
      return entered.known ? known({ ...entered.value, leave: () => void (left += 1) }) : entered;
    },
    needs: () => [],
    principal: () => Promise.resolve({ shown: 'me', arn: null }),
    permissions: (id: string, region: string | null) => {
      asked.push(`permissions ${id} ${String(region)}`);
      return Promise.resolve(known([]));
    },
    controlPolicies: (id: string) => {
      asked.push(`policies ${id}`);
      return Promise.resolve(known([]));
    },
  } as unknown as DiagnosedCloud;
  const seen: unknown[] = [];
  const onProgress = (progress: unknown): void => void seen.push(progress);
  const readings = await readPreflight({ cloud, plan, concurrency: 4, signal, onProgress });
  return { readings, asked: asked.sort(), seen, left };
};

it('asks in each account with changes about the first region that changes', async () => {
  const { readings, asked, seen, left } = await asking();
  expect([...readings.keys()].sort()).toEqual([organization.managementAccount, '000000000011']);
  expect(asked).toEqual([
    `permissions ${organization.managementAccount} eu-west-1`,
    'permissions 000000000011 eu-west-1',
    'policies 000000000011',
  ]);
  expect(seen).toEqual([
    { tried: 1, of: 2 },
    { tried: 2, of: 2 },
  ]);
  expect(left).toBe(2);
});

it('reads no control policies for the management account, which they do not affect', async () => {
  const { readings } = await asking();
  expect(readings.get(organization.managementAccount)?.levels).toBe(null);
  expect(readings.get('000000000011')?.levels).toEqual(known([]));
});

it('throws the reason of an interruption', async () => {
  await expect(asking(AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
});
