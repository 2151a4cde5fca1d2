/** A small organization for the tests of `dhmc stackset`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 as Ajv } from 'ajv/dist/2020.js';
import { afterEach } from 'vitest';
import type { StackSetReport } from '../../../src/core/stack-sets/report.ts';
import type { Behavior, Sandbox } from '../../../src/sandbox/index.ts';
import { accessRole } from '../../../src/sandbox/worlds/fixtures.ts';
import type { Bench, Ended } from '../../support/built-program.ts';
import { openBenchInProcess } from '../../support/in-process.ts';
import {
  accountId,
  managementAccount,
  rootId,
  simpleWorld,
  unitId,
  type SimpleWorld,
} from '../../support/simple-world.ts';

const isReport = new Ajv({ strict: false, validateFormats: false }).compile(
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../schemas/stackset.schema.json'), 'utf8'),
  ) as object,
);

export const value = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';
export const roleName = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
export const [one, two, pilot, four] = [accountId(1), accountId(2), accountId(3), accountId(4)];
export const prod = unitId('Prod');
export const regions = ['eu-west-1', 'us-east-1'];

export interface Stage extends Bench {
  /** Runs `dhmc stackset` with `-o json` and checks the report against its schema. */
  stackset(...args: readonly string[]): Promise<Ended & { readonly report: StackSetReport }>;
  /** Adds a new account to the unit, by default to the root. */
  join(id: string, parent?: string): void;
  /** Advances the sandbox's clock until all operations have ended. */
  later(): void;
}

/** Two accounts, the pilot and a fourth in Prod, unless `world` differs. */
export async function openStage(world: SimpleWorld = {}, behavior: Behavior = {}): Promise<Stage> {
  const bench = await openBenchInProcess(
    simpleWorld({
      accounts: ['One', 'Two', 'Pilot', 'Four'].map((name) => ({ name, unit: 'Prod' })),
      ...world,
      behavior: { stackMs: 1, ...behavior, ...world.behavior },
    }),
  );
  return {
    ...bench,
    async stackset(...args) {
      const ended = await bench.run('stackset', ...args, '-o', 'json');
      const report = JSON.parse(ended.stdout) as StackSetReport;
      if (report.schema === 'dhmc.stackset/v1' && !isReport(report))
        throw new Error(`not of its schema: ${JSON.stringify(isReport.errors)}`);
      return { ...ended, report };
    },
    join: (id, parent = rootId) => {
      bench.sandbox.join({
        id,
        name: `Joined ${id}`,
        parent,
        roles: [accessRole(managementAccount)],
      });
    },
    later: () => {
      bench.sandbox.advance(60_000);
    },
  };
}

/** Returns a function that opens the stage of a test and stops it after the test. Call it once per file. */
export function stageOfEachTest(): typeof openStage {
  let stage: Stage | null = null;
  afterEach(async () => {
    await stage?.stop();
    stage = null;
  });
  return async (...given) => (stage = await openStage(...given));
}

/** `set region status detail` of the account's rows, with the problem's code. */
export const rowsOf = ({ instances }: StackSetReport, account: string): readonly string[] =>
  instances
    .filter((instance) => instance.account === account)
    .map(
      ({ set, region, status, detailedStatus, problem }) =>
        `${set} ${region} ${status} ${detailedStatus ?? ''}${problem === null ? '' : ` ${problem.code}`}`,
    );

/** A fault: CloudFormation responds to the operation with an error. */
export const fault = (
  operation: string,
  { code, times, status = 400 }: { code: string; times: number; status?: number },
): NonNullable<Behavior['faults']>[number] => ({
  ...{ kind: 'error', service: 'cloudformation', operation, times },
  error: { code, message: `${code} for a test.`, status },
});

/** `region value` of the account's settings, in the order of the regions. */
export const settingsOf = (sandbox: Sandbox, account: string): readonly string[] =>
  regions.flatMap((region) => {
    const setting = sandbox.setting(account, region);
    return setting === null || setting.value === null ? [] : [`${region} ${setting.value}`];
  });

/** The settings of an account with our role in both regions. */
export const enabled = regions.map((region) => `${region} ${value}`);
