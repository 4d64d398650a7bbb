/** Memory: what is refused and what leaves when there is too little, and MEMORY. */
import { parseReply, textOf, type Reply } from '../../support/reply.js';
import type { DifferentialCase } from '../../support/server-pair.js';
import { onConnection, pipeline, type Action, type Step } from '../../support/steps.js';
import { each, table } from '../../support/tables.js';

const UNLIMITED = 'CONFIG SET maxmemory 0 maxmemory-policy noeviction';

/** Data of every kind, under the name of its kind. */
const DATA = [
  'SET string hello', 'SET number 10', 'SET float 1.5', 'SETEX volatile 1000 v', 'RPUSH list a b c', 'SADD set a b c',
  'SADD set2 b c d', 'SADD set3 z', 'HSET hash f v n 1', 'ZADD zset 1 a 2 b', 'XADD stream 1-1 f v', 'XGROUP CREATE stream g 0',
  'PFADD hll a b', 'GEOADD geo 13.361389 38.115556 Palermo',
]; // prettier-ignore

/** Commands of which Redis says that they may need memory. */
const NEED_MEMORY = [
  'SET k v', 'SET string v XX KEEPTTL', 'SETNX k v', 'SETEX k 10 v', 'PSETEX k 1000 v', 'GETSET string v', 'MSET a 1 b 2',
  'MSETNX a 1 b 2', 'APPEND string x', 'SETRANGE string 0 x', 'INCR number', 'INCRBY number 2', 'DECR number',
  'DECRBY number 2', 'INCRBYFLOAT float 1', 'SETBIT bits 1 1', 'BITFIELD bits SET u8 0 1', 'BITOP NOT dest string',
  'LPUSH list x', 'RPUSH list x', 'LPUSHX list x', 'RPUSHX list x', 'LINSERT list BEFORE b x', 'LSET list 0 x',
  'RPOPLPUSH list list2', 'LMOVE list list2 LEFT RIGHT', 'SADD set x', 'SINTERSTORE dest set set2',
  'SUNIONSTORE dest set set2', 'SDIFFSTORE dest set set2', 'HSET hash f x', 'HSETNX hash x x', 'HMSET hash f x',
  'HINCRBY hash n 1', 'HINCRBYFLOAT hash n 1', 'ZADD zset 3 c', 'ZINCRBY zset 1 a', 'ZRANGESTORE dest zset 0 -1',
  'ZUNIONSTORE dest 1 zset', 'ZINTERSTORE dest 1 zset', 'ZDIFFSTORE dest 1 zset', 'XADD stream * f v',
  'XGROUP CREATE stream g2 0', 'XGROUP CREATECONSUMER stream g c', 'XSETID stream 2-2', 'PFADD hll c',
  'PFMERGE dest hll', 'GEOADD geo 15.087269 37.502669 Catania', 'GEOSEARCHSTORE dest geo FROMMEMBER Palermo BYRADIUS 9 km',
  'GEORADIUS geo 13 38 100 km STORE dest', 'SORT list ALPHA STORE dest', 'COPY string string2',
]; // prettier-ignore

/** Commands that go on: they read, remove, or change where it is. */
const NEED_NONE = [
  'GET string', 'GETDEL string', 'GETEX float PERSIST', 'STRLEN string', 'DEL string', 'UNLINK float', 'EXPIRE number 100',
  'PERSIST volatile', 'RENAME number number2', 'RENAMENX number2 number', 'LPOP list', 'RPOP list', 'LREM list 0 b',
  'LTRIM list 0 0', 'SREM set a', 'SPOP set3 1', 'SMOVE set set2 b', 'HDEL hash f', 'ZREM zset a', 'ZPOPMIN zset',
  'ZREMRANGEBYRANK zset 0 -1', 'XDEL stream 1-1', 'XTRIM stream MAXLEN 0', 'XREADGROUP GROUP g c STREAMS stream >',
  'XACK stream g 1-1', 'XGROUP DESTROY stream g', 'PFCOUNT hll', 'TOUCH number', 'MOVE number 3', 'SWAPDB 0 5', 'SWAPDB 0 5',
  'DBSIZE', 'PING', 'MULTI', 'DISCARD', 'FLUSHDB', 'SET', 'SET a', 'BOGUS',
]; // prettier-ignore

/** Names and kinds of a map's fields that the reference has; more may be there. */
const STATS_FIELDS = [
  'peak.allocated', 'total.allocated', 'startup.allocated', 'replication.backlog', 'clients.slaves', 'clients.normal',
  'cluster.links', 'aof.buffer', 'lua.caches', 'functions.caches', 'db.0', 'db.3', 'overhead.total', 'keys.count',
  'keys.bytes-per-key', 'dataset.bytes', 'dataset.percentage', 'peak.percentage', 'allocator.allocated',
  'allocator.active', 'allocator.resident', 'allocator-fragmentation.ratio', 'allocator-fragmentation.bytes',
  'allocator-rss.ratio', 'allocator-rss.bytes', 'rss-overhead.ratio', 'rss-overhead.bytes', 'fragmentation',
  'fragmentation.bytes',
]; // prettier-ignore

function shapeOf(reply: Reply): string {
  if (reply.items === undefined)
    return /^-?\d+(\.\d+)?$/.test(textOf(reply) ?? '') ? reply.type : 'no number';
  return `${reply.type}(${reply.items.map((item, i) => (i % 2 === 0 ? textOf(item) : shapeOf(item))).join(' ')})`;
}

const memoryStats: Action = {
  label: 'MEMORY STATS (fields of the reference, in its order)',
  commands: ['MEMORY STATS'],
  run: async ({ connection }) => {
    const reply = parseReply(await connection.command('MEMORY', 'STATS'));
    const items = reply.items ?? [];
    const lines: string[] = [reply.type];
    for (let i = 0; i < items.length; i += 2) {
      const name = textOf(items[i]) ?? '';
      if (!STATS_FIELDS.includes(name)) continue;
      // What has one value on both servers, by its value.
      lines.push(`${name}: ${name === 'keys.count' ? String(textOf(items[i + 1])) : shapeOf(items[i + 1])}`);
    }
    return Buffer.from(lines.join('\n'));
  },
};

/** A reply of which only the type is compared: the text is each server's own. */
function typeOnly(...words: readonly string[]): Action {
  return {
    label: `${words.join(' ')} (its type)`,
    commands: [words.join(' ')],
    run: async ({ connection }) => {
      const reply = await connection.command(...words);
      return reply.subarray(0, 1);
    },
  };
}

/** How many keys there are, once the server has had time to evict. */
const keysLeft: Step = 'DBSIZE';

function withoutMemory(policy: string, lines: readonly string[]): readonly Step[] {
  return [...DATA, `CONFIG SET maxmemory-policy ${policy} maxmemory 1`, ...lines, UNLIMITED];
}

export const memoryCases: DifferentialCase[] = [
  ...NEED_MEMORY.map((line) => ({
    title: `out of memory: ${line}`,
    steps: withoutMemory('noeviction', [line, 'DBSIZE']),
  })),
  ...NEED_NONE.map((line) => ({
    title: `out of memory, but allowed: ${line}`,
    steps: withoutMemory('noeviction', [line, 'DBSIZE']),
  })),
  ...table(
    ['everything leaves under allkeys-lru', ...withoutMemory('allkeys-lru', ['SET a 1', 'GET string', keysLeft])],
    ['everything leaves under allkeys-lfu', ...withoutMemory('allkeys-lfu', ['SET a 1', 'GET string', keysLeft])],
    ['everything leaves under allkeys-random', ...withoutMemory('allkeys-random', ['SET a 1', keysLeft])],
    ['what expires leaves under volatile-lru',
      ...withoutMemory('volatile-lru', ['SET a 1', 'EXISTS volatile', keysLeft])],
    ['what expires leaves under volatile-lfu',
      ...withoutMemory('volatile-lfu', ['SET a 1', 'EXISTS volatile', keysLeft])],
    ['what expires leaves under volatile-random',
      ...withoutMemory('volatile-random', ['SET a 1', 'EXISTS volatile', keysLeft])],
    ['what expires leaves under volatile-ttl',
      ...withoutMemory('volatile-ttl', ['SET a 1', 'EXISTS volatile', keysLeft])],
    ['keys of every database leave', 'SET a 1', 'SELECT 3', 'SET b 1', 'SELECT 15', 'SETEX c 100 1', 'SELECT 0',
      'CONFIG SET maxmemory-policy allkeys-lru maxmemory 1', 'SET d 1', 'DBSIZE', 'SELECT 3', 'DBSIZE', 'SELECT 15',
      'DBSIZE', UNLIMITED],
    ['a limit that is lifted', 'CONFIG SET maxmemory 1', 'SET a 1', 'CONFIG SET maxmemory 0', 'SET a 1', 'GET a'],
    ['a limit that is high', 'CONFIG SET maxmemory 1gb', 'SET a 1', 'GET a', UNLIMITED],
    ['a policy that makes room', 'SETEX a 100 1', 'CONFIG SET maxmemory 1', 'SET b 1', 'GET a',
      'CONFIG SET maxmemory-policy volatile-ttl', 'GET a', 'SET b 1', UNLIMITED],
    ['reading is counted as nothing wrong', 'CONFIG SET maxmemory 1', 'GET a', 'EXISTS a', 'TTL a', 'KEYS *', UNLIMITED],
    ['a pipeline', pipeline('CONFIG SET maxmemory 1', 'SET a 1', 'GET a', 'SET b 1', 'CONFIG SET maxmemory 0', 'SET a 1',
      'GET a')],
    ['another client', onConnection('other', 'SET a 1'), 'CONFIG SET maxmemory 1', onConnection('other', 'SET a 2'),
      onConnection('other', 'GET a'), UNLIMITED, onConnection('other', 'SET a 3')],
    ['a failed CONFIG SET limits nothing', 'SET a 1',
      'CONFIG SET maxmemory 1 maxmemory-policy allkeys-lru timeout abc', 'GET a', 'SET b 1', 'CONFIG GET maxmemory'],
  ),
  ...table(
    ['MULTI without memory', 'MULTI', 'CONFIG SET maxmemory 1', 'SET a 1', 'EXEC', 'GET a', UNLIMITED],
    ['a transaction cannot be queued', 'CONFIG SET maxmemory 1', 'MULTI', 'SET a 1', 'GET a', 'EXEC', UNLIMITED],
    ['nor can one that only reads', 'CONFIG SET maxmemory 1', 'MULTI', 'GET a', 'EXEC', UNLIMITED],
    ['an empty transaction', 'CONFIG SET maxmemory 1', 'MULTI', 'EXEC', UNLIMITED],
    ['DISCARD', 'CONFIG SET maxmemory 1', 'MULTI', 'SET a 1', 'DISCARD', 'EXEC', UNLIMITED],
    ['EXEC of a queue that needs memory', 'MULTI', 'SET a 1', 'GET a',
      onConnection('other', 'CONFIG SET maxmemory 1'), 'EXEC', 'GET a', 'EXEC', UNLIMITED],
    ['EXEC of a queue that needs none', 'SET a 1', 'MULTI', 'GET a', 'DEL a',
      onConnection('other', 'CONFIG SET maxmemory 1'), 'EXEC', UNLIMITED],
    ['WATCH of a key that is evicted', 'SETEX a 100 1', 'WATCH a', 'MULTI', 'PING',
      onConnection('other', 'CONFIG SET maxmemory-policy volatile-lru maxmemory 1'), onConnection('other', 'GET a'),
      onConnection('other', UNLIMITED), 'EXEC', 'GET a'],
  ),
  ...table(
    ['MEMORY STATS', 'SET a 1', 'SELECT 3', 'SET b 1', 'SETEX c 100 1', memoryStats],
    ['MEMORY STATS of nothing', memoryStats],
    ['MEMORY DOCTOR, MALLOC-STATS, PURGE', typeOnly('MEMORY', 'DOCTOR'), typeOnly('MEMORY', 'MALLOC-STATS'),
      'MEMORY PURGE', 'memory purge'],
  ),
  ...each('arguments of MEMORY', [], ['MEMORY STATS x', 'MEMORY DOCTOR x', 'MEMORY PURGE x', 'MEMORY MALLOC-STATS x']),
  ...each('CONFIG SET of what eviction follows', [], ['CONFIG SET maxmemory-eviction-tenacity 101',
    'CONFIG SET maxmemory-eviction-tenacity 100', 'CONFIG SET maxmemory-eviction-tenacity 0',
    'CONFIG SET maxmemory-eviction-tenacity 10', 'CONFIG SET maxmemory-policy volatile-ttl',
    'CONFIG SET maxmemory-policy noeviction', 'CONFIG SET lfu-log-factor 0', 'CONFIG SET lfu-log-factor 10',
    'CONFIG SET lfu-decay-time -1', 'CONFIG SET maxmemory -1']),
]; // prettier-ignore
