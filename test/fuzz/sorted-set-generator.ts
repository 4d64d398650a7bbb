/**
 * Random commands over sorted sets, places in them, and SORT: mostly valid, sometimes not.
 *
 * Few keys and few members, so that commands meet; now and then one command adds hundreds of members, so that
 * sorted sets cross the limits of the packed form. Left out is what Redis itself does not answer alike twice,
 * or not in every version: random members, the order of a hash table (ZSCAN, BY nosort of a set), ranges of
 * bytes where scores differ (so these have keys of their own, in which all scores are 0), places near a pole or
 * the line of dates and searches of thousands of kilometres (Redis misses some places there), ALPHA together with
 * BY (equal weights stay in any order), bounds in hexadecimal and negative offsets of LIMIT. Arguments are
 * strings of Latin-1 characters, one per byte.
 */
import fc from 'fast-check';
import { command, options, word, type Command } from './grammar.js';

const key = fc.oneof(
  { weight: 12, arbitrary: word('a', 'b', 'c') },
  { weight: 1, arbitrary: word('', 'text', 'none', 'plain') },
);
/** Keys whose members all have the score 0. */
const lexKey = word('l', 'l', 'l', 'l', 'string');
const member = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 12 }).map((at) => `m${at}`) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 700 }).map((at) => `m${at}`) },
  { weight: 2, arbitrary: fc.integer({ min: -300, max: 300 }).map(String) },
  {
    weight: 1,
    arbitrary: word('', '\0', '\xff', 'm\0', '9223372036854775807', 'e'.repeat(64), 'e'.repeat(65)),
  },
);
const score = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -5, max: 10 }).map(String) },
  { weight: 3, arbitrary: fc.integer({ min: -1000, max: 1000 }).map((at) => String(at / 8)) },
  { weight: 2, arbitrary: fc.double({ noNaN: true }).map(String) },
  { weight: 1, arbitrary: word('inf', '-inf', '-0', '0.1', '1e17', '1e-300', '1e308', 'nan', '', 'x', '+1') },
);
const integer = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -8, max: 8 }).map(String) },
  { weight: 3, arbitrary: fc.integer({ min: -700, max: 700 }).map(String) },
  {
    weight: 1,
    arbitrary: word('9223372036854775807', '-9223372036854775808', '9223372036854775808', 'x', ''),
  },
);
const natural = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 8 }).map(String) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 700 }).map(String) },
);
const scoreBound = fc
  .tuple(word('', '', '('), fc.oneof(score, word('-inf', '+inf')))
  .map(([open, value]) => `${open}${value}`);
const lexBound = fc.oneof(
  word('-', '+', '-', '+', '', 'm'),
  fc.tuple(word('[', '('), member).map(([open, value]) => `${open}${value}`),
);
const few = fc.array(fc.tuple(score, member), { minLength: 1, maxLength: 5 }).map((list) => list.flat());
/** Hundreds of members, all different, their scores either all equal, or ascending, or scattered. */
const many = fc
  .tuple(
    word('m', 'n'),
    fc.integer({ min: 0, max: 500 }),
    fc.integer({ min: 90, max: 400 }),
    word('0', '1', '37'),
  )
  .map(([prefix, from, count, step]) =>
    Array.from({ length: count }, (_, at) => [
      String((at * Number(step)) % 101),
      `${prefix}${from + at}`,
    ]).flat(),
  );
const limit = fc.tuple(word('LIMIT', 'limit'), natural, integer);
const withScores = word('WITHSCORES', 'withscores');
const members = fc.array(member, { minLength: 1, maxLength: 5 });
const numberedKeys = fc
  .tuple(fc.array(key, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 20 }))
  .map(([list, slip]) => [String(slip === 0 ? list.length + 1 : list.length), ...list]);
/** Keys with weights that fit them. */
const weightedKeys = fc
  .tuple(fc.array(fc.tuple(key, score), { minLength: 1, maxLength: 3 }), fc.boolean(), word('SUM', 'MIN',
    'MAX'))
  .map(([list, weigh, how]) => [
    String(list.length), ...list.map(([name]) => name), ...(weigh ? ['WEIGHTS', ...list.map(([,
      weight]) => weight)] : []), 'AGGREGATE', how,
  ]); // prettier-ignore
const removed = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 50, maxLength: 200 })
  .map((list) => list.map((at) => `m${at}`)); // prettier-ignore

const sortedSetCommands = [
  command('ZADD', key, few), command('ZADD', key, options(word('NX', 'XX', 'GT', 'LT', 'CH')), few),
    command('ZADD', key, options(word('NX', 'XX', 'GT', 'LT', 'CH')), word('INCR'), score, member),
    command('ZINCRBY', key, score, member),
  command('ZSCORE', key, member), command('ZMSCORE', key, members), command('ZREM', key, members),
    command('ZCARD', key), command('ZCOUNT', key, scoreBound, scoreBound), command('ZLEXCOUNT', lexKey,
      lexBound,
    lexBound),
  command('ZRANK', key, member, options(word('WITHSCORE'))), command('ZREVRANK', key, member,
    options(word('WITHSCORE'))), command('ZRANGE', key, integer, integer, options(withScores, word('REV'))),
    command('ZREVRANGE', key, integer, integer, options(withScores)),
  command('ZRANGE', key, scoreBound, scoreBound, word('BYSCORE'), options(withScores, word('REV'), limit)),
    command('ZRANGE', lexKey, lexBound, lexBound, word('BYLEX'), options(word('REV'), limit)),
    command('ZRANGEBYSCORE', key, scoreBound, scoreBound, options(withScores, limit)),
  command('ZREVRANGEBYSCORE', key, scoreBound, scoreBound, options(withScores, limit)), command('ZRANGEBYLEX',
    lexKey, lexBound, lexBound, options(limit)), command('ZREVRANGEBYLEX', lexKey, lexBound, lexBound,
    options(limit)), command('ZRANGESTORE', key, key, integer, integer, options(word('REV'))),
  command('ZRANGESTORE', key, key, scoreBound, scoreBound, word('BYSCORE'), options(word('REV'), limit)),
    command('ZREMRANGEBYRANK', key, integer, integer), command('ZREMRANGEBYSCORE', key, scoreBound,
    scoreBound), command('ZREMRANGEBYLEX', lexKey, lexBound, lexBound),
  command('ZPOPMIN', key, options(natural)), command('ZPOPMAX', key, options(natural)), command('ZMPOP',
    numberedKeys, word('MIN', 'MAX', 'min'), options(fc.tuple(word('COUNT'), natural))),
  command('ZUNION', weightedKeys, options(withScores)), command('ZINTER', weightedKeys, options(withScores)),
    command('ZDIFF', numberedKeys, options(withScores)), command('ZUNIONSTORE', key, weightedKeys),
    command('ZINTERSTORE', key, weightedKeys), command('ZDIFFSTORE', key, numberedKeys),
  command('ZINTERCARD', numberedKeys, options(fc.tuple(word('LIMIT'), natural))), command('ZRANGE', key,
    word('0'), word('-1'), word('WITHSCORES')),
]; // prettier-ignore
const zeros = fc
  .array(member, { minLength: 1, maxLength: 6 })
  .map((list) => list.flatMap((name) => ['0', name]));
const manyZeros = many.map((list) => list.map((text, at) => (at % 2 === 0 ? '0' : text)));
const lexCommands = [
  command('ZADD', word('l'), zeros),
  command('ZREM', word('l'), members),
  command('ZADD', word('l'), manyZeros),
  command('ZPOPMAX', word('l'), natural),
  command('ZRANGE', word('l'), word('0'), word('-1')),
];
const bulkCommands = [command('ZADD', key, many), command('ZADD', key, many), command('ZREM', key, removed)];
/** Members whose set has the same encoding in every version. */
const integers = fc.array(fc.integer({ min: -300, max: 300 }).map(String), { minLength: 1, maxLength: 5 });
const keyCommands = [
  command('DEL', key), command('TYPE', key), command('OBJECT', word('ENCODING'), key), command('RENAME', key,
    key), command('COPY', key, key, options(word('REPLACE'))), command('EXPIREAT', key, word('4102444800',
    '0')), command('EXPIRETIME', key),
  command('SET', word('text', 'string'), member), command('SADD', word('plain'), integers), command('EXISTS',
    key),
]; // prettier-ignore

const unit = word('m', 'km', 'mi', 'ft', 'KM', 'x');
const longitude = fc.oneof(
  fc.integer({ min: -1500, max: 1500 }).map((at) => String(at / 10)),
  word('181', 'x', '0'),
);
const latitude = fc.oneof(
  fc.integer({ min: -600, max: 600 }).map((at) => String(at / 10)),
  word('86', 'x', '0'),
);
// Without bias to the edges, and no place twice: the order of equal distances is nobody's promise.
const nearby = fc.noBias(fc.tuple(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 4000 })));
const places = fc
  .array(fc.tuple(longitude, latitude, member), { minLength: 1, maxLength: 4 })
  .map((list) => list.flat());
/** Hundreds of places within a few degrees. */
const manyPlaces = fc
  .uniqueArray(nearby, { minLength: 60, maxLength: 250, selector: ([x, y]) => x * 10_000 + y })
  .map((list) => list.flatMap(([x, y], at) => [String(10 + x / 1000), String(40 + y / 1000), `m${at}`]));
const radius = fc.oneof(fc.integer({ min: 0, max: 1000 }).map(String), word('0', '0.5', '1e3', '-1', 'x'));
const centre = fc.oneof(
  fc.tuple(word('FROMMEMBER'), member),
  fc.tuple(word('FROMLONLAT'), longitude, latitude),
  nearby.map(([x, y]) => ['FROMLONLAT', String(10 + x / 1000), String(40 + y / 1000)]),
);
const shape = fc.oneof(
  fc.tuple(word('BYRADIUS'), radius, unit),
  fc.tuple(word('BYBOX'), radius, radius, unit),
);
const order = word('ASC', 'DESC');
const shown = word('WITHCOORD', 'WITHDIST', 'WITHHASH');
const counted = fc.tuple(word('COUNT'), word('1', '2', '5', '50', '1000', '0'));
const geoCommands = [
  command('GEOADD', key, options(word('NX', 'XX', 'CH')), places), command('GEOADD', key, places),
    command('GEOADD', key, manyPlaces), command('GEOPOS', key, members), command('GEOHASH', key, members),
    command('GEODIST', key, member, member, options(unit)),
  command('GEOSEARCH', key, centre, shape, options(shown, shown, order, counted)), command('GEOSEARCH', key,
    centre, shape, options(shown, counted), word('ASC')), command('GEOSEARCHSTORE', key, key, centre, shape,
    options(order, counted)),
  command('GEORADIUS', key, longitude, latitude, radius, unit, options(shown, order, counted)),
    command('GEORADIUSBYMEMBER', key, member, radius, unit, options(shown, order, counted)), command('ZRANGE',
    key, word('0'), word('-1'), word('WITHSCORES')), command('ZREM', key, members), command('ZCARD', key),
]; // prettier-ignore

const number = fc.oneof(
  fc.integer({ min: -9, max: 30 }).map(String),
  word('1.5', '-0.25', '1e3', 'inf', '007'),
);
const element = fc.oneof(
  { weight: 8, arbitrary: number },
  { weight: 1, arbitrary: word('apple', 'beech', 'cedar', 'elm', '', 'a') },
);
const elements = fc.oneof(
  { weight: 5, arbitrary: fc.array(element, { minLength: 1, maxLength: 8 }) },
  { weight: 1, arbitrary: fc.array(number, { minLength: 100, maxLength: 400 }) },
);
const pattern = word('w_*', 'h_*->f', 'v_*', 'none_*', 'h_*->g', '*');
const sortOptions = fc.oneof(
  options(word('ALPHA', 'DESC', 'ASC'), word('ALPHA'), limit),
  options(word('DESC', 'ASC'), limit, fc.tuple(word('BY'), pattern)),
);
const gets = fc
  .array(fc.tuple(word('GET'), word('#', 'w_*', 'v_*', 'h_*->f', 'none_*')), { maxLength: 2 })
  .map((list) => list.flat());
const sortable = word('list', 'set', 'zset', 'other', 'none');
const sortCommands = [
  command('RPUSH', word('list', 'other'), elements), command('SADD', word('set'), elements), command('ZADD',
    word('zset'), fc.array(fc.tuple(number, element), { minLength: 1,
    maxLength: 6 }).map((list) => list.flat())), command('SET', word('w_1', 'w_2', 'w_3', 'w_5', 'w_10',
    'v_1', 'v_2', 'v_7', 'w_apple'), element),
  command('HSET', word('h_1', 'h_2', 'h_3', 'h_6', 'h_apple'), word('f', 'g'), element), command('SORT',
    sortable, sortOptions, gets), command('SORT', sortable, sortOptions, gets), command('SORT_RO', sortable,
    sortOptions, gets), command('SORT', sortable, sortOptions, gets, word('STORE'), word('other', 'list',
    'set')),
  command('SORT', word('list', 'zset', 'other'), word('BY'), word('nosort'), options(limit, word('DESC')),
    gets), command('LRANGE', word('other', 'list'), word('0'), word('-1')), command('TYPE', sortable),
    command('DEL', sortable),
]; // prettier-ignore

function sequences(...families: readonly fc.WeightedArbitrary<Command>[]): fc.Arbitrary<Command[]> {
  return fc.array(fc.oneof(...families), { minLength: 40, maxLength: 150, size: 'max' });
}

/** Sequences over sorted sets. */
export const sortedSetSequence: fc.Arbitrary<Command[]> = sequences(
  { weight: 12, arbitrary: fc.oneof(...sortedSetCommands) },
  { weight: 1, arbitrary: fc.oneof(...bulkCommands) },
  { weight: 1, arbitrary: fc.oneof(...lexCommands) },
  { weight: 2, arbitrary: fc.oneof(...keyCommands) },
);
/** Sequences over places. */
export const geoSequence: fc.Arbitrary<Command[]> = sequences(
  { weight: 10, arbitrary: fc.oneof(...geoCommands) },
  { weight: 1, arbitrary: fc.oneof(...keyCommands) },
);
/** Sequences over what can be sorted. */
export const sortSequence: fc.Arbitrary<Command[]> = sequences({
  weight: 1,
  arbitrary: fc.oneof(...sortCommands),
});
