/**
 * Bytes as JavaScript strings and back, without loss: a value of the configuration, such as a password, may be any bytes.
 *
 * Bytes that are UTF-8 become the text that they spell. Of others each byte of 128 or more becomes one lone surrogate,
 * U+DC80 to U+DCFF, which no UTF-8 spells, while ASCII stays ASCII. So the parts of such a string can be cut and
 * joined as those of any other.
 *
 * Cost: linear in the bytes.
 */
import { isUtf8 } from 'node:buffer';

const LONE = 0xdc00;

/** A lone surrogate that stands for a byte: one that does not follow the first half of a pair. */
const STANDS_FOR_BYTE = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

/** The string that stands for these bytes. */
export function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return bytes
    .toString('latin1')
    .replace(/[\x80-\xff]/g, (char) => String.fromCharCode(LONE + char.charCodeAt(0)));
}

/** The bytes that a string of `textOf`, or one put together from such, stands for. */
export function bytesOf(text: string): Buffer {
  if (!STANDS_FOR_BYTE.test(text)) return Buffer.from(text, 'utf8');
  const parts = text.split(new RegExp(STANDS_FOR_BYTE, 'g'));
  const lone = text.match(new RegExp(STANDS_FOR_BYTE, 'g')) ?? [];
  return Buffer.concat(
    parts.flatMap((part, at) => {
      const char = lone[at];
      return [
        Buffer.from(part, 'utf8'),
        ...(char === undefined ? [] : [Buffer.from([char.charCodeAt(0) - LONE])]),
      ];
    }),
  );
}
