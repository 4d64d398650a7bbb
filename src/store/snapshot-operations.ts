// The store's operations on snapshot files (RDB): written off the loop or on it, checked, and read in steps; and locks.
// Paths are bytes.

/** What a snapshot tells of the use of each key: what the policy of eviction goes by. */
export const KeyUse = { none: 0, idle: 1, frequency: 2 } as const;

/** How a snapshot is written. */
export interface SnapshotRequest {
  /** In the folder of `finalPath`. */
  temporaryPath: Uint8Array;
  /** What the temporary file becomes; empty: it stays as it is. */
  finalPath: Uint8Array;
  compresses: boolean;
  hasChecksum: boolean;
  /** Brought to the disk each time so many bytes were written; 0: at the end. */
  syncBytes: number;
  /** Pause behind each key; below 0: a microsecond behind one in so many. */
  keyDelayUs: number;
  keyUse: (typeof KeyUse)[keyof typeof KeyUse];
  /** After so many a counter of use is one less; 0: it stays. */
  frequencyDecayMinutes: number;
  /** Commands that make the data, instead of a snapshot: then facts and the use of keys are left out. */
  asCommands: boolean;
  /** What stands in front of the commands. */
  commandsHead: Uint8Array;
  /** What stands in front of the data ("redis-ver" and so on), in this order. */
  facts: readonly (readonly [name: string, value: string])[];
  /** Libraries of functions, as they were loaded. */
  functions: readonly Uint8Array[];
}

/** How writing has ended. */
export interface SnapshotResult {
  /** What failed ('open', 'write', 'fsync', 'rename', 'cancel'); '' if all is on the disk. */
  failed: string;
  /** The operating system's text for why. */
  problem: string;
  keys: number;
  bytes: number;
}

/** How far reading is, or how it has ended; of a file that is loaded, and of one that is only checked. */
export interface SnapshotReading {
  /** Whether there is more to read. */
  isMore: boolean;
  /** Read so far: in the end, up to the end of the snapshot, behind which the file may go on. */
  bytes: number;
  totalBytes: number;
  /** Keys that were taken. */
  keys: number;
  /** Keys that were left out, because their time had come. */
  expired: number;
  /** Keys that were taken or left out; those of them with a time to live. */
  keysInFile: number;
  expiringInFile: number;
  /** Of the format; 0: not read yet. */
  version: number;
  /** What is wrong with the file, '' for nothing; where; and how the key begins, if with one: its bytes as latin1. */
  error: string;
  errorOffset: number;
  errorKey: string;
}

/** What a file has beside keys. */
export interface SnapshotContents {
  /** What it says of itself, in its order; bytes as latin1. */
  facts: [name: string, value: string][];
  functions: Uint8Array[];
}

export interface SnapshotOperations {
  /** Writes what all databases hold at this instant, on a worker; the job's number. `done` is called later, once. */
  beginSnapshot(request: SnapshotRequest, done: (result: SnapshotResult) => void): number;
  /** The same at once, on the loop. */
  writeSnapshot(request: SnapshotRequest): SnapshotResult;
  /** Checks a file on a worker; the job's number. */
  beginSnapshotCheck(path: Uint8Array, done: (reading: SnapshotReading) => void): number;
  /** Keys that a job has written so far; -1: it is done. */
  snapshotProgress(job: number): number;
  /** Has a job end soon, with the failure 'cancel'. `waits`: it does nothing more to its files when this returns. */
  cancelSnapshot(job: number, waits: boolean): void;
  /** Opens a file to be read into the databases: the reader's number, or what is wrong with it. */
  openSnapshot(given: {
    path: Uint8Array;
    /** Keys that expire by then are left out (Unix time, ms), unless they are kept. */
    nowMs: number;
    keepsExpired: boolean;
    /** Whether something may follow behind the end of the snapshot. */
    hasTail: boolean;
    /** Whether the checksum at the end of the file is not looked at. */
    skipsChecksum?: boolean;
  }): number | string;
  /** Reads on for about that long. */
  readSnapshot(reader: number, budgetUs: number): SnapshotReading;
  snapshotContents(reader: number): SnapshotContents;
  closeSnapshot(reader: number): void;
  /**
   * Locks a file and writes `text` into it: the lock, or why it could not: what the operating system says, or '' and what
   * its holder has written.
   */
  lockFile(path: Uint8Array, text: Uint8Array): number | [problem: string, holder: string];
  /** Removes the file and releases the lock. */
  unlockFile(path: Uint8Array, lock: number): void;
}
