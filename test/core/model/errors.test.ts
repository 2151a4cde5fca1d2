import { expect, it } from 'vitest';
import { CommandError, UsageError } from '../../../src/core/model/errors.ts';

it('wrong input has a message and its fix', () => {
  expect(new UsageError('Unknown option --x.', 'See --help.')).toMatchObject({
    name: 'UsageError',
    message: 'Unknown option --x.',
    hint: 'See --help.',
  });
});

it('what ends a command is a problem, whole', () => {
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
