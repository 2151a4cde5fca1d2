import { expect, it } from 'vitest';
import { CommandError, UsageError } from '../../../src/core/model/errors.ts';

it('a usage error has a message and a hint', () => {
  expect(new UsageError('Unknown option --x.', 'See --help.')).toMatchObject({
    name: 'UsageError',
    message: 'Unknown option --x.',
    hint: 'See --help.',
  });
});

it('a command error keeps its whole problem', () => {
  const problem = {
    code: 'denied',
    message: 'No.',
    hint: 'Ask.',
    requestId: 'q',
    reason: 'denied',
    facts: { action: 'a' },
  } as const;
  const error = new CommandError(problem);
  expect(error.problem).toBe(problem);
  expect([error.name, error.message, error.code, error.hint]).toEqual([
    'CommandError',
    'No.',
    'denied',
    'Ask.',
  ]);
});
