/** Scores, bounds and large sorted sets that several tables share. */
import type { Argument } from './command-line.js';
import type { Step } from './steps.js';

/** What is asked after a change of `k`. */
export const READ: readonly Step[] = ['ZRANGE k 0 -1 WITHSCORES', 'EXISTS k'];

/** Scores that every version prints alike. */
export const EXACT_SCORES: readonly string[] = [
  '0', '-0', '+1', '1', '-1', '01', '1.0', '1.5', '-2.25', '.5', '5.', '1e3', '1E3', '1e-2000', '-1e-2000',
    'inf',
  '+inf', '-inf', 'Inf', 'INF', 'infinity', '-Infinity', '0x10', '-0x10', '0X1p4', '0x.8', '9007199254740992',
  '9007199254740993', '-9007199254740993', '4503599627370497.5', '1000000', '123456789012', '65536',
    '2147483648',
  '1e15', '0.25e1',
]; // prettier-ignore

/** Scores that 7.0 prints with 17 digits and later versions in the shortest form. */
export const FINE_SCORES: readonly string[] = [
  '0.1', '-0.1', '3.3', '1e-300', '1e300', '1.7976931348623157e308', '-1.7976931348623157e308', '5e-324',
    '1e308',
  '2.2250738585072014e-308', '1e17', '1e18', '1e19', '1e20', '1e21', '1e22', '1e23', '123456789.123456789',
    '9223372036854775807',
  '-9223372036854775808', '18446744073709551616', '9223372036854774784', '0.000001', '0.0000001',
    '0.00001234', '1234567890.5e10',
  '3.141592653589793', '1e16', '12345678901234567', '0.3', '1e-5', '1.1e-5', '100000000000000000000.5',
    '4.35', '1e400',
  '-1e400', '99999999999999999999', '0.1e-6', '0.0000152587890625',
]; // prettier-ignore

/** What is no score. */
export const NOT_SCORES: readonly string[] = [
  '', 'abc', 'nan', 'NaN', '-nan', '+nan', 'nan(1)', ' 1', '1 ', '1x', '1,5', '--1', '+-1', '0x', '1e', 'e1',
    '.', '-',
  '+', '1\0', '1 2', 'infx', 'in', '(1', '[1', '\t1', '0b1', '1_000', '0x1g', 'i',
]; // prettier-ignore

/** Every byte as a member of its own. */
export const BYTE_MEMBERS: readonly Buffer[] = Array.from({ length: 256 }, (_, byte) => Buffer.from([byte]));

/** `m0`, `m1`, ... */
export function members(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `m${index}`);
}

/** One ZADD of `count` members `m0`, `m1`,
  ... with the score that `scoreOf` gives to each; its index unless said. */
export function zadd(
  key: string,
  count: number,
  scoreOf: (index: number) => number = (index) => index,
): Argument[] {
  return ['ZADD', key, ...members(count).flatMap((name, index) => [String(scoreOf(index)), name])];
}
