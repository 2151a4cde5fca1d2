import { expect, it } from 'vitest';
import { sharedHint } from '../../src/render/shared-hint.ts';

const leaveOut = (account: string, region: string) => ({
  hint: `Leave it out with --exclude-region ${region}.`,
  account,
  region,
});
const askIn = (account: string, region: string) => ({
  hint: `Enable region ${region} in account ${account}.`,
  account,
  region,
});
const [a, b] = ['111111111111', '222222222222'] as const;

it.each([
  ['nothing', [], ''],
  ['one hint', [leaveOut(a, 'eu-west-1')], 'Leave it out with --exclude-region eu-west-1.'],
  [
    'one hint of two accounts',
    [leaveOut(a, 'eu-west-1'), leaveOut(b, 'eu-west-1')],
    'Leave it out with --exclude-region eu-west-1.',
  ],
  [
    'an option of several regions',
    [leaveOut(a, 'eu-west-1'), leaveOut(b, 'us-gov-west-1')],
    'Leave it out with --exclude-region eu-west-1,us-gov-west-1.',
  ],
  [
    'regions of the European sovereign cloud',
    [leaveOut(a, 'eusc-de-east-1'), leaveOut(a, 'eusc-de-west-1')],
    'Leave it out with --exclude-region eusc-de-east-1,eusc-de-west-1.',
  ],
  [
    'regions of one account',
    [askIn(a, 'eu-west-1'), askIn(a, 'us-east-1')],
    `Enable each of the regions eu-west-1, us-east-1 in account ${a}.`,
  ],
  [
    'one region of several accounts',
    [askIn(a, 'eu-west-1'), askIn(b, 'eu-west-1')],
    'Enable region eu-west-1 in each of these accounts.',
  ],
  [
    'an id that is not named an account',
    [
      { hint: `aws sts get-caller-identity # ${a}`, account: a, region: null },
      { hint: `aws sts get-caller-identity # ${b}`, account: b, region: null },
    ],
    'aws sts get-caller-identity # <account> (<account>: the id of each of these)',
  ],
])('%s', (_, hints, expected) => {
  expect(sharedHint(hints)).toBe(expected);
});
