import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAdviceBaseline } from '../../../src/cli/advice/baseline.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-advice-baseline-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const role = { account: '1', name: 'App', verdict: 'not-yet' };
const head = { schema: 'dhmc.advice/v1', organization: { id: 'o-1' } };
const read = (text: string) => {
  const file = join(folder, 'report.json');
  writeFileSync(file, text);
  return readAdviceBaseline(file);
};

describe('an earlier advice report', () => {
  it('is read from one document', async () => {
    const { earlier, organization } = await read(JSON.stringify({ ...head, roles: [role] }));
    expect(organization).toBe('o-1');
    expect([earlier.take(role), earlier.take(role)]).toEqual(['not-yet', undefined]);
  });

  it('is read from lines, with the line of the report at any place', async () => {
    const lines = [role, { schema: 'dhmc.advice/v1' }, { ...role, name: 'Web' }];
    const { earlier, organization } = await read(
      lines.map((line) => JSON.stringify(line)).join('\n'),
    );
    expect([organization, earlier.left()]).toEqual([null, ['1/App', '1/Web']]);
  });

  it('may have no roles', async () => {
    expect((await read(JSON.stringify({ ...head, roles: [] }))).earlier.left()).toEqual([]);
  });

  it.each([
    ['an unknown verdict', { ...head, roles: [{ ...role, verdict: 'fine' }] }, 'complete advice'],
    ['a role without a name', { ...head, roles: [{ account: '1' }] }, 'complete advice'],
    ['another schema', { schema: 'dhmc.coverage/v1', roles: [] }, 'not an advice report'],
    ['no schema', { roles: [] }, 'not an advice report'],
    ['an array', [role], 'not an advice report'],
  ])('is refused with %s', async (_, value, message) => {
    await expect(read(JSON.stringify(value))).rejects.toThrow(message);
  });

  it('is refused where it is not JSON', async () => {
    await expect(read('roles: []')).rejects.toThrow('is not JSON');
  });
});
