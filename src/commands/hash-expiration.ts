// The times to live of hash fields: setting and asking for them, taking them away, and the commands that
// read or set fields and change their times to live.
//
// The store keeps absolute times in ms. A time that has passed removes the field at once.
import {
  AffectedExpiry,
  AffectedFields,
  ExpireIfAny,
  ExpireIfGreater,
  ExpireIfLess,
  ExpireIfNone,
  FieldExpiryKeep,
  FieldExpiryNone,
  FieldExpirySet,
  NumberA,
  SetIfAbsent,
  SetIfPresent,
  StatusNotInteger,
  StatusWrongType,
} from '../store/layout.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, keyAt } from './command.js';
import { EffectWord } from './effects.js';
import { Errors, invalidExpire, wrongArity } from './errors.js';

const FIELDS = word('FIELDS');
const NX = word('NX');
const XX = word('XX');
const GT = word('GT');
const LT = word('LT');
const FNX = word('FNX');
const FXX = word('FXX');
const EX = word('EX');
const PX = word('PX');
const EXAT = word('EXAT');
const PXAT = word('PXAT');
const PERSIST = word('PERSIST');
const KEEPTTL = word('KEEPTTL');

const SECOND_MS = 1000;
const INT32_MAX = 2 ** 31 - 1;
/** The latest time that a field can expire: as many milliseconds as fit 46 bits. */
const FIELD_EXPIRY_MAX_MS = 2 ** 46 - 1;

const NO_FIELDS = 'ERR Mandatory argument FIELDS is missing or not at the right position';
const FIELDS_MISMATCH = 'ERR The `numfields` parameter must match the number of arguments';
const FIELDS_POSITIVE = 'ERR Number of fields must be a positive integer';
const NUM_FIELDS_POSITIVE = 'ERR Parameter `numFields` should be greater than 0';

/** Whether the key is absent or a hash; replies the error otherwise. `reads` 1: this is the reading of the key. */
function isHashOrNone(c: Call, reads = 0): boolean {
  if (c.store.findHash(c.first + 1, reads) !== StatusWrongType) return true;
  c.wrongType();
  return false;
}

/** Reads a time into the expiry register; replies the error if it is none that a field can have. */
function readTime(c: Call, i: number, unitMs: number, relative: number): boolean {
  const status = c.store.readExpiry(c.first + i, unitMs, relative);
  if (status === StatusNotInteger) c.error(Errors.notInteger);
  else if (c.expirySign < 0) c.error('ERR invalid expire time, must be >= 0');
  else if (status < 0 || c.numbers[NumberA] > FIELD_EXPIRY_MAX_MS) c.error(invalidExpire(c.command.fullName));
  else return true;
  return false;
}

/**
 * The number of fields behind the word FIELDS at `i`, each of which is one argument, up to the command's
 * end; or -1 with the error replied.
 */
function readFields(c: Call, i: number, notPositive: string): number {
  if (i >= c.count || !c.is(i, FIELDS)) return refuse(c, NO_FIELDS);
  const fields = i + 1 < c.count ? c.integer(i + 1) : null;
  if (fields === null || fields < 1) return refuse(c, notPositive);
  return fields === c.count - i - 2 ? fields : refuse(c, FIELDS_MISMATCH);
}

function refuse(c: Call, error: string): -1 {
  c.error(error);
  return -1;
}

/** Ends a command that `event` is the event of, if it has changed times to live. */
function finish(c: Call, status: number, event = ''): void {
  if (status === StatusWrongType) return c.wrongType();
  if (event !== '') told(c, event);
}

function told(c: Call, event: string): void {
  const { affected } = c;
  if (affected === 0) return;
  c.countChanges(c.numbers[NumberA]);
  if ((affected & AffectedExpiry) !== 0) c.changed(1, EventClass.hash, event, 0);
  if ((affected & AffectedFields) === 0) return;
  c.changed(1, EventClass.hash, 'hdel', 0);
  c.removedIfEmpty(1);
}

// ---- EXPIRE and its relatives --------------------------------------------------------------------------

/** `unitMs`: unit of the argument; `relative`: 1 if it counts from now. */
function expire(c: Call, unitMs: number, relative: number): void {
  if (!isHashOrNone(c) || !readTime(c, 2, unitMs, relative)) return;
  const condition = readCondition(c, 3);
  const at = condition === 0 ? 3 : 4;
  const fields = readFields(c, at, NUM_FIELDS_POSITIVE);
  if (fields < 0) return;
  const status = c.store.expireHashFields(c.first + 1, c.first + at + 2, fields, condition);
  const chosen = c.numbers[NumberA];
  finish(c, status, 'hexpire');
  if (status < 0 || c.affected === 0 || !c.effects.isOn) return;
  if ((c.affected & AffectedFields) !== 0) return leaveErased(c, chosen);
  if (unitMs === 1 && relative === 0) c.effects.beginCopy(c, at + 2 + chosen);
  else c.effects.begin(c, EffectWord.HPEXPIREAT, at + 2 + chosen);
  c.effects.argument(c, 1);
  c.effects.expiry();
  c.effects.argument(c, 3, at - 2);
  c.effects.number(chosen);
  c.effects.chosen(chosen);
}

// "HDEL key field ..." of the fields that were chosen.
function leaveErased(c: Call, chosen: number): void {
  c.effects.begin(c, EffectWord.HDEL, 2 + chosen);
  c.effects.argument(c, 1);
  c.effects.chosen(chosen);
}

function readCondition(c: Call, i: number): number {
  if (c.is(i, NX)) return ExpireIfNone;
  if (c.is(i, XX)) return ExpireIfAny;
  if (c.is(i, GT)) return ExpireIfGreater;
  return c.is(i, LT) ? ExpireIfLess : 0;
}

/** `absolute`: 1 for the time of expiry, 0 for what is left until then. */
function tell(c: Call, unitMs: number, absolute: number): void {
  if (!isHashOrNone(c, 1)) return;
  const fields = readFields(c, 2, FIELDS_POSITIVE);
  if (fields < 0) return;
  finish(c, c.store.writeHashFieldExpiries(c.first + 1, c.first + 4, fields, unitMs, absolute));
}

function persist(c: Call): void {
  if (!isHashOrNone(c)) return;
  const fields = readFields(c, 2, FIELDS_POSITIVE);
  if (fields < 0) return;
  finish(c, c.store.persistHashFields(c.first + 1, c.first + 4, fields), 'hpersist');
}

// ---- reading and setting -------------------------------------------------------------------------------

function hgetdel(c: Call): void {
  if (!isHashOrNone(c)) return;
  const fields = readFields(c, 2, FIELDS_POSITIVE);
  if (fields < 0) return;
  finish(c, c.store.takeHashFields(c.first + 1, c.first + 4, fields), 'hdel');
  if (c.affected !== 0 && c.effects.isOn) leaveNamed(c, EffectWord.HDEL, 4);
}

// "WORD key argument ...", with the arguments from `from` on.
function leaveNamed(c: Call, word: number, from: number): void {
  c.effects.begin(c, word, 2 + c.count - from);
  c.effects.argument(c, 1);
  c.effects.argument(c, from, c.count - from);
}

/** Whether an argument is one of the options that set a time; the time is behind it. */
function isTimeOption(c: Call, i: number): boolean {
  return c.is(i, EX) || c.is(i, PX) || c.is(i, EXAT) || c.is(i, PXAT);
}

/** Reads the time behind such an option. */
function readOptionTime(c: Call, i: number): boolean {
  const unitMs = c.is(i, EX) || c.is(i, EXAT) ? SECOND_MS : 1;
  return readTime(c, i + 1, unitMs, c.is(i, EX) || c.is(i, PX) ? 1 : 0);
}

function hgetex(c: Call): void {
  if (!isHashOrNone(c)) return;
  let at = 2;
  let expiry: number = FieldExpiryKeep;
  if (c.is(at, PERSIST)) {
    expiry = FieldExpiryNone;
    at++;
  } else if (isTimeOption(c, at)) {
    expiry = FieldExpirySet;
    if (!readOptionTime(c, at)) return;
    at += 2;
  }
  if (at + 2 > c.count) return c.error(wrongArity(c.command.fullName));
  const fields = readFields(c, at, FIELDS_POSITIVE);
  if (fields < 0) return;
  const event = expiry === FieldExpiryNone ? 'hpersist' : 'hexpire';
  finish(c, c.store.getHashFieldsEx(c.first + 1, c.first + at + 2, fields, expiry), event);
  if (c.affected !== 0 && c.effects.isOn) leaveExpiries(c, at, expiry);
}

// What HGETEX has done to fields, those included that are not there.
function leaveExpiries(c: Call, at: number, expiry: number): void {
  if ((c.affected & AffectedFields) !== 0) return leaveNamed(c, EffectWord.HDEL, at + 2);
  if (expiry === FieldExpiryNone) return leaveNamed(c, EffectWord.HPERSIST, at);
  c.effects.begin(c, EffectWord.HPEXPIREAT, 3 + c.count - at);
  c.effects.argument(c, 1);
  c.effects.expiry();
  c.effects.argument(c, at, c.count - at);
}

const ONE_CONDITION = 'ERR Only one of FXX or FNX arguments can be specified';
const ONE_EXPIRY = 'ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified';

function hsetex(c: Call): void {
  let condition = 0;
  let timeAt = 0;
  let expiry: number = FieldExpiryNone;
  for (let i = 2; i < c.count; i++) {
    if (c.is(i, FIELDS)) return setFields(c, i, condition, expiry, timeAt);
    if (c.is(i, FNX) || c.is(i, FXX)) {
      if (condition !== 0) return c.error(ONE_CONDITION);
      condition = c.is(i, FNX) ? SetIfAbsent : SetIfPresent;
    } else if (c.is(i, KEEPTTL)) {
      if (expiry !== FieldExpiryNone) return c.error(ONE_EXPIRY);
      expiry = FieldExpiryKeep;
    } else if (isTimeOption(c, i)) {
      if (expiry !== FieldExpiryNone) return c.error(ONE_EXPIRY);
      if (i + 1 >= c.count) return c.error(wrongArity(c.command.fullName));
      timeAt = i;
      if (!readOptionTime(c, i++)) return;
      expiry = FieldExpirySet;
    } else return c.reply.errorBytes(`ERR unknown argument: ${c.quotedText(i)}`);
  }
  c.error(wrongArity(c.command.fullName));
}

// HSETEX from the word FIELDS on.
function setFields(c: Call, at: number, condition: number, expiry: number, timeAt: number): void {
  if (at + 3 >= c.count) return c.error(wrongArity(c.command.fullName));
  const fields = c.integer(at + 1);
  if (fields === null || fields < 1 || fields > INT32_MAX) return c.error('ERR invalid number of fields');
  if (fields * 2 !== c.count - at - 2) return c.error(wrongArity(c.command.fullName));
  const { database } = c.client;
  const isNew = c.isObserved && c.store.isThere(database, c.first + 1) === 0;
  const status = c.store.setHashFieldsEx(c.first + 1, c.first + at + 2, fields, condition, expiry);
  if (status === StatusWrongType) return c.wrongType();
  c.reply.integer(status);
  if (status !== 1) return;
  const { affected } = c;
  // Fields whose time has passed make a key that is gone at once.
  if (isNew && (affected & AffectedFields) !== 0) c.created(database, 1);
  c.changed(1, EventClass.hash, 'hset', fields);
  if (timeAt > 0 && c.effects.isOn) leaveSet(c, at, timeAt);
  if ((affected & AffectedExpiry) !== 0) c.notify(1, EventClass.hash, 'hexpire');
  if ((affected & AffectedFields) === 0) return;
  c.notify(1, EventClass.hash, 'hdel');
  c.removedIfEmpty(1);
}

// The time in full; or, if it has passed, that the fields are gone.
function leaveSet(c: Call, at: number, timeAt: number): void {
  const { effects } = c;
  if ((c.affected & AffectedFields) === 0) {
    effects.beginCopy(c, c.count);
    effects.argument(c, 1, timeAt - 1);
    effects.word(EffectWord.PXAT);
    effects.expiry();
    return effects.argument(c, timeAt + 2, c.count - timeAt - 2);
  }
  effects.several();
  for (let i = at + 2; i < c.count; i += 2) {
    effects.begin(c, EffectWord.HDEL, 3);
    effects.argument(c, 1);
    effects.argument(c, i);
  }
}

// ---- declarations --------------------------------------------------------------------------------------

const SETS: Pick<
  CommandDeclaration,
  'arity' | 'flags' | 'group' | 'keys' | 'since' | 'complexity' | 'reply'
> = {
  arity: -6,
  flags: ['write', 'fast'],
  group: 'hash',
  keys: [keyAt(1, 'RW', 'update')],
  since: '7.4.0',
  complexity: 'O(N) for N fields',
  reply: 'array',
};

const ASKS: typeof SETS = {
  ...SETS,
  arity: -5,
  flags: ['readonly', 'fast'],
  keys: [keyAt(1, 'RO', 'access')],
};

// Arguments that several of them have.
const CONDITION = '[condition(NX | XX | GT | LT)]';
const FIELD_LIST = 'FIELDS fields(numfields:integer field...)';
const TIMES =
  'EX seconds:integer | PX milliseconds:integer ' +
  '| EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time';

export const hashExpiration: readonly CommandDeclaration[] = [
  {
    ...SETS,
    name: 'hexpire',
    summary: 'Gives fields of a hash a time to live in seconds, under conditions on request',
    arguments: `key#0 seconds:integer ${CONDITION} ${FIELD_LIST}`,
    handler: (c) => expire(c, SECOND_MS, 1),
  },
  {
    ...SETS,
    name: 'hpexpire',
    summary: 'Gives fields of a hash a time to live in milliseconds, under conditions on request',
    arguments: `key#0 milliseconds:integer ${CONDITION} ${FIELD_LIST}`,
    handler: (c) => expire(c, 1, 1),
  },
  {
    ...SETS,
    name: 'hexpireat',
    summary: 'Lets fields of a hash expire at a Unix time in seconds, under conditions on request',
    arguments: `key#0 unix-time-seconds:unix-time ${CONDITION} ${FIELD_LIST}`,
    handler: (c) => expire(c, SECOND_MS, 0),
  },
  {
    ...SETS,
    name: 'hpexpireat',
    summary: 'Lets fields of a hash expire at a Unix time in milliseconds, under conditions on request',
    arguments: `key#0 unix-time-milliseconds:unix-time ${CONDITION} ${FIELD_LIST}`,
    handler: (c) => expire(c, 1, 0),
  },
  {
    ...ASKS,
    name: 'httl',
    tips: ['nondeterministic_output'],
    summary: 'Tells how many seconds fields of a hash have left to live',
    arguments: `key#0 ${FIELD_LIST}`,
    handler: (c) => tell(c, SECOND_MS, 0),
  },
  {
    ...ASKS,
    name: 'hpttl',
    tips: ['nondeterministic_output'],
    summary: 'Tells how many milliseconds fields of a hash have left to live',
    arguments: `key#0 ${FIELD_LIST}`,
    handler: (c) => tell(c, 1, 0),
  },
  {
    ...ASKS,
    name: 'hexpiretime',
    summary: 'Tells the Unix time in seconds at which fields of a hash expire',
    arguments: `key#0 ${FIELD_LIST}`,
    handler: (c) => tell(c, SECOND_MS, 1),
  },
  {
    ...ASKS,
    name: 'hpexpiretime',
    summary: 'Tells the Unix time in milliseconds at which fields of a hash expire',
    arguments: `key#0 ${FIELD_LIST}`,
    handler: (c) => tell(c, 1, 1),
  },
  {
    ...SETS,
    name: 'hpersist',
    arity: -5,
    summary: 'Lets fields of a hash live for ever',
    arguments: `key#0 ${FIELD_LIST}`,
    handler: persist,
  },
  {
    ...SETS,
    name: 'hgetdel',
    arity: -5,
    keys: [keyAt(1, 'RW', 'access', 'delete')],
    since: '8.0.0',
    summary: 'Reads fields of a hash and removes them',
    arguments: `key#0 ${FIELD_LIST}`,
    handler: hgetdel,
  },
  {
    ...SETS,
    name: 'hgetex',
    arity: -5,
    keys: [{ ...keyAt(1, 'RW', 'access', 'update'), notes: 'Its time to live may change' }],
    since: '8.0.0',
    summary: 'Reads fields of a hash and changes their times to live',
    arguments: `key#0 [expiration(${TIMES} | PERSIST)] ${FIELD_LIST}`,
    handler: hgetex,
  },
  {
    ...SETS,
    name: 'hsetex',
    flags: ['write', 'denyoom', 'fast'],
    since: '8.0.0',
    summary: 'Sets fields of a hash with a time to live, under conditions on request',
    arguments: `
      key#0 [condition(FNX | FXX)] [expiration(${TIMES} | KEEPTTL)]
      FIELDS fields(numfields:integer data(field value)...)`,
    reply: 'integer',
    handler: hsetex,
  },
];
