// Strings: SET and GET with their relatives, several at once, parts of them. Counters are in counters.ts.
import {
  NumberA,
  NumberB,
  SetExpiry,
  SetIfAbsent,
  SetIfPresent,
  SetKeepExpiry,
  SetReturnOld,
  StatusNoKey,
  StatusNotInteger,
  StatusTooLong,
  StatusWrongType,
} from '../store/layout.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, keyAt, keysFrom } from './command.js';
import { EffectWord } from './effects.js';
import { Errors, invalidExpire, wrongArity } from './errors.js';
import { leaveExpiring, leaveSet } from './string-effects.js';

const NX = word('NX');
const XX = word('XX');
const GET = word('GET');
const KEEPTTL = word('KEEPTTL');
const PERSIST = word('PERSIST');
const EX = word('EX');
const PX = word('PX');
const EXAT = word('EXAT');
const PXAT = word('PXAT');
const SECOND_MS = 1000;

/** The options that set a time to live; 0: none. The same one may be given again, the last counts. */
const ExpiryOption = { none: 0, ex: 1, px: 2, exat: 3, pxat: 4 } as const;

function expiryOption(c: Call, i: number): number {
  if (c.is(i, EX)) return ExpiryOption.ex;
  if (c.is(i, PX)) return ExpiryOption.px;
  if (c.is(i, EXAT)) return ExpiryOption.exat;
  return c.is(i, PXAT) ? ExpiryOption.pxat : ExpiryOption.none;
}

/** Reads the time behind an option into the expiry register; replies the error if it cannot. */
function readOptionTime(c: Call, i: number, option: number): boolean {
  const unitMs = option === ExpiryOption.ex || option === ExpiryOption.exat ? SECOND_MS : 1;
  return readExpiry(c, i, unitMs, option === ExpiryOption.ex || option === ExpiryOption.px ? 1 : 0);
}

/** Reads a time that must be positive into the expiry register; replies the error if it cannot. */
function readExpiry(c: Call, i: number, unitMs: number, relative: number): boolean {
  const status = c.store.readExpiry(c.first + i, unitMs, relative);
  if (status === 0 && c.expirySign > 0) return true;
  c.error(status === StatusNotInteger ? Errors.notInteger : invalidExpire(c.command.fullName));
  return false;
}

// ---- SET and GET ---------------------------------------------------------------------------------------------------

function set(c: Call): void {
  if (c.count === 3) {
    c.store.setString(c.first + 1, c.first + 2, 0);
    c.changed(1, EventClass.string, 'set');
    c.reply.ok();
    return;
  }
  const flags = readSetOptions(c);
  if (flags < 0) return;
  const status = c.store.setString(c.first + 1, c.first + 2, flags);
  if (status === 1) {
    toldSet(c, (flags & SetExpiry) !== 0);
    if (c.effects.isOn) leaveSet(c, flags);
  }
  if (status === StatusWrongType) c.wrongType();
  else if ((flags & SetReturnOld) !== 0) return;
  else if (status === 1) c.reply.ok();
  else c.reply.null();
}

function toldSet(c: Call, expires: boolean): void {
  c.changed(1, EventClass.string, 'set');
  if (expires) c.notify(1, EventClass.generic, 'expire');
}

// The flags of SET's options, or -1 with the error replied.
function readSetOptions(c: Call): number {
  let flags = 0;
  let expiryAt = 0;
  let expiry: number = ExpiryOption.none;
  for (let i = 3; i < c.count; i++) {
    const option = i + 1 < c.count && (flags & SetKeepExpiry) === 0 ? expiryOption(c, i) : ExpiryOption.none;
    if (c.is(i, NX) && (flags & SetIfPresent) === 0) flags |= SetIfAbsent;
    else if (c.is(i, XX) && (flags & SetIfAbsent) === 0) flags |= SetIfPresent;
    else if (c.is(i, GET)) flags |= SetReturnOld;
    else if (c.is(i, KEEPTTL) && (flags & SetExpiry) === 0) flags |= SetKeepExpiry;
    else if (option !== ExpiryOption.none && (expiry === ExpiryOption.none || expiry === option)) {
      flags |= SetExpiry;
      expiry = option;
      expiryAt = ++i;
    } else {
      c.syntaxError();
      return -1;
    }
  }
  if (expiryAt > 0 && !readOptionTime(c, expiryAt, expiry)) return -1;
  return flags;
}

function setRun(c: Call, length: number): void {
  c.store.setStrings(c.first + 1, length, 3, 0);
  c.ranChanges(0, length, length);
  c.reply.oks(length);
}

function setnx(c: Call): void {
  const set = c.store.setString(c.first + 1, c.first + 2, SetIfAbsent);
  if (set === 1) c.changed(1, EventClass.string, 'set');
  c.reply.integer(set);
}

function setex(c: Call, unitMs: number): void {
  if (!readExpiry(c, 2, unitMs, 1)) return;
  c.store.setString(c.first + 1, c.first + 3, SetExpiry);
  toldSet(c, true);
  if (c.effects.isOn) leaveExpiring(c, 3);
  c.reply.ok();
}

function get(c: Call): void {
  if (c.store.getString(c.first + 1) === StatusWrongType) c.wrongType();
}

function getRun(c: Call, length: number): void {
  for (let done = 0; done < length; done++) {
    done += c.store.getStrings(c.first + 1 + 2 * done, length - done, 2, 0);
    if (done < length) c.wrongType();
  }
}

function getdel(c: Call): void {
  const status = c.store.getString(c.first + 1);
  if (status === StatusWrongType) return c.wrongType();
  if (status !== 1) return;
  c.store.eraseKeys(c.first + 1, 1);
  c.changed(1, EventClass.generic, 'del');
  if (c.effects.isOn) c.effects.onKey(c, EffectWord.DEL, 1);
}

function getset(c: Call): void {
  if (c.store.setString(c.first + 1, c.first + 2, SetReturnOld) === StatusWrongType) return c.wrongType();
  c.changed(1, EventClass.string, 'set');
  if (!c.effects.isOn) return;
  c.effects.begin(c, EffectWord.SET, 3);
  c.effects.argument(c, 1, 2);
}

function getex(c: Call): void {
  let persist = false;
  let expiryAt = 0;
  let expiry: number = ExpiryOption.none;
  for (let i = 2; i < c.count; i++) {
    const option = i + 1 < c.count && !persist ? expiryOption(c, i) : ExpiryOption.none;
    if (c.is(i, PERSIST) && expiryAt === 0) {
      persist = true;
    } else if (option !== ExpiryOption.none && (expiry === ExpiryOption.none || expiry === option)) {
      expiry = option;
      expiryAt = ++i;
    } else {
      c.syntaxError();
      return;
    }
  }
  // The key's absence and type come before the time's validity.
  const length = c.store.stringSize(c.first + 1);
  if (length === StatusWrongType) return c.wrongType();
  if (expiryAt > 0 && length !== StatusNoKey && !readOptionTime(c, expiryAt, expiry)) return;
  if (c.store.getString(c.first + 1) !== 1) return;
  if (persist && c.store.persistKey(c.first + 1) === 1) {
    c.changed(1, EventClass.generic, 'persist');
    if (c.effects.isOn) c.effects.onKey(c, EffectWord.PERSIST, 1);
  } else if (expiryAt > 0) {
    const expires = c.store.setExpiry(c.first + 1) === 1;
    c.changed(1, EventClass.generic, expires ? 'expire' : 'del');
    if (!c.effects.isOn) return;
    if (expires) c.effects.expires(c, 1);
    else c.effects.expired(c, 1);
  }
}

// ---- many keys -----------------------------------------------------------------------------------------------------

function mset(c: Call): void {
  if (c.count % 2 === 0) return c.error(wrongArity('mset'));
  setAll(c);
  c.reply.ok();
}

// While somebody listens, one after the other, since a new key is told of before it is set.
function setAll(c: Call): void {
  if (!c.isObserved) {
    c.countChanges((c.count - 1) / 2);
    c.store.setStrings(c.first + 1, (c.count - 1) / 2, 2, 1);
    return;
  }
  for (let i = 1; i < c.count; i += 2) {
    c.store.setString(c.first + i, c.first + i + 1, 0);
    c.changed(i, EventClass.string, 'set');
  }
}

function msetnx(c: Call): void {
  if (c.count % 2 === 0) return c.error(wrongArity('msetnx'));
  const pairs = (c.count - 1) / 2;
  if (c.store.anyExists(c.first + 1, pairs, 2) === 1) return c.reply.integer(0);
  setAll(c);
  c.reply.integer(1);
}

function mget(c: Call): void {
  c.reply.array(c.count - 1);
  c.store.getStrings(c.first + 1, c.count - 1, 1, 1);
}

// ---- parts of a string ---------------------------------------------------------------------------------------------

/** Longest string that a command may make, bytes. */
function lengthMax(c: Call): number {
  return Math.min(c.server.config.protoMaxBulkLen, 2 ** 31 - 1);
}

function append(c: Call): void {
  const length = c.store.appendString(c.first + 1, c.first + 2, lengthMax(c));
  if (length === StatusWrongType) return c.wrongType();
  if (length === StatusTooLong) return c.error(Errors.tooLong);
  c.changed(1, EventClass.string, 'append');
  c.reply.integer(length);
}

function strlen(c: Call): void {
  const length = c.store.stringLength(c.first + 1);
  if (length === StatusWrongType) c.wrongType();
  else c.reply.integer(length);
}

function setrange(c: Call): void {
  const offset = c.integerOrError(2);
  if (offset === null) return;
  if (offset < 0) return c.error(Errors.offsetRange);
  const length = c.store.stringSize(c.first + 1);
  if (length === StatusWrongType) return c.wrongType();
  const size = c.size(3);
  if (size === 0) return c.reply.integer(Math.max(0, length));
  if (offset + size > lengthMax(c)) return c.error(Errors.tooLong);
  c.reply.integer(c.store.setRange(c.first + 1, offset, c.first + 3));
  c.changed(1, EventClass.string, 'setrange');
}

function getrange(c: Call): void {
  const start = c.integerOrError(2);
  if (start === null) return;
  const end = c.integerOrError(3);
  if (end === null) return;
  c.numbers[NumberA] = start;
  c.numbers[NumberB] = end;
  if (c.store.getRange(c.first + 1) === StatusWrongType) c.wrongType();
}

// ---- declarations --------------------------------------------------------------------------------------------------

const READ = keyAt(1, 'RO', 'access');

export const strings: readonly CommandDeclaration[] = [
  {
    name: 'set',
    arity: -3,
    flags: ['write', 'denyoom'],
    group: 'string',
    keys: [
      {
        ...keyAt(1, 'RW', 'access', 'update', 'variable_flags'),
        notes: 'It is read as well if GET asks for the old value',
      },
    ],
    since: '1.0.0',
    summary:
      'Stores a string under a key, whatever the key held, with conditions and a time to live on request',
    complexity: 'O(1)',
    arguments: `
      key#0 value [condition@2.6.12(NX | XX)] [GET@6.2.0]
      [expiration(EX seconds:integer@2.6.12 | PX milliseconds:integer@2.6.12
        | EXAT unix-time-seconds:unix-time@6.2.0 | PXAT unix-time-milliseconds:unix-time@6.2.0
        | KEEPTTL@6.0.0)]`,
    history: {
      '2.6.12': 'EX, PX, NX and XX',
      '6.0.0': 'KEEPTTL',
      '6.2.0': 'GET, EXAT and PXAT',
      '7.0.0': 'NX together with GET',
    },
    reply: ['status', 'null', 'bulk'],
    handler: set,
    run: { count: 3, handler: setRun },
  },
  {
    name: 'get',
    arity: 2,
    flags: ['readonly', 'fast'],
    group: 'string',
    keys: [READ],
    since: '1.0.0',
    summary: 'Reads the string of a key',
    complexity: 'O(1)',
    arguments: 'key#0',
    reply: ['bulk', 'null'],
    handler: get,
    run: { count: 2, handler: getRun },
  },
  {
    name: 'getdel',
    arity: 2,
    flags: ['write', 'fast'],
    group: 'string',
    keys: [keyAt(1, 'RW', 'access', 'delete')],
    since: '6.2.0',
    summary: 'Reads the string of a key and removes the key',
    complexity: 'O(1)',
    arguments: 'key#0',
    reply: ['bulk', 'null'],
    handler: getdel,
  },
  {
    name: 'getex',
    arity: -2,
    flags: ['write', 'fast'],
    group: 'string',
    keys: [{ ...keyAt(1, 'RW', 'access', 'update'), notes: 'Its time to live may change' }],
    since: '6.2.0',
    summary: 'Reads the string of a key and changes its time to live',
    complexity: 'O(1)',
    arguments: `
      key#0
      [expiration(EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time
        | PXAT unix-time-milliseconds:unix-time | PERSIST)]`,
    reply: ['bulk', 'null'],
    handler: getex,
  },
  {
    name: 'getset',
    arity: 3,
    flags: ['write', 'denyoom', 'fast'],
    group: 'string',
    keys: [keyAt(1, 'RW', 'access', 'update')],
    since: '1.0.0',
    summary: 'Stores a string and replies what the key held before',
    complexity: 'O(1)',
    arguments: 'key#0 value',
    reply: ['bulk', 'null'],
    handler: getset,
    deprecated: { since: '6.2.0', replacedBy: '`SET` with the `GET` argument' },
  },
  {
    name: 'setnx',
    arity: 3,
    flags: ['write', 'denyoom', 'fast'],
    group: 'string',
    keys: [keyAt(1, 'OW', 'insert')],
    since: '1.0.0',
    summary: 'Stores a string unless the key exists',
    complexity: 'O(1)',
    arguments: 'key#0 value',
    reply: 'integer',
    handler: setnx,
    deprecated: { since: '2.6.12', replacedBy: '`SET` with the `NX` argument' },
  },
  {
    name: 'setex',
    arity: 4,
    flags: ['write', 'denyoom'],
    group: 'string',
    keys: [keyAt(1, 'OW', 'update')],
    since: '2.0.0',
    summary: 'Stores a string with a time to live in seconds',
    complexity: 'O(1)',
    arguments: 'key#0 seconds:integer value',
    reply: 'status',
    handler: (c) => setex(c, SECOND_MS),
    deprecated: { since: '2.6.12', replacedBy: '`SET` with the `EX` argument' },
  },
  {
    name: 'psetex',
    arity: 4,
    flags: ['write', 'denyoom'],
    group: 'string',
    keys: [keyAt(1, 'OW', 'update')],
    since: '2.6.0',
    summary: 'Stores a string with a time to live in milliseconds',
    complexity: 'O(1)',
    arguments: 'key#0 milliseconds:integer value',
    reply: 'status',
    handler: (c) => setex(c, 1),
    deprecated: { since: '2.6.12', replacedBy: '`SET` with the `PX` argument' },
  },
  {
    name: 'mset',
    arity: -3,
    flags: ['write', 'denyoom'],
    group: 'string',
    keys: [keysFrom(1, ['OW', 'update'], 2)],
    tips: ['request_policy:multi_shard', 'response_policy:all_succeeded'],
    since: '1.0.1',
    summary: 'Stores several strings at once',
    complexity: 'O(N) for N keys',
    arguments: 'data(key#0 value)...',
    reply: 'status',
    handler: mset,
  },
  {
    name: 'msetnx',
    arity: -3,
    flags: ['write', 'denyoom'],
    group: 'string',
    keys: [keysFrom(1, ['OW', 'insert'], 2)],
    tips: ['request_policy:multi_shard', 'response_policy:agg_min'],
    since: '1.0.1',
    summary: 'Stores several strings at once, unless any of their keys exists',
    complexity: 'O(N) for N keys',
    arguments: 'data(key#0 value)...',
    reply: 'integer',
    handler: msetnx,
  },
  {
    name: 'mget',
    arity: -2,
    flags: ['readonly', 'fast'],
    group: 'string',
    keys: [keysFrom(1, ['RO', 'access'])],
    tips: ['request_policy:multi_shard'],
    since: '1.0.0',
    summary: 'Reads the strings of several keys',
    complexity: 'O(N) for N keys',
    arguments: 'key#0...',
    reply: 'array',
    handler: mget,
  },
  {
    name: 'append',
    arity: 3,
    flags: ['write', 'denyoom', 'fast'],
    group: 'string',
    keys: [keyAt(1, 'RW', 'insert')],
    since: '2.0.0',
    summary: 'Adds bytes to the end of a string',
    complexity: 'O(1) amortised, as the string grows by doubling',
    arguments: 'key#0 value',
    reply: 'integer',
    handler: append,
  },
  {
    name: 'strlen',
    arity: 2,
    flags: ['readonly', 'fast'],
    group: 'string',
    keys: [keyAt(1, 'RO')],
    since: '2.2.0',
    summary: 'Tells how many bytes a string has',
    complexity: 'O(1)',
    arguments: 'key#0',
    reply: 'integer',
    handler: strlen,
  },
  {
    name: 'setrange',
    arity: 4,
    flags: ['write', 'denyoom'],
    group: 'string',
    keys: [keyAt(1, 'RW', 'update')],
    since: '2.2.0',
    summary: 'Overwrites a part of a string, from an offset on',
    complexity: 'O(M) for M bytes written, and zeros before them where the string was shorter',
    arguments: 'key#0 offset:integer value',
    reply: 'integer',
    handler: setrange,
  },
  {
    name: 'getrange',
    arity: 4,
    flags: ['readonly'],
    group: 'string',
    keys: [READ],
    since: '2.4.0',
    summary: 'Reads a part of a string',
    complexity: 'O(N) for N bytes replied',
    arguments: 'key#0 start:integer end:integer',
    reply: 'bulk',
    handler: getrange,
  },
  {
    name: 'substr',
    arity: 4,
    flags: ['readonly'],
    group: 'string',
    keys: [READ],
    since: '1.0.0',
    summary: 'Reads a part of a string, by the old name of `GETRANGE`',
    complexity: 'O(N) for N bytes replied',
    arguments: 'key#0 start:integer end:integer',
    reply: 'bulk',
    handler: getrange,
    deprecated: { since: '2.0.0', replacedBy: '`GETRANGE`' },
  },
];
