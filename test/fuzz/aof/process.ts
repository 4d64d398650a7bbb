/**
 * A process that tries cases (`worker.ts`), watched: which case it was at when it died, or when it went on with one for too
 * long.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

/** Longest time of a case, and of a start, on a machine that has much else to do. */
const HANG_MS = 60_000;
const START_MS = 300_000;
const OUTPUT_MAX = 20_000;
const S = 1000;
/** Where many small files are made and removed at no cost, if there is such a place. */
const MEMORY_FOLDER = '/dev/shm';

export const root = path.resolve(import.meta.dirname, '../../..');

/** What is tried: the ordinary build, or the one of `build-sanitized.mjs`. */
export type Build = 'plain' | 'sanitized';

/** How a process has gone. */
export interface Run {
  /** Of the last case that was begun. */
  seed: number;
  /** What was wrong; '' if nothing. */
  failure: string;
  outcomes: Readonly<Record<string, number>>;
}

/** The sanitizers' library, which must be there before Node is. */
function sanitizerLibrary(): string {
  const { stdout } = spawnSync(process.env['CXX'] ?? 'c++', ['-print-file-name=libasan.so'], {
    encoding: 'utf8',
  });
  return stdout.trim();
}

const SANITIZER_OPTIONS: Readonly<Record<string, string>> = {
  ASAN_OPTIONS:
    'detect_leaks=0:abort_on_error=0:exitcode=99:quarantine_size_mb=16:max_allocation_size_mb=1024',
  UBSAN_OPTIONS: 'print_stacktrace=1',
};

function start(build: Build, folder: string, first: number, count: number): ChildProcess {
  const modules = path.join(root, build === 'sanitized' ? 'build/asan/dist' : 'dist');
  const words = [modules, folder, String(first), String(count)];
  const preload = build === 'sanitized' ? { LD_PRELOAD: sanitizerLibrary(), ...SANITIZER_OPTIONS } : {};
  return spawn(process.execPath, ['--import', 'tsx', path.join(import.meta.dirname, 'worker.ts'), ...words], {
    cwd: root,
    env: { ...process.env, ...preload },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Tries `count` cases in a process of their own, the first with the seed `first`. */
export function runProcess(build: Build, first: number, count: number): Promise<Run> {
  const memory = existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir();
  const folder = mkdtempSync(path.join(memory, 'redwing-fuzz-'));
  const run: Run = { seed: first, failure: '', outcomes: {} };
  const child = start(build, folder, first, count);
  let output = '';
  const watch = (ms: number): NodeJS.Timeout =>
    setTimeout(() => {
      run.failure = `not done after ${String(ms / S)} s`;
      child.kill('SIGKILL');
    }, ms);
  let timer = watch(START_MS);
  let rest = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    clearTimeout(timer);
    timer = watch(HANG_MS);
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('{')) run.outcomes = JSON.parse(line) as Record<string, number>;
      else run.seed = Number(line);
    }
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(0, OUTPUT_MAX);
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true });
      // A log must not end the process in order, either.
      const isWhole = code === 0 && Object.keys(run.outcomes).length > 0;
      if (!isWhole && run.failure === '') run.failure = `ended with ${signal ?? `code ${String(code)}`}`;
      if (run.failure !== '') run.failure += `\n${output}`;
      resolve(run);
    });
  });
}
