/**
 * Cases: folders of append-only files with something wrong, each made by one number.
 *
 *   corpus ─► frames of one or two logs ─► commands inserted, removed, repeated, renamed ─► lengths and counts damaged
 *          ─► bytes damaged, the end cut ─► a manifest, as it should be or damaged, with a snapshot before the log or none
 *
 * Most damage is done to frames rather than to bytes: a byte that is changed at random mostly ends reading at once, while
 * a frame that is whole but wrong is executed, together with all that stands behind it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { anyText, type Grammar, randomCommand } from './commands.js';
import { Random } from './random.js';

export interface FuzzFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Case {
  /** Within the folder of append-only files, the manifest as well. */
  readonly files: readonly FuzzFile[];
  /** The setting aof-load-truncated. */
  readonly cutsTail: boolean;
}

export const MANIFEST = 'appendonly.aof.manifest';
export const BASE = 'appendonly.aof.1.base.rdb';
const INCREMENT = 'appendonly.aof.1.incr.aof';
const FRAMES_MAX = 40;
const LARGE_BYTES = 1_100_000;
const COUNTS: readonly string[] = [
  ...'0 1 2 3 -1 -2 00 03 +3 1024 65536 1048576 1048577 2147483647 2147483648 4294967295 4294967299'.split(
    ' ',
  ),
  ...'9223372036854775807 18446744073709551619 99999999999999999999999 3.0 0x3'.split(' '),
  '',
  ' 3',
  '3 ',
];
const ENDS: readonly string[] = ['\r\n', '\r\n', '\r\n', '\n', '\r', '', '\r\r\n', ' \r\n'];
const BORDERS: readonly number[] = [
  0, 1, 9, 10, 13, 32, 34, 35, 36, 39, 42, 45, 48, 57, 58, 64, 92, 127, 128, 255,
];

/** A frame as its words, or what stands between frames as it is. */
type Piece = readonly string[] | string;

/** What cases are made of. */
export class Corpus {
  readonly logs: readonly (readonly Piece[])[];
  readonly snapshots: readonly Buffer[];

  constructor(
    folder: string,
    readonly grammars: readonly Grammar[],
  ) {
    const names = readdirSync(folder).sort();
    const read = (name: string): Buffer => readFileSync(path.join(folder, name));
    this.logs = names.filter((name) => name.endsWith('.aof')).map((name) => piecesOf(read(name)));
    this.snapshots = names.filter((name) => name.endsWith('.rdb')).map(read);
  }
}

// Takes a log of the corpus, which is sound, apart.
function piecesOf(log: Buffer): Piece[] {
  const text = log.toString('latin1');
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length;) {
    const lineEnd = text.indexOf('\n', at) + 1;
    if (text[at] !== '*') {
      pieces.push(text.slice(at, lineEnd));
      at = lineEnd;
      continue;
    }
    const words: string[] = [];
    let count = Number(text.slice(at + 1, lineEnd - 2));
    for (at = lineEnd; count > 0; count--) {
      const begin = text.indexOf('\n', at) + 1;
      const length = Number(text.slice(at + 1, begin - 2));
      words.push(text.slice(begin, begin + length));
      at = begin + length + 2;
    }
    pieces.push(words);
  }
  return pieces;
}

function frame(words: readonly string[]): string {
  const parts = words.map((word) => `$${String(word.length)}\r\n${word}\r\n`);
  return `*${String(words.length)}\r\n${parts.join('')}`;
}

// A frame in which a count, a length or an end of a line is not what it should be.
function damagedFrame(words: readonly string[], random: Random): string {
  const wrong = random.below(words.length + 1);
  const kind = random.below(3);
  const number = (right: number, i: number): string =>
    i !== wrong || kind === 2
      ? String(right)
      : kind === 0
        ? random.of(COUNTS)
        : String(right + random.below(5) - 2);
  const end = (i: number): string => (i === wrong && kind === 2 ? random.of(ENDS) : '\r\n');
  const head = `*${number(words.length, 0)}${end(0)}`;
  const parts = words.map((word, i) => `$${number(word.length, i + 1)}${end(i + 1)}${word}\r\n`);
  return head + parts.join('');
}

function notes(random: Random): string {
  return random.of([
    '#TS:1700000000\r\n',
    '#TS:99999999999999999999\r\n',
    '#\r\n',
    '#"x\n',
    '#TS:',
    `#${'x'.repeat(300)}\r\n`,
  ]);
}

// Damages the commands: what is executed is whole, but not what was logged.
function changePieces(pieces: Piece[], corpus: Corpus, random: Random): void {
  const at = random.below(pieces.length + 1);
  const piece = pieces[at];
  switch (random.below(9)) {
    case 0:
    case 1:
    case 2:
      pieces.splice(at, random.below(2), randomCommand(corpus.grammars, random));
      return;
    case 3:
      if (Array.isArray(piece))
        pieces[at] = [random.of(corpus.grammars).name[0], ...(piece as readonly string[]).slice(1)];
      return;
    case 4:
      if (Array.isArray(piece) && piece.length > 1) {
        const words = [...(piece as readonly string[])];
        words[1 + random.below(words.length - 1)] = anyText(random);
        pieces[at] = words;
      }
      return;
    case 5:
      pieces.splice(at, 1 + random.below(3));
      return;
    case 6:
      if (piece !== undefined)
        for (let i = random.below(3); i >= 0; i--) pieces.splice(random.below(pieces.length), 0, piece);
      return;
    case 7:
      pieces.splice(at, 0, [random.of(['MULTI', 'EXEC', 'DISCARD', 'multi', 'exec'])]);
      return;
    default:
      pieces.splice(at, 0, notes(random));
  }
}

/** Changes some bytes: sets, flips, copies, removes and inserts them, with a liking for those that mean something. */
export function damagedBytes(given: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(given);
  for (let i = 1 + random.below(random.oneIn(4) ? 10 : 3); i > 0 && bytes.length > 0; i--) {
    const at = random.below(bytes.length);
    const length = 1 + random.below(random.oneIn(8) ? 64 : 3);
    switch (random.below(6)) {
      case 0:
        bytes[at] = random.below(256);
        break;
      case 1:
        bytes[at] = random.of(BORDERS);
        break;
      case 2:
        bytes[at] ^= 1 << random.below(8);
        break;
      case 3:
        bytes[at] += random.oneIn(2) ? 1 : -1;
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      default: {
        const from = random.below(bytes.length);
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          bytes.subarray(from, from + length),
          bytes.subarray(at),
        ]);
      }
    }
  }
  return bytes;
}

function somePieces(log: readonly Piece[], random: Random): Piece[] {
  const from = random.oneIn(2) ? 0 : random.below(log.length);
  return log.slice(from, from + 1 + random.below(FRAMES_MAX));
}

function makeLog(corpus: Corpus, random: Random): Buffer {
  const pieces = somePieces(random.of(corpus.logs), random);
  if (random.oneIn(3)) pieces.push(...somePieces(random.of(corpus.logs), random));
  for (let i = random.below(7); i > 0; i--) changePieces(pieces, corpus, random);
  if (random.oneIn(2000)) {
    // Longer than what is read at a time, and than a reply that is kept in one piece.
    const large = [
      ['SET', 'large', 'x'.repeat(LARGE_BYTES)],
      ['GETDEL', 'large'],
    ];
    pieces.splice(random.below(pieces.length + 1), 0, ...large);
  }
  const wrong = random.oneIn(6) ? random.below(pieces.length + 1) : -1;
  const texts = pieces.map((piece, i) => {
    if (typeof piece === 'string') return piece;
    return i === wrong ? damagedFrame(piece, random) : frame(piece);
  });
  let bytes: Buffer = Buffer.from(texts.join(''), 'latin1');
  if (random.oneIn(8)) bytes = damagedBytes(bytes, random);
  if (random.oneIn(6)) bytes = bytes.subarray(0, random.below(bytes.length + 1));
  return bytes;
}

function line(name: string, sequence: number | string, type: string): string {
  return `file ${name} seq ${String(sequence)} type ${type}\n`;
}

// A line with something odd, that may be right all the same.
function oddLine(random: Random): string {
  const name = random.of([
    INCREMENT,
    BASE,
    `"${INCREMENT}"`,
    `'${BASE}'`,
    '"\\x61ppendonly.aof.1.incr.aof"',
    'missing.aof',
    '""',
    '"',
    '..',
    '"../x"',
    'a/b',
    '"a\\x00b"',
    '"a\\nb"',
    'x'.repeat(300),
    'x'.repeat(1100),
    MANIFEST,
    '\xc3\x28',
  ]);
  const sequence = random.of([
    '1',
    '2',
    '3',
    '0',
    '-1',
    '01',
    '1x',
    '999999999999999',
    '9999999999999999',
    '18446744073709551616',
    '',
  ]);
  const type = random.of(['i', 'i', 'i', 'b', 'h', 'I', 'x', '', 'constructor', '__proto__', 'toString']);
  switch (random.below(6)) {
    case 0:
      return `seq ${sequence} type ${type} file ${name}\n`;
    case 1:
      return `FILE ${name}  SEQ\t${sequence} TYPE ${type}\n`;
    case 2:
      return `file ${name} seq ${sequence} type ${type} more x\r\n`;
    case 3:
      return random.of([
        '# a note\n',
        '\n',
        '   \n',
        '#\n',
        'file\n',
        `file ${name} seq\n`,
        '\0\n',
        'type type type type type type\n',
      ]);
    default:
      return line(name, sequence, type);
  }
}

function makeManifest(names: readonly FuzzFile[], random: Random): Buffer {
  const lines = names.map(({ name }, i) => (name === BASE ? line(name, 1, 'b') : line(name, i + 1, 'i')));
  if (!random.oneIn(6)) return Buffer.from(lines.join(''));
  for (let i = random.below(4); i > 0; i--)
    lines.splice(random.below(lines.length + 1), random.below(2), oddLine(random));
  if (random.oneIn(20))
    for (let i = 2; i < 400; i++) lines.push(line(INCREMENT, i, random.oneIn(3) ? 'h' : 'i'));
  const bytes = Buffer.from(lines.join(''), 'latin1');
  if (random.oneIn(3)) return damagedBytes(bytes, random);
  return random.oneIn(6) ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes;
}

/** The case of a seed. O(its bytes) */
export function makeCase(corpus: Corpus, seed: number): Case {
  const random = new Random(seed);
  const files: FuzzFile[] = [];
  if (random.oneIn(5)) {
    const snapshot = random.of(corpus.snapshots);
    const tail = random.oneIn(4) ? makeLog(corpus, random) : Buffer.alloc(0);
    const bytes = random.oneIn(3) ? damagedBytes(snapshot, random) : snapshot;
    files.push({ name: BASE, bytes: Buffer.concat([bytes, tail]) });
  }
  const count = random.oneIn(8) ? 1 + random.below(3) : 1;
  for (let i = 1; i <= count; i++)
    files.push({ name: `appendonly.aof.${String(i)}.incr.aof`, bytes: makeLog(corpus, random) });
  const manifest = { name: MANIFEST, bytes: makeManifest(files, random) };
  return { files: [...files, manifest], cutsTail: !random.oneIn(8) };
}
