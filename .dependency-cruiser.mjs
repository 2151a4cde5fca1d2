/** Who may import whom, each rule with its reason. */
export default {
  forbidden: [
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
      to: { path: '^src/', pathNot: '^src/(aws|core)/|^src/run/cloud\\.ts$' },
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
