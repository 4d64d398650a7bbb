// Bitmaps: strings as arrays of bits (SETBIT, BITCOUNT, …) and of integers of any width (BITFIELD).
import {
  BitAnd,
  BitNot,
  BitOr,
  BitXor,
  OverflowFail,
  OverflowSaturate,
  OverflowWrap,
  StatusInvalid,
  StatusNotInteger,
  StatusWrongType,
} from '../store/layout.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, keyAt, keysFrom } from './command.js';
import { Errors } from './errors.js';

const BYTE = word('BYTE');
const BIT = word('BIT');
const AND = word('AND');
const OR = word('OR');
const XOR = word('XOR');
const NOT = word('NOT');
const GET = word('GET');
const SET = word('SET');
const INCRBY = word('INCRBY');
const OVERFLOW = word('OVERFLOW');
const WRAP = word('WRAP');
const SAT = word('SAT');
const FAIL = word('FAIL');

const OFFSET_ERROR = 'ERR bit offset is not an integer or out of range';
const BYTE_BITS = 8;
/** The store's lengths are int32, and a field may end 8 bytes behind the last offset. */
const STRING_BYTES_MAX = 2 ** 31 - 16;

/** Length, in bytes, that every offset must lie within. */
function lengthMax(c: Call): number {
  return Math.min(c.server.config.protoMaxBulkLen, STRING_BYTES_MAX);
}

// ---- single bits ------------------------------------------------------------------------------------------

function setbit(c: Call): void {
  const old = c.store.setBit(c.first + 1, c.first + 2, c.first + 3, lengthMax(c));
  if (old >= 0) {
    if (c.affected !== 0) c.changed(1, EventClass.string, 'setbit');
    c.reply.integer(old);
  } else if (old === StatusWrongType) c.wrongType();
  else if (old === StatusInvalid) c.error(OFFSET_ERROR);
  else c.error('ERR bit is not an integer or out of range');
}

function getbit(c: Call): void {
  const bit = c.store.getBit(c.first + 1, c.first + 2, lengthMax(c));
  if (bit >= 0) c.reply.integer(bit);
  else if (bit === StatusWrongType) c.wrongType();
  else c.error(OFFSET_ERROR);
}

// ---- ranges -----------------------------------------------------------------------------------------------

/** Bits of the unit that a range is given in; 0: the word is none. Bytes if there is no such argument. */
function unitBits(c: Call, i: number): number {
  if (i >= c.count || c.is(i, BYTE)) return BYTE_BITS;
  return c.is(i, BIT) ? 1 : 0;
}

function finishRange(c: Call, status: number): void {
  if (status === StatusNotInteger) c.error(Errors.notInteger);
  else c.finishRead(status);
}

function bitcount(c: Call): void {
  if (c.count === 3 || c.count > 5) {
    c.syntaxError();
    return;
  }
  const unit = unitBits(c, 4);
  if (unit === 0) {
    // Wrong numbers are complained of before a wrong unit.
    if (c.integerOrError(2) !== null && c.integerOrError(3) !== null) c.syntaxError();
    return;
  }
  const start = c.count > 2 ? c.first + 2 : -1;
  finishRange(c, c.store.countBits(c.first + 1, start, c.first + 3, unit));
}

function bitpos(c: Call): void {
  const bit = c.integerOrError(2);
  if (bit === null) return;
  if (bit !== 0 && bit !== 1) {
    c.error('ERR The bit argument must be 1 or 0.');
    return;
  }
  if (c.count > 6) {
    c.syntaxError();
    return;
  }
  const unit = unitBits(c, 5);
  if (unit === 0) {
    // A wrong start is complained of before a wrong unit, a wrong end behind it.
    if (c.integerOrError(3) !== null) c.syntaxError();
    return;
  }
  const start = c.count > 3 ? c.first + 3 : -1;
  const end = c.count > 4 ? c.first + 4 : -1;
  finishRange(c, c.store.findBit(c.first + 1, bit, start, end, unit));
}

// ---- combining --------------------------------------------------------------------------------------------

/** Bit..., or -1. */
function operationOf(c: Call, i: number): number {
  if (c.is(i, AND)) return BitAnd;
  if (c.is(i, OR)) return BitOr;
  if (c.is(i, XOR)) return BitXor;
  return c.is(i, NOT) ? BitNot : -1;
}

function bitop(c: Call): void {
  const operation = operationOf(c, 1);
  if (operation < 0) {
    c.syntaxError();
    return;
  }
  if (operation === BitNot && c.count !== 4) {
    c.error('ERR BITOP NOT must be called with a single source key.');
    return;
  }
  const length = c.store.combineBits(operation, c.first + 2, c.first + 3, c.count - 3);
  if (length === StatusWrongType) return c.wrongType();
  c.stored(2, length, EventClass.string, 'set');
  c.reply.integer(length);
}

// ---- fields -----------------------------------------------------------------------------------------------

/** Arguments of an operation that reads, and of one that writes; its word included. */
const READ_WORDS = 3;
const WRITE_WORDS = 4;
const SIGNED_BITS_MAX = 64;
const UNSIGNED_BITS_MAX = 63;

/** What the operations of the BITFIELD that was last checked come to: `bytes` 0 if none of them writes. */
const plan = { operations: 0, bytes: 0 };

function bitfield(c: Call, readOnly: boolean): void {
  if (!checkFields(c)) return;
  if (readOnly && plan.bytes > 0) {
    c.error('ERR BITFIELD_RO only supports the GET subcommand');
    return;
  }
  const grown = c.store.growString(c.first + 1, plan.bytes);
  if (grown === StatusWrongType) {
    c.wrongType();
    return;
  }
  c.reply.array(plan.operations);
  const changes = executeFields(c, grown === 1);
  if (changes > 0) c.changed(1, EventClass.string, 'setbit', changes);
  else if (grown === 1) {
    c.appeared(1);
    // What was only made long enough is no change to Redis, but must come back as it is.
    if (c.effects.isOn) c.effects.verbatim(c);
  }
}

// Nothing is executed unless all of it is in order. False with the error replied.
function checkFields(c: Call): boolean {
  plan.operations = 0;
  plan.bytes = 0;
  const limit = lengthMax(c);
  for (let i = 2; i < c.count;) {
    if (c.is(i, OVERFLOW) && i + 1 < c.count) {
      if (overflowOf(c, i + 1) < 0) return fail(c, 'ERR Invalid OVERFLOW type specified');
      i += 2;
      continue;
    }
    const words = wordsOf(c, i);
    if (words === 0 || i + words > c.count) return fail(c, Errors.syntax);
    const width = widthOf(c, i + 1);
    if (width === 0) return fail(c, WIDTH_ERROR);
    const value = words === WRITE_WORDS ? c.first + i + 3 : -1;
    const bytes = c.store.checkField(width, c.first + i + 2, value, limit);
    if (bytes < 0) return fail(c, bytes === StatusInvalid ? OFFSET_ERROR : Errors.notInteger);
    if (words === WRITE_WORDS && bytes > plan.bytes) plan.bytes = bytes;
    plan.operations++;
    i += words;
  }
  return true;
}

const WIDTH_ERROR =
  'ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.';

function fail(c: Call, error: string): false {
  c.error(error);
  return false;
}

// How many operations changed something: a value, or the length of a string that something was written to.
function executeFields(c: Call, grown: boolean): number {
  const { store, first } = c;
  let changes = 0;
  let overflow: number = OverflowWrap;
  for (let i = 2; i < c.count;) {
    if (c.is(i, OVERFLOW)) {
      overflow = overflowOf(c, i + 1);
      i += 2;
      continue;
    }
    const at = first + i;
    const width = widthOf(c, i + 1);
    let written = 0;
    if (c.is(i, GET)) store.getField(first + 1, width, at + 2);
    else if (c.is(i, SET)) written = store.setField(first + 1, width, at + 2, at + 3, overflow);
    else written = store.incrementField(first + 1, width, at + 2, at + 3, overflow);
    if (written === 2 || (written === 1 && grown)) changes++;
    i += wordsOf(c, i);
  }
  return changes;
}

/** How many arguments an operation has with its word; 0: it is none. */
function wordsOf(c: Call, i: number): number {
  if (c.is(i, GET)) return READ_WORDS;
  return c.is(i, SET) || c.is(i, INCRBY) ? WRITE_WORDS : 0;
}

/** Overflow..., or -1. */
function overflowOf(c: Call, i: number): number {
  if (c.is(i, WRAP)) return OverflowWrap;
  if (c.is(i, SAT)) return OverflowSaturate;
  return c.is(i, FAIL) ? OverflowFail : -1;
}

/** The width that an argument names ("u8", "i16"), negative for a signed one; 0: it names none. */
function widthOf(c: Call, i: number): number {
  const { bytes } = c;
  const at = c.args[2 * (c.first + i)];
  const end = at + c.size(i);
  if (at === end || (bytes[at] !== LETTER_I && bytes[at] !== LETTER_U)) return 0;
  let bits = 0;
  // The number is a C string: it ends with a zero byte, if there is one.
  for (let k = at + 1; k < end && bytes[k] !== 0; k++) {
    const digit = bytes[k] - DIGIT_0;
    if (digit < 0 || digit > 9 || (digit === 0 && bits === 0)) return 0;
    bits = bits * 10 + digit;
    if (bits > SIGNED_BITS_MAX) return 0;
  }
  if (bytes[at] === LETTER_I) return -bits;
  return bits <= UNSIGNED_BITS_MAX ? bits : 0;
}

const LETTER_I = 105;
const LETTER_U = 117;
const DIGIT_0 = 48;

// ---- declarations -----------------------------------------------------------------------------------------

const READ = keyAt(1, 'RO', 'access');

export const bitmaps: readonly CommandDeclaration[] = [
  {
    name: 'setbit',
    arity: 4,
    flags: ['write', 'denyoom'],
    group: 'bitmap',
    keys: [keyAt(1, 'RW', 'access', 'update')],
    since: '2.2.0',
    summary: 'Sets or clears one bit of a string, making it longer as needed',
    complexity: 'O(1), and zeros where the string was shorter',
    arguments: 'key#0 offset:integer value:integer',
    reply: 'integer',
    handler: setbit,
  },
  {
    name: 'getbit',
    arity: 3,
    flags: ['readonly', 'fast'],
    group: 'bitmap',
    keys: [READ],
    since: '2.2.0',
    summary: 'Reads one bit of a string',
    complexity: 'O(1)',
    arguments: 'key#0 offset:integer',
    reply: 'integer',
    handler: getbit,
  },
  {
    name: 'bitcount',
    arity: -2,
    flags: ['readonly'],
    group: 'bitmap',
    keys: [READ],
    since: '2.6.0',
    summary: 'Counts the one bits of a string, or of a part of it',
    complexity: 'O(N) for N bytes',
    arguments: 'key#0 [range(start:integer end:integer [unit@7.0.0(BYTE | BIT)])]',
    history: { '7.0.0': 'BYTE and BIT' },
    reply: 'integer',
    handler: bitcount,
  },
  {
    name: 'bitpos',
    arity: -3,
    flags: ['readonly'],
    group: 'bitmap',
    keys: [READ],
    since: '2.8.7',
    summary: 'Finds the first bit of a string, or of a part of it, that is one or zero',
    complexity: 'O(N) for N bytes',
    arguments: `
      key#0 bit:integer [range(start:integer [end-unit-block(end:integer [unit@7.0.0(BYTE | BIT)])])]`,
    history: { '7.0.0': 'BYTE and BIT' },
    reply: 'integer',
    handler: bitpos,
  },
  {
    name: 'bitop',
    arity: -4,
    flags: ['write', 'denyoom'],
    group: 'bitmap',
    keys: [keyAt(2, 'OW', 'update'), keysFrom(3, ['RO', 'access'])],
    since: '2.6.0',
    summary: 'Combines strings bit by bit and stores the result',
    complexity: 'O(N) for N bytes of all strings',
    arguments: 'operation(AND | OR | XOR | NOT) destkey#0 key#1...',
    reply: 'integer',
    handler: bitop,
  },
  {
    name: 'bitfield',
    arity: -2,
    flags: ['write', 'denyoom'],
    group: 'bitmap',
    keys: [
      {
        ...keyAt(1, 'RW', 'access', 'update', 'variable_flags'),
        notes: 'It is read, written or both, as the operations say',
      },
    ],
    since: '3.2.0',
    summary: 'Reads, sets and increments integers of any width anywhere in a string',
    complexity: 'O(1) for each operation',
    arguments: `
      key#0
      [operation(
        GET get-block(encoding offset:integer)
        | write(
          [OVERFLOW overflow-block(WRAP | SAT | FAIL)]
          write-operation(
            SET set-block(encoding offset:integer value:integer)
            | INCRBY incrby-block(encoding offset:integer increment:integer))))...]`,
    reply: 'array',
    handler: (c) => bitfield(c, false),
  },
  {
    name: 'bitfield_ro',
    arity: -2,
    flags: ['readonly', 'fast'],
    group: 'bitmap',
    keys: [READ],
    since: '6.0.0',
    summary: 'Reads integers of any width anywhere in a string',
    complexity: 'O(1) for each operation',
    arguments: 'key#0 [GET... get-block(encoding offset:integer)...]',
    reply: 'array',
    handler: (c) => bitfield(c, true),
  },
];
