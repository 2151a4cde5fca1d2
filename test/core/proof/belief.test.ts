import { describe, expect, it } from 'vitest';
import { isDenial, milliseconds, outcome, text, untried } from '../../../src/core/proof/belief.ts';
import type { Answer } from '../../../src/core/proof/observations.ts';

const failed = (code: string, message: string): Answer => ({
  output: null,
  error: { code, message, status: 400 },
  ms: 1,
});
const refused =
  'User: arn:aws:sts::1:assumed-role/A/b is not authorized to perform: ssm:UpdateServiceSetting on resource: arn:x with an explicit deny in a service control policy';

describe('a fact of a proof', () => {
  it.each([
    ['$None', '$None'],
    [undefined, 'absent'],
    [null, 'absent'],
    [17.5, '17.5'],
    [{ a: 1 }, '{"a":1}'],
  ])('shows the value %j as %s', (value, shown) => {
    expect(text(value)).toBe(shown);
  });

  it('rounds a time, and is untried where no time was measured', () => {
    expect(milliseconds(12.6)).toEqual({ observed: '13 ms', agrees: null, note: null });
    expect(milliseconds(null)).toBe(untried);
  });

  it.each([
    ['the expected denial', failed('AccessDeniedException', refused), true],
    ['another code', failed('ValidationException', refused), false],
    ['another action', failed('AccessDeniedException', refused.replace('Update', 'Get')), false],
    ['success', { output: {}, error: null, ms: 1 }, false],
  ])('recognizes the denial of the write in %s', (_, answer, is) => {
    expect(isDenial(answer, 'service control policy')).toBe(is);
  });

  it('describes the outcome of a call', () => {
    expect(outcome({ output: {}, error: null, ms: 1 })).toBe('accepted');
    expect(outcome(failed('ThrottlingException', 'slow'))).toContain('ThrottlingException');
  });
});
