import { describe, expect, it } from 'vitest';
import { problemCodes } from '../../../src/core/model/model.ts';
import { hintFor, reasons, type ReasonName } from '../../../src/core/problems/reasons.ts';

describe('reasons', () => {
  it('has a reason for every code, and no hint with a gap', () => {
    const names = Object.keys(reasons) as ReasonName[];
    expect(new Set(names.map((name) => reasons[name].code))).toEqual(new Set(problemCodes));
    for (const name of names) expect(hintFor(name)).not.toMatch(/[{}]/);
  });
});
