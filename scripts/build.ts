/**
 * Builds `dist/`: an ES module bundle split into chunks, so that a command loads only what it uses, and the notices of
 * the bundled packages.
 */
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commands } from '../src/cli/commands/index.ts';
import { parseCommandLine, widestHelp } from '../src/cli/args/parse.ts';
import { manualPage } from '../src/cli/args/help/man.ts';
import { bundle } from './bundle.ts';
import { bundledScripts } from './bundled-script.ts';
import { notices } from './notices.ts';

const root = join(import.meta.dirname, '..');

/**
 * What is loaded together. Node takes a quarter of a millisecond per file, whatever its size, and the commands share
 * modules in a hundred different ways, each of which would become a chunk. A group includes what its modules import.
 */
const groups = [
  { name: 'start', tags: ['$initial' as const] },
  loadedWith('offline', [
    'cli/session/messages',
    'cli/terminal/progress',
    'cli/args/config/found',
    'aws/permissions/printed-policy',
  ]),
  loadedWith('session', [
    'cli/session/session',
    'cli/rollout/report',
    'run/plan',
    'run/owners',
    'journal/location',
    'journal/claims',
  ]),
  loadedWith('cloud', ['aws/cloud']),
  loadedWith(
    'sdk',
    ['sts', 'organizations', 'account', 'iam', 'ssm'].map((client) => `aws/sdk/${client}`),
  ),
];

/** A chunk of these modules of `src` and everything they import, except what is in an earlier chunk. */
function loadedWith(
  name: string,
  modules: readonly string[],
): { name: string; test: (id: string) => boolean } {
  const files = new Set(modules.map((module) => join(root, 'src', `${module}.ts`)));
  for (const file of files)
    if (!existsSync(file)) throw new Error(`${file} is not there to bundle`);
  return { name, test: (id) => files.has(normalize(id)) };
}

/**
 * Builds into a folder beside `dist/` and swaps the two at the end, so that a program that starts meanwhile finds a
 * complete build.
 */
export async function buildProgram(): Promise<void> {
  const help = parseCommandLine(commands, ['--help'], widestHelp);
  if (!('print' in help)) throw new Error('the parser has no help');
  const fresh = mkdtempSync(join(root, 'dist-'));
  try {
    const bundled = [
      ...(await bundle({
        root,
        entries: { main: 'src/cli/main.ts' },
        into: fresh,
        chunks: { groups },
        plugins: [bundledScripts],
      })),
      // A separate file, so that help is printed without loading the program.
      ...(await bundle({
        root,
        entries: { 'prebuilt-help': 'src/cli/prebuilt-help.ts' },
        into: fresh,
        define: {
          WIDEST_HELP: JSON.stringify(help.print),
          WIDEST_HELP_COLUMNS: String(widestHelp),
        },
      })),
    ];
    writeFileSync(join(root, 'THIRD-PARTY-NOTICES.txt'), notices(root, bundled));
    writeFileSync(join(fresh, 'dhmc.1'), manualPage(commands));
    // Everyone who may read the package may run it.
    chmodSync(fresh, 0o777 & ~process.umask());
    const old = `${fresh}-old`;
    try {
      renameSync(join(root, 'dist'), old);
    } catch {
      // There was no earlier build.
    }
    renameSync(fresh, join(root, 'dist'));
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await buildProgram();
