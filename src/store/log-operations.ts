/**
 * The store's append-only log (see native/binding/effect_log.h): takes what commands leave, at the end of each turn, to a
 * thread that writes it, and keeps replies back as the policy asks. `openLog` makes it; before, none of the others may be
 * called.
 */

/** How much of what was taken is where, and what is wrong. */
export interface LogFigures {
  /** Bytes since the log was made: taken, written, and on the disk. */
  position: number;
  written: number;
  synced: number;
  /** Of the current file. */
  fileBytes: number;
  /** How often the file was brought to the disk, and how often that took so long that replies had to wait. */
  syncs: number;
  delayedSyncs: number;
  isSyncing: boolean;
  /** While the file cannot be written: which operation fails, the error's name, and its text. */
  failed?: 'write' | 'fsync' | 'ftruncate';
  error?: string;
  reason?: string;
}

/** When the file is brought to the disk. */
export const LogPolicy = { always: 0, everysec: 1, no: 2 } as const;

export interface LogOperations {
  /**
   * From now on in this file, which must be there, behind what it has. Null or an error's name. `onChange`
   * is told, of the first call, when writing begins to fail or goes on.
   */
  openLog(path: Uint8Array, onChange: () => void): string | null;
  /**
   * Something else on the disk has all that was taken before the last `openLog`: nothing of it is written any more, and
   * it counts as synced.
   */
  supersedeLog(): void;
  /**
   * Takes what was executed so far, as the last of it, and has it brought to the disk, while the loop goes on. `onEnd` is
   * told, not before this returns, whether that could be done; the log is to be closed then, though not within `onEnd`.
   */
  endLog(onEnd: (isWhole: boolean) => void): void;
  /** Ends it, at once but for what is being written or synced. What is not written is lost. */
  closeLog(): void;
  /** Waits until everything is on the disk, at most until the next error or that long. Whether it is. */
  finishLog(timeoutMs: number): boolean;
  setLogPolicy(policy: number): void;
  /** Whether each second's effects begin with an annotation of the time. */
  setLogTimestamps(on: boolean): void;
  /**
   * Whether clients are refused what must not go on while the file cannot be written - writes, with `always` all that
   * depends on the data - so that output of then need not wait for the disk.
   */
  setLogRefusing(refuses: boolean): void;
  /** Makes each sync longer, for tests. */
  setLogSyncDelay(microseconds: number): void;
  logFigures(): LogFigures;
}
