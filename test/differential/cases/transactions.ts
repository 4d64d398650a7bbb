/**
 * Transactions: what is queued, refused and executed, and which changes by others let EXEC fail.
 */
import type { DifferentialCase } from '../../support/server-pair.js';
import { fate, onConnection, pause, pipeline, type Step } from '../../support/steps.js';
import { begins, receivesNext } from '../../support/waiting.js';

const queueing: DifferentialCase[] = [
  ...[
    ['MULTI', 'EXEC'],
    ['EXEC'],
    ['DISCARD'],
    ['MULTI', 'MULTI', 'EXEC'],
    ['MULTI', 'DISCARD', 'EXEC'],
    ['MULTI', 'SET k v', 'GET k', 'INCR k', 'EXEC', 'GET k'],
    ['MULTI', 'SET k v', 'DISCARD', 'GET k'],
    ['MULTI', 'NOSUCH', 'SET k v', 'EXEC', 'GET k'],
    ['MULTI', 'SET k', 'SET k v', 'EXEC', 'GET k'],
    ['MULTI', 'SET k v', 'CONFIG NOSUCH', 'EXEC', 'GET k'],
    ['MULTI', 'NOSUCH', 'DISCARD', 'SET k v', 'GET k'],
    ['MULTI', 'NOSUCH', 'MULTI', 'EXEC', 'EXEC'],
    ['MULTI', 'EXEC a', 'SET k v', 'EXEC', 'PING'],
    ['MULTI', 'DISCARD a', 'EXEC', 'PING'],
    ['MULTI', 'WATCH k', 'SET k v', 'EXEC'],
    ['MULTI', 'UNWATCH', 'SET k v', 'EXEC'],
    ['MULTI', 'SELECT 3', 'SET k v', 'EXEC', 'GET k', 'SELECT 0', 'GET k'],
    ['MULTI', 'SET k v', 'RESET', 'EXEC', 'GET k'],
    ['MULTI', 'BLPOP l 0', 'BRPOP l 0', 'BLMOVE l m LEFT RIGHT 0', 'BZPOPMIN z 0', 'EXEC'],
    ['MULTI', 'XREAD BLOCK 0 STREAMS x $', 'EXEC'],
    ['MULTI', 'LPUSH s a', 'SET s b', 'LPUSH s c', 'EXEC', 'GET s'],
    ['MULTI', 'FLUSHALL', 'SET k v', 'EXEC', 'KEYS *'],
    ['EXEC a', 'PING'],
    ['WATCH k', 'SET k v', 'EXEC a', 'MULTI', 'PING', 'EXEC'],
    ['WATCH', 'UNWATCH a', 'PING'],
    ['WATCH k k', 'SET k v', 'MULTI', 'PING', 'EXEC'],
    ['WATCH k', 'SET k v', 'UNWATCH', 'MULTI', 'PING', 'EXEC'],
    ['WATCH k', 'SET k v', 'MULTI', 'PING', 'DISCARD', 'MULTI', 'PING', 'EXEC'],
    ['WATCH k', 'SET k v', 'MULTI', 'NOSUCH', 'EXEC'],
    ['WATCH k', 'MULTI', 'SET k v', 'SET k w', 'EXEC', 'MULTI', 'PING', 'EXEC'],
    ['CLIENT REPLY SKIP', 'MULTI', 'PING', 'EXEC'],
  ].map((lines): DifferentialCase => ({ title: lines.join('; '), steps: [pipeline(...lines)] })),
  {
    title: 'QUIT within a transaction',
    steps: [pipeline('MULTI', 'SET k v', 'QUIT'), fate(), onConnection('b', 'GET k')],
  },
  {
    title: 'a transaction of a thousand commands',
    steps: [
      pipeline('MULTI', ...Array.from({ length: 1000 }, (_, i) => `RPUSH l ${i}`), 'LRANGE l 0 -1', 'EXEC'),
    ],
  },
];

const range = <T>(count: number, line: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => line(i));

// A transaction that arrives in one write is executed where it lies, equal commands in one go; one that arrives in parts
// is kept. Either way it replies the same.
const inParts: DifferentialCase[] = [
  ['MULTI', ...range(10, (i) => `SET k${i} ${i}`), ...range(10, (i) => `GET k${i}`), 'EXEC', 'GET k9'],
  ['MULTI', ...range(5, () => 'INCR n'), 'LPUSH l a', ...range(5, () => 'INCR l'), 'EXEC', 'GET n'],
  ['MULTI', 'SET k v', 'CONFIG GET maxmemory', ...range(3, () => 'GET k'), 'EXEC'],
  ['MULTI', 'SET k v', 'NOSUCH', ...range(3, () => 'GET k'), 'EXEC', 'GET k'],
  ['MULTI', 'SET k v', 'WATCH k', 'SET k w', 'GET k', 'EXEC', 'GET k'],
  ['MULTI', 'SET k v', 'GET k', 'GET', 'EXEC', 'GET k'],
  ['MULTI', 'SET k v', 'SUBSCRIBE c', 'GET k', 'EXEC', 'UNSUBSCRIBE c', 'GET k'],
  ['MULTI', 'CLIENT REPLY SKIP', 'SET k v', 'GET k', 'EXEC', 'GET k'],
  ['MULTI', 'SET k v', 'MULTI', 'GET k', 'EXEC', 'MULTI', 'SET k w', 'GET k', 'EXEC', 'EXEC'],
  ['MULTI', 'SET k v', 'EXEC', 'MULTI', 'GET k', 'GET k', 'EXEC', 'MULTI', 'DISCARD', 'GET k'],
  ['MULTI', ...range(300, (i) => `SET k${i % 7} ${i}`), ...range(300, (i) => `GET k${i % 7}`), 'EXEC'],
  ['PING', 'MULTI', ...range(1500, () => 'INCR n'), 'EXEC', 'GET n'],
].flatMap((lines) =>
  (lines.length > 100 ? [1, 2] : [1, 2, 4, 7, lines.length])
    .map((parts) => Math.ceil(lines.length / parts))
    .map((size) => ({
      title: `${lines.slice(0, 12).join('; ')}${lines.length > 12 ? ' ...' : ''} (${size} a write)`,
      steps: range(Math.ceil(lines.length / size), (part) => part).map((_, part) =>
        pipeline(...lines.slice(part * size, (part + 1) * size)),
      ),
    })),
);

/** WATCH k, then what another connection does, then EXEC. `first`: what there is before. */
function watched(first: readonly string[], ...lines: readonly string[]): DifferentialCase {
  return {
    title: `${[...first, 'WATCH k'].join('; ')}; by another: ${lines.join('; ')}`,
    steps: [
      ...first,
      'WATCH k',
      ...lines.map((line) => onConnection('other', line)),
      'MULTI',
      'SET done 1',
      'EXEC',
      'EXISTS done',
      'MULTI',
      'PING',
      'EXEC',
    ],
  };
}

const byOthers: DifferentialCase[] = [
  ...[[], ['SET k v'], ['SET k v PX 100000']].flatMap((first) =>
    [
      ['SET k w'],
      ['SET other w'],
      ['SETNX k w'],
      ['GET k'],
      ['DEL k'],
      ['UNLINK k'],
      ['SET k w', 'DEL k'],
      ['APPEND k ""'],
      ['EXPIRE k 100'],
      ['EXPIRE k -1'],
      ['PERSIST k'],
      ['TOUCH k'],
      ['GETEX k PERSIST'],
      ['GETDEL k'],
      ['MSET a 1 k 2'],
      ['MSETNX a 1 k 2'],
      ['RENAME k b'],
      ['SET b v', 'RENAME b k'],
      ['SET b v', 'RENAMENX b k'],
      ['SET b v', 'COPY b k'],
      ['SET b v', 'COPY b k REPLACE'],
      ['COPY k b'],
      ['MOVE k 1'],
      ['SELECT 1', 'SET k w'],
      ['SELECT 1', 'SET k w', 'MOVE k 0'],
      ['FLUSHALL'],
      ['FLUSHDB'],
      ['SELECT 1', 'FLUSHDB'],
      ['SWAPDB 0 1'],
      ['SWAPDB 1 2'],
      ['SWAPDB 0 0'],
      ['SELECT 1', 'SET k w', 'SWAPDB 0 1'],
      ['SWAPDB 0 1', 'SWAPDB 0 1'],
      ['LPUSH k a'],
      ['SORT l STORE k'],
      ['SINTERSTORE k a b'],
      ['BITOP NOT k a'],
      ['MULTI', 'SET k w', 'EXEC'],
      ['MULTI', 'SET k w', 'DISCARD'],
    ].map((lines) => watched(first, ...lines)),
  ),
  ...[
    'LPUSHX k a',
    'LPOP k',
    'LREM k 0 z',
    'LTRIM k 0 -1',
    'LSET k 0 a',
    'LMOVE k k LEFT LEFT',
    'LRANGE k 0 -1',
  ].map((line) => watched(['RPUSH k a b'], line)),
  ...['SADD k a', 'SADD k z', 'SREM k z', 'SREM k a', 'SMOVE k s a', 'SPOP k 0', 'SCARD k'].map((line) =>
    watched(['SADD k a b'], line),
  ),
  ...[
    'ZADD k 1 a',
    'ZADD k XX 2 z',
    'ZADD k 3 a',
    'ZINCRBY k 0 a',
    'ZREM k z',
    'ZREMRANGEBYRANK k 5 9',
    'ZPOPMIN k',
  ].map((line) => watched(['ZADD k 1 a 2 b'], line)),
  ...['HSET k f v', 'HSETNX k f w', 'HDEL k z', 'HDEL k f', 'HINCRBY k n 0', 'HGETALL k'].map((line) =>
    watched(['HSET k f v n 1'], line),
  ),
  ...[
    'XADD k 2-1 a b',
    'XDEL k 9-9',
    'XDEL k 1-1',
    'XTRIM k MAXLEN 9',
    'XTRIM k MAXLEN 0',
    'XREAD STREAMS k 0',
  ].map((line) => watched(['XADD k 1-1 a b'], line)),
];

/** More than a server reads on its loop without a transaction around it. */
const MANY: readonly string[] = Array.from({ length: 10_500 }, (_, i) => `n${i}`);

const large: DifferentialCase[] = [
  {
    title: 'long reads within a transaction keep their places',
    steps: [
      ['MSET', ...MANY.flatMap((key) => [key, 'v'])],
      ['RPUSH', 'l', ...MANY],
      ['SADD', 's', ...MANY],
      pipeline(
        'MULTI',
        'KEYS n99',
        'DBSIZE',
        'LPOS l n99',
        'SISMEMBER s n99',
        'SINTERCARD 1 s',
        'PING',
        'EXEC',
      ),
      pipeline('MULTI', 'LRANGE l 0 -1', 'KEYS n1234', 'STRLEN n1', 'EXEC', 'PING'),
    ],
  },
  {
    title: 'no replies to long reads that nobody wants',
    steps: [
      ['MSET', ...MANY.flatMap((key) => [key, 'v'])],
      ['RPUSH', 'l', ...MANY],
      begins('a', 'CLIENT REPLY OFF', 'KEYS n99', 'LRANGE l 0 -1', 'CLIENT REPLY ON', 'ECHO end'),
      receivesNext('a'),
      receivesNext('a'),
      begins('a', 'CLIENT REPLY SKIP', 'KEYS n99', 'PING', 'CLIENT REPLY SKIP', 'LRANGE l 0 -1', 'ECHO end'),
      receivesNext('a'),
      receivesNext('a'),
    ],
  },
  {
    title: 'a transaction takes no more memory than an incomplete command may',
    reference: '8.0',
    steps: [
      'CONFIG SET client-query-buffer-limit 1mb',
      onConnection('a', 'MULTI'),
      ...Array.from({ length: 4 }, () => onConnection('a', `SET k ${'v'.repeat(300_000)}`)),
      fate('a'),
      'EXISTS k',
      'CONFIG SET client-query-buffer-limit 1gb',
    ],
  },
];

function expiring(title: string, ...steps: readonly Step[]): DifferentialCase {
  return { title, steps };
}

const expiry: DifferentialCase[] = [
  expiring('a watched key expires', 'SET k v PX 200', 'WATCH k', pause(300), 'MULTI', 'PING', 'EXEC'),
  expiring('a watched key that had expired', 'SET k v PX 20', pause(100), 'WATCH k', 'MULTI', 'PING', 'EXEC'),
  expiring(
    'a watched key expires and is met by another',
    'SET k v PX 200',
    'WATCH k',
    pause(300),
    onConnection('other', 'GET k'),
    'MULTI',
    'PING',
    'EXEC',
  ),
  expiring('a key is watched in several databases', 'WATCH k', 'SELECT 1', 'WATCH k', onConnection('other', 'SET k v'), 'MULTI', 'PING', 'EXEC'), // prettier-ignore
  expiring(
    'who watches disconnects',
    onConnection('other', 'WATCH k'),
    onConnection('other', 'QUIT'),
    'SET k v',
    'GET k',
  ),
  expiring('two watch the same key', 'WATCH k', onConnection('b', 'WATCH k'), onConnection('b', 'MULTI'), onConnection('b', 'INCR k'), onConnection('b', 'EXEC'), 'MULTI', 'INCR k', 'EXEC', 'GET k'), // prettier-ignore
];

export const transactionsCases: DifferentialCase[] = [
  ...queueing,
  ...inParts,
  ...byOthers,
  ...large,
  ...expiry,
];
