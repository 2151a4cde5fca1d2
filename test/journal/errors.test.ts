import { expect, it } from 'vitest';
import { JournalError, systemCode } from '../../src/journal/errors.ts';

const failure = (code?: string): Error =>
  Object.assign(new Error('it failed'), code === undefined ? {} : { code });

it.each([
  ['ENOSPC', '/a: no space is left on the disk.', 'Free some space.'],
  [
    'EACCES',
    '/a: permission is denied.',
    'Name a directory that you can write to with --state-dir.',
  ],
  ['ENOTDIR', '/a: a part of its path is not a directory.', 'Name a directory with --state-dir.'],
  ['EIO', '/a: the disk reports an error.', 'Check the state directory'],
  ['EOTHER', '/a: it failed', 'Check the state directory'],
])('the error for %s has the message "%s" and the hint "%s"', (code, message, hint) => {
  const error = new JournalError('/a', failure(code));
  expect([error.code, error.message]).toEqual([code, message]);
  expect(error.hint).toContain(hint);
});

it('the code is unknown where the system gives none', () => {
  expect(systemCode(failure())).toBe('unknown');
  expect(systemCode('ENOSPC')).toBe('unknown');
  expect(systemCode(Object.assign(new Error(), { code: 5 }))).toBe('unknown');
});
