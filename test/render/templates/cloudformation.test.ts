/** The templates, checked against the project's own schema, and with cfn-lint where it is installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { stackSetTemplate } from '../../../src/core/templates/cloudformation.ts';
import {
  stackSets,
  type SetName,
  type TemplateChoices,
} from '../../../src/core/templates/template.ts';
import { renderTemplate, templateFormats } from '../../../src/render/templates/cloudformation.ts';

const schemas = join(import.meta.dirname, 'schemas');
const readSchema = (name: string): object =>
  JSON.parse(readFileSync(join(schemas, name), 'utf8')) as object;
const ajv = new Ajv({ allErrors: true, strictTypes: false, strictRequired: false });
formats.default(ajv);
const isTemplate = ajv.compile(readSchema('template.schema.json'));

const choices: TemplateChoices = {
  rolePath: '/service-role/',
  roleName: 'AWSSystemsManagerDefaultEC2InstanceManagementRole',
  boundary: null,
  tags: {},
  mainRegion: 'us-east-1',
  onDelete: 'retain',
};
const everything: TemplateChoices = {
  rolePath: '/',
  roleName: 'Dhmc',
  boundary: 'boundaries/Instances',
  tags: { team: 'yes', cost: '012' },
  mainRegion: 'us-gov-west-1',
  onDelete: 'reset',
};
const variants = stackSets.flatMap((set) =>
  [choices, everything].flatMap((chosen) =>
    templateFormats.map((format) => [set, chosen.onDelete, format, chosen] as const),
  ),
);
const textOf = (set: SetName, chosen: TemplateChoices = choices): string =>
  renderTemplate(stackSetTemplate(set, chosen), 'yaml');
/** The template as a YAML 1.1 parser, such as CloudFormation's, reads it. */
const bodyOf = (set: SetName, chosen: TemplateChoices = choices): unknown =>
  parse(textOf(set, chosen), { version: '1.1' });

describe('a template', () => {
  it.each(variants)('of %s with %s as %s matches the schema', (set, _, format, chosen) => {
    const text = renderTemplate(stackSetTemplate(set, chosen), format);
    isTemplate(format === 'json' ? JSON.parse(text) : parse(text, { version: '1.1' }));
    expect(isTemplate.errors ?? []).toEqual([]);
    expect(Buffer.byteLength(text)).toBeLessThan(51_200);
  });

  it.each(stackSets)('of %s is always the same, and the same in both formats', (set) => {
    expect(textOf(set)).toBe(textOf(set));
    const { Metadata, ...json } = JSON.parse(
      renderTemplate(stackSetTemplate(set, choices), 'json'),
    ) as Record<string, unknown>;
    expect(json).toEqual(bodyOf(set));
    expect(Metadata).toHaveProperty('Comments');
  });

  it.each(stackSets)('of %s has neither transforms nor nested stacks', (set) => {
    expect(textOf(set)).not.toMatch(/Transform|AWS::CloudFormation|AWS::Serverless/);
  });

  it('with a mistake does not match the schema', () => {
    for (const [from, to] of [
      ['SettingValue', 'SettingVallue'],
      ['DeletionPolicy: Retain', 'DeletionPolicy: Snapshot'],
    ] as const) {
      expect(isTemplate(parse(textOf('setting').replace(from, to)))).toBe(false);
    }
  });
});

describe('the role template', () => {
  it('keeps the role unless its creation is rolled back, and tags it with its manager', () => {
    expect(bodyOf('role')).toMatchObject({
      Resources: {
        DhmcRole: {
          DeletionPolicy: 'RetainExceptOnCreate',
          UpdateReplacePolicy: 'Retain',
          Properties: {
            RoleName: choices.roleName,
            Path: '/service-role/',
            Tags: [{ Key: 'dhmc:managed-by', Value: 'stackset' }],
          },
        },
      },
    });
  });

  it.each([
    ['Instances', { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/Instances' }],
    ['arn:aws:iam::aws:policy/X', { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/X' }],
    ['arn:aws:iam::111122223333:policy/X', 'arn:aws:iam::111122223333:policy/X'],
  ])('accepts %s as boundary', (boundary, PermissionsBoundary) => {
    expect(bodyOf('role', { ...choices, boundary })).toMatchObject({
      Resources: { DhmcRole: { Properties: { PermissionsBoundary } } },
    });
  });

  it('keeps tag values as strings that look like other types', () => {
    expect(bodyOf('role', everything)).toMatchObject({
      Resources: {
        DhmcRole: {
          DeletionPolicy: 'Delete',
          Properties: {
            Tags: [
              { Key: 'team', Value: 'yes' },
              { Key: 'cost', Value: '012' },
              { Key: 'dhmc:managed-by', Value: 'stackset' },
            ],
          },
        },
      },
    });
  });
});

describe('the setting template', () => {
  it.each([
    ['retain', 'Retain'],
    ['reset', 'Delete'],
  ] as const)('with --on-delete %s has the deletion policy %s', (onDelete, DeletionPolicy) => {
    expect(bodyOf('setting', { ...choices, onDelete })).toMatchObject({
      Parameters: { Role: { Default: `service-role/${choices.roleName}` } },
      Resources: {
        DhmcSetting: {
          DeletionPolicy,
          Properties: {
            SettingId: '/ssm/managed-instance/default-ec2-instance-management-role',
            SettingValue: { Ref: 'Role' },
          },
        },
      },
    });
  });
});

describe('the single template', () => {
  it('creates the role only in the main region, where the setting depends on it', () => {
    const body = bodyOf('single') as { readonly Conditions: unknown; readonly Resources: unknown };
    expect(body.Conditions).toMatchObject({
      MakesRole: { 'Fn::And': [{ Condition: 'OwnsRole' }, expect.anything()] },
    });
    expect(body.Resources).toMatchObject({
      DhmcRole: { Condition: 'MakesRole' },
      DhmcSetting: {
        Properties: {
          SettingValue: {
            'Fn::If': ['MakesRole', { 'Fn::Sub': 'service-role/${DhmcRole}' }, expect.anything()],
          },
        },
      },
    });
  });
});

const python = spawnSync('python3', ['-c', 'import cfnlint.runner.cli'], { stdio: 'ignore' });
const lint = python.status === 0;

describe('cfn-lint', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-cfn-'));
  const files: Readonly<Record<string, string>> = {
    ...Object.fromEntries(
      variants
        .filter(([, , format]) => format === 'yaml')
        .map(([set, onDelete, format, chosen]) => [
          `${set}-${onDelete}.${format}`,
          renderTemplate(stackSetTemplate(set, chosen), format),
        ]),
    ),
    'slip.yaml': textOf('setting').replace('SettingValue:', 'SettingVallue:'),
  };
  let status: number | null = null;
  /** The findings, each as one paragraph that names its file. */
  let findings: readonly string[] = [];
  // One process for all files, because it takes seconds to start.
  beforeAll(() => {
    if (!lint) return;
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const ended = spawnSync(
      'python3',
      [
        join(import.meta.dirname, 'cfn_lint.py'),
        join(schemas, 'types'),
        ...Object.keys(files).map((name) => join(folder, name)),
      ],
      { encoding: 'utf8' },
    );
    status = ended.status;
    findings = `${ended.stdout}${ended.stderr}`.split('\n\n').filter((text) => text.trim() !== '');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it(lint ? 'finds nothing in any template' : 'is not run: python3 has no cfn-lint here', () => {
    expect(findings.filter((finding) => !finding.includes('slip.yaml'))).toEqual([]);
  });

  it(lint ? 'would find a slip' : 'is not tried on a slip: python3 has no cfn-lint here', () => {
    if (!lint) return;
    expect(status).toBe(2);
    expect(findings.join('\n')).toContain("'SettingValue' is a required property");
  });
});
