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

/**
 * The offset behind the reply that starts at `start`, or -1 while it is incomplete. Linear in the number of
 * elements, not of bytes. Throws MalformedReplyError on an unknown type or bad length.
 */
export function replyEnd(bytes: Buffer, start: number): number {
  let at = start;
  let pending = 1;
  while (pending > 0) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return -1;
    const type = String.fromCharCode(bytes[at]);
    pending--;
    if (LINE_TYPES.includes(type)) {
      at = lineEnd + 2;
    } else if (BLOB_TYPES.includes(type)) {
      const length = lengthOf(bytes, at, lineEnd);
      at = length < 0 ? lineEnd + 2 : lineEnd + 2 + length + 2;
      if (at > bytes.length) return -1;
      if (bytes[at - 2] !== 13 || bytes[at - 1] !== 10)
        throw new MalformedReplyError('a blob without its CRLF');
    } else if (AGGREGATE_TYPES.includes(type)) {
      pending += Math.max(0, lengthOf(bytes, at, lineEnd)) * (type === '%' || type === '|' ? 2 : 1);
      if (type === '|') pending++;
      at = lineEnd + 2;
    } else {
      throw new MalformedReplyError(`unknown reply type ${JSON.stringify(type)} at offset ${at}`);
    }
  }
  return at;
}

function lengthOf(bytes: Buffer, at: number, lineEnd: number): number {
  const text = bytes.toString('latin1', at + 1, lineEnd);
  if (!/^(-1|\d+)$/.test(text)) throw new MalformedReplyError(`bad length ${JSON.stringify(text)}`);
  return Number(text);
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
  const lineEnd = bytes.indexOf('\r\n', at);
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
