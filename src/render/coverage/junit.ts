/** Coverage as JUnit XML: a cell is a suite, a running instance is a test, and an unmanaged one is a failure. */
import { withoutCodeMarks } from '../../core/problems/code-marks.ts';
import type { CoverageCell, CoverageInstance } from '../../core/coverage/model.ts';
import { isRunning } from '../../core/coverage/judge.ts';
import { isUnmanaged } from '../../core/coverage/summary.ts';
import { forXml, forXmlProse } from '../escape.ts';
import type { CoverageParts } from './format.ts';

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${forXml(String(value))}"`)
    .join('');

function testOf(instance: CoverageInstance): string {
  const name = instance.name === null ? instance.id : `${instance.id} (${instance.name})`;
  const open = `    <testcase${attributes({ classname: `dhmc.${instance.account}.${instance.region}`, name, time: '0.000' })}`;
  const operated = instance.reason === 'operated-by-aws';
  if (!isUnmanaged(instance) || operated) return `${open}/>\n`;
  const message = `${instance.managedBy}: ${instance.reason ?? 'not known'}`;
  const detail = [
    ...instance.evidence,
    ...(instance.hint === null ? [] : [withoutCodeMarks(instance.hint)]),
  ]
    .map(forXml)
    .join('\n');
  return `${open}>\n      <failure${attributes({ type: instance.reason ?? 'unknown', message })}>${detail}</failure>\n    </testcase>\n`;
}

/** A test for a cell that could not be read or was skipped. */
function testOfCell({ account, region, problem }: CoverageCell, isLeftOut: boolean): string {
  if (problem === null) return '';
  const open = `    <testcase${attributes({ classname: `dhmc.${account}`, name: `coverage of ${region ?? 'the account'}`, time: '0.000' })}>`;
  if (isLeftOut)
    return `${open}\n      <skipped${attributes({ message: problem.message })}/>\n    </testcase>\n`;
  return `${open}\n      <error${attributes({ type: problem.code, message: problem.message })}>${forXmlProse(problem.hint)}</error>\n    </testcase>\n`;
}

interface Suite {
  readonly tests: number;
  readonly failures: number;
  readonly text: string;
}

async function suiteOf(instances: AsyncIterable<CoverageInstance>): Promise<Suite> {
  let [tests, failures, text] = [0, 0, ''];
  for await (const instance of instances) {
    if (!isRunning(instance.state)) continue;
    tests += 1;
    if (isUnmanaged(instance) && instance.reason !== 'operated-by-aws') failures += 1;
    text += testOf(instance);
  }
  return { tests, failures, text };
}

/** Keeps only one cell in memory. */
export async function* renderJunit({
  report,
  leftOut,
  instancesOf,
}: CoverageParts): AsyncIterable<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n';
  for (const [id, cell] of report.cells.entries()) {
    const suite = await suiteOf(instancesOf(cell.account, cell.region));
    const skipped = leftOut.has(cell) ? 1 : 0;
    const errors = cell.problem === null ? 0 : 1 - skipped;
    yield `  <testsuite${attributes({
      id,
      package: 'dhmc.coverage',
      name: `${cell.account} ${cell.region ?? 'all regions'}`,
      hostname: 'localhost',
      timestamp: report.startedAt.slice(0, 19),
      tests: suite.tests + errors + skipped,
      failures: suite.failures,
      errors,
      skipped,
      time: '0.000',
    })}>\n    <properties>\n      <property${attributes({ name: 'setting', value: cell.setting })}/>\n    </properties>\n`;
    yield `${suite.text}${testOfCell(cell, skipped === 1)}    <system-out></system-out>\n    <system-err/>\n  </testsuite>\n`;
  }
  yield '</testsuites>\n';
}
