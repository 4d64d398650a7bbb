/**
 * Random commands over lists, hashes and sets: mostly valid, sometimes not.
 *
 * Few keys, few elements and a bias to what was pushed before, so that commands meet; elements are those that
 * encodings tell apart: integers and what only looks like one, words around 64 bytes, words of some
 * kilobytes. Now and then one command adds hundreds of elements, so that collections cross the limits of
 * their encodings in both directions. What is taken out at random (SPOP) is only ever taken out whole, or the
 * two servers would part. LSET gets no index beyond 32 bits: Redis 8.0 takes its lowest 32 only. Arguments
 * are strings of Latin-1 characters, one per byte.
 */
import fc from 'fast-check';
import { command, word, type Command, type Part } from './grammar.js';

const FAR_S = '4102444800';

const key = fc.oneof(
  { weight: 12, arbitrary: word('a', 'b', 'c') },
  { weight: 1, arbitrary: word('', 'text', 'none') },
);
const keys = fc.array(key, { minLength: 1, maxLength: 4 });
const element = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 9 }).map(String) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 9 }).map((at) => `word${at}`) },
  { weight: 2, arbitrary: fc.integer({ min: -70_000, max: 70_000 }).map(String) },
  { weight: 1, arbitrary: word('', '01', '+1', '-0', ' 1', '1.0', '9223372036854775807',
    '-9223372036854775808',
    '9223372036854775808', '2147483648', '-32769', '\0', '\r\n', '\xff\xfe') },
  { weight: 1, arbitrary: fc.integer({ min: 62, max: 66 }).map((length) => 'e'.repeat(length)) },
  { weight: 1, arbitrary: fc.integer({ min: 500, max: 9000 }).map((length) => 'l'.repeat(length)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) =>
    Buffer.from(bytes).toString('latin1')) },
); // prettier-ignore
const few = fc.array(element, { minLength: 1, maxLength: 6 });
/** Hundreds of elements: numbers, short words or longer ones. */
const many = fc
  .tuple(word('', 'm', 'longer-word-', 'x'.repeat(60)), fc.integer({ min: 0, max: 700 }),
    fc.integer({ min: 100,
    max: 650 }))
  .map(([prefix, from, count]) => Array.from({ length: count }, (_, at) =>
    `${prefix}${from + at}`)); // prettier-ignore
const elements = fc.oneof({ weight: 8, arbitrary: few }, { weight: 1, arbitrary: many });
const index = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -8, max: 8 }).map(String) },
  { weight: 2, arbitrary: fc.integer({ min: -700, max: 700 }).map(String) },
  {
    weight: 1,
    arbitrary: word('9223372036854775807', '-9223372036854775807', '2147483647', 'abc', '', '1.5'),
  },
);
const place = index.filter((text) => text.length < 12);
const count = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 6 }).map(String) },
  { weight: 2, arbitrary: fc.integer({ min: -400, max: 700 }).map(String) },
  { weight: 1, arbitrary: word('9223372036854775807', '9223372036854775808', 'abc', '') },
);
const end = word('LEFT', 'RIGHT', 'left', 'MIDDLE');
const whatever = (list: readonly Part[]): fc.Arbitrary<string[]> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant<string[]>([]) },
    ...list.map((one) => ({ weight: 1, arbitrary: one as fc.Arbitrary<string[]> })),
  );

/** What can happen to a key of any type. */
const keyCommands = [
  command('DEL', key), command('UNLINK', key), command('EXISTS', keys), command('TYPE', key),
    command('RENAME', key,
    key), command('COPY', key, key, whatever([fc.tuple(word('REPLACE'))])), command('EXPIREAT', key,
      word(FAR_S, '0')),
  command('EXPIRETIME', key), command('PERSIST', key), command('SET', word('text', 'c'), element),
    command('DBSIZE'),
]; // prettier-ignore

const listCommands = [
  command('LPUSH', key, elements), command('RPUSH', key, elements), command('RPUSH', key, elements),
    command('LPUSHX',
    key, few), command('RPUSHX', key, few), command('LPOP', key), command('RPOP', key), command('LPOP', key,
      count),
  command('RPOP', key, count), command('LLEN', key), command('LRANGE', key, index, index), command('LRANGE',
    key,
    word('0'), word('-1')), command('LINDEX', key, index), command('LSET', key, place, element),
      command('LINSERT', key,
    word('BEFORE', 'AFTER', 'after', 'X'), element, element), command('LREM', key, count, element),
      command('LTRIM',
    key, index, index), command('LPOS', key, element, whatever([fc.tuple(word('RANK'), index),
      fc.tuple(word('COUNT'),
    count), fc.tuple(word('MAXLEN'), count), fc.tuple(word('RANK'), index, word('COUNT'), count)])),
      command('LMOVE',
    key, key, end, end), command('RPOPLPUSH', key, key), keys.chain((list) => command('LMPOP',
      word(String(list.length),
    '1'), fc.constant(list), end, whatever([fc.tuple(word('COUNT'), count)]))),
]; // prettier-ignore

const field = element;
const pairs = elements.map((list) =>
  list.flatMap((name, at) => [name, list[(at * 7 + 3) % list.length] ?? name]),
);
const amount = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -100, max: 100 }).map(String) },
  { weight: 1, arbitrary: word('9223372036854775807', '-9223372036854775808', 'abc', '', '1.5', ' 1') },
);
const float = fc.oneof(amount, word('0.1', '-0.25', '3.0e3', '1e17', 'inf', 'nan', '-1.5'));
const hashCommands = [
  command('HSET', key, pairs), command('HSET', key, pairs), command('HMSET', key, pairs), command('HSETNX',
    key, field,
    element), command('HGET', key, field), command('HMGET', key, few), command('HGETALL', key),
      command('HKEYS', key),
  command('HVALS', key), command('HLEN', key), command('HEXISTS', key, field), command('HDEL', key, elements),
  command('HINCRBY', key, field, amount), command('HINCRBYFLOAT', key, field, float), command('HSTRLEN', key,
    field),
  command('HRANDFIELD', key, whatever([fc.tuple(count), fc.tuple(count, word('WITHVALUES', 'X'))])),
    command('HSCAN',
    key, word('0'), whatever([fc.tuple(word('COUNT'), word('100000'))])), command('OBJECT', word('ENCODING'),
      key),
]; // prettier-ignore

const numberedKeys = keys.chain((list) => fc.tuple(word(String(list.length), '1'), fc.constant(list)))
  .map(([size, list]) => [size, ...list]); // prettier-ignore
const setCommands = [
  command('SADD', key, elements), command('SADD', key, elements), command('SADD', key, elements),
    command('SREM', key,
    elements), command('SMEMBERS', key), command('SISMEMBER', key, element), command('SMISMEMBER', key, few),
  command('SCARD', key), command('SPOP', key, word('100000', '0', '-1', 'abc')), command('SRANDMEMBER', key,
    whatever([fc.tuple(count)])), command('SMOVE', key, key, element), command('SINTER', keys),
      command('SUNION', keys),
  command('SDIFF', keys), command('SINTERSTORE', key, keys), command('SUNIONSTORE', key, keys),
    command('SDIFFSTORE',
    key, keys), command('SINTERCARD', numberedKeys, whatever([fc.tuple(word('LIMIT'), count)])),
      command('SSCAN', key,
    word('0'), word('COUNT'), word('100000')), command('OBJECT', word('ENCODING'), key),
]; // prettier-ignore

/** Whether two servers of any version must agree on it: a scan may need more than one call, else. */
function isComparable(words: Command): boolean {
  return !/^[hs]scan$/i.test(words[0] ?? '') || words.includes('100000');
}

function sequences(family: readonly fc.Arbitrary<Command>[]): fc.Arbitrary<Command[]> {
  const one = fc.oneof(
    { weight: 5, arbitrary: fc.oneof(...family) },
    { weight: 1, arbitrary: fc.oneof(...keyCommands) },
  );
  return fc.array(one.filter(isComparable), { minLength: 50, maxLength: 200, size: 'max' });
}

/** Sequences over lists. */
export const listSequence: fc.Arbitrary<Command[]> = sequences(listCommands);
/** Sequences over hashes. */
export const hashSequence: fc.Arbitrary<Command[]> = sequences(hashCommands);
/** Sequences over sets. */
export const setSequence: fc.Arbitrary<Command[]> = sequences(setCommands);
/** Sequences over all three, in which keys are often of the wrong type. */
export const mixedSequence: fc.Arbitrary<Command[]> = sequences([
  ...listCommands,
  ...hashCommands,
  ...setCommands,
]);
