// Backing: what BACKUP may ask of those who make backups (src/persistence/backups.ts).

/** A backup in the folder. */
export interface BackupFile {
  file: string;
  bytes: number;
  /** When it was written, Unix time, ms. */
  timeMs: number;
}

/** How an attempt has ended. */
export interface BackupOutcome {
  /** '' if it failed. */
  file: string;
  /** What went wrong, '' for nothing. */
  error: string;
  keys: number;
  bytes: number;
  /** Unix time, ms. */
  startedMs: number;
  durationMs: number;
}

export interface Backing {
  readonly phase: 'idle' | 'writing' | 'verifying';
  readonly folder: string;
  /** When the schedule has the next one, Unix time, ms; null: never. */
  readonly nextMs: number | null;
  /** The last attempt; null: there was none since the start. */
  readonly last: BackupOutcome | null;
  /** Since the start. */
  readonly completed: number;
  readonly failed: number;
  /** Begins one; gives what keeps it from that, '' for nothing. */
  begin(): string;
  /** From the newest to the oldest. Rejects with what is wrong with the folder. */
  list(): Promise<BackupFile[]>;
  /** Reads a backup, null: the newest, as a whole. Rejects with what is wrong with it. O(bytes), on a worker */
  verify(file: string | null): Promise<{ file: string; keys: number; bytes: number }>;
}
