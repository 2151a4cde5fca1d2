import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../src/sandbox/protocols/aws-error.ts';
import { json, jsonErrors, parseJsonBody } from '../../../src/sandbox/protocols/json.ts';

it.each(['[]', '5', 'null', '{', '"x"'])('refuses the body %s', (body) => {
  expect(() => parseJsonBody(Buffer.from(body))).toThrow('not a JSON object');
});

it('reads an empty body as an empty object', () => {
  expect(parseJsonBody(Buffer.alloc(0))).toEqual({});
});

describe('an error', () => {
  const write = (code: string, lowerCaseMessage: boolean): unknown =>
    JSON.parse(
      String(
        json.writeError(
          { service: { lowerCaseMessage } } as unknown as Parameters<typeof json.writeError>[0],
          new AwsError(code, 'No.', 400, { more: 1 }),
        ),
      ),
    );

  it.each([
    ['X', false, { __type: 'X', Message: 'No.', more: 1 }],
    ['X', true, { __type: 'X', message: 'No.', more: 1 }],
    ['AccessDeniedException', true, { __type: 'AccessDeniedException', Message: 'No.', more: 1 }],
  ])('%s with lowerCaseMessage %s is written as %j', (code, lower, expected) => {
    expect(write(code, lower)).toEqual(expected);
  });

  it('has the status of its service', () => {
    expect([
      jsonErrors(400).accessDenied('x').status,
      jsonErrors(403).accessDenied('x').status,
    ]).toEqual([400, 403]);
  });
});
