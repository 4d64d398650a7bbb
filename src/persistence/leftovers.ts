/**
 * Snapshots that were never finished: what they are called, and how those of servers that crashed are removed.
 *
 *   temp-1-1763735400123.rdb      number of the process, number of the file
 *
 * In a container every server may be process 1. So a process counts its files from the time of its start: those of an
 * earlier one have lower numbers.
 */
import { readdirSync, unlinkSync } from 'node:fs';
import * as path from 'node:path';
import { bytesOf } from '../config/index.js';
import type { PersistenceLog } from './host.js';

const TEMPORARY = /^temp-(\d+)-(\d+)\.rdb$/;
/** Numbers of this process's files: from here, Unix time in ms, up to `next`, exclusively. */
const FIRST = Date.now();
let next = FIRST;

/** A name that no file of this process has had. */
export function temporaryName(): string {
  return `temp-${String(process.pid)}-${String(next++)}.rdb`;
}

function isLeftover(name: string): boolean {
  const [, owner, number] = TEMPORARY.exec(name) ?? [];
  if (owner === undefined) return false;
  return Number(owner) !== process.pid || Number(number) < FIRST || Number(number) >= next;
}

/**
 * Removes what other processes have left in a folder, which must be this server's alone. What cannot be removed stays.
 * O(files of the folder)
 */
export function removeLeftovers(folder: string, log: PersistenceLog): void {
  try {
    for (const name of readdirSync(bytesOf(folder)).filter(isLeftover)) {
      unlinkSync(bytesOf(path.join(folder, name)));
      log.notice(`Removed ${name}, which a server that crashed has left behind`);
    }
  } catch {
    // The folder cannot be read or written: what is saved there will say so.
  }
}
