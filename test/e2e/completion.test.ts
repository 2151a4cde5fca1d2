/** The completion scripts of the built program in the shells themselves. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programPath } from '../support/built-program.ts';

const run = '20261122-143015-k3x9ab';
const folder = mkdtempSync(join(tmpdir(), 'dhmc-completion-'));
const env = {
  PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
  HOME: folder,
  DHMC_STATE_DIR: join(folder, 'state'),
  AWS_CONFIG_FILE: join(folder, 'config'),
  // Nothing listens here: completion makes no calls.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
};

/** The script for each shell, printed once. */
const scripts = mkdtempSync(join(tmpdir(), 'dhmc-completion-'));

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

beforeAll(() => {
  for (const shell of ['bash', 'fish'])
    writeFileSync(
      join(scripts, shell),
      spawnSync(process.execPath, [programPath, 'completion', shell], { env, encoding: 'utf8' })
        .stdout,
    );
  writeFileSync(
    join(folder, 'dhmc'),
    `#!/bin/sh\nexec '${process.execPath}' '${programPath}' "$@"\n`,
  );
  chmodSync(join(folder, 'dhmc'), 0o755);
  mkdirSync(join(folder, 'state/o-abcdefghij'), { recursive: true });
  writeFileSync(join(folder, `state/o-abcdefghij/${run}.jsonl`), '');
  writeFileSync(join(folder, 'my plan.json'), '{}');
  writeFileSync(join(folder, 'config'), '[default]\nregion = eu-west-1\n[profile audit]\n');
});
afterAll(() => {
  for (const made of [folder, scripts]) rmSync(made, { recursive: true, force: true });
});

function inShell(shell: string, args: readonly string[]): readonly string[] {
  const { stdout, stderr, status } = spawnSync(shell, args, {
    cwd: folder,
    env: { ...env, SCRIPTS: scripts },
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout.split('\n').filter((line) => line !== '');
}

/** Calls the function as bash does: `words` is the split line, with `=` and `:` as separate words. */
const inBash = (...words: readonly string[]): readonly string[] =>
  inShell('bash', [
    '--norc',
    '-c',
    'source "$SCRIPTS/bash"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dhmc; printf "%s\\n" "${COMPREPLY[@]}"',
    'bash',
    'dhmc',
    ...words,
  ]);

describe('bash', () => {
  it.each([
    [['stat'], ['status']],
    [
      ['status', '--output', '=', 'j'],
      ['json', 'junit'],
    ],
    [
      ['status', '--output', '='],
      ['table', 'json', 'csv', 'markdown', 'html', 'junit'],
    ],
    [['status', '--region', 'eu-west-1,eu-west-2,eu-w'], ['eu-west-1,eu-west-2,eu-west-3']],
    [['resume', 'lat'], ['latest']],
    [['resume', '2026'], [run]],
    [['resume', 'con'], ['config']],
    [['status', '--since', 'con'], ['config']],
    [
      ['status', '--profile', ''],
      ['audit', 'default'],
    ],
    [['apply', 'con'], ['config']],
    [['enable', '--state-dir', '=', 'st'], ['state']],
    [['enable', '--save-plan', '=', 'con'], ['config']],
  ])('completes %j', (words, expected) => {
    expect(inBash(...words)).toEqual(expected);
  });

  it('executes nothing from the command line', () => {
    expect(inBash('enable', '--ou', '"$(touch pwned)"', '--dry')).toEqual(['--dry-run']);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it('can load the script twice without output', () => {
    expect(
      inShell('bash', [
        '--norc',
        '-c',
        'source <(dhmc completion bash); source <(dhmc completion bash)',
      ]),
    ).toEqual([]);
  });
});

describe.runIf(has('fish'))('fish', () => {
  it.each([
    ['dhmc stat', ['status']],
    ['dhmc status --output=j', ['--output=json', '--output=junit']],
    ['dhmc resume ', [run, 'config', 'dhmc', 'latest', 'my plan.json', 'state/']],
    ['dhmc resume 2026', [run]],
    ['dhmc resume con', ['config']],
    ['dhmc status --since con', ['config']],
    ['dhmc apply my', ['my plan.json']],
    ['dhmc apply "my', ['my plan.json']],
    ['dhmc apply ~/con', ['~/config']],
    ['dhmc apply con', ['config']],
    ['dhmc enable --state-dir=st', ['--state-dir=state/']],
  ])('completes %s', (line, expected) => {
    const found = inShell('fish', [
      '--no-config',
      '-c',
      'source "$SCRIPTS/fish"; complete -C $argv[1]',
      line,
    ]);
    expect(found.map((one) => one.split('\t')[0])).toEqual(expected);
  });
});

describe.runIf(has('zsh'))('zsh', () => {
  it('accepts the script', () => {
    expect(
      inShell('zsh', [
        '-f',
        '-c',
        'dhmc completion zsh > _dhmc && zsh -n _dhmc && autoload -U compinit && compinit -u -D && source ./_dhmc && print $_comps[dhmc]',
      ]),
    ).toEqual(['_dhmc']);
  });
});

it('an unknown shell is refused', () => {
  const { status, stderr } = spawnSync(process.execPath, [programPath, 'completion', 'csh'], {
    env,
    encoding: 'utf8',
  });
  expect(status).toBe(64);
  expect(stderr).toContain('bash, zsh, fish');
});
