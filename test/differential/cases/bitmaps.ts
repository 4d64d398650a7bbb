/** Bitmaps: single bits, counting, searching and combining. */
import type { DifferentialCase } from '../../support/server-pair.js';
import { ALL_BYTES, EDGE_INTEGERS, arity, each, likeRedis8, table } from '../../support/tables.js';
import { otherTypes } from '../../support/other-types.js';

const RANGES = [
  '', '0', '1', '-1', '-2', '5', '0 0', '0 -1', '1 1', '1 -1', '-2 -1', '-1 -2', '5 30', '5 -5', '-100 100',
    '100 200', '2 1', '0 100', '-3 2', '-1 0',
  '0 9223372036854775807', '-9223372036854775808 9223372036854775807',
    '9223372036854775807 9223372036854775807',
]; // prettier-ignore
const UNITS = ['', 'BYTE', 'BIT', 'byte', 'bit'];
const VALUES = [
  'foobar',
  '\\x00\\xff\\xf0',
  '\\xff\\xff\\xff',
  '\\x00\\x00\\x00',
  '',
  '12345',
  '\\x00\\x00\\x01',
  '\\xff\\xff\\xfe',
];

export const bitmapsCases: DifferentialCase[] = [
  arity('SETBIT', 0, 1, 2, 4),
  arity('GETBIT', 0, 1, 3),
  ...table(
    ['SETBIT and GETBIT', 'SETBIT k 7 1', 'GETBIT k 7', 'GETBIT k 6', 'GETBIT k 8', 'GETBIT k 1000', 'GET k',
      'SETBIT k 7 0', 'GET k', 'STRLEN k', 'SETBIT k 7 0', 'SETBIT k 15 1', 'GET k', 'OBJECT ENCODING k',
      'TYPE k'],
    ['SETBIT grows', 'SETBIT k 100000 1', 'STRLEN k', 'GETBIT k 100000', 'GETBIT k 99999', 'BITCOUNT k',
      'SETBIT k 0 1', 'GETRANGE k 0 4', 'SETBIT j 100000 0', 'STRLEN j'],
    ['SETBIT on a number', 'SET k 1', 'SETBIT k 6 1', 'SETBIT k 7 0', 'GET k', 'OBJECT ENCODING k', 'INCR k',
      'SETBIT k 100 0', 'GET k'],
    ['SETBIT keeps the expiry', 'SET k v EX 100', 'SETBIT k 1 1', 'PTTL k'],
    ['GETBIT of strings and numbers', 'GETBIT nokey 0', 'SET k 12', ...Array.from({ length: 18 }, (_,
      bit) => `GETBIT k ${bit}`), 'GETBIT k 4294967295'],
    ['a megabyte by one bit', 'SETBIT k 8388607 1', 'STRLEN k', 'BITCOUNT k', 'BITPOS k 1',
      'BITPOS k 0 1048575', 'BITPOS k 1 1048575'],
  ),
  ...each('SETBIT offset', ['SET k abc'], [...EDGE_INTEGERS.filter((value) => value !== '2147483648'),
    '4294967295 '].map((value) => ['SETBIT', 'k', value, '1'])),
  ...each('GETBIT offset', ['SET k abc'], [...EDGE_INTEGERS, '4294967295'].map((value) => ['GETBIT', 'k',
    value])),
  ...each('SETBIT value', ['SET k abc'], EDGE_INTEGERS.map((value) => ['SETBIT', 'k', '5', value])),
  ...each('SETBIT both wrong', [], ['SETBIT k x y', 'SETBIT k -1 2', 'SETBIT k 4294967296 2',
    'SETBIT k 0 x']),
  ...likeRedis8(otherTypes('bits', 'SETBIT other 0 1', 'SETBIT other x 1', 'GETBIT other 0', 'GETBIT other x',
    'BITCOUNT other', 'BITCOUNT other 0 x', 'BITPOS other 1', 'BITPOS other x', 'BITOP NOT d other',
    'SET s v', 'BITOP AND d s other', 'BITOP AND other s s', 'TYPE other')),

  arity('BITCOUNT', 0, 2, 5),
  ...VALUES.flatMap((value) =>
    UNITS.map((unit) => ({
      title: `BITCOUNT of "${value}" ${unit}`,
      steps: [`SET k "${value}"`, ...RANGES.map((range) => `BITCOUNT k ${range} ${unit}`)],
    })),
  ),
  ...each('BITCOUNT', ['SET k foobar'], ['BITCOUNT k a 1', 'BITCOUNT k 1 a', 'BITCOUNT k 1',
    'BITCOUNT k 0 1 BIT x', 'BITCOUNT k "" 1', 'BITCOUNT k 0 99999999999999999999', 'BITCOUNT nokey',
    'BITCOUNT nokey 0 -1 BIT', 'BITCOUNT nokey 5 1', 'BITCOUNT k 1.0 2']),
  ...table(['BITCOUNT of long values', ['SET', 'k', Buffer.concat(Array.from({ length: 300 },
    () => ALL_BYTES))], 'BITCOUNT k', 'BITCOUNT k 1 -2', 'BITCOUNT k 3 614397 BIT', 'BITCOUNT k 77 70003',
    'BITCOUNT k 1001 1003 BIT', ['SET', 'o', ALL_BYTES.subarray(1, 38)], 'BITCOUNT o', 'BITCOUNT o 1 36',
    'BITCOUNT o 7 290 BIT']),

  arity('BITPOS', 0, 1, 6),
  ...VALUES.flatMap((value) =>
    ['0', '1'].flatMap((bit) =>
      UNITS.map((unit) => ({
        title: `BITPOS ${bit} in "${value}" ${unit}`,
        steps: [`SET k "${value}"`, ...RANGES.map((range) => `BITPOS k ${bit} ${range} ${unit}`)],
      })),
    ),
  ),
  ...each('BITPOS', ['SET k foobar'], ['BITPOS k 2', 'BITPOS k -1', 'BITPOS k x', 'BITPOS k ""',
    'BITPOS k 1 x', 'BITPOS k 1 0 x', 'BITPOS k 1 0 1 BIT x', 'BITPOS nokey 0', 'BITPOS nokey 1',
    'BITPOS nokey 0 0 -1', 'BITPOS nokey 1 0 -1 BIT', 'BITPOS nokey 2', 'BITPOS nokey 0 5 1',
    'BITPOS k 4294967297']),
  ...table(['BITPOS in long values', ['SET', 'z', Buffer.alloc(5000)], 'BITPOS z 1', 'BITPOS z 0',
    'SETBIT z 33333 1', 'BITPOS z 1', 'BITPOS z 1 4167', 'BITPOS z 1 0 4165', 'BITPOS z 1 33333 -1 BIT',
    'BITPOS z 1 33334 -1 BIT', ['SET', 'f', Buffer.alloc(5000, 255)], 'BITPOS f 0', 'BITPOS f 0 0 -1',
    'BITPOS f 0 4999', 'SETBIT f 33333 0', 'BITPOS f 0', 'BITPOS f 0 3 -3 BIT']),

  ...likeRedis8([
    ...each('wrong arguments are errors before the key is looked up', [], [
      'BITCOUNT nokey 0 x', 'BITCOUNT nokey x 0', 'BITCOUNT nokey 0 1 BOGUS', 'BITPOS nokey 1 x',
        'BITPOS nokey 0 0 x', 'BITPOS nokey 0 0 1 BOGUS',
    ]),
    ...['BITCOUNT k', 'BITPOS k 0', 'BITPOS k 1'].flatMap((command) =>
      RANGES.map((range) => ({
        title: `${command} ${range} with a unit that does not exist`,
        steps: ['SET k foobar', `${command} ${range} BOGUS`, `${command} ${range} ""`],
      })),
    ),
  ]),

  arity('BITOP', 0, 1, 2),
  ...['AND', 'OR', 'XOR', 'and', 'xOr'].map((operation) => ({
    title: `BITOP ${operation}`,
    steps: ['MSET a foobar b abcdefghijklm n 12345 e ""', ...['a', 'a b', 'b a', 'a a', 'a b n', 'nokey',
      'nokey a', 'a nokey', 'e', 'a e', 'n', 'nokey nokey',
      'a b n nokey e'].flatMap((sources) => ['SET d old EX 100', `BITOP ${operation} d ${sources}`, 'GET d',
      'TTL d', 'EXISTS d', 'OBJECT ENCODING d']), `BITOP ${operation} a a b`, 'GET a'],
  })),
  ...table(
    ['BITOP NOT', 'MSET a foobar n 12 e ""', ...['a', 'n', 'e', 'nokey'].flatMap((source) => ['SET d old',
      `BITOP NOT d ${source}`, 'GET d', 'EXISTS d']), 'BITOP NOT a a', 'GET a', 'BITOP not d a', 'GET d',
      'OBJECT ENCODING d'],
    ['BITOP of long values', ['SET', 'a', Buffer.concat(Array.from({ length: 40 }, () => ALL_BYTES))],
      ['SET', 'b', Buffer.alloc(3001, 0xa5)], ['SET', 'c', Buffer.alloc(9999, 0x3c)], ...['AND', 'OR',
      'XOR'].flatMap((operation) => [`BITOP ${operation} d a b c`, 'GET d', `BITOP ${operation} d a b`,
      'GET d']), 'BITOP NOT d a', 'GET d'],
    ['BITOP with many sources', ...Array.from({ length: 20 }, (_, i) => ['SET', `s${i}`,
      ALL_BYTES.subarray(i * 3, i * 3 + 60)]), ['BITOP', 'XOR', 'd', ...Array.from({ length: 20 }, (_,
      i) => `s${i}`)], 'GET d', ['BITOP', 'AND', 'd', ...Array.from({ length: 20 }, (_, i) => `s${i}`)],
      'GET d'],
    ['BITOP deletes an empty outcome', 'SET d old', 'BITOP AND d nokey nokey2', 'EXISTS d', 'DBSIZE'],
  ),
  ...each('BITOP', ['MSET a x b y'], ['BITOP NOT d a b', 'BITOP BOGUS d a', 'BITOP "" d a', 'BITOP NOT d',
    'BITOP AND d', 'BITOP BOGUS d', 'BITOP NAND d a b']),
]; // prettier-ignore
