/** RESTORE: options and errors; payloads of every type that was ever written; broken ones. */
import {
  big,
  double,
  integers,
  join,
  length,
  listpack,
  little,
  payload,
  stream,
  streamId,
  text,
  texts,
  ziplist,
  zipmap,
  type StreamParts,
} from '../../support/rdb-payloads.js';
import type { DifferentialCase } from '../../support/server-pair.js';
import type { Step } from '../../support/steps.js';
import { ALL_BYTES, likeRedis8, numbered, table } from '../../support/tables.js';

const LONG = 'x'.repeat(300);
const SCRAP = payload(0, text('value'));

// ---- the command ---------------------------------------------------------------------------------------------------

const restore = (key: string, ttl: string, bytes: Buffer | string, ...options: string[]): Step => [
  'RESTORE', key, ttl, bytes, ...options]; // prettier-ignore

const WRONG_CHECKSUM = join(SCRAP.subarray(0, -1), little((SCRAP.at(-1) ?? 0) ^ 1, 1));

const commandCases = table(
  ['restore a value', restore('k', '0', SCRAP), 'GET k', 'TTL k', restore('k', '0', SCRAP), 'SET k other',
    restore('k', '0', SCRAP, 'replace'), 'GET k', restore('l', '0', SCRAP, 'REPLACE'), 'GET l'],
  ['restore with a time to live', restore('k', '100000', SCRAP), 'TTL k', restore('k', '4000000000000', SCRAP, 'REPLACE', 'ABSTTL'),
    'PEXPIRETIME k', restore('k', '0', SCRAP, 'REPLACE', 'ABSTTL'), 'TTL k'],
  ['restore what has expired already', 'SET k old', restore('k', '1', SCRAP, 'ABSTTL', 'REPLACE'), 'EXISTS k', restore('k', '1', SCRAP, 'ABSTTL'),
    'EXISTS k', 'SET k old', restore('k', '1', WRONG_CHECKSUM, 'ABSTTL', 'REPLACE'), 'EXISTS k'],
  ['restore with idle time', restore('k', '0', SCRAP, 'IDLETIME', '1000'), 'OBJECT IDLETIME k', restore('k', '0', SCRAP, 'REPLACE', 'idletime', '0'),
    'OBJECT IDLETIME k', 'OBJECT FREQ k', restore('l', '0', SCRAP, 'IDLETIME', '20', 'IDLETIME', '30'), 'OBJECT IDLETIME l',
    restore('l', '0', SCRAP, 'FREQ', '20', 'REPLACE'), 'OBJECT IDLETIME l'],
  ['restore with frequency', 'CONFIG SET maxmemory-policy allkeys-lfu', restore('k', '0', SCRAP, 'FREQ', '200'), 'OBJECT FREQ k',
    restore('k', '0', SCRAP, 'FREQ', '0', 'REPLACE'), 'OBJECT FREQ k', restore('l', '0', SCRAP, 'IDLETIME', '20'), 'OBJECT FREQ l',
    'CONFIG SET maxmemory-policy noeviction'],
  ['restore wrong options', restore('k', '0', SCRAP, 'FREQ', '1', 'IDLETIME', '1'), restore('k', '0', SCRAP, 'IDLETIME', '1', 'FREQ', '1'),
    restore('k', '0', SCRAP, 'IDLETIME'), restore('k', '0', SCRAP, 'FREQ'), restore('k', '0', SCRAP, 'IDLETIME', '-1'),
    restore('k', '0', SCRAP, 'IDLETIME', 'x'), restore('k', '0', SCRAP, 'FREQ', '-1'), restore('k', '0', SCRAP, 'FREQ', '256'),
    restore('k', '0', SCRAP, 'FREQ', 'x'), restore('k', '0', SCRAP, 'OTHER'), restore('k', '0', SCRAP, 'REPLACE', 'REPLACE'), 'GET k'],
  ['restore wrong times', restore('k', '-1', SCRAP), restore('k', 'x', SCRAP), restore('k', '', SCRAP), restore('k', '-1', SCRAP, 'ABSTTL'),
    restore('k', '1.5', SCRAP), restore('k', '9223372036854775808', SCRAP), 'EXISTS k'],
  ['restore with several errors', 'SET k v', restore('k', '-1', SCRAP), restore('k', 'x', 'junk'), restore('k', '0', 'junk', 'OTHER'),
    restore('l', '-1', 'junk'), restore('l', '0', 'junk')],
  ['restore wrong payloads', restore('k', '0', ''), restore('k', '0', 'x'), restore('k', '0', '0123456789'), restore('k', '0', WRONG_CHECKSUM),
    restore('k', '0', payload(0, '')), restore('k', '0', payload(0, text('v'), 1)), 'GET k', 'DEL k', restore('k', '0', payload(0, text('v'), 300)),
    restore('k', '0', payload(0, text('v'), 6)), 'GET k'],
  ['restore with too few arguments', 'RESTORE', 'RESTORE k', 'RESTORE k 0', 'RESTORE-ASKING k'],
  ['restore over other types', 'RPUSH k a', restore('k', '0', SCRAP), restore('k', '0', SCRAP, 'REPLACE'), 'GET k'],
  ['restore in transactions', 'MULTI', restore('k', '0', SCRAP), restore('k', '0', SCRAP), 'EXEC', 'GET k'],
  ['restore-asking', ['RESTORE-ASKING', 'k', '0', SCRAP], 'GET k'],
); // prettier-ignore

// ---- every type ----------------------------------------------------------------------------------------------------

const ENTRY_NODE = listpack(
  2,
  1,
  1,
  'f',
  0,
  2,
  0,
  0,
  'v1',
  4,
  3,
  1,
  0,
  'gone',
  4,
  0,
  4,
  2,
  2,
  'a',
  1,
  'b',
  2,
  8,
);
const STREAM: StreamParts = {
  nodes: [{ id: streamId(5, 1), block: ENTRY_NODE }],
  length: 2,
  last: [9, 3],
  first: [5, 1],
  deleted: [6, 1],
  added: 3,
  groups: [
    {
      name: 'group',
      last: [9, 3],
      read: 3,
      consumers: ['c1', 'c2', 'idle'],
      pending: [
        { id: streamId(5, 1), deliveredMs: 1_700_000_000_000, deliveries: 1, owner: 'c1' },
        { id: streamId(9, 3), deliveredMs: 1_700_000_000_000, deliveries: 7, owner: 'c2' },
      ],
    },
    { name: 'other', last: [0, 0], read: -1, consumers: [], pending: [] },
  ],
};
const STREAM_STEPS: readonly Step[] = [
  'XRANGE k - +', 'XPENDING k group', 'XADD k 9-4 f 1', 'XINFO STREAM k', 'XINFO GROUPS k',
  'XREADGROUP GROUP other me STREAMS k >', 'XACK k group 5-1 9-3', 'XDEL k 5-1', 'XRANGE k - +']; // prettier-ignore

const HASH = ['f', 'v', 'g', '17', 'long', LONG];
const MANY_PAIRS = numbered('f', 1000);
const MEMBERS = ['a', '12', '', LONG];
const SCORES = ['b', '-2', 'a', '1', 'c', '300000'];
const MANY_SCORES = numbered('m', 400).flatMap((member, i) => [member, String(i)]);
const RAW_INTEGERS = ['\xc0\x01\x80', '\xd0\x01\x02\x03\x80', '\xe0\x01\x02\x03\x04\x05\x06\x07\x80', '\xf0\x01\x02\x80',
  '\xfe\x80', '\xf1', '\xfd'].map((raw) => ({ raw })); // prettier-ignore
const scoreTexts = (all: readonly (readonly [string, string])[]): Buffer =>
  join(length(all.length), ...all.map(([member, score]) => join(text(member), text(score))));

/** Payloads with what may be asked of them besides, in forms that 7.0 reads. */
const VALUES: readonly (readonly [string, number, Buffer, ...Step[]])[] = [
  ['a string', 0, text('value')],
  ['an empty string', 0, text('')],
  ['every byte', 0, text(Buffer.from(ALL_BYTES))],
  ['a long string', 0, text('abc'.repeat(50_000)), 'STRLEN k', 'APPEND k d'],
  ['a string with a long length', 0, join('\x81', big(3), 'abc')],
  ['digits', 0, text('12345'), 'INCR k'],
  ['digits with a zero in front', 0, text('012'), 'OBJECT ENCODING k'],
  ['an integer of 8 bits', 0, join('\xc0\x85'), 'INCR k'],
  ['an integer of 16 bits', 0, join('\xc1\x85\x92'), 'INCR k'],
  ['an integer of 32 bits', 0, join('\xc2\x85\x12\x00\x80'), 'INCR k'],
  ['a compressed string', 0, join('\xc3\x05\x0a\x00a\xe0\x00\x00'), 'GET k'],
  ['a list of strings', 1, texts(MEMBERS), 'LRANGE k 0 -1', 'RPUSH k z', 'LPOP k'],
  ['a long list of strings', 1, texts(numbered('e', 5000)), 'LINDEX k 4321', 'LPUSH k 1'],
  ['a list of integers in strings', 1, join(length(3), '\xc0\x05', '\xc1\x85\x92', text('x')), 'LRANGE k 0 -1'],
  ['a list as a ziplist', 10, text(ziplist(...MEMBERS)), 'LRANGE k 0 -1', 'LREM k 1 12', 'RPUSH k 1'],
  ['a list of all integers of ziplists', 10, text(ziplist(...RAW_INTEGERS)), 'LRANGE k 0 -1'],
  ['a list as a ziplist of long entries', 10, text(ziplist(LONG, 'b', 'y'.repeat(20_000), 'c')), 'LRANGE k 0 -1'],
  ['a list of ziplists', 14, join(length(3), text(ziplist('a', '1')), text(ziplist()), text(ziplist(LONG))), 'LRANGE k 0 -1'],
  ['a list of listpacks', 18, join(length(2), '\x02', text(listpack('a', 1)), '\x02', text(listpack('b', -70_000))),
    'LRANGE k 0 -1', 'LINSERT k AFTER 1 z', 'LRANGE k 0 -1'],
  ['a list of one listpack', 18, join(length(1), '\x02', text(listpack('a', 1, LONG))), 'LPOP k', 'RPUSH k x'],
  ['a list with plain nodes', 18, join(length(3), '\x02', text(listpack('a')), '\x01', text('p'.repeat(9000)), '\x02', text(listpack(9))),
    'LRANGE k 0 -1', 'LSET k 1 small'],
  ['a list of a large listpack', 18, join(length(1), '\x02', text(listpack(...numbered('element', 3000)))), 'LINDEX k 2500', 'RPUSH k x'],
  ['a list of a listpack of digits in strings', 18, join(length(1), '\x02', text(listpack('12', 'x', '-7'))), 'LPOS k 12', 'LREM k 0 -7', 'LRANGE k 0 -1'],
  ['a set of strings', 2, texts(MEMBERS), 'SISMEMBER k 12', 'SADD k new', 'SREM k a'],
  ['a large set of strings', 2, texts(numbered('member', 3000)), 'SCARD k', 'SREM k member7'],
  ['a set of digits', 2, texts(['1', '-2', '300000']), 'SADD k 7', 'SISMEMBER k 300000'],
  ['a large set of digits', 2, texts(numbered('', 2000)), 'SISMEMBER k 1999'],
  ['a set of small integers', 11, text(integers(2, -5, 1, 700)), 'SADD k 100000', 'SISMEMBER k 700'],
  ['a set of larger integers', 11, text(integers(4, -70_000, 1, 70_000)), 'SREM k 1'],
  ['a set of the largest integers', 11, text(integers(8, -(2n ** 63n), 0, 2n ** 63n - 1n)), 'SADD k x'],
  ['a large set of integers', 11, text(integers(2, ...Array.from({ length: 1000 }, (_, i) => i))), 'SCARD k', 'SREM k 7'],
  ['a hash of strings', 4, texts(HASH, 2), 'HGET k g', 'HINCRBY k g 1', 'HDEL k f'],
  ['a large hash of strings', 4, texts(MANY_PAIRS, 2), 'HGET k f500', 'HLEN k'],
  ['a hash as a zipmap', 9, text(zipmap(HASH)), 'HGET k g', 'HSET k f 2', 'HLEN k'],
  ['a hash as a zipmap with unused bytes', 9, text(zipmap(['a', '1', 'b', ''], 3)), 'HGETALL k'],
  ['a hash as a ziplist', 13, text(ziplist(...HASH)), 'HGET k g', 'HDEL k f'],
  ['a large hash as a ziplist', 13, text(ziplist(...MANY_PAIRS)), 'HGET k f500'],
  ['a hash as a listpack', 16, text(listpack('f', 'v', 'g', 17)), 'HINCRBY k g 1', 'HGET k f'],
  ['a hash as a listpack of long strings', 16, text(listpack('f', LONG)), 'HGET k f'],
  ['a large hash as a listpack', 16, text(listpack(...MANY_PAIRS)), 'HGET k f500', 'HLEN k'],
  ['a sorted set with scores as text', 3, scoreTexts([['a', '1'], ['b', '-17'], ['c', '1000000']]), 'ZRANGE k 0 -1 WITHSCORES', 'ZADD k 5 d'],
  ['a sorted set with infinite scores as text', 3, join(length(2), text('a'), '\xfe', text('b'), '\xff'), 'ZRANGE k 0 -1 WITHSCORES'],
  ['a sorted set of doubles', 5, join(length(3), text('a'), double(3), text('b'), double(-1), text('c'), double(Infinity)), 'ZRANGE k 0 -1 WITHSCORES'],
  ['a large sorted set of doubles', 5, join(length(500), ...numbered('m', 500).map((m, i) => join(text(m), double(1000 - i)))), 'ZRANK k m7', 'ZREM k m7'],
  ['a sorted set as a ziplist', 12, text(ziplist(...SCORES)), 'ZRANGE k 0 -1 WITHSCORES', 'ZINCRBY k 5 a'],
  ['a large sorted set as a ziplist', 12, text(ziplist(...MANY_SCORES)), 'ZRANK k m77'],
  ['a sorted set as a listpack', 17, text(listpack('b', -2, 'a', 1, 'c', 300_000)), 'ZRANGE k 0 -1 WITHSCORES', 'ZADD k 0 z'],
  ['a large sorted set as a listpack', 17, text(listpack(...MANY_SCORES)), 'ZRANK k m77'],
  ['a stream of 5.0', 15, stream(1, STREAM), ...STREAM_STEPS],
  ['a stream of 7.0', 19, stream(2, STREAM), ...STREAM_STEPS],
  ['a stream without entries', 15, stream(1, { nodes: [], length: 0, last: [7, 7] }), 'XADD k 7-7 a b', 'XADD k 7-8 a b', 'XLEN k'],
  ['a stream of several nodes', 19, stream(2, {
    nodes: [{ id: streamId(5, 1), block: ENTRY_NODE }, { id: streamId(20, 0), block: ENTRY_NODE }], length: 4, last: [30, 0], first: [5, 1], added: 9 }),
    'XRANGE k - +', 'XREVRANGE k + - COUNT 3', 'XADD k 30-1 f 5', 'XTRIM k MAXLEN 2', 'XRANGE k - +'],
]; // prettier-ignore

/** Those that came with 7.2 and 7.4. */
const LATER_VALUES: typeof VALUES = [
  ['a set as a listpack', 20, text(listpack('a', 1, 'b')), 'SISMEMBER k 1', 'SADD k new', 'SREM k a'],
  ['a set as a listpack of digits', 20, text(listpack(1, 2, 3)), 'SADD k 4', 'SISMEMBER k 3'],
  ['a large set as a listpack', 20, text(listpack(...numbered('member', 400))), 'SCARD k', 'SREM k member7'],
  ['a set as a listpack of long members', 20, text(listpack('a', LONG)), ['SISMEMBER', 'k', LONG]],
  ['a stream of 7.2', 21, stream(3, STREAM), ...STREAM_STEPS],
  ['a hash with times, early', 22, join(length(2), length(4_000_000_000_000), text('f'), text('v'), length(0), text('g'), text('w')),
    'HPEXPIRETIME k FIELDS 2 f g', 'HGETALL k'],
  ['a hash with times', 24, join(little(4_000_000_000_000, 8), length(3), length(1), text('f'), text('v'), length(0), text('g'), text('w'),
    length(1001), text('h'), text(LONG)), 'HPEXPIRETIME k FIELDS 3 f g h', 'HMGET k f g h', 'HPERSIST k FIELDS 1 f'],
  ['a large hash with times', 24, join(little(4_000_000_000_000, 8), length(500), ...numbered('f', 500).map((f, i) => join(length(i), text(f), text('v')))),
    'HPEXPIRETIME k FIELDS 3 f0 f1 f499', 'HLEN k', 'HDEL k f3'],
  ['a hash as a listpack with times, early', 23, text(listpack('f', 'v', 4_000_000_000_000, 'g', 'w', 0)), 'HPEXPIRETIME k FIELDS 2 f g', 'HSET k f new', 'HGETALL k'],
  ['a hash as a listpack with times', 25, join(little(4_000_000_000_000, 8), text(listpack('f', 'v', 4_000_000_000_000, 'g', 'w', 0))),
    'HPEXPIRETIME k FIELDS 2 f g', 'HPERSIST k FIELDS 1 f', 'HGETALL k'],
  ['a sorted set of fractions', 5, join(length(2), text('a'), double(0.1), text('b'), double(-2.5)), 'ZRANGE k 0 -1 WITHSCORES'],
  ['a sorted set of fractions as a ziplist', 12, text(ziplist('a', '0.10000000000000001', 'b', '2.5')), 'ZRANGE k 0 -1 WITHSCORES'],
  ['a sorted set of fractions as a listpack', 17, text(listpack('a', '0.10000000000000001', 'b', '2.5')), 'ZRANGE k 0 -1 WITHSCORES'],
  ['a sorted set of fractions as text', 3, scoreTexts([['a', '1.5'], ['c', '1e+20'], ['d', '0.10000000000000001']]), 'ZRANGE k 0 -1 WITHSCORES'],
]; // prettier-ignore

/** Redis leaves these in a form that their sizes would not give them. */
const ODDLY_ENCODED = new Set([
  'a list as a ziplist',
  'a list of all integers of ziplists',
  'a hash as a ziplist',
  'a hash as a listpack of long strings',
  'a set as a listpack of long members',
]);

function valueCases(values: typeof VALUES, showsEncoding = false): DifferentialCase[] {
  return table(
    ...values.map(
      ([title, type, value, ...steps]) =>
        [
          `restore ${title}`,
          restore('k', '0', payload(type, value)),
          'TYPE k',
          ...(showsEncoding && !ODDLY_ENCODED.has(title) ? ['OBJECT ENCODING k'] : []),
          'DEBUG DIGEST-VALUE k',
          ...steps,
          'DEBUG DIGEST-VALUE k',
        ] as const,
    ),
  );
}

const EXPIRED_FIELD = join(little(1000, 8), text(listpack('f', 'v', 1000, 'g', 'w', 0)));
const EXPIRED_FIELDS = join(little(1000, 8), text(listpack('f', 'v', 1000)));
const expiredFieldCases = table(
  [
    'restore a hash of which a field has expired',
    restore('k', '0', payload(25, EXPIRED_FIELD)),
    'HGET k f',
    'HGET k g',
  ],
  ['restore a hash of which all has expired', restore('k', '0', payload(25, EXPIRED_FIELDS)), 'HGET k f'],
);

// ---- broken ones ---------------------------------------------------------------------------------------------------

const damaged = (block: Buffer, at: number, value: number): Buffer => {
  const copy = Buffer.from(block);
  copy[at < 0 ? copy.length + at : at] = value;
  return copy;
};
const withoutEntry = (change: Partial<StreamParts>): Buffer => stream(2, { ...STREAM, ...change });

/** Payloads that a server that looks closely refuses. */
const BROKEN: readonly (readonly [string, number, Buffer])[] = [
  ['a string cut short', 0, join(length(40), 'abc')],
  ['a string of an unknown form', 0, join('\xc4')],
  ['a string of a huge length', 0, join('\x81', big(2n ** 60n))],
  ['a compressed string that is not', 0, join('\xc3\x02\x0a\xff\xff')],
  ['a compressed string that says it is longer', 0, join('\xc3', length(64), length(64 * 88), '\0'.repeat(64))],
  ['a list without elements', 1, length(0)],
  ['a list of fewer elements', 1, join(length(5), text('a'))],
  ['a list as a ziplist without elements', 10, text(ziplist())],
  ['a ziplist with a wrong length', 10, text(damaged(ziplist('a', 'b'), 0, 3))],
  ['a ziplist with a wrong tail', 10, text(damaged(ziplist('a', 'b'), 4, 60))],
  ['a ziplist with a wrong count', 10, text(damaged(ziplist('a', 'b'), 8, 9))],
  ['a ziplist without an end', 10, text(damaged(ziplist('a', 'b'), -1, 0))],
  ['a ziplist with an entry beyond it', 10, text(damaged(ziplist('a', 'b'), 11, 63))],
  ['a ziplist with a wrong way back', 10, text(damaged(ziplist('a', 'b'), 13, 9))],
  ['a list of nodes of an unknown kind', 18, join(length(1), '\x03', text(listpack('a')))],
  ['a list of no nodes', 18, length(0)],
  ['a listpack with a wrong length', 18, join(length(1), '\x02', text(damaged(listpack('a'), 0, 90)))],
  ['a listpack with a wrong way back', 18, join(length(1), '\x02', text(damaged(listpack('a', 'b'), 8, 9)))],
  ['a listpack with a wrong count', 18, join(length(1), '\x02', text(damaged(listpack('a', 'b'), 4, 9)))],
  ['a set with a member twice', 2, texts(['a', 'b', 'a'])],
  ['a set without members', 2, length(0)],
  ['integers out of order', 11, text(integers(2, 3, 1))],
  ['integers with one twice', 11, text(integers(2, 1, 1))],
  ['no integers', 11, text(integers(2))],
  ['integers of an unknown width', 11, text(integers(3, 1))],
  ['integers cut short', 11, text(integers(2, 1, 2).subarray(0, -1))],
  ['a hash with a field twice', 4, texts(['f', '1', 'f', '2'], 2)],
  ['a zipmap with a field twice', 9, text(zipmap(['f', '1', 'f', '2']))],
  ['a zipmap cut short', 9, text(zipmap(['f', '1']).subarray(0, -1))],
  ['a ziplist with a field twice', 13, text(ziplist('f', '1', 'f', '2'))],
  ['a ziplist with a field without a value', 13, text(ziplist('f', '1', 'g'))],
  ['a listpack with a field twice', 16, text(listpack('f', 1, 'f', 2))],
  ['a listpack with a field without a value', 16, text(listpack('f', 1, 'g'))],
  ['a sorted set with a member twice', 5, join(length(2), text('a'), double(1), text('a'), double(2))],
  ['a score that is no number', 5, join(length(1), text('a'), double(NaN))],
  ['a score that is no number as text', 3, join(length(1), text('a'), '\xfd')],
  ['a ziplist with a member twice', 12, text(ziplist('a', '1', 'a', '2'))],
  ['a listpack with a member twice', 17, text(listpack('a', 1, 'a', 2))],
  ['a listpack with a member without a score', 17, text(listpack('a'))],
  ['a stream with a node without an identifier', 19, withoutEntry({ nodes: [{ id: Buffer.from('short'), block: ENTRY_NODE }] })],
  ['a stream with a node that is none', 19, withoutEntry({ nodes: [{ id: streamId(5, 1), block: listpack('a') }] })],
  ['a stream with a wrong count of entries', 19, withoutEntry({ nodes: [{ id: streamId(5, 1), block: listpack(3, 1, 1, 'f', 0, 2, 0, 0, 'v1', 4) }] })],
  ['a stream with an entry pending for nobody', 19, withoutEntry({ groups: [{ name: 'g', last: [0, 0], consumers: [], pending: [
    { id: streamId(5, 1), deliveredMs: 1, deliveries: 1, owner: 'nobody' }] }] })],
  ['a stream with an entry pending twice', 19, withoutEntry({ groups: [{ name: 'g', last: [0, 0], consumers: ['c'], pending: [
    { id: streamId(5, 1), deliveredMs: 1, deliveries: 1, owner: 'c' }, { id: streamId(5, 1), deliveredMs: 1, deliveries: 1, owner: 'c' }] }] })],
  ['a stream with a group twice', 19, withoutEntry({ groups: [{ name: 'g', last: [0, 0], consumers: [], pending: [] },
    { name: 'g', last: [0, 0], consumers: [], pending: [] }] })],
  ['a stream with a consumer twice', 19, withoutEntry({ groups: [{ name: 'g', last: [0, 0], consumers: ['c', 'c'], pending: [] }] })],
  ['a value of a module', 7, join(length(123_456), length(0))],
  ['an unknown type', 8, text('x')],
]; // prettier-ignore

const brokenCases = table(
  ...BROKEN.map(
    ([title, type, value]) =>
      [
        `restore broken: ${title}`,
        'SET k old',
        restore('k', '0', payload(type, value), 'REPLACE'),
        'GET k',
      ] as const,
  ),
);

/** Run these against servers that look at payloads closely (sanitize-dump-payload yes). */
export const restoreCases: DifferentialCase[] = [
  ...commandCases,
  ...valueCases(VALUES),
  ...brokenCases,
  ...likeRedis8([...valueCases([...VALUES, ...LATER_VALUES], true), ...expiredFieldCases]),
];
