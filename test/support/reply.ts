/**
 * Replies of a RESP server, kept as the exact bytes that arrived.
 *
 * Tests compare bytes, so the first need is only to know where a reply ends: `replyEnd`. The few rules that
 * must look inside (sets compared without order, numbers with a tolerance) ask `parseReply` for a tree of the
 * same bytes.
 *
 * Source of the format: the RESP2 and RESP3 specifications. An attribute (`|`) belongs to the reply behind
 * it, and the two are one slice. A push (`>`) is a slice of its own.
 *
 * Invariant: every slice starts with a type byte and ends with CRLF.
 */

const LINE_TYPES = '+-:_#,(';
const BLOB_TYPES = '$!=';
const AGGREGATE_TYPES = '*~>%|';

/**
 * One reply as a tree. `text` holds a line's or blob's content; null of either version has neither text nor
 * items.
 */
export interface Reply {
  readonly type: string;
  readonly text?: Buffer;
  readonly items?: readonly Reply[];
}

/** The bytes at hand are not RESP: what follows cannot be split, so the test must fail here. */
export class MalformedReplyError extends Error {
  override readonly name = 'MalformedReplyError';
}

const CR = 13;
const LF = 10;
const MINUS = 45;
const ZERO = 48;
/** Digits of a length that every number holds exactly. */
const DIGITS_MAX = 15;

/**
 * Finds where a reply ends that arrives piece by piece: what has been looked at is not looked at again. Linear in the
 * number of elements and the length of lines, not in the bytes of blobs.
 */
export class ReplyScanner {
  /** Behind the last element that is complete, counted from the reply's start. */
  private done = 0;
  /** Elements that are still to come. */
  private pending = 1;

  /**
   * The offset behind the reply that starts at `start`, or -1 while it is incomplete in front of `limit`; then it may be
   * asked again about the same reply, at any place, with more bytes. Throws MalformedReplyError on an unknown type or
   * bad length.
   */
  endOf(bytes: Buffer, start: number, limit: number): number {
    let at = start + this.done;
    while (this.pending > 0) {
      const lineEnd = findLineEnd(bytes, at, limit);
      if (lineEnd < 0) return -1;
      const type = String.fromCharCode(bytes[at]);
      let next = lineEnd + 2;
      let items = 0;
      if (BLOB_TYPES.includes(type)) {
        const length = lengthOf(bytes, at, lineEnd);
        if (length >= 0) next += length + 2;
        if (next > limit) return -1;
        if (bytes[next - 2] !== CR || bytes[next - 1] !== LF)
          throw new MalformedReplyError('a blob without its CRLF');
      } else if (AGGREGATE_TYPES.includes(type)) {
        items = Math.max(0, lengthOf(bytes, at, lineEnd)) * (type === '%' || type === '|' ? 2 : 1);
        if (type === '|') items++;
      } else if (!LINE_TYPES.includes(type)) {
        throw new MalformedReplyError(`unknown reply type ${JSON.stringify(type)} at offset ${at}`);
      }
      this.pending += items - 1;
      at = next;
      this.done = at - start;
    }
    return at;
  }
}

/** The offset of the CRLF that ends the line at `at`, or -1 if it is not in front of `limit`. */
function findLineEnd(bytes: Buffer, at: number, limit: number): number {
  for (let i = at; i + 1 < limit; i++) if (bytes[i] === CR && bytes[i + 1] === LF) return i;
  return -1;
}

/**
 * The offset behind the reply that starts at `start`, or -1 while it is incomplete. Linear in the number of
 * elements, not of bytes. Throws MalformedReplyError on an unknown type or bad length.
 */
export function replyEnd(bytes: Buffer, start: number): number {
  return new ReplyScanner().endOf(bytes, start, bytes.length);
}

/** The length in the line at `at`: digits, or -1. */
function lengthOf(bytes: Buffer, at: number, lineEnd: number): number {
  const digits = lineEnd - at - 1;
  let length = 0;
  for (let i = at + 1; i < lineEnd; i++) {
    const digit = bytes[i] - ZERO;
    if (digit < 0 || digit > 9) length = Number.NaN;
    length = 10 * length + digit;
  }
  if (digits === 2 && bytes[at + 1] === MINUS && bytes[at + 2] === ZERO + 1) return -1;
  if (digits < 1 || digits > DIGITS_MAX || Number.isNaN(length))
    throw new MalformedReplyError(`bad length ${JSON.stringify(bytes.toString('latin1', at + 1, lineEnd))}`);
  return length;
}

/** Splits bytes that hold only complete replies. Throws MalformedReplyError when something is left over. */
export function splitReplies(bytes: Buffer): Buffer[] {
  const slices: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = replyEnd(bytes, at);
    if (end < 0) throw new MalformedReplyError('the last reply is incomplete');
    slices.push(bytes.subarray(at, end));
    at = end;
  }
  return slices;
}

/** The tree of one slice; an attribute in front of it is dropped. */
export function parseReply(slice: Buffer): Reply {
  return parseAt(slice, 0).reply;
}

function parseAt(bytes: Buffer, at: number): { reply: Reply; next: number } {
  const lineEnd = findLineEnd(bytes, at, bytes.length);
  if (lineEnd < 0) throw new MalformedReplyError('an incomplete reply');
  const type = String.fromCharCode(bytes[at]);
  const next = lineEnd + 2;
  if (type === '_') return { reply: { type }, next };
  if (LINE_TYPES.includes(type)) return { reply: { type, text: bytes.subarray(at + 1, lineEnd) }, next };
  const length = lengthOf(bytes, at, lineEnd);
  if (length < 0) return { reply: { type }, next };
  if (BLOB_TYPES.includes(type)) {
    return { reply: { type, text: bytes.subarray(next, next + length) }, next: next + length + 2 };
  }
  return parseItems(bytes, type, length, next);
}

function parseItems(
  bytes: Buffer,
  type: string,
  length: number,
  start: number,
): { reply: Reply; next: number } {
  const items: Reply[] = [];
  let next = start;
  for (let left = type === '%' || type === '|' ? length * 2 : length; left > 0; left--) {
    const item = parseAt(bytes, next);
    items.push(item.reply);
    next = item.next;
  }
  return type === '|' ? parseAt(bytes, next) : { reply: { type, items }, next };
}

/** The content of a line or blob as text; null for null and for aggregates. */
export function textOf(reply: Reply | undefined): string | null {
  return reply?.text === undefined ? null : reply.text.toString('latin1');
}

/** The number in an integer, bulk or double reply; NaN when there is none. */
export function numberOf(reply: Reply | undefined): number {
  const text = textOf(reply);
  return text === null || text === '' ? Number.NaN : Number(text);
}

/**
 * A tree in a canonical form: equal trees give equal strings. With `unordered`, items of the top level are
 * sorted.
 */
export function canonicalForm(reply: Reply, unordered = false): string {
  if (reply.items === undefined)
    return `${reply.type}${reply.text === undefined ? 'null' : reply.text.toString('hex')}`;
  const items = reply.items.map((item) => canonicalForm(item));
  if (unordered) items.sort();
  return `${reply.type}[${items.join(' ')}]`;
}
