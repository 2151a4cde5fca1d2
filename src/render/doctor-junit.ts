/**
 * The doctor's findings as JUnit XML: a check is a suite and a finding is a test. Errors fail, warnings are skipped
 * tests.
 */
import { withoutCodeMarks } from '../core/problems/code-marks.ts';
import { checks, type Check, type Finding } from '../core/doctor/finding.ts';
import { doctorHeadline, findingSubject, type DoctorReport } from './doctor-summary.ts';
import { forXml } from './escape.ts';

const attributesOf = (attributes: Readonly<Record<string, string | number>>): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${forXml(String(value))}"`)
    .join('');

function testOf(finding: Finding): string {
  const open = `    <testcase${attributesOf({ classname: `dhmc.doctor.${finding.check}`, name: findingSubject(finding), time: '0.000' })}`;
  const detail = [finding.message, finding.why, withoutCodeMarks(finding.hint)].filter(
    (text) => text !== '',
  );
  switch (finding.level) {
    case 'error':
      return `${open}>\n      <failure${attributesOf({ type: finding.check, message: finding.message })}>${detail.map(forXml).join('\n')}</failure>\n    </testcase>\n`;
    case 'warning':
      return `${open}>\n      <skipped${attributesOf({ message: detail.join(' ') })}/>\n    </testcase>\n`;
    case 'ok':
      return `${open}/>\n`;
  }
}

function suiteOf(check: Check, report: DoctorReport, id: number): string {
  const findings = report.findings.filter((finding) => finding.check === check);
  if (findings.length === 0) return '';
  const attributes = {
    id,
    package: 'dhmc.doctor',
    name: check,
    hostname: 'localhost',
    timestamp: report.startedAt.slice(0, 19),
    tests: findings.length,
    failures: findings.filter(({ level }) => level === 'error').length,
    errors: 0,
    skipped: findings.filter(({ level }) => level === 'warning').length,
    time: '0.000',
  };
  return [
    `  <testsuite${attributesOf(attributes)}>\n    <properties>\n`,
    `      <property${attributesOf({ name: 'headline', value: doctorHeadline(report) })}/>\n    </properties>\n`,
    ...findings.map(testOf),
    '    <system-out/>\n    <system-err/>\n  </testsuite>\n',
  ].join('');
}

export const renderDoctorJunit = (report: DoctorReport): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n',
    ...checks.map((check, index) => suiteOf(check, report, index)),
    '</testsuites>\n',
  ].join('');
