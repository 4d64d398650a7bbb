/**
 * Replacing a file: whoever reads it, and whenever the machine stops, it is the old one or the new one.
 *
 * The new bytes are written beside it, brought to the disk and renamed over it; then the folder, which holds the name, is
 * brought to the disk. Writes are synchronous: the event loop waits for the disk.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

/**
 * Gives `file` these bytes. `mode` is that of the new file, of which the process's umask takes its part; `prepare` may
 * change its descriptor's owner and mode before it takes the name. Throws the error of the file system, the file being
 * as it was. O(bytes)
 */
export function replaceFile(
  file: string,
  bytes: Uint8Array,
  mode: number,
  prepare?: (descriptor: number) => void,
): void {
  const scratch = `${file}.${String(process.pid)}.${String(Date.now())}.tmp`;
  try {
    const descriptor = openSync(scratch, 'wx', mode);
    try {
      writeFileSync(descriptor, bytes);
      prepare?.(descriptor);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(scratch, file);
  } catch (error) {
    rmSync(scratch, { force: true });
    throw error;
  }
  const folder = openSync(path.dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
