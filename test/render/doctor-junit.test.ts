import { expect, it } from 'vitest';
import { fine, troubled } from '../../src/core/doctor/finding.ts';
import { renderDoctorJunit } from '../../src/render/doctor-junit.ts';

const said = { message: 'No <b>.', why: 'Why.', hint: 'Fix.' };
const xml = renderDoctorJunit({
  startedAt: '2026-11-22T10:00:00.000Z',
  finishedAt: '2026-11-22T10:00:01.000Z',
  caller: null,
  organization: null,
  partition: null,
  accounts: { inScope: 1, tried: 1 },
  findings: [
    fine('entry', '1', 'Entered.'),
    { ...troubled('entry', 'error', '2', said), name: 'web' },
    troubled('clock', 'warning', 'here', said),
  ],
  usage: { calls: 1, throttled: 0 },
});

it('a check is a suite, in the order of the checks, and a finding is a test case', () => {
  expect(
    [
      ...xml.matchAll(
        /<testsuite [^>]* name="([\w-]+)"[^>]*tests="(\d)"[^>]*failures="(\d)"[^>]*skipped="(\d)"/g,
      ),
    ].map(([, ...counts]) => counts),
  ).toEqual([
    ['clock', '1', '0', '1'],
    ['entry', '2', '1', '0'],
  ]);
});

it('an error is a failure and a warning is skipped, both with reason and fix', () => {
  expect(xml).toContain('<testcase classname="dhmc.doctor.entry" name="1" time="0.000"/>');
  expect(xml).toContain('name="web 2" time="0.000">');
  expect(xml).toContain(
    '<failure type="entry" message="No &lt;b&gt;.">No &lt;b&gt;.\nWhy.\nFix.</failure>',
  );
  expect(xml).toContain('<skipped message="No &lt;b&gt;. Why. Fix."/>');
});
