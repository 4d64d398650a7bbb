// The check of an RDB file by the store: it reads all of it as if to load it, and keeps nothing.

/** How a check stands. Texts of the file are latin1, so that every byte is kept apart. */
export interface SnapshotReading {
  /** Bytes read so far, and of the whole file. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Keys read; those of them with a time to live, and those whose time has come. */
  readonly keys: number;
  readonly expiring: number;
  readonly expired: number;
  /** Libraries of functions. */
  readonly functions: number;
  /** Version of the format; 0: not read yet. */
  readonly version: number;
  /** What the file says of itself, in its order: name and value. */
  readonly facts: readonly (readonly [string, string])[];
  /** What is wrong, where (offset), and of which key; '' if nothing, or of none. */
  readonly error: string;
  readonly errorOffset: number;
  readonly errorKey: string;
}

/** The state of a check, as `step` returns it. */
export const SnapshotCheckState = { more: 0, done: 1, failed: 2 } as const;

/** The check of one file. The file is closed when the object is collected. */
export interface SnapshotCheck {
  /** Goes on for about so many microseconds, at least by one key. Gives one of SnapshotCheckState. */
  step(budgetUs: number): number;
  /** How it stands. O(facts) */
  reading(): SnapshotReading;
}
