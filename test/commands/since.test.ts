/** `status --since`: the differences from an earlier report or run. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import type { Comparison } from '../../src/render/compare.ts';
import type { Bench } from '../support/built-program.ts';
import { openBenchInProcess } from '../support/in-process.ts';
import { simpleWorld } from '../support/simple-world.ts';

let bench: Bench;
let before: string;
let run: string;
beforeAll(async () => {
  bench = await openBenchInProcess(simpleWorld({ accounts: [{ name: 'shop' }, { name: 'mail' }] }));
  before = join(bench.folder, 'before.json');
  await bench.run('status', '--quiet', '--report-file', before);
  run = (await bench.report('enable', '--account', 'shop', '--yes')).report.run ?? '';
});
afterAll(() => bench.stop());

const compared = (stdout: string) =>
  JSON.parse(stdout) as Report & { readonly comparison: Comparison };

describe('status --since', () => {
  it('shows after the report what changed since an earlier one', async () => {
    const { status, stdout } = await bench.run('status', 'report', '--since', before, '--quiet');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^dhmc status: /);
    expect(stdout).toMatch(/\nSince status of .*: 0 new, 0 gone, 4 changed, 8 the same/);
    expect(stdout).toMatch(/\nshop 0{9}\d{3}/);
    expect(stdout).toMatch(/ ~ .*: disabled → enabled/);
    expect(stdout).not.toMatch(/\nmail /);
  });

  it('prints one valid JSON document, which can serve as an earlier report', async () => {
    const { stdout } = await bench.run('status', '--since', before, '-o', 'json');
    const report = compared(stdout);
    const ajv = formats.default(new Ajv({ strict: false }));
    const schema = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../schemas/report.schema.json'), 'utf8'),
    ) as object;
    expect(ajv.validate(schema, report), JSON.stringify(ajv.errors)).toBe(true);
    expect(report.comparison.schema).toBe('dhmc.comparison/v1');
    expect(new Set(report.comparison.differences.map(({ accountName }) => accountName))).toEqual(
      new Set(['shop']),
    );
    const now = join(bench.folder, 'now.json');
    writeFileSync(now, stdout);
    const again = compared((await bench.run('status', '--since', now, '-o', 'json')).stdout);
    expect(again.comparison.summary).toMatchObject({ new: 0, gone: 0, changed: 0 });
  });

  it('compares with a journaled run, by its id or its file', async () => {
    const named = await bench.run('status', '--account', 'shop', '--since', run, '--quiet');
    expect(named.stdout).toContain(`\nSince ${run} of `);
    expect(named.stdout).toContain('nothing is different');
    const journal =
      /Journal: (.*\.jsonl)/.exec(
        (await bench.run('enable', '--account', 'mail', '--yes')).stderr,
      )?.[1] ?? '';
    const filed = await bench.run(
      'status',
      '--account',
      'mail',
      '--since',
      journal,
      '--quiet',
      '-o',
      'markdown',
    );
    expect(filed.stdout).toMatch(/\n## Since .*: nothing is different/);
  });

  it('ignores the order of members in a trust policy', async () => {
    const args = ['status', '--account', 'shop'] as const;
    const { stdout } = await bench.run(...args, '-o', 'json');
    const respelled = stdout.replaceAll(
      String.raw`{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ssm.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}`,
      String.raw`{\"Action\":[\"sts:AssumeRole\"],  \"Principal\":{\"Service\":[\"ssm.amazonaws.com\"]},\"Effect\":\"Allow\"}`,
    );
    expect(respelled).not.toBe(stdout);
    const file = join(bench.folder, 'respelled.json');
    writeFileSync(file, respelled);
    const again = compared((await bench.run(...args, '--since', file, '-o', 'json')).stdout);
    expect(again.comparison.summary).toMatchObject({ new: 0, gone: 0, changed: 0 });
  });

  it('prints the comparison on standard error if the format cannot hold it', async () => {
    const { stdout, stderr } = await bench.run('status', '--since', before, '-o', 'csv', '--quiet');
    expect(stdout).not.toContain('Since');
    expect(stderr).toContain('Since status of ');
  });

  it.each([
    ['nowhere.json', 'no run or file named'],
    ['20260101-000000-aaaaaa', 'Run 20260101-000000-aaaaaa not found'],
    ['package.json', 'package.json is not a dhmc report'],
    ['README.md', 'it is not JSON'],
  ])('refuses %s before any call to AWS', async (name, why) => {
    const calls = bench.sandbox.requests().total;
    const { status, stdout } = await bench.run('status', '--since', name, '-o', 'json');
    expect(status).toBe(64);
    const { error } = JSON.parse(stdout) as {
      readonly error: { readonly code: string; readonly message: string };
    };
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(why) as string });
    expect(bench.sandbox.requests().total).toBe(calls);
  });

  it('refuses a report of another organization', async () => {
    const theirs = join(bench.folder, 'theirs.json');
    const report = JSON.parse(readFileSync(before, 'utf8')) as Report;
    writeFileSync(
      theirs,
      JSON.stringify({ ...report, organization: { ...report.organization, id: 'o-another0000' } }),
    );
    const { status, stderr } = await bench.run('status', '--since', theirs);
    expect(status).toBe(64);
    expect(stderr).toContain('o-another0000');
  });
});
