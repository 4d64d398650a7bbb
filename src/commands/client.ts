// Client: a connection as commands see it. The socket itself is the transport's.
import { type Account, NOBODY } from './access.js';
import type { Subscriptions } from './subscriptions.js';
import type { Tracker } from './tracker.js';
import type { Transaction } from './transaction.js';

export class Client {
  /** Unique for the life of the server, from 1. */
  readonly id: number;
  /** The transport's number of the connection. */
  readonly connection: number;
  /** "address:port" of the peer and of this end, or the path of a Unix socket. */
  readonly peer: string;
  readonly local: string;
  readonly isUnix: boolean;
  /** Unix time, ms. */
  readonly createdMs: number;
  lastActiveMs: number;
  /** Bytes; '' when not set. */
  name = '';
  libraryName = '';
  libraryVersion = '';
  user: Account = NOBODY;
  /** Whether it has said who it is, or nobody asked when it came. */
  isAuthenticated = true;
  /** Whether it shares a small part of the server's time with all others who have not proved who they are. */
  isStranger = false;
  protocol: 2 | 3 = 2;
  database = 0;
  /** Bits of Gate; 0 on the ordinary way. */
  gate = 0;
  /** Whether the connection is to be closed when what was replied has left. */
  closing = false;
  /** Whether what was replied but has not left is dropped when the connection closes. */
  aborted = false;
  /** Waits for something (a long read); no command of it is executed until it is resumed. */
  waiting = false;
  /** While it waits: how long its command has been executed so far, ms. */
  spentMs = 0;
  /** What MULTI and WATCH have begun; made when first needed. */
  transaction: Transaction | null = null;
  /** What SUBSCRIBE and its relatives have begun; made when first needed. */
  subscriptions: Subscriptions | null = null;
  /** How it caches (CLIENT TRACKING); null: it does not. */
  tracker: Tracker | null = null;
  /** Bytes that names kept for it take; see client-memory.ts. */
  keptBytes = 0;
  /** Name of the last command, as CLIENT LIST shows it ("client|list"). */
  lastCommand = '';
  /** Whether it executes what a log holds: what was decided when that was written is not decided again. */
  isLoading = false;
  noTouch = false;
  noEvict = false;

  constructor(id: number, connection: number, peer: string, local: string, isUnix: boolean, nowMs: number) {
    this.id = id;
    this.connection = connection;
    this.peer = peer;
    this.local = local;
    this.isUnix = isUnix;
    this.createdMs = this.lastActiveMs = nowMs;
  }
}
