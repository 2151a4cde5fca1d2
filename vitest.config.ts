import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { bundledScripts } from './scripts/bundled-script.ts';
import { LongestFirst } from './test/support/longest-first.ts';

/** Tests of values: they start no process and do not write to the environment (`npm run test:fast`). */
const pure = ['test/{core,run,cli,scripts}/**/*.test.ts', 'test/render/*.test.ts'];
/** Tests that run the built program, or commands against a sandbox. They build the program first if sources changed. */
const program = ['test/e2e/**/*.test.ts', 'test/commands/**/*.test.ts', 'test/docs/**/*.test.ts'];

const plugins = [bundledScripts];

/**
 * The files of a project share a few processes and run one after another in each, so that modules are not loaded again
 * for each file. Environment variables that a file sets are reset when it ends.
 */
const shared = {
  isolate: false,
  setupFiles: ['test/support/own-environment.ts'],
  // No test asserts a time, and the machine may be busy: a test that takes longer than this hangs.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 120_000 } },
};

export default defineConfig({
  test: {
    // One more than there are cores, because many tests wait for processes and retries. Vitest's default is one less,
    // which is half of a machine with two cores.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        plugins,
        test: {
          ...shared,
          name: 'program',
          include: program,
          globalSetup: ['test/support/fresh-build.ts'],
        },
      },
      {
        plugins,
        test: {
          ...shared,
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...pure, ...program, 'test/slow/**'],
        },
      },
      {
        plugins,
        test: { ...shared, name: 'pure', include: pure },
      },
    ],
  },
});
