import { describe, expect, it } from 'vitest';
import { problemCodes } from '../../../src/core/model/model.ts';
import { hintFor, type DocumentedReason } from '../../../src/core/problems/hints.ts';
import { reasons } from '../../../src/core/problems/reasons.ts';
import { ownReasons } from '../../../src/core/problems/own-reasons.ts';

describe('reasons', () => {
  it('has a reason for every code, and no hint with a gap', () => {
    const names = Object.keys(reasons) as DocumentedReason[];
    expect(new Set(names.map((name) => reasons[name].code))).toEqual(new Set(problemCodes));
    for (const name of names) expect(hintFor(name)).not.toMatch(/[{}]/);
  });

  it('has no name twice, and a fix for every case of its own', () => {
    expect(Object.keys(ownReasons).filter((name) => Object.hasOwn(reasons, name))).toEqual([]);
    for (const { fix } of Object.values(ownReasons)) expect(fix).not.toBe('');
  });
});
