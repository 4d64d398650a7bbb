/**
 * A histogram of durations, recorded without allocation and read by Prometheus.
 *
 * Bucket i counts durations of at most 2^i microseconds that no earlier bucket counts: 1 µs, 2 µs, 4 µs ... about
 * 17 s; the last bucket counts what is longer.
 *
 * Cost: recording is a logarithm and three additions.
 */

/** Bounds of the buckets, in seconds; the last one, infinity, is not among them. */
const BOUNDS_S: readonly number[] = Array.from({ length: 25 }, (_, i) => 2 ** i / 1e6);

export class TimeHistogram {
  /** Durations by bucket, not cumulative. */
  readonly buckets = new Float64Array(BOUNDS_S.length + 1);
  count = 0;
  /** Milliseconds in all. */
  sumMs = 0;

  /** Counts a duration, in milliseconds. */
  record(ms: number): void {
    const bucket = Math.ceil(Math.log2(ms * 1000));
    // A duration of 0 is minus infinity here.
    this.buckets[Math.min(Math.max(bucket, 0), BOUNDS_S.length)]++;
    this.count++;
    this.sumMs += ms;
  }
}

/** Histograms of one name in Prometheus's text format; `labels` as they stand between braces, '' for none. */
export function histogramText(
  name: string,
  help: string,
  histograms: Iterable<readonly [labels: string, histogram: TimeHistogram]>,
): string {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
  for (const [labels, { buckets, count, sumMs }] of histograms) {
    const comma = labels === '' ? '' : ',';
    const braces = labels === '' ? '' : `{${labels}}`;
    let atMost = 0;
    BOUNDS_S.forEach((bound, i) => {
      atMost += buckets[i];
      lines.push(`${name}_bucket{${labels}${comma}le="${String(bound)}"} ${String(atMost)}`);
    });
    lines.push(`${name}_bucket{${labels}${comma}le="+Inf"} ${String(count)}`);
    lines.push(`${name}_sum${braces} ${String(sumMs / 1000)}`, `${name}_count${braces} ${String(count)}`);
  }
  return `${lines.join('\n')}\n`;
}
