/**
 * Whether choices were uniform: a chi-square test.
 *
 * Terms: n members, N replies of k distinct members each, O_i the replies in which member i came, p = k / n,
 * E = N p. Members of one reply exclude each other, hence X^2 = (n - 1) / n * sum (O_i - E)^2 / (E (1 - p)),
 * which for k = 1 is Pearson's statistic, has n - 1 degrees of freedom. Its quantiles come from the
 * approximation of Wilson and Hilferty (1931). The limits lie six deviations away on both sides, where one
 * honest run of 10^8 falls: choices that are too even were not random either.
 */
import { expect } from 'vitest';
import { textOf, type Reply } from './reply.js';

const DEVIATIONS = 6;

/** The value below which chi-square of `freedom` degrees falls with the probability of `deviations`. */
function quantile(freedom: number, deviations: number): number {
  const ninth = 2 / (9 * freedom);
  return freedom * Math.max(0, 1 - ninth + deviations * Math.sqrt(ninth)) ** 3;
}

/** Texts of a reply of one member or of many. */
export function textsOf(reply: Reply): string[] {
  return (reply.items ?? [reply]).map((item) => textOf(item) ?? '(null)');
}

/** How often each outcome came; all must be in `known`. */
export function tally(outcomes: Iterable<string>, known: ReadonlySet<string>): Map<string, number> {
  const observed = new Map<string, number>();
  for (const outcome of outcomes) observed.set(outcome, (observed.get(outcome) ?? 0) + 1);
  const strange = [...observed.keys()].filter((outcome) => !known.has(outcome));
  expect(strange, 'what is no member').toEqual([]);
  return observed;
}

/** Expects that `replies` of `k` different outcomes each chose evenly among `outcomes` of them. */
export function expectUniform(
  observed: ReadonlyMap<string, number>,
  outcomes: number,
  replies: number,
  k = 1,
): void {
  const p = k / outcomes;
  const mean = replies * p;
  let sum = (outcomes - observed.size) * mean ** 2;
  for (const times of observed.values()) sum += (times - mean) ** 2;
  const statistic = ((outcomes - 1) / outcomes) * (sum / (mean * (1 - p)));
  const shown = `chi-square ${statistic.toFixed(1)} with ${outcomes - 1} degrees of freedom`;
  expect(observed.size, 'outcomes that ever came').toBeLessThanOrEqual(outcomes);
  expect(statistic, shown).toBeLessThan(quantile(outcomes - 1, DEVIATIONS));
  expect(statistic, `${shown}: too even`).toBeGreaterThan(quantile(outcomes - 1, -DEVIATIONS));
}
