// Access control as commands see it: who may do what. The server keeps it (src/server/acl/); ACL, AUTH, HELLO, RESET,
// CLIENT and SORT ask for it here.
//
// Names of users, patterns and rules are texts of bytes (latin1).
import type { Call } from './call.js';
import type { Client } from './client.js';
import type { Command } from './registry.js';

/** A user as its connections hold it. */
export interface Account {
  readonly name: string;
  /** Whether it may execute every command on every key and channel: then nothing of it has to be checked. */
  readonly isUnrestricted: boolean;
}

/** One set of permissions, as rules that ACL GETUSER shows. */
export interface PermissionsText {
  readonly commands: string;
  readonly keys: string;
  readonly channels: string;
}

/** A user with all that can be told of it. */
export interface AccountDetails extends Account {
  /** `on` or `off`, and what else holds for it as a whole. */
  readonly flags: readonly string[];
  /** SHA-256 of each password, in hexadecimal digits. */
  readonly passwordHashes: Iterable<string>;
  /** The user's own permissions, then those of its selectors: one of them must allow a command as a whole. */
  readonly permissions: readonly PermissionsText[];
  /** The rules that make this user, behind its name. */
  readonly rules: string;
}

/** Why a command was denied. */
export interface Denial {
  readonly reason: 'command' | 'key' | 'channel';
  /** The argument at fault, counted from the command's name. */
  readonly index: number;
}

/** A denial or a failed authentication that ACL LOG remembers; equal ones within a minute are one. */
export interface AccessLogEntry {
  readonly id: number;
  readonly reason: Denial['reason'] | 'auth';
  readonly context: 'toplevel' | 'multi';
  /** The command, key or channel that was denied. */
  readonly object: string;
  readonly user: string;
  count: number;
  /** As in CLIENT LIST, at the last time. */
  clientInfo: string;
  /** Unix times, ms. */
  readonly createdMs: number;
  updatedMs: number;
}

export interface AccessControl {
  find(name: string): AccountDetails | undefined;
  /** All users, in the order of their names' bytes. */
  accounts(): readonly AccountDetails[];
  /** Makes or changes a user: all rules, or none. The error behind "ERR ", or null. */
  change(name: string, rules: readonly string[]): string | null;
  /** Removes a user and ends its connections; false if there is none. */
  remove(name: string): boolean;
  /** Whether the client of `c` now is that user; if it is not, the attempt is remembered. */
  authenticate(c: Call, name: string, password: Uint8Array): boolean;
  /** Whether the default user lets everybody in, whatever the password. */
  readonly isOpen: boolean;
  /** Makes a client what a new connection is. */
  admit(client: Client): void;
  /** Why `account` may not execute the command whose name is argument `at` of the call; null: it may. */
  check(account: Account, c: Call, at: number, command: Command): Denial | null;
  /** Whether the client may execute this call and read every key: for keys that only the data names. */
  mayReadEveryKey(c: Call): boolean;
  /** What was denied, the latest first. */
  readonly entries: readonly AccessLogEntry[];
  forgetEntries(): void;
  /** Reads, or writes, the file of users. The error behind "ERR ", or null. */
  load(): string | null;
  save(): string | null;
}

/** Who a connection is before the server says so. */
export const NOBODY: Account = { name: 'default', isUnrestricted: true };
