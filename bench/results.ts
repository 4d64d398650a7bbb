/**
 * What every bench produces: a list of measurements, saved as JSON with the facts needed to judge them.
 *
 * A measurement is a number with its coordinates. Tables, charts and budgets are all drawn from such lists,
 * so a new bench needs no new file format, and a saved run can be reported again.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCores, pinned } from './placement.js';
import type { RunningServer } from './servers.js';

/** Which program measured. */
export type BenchName = 'compare' | 'memory' | 'long-read' | 'micro' | 'eviction' | 'messages' | 'durability';

/** What was measured; the unit is part of the name. */
export type Metric =
  | 'throughput_per_s'
  | 'cpu_ns_per_op'
  | 'server_busy'
  | 'server_waited'
  | 'used_bytes'
  | 'rss_bytes'
  | 'idle_p50_ms'
  | 'idle_p99_ms'
  | 'idle_p999_ms'
  | 'idle_max_ms'
  | 'during_p50_ms'
  | 'during_p99_ms'
  | 'during_p999_ms'
  | 'during_max_ms'
  | 'read_ms'
  | 'p999_rise_ms'
  | 'ns_per_call'
  | 'keys_held'
  | 'hit_ratio'
  | 'hit_ratio_as_many_keys'
  | 'get_idle_p999_ms'
  | 'get_during_p999_ms'
  | 'set_idle_p999_ms'
  | 'set_during_p999_ms'
  | 'extra_memory_share'
  | 'seconds'
  | 'writes_per_s';

/** One number. */
export interface Measurement {
  /** The test or the item, e.g. `GET 5M` or `string with TTL`. */
  readonly subject: string;
  /** Pipeline depth, where there is one. */
  readonly pipeline?: number;
  readonly server: string;
  readonly metric: Metric;
  /** The median of `samples`. */
  readonly value: number;
  readonly samples: readonly number[];
}

/** One run of a bench. */
export interface Results {
  readonly bench: BenchName;
  readonly date: string;
  readonly machine: MachineFacts;
  /** Version by server name; the first server is the one that is judged. */
  readonly servers: Readonly<Record<string, string>>;
  /** The settings of this run that are not in the measurements, as printed. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly measurements: readonly Measurement[];
}

/** Where a run took place. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Whether server and load had cores of their own, and how many cores the load could use. */
  readonly pinned: boolean;
  readonly loadCores: number;
}

/** The facts of this machine. */
export function machineFacts(): MachineFacts {
  return {
    cpu: (cpus()[0]?.model ?? 'unknown').trim(),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${/^\d+\.\d+/.exec(release())?.[0] ?? ''} ${process.arch}`,
    node: process.version,
    pinned,
    loadCores,
  };
}

/** The median; of an even count, the mean of the two in the middle. Throws on an empty list. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new Error('median of nothing');
  return (lower + upper) / 2;
}

/** Measurements as a bench adds them; `samples` are kept in the order they came. */
export class MeasurementList {
  private readonly bySubject = new Map<string, Measurement & { samples: number[] }>();

  /** Adds one sample to the measurement with these coordinates. */
  add(subject: string, server: string, metric: Metric, sample: number, pipeline?: number): void {
    const id = JSON.stringify([subject, pipeline, server, metric]);
    const samples = [...(this.bySubject.get(id)?.samples ?? []), sample];
    const at = pipeline === undefined ? {} : { pipeline };
    this.bySubject.set(id, { subject, ...at, server, metric, value: median(samples), samples });
  }

  /** All of them, in the order of their first samples. */
  all(): Measurement[] {
    return [...this.bySubject.values()];
  }
}

/** The value with these coordinates, if it was measured. */
export function find(
  results: Results,
  subject: string,
  pipeline: number | undefined,
  server: string,
  metric: Metric,
): number | undefined {
  return results.measurements.find(
    (each) =>
      each.subject === subject &&
      each.pipeline === pipeline &&
      each.server === server &&
      each.metric === metric,
  )?.value;
}

/** Name and version of each server, for `Results.servers`. */
export function versions(servers: readonly RunningServer[]): Record<string, string> {
  return Object.fromEntries(servers.map((server) => [server.name, server.version]));
}

/** A server as charts name it, e.g. `Redis 7.0.15`: the product of its name, and the version it stated. */
export function labelOf(results: Results, server: string): string {
  const product = server.split('-')[0] ?? server;
  const version = results.servers[server] ?? '';
  return product.charAt(0).toUpperCase() + product.slice(1) + (version === server ? '' : ` ${version}`);
}

const directory = fileURLToPath(new URL('results/', import.meta.url));

/** The file of the results named `name`, with `extension` (`json`, `md`, `svg`). */
export function resultsPath(name: string, extension: string): string {
  if (!/^[\w.-]+$/.test(name)) throw new Error(`not a name for results: ${name}`);
  return join(process.env['REDWING_BENCH_RESULTS'] ?? directory, `${name}.${extension}`);
}

/** Saves `results` as `bench/results/NAME.json` (or in $REDWING_BENCH_RESULTS). */
export function saveResults(name: string, results: Results): void {
  const path = resultsPath(name, 'json');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(results, undefined, 1) + '\n');
}

/** Reads what `saveResults` wrote. */
export function readResults(name: string): Results {
  return JSON.parse(readFileSync(resultsPath(name, 'json'), 'utf8')) as Results;
}
