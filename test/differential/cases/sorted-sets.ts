/**
 * Sorted sets, one key at a time: adding, scores, ranks, popping, random members, scanning.
 *
 * Redis before 7.2 prints a score with 17 digits, later ones in the shortest form that reads back the same,
 * so whatever shows a score that is not exact in few digits is compared with 8.0. Ranges are in
 * sorted-set-ranges.ts, several keys in sorted-set-algebra.ts.
 */
import { choice, scanCollection, type Repeats } from '../../support/collection-steps.js';
import { inEveryState, subsets } from '../../support/key-steps.js';
import { otherTypes } from '../../support/other-types.js';
import type { DifferentialCase } from '../../support/server-pair.js';
import type { Action, Step } from '../../support/steps.js';
import { ALL_BYTES, EDGE_INTEGERS, arity, each, likeRedis8, table } from '../../support/tables.js';
import {
  BYTE_MEMBERS, EXACT_SCORES, FINE_SCORES, NOT_SCORES, READ, members, zadd,
} from '../../support/sorted-set-data.js'; // prettier-ignore

const FLAGS = ['NX', 'XX', 'GT', 'LT', 'CH', 'INCR'];
const LETTERS = ['ZADD k 1 a 2 b 3 c 4 d 5 e'];

/** ZSCAN of `k` until its cursor is 0 again. */
function scanScores(options = ''): Action {
  return scanCollection('ZSCAN k', options, 2);
}

function flagCases(): DifferentialCase[] {
  return subsets(FLAGS).map((flags) => {
    const words = flags.join(' ');
    const several = flags.includes('INCR') ? [] : [`ZADD k ${words} 5 a 20 b 1 c 2 d 9 a`, ...READ];
    return {
      title: `ZADD ${words}`,
      steps: [`ZADD k ${words} 7 new`, ...READ, 'DEL k', 'ZADD k 5 a 10 b', `ZADD k ${words} 7 a`,
        `ZADD k ${words} 3 b`, `ZADD k ${words} 10 b`, `ZADD k ${words} -1 a`, `ZADD k ${words} 0 a`,
        `ZADD k ${words} 7 new`, ...READ, ...several, `ZADD k ${words} 1 a 2`, `ZADD k ${words} x a`,
        `ZADD k ${words}`, `ZADD k ${words} 1`, 'SET k v', `ZADD k ${words} 1 a`],
    }; // prettier-ignore
  });
}

const addCases: DifferentialCase[] = [
  arity('ZADD', 0, 1, 2, 4),
  ...flagCases(),
  ...inEveryState('ZADD', ['k'], ['ZADD k 1 a'], [
    'ZADD k', 'ZADD k 1', 'ZADD k 1 a 2', 'ZADD k NX', 'ZADD k NX 1', 'ZADD k BOGUS 1 a', 'ZADD k 1 a NX',
    'ZADD k nx xx 1 a', 'ZADD k Gt cH 5 a', 'ZADD k NX NX 1 b', 'ZADD k INCR INCR 1 a', 'ZADD k incr 1 a 2 b',
    'ZADD k INCR 1 a 2', 'ZADD k INCR', 'ZADD k CH CH 3 a', 'ZADD k GT GT 3 a', 'ZADD k NX GT 1 a b',
    'ZADD k GT LT x', 'ZADD k XX NX x y', 'ZADD k abc a', 'ZADD k 1 a abc b', 'ZADD k 1 a 2 b x c 4 d',
    'ZADD k "" a', 'ZADD k nan a', 'ZADD k NaN a', 'ZADD k -nan a', 'ZADD k INCR nan a', 'ZADD k XX INCR 1 b',
    'ZADD k NX INCR 1 a', 'ZADD k NX INCR 1 b', 'ZADD k GT INCR -5 a', 'ZADD k LT INCR 5 a',
    'ZADD k GT INCR 5 a', 'ZADD k GT INCR 0 a', 'ZADD k XX CH 9 a 1 b', 'ZADD k 1 NX', 'ZADD k 1 INCR',
    'ZADD k 5 XX 6 CH', 'ZADD k XX 1 zz', 'ZADD k 3 m 4 m 5 m', 'ZADD k CH 3 m 4 m 5 m', 'ZADD k NX 3 m 4 m',
    'ZADD k GT CH 1 a 5 a 3 a 7 a',
  ], READ), // prettier-ignore
  ...table(
    ['ZADD adds, updates and orders', 'ZADD k 3 c', 'ZADD k 1 a 2 b', ...READ, 'ZADD k 10 a', ...READ,
      'ZADD k 2.5 b 2.5 bb', ...READ, 'ZADD k 2.5 a', ...READ],
    ['equal scores are ordered by bytes',
      'ZADD k 0 b 0 a 0 B 0 aa 0 "" 0 "a\\x00" 0 "\\xff" 0 "\\x00" 0 "\\x7f" 0 "\\x80"',
      ...READ, 'ZREVRANGE k 0 -1', 'ZRANK k ""', 'ZRANK k "\\xff"', 'ZRANK k "\\x80"'],
    ['every byte as a member', ['ZADD', 'k', ...BYTE_MEMBERS.flatMap((byte) => ['0', byte])], 'ZCARD k',
      'ZRANGE k 0 -1', 'OBJECT ENCODING k', ['ZRANK', 'k', Buffer.from([200])], ['ZREM', 'k',
        ...BYTE_MEMBERS],
      'EXISTS k'],
    ['all bytes in the key and in the member', ['ZADD', ALL_BYTES, '1', ALL_BYTES, '2', ''],
      ['ZRANGE', ALL_BYTES, '0', '-1', 'WITHSCORES'], ['ZSCORE', ALL_BYTES, ALL_BYTES],
      ['OBJECT', 'ENCODING', ALL_BYTES], ['ZINCRBY', ALL_BYTES, '5', ALL_BYTES], ['ZPOPMAX', ALL_BYTES],
      ['ZREM', ALL_BYTES, ''], ['EXISTS', ALL_BYTES]],
    ['an empty key and an empty member', 'ZADD "" 1 ""', 'ZRANGE "" 0 -1 WITHSCORES', 'ZSCORE "" ""',
      'ZREM "" ""',
      'EXISTS ""'],
    ['members that look like integers',
      'ZADD k 1 1 2 2 3 -1 4 007 5 9223372036854775807 6 -9223372036854775808 7 9223372036854775808',
      'ZADD k 8 255 9 65536 10 " 1" 11 1.0 12 127 13 128 14 4095 15 -4096',
      ...READ, 'ZSCORE k 007', 'ZSCORE k 7', 'ZSCORE k -1', 'ZREM k 9223372036854775807', 'ZRANK k 128',
        ...READ],
    ['ZADD keeps the expiry', 'ZADD k 1 a', 'EXPIRE k 100', 'ZADD k 2 b', 'TTL k', 'ZADD k INCR 1 a', 'TTL k',
      'ZREM k a', 'TTL k', 'ZREM k b', 'TTL k', 'ZADD k 1 a', 'TTL k'],
    ['ZADD on what expired', 'ZADD k 1 a', 'PEXPIREAT k 1', 'ZADD k 2 b', 'TTL k', ...READ],
    ['ZADD that fails changes nothing', 'ZADD k 1 a', 'ZADD k 5 a 6 b x c', ...READ, 'ZADD j 1 a x b',
      'EXISTS j'],
    ['ZADD XX makes no key', 'ZADD k XX 1 a', 'EXISTS k', 'TYPE k', 'ZADD k XX CH INCR 1 a', 'EXISTS k'],
    ['infinite increments', 'ZADD k inf a', 'ZADD k INCR -inf a', 'ZINCRBY k -inf a', ...READ,
      'ZADD k INCR inf a',
      'ZADD k -inf b', 'ZINCRBY k inf b', 'ZINCRBY k 1 b', 'ZINCRBY k -inf new', 'ZINCRBY k 1e308 c',
        ...READ],
    ['a negative zero', 'ZADD k -0 a 0 b', ...READ, 'ZADD k 0 a', 'ZADD k CH 0 a', 'ZINCRBY k -0 c',
      'ZSCORE k c',
      'ZADD k CH -0 b', 'ZRANGEBYSCORE k 0 0', 'ZRANGEBYSCORE k -0 -0', 'ZCOUNT k (0 0', 'ZRANK k a'],
    ['TYPE and ENCODING', 'ZADD k 1 a', 'TYPE k', 'OBJECT ENCODING k', 'OBJECT REFCOUNT k'],
  ),
  ...EXACT_SCORES.map((score) => scoreCase(score)),
  ...likeRedis8(FINE_SCORES.map((score) => scoreCase(score))),
  ...each('a wrong score', ['ZADD k 1 a'], NOT_SCORES.flatMap((score) => [['ZADD', 'k', score, 'm'],
    ['ZADD', 'k', 'INCR', score, 'a'], ['ZINCRBY', 'k', score, 'a'], ['ZINCRBY', 'nokey', score, 'a'],
    ['ZCOUNT', 'k', score, 'inf'], ['ZCOUNT', 'k', '-inf', `(${score}`]])), // prettier-ignore
  ...otherTypes('ZADD', 'ZADD other 1 a', 'ZADD other x a', 'ZADD other NX XX 1 a', 'ZADD other INCR 1 a',
    'ZADD other XX 1 a', 'ZINCRBY other 1 a', 'ZINCRBY other x a', 'ZRANGE other 0 -1 WITHSCORES'),
]; // prettier-ignore

/** One score through every command that reads or shows one, in a packed and in a large sorted set. */
function scoreCase(score: string): DifferentialCase {
  const asks: readonly Step[] = ['ZSCORE k m', 'ZMSCORE k m a nobody', 'ZRANGE k 0 -1 WITHSCORES',
    'ZRANK k m', ['ZCOUNT', 'k', score, score], ['ZRANGEBYSCORE', 'k', score, '+inf', 'WITHSCORES'],
    ['ZRANGEBYSCORE', 'k', '-inf', `(${score}`], ['ZADD', 'k', 'CH', score, 'm'],
    ['ZADD', 'k', 'XX', 'INCR', score, 'a'], ['ZINCRBY', 'k', score, 'fresh'], scanScores('MATCH m')]; // prettier-ignore
  const large = zadd('k', 150, (index) => index - 75);
  return {
    title: `the score ${JSON.stringify(score)}`,
    steps: [['ZADD', 'k', score, 'm', '1', 'a'], ...asks, 'ZPOPMAX k', 'DEL k', large,
      ['ZADD', 'k', score, 'm', '1', 'a'], ...asks, 'ZPOPMIN k', 'ZPOPMAX k'],
  }; // prettier-ignore
}

/** Sizes at which a sorted set leaves the packed form. */
function encodingCases(): DifferentialCase[] {
  return [
    ...table(
      ...[1, 127, 128, 129, 1000].map((count) => [`${count} members`, zadd('k', count), 'OBJECT ENCODING k',
        'ZCARD k', ...READ, 'ZREVRANGE k 0 -1', `ZRANK k m${count - 1}`, 'ZREMRANGEBYRANK k 1 -1',
        'OBJECT ENCODING k', ...READ, 'ZADD k 5 other', 'OBJECT ENCODING k'] as const),
      ...[1, 63, 64, 65, 255, 256, 5000].map((size) => [`a member of ${size} bytes`, ['ZADD', 'k', '1', 'a'],
        ['ZADD', 'k', '2', 'x'.repeat(size)], 'OBJECT ENCODING k', ...READ, ['ZSCORE', 'k', 'x'.repeat(size)],
        ['ZREM', 'k', 'x'.repeat(size)], 'OBJECT ENCODING k', ...READ] as const),
      ['one after the other across the limit', ...Array.from({ length: 131 }, (_,
        i) => `ZADD k ${(i * 37) % 131} m${i}`),
        'OBJECT ENCODING k', ...READ],
      ['XX and INCR at the limit', zadd('k', 128), 'ZADD k XX 5 m5 6 nobody', 'OBJECT ENCODING k',
        'ZINCRBY k 1 m1',
        'OBJECT ENCODING k', 'ZADD k NX 1 m1', 'OBJECT ENCODING k', 'ZINCRBY k 1 new', 'OBJECT ENCODING k'],
      ['a first member over the limit', ['ZADD', 'k', '1', 'x'.repeat(65)], 'OBJECT ENCODING k'],
      ['a first addition over the limit', zadd('k', 129), 'OBJECT ENCODING k', ['ZADD', 'j', 'XX', '1',
        'y'.repeat(65)],
        'EXISTS j'],
      ['other limits', 'CONFIG SET zset-max-listpack-entries 3 zset-max-listpack-value 5',
        'ZADD k 1 a 2 b 3 c',
        'OBJECT ENCODING k', 'ZADD k 4 d', 'OBJECT ENCODING k', 'ZADD j 1 12345', 'OBJECT ENCODING j',
        'ZADD j 1 123456', 'OBJECT ENCODING j', 'ZRANGESTORE s j 0 0', 'OBJECT ENCODING s',
        'CONFIG SET zset-max-listpack-entries 0', 'ZADD z 1 a', 'OBJECT ENCODING z',
        'CONFIG SET zset-max-ziplist-entries 128 zset-max-ziplist-value 64',
          'CONFIG GET zset-max-listpack-entries',
        'ZADD y 1 a', 'OBJECT ENCODING y'],
      ['COPY and RENAME keep members and encodings', zadd('k', 300), 'COPY k c', 'OBJECT ENCODING c',
        'ZADD c 9 x',
        'ZCARD k', 'ZCARD c', 'RENAME c d', 'ZRANGE d 0 9 WITHSCORES', 'ZADD s 1 a', 'COPY s t',
          'OBJECT ENCODING t',
        'ZINCRBY t 1 a', 'ZSCORE s a', 'ZSCORE t a'],
    ),
    // The packed form is left when that many members might come, before it is known how many are new.
    ...likeRedis8(table(
      ['an addition that repeats one member 200 times', ['ZADD', 'k', ...Array.from({ length: 200 }, (_,
        i) => [String(i), 'm']).flat()],
        'OBJECT ENCODING k', ...READ],
      ['an addition of 100 to 100, half of them known', zadd('k', 100), ['ZADD', 'k',
        ...Array.from({ length: 100 },
        (_, i) => ['1', `m${i + 50}`]).flat()], 'OBJECT ENCODING k', 'ZCARD k'],
      ['an addition of 128 that are known', zadd('k', 100), ['ZADD', 'k', 'XX', ...Array.from({ length: 128 },
        (_, i) => ['1', `m${i % 100}`]).flat()], 'OBJECT ENCODING k', 'ZCARD k'],
    )),
  ]; // prettier-ignore
}

const readCases: DifferentialCase[] = [
  ...[['ZSCORE', 0, 1, 3], ['ZMSCORE', 0, 1], ['ZINCRBY', 0, 1, 2, 4], ['ZREM', 0, 1], ['ZCARD', 0, 2],
    ['ZRANK', 0, 1], ['ZREVRANK', 0, 1], ['ZCOUNT', 0, 1, 2, 4], ['ZLEXCOUNT', 0, 1, 2, 4]]
    .map(([name, ...counts]) => arity(String(name), ...counts.map(Number))),
  ...table(
    ['ZSCORE and ZMSCORE', ...LETTERS, 'ZSCORE k a', 'ZSCORE k nobody', 'ZSCORE nokey a',
      'ZMSCORE k a nobody c a',
      'ZMSCORE nokey a b', 'ZMSCORE k nobody', 'ZADD k 1.5 half -2.25 quarter', 'ZSCORE k half',
        'ZMSCORE k half quarter'],
    ['ZCARD', 'ZCARD nokey', ...LETTERS, 'ZCARD k', 'ZREM k a b c d e', 'ZCARD k'],
    ['ZINCRBY', 'ZINCRBY k 1 a', 'ZINCRBY k 2.5 a', 'ZINCRBY k -10 a', 'ZINCRBY k 0 b', 'ZINCRBY k 1e3 b',
      ...READ,
      'EXPIRE k 100', 'ZINCRBY k 1 a', 'TTL k', 'ZINCRBY k 5 a b', 'ZINCRBY k 9007199254740992 b',
        'ZINCRBY k 1 b'],
    ['ZREM', ...LETTERS, 'ZREM k a', 'ZREM k a nobody', 'ZREM k b b c', ...READ, 'ZREM nokey a', 'ZREM k d e',
      'EXISTS k', 'TYPE k'],
    ['ZREM empties a large sorted set', zadd('k', 200), 'EXPIRE k 100', ['ZREM', 'k', ...members(199)],
      'ZCARD k',
      'OBJECT ENCODING k', 'TTL k', ['ZREM', 'k', ...members(200)], 'EXISTS k', 'DBSIZE', 'ZADD k 1 a',
        'TTL k',
      'OBJECT ENCODING k'],
    ['ranks', ...LETTERS, ...['a', 'c', 'e', 'nobody'].flatMap((m) => [`ZRANK k ${m}`, `ZREVRANK k ${m}`]),
      'ZRANK nokey a', 'ZREVRANK nokey a', 'ZADD k 3 bb 3 cc', 'ZRANK k c', 'ZRANK k cc', 'ZREVRANK k bb'],
    ['ranks in a large sorted set', zadd('k', 500, (i) => (i * 7919) % 100), ...[0, 1, 99, 250, 499, 500]
      .flatMap((i) => [`ZRANK k m${i}`, `ZREVRANK k m${i}`]), 'ZREM k m3 m77', 'ZRANK k m250',
        'ZREVRANK k m250'],
  ),
  ...inEveryState('reading', ['k'], LETTERS, [
    'ZSCORE k a', 'ZMSCORE k a', 'ZCARD k', 'ZINCRBY k x a', 'ZREM k nobody', 'ZRANK k a', 'ZREVRANK k a',
    'ZCOUNT k x y', 'ZCOUNT k 0 2', 'ZLEXCOUNT k x y', 'ZLEXCOUNT k - +', 'ZINCRBY k 1 a',
  ], ['EXISTS k']), // prettier-ignore
  ...likeRedis8([
    arity('ZRANK', 0, 1, 3, 4),
    arity('ZREVRANK', 0, 1, 3, 4),
    ...inEveryState('ranks with scores', ['k'], ['ZADD k 0.1 a 2 b inf c -inf d'], ['ZRANK',
      'ZREVRANK'].flatMap((name) =>
      ['a WITHSCORE', 'b withscore', 'c WithScore', 'd WITHSCORE', 'nobody WITHSCORE', 'nobody', 'a BOGUS',
        'nobody BOGUS',
        'a WITHSCORES', 'a WITHSCORE WITHSCORE', 'a WITHSCORE x',
          'a ""'].map((rest) => `${name} k ${rest}`))),
    ...table(['ranks with scores in a large sorted set', zadd('k', 300, (i) => i / 10), ...[0, 1, 7, 299, 300]
      .flatMap((i) => [`ZRANK k m${i} WITHSCORE`, `ZREVRANK k m${i} WITHSCORE`]), 'ZRANK nokey a WITHSCORE']),
  ]),
  ...otherTypes('sorted set reads', 'ZSCORE other one', 'ZMSCORE other one', 'ZCARD other', 'ZRANK other one',
    'ZREVRANK other one', 'ZREM other nobody', 'ZCOUNT other x y', 'ZCOUNT other 1 2', 'ZLEXCOUNT other x y',
    'ZLEXCOUNT other - +', 'ZSCAN other 0', 'ZSCAN other x', 'ZRANDMEMBER other 0', 'ZPOPMIN other',
      'ZPOPMAX other 0'),
]; // prettier-ignore

function popCases(name: 'ZPOPMIN' | 'ZPOPMAX'): DifferentialCase[] {
  return [
    arity(name, 0, 3),
    ...table(
      [name, ...LETTERS, `${name} k`, `${name} k 2`, ...READ, `${name} k 0`, `${name} k 10`, 'EXISTS k',
        `${name} k`,
        `${name} k 5`],
      [`${name} among equal scores`, 'ZADD k 1 b 1 a 1 d 1 c', `${name} k`, `${name} k 1`, `${name} k 2`,
        'EXISTS k'],
      [`${name} keeps the expiry until the key is gone`, ...LETTERS, 'EXPIRE k 100', `${name} k 3`, 'TTL k',
        `${name} k 2`,
        'TTL k', ...LETTERS, 'TTL k'],
      [`${name} of a large sorted set`, zadd('k', 300, (i) => (i * 31) % 50), `${name} k`, `${name} k 7`,
        'ZCARD k',
        'ZRANGE k 0 5 WITHSCORES', `${name} k 200`, 'OBJECT ENCODING k', `${name} k 1000`, 'EXISTS k'],
    ),
    ...inEveryState(`${name} count`, ['k'], LETTERS, [...EDGE_INTEGERS.map((count) => [name, 'k', count]),
      `${name} k -1`, `${name} k x`, `${name} k 1 2`], READ),
    ...likeRedis8(table([`${name} prints scores`, 'ZADD k 0.1 a 1e-300 b 1e308 c -inf d 3.3333333333333335 e',
      `${name} k`,
      `${name} k 2`, `${name} k 2`])),
    ...otherTypes(name, `${name} other`, `${name} other 1`, `${name} other 0`, `${name} other -1`,
      `${name} other x`),
  ]; // prettier-ignore
}

const mpopCases: DifferentialCase[] = [
  arity('ZMPOP', 0, 1, 2),
  ...table(
    ['ZMPOP', ...LETTERS, 'ZADD j 7 x 8 y', 'ZMPOP 1 k MIN', 'ZMPOP 2 nokey k MAX', 'ZMPOP 2 k j MIN COUNT 2',
      ...READ,
      'ZMPOP 2 k j MAX COUNT 10', 'EXISTS k', 'ZMPOP 2 k j MIN', 'ZMPOP 3 k nokey j min count 5', 'DBSIZE',
      'ZMPOP 2 k j MAX'],
    ['ZMPOP keeps the expiry', ...LETTERS, 'EXPIRE k 100', 'ZMPOP 1 k MIN', 'TTL k', 'ZMPOP 1 k MAX COUNT 4',
      'EXISTS k'],
    ['ZMPOP meets a wrong type only when it gets there', ...LETTERS, 'SET s v', 'ZMPOP 2 k s MIN COUNT 5',
      'ZMPOP 2 k s MIN', 'ZMPOP 2 nokey s MAX', ...LETTERS, 'ZMPOP 2 s k MIN', 'ZMPOP 2 k s MIN'],
    ['ZMPOP the same key twice', ...LETTERS, 'ZMPOP 2 k k MIN COUNT 3', ...READ],
    ['ZMPOP of a large sorted set', zadd('k', 300), 'ZMPOP 1 k MAX COUNT 20', 'ZCARD k',
      'ZMPOP 1 k MIN COUNT 9223372036854775807',
      'EXISTS k'],
  ),
  ...inEveryState('ZMPOP', ['k'], LETTERS, ['ZMPOP 0 k MIN', 'ZMPOP -1 k MIN', 'ZMPOP x k MIN', 'ZMPOP 1 k',
    'ZMPOP 2 k MIN', 'ZMPOP 1 k BOGUS', 'ZMPOP 1 k MIN COUNT', 'ZMPOP 1 k MIN COUNT 0',
      'ZMPOP 1 k MIN COUNT -1',
    'ZMPOP 1 k MIN COUNT x', 'ZMPOP 1 k MIN COUNT 1 COUNT 2', 'ZMPOP 1 k MIN MAX', 'ZMPOP 1 k COUNT 1 MIN',
      'ZMPOP 1 k k MIN',
    'ZMPOP 1 k MIN BOGUS', 'ZMPOP 1 k MIN 1', 'ZMPOP 3 k MIN COUNT 1', 'ZMPOP "" k MIN',
      'ZMPOP 9223372036854775807 k MIN',
    'ZMPOP 4294967297 k MIN', 'ZMPOP 1 k MIN COUNT 4294967296', 'ZMPOP 1 k ""'], READ),
  ...each('ZMPOP numkeys', LETTERS, EDGE_INTEGERS.map((count) => ['ZMPOP', count, 'k', 'MIN'])),
  ...each('ZMPOP count', LETTERS, EDGE_INTEGERS.map((count) => ['ZMPOP', '1', 'k', 'MAX', 'COUNT', count])),
  ...likeRedis8(table(['ZMPOP prints scores', 'ZADD k 0.1 a 0.2 b', 'ZMPOP 1 k MIN COUNT 2'])),
  ...otherTypes('ZMPOP', 'ZMPOP 1 other MIN', 'ZMPOP 2 nokey other MAX', 'ZMPOP 1 other BOGUS',
    'ZMPOP 1 other MIN COUNT 0'),
]; // prettier-ignore

/** ZRANDMEMBER with so many members asked for, and how they are shown. */
function randomMembers(key: string, count: string | number = '', shown = ''): Action {
  const repeats: Repeats = Number(count) < 0 ? 'may repeat' : 'distinct';
  return choice(`ZRANDMEMBER ${key} ${count} ${shown}`, `ZRANGE ${key} 0 -1 WITHSCORES`, repeats);
}

function randomCases(): DifferentialCase[] {
  const counts = [0, 1, 2, 4, 5, 6, 100, -1, -2, -5, -100];
  const bigCounts = [0, 1, 3, 60, 99, 100, 101, 150, 290, 299, 300, 301, 1000, -1, -300, -1000];
  return [
    arity('ZRANDMEMBER', 0),
    ...table(
      ['ZRANDMEMBER of one', 'ZADD k 1 a', 'ZRANDMEMBER k', 'ZRANDMEMBER k 1', 'ZRANDMEMBER k 5',
        'ZRANDMEMBER k -3',
        'ZRANDMEMBER k 1 WITHSCORES', 'ZRANDMEMBER k -2 WITHSCORES', 'ZRANDMEMBER k 0',
          'ZRANDMEMBER k 0 WITHSCORES'],
      ['ZRANDMEMBER of five', ...LETTERS, randomMembers('k'), ...counts.flatMap((count) =>
        [randomMembers('k', count), randomMembers('k', count, 'withscores')]), ...READ],
      ['ZRANDMEMBER of many', zadd('k', 300), randomMembers('k'), ...bigCounts.flatMap((count) =>
        [randomMembers('k', count), randomMembers('k', count, 'WITHSCORES')]),
        'ZCARD k'],
    ),
    // A large negative count without scores would be an endless reply; with scores it is out of range.
    ...inEveryState('ZRANDMEMBER', ['k'], ['ZADD k 1 a'], ['ZRANDMEMBER k', 'ZRANDMEMBER k 1 BOGUS',
      'ZRANDMEMBER k WITHSCORES', 'ZRANDMEMBER k x BOGUS', 'ZRANDMEMBER k 1 WITHSCORES x',
        'ZRANDMEMBER k 1 2',
      'ZRANDMEMBER k 0 BOGUS', 'ZRANDMEMBER k 4611686018427387903 WITHSCORES',
        'ZRANDMEMBER k 4611686018427387904 WITHSCORES',
      'ZRANDMEMBER k 9223372036854775807 WITHSCORES', 'ZRANDMEMBER k 9223372036854775807',
      'ZRANDMEMBER k -9223372036854775808 WITHSCORES', 'ZRANDMEMBER k -9223372036854775807 WITHSCORES',
      'ZRANDMEMBER k -4611686018427387905 WITHSCORES', 'ZRANDMEMBER k -9223372036854775808',
        'ZRANDMEMBER k -9223372036854775809']),
    ...each('ZRANDMEMBER count', ['ZADD k 1 a'], EDGE_INTEGERS.filter((count) => !/^-(2147|9223)/.test(count))
      .map((count) => ['ZRANDMEMBER', 'k', count])),
    ...each('ZRANDMEMBER count of a missing key', [], EDGE_INTEGERS.map((count) => ['ZRANDMEMBER', 'nokey',
      count])),
    ...likeRedis8(table(['ZRANDMEMBER prints scores', 'ZADD k 0.1 a', 'ZRANDMEMBER k 1 WITHSCORES',
      'ZRANDMEMBER k -2 WITHSCORES'])),
    ...otherTypes('ZRANDMEMBER', randomMembers('other'), randomMembers('other', 1), 'ZRANDMEMBER other x',
      'ZRANDMEMBER other 1 BOGUS'),
  ]; // prettier-ignore
}

const scanCases: DifferentialCase[] = [
  arity('ZSCAN', 0, 1),
  ...table(
    ['ZSCAN of an empty member', 'ZADD k 1 ""', 'ZSCAN k 0 MATCH *', 'ZSCAN k 0 MATCH **',
      'ZSCAN k 0 MATCH ""'],
    ['ZSCAN of a packed sorted set', ...LETTERS, 'ZSCAN k 0', 'ZSCAN k 0 COUNT 1', 'ZSCAN k 0 MATCH a',
      'ZSCAN k 0 MATCH [b-d] COUNT 100',
      'ZSCAN k 0 MATCH none', 'ZSCAN k 5', 'ZSCAN k 0 count 1 match e', 'ZSCAN nokey 0',
        'ZSCAN nokey 0 COUNT 5', 'ZSCAN nokey 7'],
    ['ZSCAN of many', zadd('k', 400), scanScores(), scanScores('COUNT 7'),
      scanScores('COUNT 10000'),
      scanScores('MATCH m1*'), scanScores('MATCH m?5 COUNT 3'), scanScores('MATCH none')],
    ['ZSCAN of integers as members', 'ZADD k 1 10 2 20 3 -5', 'ZSCAN k 0', 'ZSCAN k 0 MATCH 1*',
      'ZSCAN k 0 MATCH -?'],
    ['ZSCAN of half scores', 'ZADD k 1.5 a -2.25 b inf c -inf d', 'ZSCAN k 0', ['ZADD', 'k', '0',
      'x'.repeat(65)], scanScores()],
  ),
  ...inEveryState('ZSCAN', ['k'], ['ZADD k 1 a'], ['ZSCAN k abc', 'ZSCAN k -1', 'ZSCAN k ""', 'ZSCAN k 1.5',
    'ZSCAN k 0 COUNT',
    'ZSCAN k 0 COUNT 0', 'ZSCAN k 0 COUNT -1', 'ZSCAN k 0 COUNT x', 'ZSCAN k 0 MATCH', 'ZSCAN k 0 BOGUS',
      'ZSCAN k 0 BOGUS 1',
    'ZSCAN k 0 TYPE zset', 'ZSCAN k 0 NOSCORES', 'ZSCAN k abc COUNT x', 'ZSCAN k 18446744073709551615',
    'ZSCAN k 18446744073709551616', 'ZSCAN k 0 COUNT 9223372036854775807', 'ZSCAN k 0 COUNT 1 MATCH']),
  ...likeRedis8(table(
    ['ZSCAN prints the scores of a packed sorted set',
      'ZADD k 0.1 a 1e17 b 1e308 c 1e-300 d 3.3 e 123456789.123 f', 'ZSCAN k 0'],
    ['ZSCAN prints the scores of a large sorted set', zadd('k', 200),
      'ZADD k 0.1 a 1e17 b 1e-300 d 3.3 e 123456789.123 f',
      ...['a', 'b', 'd', 'e', 'f'].map((name) => scanScores(`MATCH ${name}`))],
  )),
]; // prettier-ignore

export const sortedSetsCases: DifferentialCase[] = [
  ...addCases,
  ...encodingCases(),
  ...readCases,
  ...popCases('ZPOPMIN'),
  ...popCases('ZPOPMAX'),
  ...mpopCases,
  ...randomCases(),
  ...scanCases,
];
