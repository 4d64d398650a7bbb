// Lists: pushing and popping at both ends, reading, editing, moving elements between lists.
import {
  NumberA,
  NumberB,
  NumberC,
  StatusInvalid,
  StatusNoKey,
  StatusNotInteger,
  StatusWrongType,
} from '../store/layout.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, type KeySpec, keyAt } from './command.js';
import { EffectWord } from './effects.js';
import { Errors, wrongArity } from './errors.js';

const LEFT = word('LEFT');
const RIGHT = word('RIGHT');
const BEFORE = word('BEFORE');
const AFTER = word('AFTER');
const RANK = word('RANK');
const COUNT = word('COUNT');
const MAXLEN = word('MAXLEN');

/** The ends of a list, as the store's operations take them. */
const HEAD = 0;
const TAIL = 1;

const PUSH_EVENTS = ['lpush', 'rpush'];
const POP_EVENTS = ['lpop', 'rpop'];

/** The least int64, which has no opposite; doubles do not tell it from its neighbours. */
const LEAST = '-9223372036854775808';
const LEAST_AS_DOUBLE = -(2 ** 63);

/** An int64 that has an opposite, or null with the error replied. */
function negatableInteger(c: Call, i: number): number | null {
  const value = c.integerOrError(i);
  if (value !== LEAST_AS_DOUBLE || c.text(i) !== LEAST) return value;
  c.error('ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807');
  return null;
}

/** The end that an argument names; -1 with the error replied. */
export function endNamed(c: Call, i: number): number {
  if (c.is(i, LEFT)) return HEAD;
  if (c.is(i, RIGHT)) return TAIL;
  c.syntaxError();
  return -1;
}

// ---- pushing and popping -------------------------------------------------------------------------------------------

function push(c: Call, end: number, ifPresent: number): void {
  const length = c.store.pushToList(c.first + 1, c.first + 2, c.count - 2, end, ifPresent);
  if (length === StatusWrongType) return c.wrongType();
  if (length > 0) c.changed(1, EventClass.list, PUSH_EVENTS[end], c.count - 2);
  c.reply.integer(length);
}

function pushRun(c: Call, length: number, end: number): void {
  for (let done = 0; done < length; done++) {
    const pushed = c.store.pushToLists(c.first + 1 + 3 * done, length - done, 3, end);
    c.ranChanges(done, pushed, pushed);
    done += pushed;
    if (done < length) c.wrongType();
  }
}

function pop(c: Call, end: number): void {
  if (c.count > 3) return c.error(wrongArity(c.command.fullName));
  if (c.count === 2) {
    if (c.store.popFromLists(c.first + 1, 1, 2, end) === 0) c.wrongType();
    else if (c.affected !== 0) tellPopped(c, 1, end, 1);
    return;
  }
  if (c.integerWithin(2, 0, Infinity, Errors.positive) === null) return;
  if (c.store.popManyFromList(c.first + 1, end) === StatusWrongType) c.wrongType();
  else if (c.affected !== 0) tellPopped(c, 1, end, c.affected);
}

/** Tells that elements were taken off an end of key `i`, which counts as so many changes. */
export function tellPopped(c: Call, i: number, end: number, count: number): void {
  c.changed(i, EventClass.list, POP_EVENTS[end], count);
  c.removedIfEmpty(i);
}

function popRun(c: Call, length: number, end: number): void {
  for (let done = 0; done < length; done++) {
    const popped = c.store.popFromLists(c.first + 1 + 2 * done, length - done, 2, end);
    c.ranChanges(done, popped, c.affected);
    done += popped;
    if (done < length) c.wrongType();
  }
}

const COUNT_RANGE = 'ERR count should be greater than 0';

/**
 * LMPOP, and BLMPOP, whose arguments are the same behind its timeout: the number of keys, argument `at`, and so on.
 * Returns the number of keys if there was nothing to pop, which was replied; otherwise 0.
 */
export function popFirst(c: Call, at: number): number {
  const keys = c.integerWithin(at, 1, Infinity, 'ERR numkeys should be greater than 0');
  if (keys === null) return 0;
  const endAt = at + 1 + keys;
  if (endAt >= c.count) {
    c.syntaxError();
    return 0;
  }
  const end = endNamed(c, endAt);
  if (end < 0) return 0;
  let count = 0;
  for (let i = endAt + 1; i < c.count; i += 2) {
    if (count > 0 || i + 1 >= c.count || !c.is(i, COUNT)) {
      c.syntaxError();
      return 0;
    }
    const given = c.integerWithin(i + 1, 1, Infinity, COUNT_RANGE);
    if (given === null) return 0;
    count = given;
  }
  c.numbers[NumberA] = Math.max(count, 1);
  const found = c.store.popFromFirstList(c.first + at + 1, keys, end);
  if (found === StatusWrongType) c.wrongType();
  else if (found >= 0) {
    const popped = c.affected;
    tellPopped(c, at + 1 + found, end, popped);
    if (c.effects.isOn)
      c.effects.popped(c, end === HEAD ? EffectWord.LPOP : EffectWord.RPOP, at + 1 + found, popped);
  }
  return found === StatusNoKey ? keys : 0;
}

/**
 * Takes an element from an end of the first key to an end of the second. False: there was none, which was replied.
 * `left`: the word of the command that it leaves, which has the same arguments but for the last; -1: its own frame.
 */
export function move(c: Call, from: number, to: number, left = -1): boolean {
  const moved = c.store.moveElement(c.first + 1, c.first + 2, from, to);
  if (moved === StatusWrongType) c.wrongType();
  if (moved === StatusWrongType || moved === 0) return moved !== 0;
  c.changed(2, EventClass.list, PUSH_EVENTS[to]);
  // Both ends of the move are one change.
  tellPopped(c, 1, from, 0);
  if (left >= 0 && c.effects.isOn) {
    c.effects.begin(c, left, c.count - 1);
    c.effects.argument(c, 1, c.count - 2);
  }
  return true;
}

function lmove(c: Call): void {
  const from = endNamed(c, 3);
  if (from < 0) return;
  const to = endNamed(c, 4);
  if (to >= 0) move(c, from, to);
}

// ---- reading -------------------------------------------------------------------------------------------------------

function llen(c: Call): void {
  if (c.store.listLength(c.first + 1) === StatusWrongType) c.wrongType();
  else c.reply.integer(c.numbers[NumberA]);
}

function lindex(c: Call): void {
  const status = c.store.writeListElement(c.first + 1, c.first + 2);
  if (status === StatusWrongType) c.wrongType();
  else if (status === StatusNotInteger) c.error(Errors.notInteger);
}

function lrange(c: Call): void {
  const status = c.store.writeListRange(c.first + 1);
  if (status === StatusNotInteger) c.error(Errors.notInteger);
  else c.finishRead(status);
}

function lrangeRun(c: Call, length: number): void {
  for (let done = 0; done < length; done++) {
    const ready = c.store.writeListRanges(c.first + 1, length - done, 4);
    done += ready;
    if (done === length) return;
    c.first += 4 * ready;
    lrange(c);
    c.first += 4;
    if (c.client.waiting) {
      c.executed = done + 1;
      return;
    }
  }
}

function lpos(c: Call): void {
  let rank = 1;
  let count = -1;
  let limit = 0;
  for (let i = 3; i < c.count; i += 2) {
    if (i + 1 >= c.count) return c.syntaxError();
    let given: number | null;
    if (c.is(i, RANK)) {
      given = negatableInteger(c, i + 1);
      if (given === 0) {
        return c.error(
          "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... " +
            'or use negative to start from the end of the list',
        );
      }
      rank = given ?? 0;
    } else if (c.is(i, COUNT)) {
      given = c.integerWithin(i + 1, 0, Infinity, "ERR COUNT can't be negative");
      count = given ?? 0;
    } else if (c.is(i, MAXLEN)) {
      given = c.integerWithin(i + 1, 0, Infinity, "ERR MAXLEN can't be negative");
      limit = given ?? 0;
    } else {
      return c.syntaxError();
    }
    if (given === null) return;
  }
  c.numbers[NumberA] = rank;
  c.numbers[NumberB] = count < 0 ? 1 : count;
  c.numbers[NumberC] = limit;
  c.finishRead(c.store.writeListPositions(c.first + 1, c.first + 2, count < 0 ? 0 : 1));
}

// ---- editing -------------------------------------------------------------------------------------------------------

function lset(c: Call): void {
  const status = c.store.setListElement(c.first + 1, c.first + 2, c.first + 3);
  if (status === StatusNoKey) c.error(Errors.noKey);
  else if (status === StatusWrongType) c.wrongType();
  else if (status === StatusNotInteger) c.error(Errors.notInteger);
  else if (status === StatusInvalid) c.error('ERR index out of range');
  else {
    c.changed(1, EventClass.list, 'lset');
    c.reply.ok();
  }
}

function linsert(c: Call): void {
  const after = c.is(2, AFTER);
  if (!after && !c.is(2, BEFORE)) return c.syntaxError();
  const length = c.store.insertInList(c.first + 1, c.first + 3, c.first + 4, after ? 1 : 0);
  if (length === StatusWrongType) c.wrongType();
  else if (length === StatusNoKey) c.reply.integer(0);
  else if (length === StatusInvalid) c.reply.integer(-1);
  else {
    c.changed(1, EventClass.list, 'linsert');
    c.reply.integer(length);
  }
}

function lrem(c: Call): void {
  const count = negatableInteger(c, 2);
  if (count === null) return;
  const removed = c.store.removeFromList(c.first + 1, c.first + 3);
  if (removed === StatusWrongType) return c.wrongType();
  if (removed > 0) {
    c.changed(1, EventClass.list, 'lrem', removed);
    c.removedIfEmpty(1);
  }
  c.reply.integer(removed);
}

function ltrim(c: Call): void {
  const status = c.store.trimList(c.first + 1);
  if (status === StatusNotInteger) return c.error(Errors.notInteger);
  if (status === StatusWrongType) return c.wrongType();
  if (c.affected !== 0) {
    c.changed(1, EventClass.list, 'ltrim', c.numbers[NumberA]);
    c.removedIfEmpty(1);
  }
  c.reply.ok();
}

// ---- declarations --------------------------------------------------------------------------------------------------

const READ = keyAt(1, 'RO', 'access');
const INSERT = keyAt(1, 'RW', 'insert');
const TAKE = keyAt(1, 'RW', 'access', 'delete');
const SOURCE_AND_TARGET: readonly KeySpec[] = [TAKE, keyAt(2, 'RW', 'insert')];
const NEAR_AN_END = 'O(1) near an end of the list, O(log N) elsewhere';

export const lists: readonly CommandDeclaration[] = [
  {
    name: 'lpush',
    arity: -3,
    flags: ['write', 'denyoom', 'fast'],
    group: 'list',
    keys: [INSERT],
    since: '1.0.0',
    summary: 'Adds elements at the head of a list, one after the other, and makes the list if there is none',
    complexity: 'O(M) for M elements',
    arguments: 'key#0 element...',
    history: { '2.4.0': 'More than one element' },
    reply: 'integer',
    handler: (c) => push(c, HEAD, 0),
    run: { count: 3, handler: (c, length) => pushRun(c, length, HEAD) },
  },
  {
    name: 'rpush',
    arity: -3,
    flags: ['write', 'denyoom', 'fast'],
    group: 'list',
    keys: [INSERT],
    since: '1.0.0',
    summary: 'Adds elements at the tail of a list, one after the other, and makes the list if there is none',
    complexity: 'O(M) for M elements',
    arguments: 'key#0 element...',
    history: { '2.4.0': 'More than one element' },
    reply: 'integer',
    handler: (c) => push(c, TAIL, 0),
    run: { count: 3, handler: (c, length) => pushRun(c, length, TAIL) },
  },
  {
    name: 'lpushx',
    arity: -3,
    flags: ['write', 'denyoom', 'fast'],
    group: 'list',
    keys: [INSERT],
    since: '2.2.0',
    summary: 'Adds elements at the head of a list, if there is one',
    complexity: 'O(M) for M elements',
    arguments: 'key#0 element...',
    history: { '4.0.0': 'More than one element' },
    reply: 'integer',
    handler: (c) => push(c, HEAD, 1),
  },
  {
    name: 'rpushx',
    arity: -3,
    flags: ['write', 'denyoom', 'fast'],
    group: 'list',
    keys: [INSERT],
    since: '2.2.0',
    summary: 'Adds elements at the tail of a list, if there is one',
    complexity: 'O(M) for M elements',
    arguments: 'key#0 element...',
    history: { '4.0.0': 'More than one element' },
    reply: 'integer',
    handler: (c) => push(c, TAIL, 1),
  },
  {
    name: 'lpop',
    arity: -2,
    flags: ['write', 'fast'],
    group: 'list',
    keys: [TAKE],
    since: '1.0.0',
    summary: 'Takes one element, or several, off the head of a list',
    complexity: 'O(M) for M elements',
    arguments: 'key#0 [count:integer@6.2.0]',
    history: { '6.2.0': 'A count' },
    reply: ['bulk', 'null', 'array'],
    handler: (c) => pop(c, HEAD),
    run: { count: 2, handler: (c, length) => popRun(c, length, HEAD) },
  },
  {
    name: 'rpop',
    arity: -2,
    flags: ['write', 'fast'],
    group: 'list',
    keys: [TAKE],
    since: '1.0.0',
    summary: 'Takes one element, or several, off the tail of a list',
    complexity: 'O(M) for M elements',
    arguments: 'key#0 [count:integer@6.2.0]',
    history: { '6.2.0': 'A count' },
    reply: ['bulk', 'null', 'array'],
    handler: (c) => pop(c, TAIL),
    run: { count: 2, handler: (c, length) => popRun(c, length, TAIL) },
  },
  {
    name: 'llen',
    arity: 2,
    flags: ['readonly', 'fast'],
    group: 'list',
    keys: [keyAt(1, 'RO')],
    since: '1.0.0',
    summary: 'Tells how many elements a list has',
    complexity: 'O(1)',
    arguments: 'key#0',
    reply: 'integer',
    handler: llen,
  },
  {
    name: 'lrange',
    arity: 4,
    flags: ['readonly'],
    group: 'list',
    keys: [READ],
    since: '1.0.0',
    summary: 'Reads the elements from one index of a list to another',
    complexity: 'O(log N + M) for M elements of N',
    arguments: 'key#0 start:integer stop:integer',
    reply: 'array',
    handler: lrange,
    run: { count: 4, handler: lrangeRun },
  },
  {
    name: 'lindex',
    arity: 3,
    flags: ['readonly'],
    group: 'list',
    keys: [READ],
    since: '1.0.0',
    summary: 'Reads the element at an index of a list',
    complexity: NEAR_AN_END,
    arguments: 'key#0 index:integer',
    reply: ['bulk', 'null'],
    handler: lindex,
  },
  {
    name: 'lset',
    arity: 4,
    flags: ['write', 'denyoom'],
    group: 'list',
    keys: [keyAt(1, 'RW', 'update')],
    since: '1.0.0',
    summary: 'Replaces the element at an index of a list',
    complexity: NEAR_AN_END,
    arguments: 'key#0 index:integer element',
    reply: 'status',
    handler: lset,
  },
  {
    name: 'linsert',
    arity: 5,
    flags: ['write', 'denyoom'],
    group: 'list',
    keys: [INSERT],
    since: '2.2.0',
    summary: 'Puts an element before or after the first one of a given value',
    complexity: 'O(N) for the N elements before it',
    arguments: 'key#0 where(BEFORE | AFTER) pivot element',
    reply: 'integer',
    handler: linsert,
  },
  {
    name: 'lrem',
    arity: 4,
    flags: ['write'],
    group: 'list',
    keys: [keyAt(1, 'RW', 'delete')],
    since: '1.0.0',
    summary: 'Removes elements of a given value, all of them or those nearest to one end',
    complexity: 'O(N) for N elements',
    arguments: 'key#0 count:integer element',
    reply: 'integer',
    handler: lrem,
  },
  {
    name: 'ltrim',
    arity: 4,
    flags: ['write'],
    group: 'list',
    keys: [keyAt(1, 'RW', 'delete')],
    since: '1.0.0',
    summary: 'Removes what is not between two indexes of a list',
    complexity: 'O(log N + M) for M elements removed, whole blocks of them at once',
    arguments: 'key#0 start:integer stop:integer',
    reply: 'status',
    handler: ltrim,
  },
  {
    name: 'lpos',
    arity: -3,
    flags: ['readonly'],
    group: 'list',
    keys: [READ],
    since: '6.0.6',
    summary: 'Finds the indexes of elements of a given value',
    complexity: 'O(N) for N elements that are looked at',
    arguments: 'key#0 element [RANK rank:integer] [COUNT num-matches:integer] [MAXLEN len:integer]',
    reply: ['integer', 'null', 'array'],
    handler: lpos,
  },
  {
    name: 'lmove',
    arity: 5,
    flags: ['write', 'denyoom'],
    group: 'list',
    keys: SOURCE_AND_TARGET,
    since: '6.2.0',
    summary: 'Takes an element from an end of a list to an end of another, or of the same',
    complexity: 'O(1)',
    arguments: 'source#0 destination#1 wherefrom(LEFT | RIGHT) whereto(LEFT | RIGHT)',
    reply: ['bulk', 'null'],
    handler: lmove,
  },
  {
    name: 'rpoplpush',
    arity: 3,
    flags: ['write', 'denyoom'],
    group: 'list',
    keys: SOURCE_AND_TARGET,
    since: '1.2.0',
    summary: 'Takes an element from the tail of a list to the head of another, or of the same',
    complexity: 'O(1)',
    arguments: 'source#0 destination#1',
    reply: ['bulk', 'null'],
    handler: (c) => void move(c, TAIL, HEAD),
    deprecated: { since: '6.2.0', replacedBy: '`LMOVE` with the `RIGHT` and `LEFT` arguments' },
  },
  {
    name: 'lmpop',
    arity: -4,
    flags: ['write'],
    group: 'list',
    keys: [{ flags: ['RW', 'access', 'delete'], begin: { index: 1 }, find: { count: 0, first: 1, step: 1 } }],
    since: '7.0.0',
    summary: 'Takes elements off an end of the first list that exists of several',
    complexity: 'O(K + M) for K keys and M elements',
    arguments: 'numkeys:integer key#0... where(LEFT | RIGHT) [COUNT count:integer]',
    reply: ['array', 'null'],
    handler: (c) => void popFirst(c, 1),
  },
];
