/**
 * The order in which files of tests start: those that take longest first, so that no worker is still busy with one of
 * them when the others have nothing left. The other files follow in vitest's own order.
 */
import { relative, sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take more than about ten seconds, below test/, the longest first. Those that mostly wait stand between. */
const LONG = [
  'persistence/append-only-policies',
  'differential/sets',
  'persistence/loading',
  'differential/events',
  'persistence/snapshots',
  'differential/changes',
  'differential/hashes',
  'differential/hash-expiration',
  'persistence/every-value',
  'differential/config',
  'interop/random-choice',
  'interop/tls',
  'differential/sorted-set-ranges',
  'interop/redis-cli-modes',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rest = await super.sort(files);
    return [...rest].sort((a, b) => rank(a) - rank(b));
  }
}

/** A file's place in the list; behind all of them if it has none. */
function rank({ moduleId }: TestSpecification): number {
  const name = relative(`${import.meta.dirname}/..`, moduleId)
    .split(sep)
    .join('/')
    .replace(/\.test\.ts$/, '');
  const at = LONG.indexOf(name);
  return at < 0 ? LONG.length : at;
}
