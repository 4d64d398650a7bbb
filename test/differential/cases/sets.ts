/**
 * Sets: adding, removing, asking, choosing, moving, scanning. What combines several sets is in
 * set-algebra.ts, encodings and the order of small sets are in set-encodings.ts.
 *
 * Redis 7.0 gives the members of any set that is not an intset in random order; they are compared without it.
 */
import type { DifferentialCase } from '../../support/server-pair.js';
import { choice, drain, removal, scanCollection } from '../../support/collection-steps.js';
import { unordered, type Step } from '../../support/steps.js';
import { ALL_BYTES, EDGE_INTEGERS, arity, each, likeRedis8, numbered, table } from '../../support/tables.js';
import { stringAndOtherTypes } from '../../support/other-types.js';

const MEMBERS = unordered('SMEMBERS k');
const AFTER = [MEMBERS, 'SCARD k', 'EXISTS k'];
const SMALL = 'SADD k a b c 1 22';
const EACH_BYTE = Array.from(ALL_BYTES, (byte) => Buffer.from([byte]));
/** Integers that an intset keeps in 2, 4 and 8 bytes, and their neighbours. */
const INTEGERS = ['0', '1', '-1', '32767', '32768', '-32768', '-32769', '2147483647', '2147483648',
  '-2147483648',
  '-2147483649', '9223372036854775807', '-9223372036854775808', '4294967296']; // prettier-ignore

/** Sets of each encoding, small and large. */
const KINDS: readonly (readonly [string, readonly Step[]])[] = [
  ['three numbers', ['SADD k 5 1 3']],
  ['500 numbers', [['SADD', 'k', ...numbered('', 500)]]],
  ['2,000 numbers', [['SADD', 'k', ...numbered('', 2000)]]],
  ['five words', [SMALL]],
  ['1,000 words', [['SADD', 'k', ...numbered('member:', 1000)]]],
  ['200 words of 1,000 bytes', [['SADD', 'k', ...numbered('w'.repeat(997), 200, 100)]]],
  ['4,000 words', numbered('', 4).map((at) => ['SADD', 'k', ...numbered(`m${at}:`, 1000)])],
];
const KNOWN = ['5', '1', '3', 'a', '22', '0', '499', '1999', 'member:7', 'member:999',
  `${'w'.repeat(997)}150`, 'm3:77',
  'missing', '', '01', '+1']; // prettier-ignore

const addCases: DifferentialCase[] = [
  arity('SADD', 0, 1),
  ...table(
    ['SADD', 'SADD k a', ...AFTER, 'SADD k a', ...AFTER, 'SADD k b c a d', ...AFTER, 'SADD k x x x', ...AFTER,
      'TYPE k'],
    ['SADD nothing', 'SADD "" ""', 'SMEMBERS ""', 'SISMEMBER "" ""', 'SCARD ""', 'SREM "" ""', 'EXISTS ""'],
    ['SADD every byte', ['SADD', ALL_BYTES, ALL_BYTES], ['SMEMBERS', ALL_BYTES], ['SISMEMBER', ALL_BYTES,
      ALL_BYTES],
      ['SADD', 'k', ...EACH_BYTE], ...AFTER, ['SMISMEMBER', 'k', ...EACH_BYTE],
        ...EACH_BYTE.map((byte): Step =>
      ['SREM', 'k', byte]), 'EXISTS k'],
    ['SADD integers and near-integers', ['SADD', 'k', ...EDGE_INTEGERS], ...AFTER, ['SMISMEMBER', 'k',
      ...EDGE_INTEGERS], ...EDGE_INTEGERS.map((value): Step => ['SISMEMBER', 'k', value]), ['SREM', 'k',
      ...EDGE_INTEGERS.slice(3)], ...AFTER],
    ['SADD integers of every width', ...INTEGERS.flatMap((value) => [`SADD k ${value}`, 'SMEMBERS k',
      'OBJECT ENCODING k']), 'SCARD k', ...INTEGERS.flatMap((value) => [`SISMEMBER k ${value}`,
        `SREM k ${value}`,
      'SMEMBERS k'])],
    ['SADD integers in one command', ['SADD', 'k', ...INTEGERS, ...INTEGERS], 'SMEMBERS k', 'SCARD k'],
    ['SADD keeps the expiry', 'SADD k a', 'EXPIRE k 1000', 'SADD k b', 'TTL k'],
    ['SADD onto what expired', 'SADD k a', 'PEXPIREAT k 1', 'SADD k b', 'SMEMBERS k', 'TTL k'],
    ['SADD words of every length', ...[0, 1, 62, 63, 64, 65, 127, 128, 4095, 4096, 8192,
      65_536].flatMap((size):
      Step[] => [['SADD', 'k', 'x'.repeat(size)], ['SISMEMBER', 'k', 'x'.repeat(size)], 'SCARD k']),
        ...AFTER],
  ),
  ...stringAndOtherTypes('SADD', 'SADD other x', 'SADD other x y z'),
  arity('SREM', 0, 1),
  ...table(
    ['SREM', 'SREM nokey a', 'SREM nokey a b', SMALL, 'SREM k missing', ...AFTER, 'SREM k a', ...AFTER,
      'SREM k a b missing b', ...AFTER, 'SREM k 1', ...AFTER, 'SREM k c 22', ...AFTER, 'SREM k c'],
    ['SREM the last member removes the key', 'SADD k a', 'EXPIRE k 1000', 'SREM k a', 'EXISTS k', 'SADD k a',
      'TTL k'],
    ['SREM more than there are', 'SADD k 1 2 3', 'SREM k 3 2 1 0 3 x', 'EXISTS k'],
    ['SREM keeps the expiry', SMALL, 'EXPIRE k 1000', 'SREM k a', 'TTL k'],
    ['SREM of what expired', SMALL, 'PEXPIREAT k 1', 'SREM k a', 'EXISTS k'],
    ['SREM words from numbers', 'SADD k 1 2 3', 'SREM k a 01 "1 " 1.0 ""', 'SMEMBERS k', 'OBJECT ENCODING k'],
  ),
  ...stringAndOtherTypes('SREM', 'SREM other one'),
]; // prettier-ignore

const readCases: DifferentialCase[] = [
  arity('SMEMBERS', 0, 2, 3),
  arity('SCARD', 0, 2, 3),
  arity('SISMEMBER', 0, 1, 3),
  arity('SMISMEMBER', 0, 1),
  ...table(
    ['SMEMBERS and SCARD', 'SMEMBERS nokey', 'SCARD nokey', 'SADD k a', 'SMEMBERS k', 'SCARD k',
      'PEXPIREAT k 1',
      'SMEMBERS k', 'SCARD k'],
    ['SISMEMBER', 'SISMEMBER nokey a', SMALL, ...['a', 'A', '1', '01', '""', 'missing', '22',
      '2'].map((member) =>
      `SISMEMBER k ${member}`), 'SADD n 1 2', 'SISMEMBER n 1', 'SISMEMBER n 3', 'SISMEMBER n a',
        'SISMEMBER n ""',
      'SISMEMBER n 99999999999999999999', 'PEXPIREAT k 1', 'SISMEMBER k a'],
    ['SMISMEMBER', 'SMISMEMBER nokey a', 'SMISMEMBER nokey a b a', SMALL, 'SMISMEMBER k a',
      'SMISMEMBER k missing',
      'SMISMEMBER k a missing 1 a 01 "" 22 b', 'SADD n 1 2', 'SMISMEMBER n 1 3 a "" 2', 'PEXPIREAT k 1',
      'SMISMEMBER k a b'],
  ),
  ...KINDS.flatMap(([title, setup]) => table(
    [`reading ${title}`, ...setup, 'SCARD k', MEMBERS, ...KNOWN.map((member): Step => ['SISMEMBER', 'k',
      member]),
      ['SMISMEMBER', 'k', ...KNOWN, ...KNOWN]],
    [`editing ${title}`, ...setup, ...KNOWN.flatMap((member): Step[] => [['SADD', 'k', member, 'new'],
      ['SREM', 'k',
      member], ['SISMEMBER', 'k', member], ['SREM', 'k', member, 'new'], 'SCARD k', ['SADD', 'k', member]]),
      ...AFTER],
    [`emptying ${title}`, ...setup, 'EXPIRE k 1000', ['SREM', 'k', ...numbered('', 1000, 1000)], 'SCARD k',
      ['SREM',
      'k', ...numbered('', 1000), ...numbered('member:', 700), 'a', 'b', 'c'], 'SCARD k', MEMBERS, 'TTL k',
        ['SREM',
      'k', ...numbered('member:', 1000)], ['SREM', 'k', ...numbered('w'.repeat(997), 200, 100)],
      ...numbered('m', 5).map((at): Step => ['SREM', 'k', ...numbered(`${at}:`, 1000)]), 'EXISTS k',
        'SADD k 1',
      'TTL k', 'OBJECT ENCODING k'],
    [`scanning ${title}`, ...setup, scanCollection('SSCAN k', '', 1), scanCollection('SSCAN k', 'COUNT 1', 1),
      scanCollection('SSCAN k', 'COUNT 1000', 1), scanCollection('SSCAN k', 'MATCH *1', 1),
        scanCollection('SSCAN k',
      'COUNT 77 MATCH m[1-3]*', 1), scanCollection('SSCAN k', 'MATCH none*', 1)],
    [`copying ${title}`, ...setup, 'EXPIRE k 1000', 'COPY k c', 'SADD c new', 'SREM k 1 a 5 member:7',
      MEMBERS,
      unordered('SMEMBERS c'), 'TTL c', 'DEL k', unordered('SMEMBERS c'), 'RENAME c r', 'MOVE r 3',
        'SELECT 3',
      'SCARD r', unordered('SMEMBERS r'), 'UNLINK r', 'EXISTS r'],
    [`a string over ${title}`, ...setup, 'SET k v', 'SCARD k', 'GET k', 'DEL k', 'SADD k a', 'SMEMBERS k'],
  )),
  ...stringAndOtherTypes('SMEMBERS and SCARD', unordered('SMEMBERS other'), 'SCARD other'),
  ...stringAndOtherTypes('SISMEMBER and SMISMEMBER', 'SISMEMBER other one', 'SMISMEMBER other one x'),
  ...table(['a set under another command', 'SADD k a b', 'GET k', 'INCR k', 'APPEND k x', 'SETRANGE k 0 x',
    'STRLEN k',
    'BITCOUNT k', 'PFADD k x', 'GETDEL k', 'MGET k', 'SET k v', 'SADD k a', 'GET k']),
]; // prettier-ignore

const COUNTS = ['0', '1', '2', '4', '5', '6', '100', '499', '1500', '3999', '20000'];
const HUGE_COUNTS = /^-?(2147|4294|9223372036854775807|9223372036854775808)/;

const randomCases: DifferentialCase[] = [
  arity('SPOP', 0, 3, 4),
  arity('SRANDMEMBER', 0, 3, 4),
  ...KINDS.flatMap(([title, setup]) => table(
    [`SRANDMEMBER of ${title}`, ...setup, choice('SRANDMEMBER k', 'SMEMBERS k'), ...COUNTS.map((count) =>
      choice(`SRANDMEMBER k ${count}`, 'SMEMBERS k')), ...COUNTS.slice(1).map((count) =>
      choice(`SRANDMEMBER k -${count}`, 'SMEMBERS k', 'may repeat')), 'SCARD k'],
    [`SPOP of ${title}`, ...setup, 'EXPIRE k 1000', removal('SPOP k', 'SMEMBERS k'), removal('SPOP k 0',
      'SMEMBERS k'),
      removal('SPOP k 1', 'SMEMBERS k'), 'TTL k', removal('SPOP k 2', 'SMEMBERS k'), removal('SPOP k',
        'SMEMBERS k'),
      removal('SPOP k 300', 'SMEMBERS k'), removal('SPOP k 50', 'SMEMBERS k'), removal('SPOP k 600',
        'SMEMBERS k'),
      'SCARD k', 'SADD k new', 'SCARD k', removal('SPOP k 20000', 'SMEMBERS k'), 'EXISTS k', 'TTL k'],
    [`SPOP all of ${title}`, ...setup, drain('SPOP k 7'), 'EXISTS k', 'SPOP k', 'SPOP k 3'],
    [`SPOP all but a few of ${title}`, ...setup, removal('SPOP k 190', 'SMEMBERS k'), removal('SPOP k 1780',
      'SMEMBERS k'), removal('SPOP k 1990', 'SMEMBERS k'), 'SADD k x', 'SISMEMBER k x', 'SREM k x',
        removal('SPOP k 5',
      'SMEMBERS k'), removal('SPOP k 5000', 'SMEMBERS k'), 'EXISTS k'],
    [`SPOP everything at once of ${title}`, ...setup, unordered('SPOP k 100000'), 'EXISTS k'],
  )),
  ...each('SPOP count', ['SADD k 7'], EDGE_INTEGERS.flatMap((count) => [['SPOP', 'k', count], ['SPOP',
    'nokey',
    count]])),
  ...each('SRANDMEMBER count', ['SADD k 7'], EDGE_INTEGERS.filter((count) => !/^-\d{5}/.test(count))
    .flatMap((count) => [['SRANDMEMBER', 'k', count], ['SRANDMEMBER', 'nokey', count]])),
  ...each('SRANDMEMBER count of a missing key', [], EDGE_INTEGERS.filter((count) => HUGE_COUNTS.test(count))
    .map((count) => ['SRANDMEMBER', 'nokey', count])),
  ...each('choosing', ['SADD k 7'], ['SPOP k 1 2', 'SRANDMEMBER k 1 2', 'SPOP k 1 x', 'SRANDMEMBER k -3',
    'SPOP nokey',
    'SRANDMEMBER nokey', 'SRANDMEMBER nokey 0', 'SRANDMEMBER nokey -5', 'SPOP nokey 0', 'SPOP nokey 5',
    'SRANDMEMBER k -9223372036854775808', 'SRANDMEMBER k 9223372036854775807',
      'SRANDMEMBER k 9223372036854775808']),
  ...table(
    ['SPOP the last member', 'SADD k a', 'EXPIRE k 1000', 'SPOP k', 'EXISTS k', 'SPOP k', 'SADD k a',
      'TTL k'],
    ['SPOP of what expired', SMALL, 'PEXPIREAT k 1', 'SPOP k', 'SPOP k 2', 'SRANDMEMBER k',
      'SRANDMEMBER k 2'],
    ['SPOP bytes', ['SADD', 'k', ALL_BYTES], 'SRANDMEMBER k', 'SRANDMEMBER k -2', 'SPOP k', 'EXISTS k'],
    ['SPOP numbers of every width', ['SADD', 'k', ...INTEGERS], choice('SRANDMEMBER k 100', 'SMEMBERS k'),
      drain('SPOP k')],
  ),
  ...stringAndOtherTypes('SPOP and SRANDMEMBER', 'SPOP other 0', 'SPOP other -1', 'SPOP other x',
    'SRANDMEMBER other 0', 'SRANDMEMBER other x'),
  ...table(['SPOP and SRANDMEMBER of a string', 'SET s v', 'SPOP s', 'SPOP s 1', 'SRANDMEMBER s',
    'SRANDMEMBER s 1']),
]; // prettier-ignore

const movingCases: DifferentialCase[] = [
  arity('SMOVE', 0, 1, 2, 4),
  ...[['words', 'a', 'b', 'z'], ['numbers', '1', '2', '26'], ['numbers to words', '1', 'b', '2']].flatMap(
    ([title = '', one = '', two = '', three = '']) => {
      const both = [unordered('SMEMBERS s'), unordered('SMEMBERS d'), 'EXISTS s d', 'TTL s', 'TTL d'];
      return table(
        [`SMOVE ${title}`, `SADD s ${one} ${two}`, `SADD d ${three}`, 'EXPIRE s 1000', 'EXPIRE d 5000',
          `SMOVE s d ${one}`, ...both, `SMOVE s d ${one}`, ...both, 'SMOVE s d missing', ...both,
            `SMOVE s d ${two}`,
          ...both, `SMOVE s d ${two}`],
        [`SMOVE ${title} to a new key`, `SADD s ${one} ${two}`, 'EXPIRE s 1000', `SMOVE s d ${one}`, ...both],
        [`SMOVE ${title} the only member`, `SADD s ${one}`, 'EXPIRE s 1000', `SMOVE s d ${one}`, ...both],
        [`SMOVE ${title} what is there already`, `SADD s ${one} ${two}`, `SADD d ${one}`, `SMOVE s d ${one}`,
          ...both],
        [`SMOVE ${title} onto itself`, `SADD s ${one}`, `SMOVE s s ${one}`, ...both, `SMOVE s s ${three}`,
          ...both],
        [`SMOVE ${title} from a missing key`, `SADD d ${one}`, `SMOVE s d ${one}`, ...both, 'SET t v',
          `SMOVE nokey t ${one}`, `SMOVE t nokey ${one}`, `SMOVE t t ${one}`, `SMOVE d t ${one}`,
            `SMOVE d t q`,
          `SMOVE t d ${one}`, ...both],
        [`SMOVE ${title} from and onto what expired`, `SADD s ${one}`, 'PEXPIREAT s 1', `SMOVE s d ${one}`,
          ...both,
          `SADD s ${one}`, `SADD d ${two}`, 'PEXPIREAT d 1', `SMOVE s d ${one}`, ...both],
      );
    }),
  ...table(
    ['SMOVE every byte', ['SADD', 's', ALL_BYTES, ''], ['SMOVE', 's', 'd', ALL_BYTES], 'SMEMBERS s',
      'SMEMBERS d',
      ['SMOVE', 's', 'd', ''], 'EXISTS s', 'SCARD d'],
    ['SMOVE a thousand', ['SADD', 's', ...numbered('', 1000)], ...numbered('', 1000).map((member) =>
      `SMOVE s d ${member}`), 'EXISTS s', unordered('SMEMBERS d'), 'SCARD d'],
  ),
  ...stringAndOtherTypes('SMOVE', 'SADD k x', 'SMOVE other k one', 'SMOVE k other x', 'SMOVE k other missing',
    'SMOVE nokey other x', 'SMOVE other other one', 'SMOVE other nokey missing', unordered('SMEMBERS k')),
]; // prettier-ignore

const scanCases: DifferentialCase[] = [
  arity('SSCAN', 0, 1),
  ...each('SSCAN', ['SADD k 1 2'], [
    'SSCAN k abc', 'SSCAN k -1', 'SSCAN k ""', 'SSCAN k 1.5', 'SSCAN k " 1"', 'SSCAN k "1 "',
    'SSCAN k 18446744073709551616', 'SSCAN k 0 COUNT', 'SSCAN k 0 COUNT 0', 'SSCAN k 0 COUNT -1',
      'SSCAN k 0 COUNT abc',
    'SSCAN k 0 COUNT 99999999999999999999', 'SSCAN k 0 MATCH', 'SSCAN k 0 TYPE string', 'SSCAN k 0 BOGUS',
    'SSCAN k 0 BOGUS x', 'SSCAN k 0 COUNT 5 MATCH', 'SSCAN k 0 COUNT 5 6', 'SSCAN nokey abc',
      'SSCAN nokey 0 BOGUS',
    'SSCAN nokey 0', 'SSCAN nokey 5', 'SSCAN nokey 0 COUNT 0',
  ]),
  ...table(
    ['SSCAN an intset', 'SADD k 3 1 2 11', 'SSCAN k 0', 'SSCAN k 0 COUNT 1', 'SSCAN k 0 MATCH 1*',
      'SSCAN k 0 MATCH x',
      'SSCAN k 0 match ? count 1', 'SSCAN k 0 COUNT 1 COUNT 2', 'SSCAN k 0 MATCH 1 MATCH 2'],
    ['SSCAN of an empty member', 'SADD k ""', 'SSCAN k 0 MATCH *', 'SSCAN k 0 MATCH **', 'SSCAN k 0 MATCH ""',
      'SSCAN k 0 MATCH x MATCH *', 'SSCAN k 0 MATCH * MATCH x'],
    ['SSCAN of what expired', SMALL, 'PEXPIREAT k 1', 'SSCAN k 0'],
  ),
  ...likeRedis8(table(
    ['SSCAN a small set', SMALL, 'SSCAN k 0', 'SSCAN k 0 COUNT 1', 'SSCAN k 0 MATCH [ab]',
      'SSCAN k 0 MATCH 2*',
      'SSCAN k 0 MATCH none', 'SSCAN k 0 match * count 2'],
  )),
  ...stringAndOtherTypes('SSCAN', 'SSCAN other abc', 'SSCAN other 0 BOGUS', 'SSCAN other 0 COUNT 0'),
]; // prettier-ignore

export const setsCases: DifferentialCase[] = [
  ...addCases,
  ...readCases,
  ...randomCases,
  ...movingCases,
  ...scanCases,
];
