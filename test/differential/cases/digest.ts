/** DEBUG DIGEST and DIGEST-VALUE: every type in every form, several databases, times to live. */
import { FINE_SCORES } from '../../support/sorted-set-data.js';
import type { DifferentialCase } from '../../support/server-pair.js';
import type { Step } from '../../support/steps.js';
import { ALL_BYTES, EDGE_INTEGERS, likeRedis8, numbered, table } from '../../support/tables.js';

const BOTH: readonly Step[] = ['DEBUG DIGEST-VALUE k', 'DEBUG DIGEST'];

/** `count` scores that are whole numbers, each with its member. */
function scored(count: number): string[] {
  return numbered('m', count).flatMap((member, i) => [String((i * 7919) % 1000), member]);
}

/** Values under the key `k`, which all versions digest alike. */
export const VALUES: readonly (readonly [string, readonly Step[]])[] = [
  ['a short string', ['SET k hello']],
  ['an empty string', [['SET', 'k', '']]],
  ['integers', EDGE_INTEGERS.flatMap((text): Step[] => [['SET', 'k', text], ...BOTH])],
  ['every byte', [['SET', 'k', ALL_BYTES]]],
  ['lengths around blocks of the hash', [54, 55, 56, 63, 64, 65, 119, 120, 128].flatMap((size): Step[] => [
    ['SET', 'k', 'x'.repeat(size)], ...BOTH])],
  ['a long string', [['SET', 'k', 'abc'.repeat(100_000)]]],
  ['a bitmap', ['SETBIT k 100000 1']],
  ['a list', ['RPUSH k a 7 c a -1', ['RPUSH', 'k', '', ALL_BYTES]]],
  ['a list in another order', ['RPUSH k 7 a c']],
  ['a long list', [['RPUSH', 'k', ...numbered('element', 5000)], 'LTRIM k 3 -3', 'LINSERT k BEFORE element9 new']],
  ['a list of large elements', [['RPUSH', 'k', 'x'.repeat(20_000), 'y', 'z'.repeat(9000), '5']]],
  ['a set of integers', ['SADD k 3 1 2 -70000 9223372036854775807']],
  ['a small set', ['SADD k c a b 3', ['SADD', 'k', '', ALL_BYTES]]],
  ['a large set', [['SADD', 'k', ...numbered('member', 3000)], 'SREM k member7']],
  ['a large set of numbers', [['SADD', 'k', ...numbered('', 3000)]]],
  ['a small sorted set', ['ZADD k 1 a 2 b -3 c 0 d 4 77 inf x -inf y']],
  ['a large sorted set', [['ZADD', 'k', ...scored(1000)], 'ZREM k m7']],
  ['a small hash', ['HSET k a 1 7 x b c', ['HSET', 'k', '', ALL_BYTES]]],
  ['a large hash', [['HSET', 'k', ...numbered('f', 4000)], 'HDEL k f2']],
  ['a stream', ['XADD k 1-2 a b c 7', 'XADD k 3-0 x 9', 'XADD k 3-1 a 1 c 2', 'XADD k 18446744073709551615-5 a b']],
  ['a long stream', [...numbered('', 300, 1).map((id) => `XADD k ${id}-1 field ${id} other v${id}`), 'XDEL k 7-1 8-1',
    'XTRIM k MAXLEN 200']],
  ['a stream with groups, which do not count', ['XADD k 1-1 a b', ...BOTH, 'XGROUP CREATE k g 0',
    'XREADGROUP GROUP g c STREAMS k >']],
  ['a stream without entries', ['XGROUP CREATE k g $ MKSTREAM']],
  ['a HyperLogLog', [['PFADD', 'k', ...numbered('e', 50)]]],
]; // prettier-ignore

/** Values whose digests changed with 7.2, or that came later. */
export const LATER: readonly (readonly [string, readonly Step[]])[] = [
  ['scores with fractions', ['ZADD k 0.1 a -2.5 b 3.14159 c 1e-7 d']],
  ['scores of all sizes', FINE_SCORES.map((score, i) => ['ZADD', 'k', score, `m${i}`])],
  ['large whole scores', ['ZADD k 1e15 a 1e17 b 4611686018427387904 c 9007199254740993 d 1e21 e 1e22 f 1e23 g 1e300 h']],
  ['a negative zero', ['ZADD k -0 a']],
  ['a negative zero in a large sorted set', [['ZADD', 'k', '-0', 'a'.repeat(100), '0.5', 'b']]],
  ['a large sorted set with fractions', [['ZADD', 'k', ...numbered('m', 500).flatMap((name, i) => [String(i / 7), name])]]],
  ['a small hash whose fields expire', ['HSET k a 1 b 2 c 3', 'HEXPIRE k 1000 FIELDS 1 a', ...BOTH, 'HEXPIRE k 9000 FIELDS 2 a b',
    ...BOTH, 'HPERSIST k FIELDS 1 a']],
  ['a large hash whose fields expire', [['HSET', 'k', ...numbered('f', 4000)], 'HEXPIRE k 1000 FIELDS 3 f0 f2 f4', ...BOTH,
    'HPERSIST k FIELDS 3 f0 f2 f4']],
]; // prettier-ignore

function casesOf(values: readonly (readonly [string, readonly Step[]])[]): DifferentialCase[] {
  return table(
    ...values.map(
      ([title, steps]) =>
        [
          `digest of ${title}`,
          ...steps,
          ...BOTH,
          'EXPIRE k 1000',
          ...BOTH,
          'PERSIST k',
          ...BOTH,
          'RENAME k other',
          ...BOTH,
          'DEBUG DIGEST-VALUE other k other',
        ] as const,
    ),
  );
}

const databaseCases = table(
  ['digest of nothing', 'DEBUG DIGEST', 'DEBUG DIGEST-VALUE', 'DEBUG DIGEST-VALUE nokey', 'SET k v', 'DEL k', 'DEBUG DIGEST'],
  ['digest of several databases', 'SET a 1', 'DEBUG DIGEST', 'SELECT 3', 'SET a 1', 'DEBUG DIGEST', 'SELECT 9', 'RPUSH l a b',
    'DEBUG DIGEST', 'SWAPDB 0 9', 'DEBUG DIGEST', 'SELECT 0', 'FLUSHDB', 'DEBUG DIGEST', 'FLUSHALL', 'DEBUG DIGEST'],
  ['digest does not depend on the order of keys', 'MSET a 1 b 2 c 3', 'DEBUG DIGEST', 'DEL a', 'SET a 1', 'DEBUG DIGEST'],
  ['digest of many keys', ...numbered('', 20).map((part): Step => ['MSET', ...numbered(`key${part}:`, 1000)]), 'DEBUG DIGEST',
    'SET key0:0 other', 'DEBUG DIGEST'],
  ['digest in a transaction', 'MSET a 1 b 2', 'MULTI', 'DEBUG DIGEST', 'SET c 3', 'DEBUG DIGEST', 'DEBUG DIGEST-VALUE a b c d', 'EXEC'],
  ['digest of a value that expires in time', 'SET k v EX 100', ...BOTH, 'EXPIRE k 5000', ...BOTH],
  ['digest wrong', 'DEBUG DIGEST x', 'DEBUG DIGEST-VALUE ""', 'DEBUG DIGEST-VALUES k'],
); // prettier-ignore

export const digestCases: DifferentialCase[] = [
  ...databaseCases,
  ...casesOf(VALUES),
  ...likeRedis8([...databaseCases, ...casesOf(VALUES), ...casesOf(LATER)]),
];
