/** The Terraform files, checked with a parser, and with terraform where it is installed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import { describe, expect, it } from 'vitest';
import { accountModule } from '../../../src/render/templates/terraform-account.ts';
import { stackSetModule } from '../../../src/render/templates/terraform-stack-sets.ts';
import type { Adoption } from '../../../src/core/templates/adoption.ts';
import type { TemplateChoices } from '../../../src/core/templates/template.ts';

const account = '111122223333';
const settingId = '/ssm/managed-instance/default-ec2-instance-management-role';
const choices: TemplateChoices = {
  rolePath: '/service-role/',
  roleName: 'AWSSystemsManagerDefaultEC2InstanceManagementRole',
  boundary: null,
  tags: {},
  mainRegion: 'us-east-1',
  onDelete: 'retain',
};
const awkward: TemplateChoices = {
  ...choices,
  rolePath: '/',
  boundary: 'boundaries/Instances',
  tags: { 'a b': '${x} %{y} "z"', team: 'one' },
  onDelete: 'reset',
};
const adoption: Adoption = {
  account,
  role: {
    arn: `arn:aws-us-gov:iam::${account}:role/instances/Dhmc`,
    trust: '{"Version":"2012-10-17","Statement":[]}',
  },
  granted: true,
  regions: ['us-gov-east-1', 'us-gov-west-1'],
  others: [
    { region: 'us-gov-south-1', state: 'foreign' },
    { region: 'x\nresource "x" "y" {}', state: 'unknown' },
  ],
};
const regions = ['eu-central-1', 'eu-west-1'];
const units = [
  { id: 'ou-a7k2-0006dhmc', path: 'Workloads/Prod' },
  { id: 'ou-a7k2-0013dhmc', path: 'Leg\nacy' },
];
const files = {
  account: accountModule({ choices, regions, adoption: null }),
  awkward: accountModule({ choices: awkward, regions, adoption: null }),
  imports: accountModule({ choices, regions, adoption }),
  sets: stackSetModule({ choices, regions, organization: 'o-a7k2dhmc01', targets: units }),
  'sets-reset': stackSetModule({
    choices: awkward,
    regions,
    organization: 'o-a7k2dhmc01',
    targets: [{ id: 'r-a7k2', path: '' }],
  }),
};
type Name = keyof typeof files;
const names = Object.keys(files) as readonly Name[];

interface Hcl {
  readonly resource: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>;
  readonly import?: readonly unknown[];
  readonly variable: Readonly<Record<string, readonly { readonly default: unknown }[]>>;
}
const read = async (name: Name): Promise<Hcl> =>
  (await parse('main.tf', files[name])) as unknown as Hcl;

describe('the Terraform file for one account', () => {
  it('sets the setting in a set of regions, by its ARN', async () => {
    const { resource, variable } = await read('account');
    expect(variable['regions']?.[0]?.default).toEqual(regions);
    expect(resource['aws_ssm_service_setting']?.['dhmc']).toMatchObject([
      {
        for_each: '${var.regions}',
        region: '${each.value}',
        setting_id: `arn:\${data.aws_partition.current.partition}:ssm:\${each.value}:\${data.aws_caller_identity.current.account_id}:servicesetting${settingId}`,
        setting_value: '${trimprefix(aws_iam_role.dhmc.path, "/")}${aws_iam_role.dhmc.name}',
        lifecycle: [{ prevent_destroy: true }],
      },
    ]);
  });

  it('has the chosen role, without interpolating its parts', async () => {
    const { resource } = await read('awkward');
    const [role] = resource['aws_iam_role']?.['dhmc'] ?? [];
    expect(role).toMatchObject({
      path: '/',
      permissions_boundary:
        'arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:policy/boundaries/Instances',
    });
    expect(role).not.toHaveProperty('lifecycle');
    expect(files.awkward).toContain('"a b"             = "$${x} %%{y} \\"z\\""');
  });

  it('imports the existing resources, and leaves others as comments', async () => {
    const { resource, import: imports, variable } = await read('imports');
    expect(variable['regions']?.[0]?.default).toEqual(adoption.regions);
    expect(imports).toEqual([
      { to: '${aws_iam_role.dhmc}', id: 'Dhmc' },
      {
        to: '${aws_iam_role_policy_attachment.dhmc}',
        id: 'Dhmc/arn:aws-us-gov:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy',
      },
      ...adoption.regions.map((region) => ({
        to: `\${aws_ssm_service_setting.dhmc["${region}"]}`,
        id: `arn:aws-us-gov:ssm:${region}:${account}:servicesetting${settingId}@${region}`,
      })),
    ]);
    expect(resource['aws_iam_role']?.['dhmc']).toMatchObject([
      { name: 'Dhmc', path: '/instances/', lifecycle: [{ prevent_destroy: true }] },
    ]);
    expect(files.imports).toContain('#   us-gov-south-1: foreign');
    expect(files.imports).not.toContain('\nresource "x"');
  });
});

describe('the Terraform file for stack sets', () => {
  it('deploys the setting after the role, also to new accounts', async () => {
    const { resource, variable } = await read('sets');
    const sets = resource['aws_cloudformation_stack_set'];
    expect(sets?.['role']).toMatchObject([
      { permission_model: 'SERVICE_MANAGED', capabilities: ['CAPABILITY_NAMED_IAM'] },
    ]);
    expect(sets?.['setting']).toMatchObject([
      {
        auto_deployment: [
          { enabled: true, depends_on_stack_sets: ['${aws_cloudformation_stack_set.role.arn}'] },
        ],
        managed_execution: [{ active: true }],
      },
    ]);
    expect(resource['aws_cloudformation_stack_instances']?.['setting']).toMatchObject([
      {
        depends_on: ['${aws_cloudformation_stack_instances.role}'],
        operation_preferences: [
          {
            region_concurrency_type: 'PARALLEL',
            max_concurrent_percentage: 100,
            concurrency_mode: 'SOFT_FAILURE_TOLERANCE',
          },
        ],
      },
    ]);
    expect(variable['organizational_units']?.[0]?.default).toEqual(units.map(({ id }) => id));
  });
});

const terraform =
  spawnSync('terraform', ['version'], {
    stdio: 'ignore',
    env: { ...process.env, CHECKPOINT_DISABLE: '1' },
  }).status === 0;

/** Writes every file into a folder of its own and passes `use` a function that runs terraform there. */
function withFolders<T>(
  change: (text: string) => string,
  use: (
    run: (name: Name, ...args: readonly string[]) => { status: number | null; out: string },
  ) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-tf-'));
  try {
    for (const name of names) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'main.tf'), change(files[name]));
    }
    return use((name, ...args) => {
      const { status, stdout, stderr } = spawnSync('terraform', [...args, '-no-color'], {
        cwd: join(folder, name),
        encoding: 'utf8',
        env: {
          ...process.env,
          CHECKPOINT_DISABLE: '1',
          TF_PLUGIN_CACHE_DIR: '',
          TF_IN_AUTOMATION: '1',
        },
      });
      return { status, out: stdout + stderr };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('terraform', () => {
  it(
    terraform ? 'would format no file otherwise' : 'does not check the format: not installed',
    () => {
      if (!terraform) return;
      withFolders(
        (text) => text,
        (run) => {
          for (const name of names) {
            expect(run(name, 'fmt', '-check', '-diff'), name).toMatchObject({ status: 0 });
          }
        },
      );
    },
  );

  // TF_CLI_CONFIG_FILE tells where providers are; without it, terraform would use the network.
  const configured = terraform && existsSync(process.env['TF_CLI_CONFIG_FILE'] ?? '');
  it(
    configured
      ? 'validates the files with whichever provider it finds'
      : 'does not validate: not installed, or TF_CLI_CONFIG_FILE names no place for providers',
    () => {
      if (!configured) return;
      const forAnyProvider = (text: string): string =>
        text
          .replace(/>= 6[.\d]*/, '>= 5.0')
          .replace(/^ *depends_on_stack_sets .*\n/m, '')
          .replace(/^ *region += each\.value\n/m, '');
      withFolders(forAnyProvider, (run) => {
        for (const name of ['imports', 'sets'] as const) {
          expect(run(name, 'init', '-backend=false', '-input=false'), name).toMatchObject({
            status: 0,
          });
          expect(run(name, 'validate'), name).toMatchObject({ status: 0 });
        }
      });
    },
  );
});
