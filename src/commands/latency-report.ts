// What LATENCY GRAPH and LATENCY DOCTOR say: texts for people.
import { type LatencyEvent, summaryOf } from './latency-events.js';

/** The graph's samples at most, and its rows. */
const COLUMNS = 80;
const ROWS = 4;
const UNITS: readonly (readonly [letter: string, seconds: number])[] = [
  ['d', 86400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
];

function age(seconds: number): string {
  const [letter, length] = UNITS.find(([, unit]) => seconds >= unit) ?? UNITS[UNITS.length - 1];
  return `${String(Math.floor(seconds / length))}${letter}`;
}

// Texts as columns, read downwards: each begins in the first line.
function upright(columns: readonly string[]): string[] {
  const height = Math.max(0, ...columns.map((text) => text.length));
  return Array.from({ length: height }, (_, row) => columns.map((text) => text[row] ?? ' ').join(''));
}

/**
 * The newest samples of an event as columns: a '#' as high as the sample is long, on a stem of '|', with the sample's age
 * below, to be read downwards. The shortest lies on the ground, as '_'.
 */
export function latencyGraph(event: LatencyEvent, nowMs = Date.now()): string {
  const samples = event.samples.slice(-COLUMNS);
  const times = samples.map(({ milliseconds }) => milliseconds);
  const low = Math.min(...times);
  const high = Math.max(...times);
  const range = Math.max(1, high - low);
  const columns = times.map((ms) => {
    const height = Math.round(((ms - low) / range) * (ROWS - 1));
    const top = height === 0 ? '_' : '#';
    return ' '.repeat(ROWS - 1 - height) + top + '|'.repeat(height);
  });
  const ages = samples.map(({ second }) => age(Math.max(0, Math.floor(nowMs / 1000) - second)));
  const highest = `all time high ${String(event.maxMs)} ms`;
  return [
    `${event.name} - high ${String(high)} ms, low ${String(low)} ms (${highest})`,
    '-'.repeat(COLUMNS),
    ...upright(columns),
    '',
    ...upright(ages),
    '',
  ].join('\n');
}

const ADVICE: Readonly<Record<string, string>> = {
  command:
    'Commands took long. SLOWLOG GET shows which: read large values in parts (HSCAN, SSCAN, ZSCAN, LRANGE with ' +
    'bounds), and remove large keys with UNLINK.',
  'fast-command':
    'Commands that are short by nature took long: the processor may have been busy with something else, or memory ' +
    'is being swapped.',
  'expire-cycle':
    'Removing what has expired took long in one go, which is bounded: the processor may have been busy with something ' +
    'else.',
  'eviction-cycle':
    'Evicting keys took long in one go: a smaller maxmemory-eviction-tenacity makes the steps shorter.',
};

/** What can be said about all events. */
export function latencyDiagnosis(
  events: readonly LatencyEvent[],
  thresholdMs: number,
  nowMs = Date.now(),
): string {
  if (thresholdMs === 0) {
    const how = 'CONFIG SET latency-monitor-threshold <milliseconds>';
    return `The latency monitor is off, so nothing is known. To have it on: ${how}.\n`;
  }
  if (events.length === 0)
    return `Nothing has taken ${String(thresholdMs)} ms or more since it is watched.\n`;
  const lines = events.map((event) => {
    const { count, meanMs, deviationMs, periodSeconds } = summaryOf(event, nowMs);
    const mean = `mean ${meanMs.toFixed(0)} ms, mean deviation ${deviationMs.toFixed(0)} ms`;
    const often = `one every ${periodSeconds.toFixed(2)} s`;
    return `- ${event.name}: ${String(count)} samples, ${mean}, ${often}, longest ${String(event.maxMs)} ms.`;
  });
  const advice = events.map(({ name }) => ADVICE[name]).filter((text) => text !== undefined);
  return `What took ${String(thresholdMs)} ms or more:\n${[...lines, '', ...advice].join('\n')}\n`;
}
