/** Every command: what it is called, what it takes, and where its code is. The code is loaded only when it runs. */
import { outputFormats } from '../../render/index.ts';
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
    'Changes nothing. Reads the instances, profiles and managed nodes of every account and region. --since FILE.json compares with an earlier coverage report.',
  options: optionSets.coverage,
  formats: outputFormats,
  optionHelp: {
    check: { help: 'exit with 2 if a running instance is not managed, or is unknown' },
    only: {
      help: 'instances to write: problems (running and not managed, or unknown), changes (with --since), all; the summary always counts all of them',
    },
    since: { help: 'also report what changed since an earlier coverage report, a file' },
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
    summary: 'show which SSM rights can leave the roles of instance profiles, and which not yet',
    details:
      'Changes nothing. Reads every enabled region of each account, since a role counts in all of them; --region chooses whose roles are shown. With --check it exits with 2 if a role is safe.',
    options: optionSets.advise,
    formats: outputFormats,
    optionHelp: {
      region: { help: 'a region: only roles with an instance there are shown' },
      'exclude-region': { help: 'show no role whose instances are all in this region' },
      check: { help: 'exit with 2 if the rights of a role can leave now' },
      instances: {
        help: 'how many instances table and Markdown list: all, some (unmanaged), none',
      },
      only: {
        help: 'roles to show: problems (not-yet and unknown), changes (with --since), all; the summary always counts all of them',
      },
      since: { help: 'also report whose verdict changed since an earlier JSON report of advise' },
    },
    load: async () => (await import('./advise.ts')).advise,
  },
  {
    name: 'disable',
    summary: 'reset every setting in scope that names the DHMC role: plan, confirm, apply, report',
    options: optionSets.disable,
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
    formats: ['table', 'json'],
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'prove',
    summary:
      'try the whole cycle on one cell, restore it, and report where AWS behaves differently',
    details:
      "Needs a cell at AWS's default. Uses its own role, so an existing DHMC role is never touched. Exits with 2 if anything differs.",
    options: optionSets.prove,
    formats: ['table', 'json', 'markdown', 'csv'],
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
    optionHelp: {
      format: {
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
        optionHelp: { format: { help: 'yaml or json', default: 'yaml' } },
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
    summary: 'let CloudFormation StackSets keep DHMC on in new accounts; follow and remove them',
    options: [],
    load: async () => (await import('./stackset.ts')).stackSet,
    subcommands: [
      {
        name: 'deploy',
        summary: 'deploy the stack sets for new accounts, or transfer what dhmc enabled to them',
        details:
          'For the management account or a delegated administrator. Shows every call first, and asks. --org or --ou selects whose new accounts are covered. Run again, it continues where it stopped.',
        options: optionSets['stackset deploy'],
        optionHelp: {
          'failure-tolerance': {
            help: 'accounts per region in which an operation may fail before CloudFormation stops it',
            default: '0; of the last wave 10%, of another try 100%',
          },
        },
        formats: stackSetFormats,
        commandLineScope: 'selectors',
        load: async () => (await import('./stackset.ts')).deployStackSets,
      },
      {
        name: 'status',
        summary: 'show what the stack sets cover, held against the cells themselves',
        details: 'Changes nothing.',
        options: optionSets['stackset status'],
        formats: stackSetFormats,
        load: async () => (await import('./stackset.ts')).stackSetStatus,
      },
      {
        name: 'remove',
        summary: "delete the stack sets; roles and settings stay, and are dhmc's again",
        details:
          'Proves that every deployed template retains role and setting before anything is deleted. With --reset, resets the settings first and then removes the roles that the stack sets made.',
        options: optionSets['stackset remove'],
        optionHelp: {
          'failure-tolerance': {
            help: 'accounts per region in which an operation may fail before CloudFormation stops it',
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
