import { describe, expect, it } from 'vitest';
import { accountCalls, markerOf, startAt } from '../../../src/aws/accounts/calls.ts';
import { InvalidResponse } from '../../../src/aws/responses/problems.ts';

describe('the marker of the next IAM page', () => {
  it.each([
    [{ IsTruncated: true, Marker: 'm' }, [], 'm'],
    [{ IsTruncated: false, Marker: 'm' }, [], undefined],
    [{}, [], undefined],
  ])('comes from the response: %j', (answer, list, marker) => {
    expect(markerOf(answer, list)).toBe(marker);
  });

  it('cannot be read from a response without a list or without the marker it announces', () => {
    expect(() => markerOf({}, undefined)).toThrow(InvalidResponse);
    expect(() => markerOf({ IsTruncated: true }, [])).toThrow('Marker');
  });

  it('is sent only when there is one', () => {
    expect(startAt('m')).toEqual({ Marker: 'm' });
    expect(startAt(undefined)).toEqual({});
  });
});

describe('account calls', () => {
  const { reading, orMissing, failedCall } = accountCalls({
    wire: null as never,
    account: '111111111111',
    partition: 'aws',
    homeRegion: 'us-east-1',
    identity: {
      credentials: () => Promise.reject(new Error()),
      renew: () => Promise.resolve(false),
      current: () => ({ accessKeyId: 'key-1', secretAccessKey: 'hush!' }),
    },
    principal: 'role Entry',
    memberSession: true,
    dhmcRole: 'Dhmc',
    externalId: 'ext-7',
  });
  const answer = (name: string, message = 'No.') =>
    Object.assign(new Error(message), {
      name,
      $fault: 'client',
      $metadata: { httpStatusCode: 403, requestId: 'q' },
    });

  it('report where a call failed, without its secrets', async () => {
    expect(failedCall('GetRole', 'us-east-1')).toMatchObject({
      service: 'iam',
      operation: 'GetRole',
      account: '111111111111',
      secrets: expect.arrayContaining(['hush!', 'ext-7']) as unknown,
    });
    const read = await reading('GetRole', 'us-east-1', () =>
      Promise.reject(answer('AccessDenied', 'No, hush! ext-7.')),
    );
    expect(read).toMatchObject({
      known: false,
      problem: { code: 'denied', message: 'No, … ….', facts: { action: 'iam:GetRole' } },
    });
  });

  it('tell a missing role from a failed call', async () => {
    expect(await orMissing(() => Promise.reject(answer('NoSuchEntity')))).toBe(null);
    expect(await orMissing(() => Promise.resolve(1))).toBe(1);
    await expect(orMissing(() => Promise.reject(answer('AccessDenied')))).rejects.toThrow('No.');
  });
});
