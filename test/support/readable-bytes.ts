/**
 * Bytes for the eye: quoted, with the unprintable escaped, cut to a window where they are long.
 */

const ESCAPED: Readonly<Record<number, string>> = { 10: '\\n', 13: '\\r', 9: '\\t', 34: '\\"', 92: '\\\\' };
const WINDOW_BYTES = 400;

/** `bytes` in double quotes, every byte outside printable ASCII escaped, as a table line would write it. */
export function quoteBytes(bytes: Uint8Array): string {
  let text = '"';
  for (const byte of bytes) {
    const escaped = ESCAPED[byte];
    if (escaped !== undefined) text += escaped;
    else if (byte < 32 || byte > 126) text += `\\x${byte.toString(16).padStart(2, '0')}`;
    else text += String.fromCharCode(byte);
  }
  return `${text}"`;
}

/** `bytes` quoted; of long ones only a window around `focus`, with what was left out counted. */
export function quoteAround(bytes: Uint8Array, focus = 0): string {
  if (bytes.length <= WINDOW_BYTES) return quoteBytes(bytes);
  const from = Math.max(0, Math.min(focus - WINDOW_BYTES / 2, bytes.length - WINDOW_BYTES));
  const to = Math.min(bytes.length, from + WINDOW_BYTES);
  const before = from > 0 ? `(${from} bytes) ` : '';
  const after = to < bytes.length ? ` (${bytes.length - to} bytes)` : '';
  return `${before}${quoteBytes(bytes.subarray(from, to))}${after}`;
}

/** A command for a report: plain words bare, anything else quoted, long arguments cut. */
export function quoteCommand(args: readonly Uint8Array[]): string {
  return args.map(quoteArgument).join(' ');
}

function quoteArgument(arg: Uint8Array): string {
  const text = Buffer.from(arg.subarray(0, 200)).toString('latin1');
  if (arg.length <= 200 && /^[!#-&(-[\]-~]+$/.test(text)) return text;
  return quoteAround(arg);
}

/**
 * The offset of the first byte in which two byte strings differ; the shorter one's length when one begins the
 * other.
 */
export function firstDifference(left: Uint8Array, right: Uint8Array): number {
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at++) if (left[at] !== right[at]) return at;
  return shorter;
}
