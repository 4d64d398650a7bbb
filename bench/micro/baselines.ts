/**
 * What the language itself costs, to read the other cases against: a byte from a typed array, a number from
 * digits, a command's name as an integer or as a string. They say what a design may spend per command before
 * it begins.
 */
import type { MicroCase } from './case.js';

const frame = Buffer.from('*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000012\r\n$3\r\nxxx\r\n', 'latin1');
const bytes = new Uint8Array(frame);
const NAME_AT = 8;
const DIGITS_AT = 26;
const DIGITS = 12;

const byName = new Map<string, number>(
  ['GET', 'SET', 'INCR', 'MSET', 'DEL', 'PING'].map((name, i) => [name, i]),
);
const byCode = new Map<number, number>(
  [...byName].map(([name, i]) => [codeOf(Buffer.from(name), 0, name.length), i]),
);

/** A name of up to four letters, upper-cased, as one integer. */
function codeOf(from: Uint8Array, at: number, length: number): number {
  let code = 0;
  for (let i = 0; i < length; i++) code = (code << 8) | ((from[at + i] ?? 0) & 0xdf);
  return code;
}

/** The name as a string of its own, as a Buffer-based parser makes it. */
const nameOf = (): string => frame.toString('latin1', NAME_AT, NAME_AT + 3).toUpperCase();

export const cases: readonly MicroCase[] = [
  {
    name: 'scan a typed array, per byte',
    operations: bytes.length,
    run: (): number => {
      let sum = 0;
      for (let i = 0; i < bytes.length; i++) sum += bytes[i] ?? 0;
      return sum;
    },
  },
  {
    name: 'twelve digits to a number',
    run: (): number => {
      let value = 0;
      for (let i = 0; i < DIGITS; i++) value = value * 10 + (bytes[DIGITS_AT + i] ?? 0) - 48;
      return value;
    },
  },
  { name: 'command name to an integer, looked up', run: () => byCode.get(codeOf(bytes, NAME_AT, 3)) },
  { name: 'command name to a string, looked up', run: () => byName.get(nameOf()) },
  { name: 'key to a latin1 string', run: () => frame.toString('latin1', 22, 38) },
  { name: 'key as a subarray of its Buffer', run: () => frame.subarray(22, 38) },
];
