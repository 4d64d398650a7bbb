/**
 * Registers families of cases as vitest tests for whoever looks at what cases leave: one test per family and Redis that it
 * is compared with, on servers that all families share.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { CaseRunner } from './case-parts.js';
import { type DifferentialCase, ServerPair } from './server-pair.js';

const FAULTS_MAX = 12;
const TIMEOUT_MS = 300_000;

/** Cases by the name of their family. */
export type Families = Readonly<Record<string, readonly DifferentialCase[]>>;

/** How cases are compared. */
export interface Comparison {
  /** What is compared. */
  readonly title: string;
  readonly serverArguments?: readonly string[];
  /** Called once for each pair of servers: the reference, and the one under test. */
  readonly open: (runners: readonly CaseRunner[]) => Promise<Comparator>;
}

/** What is to be said of a case that the servers tell differently of; undefined: nothing. */
export type Comparator = (test: DifferentialCase) => Promise<string | undefined>;

/** Declares the tests. */
export function describeFamilies(families: Families, comparison: Comparison): void {
  for (const version of ['7.0', '8.0'] as const) {
    describe(`${comparison.title}, like Redis ${version}`, () => {
      let pair: ServerPair | undefined;
      let runners: readonly CaseRunner[] = [];
      let compare: Comparator;
      beforeAll(async () => {
        pair = await ServerPair.start(version, comparison.serverArguments);
        runners = [new CaseRunner(pair.reference), new CaseRunner(pair.tested)];
        compare = await comparison.open(runners);
      });
      afterAll(async () => {
        for (const runner of runners) runner.close();
        await pair?.stop();
      });
      for (const [family, cases] of Object.entries(families)) {
        const chosen = cases.filter((test) => (test.reference ?? '7.0') === version);
        if (chosen.length === 0) continue;
        it(`${family}: ${chosen.length} cases`, { timeout: TIMEOUT_MS }, async () => {
          await compareAll(chosen, compare);
        });
      }
    });
  }
}

async function compareAll(cases: readonly DifferentialCase[], compare: Comparator): Promise<void> {
  const faults: string[] = [];
  for (const test of cases) {
    const fault = await compare(test).catch((error: unknown) => {
      throw new Error(`${test.title} cannot be compared`, { cause: error });
    });
    if (fault !== undefined) faults.push(fault);
    if (faults.length >= FAULTS_MAX) break;
  }
  if (faults.length > 0) throw new Error(`there are differences:\n${faults.join('\n')}`);
}
