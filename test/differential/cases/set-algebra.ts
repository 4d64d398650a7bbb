/** Intersections, unions and differences of sets, their STORE forms, and SINTERCARD. */
import type { DifferentialCase } from '../../support/server-pair.js';
import { unordered, type Step } from '../../support/steps.js';
import { ALL_BYTES, EDGE_INTEGERS, arity, each, likeRedis8, numbered, table } from '../../support/tables.js';
import { stringAndOtherTypes } from '../../support/other-types.js';

const OPERATIONS = ['SINTER', 'SUNION', 'SDIFF'];
/** Groups of sets `a`, `b`, `c`, `d`; not all of them exist in each. */
const GROUPS: readonly (readonly [string, readonly Step[]])[] = [
  ['numbers', ['SADD a 1 2 3 4 5', 'SADD b 4 5 6', 'SADD c 5', 'SADD d 7 8']],
  ['words', ['SADD a p q r s', 'SADD b r s t', 'SADD c s', 'SADD d x y z']],
  ['numbers and words', ['SADD a 1 2 3 p', 'SADD b 3 4', 'SADD c p 3', 'SADD d 01 +3']],
  ['equal sets', ['SADD a x 1 y', 'SADD b y x 1', 'SADD c 1 y x', 'SADD d y 1 x']],
  ['missing sets', ['SADD a 1 x', 'SADD c x']],
  ['an empty database', []],
  ['a large and a small set', [['SADD', 'a', ...numbered('m', 3000)], 'SADD b m7 m2999 x', ['SADD', 'c',
    ...numbered('m', 1000, 2000)], 'SADD d m2500']],
  ['large sets of numbers', [['SADD', 'a', ...numbered('', 1500)], ['SADD', 'b', ...numbered('', 1500, 700)],
    ['SADD',
    'c', ...numbered('', 400, 900)], 'SADD d 1000 1 5000']],
  ['large sets of words', [['SADD', 'a', ...numbered('m', 1500)], ['SADD', 'b', ...numbered('m', 1500, 700)],
    ['SADD',
    'c', ...numbered('m', 2500)], ['SADD', 'd', ...numbered('m', 10, 1000), ...numbered('', 700)]]],
  ['bytes', [['SADD', 'a', ALL_BYTES, '', '\0', '1'], ['SADD', 'b', ALL_BYTES, ''], ['SADD', 'c', '', '\0'],
    ['SADD',
    'd', '\0\0']]],
]; // prettier-ignore
const KEY_LISTS = ['a', 'nokey', 'a b', 'b a', 'a a', 'a nokey', 'nokey a', 'a b c', 'c b a', 'a d',
  'b c d a', 'a b a b',
  'a a a', 'd c', 'nokey nokey', 'a b nokey d', 'b a nokey']; // prettier-ignore
/** Those of them that the STORE forms are tried with. */
const STORED_LISTS = ['a', 'nokey', 'a b', 'b a', 'a nokey', 'b c d a', 'a a a', 'd c', 'nokey a'];
const DESTINATIONS = ['dest', 'a', 'b', 'd'];

const readCases: DifferentialCase[] = OPERATIONS.flatMap((name) => [
  arity(name, 0),
  ...GROUPS.map(([title, setup]) => ({
    title: `${name} of ${title}`,
    steps: [...setup, ...KEY_LISTS.map((keys) => unordered(`${name} ${keys}`)), 'DBSIZE'],
  })),
  ...table(
    [`${name} of one set twice in both orders`, ['SADD', 'a', ...numbered('', 20)], 'SADD b 3 x',
      unordered(`${name} a b`), unordered(`${name} b a`)],
    [`${name} of what expired`, 'SADD a 1 2', 'SADD b 2 3', 'PEXPIREAT b 1', unordered(`${name} a b`),
      unordered(`${name} b a`), unordered(`${name} b`)],
    [`${name} of many sets`, ...numbered('s', 40).map((key): Step => ['SADD', key, 'x', key, ...numbered('',
      30,
      Number(key.slice(1)))]), unordered(`${name} ${numbered('s', 40).join(' ')}`),
      unordered(`${name} ${numbered('s', 40).reverse().join(' ')}`)],
    [`${name} of numbers gives them in order`, 'SADD a 9 -5 100000 3', `${name} a`, `${name} a a`,
      'SADD b 3 9 70000',
      `${name} a b`, `${name} b a`],
  ),
  ...stringAndOtherTypes(name, 'SADD s one x', unordered(`${name} other`), unordered(`${name} s other`),
    unordered(`${name} other s`), unordered(`${name} nokey other`), unordered(`${name} s nokey other`),
    unordered(`${name} other nokey`)),
]); // prettier-ignore

const storeCases: DifferentialCase[] = OPERATIONS.map((name) => `${name}STORE`).flatMap((name) => [
  arity(name, 0, 1),
  ...GROUPS.flatMap(([title, setup]) => DESTINATIONS.map((destination) => ({
    title: `${name} ${destination} of ${title}`,
    steps: STORED_LISTS.flatMap((keys) => ['FLUSHALL', ...setup, `${name} ${destination} ${keys}`,
      `EXISTS ${destination}`, `SCARD ${destination}`, unordered(`SMEMBERS ${destination}`), 'SCARD a']),
  }))),
  ...table(
    [`${name} over a string`, 'SADD a 1 2', 'SET dest v EX 1000', `${name} dest a`, 'TYPE dest',
      'SMEMBERS dest',
      'TTL dest'],
    [`${name} of nothing removes a string`, 'SET dest v', `${name} dest nokey nokey`, 'EXISTS dest'],
    [`${name} of nothing removes a set`, 'SADD dest 1', `${name} dest nokey`, 'EXISTS dest',
      `${name} dest nokey`],
    [`${name} drops the expiry`, 'SADD a 1 2', 'SADD dest 1', 'EXPIRE dest 1000', `${name} dest a`,
      'TTL dest',
      'EXPIRE a 1000', `${name} dest a`, 'TTL dest', 'TTL a', `${name} a a`, 'TTL a', 'SMEMBERS a'],
    [`${name} where a source is of another type`, 'SADD a 1', 'SET s v', 'SADD dest 9', `${name} dest a s`,
      `${name} dest s a`, `${name} dest nokey s`, `${name} s s`, `${name} s a`, 'TYPE s', 'SMEMBERS dest'],
    [`${name} of what expired`, 'SADD a 1 2', 'SADD b 2 3', 'PEXPIREAT b 1', `${name} dest a b`,
      'EXISTS dest',
      `${name} dest b a`, 'EXISTS dest', `${name} dest b`, 'EXISTS dest'],
    [`${name} result is a set of its own`, 'SADD a 1 2 x', `${name} dest a`, 'SADD dest new', 'SREM a 1',
      unordered('SMEMBERS a'), unordered('SMEMBERS dest'), 'DEL a', unordered('SMEMBERS dest')],
  ),
  ...stringAndOtherTypes(name, 'SADD s one x', `${name} dest other`, `${name} dest s other`,
    `${name} dest nokey other`,
    'EXISTS dest', `${name} other s`, unordered('SMEMBERS other'), `${name} other nokey`),
]); // prettier-ignore

const CARD_CALLS = [
  '1 a', '2 a b', '2 b a', '3 a b c', '1 nokey', '2 a nokey', '2 nokey a', '2 a a', '2 a b LIMIT 0',
    '2 a b LIMIT 1',
  '2 a b LIMIT 2', '2 a b LIMIT 3', '2 a b limit 100', '1 a LIMIT 2', '1 a LIMIT 0',
    '2 a b LIMIT 9223372036854775807',
  '4 a b c d', '2 a nokey LIMIT 1', '0 a', '-1 a', 'abc a', '2 a', '3 a b', '1 a b', '2 a b LIMIT',
    '2 a b LIMIT -1',
  '2 a b LIMIT abc', '2 a b LIMIT 9223372036854775808', '2 a b BOGUS', '2 a b BOGUS 1',
    '2 a b LIMIT 1 LIMIT 2',
  '2 a b LIMIT 1 BOGUS', '2 a b LIMIT 1 2', '0', '1', '9223372036854775807 a', '2147483648 a',
    '4294967298 a b',
  '1.0 a', '" 1" a', '3 a b LIMIT 1', '2 LIMIT a', '3 a b LIMIT', '2 a s', '2 s a LIMIT 1', '2 nokey s',
    '1 s',
  '1 s LIMIT -1', '1 s BOGUS', '2 s nokey', '0 s LIMIT -1', '100 a LIMIT -1',
]; // prettier-ignore

const cardinalityCases: DifferentialCase[] = [
  arity('SINTERCARD', 0, 1),
  ...GROUPS.map(([title, setup]) => ({
    title: `SINTERCARD of ${title}`,
    steps: [...setup, ...KEY_LISTS.flatMap((keys) => ['', ' LIMIT 0', ' LIMIT 1', ' LIMIT 3',
      ' LIMIT 700'].map(
      (limit) => `SINTERCARD ${keys.split(' ').length} ${keys}${limit}`))],
  })),
  ...each('SINTERCARD', ['SADD a 1 2 3 x', 'SADD b 2 3 x', 'SADD c x 3', 'SET s v'], CARD_CALLS.map((call) =>
    `SINTERCARD ${call}`)),
  ...each('SINTERCARD numkeys', ['SADD a 1'], EDGE_INTEGERS.map((count) => ['SINTERCARD', count, 'a'])),
  ...each('SINTERCARD LIMIT', ['SADD a 1 2 3'], EDGE_INTEGERS.map((count) => ['SINTERCARD', '1', 'a', 'LIMIT',
    count])),
  ...stringAndOtherTypes('SINTERCARD', 'SINTERCARD 1 other', 'SINTERCARD 2 nokey other',
    'SINTERCARD 2 other nokey',
    'SINTERCARD 1 other LIMIT -1', 'SINTERCARD 1 other BOGUS'),
]; // prettier-ignore

const RESULT_ENCODINGS = ['OBJECT ENCODING dest', unordered('SMEMBERS dest'), 'SCARD dest'];
/** Sets on both sides of the limits of encodings. */
const ENCODED: readonly (readonly [string, Step, Step])[] = [
  ['intsets', 'SADD a 1 2 3', 'SADD b 2 3 4'],
  ['an intset and a listpack', 'SADD a 1 2 3', 'SADD b 2 x 1'],
  ['a listpack and an intset', 'SADD a 1 2 3 x', 'SADD b 2 3'],
  ['listpacks', 'SADD a x y z', 'SADD b y z q'],
  ['a listpack and a hashtable', 'SADD a x y z', ['SADD', 'b', 'x', 'y', 'L'.repeat(65)]],
  ['a hashtable and a listpack', ['SADD', 'a', 'x', 'y', 'L'.repeat(65)], 'SADD b x q'],
  ['large intsets', ['SADD', 'a', ...numbered('', 512)], ['SADD', 'b', ...numbered('', 512, 100)]],
  ['hashtables of numbers', ['SADD', 'a', ...numbered('', 600)], ['SADD', 'b', ...numbered('', 600, 500)]],
  ['hashtables of words', ['SADD', 'a', ...numbered('m', 200)], ['SADD', 'b', ...numbered('m', 200, 100)]],
  ['listpacks of 100', ['SADD', 'a', ...numbered('m', 100)], ['SADD', 'b', ...numbered('m', 100, 50)]],
  ['listpacks of 64', ['SADD', 'a', ...numbered('m', 64)], ['SADD', 'b', ...numbered('n', 64)]],
  ['listpacks of 64 and 65', ['SADD', 'a', ...numbered('m', 64)], ['SADD', 'b', ...numbered('n', 65)]],
  ['a hashtable whose rest is numbers', ['SADD', 'a', '1', '2', 'L'.repeat(65)], ['SADD', 'b',
    'L'.repeat(65)]],
  ['words of which numbers are common', 'SADD a 1 2 x', 'SADD b 1 2 y'],
]; // prettier-ignore

const encodingCases: DifferentialCase[] = likeRedis8(OPERATIONS.flatMap((name) => ENCODED.map(
  ([title, first, second]) => ({
    title: `the encoding of ${name}STORE of ${title}`,
    steps: ['a b', 'b a', 'a', 'b', 'a a', 'a nokey', 'nokey b'].flatMap((keys) => ['FLUSHALL', first, second,
      `${name}STORE dest ${keys}`, ...RESULT_ENCODINGS]),
  }),
))); // prettier-ignore

export const setAlgebraCases: DifferentialCase[] = [
  ...readCases,
  ...storeCases,
  ...cardinalityCases,
  ...encodingCases,
];
