/** Sorted sets by range: of ranks, of scores, of bytes; reading, counting, removing and storing. */
import { inEveryState } from '../../support/key-steps.js';
import { otherTypes } from '../../support/other-types.js';
import type { DifferentialCase } from '../../support/server-pair.js';
import type { Step } from '../../support/steps.js';
import { EDGE_INTEGERS, arity, each, likeRedis8, table } from '../../support/tables.js';
import { BYTE_MEMBERS, READ, members, zadd } from '../../support/sorted-set-data.js';

const SCORES = ['ZADD k -inf low -5 a 0 b 1 c 1 d 1.5 e 2 f 3 g inf high'];
const WORDS = ['ZADD k 0 a 0 aa 0 ab 0 b 0 c 0 "" 0 C 0 "\\xff" 0 "\\x00" 0 d 0 zz'];
const MIXED = ['ZADD k 3 a 1 b 2 c 1 a1 2 b1 3 c1'];
const LARGE = zadd('k', 300, (index) => index % 60);
const LARGE_WORDS: Step = ['ZADD', 'k', ...members(300).flatMap((name) => ['0', name])];

const SCORE_BOUNDS = [
  '-inf', '+inf', 'inf', '(-inf', '(inf', '0', '-0', '(0', '1', '(1', '1.5', '(1.5', '-5', '(3', '59', '(30',
    '100',
  '1e0', '-1e400',
]; // prettier-ignore
const WRONG_SCORE_BOUNDS = ['', '(', '((1', '[1', 'a', 'nan', '(nan', '1(', '1 ', '-', '+', '(+', '1\0'];
const LEX_BOUNDS = [
  '-', '+', '[a', '(a', '[aa', '(aa', '[c', '(c', '[', '(', '[C', '[zz', '(zz', '[zzz', '[\xff', '(\xff',
    '[\0',
  '(\0', '[m1', '(m15', '[m299', '[b',
]; // prettier-ignore
const WRONG_LEX_BOUNDS = ['', 'a', '--', '++', '-a', '+a', '{a', '-inf', ']a', ' [a', '0', '\0'];
const RANKS = [
  '0', '1', '-1', '-2', '2', '5', '-5', '100', '-100', '8', '-9', '-10', '9223372036854775807',
    '-9223372036854775808',
]; // prettier-ignore
const LIMITS = [
  '0 1', '0 0', '1 2', '2 -1', '0 -1', '-1 2', '-1 -1', '5 100', '100 1', '0 -5', '3 9223372036854775807',
  '9223372036854775807 1', '-9223372036854775808 1', '0 -9223372036854775808', '58 3', '200 150',
]; // prettier-ignore
const WRONG_LIMITS = ['x 1', '1 x', '1', '', '1.5 1', '0 9223372036854775808', '"" 1', '0 1 2', ' 0'];

/** A bound as one byte per character. */
function raw(bound: string): Buffer {
  return Buffer.from(bound, 'latin1');
}

/** A pair of bounds inside a command, in every combination with the first: one case for each first bound. */
function pairs(
  title: string,
  setup: Step,
  bounds: readonly string[],
  command: (first: Buffer, second: Buffer) => readonly Step[],
): DifferentialCase[] {
  return bounds.map((first) => ({
    title: `${title} ${JSON.stringify(first)}`,
    steps: [setup, ...bounds.flatMap((second) => command(raw(first), raw(second)))],
  }));
}

const SETUPS: readonly (readonly [string, Step, Step])[] = [
  ['of a few', SCORES[0], WORDS[0]],
  ['of many', LARGE, LARGE_WORDS],
];

const scoreRanges: DifferentialCase[] = SETUPS.flatMap(([size, scores]) => [
  ...pairs(`by score ${size}, from`, scores, SCORE_BOUNDS, (min, max) => [
    ['ZRANGEBYSCORE', 'k', min, max], ['ZREVRANGEBYSCORE', 'k', min, max], ['ZCOUNT', 'k', min, max],
    ['ZRANGE', 'k', min, max, 'BYSCORE'], ['ZRANGE', 'k', min, max, 'BYSCORE', 'REV', 'WITHSCORES'],
  ]),
  ...pairs(`removed by score ${size}, from`, 'PING', SCORE_BOUNDS.slice(0, 16), (min, max) => [
    'DEL k', scores, ['ZREMRANGEBYSCORE', 'k', min, max], 'ZCARD k', 'ZRANGE k 0 1',
  ]),
  ...pairs(`stored by score ${size}, from`, scores, SCORE_BOUNDS.slice(0, 14), (min, max) => [
    ['ZRANGESTORE', 'd', 'k', min, max, 'BYSCORE'], 'ZCARD d', 'ZRANGE d 0 1 WITHSCORES',
    ['ZRANGESTORE', 'd', 'k', min, max, 'BYSCORE', 'REV', 'LIMIT', '1', '3'], 'ZRANGE d 0 -1 WITHSCORES',
  ]),
  ...LIMITS.map((limit) => ({
    title: `by score ${size}, LIMIT ${limit}`,
    steps: [scores, ...['-inf +inf', '(0 2', '1 1', '5 1'].flatMap((range) => [
      `ZRANGEBYSCORE k ${range} LIMIT ${limit}`, `ZRANGEBYSCORE k ${range} WITHSCORES LIMIT ${limit}`,
      `ZREVRANGEBYSCORE k ${range.split(' ').reverse().join(' ')} LIMIT ${limit} WITHSCORES`,
      `ZRANGE k ${range} BYSCORE LIMIT ${limit} WITHSCORES`, `ZRANGE k ${range} REV LIMIT ${limit} BYSCORE`,
      `ZRANGESTORE d k ${range} BYSCORE LIMIT ${limit}`, 'ZRANGE d 0 -1 WITHSCORES', 'EXISTS d',
    ])],
  })),
]); // prettier-ignore

const lexRanges: DifferentialCase[] = SETUPS.flatMap(([size, , words]) => [
  ...pairs(`by bytes ${size}, from`, words, LEX_BOUNDS, (min, max) => [
    ['ZRANGEBYLEX', 'k', min, max], ['ZREVRANGEBYLEX', 'k', min, max], ['ZLEXCOUNT', 'k', min, max],
    ['ZRANGE', 'k', min, max, 'BYLEX'], ['ZRANGE', 'k', min, max, 'BYLEX', 'REV', 'LIMIT', '1', '2'],
  ]),
  ...pairs(`removed by bytes ${size}, from`, 'PING', LEX_BOUNDS.slice(0, 16), (min, max) => [
    'DEL k', words, ['ZREMRANGEBYLEX', 'k', min, max], 'ZCARD k', 'ZRANGE k 0 1',
  ]),
  ...pairs(`stored by bytes ${size}, from`, words, LEX_BOUNDS.slice(0, 12), (min, max) => [
    ['ZRANGESTORE', 'd', 'k', min, max, 'BYLEX'], 'ZCARD d', 'ZRANGE d 0 1 WITHSCORES',
  ]),
  ...LIMITS.map((limit) => ({
    title: `by bytes ${size}, LIMIT ${limit}`,
    steps: [words, ...['- +', '[a (c', '[m10 [m2', '[c [a'].flatMap((range) => [
      `ZRANGEBYLEX k ${range} LIMIT ${limit}`,
        `ZREVRANGEBYLEX k ${range.split(' ').reverse().join(' ')} LIMIT ${limit}`,
      `ZRANGE k ${range} BYLEX LIMIT ${limit}`, `ZRANGE k ${range} BYLEX REV LIMIT ${limit}`,
    ])],
  })),
]); // prettier-ignore

const rankRanges: DifferentialCase[] = SETUPS.flatMap(([size, scores]) => [
  ...pairs(`by rank ${size}, from`, scores, RANKS, (start, stop) => [
    ['ZRANGE', 'k', start, stop], ['ZREVRANGE', 'k', start, stop], ['ZRANGE', 'k', start, stop, 'REV',
      'WITHSCORES'],
    ['ZREVRANGE', 'k', start, stop, 'WITHSCORES'], ['ZRANGESTORE', 'd', 'k', start, stop], 'ZCARD d',
    ['ZRANGESTORE', 'd', 'k', start, stop, 'REV'], 'ZRANGE d 0 1 WITHSCORES',
  ]),
  ...pairs(`removed by rank ${size}, from`, 'PING', RANKS, (start, stop) => [
    'DEL k', scores, ['ZREMRANGEBYRANK', 'k', start, stop], 'ZCARD k', 'ZRANGE k 0 1',
  ]),
]); // prettier-ignore

const COMMANDS = [
  ['ZRANGEBYSCORE k', ''], ['ZREVRANGEBYSCORE k', ''], ['ZCOUNT k', ''], ['ZREMRANGEBYSCORE k', ''],
  ['ZRANGE k', 'BYSCORE'], ['ZRANGE k', 'BYSCORE REV'], ['ZRANGESTORE d k', 'BYSCORE'],
] as const; // prettier-ignore
const LEX_COMMANDS = [
  ['ZRANGEBYLEX k', ''], ['ZREVRANGEBYLEX k', ''], ['ZLEXCOUNT k', ''], ['ZREMRANGEBYLEX k', ''], ['ZRANGE k',
    'BYLEX'],
  ['ZRANGE k', 'BYLEX REV'], ['ZRANGESTORE d k', 'BYLEX'],
] as const; // prettier-ignore
const RANK_COMMANDS = [
  ['ZRANGE k', ''], ['ZREVRANGE k', ''], ['ZREMRANGEBYRANK k', ''], ['ZRANGESTORE d k', ''], ['ZRANGE k',
    'REV'],
] as const; // prettier-ignore

function wrongBounds(
  commands: readonly (readonly [string, string])[],
  good: string,
  setup: readonly Step[],
  wrong: readonly string[],
): DifferentialCase[] {
  return commands.flatMap(([command, options]) =>
    inEveryState(`a wrong bound`, ['k', 'd'], setup, wrong.flatMap((bound): Step[] => {
      const words = [...command.split(' '), ...options.split(' ').filter((word) => word !== '')];
      const at = command.split(' ').length;
      return [words.toSpliced(at, 0, good, bound), words.toSpliced(at, 0, bound, good)];
    }), ['ZCARD k', 'EXISTS d']),
  ); // prettier-ignore
}

const wrongCases: DifferentialCase[] = [
  ...[['ZRANGE', 0, 1, 2, 4], ['ZREVRANGE', 0, 1, 2, 4], ['ZRANGEBYSCORE', 0, 1, 2, 4], ['ZREVRANGEBYSCORE',
    0, 1, 2, 4],
    ['ZRANGEBYLEX', 0, 1, 2, 4], ['ZREVRANGEBYLEX', 0, 1, 2, 4], ['ZREMRANGEBYRANK', 0, 1, 2, 4],
      ['ZREMRANGEBYSCORE', 0, 1, 2, 4],
    ['ZREMRANGEBYLEX', 0, 1, 2, 4], ['ZRANGESTORE', 0, 1, 2, 3, 5]].map(([name,
      ...counts]) => arity(String(name), ...counts.map(Number))),
  ...wrongBounds(COMMANDS, '1', SCORES, WRONG_SCORE_BOUNDS),
  ...wrongBounds(LEX_COMMANDS, '[b', WORDS, WRONG_LEX_BOUNDS),
  ...wrongBounds(RANK_COMMANDS, '1', SCORES, EDGE_INTEGERS),
  ...['ZRANGEBYSCORE k 0 5', 'ZREVRANGEBYSCORE k 5 0', 'ZRANGE k 0 5 BYSCORE', 'ZRANGEBYLEX k - +',
    'ZREVRANGEBYLEX k + -',
    'ZRANGE k - + BYLEX', 'ZRANGESTORE d k 0 5 BYSCORE'].flatMap((command) =>
    inEveryState('a wrong limit', ['k', 'd'], SCORES,
      WRONG_LIMITS.map((limit) => `${command} LIMIT ${limit}`), ['EXISTS d'])),
  ...inEveryState('ranges', ['k', 'd'], MIXED, [
    'ZRANGE k 0 -1 BOGUS', 'ZRANGE k 0 -1 WITHSCORES BOGUS', 'ZRANGE k 0 -1 LIMIT 0 1',
      'ZRANGE k 0 -1 REV LIMIT 0 -1',
    'ZRANGE k 0 -1 LIMIT 0 -1', 'ZRANGE k - + BYLEX WITHSCORES', 'ZRANGE k 0 5 BYSCORE BYLEX',
      'ZRANGE k - + BYSCORE BYLEX',
    'ZRANGE k 0 5 BYSCORE BYSCORE', 'ZRANGE k 0 -1 REV REV', 'ZRANGE k 0 -1 withscores rev',
      'ZRANGE k 5 0 byscore rev limit 0 2',
    'ZRANGE k 0 5 LIMIT 0 1 BYSCORE', 'ZRANGE k 0 5 BYSCORE LIMIT 0 1 LIMIT 1 1',
      'ZRANGE k 0 -1 WITHSCORES WITHSCORES',
    'ZRANGE k - +', 'ZRANGE k (0 5', 'ZRANGE k x y BOGUS', 'ZRANGE k x y', 'ZRANGE k x y BYSCORE BOGUS',
      'ZRANGE k 0 1 ""',
    'ZRANGE k 0 1 BYSCORE LIMIT', 'ZRANGE k 0 1 BYSCORE LIMIT 1', 'ZRANGE k x y BYSCORE LIMIT x 1',
      'ZRANGE k x y LIMIT 0 1',
    'ZREVRANGE k 0 -1 REV', 'ZREVRANGE k 0 -1 BYSCORE', 'ZREVRANGE k 0 -1 WITHSCORES WITHSCORES',
      'ZREVRANGE k 0 -1 LIMIT 0 1',
    'ZREVRANGE k 0 1 withscores', 'ZRANGEBYSCORE k 0 5 BYSCORE', 'ZRANGEBYSCORE k 0 5 REV',
      'ZRANGEBYSCORE k 0 5 WITHSCORES BOGUS',
    'ZRANGEBYSCORE k 0 5 LIMIT 0 1 WITHSCORES', 'ZRANGEBYSCORE k x 5 BOGUS',
      'ZRANGEBYSCORE k 0 5 limit 1 2 withscores',
    'ZRANGEBYLEX k - + WITHSCORES', 'ZRANGEBYLEX k - + BYLEX', 'ZRANGEBYLEX k x + BOGUS',
      'ZREVRANGEBYLEX k + - WITHSCORES',
    'ZREVRANGEBYSCORE k 5 0 REV', 'ZREVRANGEBYSCORE k 5 0 WITHSCORES', 'ZRANGESTORE d k 0 -1 WITHSCORES',
      'ZRANGESTORE d k 0 -1 BOGUS',
    'ZRANGESTORE d k 0 -1', 'ZRANGESTORE d k 0 -1 REV', 'ZRANGESTORE d k 0 2 BYSCORE LIMIT 1 2',
      'ZRANGESTORE d k 2 0 BYSCORE REV',
    'ZRANGESTORE d k - + BYLEX WITHSCORES', 'ZRANGESTORE d k 0 -1 LIMIT 0 1', 'ZRANGESTORE d k x y',
      'ZRANGESTORE d k x y BYSCORE',
    'ZRANGESTORE k k 0 1', 'ZRANGESTORE k k 5 1', 'ZREMRANGEBYRANK k 0 0', 'ZREMRANGEBYRANK k x 0',
      'ZREMRANGEBYRANK k 0 x',
    'ZREMRANGEBYRANK k 1 0', 'ZREMRANGEBYSCORE k 1 x', 'ZREMRANGEBYSCORE k 1 1', 'ZREMRANGEBYLEX k [a x',
      'ZREMRANGEBYLEX k - +',
    'ZCOUNT k 5 1', 'ZCOUNT k 1 5', 'ZLEXCOUNT k + -', 'ZLEXCOUNT k - +', 'ZREMRANGEBYSCORE k -inf +inf',
      'ZREMRANGEBYRANK k 0 -1',
  ], [...READ, 'TYPE d', 'EXISTS d']),
  ...otherTypes('sorted set ranges', ...['ZRANGE other 0 -1', 'ZRANGE other x y', 'ZRANGE other 0 1 BOGUS',
    'ZREVRANGE other 0 x',
    'ZRANGEBYSCORE other 0 x', 'ZRANGEBYSCORE other 0 1', 'ZREVRANGEBYSCORE other 0 1',
      'ZRANGEBYLEX other - +', 'ZRANGEBYLEX other a b',
    'ZREVRANGEBYLEX other + -', 'ZREMRANGEBYRANK other 5 9', 'ZREMRANGEBYRANK other x 0',
      'ZREMRANGEBYSCORE other 8 9',
    'ZREMRANGEBYLEX other [x [y', 'ZRANGESTORE d other 0 -1', 'ZRANGESTORE other nokey 0 -1']),
]; // prettier-ignore

const storeCases: DifferentialCase[] = table(
  ['bounds in hexadecimal', ...SCORES, 'ZRANGEBYSCORE k 0x1 0x2', 'ZRANGEBYSCORE k (0x1 0x2',
    'ZREVRANGEBYSCORE k 0x10 -0x5', 'ZCOUNT k 0x.8 0x1p1',
    'ZRANGE k 0X1 inf BYSCORE', 'ZREMRANGEBYSCORE k 0x1 0x1', 'ZCARD k'],
  ['ZRANGESTORE replaces what was there', ...MIXED, 'SET d v EX 100', 'ZRANGESTORE d k 0 1', 'TYPE d',
    'TTL d', 'ZRANGE d 0 -1 WITHSCORES',
    'EXPIRE d 100', 'ZRANGESTORE d k 10 20', 'EXISTS d', 'TTL d', 'DBSIZE'],
  ['ZRANGESTORE of a missing key deletes', 'SET d v', 'ZRANGESTORE d nokey 0 -1', 'EXISTS d', 'ZADD d 1 a',
    'ZRANGESTORE d nokey 0 5 BYSCORE',
    'EXISTS d', 'ZRANGESTORE nokey nokey 0 -1'],
  ['ZRANGESTORE of a wrong type leaves the target', 'SET k v', 'ZADD d 1 a', 'ZRANGESTORE d k 0 -1',
    'ZRANGE d 0 -1'],
  ['ZRANGESTORE onto itself', ...MIXED, 'EXPIRE k 100', 'ZRANGESTORE k k 0 2', ...READ, 'TTL k',
    'ZRANGESTORE k k (1 5 BYSCORE', ...READ,
    'ZRANGESTORE k k 10 20', 'EXISTS k'],
  ['ZRANGESTORE leaves the expiry of its source', ...MIXED, 'EXPIRE k 100', 'ZRANGESTORE d k 0 2', 'TTL d',
    'TTL k'],
  ['ZRANGESTORE of many', LARGE, 'ZRANGESTORE d k 0 -1', 'OBJECT ENCODING d', 'ZCARD d',
    'ZRANGESTORE d k 10 100', 'ZCARD d',
    'ZRANGE d 0 -1 WITHSCORES', 'ZRANGESTORE d k 5 7 BYSCORE', 'ZRANGE d 0 -1 WITHSCORES',
      'OBJECT ENCODING d', 'ZRANGESTORE d k 0 127',
    'OBJECT ENCODING d', 'ZRANGESTORE d k 0 128', 'OBJECT ENCODING d'],
  ['ZRANGESTORE of long members', ['ZADD', 'k', '1', 'x'.repeat(65), '2', 'y'], 'ZRANGESTORE d k 1 1',
    'OBJECT ENCODING d',
    'ZRANGESTORE d k 0 0', 'OBJECT ENCODING d'],
  ['removal of ranges drops the empty key', ...MIXED, 'EXPIRE k 50', 'ZREMRANGEBYRANK k 0 1', 'TTL k',
    'ZREMRANGEBYSCORE k 0 2', 'TTL k',
    'ZREMRANGEBYRANK k 0 -1', 'EXISTS k', ...WORDS, 'ZREMRANGEBYLEX k - +', 'EXISTS k', ...MIXED,
      'ZREMRANGEBYSCORE k -inf inf', 'DBSIZE'],
  ['removal of ranges from many', LARGE, 'ZREMRANGEBYRANK k 0 99', 'ZCARD k', 'ZREMRANGEBYSCORE k (30 35',
    'ZCARD k', 'ZRANGE k 0 -1 WITHSCORES',
    'ZREMRANGEBYRANK k -50 -1', 'ZRANK k m25', 'ZRANGE k 0 -1', 'ZREMRANGEBYRANK k 0 -1', 'EXISTS k'],
  ['bytes in every order', ['ZADD', 'k', ...BYTE_MEMBERS.flatMap((byte) => ['7', byte])], 'ZRANGEBYLEX k - +',
    'ZRANGEBYLEX k [\\x80 +',
    'ZLEXCOUNT k "[\\x80" "(\\xff"', 'ZLEXCOUNT k "(\\x00" "[\\x01"', 'ZREMRANGEBYLEX k "[\\x00" "(\\x80"',
      'ZCARD k', 'ZREVRANGEBYLEX k + -'],
  ['by bytes where scores differ', ...MIXED, 'ZRANGEBYLEX k - +', 'ZRANGEBYLEX k [b +', 'ZRANGEBYLEX k - [b',
    'ZREVRANGEBYLEX k + [b', 'ZLEXCOUNT k [a [b'],
  ['a large sorted set by pages', zadd('k', 1000, (i) => i / 2), ...[0, 1, 499, 998,
    999].flatMap((at) => [`ZRANGE k ${at} ${at + 3} WITHSCORES`,
    `ZREVRANGE k ${at} ${at + 3}`, `ZRANGEBYSCORE k ${at / 2} inf LIMIT 2 3`,
      `ZREVRANGEBYSCORE k (${at / 2} -inf LIMIT 0 2 WITHSCORES`])],
); // prettier-ignore

const fineScores: DifferentialCase[] = likeRedis8([
  ...each('scores in ranges', ['ZADD k 0.1 a 0.2 b 1e-300 c 1e17 d -3.3 e 1e22 f'],
    ['ZRANGE k 0 -1 WITHSCORES', 'ZREVRANGE k 0 -1 WITHSCORES',
    'ZRANGEBYSCORE k 0.1 0.2 WITHSCORES', 'ZRANGEBYSCORE k (0.1 (0.3 WITHSCORES',
      'ZREVRANGEBYSCORE k inf (0.1 WITHSCORES LIMIT 1 2',
    'ZRANGE k 0.1 1e300 BYSCORE WITHSCORES', 'ZRANGE k 1 0.1 BYSCORE REV WITHSCORES', 'ZCOUNT k 0.1 0.1',
      'ZCOUNT k (0.1 0.2']),
  ...table(['scores in ranges of many', zadd('k', 200, (i) => i / 10), 'ZRANGE k 0 -1 WITHSCORES',
    'ZRANGEBYSCORE k 0.3 (0.7 WITHSCORES',
    'ZRANGESTORE d k 0.1 0.9 BYSCORE', 'ZRANGE d 0 -1 WITHSCORES', 'ZREMRANGEBYSCORE k 0.1 (19.9', ...READ]),
  ...table(['zeros with a sign, stored', zadd('k', 200, () => 0), 'ZUNIONSTORE k 1 k WEIGHTS -1',
    ...['k 0 -1', 'k 0 0 BYSCORE', 'k 0 0 BYSCORE REV', 'k - + BYLEX', 'k 0 0 BYSCORE LIMIT 10 140',
      'k 0 0 BYSCORE LIMIT 10 100'].flatMap((range) => [`ZRANGESTORE d ${range}`, 'ZRANGE d 0 -1 WITHSCORES']),
    ['ZADD', 'k', '0', `m15${'x'.repeat(70)}`], 'ZRANGESTORE d k 0 0 BYSCORE LIMIT 0 100',
    'ZRANGE d 0 -1 WITHSCORES', 'ZRANGESTORE d k 0 0 BYSCORE REV', 'ZRANGE d 0 -1 WITHSCORES']),
]); // prettier-ignore

export const sortedSetRangesCases: DifferentialCase[] = [
  ...rankRanges, ...scoreRanges, ...lexRanges, ...wrongCases, ...storeCases, ...fineScores,
]; // prettier-ignore
