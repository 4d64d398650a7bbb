/**
 * How the tests run. Differential, interop and fuzz files each start servers of their own, so no more files run at
 * once than a two-core machine can serve, and those that take longest start first; a test's limits (this one, and those of
 * waiting and of replies in test/support) end what hangs, and leave a machine that is slow, or stops now and then, many
 * times of what is usual.
 */
import { defineConfig } from 'vitest/config';
import { missingClientPackages } from './test/support/client-libraries.js';
import { LongestFirst } from './test/support/longest-first.js';
import { findProgram, REFERENCE_PROGRAMS } from './test/support/programs.js';

/** Tests that use client libraries of other languages are left out in the same way where those are not installed. */
function withoutClients(): string[] {
  if (isRequired()) return [];
  const missing = missingClientPackages();
  if (missing.length === 0) return [];
  console.warn(`NOT RUN: clients of other languages, because these are not installed: ${missing.join(', ')}`);
  return ['test/interop/other-languages.test.ts'];
}

function isRequired(): boolean {
  return process.env['REDWING_REQUIRE_REFERENCE'] === '1';
}

/**
 * Tests that compare with a real Redis need it installed. Where it is not, they are left out, and that is said; with
 * REDWING_REQUIRE_REFERENCE=1, as CI sets it, they run all the same and fail.
 */
function withoutReference(): string[] {
  const missing = REFERENCE_PROGRAMS.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0 || isRequired()) return [];
  console.warn(`NOT RUN: tests against a real Redis, because these are not installed: ${missing.join(', ')}`);
  return ['test/differential/**', 'test/fuzz/**', 'test/persistence/**', 'test/interop/redis-*.test.ts'];
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...withoutReference(), ...withoutClients()],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default'],
  },
});
