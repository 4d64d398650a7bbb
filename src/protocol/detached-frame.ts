// Frames outside the chunk: requests too large for the input arena, with more arguments than a chunk holds, or inline
// with quotes. They are read into an argument list of their own, resumably, and executed one at a time through the same
// dispatch. Rare, so allocation is allowed here.
import { LENGTH_INCOMPLETE, LENGTH_NEGATIVE, LENGTH_TOO_LONG, LengthReader } from './lengths.js';
import {
  EARLY_ARGUMENTS_MAX,
  EARLY_BULK_MAX,
  endsArgument,
  expectedDollar,
  isSpace,
  MULTIBULK_MAX,
  ProtocolErrors,
  Stop,
} from './frame-parser.js';

const STAR = 42;
const DOLLAR = 36;
const LF = 10;
const CR = 13;

/** Reads one frame, over several calls if its bytes come in pieces. Offsets are relative to the frame's beginning. */
export class DetachedFrame {
  /** (offset, length) pairs; the first `count` are set when `read` is done. */
  args = new Int32Array(64);
  /** Number of arguments; 0: an empty frame. */
  count = 0;
  /** Behind the frame, when `read` is done. */
  end = 0;
  /** Bytes of its current argument that are still to come, at least 1, when `read` wants more. */
  missing = 0;
  error = '';
  private expected = -1;
  private at = 0;
  private readonly lengths = new LengthReader();

  /** `isLimited`: the sender has to authenticate first. */
  constructor(
    private readonly bulkMax: number,
    private readonly isLimited = false,
  ) {}

  /** Goes on with `bytes[0 .. size)`; Stop.Done, Stop.More or Stop.Broken. */
  read(bytes: Uint8Array, size: number): number {
    if (this.expected < 0) {
      if (bytes[0] !== STAR) throw new Error('a detached frame begins with its count');
      const count = this.lengths.read(bytes, 1, size);
      if (count === LENGTH_INCOMPLETE) return this.more(1);
      if (count === LENGTH_TOO_LONG) return this.broken(ProtocolErrors.multibulkLine);
      if (count === LENGTH_NEGATIVE) this.expected = 0;
      else if (count < 0 || count > MULTIBULK_MAX) return this.broken(ProtocolErrors.multibulk);
      else if (this.isLimited && count > EARLY_ARGUMENTS_MAX)
        return this.broken(ProtocolErrors.earlyMultibulk);
      else this.expected = count;
      this.at = this.lengths.next;
    }
    while (this.count < this.expected) {
      const stop = this.readArgument(bytes, size);
      if (stop !== Stop.Done) return stop;
    }
    this.end = this.at;
    return Stop.Done;
  }

  private readArgument(bytes: Uint8Array, size: number): number {
    if (this.at >= size) return this.more(1);
    const isBulk = bytes[this.at] === DOLLAR;
    const length = this.lengths.read(bytes, isBulk ? this.at + 1 : this.at, size);
    if (length === LENGTH_INCOMPLETE) return this.more(1);
    if (length === LENGTH_TOO_LONG) return this.broken(ProtocolErrors.bulkLine);
    if (!isBulk) return this.broken(expectedDollar(bytes[this.at]));
    if (length < 0 || length > this.bulkMax) return this.broken(ProtocolErrors.bulk);
    if (this.isLimited && length > EARLY_BULK_MAX) return this.broken(ProtocolErrors.earlyBulk);
    const from = this.lengths.next;
    const behind = from + length + 2;
    if (behind > size) return this.more(behind - size);
    this.add(from, length);
    this.at = behind;
    return Stop.Done;
  }

  private add(from: number, length: number): void {
    if (2 * this.count >= this.args.length) {
      const larger = new Int32Array(this.args.length * 2);
      larger.set(this.args);
      this.args = larger;
    }
    this.args[2 * this.count] = from;
    this.args[2 * this.count + 1] = length;
    this.count++;
  }

  private more(missing: number): number {
    this.missing = missing;
    return Stop.More;
  }

  private broken(error: string): number {
    this.error = error;
    return Stop.Broken;
  }
}

/** The arguments of one list, laid end to end in `bytes`. */
export interface ArgumentList {
  bytes: Uint8Array;
  args: Int32Array;
  count: number;
}

/** Lays arguments out as a frame: for whatever makes commands itself. */
export function layOut(values: readonly Uint8Array[]): ArgumentList {
  const bytes = new Uint8Array(values.reduce((sum, value) => sum + value.length, 0));
  const args = new Int32Array(Math.max(2, values.length * 2));
  let at = 0;
  values.forEach((value, i) => {
    bytes.set(value, at);
    args[2 * i] = at;
    args[2 * i + 1] = value.length;
    at += value.length;
  });
  return { bytes, args, count: values.length };
}

/** The inline line at `bytes[at ..)`, which has a line feed: where the next one begins, and its arguments. */
export function readInline(bytes: Uint8Array, at: number): { next: number; list: ArgumentList | null } {
  const newline = bytes.indexOf(LF, at);
  const end = newline > at && bytes[newline - 1] === CR ? newline - 1 : newline;
  const values = splitQuoted(bytes.subarray(at, end));
  return { next: newline + 1, list: values === null ? null : layOut(values) };
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, a: 7 };

/**
 * Splits a line into arguments at white space. "..." may contain \n \r \t \b \a \xHH and \c for any other c; '...' only
 * \'. A closing quote must be followed by white space or the end. Null: the quotes do not balance.
 */
export function splitQuoted(line: Uint8Array): Uint8Array[] | null {
  const values: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && isSpace(line[at])) at++;
    if (at >= line.length) return values;
    const value: number[] = [];
    at = readToken(line, at, value);
    if (at < 0) return null;
    values.push(Uint8Array.from(value));
  }
}

// One token into `value`; where it ends, or -1 when a quote is not closed.
function readToken(line: Uint8Array, at: number, value: number[]): number {
  while (at < line.length && !endsArgument(line[at])) {
    const byte = line[at];
    if (byte === 34 || byte === 39) {
      at = byte === 34 ? readDoubleQuoted(line, at + 1, value) : readSingleQuoted(line, at + 1, value);
      if (at < 0 || (at < line.length && !isSpace(line[at]))) return -1;
      return at;
    }
    value.push(byte);
    at++;
  }
  return at;
}

function readDoubleQuoted(line: Uint8Array, at: number, value: number[]): number {
  for (; at < line.length; at++) {
    const byte = line[at];
    if (byte === 34) return at + 1;
    if (byte !== 92 || at + 1 >= line.length) {
      value.push(byte);
      continue;
    }
    const hex = Buffer.from(line.subarray(at + 1, at + 4)).toString('latin1');
    if (/^x[0-9a-fA-F]{2}$/.test(hex)) {
      value.push(parseInt(hex.slice(1), 16));
      at += 3;
    } else {
      value.push(ESCAPES[hex[0]] ?? line[at + 1]);
      at += 1;
    }
  }
  return -1;
}

function readSingleQuoted(line: Uint8Array, at: number, value: number[]): number {
  for (; at < line.length; at++) {
    if (line[at] === 39) return at + 1;
    if (line[at] === 92 && line[at + 1] === 39) at++;
    value.push(line[at]);
  }
  return -1;
}
