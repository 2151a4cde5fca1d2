/** Every command that writes a file named by the user, with something else in its place. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openConsole, type Console } from '../support/in-process.ts';
import { accountId, simpleWorld } from '../support/simple-world.ts';

let console: Console;
let folder: string;
beforeAll(async () => {
  console = await openConsole(simpleWorld({ accounts: ['one'] }));
});
afterAll(() => console.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dhmc-written-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

const scope = ['--account', accountId(1), '--region', 'eu-west-1'];
/** The command's name, the file that it writes, and its arguments. */
const writers: readonly (readonly [string, string, (file: string) => readonly string[]])[] = [
  ['status', 'r.json', (file) => ['status', ...scope, '--report-file', file]],
  ['doctor', 'r.md', (file) => ['doctor', ...scope, '--report-file', file]],
  ...['csv', 'ndjson', 'json', 'html', 'md', 'xml', 'txt'].map(
    (ending) =>
      [
        `coverage to ${ending}`,
        `r.${ending}`,
        (file: string) => ['coverage', ...scope, '--report-file', file],
      ] as const,
  ),
  ['advise', 'r.json', (file) => ['advise', ...scope, '--report-file', file]],
  ['advise to CSV', 'r.csv', (file) => ['advise', ...scope, '--report-file', file]],
  ['stackset status', 'r.json', (file) => ['stackset', 'status', '--report-file', file]],
  [
    'enable --save-plan',
    'p.json',
    (file) => ['enable', ...scope, '--dry-run', '--save-plan', file],
  ],
  [
    'template',
    'dhmc-role.yaml',
    () => ['template', 'cloudformation', '--set', 'role', '--format', 'yaml', '--out', folder],
  ],
];

describe.each(writers)('%s', (_, name, argsFor) => {
  const at = (): string => join(folder, name);
  const run = () => console.run(argsFor(at()));

  it("writes a new file, and overwrites the user's own", async () => {
    const first = await run();
    expect([first.status, first.stderr]).toEqual([0, expect.any(String)]);
    expect(lstatSync(at()).size).toBeGreaterThan(20);
    writeFileSync(at(), 'stale-text-of-mine');
    expect((await run()).status).toBe(0);
    expect(readFileSync(at(), 'utf8')).not.toContain('stale-text-of-mine');
  });

  it('does not wait for a reader of a pipe', async () => {
    execFileSync('mkfifo', [at()]);
    const { status, stderr } = await run();
    expect([status, stderr]).toEqual([
      expect.any(Number),
      expect.stringMatching(/pipe|regular file/),
    ]);
    expect(status).not.toBe(0);
    expect(stderr).not.toMatch(/^Reports?: /m);
  });

  it.runIf(process.getuid?.() === 0)('does not follow a link of another user', async () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'keep');
    symlinkSync('victim', at());
    lchownSync(at(), 65534, 65534);
    const { status, stderr } = await run();
    expect([status, stderr]).toEqual([64, expect.stringContaining('another user owns')]);
    expect(readFileSync(victim, 'utf8')).toBe('keep');
  });

  it.runIf(process.getuid?.() === 0)(
    'does not enter a directory through a link of another user',
    async () => {
      mkdirSync(join(folder, 'victim'));
      const link = join(folder, 'in');
      symlinkSync('victim', link);
      lchownSync(link, 65534, 65534);
      const args = argsFor(join(link, name)).map((word) => (word === folder ? link : word));
      expect((await console.run(args)).status).toBe(64);
      expect(existsSync(join(folder, 'victim', name))).toBe(false);
    },
  );
});
