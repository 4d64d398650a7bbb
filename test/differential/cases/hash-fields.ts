/** HGETDEL, HGETEX and HSETEX, as Redis 8.0 has them. */
import type { DifferentialCase } from '../../support/server-pair.js';
import { unorderedPairs } from '../../support/collection-steps.js';
import { pause } from '../../support/steps.js';
import { ALL_BYTES, EDGE_INTEGERS, arity, each, likeRedis8, numbered, table } from '../../support/tables.js';
import { stringAndOtherTypes } from '../../support/other-types.js';

const FAR_S = 4_102_444_800;
const SMALL = 'HSET k a 1 b two c ""';
const ALL = unorderedPairs('HGETALL k');
const ASK = [ALL, 'HTTL k FIELDS 3 a b c', 'HPEXPIRETIME k FIELDS 3 a b c', 'EXISTS k', 'TTL k'];
const SYNTAX = [
  'FIELDS 1 a', 'fields 1 a', 'FIELDS 2 a missing', 'FIELDS 2 a a', 'FIELDS 3 a b c', 'FIELDS 0',
    'FIELDS 0 a',
  'FIELDS -1 a', 'FIELDS abc a', 'FIELDS "" a', 'FIELDS 2 a', 'FIELDS 1 a b', 'FIELDS 1', 'FIELDS',
    'FIELDS a', '1 a',
  'a', 'BOGUS 1 a', 'FIELDS 1 FIELDS', 'FIELDS 1 a FIELDS 1 b', 'FIELDS 9223372036854775807 a',
  'FIELDS 9223372036854775808 a', 'FIELDS 4294967297 a', 'FIELDS 1 ""', 'FIELDS 4 a b c', 'FIELDS 1 a NX',
  'FIELDS 1 a EX 100', 'FIELDS 1 a PERSIST', 'FIELDS 2 a b c',
]; // prettier-ignore
const TIMES = [
  '', 'EX 1000', 'PX 1000000', `EXAT ${FAR_S}`, `PXAT ${FAR_S}123`, 'ex 1000', 'EXAT 1', 'PXAT 1', 'EX 0',
    'PX 0', 'EX -1',
  'PXAT 0', 'EX abc', 'EX ""', 'EX', 'PX', 'EX 1000 PX 1000000', 'EX 1000 EX 1000', 'EX 9223372036854775807',
  'PX 9223372036854775807', 'EXAT 9223372036854775807', 'PXAT 281474976710655', 'PXAT 281474976710656',
  'PXAT 70368744177663', 'PXAT 70368744177664', 'EXAT 281474976711', 'EX 9223372036854775808', 'BOGUS', 'NX',
    'XX', '""',
  'EX 1000 BOGUS', 'EXAT -1', 'PX 1.5',
]; // prettier-ignore

const getDelCases: DifferentialCase[] = [
  arity('HGETDEL', 0, 1, 2, 3),
  ...table(
    ['HGETDEL', 'HGETDEL nokey FIELDS 1 a', 'HGETDEL nokey FIELDS 2 a b', SMALL, 'HGETDEL k FIELDS 1 a',
      ...ASK,
      'HGETDEL k FIELDS 3 a c missing', ...ASK, 'HGETDEL k FIELDS 2 b b', ...ASK],
    ['HGETDEL of all removes the key', SMALL, 'EXPIRE k 1000', 'HGETDEL k FIELDS 3 c b a', ...ASK,
      'HSET k a 1', ...ASK],
    ['HGETDEL keeps the expiry', SMALL, 'EXPIRE k 1000', 'HGETDEL k FIELDS 1 a', ...ASK],
    ['HGETDEL forgets the expiry of the field', SMALL, 'HEXPIRE k 1000 FIELDS 2 a b', 'HGETDEL k FIELDS 1 a',
      'HSET k a 1', ...ASK],
    ['HGETDEL of an expired field', SMALL, 'HPEXPIRE k 20 FIELDS 1 a', pause(60), 'HGETDEL k FIELDS 2 a b',
      ...ASK],
    ['HGETDEL bytes', ['HSET', 'k', ALL_BYTES, ALL_BYTES, '', ''], ['HGETDEL', 'k', 'FIELDS', 2, '',
      ALL_BYTES]],
    ['HGETDEL of a large hash', ['HSET', 'k', ...numbered('f', 3000)], ['HGETDEL', 'k', 'FIELDS', 900,
      ...numbered('f',
      900)], 'HLEN k', ALL],
  ),
  ...each('HGETDEL syntax', [SMALL, 'SET s v'], SYNTAX.flatMap((fields) => [`HGETDEL k ${fields}`,
    `HGETDEL nokey ${fields}`, `HGETDEL s ${fields}`])),
  ...each('HGETDEL', [SMALL], ['HGETDEL k EX 100 FIELDS 1 a', 'HGETDEL k PERSIST FIELDS 1 a',
    'HGETDEL k NX FIELDS 1 a']),
  ...stringAndOtherTypes('HGETDEL', 'HGETDEL other FIELDS 1 a', 'HGETDEL other FIELDS 0',
    'HGETDEL other FIELDS 1 field'),
]; // prettier-ignore

const getExCases: DifferentialCase[] = [
  arity('HGETEX', 0, 1, 2, 3, 4),
  ...[...TIMES, 'PERSIST', 'persist', 'PERSIST EX 1000', 'EX 1000 PERSIST', 'PERSIST PERSIST', 'KEEPTTL',
    'FNX'].map((time) => ({
    title: `HGETEX ${time}`,
    steps: [`HGETEX nokey ${time} FIELDS 1 a`, 'EXISTS nokey', SMALL, 'EXPIRE k 5000',
      `HPEXPIREAT k ${FAR_S}777 FIELDS 1 b`,
      `HGETEX k ${time} FIELDS 3 a b missing`, ...ASK, `HGETEX k ${time} FIELDS 2 c c`, ...ASK],
  })),
  ...each('HGETEX syntax', [SMALL, 'SET s v'], SYNTAX.flatMap((fields) => [`HGETEX k ${fields}`,
    `HGETEX k EX 1000 ${fields}`,
    `HGETEX nokey PERSIST ${fields}`, `HGETEX s ${fields}`, `HGETEX k EX abc ${fields}`])),
  ...each('HGETEX EX', [SMALL], EDGE_INTEGERS.filter((value) => !/^(1|\+1)$/.test(value)).map((value) =>
    ['HGETEX', 'k',
    'EX', value, 'FIELDS', 1, 'a'])),
  ...table(
    ['HGETEX of all in the past removes the key', SMALL, 'HGETEX k EXAT 1 FIELDS 3 a b c', ...ASK],
    ['HGETEX bytes', ['HSET', 'k', ALL_BYTES, ALL_BYTES], ['HGETEX', 'k', 'EX', 1000, 'FIELDS', 1, ALL_BYTES],
      ['HTTL',
      'k', 'FIELDS', 1, ALL_BYTES]],
    ['HGETEX and a field that expires', SMALL, 'HGETEX k PX 30 FIELDS 1 a', pause(80),
      'HGETEX k PERSIST FIELDS 2 a b', ...ASK],
    ['OBJECT ENCODING after HGETEX', SMALL, 'HGETEX k FIELDS 1 a', 'OBJECT ENCODING k',
      'HGETEX k PERSIST FIELDS 1 a',
      'OBJECT ENCODING k', 'HGETEX k EX 1000 FIELDS 1 missing', 'OBJECT ENCODING k',
        'HGETEX k EX 1000 FIELDS 1 a',
      'OBJECT ENCODING k'],
  ),
  ...stringAndOtherTypes('HGETEX', 'HGETEX other FIELDS 1 a', 'HGETEX other EX 0 FIELDS 1 a',
    'HGETEX other EX 1000 FIELDS 1 field', 'HGETEX other FIELDS 1 field'),
]; // prettier-ignore

const setExCases: DifferentialCase[] = [
  arity('HSETEX', 0, 1, 2, 3, 4),
  ...[...TIMES, 'KEEPTTL', 'keepttl', 'KEEPTTL EX 1000', 'EX 1000 KEEPTTL', 'KEEPTTL KEEPTTL',
    'PERSIST'].flatMap((time) =>
    ['', 'FNX', 'FXX'].map((condition) => ({
      title: `HSETEX ${condition} ${time}`,
      steps: [`HSETEX nokey ${condition} ${time} FIELDS 1 a 1`, 'EXISTS nokey', SMALL, 'EXPIRE k 5000',
        `HPEXPIREAT k ${FAR_S}777 FIELDS 1 b`, `HSETEX k ${condition} ${time} FIELDS 2 a new b new`, ...ASK,
        `HSETEX k ${time} ${condition} FIELDS 2 x new y new`, ...ASK,
          `HSETEX k ${condition} ${time} FIELDS 2 c new z new`,
        ...ASK, 'HLEN k'],
    }))),
  ...each('HSETEX conditions', [SMALL], ['FNX FXX', 'FXX FNX', 'FNX FNX', 'FXX FXX', 'fnx', 'NX', 'XX',
    'FNX BOGUS', 'FXX EX',
    'FXX GET', 'FNX EX 1000 FXX', 'EX 1000 FNX PX 10'].map((condition) =>
      `HSETEX k ${condition} FIELDS 1 a 1`)),
  ...each('HSETEX syntax', [SMALL, 'SET s v'], ['FIELDS 1 a 1', 'fields 1 a 1', 'FIELDS 2 a 1 b 2',
    'FIELDS 2 a 1 a 2',
    'FIELDS 1 a', 'FIELDS 1', 'FIELDS', 'FIELDS 0', 'FIELDS 0 a 1', 'FIELDS -1 a 1', 'FIELDS abc a 1',
      'FIELDS 2 a 1',
    'FIELDS 2 a 1 b', 'FIELDS 1 a 1 b 2', 'FIELDS 1 a 1 b', 'FIELDS 1 a 1 EX 1000', 'a 1', '1 a 1',
      'BOGUS 1 a 1',
    'FIELDS 1 "" ""', 'FIELDS 9223372036854775807 a 1', 'FIELDS 9223372036854775808 a 1',
      'FIELDS 4611686018427387905 a 1',
    'FIELDS 2147483649 a 1', 'FIELDS 1 a 1 FIELDS 1 b 2', 'FIELDS 1 FIELDS 1', 'FIELDS 1 a 1 KEEPTTL',
      'FIELDS 1 a 1 FNX']
    .flatMap((fields) => [`HSETEX k ${fields}`, `HSETEX k EX 1000 ${fields}`, `HSETEX new FNX ${fields}`,
    `HSETEX s ${fields}`, `HSETEX k EX abc ${fields}`, `HSETEX k FXX ${fields}`])),
  ...each('HSETEX EX', [SMALL], EDGE_INTEGERS.filter((value) => !/^(1|\+1)$/.test(value)).map((value) =>
    ['HSETEX', 'k',
    'EX', value, 'FIELDS', 1, 'a', 'v'])),
  ...table(
    ['HSETEX', 'HSETEX k FIELDS 1 a 1', ...ASK, 'HSETEX k EX 1000 FIELDS 2 b 2 c 3', ...ASK,
      'HSETEX k FIELDS 1 b 4', ...ASK,
      'HSETEX k KEEPTTL FIELDS 2 c 5 a 5', ...ASK],
    ['HSETEX in the past', 'HSETEX k EXAT 1 FIELDS 1 a 1', ...ASK, SMALL, 'HSETEX k PXAT 1 FIELDS 2 a 5 x 6',
      ...ASK,
      'HSETEX k PXAT 1 FIELDS 2 b 5 c 6', ...ASK],
    ['HSETEX the same field twice', 'HSETEX k EX 1000 FIELDS 2 a 1 a 2', ...ASK,
      'HSETEX k FNX FIELDS 2 b 1 b 2', ...ASK],
    ['HSETEX of long values', ['HSETEX', 'k', 'EX', 1000, 'FIELDS', 1, 'a', 'x'.repeat(64)],
      'OBJECT ENCODING k', ['HSETEX',
      'k', 'EX', 1000, 'FIELDS', 1, 'b', 'x'.repeat(65)], 'OBJECT ENCODING k', ...ASK],
    ['HSETEX of many fields', ['HSETEX', 'k', 'EX', 1000, 'FIELDS', 600, ...numbered('f', 1200)],
      'OBJECT ENCODING k', 'HLEN k',
      ALL, 'HTTL k FIELDS 2 f0 f1198'],
    ['HSETEX bytes', ['HSETEX', ALL_BYTES, 'EX', 1000, 'FIELDS', 2, ALL_BYTES, ALL_BYTES, '', ''], ['HMGET',
      ALL_BYTES,
      ALL_BYTES, '']],
    ['HSETEX and a field that expires', 'HSETEX k PX 30 FIELDS 2 a 1 b 2', 'HSET k b 3', pause(80),
      'HSETEX k FXX FIELDS 1 a 1',
      'HSETEX k FNX FIELDS 1 a 1', ...ASK],
    ['OBJECT ENCODING after HSETEX', 'HSETEX k FIELDS 1 a 1', 'OBJECT ENCODING k',
      'HSETEX j EX 1000 FIELDS 1 a 1',
      'OBJECT ENCODING j', 'HSETEX i KEEPTTL FIELDS 1 a 1', 'OBJECT ENCODING i'],
    ['HSETEX onto what expired', SMALL, 'PEXPIREAT k 1', 'HSETEX k FXX FIELDS 1 a 1', 'EXISTS k',
      'HSETEX k FIELDS 1 a 1', ALL,
      'TTL k'],
  ),
  ...stringAndOtherTypes('HSETEX', 'HSETEX other FIELDS 1 a 1', 'HSETEX other EX 0 FIELDS 1 a 1',
    'HSETEX other FXX FIELDS 1 a 1',
    'HSETEX other FIELDS 0', 'TYPE other'),
]; // prettier-ignore

export const hashFieldsCases: DifferentialCase[] = likeRedis8([...getDelCases, ...getExCases, ...setExCases]);
