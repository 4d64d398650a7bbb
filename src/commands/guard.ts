// Guards: the checks that stand between a command and its handler when something is out of the ordinary. Each has gate
// bits, of clients (`Client.gate`) or of the whole server (`Dispatcher.gates`); while none of its bits is set it is not
// asked, so the ordinary way costs one comparison however many guards there are.
import type { Call } from './call.js';
import type { Client } from './client.js';
import type { Command } from './registry.js';

/** What keeps commands from the ordinary way. Bits below 256 are of a client, and `monitor`; the others of the server. */
export const Gate = {
  /** CLIENT REPLY OFF: nothing is replied. */
  repliesOff: 1,
  /** CLIENT REPLY SKIP: the next command is not replied to. */
  skipNext: 2,
  /** The command being executed, or waited for, is not replied to. */
  skipThis: 4,
  /** MULTI was said: commands are queued. */
  transaction: 8,
  /** Subscribed in RESP2: few commands are allowed, since their replies could not be told from messages. */
  subscriber: 16,
  /** Has not authenticated, and must. */
  unauthenticated: 32,
  /** Its user may not do everything. */
  restricted: 64,
  /** Tells the server to remember the keys that it reads (CLIENT TRACKING). */
  tracking: 128,
  /** More memory is used than is allowed. */
  memory: 256,
  /** CLIENT PAUSE is in force. */
  paused: 512,
  /** Somebody listens to all commands (MONITOR). */
  monitored: 1024,
  /** Data is being loaded. */
  loading: 2048,
  /** Writes are refused because data could not be saved. */
  disk: 4096,
  /** Listens to all commands itself. */
  monitor: 8192,
  /** The server stops: nothing is executed any more. */
  stopping: 16384,
  /** The append-only file cannot be written. */
  log: 32768,
  /** Keys are on their way to another server (MIGRATE): who would change them waits. */
  migration: 65536,
} as const;

/** Whether a client wants no reply to its command. What it is told of besides (messages, changed keys) it still is. */
export function isSilent({ gate }: Pick<Client, 'gate'>): boolean {
  return (gate & (Gate.repliesOff | Gate.skipThis)) !== 0;
}

/** The order in which guards are asked: the first that objects is the one whose error is replied. */
export const GuardOrder = {
  stop: -1,
  authentication: 0,
  transactionRules: 1,
  permission: 2,
  memory: 3,
  disk: 4,
  subscriber: 5,
  loading: 6,
  replica: 7,
  pause: 8,
  queue: 9,
  migration: 10,
  tracking: 11,
  monitor: 12,
} as const;

/** What a guard says of a command. */
export type Admission =
  | 'admitted'
  /** It was dealt with and replied to; its handler is not called. */
  | 'settled'
  /** It is to be executed later: the guard has made its client wait. One whose client has waited is left waiting. */
  | 'postponed'
  | { error: string };

export interface Guard {
  /** Asked while one of these bits is set in the client's gate or the server's. */
  readonly bits: number;
  /** Of GuardOrder. */
  readonly order: number;
  /** Whether it is asked again when a queued command is executed by EXEC or a script calls one. */
  readonly nested: boolean;
  /** Whether it is asked again when a command whose client has waited is executed for it. */
  readonly afterWait?: boolean;
  admit(c: Call, command: Command): Admission;
}

/** Lets the clients of a server that stops wait for its end. */
export const stopGuard: Guard = {
  bits: Gate.stopping,
  order: GuardOrder.stop,
  nested: false,
  admit({ client }) {
    client.waiting = true;
    return 'postponed';
  },
};
