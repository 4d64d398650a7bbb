// Sets: members, draws at random, and what several sets have in common.
import {
  NumberA,
  SetDifference,
  SetIntersection,
  SetUnion,
  StatusWrongType,
  TypeSet,
} from '../store/layout.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, type KeySpec, keyAt, keysFrom } from './command.js';
import { EffectWord } from './effects.js';
import { Errors } from './errors.js';
import { readRandomCount } from './random-count.js';
import { asAffected, readRunOf, rewrittenRunOf, writeRunOf } from './runs.js';
import { readCollectionScan } from './scan-options.js';

const LIMIT = word('LIMIT');

function integerOrWrongType(c: Call, result: number): void {
  if (result === StatusWrongType) c.wrongType();
  else c.reply.integer(result);
}

// ---- members ----------------------------------------------------------------------------------------------

function sadd(c: Call): void {
  const added = c.store.addMembers(c.first + 1, c.first + 2, c.count - 2);
  if (added > 0) c.changed(1, EventClass.set, 'sadd', added);
  integerOrWrongType(c, added);
}

const saddRun = writeRunOf(
  (c, first, length) => c.store.addMemberRun(first, length, c.count),
  sadd,
  asAffected,
);

function srem(c: Call): void {
  const removed = c.store.removeMembers(c.first + 1, c.first + 2, c.count - 2);
  if (removed > 0) {
    c.changed(1, EventClass.set, 'srem', removed);
    c.removedIfEmpty(1);
  }
  integerOrWrongType(c, removed);
}

function smove(c: Call): void {
  const moved = c.store.moveMember(c.first + 1, c.first + 2, c.first + 3);
  if (moved === StatusWrongType) return c.wrongType();
  c.reply.integer(moved > 0 ? 1 : 0);
  if (moved !== 2) return;
  const { affected } = c;
  c.changed(1, EventClass.set, 'srem');
  c.removedIfEmpty(1);
  if (affected !== 0) c.changed(2, EventClass.set, 'sadd');
}

function scard(c: Call): void {
  if (c.store.writeSetSize(c.first + 1) === StatusWrongType) c.wrongType();
}

function sismember(c: Call): void {
  integerOrWrongType(c, c.store.hasMember(c.first + 1, c.first + 2));
}

const sismemberRun = readRunOf((c, first, length) => c.store.hasMemberRun(first, length, c.count));

function smismember(c: Call): void {
  if (c.store.hasMembers(c.first + 1, c.first + 2, c.count - 2) === StatusWrongType) c.wrongType();
}

function smembers(c: Call): void {
  c.finishRead(c.store.writeMembers(c.first + 1));
}

function sscan(c: Call): void {
  const options = readCollectionScan(c, TypeSet);
  if (options === null) return;
  if (c.store.scanMembers(c.first + 1, options.count, options.pattern) === StatusWrongType) c.wrongType();
}

// ---- at random --------------------------------------------------------------------------------------------

/** Members that SPOP has chosen go on together, up to so many. */
const REMOVED_TOGETHER = 1024;

function popOne(c: Call): void {
  const popped = c.store.popMember(c.first + 1);
  if (popped === StatusWrongType) return c.wrongType();
  toldPop(c, popped);
  if (popped === 1 && c.effects.isOn) leavePopped(c);
}

function toldPop(c: Call, popped: number): void {
  if (popped === 0) return;
  c.changed(1, EventClass.set, 'spop', popped);
  c.removedIfEmpty(1);
}

// What was chosen at random: "SREM key member ...".
function leavePopped(c: Call): void {
  c.effects.replace();
  c.store.effectsOfChosen(c.client.database, EffectWord.SREM, c.first + 1, REMOVED_TOGETHER);
}

const popRun = rewrittenRunOf(
  (c, first, length) => c.store.popMemberRun(first, length, c.count),
  popOne,
  asAffected,
);

function spop(c: Call): void {
  if (c.count === 2) return popOne(c);
  if (c.count > 3) return c.syntaxError();
  const count = c.integer(2);
  if (count === null || count < 0) return c.error(Errors.positive);
  c.numbers[NumberA] = count;
  const popped = c.store.popMembers(c.first + 1);
  if (popped === StatusWrongType) return c.wrongType();
  toldPop(c, popped);
  if (popped === 0 || !c.effects.isOn) return;
  if (c.store.isThere(c.client.database, c.first + 1) === 0) return c.effects.onKey(c, EffectWord.DEL, 1);
  c.effects.several();
  leavePopped(c);
}

function srandmember(c: Call): void {
  if (c.count > 3) return c.syntaxError();
  if (c.count === 2) return c.finishRead(c.store.randomMembers(c.first + 1, 1));
  if (readRandomCount(c)) c.finishRead(c.store.randomMembers(c.first + 1, 0), Errors.range);
}

// ---- several sets -----------------------------------------------------------------------------------------

function combine(operation: number): (c: Call) => void {
  return (c) => {
    c.finishRead(c.store.writeCombination(operation, c.first + 1, c.count - 1));
  };
}

function store(operation: number): (c: Call) => void {
  return (c) => {
    const size = c.store.storeCombination(operation, c.first + 1, c.first + 2, c.count - 2);
    c.stored(1, size, EventClass.set, c.command.name);
    integerOrWrongType(c, size);
  };
}

function sintercard(c: Call): void {
  const keys = c.integer(1);
  if (keys === null || keys <= 0) return c.error('ERR numkeys should be greater than 0');
  if (keys > c.count - 2) return c.error("ERR Number of keys can't be greater than number of args");
  let limit = 0;
  for (let i = 2 + keys; i < c.count; i += 2) {
    if (!c.is(i, LIMIT) || i + 1 >= c.count) return c.syntaxError();
    const given = c.integer(i + 1);
    if (given === null || given < 0) return c.error("ERR LIMIT can't be negative");
    limit = given;
  }
  c.numbers[NumberA] = limit;
  c.finishRead(c.store.writeIntersectionSize(c.first + 2, keys));
}

// ---- declarations -----------------------------------------------------------------------------------------

const UNORDERED = ['nondeterministic_output_order'];
const RANDOM = ['nondeterministic_output'];
const NUMBERED_KEYS: KeySpec = {
  flags: ['RO', 'access'],
  begin: { index: 1 },
  find: { count: 0, first: 1, step: 1 },
};

const SHARING = 'O(N*M) for M sets of which the smallest has N members';
const VISITING = 'O(N) for N members of all sets';

/** A command that lists what sets combine to, and the one that stores it; `target` is what the key gets. */
function combinations(
  name: string,
  operation: number,
  target: 'RW' | 'OW',
  members: string,
  complexity: string,
): readonly CommandDeclaration[] {
  return [
    {
      name,
      arity: -2,
      flags: ['readonly'],
      group: 'set',
      keys: [keysFrom(1, ['RO', 'access'])],
      tips: UNORDERED,
      since: '1.0.0',
      summary: `Lists the members ${members}`,
      complexity: `${complexity}, on a worker if that is much`,
      arguments: 'key#0...',
      reply: 'set',
      handler: combine(operation),
    },
    {
      name: `${name}store`,
      arity: -3,
      flags: ['write', 'denyoom'],
      group: 'set',
      keys: [keyAt(1, target, 'update'), keysFrom(2, ['RO', 'access'])],
      since: '1.0.0',
      summary: `Stores the members ${members}`,
      complexity,
      arguments: 'destination#0 key#1...',
      reply: 'integer',
      handler: store(operation),
    },
  ];
}

export const sets: readonly CommandDeclaration[] = [
  {
    name: 'sadd',
    arity: -3,
    flags: ['write', 'denyoom', 'fast'],
    group: 'set',
    keys: [keyAt(1, 'RW', 'insert')],
    since: '1.0.0',
    summary: 'Adds members to a set, which is created if there is none',
    complexity: 'O(N) for N members',
    arguments: 'key#0 member...',
    history: { '2.4.0': 'More than one member' },
    reply: 'integer',
    handler: sadd,
    run: { count: 3, handler: saddRun },
  },
  {
    name: 'srem',
    arity: -3,
    flags: ['write', 'fast'],
    group: 'set',
    keys: [keyAt(1, 'RW', 'delete')],
    since: '1.0.0',
    summary: 'Removes members from a set, and the set when none is left',
    complexity: 'O(N) for N members',
    arguments: 'key#0 member...',
    history: { '2.4.0': 'More than one member' },
    reply: 'integer',
    handler: srem,
  },
  {
    name: 'smove',
    arity: 4,
    flags: ['write', 'fast'],
    group: 'set',
    keys: [keyAt(1, 'RW', 'access', 'delete'), keyAt(2, 'RW', 'insert')],
    since: '1.0.0',
    summary: 'Takes a member out of a set and adds it to another',
    complexity: 'O(1)',
    arguments: 'source#0 destination#1 member',
    reply: 'integer',
    handler: smove,
  },
  {
    name: 'scard',
    arity: 2,
    flags: ['readonly', 'fast'],
    group: 'set',
    keys: [keyAt(1, 'RO')],
    since: '1.0.0',
    summary: 'Counts the members of a set',
    complexity: 'O(1)',
    arguments: 'key#0',
    reply: 'integer',
    handler: scard,
  },
  {
    name: 'sismember',
    arity: 3,
    flags: ['readonly', 'fast'],
    group: 'set',
    keys: [keyAt(1, 'RO')],
    since: '1.0.0',
    summary: 'Tells whether a set has a member',
    complexity: 'O(1)',
    arguments: 'key#0 member',
    reply: 'integer',
    handler: sismember,
    run: { count: 3, handler: sismemberRun },
  },
  {
    name: 'smismember',
    arity: -3,
    flags: ['readonly', 'fast'],
    group: 'set',
    keys: [keyAt(1, 'RO', 'access')],
    since: '6.2.0',
    summary: 'Tells for each of several members whether a set has it',
    complexity: 'O(N) for N members',
    arguments: 'key#0 member...',
    reply: 'array',
    handler: smismember,
  },
  {
    name: 'smembers',
    arity: 2,
    flags: ['readonly'],
    group: 'set',
    keys: [keyAt(1, 'RO', 'access')],
    tips: UNORDERED,
    since: '1.0.0',
    summary: 'Lists all members of a set',
    complexity: 'O(N) for N members, on a worker if there are many',
    arguments: 'key#0',
    reply: 'set',
    handler: smembers,
  },
  {
    name: 'sscan',
    arity: -3,
    flags: ['readonly'],
    group: 'set',
    keys: [keyAt(1, 'RO', 'access')],
    tips: RANDOM,
    since: '2.8.0',
    summary: 'Lists the members of a set piece by piece',
    complexity: 'O(1) for each call, O(N) for all N members',
    arguments: 'key#0 cursor:integer [MATCH pattern:pattern] [COUNT count:integer]',
    reply: 'array',
    handler: sscan,
  },
  {
    name: 'spop',
    arity: -2,
    flags: ['write', 'fast'],
    group: 'set',
    keys: [keyAt(1, 'RW', 'access', 'delete')],
    tips: RANDOM,
    since: '1.0.0',
    summary: 'Takes random members out of a set, all equally likely',
    complexity: 'O(1), or O(N) for N members',
    arguments: 'key#0 [count:integer@3.2.0]',
    history: { '3.2.0': 'A count' },
    reply: ['bulk', 'null', 'set'],
    handler: spop,
    run: { count: 2, handler: popRun },
  },
  {
    name: 'srandmember',
    arity: -2,
    flags: ['readonly'],
    group: 'set',
    keys: [keyAt(1, 'RO', 'access')],
    tips: RANDOM,
    since: '1.0.0',
    summary: 'Picks random members of a set, all equally likely',
    complexity: 'O(1), or O(N) for N members',
    arguments: 'key#0 [count:integer@2.6.0]',
    history: { '2.6.0': 'A count' },
    reply: ['bulk', 'null', 'array'],
    handler: srandmember,
  },
  ...combinations('sinter', SetIntersection, 'RW', 'that several sets share', SHARING),
  ...combinations('sunion', SetUnion, 'OW', 'of any of several sets', VISITING),
  ...combinations('sdiff', SetDifference, 'OW', 'of a set that are in none of the others', VISITING),
  {
    name: 'sintercard',
    arity: -3,
    flags: ['readonly', 'movablekeys'],
    group: 'set',
    keys: [NUMBERED_KEYS],
    since: '7.0.0',
    summary: 'Counts the members that several sets share, up to a limit',
    complexity: `${SHARING}, on a worker if that is much`,
    arguments: 'numkeys:integer key#0... [LIMIT limit:integer]',
    reply: 'integer',
    handler: sintercard,
  },
];
