/**
 * How the tests run. Differential, interop and fuzz files each start servers of their own, so no more files run at
 * once than a two-core machine can serve; a test's limit leaves room for a server that is busy beside it.
 */
import { defineConfig } from 'vitest/config';
import { findProgram, REFERENCE_PROGRAMS } from './test/support/programs.js';

/**
 * Tests that compare with a real Redis need it installed. Where it is not, they are left out, and that is said; with
 * REDWING_REQUIRE_REFERENCE=1, as CI sets it, they run all the same and fail.
 */
function withoutReference(): string[] {
  const missing = REFERENCE_PROGRAMS.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0 || process.env['REDWING_REQUIRE_REFERENCE'] === '1') return [];
  console.warn(`NOT RUN: tests against a real Redis, because these are not installed: ${missing.join(', ')}`);
  return ['test/differential/**', 'test/fuzz/**', 'test/interop/redis-tools.test.ts'];
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: withoutReference(),
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    reporters: ['default'],
  },
});
