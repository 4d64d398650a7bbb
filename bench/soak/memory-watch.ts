/**
 * Decides whether a series of memory readings keeps growing.
 *
 * The first quarter, and the first minute of a short run, is warm-up: data sets reach their size, allocators
 * and the JavaScript heap theirs. The rest is cut into thirds, and their medians compared: noise moves them
 * up and down, a leak moves both steps up. Growth counts when both steps go up and the whole exceeds 5 % of
 * the first plus 4 MiB.
 */
import { median } from '../results.js';

/** One reading. */
export interface MemoryReading {
  readonly atSeconds: number;
  readonly rss: number;
  /** Undefined when the server does not say. */
  readonly used: number | undefined;
}

const WARM_UP_SHARE = 0.25;
const WARM_UP_SECONDS_MIN = 60;
const READINGS_MIN = 9;
const GROWTH_SHARE = 0.05;
const GROWTH_BYTES = 4 * 2 ** 20;

/** What was concluded; `thirds` are medians in bytes, empty when there were too few readings. */
export interface GrowthVerdict {
  readonly thirds: readonly number[];
  readonly growing: boolean;
}

/** The readings that count. */
export function afterWarmUp(readings: readonly MemoryReading[]): readonly MemoryReading[] {
  const fromSeconds = Math.max(WARM_UP_SECONDS_MIN, WARM_UP_SHARE * (readings.at(-1)?.atSeconds ?? 0));
  return readings.filter((reading) => reading.atSeconds >= fromSeconds);
}

/** Whether `series`, in bytes, in order, at even intervals, without warm-up, keeps growing. */
export function judgeGrowth(series: readonly number[]): GrowthVerdict {
  if (series.length < READINGS_MIN) return { thirds: [], growing: false };
  const third = Math.floor(series.length / 3);
  const first = median(series.slice(0, third));
  const second = median(series.slice(third, -third));
  const last = median(series.slice(-third));
  const growing = first < second && second < last && last - first > first * GROWTH_SHARE + GROWTH_BYTES;
  return { thirds: [first, second, last], growing };
}
