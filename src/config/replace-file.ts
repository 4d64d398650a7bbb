/**
 * Replacing a file: whoever reads it, and whenever the machine stops, it is the old one or the new one.
 *
 * The new bytes are written beside it, brought to the disk and renamed over it; then the folder, which holds the name, is
 * brought to the disk. What is called `Sync` lets the event loop wait for the disk.
 *
 * Paths are those of the configuration, whose strings may stand for any bytes (byte-text.ts).
 */
import {
  closeSync,
  fsyncSync,
  openSync,
  promises as fs,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import { bytesOf } from './byte-text.js';

/** Windows opens no folders, and brings their names to the disk by itself. */
const SYNCS_FOLDERS = process.platform !== 'win32';
/** What a file system says that can do this with files only. */
const CANNOT_SYNC: readonly unknown[] = ['EINVAL', 'EBADF'];

// Such a file system keeps names as well as it can: that is no reason to refuse its files.
function checkSyncError(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && CANNOT_SYNC.includes(error.code))) throw error;
}

function syncFolderSync(folder: string): void {
  if (!SYNCS_FOLDERS) return;
  const descriptor = openSync(bytesOf(folder), 'r');
  try {
    fsyncSync(descriptor);
  } catch (error) {
    checkSyncError(error);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Brings the names of a folder's files to the disk; nothing is done where the file system cannot. Rejects with the
 * error of the file system.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (!SYNCS_FOLDERS) return;
  const handle = await fs.open(bytesOf(folder), 'r');
  try {
    await handle.sync();
  } catch (error) {
    checkSyncError(error);
  } finally {
    await handle.close();
  }
}

function scratchOf(file: string): string {
  return `${file}.${String(process.pid)}.${String(Date.now())}.tmp`;
}

/**
 * Gives `file` these bytes. `mode` is that of the new file, of which the process's umask takes its part; `prepare` may
 * change its descriptor's owner and mode before it takes the name. Throws the error of the file system, the file being
 * as it was. O(bytes)
 */
export function replaceFileSync(
  file: string,
  bytes: Uint8Array,
  mode: number,
  prepare?: (descriptor: number) => void,
): void {
  const scratch = bytesOf(scratchOf(file));
  const descriptor = openSync(scratch, 'wx', mode);
  try {
    try {
      writeFileSync(descriptor, bytes);
      prepare?.(descriptor);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(scratch, bytesOf(file));
  } catch (error) {
    unlinkSync(scratch);
    throw error;
  }
  syncFolderSync(path.dirname(file));
}

/**
 * The same without the event loop's waiting. The bytes are written to `scratch` first, a name in the same folder that is
 * nobody else's; what stands there is overwritten. Rejects with the error of the file system.
 */
export async function replaceFile(
  file: string,
  bytes: Uint8Array,
  mode: number,
  scratch: string,
): Promise<void> {
  const handle = await fs.open(bytesOf(scratch), 'w', mode);
  try {
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(bytesOf(scratch), bytesOf(file));
  } catch (error) {
    await fs.unlink(bytesOf(scratch));
    throw error;
  }
  await syncFolder(path.dirname(file));
}
