/**
 * SORT and SORT_RO: of lists, sets and sorted sets, by value or by other keys, giving values or other keys.
 *
 * Redis compares ALPHA elements in the locale of its process, so the words here are those that every locale
 * orders alike, or the target is a list (STORE compares bytes). Elements that compare equal by a weight are
 * ordered by their bytes.
 */
import { inEveryState } from '../../support/key-steps.js';
import { otherTypes } from '../../support/other-types.js';
import type { DifferentialCase } from '../../support/server-pair.js';
import { unordered, type Step } from '../../support/steps.js';
import { ALL_BYTES, EDGE_INTEGERS, arity, each, likeRedis8, table } from '../../support/tables.js';

const NUMBERS: Step = 'RPUSH k 3 1 2 10 -5 1.5 0 2';
const WORDS: Step = 'RPUSH k banana apple cherry date apple elder';
const WEIGHTED: readonly Step[] = [
  'RPUSH k a b c d e',
  'MSET w_a 5 w_b 3 w_c 4 w_d 1 w_e 2',
  'MSET o_a apple o_b beech o_c cedar o_e elm',
  'HSET h_a f 50 g red',
  'HSET h_b f 30 g green',
  'HSET h_c f 10 g blue',
  'HSET h_d f 20',
];
const SOURCES: readonly (readonly [string, Step])[] = [
  ['a list', 'RPUSH k 5 3 9 1 7 3'], ['a set of integers', 'SADD k 5 3 9 1 7 -3'], ['a set',
    'SADD k 5 3 9 1 7 1.5 2e1'], ['a sorted set', 'ZADD k 30 5 10 3 20 9 50 1 40 7'], ['a long list',
    ['RPUSH', 'k', ...Array.from({ length: 700 }, (_, at) => String((at * 7919) % 1009))]],
  ['a large set', ['SADD', 'k', ...Array.from({ length: 700 }, (_, at) => `${(at * 7919) % 1009}.5`)]],
    ['a large set of integers', ['SADD', 'k', ...Array.from({ length: 300 }, (_,
    at) => String((at * 7919) % 1009))]], ['a large sorted set', ['ZADD', 'k', ...Array.from({ length: 300 },
    (_, at) => [String((at * 31) % 97), String((at * 7919) % 1009)]).flat()]],
]; // prettier-ignore
const OPTIONS = [
  '',
  'DESC',
  'ASC',
  'ALPHA',
  'ALPHA DESC',
  'LIMIT 0 3',
  'LIMIT 2 2 DESC',
  'desc alpha limit 1 3',
  'GET #',
  'GET # GET #',
  'LIMIT 0 0',
  'LIMIT 100 5',
  'LIMIT 1 -1',
  'LIMIT -1 3',
  'LIMIT -5 -5',
  'LIMIT 3 100',
  'LIMIT 0 9223372036854775807',
  'LIMIT 9223372036854775807 1',
  'LIMIT 1 9223372036854775807',
];

const sources: DifferentialCase[] = SOURCES.flatMap(([title, setup]) => [
  ...['SORT', 'SORT_RO'].map((name) => ({
    title: `${name} of ${title}`,
    steps: [setup, ...OPTIONS.map((options) => `${name} k ${options}`)],
  })),
  {
    title: `SORT STORE of ${title}`,
    steps: [setup,
      ...OPTIONS.filter((options) => !/^GET/.test(options)).flatMap((options) => [`SORT k ${options} STORE d`,
      'LRANGE d 0 -1', 'TYPE d'])],
  },
]); // prettier-ignore

const BY = [
  'w_*',
  'h_*->f',
  'nokey_*',
  'nosort',
  'w_a',
  '*',
  'h_*->nofield',
  'h_*->',
  'h_a->f',
  'o_*',
  'w_*x',
  '""',
  '#',
  'w_*->f',
  '->f',
  'h_*-f',
  '*->f',
];
const GET = [
  'w_*',
  'o_*',
  'h_*->f',
  'h_*->g',
  '#',
  'nokey_*',
  'w_a',
  '*',
  'h_*->',
  '""',
  'w_*x',
  'h_*->nofield',
  '*_a',
  'h_**->f',
  '->f',
  'w_*->f',
  '##',
  'h_*->f->g',
];

const patterns: DifferentialCase[] = [
  ...BY.map((by) => ({
    title: `SORT BY ${by}`,
    steps: [...WEIGHTED, ...['', 'DESC', 'ALPHA', 'ALPHA DESC', 'LIMIT 1 2', 'GET #',
      'GET o_*'].flatMap((options) => [`SORT k BY ${by} ${options}`, `SORT_RO k ${options} BY ${by}`]),
      `SORT k BY ${by} ALPHA STORE d`, 'LRANGE d 0 -1'],
  })),
  {
    title: 'SORT with a NUL behind the sign of the element',
    steps: [NUMBERS, ['SORT', 'k', 'GET', '#\0'], ['SORT', 'k', 'GET', '#\0*'], ['SORT', 'k', 'BY', '#\0*']],
  },
  ...GET.map((get) => ({
    title: `SORT GET ${get}`,
    steps: [...WEIGHTED, `SORT k ALPHA GET ${get}`, `SORT k BY w_* GET ${get}`,
      `SORT k BY w_* GET # GET ${get} GET o_* LIMIT 1 3`, `SORT k BY nosort GET ${get}`,
      `SORT k BY w_* GET ${get} STORE d`, 'LRANGE d 0 -1', 'LLEN d'],
  })),
  ...table(
    ['patterns over keys of other types', ...WEIGHTED, 'DEL w_a o_b h_c', 'RPUSH w_a 1', 'SET h_c 1',
      'HSET o_b f 1', 'SORT k BY w_*', 'SORT k BY h_*->f GET #',
      'SORT k BY nosort GET w_* GET h_*->f GET o_*', 'SORT k BY nosort GET h_* GET o_*->f'],
    ['weights that are no numbers', 'RPUSH k a b c', 'MSET w_a 1 w_b x w_c 2', 'SORT k BY w_*',
      'SORT k BY w_* ALPHA', 'SORT k BY w_* STORE d', 'EXISTS d', 'SET w_b ""', 'SORT k BY w_*',
      'SET w_b " 1"', 'SORT k BY w_*', 'SET w_b 0x10', 'SORT k BY w_*', 'SET w_b nan', 'SORT k BY w_*',
      'SET w_b inf', 'SORT k BY w_*', 'SET w_b -inf', 'SORT k BY w_*', 'SET w_b 1e400', 'SORT k BY w_*',
      'SET w_b "1 "', 'SORT k BY w_*', 'SET w_b 9007199254740993', 'SORT k BY w_*'],
    ['equal weights', 'RPUSH k d b c a b', 'MSET w_a 1 w_b 1 w_c 1 w_d 1', 'SORT k BY w_*',
      'SORT k BY w_* DESC', 'SORT k BY w_* ALPHA', 'SORT k BY nokey_*', 'SORT k BY nokey_* DESC',
      'SORT k BY nokey_* ALPHA', 'RPUSH j 1 1.0 01 1e0 +1', 'SORT j', 'SORT j DESC'],
    ['weights that are missing', 'RPUSH k a b c d', 'MSET w_b 5 w_c -5', 'SORT k BY w_*',
      'SORT k BY w_* DESC', 'SORT k BY w_* ALPHA', 'SORT k BY w_* ALPHA DESC'],
    ['weights that expired', 'RPUSH k a b', 'MSET w_a 2 w_b 1 o_a x o_b y', 'PEXPIREAT w_a 1',
      'PEXPIREAT o_b 1', 'SORT k BY w_* GET o_*'],
    ['numbers as weights and as values', 'RPUSH k 1 2 3',
      'MSET w_1 30 w_2 20 w_3 10 v_1 100 v_2 2000000000000 v_3 -7', 'SORT k BY w_* GET v_*',
      'SORT k BY w_* GET v_* GET # STORE d', 'LRANGE d 0 -1'],
    ['nosort keeps the order of a list and a sorted set', 'RPUSH k 3 1 2 9 7', 'SORT k BY nosort',
      'SORT k BY nosort LIMIT 1 3', 'SORT k BY nosort DESC', 'SORT k BY nosort DESC LIMIT 1 2',
      'SORT k BY nosort ALPHA', 'SORT k BY nosort STORE d', 'LRANGE d 0 -1', 'SORT k BY nosort LIMIT -1 2',
      'SORT k BY nosort LIMIT 4 -1', 'SORT k BY nosort LIMIT 3 9223372036854775807',
      'ZADD z 3 a 1 b 2 c 9 d 7 e', 'SORT z BY nosort', 'SORT z BY nosort DESC', 'SORT z BY nosort LIMIT 1 2',
        'SORT z BY nosort DESC LIMIT 1 2', 'SORT z BY nosort LIMIT -1 -1', 'SORT z BY nosort LIMIT 10 2',
        'SORT z BY nosort STORE d', 'LRANGE d 0 -1', 'SORT z BY nosort DESC LIMIT 0 3 STORE d',
        'LRANGE d 0 -1', 'SORT z BY nosort LIMIT 9223372036854775807 9223372036854775807'],
    ['nosort of a set', 'SADD k c a b', unordered('SORT k BY nosort'), unordered('SORT k BY nosort GET #'),
      'SADD i 5 3 9', 'SORT i BY nosort', 'SORT i BY nosort LIMIT 1 1', 'SORT k BY nosort STORE d',
      'LRANGE d 0 -1', 'SORT k BY nosort DESC STORE d', 'LRANGE d 0 -1', 'SORT k BY nosort LIMIT 0 2 STORE d',
      'LRANGE d 0 -1', 'SORT i BY nosort STORE d', 'LRANGE d 0 -1'],
    ['nosort of a large sorted set', ['ZADD', 'z', ...Array.from({ length: 300 }, (_, at) => [String(at % 50),
      `m${at}`]).flat()], 'SORT z BY nosort LIMIT 10 20', 'SORT z BY nosort DESC LIMIT 10 20',
      'SORT z BY nosort DESC LIMIT 295 20', 'SORT z BY nosort GET # LIMIT 0 3'],
    ['binary patterns and names', ['RPUSH', 'k', 'a\0b', ALL_BYTES.subarray(128)], ['MSET', 'w_a\0b', '2',
      Buffer.concat([Buffer.from('w_'), ALL_BYTES.subarray(128)]), '1'], 'SORT k BY w_*',
      'SORT k BY w_* GET w_*', 'RPUSH e ""', 'SET w_ 5', 'SORT e BY w_* GET w_* GET #'],
  ),
]; // prettier-ignore

const elements: DifferentialCase[] = table(
  ['numbers', NUMBERS, 'SORT k', 'SORT k DESC', 'SORT k LIMIT 0 3', 'SORT k DESC LIMIT 2 4',
    'SORT k ALPHA STORE d', 'LRANGE d 0 -1', 'SORT nokey', 'SORT nokey BY w_* GET x_* LIMIT 0 1',
    'SORT_RO nokey'],
  ['words', WORDS, 'SORT k ALPHA', 'SORT k ALPHA DESC', 'SORT k ALPHA LIMIT 1 3', 'SORT k', 'SORT k DESC',
    'SORT k LIMIT 0 0', 'SORT k LIMIT 0 1', 'SORT k BY nosort'],
  ['what is no number', ...['', ' 1', '1 ', 'x', 'nan', '-nan', '1x', '0x', '1e', '--1',
    '1\0'].flatMap((value) => ['DEL k', ['RPUSH', 'k', '1', value], 'SORT k', 'SORT k STORE d', 'EXISTS d'])],
  ['what is a number',
    'RPUSH k inf -inf 1e308 -1e308 0x10 0X1p2 1e-300 +5 -0 0 .5 5. Infinity 1e400',
    'RPUSH k 9223372036854775807 9223372036854775806 18446744073709551616', 'SORT k', 'SORT k DESC'],
  ['bytes, stored', ['RPUSH', 'k', ...Array.from({ length: 256 }, (_,
    byte) => Buffer.from([(byte * 37) % 256]))], 'SORT k ALPHA STORE d', 'LRANGE d 0 -1',
    'SORT k ALPHA DESC STORE d', 'LRANGE d 0 -1'],
  ['prefixes and cases, stored', 'RPUSH k b B a A ab "" aa a "a\\x00" "a\\x00b" zz Z', 'SORT k ALPHA STORE d',
    'LRANGE d 0 -1'],
  ['one element, and none', 'RPUSH k x', 'SORT k', 'SORT k ALPHA', 'SORT k BY w_*', 'LPOP k', 'SORT k'],
); // prettier-ignore

const storing: DifferentialCase[] = [
  ...table(
    ['STORE replaces what was there', NUMBERS, 'SET d v EX 100', 'SORT k STORE d', 'TYPE d', 'TTL d',
      'LRANGE d 0 -1', 'EXPIRE d 100', 'SORT k STORE d', 'TTL d', 'SORT nokey STORE d', 'EXISTS d', 'SET d v',
      'SORT k LIMIT 0 0 STORE d', 'EXISTS d', 'SET d v', 'SORT k LIMIT 100 1 STORE d', 'EXISTS d'],
    ['STORE onto itself', NUMBERS, 'EXPIRE k 100', 'SORT k STORE k', 'LRANGE k 0 -1', 'TTL k', 'SADD s 3 1 2',
      'SORT s STORE s', 'TYPE s', 'LRANGE s 0 -1', 'ZADD z 1 9 2 8', 'SORT z DESC STORE z', 'TYPE z',
      'LRANGE z 0 -1'],
    ['STORE leaves the expiry of its source', NUMBERS, 'EXPIRE k 100', 'SORT k STORE d', 'TTL d', 'TTL k'],
    ['STORE of what is missing', ...WEIGHTED, 'SORT k BY nosort GET o_* STORE d', 'LRANGE d 0 -1',
      'SORT k BY nosort GET nokey_* GET # STORE d', 'LRANGE d 0 -1', 'LLEN d'],
    ['a failure leaves the target', WORDS, 'SET d v', 'SORT k STORE d', 'GET d', 'SET s v', 'SORT s STORE d',
      'GET d', 'SORT k BY nosort LIMIT x 1 STORE d', 'GET d'],
    ['STORE given twice', NUMBERS, 'SORT k STORE d STORE e', 'EXISTS d', 'LRANGE e 0 -1',
      'SORT k STORE d DESC LIMIT 0 2', 'LRANGE d 0 -1'],
    ['every byte in names', ['RPUSH', ALL_BYTES, '2', '1'], ['SORT', ALL_BYTES, 'STORE', ''],
      'LRANGE "" 0 -1', ['SORT', '', 'DESC', 'STORE', ALL_BYTES], ['LRANGE', ALL_BYTES, '0', '-1']],
  ),
  ...likeRedis8(table(['the encoding of a stored list', NUMBERS, 'SORT k STORE d', 'OBJECT ENCODING d',
    ['RPUSH', 'long', ...Array.from({ length: 3000 }, (_, at) => `${at}`)], 'SORT long STORE d',
    'OBJECT ENCODING d', 'SORT long LIMIT 0 10 STORE d', 'OBJECT ENCODING d', ['RPUSH', 'big',
    'x'.repeat(9000), 'y'], 'SORT big ALPHA STORE d', 'OBJECT ENCODING d'])),
]; // prettier-ignore

const wrong: DifferentialCase[] = [
  arity('SORT', 0),
  arity('SORT_RO', 0),
  ...['SORT', 'SORT_RO'].flatMap((name) => inEveryState(name, ['k', 'd'], ['RPUSH k 3 1 2'], ['BOGUS', '""',
    'LIMIT', 'LIMIT 1', 'LIMIT x 1', 'LIMIT 1 x', 'LIMIT 1.5 1', 'LIMIT "" 1', 'BY', 'GET', 'STORE',
    'ASC DESC', 'DESC ASC', 'ALPHA ALPHA', 'LIMIT 0 1 LIMIT 1 1', 'BY nosort BY w_*', 'BY w_* BY nosort',
    'DESC BOGUS', 'STORE d', 'STORE d BOGUS',
    'LIMIT x y BOGUS', 'BOGUS LIMIT x y', 'GET # BY nosort DESC', 'get # by w_* limit 0 2 desc',
      'LIMIT 9223372036854775808 1', 'LIMIT 0 -9223372036854775808', 'LIMIT -9223372036854775808 1',
      'LIMIT 9223372036854775807 9223372036854775807', 'LIMIT -9223372036854775808 -9223372036854775808',
      'WITHSCORES', 'ASC STORE d GET #', 'LIMIT 0 STORE d'].map((rest) => `${name} k ${rest}`), ['TYPE d',
      'EXISTS k'])),
  ...each('a limit', [NUMBERS], EDGE_INTEGERS.flatMap((value) => [['SORT', 'k', 'LIMIT', value, '2'], ['SORT',
    'k', 'LIMIT', '1', value]])),
  ...otherTypes('SORT', 'SORT other', 'SORT other ALPHA', 'SORT other BOGUS', 'SORT other LIMIT x 1',
    'SORT other BY nosort LIMIT 0 0', 'SORT_RO other ALPHA', 'SORT other ALPHA STORE other'),
]; // prettier-ignore

export const sortCases: DifferentialCase[] = [...sources, ...patterns, ...elements, ...storing, ...wrong];
