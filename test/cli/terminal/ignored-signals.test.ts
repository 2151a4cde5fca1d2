import { expect, test } from 'vitest';
import { isHangupIgnored, type Origin } from '../../../src/cli/terminal/ignored-signals.ts';

const plain: Origin = {
  underscore: '/usr/bin/dhmc',
  parentCommand: 'bash\0-i\0',
  parentStatus: 'SigIgn:\t0000000000384004\n',
  input: '/dev/pts/0',
  inputFlags: 'flags:\t0100002\n',
};

test.each<[string, Partial<Origin>, boolean]>([
  ['a shell', {}, false],
  ['an unknown origin', { underscore: '', parentCommand: '', parentStatus: '', input: '' }, false],
  ['nohup, known from the shell', { underscore: '/usr/bin/nohup' }, true],
  ['nohup, known from the parent', { parentCommand: 'sh\0-c\0nohup dhmc enable\0' }, true],
  [
    'a parent that ignores hangups',
    { parentStatus: 'Name:\tsh\nSigIgn:\t0000000000000001\n' },
    true,
  ],
  ['a parent that ignores other signals', { parentStatus: 'SigIgn:\t0000000000000006\n' }, false],
  ["nohup's standard input", { input: '/dev/null', inputFlags: 'flags:\t0100001\n' }, true],
  [
    'the readable null device as input',
    { input: '/dev/null', inputFlags: 'flags:\t0100000\n' },
    false,
  ],
  ['a folder with a name like nohup', { parentCommand: 'sh\0/srv/nohupper/run\0' }, false],
])('isHangupIgnored is right for %s', (_, origin, ignored) => {
  expect(isHangupIgnored({}, { ...plain, ...origin })).toBe(ignored);
});
