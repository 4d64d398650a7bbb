/**
 * Commands as the test tables write them, and as the wire carries them.
 *
 * A table line is quoted as redis-cli quotes: words are separated by blanks; inside double quotes `\n \r \t
 * \a \b \" \\` and `\xHH` are escapes, inside single quotes only `\'` is. So a table can hold any byte and
 * stay readable.
 */

/** What a test may give as one argument; numbers and bigints are written in decimal. */
export type Argument = string | number | bigint | Uint8Array;

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, a: 7, b: 8 };

interface Word {
  bytes: readonly number[] | Uint8Array;
  next: number;
}

/** Splits a table line into its arguments. Throws when a quote stays open: a mistake in the table. */
export function parseCommandLine(line: string): Buffer[] {
  const source = Buffer.from(line, 'utf8');
  const words: Buffer[] = [];
  let at = 0;
  while (at < source.length) {
    if (isBlank(source[at])) {
      at++;
      continue;
    }
    const word = readWord(source, at, line);
    words.push(Buffer.from(word.bytes));
    at = word.next;
  }
  return words;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function readWord(source: Buffer, start: number, line: string): Word {
  const quote = source[start];
  if (quote === 0x22) return readDoubleQuoted(source, start + 1, line);
  if (quote === 0x27) return readSingleQuoted(source, start + 1, line);
  let at = start;
  while (at < source.length && !isBlank(source[at])) at++;
  return { bytes: source.subarray(start, at), next: at };
}

function readDoubleQuoted(source: Buffer, start: number, line: string): Word {
  const bytes: number[] = [];
  for (let at = start; at < source.length; at++) {
    const byte = source[at];
    if (byte === 0x22) return { bytes, next: at + 1 };
    if (byte !== 0x5c) {
      bytes.push(byte);
      continue;
    }
    at++;
    const escaped = String.fromCharCode(source[at] ?? 0);
    if (escaped === 'x') {
      bytes.push(Number.parseInt(source.toString('latin1', at + 1, at + 3), 16));
      at += 2;
    } else {
      bytes.push(ESCAPES[escaped] ?? escaped.charCodeAt(0));
    }
  }
  throw new Error(`unbalanced double quote in table line: ${line}`);
}

function readSingleQuoted(source: Buffer, start: number, line: string): Word {
  const bytes: number[] = [];
  for (let at = start; at < source.length; at++) {
    const byte = source[at];
    if (byte === 0x27) return { bytes, next: at + 1 };
    if (byte === 0x5c && source[at + 1] === 0x27) at++;
    bytes.push(source[at]);
  }
  throw new Error(`unbalanced single quote in table line: ${line}`);
}

/** The bytes of one argument. */
export function toBytes(argument: Argument): Buffer {
  if (typeof argument === 'string') return Buffer.from(argument, 'utf8');
  if (argument instanceof Uint8Array) return Buffer.from(argument);
  return Buffer.from(String(argument), 'latin1');
}

/** A command in RESP: an array of bulk strings. Linear in its size. */
export function encodeCommand(args: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from(`*${args.length}\r\n`)];
  const end = Buffer.from('\r\n');
  for (const arg of args) parts.push(Buffer.from(`$${arg.length}\r\n`), arg, end);
  return Buffer.concat(parts);
}
