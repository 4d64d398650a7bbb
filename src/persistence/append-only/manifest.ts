/**
 * The manifest of append-only files: which files there are, and in which order they are read.
 *
 *   file appendonly.aof.2.base.rdb seq 2 type b      the base: all data at one instant; at most one
 *   file appendonly.aof.3.incr.aof seq 3 type i      an increment: what was executed since; in ascending order
 *   file appendonly.aof.1.base.rdb seq 1 type h      history: superseded, to be deleted
 *
 * The format is that of Redis 7. A value of this class never changes: each step gives a new one, which counts only when
 * it is on the disk.
 *
 * Cost: O(files) for everything.
 */
import { quoteArgument, splitArguments } from '../../config/index.js';

/** Larger files are no manifests: thousands of files would be named. */
export const MANIFEST_BYTES_MAX = 16 * 1024 * 1024;
/** Longest line, bytes, without its end. */
const LINE_MAX = 1022;
const WORDS_MIN = 6;
const ORDER: Readonly<Record<FileType, number>> = { b: 0, h: 1, i: 2 };

export type FileType = 'b' | 'h' | 'i';

export interface LogFile {
  /** Within the folder of the manifest. */
  readonly name: string;
  readonly sequence: number;
}

/** What is wrong with a manifest, with the line. */
export class ManifestError extends Error {}

interface Line extends LogFile {
  readonly type: FileType;
}

function isType(text: string): text is FileType {
  return text in ORDER;
}

// One line; a text says what is wrong with it.
function readLine(text: string): Line | string {
  if (Buffer.byteLength(text) > LINE_MAX) return 'the line is too long';
  const words = splitArguments(text);
  if (words === undefined || words.length < WORDS_MIN || words.length % 2 !== 0)
    return 'a line is "file <name> seq <number> type <b|h|i>"';
  let name = '';
  let sequence = 0;
  let type = '';
  for (let i = 0; i < words.length; i += 2) {
    const word = words[i].toLowerCase();
    if (word === 'file') name = words[i + 1];
    else if (word === 'seq') sequence = /^\d{1,15}$/.test(words[i + 1]) ? Number(words[i + 1]) : 0;
    else if (word === 'type') type = words[i + 1];
  }
  if (name === '' || sequence === 0) return 'the name of a file, or its number (1 or more), is missing';
  if (/[/\\]/.test(name) || name === '.' || name === '..')
    return 'the name of a file must not lead to another folder';
  if (name.includes('\0')) return 'the name of a file must not have a byte of zero';
  return isType(type) ? { name, sequence, type } : `no file is of type "${type}"`;
}

function lineOf({ name, sequence }: LogFile, type: FileType): string {
  const word = /^[!-~]+$/.test(name) && !/["'\\]/.test(name) ? name : quoteArgument(name);
  return `file ${word} seq ${String(sequence)} type ${type}\n`;
}

export class Manifest {
  private constructor(
    readonly base: LogFile | null,
    readonly increments: readonly LogFile[],
    readonly history: readonly LogFile[],
    /** The highest numbers ever given out. */
    private readonly baseSequence: number,
    private readonly incrementSequence: number,
  ) {}

  static readonly empty = new Manifest(null, [], [], 0, 0);

  /** Reads a manifest's text. Throws a ManifestError that names the line which is wrong. */
  static parse(text: string): Manifest {
    const lines = text.split('\n');
    const fail = (i: number, reason: string): never => {
      throw new ManifestError(`at line ${String(i + 1)}: ${reason}\n>>> '${lines[i]}'`);
    };
    if (lines.at(-1) !== '') fail(lines.length - 1, 'the line does not end');
    const files: Line[] = [];
    let base: Line | null = null;
    let last = 0;
    for (let i = 0; i < lines.length - 1; i++) {
      if (lines[i].startsWith('#')) continue;
      const line = readLine(lines[i]);
      if (typeof line === 'string') return fail(i, line);
      if (line.type === 'b') {
        if (base !== null) fail(i, 'there is a second base');
        base = line;
      } else if (line.type === 'i') {
        if (line.sequence <= last) fail(i, 'the numbers of increments must ascend');
        last = line.sequence;
      }
      files.push(line);
    }
    if (files.length === 0) throw new ManifestError('it names no file');
    const of = (type: FileType): LogFile[] =>
      files.filter((line) => line.type === type).map(({ name, sequence }) => ({ name, sequence }));
    return new Manifest(of('b')[0] ?? null, of('i'), of('h'), base?.sequence ?? 0, last);
  }

  /** Its text. */
  format(): string {
    const lines = [
      ...(this.base === null ? [] : [lineOf(this.base, 'b')]),
      ...this.history.map((file) => lineOf(file, 'h')),
      ...this.increments.map((file) => lineOf(file, 'i')),
    ];
    return lines.join('');
  }

  /** Base and increments, in the order in which they are read. */
  get files(): readonly LogFile[] {
    return this.base === null ? this.increments : [this.base, ...this.increments];
  }

  /** What a next base would be called. `prefix`: the setting appendfilename. */
  nextBase(prefix: string, isSnapshot: boolean): LogFile {
    const sequence = this.baseSequence + 1;
    return { name: `${prefix}.${String(sequence)}.base.${isSnapshot ? 'rdb' : 'aof'}`, sequence };
  }

  /** What a next increment would be called. */
  nextIncrement(prefix: string): LogFile {
    const sequence = this.incrementSequence + 1;
    return { name: `${prefix}.${String(sequence)}.incr.aof`, sequence };
  }

  withIncrement(file: LogFile): Manifest {
    const { base, increments, history, baseSequence } = this;
    return new Manifest(base, [...increments, file], history, baseSequence, file.sequence);
  }

  /** With a base that holds all that is in the files before increment `since`: those become history. */
  withBase(base: LogFile, since: number): Manifest {
    const superseded = this.increments.filter(({ sequence }) => sequence < since);
    const kept = this.increments.filter(({ sequence }) => sequence >= since);
    const history = [...this.history, ...(this.base === null ? [] : [this.base]), ...superseded];
    return new Manifest(base, kept, history, base.sequence, this.incrementSequence);
  }

  withoutHistory(): Manifest {
    return new Manifest(this.base, this.increments, [], this.baseSequence, this.incrementSequence);
  }
}
