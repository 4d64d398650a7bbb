// Unions, intersections and differences of sorted sets; plain sets take part with the score 1.
import {
  AggregateMax,
  AggregateMin,
  AggregateSum,
  CombineDifference,
  CombineIntersection,
  CombineUnion,
  NumberA,
  StatusNotFloat,
  StatusWrongType,
} from '../store/layout.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, type KeySpec, keyAt } from './command.js';

const WEIGHTS = word('WEIGHTS');
const AGGREGATE = word('AGGREGATE');
const WITHSCORES = word('WITHSCORES');
const LIMIT = word('LIMIT');
const SUM = word('SUM');
const MIN = word('MIN');
const MAX = word('MAX');

const NOT_A_WEIGHT = 'ERR weight value is not a float';

/** The number of keys, which stands at `i` with the keys behind it; 0 with the error replied. */
function readKeyCount(c: Call, i: number): number {
  const keys = c.integerOrError(i);
  if (keys === null) return 0;
  if (keys < 1) {
    c.error(`ERR at least 1 input key is needed for '${c.command.fullName}' command`);
    return 0;
  }
  if (keys <= c.count - i - 1) return keys;
  c.syntaxError();
  return 0;
}

/** Replies an error of the options; but the types of the keys come before it. */
function optionError(c: Call, first: number, keys: number, error: string): void {
  if (c.store.checkScoredInputs(c.first + first, keys) === StatusWrongType) c.wrongType();
  else c.error(error);
}

function finish(c: Call, status: number): void {
  if (status === StatusNotFloat) c.error(NOT_A_WEIGHT);
  else c.finishRead(status);
}

function aggregateNamed(c: Call, i: number): number {
  if (c.is(i, SUM)) return AggregateSum;
  if (c.is(i, MIN)) return AggregateMin;
  return c.is(i, MAX) ? AggregateMax : -1;
}

/** `count` stands at index 2 behind a target, which is at 1, and otherwise at 1. */
function combine(c: Call, kind: number, stores: boolean): void {
  const first = stores ? 3 : 2;
  const keys = readKeyCount(c, first - 1);
  if (keys === 0) return;
  let weights = -1;
  let aggregate: number = AggregateSum;
  let withScores = 0;
  for (let i = first + keys; i < c.count; i++) {
    const named = kind !== CombineDifference && i + 1 < c.count && c.is(i, AGGREGATE);
    if (kind !== CombineDifference && i + keys < c.count && c.is(i, WEIGHTS)) {
      weights = c.first + i + 1;
      if (c.store.checkWeights(weights, keys) === StatusNotFloat) {
        return optionError(c, first, keys, NOT_A_WEIGHT);
      }
      i += keys;
    } else if (named && aggregateNamed(c, i + 1) >= 0) aggregate = aggregateNamed(c, ++i);
    else if (!stores && c.is(i, WITHSCORES)) withScores = 1;
    else return optionError(c, first, keys, 'ERR syntax error');
  }
  const at = c.first + first;
  if (stores) {
    const status = c.store.storeScoredCombination(c.first + 1, kind, at, keys, weights, aggregate);
    c.stored(1, status, EventClass.sortedSet, c.command.name);
    finish(c, status);
  } else finish(c, c.store.writeScoredCombination(kind, at, keys, weights, aggregate, withScores));
}

function zintercard(c: Call): void {
  const keys = readKeyCount(c, 1);
  if (keys === 0) return;
  let limit = 0;
  for (let i = 2 + keys; i < c.count; i += 2) {
    if (i + 1 >= c.count || !c.is(i, LIMIT)) return optionError(c, 2, keys, 'ERR syntax error');
    const given = c.integer(i + 1);
    if (given === null || given < 0) return optionError(c, 2, keys, "ERR LIMIT can't be negative");
    limit = given;
  }
  c.numbers[NumberA] = limit;
  c.finishRead(c.store.countScoredIntersection(c.first + 2, keys));
}

// ---- declarations -----------------------------------------------------------------------------------------

/** Keys behind their count, which stands at `index`. */
function countedKeys(index: number): KeySpec {
  return { flags: ['RO', 'access'], begin: { index }, find: { count: 0, first: 1, step: 1 } };
}

const TARGET = keyAt(1, 'OW', 'update');
const UNITING = 'O(N)+O(M*log(M)) with N members in all keys and M in the result';
const INTERSECTING = 'O(N*K)+O(M*log(M)) with N members in the smallest of K keys and M in the result';
const SUBTRACTING = 'O(N*K)+O(M*log(M)) with N members in the first of K keys and M in the result';

export const sortedSetAlgebra: readonly CommandDeclaration[] = [
  {
    name: 'zunion',
    arity: -3,
    flags: ['readonly', 'movablekeys'],
    group: 'sorted-set',
    keys: [countedKeys(1)],
    since: '6.2.0',
    summary: 'Lists the members of several sorted sets, with their scores combined',
    complexity: UNITING,
    arguments: `
      numkeys:integer key#0... [WEIGHTS weight:integer...] [AGGREGATE aggregate(SUM | MIN | MAX)]
      [WITHSCORES]`,
    reply: 'array',
    handler: (c) => combine(c, CombineUnion, false),
  },
  {
    name: 'zinter',
    arity: -3,
    flags: ['readonly', 'movablekeys'],
    group: 'sorted-set',
    keys: [countedKeys(1)],
    since: '6.2.0',
    summary: 'Lists the members that several sorted sets have in common, with their scores combined',
    complexity: INTERSECTING,
    arguments: `
      numkeys:integer key#0... [WEIGHTS weight:integer...] [AGGREGATE aggregate(SUM | MIN | MAX)]
      [WITHSCORES]`,
    reply: 'array',
    handler: (c) => combine(c, CombineIntersection, false),
  },
  {
    name: 'zdiff',
    arity: -3,
    flags: ['readonly', 'movablekeys'],
    group: 'sorted-set',
    keys: [countedKeys(1)],
    since: '6.2.0',
    summary: 'Lists the members of a sorted set that are in none of the others',
    complexity: SUBTRACTING,
    arguments: 'numkeys:integer key#0... [WITHSCORES]',
    reply: 'array',
    handler: (c) => combine(c, CombineDifference, false),
  },
  {
    name: 'zunionstore',
    arity: -4,
    flags: ['write', 'denyoom', 'movablekeys'],
    group: 'sorted-set',
    keys: [TARGET, countedKeys(2)],
    since: '2.0.0',
    summary: 'Stores the members of several sorted sets, with their scores combined',
    complexity: UNITING,
    arguments: `
      destination#0 numkeys:integer key#1... [WEIGHTS weight:integer...]
      [AGGREGATE aggregate(SUM | MIN | MAX)]`,
    reply: 'integer',
    handler: (c) => combine(c, CombineUnion, true),
  },
  {
    name: 'zinterstore',
    arity: -4,
    flags: ['write', 'denyoom', 'movablekeys'],
    group: 'sorted-set',
    keys: [TARGET, countedKeys(2)],
    since: '2.0.0',
    summary: 'Stores the members that several sorted sets have in common, with their scores combined',
    complexity: INTERSECTING,
    arguments: `
      destination#0 numkeys:integer key#1... [WEIGHTS weight:integer...]
      [AGGREGATE aggregate(SUM | MIN | MAX)]`,
    reply: 'integer',
    handler: (c) => combine(c, CombineIntersection, true),
  },
  {
    name: 'zdiffstore',
    arity: -4,
    flags: ['write', 'denyoom', 'movablekeys'],
    group: 'sorted-set',
    keys: [TARGET, countedKeys(2)],
    since: '6.2.0',
    summary: 'Stores the members of a sorted set that are in none of the others',
    complexity: SUBTRACTING,
    arguments: 'destination#0 numkeys:integer key#1...',
    reply: 'integer',
    handler: (c) => combine(c, CombineDifference, true),
  },
  {
    name: 'zintercard',
    arity: -3,
    flags: ['readonly', 'movablekeys'],
    group: 'sorted-set',
    keys: [countedKeys(1)],
    since: '7.0.0',
    summary: 'Counts the members that several sorted sets have in common',
    complexity: 'O(N*K) with N members in the smallest of K keys',
    arguments: 'numkeys:integer key#0... [LIMIT limit:integer]',
    reply: 'integer',
    handler: zintercard,
  },
];
