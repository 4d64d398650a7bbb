// The text of INFO: sections of `name:value` lines, under the names that clients and monitors of Redis 7.2 read.
//
// A value is the server's own, or what Redis shows when a thing is off or has not happened: nothing is
// replicated or scripted yet. Lines of Redis for which there is neither are left out. Redwing's own lines begin
// with `redwing_` or stand where Redis names its compiler and libraries.
//
// Cost: O(databases + commands + connections) for the sections that show them, some microseconds for the others.
import { createHash } from 'node:crypto';
import * as os from 'node:os';
import type { Client } from '../commands/client.js';
import type { Pausing } from '../commands/client-pause.js';
import { REDIS_VERSION } from '../commands/compatibility.js';
import type { CommandTimes } from '../commands/command-times.js';
import type { CommandStatistics } from '../commands/context.js';
import type { ErrorCounts } from '../commands/error-counts.js';
import type { Registry } from '../commands/registry.js';
import { Kind, type Subscribing } from '../commands/subscriptions.js';
import type { Tracking } from '../commands/tracker.js';
import { type Config, version } from '../config/index.js';
import { NumberA, NumberB, NumberC, NumberD } from '../store/layout.js';
import type { NativeStore } from '../store/native.js';
import { activeMicroseconds, Gauges } from './gauges.js';
import { memoryFigures, type MemoryFigures } from './memory-figures.js';

/** Where the figures come from; the server is one. */
export interface InfoSources {
  readonly config: Config;
  readonly registry: Registry;
  readonly counts: {
    /** Commands executed, milliseconds that took, and errors replied by their code. */
    readonly total: number;
    readonly busyMs: number;
    readonly errors: ErrorCounts;
  };
  readonly store: Pick<NativeStore, 'statistics' | 'databaseSize' | 'numbers' | 'threadTime'>;
  readonly blocker: {
    readonly keyCount: number;
    readonly timedClientCount: number;
    readonly vanishingKeyCount: number;
  };
  readonly watches: { readonly clientCount: number; readonly keyCount: number };
  readonly pausing: Pick<Pausing, 'state'>;
  readonly clientEviction: { readonly evicted: number };
  readonly cron: { readonly expireCycleMs: number };
  readonly persistence: { infoLines(): readonly Line[] };
  readonly pubsub: Pick<Subscribing, 'clients' | 'size'>;
  readonly acl: { readonly denied: Readonly<Record<'auth' | 'command' | 'key' | 'channel', number>> };
  readonly times: Pick<CommandTimes, 'histogramOf'>;
  readonly tracking: Pick<Tracking, 'clientCount' | 'keyCount' | 'itemCount' | 'prefixCount'>;
  readonly gauges?: Gauges;
  readonly clientCount: number;
  readonly connectionsReceived: number;
  readonly connectionsRejected: number;
  readonly queriesTooLarge: number;
  /** Unix time, ms. */
  readonly startedMs: number;
  /** 40 hexadecimal digits, new with each start. */
  readonly runId: string;
  clients(): Iterable<Client>;
  statistics(command: number): CommandStatistics;
}

type Value = string | number;
type Line = readonly [name: string, value: Value];

interface Section {
  title: string;
  /** What it is asked for by, lower case. */
  names: readonly string[];
  /** Whether it is shown when nothing is asked for. */
  isDefault: boolean;
  lines: (sources: InfoSources) => readonly Line[];
}

const SECOND_MS = 1000;
const DAY_S = 86400;
const KILOBYTE = 1024;
const MICROSECOND_S = 1e-6;
const MICROSECONDS_PER_MS = 1000;
const UNITS = ['K', 'M', 'G', 'T', 'P'] as const;
/** The figures of a server that has not been sampled yet. */
const UNSAMPLED = new Gauges();

// A number of bytes for people, as Redis writes it: "512B", "1.50K".
function human(bytes: number): string {
  if (bytes < KILOBYTE) return `${String(bytes)}B`;
  let value = bytes / KILOBYTE;
  let unit = 0;
  while (value >= KILOBYTE && unit < UNITS.length - 1) {
    value /= KILOBYTE;
    unit++;
  }
  return value.toFixed(2) + UNITS[unit];
}

function percent(part: number, whole: number): string {
  return `${(whole > 0 ? (100 * part) / whole : 0).toFixed(2)}%`;
}

function ratio(value: number, to: number): string {
  return (to > 0 ? value / to : 0).toFixed(2);
}

function milliseconds(microseconds: number): number {
  return Math.floor(microseconds / MICROSECONDS_PER_MS);
}

function flag(value: boolean): number {
  return value ? 1 : 0;
}

/** Lines that read the same whatever happens. */
function zeros(...names: readonly string[]): Line[] {
  return names.map((name) => [name, 0]);
}

// ---- server and clients --------------------------------------------------------------------------------------------

const POLLING: Readonly<Record<string, string>> = { linux: 'epoll', win32: 'iocp' };

function listenerLines(config: Config): Line[] {
  const listeners: string[] = [];
  const addresses = config.text('bind').split(' ').filter(Boolean);
  const add = (name: string, port: number): void => {
    const parts = [`name=${name}`, ...addresses.map((a) => `bind=${a}`), `port=${String(port)}`];
    if (port !== 0) listeners.push(parts.join(','));
  };
  add('tcp', config.port);
  if (config.unixsocket !== '') listeners.push(`name=unix,bind=${config.unixsocket}`);
  add('tls', config.tlsPort);
  return listeners.map((text, i) => [`listener${String(i)}`, text]);
}

function serverLines({ config, startedMs, runId }: InfoSources): Line[] {
  const nowMs = Date.now();
  const uptime = Math.max(0, Math.floor((nowMs - startedMs) / SECOND_MS));
  return [
    ['redis_version', REDIS_VERSION],
    ['redwing_version', version],
    ['redis_git_sha1', '00000000'],
    ['redis_git_dirty', 0],
    ['redis_build_id', '0000000000000000'],
    ['redis_mode', 'standalone'],
    ['os', `${os.type()} ${os.release()} ${os.machine()}`],
    ['arch_bits', 64],
    ['monotonic_clock', 'POSIX clock_gettime'],
    ['multiplexing_api', POLLING[process.platform] ?? 'kqueue'],
    ['atomicvar_api', 'c11-builtin'],
    ['gcc_version', '0.0.0'],
    ['node_version', process.versions.node],
    ['v8_version', process.versions.v8],
    ['uv_version', process.versions.uv],
    ['process_id', process.pid],
    ['process_supervised', 'no'],
    ['run_id', runId],
    ['tcp_port', config.port === 0 ? config.tlsPort : config.port],
    ['server_time_usec', nowMs * SECOND_MS],
    ['uptime_in_seconds', uptime],
    ['uptime_in_days', Math.floor(uptime / DAY_S)],
    ['hz', config.hz],
    ['configured_hz', config.hz],
    ['lru_clock', Math.floor(nowMs / SECOND_MS) & 0xffffff],
    ['executable', process.argv[1] ?? process.execPath],
    ['config_file', config.configFile],
    ['io_threads_active', 0],
    ...listenerLines(config),
  ];
}

function clientLines(sources: InfoSources): Line[] {
  const { blocker, watches, gauges = UNSAMPLED } = sources;
  const { commands, millisecondsLeft } = sources.pausing.state;
  let waiting = 0;
  for (const client of sources.clients()) waiting += flag(client.waiting);
  return [
    ['connected_clients', sources.clientCount],
    ['cluster_connections', 0],
    ['maxclients', sources.config.maxclients],
    ['client_recent_max_input_buffer', gauges.inputBuffer.value],
    ['client_recent_max_output_buffer', gauges.outputBuffer.value],
    ['blocked_clients', waiting],
    ['tracking_clients', sources.tracking.clientCount],
    ['pubsub_clients', sources.pubsub.clients],
    ['watching_clients', watches.clientCount],
    ['clients_in_timeout_table', blocker.timedClientCount],
    ['total_watched_keys', watches.keyCount],
    ['total_blocking_keys', blocker.keyCount],
    ['total_blocking_keys_on_nokey', blocker.vanishingKeyCount],
    // Of Valkey.
    ['paused_reason', commands === 'none' ? 'none' : 'client_pause'],
    ['paused_actions', commands],
    ['paused_timeout_milliseconds', millisecondsLeft],
  ];
}

// ---- memory --------------------------------------------------------------------------------------------------------

function scriptingLines(): Line[] {
  return [
    ...zeros('used_memory_lua', 'used_memory_vm_eval'),
    ['used_memory_lua_human', human(0)],
    ...zeros(
      'used_memory_scripts_eval',
      'number_of_cached_scripts',
      'number_of_functions',
      'number_of_libraries',
    ),
    ...zeros('used_memory_vm_functions', 'used_memory_vm_total'),
    ['used_memory_vm_total_human', human(0)],
    ...zeros('used_memory_functions', 'used_memory_scripts'),
    ['used_memory_scripts_human', human(0)],
  ];
}

function allocatorLines({ used, rss, stored, resident }: MemoryFigures): Line[] {
  return [
    ['allocator_frag_ratio', ratio(resident, stored)],
    ['allocator_frag_bytes', Math.max(0, resident - stored)],
    ['allocator_rss_ratio', '1.00'],
    ['allocator_rss_bytes', 0],
    ['rss_overhead_ratio', ratio(rss, resident)],
    ['rss_overhead_bytes', rss - resident],
    ['mem_fragmentation_ratio', ratio(rss, used)],
    ['mem_fragmentation_bytes', rss - used],
  ];
}

function memoryLines(sources: InfoSources): Line[] {
  const { config } = sources;
  const figures = memoryFigures(sources);
  const { used, rss, peak, startup, overhead, dataset } = figures;
  const total = os.totalmem();
  return [
    ['used_memory', used],
    ['used_memory_human', human(used)],
    ['used_memory_rss', rss],
    ['used_memory_rss_human', human(rss)],
    ['used_memory_peak', peak],
    ['used_memory_peak_human', human(peak)],
    ['used_memory_peak_perc', percent(used, peak)],
    ['used_memory_overhead', overhead],
    ['used_memory_startup', startup],
    ['used_memory_dataset', dataset],
    ['used_memory_dataset_perc', percent(dataset, used - startup)],
    ['redwing_table_bytes', figures.tables],
    ['redwing_expiry_index_bytes', figures.indexes],
    ['redwing_view_bytes', figures.views],
    ['redwing_pending_free_bytes', figures.pending],
    ['redwing_arena_bytes', figures.arenas],
    ['redwing_javascript_bytes', figures.javascript],
    ['allocator_allocated', figures.stored],
    ['allocator_active', figures.resident],
    ['allocator_resident', figures.resident],
    ['allocator_muzzy', 0],
    ['total_system_memory', total],
    ['total_system_memory_human', human(total)],
    ...scriptingLines(),
    ['maxmemory', config.maxmemory],
    ['maxmemory_human', human(config.maxmemory)],
    ['maxmemory_policy', config.maxmemoryPolicy],
    ...allocatorLines(figures),
    ['mem_not_counted_for_evict', figures.notCounted],
    ...zeros('mem_replication_backlog', 'mem_total_replication_buffers', 'mem_replica_full_sync_buffer'),
    ['mem_clients_slaves', 0],
    ['mem_clients_normal', figures.clients],
    ...zeros('mem_cluster_links', 'mem_aof_buffer'),
    ['mem_allocator', 'redwing'],
    // Nothing is ever rehashed as a whole.
    ['mem_overhead_db_hashtable_rehashing', 0],
    ['active_defrag_running', 0],
    ['lazyfree_pending_objects', figures.pendingObjects],
    ['lazyfreed_objects', figures.freedObjects],
  ];
}

// ---- statistics, replication ---------------------------------------------------------------------------------------

function trafficLines({ store, gauges = UNSAMPLED }: InfoSources): Line[] {
  const { bytesRead = 0, bytesWritten = 0 } = store.statistics();
  return [
    ['total_net_input_bytes', bytesRead - gauges.since.bytesRead],
    ['total_net_output_bytes', bytesWritten - gauges.since.bytesWritten],
    ...zeros('total_net_repl_input_bytes', 'total_net_repl_output_bytes'),
    ['instantaneous_input_kbps', ratio(gauges.bytesRead.mean, KILOBYTE)],
    ['instantaneous_output_kbps', ratio(gauges.bytesWritten.mean, KILOBYTE)],
    ['instantaneous_input_repl_kbps', '0.00'],
    ['instantaneous_output_repl_kbps', '0.00'],
  ];
}

function loopLines({ counts, gauges = UNSAMPLED }: InfoSources, turns: number): Line[] {
  const turnsPerSecond = gauges.turns.mean;
  return [
    ['eventloop_cycles', turns],
    ['eventloop_duration_sum', activeMicroseconds()],
    ['eventloop_duration_cmd_sum', Math.round(counts.busyMs * MICROSECONDS_PER_MS)],
    ['instantaneous_eventloop_cycles_per_sec', Math.round(turnsPerSecond)],
    [
      'instantaneous_eventloop_duration_usec',
      turnsPerSecond > 0 ? Math.round(gauges.activeUs.mean / turnsPerSecond) : 0,
    ],
  ];
}

function statsLines(sources: InfoSources): Line[] {
  const { counts, gauges = UNSAMPLED, store } = sources;
  const figures = store.statistics();
  const { expiredKeys, expiredFields, evictedKeys, exceededUs, totalExceededUs, hits, misses } = figures;
  const { openViews, reads = 0, writes = 0, endedByLimit = 0, turns = 0 } = figures;
  return [
    ['total_connections_received', sources.connectionsReceived],
    ['total_commands_processed', counts.total],
    ['instantaneous_ops_per_sec', Math.round(gauges.commands.mean)],
    ...trafficLines(sources),
    ['rejected_connections', sources.connectionsRejected],
    ...zeros('sync_full', 'sync_partial_ok', 'sync_partial_err'),
    ['expired_subkeys', expiredFields - gauges.since.expiredFields],
    ['expired_keys', expiredKeys - gauges.since.expiredKeys],
    ['expired_stale_perc', '0.00'],
    ['expired_time_cap_reached_count', 0],
    ['expire_cycle_cpu_milliseconds', Math.floor(sources.cron.expireCycleMs)],
    ['evicted_keys', evictedKeys - gauges.since.evictedKeys],
    ['evicted_clients', sources.clientEviction.evicted],
    ['evicted_scripts', 0],
    ['total_eviction_exceeded_time', milliseconds(totalExceededUs - gauges.since.totalExceededUs)],
    ['current_eviction_exceeded_time', milliseconds(exceededUs)],
    ['keyspace_hits', hits - gauges.since.hits],
    ['keyspace_misses', misses - gauges.since.misses],
    ['pubsub_channels', sources.pubsub.size(Kind.channel)],
    ['pubsub_patterns', sources.pubsub.size(Kind.pattern)],
    ['pubsubshard_channels', sources.pubsub.size(Kind.shardChannel)],
    ...zeros('latest_fork_usec', 'total_forks'),
    ...zeros('migrate_cached_sockets', 'slave_expires_tracked_keys'),
    ...zeros(
      'active_defrag_hits',
      'active_defrag_misses',
      'active_defrag_key_hits',
      'active_defrag_key_misses',
    ),
    ...zeros('total_active_defrag_time', 'current_active_defrag_time'),
    ['tracking_total_keys', sources.tracking.keyCount],
    ['tracking_total_items', sources.tracking.itemCount],
    ['tracking_total_prefixes', sources.tracking.prefixCount],
    ['unexpected_error_replies', 0],
    ['total_error_replies', counts.errors.total],
    ['dump_payload_sanitizations', 0],
    ['total_reads_processed', reads - gauges.since.reads],
    ['total_writes_processed', writes - gauges.since.writes],
    // There are no threads for reading and writing, and replies lie in one arena, which has one size.
    ...zeros('io_threaded_reads_processed', 'io_threaded_writes_processed'),
    ['client_query_buffer_limit_disconnections', sources.queriesTooLarge],
    ['client_output_buffer_limit_disconnections', endedByLimit - gauges.since.endedByLimit],
    ...zeros('reply_buffer_shrinks', 'reply_buffer_expands'),
    ...loopLines(sources, turns),
    ['acl_access_denied_auth', sources.acl.denied.auth],
    ['acl_access_denied_cmd', sources.acl.denied.command],
    ['acl_access_denied_key', sources.acl.denied.key],
    ['acl_access_denied_channel', sources.acl.denied.channel],
    ['redwing_open_views', openViews],
  ];
}

function replicationLines({ config, runId }: InfoSources): Line[] {
  return [
    ['role', 'master'],
    ['connected_slaves', 0],
    ['master_failover_state', 'no-failover'],
    // The identity of the data's history: as long as nothing is loaded, it begins with the process.
    ['master_replid', createHash('sha1').update(`replication ${runId}`).digest('hex')],
    ['master_replid2', '0'.repeat(40)],
    ['master_repl_offset', 0],
    ['second_repl_offset', -1],
    ['repl_backlog_active', 0],
    ['repl_backlog_size', config.replBacklogSize],
    ...zeros('repl_backlog_first_byte_offset', 'repl_backlog_histlen'),
  ];
}

function cpuLines({ store }: InfoSources): Line[] {
  const { user, system } = process.cpuUsage();
  const numbers = new Float64Array(store.numbers);
  store.threadTime(0);
  return [
    ['used_cpu_sys', (system * MICROSECOND_S).toFixed(6)],
    ['used_cpu_user', (user * MICROSECOND_S).toFixed(6)],
    ['used_cpu_sys_children', '0.000000'],
    ['used_cpu_user_children', '0.000000'],
    ['used_cpu_sys_main_thread', (numbers[NumberB] * MICROSECOND_S).toFixed(6)],
    ['used_cpu_user_main_thread', (numbers[NumberA] * MICROSECOND_S).toFixed(6)],
  ];
}

// ---- commands, errors, databases -----------------------------------------------------------------------------------

function commandLines(sources: InfoSources): Line[] {
  const lines: Line[] = [];
  for (const { id, fullName } of sources.registry.commands) {
    const { calls, microseconds, rejected, failed } = sources.statistics(id);
    if (calls + rejected + failed === 0) continue;
    const time = `usec=${String(Math.round(microseconds))},usec_per_call=${ratio(microseconds, calls)}`;
    const failures = `rejected_calls=${String(rejected)},failed_calls=${String(failed)}`;
    lines.push([`cmdstat_${fullName}`, `calls=${String(calls)},${time},${failures}`]);
  }
  return lines;
}

function percentileText(percent: number): string {
  return `p${percent.toFixed(6).replace(/\.?0+$/, '')}`;
}

function latencyLines({ config, registry, times }: InfoSources): Line[] {
  const percentiles = config.latencyTrackingInfoPercentiles;
  const lines: Line[] = [];
  for (const { id, fullName } of registry.commands) {
    const histogram = times.histogramOf(id);
    if (histogram === undefined || percentiles.length === 0) continue;
    const texts = percentiles.map((p) => `${percentileText(p)}=${histogram.percentile(p).toFixed(3)}`);
    lines.push([`latency_percentiles_usec_${fullName}`, texts.join(',')]);
  }
  return lines;
}

function errorLines({ counts }: InfoSources): Line[] {
  return [...counts.errors].sort().map(([code, count]) => [`errorstat_${code}`, `count=${String(count)}`]);
}

function keyspaceLines({ config, store }: InfoSources): Line[] {
  const numbers = new Float64Array(store.numbers);
  const lines: Line[] = [];
  for (let i = 0; i < config.databases; i++) {
    const keys = store.databaseSize(i);
    if (keys === 0) continue;
    const figures = `keys=${String(keys)},expires=${String(numbers[NumberB])},avg_ttl=${String(numbers[NumberC])}`;
    // Redis 7 knows no such figure, so it is told where there is something to tell.
    const fields = numbers[NumberD] > 0 ? `,subexpiry=${String(numbers[NumberD])}` : '';
    lines.push([`db${String(i)}`, figures + fields]);
  }
  return lines;
}

// ---- the text ------------------------------------------------------------------------------------------------------

function section(title: string, lines: Section['lines'], isDefault = true, ...names: string[]): Section {
  return { title, names: names.length > 0 ? names : [title.toLowerCase()], isDefault, lines };
}

/** In the order in which they are shown. */
const SECTIONS: readonly Section[] = [
  section('Server', serverLines),
  section('Clients', clientLines),
  section('Memory', memoryLines),
  section('Persistence', ({ persistence }) => persistence.infoLines()),
  section('Stats', statsLines),
  section('Replication', replicationLines),
  section('CPU', cpuLines),
  section('Modules', () => [], true, 'modules', 'module_list'),
  section('Commandstats', commandLines, false),
  section('Errorstats', errorLines),
  section('Latencystats', latencyLines, false),
  section('Cluster', () => [['cluster_enabled', 0]]),
  section('Keyspace', keyspaceLines),
];

/** Renders the sections asked for by name, `default`, `all` or `everything` (lower case); none asked: the default. */
export function infoText(sources: InfoSources, sections: readonly string[]): string {
  const asked = new Set(sections.length > 0 ? sections : ['default']);
  const isAll = asked.has('all') || asked.has('everything');
  const isDefaultAsked = asked.has('default');
  return SECTIONS.filter(
    ({ names, isDefault }) => isAll || (isDefaultAsked && isDefault) || names.some((name) => asked.has(name)),
  )
    .map(({ title, lines }) => {
      const body = lines(sources).map(([name, value]) => `${name}:${String(value)}\r\n`);
      return `# ${title}\r\n${body.join('')}`;
    })
    .join('\r\n');
}
