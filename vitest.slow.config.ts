import { defineConfig } from 'vitest/config';

/** What waits for minutes, or fills the memory: `npm run test:limits`. */
export default defineConfig({
  test: { include: ['test/slow/**/*.test.ts'], testTimeout: 300_000, fileParallelism: false },
});
