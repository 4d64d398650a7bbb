// The check of an RDB file by the store: it reads all of it as if to load it, and keeps nothing.
import type { SnapshotContents, SnapshotReading } from './snapshot-operations.js';

/** The check of one file. The file is closed when the object is collected. */
export interface SnapshotCheck {
  /** Goes on for about so many microseconds, at least by one key. How it stands then. */
  step(budgetUs: number): SnapshotReading;
  /** What was found beside keys so far. O(bytes of it) */
  contents(): SnapshotContents;
}
