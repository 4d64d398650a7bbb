// Transaction: what a client has said between WATCH or MULTI and EXEC or DISCARD. Made when it is first needed, so that
// an idle connection does not pay for it.
import type { NativeStore } from '../store/native.js';
import { QueuedCommands } from './queued-commands.js';

/** A key under watch. */
export interface WatchedKey {
  database: number;
  /** Bytes (latin1). */
  key: string;
  /** Whether there was such a key when it was watched. */
  wasThere: boolean;
}

export class Transaction {
  readonly queue: QueuedCommands;
  readonly watched: WatchedKey[] = [];
  /** A watched key has changed: EXEC executes nothing. */
  isSpoiled = false;
  /** A command could not be queued: EXEC refuses. */
  hasFailed = false;
  /** A log holds more for it than can be kept: what it was must not be executed. */
  isTooLarge = false;
  /** EXEC executes the queue. */
  isExecuting = false;

  /** `numbers`: the store's. */
  constructor(store: NativeStore, numbers: Float64Array) {
    this.queue = new QueuedCommands(store, numbers);
  }
}
