import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema, configSchemaPath, configSchemaText } from '../../scripts/config-schema.ts';
import { readConfig } from '../../src/cli/args/config/read.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-schema-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'dhmc.config.yaml');

describe('the published schema', () => {
  const accepts = new Ajv({ strict: true, allowUnionTypes: true, strictTypes: false }).compile(
    configSchema(),
  );

  it('is up to date (npm run generate)', async () => {
    expect(readFileSync(configSchemaPath, 'utf8')).toBe(await configSchemaText());
  });

  it.each([
    ['org: true', true],
    ['region: [eu-west-1, us-east-1]', true],
    ['region: eu-west-1,us-east-1', true],
    ['account: [111122223333, Tools]', true],
    ['role-tag: { Owner: me, cost: 12 }', true],
    ['waves: [1, 10%]', true],
    ["waves: '1,10%'", true],
    ["waves: ['1,10%', 100%]", true],
    ['waves: 10%', true],
    ["waves: 'few'", false],
    ["concurrency: '8'", true],
    ["concurrency: 'many'", false],
    ["failure-tolerance: '5%'", true],
    ["account: '111122223333,Tools'", true],
    ['role-tag: a=b', true],
    ['role-tag: a', false],
    ['$schema: x', true],
    ['regoin: eu-west-1', false],
    ['region: eu-wset-1', false],
    ['yes: true', false],
    ['overwrite: foreign', false],
    ['concurrency: 0', false],
    ['dry-run: "true"', false],
    ['region: []', false],
  ])('and the program agree on %j', async (text, taken) => {
    expect(accepts(parse(text))).toBe(taken);
    writeFileSync(file, text);
    const outcome = await readConfig({ path: file, found: false }).then(
      () => true,
      () => false,
    );
    expect(outcome).toBe(taken);
  });
});
