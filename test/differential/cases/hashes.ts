/**
 * Hashes: setting, reading, counting, choosing, scanning. Encodings, and hashes larger than a listpack, are
 * in large-hashes.ts.
 */
import type { DifferentialCase } from '../../support/server-pair.js';
import { choice, scanCollection } from '../../support/collection-steps.js';
import type { Step } from '../../support/steps.js';
import { ALL_BYTES, EDGE_INTEGERS, arity, each, likeRedis8, numbered, table } from '../../support/tables.js';
import { stringAndOtherTypes } from '../../support/other-types.js';

const ALL = 'HGETALL k';
const SMALL = 'HSET k a 1 b two c "" d 4.5';
const EACH_BYTE = Array.from(ALL_BYTES, (byte) => Buffer.from([byte]));
const AFTER = [ALL, 'HLEN k', 'EXISTS k'];

const setCases: DifferentialCase[] = [
  ...['HSET', 'HMSET'].flatMap((name) => [
    arity(name, 0, 1, 2, 4, 6),
    ...table(
      [name, `${name} k a 1`, ...AFTER, `${name} k b 2`, ...AFTER, `${name} k a 3`, ...AFTER, 'TYPE k'],
      [`${name} several`, `${name} k a 1 b 2 c 3`, ...AFTER, `${name} k c 4 d 5 a 6`, ...AFTER],
      [`${name} a field twice`, `${name} k a 1 a 2`, ...AFTER, `${name} k a 3 b 1 a 4 b 2`, ...AFTER],
      [`${name} nothing`, `${name} "" "" ""`, 'HGETALL ""', 'HGET "" ""', 'HEXISTS "" ""', 'HSTRLEN "" ""',
        'HLEN ""', `${name} "" a ""`, 'HGETALL ""', 'HDEL "" "" a', 'EXISTS ""'],
      [`${name} every byte`, [name, ALL_BYTES, ALL_BYTES, ALL_BYTES], ['HGET', ALL_BYTES, ALL_BYTES],
        ['HGETALL',
        ALL_BYTES], ['HSTRLEN', ALL_BYTES, ALL_BYTES], ['HDEL', ALL_BYTES, ALL_BYTES], ['EXISTS', ALL_BYTES]],
      [`${name} a field of each byte`, [name, 'k', ...EACH_BYTE.flatMap((byte) => [byte, byte])], ALL,
        ...EACH_BYTE.map((byte): Step => ['HGET', 'k', byte]), ['HMGET', 'k', ...EACH_BYTE]],
      [`${name} keeps the expiry`, `${name} k a 1`, 'EXPIRE k 1000', `${name} k a 2 b 3`, 'TTL k'],
      [`${name} onto what expired`, `${name} k a 1`, 'PEXPIREAT k 1', `${name} k b 2`, ALL, 'TTL k'],
      [`${name} integers and near-integers`, [name, 'k', ...EDGE_INTEGERS.flatMap((value) => [value, value])],
        ALL, ...EDGE_INTEGERS.flatMap((value): Step[] => [['HGET', 'k', value], ['HSTRLEN', 'k', value]])],
      [`${name} replaces shorter and longer`, ...[1, 10, 63, 64, 0, 32, 65, 64, 1000, 20_000, 70_000, 3,
        0].flatMap((size): Step[] => [[name, 'k', 'f', 'z'.repeat(size)], 'HGET k f', 'HSTRLEN k f', 'HLEN k',
        'OBJECT ENCODING k'])],
      [`${name} turns a number into a word and back`, ...['1', 'one', '12345678901', '', '-1',
        '9223372036854775807', '9223372036854775808', '007', '7'].flatMap((value): Step[] => [[name, 'k', 'a',
        value, 'b', value], ALL])],
    ),
    ...stringAndOtherTypes(name, `${name} other a b`, `${name} other a`, `${name} other a b c`),
  ]),
  arity('HSETNX', 0, 1, 2, 4),
  ...table(
    ['HSETNX', 'HSETNX k a 1', ...AFTER, 'HSETNX k a 2', ...AFTER, 'HSETNX k b ""', ...AFTER, 'HSETNX k b 1',
      ALL],
    ['HSETNX keeps the expiry', 'HSETNX k a 1', 'EXPIRE k 1000', 'HSETNX k b 2', 'TTL k'],
    ['HSETNX onto what expired', 'HSET k a 1', 'PEXPIREAT k 1', 'HSETNX k a 2', ALL],
    ['HSETNX of long values', ['HSETNX', 'k', 'a', 'v'.repeat(64)], 'OBJECT ENCODING k', ['HSETNX', 'k', 'a',
      'v'.repeat(65)], 'OBJECT ENCODING k', ['HSETNX', 'k', 'b', 'v'.repeat(65)], 'OBJECT ENCODING k'],
  ),
  ...stringAndOtherTypes('HSETNX', 'HSETNX other a b'),
]; // prettier-ignore

const readCases: DifferentialCase[] = [
  ...['HGET', 'HEXISTS', 'HSTRLEN'].flatMap((name) => [
    arity(name, 0, 1, 3, 4),
    ...table(
      [name, SMALL, ...['a', 'b', 'c', 'd', 'missing', '""', 'A', 'aa'].flatMap((field) =>
        [`${name} k ${field}`,
        `${name} nokey ${field}`])],
      [`${name} of what expired`, SMALL, 'PEXPIREAT k 1', `${name} k a`],
    ),
    ...stringAndOtherTypes(name, `${name} other field`),
  ]),
  arity('HMGET', 0, 1),
  ...table(
    ['HMGET', SMALL, 'HMGET k a', 'HMGET k missing', 'HMGET k a missing c b a a d ""', 'HMGET nokey a',
      'HMGET nokey a b c', 'PEXPIREAT k 1', 'HMGET k a b'],
    ['HMGET of many', ['HSET', 'k', ...numbered('', 200)], ['HMGET', 'k', ...numbered('', 300)], ['HMGET',
      'nokey',
      ...numbered('', 300)]],
  ),
  ...stringAndOtherTypes('HMGET', 'HMGET other field missing'),
  ...['HGETALL', 'HKEYS', 'HVALS', 'HLEN'].flatMap((name) => [
    arity(name, 0, 2, 3),
    ...table(
      [name, `${name} nokey`, 'HSET k a 1', `${name} k`, SMALL, `${name} k`, 'HDEL k b', `${name} k`,
        'HSET k b again', `${name} k`, 'HSET k a changed', `${name} k`, 'PEXPIREAT k 1', `${name} k`],
      [`${name} of 100 fields`, ['HSET', 'k', ...numbered('', 200)], `${name} k`, ['HDEL', 'k',
        ...numbered('', 60,
        40)], `${name} k`],
      [`${name} of 512 fields`, ['HSET', 'k', ...numbered('f', 1024)], 'OBJECT ENCODING k', `${name} k`],
    ),
    ...stringAndOtherTypes(name, `${name} other`),
  ]),
  arity('HDEL', 0, 1),
  ...table(
    ['HDEL', 'HDEL nokey a', 'HDEL nokey a b', SMALL, 'HDEL k missing', ...AFTER, 'HDEL k a', ...AFTER,
      'HDEL k a b b missing', ...AFTER, 'HDEL k c d x', ...AFTER, 'HDEL k c'],
    ['HDEL the last field removes the key', 'HSET k a 1', 'EXPIRE k 1000', 'HDEL k a', 'EXISTS k', 'TYPE k',
      'HSET k a 2', 'TTL k'],
    ['HDEL more than there are', 'HSET k a 1 b 2', 'HDEL k b a c d a', 'EXISTS k'],
    ['HDEL keeps the expiry', SMALL, 'EXPIRE k 1000', 'HDEL k a', 'TTL k'],
    ['HDEL of what expired', SMALL, 'PEXPIREAT k 1', 'HDEL k a', 'EXISTS k'],
    ['HDEL bytes', ['HSET', 'k', ALL_BYTES, 1, '', 2, '\0', 3], ['HDEL', 'k', ALL_BYTES, '\0'], ALL,
      'HDEL k ""',
      'EXISTS k'],
  ),
  ...stringAndOtherTypes('HDEL', 'HDEL other field', 'HDEL other missing missing'),
]; // prettier-ignore

const NUMBERS = [...EDGE_INTEGERS, '9223372036854775806', '-9223372036854775807', '10', '-10', '1\n',
  '1'.repeat(64)]; // prettier-ignore
const FLOATS = ['0', '1', '-1', '0.1', '3.0e3', '5.0e-3', '-0', '-0.0', '.5', '5.', '1e', 'abc', '', ' 1',
  '1 ', 'inf',
  '-inf', '+inf', 'nan', 'Infinity', '1e400', '1e308', '1.7e308', '-1e4931', '1e4932', '5e-324', '1e-20',
    '0x10',
  '0x1p3', '3.14159265358979323846', '1e17', '1e18', '1e20', '123456789012345678', '0.000000000000000001',
    '1,5', '+5',
  '--5', '00012', '9223372036854775807', '1.5abc', '\0', '1\0']; // prettier-ignore

const counterCases: DifferentialCase[] = [
  arity('HINCRBY', 0, 1, 2, 4),
  ...NUMBERS.flatMap((value) =>
    ['0', '5', '-5', '9223372036854775807', '-9223372036854775808'].map((start) => ({
      title: `HINCRBY ${JSON.stringify(value)} from ${start}`,
      steps: [`HSET k f ${start} g x`, ['HINCRBY', 'k', 'f', value], ALL],
    })),
  ),
  ...NUMBERS.map((value) => ({
    title: `HINCRBY of a field ${JSON.stringify(value)}`,
    steps: [['HSET', 'k', 'f', value], 'HINCRBY k f 1', ALL, 'HINCRBY k f -1', ALL, 'HINCRBYFLOAT k f 1',
      ALL],
  })),
  ...table(
    ['HINCRBY', 'HINCRBY k f 5', ...AFTER, 'HINCRBY k f -7', ...AFTER, 'HINCRBY k g 0', ...AFTER,
      'HINCRBY k f x',
      'HINCRBY nokey f x', 'EXISTS nokey', 'HINCRBY nokey f 9223372036854775808', 'EXISTS nokey'],
    ['HINCRBY keeps the expiry and the order', 'HSET k a 1 b 2 c 3', 'EXPIRE k 1000',
      'HINCRBY k b 1000000000000',
      ALL, 'TTL k'],
    ['HINCRBY onto what expired', 'HSET k a 1', 'PEXPIREAT k 1', 'HINCRBY k a 5', ALL],
    ['HINCRBY again and again', ...Array.from({ length: 300 }, (_, at) =>
      `HINCRBY k f${at % 7} ${at * at * 97}`), ALL],
    ['HINCRBY with long field names', ['HINCRBY', 'k', 'f'.repeat(64), 1], 'OBJECT ENCODING k', ['HINCRBY',
      'k',
      'f'.repeat(65), 1], 'OBJECT ENCODING k', ['HINCRBYFLOAT', 'j', 'f'.repeat(65), 1], 'OBJECT ENCODING j'],
  ),
  ...stringAndOtherTypes('HINCRBY', 'HINCRBY other field 1', 'HINCRBY other field x', 'HINCRBY other new 1',
    'HGETALL other'),
  arity('HINCRBYFLOAT', 0, 1, 2, 4),
  ...FLOATS.flatMap((value) =>
    ['', '10.5', '3', 'abc', '1e10', '-0.1', '5.0e3'].map((start) => ({
      title: `HINCRBYFLOAT ${JSON.stringify(value)} from ${JSON.stringify(start)}`,
      steps: [...(start === '' ? [] : [`HSET k f ${start}`]), ['HINCRBYFLOAT', 'k', 'f', value], ALL,
        'EXISTS k',
        'HINCRBYFLOAT k f 0.1', ALL],
    })),
  ),
  ...table(
    ['HINCRBYFLOAT of stored texts', ...['1.50', ' 1', '1 ', '0x10', 'inf', '-inf', 'nan', '', '1e5', '-0',
      '1e4000',
      '1'.repeat(300), `0.${'1'.repeat(200)}`].flatMap((value): Step[] => [['HSET', 'k', 'f', value],
      'HINCRBYFLOAT k f 1', ALL])],
    ['HINCRBYFLOAT adds up', ...Array.from({ length: 30 }, () => 'HINCRBYFLOAT k f 0.1'),
      ...Array.from({ length: 30 }, () => 'HINCRBYFLOAT k f -0.1')],
    ['HINCRBYFLOAT overflow', 'HSET k f 1e4932', 'HINCRBYFLOAT k f 1e4932', 'HGET k f', 'HSET k f 1.1e4932',
      'HINCRBYFLOAT k f 1.1e4932', 'HGET k f'],
    ['HINCRBYFLOAT to an integer', 'HINCRBYFLOAT k f 1.5', 'HINCRBYFLOAT k f 1.5', 'HINCRBY k f 1', ALL,
      'HINCRBYFLOAT k f 0.5', 'HINCRBY k f 1'],
    ['HINCRBYFLOAT keeps the expiry', 'HSET k f 1', 'EXPIRE k 1000', 'HINCRBYFLOAT k f 1', 'TTL k'],
  ),
  ...stringAndOtherTypes('HINCRBYFLOAT', 'HINCRBYFLOAT other field 1', 'HINCRBYFLOAT other field x',
    'HINCRBYFLOAT other new inf', 'HINCRBYFLOAT other new 1', 'HGETALL other'),
]; // prettier-ignore

const randomCases: DifferentialCase[] = [
  arity('HRANDFIELD', 0, 4),
  ...['1', '2', '3', '4', '5', '100', '0', '9223372036854775806'].flatMap((count) => ['', ' WITHVALUES',
    ' withvalues'].map((options) => ({
    title: `HRANDFIELD ${count}${options}`,
    steps: [`HRANDFIELD nokey ${count}${options}`, SMALL, ...Array.from({ length: 5 }, () =>
      choice(`HRANDFIELD k ${count}${options}`, ALL)), 'HSET one field value',
        `HRANDFIELD one ${count}${options}`],
  }))),
  ...['-1', '-2', '-4', '-5', '-100', '-1000'].flatMap((count) => ['', ' WITHVALUES'].map((options) => ({
    title: `HRANDFIELD ${count}${options}`,
    steps: [`HRANDFIELD nokey ${count}${options}`, SMALL, ...Array.from({ length: 5 }, () =>
      choice(`HRANDFIELD k ${count}${options}`, ALL, 'may repeat')), 'HSET one field value',
      `HRANDFIELD one ${count}${options}`],
  }))),
  ...each('HRANDFIELD count', ['HSET k a 1'], EDGE_INTEGERS.filter((count) => !/^-?(2147|4294)/.test(count))
    .flatMap((count) => [['HRANDFIELD', 'k', count], ['HRANDFIELD', 'k', count, 'WITHVALUES'], ['HRANDFIELD',
    'nokey', count], ['HRANDFIELD', 'nokey', count, 'WITHVALUES']])),
  ...each('HRANDFIELD', ['HSET k a 1'], ['HRANDFIELD k 1 BOGUS', 'HRANDFIELD k WITHVALUES',
    'HRANDFIELD k 1 ""',
    'HRANDFIELD k 1 WITHVALUES WITHVALUES', 'HRANDFIELD k x BOGUS', 'HRANDFIELD nokey 1 BOGUS',
    'HRANDFIELD k 9223372036854775807 WITHVALUES', 'HRANDFIELD k 4611686018427387903 WITHVALUES',
    'HRANDFIELD k 4611686018427387904 WITHVALUES', 'HRANDFIELD k -4611686018427387904 WITHVALUES',
    'HRANDFIELD nokey -4611686018427387904 WITHVALUES', 'HRANDFIELD nokey -4611686018427387903 WITHVALUES',
    'HRANDFIELD nokey -9223372036854775807', 'HRANDFIELD k 1 WITHSCORES']),
  ...table(
    ['HRANDFIELD without a count', 'HRANDFIELD nokey', SMALL, ...Array.from({ length: 10 }, () =>
      choice('HRANDFIELD k', ALL)), 'HSET one field value', 'HRANDFIELD one', ALL],
    ['HRANDFIELD of what expired', SMALL, 'PEXPIREAT k 1', 'HRANDFIELD k', 'HRANDFIELD k 3'],
    ['HRANDFIELD bytes', ['HSET', 'k', ALL_BYTES, ALL_BYTES], 'HRANDFIELD k', 'HRANDFIELD k 1 WITHVALUES',
      'HRANDFIELD k -3 WITHVALUES'],
  ),
  ...stringAndOtherTypes('HRANDFIELD', 'HRANDFIELD other 0', 'HRANDFIELD other x', 'HRANDFIELD other 1 BOGUS',
    'HRANDFIELD other 0 WITHVALUES'),
]; // prettier-ignore

const SCAN_ERRORS = [
  'HSCAN k abc', 'HSCAN k -1', 'HSCAN k ""', 'HSCAN k 1.5', 'HSCAN k " 1"', 'HSCAN k "1 "',
  'HSCAN k 99999999999999999999999', 'HSCAN k 18446744073709551616', 'HSCAN k 0 COUNT', 'HSCAN k 0 COUNT 0',
  'HSCAN k 0 COUNT -1', 'HSCAN k 0 COUNT abc', 'HSCAN k 0 COUNT 99999999999999999999', 'HSCAN k 0 MATCH',
  'HSCAN k 0 TYPE string', 'HSCAN k 0 BOGUS', 'HSCAN k 0 BOGUS x', 'HSCAN k 0 COUNT 5 MATCH',
    'HSCAN k 0 COUNT 5 6',
  'HSCAN k abc COUNT abc', 'HSCAN nokey abc', 'HSCAN nokey 0 BOGUS', 'HSCAN nokey 0 COUNT 0', 'HSCAN nokey 0',
  'HSCAN nokey 5', 'HSCAN nokey 0 COUNT abc MATCH',
]; // prettier-ignore

const scanCases: DifferentialCase[] = [
  arity('HSCAN', 0, 1),
  ...each('HSCAN', [SMALL], SCAN_ERRORS),
  ...table(
    ['HSCAN a small hash', SMALL, 'HSCAN k 0', 'HSCAN k 0 COUNT 1', 'HSCAN k 0 COUNT 100',
      'HSCAN k 0 MATCH a',
      'HSCAN k 0 MATCH *', 'HSCAN k 0 MATCH [bc] COUNT 1', 'HSCAN k 0 MATCH none',
        'HSCAN k 0 match a count 10',
      'HSCAN k 0 MATCH a MATCH b', 'HSCAN k 0 COUNT 1 COUNT 2', 'HSCAN k 0 COUNT 9223372036854775807',
      scanCollection('HSCAN k', '', 2)],
    ['HSCAN of an empty field', 'HSET k "" v', 'HSCAN k 0 MATCH *', 'HSCAN k 0 MATCH **',
      'HSCAN k 0 MATCH * MATCH ?'],
    ['HSCAN matches fields, not values', 'HSET k x a a x', 'HSCAN k 0 MATCH a'],
    ['HSCAN bytes', ['HSET', 'k', ...[0, 64, 128, 192].flatMap((at) => [ALL_BYTES.subarray(at, at + 64),
      ALL_BYTES.subarray(at, at + 64)]), '', '', '12', '13'], 'HSCAN k 0', 'HSCAN k 0 MATCH ""',
        'HSCAN k 0 MATCH 1?',
      'HSCAN k 0 MATCH "*\\xff"'],
    ['HSCAN many bytes', ['HSET', 'k', ALL_BYTES, ALL_BYTES, '', '', '12', '13'], scanCollection('HSCAN k',
      '', 2),
      'HSCAN k 0 COUNT 100 MATCH ""', 'HSCAN k 0 COUNT 100 MATCH "*\\xff"'],
    ['HSCAN of what expired', SMALL, 'PEXPIREAT k 1', 'HSCAN k 0'],
  ),
  ...stringAndOtherTypes('HSCAN', 'HSCAN other abc', 'HSCAN other 0 BOGUS', 'HSCAN other 0 COUNT 0'),
  ...likeRedis8([
    ...table(
      ['HSCAN NOVALUES', SMALL, 'HSCAN k 0 NOVALUES', 'HSCAN k 0 novalues COUNT 1',
        'HSCAN k 0 MATCH [ab] NOVALUES',
        'HSCAN k 0 NOVALUES NOVALUES', 'HSCAN nokey 0 NOVALUES', scanCollection('HSCAN k', 'NOVALUES', 1)],
      ['HSCAN NOVALUES of a large hash', ['HSET', 'k', ...numbered('f', 4000)],
        scanCollection('HSCAN k', 'NOVALUES', 1), scanCollection('HSCAN k', 'NOVALUES COUNT 3 MATCH *2', 1)],
    ),
    ...each('HSCAN NOVALUES', [SMALL, 'SADD s a', 'ZADD z 1 a'], ['HSCAN k 0 NOVALUES BOGUS',
      'SSCAN s 0 NOVALUES',
      'ZSCAN z 0 NOVALUES', 'SCAN 0 NOVALUES', 'HSCAN k 0 COUNT NOVALUES', 'HSCAN k 0 NOVALUES COUNT']),
  ]),
]; // prettier-ignore

const wholeHashCases: DifferentialCase[] = table(
  ['a hash under another command', 'HSET k a b', 'GET k', 'INCR k', 'APPEND k x', 'SETRANGE k 0 x',
    'STRLEN k',
    'BITCOUNT k', 'PFADD k x', 'GETDEL k', 'MGET k', 'SET k v', 'HSET k a b', 'GET k'],
  ['COPY of a small hash', SMALL, 'EXPIRE k 1000', 'COPY k c', 'HSET c a changed', 'HDEL k b', ALL,
    'HGETALL c',
    'TTL c', 'DEL k', 'HGETALL c', 'COPY c k REPLACE', 'UNLINK c', ALL],
  ['RENAME and MOVE of a small hash', SMALL, 'RENAME k r', 'HGETALL r', 'HLEN k', 'MOVE r 3', 'EXISTS r',
    'SELECT 3',
    'HGETALL r', 'HSET r again 1', 'HLEN r'],
  ['fields of similar names', 'HSET k a 1 aa 2 aaa 3 A 4 "a " 5 " a" 6 "a\\x00" 7 "" 8 1 9 01 10 1.0 11', ALL,
    'HGET k a', 'HGET k A', 'HGET k "a "', 'HGET k "a\\x00"', 'HGET k ""', 'HGET k 1', 'HGET k 01',
      'HGET k 1.0',
    'HGET k 2', 'HDEL k 01 aa', ALL],
  ['values that look like fields', 'HSET k a b b a c c', 'HGET k a', 'HGET k b', 'HDEL k a', 'HGET k b',
    'HEXISTS k a',
    ALL],
  ['setting and deleting in turns', ...numbered('f', 60).flatMap((field) =>
    [`HSET k ${field} ${field}${field}`,
    `HDEL k f${Math.floor(Number(field.slice(1)) / 2)}`]), ...AFTER],
); // prettier-ignore

export const hashesCases: DifferentialCase[] = [
  ...setCases,
  ...readCases,
  ...counterCases,
  ...randomCases,
  ...scanCases,
  ...wholeHashCases,
];
