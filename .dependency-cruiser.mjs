/** A room may import itself and the rooms below it that it names. Files beside the rooms wire them and are free. */
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

/** Who may import whom, each rule with its reason. */
export default {
  forbidden: [
    room(
      'core/model',
      [],
      'The words that everything else is said in: types and values, no rules.',
    ),
    room(
      'core/iam',
      ['model'],
      'Documents and names are judged alike for every planner and report.',
    ),
    room('core/problems', ['model', 'iam'], 'A reason is the same whoever meets it.'),
    room(
      'core/owners',
      ['model', 'iam', 'problems'],
      'Whose a setting is follows from evidence, whatever is planned.',
    ),
    room(
      'core/record',
      ['model', 'iam', 'problems', 'owners'],
      'What happened is a fact; it cannot depend on what is planned next.',
    ),
    room(
      'core/planning',
      ['model', 'iam', 'problems', 'owners', 'record'],
      'Plans follow from readings and records, never from a screen or a check.',
    ),
    room(
      'core/replanning',
      ['model', 'iam', 'problems', 'owners', 'record', 'planning'],
      'A plan from a record holds the record against readings; the planners know of no record.',
    ),
    room(
      'core/validation',
      ['model', 'iam', 'problems', 'record', 'planning'],
      'What a file from the disk may say follows from what the planners can plan.',
    ),
    room(
      'core/stack-sets',
      ['model', 'iam', 'problems', 'record', 'templates'],
      'What is to be handed over follows from readings and records, never from a screen.',
    ),
    room(
      'core/applying',
      ['model', 'iam', 'problems'],
      'How a change is carried out is the same whatever was planned, and why.',
    ),
    room(
      'core/advice',
      ['model', 'iam', 'problems', 'coverage'],
      'Advice follows from what coverage read and from documents; it plans and writes nothing.',
    ),
    room('cli/terminal', [], 'The terminal shows lines. It knows no option, session or run.'),
    room(
      'cli/args',
      ['terminal'],
      'Words become values before anything is connected, so every usage error comes before the first call.',
    ),
    room(
      'cli/completion',
      ['args'],
      'Suggestions come from the tables of options and commands; nothing is connected.',
    ),
    room(
      'cli/session',
      ['args', 'terminal'],
      'A session is opened from values. It does not know what it is used for.',
    ),
    room(
      'cli/runs',
      ['args', 'session', 'terminal'],
      'Choosing a run reads journals; it applies nothing.',
    ),
    room(
      'cli/rollout',
      ['args', 'session', 'terminal', 'runs'],
      'Confirm, apply and report are the same for every command that writes.',
    ),
    room(
      'aws/environment',
      [],
      'What the user set is read and checked before anything is made or called.',
    ),
    room('aws/sdk', [], 'Each client is a chunk of its own, loaded by whoever calls it first.'),
    room(
      'aws/permissions',
      ['sdk'],
      'Which rights a call needs is a table, whoever makes the call.',
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
      "The caller's credentials come over the same network as every call; whose they are is not known here.",
    ),
    room(
      'aws/accounts',
      ['credentials', 'environment', 'http', 'permissions', 'responses', 'sdk'],
      'An account is entered and read; which accounts there are is not known here.',
    ),
    room(
      'aws/organization',
      ['accounts', 'http', 'permissions', 'responses', 'sdk'],
      'The organization names the accounts; it enters none of them.',
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
        'The core decides. What it needs comes in as values, so that every decision is a table in a test: no Node, no package, no other part.',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/' },
    },
    {
      name: 'run-knows-the-port-only',
      severity: 'error',
      comment:
        'The engine sees the cloud through src/run/cloud.ts and the journal through record(event), so that it runs in memory in tests.',
      from: { path: '^src/run/' },
      to: { path: '^src/', pathNot: '^src/(run|core)/' },
    },
    {
      name: 'aws-implements-the-port',
      severity: 'error',
      comment:
        'The adapter knows the core and the port that it implements, and nothing of who uses it.',
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
        'The journal keeps events and the renderers show reports: values of the core, wherever they came from.',
      from: { path: '^src/(journal|render)/' },
      to: { path: '^src/', pathNot: '^src/(core|$1)/' },
    },
    {
      name: 'sandbox-shares-nothing',
      severity: 'error',
      comment:
        'An emulator that shared code with the product would share its mistakes. The only joint is a URL.',
      from: { path: '^src/sandbox/' },
      to: { path: '^src/', pathNot: '^src/sandbox/' },
    },
    {
      name: 'cli-is-the-top',
      severity: 'error',
      comment: 'The command line wires the parts together; no part knows of it.',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'sdk-behind-the-adapter',
      severity: 'error',
      comment:
        'SDK errors become problems in src/aws and nowhere else; whoever imports the SDK elsewhere goes round that.',
      from: { path: '^(src|bin)/', pathNot: '^src/aws/' },
      to: { path: 'node_modules/(@aws-sdk|@smithy)/' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      comment: 'What tests need stays in tests: there is no branch for them in the product.',
      from: { path: '^(src|bin|scripts)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-copyleft-in-the-product',
      severity: 'error',
      comment:
        '@cloud-copilot/iam-simulate is AGPL-3.0: it checks our evaluator in tests and must not ship.',
      from: { path: '^(src|bin|scripts)/' },
      to: { path: 'node_modules/@cloud-copilot/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Two files that need each other are one file, or miss a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'An import that leads nowhere.',
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
