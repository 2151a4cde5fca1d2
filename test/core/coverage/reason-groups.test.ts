import { expect, it } from 'vitest';
import { tallyReasons } from '../../../src/core/coverage/reason-groups.ts';
import { instance } from './instances.ts';

it('counts running instances by reason, the most frequent first, with three examples and the first hint', () => {
  const tally = tallyReasons();
  const none = { reason: 'setting-unset', hint: 'Turn it on.' } as const;
  for (const id of ['i-1', 'i-2', 'i-3', 'i-4']) tally.add(instance(id, 'none', none));
  tally.add(instance('i-5', 'none', { ...none, hint: 'Otherwise.', account: '222222222222' }));
  tally.add(instance('i-6', 'none', { reason: 'agent-too-old', hint: null }));
  tally.add(instance('i-7', 'none', { ...none, state: 'stopped' }));
  tally.add(instance('i-8', 'dhmc'));
  const groups = tally.groups();
  expect(groups.map(({ reason, count, accounts }) => [reason, count, accounts])).toEqual([
    ['setting-unset', 5, 2],
    ['agent-too-old', 1, 1],
  ]);
  expect(groups[0]).toMatchObject({ hint: 'Turn it on.', varies: true });
  expect(groups[0]?.examples.map(({ id }) => id)).toEqual(['i-1', 'i-2', 'i-3']);
  expect(groups[1]).toMatchObject({ hint: '', varies: false });
});

it('puts reasons that are equally frequent in alphabetical order', () => {
  const tally = tallyReasons();
  tally.add(instance('i-1', 'none', { reason: 'setting-unset' }));
  tally.add(instance('i-2', 'none', { reason: 'agent-too-old' }));
  expect(tally.groups().map(({ reason }) => reason)).toEqual(['agent-too-old', 'setting-unset']);
});
