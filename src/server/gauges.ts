// Gauges: figures that only show over time, for INFO: rates and peaks. The server's cron takes the samples.
//
// A rate is the mean of the last SAMPLES intervals, so at 10 samples a second it speaks of the last 1.6 seconds.
//
// Cost: `sample` is O(1) and allocates nothing; to be called from the cron, not from commands.

const SAMPLES = 16;
const SECOND_MS = 1000;

/** The rate at which a counter grows. */
export class Rate {
  private readonly perSecond = new Float64Array(SAMPLES);
  private next = 0;
  private lastMs = -1;
  private lastTotal = 0;

  /** The counter stands at `total`. A counter that was set back begins anew. */
  sample(nowMs: number, total: number): void {
    if (this.lastMs >= 0 && nowMs > this.lastMs) {
      const grown = Math.max(0, total - this.lastTotal);
      this.perSecond[this.next] = (grown * SECOND_MS) / (nowMs - this.lastMs);
      this.next = (this.next + 1) % SAMPLES;
    }
    this.lastMs = nowMs;
    this.lastTotal = total;
  }

  /** Growth per second. */
  get mean(): number {
    return this.perSecond.reduce((sum, value) => sum + value, 0) / SAMPLES;
  }
}

/** What stands now: totals since the start, and bytes in use. */
export interface GaugeReadings {
  commands: number;
  bytesRead: number;
  bytesWritten: number;
  usedBytes: number;
}

/** Counters that the store keeps since the start. */
export interface CounterReadings {
  expiredKeys: number;
  expiredFields: number;
  hits: number;
  misses: number;
  bytesRead: number;
  bytesWritten: number;
  evictedKeys: number;
  totalExceededUs: number;
}

export class Gauges {
  readonly commands = new Rate();
  readonly bytesRead = new Rate();
  readonly bytesWritten = new Rate();
  /** Most bytes that have been in use at a sample. */
  peakBytes = 0;
  /** When that was, Unix time, ms. */
  peakAtMs = 0;
  /** Bytes in use at the first sample: what the server takes before it holds data. */
  startupBytes = 0;
  /** Counters of the store as they stood when statistics were last reset; they themselves only grow. */
  since: CounterReadings = {
    expiredKeys: 0,
    expiredFields: 0,
    hits: 0,
    misses: 0,
    bytesRead: 0,
    bytesWritten: 0,
    evictedKeys: 0,
    totalExceededUs: 0,
  };
  private isFirst = true;

  /** CONFIG RESETSTAT: counts from these readings on. */
  reset(readings: CounterReadings): void {
    this.since = { ...readings };
  }

  sample(nowMs: number, readings: GaugeReadings): void {
    this.commands.sample(nowMs, readings.commands);
    this.bytesRead.sample(nowMs, readings.bytesRead);
    this.bytesWritten.sample(nowMs, readings.bytesWritten);
    if (this.isFirst) this.startupBytes = readings.usedBytes;
    this.isFirst = false;
    if (readings.usedBytes > this.peakBytes) {
      this.peakBytes = readings.usedBytes;
      this.peakAtMs = nowMs;
    }
  }
}
