/**
 * How the tests run. Differential, interop and fuzz files each start servers of their own, so no more files run at
 * once than a two-core machine can serve; a test's limit leaves room for a server that is busy beside it.
 */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    reporters: ['default'],
  },
});
