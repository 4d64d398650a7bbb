// ServerContext: what commands may ask of the server around them. The server implements it; tests can do without one.
import type { Config } from '../config/index.js';
import type { AccessControl } from './access.js';
import type { Blocker } from './blocker.js';
import type { Changes } from './changes.js';
import type { Client } from './client.js';
import type { Pausing } from './client-pause.js';
import type { CommandTimes } from './command-times.js';
import type { Effects } from './effects.js';
import type { Migrating } from './migrate.js';
import type { Monitoring } from './monitor.js';
import type { Persisting, ShutdownOptions } from './persisting.js';
import type { QueuedCommands } from './queued-commands.js';
import type { Registry } from './registry.js';
import type { Subscribing } from './subscriptions.js';
import type { Tracking } from './tracker.js';
import type { Watches } from './watches.js';

/** Calls and time of a command, for commandstats. */
export interface CommandStatistics {
  calls: number;
  /** Microseconds; see docs/design.md for how it is shared out within a batch. */
  microseconds: number;
  rejected: number;
  failed: number;
}

/** Memory, by category; bytes unless said otherwise. */
export interface MemoryFigures {
  /** In use by data and clients, now, most so far, and before there was any. */
  used: number;
  peak: number;
  startup: number;
  /** Of `used`: what is not the keys and values themselves, and what is. */
  overhead: number;
  dataset: number;
  /** Resident in memory, of the whole process. */
  rss: number;
  /** Allocated from the store's allocator, and what that holds from the system. */
  stored: number;
  resident: number;
  /** Tables of the databases, and indexes of what expires. */
  tables: number;
  indexes: number;
  /** Kept for open views, and waiting for the background thread to be freed. */
  views: number;
  pending: number;
  /** Keys and values that wait for it, and that it has freed. */
  pendingObjects: number;
  freedObjects: number;
  /** What clients take: connections, commands that are incomplete or queued, replies that wait, names kept for them. */
  clients: number;
  /** Of `used`, what a memory limit does not count. */
  notCounted: number;
  /** Beside `used`: memory that commands and replies pass through, and JavaScript's heap. */
  arenas: number;
  javascript: number;
  /** How many keys there are, connections, and views open. */
  keys: number;
  connections: number;
  openViews: number;
}

export interface ServerContext {
  readonly registry: Registry;
  readonly config: Config;
  /** The server's log. */
  readonly log: { warning(message: string): void };
  /** Background jobs: whether keys are removed when their time comes (true), or only when they are met; and none run. */
  readonly cron: { activeExpiry: boolean; isPaused: boolean };
  /** Where commands tell of the keys that they change. */
  readonly changes: Changes;
  /** What commands leave to the logs. */
  readonly effects: Effects;
  readonly watches: Watches;
  readonly blocker: Blocker;
  readonly pausing: Pausing;
  /** What sends keys to other servers. */
  readonly migrating: Migrating;
  readonly pubsub: Subscribing;
  /** Who may do what. */
  readonly acl: AccessControl;
  /** What is known of the time that commands take. */
  readonly times: CommandTimes;
  readonly tracking: Tracking;
  readonly monitors: Monitoring;
  /** What keeps data on the disk. */
  readonly persistence: Persisting;
  /** Executes queued commands one after the other, each replying for itself, as part of the current command. */
  executeQueue(queue: QueuedCommands): void;
  /** Unix time of this turn, ms. */
  nowMs(): number;
  clients(): Iterable<Client>;
  /** One line of CLIENT LIST, without a line break. */
  describe(client: Client): string;
  /** Ends another client's connection; its own when what was replied has left. */
  kill(client: Client): void;
  /** Ends a client that has sent more than `client-query-buffer-limit` of what is not executed yet. */
  inputTooLarge(client: Client): void;
  /**
   * The client waits for a long read that the store has begun; it goes on when its reply was delivered, or the error
   * `failure`, if reading shows that there is one.
   */
  awaitLongRead(client: Client, job: number, failure: string): void;
  statistics(command: number): CommandStatistics;
  /** CONFIG RESETSTAT. */
  resetStatistics(): void;
  /** Memory in use, by category. */
  memory(): MemoryFigures;
  /** The text of INFO for the given sections (lower case; none: the default ones). */
  info(sections: readonly string[]): string;
  /** The client of the current command waits for something; what is returned ends that with a reply, as bytes. */
  awaitJob(client: Client): (reply: string) => void;
  /** Saves what is to be saved and stops the server in order. False: it could not be saved, so it goes on. */
  shutdown(options: ShutdownOptions): boolean;
  /** Stops the loop for a while: DEBUG SLEEP. */
  sleep(seconds: number): void;
}
