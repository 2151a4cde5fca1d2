import { expect, it } from 'vitest';
import { isOlder } from '../../../src/core/coverage/agent-version.ts';

it.each([
  ['3.2.581.9', '3.2.582.0', true],
  ['3.2.582.0', '3.2.582.0', false],
  ['3.2.582', '3.2.582.0', false],
  ['3.10.1.0', '3.2.582.0', false],
  ['3.1', '3.2.582.0', true],
  ['4.0.0.0', '3.2.582.0', false],
  [null, '3.2.582.0', null],
  ['', '3.2.582.0', null],
  ['latest', '3.2.582.0', null],
  ['3', '3.2.582.0', null],
  ['3.2.582.0-beta', '3.2.582.0', null],
])('isOlder(%j, %j) is %j', (version, than, older) => {
  expect(isOlder(version, than)).toBe(older);
});
