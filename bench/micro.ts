/**
 * `npm run bench:micro`: small pieces, timed with benchmark.js.
 *
 * Cases live in bench/micro/*.ts, each exporting `cases` (see micro/case.ts): a file is found by being there.
 * One file per subject: `baselines.ts` is what the language costs; cases that need the addon (parser, native
 * crossing, table, expiry, arena encoding) are files of their own beside it. Each file runs in a fresh
 * process on the server core, so that what one file did to the JIT's type feedback does not show in another.
 *
 *   npm run bench:micro -- [--filter text] [--name N]     saved as bench/results/N.{json,md} (micro)
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Benchmark from 'benchmark';
import type { MicroCase } from './micro/case.js';
import { placed } from './placement.js';
import { publish } from './report.js';
import { machineFacts, median, type Measurement, type Results } from './results.js';

const folder = fileURLToPath(new URL('micro/', import.meta.url));
const self = fileURLToPath(import.meta.url);
const SHAPE_FILE = 'case.ts';

/** Keeps results alive, so that the JIT must compute them. */
const sink: { last: unknown } = { last: undefined };

/** Times one case; a sample is one cycle of benchmark.js, in nanoseconds per operation. */
function time(subject: string, micro: MicroCase): Measurement {
  micro.setUp?.();
  const bench = new Benchmark(subject, () => void (sink.last = micro.run()));
  bench.run({ async: false });
  micro.tearDown?.();
  const { stats, error } = bench as Benchmark & { error?: unknown };
  if (error !== undefined) throw error;
  const samples = stats.sample.map((seconds) => (seconds * 1e9) / (micro.operations ?? 1));
  const value = median(samples);
  console.error(`${subject.padEnd(64)} ${value.toFixed(2).padStart(10)} ns ± ${stats.rme.toFixed(1)} %`);
  return { subject, server: 'node', metric: 'ns_per_call', value, samples };
}

/** The child's side: runs one file's cases and writes the measurements to standard output. */
async function runFile(file: string, filter: string): Promise<void> {
  const module = (await import(new URL(`micro/${file}`, import.meta.url).href)) as {
    cases: readonly MicroCase[];
  };
  const subjects = module.cases.map((micro) => ({
    micro,
    subject: `${basename(file, '.ts')}: ${micro.name}`,
  }));
  const chosen = subjects.filter(({ subject }) => subject.includes(filter));
  process.stdout.write(JSON.stringify(chosen.map(({ micro, subject }) => time(subject, micro))));
}

function measureFile(file: string, filter: string): Promise<Measurement[]> {
  const args = [...process.execArgv, self, '--file', file, '--filter', filter];
  const [program = '', ...rest] = placed('server', [process.execPath, ...args]);
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as Measurement[]);
      else reject(new Error(`micro/${file} exited with ${code}`));
    });
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      file: { type: 'string' },
      filter: { type: 'string', default: '' },
      name: { type: 'string', default: 'micro' },
    },
  });
  if (values.file !== undefined) return runFile(values.file, values.filter);
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && file !== SHAPE_FILE);
  const measurements: Measurement[] = [];
  for (const file of files.sort()) measurements.push(...(await measureFile(file, values.filter)));
  const results: Results = {
    bench: 'micro',
    date: new Date().toISOString(),
    machine: machineFacts(),
    servers: { node: process.version },
    settings: {},
    measurements,
  };
  publish(values.name, results);
}

await main();
