// Ranges of sorted sets: by rank, by score, by bytes; random members; scanning.
import {
  NumberA,
  NumberB,
  RangeByLex,
  RangeByRank,
  RangeByScore,
  RangeReverse,
  RangeWithScores,
  StatusInvalid,
  StatusNotFloat,
  StatusNotInteger,
  TypeSortedSet,
} from '../store/layout.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, keyAt } from './command.js';
import { Errors } from './errors.js';
import { randomPairs } from './random-count.js';
import { readCollectionScan } from './scan-options.js';

const BYSCORE = word('BYSCORE');
const BYLEX = word('BYLEX');
const REV = word('REV');
const LIMIT = word('LIMIT');
const WITHSCORES = word('WITHSCORES');

/** By Range... */
const REMOVE_EVENTS: readonly string[] = (() => {
  const events: string[] = [];
  events[RangeByRank] = 'zremrangebyrank';
  events[RangeByScore] = 'zremrangebyscore';
  events[RangeByLex] = 'zremrangebylex';
  return events;
})();

/** Ends an operation on a range: nothing more to say, a long read to wait for, or an error. */
function finishRange(c: Call, status: number): void {
  if (status === StatusNotInteger) c.error(Errors.notInteger);
  else if (status === StatusNotFloat) c.error('ERR min or max is not a float');
  else if (status === StatusInvalid) c.error('ERR min or max not valid string range item');
  else c.finishRead(status);
}

// ---- ranges -----------------------------------------------------------------------------------------------

/** The syntax of a command that lists a range. */
interface RangeSyntax {
  /** Index of the source key; the two bounds and the options follow. */
  key: number;
  /** Range...; with `free` the options decide, and this is what they begin with. */
  by: number;
  reverse: boolean;
  /** Whether BYSCORE, BYLEX and REV are options. */
  free: boolean;
  /** Whether the range is stored under the key before the source, and there is no WITHSCORES. */
  stores: boolean;
}

const NO_LIMIT = -1;

function range(c: Call, syntax: RangeSyntax): void {
  let { by, reverse } = syntax;
  let chosen = !syntax.free;
  let withScores = false;
  let [offset, count] = [0, NO_LIMIT];
  for (let i = syntax.key + 3; i < c.count; i++) {
    if (!syntax.stores && c.is(i, WITHSCORES)) withScores = true;
    else if (c.is(i, LIMIT) && i + 2 < c.count) {
      const skipped = c.integerOrError(i + 1);
      if (skipped === null) return;
      const taken = c.integerOrError(i + 2);
      if (taken === null) return;
      [offset, count] = [skipped, taken];
      i += 2;
    } else if (syntax.free && !reverse && c.is(i, REV)) reverse = true;
    else if (!chosen && c.is(i, BYSCORE)) [by, chosen] = [RangeByScore, true];
    else if (!chosen && c.is(i, BYLEX)) [by, chosen] = [RangeByLex, true];
    else {
      c.syntaxError();
      return;
    }
  }
  if (count !== NO_LIMIT && by === RangeByRank) {
    c.error('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX');
  } else if (withScores && by === RangeByLex) {
    c.error('ERR syntax error, WITHSCORES not supported in combination with BYLEX');
  } else {
    c.numbers[NumberA] = by === RangeByRank ? 0 : offset;
    c.numbers[NumberB] = count;
    runRange(c, syntax, by, reverse, withScores);
  }
}

function runRange(c: Call, syntax: RangeSyntax, by: number, reverse: boolean, withScores: boolean): void {
  const key = c.first + syntax.key;
  // By score and by bytes, a reverse range begins with its upper bound.
  const swapped = reverse && by !== RangeByRank ? 1 : 0;
  const [min, max] = [key + 1 + swapped, key + 2 - swapped];
  const flags = (reverse ? RangeReverse : 0) | (withScores ? RangeWithScores : 0);
  if (syntax.stores) {
    const status = c.store.storeSortedSetRange(key - 1, key, min, max, by, reverse ? 1 : 0);
    c.stored(syntax.key - 1, status, EventClass.sortedSet, 'zrangestore');
    finishRange(c, status);
  } else finishRange(c, c.store.writeSortedSetRange(key, min, max, by, flags));
}

function ranger(by: number, reverse: boolean, free = false, stores = false): (c: Call) => void {
  const syntax: RangeSyntax = { key: stores ? 2 : 1, by, reverse, free, stores };
  return (c) => range(c, syntax);
}

function count(c: Call, by: number): void {
  finishRange(c, c.store.countSortedSetRange(c.first + 1, c.first + 2, c.first + 3, by));
}

function remove(c: Call, by: number): void {
  const status = c.store.removeSortedSetRange(c.first + 1, c.first + 2, c.first + 3, by);
  if (status === 1) {
    c.changed(1, EventClass.sortedSet, REMOVE_EVENTS[by], c.affected);
    c.removedIfEmpty(1);
  }
  finishRange(c, status);
}

// ---- random members ---------------------------------------------------------------------------------------

const zrandmember = randomPairs(WITHSCORES, (c, single, withScores) =>
  c.store.writeSortedSetRandom(c.first + 1, single, withScores),
);

// ---- scanning ---------------------------------------------------------------------------------------------

function zscan(c: Call): void {
  const options = readCollectionScan(c, TypeSortedSet);
  if (options !== null) c.store.scanSortedSet(c.first + 1, options.count, options.pattern);
}

// ---- declarations -----------------------------------------------------------------------------------------

const READ = keyAt(1, 'RO', 'access');
const REMOVE = keyAt(1, 'RW', 'delete');
const LISTING = 'O(log(N)+M) for M members replied of N, on a worker if M is large';
const REMOVING = 'O(log(N)+M) for M members removed of N';
const COUNTING = 'O(log(N)) with N members in the sorted set';

export const sortedSetRanges: readonly CommandDeclaration[] = [
  {
    name: 'zrange',
    arity: -4,
    flags: ['readonly'],
    group: 'sorted-set',
    keys: [READ],
    since: '1.2.0',
    summary: 'Lists a range of members, by rank, score or bytes, in either direction',
    complexity: LISTING,
    arguments: `
      key#0 start stop [sortby@6.2.0(BYSCORE | BYLEX)] [REV@6.2.0]
      [LIMIT limit@6.2.0(offset:integer count:integer)] [WITHSCORES]`,
    history: { '6.2.0': 'REV, BYSCORE, BYLEX and LIMIT' },
    reply: 'array',
    handler: ranger(RangeByRank, false, true),
  },
  {
    name: 'zrangestore',
    arity: -5,
    flags: ['write', 'denyoom'],
    group: 'sorted-set',
    keys: [keyAt(1, 'OW', 'update'), keyAt(2, 'RO', 'access')],
    since: '6.2.0',
    summary: 'Stores a range of members as another sorted set',
    complexity: 'O(log(N)+M) for M members stored of N',
    arguments: `
      dst#0 src#1 min max [sortby(BYSCORE | BYLEX)] [REV] [LIMIT limit(offset:integer count:integer)]`,
    reply: 'integer',
    handler: ranger(RangeByRank, false, true, true),
  },
  {
    name: 'zrevrange',
    arity: -4,
    flags: ['readonly'],
    group: 'sorted-set',
    keys: [READ],
    since: '1.2.0',
    summary: 'Lists a range of ranks, from the highest score down',
    complexity: LISTING,
    arguments: 'key#0 start:integer stop:integer [WITHSCORES]',
    reply: 'array',
    handler: ranger(RangeByRank, true),
    deprecated: { since: '6.2.0', replacedBy: '`ZRANGE` with the `REV` argument' },
  },
  {
    name: 'zrangebyscore',
    arity: -4,
    flags: ['readonly'],
    group: 'sorted-set',
    keys: [READ],
    since: '1.0.5',
    summary: 'Lists a range of scores',
    complexity: LISTING,
    arguments: 'key#0 min:double max:double [WITHSCORES@2.0.0] [LIMIT limit(offset:integer count:integer)]',
    history: { '2.0.0': 'WITHSCORES' },
    reply: 'array',
    handler: ranger(RangeByScore, false),
    deprecated: { since: '6.2.0', replacedBy: '`ZRANGE` with the `BYSCORE` argument' },
  },
  {
    name: 'zrevrangebyscore',
    arity: -4,
    flags: ['readonly'],
    group: 'sorted-set',
    keys: [READ],
    since: '2.2.0',
    summary: 'Lists a range of scores, from the highest down',
    complexity: LISTING,
    arguments: 'key#0 max:double min:double [WITHSCORES] [LIMIT limit(offset:integer count:integer)]',
    history: { '2.1.6': 'Limits that are not included' },
    reply: 'array',
    handler: ranger(RangeByScore, true),
    deprecated: { since: '6.2.0', replacedBy: '`ZRANGE` with the `REV` and `BYSCORE` arguments' },
  },
  {
    name: 'zrangebylex',
    arity: -4,
    flags: ['readonly'],
    group: 'sorted-set',
    keys: [READ],
    since: '2.8.9',
    summary: 'Lists a range of members in the order of their bytes, where all scores are equal',
    complexity: LISTING,
    arguments: 'key#0 min max [LIMIT limit(offset:integer count:integer)]',
    reply: 'array',
    handler: ranger(RangeByLex, false),
    deprecated: { since: '6.2.0', replacedBy: '`ZRANGE` with the `BYLEX` argument' },
  },
  {
    name: 'zrevrangebylex',
    arity: -4,
    flags: ['readonly'],
    group: 'sorted-set',
    keys: [READ],
    since: '2.8.9',
    summary: 'Lists a range of members against the order of their bytes, where all scores are equal',
    complexity: LISTING,
    arguments: 'key#0 max min [LIMIT limit(offset:integer count:integer)]',
    reply: 'array',
    handler: ranger(RangeByLex, true),
    deprecated: { since: '6.2.0', replacedBy: '`ZRANGE` with the `REV` and `BYLEX` arguments' },
  },
  {
    name: 'zcount',
    arity: 4,
    flags: ['readonly', 'fast'],
    group: 'sorted-set',
    keys: [READ],
    since: '2.0.0',
    summary: 'Counts the members within a range of scores',
    complexity: COUNTING,
    arguments: 'key#0 min:double max:double',
    reply: 'integer',
    handler: (c) => count(c, RangeByScore),
  },
  {
    name: 'zlexcount',
    arity: 4,
    flags: ['readonly', 'fast'],
    group: 'sorted-set',
    keys: [READ],
    since: '2.8.9',
    summary: 'Counts the members within a range of bytes, where all scores are equal',
    complexity: COUNTING,
    arguments: 'key#0 min max',
    reply: 'integer',
    handler: (c) => count(c, RangeByLex),
  },
  {
    name: 'zremrangebyrank',
    arity: 4,
    flags: ['write'],
    group: 'sorted-set',
    keys: [REMOVE],
    since: '2.0.0',
    summary: 'Removes a range of ranks',
    complexity: REMOVING,
    arguments: 'key#0 start:integer stop:integer',
    reply: 'integer',
    handler: (c) => remove(c, RangeByRank),
  },
  {
    name: 'zremrangebyscore',
    arity: 4,
    flags: ['write'],
    group: 'sorted-set',
    keys: [REMOVE],
    since: '1.2.0',
    summary: 'Removes a range of scores',
    complexity: REMOVING,
    arguments: 'key#0 min:double max:double',
    reply: 'integer',
    handler: (c) => remove(c, RangeByScore),
  },
  {
    name: 'zremrangebylex',
    arity: 4,
    flags: ['write'],
    group: 'sorted-set',
    keys: [REMOVE],
    since: '2.8.9',
    summary: 'Removes a range of members by their bytes, where all scores are equal',
    complexity: REMOVING,
    arguments: 'key#0 min max',
    reply: 'integer',
    handler: (c) => remove(c, RangeByLex),
  },
  {
    name: 'zrandmember',
    arity: -2,
    flags: ['readonly'],
    group: 'sorted-set',
    keys: [READ],
    tips: ['nondeterministic_output'],
    since: '6.2.0',
    summary: 'Picks members at random',
    complexity: 'O(M*log(N)) for M members picked of N',
    arguments: 'key#0 [options(count:integer [WITHSCORES])]',
    reply: ['bulk', 'null', 'array'],
    handler: zrandmember,
  },
  {
    name: 'zscan',
    arity: -3,
    flags: ['readonly'],
    group: 'sorted-set',
    keys: [READ],
    tips: ['nondeterministic_output'],
    since: '2.8.0',
    summary: 'Lists the members of a sorted set with their scores piece by piece',
    complexity: 'O(1) for each call, O(N) for all N members',
    arguments: 'key#0 cursor:integer [MATCH pattern:pattern] [COUNT count:integer]',
    reply: 'array',
    handler: zscan,
  },
];
