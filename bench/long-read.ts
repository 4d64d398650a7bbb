/**
 * `npm run bench:long-read`: what one client's long read does to everybody else.
 *
 * 5M keys are loaded; an open-loop client (long-read/latency-client.ts) sends GETs at a fixed rate, first
 * alone, then while another client (long-read/reader.ts) runs a command with a huge reply over and over.
 * Reported are the latencies of the GETs in both, and by how much p99.9 rises. Each run is made `--rounds`
 * times; medians count.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { HelperProcess } from './helper-process.js';
import { pinned, placeSelf } from './placement.js';
import { publish } from './report.js';
import { RespError, type RespClient } from './resp-client.js';
import { machineFacts, median, MeasurementList, type Metric, type Results } from './results.js';
import { RunningServer } from './servers.js';
import { warmMemory } from './warm-memory.js';
import { loadMembers, loadStrings, numbered } from './workloads.js';
import type { ReadRequest } from './long-read/reader.js';

const usage = `npm run bench:long-read -- [flags]
  --servers a,b,c    the first one is judged (redwing,redis-7.0,valkey-9.1)
  --reads a,b        keys, smembers, lrange, hgetall, zrange, or all (keys)
  --keys N           keys loaded (5000000)
  --members N        size of the collection read (1000000)
  --rate N           GETs per second (2000)
  --seconds S        length of each run (10)
  --rounds N         runs of each kind, of which the median counts (3)
  --name N           saved as bench/results/N.{json,md} (long-read)`;

/** What a server with the keys, the collections and some replies on their way comes to have. */
const MEMORY_GIB = 3;

interface LongRead {
  readonly name: string;
  readonly command: readonly string[];
  /** What further clients do at the same time. */
  readonly beside?: readonly Omit<ReadRequest, 'seconds'>[];
  /** Makes the collection that is read; the keyspace is loaded already. */
  readonly load?: (client: RespClient, members: number) => Promise<void>;
}

const member = (index: number): string => numbered('mbr:', index);

const reads: Readonly<Record<string, LongRead>> = {
  keys: { name: 'KEYS *', command: ['KEYS', '*'] },
  smembers: {
    ...{ name: 'SMEMBERS', command: ['SMEMBERS', 'bench:set'] },
    load: (client, members) => loadMembers(client, ['SADD', 'bench:set'], members, (i) => [member(i)]),
  },
  sets: {
    ...{ name: 'sets', command: ['SMEMBERS', 'bench:set'] },
    beside: [
      { command: ['SUNION', 'bench:set', 'bench:other'] },
      { command: ['bench:refilled'], refill: 1_000_000 },
    ],
    load: async (client, members) => {
      await loadMembers(client, ['SADD', 'bench:set'], members, (i) => [member(i)]);
      await loadMembers(client, ['SADD', 'bench:other'], members, (i) => [member(members / 2 + i)]);
    },
  },
  lrange: {
    ...{ name: 'LRANGE 0 -1', command: ['LRANGE', 'bench:list', '0', '-1'] },
    load: (client, members) => loadMembers(client, ['RPUSH', 'bench:list'], members, (i) => [member(i)]),
  },
  hgetall: {
    ...{ name: 'HGETALL', command: ['HGETALL', 'bench:hash'] },
    load: (client, members) =>
      loadMembers(client, ['HSET', 'bench:hash'], members, (i) => [member(i), 'xxx']),
  },
  zrange: {
    ...{ name: 'ZRANGE 0 -1', command: ['ZRANGE', 'bench:zset', '0', '-1'] },
    load: (client, members) =>
      loadMembers(client, ['ZADD', 'bench:zset'], members, (i) => [String(i), member(i)]),
  },
};

interface Settings {
  readonly servers: readonly string[];
  readonly reads: readonly LongRead[];
  readonly keys: number;
  readonly members: number;
  readonly rate: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly name: string;
}

function readSettings(): Settings {
  const { values } = parseArgs({
    options: {
      servers: { type: 'string', default: 'redwing,redis-7.0,valkey-9.1' },
      reads: { type: 'string', default: 'keys' },
      keys: { type: 'string', default: '5000000' },
      members: { type: 'string', default: '1000000' },
      rate: { type: 'string', default: '2000' },
      seconds: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '3' },
      name: { type: 'string', default: 'long-read' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const names = values.reads === 'all' ? Object.keys(reads) : values.reads.split(',');
  const chosen = names.map((name) => {
    const read = reads[name];
    if (read === undefined) throw new Error(`no read named ${name}: one of ${Object.keys(reads).join(', ')}`);
    return read;
  });
  return {
    servers: values.servers.split(','),
    reads: chosen,
    keys: Number(values.keys),
    members: Number(values.members),
    rate: Number(values.rate),
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    name: values.name,
  };
}

/** The p-th quantile (0 … 1) of sorted samples: the smallest one that at least that share does not exceed. */
function quantile(sorted: readonly number[], p: number): number {
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  if (value === undefined) throw new Error('no latencies');
  return value;
}

const quantiles = [
  [0.5, 'p50'],
  [0.99, 'p99'],
  [0.999, 'p999'],
  [1, 'max'],
] as const;

/** Records the quantiles of one run and returns its p99.9. */
function record(
  list: MeasurementList,
  subject: string,
  server: string,
  phase: 'idle' | 'during',
  latencies: readonly number[],
): number {
  for (const [p, title] of quantiles) {
    const metric: Metric = `${phase}_${title}_ms`;
    list.add(subject, server, metric, quantile(latencies, p));
  }
  const shown = quantiles.map(([p, title]) => `${title} ${quantile(latencies, p).toFixed(2)}`).join(', ');
  console.log(
    `${subject.padEnd(12)} ${server.padEnd(11)} ${phase.padEnd(7)} ${shown} ms (${latencies.length} GETs)`,
  );
  return quantile(latencies, 0.999);
}

/**
 * Words that make a program yield its core to any other at once. The reader shares the load core with the
 * latency client, and must not make it late. Without `chrt` the reader competes, and the figures are too high
 * by some ms.
 */
function lowestPriority(): readonly string[] {
  if (!pinned) return [];
  const idle = ['chrt', '--idle', '0'];
  return spawnSync('chrt', ['--version'], { stdio: 'ignore' }).status === 0 ? idle : ['nice', '-n', '19'];
}

async function measure(
  list: MeasurementList,
  server: RunningServer,
  read: LongRead,
  settings: Settings,
): Promise<void> {
  const { rate, keys, seconds } = settings;
  const port = String(server.port);
  const args = [port, String(rate), String(keys)];
  const client = HelperProcess.start<number, number[]>('long-read/latency-client.ts', args);
  const requests = [{ command: read.command }, ...(read.beside ?? [])];
  const readers = requests.map((request) => ({
    request,
    helper: HelperProcess.start<ReadRequest, number[]>('long-read/reader.ts', [port], lowestPriority()),
  }));
  try {
    await client.ask(2); // warm-up
    for (let round = 0; round < settings.rounds; round++) {
      const idle = record(list, read.name, server.name, 'idle', await client.ask(seconds));
      const reading = Promise.all(readers.map(({ request, helper }) => helper.ask({ ...request, seconds })));
      const during = record(list, read.name, server.name, 'during', await client.ask(seconds));
      const [tookMs = []] = await reading;
      list.add(read.name, server.name, 'p999_rise_ms', during - idle);
      list.add(read.name, server.name, 'read_ms', median(tookMs));
      console.log(`${''.padEnd(24)} ${tookMs.length} reads, the median took ${median(tookMs).toFixed(0)} ms`);
      await server.settle();
    }
  } finally {
    await client.stop();
    await Promise.all(readers.map(({ helper }) => helper.stop()));
  }
}

async function main(): Promise<void> {
  const settings = readSettings();
  placeSelf('load');
  const list = new MeasurementList();
  const versions: Record<string, string> = {};
  for (const name of settings.servers) {
    warmMemory(MEMORY_GIB);
    const server = await RunningServer.start(name);
    versions[server.name] = server.version;
    await server.withClient((client) => loadStrings(client, settings.keys, 'xxx'));
    for (const read of settings.reads) {
      const [command = ''] = read.command;
      const reply = await server.withClient((client) => client.call(command));
      const unknown = reply instanceof RespError && /unknown command/i.test(reply.message);
      if (unknown || !server.mayKnow(command)) {
        console.log(`${server.name} has no ${command}`);
        continue;
      }
      await server.withClient((client) => read.load?.(client, settings.members) ?? Promise.resolve());
      await server.settle();
      await measure(list, server, read, settings);
    }
    await server.stop();
  }
  const { keys, members, rate, seconds, rounds } = settings;
  const results: Results = {
    bench: 'long-read',
    date: new Date().toISOString(),
    machine: machineFacts(),
    servers: versions,
    settings: { keys, members, getsPerSecond: rate, secondsPerRun: seconds, rounds },
    measurements: list.all(),
  };
  publish(settings.name, results);
}

await main();
