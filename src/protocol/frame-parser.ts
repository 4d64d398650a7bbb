// FrameParser: phase one of a batch. It reads RESP requests from the input arena into the command table and the argument
// table, both typed arrays that C++ shares; nothing is allocated.
//
// A request is an array of bulk strings ("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n") or an inline line ("GET k\r\n"). What does not
// fit the common mould stops the parser in front of it, and the caller takes the frame by another way:
//   More      the frame at `consumed` is cut; it lacks at least `missing` bytes
//   Full      the chunk's tables are full; go on after executing it
//   Detached  a frame with more arguments than a chunk holds, or an inline one with quotes
//   Broken    a protocol error: `error` says which
import {
  ArgsChunk,
  ArgsMax,
  BigFrameBytes,
  CommandAt,
  CommandCount,
  CommandFirst,
  CommandId,
  CommandKey,
  CommandsMax,
  CommandWords,
} from '../store/layout.js';
import { FrameHead } from './frame-head.js';
import {
  LENGTH_INCOMPLETE,
  LENGTH_INVALID,
  LENGTH_NEGATIVE,
  LENGTH_TOO_LONG,
  LengthReader,
  LINE_BYTES_MAX,
} from './lengths.js';
import type { NameTable } from './name-table.js';

/** Why `parse` returned. */
export const Stop = { Done: 0, More: 1, Full: 2, Detached: 3, Broken: 4 } as const;

/** Most arguments that a frame may have in a chunk. */
const FRAME_ARGS_MAX = ArgsMax - ArgsChunk;
/** The least that an argument takes: "$0\r\n\r\n". */
const ARGUMENT_BYTES_MIN = 6;
/** Longest argument list that the protocol allows. */
export const MULTIBULK_MAX = 2 ** 31 - 1;

const STAR = 42;
const DOLLAR = 36;
const CR = 13;
const LF = 10;
const ZERO = 48;

/** Texts of protocol errors, behind "ERR Protocol error: ". */
export const ProtocolErrors = {
  multibulk: 'invalid multibulk length',
  bulk: 'invalid bulk length',
  multibulkLine: 'too big mbulk count string',
  bulkLine: 'too big bulk count string',
  inline: 'too big inline request',
  quotes: 'unbalanced quotes in request',
  earlyMultibulk: 'unauthenticated multibulk length',
  earlyBulk: 'unauthenticated bulk length',
} as const;

/** What a frame may have while its sender has not authenticated, so that strangers cannot have memory reserved. */
export const EARLY_ARGUMENTS_MAX = 10;
export const EARLY_BULK_MAX = 16384;

/** What the parser must know of each command: the index of its first key (0: none), by command number. */
export type KeyIndexes = Int32Array;

/** Whether an ASCII byte is white space: what is skipped in front of an inline argument. */
export function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

/** Whether a byte ends an inline argument that is not quoted: vertical tabs and form feeds do not. */
export function endsArgument(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

export class FrameParser {
  /** Commands and arguments in the chunk. */
  commandCount = 0;
  argumentCount = 0;
  /** Where the first frame that was not taken begins. */
  consumed = 0;
  /** Bytes of the cut frame's current argument that are still to come, at least 1. */
  missing = 0;
  /** Whether the cut frame lacks so much that it should get a buffer of its own. */
  isLarge = false;
  error = '';
  /** Longest bulk string that is accepted (proto-max-bulk-len), bytes. */
  bulkMax = 512 * 1024 * 1024;
  /** Whether frames are limited, since their sender has to authenticate first. */
  isLimited = false;
  /** Whether lines and frames with nothing in them are broken: clients may send them, but no log has them. */
  refusesEmpty = false;
  /** Where `parse` began. */
  private entry = 0;
  private readonly lengths = new LengthReader();
  private readonly head: FrameHead;

  constructor(
    private readonly input: Uint8Array,
    private readonly args: Int32Array,
    private readonly commands: Int32Array,
    private readonly names: NameTable,
    private readonly keyIndexes: KeyIndexes,
  ) {
    this.head = new FrameHead(input);
  }

  /** Begins a new chunk. */
  reset(): void {
    this.commandCount = 0;
    this.argumentCount = 0;
  }

  /** Reads the frames of `input[at .. end)` into the chunk; returns why it stopped (Stop). */
  parse(at: number, end: number): number {
    const input = this.input;
    this.entry = at;
    for (;;) {
      this.consumed = at;
      if (at >= end) return Stop.Done;
      if (this.commandCount === CommandsMax || this.argumentCount > ArgsChunk) return Stop.Full;
      const stop = input[at] === STAR ? this.parseArray(at, end) : this.parseInline(at, end);
      if (stop !== Stop.Done) return stop;
      at = this.consumed;
    }
  }

  // One array of bulk strings; on Done, `consumed` is behind it.
  private parseArray(at: number, end: number): number {
    const { head } = this;
    if (head.matches(at, end) && !(this.isLimited && head.count > EARLY_ARGUMENTS_MAX)) {
      const word = 2 * this.argumentCount;
      this.args[word] = at + head.nameOffset;
      this.args[word + 1] = head.nameLength;
      return this.parseArguments(at, end, at + head.size, head.count, 1);
    }
    const { input } = this;
    let q = at + 4;
    let count = input[at + 1] - ZERO;
    if (q > end || input[at + 2] !== CR || count < 1 || count > 9) {
      count = this.lengths.read(input, at + 1, end);
      if (count < 0) return this.refuseCount(count, end - at);
      if (count > MULTIBULK_MAX) return this.broken(ProtocolErrors.multibulk);
      q = this.lengths.next;
      if (count === 0) return this.skipEmpty(q);
      if (this.isLimited && count > EARLY_ARGUMENTS_MAX) return this.limited(ProtocolErrors.earlyMultibulk);
      if (count > FRAME_ARGS_MAX) return Stop.Detached;
    }
    return this.parseArguments(at, end, q, count, 0);
  }

  // The arguments from number `known` on, the next of which begins at `q`.
  private parseArguments(at: number, end: number, q: number, count: number, known: number): number {
    const { input, args } = this;
    const first = this.argumentCount;
    let word = 2 * (first + known);
    for (let left = count - known; left > 0; left--) {
      let length = input[q + 1] - ZERO;
      const second = input[q + 2];
      if (q + 5 <= end && input[q] === DOLLAR && length >= 0 && length <= 9 && second === CR) {
        q += 4;
      } else if (
        q + 5 <= end &&
        input[q] === DOLLAR &&
        length > 0 &&
        length <= 9 &&
        second >= ZERO &&
        second <= 57 &&
        input[q + 3] === CR
      ) {
        length = length * 10 + second - ZERO;
        q += 5;
      } else {
        length = this.readBulkLength(q, end);
        if (length < 0) return this.refuseBulk(length, q, left);
        if (this.isLimited && length > EARLY_BULK_MAX) return this.limited(ProtocolErrors.earlyBulk);
        q = this.lengths.next;
      }
      if (q + length + 2 > end) return this.more(q + length + 2 - end, left - 1);
      args[word] = q;
      args[word + 1] = length;
      word += 2;
      q += length + 2;
    }
    if (known === 0) {
      const id = this.names.find(input, args[2 * first], args[2 * first + 1]);
      this.head.remember(at, args[2 * first], args[2 * first + 1], count, id);
      this.addCommand(at, first, count, id);
    } else {
      this.addCommand(at, first, count, this.head.id);
    }
    this.consumed = q;
    return Stop.Done;
  }

  private addCommand(at: number, first: number, count: number, id: number): void {
    const { commands } = this;
    const row = this.commandCount * CommandWords;
    const keyIndex = id < 0 ? 0 : this.keyIndexes[id];
    commands[row + CommandFirst] = first;
    commands[row + CommandCount] = count;
    commands[row + CommandId] = id;
    commands[row + CommandKey] = keyIndex > 0 && keyIndex < count ? first + keyIndex : -1;
    commands[row + CommandAt] = at;
    this.commandCount++;
    this.argumentCount = first + count;
  }

  // A length, or LENGTH_... ; a missing '$' is left for refuseBulk to see.
  private readBulkLength(q: number, end: number): number {
    if (q >= end) return LENGTH_INCOMPLETE;
    // The line is looked for from its first byte on, which may itself be its end.
    const isBulk = this.input[q] === DOLLAR;
    const length = this.lengths.read(this.input, isBulk ? q + 1 : q, end);
    if (length === LENGTH_INCOMPLETE || length === LENGTH_TOO_LONG) return length;
    return isBulk && length <= this.bulkMax ? length : LENGTH_INVALID;
  }

  private refuseCount(status: number, available: number): number {
    if (status === LENGTH_INCOMPLETE) return this.more(1, 0);
    if (status === LENGTH_TOO_LONG && available > LINE_BYTES_MAX)
      return this.broken(ProtocolErrors.multibulkLine);
    if (status === LENGTH_NEGATIVE) return this.skipEmpty(this.lengths.next);
    return this.broken(ProtocolErrors.multibulk);
  }

  private refuseBulk(status: number, q: number, left: number): number {
    if (status === LENGTH_INCOMPLETE) return this.more(1, left);
    if (status === LENGTH_TOO_LONG) return this.broken(ProtocolErrors.bulkLine);
    if (this.input[q] !== DOLLAR) return this.broken(expectedDollar(this.input[q]));
    if (status === LENGTH_INVALID || status === LENGTH_NEGATIVE) return this.broken(ProtocolErrors.bulk);
    throw new Error(`unknown status of a length: ${status}`);
  }

  private parseInline(at: number, end: number): number {
    const { input, args } = this;
    let newline = at;
    let quoted = false;
    for (; newline < end; newline++) {
      const byte = input[newline];
      if (byte === LF) break;
      // A zero byte hides the rest of the line, as it does from a C string's search.
      if (byte === 0) newline = end;
      if (byte === 34 || byte === 39) quoted = true;
    }
    if (newline >= end)
      return end - at > LINE_BYTES_MAX ? this.broken(ProtocolErrors.inline) : this.more(1, 0);
    if (quoted) return Stop.Detached;
    const first = this.argumentCount;
    let count = 0;
    for (let q = at; q < newline;) {
      while (q < newline && isSpace(input[q])) q++;
      const from = q;
      while (q < newline && !endsArgument(input[q])) q++;
      if (q === from) break;
      args[2 * (first + count)] = from;
      args[2 * (first + count) + 1] = q - from;
      count++;
    }
    if (count === 0) return this.skipEmpty(newline + 1);
    this.addCommand(at, first, count, this.names.find(input, args[2 * first], args[2 * first + 1]));
    return this.skip(newline + 1);
  }

  private skipEmpty(to: number): number {
    return this.refusesEmpty ? this.broken(ProtocolErrors.multibulk) : this.skip(to);
  }

  private skip(to: number): number {
    this.consumed = to;
    return Stop.Done;
  }

  private more(missing: number, argumentsLeft: number): number {
    this.missing = missing;
    this.isLarge = missing + argumentsLeft * ARGUMENT_BYTES_MIN >= BigFrameBytes;
    return Stop.More;
  }

  // A frame that only who has authenticated may send. What stands before it may do that, so it is executed first.
  private limited(error: string): number {
    return this.consumed > this.entry ? Stop.Full : this.broken(error);
  }

  private broken(error: string): number {
    this.error = error;
    return Stop.Broken;
  }
}

/** The error for an argument that does not begin with '$'. */
export function expectedDollar(byte: number): string {
  return `expected '$', got '${String.fromCharCode(byte)}'`;
}
