/**
 * How a line of redis.conf falls into arguments, and how an argument is quoted back.
 *
 * Arguments are separated by white space. Double quotes hold escapes (`\n \r \t \b \a \\ \" \xHH`), single quotes
 * hold only `\'`; a closing quote ends its argument. A line is text in UTF-8 and the escapes `\xHH` name its bytes,
 * so the work is done on bytes, held one per character ("binary" strings).
 *
 * Cost: linear in the line.
 */

import { bytesOf, textOf } from './byte-text.js';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };
const UNESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\x07': '\\a',
  '\\': '\\\\',
  '"': '\\"',
};

function isSpace(char: string | undefined): boolean {
  return char === ' ' || (char !== undefined && char >= '\t' && char <= '\r');
}

/** Reads one line from left to right; each method leaves `at` behind what it read. */
class LineReader {
  at = 0;

  constructor(readonly bytes: string) {}

  /** Skips white space; true while something follows it. */
  more(): boolean {
    while (isSpace(this.bytes[this.at])) this.at++;
    return this.at < this.bytes.length;
  }

  /** The next argument, or undefined if a quote stays open or is followed by more than white space. */
  argument(): string | undefined {
    let out = '';
    while (this.at < this.bytes.length && !isSpace(this.bytes[this.at])) {
      const char = this.bytes[this.at++] ?? '';
      if (char !== '"' && char !== "'") {
        out += char;
        continue;
      }
      const quoted = this.#quoted(char);
      return quoted === undefined ? undefined : out + quoted;
    }
    return out;
  }

  /** The rest of a quoted argument, after its opening quote. */
  #quoted(quote: string): string | undefined {
    let out = '';
    while (this.at < this.bytes.length) {
      const char = this.bytes[this.at++] ?? '';
      if (char === quote) {
        return this.at === this.bytes.length || isSpace(this.bytes[this.at]) ? out : undefined;
      }
      out += char === '\\' ? this.#escape(quote) : char;
    }
    return undefined;
  }

  /** What a backslash and that which follows stand for. */
  #escape(quote: string): string {
    const next = this.bytes[this.at];
    if (quote === "'") {
      if (next !== "'") return '\\';
      this.at++;
      return "'";
    }
    if (next === undefined) return '\\';
    const hex = /^x([0-9a-f]{2})/i.exec(this.bytes.slice(this.at, this.at + 3))?.[1];
    this.at += hex === undefined ? 1 : 3;
    return hex === undefined ? (ESCAPES[next] ?? next) : String.fromCharCode(Number.parseInt(hex, 16));
  }
}

/** The arguments of a line, or undefined if its quotes are unbalanced. Linear in the line. */
export function splitArguments(line: string): string[] | undefined {
  const reader = new LineReader(bytesOf(line).toString('latin1'));
  const found: string[] = [];
  while (reader.more()) {
    const argument = reader.argument();
    if (argument === undefined) return undefined;
    found.push(textOf(Buffer.from(argument, 'latin1')));
  }
  return found;
}

/** `text` in double quotes, with escapes, so that `splitArguments` gives it back. Linear in the text. */
export function quoteArgument(text: string): string {
  let out = '"';
  for (const byte of bytesOf(text)) {
    const char = String.fromCharCode(byte);
    const printable = byte >= 0x20 && byte < 0x7f;
    out += UNESCAPES[char] ?? (printable ? char : `\\x${byte.toString(16).padStart(2, '0')}`);
  }
  return out + '"';
}
