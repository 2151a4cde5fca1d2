/** Builds `dist/`: one split ES module bundle, so that a command loads only what it calls, and the notices of what is bundled. */
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { commands } from '../src/cli/commands/index.ts';
import { parseCommandLine, widestHelp } from '../src/cli/args/parse.ts';
import { manualPage } from '../src/cli/args/help/man.ts';
import { bundledScripts } from './bundled-script.ts';
import { notices } from './notices.ts';

const root = join(import.meta.dirname, '..');

/** CommonJS packages inside the bundle ask for Node's own modules through `require`. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** Builds beside `dist/` and swaps at the end, so that a program that starts meanwhile finds a whole one. */
export async function buildProgram(): Promise<void> {
  const help = parseCommandLine(commands, ['--help'], widestHelp);
  if (!('print' in help)) throw new Error('the parser has no help');
  const fresh = mkdtempSync(join(root, 'dist-'));
  try {
    const result = await build({
      absWorkingDir: root,
      entryPoints: { main: 'src/cli/main.ts', 'prebuilt-help': 'src/cli/prebuilt-help.ts' },
      outdir: fresh,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      mainFields: ['module', 'main'],
      chunkNames: 'chunks/[name]-[hash]',
      banner: { js: requireBanner },
      minifyWhitespace: true,
      minifySyntax: true,
      legalComments: 'none',
      metafile: true,
      logLevel: 'warning',
      define: { WIDEST_HELP: JSON.stringify(help.print), WIDEST_HELP_COLUMNS: String(widestHelp) },
      plugins: [bundledScripts],
    });
    writeFileSync(
      join(root, 'THIRD-PARTY-NOTICES.txt'),
      notices(root, Object.keys(result.metafile.inputs)),
    );
    writeFileSync(join(fresh, 'dhmc.1'), manualPage(commands));
    // Whoever may read the package may run it.
    chmodSync(fresh, 0o777 & ~process.umask());
    const old = `${fresh}-old`;
    try {
      renameSync(join(root, 'dist'), old);
    } catch {
      // There is no build to replace.
    }
    renameSync(fresh, join(root, 'dist'));
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await buildProgram();
