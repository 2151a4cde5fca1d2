import { expect, it } from 'vitest';
import { normalizedMessage } from '../../src/render/normalized-message.ts';

it.each([
  ['Account 111111111111 denied in eu-west-1.', 'Account <account> denied in <region>.'],
  ['In us-gov-west-1 and ap-southeast-2.', 'In <region> and <region>.'],
  ['In cn-north-1.', 'In <region>.'],
  ['In eusc-de-east-1.', 'In <region>.'],
  ['At 2026-11-22T10:15:42.987Z.', 'At <time>.'],
  ['Role web-app-1 of 222222222222.', 'Role web-app-1 of 222222222222.'],
  ['', ''],
])('%j has the text %j', (text, expected) => {
  expect(normalizedMessage(text, '111111111111')).toBe(expected);
});
