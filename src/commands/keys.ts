// Keys as such: removing, listing, renaming, copying and moving them, whatever they hold; databases; OBJECT.
import {
  LongReadElements,
  NumberA,
  StatusNoKey,
  TypeHash,
  TypeList,
  TypeSet,
  TypeSortedSet,
  TypeStream,
  TypeString,
} from '../store/layout.js';
import { encode } from '../protocol/reply-writer.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, keyAt, keysFrom } from './command.js';
import { Errors } from './errors.js';
import { helpOf } from './help.js';
import { readScan } from './scan-options.js';

const TYPE = word('TYPE');
const DB = word('DB');
const REPLACE = word('REPLACE');
const SYNC = word('SYNC');
const ASYNC = word('ASYNC');
const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;

// ---- one or many keys -------------------------------------------------------------------------------------

// The memory of what is large is freed in the background in any case, so UNLINK is DEL.
function del(c: Call): void {
  if (!c.isObserved) {
    const erased = c.store.eraseKeys(c.first + 1, c.count - 1);
    c.countChanges(erased);
    return c.reply.integer(erased);
  }
  let erased = 0;
  for (let i = 1; i < c.count; i++) {
    if (c.store.eraseKeys(c.first + i, 1) === 0) continue;
    erased++;
    c.changed(i, EventClass.generic, 'del');
  }
  c.reply.integer(erased);
}

function exists(c: Call): void {
  c.reply.integer(c.store.countExisting(c.first + 1, c.count - 1));
}

function touch(c: Call): void {
  c.reply.integer(c.store.touchKeys(c.first + 1, c.count - 1));
}

/** Names of the types by their numbers. */
const TYPE_NAMES: readonly string[] = (() => {
  const names: string[] = [];
  names[TypeString] = 'string';
  names[TypeList] = 'list';
  names[TypeSet] = 'set';
  names[TypeSortedSet] = 'zset';
  names[TypeHash] = 'hash';
  names[TypeStream] = 'stream';
  return names;
})();
const TYPE_REPLIES = TYPE_NAMES.map((name) => encode(`+${name}\r\n`));
const TYPE_WORDS = TYPE_NAMES.map(word);
const NO_TYPE_REPLY = encode('+none\r\n');

function type(c: Call): void {
  const number = c.store.typeOf(c.first + 1, 0);
  c.reply.short(number === StatusNoKey ? NO_TYPE_REPLY : TYPE_REPLIES[number]);
}

function rename(c: Call): void {
  if (c.store.renameKey(c.first + 1, c.first + 2, 0) === StatusNoKey) return c.error(Errors.noKey);
  toldRename(c);
  c.reply.ok();
}

function toldRename(c: Call): void {
  if (sameBytes(c, 1, 2)) return;
  const { database } = c.client;
  c.created(database, 2);
  c.changed(1, EventClass.generic, 'rename_from');
  c.changed(2, EventClass.generic, 'rename_to', 0);
}

function renamenx(c: Call): void {
  const renamed = c.store.renameKey(c.first + 1, c.first + 2, 1);
  if (renamed === StatusNoKey) return c.error(Errors.noKey);
  if (renamed === 1) toldRename(c);
  c.reply.integer(renamed);
}

// ---- listing ----------------------------------------------------------------------------------------------

// A large database is listed on a worker, over a view: it takes long, and nobody else should wait.
function keysOf(c: Call): void {
  const pattern = c.first + 1;
  c.store.keyCount(c.client.database);
  // As for all long reads: within a transaction, and for others who must not wait, nothing is one.
  if (c.numbers[NumberA] <= c.control[LongReadElements]) c.store.listKeys(pattern);
  else c.server.awaitLongRead(c.client, c.store.beginListKeys(pattern), '');
}

/** A type that no key has. */
const NO_TYPE = 15;
function scan(c: Call): void {
  const options = readScan(c, TYPE);
  if (options === null) return;
  const wanted = options.extra < 0 ? -1 : typeNamed(c, options.extra);
  c.store.scanKeys(options.count, options.pattern, wanted);
}

/** The type of a name; one that no key has if there is no such name. */
function typeNamed(c: Call, i: number): number {
  for (let number = 0; number < TYPE_WORDS.length; number++) if (c.is(i, TYPE_WORDS[number])) return number;
  return NO_TYPE;
}

function randomkey(c: Call): void {
  c.store.randomKey(0);
}

// ---- databases --------------------------------------------------------------------------------------------

/** The number of a database, or -1 with the error replied. */
function readDatabase(c: Call, i: number): number {
  const number = c.integerOrError(i);
  if (number === null) return -1;
  if (number < INT32_MIN || number > INT32_MAX) {
    c.error(`ERR value is out of range, value must between ${INT32_MIN} and ${INT32_MAX}`);
    return -1;
  }
  return checkDatabase(c, number);
}

function checkDatabase(c: Call, number: number): number {
  if (number >= 0 && number < c.server.config.databases) return number;
  c.error(Errors.databaseRange);
  return -1;
}

function copy(c: Call): void {
  let database = c.client.database;
  let replace = 0;
  for (let i = 3; i < c.count; i++) {
    if (c.is(i, REPLACE)) replace = 1;
    else if (c.is(i, DB) && i + 1 < c.count) {
      database = readDatabase(c, ++i);
      if (database < 0) return;
    } else {
      c.syntaxError();
      return;
    }
  }
  if (database === c.client.database && sameBytes(c, 1, 2)) {
    c.error(Errors.sameObject);
    return;
  }
  const copied = c.store.copyKey(c.first + 1, c.first + 2, database, replace);
  if (copied === 1) {
    c.created(database, 2);
    c.changedIn(database, 2, EventClass.generic, 'copy_to');
  }
  c.reply.integer(copied);
}

function sameBytes(c: Call, i: number, j: number): boolean {
  const { bytes, args } = c;
  const size = c.size(i);
  if (size !== c.size(j)) return false;
  const [a, b] = [args[2 * (c.first + i)], args[2 * (c.first + j)]];
  let k = 0;
  while (k < size && bytes[a + k] === bytes[b + k]) k++;
  return k === size;
}

function move(c: Call): void {
  const database = readDatabase(c, 2);
  if (database < 0) return;
  if (database === c.client.database) {
    c.error(Errors.sameObject);
    return;
  }
  const moved = c.store.moveKey(c.first + 1, database);
  if (moved === 1) {
    c.created(database, 1);
    c.changed(1, EventClass.generic, 'move_from');
    c.changedIn(database, 1, EventClass.generic, 'move_to', 0);
  }
  c.reply.integer(moved);
}

function swapdb(c: Call): void {
  const a = c.integerWithin(1, INT32_MIN, INT32_MAX, 'ERR invalid first DB index');
  if (a === null) return;
  const b = c.integerWithin(2, INT32_MIN, INT32_MAX, 'ERR invalid second DB index');
  if (b === null || checkDatabase(c, a) < 0 || checkDatabase(c, b) < 0) return;
  if (a !== b) {
    c.store.swapDatabases(a, b);
    c.server.changes.noteSwap(a, b);
  }
  c.countChanges(1);
  c.reply.ok();
}

function dbsize(c: Call): void {
  c.store.keyCount(c.client.database);
  c.reply.integer(c.numbers[NumberA]);
}

// SYNC and ASYNC are the same: a database is dropped at once, and freed in the background.
function flush(c: Call, database: number): void {
  if (c.count > 2 || (c.count === 2 && !c.is(1, SYNC) && !c.is(1, ASYNC))) return c.syntaxError();
  c.server.changes.noteFlush(database, c.client);
  c.store.flushDatabase(database);
  c.countChanges(c.numbers[NumberA]);
  if (database < 0) c.server.persistence.allFlushed();
  if (c.effects.isOn) c.effects.verbatim(c);
  c.reply.ok();
}

// ---- OBJECT -----------------------------------------------------------------------------------------------

/** Names of the encodings of each type, by their numbers. */
const ENCODING_NAMES: readonly (readonly string[])[] = (() => {
  const names: (readonly string[])[] = [];
  names[TypeString] = ['int', 'embstr', 'raw'];
  names[TypeList] = ['listpack', 'quicklist'];
  names[TypeSet] = ['intset', 'listpack', 'hashtable'];
  names[TypeSortedSet] = ['listpack', 'skiplist'];
  names[TypeHash] = ['listpack', 'listpackex', 'hashtable', 'hashtable'];
  names[TypeStream] = ['stream'];
  return names;
})();

/** How the value of key `i` is stored, by its name; null when there is no such key. */
export function encodingName(c: Call, i: number): string | null {
  const number = c.store.encodingOf(c.first + i);
  return number === StatusNoKey ? null : ENCODING_NAMES[c.store.typeOf(c.first + i, 0)][number];
}

function objectEncoding(c: Call): void {
  const name = encodingName(c, 2);
  if (name === null) c.reply.null();
  else c.reply.bulk(name);
}

/** References to a small integer. */
export const SHARED_REFERENCES = INT32_MAX;

// Small integers are shared in Redis, and clients see it.
function objectRefcount(c: Call): void {
  const small = c.store.smallInteger(c.first + 2);
  if (small === StatusNoKey) c.reply.null();
  else c.reply.integer(small === 1 ? SHARED_REFERENCES : 1);
}

function isLfu(c: Call): boolean {
  return c.server.config.maxmemoryPolicy.endsWith('lfu');
}

const SWITCHING =
  'Please note that when switching between policies at runtime ' +
  'LRU and LFU data will take some time to adjust.';

function objectIdletime(c: Call): void {
  const seconds = c.store.idleSeconds(c.first + 2);
  if (seconds === StatusNoKey) c.reply.null();
  else if (isLfu(c)) c.error(`ERR An LFU maxmemory policy is selected, idle time not tracked. ${SWITCHING}`);
  else c.reply.integer(seconds);
}

function objectFreq(c: Call): void {
  const frequency = c.store.accessFrequency(c.first + 2);
  if (frequency === StatusNoKey) c.reply.null();
  else if (!isLfu(c))
    c.error(`ERR An LFU maxmemory policy is not selected, access frequency not tracked. ${SWITCHING}`);
  else c.reply.integer(frequency);
}

const objectHelp = helpOf('object', [
  ['ENCODING <key>', 'Tell how the value of <key> is stored.'],
  ['FREQ <key>', 'Tell how often <key> is accessed, on a logarithmic scale, under an LFU policy.'],
  ['IDLETIME <key>', 'Tell how many seconds ago <key> was last accessed, unless there is an LFU policy.'],
  ['REFCOUNT <key>', 'Tell how many references there are to the value of <key>.'],
]);

// ---- declarations -----------------------------------------------------------------------------------------

const SUMMED = ['request_policy:multi_shard', 'response_policy:agg_sum'];
const ALL_SUCCEED = ['request_policy:all_shards', 'response_policy:all_succeeded'];

const object: CommandDeclaration = {
  name: 'object',
  arity: -2,
  flags: [],
  group: 'generic',
  categories: [],
  since: '2.2.3',
  summary: 'Looks at how the values of keys are kept',
  complexity: 'Depends on the subcommand',
  reply: 'any',
  subcommands: [
    {
      name: 'encoding',
      arity: 3,
      flags: ['readonly'],
      group: 'generic',
      keys: [keyAt(2, 'RO')],
      tips: ['nondeterministic_output'],
      since: '2.2.3',
      summary: 'Tells how the value of a key is stored',
      complexity: 'O(1)',
      arguments: 'key#0',
      reply: ['bulk', 'null'],
      handler: objectEncoding,
    },
    {
      name: 'freq',
      arity: 3,
      flags: ['readonly'],
      group: 'generic',
      keys: [keyAt(2, 'RO')],
      tips: ['nondeterministic_output'],
      since: '4.0.0',
      summary: 'Tells how often a key is accessed, on a logarithmic scale',
      complexity: 'O(1)',
      arguments: 'key#0',
      reply: ['integer', 'null'],
      handler: objectFreq,
    },
    {
      name: 'help',
      arity: 2,
      flags: ['loading', 'stale'],
      group: 'generic',
      since: '6.2.0',
      summary: 'Explains the subcommands',
      complexity: 'O(1)',
      reply: 'array',
      handler: objectHelp,
    },
    {
      name: 'idletime',
      arity: 3,
      flags: ['readonly'],
      group: 'generic',
      keys: [keyAt(2, 'RO')],
      tips: ['nondeterministic_output'],
      since: '2.2.3',
      summary: 'Tells how many seconds ago a key was last accessed',
      complexity: 'O(1)',
      arguments: 'key#0',
      reply: ['integer', 'null'],
      handler: objectIdletime,
    },
    {
      name: 'refcount',
      arity: 3,
      flags: ['readonly'],
      group: 'generic',
      keys: [keyAt(2, 'RO')],
      tips: ['nondeterministic_output'],
      since: '2.2.3',
      summary: 'Tells how many references there are to the value of a key',
      complexity: 'O(1)',
      arguments: 'key#0',
      reply: ['integer', 'null'],
      handler: objectRefcount,
    },
  ],
};

export const keys: readonly CommandDeclaration[] = [
  {
    name: 'del',
    arity: -2,
    flags: ['write'],
    group: 'generic',
    keys: [keysFrom(1, ['RM', 'delete'])],
    tips: SUMMED,
    since: '1.0.0',
    summary: 'Removes keys',
    complexity: 'O(N) for N keys; what is large is freed in the background',
    arguments: 'key#0...',
    reply: 'integer',
    handler: del,
  },
  {
    name: 'unlink',
    arity: -2,
    flags: ['write', 'fast'],
    group: 'generic',
    keys: [keysFrom(1, ['RM', 'delete'])],
    tips: SUMMED,
    since: '4.0.0',
    summary: 'Removes keys, and never waits for their memory to be freed',
    complexity: 'O(N) for N keys; what is large is freed in the background',
    arguments: 'key#0...',
    reply: 'integer',
    handler: del,
  },
  {
    name: 'exists',
    arity: -2,
    flags: ['readonly', 'fast'],
    group: 'generic',
    keys: [keysFrom(1, ['RO'])],
    tips: SUMMED,
    since: '1.0.0',
    summary: 'Counts the keys that exist',
    complexity: 'O(N) for N keys',
    arguments: 'key#0...',
    history: { '3.0.3': 'More than one key' },
    reply: 'integer',
    handler: exists,
  },
  {
    name: 'touch',
    arity: -2,
    flags: ['readonly', 'fast'],
    group: 'generic',
    keys: [keysFrom(1, ['RO'])],
    tips: SUMMED,
    since: '3.2.1',
    summary: 'Counts the keys that exist, which count as accessed now',
    complexity: 'O(N) for N keys',
    arguments: 'key#0...',
    reply: 'integer',
    handler: touch,
  },
  {
    name: 'type',
    arity: 2,
    flags: ['readonly', 'fast'],
    group: 'generic',
    keys: [keyAt(1, 'RO')],
    since: '1.0.0',
    summary: 'Tells what type of value a key holds',
    complexity: 'O(1)',
    arguments: 'key#0',
    reply: 'status',
    handler: type,
  },
  {
    name: 'keys',
    arity: 2,
    flags: ['readonly'],
    group: 'generic',
    categories: ['keyspace', 'dangerous'],
    tips: ['request_policy:all_shards', 'nondeterministic_output_order'],
    since: '1.0.0',
    summary: 'Lists the keys that match a pattern',
    complexity: 'O(N) for N keys in the database, on a worker if there are many',
    arguments: 'pattern:pattern',
    reply: 'array',
    handler: keysOf,
  },
  {
    name: 'scan',
    arity: -2,
    flags: ['readonly'],
    group: 'generic',
    tips: ['nondeterministic_output', 'request_policy:special'],
    since: '2.8.0',
    summary: 'Lists keys piece by piece',
    complexity: 'O(1) for each call, O(N) for all N keys of the database',
    arguments: 'cursor:integer [MATCH pattern:pattern] [COUNT count:integer] [TYPE type@6.0.0]',
    history: { '6.0.0': 'TYPE' },
    reply: 'array',
    handler: scan,
  },
  {
    name: 'randomkey',
    arity: 1,
    flags: ['readonly'],
    group: 'generic',
    tips: ['request_policy:all_shards', 'nondeterministic_output'],
    since: '1.0.0',
    summary: 'Picks a key at random',
    complexity: 'O(1)',
    reply: ['bulk', 'null'],
    handler: randomkey,
  },
  {
    name: 'rename',
    arity: 3,
    flags: ['write'],
    group: 'generic',
    keys: [keyAt(1, 'RW', 'access', 'delete'), keyAt(2, 'OW', 'update')],
    since: '1.0.0',
    summary: 'Renames a key, over what the new name held',
    complexity: 'O(1)',
    arguments: 'key#0 newkey#1',
    reply: 'status',
    handler: rename,
  },
  {
    name: 'renamenx',
    arity: 3,
    flags: ['write', 'fast'],
    group: 'generic',
    keys: [keyAt(1, 'RW', 'access', 'delete'), keyAt(2, 'OW', 'insert')],
    since: '1.0.0',
    summary: 'Renames a key unless the new name exists',
    complexity: 'O(1)',
    arguments: 'key#0 newkey#1',
    history: { '3.2.0': 'A key may be renamed to itself' },
    reply: 'integer',
    handler: renamenx,
  },
  {
    name: 'copy',
    arity: -3,
    flags: ['write', 'denyoom'],
    group: 'generic',
    keys: [keyAt(1, 'RO', 'access'), keyAt(2, 'OW', 'update')],
    since: '6.2.0',
    summary: 'Copies a key with its value and time to live, to another database on request',
    complexity: 'O(1) for strings, O(N) for N elements of others',
    arguments: 'source#0 destination#1 [DB destination-db:integer] [REPLACE]',
    reply: 'integer',
    handler: copy,
  },
  {
    name: 'move',
    arity: 3,
    flags: ['write', 'fast'],
    group: 'generic',
    keys: [keyAt(1, 'RW', 'access', 'update')],
    since: '1.0.0',
    summary: 'Moves a key to another database, unless it exists there',
    complexity: 'O(1)',
    arguments: 'key#0 db:integer',
    reply: 'integer',
    handler: move,
  },
  {
    name: 'swapdb',
    arity: 3,
    flags: ['write', 'fast'],
    group: 'server',
    categories: ['keyspace', 'dangerous'],
    since: '4.0.0',
    summary: 'Exchanges two databases',
    complexity: 'O(N) for N clients that watch or wait for keys of the two',
    arguments: 'index1:integer index2:integer',
    reply: 'status',
    handler: swapdb,
  },
  {
    name: 'dbsize',
    arity: 1,
    flags: ['readonly', 'fast'],
    group: 'server',
    categories: ['keyspace'],
    tips: ['request_policy:all_shards', 'response_policy:agg_sum'],
    since: '1.0.0',
    summary: 'Counts the keys of the database',
    complexity: 'O(1)',
    reply: 'integer',
    handler: dbsize,
  },
  {
    name: 'flushdb',
    arity: -1,
    flags: ['write'],
    group: 'server',
    categories: ['keyspace', 'dangerous'],
    tips: ALL_SUCCEED,
    since: '1.0.0',
    summary: 'Removes all keys of the database',
    complexity: 'O(1); the memory is freed in the background',
    arguments: '[flush-type(ASYNC@4.0.0 | SYNC@6.2.0)]',
    history: { '4.0.0': 'ASYNC', '6.2.0': 'SYNC' },
    reply: 'status',
    handler: (c) => flush(c, c.client.database),
  },
  {
    name: 'flushall',
    arity: -1,
    flags: ['write'],
    group: 'server',
    categories: ['keyspace', 'dangerous'],
    tips: ALL_SUCCEED,
    since: '1.0.0',
    summary: 'Removes all keys of all databases',
    complexity: 'O(N) for N databases; the memory is freed in the background',
    arguments: '[flush-type(ASYNC@4.0.0 | SYNC@6.2.0)]',
    history: { '4.0.0': 'ASYNC', '6.2.0': 'SYNC' },
    reply: 'status',
    handler: (c) => flush(c, -1),
  },
  object,
];
