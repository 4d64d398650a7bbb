// Hashes: setting and reading fields, counters, listing, choosing at random, scanning. The times to live of
// fields are in hash-expiration.ts.
import {
  HashNames,
  HashValues,
  StatusInvalid,
  StatusNotFloat,
  StatusNotInteger,
  StatusOverflow,
  StatusTooLong,
  StatusWrongType,
  TypeHash,
} from '../store/layout.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, keyAt } from './command.js';
import { EffectWord } from './effects.js';
import { Errors, wrongArity } from './errors.js';
import { randomPairs } from './random-count.js';
import { oneEach, readRunOf, writeRunOf } from './runs.js';
import { NOVALUES, readCollectionScan } from './scan-options.js';

const WITHVALUES = word('WITHVALUES');

/** Replies a number that the store returned, or the wrong type. */
function replyCount(c: Call, count: number): void {
  if (count === StatusWrongType) c.wrongType();
  else c.reply.integer(count);
}

// ---- setting -------------------------------------------------------------------------------------------

function hset(c: Call): void {
  if (c.count % 2 === 1) return c.error(wrongArity(c.command.name));
  const added = c.store.setHashFields(c.first + 1, c.first + 2, (c.count - 2) / 2);
  if (added >= 0) c.changed(1, EventClass.hash, 'hset', (c.count - 2) / 2);
  replyCount(c, added);
}

const hsetRun = writeRunOf(
  (c, first, length) => c.store.setHashFieldRun(first, length, c.count),
  hset,
  oneEach,
);

function hmset(c: Call): void {
  if (c.count % 2 === 1) return c.error(wrongArity(c.command.name));
  if (c.store.setHashFields(c.first + 1, c.first + 2, (c.count - 2) / 2) === StatusWrongType)
    return c.wrongType();
  c.changed(1, EventClass.hash, 'hset', (c.count - 2) / 2);
  c.reply.ok();
}

function hsetnx(c: Call): void {
  const set = c.store.setHashFieldIfAbsent(c.first + 1, c.first + 2, c.first + 3);
  if (set === 1) c.changed(1, EventClass.hash, 'hset');
  replyCount(c, set);
}

function hdel(c: Call): void {
  const erased = c.store.eraseHashFields(c.first + 1, c.first + 2, c.count - 2);
  if (erased > 0) {
    c.changed(1, EventClass.hash, 'hdel', erased);
    c.removedIfEmpty(1);
  }
  replyCount(c, erased);
}

// ---- reading -------------------------------------------------------------------------------------------

function hget(c: Call): void {
  if (c.store.getHashField(c.first + 1, c.first + 2) === StatusWrongType) c.wrongType();
}

const hgetRun = readRunOf((c, first, length) => c.store.getHashFieldRun(first, length, c.count));

function hmget(c: Call): void {
  if (c.store.getHashFields(c.first + 1, c.first + 2, c.count - 2) === StatusWrongType) c.wrongType();
}

function hstrlen(c: Call): void {
  replyCount(c, c.store.hashFieldLength(c.first + 1, c.first + 2));
}

function hexists(c: Call): void {
  replyCount(c, c.store.hasHashField(c.first + 1, c.first + 2));
}

function hlen(c: Call): void {
  if (c.store.writeHashSize(c.first + 1) === StatusWrongType) c.wrongType();
}

function list(c: Call, parts: number): void {
  c.finishRead(c.store.listHash(c.first + 1, parts));
}

function hgetall(c: Call): void {
  list(c, HashNames | HashValues);
}

function hgetallRun(c: Call, length: number): void {
  for (let done = 0; done < length; done++) {
    const ready = c.store.listHashRun(c.first + 1, length - done, 2, HashNames | HashValues);
    done += ready;
    if (done === length) return;
    c.first += 2 * ready;
    hgetall(c);
    c.first += 2;
    if (c.client.waiting) {
      c.executed = done + 1;
      return;
    }
  }
}

// ---- counters ------------------------------------------------------------------------------------------

function hincrby(c: Call): void {
  if (c.integerOrError(3) === null) return;
  const status = c.store.incrementHashField(c.first + 1, c.first + 2);
  if (status === 0) c.changed(1, EventClass.hash, 'hincrby');
  else if (status === StatusWrongType) c.wrongType();
  else if (status === StatusNotInteger) c.error('ERR hash value is not an integer');
  else if (status === StatusOverflow) c.error(Errors.overflow);
}

function hincrbyfloat(c: Call): void {
  const before = c.reply.position;
  const status = c.store.incrementHashFieldFloat(c.first + 1, c.first + 2, c.first + 3);
  if (status === 0) {
    const { affected } = c;
    c.changed(1, EventClass.hash, 'hincrbyfloat');
    if (c.effects.isOn) leaveFloat(c, before, affected !== 0);
  } else if (status === StatusWrongType) c.wrongType();
  else if (status === StatusInvalid) c.error(Errors.notFloat);
  else if (status === StatusOverflow) c.error('ERR value is NaN or Infinity');
  else if (status === StatusNotFloat) c.error('ERR hash value is not a float');
  else if (status === StatusTooLong) c.error('ERR increment would produce NaN or Infinity');
}

// "HSET key field sum", of the sum that was replied; HSET would let a field that expires live for ever.
function leaveFloat(c: Call, replied: number, expires: boolean): void {
  const { effects } = c;
  if (expires) {
    effects.begin(c, EffectWord.HSETEX, 7);
    effects.argument(c, 1);
    effects.word(EffectWord.KEEPTTL);
    effects.word(EffectWord.FIELDS);
    effects.number(1);
    effects.argument(c, 2);
  } else {
    effects.begin(c, EffectWord.HSET, 4);
    effects.argument(c, 1, 2);
  }
  effects.reply(replied);
}

// ---- choosing and scanning -----------------------------------------------------------------------------

const hrandfield = randomPairs(WITHVALUES, (c, single, withValues) =>
  c.store.chooseHashFields(c.first + 1, single, withValues),
);

function hscan(c: Call): void {
  const options = readCollectionScan(c, TypeHash, NOVALUES);
  if (options === null) return;
  const withValues = options.extra < 0 ? 1 : 0;
  c.finishRead(c.store.scanHash(c.first + 1, options.count, options.pattern, withValues));
}

// ---- declarations --------------------------------------------------------------------------------------

const READ = keyAt(1, 'RO', 'access');
const LOOK = keyAt(1, 'RO');
const UPDATE = keyAt(1, 'RW', 'update');
const COUNTER = keyAt(1, 'RW', 'access', 'update');

export const hashes: readonly CommandDeclaration[] = [
  {
    name: 'hset',
    arity: -4,
    flags: ['write', 'denyoom', 'fast'],
    group: 'hash',
    keys: [UPDATE],
    since: '2.0.0',
    summary: 'Sets fields of a hash, which is created if it is missing',
    complexity: 'O(N) for N fields',
    arguments: 'key#0 data(field value)...',
    history: { '4.0.0': 'More than one field' },
    reply: 'integer',
    handler: hset,
    run: { count: 4, handler: hsetRun },
  },
  {
    name: 'hsetnx',
    arity: 4,
    flags: ['write', 'denyoom', 'fast'],
    group: 'hash',
    keys: [keyAt(1, 'RW', 'insert')],
    since: '2.0.0',
    summary: 'Sets a field of a hash unless it is there',
    complexity: 'O(1)',
    arguments: 'key#0 field value',
    reply: 'integer',
    handler: hsetnx,
  },
  {
    name: 'hmset',
    arity: -4,
    flags: ['write', 'denyoom', 'fast'],
    group: 'hash',
    keys: [UPDATE],
    since: '2.0.0',
    summary: 'Sets fields of a hash, as `HSET` does, and replies with a status',
    complexity: 'O(N) for N fields',
    arguments: 'key#0 data(field value)...',
    reply: 'status',
    handler: hmset,
    deprecated: { since: '4.0.0', replacedBy: '`HSET` with multiple field-value pairs' },
  },
  {
    name: 'hget',
    arity: 3,
    flags: ['readonly', 'fast'],
    group: 'hash',
    keys: [READ],
    since: '2.0.0',
    summary: 'Reads a field of a hash',
    complexity: 'O(1)',
    arguments: 'key#0 field',
    reply: ['bulk', 'null'],
    handler: hget,
    run: { count: 3, handler: hgetRun },
  },
  {
    name: 'hmget',
    arity: -3,
    flags: ['readonly', 'fast'],
    group: 'hash',
    keys: [READ],
    since: '2.0.0',
    summary: 'Reads several fields of a hash',
    complexity: 'O(N) for N fields',
    arguments: 'key#0 field...',
    reply: 'array',
    handler: hmget,
  },
  {
    name: 'hgetall',
    arity: 2,
    flags: ['readonly'],
    group: 'hash',
    keys: [READ],
    tips: ['nondeterministic_output_order'],
    since: '2.0.0',
    summary: 'Reads all fields of a hash with their values',
    complexity: 'O(N) for a hash of N fields',
    arguments: 'key#0',
    reply: ['array', 'map'],
    handler: hgetall,
    run: { count: 2, handler: hgetallRun },
  },
  {
    name: 'hkeys',
    arity: 2,
    flags: ['readonly'],
    group: 'hash',
    keys: [READ],
    tips: ['nondeterministic_output_order'],
    since: '2.0.0',
    summary: 'Lists the names of all fields of a hash',
    complexity: 'O(N) for a hash of N fields',
    arguments: 'key#0',
    reply: 'array',
    handler: (c) => list(c, HashNames),
  },
  {
    name: 'hvals',
    arity: 2,
    flags: ['readonly'],
    group: 'hash',
    keys: [READ],
    tips: ['nondeterministic_output_order'],
    since: '2.0.0',
    summary: 'Lists the values of all fields of a hash',
    complexity: 'O(N) for a hash of N fields',
    arguments: 'key#0',
    reply: 'array',
    handler: (c) => list(c, HashValues),
  },
  {
    name: 'hlen',
    arity: 2,
    flags: ['readonly', 'fast'],
    group: 'hash',
    keys: [LOOK],
    since: '2.0.0',
    summary: 'Counts the fields of a hash',
    complexity: 'O(1)',
    arguments: 'key#0',
    reply: 'integer',
    handler: hlen,
  },
  {
    name: 'hexists',
    arity: 3,
    flags: ['readonly', 'fast'],
    group: 'hash',
    keys: [LOOK],
    since: '2.0.0',
    summary: 'Tells whether a hash has a field',
    complexity: 'O(1)',
    arguments: 'key#0 field',
    reply: 'integer',
    handler: hexists,
  },
  {
    name: 'hstrlen',
    arity: 3,
    flags: ['readonly', 'fast'],
    group: 'hash',
    keys: [LOOK],
    since: '3.2.0',
    summary: 'Tells how many bytes the value of a field has',
    complexity: 'O(1)',
    arguments: 'key#0 field',
    reply: 'integer',
    handler: hstrlen,
  },
  {
    name: 'hdel',
    arity: -3,
    flags: ['write', 'fast'],
    group: 'hash',
    keys: [keyAt(1, 'RW', 'delete')],
    since: '2.0.0',
    summary: 'Removes fields of a hash, and the hash with the last of them',
    complexity: 'O(N) for N fields',
    arguments: 'key#0 field...',
    history: { '2.4.0': 'More than one field' },
    reply: 'integer',
    handler: hdel,
  },
  {
    name: 'hincrby',
    arity: 4,
    flags: ['write', 'denyoom', 'fast'],
    group: 'hash',
    keys: [COUNTER],
    since: '2.0.0',
    summary: 'Adds an integer to a field of a hash; a missing one counts as 0',
    complexity: 'O(1)',
    arguments: 'key#0 field increment:integer',
    reply: 'integer',
    handler: hincrby,
  },
  {
    name: 'hincrbyfloat',
    arity: 4,
    flags: ['write', 'denyoom', 'fast'],
    group: 'hash',
    keys: [COUNTER],
    since: '2.6.0',
    summary: 'Adds a float to a field of a hash; a missing one counts as 0',
    complexity: 'O(1)',
    arguments: 'key#0 field increment:double',
    reply: 'bulk',
    handler: hincrbyfloat,
  },
  {
    name: 'hrandfield',
    arity: -2,
    flags: ['readonly'],
    group: 'hash',
    keys: [READ],
    tips: ['nondeterministic_output'],
    since: '6.2.0',
    summary: 'Chooses fields of a hash at random',
    complexity: 'O(N) for N fields chosen',
    arguments: 'key#0 [options(count:integer [WITHVALUES])]',
    reply: ['bulk', 'null', 'array'],
    handler: hrandfield,
  },
  {
    name: 'hscan',
    arity: -3,
    flags: ['readonly'],
    group: 'hash',
    keys: [READ],
    tips: ['nondeterministic_output'],
    since: '2.8.0',
    summary: 'Reads a part of a hash, and a cursor from which to go on',
    complexity: 'O(1) for a call, O(N) for a whole hash of N fields',
    arguments: 'key#0 cursor:integer [MATCH pattern:pattern] [COUNT count:integer] [NOVALUES]',
    reply: 'array',
    handler: hscan,
  },
];
