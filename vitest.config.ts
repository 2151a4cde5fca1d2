import { defineConfig } from 'vitest/config';
import { bundledScriptsForTests } from './scripts/bundled-script.ts';

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [bundledScriptsForTests],
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/commands/**', 'test/docs/**'],
          testTimeout: 30_000,
        },
      },
      {
        plugins: [bundledScriptsForTests],
        test: {
          name: 'program',
          include: [
            'test/e2e/**/*.test.ts',
            'test/commands/**/*.test.ts',
            'test/docs/**/*.test.ts',
          ],
          globalSetup: ['test/support/fresh-build.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
