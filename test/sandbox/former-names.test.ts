import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import type { Sandbox, World } from '../../src/sandbox/index.ts';
import { checkWorld, printWorld } from '../../src/sandbox/worlds/file.ts';
import { simpleWorld } from '../support/simple-world.ts';
import { clients } from '../support/sdk-clients.ts';

let sandbox: Sandbox;
let warnings: string[];
const open = async (world: World): Promise<void> => {
  warnings = [];
  sandbox = await startSandbox({ world, warn: (warning) => warnings.push(warning) });
};
afterEach(() => sandbox.stop());

const pageOfAccounts = async (): Promise<number> => {
  const { Accounts } = await clients(sandbox).organizations.send(new ListAccountsCommand({}));
  return Accounts?.length ?? 0;
};

describe('the former name temper of behavior', () => {
  it('works in a world, with a warning', async () => {
    await open({ ...simpleWorld(), temper: { pageSize: 1 } });
    expect(await pageOfAccounts()).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('"behavior"')]);
    expect(sandbox.snapshot()).toMatchObject({ behavior: { pageSize: 1 } });
  });

  it('works in the control API, with a warning', async () => {
    await open(simpleWorld());
    const url = `${sandbox.url}/_sandbox/temper`;
    const posted = await fetch(url, { method: 'POST', body: '{"pageSize":2}' });
    expect(posted.headers.get('warning')).toContain('/_sandbox/behavior');
    expect(await pageOfAccounts()).toBe(2);
    expect(await (await fetch(url)).json()).toEqual({ pageSize: 2 });
    expect(warnings).toHaveLength(2);
    const present = await fetch(`${sandbox.url}/_sandbox/behavior`);
    expect(present.headers.get('warning')).toBeNull();
    expect(await present.json()).toEqual({ pageSize: 2 });
  });

  it('is read from a file and printed as behavior', async () => {
    await open(simpleWorld());
    const world = await checkWorld({ ...simpleWorld(), temper: { pageSize: 3 } }, 'world.json');
    const printed = await printWorld(world);
    expect(printed).toContain('behavior:');
    expect(printed).not.toContain('temper:');
  });

  it('is refused together with behavior', async () => {
    await open(simpleWorld());
    const both = { ...simpleWorld(), temper: {}, behavior: {} };
    await expect(checkWorld(both, 'world.json')).rejects.toThrow('keep behavior alone');
  });
});
