import { describe, expect, it } from 'vitest';
import type { Owner, PlannedTarget } from '../../../src/core/model/model.ts';
import { warningsOfOwners } from '../../../src/core/planning/owner-warnings.ts';
import { accountRow, planned } from '../../support/histories.ts';

const row = (owner: Owner | null, over: Partial<PlannedTarget> = {}, region = 'a'): PlannedTarget =>
  planned(
    { kind: 'setting', region, from: 'Role', to: null },
    { ...(owner === null ? {} : { owner }), ...over },
  );
const warnings = (...targets: readonly PlannedTarget[]): readonly string[] =>
  warningsOfOwners({ accounts: [{ account: accountRow, targets }], notes: [] });
const owner = (kind: Owner['kind'], name = 'X', evidence: Owner['evidence'] = 'writer'): Owner => ({
  ...{ kind, name, evidence },
});

describe('warningsOfOwners', () => {
  it.each<[string, Owner, string]>([
    ['a stack set', owner('stackset'), 'an update of the stack set can set it again'],
    ['a stack', owner('stack'), 'an update of the stack can set it again'],
    ['Quick Setup', owner('quick-setup'), 'switches DHMC on again once a day'],
    ['a runbook', owner('automation'), 'if its association has a schedule'],
    ['Terraform', owner('other', 'terraform', 'tag'), 'its next apply'],
    ['a pipeline', owner('other', 'Deploy'), 'if that is a pipeline'],
    [
      'a pipeline known from the journal',
      owner('other', 'Deploy', 'journal'),
      'if that is a pipeline',
    ],
  ])('says what %s may do later', (_, of, text) => {
    const [warning, ...more] = warnings(row(of));
    expect(warning).toContain(text);
    expect(warning).toContain('one (111111111111) a');
    expect(more).toEqual([]);
  });

  it('recognizes Terraform by its session name', () => {
    const modifiedBy = 'arn:aws:sts::111111111111:assumed-role/Deploy/aws-go-sdk-1699999999';
    expect(warnings(row(owner('other', 'Deploy'), { modifiedBy }))[0]).toContain(
      'set by Deploy, which is probably Terraform',
    );
  });

  it.each<[string, PlannedTarget]>([
    ['a run of dhmc', row(owner('dhmc'))],
    ['a person', row(owner('person'))],
    ['a setting without an owner', row(null)],
    ['an unknown writer', row(owner('other', 'Role', 'value'))],
    ['a setting that is not changed', row(owner('stack'), { verdict: 'conflict' })],
    ['a setting that keeps its role', row(owner('stack'), { to: 'Role' })],
    ['Quick Setup, which does not replace a role', row(owner('quick-setup'), { to: 'Other' })],
  ])('has no warning about %s', (_, target) => {
    expect(warnings(target)).toEqual([]);
  });

  it('groups equal warnings, and lists the regions of an account together', () => {
    const rows = Array.from({ length: 12 }, (_, n) => row(owner('stack'), {}, `r${String(n)}`));
    const [warning, ...more] = warnings(...rows);
    expect(more).toEqual([]);
    expect(warning).toMatch(/^12 settings to be changed were set by .* can set them again\. /);
    expect(warning).toMatch(/This concerns one \(111111111111\) r0, r1, .*, r11\.$/);
  });
});
