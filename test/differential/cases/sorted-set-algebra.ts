/** Union, intersection and difference of sorted sets and sets: read, stored and counted. */
import { inEveryState } from '../../support/key-steps.js';
import { otherTypes } from '../../support/other-types.js';
import type { DifferentialCase } from '../../support/server-pair.js';
import type { Step } from '../../support/steps.js';
import { zadd } from '../../support/sorted-set-data.js';
import { ALL_BYTES, EDGE_INTEGERS, arity, each, likeRedis8, table } from '../../support/tables.js';

const READING = ['ZUNION', 'ZINTER', 'ZDIFF'] as const;
const STORING = ['ZUNIONSTORE', 'ZINTERSTORE', 'ZDIFFSTORE'] as const;
const ABC: readonly Step[] = ['ZADD a 1 x 2 y 3 z', 'ZADD b 10 y 20 z 30 w', 'ZADD c 100 z 200 w 300 v 0 x'];
/** Plain sets beside sorted sets; every member of a set counts as 1. */
const SETS: readonly Step[] = ['SADD s x y q', 'SADD i 1 2 3', 'ZADD n 5 1 6 2 7 9'];
const D: readonly Step[] = ['ZRANGE d 0 -1 WITHSCORES', 'TYPE d', 'OBJECT ENCODING d', 'TTL d'];
const SOURCES = [
  '1 a', '2 a b', '2 b a', '3 a b c', '3 c b a', '2 a a', '3 a a b', '2 a nokey', '2 nokey a', '1 nokey',
    '2 nokey nokey2', '4 a b c nokey', '5 a b c a b',
]; // prettier-ignore
const WEIGHTS = [
  '',
  'WEIGHTS 2',
  'WEIGHTS 2 3',
  'WEIGHTS 0 1',
  'WEIGHTS -1 2.5',
  'WEIGHTS inf 1',
  'WEIGHTS -inf inf',
  'WEIGHTS 1 2 3',
  'WEIGHTS 0x10 1',
  'WEIGHTS 1e308 10',
];
const AGGREGATES = ['', 'AGGREGATE SUM', 'AGGREGATE MIN', 'AGGREGATE MAX', 'aggregate min'];

const combined: DifferentialCase[] = [
  ...SOURCES.flatMap((sources) => [...READING.map((name) => ({
    title: `${name} ${sources}`,
    steps: [...ABC, `${name} ${sources}`, `${name} ${sources} WITHSCORES`, `${name} ${sources} withscores`],
  })), ...STORING.map((name) => ({
    title: `${name} ${sources}`,
    steps: [...ABC, 'SET d v EX 100', `${name} d ${sources}`, ...D, `${name} a ${sources}`,
      'ZRANGE a 0 -1 WITHSCORES', 'DBSIZE'],
  })), {
    title: `ZINTERCARD ${sources}`,
    steps: [...ABC, `ZINTERCARD ${sources}`, ...['0', '1', '2',
      '100'].map((limit) => `ZINTERCARD ${sources} LIMIT ${limit}`)],
  }]),
  ...WEIGHTS.flatMap((weights) => AGGREGATES.flatMap((aggregate) => ['ZUNION', 'ZINTER'].map((name) => ({
    title: `${name} ${weights} ${aggregate}`,
    steps: [...ABC, ...['1 a', '2 a b', '3 a b c', '2 c a',
      '2 a nokey'].flatMap((sources) => [`${name} ${sources} ${weights} ${aggregate} WITHSCORES`,
      `${name} ${sources} ${aggregate} ${weights}`, `${name}STORE d ${sources} ${weights} ${aggregate}`,
      'ZRANGE d 0 -1 WITHSCORES', 'EXISTS d'])],
  })))),
]; // prettier-ignore

const MIXED_SOURCES = [
  '1 s',
  '2 s a',
  '2 a s',
  '3 a b s',
  '2 s s',
  '2 i n',
  '2 n i',
  '1 i',
  '2 s i',
  '3 s nokey a',
  '2 s nokey',
  '3 i s n',
];

/** Weights 2, 3, ... for the keys of `<numkeys> <key>...`. */
function weightsFor(sources: string): string {
  return Array.from({ length: Number(sources.split(' ')[0]) }, (_, at) => at + 2).join(' ');
}

const withSets: DifferentialCase[] = [
  ...MIXED_SOURCES.flatMap((sources) => READING.map((name) => ({
    title: `${name} of sets ${sources}`,
    steps: [...ABC, ...SETS, `${name} ${sources}`, `${name} ${sources} WITHSCORES`,
      `${name}STORE d ${sources}`, ...D, `ZINTERCARD ${sources}`,
      ...(name === 'ZDIFF' ? [] : [`${name} ${sources} AGGREGATE MIN WITHSCORES`,
      `${name} ${sources} WEIGHTS ${weightsFor(sources)} WITHSCORES`])],
  }))),
  ...table(
    ['storing over a set, and a set that is source and target', ...ABC, ...SETS, 'ZUNIONSTORE s 2 s a',
      'TYPE s', 'ZRANGE s 0 -1 WITHSCORES', 'ZINTERSTORE i 2 i n', 'TYPE i', 'ZRANGE i 0 -1 WITHSCORES',
      'SADD t only', 'ZDIFFSTORE t 2 t t', 'EXISTS t'],
    ['a wrong type among the sources', ...ABC, 'SET str v', 'ZUNION 2 a str', 'ZINTER 2 str a',
      'ZDIFF 2 a str', 'ZINTER 2 nokey str', 'ZDIFF 2 nokey str', 'ZUNIONSTORE d 2 a str',
      'ZINTERSTORE d 2 nokey str', 'ZDIFFSTORE d 2 nokey str', 'ZINTERCARD 2 nokey str',
      'ZINTERCARD 2 a str LIMIT x', 'EXISTS d',
      'ZUNION 2 a str BOGUS', 'ZUNION 2 str a WEIGHTS x', 'ZUNION 3 a str', 'ZUNIONSTORE str 1 a',
        'TYPE str'],
    ['large sets', ['SADD', 's', ...Array.from({ length: 300 }, (_, at) => `m${at * 2}`)], zadd('k', 300),
      'ZINTER 2 s k WITHSCORES', 'ZUNIONSTORE d 2 s k', 'ZCARD d', 'OBJECT ENCODING d',
      'ZRANGE d 0 -1 WITHSCORES', 'ZDIFF 2 k s', 'ZDIFF 2 s k WITHSCORES', 'ZINTERCARD 2 s k',
      'ZINTERCARD 2 s k LIMIT 7'],
  ),
]; // prettier-ignore

const wrong: DifferentialCase[] = [
  ...READING.map((name) => arity(name, 0, 1)),
  ...STORING.map((name) => arity(name, 0, 1, 2)),
  arity('ZINTERCARD', 0, 1),
  ...READING.flatMap((name) => inEveryState(name, ['a', 'b', 'd'], ABC.slice(0, 2), ['0 a', '-1 a', 'x a',
    '"" a', '3 a b', '1 a b', '2 a b BOGUS', '2 a b WITHSCORES WITHSCORES', '2 a b WITHSCORES BOGUS',
    '1 a WITHSCORES x', '2 a', '1.5 a', '2 a b WEIGHTS', '2 a b WEIGHTS 1', '2 a b WEIGHTS 1 x',
    '2 a b WEIGHTS 1 nan', '2 a b WEIGHTS 1 ""',
    '2 a b WEIGHTS x 1 BOGUS', '2 a b WEIGHTS 1 2 WEIGHTS 3 4', '2 a b AGGREGATE', '2 a b AGGREGATE BOGUS',
      '2 a b AGGREGATE SUM AGGREGATE MAX', '2 a b AGGREGATE COUNT', '2 a b WITHSCORES WEIGHTS 1 2',
      '2 a b weights 1 2 aggregate max withscores', '2 a b WEIGHTS 1 WITHSCORES', '2 a b LIMIT 1', '99 a b',
      '9223372036854775807 a b',
    '9223372036854775808 a', '2147483648 a', '4294967297 a', '1 a WEIGHTS 1 WEIGHTS 2', '1 a WEIGHTS " 1"',
      '1 a ""'].map((rest) => `${name} ${rest}`))),
  ...STORING.flatMap((name) => inEveryState(name, ['a', 'b', 'd'], ABC.slice(0, 2), ['d 0 a', 'd -1 a',
    'd x a', 'd 3 a b', 'd 1 a b', 'd 2 a b BOGUS', 'd 2 a b WITHSCORES', 'd 2 a', 'd 2 a b WEIGHTS',
    'd 2 a b WEIGHTS 1', 'd 2 a b WEIGHTS 1 x', 'd 2 a b AGGREGATE BOGUS', 'd 2 a b AGGREGATE',
    'd 2 a b WEIGHTS 1 2 AGGREGATE MIN', 'd 2 a b LIMIT 1',
    'a 2 a b', 'b 2 a b', 'd 1 d', 'd 2 d a', 'd 9223372036854775807 a', 'd 4294967297 a',
      'd "" a'].map((rest) => `${name} ${rest}`), ['EXISTS d', 'TYPE d', 'ZCARD a'])),
  ...inEveryState('ZINTERCARD', ['a', 'b'], ABC.slice(0, 2), ['ZINTERCARD 0 a', 'ZINTERCARD -1 a',
    'ZINTERCARD x a', 'ZINTERCARD 3 a b', 'ZINTERCARD 1 a b', 'ZINTERCARD 2 a b LIMIT',
    'ZINTERCARD 2 a b LIMIT -1', 'ZINTERCARD 2 a b LIMIT x', 'ZINTERCARD 2 a b limit 1',
    'ZINTERCARD 2 a b LIMIT 1 LIMIT 2', 'ZINTERCARD 2 a b BOGUS', 'ZINTERCARD 2 a b BOGUS 1',
    'ZINTERCARD 2 a b WITHSCORES', 'ZINTERCARD 2 a b LIMIT 9223372036854775807',
      'ZINTERCARD 2 a b LIMIT 9223372036854775808', 'ZINTERCARD 2 a b LIMIT 1 2', 'ZINTERCARD 2 a b LIMIT ""',
      'ZINTERCARD 1 a', 'ZINTERCARD 99 a b', 'ZINTERCARD 9223372036854775807 a']),
  ...[...READING.map((name) => [name]), ...STORING.map((name) => [name, 'd']),
    ['ZINTERCARD']].flatMap((words) => each(`numkeys of ${words[0]}`, ABC,
    EDGE_INTEGERS.map((count) => [...words, count, 'a']))),
  ...otherTypes('algebra of sorted sets', 'ZADD a 1 one 2 x',
    ...READING.flatMap((name) => [`${name} 2 a other`, `${name} 1 other WITHSCORES`,
    `${name} 2 other a BOGUS`]), ...STORING.flatMap((name) => [`${name} d 2 other a`, 'ZCARD d']),
    'ZINTERCARD 2 other a', 'ZUNIONSTORE other 1 a'),
]; // prettier-ignore

const special: DifferentialCase[] = [
  ...table(
    ['infinities', 'ZADD p inf x 1 y -inf z', 'ZADD q -inf x inf y inf z', ...['SUM', 'MIN',
      'MAX'].flatMap((how) => [`ZUNION 2 p q AGGREGATE ${how} WITHSCORES`,
      `ZINTER 2 p q AGGREGATE ${how} WITHSCORES`]), 'ZUNION 2 p q WEIGHTS 0 1 WITHSCORES',
      'ZINTER 2 p q WEIGHTS 0 0 WITHSCORES', 'ZUNIONSTORE d 2 p q WEIGHTS 0 -1', 'ZRANGE d 0 -1 WITHSCORES',
      'ZUNION 1 p WEIGHTS 0 WITHSCORES'],
    ['negative zeros', 'ZADD p -0 x 0 y', 'ZUNION 1 p WITHSCORES', 'ZUNION 2 p p WITHSCORES',
      'ZUNION 1 p WEIGHTS -1 WITHSCORES', 'ZINTER 2 p p AGGREGATE MAX WITHSCORES'],
    ['every byte', ['ZADD', ALL_BYTES, '1', ALL_BYTES, '2', ''], ['ZUNION', '1', ALL_BYTES, 'WITHSCORES'],
      ['ZUNIONSTORE', '', '2', ALL_BYTES, ALL_BYTES], 'ZRANGE "" 0 -1 WITHSCORES', ['ZINTER', '2', '',
      ALL_BYTES], ['ZDIFF', '2', ALL_BYTES, '']],
    ['order among equal scores', 'ZADD p 1 b 1 a 1 "\\xff" 1 ""', 'ZADD q 1 c 1 B 1 "\\x00"', 'ZUNION 2 p q',
      'ZUNIONSTORE d 2 p q', 'ZRANGE d 0 -1', 'ZDIFF 2 p q', 'ZINTER 2 d p'],
    ['many', zadd('p', 500), zadd('q', 700, (at) => -at), zadd('r', 50, (at) => at * 2),
      'ZUNION 3 p q r WITHSCORES', 'ZINTER 3 p q r WITHSCORES', 'ZDIFF 2 q p', 'ZDIFF 3 q p r WITHSCORES',
      'ZUNIONSTORE d 2 p q', 'ZCARD d', 'OBJECT ENCODING d', 'ZINTERSTORE d 2 p r', 'ZCARD d',
      'OBJECT ENCODING d', 'ZDIFFSTORE d 2 p r', 'ZRANGE d 0 9 WITHSCORES',
      'OBJECT ENCODING d', 'ZINTERCARD 2 p q', 'ZINTERCARD 3 p q r LIMIT 9',
        'ZUNIONSTORE p 2 p r AGGREGATE MAX', 'ZCARD p', 'ZRANGE p 0 60 WITHSCORES'],
    ['ZDIFF by either way of working', zadd('p', 10), zadd('q', 1000), zadd('r', 2000, (at) => at),
      'ZDIFF 2 p q', 'ZDIFF 3 r q p', 'ZDIFF 2 r q WITHSCORES', 'ZDIFF 4 r p q nokey', 'ZDIFF 2 p p',
      'ZDIFF 3 r p r'],
    ['sizes at which the result leaves the packed form', zadd('p', 128), 'ZADD one 1 extra', ['ZADD', 'long',
      '1', 'x'.repeat(65)], 'ZUNIONSTORE d 1 p', 'OBJECT ENCODING d', 'ZUNIONSTORE d 2 p one',
      'OBJECT ENCODING d', 'ZUNIONSTORE d 1 long', 'OBJECT ENCODING d', 'ZINTERSTORE d 2 p p',
      'OBJECT ENCODING d', 'ZDIFFSTORE d 2 long p', 'OBJECT ENCODING d', 'ZDIFFSTORE d 2 p one',
      'OBJECT ENCODING d'],
    ['expiries', ...ABC, 'EXPIRE a 100', 'EXPIRE b 200', 'ZUNIONSTORE d 2 a b', 'TTL d', 'EXPIRE d 50',
      'ZINTERSTORE d 2 a b', 'TTL d', 'ZUNIONSTORE a 2 a b', 'TTL a', 'TTL b', 'PEXPIREAT b 1',
      'ZUNION 2 a b', 'ZINTERSTORE d 2 a b', 'EXISTS d', 'ZDIFF 2 c b'],
    ['an empty result deletes the target', ...ABC, 'SET d v', 'ZINTERSTORE d 2 a nokey', 'EXISTS d',
      'SET d v', 'ZDIFFSTORE d 2 a a', 'EXISTS d', 'SET d v', 'ZUNIONSTORE d 1 nokey', 'EXISTS d',
      'ZINTERSTORE a 2 a nokey', 'EXISTS a', 'ZDIFFSTORE b 1 nokey', 'EXISTS b'],
  ),
  ...likeRedis8(table(
    ['scores of results', 'ZADD p 0.1 x 1e17 y 3.3 z', 'ZADD q 0.2 x 1e-300 y 1.1 w',
      'ZUNION 2 p q WITHSCORES', 'ZINTER 2 p q WITHSCORES', 'ZDIFF 2 p q WITHSCORES',
      'ZUNION 2 p q WEIGHTS 0.1 0.7 WITHSCORES', 'ZUNION 2 p q WEIGHTS 0.1 0.7 AGGREGATE MAX WITHSCORES',
      'ZUNIONSTORE d 2 p q WEIGHTS 0.3 1e-5', 'ZRANGE d 0 -1 WITHSCORES', 'ZINTERSTORE d 2 p q AGGREGATE MIN',
      'ZRANGE d 0 -1 WITHSCORES'],
    ['sums in the order of the sources', 'ZADD p 1e16 x', 'ZADD q 1 x', 'ZADD r -1e16 x', ...['p q r',
      'p r q', 'q p r', 'q r p', 'r p q', 'r q p'].flatMap((order) => [`ZUNION 3 ${order} WITHSCORES`,
      `ZINTER 3 ${order} WITHSCORES`])],
  )),
]; // prettier-ignore

export const sortedSetAlgebraCases: DifferentialCase[] = [...combined, ...withSets, ...wrong, ...special];
