/** The example command lines in help and in the manual page. A test parses each of them. */

export interface Example {
  readonly line: string;
  readonly about: string;
}

const example = (line: string, about: string): Example => ({ line, about });

export const rootExamples: readonly Example[] = [
  example('dhmc enable --org --dry-run', 'what a rollout would change'),
  example('dhmc sandbox -- dhmc status', 'try it on a simulated organization'),
];

/** By the full name of the command. */
const examples: Readonly<Record<string, readonly Example[]>> = {
  enable: [
    example('dhmc enable --org --dry-run', 'show the plan, change nothing'),
    example('dhmc enable --ou Workloads/Dev', 'plan, ask, apply'),
    example('dhmc enable --org --waves 1,10%,100% --yes', 'one account first, then the rest'),
  ],
  status: [
    example('dhmc status', 'the whole organization'),
    example('dhmc status --check -o json', 'for CI: exits with 2 if anything differs'),
  ],
  'status report': [example('dhmc status report --ou Workloads', 'one organizational unit')],
  coverage: [
    example('dhmc coverage --ou Workloads', 'the instances that are not managed'),
    example('dhmc coverage -o csv --instances all', 'every instance, for a spreadsheet'),
  ],
  'coverage report': [
    example('dhmc coverage report --check', 'exits with 2 if an instance is not managed'),
  ],
  advise: [
    example('dhmc advise --ou Workloads', 'the roles, and what holds them back'),
    example('dhmc advise --instance-role AppServer', 'everything about one role'),
    example(
      'dhmc advise --application-only ssm:GetParameter* --emit policies',
      'only applications read parameters; write the replacement policies',
    ),
  ],
  disable: [
    example('dhmc disable --account 111122223333 --dry-run', 'show the plan, change nothing'),
    example('dhmc disable --ou Sandbox --delete-role', 'also delete the roles that dhmc created'),
  ],
  'disable rollback': [
    example('dhmc disable rollback --dry-run', 'what undoing the newest run would change'),
    example('dhmc disable rollback 20261122-143015-k3x9ab', 'undo this run'),
  ],
  rollback: [
    example('dhmc rollback --dry-run', 'what undoing the newest run would change'),
    example('dhmc rollback 20261122-143015-k3x9ab', 'undo this run'),
    example('dhmc rollback latest --region eu-west-1', 'undo part of the newest run'),
  ],
  apply: [
    example('dhmc enable --org --dry-run --save-plan plan.json', 'make the plan'),
    example('dhmc apply plan.json', 'apply exactly that plan'),
  ],
  resume: [
    example('dhmc resume', 'continue the newest unfinished run'),
    example('dhmc resume latest --failure-tolerance 5%', 'the newest run, with a tolerance'),
  ],
  runs: [example('dhmc runs', 'all runs, the newest first')],
  'runs list': [example('dhmc runs list -o json', 'all runs, for scripts')],
  'runs show': [
    example('dhmc runs show latest', 'the report of the newest run'),
    example('dhmc runs show latest --only problems', 'what went wrong in it'),
  ],
  doctor: [
    example('dhmc doctor', 'a few accounts, spread over the organization'),
    example('dhmc doctor --ou Workloads --all', 'every account of the unit'),
  ],
  prove: [
    example('dhmc prove --account 111122223333 --region eu-west-1', 'try it on this cell'),
    example(
      'dhmc prove --account 111122223333 --region eu-west-1 --yes --anonymous --report-file proof.json',
      'a proof to attach to an issue',
    ),
  ],
  policy: [
    example('dhmc policy caller', 'what the caller needs'),
    example('dhmc policy member --format cloudformation', 'the role of the member accounts'),
  ],
  template: [example('dhmc template cloudformation --out templates', 'two templates, as files')],
  'template cloudformation': [
    example('dhmc template cloudformation --set role', 'the stack set with the role'),
    example('dhmc template cloudformation --out templates', 'role and setting, as files'),
  ],
  'template terraform': [
    example('dhmc template terraform', 'one account'),
    example('dhmc template terraform --org --out terraform', 'the stack sets'),
  ],
  stackset: [example('dhmc stackset status', 'compare the stack sets with the settings')],
  'stackset deploy': [
    example('dhmc stackset deploy --org --pilot 111122223333 --dry-run', 'show the plan'),
    example('dhmc stackset deploy --org --pilot 111122223333', 'cover new accounts'),
    example('dhmc stackset deploy --ou Workloads --take-over', 'also transfer what dhmc enabled'),
  ],
  'stackset status': [
    example('dhmc stackset status --drift --check', 'exits with 2 if anything differs'),
  ],
  'stackset remove': [
    example('dhmc stackset remove --dry-run', 'show what would be deleted'),
    example('dhmc stackset remove', 'delete the stack sets, keep roles and settings'),
  ],
  config: [example('dhmc config show', 'what is set, and where it came from')],
  'config show': [example('dhmc config show -o json', 'for scripts')],
  'config init': [
    example('dhmc config init > dhmc.config.yaml', 'every option, commented out'),
    example(
      'dhmc config init --ou Workloads --region eu-west-1 > dhmc.config.yaml',
      'with these options set',
    ),
  ],
  completion: [
    example('source <(dhmc completion bash)', 'in ~/.bashrc'),
    example('dhmc completion fish > ~/.config/fish/completions/dhmc.fish', 'once'),
  ],
  sandbox: [
    example('dhmc sandbox', 'serve the simulated organization until Ctrl-C'),
    example('dhmc sandbox -- dhmc enable --org --dry-run', 'run one command on it'),
  ],
  demo: [example('dhmc demo', 'plan, enable, report and roll back; no call leaves this machine')],
};

/** Empty if the command has none. */
export const examplesOf = (command: string): readonly Example[] => examples[command] ?? [];

const widestLine = 50;

/** `Examples:` and one line for each, or two lines each if one is too long; empty without examples. */
export function describeExamples(list: readonly Example[]): string {
  if (list.length === 0) return '';
  const width = Math.max(
    ...list.map(({ line }) => (line.length <= widestLine ? line.length : 0)),
    20,
  );
  const lines = list.map(({ line, about }) =>
    line.length <= width ? `  ${line.padEnd(width)}  ${about}` : `  ${line}\n      ${about}`,
  );
  return ['Examples:', ...lines, ''].join('\n');
}
