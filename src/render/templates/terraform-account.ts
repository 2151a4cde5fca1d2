/** Terraform for one account: the role, and the setting in some regions; with imports of existing ones. */
import { settingId } from '../../core/model/model.ts';
import type { Adoption } from '../../core/templates/adoption.ts';
import {
  grantPolicyName,
  managedByTag,
  type Json,
  type TemplateChoices,
} from '../../core/templates/template.ts';
import { attribute, block, comment, expression, hclFile, quoted, type Item } from './hcl.ts';

/** The providers that a file needs, and the reason for the required version. */
export const requirements = (terraform: string, aws: string, why: string): Item =>
  block(
    'terraform',
    [],
    [
      attribute('required_version', quoted(`>= ${terraform}`)),
      block(
        'required_providers',
        [],
        [
          comment(why),
          attribute('aws', expression({ source: 'hashicorp/aws', version: `>= ${aws}` }, '    ')),
        ],
      ),
    ],
  );

export const regionSet = (description: string, regions: readonly string[]): Item =>
  block(
    'variable',
    ['regions'],
    [
      attribute('description', quoted(description)),
      attribute('type', 'set(string)'),
      attribute('default', expression(regions, '  ')),
    ],
  );

const defaultTrust: Json = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
};

const partition = '${data.aws_partition.current.partition}';
const account = '${data.aws_caller_identity.current.account_id}';

function boundary(given: string): string {
  const aws = /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(given)?.[1];
  if (aws !== undefined) return `"arn:${partition}:iam::aws:policy/${aws}"`;
  if (given.startsWith('arn:')) return quoted(given);
  return `"arn:${partition}:iam::${account}:policy/${given.replace(/^\/+/, '')}"`;
}

const trustOf = (trust: string): Json => {
  const document: unknown = JSON.parse(trust);
  return document as Json;
};

export interface AccountModule {
  readonly choices: TemplateChoices;
  /** The regions if nothing is imported. */
  readonly regions: readonly string[];
  /** What exists already and is imported, or null. */
  readonly adoption: Adoption | null;
}

/** Path and name of the role: as chosen, or as it exists. */
function roleOf({ choices, adoption }: AccountModule): { path: string; name: string } {
  if (adoption === null) return { path: choices.rolePath, name: choices.roleName };
  const { arn } = adoption.role;
  const at = arn.indexOf(':role/') + ':role'.length;
  const cut = arn.lastIndexOf('/');
  return { path: arn.slice(at, cut + 1), name: arn.slice(cut + 1) };
}

function head({ choices, adoption }: AccountModule): readonly string[] {
  const whose = adoption === null ? 'one account' : `account ${adoption.account}`;
  return [
    `Default Host Management Configuration (DHMC) of ${whose}: its role, and its setting in each region.`,
    'Run it with credentials of that account.',
    '',
    ...(choices.onDelete === 'retain'
      ? [
          "Terraform's destroy would reset the settings to AWS's default, never to what was there before:",
          'prevent_destroy refuses it. To hand back, use removed blocks with destroy = false.',
        ]
      : ["Destroying the settings resets them to AWS's default, never to what was there before."]),
  ];
}

/** The file `main.tf` of one account. */
export function accountModule(module: AccountModule): string {
  const { choices, adoption } = module;
  const { path, name } = roleOf(module);
  const keep: readonly Item[] =
    choices.onDelete === 'retain' ? [attribute('prevent_destroy', 'true')] : [];
  const lifecycle = (items: readonly Item[]): readonly Item[] =>
    items.length === 0 ? [] : [block('lifecycle', [], items)];
  const unread = '[description, max_session_duration, permissions_boundary, tags, tags_all]';
  const roleLifecycle: readonly Item[] =
    adoption === null
      ? keep
      : [
          ...keep,
          comment('The report does not show these: they stay as they are.'),
          attribute('ignore_changes', unread),
        ];
  const trust = adoption === null ? defaultTrust : trustOf(adoption.role.trust);

  return hclFile(head(module), [
    requirements('1.5', '6.0', 'The argument "region" of resources came with version 6.'),
    regionSet('The regions in which DHMC is on', adoption?.regions ?? module.regions),
    block('data', ['aws_partition', 'current'], []),
    block('data', ['aws_caller_identity', 'current'], []),
    block(
      'resource',
      ['aws_iam_role', 'dhmc'],
      [
        attribute('name', quoted(name)),
        attribute('path', quoted(path)),
        ...(adoption === null
          ? [
              attribute(
                'description',
                quoted('Lets EC2 instances register with AWS Systems Manager (DHMC)'),
              ),
              ...(choices.boundary === null
                ? []
                : [attribute('permissions_boundary', boundary(choices.boundary))]),
            ]
          : []),
        attribute('assume_role_policy', `jsonencode(${expression(trust, '  ')})`),
        ...(adoption === null
          ? [attribute('tags', expression({ ...choices.tags, [managedByTag]: 'terraform' }, '  '))]
          : []),
        ...lifecycle(roleLifecycle),
      ],
    ),
    block(
      'resource',
      ['aws_iam_role_policy_attachment', 'dhmc'],
      [
        attribute('role', 'aws_iam_role.dhmc.name'),
        attribute('policy_arn', `"arn:${partition}:iam::aws:policy/${grantPolicyName}"`),
      ],
    ),
    block(
      'resource',
      ['aws_ssm_service_setting', 'dhmc'],
      [
        attribute('for_each', 'var.regions'),
        attribute('region', 'each.value'),
        comment(
          'The ARN, not the short id: provider versions before 6 show a difference for ever with the latter.',
        ),
        attribute(
          'setting_id',
          `"arn:${partition}:ssm:\${each.value}:${account}:servicesetting${settingId}"`,
        ),
        attribute(
          'setting_value',
          '"${trimprefix(aws_iam_role.dhmc.path, "/")}${aws_iam_role.dhmc.name}"',
        ),
        attribute('depends_on', '[aws_iam_role_policy_attachment.dhmc]'),
        ...lifecycle(keep),
      ],
    ),
    ...(adoption === null ? [] : imports(adoption, name)),
  ]);
}

function imports(adoption: Adoption, roleName: string): readonly Item[] {
  const partitionName = adoption.role.arn.split(':')[1] ?? 'aws';
  const importOf = (to: string, id: string): Item =>
    block('import', [], [attribute('to', to), attribute('id', quoted(id))]);
  const policy = `arn:${partitionName}:iam::aws:policy/${grantPolicyName}`;
  return [
    importOf('aws_iam_role.dhmc', roleName),
    ...(adoption.granted
      ? [importOf('aws_iam_role_policy_attachment.dhmc', `${roleName}/${policy}`)]
      : []),
    ...adoption.regions.map((region) =>
      importOf(
        `aws_ssm_service_setting.dhmc[${quoted(region)}]`,
        // The part after @ is the region in which the provider reads it.
        `arn:${partitionName}:ssm:${region}:${adoption.account}:servicesetting${settingId}@${region}`,
      ),
    ),
    ...(adoption.others.length === 0
      ? []
      : [
          comment(
            'Left out, since importing them would plan a change:',
            ...adoption.others.map(({ region, state }) => `  ${region}: ${state}`),
          ),
        ]),
  ];
}
