/**
 * Applies each known mutant in a temporary copy of the repository and runs the tests that should notice it. Prints
 * the survivors and then exits with 1. `--list` prints the mutants; `--only 3,7` tries only these.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { mutants, type Mutant } from './mutants.ts';

const root = join(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: { list: { type: 'boolean' }, only: { type: 'string' } },
});
const only = values.only?.split(',').map(Number) ?? null;
const chosen = [...mutants.entries()].filter(([at]) => only === null || only.includes(at + 1));

const describe = ([at, { file, from, to }]: [number, Mutant]): string =>
  `${String(at + 1)}. ${file}\n   ${from}\n   → ${to === '' ? '(nothing)' : to}\n`;

/** Copies all files that git does not ignore and links the installed packages. */
function copyOfTheTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'dhmc-mutants-'));
  const listed = spawnSync('git', ['ls-files', '-z', '-c', '-o', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of listed.stdout.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file), { force: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

const pass = (copy: string, tests: readonly string[]): boolean =>
  spawnSync(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--bail=1', ...tests],
    { cwd: copy, stdio: 'ignore', env: { ...process.env, CI: 'true' } },
  ).status === 0;

function survivorsOf(copy: string): readonly [number, Mutant][] {
  return chosen.filter((entry) => {
    const { file, from, to, tests } = entry[1];
    const path = join(copy, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
    const survived = pass(copy, tests);
    writeFileSync(path, text);
    process.stdout.write(`${survived ? 'SURVIVED' : 'killed'} ${describe(entry)}`);
    return survived;
  });
}

function main(): number {
  if (values.list === true) {
    for (const entry of chosen) process.stdout.write(describe(entry));
    return 0;
  }
  const copy = copyOfTheTree();
  try {
    if (!pass(copy, [...new Set(chosen.flatMap(([, { tests }]) => tests))])) {
      process.stderr.write('The tests fail before anything is broken.\n');
      return 1;
    }
    const survivors = survivorsOf(copy);
    process.stdout.write(
      `${String(chosen.length - survivors.length)} of ${String(chosen.length)} mutants killed.\n`,
    );
    return survivors.length === 0 ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

process.exitCode = main();
