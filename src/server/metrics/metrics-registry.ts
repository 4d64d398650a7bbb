/**
 * What Prometheus reads of the server. Almost everything is a figure that the server keeps anyway and that is only
 * looked up when it is asked for; what is recorded for Prometheus alone are two kinds of histograms.
 *
 * Names follow Prometheus's conventions: base units (seconds, bytes), `_total` for what only grows.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Client } from '../../commands/client.js';
import type { Backing, BackupOutcome } from '../../commands/backing.js';
import type { CommandStatistics } from '../../commands/context.js';
import { type Config, version } from '../../config/index.js';
import type { NativeStore, StoreStatistics } from '../../store/native.js';
import type { Gauges } from '../gauges.js';
import { memoryFigures } from '../memory-figures.js';
import { histogramText, TimeHistogram } from './time-histogram.js';

/** Where the figures come from; the server is one. */
export interface MetricsSources {
  readonly config: Config;
  readonly store: Pick<NativeStore, 'statistics' | 'databaseSize'>;
  readonly gauges: Gauges;
  readonly registry: { readonly commands: readonly { readonly fullName: string }[] };
  readonly counts: {
    readonly errors: Iterable<readonly [string, number]>;
    measured: ((command: number, ms: number) => void) | undefined;
  };
  readonly changes: { readonly total: number };
  readonly persistence: {
    readonly isLoading: boolean;
    readonly lastSave: number;
    readonly hasFailed: boolean;
    readonly backups: Backing;
  };
  readonly startedMs: number;
  readonly clientCount: number;
  readonly connectionsReceived: number;
  readonly connectionsRejected: number;
  readonly clientEviction: { readonly evicted: number };
  clients(): Iterable<Client>;
  statistics(command: number): CommandStatistics;
}

const SECOND_MS = 1000;
const SECOND_US = 1e6;
const SECOND_NS = 1e9;
/** How finely the delay of the event loop is sampled, ms. */
const DELAY_RESOLUTION_MS = 10;

type Labels = Record<string, string>;
type Value = readonly [labels: Labels, value: number];

/** The registry of one server. `close` when it is not read any more. */
export class MetricsRegistry {
  readonly registry = new Registry();
  private readonly batches = new TimeHistogram();
  private readonly commands = new Map<number, TimeHistogram>();
  private readonly delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  private store: StoreStatistics;

  constructor(private readonly sources: MetricsSources) {
    this.store = sources.store.statistics();
    this.delay.enable();
    sources.counts.measured = (command, ms) => this.recordCommand(command, ms);
    this.addCommands();
    this.addMemory();
    this.addKeyspace();
    this.addPersistence();
    this.addBackups();
    this.addClients();
    this.addProcess();
  }

  /** All figures in Prometheus's text format. */
  async text(): Promise<string> {
    this.store = this.sources.store.statistics();
    const text = (await this.registry.metrics()) + this.histograms();
    this.delay.reset();
    return text;
  }

  /** A batch of commands was executed. */
  recordBatch(ms: number): void {
    this.batches.record(ms);
  }

  close(): void {
    this.delay.disable();
    this.sources.counts.measured = undefined;
  }

  private recordCommand(command: number, ms: number): void {
    let histogram = this.commands.get(command);
    if (histogram === undefined) this.commands.set(command, (histogram = new TimeHistogram()));
    histogram.record(ms);
  }

  private counter(name: string, help: string, read: () => number): void {
    this.counters(name, help, [], () => [[{}, read()]]);
  }

  private counters(name: string, help: string, labelNames: string[], read: () => Iterable<Value>): void {
    const collect = function (this: Counter): void {
      this.reset();
      for (const [labels, value] of read()) this.inc(labels, value);
    };
    new Counter({ name, help, labelNames, collect, registers: [this.registry] });
  }

  private gauge(name: string, help: string, read: () => number): void {
    this.gaugesOf(name, help, [], () => [[{}, read()]]);
  }

  private gaugesOf(name: string, help: string, labelNames: string[], read: () => Iterable<Value>): void {
    const collect = function (this: Gauge): void {
      this.reset();
      for (const [labels, value] of read()) this.set(labels, value);
    };
    new Gauge({ name, help, labelNames, collect, registers: [this.registry] });
  }

  // A figure of every command that has been called or refused.
  private perCommand(name: string, help: string, read: (statistics: CommandStatistics) => number): void {
    const { sources } = this;
    this.counters(name, help, ['command'], () =>
      sources.registry.commands.flatMap(({ fullName }, id): Value[] => {
        const statistics = sources.statistics(id);
        const isUsed = statistics.calls > 0 || statistics.rejected > 0;
        return isUsed ? [[{ command: fullName }, read(statistics)]] : [];
      }),
    );
  }

  private addCommands(): void {
    const { sources } = this;
    this.perCommand('redwing_commands_total', 'Commands executed.', ({ calls }) => calls);
    const time = 'Time that commands took; fast ones share the time of their batch.';
    this.perCommand('redwing_commands_seconds_total', time, ({ microseconds }) => microseconds / SECOND_US);
    this.perCommand('redwing_commands_rejected_total', 'Commands refused.', ({ rejected }) => rejected);
    this.perCommand(
      'redwing_commands_failed_total',
      'Commands that ended with an error.',
      ({ failed }) => failed,
    );
    this.counters('redwing_errors_total', 'Errors replied, by their code.', ['code'], () =>
      [...sources.counts.errors].map(([code, count]): Value => [{ code }, count]),
    );
  }

  // Histograms that are recorded without prom-client, which would allocate for each observation.
  private histograms(): string {
    const { commands } = this.sources.registry;
    const byCommand = [...this.commands].map(
      ([id, histogram]) => [`command="${commands[id]?.fullName ?? ''}"`, histogram] as const,
    );
    const batch = 'Time that a batch took: all that one turn of the event loop has read.';
    const command = 'Time that a call took, of commands that are measured one by one.';
    return (
      histogramText('redwing_batch_seconds', batch, [['', this.batches]]) +
      histogramText('redwing_command_seconds', command, byCommand)
    );
  }

  private addMemory(): void {
    const { sources } = this;
    const help = 'Memory by category: see docs/operating.md.';
    this.gaugesOf('redwing_memory_bytes', help, ['category'], () => {
      const {
        used,
        peak,
        startup,
        dataset,
        tables,
        indexes,
        views,
        pending,
        clients,
        arenas,
        javascript,
        rss,
      } = memoryFigures(sources);
      const categories = { used, peak, startup, dataset, tables, indexes, views, pending, clients, arenas };
      return Object.entries({ ...categories, javascript, rss }).map(([category, bytes]): Value => [
        { category },
        bytes,
      ]);
    });
    this.gauge('redwing_memory_limit_bytes', 'maxmemory; 0: no limit.', () => sources.config.maxmemory);
  }

  private addKeyspace(): void {
    const { sources } = this;
    this.gaugesOf('redwing_keys', 'Keys by database.', ['database'], () => {
      const values: Value[] = [];
      for (let i = 0; i < sources.config.databases; i++) {
        const keys = sources.store.databaseSize(i);
        if (i === 0 || keys > 0) values.push([{ database: String(i) }, keys]);
      }
      return values;
    });
    this.gauge('redwing_open_views', 'Frozen views that are open.', () => this.store.openViews);
    this.counter('redwing_evicted_keys_total', 'Keys evicted.', () => this.store.evictedKeys);
    this.counter('redwing_expired_keys_total', 'Keys expired.', () => this.store.expiredKeys);
    this.counter('redwing_expired_fields_total', 'Fields expired.', () => this.store.expiredFields);
    this.counter('redwing_keyspace_hits_total', 'Keys that reads found.', () => this.store.hits);
    this.counter('redwing_keyspace_misses_total', 'Keys that reads missed.', () => this.store.misses);
  }

  private addPersistence(): void {
    const { changes, persistence } = this.sources;
    const saved = 'Last snapshot that succeeded, or the start: Unix time.';
    this.gauge('redwing_last_save_time_seconds', saved, () => persistence.lastSave);
    const ok = '1 unless the last snapshot failed.';
    this.gauge('redwing_last_save_ok', ok, () => (persistence.hasFailed ? 0 : 1));
    this.gauge('redwing_changes_since_save', 'Changes since the last snapshot.', () => changes.total);
    const loading = '1 while data is being loaded.';
    this.gauge('redwing_loading', loading, () => (persistence.isLoading ? 1 : 0));
  }

  private addBackups(): void {
    const { backups } = this.sources.persistence;
    this.counters('redwing_backups_total', 'Backups since the start, by how they ended.', ['result'], () => [
      [{ result: 'ok' }, backups.completed],
      [{ result: 'failed' }, backups.failed],
    ]);
    // Without a backup since the start there is nothing to tell of the last one.
    const last = (name: string, help: string, read: (outcome: BackupOutcome) => number): void =>
      this.gaugesOf(name, help, [], () => (backups.last === null ? [] : [[{}, read(backups.last)]]));
    last('redwing_backup_last_ok', '1 unless the last backup failed.', ({ error }) => (error === '' ? 1 : 0));
    const time = 'When the last backup was begun: Unix time.';
    last('redwing_backup_last_time_seconds', time, ({ startedMs }) => startedMs / SECOND_MS);
    const duration = 'How long the last backup took, its check included.';
    last('redwing_backup_last_duration_seconds', duration, ({ durationMs }) => durationMs / SECOND_MS);
    last('redwing_backup_last_bytes', 'Size of the last backup.', ({ bytes }) => bytes);
  }

  private addClients(): void {
    const { sources } = this;
    this.gauge('redwing_clients', 'Clients connected.', () => sources.clientCount);
    this.gauge('redwing_clients_waiting', 'Clients that wait, blocked or for a long read.', () => {
      let waiting = 0;
      for (const client of sources.clients()) if (client.waiting) waiting++;
      return waiting;
    });
    const received = 'Connections accepted.';
    this.counter('redwing_connections_total', received, () => sources.connectionsReceived);
    const rejected = 'Connections refused because of maxclients.';
    this.counter('redwing_connections_rejected_total', rejected, () => sources.connectionsRejected);
    const evicted = 'Connections ended because of maxmemory-clients.';
    this.counter('redwing_evicted_clients_total', evicted, () => sources.clientEviction.evicted);
    const read = 'Bytes read from clients.';
    this.counter('redwing_network_read_bytes_total', read, () => this.store.bytesRead ?? 0);
    const written = 'Bytes written to clients.';
    this.counter('redwing_network_written_bytes_total', written, () => this.store.bytesWritten ?? 0);
  }

  private addProcess(): void {
    const { sources, delay } = this;
    this.gaugesOf('redwing_info', 'Versions.', ['version', 'node'], () => [
      [{ version, node: process.version }, 1],
    ]);
    this.gauge('redwing_start_time_seconds', 'Start, Unix time.', () => sources.startedMs / SECOND_MS);
    this.counter('redwing_cpu_seconds_total', 'Processor time, user and system.', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / SECOND_US;
    });
    const help = 'Delay of the event loop beyond its time, since the last reading.';
    this.gaugesOf('redwing_event_loop_delay_seconds', help, ['quantile'], () => {
      if (delay.count === 0) return [];
      // What is sampled is the time between two ticks, which is the resolution when there is no delay.
      const seconds = (ns: number): number => Math.max(0, ns / SECOND_NS - DELAY_RESOLUTION_MS / SECOND_MS);
      return [50, 99, 99.9, 100].map((p): Value => [
        { quantile: String(p / 100) },
        seconds(delay.percentile(p)),
      ]);
    });
  }
}
