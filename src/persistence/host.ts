/** What persistence needs of the server around it; the server is the host. */
import type { Changes } from '../commands/changes.js';
import type { Client } from '../commands/client.js';
import type { CommandTimes } from '../commands/command-times.js';
import type { Dispatcher } from '../commands/dispatch.js';
import type { Registry } from '../commands/registry.js';
import type { Config } from '../config/index.js';
import type { NativeStore } from '../store/native.js';

/** The server's log. */
export interface PersistenceLog {
  verbose(message: string): void;
  notice(message: string): void;
  warning(message: string): void;
}

export interface PersistenceHost {
  readonly config: Config;
  readonly log: PersistenceLog;
  readonly store: NativeStore;
  readonly changes: Changes;
  readonly registry: Registry;
  readonly dispatcher: Dispatcher;
  readonly times: CommandTimes;
  /** What commands leave to the log. */
  readonly effects: { turn(on: boolean): void; reset(): void };
  /** Unix time, ms. */
  readonly startedMs: number;
  /**
   * A log is being read, or no longer. Meanwhile, between its slices as well, keys and fields whose time has come are
   * there, and nothing is evicted, however much memory is used.
   */
  logLoading(isLoading: boolean): void;
  /** The client of the current command waits; what is returned ends that with a reply, as bytes. */
  awaitJob(client: Client): (reply: string) => void;
}

/** What guards `dir` against a second server that writes there: see folder-lock.ts. */
export interface FolderGuard {
  /** Makes sure that the folder is locked, if the configuration asks for that. False: another server has it, which was logged. */
  hold(): boolean;
  /** Makes sure that the folder is locked. What is wrong if another server has it. */
  claim(): string | undefined;
}

/** A line of INFO. */
export type InfoLine = readonly [name: string, value: string | number];
