import { defineConfig } from 'vitest/config';
import { bundledScripts } from './scripts/bundled-script.ts';

/** Tests that wait for minutes, fill the memory, or use organizations of the largest size: `npm run test:limits`. */
export default defineConfig({
  plugins: [bundledScripts],
  test: {
    include: ['test/slow/**/*.test.ts'],
    globalSetup: ['test/support/fresh-build.ts'],
    testTimeout: 300_000,
    fileParallelism: false,
  },
});
