// Persisting: what commands may ask of the part of the server that keeps data on the disk (src/persistence).
import type { Backing } from './backing.js';
import type { Call } from './call.js';

/** How DEBUG RELOAD goes about it. */
export interface ReloadOptions {
  /** Whether the data is saved first. */
  saves: boolean;
  /** Whether it is dropped before the file is read; otherwise what is read comes on top of it. */
  flushes: boolean;
}

/** How a shutdown deals with the data. */
export interface ShutdownOptions {
  /** SAVE or NOSAVE; undefined: as the save points say. */
  saves: boolean | undefined;
  /** Whether it goes on when the data cannot be saved. */
  isForced: boolean;
}

export interface Persisting {
  readonly backups: Backing;
  /** Whether data is being loaded. */
  readonly isLoading: boolean;
  /** Whether a snapshot is being written in the background. */
  readonly isSaving: boolean;
  /** Whether something else is, which keeps snapshots from being written. */
  readonly isRewriting: boolean;
  /** Unix time of the last snapshot that succeeded, or of the start; seconds. */
  readonly lastSave: number;
  /** Writes a snapshot while everybody waits. False: it failed, which was logged. O(data) */
  save(): boolean;
  /** Begins to write a snapshot in the background. False: it could not be begun. */
  saveInBackground(): boolean;
  /** Writes one as soon as possible. */
  scheduleSave(): void;
  /** All databases were emptied by a client: the snapshot on the disk becomes an empty one if there are save points. */
  allFlushed(): void;
  /** Begins to rewrite the append-only file, or has that done as soon as possible if `mustWait`; the reply, as bytes. */
  rewriteLog(mustWait: boolean): string;
  /** Makes every sync of the append-only file so much longer: for tests. */
  delayLogSyncs(microseconds: number): void;
  /** Reads the append-only file anew in place of the data, and replies when that is done. */
  reloadLog(c: Call): void;
  /** Reads the snapshot on the disk, and replies when that is done. */
  reload(c: Call, options: ReloadOptions): void;
}
