/**
 * Random commands over strings, bitmaps, HyperLogLogs and keys: mostly valid, sometimes not.
 *
 * The keyspace is small, so that commands meet each other's keys; values are those where implementations
 * differ: integers near the limits, floats, long strings, bytes. Times are either far ahead or past, so that
 * nothing expires between the two servers. Arguments are strings of Latin-1 characters, one per byte.
 */
import fc from 'fast-check';
import { command, word, type Command } from './grammar.js';

const key = fc.constantFrom(
  'k1',
  'k2',
  'k3',
  'k4',
  'h1',
  'h2',
  '',
  'key\0\xff',
  'a-longer-key-name-that-is-not-inline',
);
const smallInteger = fc.integer({ min: -20, max: 40 }).map(String);
const integer = fc.oneof(
  { weight: 4, arbitrary: smallInteger },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '9223372036854775807', '-9223372036854775808', '9223372036854775806', '9223372036854775808',
        '4294967296', '2147483647', '-1', '0',
    ), // prettier-ignore
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      'abc',
      '1.5',
      ' 1',
      '1 ',
      '+1',
      '01',
      '-0',
      '1e3',
      '0x1',
      '99999999999999999999',
    ),
  },
);
const float = fc.oneof(
  integer,
  fc.constantFrom(
    '0.1',
    '-0.1',
    '1.5',
    '3.0e3',
    '1e17',
    '1e-7',
    '123456789.123456789',
    'inf',
    'nan',
    '-inf',
    '.5',
    '5.',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }).map(String),
);
const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array).toString('latin1'));
const value = fc.oneof(
  { weight: 4, arbitrary: integer },
  { weight: 2, arbitrary: float },
  { weight: 3, arbitrary: fc.constantFrom('hello', 'a', 'foobar', 'Hello World', '\0', '\r\n', 'HYLL') },
  { weight: 2, arbitrary: bytes },
  { weight: 1, arbitrary: fc.integer({ min: 40, max: 48 }).map((length) => 'e'.repeat(length)) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 2000 }).map((length) => 'l'.repeat(length)) },
);
const offset = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 300 }).map(String) },
  { weight: 1, arbitrary: integer.filter((text) => !/^\d{9,10}$/.test(text)) },
);
const bit = fc.oneof({ weight: 10, arbitrary: fc.constantFrom('0', '1') }, { weight: 1, arbitrary: integer });
const seconds = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('1000', '50000', '100000000') },
  { weight: 2, arbitrary: fc.constantFrom('-1', '0', '-100') },
  { weight: 1, arbitrary: integer.filter((text) => !/^\s*\+?0*([1-9]|[1-9]\d|1\.5|1e3)\s*$/.test(text)) },
);
const milliseconds = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('1000000', '50000000') },
  { weight: 2, arbitrary: fc.constantFrom('-1', '0') },
  { weight: 1, arbitrary: fc.constantFrom('abc', '', '9223372036854775807', '-9223372036854775808') },
);
// No positive times in the past: a key that SET stores with one is counted by DBSIZE until it is met or swept.
const atSeconds = fc.constantFrom('4102444800', '4102444900', '0', '-1', '9223372036854775807', 'abc');
const atMilliseconds = fc.constantFrom(
  '4102444800000',
  '4102444900123',
  '0',
  '-1',
  '9223372036854775807',
  'abc',
);
const database = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('0', '1') },
  { weight: 1, arbitrary: integer },
);
const bitRange = fc.oneof(
  fc.constant([]),
  fc.tuple(integer),
  fc.tuple(integer, integer),
  fc.tuple(integer, integer, word('BIT', 'BYTE', 'bit', 'BOGUS')),
);

const expiryOption = fc.oneof(
  fc.tuple(word('EX', 'ex'), seconds),
  fc.tuple(word('PX'), milliseconds),
  fc.tuple(word('EXAT'), atSeconds),
  fc.tuple(word('PXAT'), atMilliseconds),
);
const setOptions = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.tuple(word('NX', 'XX', 'GET', 'KEEPTTL', 'get', 'BOGUS')) },
      { weight: 2, arbitrary: expiryOption },
    ),
    { maxLength: 3 },
  )
  .map((options) => options.flat());
/**
 * Two relative times may be equal but for the milliseconds between them, so only absolute ones are compared.
 */
const relativeConditions = fc.array(word('NX', 'XX'), { maxLength: 2 });
const conditions = fc.array(word('NX', 'XX', 'GT', 'LT'), { maxLength: 2 });
const keys = fc.array(key, { minLength: 1, maxLength: 4 });
const pairs = fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 3 }).map((list) => list.flat());
const fieldType = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(word('u', 'i'), fc.integer({ min: 1, max: 63 }))
      .map(([sign, width]) => `${sign}${width}`),
  },
  { weight: 1, arbitrary: word('i64', 'u64', 'i0', 'x8', 'u') },
);
const fieldOffset = fc.oneof(
  fc.integer({ min: 0, max: 200 }).map(String),
  fc.integer({ min: 0, max: 10 }).map((index) => `#${index}`),
);
const fieldOperation = fc.oneof(
  fc.tuple(word('GET'), fieldType, fieldOffset),
  fc.tuple(word('SET', 'INCRBY'), fieldType, fieldOffset, integer),
  fc.tuple(word('OVERFLOW'), word('WRAP', 'SAT', 'FAIL', 'sat')),
);
const fieldOperations = fc
  .array(fieldOperation, { minLength: 1, maxLength: 4 })
  .map((list): string[] => list.flat());
const elements = fc.array(
  fc.oneof(
    value,
    fc.integer({ min: 0, max: 500 }).map((index) => `element:${index}`),
  ),
  { maxLength: 8 },
);
const lcsOptions = fc
  .array(
    fc.oneof(fc.tuple(word('LEN', 'IDX', 'WITHMATCHLEN')), fc.tuple(word('MINMATCHLEN'), smallInteger)),
    { maxLength: 3 },
  )
  .map((list) => list.flat());
const copyOptions = fc
  .array(fc.oneof(fc.tuple(word('REPLACE')), fc.tuple(word('DB'), database)), { maxLength: 2 })
  .map((list) => list.flat());

const stringCommands = [
  command('SET', key, value, setOptions), command('SET', key, value), command('GET', key), command('GETDEL',
    key), command('GETEX', key, fc.oneof(fc.constant([]), fc.tuple(word('PERSIST')), expiryOption)),
  command('GETSET', key, value), command('SETNX', key, value), command('SETEX', key, seconds, value),
    command('PSETEX', key, milliseconds, value), command('MSET', pairs), command('MSETNX', pairs),
  command('MGET', keys), command('APPEND', key, value), command('STRLEN', key), command('SETRANGE', key,
    offset, value), command('GETRANGE', key, integer, integer), command('SUBSTR', key, integer, integer),
  command('INCR', key), command('DECR', key), command('INCRBY', key, integer), command('DECRBY', key,
    integer), command('INCRBYFLOAT', key, float), command('LCS', key, key, lcsOptions),
]; // prettier-ignore
const bitCommands = [
  command('SETBIT', key, offset, bit), command('GETBIT', key, offset), command('BITCOUNT', key, bitRange),
    command('BITPOS', key, bit, bitRange), command('BITOP', word('AND', 'OR', 'XOR', 'NOT', 'not'), key,
    keys),
  command('BITFIELD', key, fieldOperations), command('BITFIELD_RO', key, fieldOperations), command('PFADD',
    key, elements), command('PFADD', word('h1', 'h2'), elements), command('PFCOUNT', keys),
    command('PFMERGE', keys),
  command('PFMERGE', word('h1', 'h2'), fc.array(word('h1', 'h2'), { maxLength: 2 })),
]; // prettier-ignore
const keyCommands = [
  command('DEL', keys), command('UNLINK', keys), command('EXISTS', keys), command('TOUCH', keys),
    command('TYPE', key), command('RENAME', key, key), command('RENAMENX', key, key), command('COPY', key,
    key, copyOptions),
  command('MOVE', key, database), command('SELECT', database), command('SWAPDB', database, database),
    command('DBSIZE'), command('KEYS', word('*', 'k*', 'h?', 'k[12]', '?', '*\xff')), command('SCAN',
    word('0'), word('COUNT'), word('1000')),
  command('RANDOMKEY'), command('PERSIST', key), command('TTL', key), command('PTTL', key),
    command('EXPIRETIME', key), command('PEXPIRETIME', key), command('EXPIRE', key, seconds,
    relativeConditions), command('PEXPIRE', key, milliseconds, relativeConditions),
  command('EXPIREAT', key, atSeconds, conditions), command('PEXPIREAT', key, atMilliseconds, conditions),
    command('OBJECT', word('ENCODING'), key), command('FLUSHDB'), command('FLUSHALL', word('SYNC', 'ASYNC')),
]; // prettier-ignore

const wellFormed = fc.oneof(
  { weight: 5, arbitrary: fc.oneof(...stringCommands) },
  { weight: 3, arbitrary: fc.oneof(...bitCommands) },
  { weight: 3, arbitrary: fc.oneof(...keyCommands) },
);

/** A word more, a word less, or another word in the place of one. The name stays. */
const malformed = fc
  .tuple(
    wellFormed,
    fc.nat(),
    fc.constantFrom('add', 'drop', 'replace'),
    word('x', '', '7', 'EX', 'NX', '\0'),
  )
  .map(([words, at, change, extra]) => {
    const copy = [...words];
    const index = 1 + (at % Math.max(1, copy.length));
    if (change === 'add') copy.splice(index, 0, extra);
    else if (change === 'drop') copy.splice(index, 1);
    else if (index < copy.length) copy[index] = extra;
    return copy;
  })
  .filter((words) => !comesSoon(words) && words[0] !== 'SCAN');

/** Whether a wrong word may have made a time that comes while the two servers work. */
function comesSoon(words: Command): boolean {
  if (/expire|setex/i.test(words[0] ?? '')) return true;
  return words.includes('7') && words.some((text) => /^(EX|PX)$/i.test(text));
}

/** Any command. */
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: wellFormed },
  { weight: 1, arbitrary: malformed },
);

/** A sequence of 50 to 200 commands. */
export const commandSequence: fc.Arbitrary<Command[]> = fc.array(anyCommand, {
  minLength: 50,
  maxLength: 200,
  size: 'max',
});
