/**
 * Payloads for RESTORE, put together byte by byte: also those that no server writes any more. Formats:
 * native/rdb/format.h, native/rdb/ziplist.h, native/types/listpack.h.
 */

const CRC_POLYNOMIAL = 0x95ac9329ac4bc9b5n; // of native/rdb/crc64.h, with its bits reflected
const MASK = (1n << 64n) - 1n;

const CRC_TABLE = Array.from({ length: 256 }, (_, i) => {
  let crc = BigInt(i);
  for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ CRC_POLYNOMIAL : crc >> 1n;
  return crc;
});

/** The checksum of payloads and files. */
export function crc64(bytes: Uint8Array): bigint {
  let crc = 0n;
  for (const byte of bytes) crc = (CRC_TABLE[Number((crc ^ BigInt(byte)) & 0xffn)] ?? 0n) ^ (crc >> 8n);
  return crc;
}

type Bytes = Buffer | string;

/** Parts one behind the other; texts are bytes (latin1). */
export function join(...parts: readonly Bytes[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
}

/** A number in `size` bytes, the least first. */
export function little(value: number | bigint, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let rest = BigInt(value) & MASK;
  for (let i = 0; i < size; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

/** A number in 8 bytes, the greatest first. */
export function big(value: number | bigint): Buffer {
  return little(value, 8).reverse();
}

/** A double in 8 bytes. */
export function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

/** A length of the format. */
export function length(value: number | bigint): Buffer {
  const number = BigInt(value);
  if (number < 64n) return little(number, 1);
  if (number < 16384n) return join(little(0x40n | (number >> 8n), 1), little(number, 1));
  if (number < 1n << 32n) return join('\x80', little(number, 4).reverse());
  return join('\x81', big(number));
}

/** A string of the format. */
export function text(bytes: Bytes): Buffer {
  const content = join(bytes);
  return join(length(content.length), content);
}

/** A count of things, each of `each` strings. */
export function texts(all: readonly Bytes[], each = 1): Buffer {
  return join(length(all.length / each), ...all.map(text));
}

// ---- packed blocks -------------------------------------------------------------------------------------------------

/** An element of a listpack: a string, or a number in the least room. */
function listpackElement(value: Bytes | number | bigint): Buffer {
  const body =
    typeof value === 'string' || Buffer.isBuffer(value)
      ? packedString(join(value))
      : packedInteger(BigInt(value));
  return join(body, backLength(body.length));
}

function packedString(bytes: Buffer): Buffer {
  if (bytes.length < 64) return join(little(0x80 | bytes.length, 1), bytes);
  if (bytes.length < 4096) return join(little(0xe0 | (bytes.length >> 8), 1), little(bytes.length, 1), bytes);
  return join('\xf0', little(bytes.length, 4), bytes);
}

function packedInteger(value: bigint): Buffer {
  if (value >= 0n && value < 128n) return little(value, 1);
  if (value >= -4096n && value < 4096n) {
    const bits = value & 0x1fffn;
    return join(little(0xc0n | (bits >> 8n), 1), little(bits, 1));
  }
  const sizes = [2, 3, 4, 8];
  const at = sizes.findIndex((size) => BigInt.asIntN(8 * size, value) === value);
  return join(little(0xf1 + at, 1), little(value, sizes[at] ?? 8));
}

function backLength(size: number): Buffer {
  const groups = size < 128 ? 1 : size < 16383 ? 2 : 3;
  return Buffer.from(
    Array.from({ length: groups }, (_, i) => ((size >> (7 * (groups - 1 - i))) & 127) | (i > 0 ? 128 : 0)),
  );
}

/** A listpack. */
export function listpack(...elements: readonly (Bytes | number | bigint)[]): Buffer {
  const body = join(...elements.map(listpackElement));
  return join(little(body.length + 7, 4), little(elements.length, 2), body, '\xff');
}

/** An entry of a ziplist without what says how long the one before is: a string, or bytes as they are. */
function ziplistEntry(value: Bytes | { raw: string }): Buffer {
  if (typeof value === 'object' && 'raw' in value) return join(value.raw);
  const bytes = join(value);
  if (bytes.length < 64) return join(little(bytes.length, 1), bytes);
  if (bytes.length < 16384)
    return join(little(0x40 | (bytes.length >> 8), 1), little(bytes.length, 1), bytes);
  return join('\x80', little(bytes.length, 4).reverse(), bytes);
}

/** A ziplist; `raw` entries are integers in a form of their own. */
export function ziplist(...values: readonly (Bytes | { raw: string })[]): Buffer {
  let body: Buffer = Buffer.alloc(0);
  let before = 0;
  let last = 10;
  for (const value of values) {
    last = 10 + body.length;
    const entry = ziplistEntry(value);
    const back = before < 254 ? little(before, 1) : join('\xfe', little(before, 4));
    before = back.length + entry.length;
    body = join(body, back, entry);
  }
  return join(little(body.length + 11, 4), little(last, 4), little(values.length, 2), body, '\xff');
}

/** A zipmap of names and values in turn, with `free` unused bytes behind each value. */
export function zipmap(pairs: readonly Bytes[], free = 0): Buffer {
  const parts = pairs.flatMap((one, i) => {
    const bytes = join(one);
    const size = bytes.length < 254 ? little(bytes.length, 1) : join('\xfe', little(bytes.length, 4));
    return i % 2 === 0 ? [size, bytes] : [size, little(free, 1), bytes, '?'.repeat(free)];
  });
  return join(little(pairs.length / 2, 1), ...parts, '\xff');
}

/** An array of integers that ascend. */
export function integers(width: number, ...values: readonly (number | bigint)[]): Buffer {
  return join(little(width, 4), little(values.length, 4), ...values.map((value) => little(value, width)));
}

// ---- streams -------------------------------------------------------------------------------------------------------

/** An identifier as it stands in nodes and lists of what is pending. */
export function streamId(ms: number | bigint, seq: number | bigint): Buffer {
  return join(big(ms), big(seq));
}

/** What is pending: identifiers, with times and counts of delivery, and whose it is. */
export interface PendingEntry {
  id: Buffer;
  deliveredMs: number;
  deliveries: number;
  owner: string;
}

export interface StreamParts {
  nodes: readonly { id: Buffer; block: Buffer }[];
  length: number;
  last: readonly [number, number];
  first?: readonly [number, number];
  deleted?: readonly [number, number];
  added?: number;
  groups?: readonly {
    name: string;
    last: readonly [number, number];
    read?: number | bigint;
    consumers: readonly string[];
    pending: readonly PendingEntry[];
  }[];
}

/** The value of a stream in the form of 5.0 (1), 7.0 (2) or 7.2 (3). */
export function stream(version: 1 | 2 | 3, parts: StreamParts): Buffer {
  const pair = (id: readonly [number, number]): Buffer => join(length(id[0]), length(id[1]));
  const out = [
    length(parts.nodes.length),
    ...parts.nodes.map(({ id, block }) => join(text(id), text(block))),
    length(parts.length),
    pair(parts.last),
  ];
  if (version > 1) {
    out.push(pair(parts.first ?? [0, 0]), pair(parts.deleted ?? [0, 0]), length(parts.added ?? parts.length));
  }
  const groups = parts.groups ?? [];
  out.push(length(groups.length));
  for (const group of groups) {
    out.push(text(group.name), pair(group.last));
    if (version > 1) out.push(length(BigInt.asUintN(64, BigInt(group.read ?? 0))));
    out.push(length(group.pending.length));
    for (const entry of group.pending)
      out.push(entry.id, little(entry.deliveredMs, 8), length(entry.deliveries));
    out.push(length(group.consumers.length));
    for (const name of group.consumers) {
      out.push(text(name), little(1_700_000_000_000, 8));
      if (version > 2) out.push(little(1_700_000_000_001, 8));
      const own = group.pending.filter((entry) => entry.owner === name);
      out.push(length(own.length), ...own.map((entry) => entry.id));
    }
  }
  return join(...out);
}

// ---- payloads ------------------------------------------------------------------------------------------------------

/** A value behind the number of its type, with version and checksum. */
export function payload(type: number, value: Bytes, version = 10): Buffer {
  const whole = join(little(type, 1), value, little(version, 2));
  return join(whole, little(crc64(whole), 8));
}
