/**
 * Registers a family's cases as vitest tests: one test per case and protocol, on servers that the file starts
 * once.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { allowedDifferences } from '../differential/allowed-differences.js';
import { ServerPair, type DifferentialCase } from './server-pair.js';
import type { ReferenceVersion } from './server-process.js';

/** How a family's servers are started. */
export interface FamilyOptions {
  readonly serverArguments?: readonly string[];
}

const PROTOCOLS = [2, 3] as const;

/** Declares the tests of `cases`; servers of a reference version start only when a case asks for it. */
export function describeFamily(
  family: string,
  cases: readonly DifferentialCase[],
  options: FamilyOptions = {},
): void {
  for (const version of ['7.0', '8.0'] as const) {
    const chosen = cases.filter((test) => (test.reference ?? '7.0') === version);
    if (chosen.length > 0)
      describe(`${family}, like Redis ${version}`, () => declare(version, chosen, options));
  }
}

function declare(
  version: ReferenceVersion,
  cases: readonly DifferentialCase[],
  options: FamilyOptions,
): void {
  let pair: ServerPair | undefined;
  beforeAll(async () => {
    pair = await ServerPair.start(version, options.serverArguments);
  });
  afterAll(async () => {
    await pair?.stop();
  });
  for (const protocol of PROTOCOLS) {
    describe(`RESP${protocol}`, () => {
      for (const test of cases) {
        if (test.protocols?.includes(protocol) === false) continue;
        it(test.title, async () => {
          await (pair as ServerPair).run(test, protocol, allowedDifferences);
        });
      }
    });
  }
}
