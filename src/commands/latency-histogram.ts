// LatencyHistogram: how often a command took how long, exact to two decimal digits.
//
// A log-linear histogram as HdrHistogram lays it out (Tene, hdrhistogram.org), for 1 ns to 1 s in nanoseconds: values
// below 256 have a bucket each; from there on each power of two is divided into 128 buckets of equal width.
//
//   [0 .. 255] one by one, [256 .. 511] by 2, [512 .. 1023] by 4, ... [2^29 .. 2^30) by 2^22
//
// Invariant: `count` is the sum of the buckets.
//
// Cost: 24 KiB, made when a command is called for the first time; recording is O(1), reading O(buckets).

const HALF = 128;
const EXACT = 2 * HALF;
/** Of the power of two in which values begin to share buckets. */
const EXACT_BITS = 8;
const MAX_NS = 1e9;
const NS_PER_US = 1000;
/** Upper bounds of the buckets that LATENCY HISTOGRAM shows: this, and its doubles, in nanoseconds. */
const FIRST_SHOWN_NS = 1024;

// The power of two by which values of the size of `ns` are grouped.
function shiftOf(ns: number): number {
  return Math.max(0, 32 - Math.clz32(ns) - EXACT_BITS);
}

function bucketOf(ns: number): number {
  const shift = shiftOf(ns);
  return shift * HALF + (ns >>> shift);
}

/** The greatest number of nanoseconds that counts in the same bucket. */
function greatestLike(ns: number): number {
  const shift = shiftOf(ns);
  return ((ns >>> shift) + 1) * 2 ** shift - 1;
}

// The greatest number of nanoseconds that counts in a bucket.
function greatestIn(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const shift = Math.floor(bucket / HALF) - 1;
  return (bucket - shift * HALF + 1) * 2 ** shift - 1;
}

const BUCKETS = bucketOf(MAX_NS) + 1;

export class LatencyHistogram {
  private readonly buckets = new Float64Array(BUCKETS);
  /** Calls recorded. */
  count = 0;

  /** Counts `calls` calls that took so long each; what is longer than a second counts as a second. */
  record(microseconds: number, calls = 1): void {
    const ns = Math.min(Math.max(Math.floor(microseconds * NS_PER_US), 1), MAX_NS);
    this.buckets[bucketOf(ns)] += calls;
    this.count += calls;
  }

  /** The microseconds that `percent` of the calls did not exceed; 0 when there are none. */
  percentile(percent: number): number {
    const wanted = Math.max(1, Math.floor((percent / 100) * this.count + 0.5));
    let sum = 0;
    for (let i = 0; i < BUCKETS; i++) {
      sum += this.buckets[i];
      if (sum >= wanted) return greatestIn(i) / NS_PER_US;
    }
    return 0;
  }

  /**
   * Pairs of a bound, in whole microseconds, and of how many calls took no longer: for powers of two, those where the
   * number grows.
   */
  doublings(): [microseconds: number, calls: number][] {
    const pairs: [number, number][] = [];
    let sum = 0;
    let next = 0;
    for (let bound = FIRST_SHOWN_NS; sum < this.count; bound *= 2) {
      const before = sum;
      const last = Math.min(bucketOf(Math.min(bound, MAX_NS)), BUCKETS - 1);
      while (next <= last) sum += this.buckets[next++];
      if (sum > before) pairs.push([Math.floor(greatestLike(bound) / NS_PER_US), sum]);
    }
    return pairs;
  }
}
