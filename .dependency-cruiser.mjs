/**
 * A folder may import itself and the lower folders that it lists. Files beside the folders connect them and are not
 * restricted.
 */
const room = (path, below, comment) => {
  const [part, name] = path.split('/');
  return {
    name: `${part}-${name}-imports-what-is-below`,
    severity: 'error',
    comment,
    from: { path: `^src/${path}/` },
    to: { path: `^src/${part}/[^/]+/`, pathNot: `^src/${part}/(${[name, ...below].join('|')})/` },
  };
};

/** Who may import whom, with the reason for each rule. */
export default {
  forbidden: [
    room('core/model', [], 'The shared types and values, without rules.'),
    room(
      'core/iam',
      ['model'],
      'Policy documents and names are judged in the same way for every planner and report.',
    ),
    room('core/problems', ['model', 'iam'], 'A reason does not depend on where it occurs.'),
    room(
      'core/owners',
      ['model', 'iam', 'problems'],
      'The owner of a setting follows from evidence, not from plans.',
    ),
    room(
      'core/record',
      ['model', 'iam', 'problems', 'owners'],
      'A record of what happened cannot depend on what is planned next.',
    ),
    room(
      'core/planning',
      ['model', 'iam', 'problems', 'owners', 'record'],
      'Plans follow from readings and records, never from output or checks.',
    ),
    room(
      'core/replanning',
      ['model', 'iam', 'problems', 'owners', 'record', 'planning'],
      'A plan from a record compares it with readings; the planners do not know records.',
    ),
    room(
      'core/validation',
      ['model', 'iam', 'problems', 'record', 'planning'],
      'What a file may contain follows from what the planners can plan.',
    ),
    room(
      'core/stack-sets',
      ['model', 'iam', 'problems', 'record', 'templates'],
      'What to hand over follows from readings and records, never from output.',
    ),
    room(
      'core/applying',
      ['model', 'iam', 'problems'],
      'Applying a change does not depend on who planned it, or why.',
    ),
    room(
      'core/advice',
      ['model', 'iam', 'problems', 'coverage'],
      'Advice follows from the readings of coverage and from policy documents; it plans and writes nothing.',
    ),
    room(
      'cli/terminal',
      [],
      'The terminal shows lines, and does not know options, sessions or runs.',
    ),
    room(
      'cli/args',
      ['terminal'],
      'The command line is parsed before connecting, so every usage error comes before the first call.',
    ),
    room(
      'cli/completion',
      ['args'],
      'Suggestions come from the tables of options and commands, without a connection.',
    ),
    room(
      'cli/session',
      ['args', 'terminal'],
      'A session is opened from values, and does not know what it is used for.',
    ),
    room(
      'cli/runs',
      ['args', 'session', 'terminal'],
      'Selecting a run reads journals, and applies nothing.',
    ),
    room(
      'cli/rollout',
      ['args', 'session', 'terminal', 'runs'],
      'Confirm, apply and report are the same for every command that writes.',
    ),
    room(
      'aws/environment',
      [],
      'Settings of the user are read and checked before any client is created or called.',
    ),
    room('aws/sdk', [], 'Each client is a chunk of its own, loaded at its first call.'),
    room(
      'aws/permissions',
      ['sdk'],
      'The rights that each call needs are a table, independent of the caller.',
    ),
    room(
      'aws/http',
      ['environment', 'permissions', 'sdk'],
      'Requests are signed, paced and retried without knowing what they mean.',
    ),
    room(
      'aws/responses',
      ['environment', 'http', 'permissions'],
      'Responses are validated and errors become problems here, once for all services.',
    ),
    room(
      'aws/credentials',
      ['environment', 'http', 'responses', 'sdk'],
      "The caller's credentials are loaded over the same network as every call; their identity is not known here.",
    ),
    room(
      'aws/accounts',
      ['credentials', 'environment', 'http', 'permissions', 'responses', 'sdk'],
      'Accounts are entered and read here, but not listed.',
    ),
    room(
      'aws/organization',
      ['accounts', 'http', 'permissions', 'responses', 'sdk'],
      'The organization lists the accounts, and enters none of them.',
    ),
    room(
      'aws/stack-sets',
      ['accounts', 'http', 'permissions', 'responses', 'sdk'],
      'CloudFormation is called for the organization, by the caller; it enters no account.',
    ),
    {
      name: 'core-stands-alone',
      severity: 'error',
      comment:
        'The core only decides. Its input is values, so that every decision can be tested with a table: no Node, no packages, no other part of src.',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/' },
    },
    {
      name: 'run-knows-the-port-only',
      severity: 'error',
      comment:
        'The engine uses the cloud through src/run/cloud.ts and the journal through record(event), so that tests can run it in memory.',
      from: { path: '^src/run/' },
      to: { path: '^src/', pathNot: '^src/(run|core)/' },
    },
    {
      name: 'aws-implements-the-port',
      severity: 'error',
      comment: 'The adapter knows the core and the ports that it implements, but not its users.',
      from: { path: '^src/aws/' },
      to: {
        path: '^src/',
        pathNot: '^src/(aws|core)/|^src/run/(cloud|proof-access|stack-sets-access)\\.ts$',
      },
    },
    {
      name: 'journal-and-render-know-the-core',
      severity: 'error',
      comment:
        'The journal stores events and the renderers show reports; both are values of the core.',
      from: { path: '^src/(journal|render)/' },
      to: { path: '^src/', pathNot: '^src/(core|$1)/' },
    },
    {
      name: 'sandbox-shares-nothing',
      severity: 'error',
      comment:
        'An emulator that shared code with the product would share its mistakes. They are connected only by a URL.',
      from: { path: '^src/sandbox/' },
      to: { path: '^src/', pathNot: '^src/sandbox/' },
    },
    {
      name: 'cli-is-the-top',
      severity: 'error',
      comment: 'The command line connects the parts; no part may depend on it.',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'sdk-behind-the-adapter',
      severity: 'error',
      comment:
        'SDK errors become problems only in src/aws; importing the SDK elsewhere would bypass that.',
      from: { path: '^(src|bin)/', pathNot: '^src/aws/' },
      to: { path: 'node_modules/(@aws-sdk|@smithy)/' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      comment: 'Code for tests stays in tests; the product has no branch for them.',
      from: { path: '^(src|bin|scripts)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-copyleft-in-the-product',
      severity: 'error',
      comment:
        '@cloud-copilot/iam-simulate is AGPL-3.0: it checks the evaluator in tests and must not ship.',
      from: { path: '^(src|bin|scripts)/' },
      to: { path: 'node_modules/@cloud-copilot/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Two files that import each other should be one file, or need a third one.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'An import must resolve to a file.',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?bundled$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['\\?bundled$', '^dist/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      mainFields: ['module', 'main'],
    },
  },
};
