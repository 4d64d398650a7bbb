// The count of random elements that SRANDMEMBER, HRANDFIELD and ZRANDMEMBER take.
import type { Call, Word } from './call.js';
import { word } from './call.js';
import { Errors } from './errors.js';

/** The integer that has no opposite. */
const LEAST_INTEGER = word('-9223372036854775808');

/** Reads the count in argument 2 into the integer register; false with the error replied. */
export function readRandomCount(c: Call): boolean {
  if (c.integerOrError(2) === null) return false;
  if (!c.is(2, LEAST_INTEGER)) return true;
  c.error(Errors.countRange);
  return false;
}

/**
 * A command that takes a key, perhaps a count, perhaps `option` for pairs; `write` is the store's operation. Without a
 * count it replies with one element, no array.
 */
export function randomPairs(
  option: Word,
  write: (c: Call, single: number, pairs: number) => number,
): (c: Call) => void {
  return (c) => {
    if (c.count === 2) return c.finishRead(write(c, 1, 0));
    if (!readRandomCount(c)) return;
    if (c.count > 4 || (c.count === 4 && !c.is(3, option))) return c.syntaxError();
    c.finishRead(write(c, 0, c.count - 3), Errors.range);
  };
}
