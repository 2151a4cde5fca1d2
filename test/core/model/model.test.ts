import { expect, it } from 'vitest';
import { known, settingStates, states, unknown, verdicts } from '../../../src/core/model/model.ts';
import { verdictOrder } from '../../../src/core/record/outcome.ts';

it('a reading is a value or the problem that prevented it', () => {
  expect(known(null)).toEqual({ known: true, value: null });
  const problem = { code: 'denied', message: 'No.', hint: '', requestId: null } as const;
  expect(unknown(problem)).toEqual({ known: false, problem });
});

it('each state is listed once, and every verdict has a rank', () => {
  expect(new Set(states).size).toBe(states.length);
  expect(states).toEqual(expect.arrayContaining([...settingStates]));
  expect(new Set(verdictOrder)).toEqual(new Set(verdicts));
});
