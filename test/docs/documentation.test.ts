/** Checks the documentation: runs its commands, follows its links and compares its generated pages. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/cli/args/config/read.ts';
import { optionNames } from '../../src/cli/args/options.ts';
import { commands } from '../../src/cli/commands/index.ts';
import { problemCodes } from '../../src/core/model/model.ts';
import type { World } from '../../src/sandbox/index.ts';
import { defaultWorld } from '../../src/sandbox/worlds/default.ts';
import { proofPage, proofPagePath } from '../../scripts/proof-page.ts';
import { reasonsPage, reasonsPagePath } from '../../scripts/reasons-page.ts';
import { openBench, programPath, type Bench } from '../support/built-program.ts';
import { blocksOf, commandsOf, isShell, type Block } from './blocks.ts';

const root = join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(root, 'docs')).flatMap((name) =>
    name.endsWith('.md') ? [`docs/${name}`] : [],
  ),
];
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

/**
 * The sandbox's default world, reduced to one or two accounts of each kind and to the regions that the pages
 * mention.
 */
function documentedWorld(): World {
  const world = defaultWorld();
  const kept = [
    'Acme Management',
    'Security Tooling',
    'Shop Web',
    'Payments Ledger',
    'Data Lake',
    'Shop Dev',
    'Globex (acquired)',
  ];
  return {
    ...world,
    regions: { default: ['us-east-1', 'eu-central-1', 'eu-north-1', 'eu-west-1'], optIn: [] },
    accounts: world.accounts.filter(({ name }) => kept.includes(name)),
  };
}

interface Shell {
  readonly bench: Bench;
  run(line: string): Promise<{ readonly status: number | null; readonly output: string }>;
}

/** A shell in which `dhmc` is the built program, against a sandbox with `documentedWorld()`. */
async function openShell(): Promise<Shell> {
  const bench = await openBench(documentedWorld());
  const bin = join(bench.folder, 'bin');
  mkdirSync(bin);
  const tool = (name: string, script: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  tool('dhmc', `exec '${process.execPath}' '${programPath}' "$@"`);
  // Accepts only scripts of package.json; what they do is not tested here.
  const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: object };
  const known = ['ci', 'test', ...Object.keys(scripts).map((name) => `run ${name}`)];
  tool(
    'npm',
    `for known in ${known.map((words) => `'${words}'`).join(' ')}; do
  case "$*" in "$known"|"$known "*) exit 0 ;; esac
done
exit 127`,
  );
  // Works like `npx --no-install dhmc …` with the package installed.
  tool('npx', '[ "$1" = --no-install ] && shift && exec "$@"');
  const { DHMC_STATE_DIR: _own, ...env } = bench.env;
  const work = join(bench.folder, 'work');
  mkdirSync(work);
  return {
    bench,
    run: (line) => {
      const child = spawn('bash', ['-c', line], {
        cwd: work,
        env: {
          ...env,
          HOME: bench.folder,
          XDG_STATE_HOME: join(bench.folder, 'state'),
          PATH: `${bin}${delimiter}${env['PATH'] ?? ''}`,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      return new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (status) => resolve({ status, output }));
      });
    },
  };
}

/** Adds `--yes` to commands that ask for confirmation on a terminal. */
const withYes = (line: string): string =>
  /^dhmc (enable|disable|resume|apply|prove|stackset (deploy|remove))\b/.test(line) &&
  !/ --(yes|dry-run)\b/.test(line)
    ? line.replace(/(?= #|$)/, ' --yes')
    : line;

/** 64: usage error; 70: defect; 126 and 127: the shell found no such program. */
const broken = [null, 64, 70, 126, 127];

/** Options of npm, git, sha256sum, the repository's own scripts and `dhmc help`, by the page that names them. */
const otherPrograms: Readonly<Record<string, readonly string[]>> & {
  readonly all: readonly string[];
} = {
  all: ['no-install', 'no-index', 'lookup-attributes'],
  'CHANGELOG.md': ['man'],
  'CONTRIBUTING.md': ['list'],
  'docs/performance.md': [
    'quick',
    'command',
    'roles',
    'files',
    'no-baselines',
    'save',
    'max-semi-space-size',
  ],
  'docs/releasing.md': ['no-git-tag-version', 'provenance', 'check'],
};

describe.each(pages)('%s', (file) => {
  const shellBlocks = blocksOf(join(root, file), file).filter(isShell);
  const blocks = shellBlocks.filter(({ notRun }) => notRun === null);
  let shell: Shell;
  beforeAll(async () => {
    if (blocks.length > 0) shell = await openShell();
  });
  afterAll(() => shell?.bench.stop());

  it('gives a reason for each block that is not run', () => {
    for (const { notRun } of shellBlocks) expect(notRun ?? 'run').not.toBe('');
  });

  it.each(
    blocks.flatMap((block: Block) => commandsOf(block).map((line) => [block.line, line] as const)),
  )('line %i: %s', async (_, line) => {
    const { status, output } = await shell.run(withYes(line));
    expect(broken, output).not.toContain(status);
  });

  it('names the language of every block, so that its commands are run', () => {
    const unnamed = blocksOf(join(root, file), file).filter(({ language }) => language === '');
    expect(unnamed.map(({ line }) => line)).toEqual([]);
  });

  it('links only to existing files and headings', () => {
    for (const [, target = ''] of textOf(file).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const linked = path === '' ? join(root, file) : join(root, dirname(file), path);
      expect(existsSync(linked), target).toBe(true);
      if (anchor === undefined) continue;
      const headings = [...readFileSync(linked, 'utf8').matchAll(/^#+ (.+)$/gm)].map(
        ([, text = '']) =>
          text
            .toLowerCase()
            .replace(/[^\p{L}\p{N} -]/gu, '')
            .replaceAll(' ', '-'),
      );
      expect(headings, target).toContain(anchor);
    }
  });

  it('names only existing options', () => {
    const foreign = [...otherPrograms.all, ...(otherPrograms[file] ?? [])];
    for (const [, option = ''] of textOf(file).matchAll(/(?<![\w-])--([a-z][a-z-]+)/g)) {
      expect([...optionNames, 'help', 'version', ...foreign], file).toContain(option);
    }
  });
});

describe('README.md', () => {
  const readme = textOf('README.md');

  it('begins with two commands that work and names every command', () => {
    expect(readme.split('\n## ')[1]).toMatch(/npm ci && npm run demo[\s\S]*npm ci && npm test/);
    for (const { name, hidden } of commands)
      if (hidden !== true) expect(readme).toContain(`dhmc ${name}`);
  });

  it('has at most 130 lines', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(130);
  });

  it('shows the actual output of its commands', async () => {
    const shown = blocksOf(join(root, 'README.md'), 'README.md').filter(
      ({ language }) => language === 'console',
    );
    expect(shown.length).toBeGreaterThan(0);
    const shell = await openShell();
    try {
      for (const block of shown) {
        const lines = commandsOf(block).join('; ');
        const { output } = await shell.run(`dhmc sandbox -- bash -c '${lines}'`);
        const printed = output.split('\n').map((line) => line.trimEnd());
        for (const line of block.text.split('\n'))
          if (line !== '…' && !line.startsWith('$ ')) expect(printed).toContain(line.trimEnd());
      }
    } finally {
      await shell.bench.stop();
    }
  });
});

describe('docs/reference.md', () => {
  it('defines every state and verdict', () => {
    const schema = JSON.parse(textOf('schemas/report.schema.json')) as {
      readonly properties: {
        readonly summary: {
          readonly properties: Readonly<
            Record<string, { readonly propertyNames?: { readonly enum: readonly string[] } }>
          >;
        };
      };
    };
    const { states, verdicts } = schema.properties.summary.properties;
    const words = [states, verdicts].flatMap((counts) => counts?.propertyNames?.enum ?? []);
    expect(words).toContain('in-sync');
    for (const word of words) expect(textOf('docs/reference.md')).toContain(`| \`${word}\` |`);
  });
});

describe('docs/proof.md', () => {
  it('is up to date (npm run generate)', () => {
    expect(readFileSync(proofPagePath, 'utf8')).toBe(proofPage());
  });
});

describe('docs/reasons.md', () => {
  it('is up to date (npm run generate)', () => {
    expect(readFileSync(reasonsPagePath, 'utf8')).toBe(reasonsPage());
  });

  it('lists every code', () => {
    for (const code of problemCodes) expect(reasonsPage()).toContain(`## \`${code}\``);
  });
});

interface Workflow {
  readonly on: { readonly schedule: readonly { readonly cron: string }[] };
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly 'runs-on': string;
        readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
      }
    >
  >;
}

interface Pipeline {
  readonly 'dhmc drift': {
    readonly script: readonly string[];
    readonly before_script: readonly string[];
    readonly id_tokens: Readonly<Record<string, { readonly aud: string }>>;
    readonly variables: Readonly<Record<string, string>>;
    readonly rules: readonly { readonly if: string }[];
    readonly artifacts: { readonly when: string; readonly reports: { readonly junit: string } };
  };
}

describe('examples', () => {
  const workflow = parse(textOf('examples/github-actions.yml'), { strict: true }) as Workflow;
  const pipeline = (parse(textOf('examples/gitlab-ci.yml'), { strict: true }) as Pipeline)[
    'dhmc drift'
  ];
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
  const scripts = [
    ...steps.flatMap(({ run }) => run ?? []),
    [...pipeline.before_script, ...pipeline.script].join('\n'),
  ];

  it('include a scheduled GitHub Actions workflow that signs in with OpenID Connect', () => {
    expect(Object.keys(workflow)).toEqual(['name', 'on', 'permissions', 'concurrency', 'jobs']);
    for (const { cron } of workflow.on.schedule) expect(cron).toMatch(/^(\S+ ){4}\S+$/);
    expect(workflow.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    for (const job of Object.values(workflow.jobs)) expect(job['runs-on']).toBeTypeOf('string');
    for (const { uses, run } of steps) {
      expect(uses === undefined).not.toBe(run === undefined);
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
    }
    expect(
      steps.some(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@')),
    ).toBe(true);
  });

  it('include a scheduled GitLab job that signs in with OpenID Connect', () => {
    expect(pipeline.rules).toEqual([{ if: '$CI_PIPELINE_SOURCE == "schedule"' }]);
    const [[token = ''] = []] = Object.entries(pipeline.id_tokens);
    expect(pipeline.id_tokens[token]?.aud).toMatch(/^https:\/\//);
    expect(pipeline.before_script.join('\n')).toContain(
      `"$${token}" > "$AWS_WEB_IDENTITY_TOKEN_FILE"`,
    );
    expect(Object.keys(pipeline.variables)).toEqual(
      expect.arrayContaining([
        'AWS_REGION',
        'AWS_ROLE_ARN',
        'AWS_ROLE_SESSION_NAME',
        'AWS_WEB_IDENTITY_TOKEN_FILE',
      ]),
    );
    expect(pipeline.artifacts).toMatchObject({
      when: 'always',
      reports: { junit: 'reports/dhmc.xml' },
    });
  });

  it('contain valid Bash scripts', async () => {
    const shell = await openShell();
    try {
      for (const script of scripts) {
        const file = join(shell.bench.folder, 'script.sh');
        writeFileSync(file, script);
        expect(await shell.run(`bash -n '${file}'`)).toEqual({ status: 0, output: '' });
      }
    } finally {
      await shell.bench.stop();
    }
  });

  it('check the organization, fail on differences and write their reports', async () => {
    const shell = await openShell();
    try {
      const gates = [
        steps.find(({ run }) => run?.includes('dhmc status'))?.run ?? '',
        pipeline.script.join('\n'),
      ];
      for (const gate of gates) {
        const { status, output } = await shell.run(`set -e; ${gate}`);
        // The sandbox's world has an account that cannot be entered: status 1, not 2.
        expect(status, output).toBe(1);
        const scoped = await shell.run(`set -e; DHMC_OU=Workloads/Prod; export DHMC_OU; ${gate}`);
        expect(scoped.status, scoped.output).toBe(2);
      }
      for (const ending of ['md', 'json', 'xml', 'html'])
        expect(existsSync(join(shell.bench.folder, `work/reports/dhmc.${ending}`))).toBe(true);
    } finally {
      await shell.bench.stop();
    }
  });

  it('and the action write reports, keep the journal and pass on the exit status', async () => {
    const shell = await openShell();
    try {
      const action = parse(textOf('action.yml'), { strict: true }) as {
        readonly runs: {
          readonly steps: readonly { readonly id?: string; readonly run?: string }[];
        };
      };
      const script = action.runs.steps.find(({ id }) => id === 'dhmc')?.run ?? '';
      const temp = join(shell.bench.folder, 'runner');
      mkdirSync(join(temp, 'dhmc/node_modules/.bin'), { recursive: true });
      symlinkSync(join(shell.bench.folder, 'bin/dhmc'), join(temp, 'dhmc/node_modules/.bin/dhmc'));
      const step = join(shell.bench.folder, 'step.sh');
      writeFileSync(step, script);
      const run = (command: string) =>
        shell.run(
          `RUNNER_TEMP='${temp}' GITHUB_OUTPUT='${temp}/output' GITHUB_STEP_SUMMARY='${temp}/summary' COMMAND='${command}' bash -e '${step}'`,
        );
      const look = await run('status --check --ou Workloads/Prod');
      expect(look.status, look.output).toBe(2);
      const enabled = await run('enable --ou Workloads/Prod --yes');
      expect(readFileSync(join(temp, 'output'), 'utf8')).toBe(
        `status=2\nstatus=${enabled.status}\n`,
      );
      expect(readFileSync(join(temp, 'summary'), 'utf8')).toContain('Workloads/Prod');
      expect(existsSync(join(temp, 'dhmc-kept/dhmc.xml'))).toBe(true);
      const kept = readdirSync(join(temp, 'dhmc-kept/state'), {
        recursive: true,
        encoding: 'utf8',
      });
      expect(kept.filter((name) => name.endsWith('.jsonl'))).toHaveLength(1);
    } finally {
      await shell.bench.stop();
    }
  });

  it('have a valid configuration file', async () => {
    const { entries } = await readConfig({
      path: join(root, 'examples/dhmc.config.yaml'),
      found: false,
    });
    expect([...entries.keys()]).toEqual(expect.arrayContaining(['ou', 'waves', 'role-tag']));
  });

  it('of configuration in the documentation are valid', async () => {
    const shell = await openShell();
    try {
      const yaml = pages
        .flatMap((file) => blocksOf(join(root, file), file))
        .filter(({ language }) => language === 'yaml');
      expect(yaml.length).toBeGreaterThan(1);
      for (const { text, line, file } of yaml) {
        const path = join(shell.bench.folder, 'block.yaml');
        writeFileSync(path, text);
        await expect(
          readConfig({ path: path, found: false }),
          `${file}:${line}`,
        ).resolves.toBeDefined();
      }
    } finally {
      await shell.bench.stop();
    }
  });
});
