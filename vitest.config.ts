import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { bundledScripts } from './scripts/bundled-script.ts';
import { LongestFirst } from './test/support/longest-first.ts';

/** Tests of values: they start nothing and write no environment (`npm run test:fast`). */
const pure = ['test/{core,run,cli,scripts}/**/*.test.ts', 'test/render/*.test.ts'];
/** Tests that run the built program, or commands against a sandbox; they build it first where sources changed. */
const program = ['test/e2e/**/*.test.ts', 'test/commands/**/*.test.ts', 'test/docs/**/*.test.ts'];

const plugins = [bundledScripts];

/**
 * The files of a project share a few processes, one after the other in each, so that the modules are loaded a few times
 * and not once a file. What a file writes to the environment ends with it.
 */
const shared = {
  isolate: false,
  setupFiles: ['test/support/own-environment.ts'],
  // A test asserts no time, and a machine may be busy: what takes longer than this hangs.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 120_000 } },
};

export default defineConfig({
  test: {
    // One more than there are cores, as many tests wait for processes and retries. Vitest's default is one less: half of
    // a machine of two.
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
