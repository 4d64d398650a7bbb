/** Snapshots that were never finished: what they are called, and how those of servers that crashed are removed. */
import { readdirSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import type { PersistenceLog } from './host.js';

const TEMPORARY = /^temp-(\d+)-\d+\.rdb$/;

/** The name of the `count`th file that this process writes. */
export function temporaryName(count: number): string {
  return `temp-${String(process.pid)}-${String(count)}.rdb`;
}

/**
 * Removes what other processes have left in a folder, which must be this server's alone. What cannot be removed stays.
 * O(files of the folder)
 */
export function removeLeftovers(folder: string, log: PersistenceLog): void {
  try {
    for (const name of readdirSync(folder)) {
      const owner = TEMPORARY.exec(name)?.[1];
      if (owner === undefined || owner === String(process.pid)) continue;
      rmSync(path.join(folder, name), { force: true });
      log.notice(`Removed ${name}, which a server that crashed has left behind`);
    }
  } catch {
    // The folder cannot be read or written: what is saved there will say so.
  }
}
