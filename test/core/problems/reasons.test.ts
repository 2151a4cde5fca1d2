import { describe, expect, it } from 'vitest';
import { problemCodes } from '../../../src/core/model/model.ts';
import { hintFor, type DocumentedReason } from '../../../src/core/problems/hints.ts';
import { reasons } from '../../../src/core/problems/reasons.ts';
import { commandReasons } from '../../../src/core/problems/command-reasons.ts';
import { ownReasons } from '../../../src/core/problems/own-reasons.ts';

describe('the tables of reasons', () => {
  it('have a reason for every code, and no hint with a gap', () => {
    const names = Object.keys(reasons) as DocumentedReason[];
    expect(new Set(names.map((name) => reasons[name].code))).toEqual(new Set(problemCodes));
    for (const name of names) expect(hintFor(name)).not.toMatch(/[{}]/);
  });

  it("have no name twice, and a fix for each of dhmc's own reasons", () => {
    const names = [reasons, ownReasons, commandReasons].flatMap((table) => Object.keys(table));
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    for (const { fix } of [...Object.values(ownReasons), ...Object.values(commandReasons)])
      expect(fix).not.toMatch(/^\{\w+\}$|^$/);
  });
});
