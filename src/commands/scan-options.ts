// What SCAN, HSCAN, SSCAN and ZSCAN have in common: a cursor, then MATCH, COUNT and a word of their own.
import { encode } from '../protocol/reply-writer.js';
import { NumberA, StatusNoKey } from '../store/layout.js';
import type { Call, Word } from './call.js';
import { word } from './call.js';
import { Errors } from './errors.js';

const MATCH = word('MATCH');
const ANYTHING = word('*');
const COUNT = word('COUNT');
/** HSCAN's own. */
export const NOVALUES = word('NOVALUES');

const SCAN_COUNT = 10;
/** Digits of which every number is a cursor of the store: below 2^48. */
const PLAIN_CURSOR_DIGITS = 14;

const INT32_MAX = 2 ** 31 - 1;

/** Options of a scan, as read last. One object serves all calls. */
interface ScanOptions {
  count: number;
  /** Argument of the pattern for the store, -1: none, or one that stands for everything. */
  pattern: number;
  /** Index of the extra word's value, or of the word itself if it has none; -1: not given. */
  extra: number;
}

const options: ScanOptions = { count: SCAN_COUNT, pattern: -1, extra: -1 };

/** The cursor in argument `at`; null with the error replied. */
function readCursorOrError(c: Call, at: number): number | null {
  const cursor = readCursor(c, at);
  if (cursor >= 0) return cursor;
  c.error('ERR invalid cursor');
  return null;
}

/** SCAN: the cursor goes into numbers[A]; null with the error replied. `extra` is a further option with a value. */
export function readScan(c: Call, extra: Word): ScanOptions | null {
  const cursor = readCursorOrError(c, 1);
  return cursor === null ? null : readOptions(c, cursor, 2, extra);
}

const NOTHING = encode('*2\r\n$1\r\n0\r\n*0\r\n');

/**
 * A scan of the collection in argument 1: likewise, but null as well when the key is absent or of another type than
 * `type`, with the reply written; options matter only after that. `extraFlag` is a further option without a value.
 */
export function readCollectionScan(c: Call, type: number, extraFlag?: Word): ScanOptions | null {
  const cursor = readCursorOrError(c, 2);
  if (cursor === null) return null;
  const found = c.store.typeOf(c.first + 1, 1);
  if (found === type) return readOptions(c, cursor, 3, undefined, extraFlag);
  if (found === StatusNoKey) c.reply.short(NOTHING);
  else c.wrongType();
  return null;
}

function readOptions(
  c: Call,
  cursor: number,
  from: number,
  extra?: Word,
  extraFlag?: Word,
): ScanOptions | null {
  options.count = SCAN_COUNT;
  options.pattern = options.extra = -1;
  for (let i = from; i < c.count; i++) {
    if (extraFlag !== undefined && c.is(i, extraFlag)) {
      options.extra = i;
      continue;
    }
    if (c.is(i, NOVALUES)) {
      c.error(Errors.noValues);
      return null;
    }
    if (!readPair(c, i, extra)) return null;
    i++;
  }
  c.numbers[NumberA] = cursor;
  return options;
}

function readPair(c: Call, i: number, extra: Word | undefined): boolean {
  const isPair = i + 1 < c.count;
  if (isPair && c.is(i, COUNT)) {
    const given = c.integerOrError(i + 1);
    if (given === null) return false;
    options.count = Math.min(given, INT32_MAX);
    if (given >= 1) return true;
  } else if (isPair && c.is(i, MATCH)) {
    // Not merely a pattern that all texts match: as Redis matches, an empty text does not.
    options.pattern = c.is(i + 1, ANYTHING) ? -1 : c.first + i + 1;
    return true;
  } else if (isPair && extra !== undefined && c.is(i, extra)) {
    options.extra = i + 1;
    return true;
  }
  c.syntaxError();
  return false;
}

/** A cursor for the store, or -1. */
function readCursor(c: Call, i: number): number {
  const size = c.size(i);
  if (size === 0 || size > PLAIN_CURSOR_DIGITS) return readOddCursor(c.text(i));
  const at = c.args[2 * (c.first + i)];
  let cursor = 0;
  for (let k = at; k < at + size; k++) {
    const digit = c.bytes[k] - 48;
    if (digit < 0 || digit > 9) return readOddCursor(c.text(i));
    cursor = cursor * 10 + digit;
  }
  return cursor;
}

const CURSOR_BITS = 48;

// What C's strtoul takes, up to a zero byte and without white space before it: nothing is 0, a sign is fine,
// and 64 bits are the limit. Of those the store uses the lower ones.
function readOddCursor(text: string): number {
  const shown = text.split('\0', 1)[0];
  if (shown === '') return 0;
  if (!/^[+-]?[0-9]+$/.test(shown)) return -1;
  const magnitude = BigInt(shown.replace(/^[+-]/, ''));
  if (magnitude !== BigInt.asUintN(64, magnitude)) return -1;
  return Number(BigInt.asUintN(CURSOR_BITS, shown.startsWith('-') ? -magnitude : magnitude));
}
