/**
 * All options of all commands in one table: name, meaning of the value, where it can be set, and help. The argument
 * parser, `DHMC_*` variables, the configuration file and its schema, completion and help are made from it.
 */
import { deletions, stackSets } from '../../core/templates/template.ts';
import { ownerKinds } from '../../core/model/model.ts';
import { rowFilters } from '../../core/record/filter.ts';
import { formats, outputFormats } from '../../render/index.ts';
import { accessOptions } from './access-options.ts';
import { stackSetOptions } from './stack-set-options.ts';
import {
  flag,
  list,
  single,
  type Flag,
  type List,
  type OptionSpec,
  type Single,
} from './option-spec.ts';
import {
  actionPattern,
  bareRoleName,
  dhmcRole,
  directory,
  distinctTags,
  file,
  newTag,
  oneOf,
  policy,
  principalArn,
  excludedRegion,
  runOrFile,
  text,
  tolerance,
  wave,
  wholeNumber,
  increasing,
} from './parsers.ts';

export const defaultDhmcRole = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';
export const defaultConcurrency = 64;
export const logFormats = ['text', 'json'] as const;
export const instanceChoices = ['all', 'unmanaged', 'none'] as const;
export const documentFormats = ['json', 'cloudformation', 'yaml'] as const;
/** The meaning of `--overwrite` without a value. */
export const overwriteKinds = ['foreign', 'quick-setup', 'broken'] as const;

export const options = {
  ...accessOptions,
  ...stackSetOptions,

  anonymous: flag({
    group: 'Output',
    help: 'leave account and organization ids, ARNs and names out of the proof',
  }),
  like: single({
    group: 'Sandbox',
    metavar: 'file',
    parse: file,
    help: 'answer as AWS did in a proof (dhmc prove -o json); can be combined with --world',
  }),
  'dry-run': flag({ group: 'Applying', help: 'plan and report; change nothing' }),
  check: flag({
    group: 'Applying',
    help: 'exit with 2 if anything differs from the desired state',
  }),
  yes: flag({ group: 'Applying', short: 'y', commandLineOnly: true, help: 'do not prompt' }),
  overwrite: list({
    group: 'Applying',
    metavar: 'kinds',
    parse: oneOf([...overwriteKinds, 'stackset'] as const),
    split: 'comma',
    preset: overwriteKinds.join(','),
    commandLineOnly: true,
    help: `replace settings that name another role: ${overwriteKinds.join(', ')} (bare: these three); stackset: change settings of a stack set`,
  }),
  'allow-privileged-role': flag({
    group: 'Applying',
    commandLineOnly: true,
    help: 'use a DHMC role with administrative rights; every managed instance can obtain them',
  }),
  'delete-role': flag({
    group: 'Applying',
    commandLineOnly: true,
    help: 'also delete the DHMC role if dhmc created it, nothing else is attached to it and no setting uses it',
  }),
  'assume-unused': list({
    group: 'Applying',
    metavar: 'region',
    parse: excludedRegion,
    split: 'comma',
    commandLineOnly: true,
    help: 'when deleting the role: treat it as unused in this region even though its setting cannot be read',
  }),
  concurrency: single({
    group: 'Applying',
    metavar: 'n',
    parse: wholeNumber(1, 1024, 'calls'),
    default: String(defaultConcurrency),
    help: 'AWS calls in flight; adapts down when throttled',
  }),
  'failure-tolerance': single({
    group: 'Applying',
    metavar: 'n|n%',
    parse: tolerance,
    default: 'no limit; with --waves 0',
    help: 'stop starting accounts once more than this many have failed or blocked targets',
  }),
  waves: list({
    group: 'Applying',
    metavar: 'steps',
    parse: wave,
    split: 'comma',
    validateAll: increasing,
    help: 'growing shares of the accounts that need changes, such as 1,10%,100%; asks before each further wave',
  }),
  'wave-first': list({
    group: 'Applying',
    metavar: 'account|ou',
    parse: text,
    split: 'whole',
    help: 'with --waves: accounts and organizational units that come first, by id, name or path',
  }),
  'save-plan': single({
    group: 'Applying',
    metavar: 'file',
    parse: file,
    writes: true,
    help: 'write the plan to a file, for review and `dhmc apply`',
  }),
  'dhmc-role': single({
    group: 'Applying',
    metavar: '[path/]name',
    parse: dhmcRole,
    default: defaultDhmcRole,
    help: 'the role that Systems Manager gives to instances',
  }),
  'permissions-boundary': single({
    group: 'Applying',
    metavar: '[path/]name',
    parse: policy,
    help: "a policy of each account (or an AWS policy's ARN) to set as permissions boundary on roles that dhmc creates",
  }),
  'role-tag': list({
    group: 'Applying',
    metavar: 'key=value',
    parse: newTag,
    split: 'pairs',
    validateAll: distinctTags(47), // and three of dhmc's own
    help: 'an additional tag for roles that dhmc creates',
  }),
  'state-dir': single({
    group: 'Applying',
    metavar: 'dir',
    parse: directory,
    default: "the platform's state directory for dhmc",
    help: 'directory of the journals',
  }),

  limit: single({
    group: 'Output',
    metavar: 'n',
    parse: wholeNumber(1, 1_000_000, 'runs'),
    default: 'all',
    help: 'list only the newest runs',
  }),

  all: flag({ group: 'Scope', help: 'check every account, not a sample' }),

  format: single({
    group: 'Policy',
    metavar: 'format',
    parse: oneOf(documentFormats),
    default: 'json; of a template yaml',
    help: 'of a policy: json or cloudformation (a template); of a template: yaml or json',
  }),
  trust: list({
    group: 'Policy',
    metavar: 'arn',
    parse: principalArn,
    split: 'comma',
    default: "with cloudformation, the stack's parameter CallerArn",
    help: 'who may assume the member role: a role, user, session or account',
  }),
  coverage: flag({
    group: 'Applying',
    help: 'also report how many running instances are unmanaged (more calls)',
  }),
  preflight: flag({
    group: 'Applying',
    help: 'with --dry-run: also check which changes AWS would deny (more calls)',
  }),
  'wave-coverage': single({
    group: 'Applying',
    metavar: 'min',
    parse: wholeNumber(1, 600, 'minutes'),
    help: 'with --waves: after each wave, wait up to this many minutes and show which instances have registered',
  }),
  stackset: flag({ group: 'Policy', help: 'also what dhmc stackset needs' }),
  'read-only': flag({ group: 'Policy', help: 'only what status, doctor and dry runs need' }),
  'with-overwrite': flag({
    group: 'Policy',
    help: 'also what --overwrite and its rollback need: naming other roles in settings',
  }),

  set: single({
    group: 'Template',
    metavar: 'name',
    parse: oneOf(stackSets),
    help: "role and setting: two stack sets (recommended); single: both in one; registered: with AWS's own role; automation: the setting by a runbook, for regions where CloudFormation has no type for it",
  }),
  out: single({
    group: 'Template',
    metavar: 'dir',
    parse: directory,
    writes: true,
    default: 'standard output',
    help: 'write the files into this directory',
  }),
  'on-delete': single({
    group: 'Template',
    metavar: 'what',
    parse: oneOf(deletions),
    default: 'retain',
    help: 'when a stack or resource is deleted: retain keeps role and settings, reset removes the role and resets the settings',
  }),
  from: single({
    group: 'Template',
    metavar: 'run|file',
    parse: runOrFile,
    notInFiles: 'it is for a single command. Give --from on the command line.',
    help: 'add import blocks for what a journaled run or a JSON report shows as enabled',
  }),

  output: single({
    group: 'Output',
    short: 'o',
    metavar: 'format',
    parse: oneOf(outputFormats),
    default: 'table',
    help: `the report on standard output: ${formats.join(', ')}`,
  }),
  'report-file': list({
    group: 'Output',
    metavar: 'path',
    parse: file,
    writes: true,
    split: 'single',
    help: 'also write the report to a file; its ending sets the format',
  }),
  only: single({
    group: 'Output',
    metavar: 'rows',
    parse: oneOf(rowFilters),
    default: 'all',
    help: `rows of the report to show: ${rowFilters.join(', ')}; the summary always counts all of them`,
  }),
  owner: list({
    group: 'Output',
    metavar: 'kind',
    parse: oneOf(ownerKinds),
    split: 'comma',
    help: `show only settings that belong to ${ownerKinds.join(', ')}; the summary always counts all rows`,
  }),
  'csv-bom': flag({
    group: 'Output',
    help: 'start CSV with a byte order mark, for spreadsheets',
  }),
  'instance-role': list({
    group: 'Advice',
    metavar: 'name',
    parse: bareRoleName,
    split: 'comma',
    help: 'show only the roles with this name, and everything about them',
  }),
  'application-only': list({
    group: 'Advice',
    metavar: 'action',
    parse: actionPattern,
    split: 'comma',
    help: 'rights, such as s3:*, that only applications use, never SSM Agent or the scripts it runs',
  }),
  'accept-stopped': flag({
    group: 'Advice',
    help: 'accept stopped instances, although their agents are unknown',
  }),
  emit: single({
    group: 'Advice',
    metavar: 'dir',
    parse: directory,
    writes: true,
    help: 'write the policies that replace the removed ones, as DIR/ACCOUNT/ROLE/POLICY.json',
  }),
  instances: single({
    group: 'Output',
    metavar: 'which',
    parse: oneOf(instanceChoices),
    default: 'unmanaged',
    help: `which instances table, Markdown and HTML list: ${instanceChoices.join(', ')}`,
  }),
  since: single({
    group: 'Output',
    metavar: 'run|file',
    parse: runOrFile,
    notInFiles: 'it is for a single command. Give --since on the command line.',
    help: 'also report what is new, gone or changed since a journaled run or an earlier JSON report',
  }),
  config: single({
    group: 'Output',
    metavar: 'file',
    parse: file,
    notInFiles: 'a configuration file cannot name another one.',
    default: 'dhmc.config.json, .yaml or .yml, if present',
    help: 'the configuration file; may set every option that is not limited to the command line',
  }),
  quiet: flag({
    group: 'Output',
    short: 'q',
    help: 'no progress, notes and next steps on standard error: only errors, warnings and prompts',
  }),
  verbose: flag({
    group: 'Output',
    help: 'log every AWS call on standard error, with its account, region, duration and result',
  }),
  'log-format': single({
    group: 'Output',
    metavar: 'format',
    parse: oneOf(logFormats),
    default: 'text',
    help: 'format of messages on standard error: text or json (one object per line; never prompts)',
  }),
  'no-color': flag({ group: 'Output', help: 'no color (same as NO_COLOR)' }),

  accounts: single({
    group: 'Sandbox',
    metavar: 'n',
    parse: wholeNumber(1, 100_000, 'accounts'),
    help: 'generate an organization of this size',
  }),
  seed: single({
    group: 'Sandbox',
    metavar: 'n',
    parse: wholeNumber(0, 999_999_999, 'the seed'),
    default: '1',
    help: 'seed of the generated organization',
  }),
  fleet: single({
    group: 'Sandbox',
    metavar: 'n',
    parse: wholeNumber(0, 10_000_000, 'instances'),
    default: '0',
    help: 'with --accounts: number of EC2 instances in total',
  }),
  world: single({
    group: 'Sandbox',
    metavar: 'file',
    parse: file,
    help: 'an organization described in JSON or YAML',
  }),
  latency: single({
    group: 'Sandbox',
    metavar: 'ms',
    parse: wholeNumber(0, 600_000, 'milliseconds'),
    default: '0',
    help: 'delay of each response',
  }),
  port: single({
    group: 'Sandbox',
    metavar: 'n',
    parse: wholeNumber(0, 65_535, 'the port'),
    default: 'any free port',
    help: 'port on 127.0.0.1',
  }),
  'print-world': flag({ group: 'Sandbox', help: 'print the organization as YAML and stop' }),
} satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof options;

type ValueOf<S> = S extends Flag
  ? boolean
  : S extends Single<infer T>
    ? T | undefined
    : S extends List<infer T>
      ? readonly T[] | undefined
      : never;

/** The value of every option; `undefined` (flags: `false`) if it was not given. */
export type OptionValues = { readonly [N in OptionName]: ValueOf<(typeof options)[N]> };

export const optionNames = Object.keys(options) as readonly OptionName[];

export const specOf = (name: OptionName): OptionSpec => options[name];

/** `DHMC_HOME_REGION` for `home-region`. */
export const variableOf = (name: OptionName): string =>
  `DHMC_${name.replaceAll('-', '_').toUpperCase()}`;
