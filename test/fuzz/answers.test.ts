/**
 * AWS responses corrupted on the way: dhmc reports a reason or stops with an error, never crashes, and reports no
 * wrong state as certain.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import {
  dhmcRole,
  dhmcRoleWithoutPolicy,
  dhmcValue,
  teamRole,
} from '../../src/sandbox/worlds/fixtures.ts';
import { openConsole, type Console } from '../support/in-process.ts';
import {
  counting,
  mutated,
  mutatedText,
  mutatedXml,
  mutation,
  printCases,
  textMutation,
} from '../support/mutations.ts';
import { startProxy, type ChangingProxy, type Passing } from '../support/proxy.ts';
import { accountId, setTo, simpleWorld } from '../support/simple-world.ts';
import { caseCount, caseSeed } from '../support/cases.ts';

const teamValue = `platform/${teamRole.name}`;
const world = simpleWorld({
  accounts: [
    { name: 'plain', unit: 'Workloads' },
    {
      name: 'done',
      moreRoles: [dhmcRole],
      settings: { 'eu-west-1': setTo(dhmcValue), 'us-east-1': setTo(dhmcValue) },
    },
    {
      name: 'mixed',
      unit: 'Workloads/Prod',
      moreRoles: [dhmcRoleWithoutPolicy, teamRole],
      settings: { 'eu-west-1': setTo(dhmcValue), 'us-east-1': setTo(teamValue) },
    },
  ],
});
/** The actual states, which may be reported; any other state that is certain may not. */
const truth: Readonly<Record<string, string>> = {
  [`role ${accountId(2)}`]: 'whole',
  [`grant ${accountId(2)}`]: 'attached',
  [`role ${accountId(3)}`]: 'whole',
  [`setting ${accountId(2)} eu-west-1`]: 'enabled',
  [`setting ${accountId(2)} us-east-1`]: 'enabled',
  [`setting ${accountId(3)} eu-west-1`]: 'broken',
  [`setting ${accountId(3)} us-east-1`]: 'foreign',
};
const certain = new Set(['enabled', 'whole', 'attached']);

let bench: Console;
let proxy: ChangingProxy;
beforeAll(async () => {
  bench = await openConsole(world);
  proxy = await startProxy(bench.sandbox.url);
  Object.assign(process.env, { AWS_ENDPOINT_URL: proxy.url, AWS_MAX_ATTEMPTS: '1' });
});
afterAll(async () => {
  await proxy.stop();
  await bench.stop();
});

const operations = [
  ...[
    'GetCallerIdentity',
    'DescribeOrganization',
    'ListAccounts',
    'ListRoots',
    'DescribeOrganizationalUnit',
    'AssumeRole',
  ],
  ...[
    'ListRegions',
    'GetRole',
    'ListAttachedRolePolicies',
    'GetServiceSetting',
    'GetServiceSetting',
  ],
];

/** The responses to corrupt: `most` responses of an operation, from the `first` on. */
const strike = fc.record({
  operation: fc.constantFrom(...operations),
  first: fc.nat({ max: 4 }),
  most: fc.integer({ min: 1, max: 8 }),
  data: fc.array(mutation, { minLength: 1, maxLength: 3 }),
  text: fc.option(fc.array(textMutation, { minLength: 1, maxLength: 2 }), { nil: null, freq: 3 }),
});

type Strike = typeof strike extends fc.Arbitrary<infer T> ? T : never;

const wrong = ({ data, text }: Strike, { body }: Passing): string => {
  if (text !== null) return mutatedText(body, text);
  return body.startsWith('{')
    ? JSON.stringify(mutated(JSON.parse(body), data))
    : mutatedXml(body, data);
};

const striking = (strikes: readonly Strike[]) => {
  const seen = new Map<string, number>();
  proxy.set((passing) => {
    const n = seen.get(passing.operation) ?? 0;
    seen.set(passing.operation, n + 1);
    return strikes
      .filter(
        ({ operation, first, most }) =>
          operation === passing.operation && n >= first && n < first + most,
      )
      .reduce((body, struck) => wrong(struck, { ...passing, body }), passing.body);
  });
};

describe('corrupted responses', () => {
  it('lead to a report with reasons or an error with a hint, and to no wrong state', async () => {
    const cases = caseCount(200);
    const { outcomes, count } = counting();
    await fc.assert(
      fc.asyncProperty(fc.array(strike, { minLength: 1, maxLength: 3 }), async (strikes) => {
        striking(strikes);
        const { status, stdout, stderr } = await bench.run(['status', '-o', 'json', '--quiet']);
        expect(stderr).not.toMatch(/\n\s+at /);
        const output = JSON.parse(stdout) as
          | Report
          | {
              readonly schema: 'dhmc.error/v1';
              readonly error: { readonly code: string; readonly hint: string };
            };
        if (output.schema === 'dhmc.error/v1') {
          count('stopped');
          expect(status).toBe(1);
          expect(output.error.hint).not.toBe('');
          return;
        }
        count(status === 0 ? 'harmless' : 'with reasons');
        // For an account that is skipped as a whole, its own row gives the reason.
        const leftOut = new Map(output.accounts.map(({ id, skipped }) => [id, skipped]));
        for (const { kind, account, region, state, verdict, problem } of output.targets) {
          const so =
            truth[`${kind} ${account}${region === null ? '' : ` ${region}`}`] ??
            (kind === 'setting' ? 'disabled' : 'absent');
          if (certain.has(state))
            expect(`${kind} ${account} ${region ?? ''} ${state}`).toBe(
              `${kind} ${account} ${region ?? ''} ${so}`,
            );
          if (kind === 'setting' && state === 'disabled') expect(so).toBe('disabled');
          if (verdict === 'blocked' || verdict === 'skipped')
            expect(problem?.hint ?? leftOut.get(account)).toMatch(/\S/);
        }
      }),
      { numRuns: cases, ...caseSeed() },
    );
    printCases('answers of AWS', cases, outcomes);
  });
});
