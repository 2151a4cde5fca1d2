/**
 * Advice as JUnit XML: an account is a suite, a role is a test, and a role whose rights can be removed now is a
 * failure.
 */
import type { RoleAdvice } from '../../core/advice/model.ts';
import { forXml, forXmlProse } from '../escape.ts';
import type { AdviceParts } from './format.ts';
import { verdictWords } from './words.ts';

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${forXml(String(value))}"`)
    .join('');

interface Suite {
  tests: number;
  failures: number;
  errors: number;
  text: string;
}

function addRole(suite: Suite, role: RoleAdvice): void {
  const { account, name, verdict, steps, blockers } = role;
  suite.tests += 1;
  const open = `    <testcase${attributes({ classname: `dhmc.${account}`, name, time: '0.000' })}`;
  if (verdict === 'safe') {
    suite.failures += 1;
    const detail = steps.map(({ text }) => forXml(text)).join('\n');
    suite.text += `${open}>\n      <failure${attributes({ type: verdict, message: verdictWords[verdict] })}>${detail}</failure>\n    </testcase>\n`;
  } else if (verdict === 'unknown') {
    suite.errors += 1;
    const [first] = blockers;
    suite.text += `${open}>\n      <error${attributes({ type: first?.reason ?? verdict, message: verdictWords[verdict] })}>${forXmlProse(first?.hint ?? '')}</error>\n    </testcase>\n`;
  } else suite.text += `${open}/>\n`;
}

export async function* renderJunit({ report, roles }: AdviceParts): AsyncIterable<string> {
  const suites = new Map<string, Suite>();
  const suiteOf = (account: string): Suite => {
    let suite = suites.get(account);
    if (suite === undefined) {
      suite = { tests: 0, failures: 0, errors: 0, text: '' };
      suites.set(account, suite);
    }
    return suite;
  };
  for await (const role of roles()) addRole(suiteOf(role.account), role);
  for (const { account, region, problem } of report.unread) {
    const suite = suiteOf(account);
    suite.tests += 1;
    suite.errors += 1;
    suite.text += `    <testcase${attributes({ classname: `dhmc.${account}`, name: `reading of ${region ?? 'the account'}`, time: '0.000' })}>\n      <error${attributes({ type: problem.code, message: problem.message })}>${forXmlProse(problem.hint)}</error>\n    </testcase>\n`;
  }
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n';
  let id = 0;
  for (const [account, { tests, failures, errors, text }] of suites) {
    yield `  <testsuite${attributes({
      id,
      package: 'dhmc.advice',
      name: account,
      hostname: 'localhost',
      timestamp: report.startedAt.slice(0, 19),
      tests,
      failures,
      errors,
      skipped: 0,
      time: '0.000',
    })}>\n    <properties/>\n${text}    <system-out></system-out>\n    <system-err/>\n  </testsuite>\n`;
    id += 1;
  }
  yield '</testsuites>\n';
}
