// Tracker: what a client that caches (CLIENT TRACKING) has asked to be told of, and what commands may ask of the registry
// of all of them (the server's, see src/server/tracking.ts).
import type { Client } from './client.js';

/** How a client wants to be told of changes. */
export interface TrackingOptions {
  /** Who is told in its place; null: itself. */
  redirect: Client | null;
  /** Told of every key with one of the prefixes, read or not; otherwise of the keys that it has read. */
  broadcast: boolean;
  /** Texts of bytes (latin1); with `broadcast` only, none: all keys. */
  prefixes: readonly string[];
  /** Only keys of commands behind CLIENT CACHING YES are remembered. */
  optIn: boolean;
  /** All but those of commands behind CLIENT CACHING NO. */
  optOut: boolean;
  /** Not told of its own changes. */
  noLoop: boolean;
}

/** The state of one client that caches; made by CLIENT TRACKING ON. */
export class Tracker {
  redirect: Client | null = null;
  broadcast = false;
  /** In the order of their bytes when asked for; `broadcast` without any has ''. */
  readonly prefixes = new Set<string>();
  optIn = false;
  optOut = false;
  noLoop = false;
  /** CLIENT CACHING was said for the command that follows. */
  caching = false;
  /** A message could not be sent, since who was to be told in its place is gone. */
  hasBrokenRedirect = false;

  constructor(readonly client: Client) {}

  /** The number of the client that is told in its place, 0: itself. */
  get redirectId(): number {
    return this.redirect?.id ?? 0;
  }
}

/** The registry of all clients that cache. */
export interface Tracking {
  /** Begins to track for a client, or changes how. O(prefixes) */
  enable(client: Client, options: TrackingOptions): void;
  /** Nothing happens if it does not. O(prefixes) */
  disable(client: Client): void;
  /** Clients that cache. */
  readonly clientCount: number;
  /** Keys that are remembered; pairs of such a key and a client; prefixes. */
  readonly keyCount: number;
  readonly itemCount: number;
  readonly prefixCount: number;
}
