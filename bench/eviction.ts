/**
 * `npm run bench:eviction`: how well a server does as a cache with too little memory.
 *
 * Two questions, at equal `maxmemory`:
 *
 *   - how many small keys fit (16 bytes, with a value of 16 bytes), until the server refuses more;
 *   - the hit ratio under each policy: a client reads Zipf-distributed keys, ten times as many as fit in the
 *     judged server, and stores each that is missing. Under the volatile policies keys get random times to
 *     live, far longer than the run. The first half of the reads warms the cache, the second half counts.
 *
 * A server that holds more keys hits more often however it chooses, so the judged server runs once more, with
 * so much less memory that it holds only as many keys as the reference: that ratio speaks of the choice alone.
 * All runs of a policy see the same sequence of keys.
 */
import { parseArgs } from 'node:util';
import { CacheClient, setCommand } from './eviction/cache-client.js';
import { uniform, zipf } from './eviction/zipf.js';
import { placeSelf } from './placement.js';
import { publish } from './report.js';
import type { RespClient } from './resp-client.js';
import { machineFacts, MeasurementList, type Results } from './results.js';
import { RunningServer } from './servers.js';

const usage = `npm run bench:eviction -- [flags]
  --servers a,b      the first one is judged, the second is the reference (redwing,redis-7.0)
  --policies a,b     names of policies (all eight)
  --maxmemory N      megabytes for the hit ratios (32)
  --fit N            megabytes for the number of keys that fit (100)
  --reads N          reads of each run (4000000)
  --exponent S       of the Zipf distribution, below 1 (0.99)
  --seed N           of the sequence of keys (1)
  --name N           saved as bench/results/N.{json,md} (eviction)`;

const POLICIES = [
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'volatile-ttl',
  'noeviction',
];
const MEGABYTE = 2 ** 20;
const PIPELINE = 100;
const TIMES_WHAT_FITS = 10;
/** What `load` is asked for when it is to go on until the server refuses. */
const ENDLESS = 1e9;
const LIFETIME_MIN_S = 100_000;
const LIFETIME_SPREAD_S = 900_000;

interface Settings {
  readonly reads: number;
  readonly exponent: number;
  readonly seed: number;
  /** How many different keys are read. */
  readonly universe: number;
}

async function startLimited(name: string, policy: string, bytes: number): Promise<RunningServer> {
  return RunningServer.start(name, {
    extra: ['--maxmemory', String(Math.floor(bytes)), '--maxmemory-policy', policy],
  });
}

async function fill(client: RespClient): Promise<void> {
  try {
    await client.load(ENDLESS, (i) => setCommand(i, 0));
  } catch (error) {
    if (!String(error).includes('OOM')) throw error;
  }
}

/** Keys that a server holds within `bytes`, and the bytes that its process then takes. */
async function keysThatFit(name: string, bytes: number): Promise<{ keys: number; rss: number }> {
  const server = await startLimited(name, 'noeviction', bytes);
  try {
    await server.withClient(fill);
    await server.settle();
    const keys = await server.withClient(async (client) => Number(await client.demand('DBSIZE')));
    return { keys, rss: server.readRss() };
  } finally {
    await server.stop();
  }
}

/** The share of the later half of the reads that found their key. */
async function hitRatio(name: string, policy: string, bytes: number, settings: Settings): Promise<number> {
  const server = await startLimited(name, policy, bytes);
  const client = await CacheClient.connect(server.port);
  const random = uniform(settings.seed);
  const next = zipf(settings.universe, settings.exponent, random);
  const lifetimes = uniform(settings.seed + 1);
  const isVolatile = policy.startsWith('volatile');
  const seconds = (): number =>
    isVolatile ? LIFETIME_MIN_S + Math.floor(lifetimes() * LIFETIME_SPREAD_S) : 0;
  let reads = 0;
  let counted = 0;
  let hits = 0;
  try {
    while (reads < settings.reads) {
      const keys = Array.from({ length: PIPELINE }, next);
      const found = await client.use(keys, seconds);
      reads += keys.length;
      if (reads <= settings.reads / 2) continue;
      counted += keys.length;
      hits += found;
    }
  } finally {
    client.close();
    await server.stop();
  }
  return hits / counted;
}

/** What fits into each server at two limits; the second gives the keys held at the limit of the hit ratios. */
async function measureFit(
  list: MeasurementList,
  names: readonly string[],
  fitBytes: number,
  bytes: number,
): Promise<number[]> {
  const held: number[] = [];
  for (const name of names) {
    const { keys, rss } = await keysThatFit(name, fitBytes);
    list.add('small keys', name, 'keys_held', keys);
    list.add('small keys', name, 'rss_bytes', rss);
    console.log(`${name}: ${keys} keys, RSS ${(rss / MEGABYTE).toFixed(0)} MB`);
    held.push((await keysThatFit(name, bytes)).keys);
  }
  return held;
}

async function versionsOf(names: readonly string[]): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const name of names) {
    const server = await RunningServer.start(name);
    versions[server.name] = server.version;
    await server.stop();
  }
  return versions;
}

async function measurePolicy(
  list: MeasurementList,
  policy: string,
  names: readonly string[],
  bytes: number,
  held: readonly number[],
  settings: Settings,
): Promise<void> {
  for (const name of names)
    list.add(policy, name, 'hit_ratio', await hitRatio(name, policy, bytes, settings));
  const judged = names[0] ?? '';
  const less = (bytes * (held[1] ?? 1)) / (held[0] ?? 1);
  list.add(policy, judged, 'hit_ratio_as_many_keys', await hitRatio(judged, policy, less, settings));
  const shown = list.all().filter(({ subject }) => subject === policy);
  console.log(
    `${policy}: ${shown.map(({ server, metric, value }) => `${server} ${metric} ${value.toFixed(4)}`).join(', ')}`,
  );
}

function readFlags(): Record<string, string> | undefined {
  const { values } = parseArgs({
    options: {
      servers: { type: 'string', default: 'redwing,redis-7.0' },
      policies: { type: 'string', default: POLICIES.join(',') },
      maxmemory: { type: 'string', default: '32' },
      fit: { type: 'string', default: '100' },
      reads: { type: 'string', default: '4000000' },
      exponent: { type: 'string', default: '0.99' },
      seed: { type: 'string', default: '1' },
      name: { type: 'string', default: 'eviction' },
      help: { type: 'boolean', default: false },
    },
  });
  const { help, ...flags } = values;
  return help ? undefined : flags;
}

async function main(): Promise<void> {
  const flags = readFlags();
  if (flags === undefined) {
    console.log(usage);
    return;
  }
  placeSelf('load');
  const { servers = '', policies = '', name = '' } = flags;
  const names = servers.split(',');
  const bytes = Number(flags['maxmemory']) * MEGABYTE;
  const list = new MeasurementList();
  const versions = await versionsOf(names);
  const held = await measureFit(list, names, Number(flags['fit']) * MEGABYTE, bytes);
  const settings: Settings = {
    reads: Number(flags['reads']),
    exponent: Number(flags['exponent']),
    seed: Number(flags['seed']),
    universe: TIMES_WHAT_FITS * Math.max(...held),
  };
  for (const policy of policies.split(',')) await measurePolicy(list, policy, names, bytes, held, settings);
  const results: Results = {
    bench: 'eviction',
    date: new Date().toISOString(),
    machine: machineFacts(),
    servers: versions,
    settings: { maxmemoryMB: flags['maxmemory'] ?? '', fitMB: flags['fit'] ?? '', ...settings },
    measurements: list.all(),
  };
  publish(name, results);
}

await main();
