// The scan of one file of commands (an AOF, or the part of one behind its snapshot): up to where it is whole.
//
//   #TS:1700000000\r\n                      an annotation: a line; this one tells from when on what follows was written
//   *2\r\n $6\r\nSELECT\r\n $1\r\n0\r\n      a command: an array of bulk strings
//   *1\r\n $5\r\nMULTI\r\n ... EXEC          a transaction, which counts as a whole or not at all
//
// 1. `okUpTo` is always the end of a whole command outside of a transaction, of a whole transaction, or of an
//    annotation: cutting the file there leaves what can be loaded.
// 2. Values are skipped, not read: memory is that of the window, whatever lengths the file claims, and each length is
//    checked against what is left of the file.
//
// Cost: O(commands and their arguments), and reading the file.
import { FileWindow } from './file-window.js';

const CR = 13;
const LF = 10;
const ZERO = 48;
const ASTERISK = 42;
const DOLLAR = 36;
const HASH = 35;
/** Longest line that opens an array or a string, with its end. */
const HEAD_MAX = 128;
/** Longest annotation, with its end. */
const ANNOTATION_MAX = 1023;
const MULTI = 'multi';
const EXEC = 'exec';
/** Lengths with more digits are no lengths. */
const DIGITS_MAX = 15;
/** Commands between two looks at the time. */
const PROGRESS_COMMANDS = 4096;

/** What a scan found. Offsets in bytes. */
export interface AofScan {
  readonly size: number;
  /** Behind the last thing that is whole. */
  readonly okUpTo: number;
  /** The line of the file at that place, where the line breaks of the protocol count alone. From 1. */
  readonly okUpToLine: number;
  /** Whole commands before it. */
  readonly commands: number;
  /** What keeps the rest from being whole. */
  readonly problem: { readonly offset: number; readonly reason: string } | null;
  /** Where what was written after the wanted time begins; null: nowhere before the problem or the end. */
  readonly newerFrom: number | null;
}

export interface AofScanOptions {
  /** Offset at which the commands begin. */
  readonly from?: number;
  /** Unix time, seconds: the scan ends at the first annotation of a later one. */
  readonly untilTimestamp?: number;
  /** Called now and then with the offset reached and the size. */
  readonly onProgress?: (offset: number, size: number) => void;
  /** Size of the buffer, bytes; at least 2048. */
  readonly bufferBytes?: number;
}

/** Thrown when an annotation says no time although the file is to be cut at one. */
export class BadTimestampError extends Error {}

class Scanner {
  okUpTo: number;
  okUpToLine = 1;
  commands = 0;
  problem: { offset: number; reason: string } | null = null;
  newerFrom: number | null = null;
  private line = 1;
  private commandsRead = 0;
  private isInTransaction = false;

  constructor(
    private readonly file: FileWindow,
    private readonly options: AofScanOptions,
  ) {
    this.okUpTo = options.from ?? 0;
    file.skip(this.okUpTo);
  }

  run(): void {
    const { file } = this;
    let untilProgress = PROGRESS_COMMANDS;
    while (file.fill(1) > 0) {
      if (!this.readItem()) return;
      if (!this.isInTransaction) this.settle();
      if (--untilProgress > 0) continue;
      untilProgress = PROGRESS_COMMANDS;
      this.options.onProgress?.(file.position, file.size);
    }
    if (this.isInTransaction) this.fail('the file ends within a transaction: MULTI without its EXEC');
  }

  private settle(): void {
    this.okUpTo = this.file.position;
    this.okUpToLine = this.line;
    this.commands = this.commandsRead;
  }

  // Always false, so that it can be returned.
  private fail(reason: string, offset = this.file.position): false {
    this.problem = { offset, reason };
    return false;
  }

  private readItem(): boolean {
    const { file } = this;
    const kind = file.bytes[file.at];
    if (kind === HASH) return this.readAnnotation();
    if (kind === ASTERISK) return this.readCommand();
    return this.fail(`a command begins with "*", but here is ${describeByte(kind)}`);
  }

  private readAnnotation(): boolean {
    const { file } = this;
    const there = Math.min(file.fill(ANNOTATION_MAX), ANNOTATION_MAX);
    const end = file.bytes.subarray(file.at, file.at + there).indexOf(LF);
    if (end < 0) {
      return this.fail(
        there < ANNOTATION_MAX
          ? 'the file ends within an annotation (a line that begins with "#")'
          : `an annotation (a line that begins with "#") is longer than ${ANNOTATION_MAX} bytes`,
      );
    }
    if (this.isNewer(file.bytes.toString('latin1', file.at, file.at + end))) {
      this.newerFrom = this.okUpTo;
      return false;
    }
    file.skip(end + 1);
    this.line++;
    return true;
  }

  private isNewer(annotation: string): boolean {
    const { untilTimestamp } = this.options;
    if (untilTimestamp === undefined || !annotation.startsWith('#TS:')) return false;
    const [, digits] = /^#TS:(\d+)\r$/.exec(annotation) ?? [];
    if (digits === undefined)
      throw new BadTimestampError(`the annotation at offset ${this.file.position} says no time`);
    return Number(digits) > untilTimestamp;
  }

  private readCommand(): boolean {
    const { file } = this;
    const start = file.position;
    const count = this.readHead(ASTERISK);
    if (count < 0) return false;
    if (count === 0) return this.fail('a command has no arguments, not even its name', start);
    for (let i = 0; i < count; i++) {
      const length = this.readHead(DOLLAR);
      if (length < 0) return false;
      if (length + 2 > file.left)
        return this.fail(
          `the file ends within a command: ${length} bytes and the end of the line should follow, ` +
            `but only ${file.left} bytes are left`,
        );
      if (i === 0 && !this.followTransaction(start, length)) return false;
      if (!this.readValue(length)) return false;
    }
    this.commandsRead++;
    return true;
  }

  // The number behind `*` or `$`; -1 with the problem noted.
  private readHead(prefix: number): number {
    const { file } = this;
    const there = Math.min(file.fill(HEAD_MAX), HEAD_MAX);
    const { bytes, at } = file;
    if (there > 0 && bytes[at] !== prefix) {
      this.fail(`"${String.fromCharCode(prefix)}" should be here, but is ${describeByte(bytes[at])}`);
      return -1;
    }
    let value = 0;
    let i = 1;
    for (; i < there; i++) {
      const digit = bytes[at + i] - ZERO;
      if (digit < 0 || digit > 9 || i > DIGITS_MAX) break;
      value = 10 * value + digit;
    }
    if (i > 1 && i + 1 < there && bytes[at + i] === CR && bytes[at + i + 1] === LF) {
      file.skip(i + 2);
      this.line++;
      return value;
    }
    const isCut = there < HEAD_MAX && (i >= there || (bytes[at + i] === CR && i + 1 >= there));
    this.fail(isCut ? 'the file ends within a command' : 'a number and the end of the line should be here');
    return -1;
  }

  private readValue(length: number): boolean {
    const { file } = this;
    file.skip(length);
    file.fill(2);
    if (file.bytes[file.at] !== CR || file.bytes[file.at + 1] !== LF)
      return this.fail(`${length} bytes of an argument should end with a line's end here`);
    file.skip(2);
    this.line++;
    return true;
  }

  // Looks at a command's name, which is next.
  private followTransaction(start: number, length: number): boolean {
    if (length !== MULTI.length && length !== EXEC.length) return true;
    const { file } = this;
    file.fill(length);
    if (length === MULTI.length && hasWord(file, MULTI)) {
      if (this.isInTransaction) return this.fail('MULTI within a transaction', start);
      this.isInTransaction = true;
    } else if (length === EXEC.length && hasWord(file, EXEC)) {
      if (!this.isInTransaction) return this.fail('EXEC without MULTI', start);
      this.isInTransaction = false;
    }
    return true;
  }
}

// Whether the next bytes are a word of small letters, in any case.
function hasWord({ bytes, at }: FileWindow, word: string): boolean {
  for (let i = 0; i < word.length; i++) if ((bytes[at + i] | 32) !== word.charCodeAt(i)) return false;
  return true;
}

function describeByte(byte: number): string {
  const isPrintable = byte > 32 && byte < 127;
  return isPrintable ? `"${String.fromCharCode(byte)}"` : `a byte ${byte}`;
}

/**
 * Scans the commands of a file. Throws the system's error when it cannot be read, BadTimestampError when an annotation
 * that should tell a time does not. O(bytes that are not values)
 */
export function scanAof(path: string, options: AofScanOptions = {}): AofScan {
  const file = new FileWindow(path, options.bufferBytes);
  try {
    const scanner = new Scanner(file, options);
    scanner.run();
    const { okUpTo, okUpToLine, commands, problem, newerFrom } = scanner;
    return { size: file.size, okUpTo, okUpToLine, commands, problem, newerFrom };
  } finally {
    file.close();
  }
}
