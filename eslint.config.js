import { defineConfig, globalIgnores } from 'eslint/config';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const deepChoice = {
  selector: 'ConditionalExpression > ConditionalExpression > ConditionalExpression',
  message: 'Three conditions in one expression: return early, look up in a table, or name a part.',
};

export default defineConfig(
  globalIgnores(['dist/', 'dist-*/', 'coverage/', 'bin/', '*.js', '.*.mjs']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // A floating promise here could lose a line of the journal.
      '@typescript-eslint/no-floating-promises': 'error',
      // Returning a promise without `await` from a scope with `using` would dispose of the resource too early.
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      // Functions before classes: dhmc's objects do not use `this`.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', deepChoice],
    },
  },
  {
    // These expressions run on untrusted text, so none may take more than linear time.
    files: ['src/**/*.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false }],
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      // The core only decides: no await, clock, randomness or process. Its functions can be tested with tables.
      'no-restricted-syntax': [
        'error',
        deepChoice,
        { selector: 'AwaitExpression', message: 'The core must not wait.' },
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'The core must not read the clock.',
        },
        {
          selector: 'MemberExpression[object.name="Date"][property.name="now"]',
          message: 'The core must not read the clock.',
        },
        {
          selector: 'MemberExpression[object.name="Math"][property.name="random"]',
          message: 'The core must not use random numbers.',
        },
      ],
      'no-restricted-globals': [
        'error',
        'process',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'fetch',
        'console',
        'performance',
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['it', 'test', 'describe'], package: 'vitest' },
          ],
        },
      ],
    },
  },
);
