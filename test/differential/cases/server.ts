/** The server: databases, CONFIG, INFO, TIME, DEBUG. */
import type { DifferentialCase } from '../../support/server-pair.js';
import { encodeCommand, toBytes } from '../../support/command-line.js';
import { type Action, onConnection, type Step } from '../../support/steps.js';
import { begins, receives } from '../../support/waiting.js';
import { parseReply, textOf } from '../../support/reply.js';
import { arity, each, likeRedis8, table } from '../../support/tables.js';

/**
 * Fields that clients and monitors read, by section; each must be there and look like the reference's value.
 */
const INFO_FIELDS = {
  server: 'redis_version redis_mode os arch_bits process_id run_id ' +
    'tcp_port uptime_in_seconds uptime_in_days hz',
  clients: 'connected_clients maxclients blocked_clients',
  memory: 'used_memory used_memory_human used_memory_rss ' +
    'maxmemory maxmemory_human maxmemory_policy mem_fragmentation_ratio',
  persistence: 'loading rdb_changes_since_last_save rdb_bgsave_in_progress rdb_last_save_time aof_enabled',
  stats: 'total_connections_received total_commands_processed ' +
    'instantaneous_ops_per_sec expired_keys evicted_keys keyspace_hits keyspace_misses',
  replication: 'role connected_slaves master_replid master_repl_offset',
  cpu: 'used_cpu_sys used_cpu_user',
  cluster: 'cluster_enabled',
} as const; // prettier-ignore

function infoOf(text: string): Map<string, string> {
  const fields = text.split('\r\n').filter((line) => line.includes(':'));
  return new Map(fields.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

/** The shape of a value: numbers and hexadecimal ids by their kind, words as they are. */
function shapeOf(value: string | undefined): string {
  if (value === undefined) return 'missing';
  if (/^-?\d+$/.test(value)) return 'integer';
  if (/^-?\d+\.\d+$/.test(value)) return 'decimal';
  if (/^[0-9a-f]{40}$/.test(value)) return 'id';
  if (/^\d+(\.\d+)?[BKMG]$/.test(value)) return 'size';
  if (/^\d+\.\d+\.\d+$/.test(value)) return 'version';
  return value;
}

function infoSection(section: keyof typeof INFO_FIELDS): Action {
  return {
    label: `INFO ${section} (fields that clients read)`,
    commands: [`INFO ${section}`],
    run: async ({ connection }) => {
      const text = textOf(parseReply(await connection.command('INFO', section))) ?? '';
      const fields = infoOf(text);
      const shapes = INFO_FIELDS[section].split(' ').map((name) => `${name}:${shapeOf(fields.get(name))}`);
      return Buffer.from([text.split('\r\n')[0], ...shapes].join('\n'));
    },
  };
}

/** The type of the reply and the titles of its sections, in order, of those that every build has. */
function infoTitles(line: string): Action {
  const common = [
    'Server',
    'Clients',
    'Memory',
    'Persistence',
    'Stats',
    'Replication',
    'CPU',
    'Cluster',
    'Keyspace',
  ];
  return {
    label: `${line} (titles)`,
    commands: [line],
    run: async ({ connection }) => {
      const reply = parseReply(await connection.command(...line.split(' ')));
      const titles = (textOf(reply) ?? '').split('\r\n').filter((text) => text.startsWith('# '));
      return Buffer.from(
        [reply.type, ...titles.filter((title) => common.includes(title.slice(2)))].join(' '),
      );
    },
  };
}

/** How far one counter of INFO moves while `lines` run. */
function counterMoves(field: string, ...lines: readonly string[]): Action {
  return {
    label: `how far INFO ${field} moves by ${lines.join(' | ')}`,
    commands: lines,
    run: async ({ connection }) => {
      const read = async (): Promise<number> =>
        Number(infoOf(textOf(parseReply(await connection.command('INFO', 'stats'))) ?? '').get(field));
      const before = await read();
      // In one piece, so that commands may be served as a run.
      const pieces = lines.map((line) => encodeCommand(line.split(' ').map(toBytes)));
      void connection.send(Buffer.concat(pieces));
      await connection.replies(lines.length);
      return Buffer.from(String((await read()) - before));
    },
  };
}

/** A figure of INFO clients. */
function clientFigure(field: string): Action {
  return {
    label: `INFO ${field}`,
    commands: ['INFO clients'],
    run: async ({ connection }) => {
      const text = textOf(parseReply(await connection.command('INFO', 'clients'))) ?? '';
      return Buffer.from(infoOf(text).get(field) ?? 'missing');
    },
  };
}

const CLIENT_FIGURES = [
  'blocked_clients',
  'clients_in_timeout_table',
  'watching_clients',
  'total_watched_keys',
  'total_blocking_keys',
  'total_blocking_keys_on_nokey',
].map(clientFigure);

/** One key of every type. */
const COLLECTIONS: readonly Step[] = [
  'RPUSH l a b c',
  'SADD s a b c',
  'HSET h a 1 b 2',
  'ZADD z 1 a 2 b',
  'GEOADD g 1 1 a',
];

/** What reads collections, and what writes them and must not count as a reading. */
const READS: readonly string[] = [
  'LRANGE l 0 -1', 'LRANGE nokey 0 -1', 'LRANGE s 0 -1', 'LINDEX l 0', 'LLEN l', 'LPOS l a', 'LPOP l',
  'SMEMBERS s', 'SISMEMBER s a', 'SISMEMBER nokey a', 'SISMEMBER l a', 'SMISMEMBER s a b', 'SRANDMEMBER s',
  'SRANDMEMBER s 2', 'SRANDMEMBER nokey', 'SCARD s', 'SSCAN s 0', 'SSCAN nokey 0', 'SSCAN l 0', 'SPOP s',
  'SPOP s 100', 'SPOP nokey 2', 'SINTER s s nokey', 'SUNION s s',
  'HGETALL h', 'HGETALL nokey', 'HGETALL l', 'HKEYS h', 'HGET h a', 'HMGET h a b', 'HLEN h', 'HRANDFIELD h',
  'HRANDFIELD h 5', 'HRANDFIELD nokey 5', 'HSCAN h 0', 'HSCAN nokey 0', 'HSCAN l 0', 'HSCAN h 0 BOGUS',
  'ZRANGE z 0 -1', 'ZSCORE z a', 'ZSCORE nokey a', 'ZRANK z a', 'ZRANDMEMBER z', 'ZRANDMEMBER z 5',
  'ZRANDMEMBER nokey 5', 'ZSCAN z 0', 'ZSCAN nokey 0', 'ZSCAN l 0', 'ZCOUNT z 0 1', 'ZPOPMIN z', 'ZMPOP 1 z MIN',
  'GEOPOS g a', 'GEODIST g a a', 'SORT l ALPHA', 'SCAN 0', 'OBJECT ENCODING s', 'GET l', 'HGET l a',
  'ZSCORE l a', 'ZRANK l a', 'MGET l h',
]; // prettier-ignore

/** Directives whose default and limits are the same everywhere. */
const DIRECTIVES = [
  'maxmemory', 'maxmemory-policy', 'maxmemory-samples', 'timeout', 'tcp-keepalive', 'databases',
    'maxclients', 'proto-max-bulk-len', 'hz', 'lfu-log-factor', 'lfu-decay-time',
  'lazyfree-lazy-expire', 'lazyfree-lazy-eviction', 'lazyfree-lazy-user-del', 'lazyfree-lazy-user-flush',
    'lazyfree-lazy-server-del', 'hll-sparse-max-bytes', 'slowlog-log-slower-than', 'slowlog-max-len',
  'appendonly', 'appendfsync', 'save', 'requirepass', 'notify-keyspace-events', 'client-query-buffer-limit',
    'list-max-listpack-size', 'hash-max-listpack-entries', 'hash-max-listpack-value',
  'set-max-intset-entries', 'zset-max-listpack-entries', 'zset-max-listpack-value', 'active-expire-effort',
    'latency-monitor-threshold',
]; // prettier-ignore

/** Directive, then values to set: good and bad; the first is the default, and is set again at the end. */
const SETTINGS: readonly (readonly string[])[] = [
  // Limits that Redis would take are refused until there is eviction (docs/differences.md).
  ['maxmemory', '0', 'abc', '', '1.5gb', '10%'],
  ['maxmemory-policy', 'noeviction', 'allkeys-lru', 'VOLATILE-LFU', 'bogus', ''],
  ['maxmemory-samples', '5', '10', '0', '-1', 'abc', '64'],
  ['timeout', '0', '100', '-1', 'abc', '2147483648'],
  ['hz', '10', '100', '0', '1000', 'abc'],
  ['databases', '16', '32'],
  ['lfu-log-factor', '10', '0', '-1', '100'],
  ['lfu-decay-time', '1', '0', '-1'],
  ['proto-max-bulk-len', '512mb', '1048576', '1000', '-1', '1mb'],
  ['lazyfree-lazy-user-del', 'no', 'yes', 'YES', 'maybe', '1'],
  ['hll-sparse-max-bytes', '3000', '0', '-1', 'abc'],
];

export const serverCases: DifferentialCase[] = [
  ...likeRedis8(table(
    ['INFO tells who waits and watches', 'WATCH a b', ...CLIENT_FIGURES, onConnection('w', 'WATCH b c'), ...CLIENT_FIGURES,
      'UNWATCH', ...CLIENT_FIGURES, begins('x', 'BLPOP a b 0'), begins('y', 'BLPOP b c 100'), ...CLIENT_FIGURES,
      'XGROUP CREATE s g $ MKSTREAM', begins('z', 'XREADGROUP GROUP g me BLOCK 0 STREAMS s >'), ...CLIENT_FIGURES,
      onConnection('w', 'UNWATCH'), 'RPUSH b 1 2', receives('x'), receives('y'), 'DEL s', receives('z'), ...CLIENT_FIGURES],
  )),
  arity('TIME', 1, 2),
  ...table(['TIME', 'TIME', 'time']),
  ...(Object.keys(INFO_FIELDS) as (keyof typeof INFO_FIELDS)[]).map((section) => ({ title: `INFO ${section}`,
    steps: [infoSection(section)] })),
  ...table(
    ['INFO keyspace', 'INFO keyspace', 'SET a 1', 'SET b 1', 'INFO keyspace', 'SELECT 3', 'SET c 1',
      'INFO KEYSPACE', 'FLUSHALL', 'INFO Keyspace'],
    ['INFO titles', infoTitles('INFO'), infoTitles('INFO default'), infoTitles('INFO server clients'),
      infoTitles('INFO clients server'), infoTitles('INFO bogus'), infoTitles('INFO SERVER'),
      infoTitles('INFO keyspace keyspace')],
    ['INFO of a section that does not exist', 'INFO bogus', 'INFO ""', 'INFO bogus keyspace'],
    ['INFO counters', counterMoves('keyspace_hits', 'SET k v', 'GET k', 'GET k', 'EXISTS k', 'TTL k'),
      counterMoves('keyspace_misses', 'GET nokey', 'EXISTS nokey', 'MGET a b'),
      counterMoves('total_commands_processed', 'PING', 'PING', 'SET k v')],
    ['INFO counts reads and writes of sockets', counterMoves('total_reads_processed', 'PING', 'SET k v'),
      counterMoves('total_writes_processed', 'PING', 'SET k v', 'GET k')],
    ['INFO counts what is written', counterMoves('keyspace_hits', 'SET k 1', 'INCR k', 'APPEND k 1', 'DEL k',
      'TYPE k', 'TOUCH k'), counterMoves('keyspace_misses', 'INCR n', 'SETNX m 1', 'DEL nokey', 'TYPE nokey',
      'TTL nokey', 'TOUCH nokey')],
  ),
  ...(['keyspace_hits', 'keyspace_misses'] as const).flatMap((field) => READS.map((line) => ({
    title: `INFO ${field} of ${line}`,
    steps: [...COLLECTIONS, counterMoves(field, ...Array<string>(5).fill(line))],
  }))),
  ...each('CONFIG GET', [], DIRECTIVES.map((name) => `CONFIG GET ${name}`)),
  ...table(
    ['CONFIG GET forms', 'CONFIG GET bogus', 'CONFIG GET ""', 'CONFIG GET MAXMEMORY',
      'config get MaxMemory-Policy', 'CONFIG GET maxmemory-sample?', 'CONFIG GET maxmemory-s*',
      'CONFIG GET bogus maxmemory', 'CONFIG GET maxmemory maxmemory', 'CONFIG GET [m]axmemory', 'CONFIG GET'],
    ['CONFIG SET several', 'CONFIG SET maxmemory-samples 7 timeout 50', 'CONFIG GET maxmemory-samples',
      'CONFIG GET timeout', 'CONFIG SET maxmemory-samples 5 timeout 0'],
    ['CONFIG SET is all or nothing', 'CONFIG SET maxmemory-samples 7 timeout abc',
      'CONFIG GET maxmemory-samples', 'CONFIG SET maxmemory-samples 7 bogus 1',
      'CONFIG GET maxmemory-samples', 'CONFIG SET timeout 5 timeout 6', 'CONFIG GET timeout'],
    ['CONFIG SET is not for everything', 'CONFIG SET databases 4', 'CONFIG SET bogus x', 'CONFIG SET "" x',
      'CONFIG SET "a\\r\\nb" x', 'CONFIG SET port'],
  ),
  ...SETTINGS.map(([name, ...values]) => ({
    title: `CONFIG SET ${name}`,
    steps: [...values.flatMap((value) => [['CONFIG', 'SET', name, value], `CONFIG GET ${name}`]),
      `CONFIG SET ${name} ${values[0]}`],
  })),
  ...each('CONFIG', [], ['CONFIG', 'CONFIG BOGUS', 'CONFIG GET', 'CONFIG SET', 'CONFIG SET maxmemory',
    'CONFIG SET maxmemory 0 timeout', 'CONFIG HELP', 'CONFIG HELP x', 'CONFIG ""']),
  ...each('CONFIG RESETSTAT and REWRITE', [], ['CONFIG RESETSTAT', 'CONFIG RESETSTAT x', 'config resetstat',
    'CONFIG REWRITE', 'CONFIG REWRITE x']),
  ...each('SHUTDOWN that does not', [], ['SHUTDOWN BOGUS', 'SHUTDOWN NOSAVE SAVE', 'SHUTDOWN ABORT',
    'SHUTDOWN ABORT NOSAVE', 'SHUTDOWN NOSAVE BOGUS']),
  ...each('MEMORY', ['SET k v'], ['MEMORY', 'MEMORY USAGE', 'MEMORY USAGE k', 'MEMORY USAGE nokey',
    'MEMORY USAGE k SAMPLES 0', 'MEMORY USAGE k SAMPLES 5', 'MEMORY USAGE k SAMPLES', 'MEMORY USAGE k SAMPLES x',
    'MEMORY USAGE k SAMPLES -1', 'MEMORY USAGE k BOGUS 1', 'MEMORY BOGUS', 'MEMORY HELP']),
  ...each('DEBUG is not allowed unless enabled', [], ['DEBUG SLEEP 0', 'DEBUG OBJECT k', 'DEBUG BOGUS',
    'DEBUG HELP', 'DEBUG', 'DEBUG ""']),
]; // prettier-ignore

/** What of DEBUG OBJECT does not depend on where and when. */
function debugObject(key: string): Action {
  return {
    label: `DEBUG OBJECT ${key}, without places and times`,
    commands: [`DEBUG OBJECT ${key}`],
    run: async ({ connection }) => {
      const reply = parseReply(await connection.command('DEBUG', 'OBJECT', key));
      const text = textOf(reply) ?? '';
      const words = text.replace(/idle:\d+/, 'idle:n').split(' ');
      const told = words.filter((part) => /^(refcount|encoding|lru_seconds_idle|ERR|Value)/.test(part));
      return Buffer.from([reply.type, ...told].join(' '));
    },
  };
}

/** Whether a picture comes, with a version below. */
function picture(line: string): Action {
  return {
    label: `${line} (a version below)`,
    commands: [line],
    run: async ({ connection }) => {
      const reply = parseReply(await connection.command(...line.split(' ')));
      const text = textOf(reply) ?? '';
      return Buffer.from(`${reply.type} ${/ver\. \d+\.\d+\.\d+\n$/.test(text) ? 'a version' : text}`);
    },
  };
}

/** Cases for a server that was started with DEBUG enabled. */
export const debugCases: DifferentialCase[] = [
  ...table(
    ['DEBUG SLEEP', 'DEBUG SLEEP 0', 'DEBUG SLEEP 0.01', 'debug sleep 0', 'PING', 'DEBUG SLEEP abc',
      'DEBUG SLEEP ""'],
    ['DEBUG SLEEP lets an expiry come', 'SET k v PX 20', 'DEBUG SLEEP 0.05', 'GET k', 'EXISTS k'],
    ['DEBUG wrong', 'DEBUG', 'DEBUG SLEEP', 'DEBUG BOGUS', 'DEBUG BOGUS x', 'DEBUG SLEEP 0 x', 'DEBUG HELP',
      'DEBUG ""'],
    ['DEBUG OBJECT', 'SET k v', 'SET n 12', `SET r ${'x'.repeat(100)}`, 'SADD s 1 2', 'HSET h a b', 'ZADD z 1 a',
      ...['k', 'n', 'r', 's', 'h', 'z'].map(debugObject), 'DEBUG OBJECT nokey', 'DEBUG OBJECT', 'DEBUG OBJECT k x'],
    ['DEBUG settings', 'DEBUG QUICKLIST-PACKED-THRESHOLD 100b', 'DEBUG QUICKLIST-PACKED-THRESHOLD 0',
      'DEBUG QUICKLIST-PACKED-THRESHOLD x', 'DEBUG QUICKLIST-PACKED-THRESHOLD', 'DEBUG SET-ACTIVE-EXPIRE 0',
      'DEBUG SET-ACTIVE-EXPIRE 1', 'DEBUG LOG x', 'DEBUG ERROR "ERR x"', 'DEBUG ERROR'],
    ['DEBUG POPULATE', 'DEBUG POPULATE 3', 'DBSIZE', 'GET key:0', 'GET key:2', 'SET other:1 x', 'DEBUG POPULATE 4 other',
      'GET other:1', 'GET other:3', 'DEBUG POPULATE 2 long 20', 'GET long:1', 'DEBUG POPULATE 12 short 3', 'GET short:11',
      'DEBUG POPULATE 2 zero 0', 'GET zero:1', 'DBSIZE', 'DEBUG DIGEST', 'OBJECT ENCODING key:1', 'DEBUG POPULATE 0',
      'DEBUG POPULATE', 'DEBUG POPULATE x', 'DEBUG POPULATE -1', 'DEBUG POPULATE 1 p x', 'DEBUG POPULATE 1 p -1',
      'DEBUG POPULATE 1 p 2 3', 'DEBUG POPULATE 99999999999999999999', 'SELECT 3', 'DEBUG POPULATE 2', 'DBSIZE'],
    ['DEBUG PAUSE-CRON', 'DEBUG PAUSE-CRON 1', 'SET k v PX 1', 'DEBUG SLEEP 0.02', 'GET k', 'DEBUG PAUSE-CRON 0',
      'DEBUG PAUSE-CRON', 'DEBUG PAUSE-CRON x'],
    ['DEBUG REPLYBUFFER', 'DEBUG REPLYBUFFER PEAK-RESET-TIME never', 'DEBUG REPLYBUFFER PEAK-RESET-TIME 100',
      'DEBUG REPLYBUFFER peak-reset-time x', 'DEBUG REPLYBUFFER PEAK-RESET-TIME RESET', 'DEBUG REPLYBUFFER RESIZING 0',
      'DEBUG REPLYBUFFER RESIZING 1', 'DEBUG REPLYBUFFER RESIZING', 'DEBUG REPLYBUFFER', 'DEBUG REPLYBUFFER x y'],
    ['LOLWUT', ...['LOLWUT', 'LOLWUT VERSION 2', 'LOLWUT bogus', 'lolwut 1 2', 'LOLWUT VERSION'].map(picture),
      'LOLWUT VERSION x'],
  ),
  ...likeRedis8(table(['DEBUG DICT-RESIZING', 'DEBUG DICT-RESIZING 0', 'DEBUG DICT-RESIZING 1', 'DEBUG DICT-RESIZING'])),
]; // prettier-ignore
