/**
 * The budgets, as data: what Redwing must achieve, as a ratio to another server measured in the same run, or
 * as a plain number. They are reported as met or missed and fail nothing, because time on a shared machine
 * proves little.
 */
import { find, type BenchName, type Metric, type Results } from './results.js';

/** What a value is divided by: another server, the better of the two references, or nothing. */
export type Against = 'redis-7.0' | 'redis-8.0' | 'valkey-9.1' | 'better-reference' | 'nothing';

/** One budget. Exactly one of `atMost` and `atLeast` is given. */
export interface Budget {
  readonly bench: BenchName;
  /** The subjects it is for; `every` means all that were measured. */
  readonly subjects: readonly string[] | 'every';
  readonly pipeline?: number;
  readonly metric: Metric;
  readonly against: Against;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** A budget applied to one measurement. */
export interface Verdict {
  readonly budget: Budget;
  readonly subject: string;
  readonly pipeline?: number;
  /** The ratio, or the value itself when the budget is against nothing. */
  readonly value: number;
  readonly met: boolean;
}

const strings = ['SET', 'GET', 'INCR', 'MSET'];
const large = ['SET 5M', 'GET 5M'];
const keyed = ['string', 'string with TTL', 'small hash', 'hash field', 'set member', 'sorted-set member'];

const messageCost = { metric: 'cpu_ns_per_op', against: 'redis-7.0', atMost: 0.6 } as const;

function compare(
  subjects: Budget['subjects'],
  pipeline: number,
  metric: Metric,
  against: Against,
  limit: { atMost: number } | { atLeast: number },
): Budget {
  return { bench: 'compare', subjects, pipeline, metric, against, ...limit };
}

function memory(subjects: readonly string[], metric: Metric, against: Against, atMost: number): Budget {
  return { bench: 'memory', subjects, metric, against, atMost };
}

/** Every budget that a program in this folder measures. */
export const budgets: readonly Budget[] = [
  compare(strings, 16, 'cpu_ns_per_op', 'redis-7.0', { atMost: 0.5 }),
  compare(strings, 16, 'cpu_ns_per_op', 'valkey-9.1', { atMost: 0.65 }),
  compare(['SET', 'GET', 'INCR'], 128, 'throughput_per_s', 'redis-7.0', { atLeast: 3.5 }),
  compare(['SET', 'GET', 'INCR'], 128, 'throughput_per_s', 'valkey-9.1', { atLeast: 2.5 }),
  compare(large, 16, 'cpu_ns_per_op', 'redis-7.0', { atMost: 0.4 }),
  compare(large, 16, 'cpu_ns_per_op', 'valkey-9.1', { atMost: 0.65 }),
  compare('every', 128, 'cpu_ns_per_op', 'better-reference', { atMost: 0.5 }),
  compare('every', 16, 'cpu_ns_per_op', 'better-reference', { atMost: 0.7 }),
  compare(['ZADD 1M', 'ZRANK 1M'], 128, 'throughput_per_s', 'redis-7.0', { atLeast: 3 }),
  // "Equal within noise" is taken as 5 %.
  compare('every', 1, 'throughput_per_s', 'redis-7.0', { atLeast: 0.95 }),
  compare('every', 1, 'cpu_ns_per_op', 'redis-7.0', { atMost: 1 }),
  memory(keyed, 'used_bytes', 'valkey-9.1', 0.9),
  memory(keyed, 'rss_bytes', 'valkey-9.1', 0.9),
  memory(['list item', 'stream entry'], 'used_bytes', 'redis-7.0', 1),
  memory(['list item', 'stream entry'], 'rss_bytes', 'redis-7.0', 1),
  memory(['idle connection'], 'rss_bytes', 'nothing', 4096),
  { bench: 'long-read', subjects: 'every', metric: 'p999_rise_ms', against: 'nothing', atMost: 2 },
  { bench: 'messages', subjects: 'every', pipeline: 1, ...messageCost },
  { bench: 'messages', subjects: 'every', pipeline: 16, ...messageCost },
  { bench: 'messages', subjects: 'every', pipeline: 128, ...messageCost },
  { bench: 'eviction', subjects: ['small keys'], metric: 'keys_held', against: 'redis-7.0', atLeast: 1.9 },
  { bench: 'eviction', subjects: 'every', metric: 'hit_ratio', against: 'redis-7.0', atLeast: 1 },
];

const LOWER_IS_BETTER = new Set<Metric>(['cpu_ns_per_op', 'used_bytes', 'rss_bytes', 'p999_rise_ms']);

/** The value that `against` stands for, if the servers it needs were measured. */
function baseline(results: Results, budget: Budget, subject: string): number | undefined {
  const of = (server: string): number | undefined =>
    find(results, subject, budget.pipeline, server, budget.metric);
  if (budget.against === 'nothing') return 1;
  if (budget.against !== 'better-reference') return of(budget.against);
  const redis = of('redis-7.0');
  const valkey = of('valkey-9.1');
  if (redis === undefined || valkey === undefined) return undefined;
  return LOWER_IS_BETTER.has(budget.metric) ? Math.min(redis, valkey) : Math.max(redis, valkey);
}

/** Every budget that `results` can decide for `server`. O(budgets × measurements). */
export function judge(results: Results, server: string): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const budget of budgets) {
    if (budget.bench !== results.bench) continue;
    for (const measured of results.measurements) {
      const { subject, pipeline, metric } = measured;
      if (measured.server !== server || metric !== budget.metric || pipeline !== budget.pipeline) continue;
      if (budget.subjects !== 'every' && !budget.subjects.includes(subject)) continue;
      const divisor = baseline(results, budget, subject);
      if (divisor === undefined) continue;
      const value = measured.value / divisor;
      const met = value <= (budget.atMost ?? Infinity) && value >= (budget.atLeast ?? -Infinity);
      verdicts.push({ budget, subject, ...(pipeline === undefined ? {} : { pipeline }), value, met });
    }
  }
  return verdicts;
}
