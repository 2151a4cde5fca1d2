import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCoverageBaseline } from '../../../src/cli/coverage/baseline.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-baseline-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const row = { account: '1', region: 'eu-west-1', id: 'i-1', state: 'running', managedBy: 'none' };
const cells = [{ account: '1', region: 'eu-west-1', running: 1 }];
const rest = { schema: 'dhmc.coverage/v1', organization: { id: 'o-1' }, cells };

describe('an earlier coverage report', () => {
  it.each([
    ['one document', JSON.stringify({ ...rest, instances: [row] })],
    ['lines', `${JSON.stringify(row)}\n${JSON.stringify({ schema: 'dhmc.coverage/v1', cells })}\n`],
  ])('is read from %s', async (what, text) => {
    const file = join(folder, 'report.json');
    writeFileSync(file, text);
    const { instances, organization } = await readCoverageBaseline(file);
    expect([...instances]).toEqual([row]);
    expect(organization).toBe(what === 'lines' ? null : 'o-1');
  });

  it.each([
    ['an instance without a state', { ...rest, instances: [{ ...row, state: 1 }] }],
    ['a manager that there is not', { ...rest, instances: [{ ...row, managedBy: 'me' }] }],
    ['cells that are none', { ...rest, cells: [1], instances: [] }],
  ])('is refused with %s', async (_, value) => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, JSON.stringify(value));
    await expect(readCoverageBaseline(file)).rejects.toThrow('is not a whole coverage report');
  });

  it('is looked at before it is read: no pipe, no folder, and nothing too large', async () => {
    const at = (name: string): string => join(folder, name);
    execFileSync('mkfifo', [at('pipe.json')]);
    writeFileSync(at('large.json'), '');
    truncateSync(at('large.json'), 40_000_000_000);
    for (const [name, reason] of [
      ['pipe.json', 'is a named pipe'],
      ['.', 'is a directory'],
      ['large.json', 'is larger than 500 MB'],
      ['none.json', 'there is no file'],
    ] as const)
      await expect(readCoverageBaseline(at(name))).rejects.toThrow(reason);
  });
});
