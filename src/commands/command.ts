// A command as data: its declaration stands beside its handler, and everything else that must be known of it (dispatch,
// arity, keys, COMMAND, ACL categories, the tables in the docs) is derived from it.
import type { Call } from './call.js';

/** Flags of a command, as COMMAND INFO names them. */
export type CommandFlag =
  | 'write'
  | 'readonly'
  | 'denyoom'
  | 'module'
  | 'admin'
  | 'pubsub'
  | 'noscript'
  | 'blocking'
  | 'loading'
  | 'stale'
  | 'skip_monitor'
  | 'skip_slowlog'
  | 'asking'
  | 'fast'
  | 'no_auth'
  | 'may_replicate'
  | 'sentinel'
  | 'only_sentinel'
  | 'no_mandatory_keys'
  | 'protected'
  | 'no_async_loading'
  | 'no_multi'
  | 'allow_busy'
  | 'touches_arbitrary_keys'
  | 'movablekeys';

/** The group a command is documented in; most of them are ACL categories as well. */
export type CommandGroup =
  | 'generic'
  | 'string'
  | 'list'
  | 'set'
  | 'sorted-set'
  | 'hash'
  | 'pubsub'
  | 'transactions'
  | 'connection'
  | 'server'
  | 'scripting'
  | 'hyperloglog'
  | 'cluster'
  | 'sentinel'
  | 'geo'
  | 'stream'
  | 'bitmap';

/** What a command does with a key: access (RO read, RW, OW overwrite, RM remove) and finer words. */
export type KeyFlag =
  | 'RO'
  | 'RW'
  | 'OW'
  | 'RM'
  | 'access'
  | 'update'
  | 'insert'
  | 'delete'
  | 'not_key'
  | 'incomplete'
  | 'variable_flags';

/** Where the keys of a command are (a key specification, as COMMAND INFO shows it). */
export interface KeySpec {
  flags: readonly KeyFlag[];
  notes?: string;
  /** Where the search begins: an argument's index, or behind a keyword found from `from` on (negative: from the end). */
  begin:
    | { index: number }
    | { keyword: string; from: number }
    /**
     * A place that depends on all arguments, and is told as unknown: a function finds it for the command whose name is
     * argument `at`. Counted from there; 0: there is no such key.
     */
    | { hidden: (c: Call, at: number) => number };
  /**
   * From there: a range up to `last` (relative to the beginning, negative: from the end of the arguments; `limit` as in
   * Redis), or a count of keys at `count` with the first key at `first`, both relative to the beginning.
   */
  find: { last: number; step: number; limit: number } | { count: number; first: number; step: number };
}

/** The shape of a reply, checked by the tests; several where it depends on options. */
export type ReplyShape =
  | 'status'
  | 'integer'
  | 'bulk'
  | 'null'
  | 'array'
  | 'map'
  | 'set'
  | 'double'
  | 'boolean'
  | 'verbatim'
  | 'none'
  | 'any';

export interface CommandDeclaration {
  /** Lower case. Subcommands: the second word only. */
  name: string;
  /** Number of arguments with the name (and subcommand); negative: at least as many. */
  arity: number;
  flags: readonly CommandFlag[];
  group: CommandGroup;
  /** ACL categories beside those that follow from flags and group; without '@'. */
  categories?: readonly string[];
  keys?: readonly KeySpec[];
  /** Hints for clients and proxies, as COMMAND INFO shows them ("nondeterministic_output"). */
  tips?: readonly string[];
  /** The version of Redis that brought it. */
  since: string;
  /** What it does, in a sentence without a full stop. */
  summary: string;
  complexity: string;
  /** What follows the name, in the grammar of command-arguments.ts; missing: nothing, or anything. */
  arguments?: string;
  /** What versions of Redis have brought or changed of it, the oldest first. */
  history?: Readonly<Record<string, string>>;
  reply: ReplyShape | readonly ReplyShape[];
  /** Missing for containers without a form of their own. */
  handler?: (c: Call) => void;
  /**
   * Executes a run: `runLength` commands of this name in a row, each with `runCount` arguments, the first of which is
   * `c.first`. Must reply to each, as `handler` would. Optional; for the hottest commands.
   * What they leave to the logs are their frames, or, if that is not so, what the store writes (see runs.ts).
   */
  run?: { count: number; handler: (c: Call, length: number) => void };
  subcommands?: readonly CommandDeclaration[];
  /** The numbers of arguments that are secrets: logs show that they were there, not what they were. */
  secrets?: (c: Call) => readonly number[];
  /** Remarks of COMMAND DOCS beside `deprecated`: "syscmd" for commands that are no part of the public interface. */
  docFlags?: readonly string[];
  deprecated?: { since: string; replacedBy: string };
}

/** One key at a fixed place: the most frequent specification. */
export function keyAt(index: number, ...flags: KeyFlag[]): KeySpec {
  return { flags, begin: { index }, find: { last: 0, step: 1, limit: 0 } };
}

/** A key at a place that only `find` can tell. */
export function hiddenKey(
  find: (c: Call, at: number) => number,
  notes: string,
  ...flags: KeyFlag[]
): KeySpec {
  return { flags, notes, begin: { hidden: find }, find: { last: 0, step: 1, limit: 0 } };
}

/** Keys from `index` to the end (last -1), every `step` arguments. */
export function keysFrom(index: number, flags: readonly KeyFlag[], step = 1, last = -1): KeySpec {
  return { flags, begin: { index }, find: { last, step, limit: 0 } };
}
