/**
 * Memory that is there before a server is measured.
 *
 * In a virtual machine the first touch of memory may be the host's to serve: 2 s for a gigabyte were seen, which a
 * server pays or not depending on what ran before it. A process that has just touched and freed as much leaves the
 * same to all of them.
 */
import { execFileSync } from 'node:child_process';

const BYTES_EACH = 2 ** 30;

/** Touches and frees `gibibytes` (a whole number) of memory; blocks for some seconds. */
export function warmMemory(gibibytes: number): void {
  const script = `Array.from({ length: ${gibibytes} }, () => Buffer.alloc(${BYTES_EACH}, 1))`;
  execFileSync(process.execPath, ['-e', script]);
}
