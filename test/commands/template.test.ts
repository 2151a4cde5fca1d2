import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConsole, type Console } from '../support/in-process.ts';
import { simpleWorld } from '../support/simple-world.ts';

let console: Console;
let folder: string;
beforeAll(async () => {
  console = await openConsole(simpleWorld());
  folder = mkdtempSync(join(tmpdir(), 'dhmc-test-template-'));
});
afterAll(async () => {
  await console.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (line: string): ReturnType<Console['run']> => console.run(line.split(' '));

describe('dhmc template', () => {
  it.each([
    ['template', 'Use dhmc template cloudformation or dhmc template terraform.'],
    ['template terrafrom', 'terraform'],
    [
      'template cloudformation',
      'Choose with --set role, setting, single, registered or automation',
    ],
    ['template cloudformation --set rolle', 'Did you mean role?'],
    ['template cloudformation --set role --format cloudformation', 'Choose yaml or json.'],
    ['template cloudformation --set role --on-delete keep', 'Choose from retain, reset.'],
    ['template cloudformation --set setting --role-tag a=b', '--role-tag has no effect'],
    ['template cloudformation --set registered --dhmc-role X', '--dhmc-role has no effect'],
    ['template cloudformation --set automation --on-delete reset', '--on-delete has no effect'],
    ['template cloudformation --set role --home-region eu-south-1', 'opt-in region'],
    ['template cloudformation --set role --ou Nowhere', 'organizational unit "Nowhere" not found'],
    ['template terraform --account Alpha', 'Add --from REPORT'],
    ['template terraform --org --from report.json', '--from cannot be combined with --org'],
    ['template terraform --from missing.json', '--from: no run or file named "missing.json"'],
    ['template terraform --region eu-west-1,us-gov-west-1', 'is not in aws'],
    ['template terraform --region eu-west-1 --exclude-region eu-west-1', 'No regions left'],
    ['policy --format yaml', 'Choose json or cloudformation.'],
  ])('refuses %s', async (line, text) => {
    const { status, stdout, stderr } = await run(line);
    expect(stderr).toContain(text);
    expect([status, stdout]).toEqual([64, '']);
  });

  it('makes no calls without a scope', async () => {
    console.sandbox.resetRequests();
    for (const line of [
      'template cloudformation --set role',
      'template cloudformation --set single --format json',
      'template terraform',
    ]) {
      expect(await run(line), line).toMatchObject({ status: 0, stderr: '' });
    }
    expect(console.sandbox.requests().total).toBe(0);
  });

  it('lists the targets of a scope', async () => {
    const { stdout } = await run('template cloudformation --set setting --org');
    const root = console.sandbox.snapshot().organization.rootId;
    expect(stdout).toContain(`#   ${root}`);
    expect((await run('template terraform --org')).stdout).toContain(`["${root}"]`);
  });

  it('writes role and setting into a directory if no set is chosen', async () => {
    const out = join(folder, 'a', 'b');
    expect(await run(`template cloudformation --out ${out}`)).toMatchObject({
      status: 0,
      stdout: '',
    });
    expect(readdirSync(out).sort()).toEqual(['dhmc-role.yaml', 'dhmc-setting.yaml']);
  });

  it.each(['role', 'setting', 'single', 'registered', 'automation'])(
    'prints the same for %s in both formats with and without --on-delete retain',
    async (set) => {
      for (const format of ['yaml', 'json']) {
        const args = `template cloudformation --set ${set} --format ${format}`;
        const plain = await run(args);
        expect(plain.status).toBe(0);
        expect(await run(`${args} --on-delete retain`)).toEqual(plain);
      }
    },
  );

  it('refuses a file instead of a directory', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    const { status, stderr } = await run(`template terraform --out ${file}`);
    expect(status).toBe(64);
    expect(stderr).toContain('Name a directory that you can write to.');
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('imports the resources in a report, with one directory per account', async () => {
    await run('enable --org --region eu-west-1 --yes');
    const report = join(folder, 'report.json');
    writeFileSync(report, (await run('status --region eu-west-1 -o json')).stdout);
    const several = await run(`template terraform --from ${report}`);
    expect(several.status).toBe(64);
    expect(several.stderr).toContain('Add --account ID|NAME for one of them, or --out DIR');
    const out = join(folder, 'imports');
    expect(await run(`template terraform --from ${report} --out ${out}`)).toMatchObject({
      status: 0,
    });
    const accounts = readdirSync(out);
    expect(accounts.length).toBeGreaterThan(1);
    const [account = ''] = accounts;
    const one = await run(`template terraform --from ${report} --account ${account}`);
    expect(one.stdout).toBe(readFileSync(join(out, account, 'main.tf'), 'utf8'));
    expect(one.stdout).toContain(`arn:aws:ssm:eu-west-1:${account}:servicesetting`);
    expect(
      await run(`template terraform --from ${report} --account ${account} --region eu-west-3`),
    ).toMatchObject({ status: 64 });
    expect(await run(`template terraform --from ${report} --dhmc-role X`)).toMatchObject({
      status: 64,
    });
  });
});
