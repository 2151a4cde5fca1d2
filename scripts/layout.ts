/**
 * The check of the layout: no folder of cli, core and aws holds too many files, and a test is where what it tests is.
 * `test/core/iam/principal.test.ts` tests `src/core/iam/principal.ts`. Prints what is wrong, and the files without a test
 * with `--list`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');
const parts = ['cli', 'core', 'aws'];
/** One file for each command. */
const free = 'src/cli/commands';
const mostFiles = 14;
/** In `core`, how many of ten files that decide something need a test of their own. */
const testedOfTen = 9;

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `src/${name}`)
  .filter((file) => parts.includes(file.split('/')[1] ?? ''))
  .sort();

function crowdedFolders(): readonly string[] {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  return [...counts]
    .filter(([folder, count]) => folder !== free && count > mostFiles)
    .map(([folder, count]) => `${folder} holds ${count} files; at most ${mostFiles} may be there.`);
}

/** Whether the file exports a function or a class: types, words and tables need no test. */
const decides = (file: string): boolean =>
  /^export (?:(?:async )?function\*?|class|const \w+(?:: [^=]+)? = (?:async )?(?:<[^>]*>)?\() ?/m.test(
    readFileSync(join(root, file), 'utf8'),
  );

const testOf = (file: string): string =>
  `test/${file.slice('src/'.length).replace(/\.ts$/, '.test.ts')}`;

const core = files.filter((file) => file.startsWith('src/core/') && decides(file));
const untested = core.filter((file) => !existsSync(join(root, testOf(file))));
const mostUntested = Math.floor((core.length * (10 - testedOfTen)) / 10);

if (parseArgs({ options: { list: { type: 'boolean' } } }).values.list === true)
  for (const file of untested) process.stdout.write(`${testOf(file)} is not there.\n`);

const findings = [
  ...crowdedFolders(),
  ...(untested.length > mostUntested
    ? [
        `${untested.length} of ${core.length} files of src/core have no test of their own; at most ${mostUntested} may. List them with --list.`,
      ]
    : []),
];
for (const finding of findings) process.stderr.write(`${finding}\n`);
process.exitCode = findings.length === 0 ? 0 : 1;
