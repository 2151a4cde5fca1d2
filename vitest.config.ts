import { defineConfig } from 'vitest/config';
import { bundledScriptsForTests } from './scripts/bundled-script.ts';

/** Tests of values: they start nothing, write no environment, and so share one process (`npm run test:fast`). */
const pure = ['test/{core,run,cli,scripts}/**/*.test.ts', 'test/render/*.test.ts'];
/** Tests with the same large client, which write no environment: they share one process too. */
const stackSets = ['test/sandbox/cloudformation/**/*.test.ts'];
/** Tests that run the built program, or commands against a sandbox; they build it first where sources changed. */
const program = ['test/e2e/**/*.test.ts', 'test/commands/**/*.test.ts', 'test/docs/**/*.test.ts'];

const plugins = [bundledScriptsForTests];

export default defineConfig({
  test: {
    projects: [
      {
        plugins,
        test: {
          name: 'pure',
          include: pure,
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins,
        test: {
          name: 'stack sets',
          include: stackSets,
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...pure, ...stackSets, ...program, 'test/slow/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins,
        test: {
          name: 'program',
          include: program,
          globalSetup: ['test/support/fresh-build.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
