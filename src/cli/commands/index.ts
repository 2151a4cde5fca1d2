/** All commands: name, options, operands, and where their code is. The code is loaded only when the command runs. */
import { doctorFormats, outputFormats, proofFormats } from '../../render/index.ts';
import { stackSetFormats } from '../../core/stack-sets/report.ts';
import { optionSets } from '../args/option-sets.ts';
import type { CommandSpec } from '../args/command.ts';

const statusCommand = {
  summary: 'report on every account and region; changes nothing',
  options: optionSets.status,
  load: async () => (await import('./status.ts')).status,
} satisfies Partial<CommandSpec>;

const coverageCommand = {
  summary: 'show which instances are managed, by which role, and why the others are not',
  details:
    'Changes nothing. Reads the instances, instance profiles and managed nodes of every account and region in scope.',
  options: optionSets.coverage,
  formats: outputFormats,
  variants: {
    check: { help: 'exit with 2 if a running instance is unmanaged or unknown' },
    only: {
      help: 'instances to show: problems (running, and unmanaged or unknown), changes (with --since), all; the summary always counts all of them',
    },
    since: {
      metavar: 'file',
      isFile: true,
      help: 'also report what changed since an earlier report of dhmc coverage (JSON or NDJSON)',
    },
  },
  load: async () => (await import('./coverage.ts')).coverage,
} satisfies Partial<CommandSpec>;

const configCommand = {
  options: optionSets['config show'],
  formats: ['table', 'json'],
  load: async () => (await import('./config.ts')).showConfig,
} satisfies Partial<CommandSpec>;

const rollbackCommand = {
  summary: 'restore exactly what a run changed',
  details:
    'RUN is the id of a run that `dhmc runs` lists, `latest`, or a journal file. Without it, the newest run that is not a rollback and is not completely rolled back. What someone else has changed since is left alone. Scope options select a part of the run.',
  operands: { usage: '[run]', most: 1, takes: 'runs' },
  options: optionSets.rollback,
  commandLineScope: 'all',
  load: async () => (await import('./rollback.ts')).rollback,
} satisfies Partial<CommandSpec>;

export const commands: readonly CommandSpec[] = [
  {
    name: 'enable',
    summary: 'turn DHMC on in scope: plan, confirm, apply, verify, report',
    details:
      'Turns DHMC on in every account and region in scope, creating or repairing the role where needed. Without --yes it asks before it changes anything.',
    options: optionSets.enable,
    load: async () => (await import('./enable.ts')).enable,
  },
  { name: 'status', ...statusCommand, subcommands: [{ name: 'report', ...statusCommand }] },
  {
    name: 'coverage',
    ...coverageCommand,
    subcommands: [{ name: 'report', ...coverageCommand }],
  },
  {
    name: 'advise',
    summary:
      'show which SSM rights you can remove from the roles of instance profiles, which not yet, and why',
    details:
      'Changes nothing. Reads every enabled region of each account, because a role can be used in all of them; --region only selects which roles are shown.',
    options: optionSets.advise,
    formats: outputFormats,
    variants: {
      region: { help: 'show only roles that have an instance in this region', default: null },
      'exclude-region': { help: 'hide roles whose instances are all in this region' },
      check: { help: 'exit with 2 if a role is safe: its SSM rights can be removed now' },
      instances: {
        help: 'how many instances table, Markdown and HTML list for each reason: all, unmanaged (the first few), none',
      },
      only: {
        help: 'roles to show: problems (not-yet and unknown), changes (with --since), all; the summary always counts all of them',
      },
      since: {
        metavar: 'file',
        isFile: true,
        help: 'also report which verdicts changed since an earlier report of dhmc advise (JSON or NDJSON)',
      },
    },
    load: async () => (await import('./advise.ts')).advise,
  },
  {
    name: 'disable',
    summary: 'reset every setting in scope that names the DHMC role: plan, confirm, apply, report',
    options: optionSets.disable,
    variants: {
      overwrite: {
        metavar: 'stackset',
        choices: ['stackset'],
        help: 'also reset settings that belong to a stack set',
      },
    },
    commandLineScope: 'selectors',
    load: async () => (await import('./disable.ts')).disable,
    subcommands: [{ name: 'rollback', ...rollbackCommand }],
  },
  {
    name: 'rollback',
    ...rollbackCommand,
    details: `Another name of \`dhmc disable rollback\`. ${rollbackCommand.details}`,
  },
  {
    name: 'apply',
    summary: 'apply a saved plan exactly; anything that changed since is left alone',
    details: 'PLAN is a file written by --save-plan. No account or region is added.',
    operands: { usage: '<plan>', most: 1, takes: 'files' },
    options: optionSets.apply,
    load: async () => (await import('./apply.ts')).apply,
  },
  {
    name: 'resume',
    summary: 'finish an interrupted run, or retry what failed',
    details:
      'Reads the live state again and continues with the targets of the confirmed plan and the options of the run. RUN is the id of a run, `latest`, or a journal file; without it, the newest run that is unfinished and was not rolled back. --exclude-account and --exclude-region leave out parts of the run.',
    operands: { usage: '[run]', most: 1, takes: 'runs' },
    options: optionSets.resume,
    load: async () => (await import('./resume.ts')).resume,
  },
  {
    name: 'runs',
    summary: 'list the journaled runs',
    options: optionSets.runs,
    formats: ['table', 'json'],
    load: async () => (await import('./runs.ts')).listRuns,
    subcommands: [
      {
        name: 'list',
        summary: 'list runs: time, caller, action, counts',
        options: optionSets.runs,
        formats: ['table', 'json'],
        load: async () => (await import('./runs.ts')).listRuns,
      },
      {
        name: 'show',
        summary: 'print the report of a run from its journal',
        details: 'RUN is the id of a run, `latest` for the newest, or a journal file.',
        operands: { usage: '<run>', most: 1, takes: 'runs' },
        options: optionSets['runs show'],
        load: async () => (await import('./runs.ts')).showRun,
      },
    ],
  },
  {
    name: 'doctor',
    summary:
      'preflight check: credentials, organization access, roles, permissions, regions; each finding with its fix',
    details:
      'Changes nothing. Checks a sample of the accounts in scope, spread over its units, or all of them with --all. Exits with 2 if there are only warnings.',
    options: optionSets.doctor,
    formats: doctorFormats,
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'prove',
    summary:
      'try the whole cycle on one cell, restore it, and report where AWS differs from what dhmc expects',
    details:
      "The cell must be at AWS's default. dhmc creates a role for the proof and deletes it again; it never touches an existing DHMC role.",
    options: optionSets.prove,
    formats: proofFormats,
    variants: {
      account: { help: 'the account of the cell', once: true },
      region: { help: 'the region of the cell', once: true, default: null },
    },
    commandLineScope: 'selectors',
    load: async () => (await import('./prove.ts')).prove,
  },
  {
    name: 'policy',
    summary:
      'print the minimal IAM policy dhmc needs, for the caller or for the role in member accounts',
    details:
      'Needs no credentials. By default it prints the policy of the caller; with --format cloudformation the template of the member role.',
    operands: { usage: '[caller|member]', most: 1, takes: ['caller', 'member'] },
    options: optionSets.policy,
    variants: {
      format: {
        choices: ['json', 'cloudformation'],
        help: 'json, or cloudformation: a template for a StackSet (the member role) or a stack (the caller)',
        default: 'json',
      },
      coverage: { help: 'also what dhmc coverage and dhmc advise need' },
    },
    formats: ['json'],
    load: async () => (await import('./policy.ts')).policy,
  },
  {
    name: 'template',
    summary: 'print what StackSets or Terraform need to keep DHMC on in new accounts',
    options: [],
    load: async () => (await import('./template.ts')).template,
    subcommands: [
      {
        name: 'cloudformation',
        summary: 'print the template of a stack set, as YAML or JSON',
        details:
          'Calls AWS only if --org or --ou selects the targets. Without --set, --out DIR writes role and setting.',
        options: optionSets['template cloudformation'],
        variants: {
          format: {
            group: 'Template',
            choices: ['yaml', 'json'],
            help: 'yaml or json',
            default: 'yaml',
          },
        },
        commandLineScope: 'selectors',
        load: async () => (await import('./template.ts')).cloudFormationTemplate,
      },
      {
        name: 'terraform',
        summary: 'print Terraform for one account, for the stack sets, or to import what exists',
        details:
          'From options alone: one account. With --org or --ou: the stack sets, for the management account. With --from: import blocks, for one account or, with --out, a folder for each account of the report.',
        options: optionSets['template terraform'],
        commandLineScope: 'selectors',
        load: async () => (await import('./template.ts')).terraformTemplate,
      },
    ],
  },
  {
    name: 'stackset',
    summary: 'use CloudFormation StackSets to turn DHMC on in new accounts',
    options: [],
    load: async () => (await import('./stackset.ts')).stackSet,
    subcommands: [
      {
        name: 'deploy',
        summary:
          'deploy stack sets that cover new accounts and, with --take-over, what dhmc enabled',
        details:
          'Needs the management account or a delegated administrator for StackSets. Shows every call and asks before it changes anything. --org or --ou selects whose new accounts are covered. To continue after an interruption, run the same command again.',
        options: optionSets['stackset deploy'],
        variants: {
          region: {
            default: 'the regions that every account has from the start',
          },
          'failure-tolerance': {
            help: 'accounts per region that may fail before CloudFormation stops an operation',
            default: '0; in the last wave 10%; when outdated instances are tried again 100%',
          },
        },
        formats: stackSetFormats,
        commandLineScope: 'selectors',
        load: async () => (await import('./stackset.ts')).deployStackSets,
      },
      {
        name: 'status',
        summary: 'compare what the stack sets say with the settings themselves; changes nothing',
        options: optionSets['stackset status'],
        variants: {
          check: { help: 'exit with 2 if a setting that the stack sets cover is not in place' },
        },
        formats: stackSetFormats,
        load: async () => (await import('./stackset.ts')).stackSetStatus,
      },
      {
        name: 'remove',
        summary: 'delete the stack sets; roles and settings stay, and belong to dhmc again',
        details:
          'Checks that every deployed template keeps role and setting before it deletes anything. With --reset, it resets the settings first and then deletes the roles that the stack sets created.',
        options: optionSets['stackset remove'],
        variants: {
          'failure-tolerance': {
            help: 'accounts per region that may fail before CloudFormation stops an operation',
            default: '0',
          },
        },
        formats: stackSetFormats,
        load: async () => (await import('./stackset.ts')).removeStackSets,
      },
    ],
  },
  {
    name: 'config',
    summary: 'show the configuration',
    ...configCommand,
    subcommands: [
      {
        name: 'show',
        summary: "show every option's effective value and its source",
        ...configCommand,
      },
      {
        name: 'init',
        summary: 'print a commented configuration file with the options given',
        details:
          'Options given on the command line are set in it; all others are commented out. Redirect the output to dhmc.config.yaml in the directory where you run dhmc.',
        options: optionSets['config init'],
        formats: outputFormats,
        load: async () => (await import('./config.ts')).initConfig,
      },
    ],
  },
  {
    name: 'completion',
    summary: 'print a completion script for a shell',
    details:
      'Prints a script. For bash: source <(dhmc completion bash) in ~/.bashrc. For zsh: the same in ~/.zshrc after compinit, or a file _dhmc in $fpath. For fish: dhmc completion fish > ~/.config/fish/completions/dhmc.fish.',
    operands: { usage: '<bash|zsh|fish>', most: 1, takes: ['bash', 'zsh', 'fish'] },
    options: [],
    load: async () => (await import('./completion.ts')).completion,
  },
  {
    name: 'complete',
    summary: 'list completions for the end of a line; used by the completion scripts',
    hidden: true,
    operands: { usage: '<shell>', most: 1, takes: [] },
    options: [],
    runsCommands: true,
    load: async () => (await import('./complete.ts')).completeFrom(commands),
  },
  {
    name: 'sandbox',
    summary: 'run a simulated organization on 127.0.0.1, or one command against it',
    options: optionSets.sandbox,
    runsCommands: true,
    load: async () => (await import('./sandbox.ts')).sandbox,
  },
  {
    name: 'demo',
    summary: 'run the demo on a simulated organization: plan, enable, report, roll back',
    options: optionSets.demo,
    load: async () => (await import('./demo.ts')).demo,
  },
];
