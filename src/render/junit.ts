/**
 * The report as JUnit XML, valid by the schema of Ant's reports, the strictest in use, and by that of Jenkins' xUnit plugin:
 * an account is a suite, a target a test. What failed, was blocked, was not attempted or is in conflict is a failure; in a status, which tests the world
 * against what is asked, so is what differs.
 */
import type { AccountRow, Problem, Report, Target } from '../core/model/model.ts';
import { forXml } from './escape.ts';
import {
  formerly,
  isException,
  placeOf,
  problemOf,
  targetsByAccount,
  valueText,
} from './targets.ts';

type Attributes = Readonly<Record<string, string | number>>;

const attributesOf = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${forXml(String(value))}"`)
    .join('');

const seconds = (milliseconds: number): string => (Math.max(0, milliseconds) / 1000).toFixed(3);

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);

const detailOf = (target: Target, problem: Problem | null): string =>
  [
    ...(problem === null
      ? []
      : [
          problem.message,
          problem.hint,
          ...(problem.requestId === null ? [] : [`Request id: ${problem.requestId}`]),
        ]),
    `State: ${target.state}`,
    `From: ${formerly(target)}`,
    ...(formerly(target) === 'not read' ? [] : [`To: ${valueText(target.to) || 'none'}`]),
    ...(target.modifiedBy === null
      ? []
      : [`Last modified by ${target.modifiedBy}, ${target.modifiedAt ?? 'time unknown'}`]),
  ]
    .map(forXml)
    .join('\n');

const outcomeOf = (report: Report, target: Target): 'failure' | 'skipped' | 'passed' => {
  if (target.verdict === 'skipped') return 'skipped';
  return isException(target.verdict) ||
    (report.action === 'status' && target.verdict === 'would-change')
    ? 'failure'
    : 'passed';
};

const testOf = (report: Report, target: Target, account: AccountRow): string => {
  const open = `    <testcase${attributesOf({ classname: `dhmc.${account.id}`, name: placeOf(target), time: seconds(target.durationMs) })}`;
  const problem = problemOf(target, account);
  const reason = problem?.message ?? account.skipped ?? `The state is ${target.state}.`;
  switch (outcomeOf(report, target)) {
    case 'failure':
      return `${open}>\n      <failure${attributesOf({ type: problem?.code ?? target.verdict, message: `${target.verdict}: ${reason}` })}>${detailOf(target, problem)}</failure>\n    </testcase>\n`;
    case 'skipped':
      return `${open}>\n      <skipped${attributesOf({ message: reason })}/>\n    </testcase>\n`;
    case 'passed':
      return `${open}/>\n`;
  }
};

/** What passed and is to be told all the same: a suite's output, since Ant's schema has none for a test. */
const outputOf = (report: Report, account: AccountRow, targets: readonly Target[]): string => {
  const note = account.skipped ?? account.problem?.message;
  const changes = targets
    .filter((target) => target.verdict !== 'in-sync' && outcomeOf(report, target) === 'passed')
    .map(
      (target) =>
        `${placeOf(target)}: ${target.verdict}: ${formerly(target)} -> ${valueText(target.to) || 'none'}`,
    );
  return [...(note === undefined ? [] : [note]), ...changes].map(forXml).join('\n');
};

const suiteOf = (
  report: Report,
  account: AccountRow,
  targets: readonly Target[],
  id: number,
): string => {
  const outcomes = targets.map((target) => outcomeOf(report, target));
  const attributes = {
    id,
    package: `dhmc.${report.action}`,
    name: `${account.name} (${account.id})`,
    hostname: 'localhost',
    timestamp: report.startedAt.slice(0, 19),
    tests: targets.length,
    failures: outcomes.filter((outcome) => outcome === 'failure').length,
    errors: 0,
    skipped: outcomes.filter((outcome) => outcome === 'skipped').length,
    time: seconds(sum(targets.map((target) => target.durationMs))),
  };
  const properties: Attributes = {
    account: account.id,
    path: account.path ?? 'unknown',
    state: account.state,
    organization: report.organization.id,
    run: report.run ?? 'none',
  };
  return [
    `  <testsuite${attributesOf(attributes)}>\n    <properties>\n`,
    ...Object.entries(properties).map(
      ([name, value]) => `      <property${attributesOf({ name, value })}/>\n`,
    ),
    '    </properties>\n',
    ...targets.map((target) => testOf(report, target, account)),
    `    <system-out>${outputOf(report, account, targets)}</system-out>\n`,
    '    <system-err/>\n  </testsuite>\n',
  ].join('');
};

export const renderJunit = (report: Report): string => {
  const byAccount = targetsByAccount(report);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n',
    ...report.accounts.map((account, index) =>
      suiteOf(report, account, byAccount.get(account.id) ?? [], index),
    ),
    '</testsuites>\n',
  ].join('');
};
