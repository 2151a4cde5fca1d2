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
    ['one document', JSON.stringify({ ...rest, instances: [row] }), 'o-1'],
    [
      'lines',
      `${JSON.stringify(row)}\n${JSON.stringify({ schema: 'dhmc.coverage/v1', cells })}\n`,
      null,
    ],
  ])('is read from %s', async (_, text, expected) => {
    const file = join(folder, 'report.json');
    writeFileSync(file, text);
    const { earlier, organization } = await readCoverageBaseline(file);
    expect(earlier.wasRead('1', 'eu-west-1')).toBe(true);
    expect(earlier.left(new Set(['1 eu-west-1']))).toEqual(['i-1']);
    expect(earlier.take('i-1')).toEqual({ managedBy: 'none', ran: true });
    expect(earlier.count()).toBe(0);
    expect(organization).toBe(expected);
  });

  it.each([
    ['an instance without a state', { ...rest, instances: [{ ...row, state: 1 }] }],
    ['an unknown manager', { ...rest, instances: [{ ...row, managedBy: 'me' }] }],
    ['cells that are not objects', { ...rest, cells: [1], instances: [] }],
  ])('is refused with %s', async (_, value) => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, JSON.stringify(value));
    await expect(readCoverageBaseline(file)).rejects.toThrow('is not a complete coverage report');
  });

  it('is refused where it exceeds the limit of bytes or instances', async () => {
    const file = join(folder, 'large.json');
    const instances = [row, { ...row, id: 'i-2' }, { ...row, id: 'i-3' }];
    writeFileSync(file, JSON.stringify({ ...rest, instances }));
    await expect(readCoverageBaseline(file, { bytes: 100 })).rejects.toThrow('is larger than');
    await expect(readCoverageBaseline(file, { instances: 2 })).rejects.toThrow(
      'has more than 2 instances',
    );
    const { earlier } = await readCoverageBaseline(file, { instances: 3 });
    expect(earlier.count()).toBe(3);
  });

  it.each([
    ['another report', '{"schema":"dhmc.report/v1","instances":[1]}', 'is not a coverage report'],
    ['a JSON array', '[{"schema":"dhmc.coverage/v1"}]', 'is not a coverage report'],
    ['empty', '', 'is not a coverage report'],
    ['truncated', '{"schema":"dhmc.coverage/v1","cells":[],"instances":[', 'is not JSON'],
    ['truncated in a line', `${JSON.stringify(row)}\n{"schema":`, 'is not JSON'],
    ['not JSON', 'account,region', 'is not JSON'],
  ])('is refused where it is %s', async (_, text, reason) => {
    const file = join(folder, 'none-such.json');
    writeFileSync(file, text);
    await expect(readCoverageBaseline(file)).rejects.toThrow(reason);
  });

  it('is refused before it is read where it is a pipe, a folder, too large or missing', async () => {
    const at = (name: string): string => join(folder, name);
    execFileSync('mkfifo', [at('pipe.json')]);
    writeFileSync(at('large.json'), '');
    truncateSync(at('large.json'), 40_000_000_000);
    for (const [name, reason] of [
      ['pipe.json', 'is a named pipe'],
      ['.', 'is a directory'],
      ['large.json', 'is larger than 20,000 MB'],
      ['none.json', 'not found'],
    ] as const)
      await expect(readCoverageBaseline(at(name))).rejects.toThrow(reason);
  });
});
