/**
 * Checks the layout: no folder of cli, core and aws has too many files, each test mirrors its source file, and
 * docs/architecture.md names every folder of code. Prints the share of tested files of each part of `src`; with
 * `--list`, also the files without a test of their own.
 *
 * - `test/core/iam/principal.test.ts` tests `src/core/iam/principal.ts`. Commands are tested in `test/commands`.
 * - Only files that export a function or a class count: types, tables of data and re-exports have nothing to test.
 * - The scripts of the HTML report are tested as a whole, in a browser (`test/render/html`).
 * - The services of the sandbox are tested by operation (`test/sandbox/services`), not by file.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '..');
/** Parts whose folders have a limited number of files. */
const orderly = ['cli', 'core', 'aws'];
/** Exempt: it has one file per command. */
const commands = 'src/cli/commands/';
const maxFiles = 14;
/** The percentage of files in each part that need a test of their own. */
const minTested: Readonly<Record<string, number>> = {
  aws: 60,
  cli: 63,
  core: 92,
  journal: 90,
  render: 65,
  run: 64,
  sandbox: 60,
};
const testedOtherwise = ['src/render/html/page/', 'src/sandbox/services/'];

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `src/${name.replaceAll('\\', '/')}`)
  .sort();
const roomOf = (file: string): string => file.split('/')[1] ?? '';

function crowdedFolders(): readonly string[] {
  const counts = new Map<string, number>();
  for (const file of files)
    if (orderly.includes(roomOf(file)) && !file.startsWith(commands))
      counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > maxFiles)
    .map(([folder, count]) => `${folder} holds ${count} files; at most ${maxFiles} may be there.`);
}

/** Whether the file exports a function or a class. */
const decides = (file: string): boolean =>
  /^export (?:(?:async )?function\*?|class|const \w+(?:: [^=]+)? = (?:async )?(?:<[^>]*>)?\() ?/m.test(
    readFileSync(join(root, file), 'utf8'),
  );

const testOf = (file: string): string => {
  const name = file.slice('src/'.length).replace(/\.ts$/, '.test.ts');
  return file.startsWith(commands) ? `test/${name.slice('cli/'.length)}` : `test/${name}`;
};

interface Room {
  readonly name: string;
  readonly files: readonly string[];
  readonly untested: readonly string[];
  /** Percent, rounded to an integer. */
  readonly tested: number;
}

const rooms = Object.keys(minTested).map((name): Room => {
  const own = files.filter(
    (file) =>
      roomOf(file) === name &&
      decides(file) &&
      !testedOtherwise.some((folder) => file.startsWith(folder)),
  );
  const untested = own.filter((file) => !existsSync(join(root, testOf(file))));
  return {
    name,
    files: own,
    untested,
    tested: Math.floor((100 * (own.length - untested.length)) / own.length),
  };
});

const unknownRooms = (): readonly string[] =>
  [...new Set(files.map(roomOf))]
    .filter((name) => !(name in minTested))
    .map((name) => `src/${name} is not a room that scripts/layout.ts knows.`);

const underTested = (): readonly string[] =>
  rooms.flatMap(({ name, tested }) => {
    const least = minTested[name] ?? 100;
    return tested >= least
      ? []
      : [`src/${name}: ${tested}% of the files have a test of their own; at least ${least}% must.`];
  });

/** A folder counts as named if the page links to it or to a file in it. */
function unnamedFolders(): readonly string[] {
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const links = [...text.matchAll(/\]\(\.\.\/(src\/[^)#]+)/g)].map(([, path = '']) => path);
  const named = new Set(links.map((path) => (/\.\w+$/.test(path) ? dirname(path) : path)));
  return [...new Set(files.map(dirname))]
    .filter((folder) => !named.has(folder))
    .map((folder) => `docs/architecture.md does not name ${folder}.`);
}

const { list } = parseArgs({ options: { list: { type: 'boolean' } } }).values;
for (const { name, files: own, untested, tested } of rooms) {
  process.stdout.write(
    `src/${name}: ${own.length - untested.length} of ${own.length} files have a test of their own (${tested}%)\n`,
  );
  if (list === true)
    for (const file of untested) process.stdout.write(`  ${testOf(file)} is not there.\n`);
}

const findings = [...crowdedFolders(), ...unknownRooms(), ...underTested(), ...unnamedFolders()];
for (const finding of findings) process.stderr.write(`${finding}\n`);
process.exitCode = findings.length === 0 ? 0 : 1;
