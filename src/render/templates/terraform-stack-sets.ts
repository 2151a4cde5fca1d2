/** Terraform for the stack sets of an organization, run in its management account. */
import { needsNamedIam, stackSetTemplate } from '../../core/templates/cloudformation.ts';
import { managedByTag, type SetName, type TemplateChoices } from '../../core/templates/template.ts';
import { attribute, block, comment, expression, hclFile, quoted, type Item } from './hcl.ts';
import { regionSet, requirements } from './terraform-account.ts';

export interface StackSetModule {
  readonly choices: TemplateChoices;
  /** The root or the organizational units, by id. */
  readonly targets: readonly { readonly id: string; readonly path: string }[];
  readonly organization: string;
  readonly regions: readonly string[];
}

const preferences = (regions: 'SEQUENTIAL' | 'PARALLEL', ...more: readonly Item[]): Item =>
  block(
    'operation_preferences',
    [],
    [
      attribute('region_concurrency_type', quoted(regions)),
      attribute('max_concurrent_percentage', '100'),
      attribute('failure_tolerance_percentage', '10'),
      ...more,
    ],
  );

function stackSet(
  set: Extract<SetName, 'role' | 'setting'>,
  choices: TemplateChoices,
  about: { readonly regions: string; readonly concurrency: 'SEQUENTIAL' | 'PARALLEL' },
): readonly Item[] {
  const after = set === 'setting';
  const template = stackSetTemplate(set, choices);
  return [
    comment(...(template.comments[''] ?? [])),
    block(
      'resource',
      ['aws_cloudformation_stack_set', set],
      [
        attribute('name', quoted(`dhmc-${set}`)),
        attribute('description', quoted(template.body.Description)),
        attribute('permission_model', quoted('SERVICE_MANAGED')),
        ...(needsNamedIam(set)
          ? [attribute('capabilities', expression(['CAPABILITY_NAMED_IAM']))]
          : []),
        attribute('tags', expression({ [managedByTag]: 'stackset', 'dhmc:set': set }, '  ')),
        attribute('template_body', `jsonencode(${expression(template.body, '  ')})`),
        block(
          'auto_deployment',
          [],
          [
            attribute('enabled', 'true'),
            attribute('retain_stacks_on_account_removal', 'true'),
            ...(after
              ? [
                  comment('New accounts get the role first.'),
                  attribute('depends_on_stack_sets', '[aws_cloudformation_stack_set.role.arn]'),
                ]
              : []),
          ],
        ),
        block('managed_execution', [], [attribute('active', 'true')]),
        preferences(about.concurrency),
        block(
          'lifecycle',
          [],
          [
            comment('Set by AWS where the stack set is service-managed.'),
            attribute('ignore_changes', '[administration_role_arn]'),
          ],
        ),
      ],
    ),
    block(
      'resource',
      ['aws_cloudformation_stack_instances', set],
      [
        attribute('stack_set_name', `aws_cloudformation_stack_set.${set}.name`),
        attribute('regions', about.regions),
        ...(after ? [attribute('depends_on', '[aws_cloudformation_stack_instances.role]')] : []),
        block(
          'deployment_targets',
          [],
          [
            attribute('organizational_unit_ids', 'var.organizational_units'),
            attribute(
              'accounts',
              `length(var.except_accounts${after ? '' : '_from_role'}) == 0 ? null : var.except_accounts${after ? '' : '_from_role'}`,
            ),
            attribute(
              'account_filter_type',
              `length(var.except_accounts${after ? '' : '_from_role'}) == 0 ? null : "DIFFERENCE"`,
            ),
          ],
        ),
        preferences(
          about.concurrency,
          attribute('concurrency_mode', quoted('SOFT_FAILURE_TOLERANCE')),
        ),
        comment(
          choices.onDelete === 'retain'
            ? 'The stacks go, and by their deletion policy the resources stay.'
            : 'The stacks go, and their resources with them.',
        ),
        attribute('retain_stacks', 'false'),
      ],
    ),
  ];
}

const accountSet = (name: string, description: string): Item =>
  block(
    'variable',
    [name],
    [
      attribute('description', quoted(description)),
      attribute('type', 'set(string)'),
      attribute('default', '[]'),
    ],
  );

/** The file `main.tf` of the management account. */
export function stackSetModule({
  choices,
  targets,
  organization,
  regions,
}: StackSetModule): string {
  const named = targets.filter(({ path }) => path !== '');
  return hclFile(
    [
      `Default Host Management Configuration (DHMC) in organization ${organization}, by two stack sets.`,
      'Run it in the management account, with trusted access for StackSets enabled.',
      '',
      'Applying it deploys to every account of the targets that is not excepted, and replaces the value of',
      'settings that name another role. Accounts added later get both stack sets, excepted or not.',
      'The management account is never covered: use Terraform for one account there.',
    ],
    [
      requirements('1.5', '6.41', '"depends_on_stack_sets" came with version 6.41.'),
      block(
        'variable',
        ['organizational_units'],
        [
          ...(named.length === 0
            ? []
            : [comment(...named.map(({ id, path }) => `${id}: ${path}`))]),
          attribute(
            'description',
            quoted('The root or organizational units, with all units below them'),
          ),
          attribute('type', 'set(string)'),
          attribute(
            'default',
            expression(
              targets.map(({ id }) => id),
              '  ',
            ),
          ),
        ],
      ),
      regionSet(
        'Where DHMC is turned on; every region must be enabled in all accounts, the management account too',
        regions,
      ),
      block(
        'variable',
        ['main_region'],
        [
          attribute(
            'description',
            quoted('Where the stack that makes the role is; never an opt-in region'),
          ),
          attribute('type', 'string'),
          attribute('default', quoted(choices.mainRegion)),
        ],
      ),
      accountSet(
        'except_accounts_from_role',
        'Accounts that have the role already: creating it would fail',
      ),
      accountSet('except_accounts', 'Accounts whose settings stay as they are'),
      ...stackSet('role', choices, { regions: '[var.main_region]', concurrency: 'SEQUENTIAL' }),
      ...stackSet('setting', choices, { regions: 'var.regions', concurrency: 'PARALLEL' }),
    ],
  );
}
