// The decimal lengths of RESP ("*3\r\n", "$11\r\n"), in the general form; the parser's fast path handles the short ones.

/** No CRLF yet: more bytes are needed. */
export const LENGTH_INCOMPLETE = -1;
/** Not an integer, or out of range. */
export const LENGTH_INVALID = -2;
/** More bytes than a line may have, without a CRLF. */
export const LENGTH_TOO_LONG = -3;
/** A valid, negative number. */
export const LENGTH_NEGATIVE = -4;

/** Longest line of a length, an inline command, in bytes. */
export const LINE_BYTES_MAX = 65536;
const CR = 13;
const MINUS = 45;
const ZERO = 48;
const DIGITS_MAX = 19;

/** Reads lengths; `next` is where the line after the last one read begins. */
export class LengthReader {
  next = 0;

  /** The number on the line at `at`, or one of LENGTH_... . Numbers above 2^53 are rounded. */
  read(bytes: Uint8Array, at: number, end: number): number {
    let q = at;
    // A zero byte hides the rest, as it does from a C string's search for the line's end.
    while (q < end && bytes[q] !== CR) q = bytes[q] === 0 ? end : q + 1;
    if (q >= end) return end - at > LINE_BYTES_MAX ? LENGTH_TOO_LONG : LENGTH_INCOMPLETE;
    if (q + 1 >= end) return LENGTH_INCOMPLETE;
    this.next = q + 2;
    return this.number(bytes, at, q);
  }

  // Only the canonical form counts: no sign but '-', no leading zero.
  private number(bytes: Uint8Array, from: number, to: number): number {
    const negative = bytes[from] === MINUS;
    const first = negative ? from + 1 : from;
    const digits = to - first;
    if (digits <= 0 || digits > DIGITS_MAX) return LENGTH_INVALID;
    if (digits === 1 && bytes[first] === ZERO) return negative ? LENGTH_INVALID : 0;
    if (bytes[first] === ZERO) return LENGTH_INVALID;
    let value = 0;
    for (let i = first; i < to; i++) {
      const digit = bytes[i] - ZERO;
      if (digit < 0 || digit > 9) return LENGTH_INVALID;
      value = value * 10 + digit;
    }
    return negative ? LENGTH_NEGATIVE : value;
  }
}
