/**
 * Hashes around and beyond what a listpack holds: 512 fields, 64 bytes in a field or value. Beyond it Redis
 * keeps no order, so replies are compared without.
 */
import type { DifferentialCase } from '../../support/server-pair.js';
import { choice, scanCollection, unorderedPairs } from '../../support/collection-steps.js';
import { unordered, type Step } from '../../support/steps.js';
import { ALL_BYTES, likeRedis8, numbered, table } from '../../support/tables.js';

const ENCODING = 'OBJECT ENCODING k';
const ALL = 'HGETALL k';

/** Hashes in hashtable encoding. */
const LARGE: readonly (readonly [string, readonly Step[]])[] = [
  ['2,000 short fields', [['HSET', 'k', ...numbered('f', 4000)]]],
  ['3,000 numbers', [['HSET', 'k', ...numbered('', 6000)]]],
  ['300 values of 1,000 bytes', [['HSET', 'k', ...numbered('v'.repeat(997), 600, 100)]]],
  ['three fields, one of them long', [['HSET', 'k', 'f1', '1', 'f3', '3', 'l'.repeat(65), 'long']]],
  ['10,000 fields', numbered('', 5).map((at) => ['HSET', 'k', ...numbered(`f${at}:`, 4000)])],
];
const COUNTS = ['1', '3', '50', '1500', '9999', '10000', '100000'];

const encodingCases: DifferentialCase[] = [
  ...[511, 512, 513].flatMap((count) => table(
    [`${count} fields at once`, ['HSET', 'k', ...numbered('', 2 * count)], ENCODING, 'HLEN k',
      unorderedPairs(ALL)],
    [`${count} fields one by one`, ...numbered('f', count).map((field) => `HSET k ${field} 1`), ENCODING,
      unorderedPairs(ALL)],
    [`${count} fields by HINCRBY`, ...numbered('f', count).map((field) => `HINCRBY k ${field} 1`), ENCODING],
    [`${count} fields by HINCRBYFLOAT`, ...numbered('f', count).map((field) => `HINCRBYFLOAT k ${field} 1.5`),
      ENCODING],
    [`${count} fields by HSETNX`, ...numbered('f', count).map((field) => `HSETNX k ${field} 1`), ENCODING],
  )),
  // Later versions judge by the number of arguments, 7.0 by the number of fields that come of them.
  ...likeRedis8([511, 512, 513].flatMap((count) => table(
    [`${count} times the same field at once`, ['HSET', 'k', ...numbered('', count).flatMap((value) => ['f',
      value])], ENCODING, ALL],
    [`${count} fields at once where some are known`, 'HSET k f0 1 f1 1 f2 1', ['HSET', 'k', ...numbered('f',
      count).flatMap((field) => [field, '2'])], ENCODING],
  ))),
  ...[63, 64, 65].flatMap((size) => table(
    [`a field of ${size} bytes`, 'HSET k a 1', ['HSET', 'k', 'f'.repeat(size), 1], ENCODING,
      unorderedPairs(ALL)],
    [`a value of ${size} bytes`, 'HSET k a 1', ['HSET', 'k', 'f', 'v'.repeat(size)], ENCODING,
      unorderedPairs(ALL),
      ['HSET', 'k', 'f', 'short'], ENCODING, unorderedPairs(ALL)],
    [`a value of ${size} bytes in a new hash`, ['HMSET', 'k', 'f', 'v'.repeat(size)], ENCODING, ALL],
    [`a value of ${size} bytes that replaces`, 'HSET k a 1 b 2', ['HSET', 'k', 'a', 'v'.repeat(size)],
      ENCODING,
      unorderedPairs(ALL)],
    [`a field of ${size} bytes by HSETNX`, ['HSETNX', 'k', 'f'.repeat(size), 1], ENCODING],
    [`a field of ${size} bytes by HINCRBY`, ['HINCRBY', 'k', 'f'.repeat(size), 1], ENCODING],
    [`a field of ${size} bytes by HINCRBYFLOAT`, ['HINCRBYFLOAT', 'k', 'f'.repeat(size), 1], ENCODING],
  )),
  ...table(
    ['no way back to a listpack', ['HSET', 'k', ...numbered('', 1026)], ENCODING, ['HDEL', 'k',
      ...numbered('', 1000)],
      'HLEN k', ENCODING, unorderedPairs(ALL), ['HDEL', 'k', ...numbered('', 1026)], 'EXISTS k', 'HSET k a 1',
      ENCODING],
    ['a long value removed', ['HSET', 'k', 'a', 'x'.repeat(100), 'b', '1'], 'HDEL k a', ENCODING, ALL],
    ['COPY and RENAME keep the encoding', ['HSET', 'k', 'a', 'x'.repeat(100)], 'HDEL k none',
      'HSET k a short',
      'COPY k c', 'OBJECT ENCODING c', 'RENAME c d', 'OBJECT ENCODING d', 'HGETALL d'],
    ['other limits', 'CONFIG SET hash-max-listpack-entries 3', 'CONFIG SET hash-max-listpack-value 5',
      'HSET k a 1 b 2 c 3', ENCODING, 'HSET k d 4', ENCODING, 'HSET j a 12345', 'OBJECT ENCODING j',
      'HSET j a abcdef', 'OBJECT ENCODING j', 'HSET i abcdef 1', 'OBJECT ENCODING i',
      'CONFIG SET hash-max-listpack-entries 512', 'CONFIG SET hash-max-listpack-value 64'],
    ['limits under their old names', 'CONFIG SET hash-max-ziplist-entries 2',
      'CONFIG GET hash-max-ziplist-entries', 'CONFIG GET hash-max-listpack-entries',
      'HSET k a 1 b 2 c 3', ENCODING, 'CONFIG SET hash-max-ziplist-entries 512'],
  ),
]; // prettier-ignore

function largeCases(title: string, setup: readonly Step[]): DifferentialCase[] {
  const known = ['f0', 'f1', '0', '10', 'f2', 'f3', 'f3:10', 'l'.repeat(65), `${'v'.repeat(997)}100`,
    'missing'];
  return table(
    [`reading ${title}`, ...setup, ENCODING, 'HLEN k', unorderedPairs(ALL), unordered('HKEYS k'),
      unordered('HVALS k'), ...known.flatMap((field): Step[] => [['HGET', 'k', field], ['HEXISTS', 'k',
        field],
      ['HSTRLEN', 'k', field]]), ['HMGET', 'k', ...known]],
    [`editing ${title}`, ...setup, ...known.flatMap((field): Step[] => [['HSET', 'k', field, 'changed'],
      ['HSETNX',
      'k', field, 'again'], ['HDEL', 'k', field], ['HDEL', 'k', field], ['HSETNX', 'k', field, '5'],
        ['HINCRBY',
      'k', field, 37], ['HINCRBYFLOAT', 'k', field, '0.5'], ['HINCRBY', 'k', field, 1]]), ['HSET', 'k',
        ALL_BYTES,
      ALL_BYTES, '', ''], ['HGET', 'k', ALL_BYTES], 'HGET k ""', 'HLEN k', unorderedPairs(ALL)],
    [`emptying ${title}`, ...setup, 'EXPIRE k 1000', ['HDEL', 'k', ...numbered('', 6000)], 'HLEN k', 'TTL k',
      ['HDEL',
      'k', ...numbered('f', 4000)], 'EXISTS k', ...numbered('', 10).map((at): Step => ['HDEL', 'k',
      ...numbered(`f${at}:`, 4000)]), ['HDEL', 'k', ...numbered('v'.repeat(997), 600, 100)], ['HDEL', 'k',
      'l'.repeat(65)], 'EXISTS k', 'TTL k', 'HSET k a 1', 'TTL k', ENCODING],
    [`scanning ${title}`, ...setup, scanCollection('HSCAN k', '', 2), scanCollection('HSCAN k', 'COUNT 1', 2),
      scanCollection('HSCAN k', 'COUNT 1000', 2), scanCollection('HSCAN k', 'MATCH *1', 2),
        scanCollection('HSCAN k',
      'COUNT 77 MATCH f[1-3]*', 2), scanCollection('HSCAN k', 'MATCH none*', 2)],
    [`choosing of ${title}`, ...setup, ...COUNTS.flatMap((count) => [choice(`HRANDFIELD k ${count}`, ALL),
      choice(`HRANDFIELD k ${count} WITHVALUES`, ALL)]), choice('HRANDFIELD k', ALL),
      choice('HRANDFIELD k -200', ALL, 'may repeat'), choice('HRANDFIELD k -3000 WITHVALUES', ALL,
        'may repeat')],
    [`copying ${title}`, ...setup, 'EXPIRE k 1000', 'COPY k c', 'HSET c new field f0 changed',
      'HDEL k f2 0 l',
      unorderedPairs(ALL), unorderedPairs('HGETALL c'), 'TTL c', 'DEL k', unorderedPairs('HGETALL c'),
      'RENAME c r', 'MOVE r 3', 'SELECT 3', 'HLEN r', unorderedPairs('HGETALL r'), 'UNLINK r', 'EXISTS r'],
    [`a string over ${title}`, ...setup, 'SET k v', 'HGET k a', 'GET k', 'DEL k', 'HSET k a 1', ALL],
  );
} // prettier-ignore

export const largeHashesCases: DifferentialCase[] = [
  ...LARGE.flatMap(([title, setup]) => largeCases(title, setup)),
  ...encodingCases,
];
