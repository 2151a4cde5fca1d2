/** Checks what the security page states about the code: which calls, programs, ports and packages it uses. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operations } from '../../src/aws/permissions/operations.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .map((name) => ({
    name: relative(root, join(root, 'src', name)).replaceAll('\\', '/'),
    code: readFileSync(join(root, 'src', name), 'utf8'),
  }));
/** The paths of the source files that match. */
const saying = (what: RegExp): readonly string[] =>
  sources.filter(({ code }) => what.test(code)).map(({ name }) => name);

describe('the security page', () => {
  it('lists exactly the calls that can make changes', () => {
    const [, table = ''] = /It makes no other changes:\n\n([^]*?)\n\n/.exec(page) ?? [];
    const calls = table.split('\n').map((row) => row.split('|')[1] ?? '');
    const listed = calls.flatMap((cell) => [...cell.matchAll(/`(\w+:\w+)`/g)]);
    const named = new Set(listed.map(([, call]) => call));
    const writes = Object.values(operations)
      .filter(({ writes }) => writes)
      .flatMap(({ actions }) => actions);
    expect([...named].sort()).toEqual([...new Set([...writes, 'iam:PassRole'])].sort());
  });

  it('names every module that can start a program', () => {
    expect(saying(/from 'node:child_process'/).toSorted()).toEqual([
      'src/aws/credentials/helper-process.ts',
      'src/cli/commands/demo.ts',
      'src/journal/process-identity.ts',
      'src/sandbox/command.ts',
    ]);
  });

  it('is right that only the sandbox opens a port and only src/aws calls out', () => {
    const product = (name: string): boolean => !name.startsWith('src/sandbox/');
    expect(saying(/\bcreateServer\b/)).toEqual(['src/sandbox/server.ts']);
    expect(saying(/from 'node:(?:https?|net|tls|dgram|http2)'|\bfetch\(/).filter(product)).toEqual([
      'src/aws/http/transport.ts',
    ]);
    expect(
      saying(/from '@(?:aws-sdk|smithy)\//).filter((name) => !name.startsWith('src/aws/')),
    ).toEqual([]);
  });

  it('is right that the package has no dependencies', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as object;
    expect(Object.keys(manifest)).not.toContain('dependencies');
    expect(Object.keys(manifest)).not.toContain('optionalDependencies');
    expect(Object.keys(manifest)).not.toContain('peerDependencies');
  });

  it('names a test for each claim', () => {
    const rows = page.slice(page.indexOf('| claim | test |')).trim().split('\n').slice(2);
    expect(rows.length).toBeGreaterThanOrEqual(30);
    for (const row of rows) {
      const files = [...row.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, file]) => file ?? '');
      expect(files.length, row).toBeGreaterThan(0);
      for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
    }
  });
});
