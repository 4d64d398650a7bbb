// Sorted sets, one element or a few at a time: adding, removing, looking up, popping. Ranges are in
// sorted-set-ranges.ts, operations on several sorted sets in sorted-set-algebra.ts.
import {
  AddCountsChanges,
  AddIfAbsent,
  AddIfGreater,
  AddIfLess,
  AddIfPresent,
  NumberA,
  StatusInvalid,
  StatusNoKey,
  StatusNotFloat,
  StatusWrongType,
} from '../store/layout.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, type KeySpec, keyAt } from './command.js';
import { EffectWord } from './effects.js';
import { Errors, wrongArity } from './errors.js';
import { asAffected, readRunOf, writeRunOf } from './runs.js';

const NX = word('NX');
const XX = word('XX');
const GT = word('GT');
const LT = word('LT');
const CH = word('CH');
const INCR = word('INCR');
const WITHSCORE = word('WITHSCORE');
const MIN = word('MIN');
const MAX = word('MAX');
const COUNT = word('COUNT');

/** What an operation on one sorted set may answer instead of a result. */
function addError(c: Call, status: number): void {
  if (status === StatusWrongType) c.wrongType();
  else if (status === StatusNotFloat) c.error(Errors.notFloat);
  else if (status === StatusInvalid) c.error('ERR resulting score is not a number (NaN)');
}

/** Replies a count, or the error that a status stands for. */
function replyCount(c: Call, count: number): void {
  if (count < 0) addError(c, count);
  else c.reply.integer(count);
}

// ---- adding and removing ----------------------------------------------------------------------------------

/** A flag beside the Add... ones: the score is added to the member's. */
const INCREMENT = 32;

function addFlag(c: Call, i: number): number {
  if (c.is(i, NX)) return AddIfAbsent;
  if (c.is(i, XX)) return AddIfPresent;
  if (c.is(i, GT)) return AddIfGreater;
  if (c.is(i, LT)) return AddIfLess;
  if (c.is(i, CH)) return AddCountsChanges;
  return c.is(i, INCR) ? INCREMENT : 0;
}

function zadd(c: Call): void {
  let flags = 0;
  let at = 2;
  for (let flag = 0; at < c.count && (flag = addFlag(c, at)) !== 0; at++) flags |= flag;
  const values = c.count - at;
  if (values === 0 || values % 2 !== 0) {
    c.syntaxError();
    return;
  }
  if (!checkAddFlags(c, flags, values / 2)) return;
  const [key, first] = [c.first + 1, c.first + at];
  if ((flags & INCREMENT) !== 0)
    return increment(c, c.store.incrementInSortedSet(key, first, first + 1, flags));
  const added = c.store.addToSortedSet(key, first, values / 2, flags);
  if (added >= 0 && c.affected !== 0) c.changed(1, EventClass.sortedSet, 'zadd', c.affected);
  replyCount(c, added);
}

/** Ends an addition to a score, by its status. */
function increment(c: Call, status: number): void {
  if (status === 0 && c.affected !== 0) c.changed(1, EventClass.sortedSet, 'zincr');
  addError(c, status);
}

/** Whether the flags go together; replies the error if they do not. */
function checkAddFlags(c: Call, flags: number, pairs: number): boolean {
  const absent = (flags & AddIfAbsent) !== 0;
  const greater = (flags & AddIfGreater) !== 0;
  const less = (flags & AddIfLess) !== 0;
  if (absent && (flags & AddIfPresent) !== 0) {
    c.error('ERR XX and NX options at the same time are not compatible');
  } else if ((absent && (greater || less)) || (greater && less)) {
    c.error('ERR GT, LT, and/or NX options at the same time are not compatible');
  } else if ((flags & INCREMENT) !== 0 && pairs > 1) {
    c.error('ERR INCR option supports a single increment-element pair');
  } else {
    return true;
  }
  return false;
}

/** Arguments of a ZADD with one pair and no options, and of a ZSCORE or a rank. */
const ADD_COUNT = 4;
const LOOKUP_COUNT = 3;
const POP_COUNT = 2;

const zaddRun = writeRunOf(
  (c, first, length) => c.store.addToSortedSets(first, length, ADD_COUNT),
  zadd,
  asAffected,
);

function zincrby(c: Call): void {
  const first = c.first;
  increment(c, c.store.incrementInSortedSet(first + 1, first + 2, first + 3, 0));
}

function zrem(c: Call): void {
  const removed = c.store.removeFromSortedSet(c.first + 1, c.first + 2, c.count - 2);
  if (removed > 0) {
    c.changed(1, EventClass.sortedSet, 'zrem', removed);
    c.removedIfEmpty(1);
  }
  replyCount(c, removed);
}

// ---- looking up -------------------------------------------------------------------------------------------

function zcard(c: Call): void {
  if (c.store.writeSortedSetSize(c.first + 1) === StatusWrongType) c.wrongType();
}

function zscore(c: Call): void {
  if (c.store.writeScores(c.first + 1, 1, LOOKUP_COUNT) === 0) c.wrongType();
}

const zscoreRun = readRunOf((c, first, length) => c.store.writeScores(first, length, LOOKUP_COUNT));

function zmscore(c: Call): void {
  if (c.store.writeMemberScores(c.first + 1, c.first + 2, c.count - 2) === StatusWrongType) c.wrongType();
}

function rank(c: Call, reverse: number): void {
  if (c.count > LOOKUP_COUNT + 1) {
    c.error(wrongArity(c.command.fullName));
    return;
  }
  if (c.count > LOOKUP_COUNT && !c.is(3, WITHSCORE)) {
    c.syntaxError();
    return;
  }
  if (c.store.writeRanks(c.first + 1, 1, c.count, reverse, c.count - LOOKUP_COUNT) === 0) c.wrongType();
}

const zrank = (c: Call): void => rank(c, 0);
const zrevrank = (c: Call): void => rank(c, 1);

function rankRun(reverse: number): (c: Call, length: number) => void {
  return readRunOf((c, first, length) => c.store.writeRanks(first, length, LOOKUP_COUNT, reverse, 0));
}

// ---- popping ----------------------------------------------------------------------------------------------

function pop(c: Call, fromEnd: number): void {
  if (c.count === POP_COUNT) {
    if (c.store.popEachSortedSet(c.first + 1, 1, POP_COUNT, fromEnd) === 0) c.wrongType();
    else if (c.affected !== 0) tellPopped(c, 1, fromEnd, 1);
    return;
  }
  if (c.count > POP_COUNT + 1) {
    c.syntaxError();
    return;
  }
  const count = c.integerWithin(2, 0, Infinity, Errors.positive);
  if (count === null) return;
  c.numbers[NumberA] = count;
  if (c.store.popFromSortedSet(c.first + 1, fromEnd) === StatusWrongType) c.wrongType();
  else if (c.affected !== 0) tellPopped(c, 1, fromEnd, c.affected);
}

/** Tells that elements were taken off key `i`, which counts as so many changes. */
export function tellPopped(c: Call, i: number, fromEnd: number, count: number): void {
  c.changed(i, EventClass.sortedSet, fromEnd === 1 ? 'zpopmax' : 'zpopmin', count);
  c.removedIfEmpty(i);
}

const zpopmin = (c: Call): void => pop(c, 0);
const zpopmax = (c: Call): void => pop(c, 1);

function popRun(fromEnd: number, single: (c: Call) => void): (c: Call, length: number) => void {
  return writeRunOf(
    (c, first, length) => c.store.popEachSortedSet(first, length, POP_COUNT, fromEnd),
    single,
    asAffected,
  );
}

/**
 * ZMPOP, and BZMPOP, whose arguments are the same behind its timeout: the number of keys, argument `at`, and so on.
 * Returns the number of keys if there was nothing to pop, which was replied; otherwise 0.
 */
export function popFirst(c: Call, at: number): number {
  const keys = c.integerWithin(at, 1, Infinity, 'ERR numkeys should be greater than 0');
  if (keys === null) return 0;
  const endAt = at + 1 + keys;
  const fromEnd = endAt < c.count && c.is(endAt, MAX);
  if (endAt >= c.count || (!fromEnd && !c.is(endAt, MIN))) {
    c.syntaxError();
    return 0;
  }
  let count = 1;
  for (let i = endAt + 1; i < c.count; i += 2) {
    if (i > endAt + 1 || i + 1 >= c.count || !c.is(i, COUNT)) {
      c.syntaxError();
      return 0;
    }
    const given = c.integerWithin(i + 1, 1, Infinity, 'ERR count should be greater than 0');
    if (given === null) return 0;
    count = given;
  }
  c.numbers[NumberA] = count;
  const found = c.store.popFromSortedSets(c.first + at + 1, keys, fromEnd ? 1 : 0);
  if (found === StatusWrongType) c.wrongType();
  else if (found >= 0) {
    const popped = c.affected;
    tellPopped(c, at + 1 + found, fromEnd ? 1 : 0, popped);
    if (c.effects.isOn)
      c.effects.popped(c, fromEnd ? EffectWord.ZPOPMAX : EffectWord.ZPOPMIN, at + 1 + found, popped);
  }
  return found === StatusNoKey ? keys : 0;
}

// ---- declarations -----------------------------------------------------------------------------------------

const READ = keyAt(1, 'RO', 'access');
const POP: KeySpec = keyAt(1, 'RW', 'access', 'delete');

export const sortedSets: readonly CommandDeclaration[] = [
  {
    name: 'zadd',
    arity: -4,
    flags: ['write', 'denyoom', 'fast'],
    group: 'sorted-set',
    keys: [keyAt(1, 'RW', 'update')],
    since: '1.2.0',
    summary: 'Adds members to a sorted set or changes their scores, with conditions on request',
    complexity: 'O(log(N)) for each member, with N members in the sorted set',
    arguments: `
      key#0 [condition@3.0.2(NX | XX)] [comparison@6.2.0(GT | LT)] [change=CH@3.0.2] [increment=INCR@3.0.2]
      data(score:double member)...`,
    history: { '2.4.0': 'More than one member', '3.0.2': 'XX, NX, CH and INCR', '6.2.0': 'GT and LT' },
    reply: ['integer', 'double', 'bulk', 'null'],
    handler: zadd,
    run: { count: ADD_COUNT, handler: zaddRun },
  },
  {
    name: 'zincrby',
    arity: 4,
    flags: ['write', 'denyoom', 'fast'],
    group: 'sorted-set',
    keys: [keyAt(1, 'RW', 'access', 'update')],
    since: '1.2.0',
    summary: 'Adds to the score of a member, which is added if it is not there',
    complexity: 'O(log(N)) with N members in the sorted set',
    arguments: 'key#0 increment:integer member',
    reply: ['double', 'bulk'],
    handler: zincrby,
  },
  {
    name: 'zrem',
    arity: -3,
    flags: ['write', 'fast'],
    group: 'sorted-set',
    keys: [keyAt(1, 'RW', 'delete')],
    since: '1.2.0',
    summary: 'Removes members from a sorted set',
    complexity: 'O(M*log(N)) for M members removed from N',
    arguments: 'key#0 member...',
    history: { '2.4.0': 'More than one member' },
    reply: 'integer',
    handler: zrem,
  },
  {
    name: 'zcard',
    arity: 2,
    flags: ['readonly', 'fast'],
    group: 'sorted-set',
    keys: [keyAt(1, 'RO')],
    since: '1.2.0',
    summary: 'Counts the members of a sorted set',
    complexity: 'O(1)',
    arguments: 'key#0',
    reply: 'integer',
    handler: zcard,
  },
  {
    name: 'zscore',
    arity: 3,
    flags: ['readonly', 'fast'],
    group: 'sorted-set',
    keys: [READ],
    since: '1.2.0',
    summary: 'Reads the score of a member',
    complexity: 'O(1)',
    arguments: 'key#0 member',
    reply: ['double', 'bulk', 'null'],
    handler: zscore,
    run: { count: LOOKUP_COUNT, handler: zscoreRun },
  },
  {
    name: 'zmscore',
    arity: -3,
    flags: ['readonly', 'fast'],
    group: 'sorted-set',
    keys: [READ],
    since: '6.2.0',
    summary: 'Reads the scores of several members',
    complexity: 'O(N) for N members asked for',
    arguments: 'key#0 member...',
    reply: 'array',
    handler: zmscore,
  },
  {
    name: 'zrank',
    arity: -3,
    flags: ['readonly', 'fast'],
    group: 'sorted-set',
    keys: [READ],
    since: '2.0.0',
    summary: 'Tells how many members come before one, by ascending scores',
    complexity: 'O(log(N)) with N members in the sorted set',
    arguments: 'key#0 member [WITHSCORE]',
    history: { '7.2.0': 'WITHSCORE' },
    reply: ['integer', 'null', 'array'],
    handler: zrank,
    run: { count: LOOKUP_COUNT, handler: rankRun(0) },
  },
  {
    name: 'zrevrank',
    arity: -3,
    flags: ['readonly', 'fast'],
    group: 'sorted-set',
    keys: [READ],
    since: '2.0.0',
    summary: 'Tells how many members come before one, by descending scores',
    complexity: 'O(log(N)) with N members in the sorted set',
    arguments: 'key#0 member [WITHSCORE]',
    history: { '7.2.0': 'WITHSCORE' },
    reply: ['integer', 'null', 'array'],
    handler: zrevrank,
    run: { count: LOOKUP_COUNT, handler: rankRun(1) },
  },
  {
    name: 'zpopmin',
    arity: -2,
    flags: ['write', 'fast'],
    group: 'sorted-set',
    keys: [POP],
    since: '5.0.0',
    summary: 'Removes the members with the lowest scores and replies them; without any left the key goes too',
    complexity: 'O(M*log(N)) for M members removed from N',
    arguments: 'key#0 [count:integer]',
    reply: 'array',
    handler: zpopmin,
    run: { count: POP_COUNT, handler: popRun(0, zpopmin) },
  },
  {
    name: 'zpopmax',
    arity: -2,
    flags: ['write', 'fast'],
    group: 'sorted-set',
    keys: [POP],
    since: '5.0.0',
    summary:
      'Removes the members with the highest scores and replies them; without any left the key goes too',
    complexity: 'O(M*log(N)) for M members removed from N',
    arguments: 'key#0 [count:integer]',
    reply: 'array',
    handler: zpopmax,
    run: { count: POP_COUNT, handler: popRun(1, zpopmax) },
  },
  {
    name: 'zmpop',
    arity: -4,
    flags: ['write', 'movablekeys'],
    group: 'sorted-set',
    keys: [
      {
        flags: ['RW', 'access', 'delete'],
        begin: { index: 1 },
        find: { count: 0, first: 1, step: 1 },
      },
    ],
    since: '7.0.0',
    summary:
      'Removes the members with the lowest or highest scores from the first of several keys that has any',
    complexity: 'O(K) + O(M*log(N)) for K keys and M members removed from N',
    arguments: 'numkeys:integer key#0... where(MIN | MAX) [COUNT count:integer]',
    reply: ['array', 'null'],
    handler: (c) => void popFirst(c, 1),
  },
];
