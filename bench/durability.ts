/**
 * `npm run bench:durability`: what it costs to keep data on the disk.
 *
 *   snapshot   5M keys, 100,000 writes/s: GET and SET latencies alone and while a snapshot (BGSAVE), or a rewriting of the
 *              append-only file (BGREWRITEAOF), runs; its time, and by how much memory grows meanwhile
 *   sync       SETs per second with `appendfsync` always and everysec, and without an append-only file
 *   load       the time from the start of a server to its first reply, with an RDB file of about 1 GB, and with an
 *              append-only file of 5M commands; the server may use every core, as nothing else runs
 *
 * Extra memory is the growth of the resident set; of a server that forks, what it says was copied, if that is more.
 */
import { copyFileSync, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { HelperProcess } from './helper-process.js';
import { placeSelf } from './placement.js';
import { runBenchmark } from './redis-benchmark.js';
import { publish } from './report.js';
import { encodeCommand, type RespClient } from './resp-client.js';
import { machineFacts, MeasurementList, type Results } from './results.js';
import { RunningServer } from './servers.js';
import { warmMemory } from './warm-memory.js';
import { loadStrings, numbered } from './workloads.js';

const usage = `npm run bench:durability -- [flags]
  --servers a,b,c    the first one is judged (redwing,redis-7.0)
  --parts a,b        of snapshot, sync, load (all)
  --keys N           keys of the snapshot, and commands of the append-only file (5000000)
  --writes N         writes per second during the snapshot (100000)
  --rounds N         of each, of which the median counts (3)
  --name N           saved as bench/results/N.{json,md} (durability)`;

const PROBES_PER_SECOND = 1000;
const IDLE_SECONDS = 10;
const POLL_MS = 20;
const LOAD_TIMEOUT_MS = 300_000;
const VALUE_BYTES = 208;
const FILE_KEYS = 4_600_000;
/** More than any of the servers comes to have. */
const MEMORY_GIB = 3;

interface Settings {
  readonly servers: readonly string[];
  readonly parts: readonly string[];
  readonly keys: number;
  readonly writes: number;
  readonly rounds: number;
}

/** A field of INFO persistence. */
async function persistenceField(client: RespClient, name: string): Promise<string> {
  const found = new RegExp(`^${name}:(\\S*)`, 'm').exec(String(await client.demand('INFO', 'persistence')));
  if (found?.[1] === undefined) throw new Error(`INFO persistence has no ${name}`);
  return found[1];
}

function p999(sorted: readonly number[]): number {
  const value = sorted[Math.max(0, Math.ceil(0.999 * sorted.length) - 1)];
  if (value === undefined) throw new Error('no latencies');
  return value;
}

// ---- snapshots -------------------------------------------------------------------------------------------------------

interface Job {
  readonly subject: string;
  readonly command: string;
  readonly progress: string;
  readonly copied: string;
}

const JOBS: readonly Job[] = [
  { subject: 'BGSAVE', command: 'BGSAVE', progress: 'rdb_bgsave_in_progress', copied: 'rdb_last_cow_size' },
  {
    ...{ subject: 'BGREWRITEAOF', command: 'BGREWRITEAOF' },
    ...{ progress: 'aof_rewrite_in_progress', copied: 'aof_last_cow_size' },
  },
];

/** Runs a job and measures how long it takes, and how much memory it needs. */
async function runJob(server: RunningServer, job: Job): Promise<{ seconds: number; extra: number }> {
  return server.withClient(async (client) => {
    const before = server.readRss();
    let most = before;
    const sampler = setInterval(() => (most = Math.max(most, server.readRss())), POLL_MS);
    const start = performance.now();
    await client.demand(job.command);
    while ((await persistenceField(client, job.progress)) !== '0') await sleep(POLL_MS);
    const seconds = (performance.now() - start) / 1000;
    clearInterval(sampler);
    const copied = Number(await persistenceField(client, job.copied));
    return { seconds, extra: Math.max(most - before, copied) / before };
  });
}

type Probe = HelperProcess<number, number[]>;

async function measureSnapshots(list: MeasurementList, name: string, settings: Settings): Promise<string> {
  const { keys, writes, rounds } = settings;
  warmMemory(MEMORY_GIB);
  // Only what is asked for is measured, not a rewriting that the file's growth begins.
  const extra = ['--appendonly', 'yes', '--auto-aof-rewrite-percentage', '0'];
  const server = await RunningServer.start(name, { extra });
  await server.withClient((client) => loadStrings(client, keys, 'xxx'));
  await server.settle(500, 60_000);
  const port = String(server.port);
  const probe = (command: string): Probe =>
    HelperProcess.start('long-read/latency-client.ts', [
      port,
      String(PROBES_PER_SECOND),
      String(keys),
      command,
    ]);
  const [gets, sets] = [probe('GET'), probe('SET')];
  const load = HelperProcess.start<'start' | 'stop', number>('durability/write-load.ts', [
    ...[port, String(writes), String(keys)],
  ]);
  for (let round = 0; round < rounds; round++) {
    for (const job of JOBS) {
      await load.ask('start');
      await sleep(500);
      const idle = await Promise.all([gets.ask(IDLE_SECONDS), sets.ask(IDLE_SECONDS)]);
      const probes = { get: [] as number[], set: [] as number[] };
      let isRunning = true;
      const probing = (async () => {
        while (isRunning) {
          const [get, set] = await Promise.all([gets.ask(1), sets.ask(1)]);
          probes.get.push(...get);
          probes.set.push(...set);
        }
      })();
      const { seconds, extra } = await runJob(server, job);
      isRunning = false;
      await probing;
      const rate = await load.ask('stop');
      const sorted = (latencies: number[]): number[] => latencies.sort((a, b) => a - b);
      const figures = {
        get_idle_p999_ms: p999(idle[0]),
        get_during_p999_ms: p999(sorted(probes.get)),
        set_idle_p999_ms: p999(idle[1]),
        set_during_p999_ms: p999(sorted(probes.set)),
        extra_memory_share: extra,
        seconds,
        writes_per_s: rate,
      } as const;
      for (const [metric, value] of Object.entries(figures))
        list.add(job.subject, name, metric as keyof typeof figures, value);
      const shown = Object.entries(figures).map(([metric, value]) => `${metric} ${value.toFixed(2)}`);
      console.log(`${job.subject.padEnd(13)} ${name.padEnd(11)} ${shown.join(', ')}`);
      await server.settle(500, 60_000);
    }
  }
  await Promise.all([gets.stop(), sets.stop(), load.stop()]);
  const { version } = server;
  await server.stop();
  return version;
}

// ---- policies --------------------------------------------------------------------------------------------------------

const POLICIES: readonly { subject: string; extra: readonly string[] }[] = [
  { subject: 'SET, no file', extra: ['--appendonly', 'no'] },
  { subject: 'SET, everysec', extra: ['--appendonly', 'yes', '--appendfsync', 'everysec'] },
  { subject: 'SET, always', extra: ['--appendonly', 'yes', '--appendfsync', 'always'] },
];
const SYNC_SECONDS = 4;
const WARM_UP_SECONDS = 2;
const SYNC_KEYS = 100_000;

async function measureSyncs(list: MeasurementList, settings: Settings): Promise<void> {
  for (const pipeline of [1, 16]) {
    const rates = new Map<string, number>();
    for (let round = 0; round < settings.rounds; round++) {
      for (const name of settings.servers) {
        for (const { subject, extra } of POLICIES) {
          warmMemory(MEMORY_GIB); // what is written takes memory as well, until the disk has it
          // Rewriting belongs to another part.
          const server = await RunningServer.start(name, {
            extra: [...extra, '--auto-aof-rewrite-percentage', '0'],
          });
          const load = { args: ['-t', 'set'], pipeline, keyspace: SYNC_KEYS };
          const id = `${subject} ${name}`;
          const rate =
            rates.get(id) ?? (await runBenchmark(server, { ...load, operations: 30_000 })).throughput;
          // What a server does for the first time, and memory that its log takes once, is not what is measured.
          const warmUp = await runBenchmark(server, { ...load, operations: rate * WARM_UP_SECONDS });
          rates.set(id, warmUp.throughput);
          const run = await runBenchmark(server, { ...load, operations: warmUp.throughput * SYNC_SECONDS });
          list.add(subject, name, 'writes_per_s', run.throughput, pipeline);
          list.add(subject, name, 'cpu_ns_per_op', run.cpuNsPerOp, pipeline);
          const cpu = `${(run.cpuNsPerOp / 1000).toFixed(2)} µs/op`;
          console.log(
            `${subject.padEnd(14)} P=${pipeline} ${name.padEnd(11)} ${run.throughput.toFixed(0)}/s, ${cpu}`,
          );
          await server.stop();
        }
      }
    }
  }
}

// ---- loading ---------------------------------------------------------------------------------------------------------

/** Values that no compression makes smaller, so that the file has the size that it is meant to have. */
function randomText(): string {
  let text = '';
  while (text.length < VALUE_BYTES) text += Math.random().toString(36).slice(2);
  return text.slice(0, VALUE_BYTES);
}

async function makeSnapshotFile(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'redwing-load-'));
  const server = await RunningServer.start('redis-7.0', { directory });
  await server.withClient(async (client) => {
    const values = Array.from({ length: 1000 }, randomText);
    await client.load(FILE_KEYS, (i) =>
      encodeCommand(['SET', numbered('key:', i), `${i}${values[i % 1000] ?? ''}`.slice(0, VALUE_BYTES)]),
    );
    await client.demand('SAVE');
  });
  await server.stop();
  return directory;
}

async function makeCommandFile(commands: number): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'redwing-load-'));
  const extra = ['--appendonly', 'yes', '--auto-aof-rewrite-percentage', '0', '--appendfsync', 'no'];
  const server = await RunningServer.start('redis-7.0', { directory, extra });
  await server.withClient((client) => loadStrings(client, commands, 'xxx'));
  await server.stop();
  return directory;
}

async function measureLoading(list: MeasurementList, settings: Settings): Promise<void> {
  const snapshot = await makeSnapshotFile();
  const commands = await makeCommandFile(settings.keys);
  const megabytes = statSync(join(snapshot, 'dump.rdb')).size / 1e6;
  console.log(`dump.rdb of ${megabytes.toFixed(0)} MB, append-only file of ${settings.keys} commands`);
  const files = [
    { subject: 'load RDB', from: snapshot, extra: [] as string[] },
    { subject: 'load AOF', from: commands, extra: ['--appendonly', 'yes'] },
  ];
  for (let round = 0; round < settings.rounds; round++) {
    for (const { subject, from, extra } of files) {
      for (const name of settings.servers) {
        const directory = mkdtempSync(join(tmpdir(), 'redwing-load-'));
        if (extra.length === 0) copyFileSync(join(from, 'dump.rdb'), join(directory, 'dump.rdb'));
        else cpSync(from, directory, { recursive: true });
        warmMemory(MEMORY_GIB);
        const start = performance.now();
        const server = await RunningServer.start(name, {
          directory,
          extra,
          isAlone: true,
          timeoutMs: LOAD_TIMEOUT_MS,
        });
        const seconds = (performance.now() - start) / 1000;
        list.add(subject, name, 'seconds', seconds);
        console.log(`${subject.padEnd(14)} ${name.padEnd(11)} ${seconds.toFixed(2)} s`);
        await server.stop();
        rmSync(directory, { recursive: true, force: true });
      }
    }
  }
  for (const directory of [snapshot, commands]) rmSync(directory, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      servers: { type: 'string', default: 'redwing,redis-7.0' },
      parts: { type: 'string', default: 'snapshot,sync,load' },
      keys: { type: 'string', default: '5000000' },
      writes: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '3' },
      name: { type: 'string', default: 'durability' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  placeSelf('load');
  const [keys, writes, rounds] = [values.keys, values.writes, values.rounds].map(Number);
  const settings = {
    servers: values.servers.split(','),
    parts: values.parts.split(','),
    keys,
    writes,
    rounds,
  };
  const list = new MeasurementList();
  const versions: Record<string, string> = {};
  for (const name of settings.servers) {
    const server = await RunningServer.start(name);
    versions[name] = server.version;
    await server.stop();
  }
  if (settings.parts.includes('snapshot'))
    for (const name of settings.servers) await measureSnapshots(list, name, settings);
  if (settings.parts.includes('sync')) await measureSyncs(list, settings);
  if (settings.parts.includes('load')) await measureLoading(list, settings);
  const results: Results = {
    bench: 'durability',
    date: new Date().toISOString(),
    machine: machineFacts(),
    servers: versions,
    settings: { keys, writesPerSecond: writes, rounds },
    measurements: list.all(),
  };
  publish(values.name, results);
}

await main();
