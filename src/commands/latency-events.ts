// LatencyEvents: when something took long, by the kind of what it was ("command", "fast-command", "expire-cycle",
// "eviction-cycle"), for LATENCY.
//
// A kind keeps a ring of the last SAMPLES_MAX samples; of those within one second only the longest.

/** Samples kept of each kind. */
export const SAMPLES_MAX = 160;

export interface LatencySample {
  /** Unix time, seconds. */
  readonly second: number;
  milliseconds: number;
}

export interface LatencyEvent {
  readonly name: string;
  /** The oldest first; at least one. */
  readonly samples: readonly LatencySample[];
  /** Longest since the server has started or the kind was reset. */
  readonly maxMs: number;
}

/** What can be said of a kind's samples. */
export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number;
  /** Mean distance of the samples from their mean. */
  readonly deviationMs: number;
  /** Mean time between two samples. */
  readonly periodSeconds: number;
  readonly minMs: number;
  readonly maxMs: number;
}

interface Kind {
  name: string;
  samples: LatencySample[];
  maxMs: number;
}

export class LatencyEvents {
  private readonly kinds = new Map<string, Kind>();

  /** Something took long, and ended now. Amortized O(1). */
  add(name: string, milliseconds: number, nowMs = Date.now()): void {
    const second = Math.floor(nowMs / 1000);
    let kind = this.kinds.get(name);
    if (kind === undefined) this.kinds.set(name, (kind = { name, samples: [], maxMs: 0 }));
    kind.maxMs = Math.max(kind.maxMs, milliseconds);
    const last = kind.samples.at(-1);
    if (last?.second === second) {
      last.milliseconds = Math.max(last.milliseconds, milliseconds);
      return;
    }
    kind.samples.push({ second, milliseconds });
    if (kind.samples.length > SAMPLES_MAX) kind.samples.shift();
  }

  all(): Iterable<LatencyEvent> {
    return this.kinds.values();
  }

  get(name: string): LatencyEvent | undefined {
    return this.kinds.get(name);
  }

  /** Forgets kinds, all if none is named; tells how many there were. */
  reset(names: readonly string[]): number {
    let count = 0;
    for (const name of names.length > 0 ? names : [...this.kinds.keys()])
      if (this.kinds.delete(name)) count++;
    return count;
  }
}

/** Figures of the samples of a kind. */
export function summaryOf({ samples }: LatencyEvent, nowMs = Date.now()): LatencySummary {
  const times = samples.map(({ milliseconds }) => milliseconds);
  const count = times.length;
  const meanMs = times.reduce((sum, ms) => sum + ms, 0) / count;
  return {
    count,
    meanMs,
    deviationMs: times.reduce((sum, ms) => sum + Math.abs(ms - meanMs), 0) / count,
    periodSeconds: Math.max(0, nowMs / 1000 - samples[0].second) / count,
    minMs: Math.min(...times),
    maxMs: Math.max(...times),
  };
}
