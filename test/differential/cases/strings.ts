/** Strings: every SET option, ranges, counters, LCS. */
import type { DifferentialCase } from '../../support/server-pair.js';
import type { Step } from '../../support/steps.js';
import { ALL_BYTES, EDGE_INTEGERS, arity, each, table } from '../../support/tables.js';
import { otherTypes } from '../../support/other-types.js';

const FAR_S = 4_102_444_800;
const TTL_OPTIONS = ['', 'EX 100', 'PX 100000', `EXAT ${FAR_S}`, `PXAT ${FAR_S}000`, 'KEEPTTL'];
const CONDITIONS = [
  '',
  'NX',
  'XX',
  'GET',
  'NX GET',
  'XX GET',
  'GET XX',
  'NX XX',
  'XX NX',
  'GET GET',
  'NX NX',
  'XX XX',
];
const SET_STATES: readonly (readonly [string, readonly Step[]])[] = [
  ['missing', []],
  ['present', ['SET k old']],
  ['with expiry', ['SET k old EX 500']],
];
const AFTER = ['GET k', 'TTL k', 'OBJECT ENCODING k', 'DBSIZE'];

const setCases: DifferentialCase[] = [
  arity('SET', 0, 1),
  ...SET_STATES.flatMap(([state, setup]) =>
    CONDITIONS.flatMap((condition) =>
      TTL_OPTIONS.map((ttl) => ({
        title: `SET ${condition} ${ttl} (key ${state})`,
        steps: [...setup, `SET k new ${condition} ${ttl}`, 'PTTL k', ...AFTER,
          `SET k 12 ${ttl} ${condition}`, ...AFTER],
      })),
    ),
  ),
  ...each('SET options that exclude each other', ['SET k v'], [
    'EX 10 PX 10', 'PX 10 EX 10', 'EX 10 EX 10', 'EX 10 KEEPTTL', 'KEEPTTL EX 10', 'EXAT 9999999999 EX 1',
      'PXAT 99999999999999 KEEPTTL',
    'KEEPTTL KEEPTTL', 'EX 10 EXAT 9999999999', 'PX 1 PXAT 99999999999999', 'PERSIST', 'NX XX GET', 'BOGUS',
      '""', 'EX', 'PX', 'EXAT', 'PXAT',
    'NX EX', 'EX NX', 'ex 10 nx', 'Get', 'keepttl', 'xx px 5000', 'EX 10 BOGUS', 'IFEQ', 'w1 w2 w3',
  ].map((options) => `SET k v ${options}`)),
  ...['EX', 'PX', 'EXAT', 'PXAT'].flatMap((option) => [
    // A millisecond may or may not have passed before the next command.
    ...EDGE_INTEGERS.map((value) => ({ title: `SET ${option} ${JSON.stringify(value)}`, steps: [['SET', 'k',
      'v', option, value], option === 'PX' && value === '1' ? 'PING' : 'GET k'] })),
    ...each(`SET ${option} limits`, [], ['9223372036854775', '9223372036854776', '9223372036854775807', '-5',
      '0', '9223370000000000']
      .map((value) => `SET k v ${option} ${value}`)),
  ]),
  ...table(
    ['SET in the past with EXAT', 'SET k v EXAT 1', 'GET k', 'DBSIZE', 'SET k v PXAT 1', 'GET k', 'DBSIZE',
      'SET k old', 'SET k v EXAT 1 GET', 'EXISTS k'],
    ['SET every byte', ['SET', ALL_BYTES, ALL_BYTES], ['GET', ALL_BYTES], ['STRLEN', ALL_BYTES]],
    ['SET empty', 'SET "" ""', 'GET ""', 'STRLEN ""', 'EXISTS ""', 'OBJECT ENCODING ""'],
    ['SET replaces shorter and longer', ...[1, 10, 43, 44, 45, 63, 64, 65, 127, 128, 200, 1000, 20_000,
      70_000, 3, 0].flatMap((size) => [['SET', 'k', 'z'.repeat(size)], 'GET k', 'STRLEN k',
      'OBJECT ENCODING k'])],
    ['SET long names', ...[1, 15, 16, 31, 32, 63, 64, 255, 256, 257, 1000, 65_535, 65_536,
      70_000].flatMap((size) => [['SET', 'n'.repeat(size), String(size)], ['GET', 'n'.repeat(size)]]),
      'DBSIZE'],
  ),
  ...otherTypes('SET', 'SET other v GET', 'GET other', 'SET other v NX', 'SET other v NX GET', 'SET other v',
    'GET other'),
]; // prettier-ignore

const getCases: DifferentialCase[] = [
  ...['GET', 'GETDEL', 'STRLEN'].flatMap((name) => [
    arity(name, 0, 2, 3),
    ...table([name, `${name} nokey`, 'SET k value', `${name} k`, `${name} k`, 'SET k 12345', `${name} k`,
      'SET k ""', `${name} k`, 'DBSIZE', 'SET k v EX 100', `${name} k`, 'TTL k']),
    ...otherTypes(name, `${name} other`),
  ]),
  arity('GETEX', 0),
  ...['', 'EX 100', 'PX 100000', `EXAT ${FAR_S}`, `PXAT ${FAR_S}000`, 'PERSIST', 'persist', 'ex 100',
    'EXAT 1', 'PXAT 1', 'EX 10 PERSIST', 'PERSIST EX 10', 'PERSIST PERSIST', 'EX 1 PX 1',
    'EX', 'PX', 'EXAT', 'PXAT', 'BOGUS', 'KEEPTTL', 'NX', 'XX', 'GET', 'EX 0', 'EX -1', 'PX 0', 'EX abc',
      'EX ""', 'EX 9223372036854775807', 'PX 9223372036854775807', 'EXAT 0', 'PXAT -1',
    'EXAT 9223372036854775807', 'EX 10 BOGUS', 'EX 10 20'].map((options) => ({
    title: `GETEX ${options}`,
    steps: [`GETEX nokey ${options}`, 'SET k v', `GETEX k ${options}`, 'PTTL k', 'EXISTS k',
      'SET k v EX 500', `GETEX k ${options}`, 'PTTL k', 'GET k', 'DBSIZE'],
  })),
  ...otherTypes('GETEX', 'GETEX other', 'GETEX other EX 100', 'GETEX other EX 0', 'TTL other'),
  arity('GETSET', 0, 1, 3),
  ...table(['GETSET', 'GETSET k a', 'GETSET k b', 'GETSET k 12', 'OBJECT ENCODING k', 'EXPIRE k 100',
    'GETSET k ""', 'TTL k', 'GET k']),
  ...otherTypes('GETSET', 'GETSET other v', 'GETSET nokey v'),
  arity('SETNX', 0, 1, 3),
  ...table(['SETNX', 'SETNX k a', 'SETNX k b', 'GET k', 'EXPIRE k 100', 'SETNX k c', 'PTTL k',
    'PEXPIREAT k 1', 'SETNX k d', 'GET k', 'TTL k']),
  ...otherTypes('SETNX', 'SETNX other v'),
  ...['SETEX', 'PSETEX'].flatMap((name) => [
    arity(name, 0, 1, 2, 4),
    ...table([name, `${name} k 100 v`, 'GET k', 'PTTL k', `${name} k 90000 12`, 'PTTL k',
      'OBJECT ENCODING k', `${name} k 0 v`, `${name} k -1 v`, 'GET k']),
    ...each(name, [], [...EDGE_INTEGERS, '9223372036854775', '9223372036854776'].map((value) => [name, 'k',
      value, 'v'])),
    ...otherTypes(name, `${name} other 0 v`, `${name} other 10000 v`, 'GET other'),
  ]),
  ...['MSET', 'MSETNX'].flatMap((name) => [
    arity(name, 0, 1, 2, 3, 5),
    ...table(
      [name, `${name} a 1 b two c ""`, 'MGET a b c', 'OBJECT ENCODING a', `${name} c 3 d 4`, 'MGET a b c d',
        'DBSIZE'],
      [`${name} the same key twice`, `${name} a 1 a 2`, 'GET a', 'DBSIZE', `${name} a 3 a 4`, 'GET a'],
      [`${name} drops expiries`, 'SET a 1 EX 100', `${name} a 2 b 3`, 'TTL a', 'GET a', 'EXISTS b'],
      [`${name} onto what expired`, 'SET a 1', 'PEXPIREAT a 1', `${name} a 2 b 3`, 'MGET a b'],
      [`${name} binary`, [name, ALL_BYTES, ALL_BYTES, '', ''], ['MGET', ALL_BYTES, '']],
    ),
    ...otherTypes(name, `${name} a 1 other 2`, 'MGET a other'),
  ]),
  arity('MGET', 0),
  ...table(['MGET', 'MSET a 1 b 2', 'MGET a', 'MGET a nokey b a', 'MGET nokey', 'MGET ""', 'PEXPIREAT a 1',
    'MGET a b']),
  ...otherTypes('MGET', 'SET s v', 'MGET s other nokey'),
]; // prettier-ignore

const rangeCases: DifferentialCase[] = [
  arity('APPEND', 0, 1, 3),
  ...table(
    ['APPEND', 'APPEND k ""', 'EXISTS k', 'TYPE k', 'APPEND k abc', 'APPEND k def', 'GET k',
      'OBJECT ENCODING k', 'SET n 12', 'APPEND n 3', 'GET n', 'INCR n', 'APPEND n ""', 'OBJECT ENCODING n'],
    ['APPEND grows over every size', ...[1, 20, 22, 1, 50, 200, 1000, 15_000,
      20_000].flatMap((size) => [['APPEND', 'k', 'q'.repeat(size)], 'STRLEN k', 'GETRANGE k -3 -1']),
      'GET k'],
    ['APPEND every byte', ['APPEND', 'k', ALL_BYTES], ['APPEND', 'k', ALL_BYTES], 'GET k'],
    ['APPEND keeps the expiry', 'SET k v EX 100', 'APPEND k w', 'PTTL k'],
  ),
  ...otherTypes('APPEND', 'APPEND other x', 'APPEND other ""'),
  arity('SETRANGE', 0, 1, 2, 4),
  ...table(
    ['SETRANGE', 'SETRANGE k 0 ""', 'EXISTS k', 'SETRANGE k 5 ""', 'EXISTS k', 'SETRANGE k 5 abc', 'GET k',
      'SETRANGE k 0 ABCDE', 'GET k', 'SETRANGE k 6 ""', 'GET k', 'SETRANGE k 7 XYZ', 'GET k',
      'OBJECT ENCODING k'],
    ['SETRANGE on a number', 'SET n 12345', 'SETRANGE n 1 9', 'GET n', 'OBJECT ENCODING n', 'INCR n',
      'SETRANGE n 10 1', 'GET n', 'INCR n'],
    ['SETRANGE far', 'SETRANGE k 70000 x', 'STRLEN k', 'GETRANGE k 69990 -1', 'SETRANGE k 0 y',
      'GETRANGE k 0 3'],
    ['SETRANGE keeps the expiry', 'SET k v EX 100', 'SETRANGE k 3 w', 'PTTL k'],
    ['SETRANGE beyond the limit', 'SET k v', 'SETRANGE k 536870911 xy', 'SETRANGE k 536870912 x',
      'SETRANGE k 536870912 ""', 'SETRANGE k 9223372036854775807 x', 'SETRANGE k 9223372036854775807 ""',
      'SETRANGE nokey 536870912 x', 'SETRANGE nokey 4294967296 x', 'GET k', 'EXISTS nokey'],
  ),
  ...each('SETRANGE offset', ['SET k abc'],
    EDGE_INTEGERS.filter((value) => value.length < 9 || value.length > 18).map((value) => ['SETRANGE', 'k',
    value, 'x'])),
  ...each('SETRANGE offset and nothing', [], ['-1', 'abc', '', '0'].map((value) => ['SETRANGE', 'nokey',
    value, ''])),
  ...otherTypes('SETRANGE', 'SETRANGE other 0 x', 'SETRANGE other 0 ""', 'SETRANGE other -1 x'),
  ...['GETRANGE', 'SUBSTR'].flatMap((name) => [
    arity(name, 0, 1, 2, 4),
    ...table(
      [name, 'SET k "Hello World"', ...['0 0', '0 -1', '0 4', '-5 -1', '-3 2', '5 3', '-1 -5', '100 200',
        '-100 -50', '-100 3', '3 100', '10 10', '11 11', '-11 -11', '-12 -11', '0 9223372036854775807',
        '-9223372036854775808 9223372036854775807', '-9223372036854775808 -9223372036854775808',
        '9223372036854775807 -1'].map((range) => `${name} k ${range}`)],
      [`${name} of nothing and of numbers`, `${name} nokey 0 -1`, 'SET n 123456', `${name} n 1 3`,
        `${name} n -2 -1`, 'SET e ""', `${name} e 0 -1`, `${name} e -1 0`],
      [`${name} of a long string`, ['SET', 'k', Buffer.alloc(100_000, 'abcdefghij')],
        `${name} k 50000 50020`, `${name} k -15 -1`, `${name} k 0 69999`],
    ),
    ...each(`${name} bounds`, ['SET k abc'], ['abc 0', '0 abc', '"" 0', '0 ""', '1.0 2',
      '0 9223372036854775808', ' " 1" 2'].map((range) => `${name} k ${range}`)),
    ...otherTypes(name, `${name} other 0 -1`, `${name} other x -1`),
  ]),
]; // prettier-ignore

const counterValues = [
  ...EDGE_INTEGERS,
  '9223372036854775806',
  '-9223372036854775807',
  '10',
  '-10',
  '1\n',
  '12345678901234567890123',
  '1'.repeat(64),
];

const counterCases: DifferentialCase[] = [
  ...['INCR', 'DECR'].flatMap((name) => [
    arity(name, 0, 2, 3),
    ...table([name, `${name} k`, `${name} k`, 'GET k', 'OBJECT ENCODING k', 'EXPIRE k 100', `${name} k`,
      'PTTL k']),
    ...counterValues.map((value) => ({ title: `${name} of ${JSON.stringify(value)}`, steps: [['SET', 'k',
      value], `${name} k`, `${name} k`, 'GET k', 'OBJECT ENCODING k'] })),
    ...otherTypes(name, `${name} other`),
  ]),
  ...['INCRBY', 'DECRBY'].flatMap((name) => [
    arity(name, 0, 1, 3),
    ...counterValues.flatMap((value) =>
      ['0', '5', '-5', '9223372036854775807', '-9223372036854775808'].map((start) => ({
        title: `${name} ${JSON.stringify(value)} from ${start}`,
        steps: [`SET k ${start}`, [name, 'k', value], 'GET k'],
      })),
    ),
    ...table([`${name} a new key`, `${name} k 7`, 'GET k', `${name} nokey abc`, 'EXISTS nokey', 'SET s abc',
      `${name} s 1`, 'SET s 1', 'APPEND s 2', `${name} s 1`, 'OBJECT ENCODING s']),
    ...otherTypes(name, `${name} other 1`, `${name} other x`),
  ]),
  arity('INCRBYFLOAT', 0, 1, 3),
  ...['0', '1', '-1', '0.1', '3.0e3', '5.0e-3', '-0', '-0.0', '.5', '5.', '1e', 'e1', 'abc', '', ' 1', '1 ',
    'inf', '-inf', '+inf', 'nan', 'Infinity', 'infinity', '1e400', '-1e400', '1e308', '1.7e308', '1e4932',
    '9e4931', '5e-324', '1e-20', '0x10', '0x1p3',
    '3.14159265358979323846', '10000000000000000000', '1e17', '1e18', '1e20', '123456789012345678',
      '0.000000000000000001', '100000000000000000000000000', '1_000', '1,5', '+5', '--5', '00012',
      '9223372036854775807', '1.5abc', '\x00', '1\x00'].flatMap((value) =>
    ['', '10.5', '3', 'abc', '1e10', '-0.1', '5.0e3'].map((start) => ({
      title: `INCRBYFLOAT ${JSON.stringify(value)} from ${JSON.stringify(start)}`,
      steps: [...(start === '' ? [] : [`SET k ${start}`]), ['INCRBYFLOAT', 'k', value], 'GET k',
        'OBJECT ENCODING k', ['INCRBYFLOAT', 'k', '0.1'], 'GET k'],
    })),
  ),
  ...table(
    ['INCRBYFLOAT of stored texts', ...['1.50', ' 1', '1 ', '0x10', 'inf', 'nan', '', '1e5',
      '-0'].flatMap((value) => [['SET', 'k', value], 'INCRBYFLOAT k 1', 'GET k'])],
    ['INCRBYFLOAT adds up', ...Array.from({ length: 30 }, () => 'INCRBYFLOAT k 0.1'),
      ...Array.from({ length: 30 }, () => 'INCRBYFLOAT k -0.1')],
    ['INCRBYFLOAT overflow', 'SET k 1e4932', 'INCRBYFLOAT k 1e4932', 'GET k', 'SET k 1.1e4932',
      'INCRBYFLOAT k 1.1e4932', 'GET k'],
  ),
  ...otherTypes('INCRBYFLOAT', 'INCRBYFLOAT other 1', 'INCRBYFLOAT other x'),
]; // prettier-ignore

const lcsPairs = [
  'SET a ohmytext | SET b mynewtext', 'SET a "" | SET b abc', 'SET a abc | SET b ""',
    'SET a same | SET b same', 'SET a abc | SET b xyz', 'SET b x', 'SET a 12345 | SET b 2245',
  'SET a abcdefghij | SET b axbxcxdefxghij', 'SET a "\\x00\\xff\\x00" | SET b "\\xff\\x00\\xff"', 'PING',
]; // prettier-ignore

const lcsCases: DifferentialCase[] = [
  arity('LCS', 0, 1, 3, 4),
  ...lcsPairs.map((setup) => ({
    title: `LCS after ${setup}`,
    steps: [
      ...setup.split(' | '),
      'LCS a b', 'LCS b a', 'LCS a a', 'LCS a b LEN', 'LCS a b IDX', 'LCS a b IDX WITHMATCHLEN',
        'LCS a b IDX MINMATCHLEN 2', 'LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN',
      'LCS a b WITHMATCHLEN', 'LCS a b MINMATCHLEN 2', 'LCS b a idx withmatchlen minmatchlen 0',
        'LCS a b IDX MINMATCHLEN -5', 'LCS a b LEN WITHMATCHLEN', 'LCS a b IDX IDX', 'LCS a b LEN LEN',
      'LCS a b IDX MINMATCHLEN 9223372036854775807',
    ],
  })),
  ...each('LCS', ['MSET a abc b abd'], ['LCS a b LEN IDX', 'LCS a b IDX LEN', 'LCS a b BOGUS',
    'LCS a b MINMATCHLEN', 'LCS a b MINMATCHLEN x', 'LCS a b IDX MINMATCHLEN 1.5',
    'LCS a b IDX MINMATCHLEN 99999999999999999999', 'LCS nokey a', 'LCS nokey nokey IDX',
    'LCS a b IDX BOGUS', 'LCS a b ""']),
  ...table(['LCS of long strings', ['SET', 'a', 'abcde'.repeat(200)], ['SET', 'b', 'badec'.repeat(150)],
    'LCS a b LEN', 'LCS a b', 'LCS a b IDX MINMATCHLEN 3 WITHMATCHLEN']),
  ...otherTypes('LCS', 'SET s v', 'LCS other s', 'LCS s other', 'LCS other other', 'LCS nokey other IDX'),
]; // prettier-ignore

export const stringsCases: DifferentialCase[] = [
  ...setCases,
  ...getCases,
  ...rangeCases,
  ...counterCases,
  ...lcsCases,
];
