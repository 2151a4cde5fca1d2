import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { profiles, runIds } from '../../../src/cli/completion/sources.ts';

import { formatLine } from '../../../src/journal/format.ts';
import { enabling, id } from '../../journal/hourly-runs.ts';
import { organization } from '../../journal/sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-sources-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const words = (list: readonly { readonly word: string }[]) => list.map(({ word }) => word);

describe('the candidates for a run', () => {
  it('are `latest` and the runs of every organization, newest first', async () => {
    const state = join(folder, 'state');
    for (const [organization, file] of [
      ['o-aaaaaaaaaa', '20260101-000000-aaaaaa.jsonl'],
      ['o-bbbbbbbbbb', '20260301-000000-cccccc.jsonl.gz'],
      ['o-bbbbbbbbbb', '20260201-000000-bbbbbb.jsonl'],
      ['o-bbbbbbbbbb', 'lock'],
      ['o-bbbbbbbbbb', '.20260401-000000-dddddd.jsonl.unfinished'],
    ] as const) {
      mkdirSync(join(state, organization), { recursive: true });
      writeFileSync(join(state, organization, file), '');
    }
    expect(words(await runIds({ DHMC_STATE_DIR: state }))).toEqual([
      'latest',
      '20260301-000000-cccccc',
      '20260201-000000-bbbbbb',
      '20260101-000000-aaaaaa',
    ]);
  });

  it('omit runs with stack sets for a command that refuses them', async () => {
    const state = join(folder, 'mixed');
    const place = join(state, organization.id);
    mkdirSync(place, { recursive: true });
    for (const [hour, action] of [
      [7, 'enable'],
      [8, 'stackset-deploy'],
    ] as const) {
      const [header] = enabling(hour);
      if (header?.type !== 'run-started') throw new Error('a journal begins with its header');
      const stackSets = { prefix: 'dhmc', takeOver: false, pilot: null };
      const settings = { ...header.settings, overwrite: [], deleteRole: false };
      const event = action === 'enable' ? header : { ...header, action, stackSets, settings };
      writeFileSync(join(place, `${id(hour)}.jsonl`), `${formatLine(event)}`);
    }
    const environment = { DHMC_STATE_DIR: state };
    expect(words(await runIds(environment))).toEqual(['latest', id(8), id(7)]);
    expect(words(await runIds(environment, { withStackSets: false }))).toEqual([id(7)]);
  });

  it('are empty, without an error, if there is no state directory', async () => {
    expect(await runIds({ DHMC_STATE_DIR: join(folder, 'none') })).toEqual([]);
  });
});

describe('the candidates for a profile', () => {
  it('are the profiles of both files that need no quotes, each once', async () => {
    const config = join(folder, 'config');
    const credentials = join(folder, 'credentials');
    writeFileSync(
      config,
      '[default]\n[profile prod]\nregion = x\n[profile two words]\n[sso-session s]\n',
    );
    writeFileSync(credentials, '[prod]\n[dev.eu@acme]\n# [gone]\n');
    expect(
      words(await profiles({ AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials })),
    ).toEqual(['default', 'dev.eu@acme', 'prod']);
  });

  it('are empty without a file', async () => {
    const none = join(folder, 'nothing');
    expect(await profiles({ AWS_CONFIG_FILE: none, AWS_SHARED_CREDENTIALS_FILE: none })).toEqual(
      [],
    );
  });
});
