/**
 * Installs the output of `npm pack` into an empty folder without a network: it must have no dependencies, and must run.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'dhmc-package-'));

function check(what: string, holds: boolean, seen: string): void {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}`);
  if (holds) return;
  console.error(seen);
  process.exitCode = 1;
}

try {
  const packed = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
    }),
  ) as {
    filename: string;
    size: number;
    unpackedSize: number;
    files: { path: string }[];
  }[];
  const tarball = packed[0];
  if (tarball === undefined) throw new Error('npm pack made nothing');
  console.log(
    `${tarball.filename}: ${Math.round(tarball.size / 1024)} kB packed, ${Math.round(tarball.unpackedSize / 1024)} kB unpacked`,
  );
  const paths = tarball.files.map((file) => file.path);
  for (const wanted of [
    'LICENSE',
    'README.md',
    'THIRD-PARTY-NOTICES.txt',
    'bin/dhmc.js',
    'dist/main.js',
  ]) {
    check(`ships ${wanted}`, paths.includes(wanted), paths.join('\n'));
  }

  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  execFileSync(
    'npm',
    ['install', '--offline', '--no-audit', '--no-fund', join(folder, tarball.filename)],
    {
      cwd: folder,
      stdio: 'inherit',
    },
  );
  const installed = readdirSync(join(folder, 'node_modules')).filter(
    (name) => !name.startsWith('.'),
  );
  check('installs dhmc and nothing else', installed.join() === 'dhmc', installed.join());

  const bin = join(folder, 'node_modules/.bin');
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
    DHMC_STATE_DIR: join(folder, 'state'),
  };
  const dhmc = (...args: string[]) =>
    spawnSync(join(bin, 'dhmc'), args, { cwd: folder, env, encoding: 'utf8' });

  const version = dhmc('--version');
  check(
    'dhmc --version',
    version.status === 0 && /^\d+\.\d+\.\d+\n$/.test(version.stdout),
    version.stdout + version.stderr,
  );
  const help = dhmc('--help');
  check(
    'dhmc --help',
    help.status === 0 && help.stdout.includes('enable'),
    help.stdout + help.stderr,
  );
  const status = dhmc('sandbox', '--', 'dhmc', 'status', '-o', 'json');
  const report =
    status.status === 0 || status.status === 1
      ? (JSON.parse(status.stdout) as { schema: string; summary: { cells: number } })
      : null;
  check(
    `dhmc sandbox -- dhmc status (${report?.summary.cells ?? 0} cells)`,
    report?.schema === 'dhmc.report/v1' && report.summary.cells > 0,
    status.stdout + status.stderr,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
