/** Read-only commands send no call that changes anything, and writing commands ask first. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../src/aws/permissions/operations.ts';
import { fleetRegion, fleetWorld } from '../support/fleet-world.ts';
import { openConsole, type Console } from '../support/in-process.ts';
import { accountId } from '../support/simple-world.ts';

const account = accountId(1);
const scope = ['--account', account, '--region', fleetRegion];
/** The writes, as the sandbox counts them: by service and operation. */
const writes = Object.entries(operations)
  .filter(([, { writes }]) => writes)
  .map(([name, { service }]) => `${service}:${name}`);

let console: Console;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dhmc-reading-'));
  console = await openConsole(fleetWorld({ fleet: [{}, { profile: 'App' }], setting: 'off' }));
});
afterAll(async () => {
  await console.stop();
  rmSync(folder, { recursive: true, force: true });
});

const sent = (): readonly string[] =>
  Object.keys(console.sandbox.requests().byOperation).filter((name) => writes.includes(name));

describe('a read-only command', () => {
  it.each([
    ['status', ...scope],
    ['status', ...scope, '--check'],
    ['coverage', ...scope],
    ['advise', ...scope],
    ['doctor', '--account', account],
    ['policy', 'member'],
    ['policy', 'caller'],
    ['runs'],
    ['config', 'show'],
    ['template', 'cloudformation', '--set', 'role'],
    ['enable', ...scope, '--dry-run', '--preflight', '--coverage'],
    ['enable', ...scope, '--dry-run', '--overwrite'],
    ['disable', ...scope, '--dry-run', '--delete-role'],
    ['stackset', 'status'],
  ])('sends no call that changes anything: %s %s %s %s', async (...args) => {
    console.sandbox.resetRequests();
    const { status } = await console.run(args);
    expect([0, 1, 2]).toContain(status);
    expect(sent()).toEqual([]);
    expect(console.sandbox.setting(account, fleetRegion)).toBeNull();
  });
});

describe('a writing command', () => {
  it.each(['enable', 'disable'])('does nothing without a selector: %s', async (command) => {
    console.sandbox.resetRequests();
    const { status, stderr } = await console.run([command, '--yes']);
    expect([status, console.sandbox.requests().total]).toEqual([64, 0]);
    expect(stderr).toContain('No accounts selected');
  });

  it('needs --yes without a terminal, and changes nothing after a no', async () => {
    console.sandbox.resetRequests();
    const refused = await console.run(['enable', ...scope]);
    expect([refused.status, refused.stderr]).toEqual([
      64,
      expect.stringContaining('not a terminal'),
    ]);
    const declined = await console.run(['enable', ...scope], ['no']);
    expect(declined.status).toBe(1);
    expect(sent()).toEqual([]);
  });

  it('names its sessions after the run, which the setting shows as its writer', async () => {
    const { status, stdout } = await console.run(['enable', ...scope, '--yes', '-o', 'json']);
    const { run } = JSON.parse(stdout) as { readonly run: string };
    expect(status).toBe(0);
    expect(console.sandbox.setting(account, fleetRegion)?.modifiedBy).toMatch(
      new RegExp(`:assumed-role/OrganizationAccountAccessRole/dhmc-${run}$`),
    );
  });
});

describe('any command', () => {
  it('does not exit with 0 if something could not be read', async () => {
    const faults = [
      {
        operation: 'GetServiceSetting',
        kind: 'error' as const,
        error: { code: 'AccessDeniedException', message: 'x', status: 400 },
      },
    ];
    console.sandbox.setBehavior({ faults });
    for (const args of [['status'], ['status', '--check'], ['coverage'], ['enable', '--dry-run']]) {
      const [command = '', ...more] = args;
      const { status, stdout } = await console.run([command, ...scope, ...more, '-o', 'json']);
      expect(status, args.join(' ')).toBe(1);
      expect(stdout).toContain('"unknown"');
    }
    console.sandbox.setBehavior({});
  });
});
