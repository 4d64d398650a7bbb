// Gauges: figures that only show over time, for INFO: rates and peaks. The server's cron takes the samples.
//
// A rate is the mean of the last SAMPLES intervals, so at 10 samples a second it speaks of the last 1.6 seconds.
//
// Cost: `sample` is O(1) and allocates nothing; to be called from the cron, not from commands.

const SAMPLES = 16;
const SECOND_MS = 1000;

/** Microseconds that the loop has not been idle since the start. */
export function activeMicroseconds(): number {
  return Math.round(performance.eventLoopUtilization().active * SECOND_MS);
}

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

/** Seconds that a recent maximum speaks of. */
const RECENT_SECONDS = 8;

/** The most that a figure has been in the last RECENT_SECONDS seconds. */
export class RecentMax {
  private readonly bySecond = new Float64Array(RECENT_SECONDS);
  private lastSecond = 0;

  /** The figure was `value` at most since the last sample. */
  sample(nowMs: number, value: number): void {
    const second = Math.floor(nowMs / SECOND_MS);
    if (Math.abs(second - this.lastSecond) >= RECENT_SECONDS) this.bySecond.fill(0);
    else for (let s = this.lastSecond + 1; s <= second; s++) this.bySecond[s % RECENT_SECONDS] = 0;
    this.lastSecond = second;
    const at = second % RECENT_SECONDS;
    this.bySecond[at] = Math.max(this.bySecond[at], value);
  }

  get value(): number {
    return Math.max(...this.bySecond);
  }
}

/** What stands now: totals since the start, and bytes in use. */
export interface GaugeReadings {
  commands: number;
  bytesRead: number;
  bytesWritten: number;
  usedBytes: number;
  /** Turns of the loop, and microseconds that it was not idle. */
  turns: number;
  activeUs: number;
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
  reads: number;
  writes: number;
  endedByLimit: number;
}

export class Gauges {
  readonly commands = new Rate();
  readonly bytesRead = new Rate();
  readonly bytesWritten = new Rate();
  readonly turns = new Rate();
  readonly activeUs = new Rate();
  /** Of the buffers of a single client, bytes. */
  readonly inputBuffer = new RecentMax();
  readonly outputBuffer = new RecentMax();
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
    reads: 0,
    writes: 0,
    endedByLimit: 0,
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
    this.turns.sample(nowMs, readings.turns);
    this.activeUs.sample(nowMs, readings.activeUs);
    if (this.isFirst) this.startupBytes = readings.usedBytes;
    this.isFirst = false;
    if (readings.usedBytes > this.peakBytes) {
      this.peakBytes = readings.usedBytes;
      this.peakAtMs = nowMs;
    }
  }
}
