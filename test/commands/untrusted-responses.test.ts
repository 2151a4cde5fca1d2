/**
 * False responses about the organization, regions and roles are detected or stop the command; they never cause an
 * endless loop.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import type { Fault, World } from '../../src/sandbox/world.ts';
import { dhmcRole, dhmcValue } from '../../src/sandbox/worlds/fixtures.ts';
import { openConsole, type Console } from '../support/in-process.ts';
import { startProxy, type Change, type ChangingProxy } from '../support/proxy.ts';
import {
  accountId,
  managementAccount,
  setTo,
  simpleWorld,
  type SimpleAccount,
} from '../support/simple-world.ts';

let bench: Console | null = null;
let proxy: ChangingProxy | null = null;
afterEach(async () => {
  await proxy?.stop();
  await bench?.stop();
  bench = proxy = null;
});

const opened = async (world: World, change: Change): Promise<Console> => {
  bench = await openConsole(world);
  proxy = await startProxy(bench.sandbox.url);
  proxy.set(change);
  process.env['AWS_ENDPOINT_URL'] = proxy.url;
  return bench;
};
const looked = async (world: World, change: Change, ...args: readonly string[]) => {
  const console = await opened(world, change);
  const { status, stdout } = await console.run(['status', '-o', 'json', '--quiet', ...args]);
  return { status, output: JSON.parse(stdout) as Report | Stop };
};
interface Stop {
  readonly schema: 'dhmc.error/v1';
  readonly error: { readonly code: string; readonly message: string; readonly hint: string };
}
const reportOf = (output: Report | Stop): Report => {
  if (output.schema === 'dhmc.error/v1') throw new Error(output.error.message);
  return output;
};
/** Changes the JSON responses of one operation. */
const inside =
  (
    wanted: string,
    change: (answer: Record<string, unknown>, sent: Record<string, unknown>) => unknown,
  ): Change =>
  ({ operation, body, sent }) =>
    operation === wanted
      ? JSON.stringify(
          change(
            JSON.parse(body) as Record<string, unknown>,
            JSON.parse(sent) as Record<string, unknown>,
          ),
        )
      : body;

const three = simpleWorld({ accounts: ['one', 'two', 'three'], behavior: { pageSize: 2 } });
const enabled: SimpleAccount = {
  name: 'web',
  moreRoles: [dhmcRole],
  settings: { 'eu-west-1': setTo(dhmcValue), 'us-east-1': setTo(dhmcValue) },
};

describe('a list', () => {
  /** Repeats the first page of the operation endlessly, always with the same token. */
  const round = (wanted: string): Change => {
    let first: string | null = null;
    return ({ operation, body }) => {
      if (operation !== wanted) return body;
      first ??= JSON.stringify({ ...(JSON.parse(body) as object), NextToken: 'again' });
      return { status: 200, body: first };
    };
  };
  it('with a page token that repeats ends with a reason', async () => {
    const { status, output } = await looked(three, round('ListAccounts'));
    expect(status).toBe(1);
    expect(output).toMatchObject({
      error: {
        code: 'invalid-response',
        message: expect.stringContaining('page token came a second time') as string,
      },
    });
  });
  it('of regions with a token that repeats is a problem of its account only', async () => {
    const { output } = await looked(three, round('ListRegions'), '--account', 'one');
    expect(
      reportOf(output).targets.map(({ verdict, problem }) => [verdict, problem?.code]),
    ).toContainEqual(['blocked', 'invalid-response']);
  });
  it('that names an account twice counts it once', async () => {
    const { output } = await looked(
      three,
      inside('ListAccounts', (answer) => ({
        ...answer,
        Accounts: [...(answer['Accounts'] as unknown[]), ...(answer['Accounts'] as unknown[])],
      })),
    );
    const report = reportOf(output);
    expect(report.accounts).toHaveLength(4);
    expect(
      new Set(
        report.targets.map(({ kind, account, region }) => `${kind} ${account} ${region ?? ''}`),
      ).size,
    ).toBe(report.targets.length);
  });
  it('with endless empty pages ends with a reason', async () => {
    let token = 0;
    const { status, output } = await looked(
      three,
      ({ operation, body }) => {
        if (operation !== 'ListRegions') return body;
        token += 1;
        return {
          status: 200,
          body: JSON.stringify({ Regions: [], NextToken: `page-${String(token)}` }),
        };
      },
      '--account',
      'one',
    );
    expect(status).toBe(1);
    expect(
      reportOf(output).targets.some(({ problem }) => problem?.code === 'invalid-response'),
    ).toBe(true);
  });
});

describe('unknown region names', () => {
  it('are tried and reported', async () => {
    const { output } = await looked(
      simpleWorld({ accounts: [enabled] }),
      inside('ListRegions', (answer) => ({
        ...answer,
        Regions: [
          ...(answer['Regions'] as unknown[]),
          { RegionName: 'mars-north-1', RegionOptStatus: 'ENABLED' },
        ],
      })),
      '--account',
      'web',
    );
    const rows = reportOf(output).targets.filter(({ kind }) => kind === 'setting');
    expect(rows.map(({ region }) => region)).toEqual(['eu-west-1', 'mars-north-1', 'us-east-1']);
    expect(rows[1]).toMatchObject({
      state: 'unknown',
      problem: { hint: expect.stringMatching(/\S/) as string },
    });
  });
  it('that are malformed make the account unknown', async () => {
    const { status, output } = await looked(
      simpleWorld({ accounts: [enabled] }),
      inside('ListRegions', () => ({
        Regions: [{ RegionName: 'http://evil.example/', RegionOptStatus: 'ENABLED' }],
      })),
      '--account',
      'web',
    );
    expect(status).toBe(1);
    expect(reportOf(output).targets.at(-1)).toMatchObject({
      kind: 'setting',
      region: null,
      state: 'unknown',
      problem: { code: 'invalid-response' },
    });
  });
});

describe('another account or region than requested', () => {
  const other = accountId(9);
  it.each<[string, Change]>([
    [
      'in the ARN of the role',
      ({ operation, body }) =>
        operation === 'GetRole' ? body.replaceAll(`iam::${accountId(1)}`, `iam::${other}`) : body,
    ],
    [
      'in the ARN of the setting',
      ({ operation, body }) =>
        operation === 'GetServiceSetting'
          ? body.replaceAll(`:${accountId(1)}:`, `:${other}:`)
          : body,
    ],
    [
      'in the session',
      ({ operation, body }) =>
        operation === 'AssumeRole'
          ? body.replaceAll(`sts::${accountId(1)}`, `sts::${other}`)
          : body,
    ],
    [
      'in the region of the setting',
      ({ operation, body }) =>
        operation === 'GetServiceSetting' ? body.replaceAll(':eu-west-1:', ':us-east-1:') : body,
    ],
  ])('%s is not accepted', async (_, change) => {
    const { status, output } = await looked(
      simpleWorld({ accounts: [enabled] }),
      change,
      '--account',
      'web',
      '--region',
      'eu-west-1',
    );
    expect(status).toBe(1);
    const setting = reportOf(output).targets.find(({ kind }) => kind === 'setting');
    expect(setting?.state).not.toBe('enabled');
    expect(
      reportOf(output).targets.some(({ problem }) => problem?.code === 'invalid-response'),
    ).toBe(true);
  });
});

describe('a false response', () => {
  const lost: readonly Fault[] = ['UpdateServiceSetting', 'CreateRole', 'AttachRolePolicy'].flatMap(
    (operation) => [
      { operation, kind: 'garbage', times: 1 } as const,
      { operation, kind: 'cut', skip: 1, times: 1 } as const,
    ],
  );
  it('to a write is checked by a read, and the write is completed', async () => {
    bench = await openConsole(
      simpleWorld({ accounts: ['one', 'two'], behavior: { faults: lost } }),
    );
    const { status, stdout } = await bench.run([
      'enable',
      '--org',
      '--exclude-account',
      managementAccount,
      '--yes',
      '--quiet',
      '-o',
      'json',
    ]);
    expect((JSON.parse(stdout) as Report).summary.verdicts).toEqual({ changed: 8 });
    expect(status).toBe(0);
  });
  it('that a setting names a missing role is reported as broken', async () => {
    const change: Change = ({ operation, body }) =>
      operation === 'GetServiceSetting'
        ? body.replace('"Default"', '"Customized"').replace('$None', dhmcValue)
        : body;
    // AWS claims that the setting names our role, but the role does not exist.
    const { output } = await looked(simpleWorld({ accounts: ['one'] }), change, '--account', 'one');
    expect(
      reportOf(output)
        .targets.filter(({ kind }) => kind === 'setting')
        .map(({ state }) => state),
    ).toEqual(['broken', 'broken']);
  });
});
