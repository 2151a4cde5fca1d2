import { defineConfig } from 'vitest/config';
import { bundledScripts } from './scripts/bundled-script.ts';

/** What waits for minutes, fills the memory, or is as large as the largest organizations: `npm run test:limits`. */
export default defineConfig({
  plugins: [bundledScripts],
  test: {
    include: ['test/slow/**/*.test.ts'],
    globalSetup: ['test/support/fresh-build.ts'],
    testTimeout: 300_000,
    fileParallelism: false,
  },
});
