// Blocker: what commands that may wait for a key ask of the server.
import type { Call } from './call.js';
import type { Client } from './client.js';

export interface BlockOptions {
  /** Milliseconds; 0: for ever. */
  timeoutMs: number;
  /** The type (Type...) that a key must have for the command to be tried again. */
  type: number;
  /** Whether it is also tried again when a key is gone or has another type, to reply what that means. */
  whenGone?: boolean;
  /** What is replied when the time is over. */
  onTimeout: Uint8Array;
  /** Arguments whose meaning depends on the moment of the call, and what they mean now. */
  replaced?: readonly (readonly [argument: number, bytes: Uint8Array])[];
}

export interface Blocker {
  /**
   * The command has found nothing: its client waits until one of the keys, arguments `firstKey` on, may give it
   * something; then the same handler is called again. To be called only where nothing was replied, and not when the
   * command is nested. O(keys)
   */
  block(c: Call, firstKey: number, keyCount: number, options: BlockOptions): void;
  /** Whether a client waits for a key. */
  isBlocked(client: Client): boolean;
  /** Ends a client's wait as its timeout would. */
  timeOut(client: Client): void;
  /** Ends a client's wait with these bytes as its reply. */
  giveUp(client: Client, reply: Uint8Array): void;
}
