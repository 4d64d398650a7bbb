// Blocking commands on lists and sorted sets. Each first does what its ordinary form does; when there is nothing to take,
// its client waits (see blocker.ts), or, within a transaction or a script, is told so at once.
import { NumberA, StatusNotFloat, StatusWrongType, TypeList, TypeSortedSet } from '../store/layout.js';
import type { Call } from './call.js';
import { type CommandDeclaration, keyAt, type KeySpec, keysFrom } from './command.js';
import { EffectWord } from './effects.js';
import { endNamed, move, popFirst as popFirstList, tellPopped as tellListPopped } from './lists.js';
import { popFirst as popFirstSortedSet, tellPopped as tellSortedSetPopped } from './sorted-sets.js';

const SECOND_MS = 1000;
/** Latest end of a wait, Unix time. */
const END_MAX_MS = 2 ** 63;
const HEAD = 0;
const TAIL = 1;

// What is replied when the time is over, by the version of the protocol.
const NULL_3 = Uint8Array.from(Buffer.from('_\r\n'));
const NULL_ARRAY_2 = Uint8Array.from(Buffer.from('*-1\r\n'));

/** The null of a missing array, as it is replied when the time is over. */
export function nullArrayFor(c: Call): Uint8Array {
  return c.client.protocol === 3 ? NULL_3 : NULL_ARRAY_2;
}

// A timeout in seconds, as milliseconds; -1 with the error replied.
function readTimeout(c: Call, i: number): number {
  const seconds = c.digits(i);
  if (seconds >= 0) return withinTime(c, seconds * SECOND_MS);
  const isFloat = c.store.readDouble(c.first + i) !== StatusNotFloat;
  const ms = Math.ceil(c.numbers[NumberA] * SECOND_MS);
  if (isFloat && !Number.isNaN(ms)) return withinTime(c, ms);
  c.error('ERR timeout is not a float or out of range');
  return -1;
}

/** A timeout in milliseconds as it was given; -1, with the error replied, if it is negative or ends beyond all time. */
export function withinTime(c: Call, ms: number): number {
  if (ms < 0) c.error('ERR timeout is negative');
  else if (ms >= END_MAX_MS - c.server.nowMs()) c.error('ERR timeout is out of range');
  else return ms;
  return -1;
}

/** Waits for one of the keys, or says at once that there was nothing. */
function waitFor(c: Call, firstKey: number, keys: number, timeoutMs: number, type: number): void {
  if (!c.mayWait) c.reply.nullArray();
  else c.server.blocker.block(c, firstKey, keys, { timeoutMs, type, onTimeout: nullArrayFor(c) });
}

function popList(c: Call, end: number): void {
  const timeoutMs = readTimeout(c, c.count - 1);
  if (timeoutMs < 0) return;
  const keys = c.count - 2;
  const popped = c.store.popKeyedFromLists(c.first + 1, keys, end);
  if (popped >= 0) {
    tellListPopped(c, 1 + popped, end, 1);
    if (c.effects.isOn) c.effects.onKey(c, end === HEAD ? EffectWord.LPOP : EffectWord.RPOP, 1 + popped);
  } else if (popped === StatusWrongType) c.wrongType();
  else waitFor(c, 1, keys, timeoutMs, TypeList);
}

function popSortedSet(c: Call, fromEnd: number): void {
  const timeoutMs = readTimeout(c, c.count - 1);
  if (timeoutMs < 0) return;
  const keys = c.count - 2;
  const popped = c.store.popKeyedFromSortedSets(c.first + 1, keys, fromEnd);
  if (popped >= 0) {
    tellSortedSetPopped(c, 1 + popped, fromEnd, 1);
    const word = fromEnd === 1 ? EffectWord.ZPOPMAX : EffectWord.ZPOPMIN;
    if (c.effects.isOn) c.effects.onKey(c, word, 1 + popped);
  } else if (popped === StatusWrongType) c.wrongType();
  else waitFor(c, 1, keys, timeoutMs, TypeSortedSet);
}

// BLMPOP and BZMPOP: `popFirst` is what their ordinary form does.
function popSeveral(c: Call, popFirst: (c: Call, at: number) => number, type: number): void {
  const timeoutMs = readTimeout(c, 1);
  if (timeoutMs < 0) return;
  const before = c.reply.position;
  const keys = popFirst(c, 2);
  if (keys === 0 || !c.mayWait) return;
  c.reply.rewind(before);
  waitFor(c, 3, keys, timeoutMs, type);
}

// `left`: the command that it is without waiting, whose arguments are the same but for the timeout.
function moveOrWait(c: Call, from: number, to: number, left: number): void {
  const timeoutMs = readTimeout(c, c.count - 1);
  if (timeoutMs < 0) return;
  const before = c.reply.position;
  if (move(c, from, to, left) || !c.mayWait) return;
  c.reply.rewind(before);
  waitFor(c, 1, 1, timeoutMs, TypeList);
}

function blmove(c: Call): void {
  const from = endNamed(c, 3);
  if (from < 0) return;
  const to = endNamed(c, 4);
  if (to >= 0) moveOrWait(c, from, to, EffectWord.LMOVE);
}

// ---- declarations --------------------------------------------------------------------------------------------------

const SOURCE_AND_TARGET: readonly KeySpec[] = [keyAt(1, 'RW', 'access', 'delete'), keyAt(2, 'RW', 'insert')];
const COUNTED_KEYS: KeySpec = {
  flags: ['RW', 'access', 'delete'],
  begin: { index: 2 },
  find: { count: 0, first: 1, step: 1 },
};

/** A command that takes from the first of its keys, with a timeout behind them. */
function popping(
  name: string,
  isList: boolean,
  summary: string,
  handler: (c: Call) => void,
): CommandDeclaration {
  return {
    name,
    arity: -3,
    flags: isList ? ['write', 'noscript', 'blocking'] : ['write', 'noscript', 'blocking', 'fast'],
    group: isList ? 'list' : 'sorted-set',
    keys: [keysFrom(1, ['RW', 'access', 'delete'], 1, -2)],
    since: isList ? '2.0.0' : '5.0.0',
    summary,
    complexity: isList ? 'O(N) for N keys' : 'O(log N) for N elements',
    arguments: 'key#0... timeout:double',
    history: { '6.0.0': 'Fractions of seconds as a timeout' },
    reply: ['array', 'null'],
    handler,
  };
}

export const blocking: readonly CommandDeclaration[] = [
  popping(
    'blpop',
    true,
    'Removes and replies the first element of the first list that has one, or waits for it',
    (c) => popList(c, HEAD),
  ),
  popping(
    'brpop',
    true,
    'Removes and replies the last element of the first list that has one, or waits for it',
    (c) => popList(c, TAIL),
  ),
  {
    name: 'blmove',
    arity: 6,
    flags: ['write', 'denyoom', 'noscript', 'blocking'],
    group: 'list',
    keys: SOURCE_AND_TARGET,
    since: '6.2.0',
    summary: 'Takes an element from an end of a list to an end of another and replies it, or waits for one',
    complexity: 'O(1)',
    arguments: 'source#0 destination#1 wherefrom(LEFT | RIGHT) whereto(LEFT | RIGHT) timeout:double',
    reply: ['bulk', 'null'],
    handler: blmove,
  },
  {
    name: 'brpoplpush',
    arity: 4,
    flags: ['write', 'denyoom', 'noscript', 'blocking'],
    group: 'list',
    keys: SOURCE_AND_TARGET,
    since: '2.2.0',
    summary: 'Takes the last element of a list to the head of another and replies it, or waits for one',
    complexity: 'O(1)',
    arguments: 'source#0 destination#1 timeout:double',
    history: { '6.0.0': 'Fractions of seconds as a timeout' },
    reply: ['bulk', 'null'],
    handler: (c) => moveOrWait(c, TAIL, HEAD, EffectWord.RPOPLPUSH),
    deprecated: { since: '6.2.0', replacedBy: '`BLMOVE` with the `RIGHT` and `LEFT` arguments' },
  },
  {
    name: 'blmpop',
    arity: -5,
    flags: ['write', 'blocking'],
    group: 'list',
    keys: [COUNTED_KEYS],
    since: '7.0.0',
    summary: 'Removes and replies several elements of the first list that has some, or waits for them',
    complexity: 'O(N+M) for N keys and M elements',
    arguments: 'timeout:double numkeys:integer key#0... where(LEFT | RIGHT) [COUNT count:integer]',
    reply: ['array', 'null'],
    handler: (c) => popSeveral(c, popFirstList, TypeList),
  },
  popping(
    'bzpopmin',
    false,
    'Removes and replies the least element of the first sorted set that has one, or waits for it',
    (c) => popSortedSet(c, 0),
  ),
  popping(
    'bzpopmax',
    false,
    'Removes and replies the greatest element of the first sorted set that has one, or waits for it',
    (c) => popSortedSet(c, 1),
  ),
  {
    name: 'bzmpop',
    arity: -5,
    flags: ['write', 'blocking'],
    group: 'sorted-set',
    keys: [COUNTED_KEYS],
    since: '7.0.0',
    summary: 'Removes and replies several elements of the first sorted set that has some, or waits for them',
    complexity: 'O(N+M*log(K)) for N keys and M of K elements',
    arguments: 'timeout:double numkeys:integer key#0... where(MIN | MAX) [COUNT count:integer]',
    reply: ['array', 'null'],
    handler: (c) => popSeveral(c, popFirstSortedSet, TypeSortedSet),
  },
];
