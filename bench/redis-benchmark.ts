/**
 * Runs redis-benchmark against a server and measures what the server spends on it.
 *
 * redis-benchmark is one thread: from a pipeline depth of about 128 it can be slower than the server. Then
 * throughput measures redis-benchmark, which shows as a server that is not busy all the time (`busy` below
 * 0.95), while CPU time per operation stays right. With cores to spare it may get threads of its own.
 */
import { spawn } from 'node:child_process';
import { loadCores, pinned, placed } from './placement.js';
import { cpuUse } from './process-stats.js';
import type { RunningServer } from './servers.js';

/** What one run measured. */
export interface BenchmarkRun {
  readonly operations: number;
  /** Commands per second, as redis-benchmark counted them. */
  readonly throughput: number;
  /** CPU time of the server, all threads, user and kernel, per command, in nanoseconds. */
  readonly cpuNsPerOp: number;
  /** Share of the run during which the server had a core: 1 is one core all the time. */
  readonly busy: number;
  /** Share of the run during which the server was ready to run and somebody else had its core. */
  readonly waited: number;
}

/** What redis-benchmark is asked to do. */
export interface BenchmarkLoad {
  readonly args: readonly string[];
  readonly pipeline: number;
  /** Random numbers are drawn from 0 … `keyspace` - 1. */
  readonly keyspace: number;
  readonly operations: number;
}

const CLIENTS = 50;
const THREADS_FROM_PIPELINE = 64;
const STALLED_MS = 300_000; // a run that has not ended by then never will: the server has lost a reply

const program = process.env['REDWING_REDIS_BENCHMARK'] ?? 'redis-benchmark';

function run(command: readonly string[]): Promise<string> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => output.push(data));
  child.stderr.on('data', (data: Buffer) => errors.push(data));
  const stalled = setTimeout(() => child.kill('SIGKILL'), STALLED_MS);
  child.once('close', () => clearTimeout(stalled));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(output).toString());
      else reject(new Error(`${command.join(' ')} exited with ${code}: ${Buffer.concat(errors).toString()}`));
    });
  });
}

/** The requests per second in redis-benchmark's CSV: the second column of the only row after the heading. */
export function parseThroughput(csv: string): number {
  const row = csv.trim().split('\n').at(-1) ?? '';
  const throughput = Number(/^".*?","([\d.]+)"/.exec(row)?.[1]);
  if (!(throughput > 0)) throw new Error(`redis-benchmark printed no result: ${csv}`);
  return throughput;
}

/** One measured run against `server`, which should be idle before. */
export async function runBenchmark(server: RunningServer, load: BenchmarkLoad): Promise<BenchmarkRun> {
  const batch = CLIENTS * load.pipeline;
  const operations = Math.max(1, Math.round(load.operations / batch)) * batch;
  const threads = pinned && load.pipeline >= THREADS_FROM_PIPELINE ? Math.min(loadCores, 4) : 1;
  const command = [
    ...[
      program,
      '-h',
      '127.0.0.1',
      '-p',
      String(server.port),
      '-c',
      String(CLIENTS),
      '-n',
      String(operations),
    ],
    ...['-P', String(load.pipeline), '-r', String(load.keyspace), '--csv'],
    ...(threads > 1 ? ['--threads', String(threads)] : []),
    ...load.args,
  ];
  const before = server.readCpu();
  const throughput = parseThroughput(await run(placed('load', command, threads)));
  const use = cpuUse(before, server.readCpu());
  const elapsedNs = (operations / throughput) * 1e9;
  return {
    operations,
    throughput,
    cpuNsPerOp: use.cpuNs / operations,
    busy: use.cpuNs / elapsedNs,
    waited: use.waitedNs / elapsedNs,
  };
}

const CALIBRATION_SECONDS = 0.4;

/**
 * How many operations keep `server` busy for `seconds`, found by running the load for about half a second,
 * which also warms the server up. `prepare` is called before each trial with its number of operations.
 */
export async function calibrate(
  server: RunningServer,
  load: Omit<BenchmarkLoad, 'operations'>,
  seconds: number,
  prepare: (operations: number) => Promise<void>,
): Promise<number> {
  let operations = CLIENTS * load.pipeline * 50;
  for (;;) {
    await prepare(operations);
    const { throughput } = await runBenchmark(server, { ...load, operations });
    const lasted = operations / throughput;
    if (lasted >= CALIBRATION_SECONDS / 2) return throughput * seconds;
    operations = Math.ceil(operations * Math.min(20, CALIBRATION_SECONDS / lasted));
  }
}
