// LCS: the longest common subsequence of two strings, its length, or the ranges that match.
import { NumberA, StatusWrongType } from '../store/layout.js';
import type { Call } from './call.js';
import { word } from './call.js';
import { type CommandDeclaration, keysFrom } from './command.js';

const LEN = word('LEN');
const IDX = word('IDX');
const MINMATCHLEN = word('MINMATCHLEN');
const WITHMATCHLEN = word('WITHMATCHLEN');

/** Bytes that Redis takes for each pair of prefixes; its limit is kept, as it bounds the time as well. */
const CELL_BYTES = 4;
/** Beyond the length of any string. */
const SIZE_MIN_MAX = 2 ** 31 - 1;

/** The options that were last read. */
const options = { onlyLength: false, ranges: false, sizeMin: 0, withSizes: 0 };

function lcsOf(c: Call): void {
  const first = c.first + 1;
  if (c.store.lcsCells(first, first + 1) === StatusWrongType) {
    c.error('ERR The specified keys must contain string values');
    return;
  }
  const cells = c.numbers[NumberA];
  if (!readOptions(c)) return;
  if (cells * CELL_BYTES > c.server.config.protoMaxBulkLen) {
    c.error('ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len');
    return;
  }
  if (options.ranges) {
    c.reply.map(2);
    c.reply.bulk('matches');
    c.store.writeLcsMatches(first, first + 1, options.sizeMin, options.withSizes);
    c.reply.bulk('len');
    c.reply.integer(c.numbers[NumberA]);
  } else if (options.onlyLength) {
    c.store.writeLcsLength(first, first + 1);
  } else {
    c.store.writeLcs(first, first + 1);
  }
}

// False with the error replied.
function readOptions(c: Call): boolean {
  options.onlyLength = false;
  options.ranges = false;
  options.sizeMin = 0;
  options.withSizes = 0;
  for (let i = 3; i < c.count; i++) {
    if (c.is(i, IDX)) options.ranges = true;
    else if (c.is(i, LEN)) options.onlyLength = true;
    else if (c.is(i, WITHMATCHLEN)) options.withSizes = 1;
    else if (c.is(i, MINMATCHLEN) && i + 1 < c.count) {
      const size = c.integerOrError(++i);
      if (size === null) return false;
      options.sizeMin = Math.min(Math.max(size, 0), SIZE_MIN_MAX);
    } else {
      c.syntaxError();
      return false;
    }
  }
  if (!options.ranges || !options.onlyLength) return true;
  c.error('ERR If you want both the length and indexes, please just use IDX.');
  return false;
}

export const lcs: readonly CommandDeclaration[] = [
  {
    name: 'lcs',
    arity: -3,
    flags: ['readonly'],
    group: 'string',
    keys: [keysFrom(1, ['RO', 'access'], 1, 1)],
    since: '7.0.0',
    summary: 'Finds the longest common subsequence of two strings',
    complexity: 'O(N*M) for strings of N and M bytes, 64 pairs of bytes a step',
    arguments: 'key1#0 key2#0 [LEN] [IDX] [MINMATCHLEN min-match-len:integer] [WITHMATCHLEN]',
    reply: ['bulk', 'integer', 'map'],
    handler: lcsOf,
  },
];
