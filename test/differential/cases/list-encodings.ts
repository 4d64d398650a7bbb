/**
 * The encoding of lists as Redis 8.0 tells it: a list is one listpack while that takes no more than 8 KB
 * (list-max-listpack-size -2), and turns back into one when a quicklist has shrunk to a single node of at
 * most half of that.
 */
import type { DifferentialCase } from '../../support/server-pair.js';
import type { Step } from '../../support/steps.js';
import { likeRedis8, numbered, table } from '../../support/tables.js';

const ENCODING = 'OBJECT ENCODING k';

/** Pushes one element of `size` bytes at a time past the limit, and asks for the encoding each time. */
function grow(push: string, element: (index: number) => string, count: number): Step[] {
  return Array.from({ length: count }, (_, index): Step[] => [[push, 'k', element(index)], ENCODING]).flat();
}

const GROWN: readonly (readonly [string, (index: number) => string, number])[] = [
  ['words of 10 bytes', (index) => `w${100_000_000 + index}`, 760],
  ['words of 64 bytes', (index) => `w${'x'.repeat(60)}${100 + index}`, 130],
  ['words of 500 bytes', (index) => `w${'x'.repeat(496)}${100 + index}`, 20],
  ['words of 2,000 bytes', (index) => `w${'x'.repeat(1996)}${100 + index}`, 6],
  ['words of 4,083 bytes', (index) => `${'x'.repeat(4083)}${index % 10}`, 4],
];

const SINGLE_SIZES = [1, 100, 4000, 8000, 8170, 8175, 8176, 8177, 8178, 8179, 8180, 8181, 8182, 8183, 8184,
  8185,
  8186, 8187, 8188, 8189, 8190, 8191, 8192, 8193, 8200, 10_000, 70_000]; // prettier-ignore

/** A list in quicklist encoding: 20 words of 1,000 bytes. */
const QUICKLIST: readonly Step[] = [['RPUSH', 'k', ...numbered('q'.repeat(998), 20, 10)], ENCODING];

export const listEncodingCases: DifferentialCase[] = likeRedis8([
  ...['RPUSH', 'LPUSH'].flatMap((push) => [
    ...GROWN.map(([title, element, count]) => ({
      title: `${push} ${title} past 8 KB`,
      steps: grow(push, element, count),
    })),
    ...SINGLE_SIZES.map((size) => ({
      title: `${push} one word of ${size} bytes`,
      steps: [[push, 'k', 'z'.repeat(size)], ENCODING, `${push} k a`, ENCODING, 'LPOP k', ENCODING],
    })),
  ]),
  ...['LPOP k', 'RPOP k'].map((pop) => ({
    title: `${pop} one after the other shrinks`,
    steps: [...QUICKLIST, ...numbered('', 20).flatMap(() => [pop, ENCODING]), 'EXISTS k'],
  })),
  ...table(
    ['numbers', ['RPUSH', 'k', ...numbered('', 1000)], ENCODING, ['RPUSH', 'k', ...numbered('', 1000, 1000)],
      ENCODING, ['RPUSH', 'k', ...numbered('', 3000, 2000)], ENCODING, 'LTRIM k 0 900', ENCODING,
        'LTRIM k 0 100',
      ENCODING],
    ['numbers one by one', ...numbered('', 1450, 100_000).flatMap((word): Step[] => [['RPUSH', 'k', word],
      ...(Number(word) % 20 === 0 ? [ENCODING] : [])]), ENCODING],
    ['a new list', 'RPUSH k a', ENCODING, 'LPUSH k b', ENCODING, 'RPUSHX k c', ENCODING, 'LPOP k 3',
      ENCODING],
    ['many arguments at once', ['RPUSH', 'k', ...numbered('x'.repeat(97), 80, 100)], ENCODING, 'DEL k',
      ['RPUSH', 'k', ...numbered('x'.repeat(97), 81, 100)], ENCODING, 'DEL k', ['RPUSH', 'k',
      ...numbered('x'.repeat(97), 82, 100)], ENCODING],
    ['LTRIM to various sizes', ...[19, 18, 12, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0].flatMap((last) => ['DEL k',
      ...QUICKLIST, `LTRIM k 0 ${last}`, ENCODING, 'DEL k', ...QUICKLIST, `LTRIM k ${-last - 1} -1`,
        ENCODING])],
    ['LREM shrinks', ['RPUSH', 'k', 'a', 'b', ...numbered('', 20).map(() => 'r'.repeat(1000)), 'c'], ENCODING,
      ...numbered('', 20).flatMap((): Step[] => [['LREM', 'k', 1, 'r'.repeat(1000)], ENCODING]),
        'LRANGE k 0 -1'],
    ['LREM all at once', ['RPUSH', 'k', 'a', ...numbered('', 20).map(() => 'r'.repeat(1000)), 'c'], ENCODING,
      ['LREM', 'k', 0, 'r'.repeat(1000)], ENCODING],
    ['LSET grows', 'RPUSH k a b c', ['LSET', 'k', 1, 'x'.repeat(8000)], ENCODING, ['LSET', 'k', 1,
      'x'.repeat(8192)], ENCODING, ['LSET', 'k', 1, 'x'.repeat(5000)], ENCODING, ['LSET', 'k', 1,
      'x'.repeat(4000)], ENCODING, 'LSET k 1 x', ENCODING],
    ['LSET out of range grows nothing', 'RPUSH k a', ['LSET', 'k', 5, 'x'.repeat(9000)], ENCODING],
    ['LINSERT grows', 'RPUSH k a b', ['LINSERT', 'k', 'BEFORE', 'b', 'x'.repeat(5000)], ENCODING, ['LINSERT',
      'k',
      'AFTER', 'b', 'x'.repeat(3150)], ENCODING, ['LINSERT', 'k', 'AFTER', 'b', 'y'.repeat(100)], ENCODING],
    ['LINSERT without the pivot', 'RPUSH k a b', ['LINSERT', 'k', 'BEFORE', 'z', 'x'.repeat(9000)], ENCODING,
      'LLEN k'],
    ['LPOP with a count', ...QUICKLIST, 'LPOP k 10', ENCODING, 'LPOP k 6', ENCODING, 'LPOP k 1', ENCODING],
    ['LMPOP', ...QUICKLIST, 'LMPOP 1 k RIGHT COUNT 15', ENCODING, 'LMPOP 1 k LEFT COUNT 2', ENCODING],
    ['LMOVE and RPOPLPUSH', ...QUICKLIST, ...numbered('', 20).flatMap(() => ['LMOVE k d LEFT RIGHT', ENCODING,
      'OBJECT ENCODING d']), ...numbered('', 20).flatMap(() => ['RPOPLPUSH d k', ENCODING,
        'OBJECT ENCODING d'])],
    ['COPY and RENAME keep it', ...QUICKLIST, 'COPY k c', 'OBJECT ENCODING c', 'RENAME c d',
      'OBJECT ENCODING d',
      'LTRIM d 0 2', 'COPY d e', 'OBJECT ENCODING e'],
    ['popping and pushing around the limit', ...grow('RPUSH', (index) => `${'p'.repeat(998)}${10 + index}`,
      9),
      ...numbered('', 6).flatMap((): Step[] => ['LPOP k', ENCODING, ['RPUSH', 'k', 'n'.repeat(1000)],
        ENCODING])],
    ['by count, where it is configured', 'CONFIG SET list-max-listpack-size 5', 'RPUSH k 1 2 3 4 5', ENCODING,
      'RPUSH k 6', ENCODING, 'LPOP k', ENCODING, 'LPOP k', ENCODING, 'LPOP k', ENCODING, 'LPOP k', ENCODING,
      'LRANGE k 0 -1', 'CONFIG SET list-max-listpack-size -2'],
    ['by other sizes, where it is configured', 'CONFIG SET list-max-listpack-size -1', ['RPUSH', 'k',
      'x'.repeat(4000)], ENCODING, ['RPUSH', 'k', 'x'.repeat(100)], ENCODING,
        'CONFIG SET list-max-listpack-size -3',
      ['RPUSH', 'l', 'x'.repeat(16_000)], 'OBJECT ENCODING l', ['RPUSH', 'l', 'x'.repeat(400)],
      'OBJECT ENCODING l', 'CONFIG SET list-max-listpack-size -2'],
  ),
]); // prettier-ignore
