/**
 * Zipf-distributed numbers from a seed: number i of n is drawn with a probability proportional to 1 / (i + 1)^s.
 *
 * The method is that of Gray, Sundaresan, Englert, Baclawski and Weinberger, "Quickly generating
 * billion-record synthetic databases" (1994): a sum over n terms once, then a few operations per number.
 */

/** Uniform numbers in [0, 1) from a seed: mulberry32, 32 bits of state. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A source of numbers below `n`, with exponent `s` in (0, 1). */
export function zipf(n: number, s: number, random: () => number): () => number {
  let sum = 0;
  for (let i = 1; i <= n; i++) sum += i ** -s;
  const second = 1 + 0.5 ** s;
  const exponent = 1 / (1 - s);
  const eta = (1 - (2 / n) ** (1 - s)) / (1 - second / sum);
  return () => {
    const u = random();
    const scaled = u * sum;
    if (scaled < 1) return 0;
    if (scaled < second) return 1;
    return Math.min(n - 1, Math.floor(n * (eta * u - eta + 1) ** exponent));
  };
}
