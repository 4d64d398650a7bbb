// ReplyWriter: what TypeScript writes into the reply arena: statuses, integers, errors, headers, and texts of its own.
// Stored data is written by the store (see native.ts), at the same cursor.
//
// Before each command there are ReplyHeadroom bytes free, so the small replies below do not ask for room; `bulk`, `raw`
// and the headers do, since a reply may hold any number of them.
import { Protocol, ReplyBytes, ReplyCursor, ReplyHeadroom, ReplyTo, ReplyToFrom } from '../store/layout.js';
import type { NativeStore } from '../store/native.js';

const CR = 13;
const LF = 10;
const SPACE = 32;
const MINUS = 45;
const ASCII_MAX = 127;
const BYTE_MAX = 255;
/** A longer error is written as any text is. */
const ERROR_MAX = 512;
/** Where a reply must leave the arena before more is written. */
export const REPLY_LIMIT = ReplyBytes - 2 * ReplyHeadroom;
const INT32_MAX = 2 ** 31 - 1;
const RAW_PIECE = ReplyBytes / 4;

/** Bytes of a ready-made reply or text. */
export function encode(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'utf8'));
}

/** A number as RESP's double: "inf", "-inf", "nan", or the shortest form that reads back. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

// A reply's line must not end early.
function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, ' ');
}

const QUEUED = Uint8Array.from(Buffer.from('+QUEUED\r\n'));

export class ReplyWriter {
  private readonly bytes: Uint8Array;
  private readonly control: Int32Array;
  /** The same as `bytes`. */
  private readonly buffer: Buffer;

  constructor(private readonly store: NativeStore) {
    this.bytes = new Uint8Array(store.reply);
    this.buffer = Buffer.from(store.reply);
    this.control = new Int32Array(store.control);
  }

  get resp3(): boolean {
    return this.control[Protocol] === 3;
  }

  /** Where the next reply is written. */
  get position(): number {
    return this.control[ReplyCursor];
  }

  /** What was written since `position` was asked for, as a text of bytes; only what is short. */
  textSince(position: number): string {
    return Buffer.from(this.bytes.subarray(position, this.position)).toString('latin1');
  }

  /** Takes back what was written since `position` was asked for; only what is short, which cannot have left yet. */
  rewind(position: number): void {
    this.control[ReplyCursor] = position;
  }

  /** What is replied from now on is that of a connection that is not the current row's, until `endReplyTo`. */
  beginReplyTo(connection: number): void {
    const { control } = this;
    if (control[ReplyTo] >= 0) throw new Error('one connection is replied to at a time');
    control[ReplyTo] = connection;
    control[ReplyToFrom] = control[ReplyCursor];
  }

  /** `goesOn`: that connection has waited, and goes on with what it has sent meanwhile. */
  endReplyTo(goesOn: boolean): void {
    this.store.endReplyTo(goesOn ? 1 : 0);
  }

  /** "+OK" */
  ok(): void {
    this.oks(1);
  }

  /** "+OK", `count` times. */
  oks(count: number): void {
    const { bytes } = this;
    let at = this.control[ReplyCursor];
    for (let i = 0; i < count; i++) {
      bytes[at] = 43;
      bytes[at + 1] = 79;
      bytes[at + 2] = 75;
      bytes[at + 3] = CR;
      bytes[at + 4] = LF;
      at += 5;
    }
    this.control[ReplyCursor] = at;
  }

  /** Ready-made bytes, short. */
  short(ready: Uint8Array): void {
    const { bytes } = this;
    let at = this.control[ReplyCursor];
    for (let i = 0; i < ready.length; i++) bytes[at++] = ready[i];
    this.control[ReplyCursor] = at;
  }

  /** `times` times that a command was queued; at most as often as a chunk holds commands. */
  queued(times: number): void {
    const { bytes } = this;
    let at = this.control[ReplyCursor];
    for (let time = 0; time < times; time++) {
      for (let i = 0; i < QUEUED.length; i++) bytes[at++] = QUEUED[i];
    }
    this.control[ReplyCursor] = at;
  }

  /** Ready-made bytes of any size. */
  raw(ready: Uint8Array): void {
    if (ready.length <= RAW_PIECE) {
      this.reserve(ready.length);
      this.bytes.set(ready, this.control[ReplyCursor]);
      this.control[ReplyCursor] += ready.length;
      return;
    }
    for (let from = 0; from < ready.length; from += RAW_PIECE) {
      const piece = ready.subarray(from, from + RAW_PIECE);
      this.reserve(piece.length);
      this.bytes.set(piece, this.control[ReplyCursor]);
      this.control[ReplyCursor] += piece.length;
    }
  }

  /** A text of any size, as it is, in UTF-8. */
  text(text: string): void {
    this.raw(Buffer.from(text, 'utf8'));
  }

  private reserve(size: number): void {
    if (this.control[ReplyCursor] + size > REPLY_LIMIT) this.store.drain(0);
  }

  private header(type: number, value: number): void {
    this.reserve(32);
    const { bytes } = this;
    let at = this.control[ReplyCursor];
    bytes[at++] = type;
    if (value >= 0 && value < 10) {
      bytes[at++] = 48 + value;
    } else if (value > 0 && value <= INT32_MAX) {
      let end = at;
      for (let left = value; left > 0; left = (left / 10) | 0) end++;
      for (let left = value, to = end; to > at; left = (left / 10) | 0) bytes[--to] = 48 + (left % 10);
      at = end;
    } else {
      const digits = String(value);
      for (let i = 0; i < digits.length; i++) bytes[at++] = digits.charCodeAt(i);
    }
    bytes[at++] = CR;
    bytes[at++] = LF;
    this.control[ReplyCursor] = at;
  }

  /** ":n"; a whole number of at most 2^53. */
  integer(value: number): void {
    this.header(58, value);
  }

  /** "+text" */
  status(text: string): void {
    this.text(`+${text}\r\n`);
  }

  /** "-text": line breaks in it become spaces. */
  error(text: string): void {
    if (!this.writeError(text, ASCII_MAX)) this.text(`-${oneLine(text)}\r\n`);
  }

  /** The same, from a text whose characters are bytes (latin1). */
  errorBytes(text: string): void {
    if (!this.writeError(text, BYTE_MAX)) this.raw(Buffer.from(`-${oneLine(text)}\r\n`, 'latin1'));
  }

  // Writes an error of characters up to `most`, each a byte; false: it is none, or long. Makes no object, so that
  // floods of errors give the collector nothing to do.
  private writeError(text: string, most: number): boolean {
    const { length } = text;
    if (length > ERROR_MAX) return false;
    this.reserve(length + 3);
    const { bytes } = this;
    let at = this.control[ReplyCursor];
    bytes[at++] = MINUS;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > most) return false;
      bytes[at++] = code === CR || code === LF ? SPACE : code;
    }
    bytes[at] = CR;
    bytes[at + 1] = LF;
    this.control[ReplyCursor] = at + 2;
    return true;
  }

  /** A bulk string of a text, in UTF-8. */
  bulk(text: string): void {
    this.bulkBytes(Buffer.from(text, 'utf8'));
  }

  bulkBytes(bytes: Uint8Array): void {
    this.header(36, bytes.length);
    this.raw(bytes);
    this.crlf();
  }

  /** A bulk string of a text whose characters are bytes (latin1). */
  bulkLatin1(text: string): void {
    this.header(36, text.length);
    if (text.length > RAW_PIECE) {
      this.raw(Buffer.from(text, 'latin1'));
    } else {
      this.reserve(text.length);
      this.control[ReplyCursor] += this.buffer.write(text, this.control[ReplyCursor], 'latin1');
    }
    this.crlf();
  }

  private crlf(): void {
    const at = this.control[ReplyCursor];
    this.bytes[at] = CR;
    this.bytes[at + 1] = LF;
    this.control[ReplyCursor] = at + 2;
  }

  /** The null of a missing value. */
  null(): void {
    this.short(this.resp3 ? NULL_3 : NULL_2);
  }

  /** The null of a missing array. */
  nullArray(): void {
    this.short(this.resp3 ? NULL_3 : NULL_ARRAY_2);
  }

  array(count: number): void {
    this.header(42, count);
  }

  /** A map of `count` pairs; in RESP2 an array of twice as many. */
  map(count: number): void {
    if (this.resp3) this.header(37, count);
    else this.header(42, count * 2);
  }

  /** A set; in RESP2 an array. */
  set(count: number): void {
    this.header(this.resp3 ? 126 : 42, count);
  }

  /** A push message; in RESP2 an array. */
  push(count: number): void {
    this.header(this.resp3 ? 62 : 42, count);
  }

  /** A boolean; in RESP2 an integer. */
  boolean(value: boolean): void {
    if (this.resp3) this.short(value ? TRUE_3 : FALSE_3);
    else this.integer(value ? 1 : 0);
  }

  /** A double; in RESP2 a bulk string. */
  double(value: number): void {
    if (this.resp3) this.text(`,${formatDouble(value)}\r\n`);
    else this.bulk(formatDouble(value));
  }

  /** A text with a format of three letters ("txt", "mkd"); in RESP2 a bulk string. */
  verbatim(format: string, text: string): void {
    if (!this.resp3) {
      this.bulk(text);
      return;
    }
    const bytes = Buffer.from(`${format}:${text}`, 'utf8');
    this.header(61, bytes.length);
    this.raw(bytes);
    this.crlf();
  }
}

const NULL_2 = encode('$-1\r\n');
const NULL_3 = encode('_\r\n');
const NULL_ARRAY_2 = encode('*-1\r\n');
const TRUE_3 = encode('#t\r\n');
const FALSE_3 = encode('#f\r\n');
