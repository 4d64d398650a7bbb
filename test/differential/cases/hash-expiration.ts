/**
 * Expirations of hash fields, as Redis 8.0 has them: setting, asking, dropping, what other commands do to
 * them, and fields that are gone when theirs comes. HGETDEL, HGETEX and HSETEX are in hash-fields.ts.
 *
 * Redis lists the fields of a hash that has expirations in the order of these; it is compared without order.
 */
import type { DifferentialCase } from '../../support/server-pair.js';
import { scanCollection, unorderedPairs } from '../../support/collection-steps.js';
import { numberNear } from '../../support/key-steps.js';
import { pause, unordered, type Step } from '../../support/steps.js';
import { ALL_BYTES, EDGE_INTEGERS, arity, each, likeRedis8, numbered, table } from '../../support/tables.js';
import { stringAndOtherTypes } from '../../support/other-types.js';

/** 2100-01-01. */
const FAR_S = 4_102_444_800;
const SMALL = 'HSET k a 1 b two c ""';
const ALL = unorderedPairs('HGETALL k');
const ASK = ['HTTL k FIELDS 3 a b c', 'HPEXPIRETIME k FIELDS 3 a b c', ALL, 'EXISTS k', 'TTL k'];

/** The four commands, each with what means "a thousand seconds", "two thousand" and "the past" to it. */
const SETTERS = [
  { name: 'HEXPIRE', soon: '1000', later: '2000', past: '0' },
  { name: 'HPEXPIRE', soon: '1000000', later: '2000000', past: '0' },
  { name: 'HEXPIREAT', soon: `${FAR_S}`, later: `${FAR_S + 100}`, past: '1' },
  { name: 'HPEXPIREAT', soon: `${FAR_S}000`, later: `${FAR_S + 100}000`, past: '1' },
] as const;
const CONDITIONS = ['NX', 'XX', 'GT', 'LT', 'nx', 'lT'];
const LIMITS = [
  '-1', '-9223372036854775808', '70368744177663', '70368744177664', '70368744177', '70368744178',
  '281474976710655', '281474976710656', '281474976710', '281474976711', '9223372036854775',
    '9223372036854776',
  '9223372036854775807', '9223372036854775808', '140737488355327', '35184372088831', '0', '-0',
]; // prettier-ignore
/** Words in the place where FIELDS, the number and the fields belong. */
const SYNTAX = [
  'FIELDS 1 a', 'fields 1 a', 'FIELDS 2 a missing', 'FIELDS 2 a a', 'FIELDS 3 a b c', 'FIELDS 0',
    'FIELDS 0 a',
  'FIELDS -1 a', 'FIELDS abc a', 'FIELDS 1.0 a', 'FIELDS "" a', 'FIELDS 2 a', 'FIELDS 1 a b', 'FIELDS 1',
    'FIELDS',
  'FIELDS a', '1 a', 'a', 'BOGUS 1 a', 'FIELDS 1 FIELDS', 'FIELDS 1 a FIELDS 1 b',
    'FIELDS 9223372036854775807 a',
  'FIELDS 9223372036854775808 a', 'FIELDS 4294967297 a', 'FIELDS 2147483648 a', 'FIELDS 1 ""',
    'FIELDS " 1" a',
  'FIELDS 4 a b c', 'FIELDS 01 a', 'FIELDS 1 a NX',
]; // prettier-ignore

const setterCases: DifferentialCase[] = SETTERS.flatMap(({ name, soon, later, past }) => [
  arity(name, 0, 1, 2, 3, 4),
  ...table(
    [name, SMALL, `${name} k ${soon} FIELDS 1 a`, ...ASK, `${name} k ${later} FIELDS 2 a b`, ...ASK,
      `${name} k ${soon} FIELDS 1 a`, ...ASK],
    [`${name} of missing fields and keys`, `${name} nokey ${soon} FIELDS 1 a`,
      `${name} nokey ${soon} FIELDS 2 a b`,
      `${name} nokey ${past} FIELDS 1 a`, 'EXISTS nokey', SMALL, `${name} k ${soon} FIELDS 3 x a y`, ...ASK],
    [`${name} in the past deletes`, SMALL, `${name} k ${past} FIELDS 1 a`, ...ASK,
      `${name} k ${past} FIELDS 2 a b`,
      ...ASK, `${name} k ${past} FIELDS 1 c`, ...ASK, `${name} k ${past} FIELDS 1 c`],
    [`${name} in the past of all fields at once`, SMALL, 'EXPIRE k 1000',
      `${name} k ${past} FIELDS 4 c a b c`, ...ASK,
      'HSET k a 1', ...ASK],
    [`${name} of bytes`, ['HSET', ALL_BYTES, ALL_BYTES, 1, '', 2], [name, ALL_BYTES, soon, 'FIELDS', 2,
      ALL_BYTES, ''],
      ['HPTTL', ALL_BYTES, 'FIELDS', 2, ALL_BYTES, '']],
    [`${name} of the same field twice`, SMALL, `${name} k ${soon} FIELDS 2 a a`,
      `${name} k ${soon} NX FIELDS 2 b b`,
      `${name} k ${past} FIELDS 2 c c`, ...ASK],
    [`${name} of what expired`, SMALL, 'PEXPIREAT k 1', `${name} k ${soon} FIELDS 1 a`, 'EXISTS k'],
    [`${name} before the expiry of the key`, SMALL, 'EXPIRE k 500', `${name} k ${soon} FIELDS 1 a`, ...ASK],
  ),
  ...CONDITIONS.flatMap((condition) => table(
    [`${name} ${condition} without expiry`, SMALL, `${name} k ${soon} ${condition} FIELDS 2 a x`, ...ASK],
    [`${name} ${condition} further`, SMALL, `${name} k ${soon} FIELDS 1 a`,
      `${name} k ${later} ${condition} FIELDS 2 a b`, ...ASK],
    [`${name} ${condition} nearer`, SMALL, `${name} k ${later} FIELDS 2 a b`,
      `${name} k ${soon} ${condition} FIELDS 3 a b c`, ...ASK],
    [`${name} ${condition} in the past`, SMALL, `${name} k ${soon} FIELDS 1 a`,
      `${name} k ${past} ${condition} FIELDS 3 a b x`, ...ASK],
    [`${name} ${condition} of a missing key`, `${name} nokey ${soon} ${condition} FIELDS 1 a`],
  )),
  ...each(`${name} conditions`, [SMALL], ['NX XX', 'NX NX', 'GT LT', 'BOGUS', '""', 'NX BOGUS', 'FIELDS',
    'CH',
    'XX GT'].map((condition) => `${name} k ${soon} ${condition} FIELDS 1 a`)),
  ...each(`${name} syntax`, [SMALL, 'SET s v'], SYNTAX.flatMap((fields) => [`${name} k ${soon} ${fields}`,
    `${name} nokey ${soon} ${fields}`, `${name} s ${soon} ${fields}`, `${name} k ${soon} NX ${fields}`,
    `${name} k abc ${fields}`, `${name} k -1 ${fields}`])),
  ...EDGE_INTEGERS.filter((value) => !/^(1|\+1)$/.test(value)).map((value) => ({
    title: `${name} value ${JSON.stringify(value)}`,
    steps: [SMALL, [name, 'k', value, 'FIELDS', 1, 'a'], [name, 'nokey', value, 'FIELDS', 1, 'a'], ALL],
  })),
  ...LIMITS.map((limit) => ({
    title: `${name} limit ${limit}`,
    steps: [SMALL, [name, 'k', limit, 'FIELDS', 1, 'a'], ALL, 'HPEXPIRETIME k FIELDS 1 a',
      'HEXPIRETIME k FIELDS 1 a', 'HPTTL k FIELDS 1 a', [name, 'nokey', limit, 'FIELDS', 1, 'a']],
  })),
  ...stringAndOtherTypes(name, `${name} other ${soon} FIELDS 1 a`, `${name} other abc FIELDS 1 a`,
    `${name} other ${soon} FIELDS 1 field`),
]); // prettier-ignore

const askCases: DifferentialCase[] = ['HTTL', 'HPTTL', 'HEXPIRETIME', 'HPEXPIRETIME',
  'HPERSIST'].flatMap((name) => [
  arity(name, 0, 1, 2, 3),
  ...table(
    [name, `${name} nokey FIELDS 1 a`, `${name} nokey FIELDS 2 a b`, SMALL,
      `${name} k FIELDS 4 a b c missing`,
      'HEXPIRE k 1000 FIELDS 1 a', `HEXPIREAT k ${FAR_S} FIELDS 1 b`, `${name} k FIELDS 4 a b c missing`,
        ...ASK,
      `${name} k FIELDS 2 a a`, `${name} k FIELDS 2 missing b`, ...ASK],
    [`${name} of an exact time`, SMALL, `HPEXPIREAT k ${FAR_S}123 FIELDS 1 a`,
      `HPEXPIREAT k ${FAR_S}999 FIELDS 1 b`,
      `${name} k FIELDS 2 a b`],
    [`${name} rounds`, SMALL, 'HPEXPIRE k 1000499 FIELDS 1 a', 'HPEXPIRE k 1000900 FIELDS 1 b',
      `${name} k FIELDS 2 a b`],
    [`${name} of a large hash`, ['HSET', 'k', ...numbered('f', 2000)], ['HEXPIRE', 'k', 1000, 'FIELDS', 3,
      'f0', 'f10',
      'f1998'], `${name} k FIELDS 5 f0 f2 f10 f1 f1998`, `${name} k FIELDS 3 f0 f10 f1998`],
    [`${name} of what expired`, SMALL, 'PEXPIREAT k 1', `${name} k FIELDS 1 a`],
  ),
  ...each(`${name} syntax`, [SMALL, 'SET s v', 'HEXPIRE k 1000 FIELDS 1 a'], SYNTAX.flatMap((fields) =>
    [`${name} k ${fields}`, `${name} nokey ${fields}`, `${name} s ${fields}`])),
  ...stringAndOtherTypes(name, `${name} other FIELDS 1 a`, `${name} other FIELDS 0`,
    `${name} other FIELDS 1 field`),
]); // prettier-ignore

/** What a command does to expirations: fields `a` and `b` have one, `c` has none. */
const EFFECTS: readonly (readonly [string, ...Step[]])[] = [
  ['HSET drops it', 'HSET k a new c new d new'],
  ['HMSET drops it', 'HMSET k a new'],
  ['HSETNX keeps it', 'HSETNX k a new', 'HSETNX k d new'],
  ['HINCRBY keeps it', 'HINCRBY k a 5', 'HINCRBY k d 5'],
  ['HINCRBYFLOAT keeps it', 'HINCRBYFLOAT k a 1.5'],
  ['a failed HINCRBY keeps it', 'HINCRBY k b 1', 'HINCRBYFLOAT k b 1'],
  ['HDEL and anew has none', 'HDEL k a', 'HSET k a 1'],
  ['HGET and HGETALL keep it', 'HGET k a', ALL, 'HMGET k a b c'],
  ['HPERSIST of all', 'HPERSIST k FIELDS 2 a b', 'OBJECT ENCODING k'],
  ['COPY takes it along', 'COPY k j', 'HPEXPIRETIME j FIELDS 3 a b c', 'HPERSIST k FIELDS 1 a',
    'HPEXPIRETIME j FIELDS 3 a b c', 'OBJECT ENCODING j'],
  ['RENAME takes it along', 'RENAME k j', 'HPEXPIRETIME j FIELDS 3 a b c', 'RENAME j k'],
  ['MOVE takes it along', 'MOVE k 2', 'SELECT 2', 'HPEXPIRETIME k FIELDS 3 a b c', 'MOVE k 0', 'SELECT 0'],
  ['SWAPDB takes it along', 'SWAPDB 0 4', 'SELECT 4', ...ASK, 'SWAPDB 4 0', 'SELECT 0'],
  ['DEL forgets it', 'DEL k', SMALL],
  ['SET over it forgets it', 'SET k v', 'DEL k', SMALL],
  ['FLUSHALL forgets it', 'FLUSHALL', SMALL],
  ['EXPIRE of the key is another thing', 'EXPIRE k 500', 'PERSIST k'],
  ['a long value keeps that of others', ['HSET', 'k', 'd', 'x'.repeat(100)], 'OBJECT ENCODING k'],
  ['a long value to the field itself', ['HSET', 'k', 'a', 'x'.repeat(100)], 'OBJECT ENCODING k'],
  ['many fields keep it', ['HSET', 'k', ...numbered('f', 1200)], 'OBJECT ENCODING k', 'HLEN k'],
  ['HDEL of the rest keeps it', 'HDEL k b c', 'HDEL k x', 'HLEN k'],
  ['HRANDFIELD and HSCAN see the field', unordered('HRANDFIELD k 3'),
    unorderedPairs('HRANDFIELD k 3 WITHVALUES'),
    scanCollection('HSCAN k', '', 2), scanCollection('HSCAN k', 'NOVALUES', 1), unordered('HKEYS k'),
    unordered('HVALS k'), 'HLEN k', 'HSTRLEN k a', 'HEXISTS k a'],
]; // prettier-ignore

const effectCases: DifferentialCase[] = EFFECTS.flatMap(([title, ...steps]) => table(
  [title, 'HSET k a 1 b two c 3', `HPEXPIREAT k ${FAR_S}007 FIELDS 2 a b`, ...steps, ...ASK],
  [`${title}, in a hashtable`, ['HSET', 'k', 'a', '1', 'b', 'two', 'c', '3', 'long', 'l'.repeat(70)],
    `HPEXPIREAT k ${FAR_S}007 FIELDS 2 a b`, 'HDEL k long', ...steps, ...ASK],
)); // prettier-ignore

const encodingCases: DifferentialCase[] = table(
  ['OBJECT ENCODING', SMALL, 'OBJECT ENCODING k', 'HEXPIRE k 1000 FIELDS 1 missing', 'OBJECT ENCODING k',
    'HTTL k FIELDS 1 a', 'OBJECT ENCODING k', 'HEXPIRE k 1000 FIELDS 1 a', 'OBJECT ENCODING k',
      'HPERSIST k FIELDS 1 a',
    'OBJECT ENCODING k', 'HDEL k a b', 'OBJECT ENCODING k'],
  ['OBJECT ENCODING where a condition was not met', SMALL, 'HEXPIRE k 1000 XX FIELDS 1 a',
    'OBJECT ENCODING k'],
  ['OBJECT ENCODING where it was the past', SMALL, 'HEXPIRE k 0 FIELDS 1 a', 'OBJECT ENCODING k'],
  ['OBJECT ENCODING of a hashtable', ['HSET', 'k', 'a', 'x'.repeat(65)], 'HEXPIRE k 1000 FIELDS 1 a',
    'OBJECT ENCODING k'],
  ...[511, 512, 513].map((count) => [`OBJECT ENCODING of ${count} fields`, ['HSET', 'k', ...numbered('',
    2 * count)], 'HEXPIRE k 1000 FIELDS 1 0', 'OBJECT ENCODING k', 'HSET k new 1', 'OBJECT ENCODING k',
    'HTTL k FIELDS 2 0 new'] as const),
  ...[64, 65].map((size) => [`OBJECT ENCODING with ${size} bytes`, SMALL, 'HEXPIRE k 1000 FIELDS 1 a',
    ['HSET', 'k',
    'b', 'x'.repeat(size)], 'OBJECT ENCODING k', 'HTTL k FIELDS 2 a b', ['HSET', 'k', 'y'.repeat(size), '1'],
    'OBJECT ENCODING k'] as const),
); // prettier-ignore

const FIELDS_500 = numbered('f', 500);

const comingCases: DifferentialCase[] = table(
  ['an expiry of a field comes', SMALL, 'HPEXPIRE k 40 FIELDS 1 a', 'HGET k a', pause(90), 'HGET k a', ALL,
    'HEXISTS k a',
    'HSTRLEN k a', 'HMGET k a b', 'HTTL k FIELDS 2 a b', 'EXISTS k'],
  // Until its sweep has met it, Redis may still choose, count or revive an expired field: not asked here.
  ['readers that meet what has expired', ...numbered('k', 9).map((key) => `HSET ${key} a 1 b 2`),
    ...numbered('k', 9).map((key) => `HPEXPIRE ${key} 20 FIELDS 1 a`), pause(60), 'HGETALL k0', 'HKEYS k1',
      'HVALS k2',
    'HGET k3 a', 'HMGET k4 a b', 'HEXISTS k5 a', 'HSTRLEN k6 a', 'HSCAN k7 0', 'HTTL k8 FIELDS 1 a',
      pause(600),
    'HLEN k0', 'HRANDFIELD k1 -3', 'HEXPIRE k2 1000 FIELDS 1 a', 'HPERSIST k3 FIELDS 1 a'],
  ['writers that meet what has expired', ...numbered('k', 6).map((key) => `HSET ${key} a 1 b 2`),
    ...numbered('k', 6).map((key) => `HPEXPIRE ${key} 20 FIELDS 1 a`), pause(60), 'HSET k0 b new',
      'HSETNX k1 a new',
    'HINCRBY k2 a 5', 'HINCRBYFLOAT k3 a 1.5', 'HMSET k4 b x', ...numbered('k', 6).flatMap((key) =>
    [unorderedPairs(`HGETALL ${key}`)])],
  ['the last field expires and the key goes', 'HSET k a 1 b 2', 'HPEXPIRE k 30 FIELDS 2 a b', pause(600),
    'EXISTS k',
    'TYPE k', 'DBSIZE', 'HGETALL k', 'HLEN k', 'HSET k a 1', 'HTTL k FIELDS 1 a'],
  ['the last field expires and a reader comes first', 'HSET k a 1', 'HPEXPIRE k 30 FIELDS 1 a', pause(60),
    'HGET k a',
    'HGETALL k', pause(500), 'HRANDFIELD k', 'EXISTS k'],
  ['the cycle removes what nobody reads', ['HSET', 'k', ...FIELDS_500.flatMap((field) => [field, '1'])],
    ['HPEXPIRE',
    'k', 20, 'FIELDS', 400, ...FIELDS_500.slice(0, 400)], pause(800), 'HLEN k', ALL],
  ['the cycle in a large hash', ['HSET', 'k', ...numbered('g', 2000)], ['HPEXPIRE', 'k', 20, 'FIELDS', 900,
    ...numbered('g', 2000).filter((_, at) => at % 2 === 0).slice(0, 900)], pause(800), 'HLEN k', ALL],
  ['fields that expire one after the other', SMALL, 'HPEXPIRE k 30 FIELDS 1 a', 'HPEXPIRE k 250 FIELDS 1 b',
    pause(120),
    ALL, pause(250), ALL, 'HLEN k'],
  ['an expiry taken back in time', SMALL, 'HPEXPIRE k 60 FIELDS 3 a b c', 'HPERSIST k FIELDS 1 a',
    'HSET k b new',
    'HEXPIRE k 1000 FIELDS 1 c', pause(120), ...ASK],
  ['COPY and RENAME of what is about to expire', SMALL, 'HPEXPIRE k 60 FIELDS 1 a', 'COPY k j', 'RENAME k l',
    pause(120), unorderedPairs('HGETALL j'), unorderedPairs('HGETALL l')],
  ['in another database', 'SELECT 3', SMALL, 'HPEXPIRE k 30 FIELDS 2 a b', 'SELECT 0', pause(600), 'SELECT 3',
    ALL,
    'HLEN k'],
  ['deleted before it comes', SMALL, 'HPEXPIRE k 40 FIELDS 1 a', 'DEL k', 'HSET k a again', pause(90), ALL,
    'HSET j a 1', 'HPEXPIRE j 40 FIELDS 1 a', 'HDEL j a', 'HSET j a 2', pause(90), 'HGETALL j'],
); // prettier-ignore

/** What only asks leaves the time of the last access alone, if the client wants that. */
const idleCases = table(
  ['asking with NO-TOUCH', SMALL, 'HEXPIRE k 1000 FIELDS 1 a', 'CLIENT NO-TOUCH ON', pause(2500),
    ...['HTTL', 'HPTTL', 'HEXPIRETIME', 'HPEXPIRETIME'].map((name) => `${name} k FIELDS 1 b`),
    numberNear('OBJECT IDLETIME k', 2.5, 1)],
); // prettier-ignore

export const hashExpirationCases: DifferentialCase[] = likeRedis8([
  ...setterCases,
  ...askCases,
  ...effectCases,
  ...encodingCases,
  ...comingCases,
  ...idleCases,
]);
