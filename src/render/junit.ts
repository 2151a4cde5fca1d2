/**
 * The report as JUnit XML, valid by the schema of Ant's reports, the strictest in use, and by the schema of Jenkins'
 * xUnit plugin. An account is a suite, a target is a test. A test fails if its row alone gives the command a status
 * other than 0. A run that stopped is a failed test in a suite of its own.
 */
import { withoutCodeMarks } from '../core/problems/code-marks.ts';
import type { AccountRow, Problem, Report, Target } from '../core/model/model.ts';
import { headline, preflightText } from '../core/record/outcome.ts';
import { describeOwner } from '../core/owners/words.ts';
import { exitStatus } from '../core/record/report.ts';
import { whyBroken } from './broken.ts';
import { describeFilter, plainContext, type RenderContext } from './context.ts';
import { forXml, forXmlProse } from './escape.ts';
import { remarksOf, remarkTitle } from './remarks.ts';
import {
  formerly,
  targetLabel,
  problemOfTarget,
  targetsByAccount,
  valueText,
  wouldBeDenied,
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
          withoutCodeMarks(problem.hint),
          ...(problem.requestId === null ? [] : [`Request id: ${problem.requestId}`]),
        ]),
    `State: ${target.state}`,
    `From: ${formerly(target)}`,
    ...(formerly(target) === 'not read' ? [] : [`To: ${valueText(target.to) || 'none'}`]),
    ...(target.modifiedBy === null
      ? []
      : [`Last modified by ${target.modifiedBy}, ${target.modifiedAt ?? 'time unknown'}`]),
    ...(target.owner === undefined || target.owner === null
      ? []
      : [`Owner: ${describeOwner(target.owner)}`]),
  ]
    .map(forXml)
    .join('\n');

const outcomeOf = (
  report: Report,
  target: Target,
  { check }: RenderContext,
): 'failure' | 'skipped' | 'passed' => {
  if (target.verdict === 'skipped') return 'skipped';
  const status = exitStatus({ action: report.action, targets: [target] }, { check });
  return status === 0 ? 'passed' : 'failure';
};

/** An account with its rows and its index in the file. */
interface Suite {
  readonly report: Report;
  readonly account: AccountRow;
  readonly targets: readonly Target[];
  readonly id: number;
}

const testOf = (
  target: Target,
  { report, account, targets }: Suite,
  context: RenderContext,
): string => {
  const why = whyBroken(target, targets);
  const open = `    <testcase${attributesOf({ classname: `dhmc.${account.id}`, name: targetLabel(target), time: seconds(target.durationMs) })}`;
  const problem = problemOfTarget(target, account);
  const reason = problem?.message ?? why ?? account.skipped ?? `The state is ${target.state}.`;
  switch (outcomeOf(report, target, context)) {
    case 'failure':
      return `${open}>\n      <failure${attributesOf({ type: problem?.code ?? target.verdict, message: `${target.verdict}: ${reason}` })}>${detailOf(target, problem)}</failure>\n    </testcase>\n`;
    case 'skipped':
      return `${open}>\n      <skipped${attributesOf({ message: reason })}/>\n    </testcase>\n`;
    case 'passed':
      return `${open}/>\n`;
  }
};

/** Notes on tests that passed are the suite's output, since Ant's schema has no output for a test. */
const outputOf = ({ report, account, targets, id }: Suite, context: RenderContext): string => {
  const note = account.skipped ?? account.problem?.message;
  const changes = targets
    .filter(
      (target) => target.verdict !== 'in-sync' && outcomeOf(report, target, context) === 'passed',
    )
    .map(
      (target) =>
        `${targetLabel(target)}: ${target.verdict}: ${formerly(target)} -> ${valueText(target.to) || 'none'}${wouldBeDenied(target) ? `; would be denied: ${target.problem?.message ?? ''}` : ''}`,
    );
  // Remarks concern the whole report, so the first suite has them.
  const remarks =
    id === 0 ? remarksOf(report).map(({ kind, text }) => `${remarkTitle[kind]}: ${text}`) : [];
  return [...remarks, ...(note === undefined ? [] : [note]), ...changes].map(forXml).join('\n');
};

const suiteOf = (suite: Suite, context: RenderContext): string => {
  const { report, account, targets, id } = suite;
  const outcomes = targets.map((target) => outcomeOf(report, target, context));
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
    ...(id === 0
      ? {
          headline: headline(report),
          filter: describeFilter(report, context) ?? 'none',
          ...(report.preflight === null ? {} : { preflight: preflightText(report.preflight) }),
        }
      : {}),
  };
  return [
    `  <testsuite${attributesOf(attributes)}>\n    <properties>\n`,
    ...Object.entries(properties).map(
      ([name, value]) => `      <property${attributesOf({ name, value })}/>\n`,
    ),
    '    </properties>\n',
    ...targets.map((target) => testOf(target, suite, context)),
    `    <system-out>${outputOf(suite, context)}</system-out>\n`,
    '    <system-err/>\n  </testsuite>\n',
  ].join('');
};

/** A run that stopped: a suite with one failed test. */
const stoppedSuite = (report: Report, id: number): string => {
  const { stopped } = report;
  if (stopped === null) return '';
  const attributes = {
    id,
    package: `dhmc.${report.action}`,
    name: `run ${report.run ?? 'none'}`,
    hostname: 'localhost',
    timestamp: report.startedAt.slice(0, 19),
    tests: 1,
    failures: 1,
    errors: 0,
    skipped: 0,
    time: seconds(0),
  };
  return [
    `  <testsuite${attributesOf(attributes)}>\n    <properties/>\n`,
    `    <testcase${attributesOf({ classname: 'dhmc.run', name: 'The run ends', time: seconds(0) })}>\n`,
    `      <failure${attributesOf({ type: stopped.reason, message: `Stopped: ${stopped.message}` })}>${forXmlProse(stopped.hint)}</failure>\n`,
    '    </testcase>\n    <system-out/>\n    <system-err/>\n  </testsuite>\n',
  ].join('');
};

export const renderJunit = (
  report: Report,
  context: RenderContext = plainContext(report),
): string => {
  const byAccount = targetsByAccount(report);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n',
    ...report.accounts.map((account, index) =>
      suiteOf({ report, account, targets: byAccount.get(account.id) ?? [], id: index }, context),
    ),
    stoppedSuite(report, report.accounts.length),
    '</testsuites>\n',
  ].join('');
};
