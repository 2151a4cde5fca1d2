import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { scopeOf } from '../../../src/cli/args/scope.ts';
import { readPlanFile, savePlanIfAsked } from '../../../src/cli/rollout/saved-plan.ts';
import type { CommandSession } from '../../../src/cli/session/session.ts';
import type { Plan } from '../../../src/core/planning/plan.ts';
import { planRun } from '../../../src/run/plan.ts';
import { readCommandLine } from '../../support/command-line.ts';
import { member, memoryCloud } from '../../support/memory-cloud.ts';
import { memoryMessages } from '../../support/memory-terminal.ts';
import { settingsOf, wholeOrganization } from '../../support/run-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-saved-plan-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

const { cloud, clock } = memoryCloud([
  member('000000000002', ['eu-west-1']),
  member('000000000003', ['eu-west-1', 'us-east-1']),
]);
const settings = settingsOf();
const made: Plan = await planRun({
  cloud,
  clock,
  action: 'enable',
  scope: wholeOrganization,
  settings,
  signal: new AbortController().signal,
});

const save = async (file: string, action: 'enable' | 'apply' | 'resume' = 'enable') => {
  const { options } = readCommandLine(`enable --org --dry-run --save-plan ${file}`);
  const messages = memoryMessages();
  const invocation = { options, commandLine: 'dhmc enable --org' };
  await savePlanIfAsked(
    { cloud, settings, invocation, messages } as unknown as CommandSession,
    made,
    { action, scope: scopeOf(options, 'refuse'), rollsBack: null },
  );
  return messages;
};

describe('a saved plan', () => {
  it('is read back unchanged', async () => {
    const messages = await save(at('plan.json'));
    expect(messages.said).toEqual([`The plan is saved in ${at('plan.json')}.`]);
    const { accounts, action, settings: kept, notes } = await readPlanFile(at('plan.json'));
    expect({ accounts, notes }).toEqual(made);
    expect({ action, settings: kept }).toEqual({ action: 'enable', settings });
  });

  it('is readable by the user only', async () => {
    await save(at('private.json'));
    expect(statSync(at('private.json')).mode & 0o077).toBe(0);
  });

  it.each(['apply', 'resume'] as const)('is not written by %s', async (action) => {
    const { said } = await save(at(`${action}.json`), action);
    expect(said).toEqual([]);
    await expect(readPlanFile(at(`${action}.json`))).rejects.toThrow(/^Plan .* not found\.$/);
  });

  it('is a usage error if it cannot be written', async () => {
    await expect(save(at('no/plan.json'))).rejects.toThrow('--save-plan: the plan could not be');
  });

  it('follows a link of the user’s own', async () => {
    writeFileSync(at('target.json'), '');
    symlinkSync('target.json', at('link.json'));
    await save(at('link.json'));
    expect((await readPlanFile(at('target.json'))).action).toBe('enable');
  });
});

describe('a file that is not a plan', () => {
  it.each([
    ['folder', 'is a directory'],
    ['other.json', 'is not a plan that dhmc can apply'],
    ['none.json', /^Plan .*none\.json not found\.$/],
  ])('is refused: %s', async (name, message) => {
    if (name === 'folder') mkdirSync(at(name));
    if (name === 'other.json') writeFileSync(at(name), '{"schema":"dhmc.report/v1"}');
    await expect(readPlanFile(at(name))).rejects.toThrow(message);
  });
});
