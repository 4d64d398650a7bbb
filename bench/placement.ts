/**
 * Which core runs what.
 *
 * A throughput figure means little when server and load generator take turns on one core, so the bench gives
 * the server the first core it may use and everything that makes load the second one, with `taskset`. Where
 * there is no `taskset` (macOS, Windows) or only one core, commands run unpinned and results say so (`pinned`
 * is false).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Who asks for a core: the server under test, whatever sends it commands, or a server that nothing else runs beside. */
export type Role = 'server' | 'load' | 'alone';

/** Parses a Linux CPU list such as `0-3,8` into its numbers. */
export function parseCpuList(list: string): number[] {
  const result: number[] = [];
  for (const part of list.trim().split(',')) {
    const [first, last = first] = part.split('-').map(Number);
    if (first === undefined || last === undefined || Number.isNaN(first) || Number.isNaN(last)) continue;
    for (let cpu = first; cpu <= last; cpu++) result.push(cpu);
  }
  return result;
}

function allowedCpus(): number[] {
  try {
    const line = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (line?.[1] !== undefined) return parseCpuList(line[1]);
  } catch {
    // Not Linux: any core will do, and nothing gets pinned.
  }
  return cpus().map((_, index) => index);
}

const allowed = allowedCpus();
const hasTaskset =
  process.platform === 'linux' && spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;

/** Niceness of server and load, e.g. -10 (which needs the right to) on a machine with other work to do. */
const niceness = process.env['REDWING_BENCH_NICE'];

/** Whether server and load run on cores of their own. */
export const pinned = hasTaskset && allowed.length >= 2;

/** How many cores are left for load generators beside the server's. */
export const loadCores = pinned ? allowed.length - 1 : allowed.length;

function coreList(role: Role, cores: number): string {
  if (role === 'alone') return allowed.join(',');
  return role === 'server' ? String(allowed[0]) : allowed.slice(1, 1 + cores).join(',');
}

/** `command` as it must be spawned to run where `role` runs; `cores` > 1 is for load with threads. */
export function placed(role: Role, command: readonly string[], cores = 1): string[] {
  if (!pinned) return [...command];
  const priority = niceness === undefined ? [] : ['nice', '-n', niceness];
  return ['taskset', '-c', coreList(role, cores), ...priority, ...command];
}

/** Moves this process, with all its threads, to the core of `role`; children inherit it. */
export function placeSelf(role: Role): void {
  if (!pinned) return;
  execFileSync('taskset', ['-apc', coreList(role, 1), String(process.pid)], { stdio: 'ignore' });
}
