/** How often commands count as uses of the keys that they name, and which of them end a key's idle time. */
import { counted, refreshed } from '../../support/key-uses.js';
import type { DifferentialCase } from '../../support/server-pair.js';
import { likeRedis8 } from '../../support/tables.js';
import type { Step } from '../../support/steps.js';

/** Commands behind the same setup, each of which is looked at. */
interface Uses {
  readonly title: string;
  readonly setup: readonly string[];
  readonly lines: readonly string[];
}

const uses: readonly Uses[] = [
  {
    title: 'strings',
    setup: ['MSET a 1 b text n 5 long "a longer text than would be embedded in an object of a string"'],
    lines: [
      'GET a', 'SET a 2', 'SET b x', 'SET b y KEEPTTL', 'SET b x EX 100', 'SET b y XX', 'SET b z NX', 'SET new z NX',
      'SET none z XX', 'SET b z GET', 'SET b z XX GET', 'SET b z NX GET', 'SET other z GET', 'SET other z NX GET',
      'GETSET b y', 'GETSET fresh y', 'SETEX b 100 z', 'PSETEX b 100000 z', 'SETNX b q', 'SETNX another q', 'GETEX b',
      'GETEX b EX 50', 'GETEX b PXAT 99999999999999', 'GETEX b PERSIST', 'GETEX b PERSIST', 'APPEND b z', 'APPEND a z',
      'APPEND appended z', 'STRLEN b', 'SETRANGE b 1 abc', 'SETRANGE b 100 abc', 'SETRANGE n 1 7', 'SETRANGE b 0 ""',
      'SETRANGE ranged 3 x', 'GETRANGE b 0 1', 'SUBSTR b 0 1', 'INCR n', 'INCR counter', 'INCR b', 'DECR n', 'INCRBY n 5',
      'DECRBY n 2', 'INCRBYFLOAT n 1.5', 'INCRBYFLOAT n 1', 'INCRBYFLOAT float 1.5', 'MGET a b none', 'MGET a a',
      'MSET a 1 b 2', 'MSET b 1 b 2', 'MSETNX a 1 b 2', 'MSETNX b1 1 b2 2', 'LCS a b', 'LCS a a', 'LCS a b LEN',
      'LCS long b IDX', 'GETDEL a', 'SET long ""', 'TYPE b', 'TTL b', 'PTTL b', 'EXPIRETIME b', 'PEXPIRETIME b',
      'EXISTS b', 'EXISTS b b', 'TOUCH b', 'TOUCH b b n', 'DUMP b', 'OBJECT ENCODING b', 'OBJECT REFCOUNT b',
      'OBJECT FREQ b', 'OBJECT IDLETIME b', 'MEMORY USAGE b', 'DEBUG OBJECT b', 'EXPIRE b 1000', 'PEXPIRE b 1000000',
      'EXPIRE b 10 GT', 'EXPIREAT b 9999999999', 'PEXPIREAT b 9999999999999', 'PERSIST b', 'PERSIST b', 'RANDOMKEY',
      'SCAN 0', 'KEYS *', 'LPUSH b x', 'DEL none', 'UNLINK n', 'WATCH b',
    ],
  },
  {
    title: 'bits',
    setup: ['MSET k foobar l foo n 12 d xyzxyzxyz', 'RPUSH list a'],
    lines: [
      'GETBIT k 3', 'SETBIT k 3 1', 'SETBIT k 3 1', 'SETBIT n 3 1', 'SETBIT new 3 1', 'SETBIT k 800 1', 'BITCOUNT k',
      'BITCOUNT k 0 1', 'BITCOUNT k 0 1 BIT', 'BITPOS k 1', 'BITPOS k 1 2 3', 'BITOP AND d k l', 'BITOP NOT d l',
      'BITOP OR dest k l', 'BITOP XOR k k l', 'BITOP AND d none', 'BITOP AND list k l', 'BITFIELD k GET u8 0',
      'BITFIELD k GET u8 0 GET u8 8', 'BITFIELD k SET u8 0 7', 'BITFIELD k SET u8 0 7 GET u8 0 INCRBY u8 8 1',
      'BITFIELD field SET u8 0 7 GET u8 0', 'BITFIELD k SET u8 80000 7', 'BITFIELD k OVERFLOW FAIL INCRBY u2 0 100',
      'BITFIELD_RO k GET u8 0', 'BITFIELD_RO k GET u8 0 GET i9 3', 'BITFIELD k',
    ],
  },
  {
    title: 'HyperLogLogs',
    setup: ['PFADD h a b c', 'PFADD i c d', 'PFADD j e', 'SET s x'],
    lines: [
      'PFADD h a', 'PFADD h d e f g', 'PFADD h', 'PFADD new a b c', 'PFADD empty', 'PFCOUNT h', 'PFCOUNT h', 'PFCOUNT h i',
      'PFCOUNT h h', 'PFMERGE h i', 'PFMERGE h i j', 'PFMERGE h', 'PFMERGE dest h i', 'PFMERGE i i j', 'PFADD s x',
      'PFCOUNT s', 'PFDEBUG ENCODING h', 'PFDEBUG GETREG h', 'PFDEBUG TODENSE i', 'PFADD i x y z',
    ],
  },
  {
    title: 'lists',
    setup: ['RPUSH k a b c d e f', 'RPUSH l 1 2 3', 'SET s x'],
    lines: [
      'LPUSH k x', 'RPUSH k x y', 'LPUSHX k x', 'RPUSHX k x', 'LPUSHX none x', 'RPUSH new a b', 'LLEN k', 'LINDEX k 0',
      'LRANGE k 0 -1', 'LSET k 0 z', 'LSET k 100 z', 'LINSERT k BEFORE b x', 'LINSERT k AFTER none x', 'LREM k 1 x',
      'LREM k 1 none', 'LPOS k b', 'LTRIM k 0 100', 'LTRIM k 0 5', 'LPOP k', 'RPOP k', 'LPOP k 2', 'RPOP k 1',
      'LMOVE k l LEFT RIGHT', 'LMOVE k k LEFT RIGHT', 'LMOVE k target LEFT LEFT', 'LMOVE k s LEFT LEFT', 'RPOPLPUSH k l',
      'RPOPLPUSH l l', 'LMPOP 1 l LEFT', 'LMPOP 2 none l LEFT', 'LMPOP 2 l k LEFT COUNT 1', 'BLPOP l 1', 'BLPOP none k 1',
      'BRPOP k 1', 'RPUSH k a b c', 'BLMOVE k l LEFT LEFT 1', 'BRPOPLPUSH k l 1', 'BLMPOP 1 2 none l LEFT', 'LLEN s',
      'LPUSH s x',
    ],
  },
  {
    title: 'sets',
    setup: ['SADD k a b c d e f', 'SADD i 1 2 3', 'SADD l c d', 'SET s x'],
    lines: [
      'SADD k x', 'SADD k x', 'SADD i 4', 'SADD i word', 'SADD new a', 'SREM k x', 'SREM k none', 'SCARD k', 'SISMEMBER k a',
      'SMISMEMBER k a b none', 'SMEMBERS k', 'SRANDMEMBER k', 'SRANDMEMBER k 2', 'SRANDMEMBER k -20', 'SSCAN k 0',
      'SSCAN k 0 COUNT 100', 'SMOVE k l a', 'SMOVE k l none', 'SMOVE k k b', 'SMOVE k target b', 'SMOVE none l a',
      'SMOVE k s a', 'SINTER k l', 'SINTER k k', 'SINTERCARD 2 k l', 'SUNION k l i', 'SDIFF k l', 'SINTERSTORE d k l',
      'SINTERSTORE d k l', 'SUNIONSTORE d k l', 'SUNIONSTORE k k l', 'SDIFFSTORE d k i', 'SDIFFSTORE d none i',
      'SPOP i', 'SPOP k 2', 'SPOP k 0', 'SCARD s', 'SADD s x',
    ],
  },
  {
    title: 'hashes',
    setup: ['HSET k a 1 b 2 c text', 'HSET l x 1', 'SET s x'],
    lines: [
      'HSET k a 2', 'HSET k d 2 e 3', 'HSET new d 2', 'HMSET k a 3', 'HSETNX k a 1', 'HSETNX k z 1', 'HGET k a', 'HGET k no',
      'HMGET k a b none', 'HGETALL k', 'HKEYS k', 'HVALS k', 'HLEN k', 'HSTRLEN k a', 'HEXISTS k a', 'HINCRBY k b 1',
      'HINCRBYFLOAT k b 1.5', 'HINCRBY k c 1', 'HINCRBY k n 1', 'HRANDFIELD k', 'HRANDFIELD k 2 WITHVALUES',
      'HRANDFIELD k -20', 'HSCAN k 0', 'HSCAN k 0 COUNT 100', 'HDEL k a', 'HDEL k none', 'HDEL l x', 'HGET s a', 'HSET s a 1',
    ],
  },
  {
    title: 'sorted sets',
    setup: ['ZADD k 1 a 2 b 3 c 4 d 5 e', 'ZADD l 1 a 2 x', 'SET s x'],
    lines: [
      'ZADD k 1 a', 'ZADD k 7 a', 'ZADD k NX 8 a', 'ZADD k INCR 1 a', 'ZADD new 1 a', 'ZADD none XX 1 a', 'ZINCRBY k 1 a',
      'ZREM k e', 'ZREM k none', 'ZCARD k', 'ZSCORE k a', 'ZMSCORE k a b none', 'ZRANK k a', 'ZREVRANK k a', 'ZRANGE k 0 -1',
      'ZRANGE k 0 10 BYSCORE', 'ZRANGE k - + BYLEX', 'ZREVRANGE k 0 -1', 'ZRANGEBYSCORE k 0 10', 'ZRANGEBYLEX k - +',
      'ZREVRANGEBYSCORE k 10 0', 'ZREVRANGEBYLEX k + -', 'ZCOUNT k 0 10', 'ZLEXCOUNT k - +', 'ZRANDMEMBER k',
      'ZRANDMEMBER k 2 WITHSCORES', 'ZRANDMEMBER k -20', 'ZSCAN k 0', 'ZSCAN k 0 COUNT 100', 'ZRANGESTORE d k 0 -1',
      'ZRANGESTORE d k 0 1', 'ZRANGESTORE k k 0 -1', 'ZUNION 2 k l', 'ZINTER 2 k l', 'ZDIFF 2 k l', 'ZINTERCARD 2 k l',
      'ZUNIONSTORE d 2 k l', 'ZUNIONSTORE k 2 k l', 'ZINTERSTORE d 2 k l', 'ZDIFFSTORE d 2 k l', 'ZDIFFSTORE d 2 none l',
      'ZPOPMIN k', 'ZPOPMAX k', 'ZPOPMIN k 0', 'ZADD k 1 a 2 b 3 c 4 d 5 e', 'ZMPOP 1 k MIN', 'ZMPOP 2 none k MAX',
      'ZADD k 1 a 2 b 3 c 4 d 5 e',
      'ZREMRANGEBYRANK k 0 0', 'ZREMRANGEBYSCORE k 2 2', 'ZREMRANGEBYLEX k [x [y', 'ZCARD s', 'ZADD s 1 a',
    ],
  },
  {
    title: 'places',
    setup: ['GEOADD k 13.361389 38.115556 Palermo 15.087269 37.502669 Catania', 'GEOADD l 1 1 x', 'SET s x'],
    lines: [
      'GEOADD k 13.5 38.1 z', 'GEOADD new 1 1 x', 'GEOPOS k Palermo', 'GEOPOS k Palermo Catania', 'GEOHASH k Palermo',
      'GEODIST k Palermo Catania', 'GEORADIUS k 15 37 200 km', 'GEORADIUS_RO k 15 37 200 km WITHDIST',
      'GEORADIUSBYMEMBER k Palermo 200 km', 'GEORADIUSBYMEMBER_RO k Palermo 200 km', 'GEORADIUS k 15 37 200 km STORE d',
      'GEORADIUS k 15 37 200 km STOREDIST d', 'GEORADIUSBYMEMBER k Palermo 200 km STORE k', 'GEORADIUS k 1 1 1 km STORE d',
      'GEOSEARCH k FROMLONLAT 15 37 BYRADIUS 200 km', 'GEOSEARCH k FROMMEMBER Palermo BYBOX 200 200 km ASC COUNT 1',
      'GEOSEARCHSTORE d k FROMLONLAT 15 37 BYRADIUS 200 km', 'GEOSEARCHSTORE d k FROMMEMBER Palermo BYRADIUS 900 km',
      'GEOSEARCHSTORE k k FROMMEMBER Palermo BYRADIUS 900 km', 'GEOSEARCH k FROMMEMBER none BYRADIUS 200 km',
      'GEOSEARCH s FROMMEMBER a BYRADIUS 1 km', 'GEOSEARCH k FROMLONLAT 15 37 BYRADIUS 200 parsecs',
    ],
  },
  {
    title: 'streams',
    setup: ['XADD k 1-1 a b', 'XADD k 2-1 a b', 'XADD k 3-1 a b', 'XADD l 1-1 a b', 'SET s x'],
    lines: [
      'XADD k 4-1 a b', 'XADD k 0-1 a b', 'XADD k MAXLEN 100 5-1 a b', 'XADD new 1-1 a b', 'XADD none NOMKSTREAM 1-1 a b',
      'XLEN k', 'XRANGE k - +', 'XREVRANGE k + -', 'XREAD STREAMS k 0', 'XREAD STREAMS k $', 'XREAD STREAMS k 99',
      'XREAD STREAMS k l 0 0', 'XREAD STREAMS k k 0 0', 'XREAD BLOCK 1 STREAMS k 0', 'XREAD BLOCK 1 STREAMS k l 99 0',
      'XDEL k 4-1', 'XDEL k 4-1', 'XTRIM k MAXLEN 100', 'XTRIM k MINID 2', 'XSETID k 9-1', 'XGROUP CREATE k g 0',
      'XGROUP CREATE k g 0', 'XGROUP CREATE made g 0 MKSTREAM', 'XGROUP SETID k g 0', 'XGROUP CREATECONSUMER k g c',
      'XREADGROUP GROUP g c COUNT 1 STREAMS k >', 'XREADGROUP GROUP g c COUNT 1 STREAMS k 0',
      'XREADGROUP GROUP g d COUNT 1 STREAMS k >', 'XREADGROUP GROUP g d BLOCK 1 STREAMS k >', 'XREADGROUP GROUP g d STREAMS k >',
      'XPENDING k g', 'XPENDING k g - + 10', 'XPENDING k g - + 10 c', 'XCLAIM k g d 0 2-1', 'XAUTOCLAIM k g d 0 0',
      'XACK k g 2-1', 'XACK k g 2-1', 'XACK k none 2-1', 'XINFO STREAM k', 'XINFO STREAM k FULL', 'XINFO GROUPS k',
      'XINFO CONSUMERS k g', 'XGROUP DELCONSUMER k g c', 'XGROUP DESTROY k g', 'XLEN s', 'XADD s * a b',
    ],
  },
  {
    title: 'sorting',
    setup: [
      'RPUSH k b a c a b', 'MSET w_a 3 w_b 2 w_c 1', 'HSET o_a f x', 'RPUSH d old', 'SET s x', 'SADD z 3 1 2', 'ZADD y 1 1 2 2',
    ],
    lines: [
      'SORT k ALPHA', 'SORT k ALPHA LIMIT 0 1', 'SORT k BY w_*', 'SORT k BY w_* GET # GET o_*->f GET w_*', 'SORT k BY nosort',
      'SORT_RO k BY w_*', 'SORT k ALPHA STORE d', 'SORT k BY w_* STORE d', 'SORT k BY w_* STORE new', 'SORT none STORE d',
      'SORT k ALPHA STORE k', 'SORT z', 'SORT y DESC STORE s',
    ],
  },
  {
    title: 'keys',
    setup: ['MSET a 1 b 2 c 3 e 5', 'RPUSH l 1 2 3', 'SADD s a', 'GET a', 'GET a', 'GET b'],
    lines: [
      'COPY a b', 'COPY a d', 'COPY a b REPLACE', 'COPY a a', 'COPY l m', 'COPY l m REPLACE', 'COPY none m', 'RENAME a b',
      'RENAME b b', 'RENAMENX b c', 'RENAMENX b b', 'RENAMENX b f', 'RENAME l m', 'RENAME none m', 'MOVE f 9', 'COPY c e DB 9',
      'COPY c e DB 9', 'COPY c e DB 9 REPLACE', 'MOVE e 9', 'MOVE s 9', 'SWAPDB 0 9', 'GET e', 'SWAPDB 0 9',
      'RESTORE r 0 "\\x00\\xc0\\x01\\n\\x00\\xb0\\x95\\x8f6$T-o"', 'RESTORE r 0 "bad"',
    ],
  },
  {
    title: 'many keys',
    setup: [
      'MSET 1 x 2 x 3 x 4 x 5 x 6 x 7 x 8 x 9 x 10 x 11 x 12 x', ...range('SADD s% a b', 12), ...range('ZADD z% 1 a 2 b', 12),
      ...range('PFADD h% a b', 12), ...range('RPUSH l% a b', 12),
    ],
    lines: [
      `MGET ${names('', 12)}`, `EXISTS ${names('', 12)}`, `TOUCH ${names('', 12)}`, `SUNION ${names('s', 12)}`,
      `SINTER ${names('s', 12)}`, `SDIFF ${names('s', 12)}`, `SUNIONSTORE d ${names('s', 12)}`, `SINTERCARD 12 ${names('s', 12)}`,
      `ZUNION 12 ${names('z', 12)}`, `ZINTERSTORE d 12 ${names('z', 12)}`, `ZDIFF 12 ${names('z', 12)}`,
      `PFCOUNT ${names('h', 12)}`, `PFMERGE h1 ${names('h', 12)}`, `BITOP OR d ${names('', 12)}`, `MSETNX n 1 ${names('', 11)}`,
      `LMPOP 12 ${names('l', 12)} LEFT`, `BLPOP ${names('l', 12)} 1`, `DEL ${names('', 6)}`,
    ],
  },
]; // prettier-ignore

function range(line: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => line.replace('%', String(i + 1)));
}

function names(prefix: string, count: number): string {
  return range(`${prefix}%`, count).join(' ');
}

const pipelined: Uses = {
  title: 'commands of a pipeline',
  setup: [
    'MSET a 1 b 2', 'RPUSH l a b c d', 'SADD s a b c', 'HSET h a 1 b 2', 'ZADD z 1 a 2 b', 'PFADD p a', 'XADD x 1-1 a b',
    'RPUSH other x', 'SADD t x', 'GEOADD g 1 1 a',
  ],
  lines: [
    'GET a', 'SET a 1', 'INCR a', 'APPEND b x', 'STRLEN b', 'SETRANGE b 0 xyz', 'GETRANGE b 0 1', 'MGET a b', 'MSET a 1 b 2',
    'SETBIT b 1 1', 'GETBIT b 1', 'LPUSH l x', 'RPUSH l x', 'LRANGE l 0 -1', 'LINDEX l 0', 'LPOP l', 'RPOP l', 'LLEN l',
    'LMOVE l other LEFT LEFT', 'SADD s x', 'SADD s a', 'SISMEMBER s a', 'SMEMBERS s', 'SCARD s', 'SMOVE s t a', 'SREM s none',
    'SPOP s', 'HSET h a 1', 'HGET h a', 'HMGET h a b', 'HGETALL h', 'HINCRBY h a 1', 'HEXISTS h a', 'HDEL h none', 'ZADD z 1 a',
    'ZINCRBY z 1 a', 'ZSCORE z a', 'ZRANK z a', 'ZRANGE z 0 -1', 'ZCARD z', 'ZREM z none', 'ZPOPMIN z', 'PFADD p a', 'PFCOUNT p',
    'XADD x * a b', 'XLEN x', 'XRANGE x - +', 'GEOPOS g a', 'GEODIST g a a', 'TYPE b', 'EXISTS b', 'TTL b', 'EXPIRE b 100',
    'TOUCH b', 'BITFIELD b GET u8 0 GET u8 8', 'BITCOUNT b', 'SET b 1 NX', 'SETNX b 1', 'SETEX b 100 x', 'GETSET b x',
  ],
}; // prettier-ignore
const PIPELINED = 8;

const fieldTimes: Uses = {
  title: 'fields that expire',
  setup: ['HSET k a 1 b 2 c 3 d 4', 'SET s x'],
  lines: [
    'HEXPIRE k 1000 FIELDS 1 a', 'HPEXPIRE k 1000000 NX FIELDS 2 a b', 'HEXPIREAT k 9999999999 FIELDS 1 c',
    'HTTL k FIELDS 2 a none', 'HPTTL k FIELDS 1 a', 'HEXPIRETIME k FIELDS 1 a', 'HPEXPIRETIME k FIELDS 1 a',
    'HPERSIST k FIELDS 1 a', 'HPERSIST k FIELDS 1 a', 'HGETEX k FIELDS 1 a', 'HGETEX k EX 100 FIELDS 2 a b',
    'HGETEX k PERSIST FIELDS 1 a', 'HGETDEL k FIELDS 1 a', 'HGETDEL k FIELDS 1 a', 'HSETEX k EX 100 FIELDS 1 e 5',
    'HSETEX k FNX FIELDS 1 e 5', 'HSETEX new FIELDS 1 e 5', 'HSETEX none FXX FIELDS 1 e 5', 'HGET k b', 'HEXPIRE k 0 FIELDS 1 b',
    'HTTL s FIELDS 1 a', 'HGETDEL s FIELDS 1 a', 'HEXPIRE s 1000 FIELDS 1 a',
  ],
}; // prettier-ignore

const untouched: readonly string[] = [
  'GET a', 'SET a 2', 'SET a 2 XX', 'SET a x GET', 'SET new x', 'MSET a 1 b 2', 'APPEND b x', 'SETRANGE b 0 x', 'INCR a',
  'INCRBYFLOAT a 1', 'GETEX a', 'GETEX a PERSIST', 'SETBIT b 1 1', 'BITFIELD b SET u8 0 1', 'BITOP OR b a b', 'PFADD p x', 'PFCOUNT p',
  'RPUSH l x', 'LPOP l', 'LMOVE l l LEFT RIGHT', 'LSET l 0 x', 'LRANGE l 0 -1', 'SADD s x', 'SMEMBERS s', 'SREM s x',
  'SUNIONSTORE s s', 'HSET h a 2', 'HSET h c 2', 'HGET h a', 'HDEL h c', 'HINCRBY h a 1', 'ZADD z 5 a', 'ZADD z 5 c', 'ZSCORE z a',
  'ZRANGE z 0 -1', 'ZREM z c', 'XADD x * a b', 'XLEN x', 'XREAD STREAMS x 0', 'SORT l ALPHA', 'SORT l ALPHA STORE l', 'TOUCH a b',
  'EXISTS a', 'TYPE a', 'EXPIRE a 100', 'TTL a', 'PERSIST a', 'DUMP a', 'OBJECT ENCODING a', 'COPY a copied', 'COPY a copied REPLACE',
  'MOVE s 9', 'DEBUG OBJECT b', 'MEMORY USAGE b', 'CLIENT NO-TOUCH OFF', 'GET b', 'APPEND b x',
]; // prettier-ignore

function underLfu({ title, setup, lines }: Uses, times = 1): DifferentialCase {
  const looks = lines.map((line) => counted(line, times));
  return {
    title: `LFU: ${title}`,
    steps: ['CONFIG SET maxmemory-policy allkeys-lfu', ...setup, ...looks],
  };
}

function underLru({ title, setup, lines }: Uses): DifferentialCase {
  return {
    title: `LRU: ${title}`,
    steps: ['CONFIG SET maxmemory-policy allkeys-lru', ...setup, ...lines.map(refreshed)],
  };
}

function withoutTouching(policy: string, look: (line: string) => Step): DifferentialCase {
  const setup = 'MSET a 1 b text|PFADD p a|RPUSH l 1|SADD s a|HSET h a 1|ZADD z 1 a 2 b|XADD x 1-1 a b'.split(
    '|',
  );
  return {
    title: `CLIENT NO-TOUCH under ${policy}`,
    steps: [
      `CONFIG SET maxmemory-policy ${policy}`,
      ...setup,
      'CLIENT NO-TOUCH ON',
      ...untouched.map(look),
      'CLIENT NO-TOUCH OFF',
    ],
    reference: '8.0',
  };
}

// What is looked at is the same in both protocols, so most of it is looked at in one.
const inOneProtocol: readonly DifferentialCase[] = [
  ...uses.map((some) => underLfu(some)),
  ...uses.map(underLru),
  ...likeRedis8([underLru(fieldTimes)]),
  withoutTouching('allkeys-lru', refreshed),
];

export const keyUsesCases: readonly DifferentialCase[] = [
  ...inOneProtocol.map((one): DifferentialCase => ({ ...one, protocols: [2] })),
  underLfu(pipelined, PIPELINED),
  ...likeRedis8([underLfu(fieldTimes)]),
  withoutTouching('allkeys-lfu', counted),
];
