/**
 * CPU time and memory of another process, from /proc.
 *
 * CPU time is the sum over the threads of `/proc/PID/task/TID/schedstat`, in nanoseconds. That file counts
 * living threads only, so when a thread has ended between two readings, or the kernel does not keep
 * schedstat, the difference is taken from utime + stime in `/proc/PID/stat` instead, which remembers every
 * thread but counts in ticks of 10 ms: runs should last a second or more.
 *
 * schedstat also says how long threads were runnable without a core. On a pinned core that is time taken by
 * somebody else, so it tells a quiet measurement from a disturbed one.
 */
import { readFileSync, readdirSync } from 'node:fs';

const NS_PER_TICK = 10_000_000; // USER_HZ is 100 on every Linux architecture Node runs on

/** One reading of a process's CPU clocks. */
export interface CpuReading {
  readonly atNs: bigint;
  readonly tickNs: number;
  /** CPU and run-queue time in nanoseconds by thread id; empty when the kernel has no schedstat. */
  readonly threads: ReadonlyMap<string, { readonly cpuNs: number; readonly waitedNs: number }>;
}

/** What a process used between two readings, in nanoseconds. */
export interface CpuUse {
  readonly cpuNs: number;
  /** Time its threads were ready to run but had no core; 0 where unknown. */
  readonly waitedNs: number;
  readonly elapsedNs: number;
}

function readTickNs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The command name may hold spaces and parentheses: fields are counted from the last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * NS_PER_TICK;
}

/** Reads the CPU clocks of process `pid`. Throws where there is no /proc or no such process. */
export function readCpu(pid: number): CpuReading {
  const threads = new Map<string, { cpuNs: number; waitedNs: number }>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const [cpuNs, waitedNs] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1')
        .split(' ')
        .map(Number);
      if (cpuNs !== undefined && waitedNs !== undefined) threads.set(thread, { cpuNs, waitedNs });
    } catch {
      // The thread ended meanwhile, or this kernel has no schedstat: cpuUse() falls back to ticks.
    }
  }
  return { atNs: process.hrtime.bigint(), tickNs: readTickNs(pid), threads };
}

/** What was used between `before` and `after`, two readings of one process. */
export function cpuUse(before: CpuReading, after: CpuReading): CpuUse {
  const elapsedNs = Number(after.atNs - before.atNs);
  const complete =
    after.threads.size > 0 && [...before.threads.keys()].every((thread) => after.threads.has(thread));
  if (!complete) return { cpuNs: after.tickNs - before.tickNs, waitedNs: 0, elapsedNs };
  let cpuNs = 0;
  let waitedNs = 0;
  for (const [thread, clock] of after.threads) {
    const earlier = before.threads.get(thread);
    cpuNs += clock.cpuNs - (earlier?.cpuNs ?? 0);
    waitedNs += clock.waitedNs - (earlier?.waitedNs ?? 0);
  }
  return { cpuNs, waitedNs, elapsedNs };
}

/** Resident set of process `pid` in bytes (VmRSS). */
export function readRss(pid: number): number {
  const line = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
  if (line === null) throw new Error(`no VmRSS for process ${pid}`);
  return Number(line[1]) * 1024;
}
