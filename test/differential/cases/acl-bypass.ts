/**
 * Ways around permissions that must not exist: a restricted user tries each on connections of its own, and what is
 * there afterwards is looked at by one who may see everything. Redis 8.0 decides, as in acl.ts.
 */
import type { DifferentialCase } from '../../support/server-pair.js';
import { parseCommandLine } from '../../support/command-line.js';
import { type Action, onConnection, otherConnection, pipeline, type Step } from '../../support/steps.js';
import { begins, receives } from '../../support/waiting.js';

/** May read and write what begins with k, read what begins with r, write what begins with w, and hear ch*. */
const ALICE = 'ACL SETUSER alice on nopass +@all -@admin ~k* %R~r* %W~w* &ch*';

/** Keys of every kind, within reach and beyond it. */
const DATA: readonly string[] = [
  'RPUSH k:list 3 1 2',
  'RPUSH x:list 3 1 2',
  'MSET k:string 1 x:string secret x:1 9 x:2 8 x:3 7 r:string seen w:string hidden k:1 3 k:2 2 k:3 1',
  'SADD k:set a b',
  'SADD x:set b c',
  'ZADD k:zset 1 a 2 b',
  'ZADD x:zset 1 secret',
  'GEOADD k:geo 1 1 a',
  'GEOADD x:geo 1 1 secret',
  'HSET x:hash f secret',
  'XADD x:stream 1-1 f secret',
  'XADD k:stream 1-1 f v',
  'XGROUP CREATE x:stream g 0',
  'XGROUP CREATE k:stream g 0',
];

/** What is beyond reach, as it is now: the same as before, unless there was a way around. */
const AFTERWARDS: readonly string[] = [
  'EXISTS x:new k:new w:new r:new',
  'MGET x:string x:1 r:string w:string',
  'LRANGE x:list 0 -1',
  'SCARD x:set',
  'ZRANGE x:zset 0 -1',
  'HGETALL x:hash',
  'XLEN x:stream',
];

function tried(title: string, lines: readonly string[], user = ALICE): DifferentialCase {
  return {
    title,
    reference: '8.0',
    steps: [
      'ACL DELUSER alice',
      user,
      ...DATA,
      onConnection('alice', 'AUTH alice x'),
      ...lines.map((line) => onConnection('alice', line)),
      ...AFTERWARDS,
      'ACL DELUSER alice',
    ],
  };
}

/** A greeting on a further connection, whose reply tells of the server; compared is whether it was an error, and which. */
function greets(name: string, line: string): Action {
  return {
    label: `[${name}] ${line} (refused or not)`,
    commands: [line],
    run: async (session) => {
      const reply = await (await otherConnection(session, name)).command(...parseCommandLine(line));
      return reply[0] === '-'.charCodeAt(0) ? reply : Buffer.from('greeted');
    },
  };
}

/** Lines whose replies tell what a user may read. */
const READING: readonly string[] = [
  'GET x:string',
  'MGET k:string x:string',
  'GETRANGE x:string 0 -1',
  'SUBSTR x:string 0 -1',
  'STRLEN x:string',
  'LCS k:string x:string',
  'GETEX x:string PERSIST',
  'GETDEL x:string',
  'GETSET w:string v',
  'SET w:string v GET',
  'GETDEL w:string',
  'APPEND w:string x',
  'STRLEN w:string',
  'BITFIELD w:string GET u8 0',
  'BITFIELD w:string SET u8 0 1',
  'BITFIELD_RO x:string GET u8 0',
  'BITOP OR k:new x:string',
  'BITOP NOT x:new k:string',
  'PFCOUNT k:none x:none',
  'PFMERGE k:new x:none',
  'EXISTS x:string',
  'TYPE x:string',
  'TTL x:string',
  'OBJECT ENCODING x:string',
  'OBJECT FREQ x:string',
  'OBJECT IDLETIME x:string',
  'OBJECT REFCOUNT x:string',
  'OBJECT ENCODING w:string',
  'MEMORY USAGE x:string',
  'TOUCH k:string x:string',
  'HGETALL x:hash',
  'HSCAN x:hash 0',
  'SSCAN x:set 0',
  'ZSCAN x:zset 0',
  'SISMEMBER x:set b',
  'SINTER k:set x:set',
  'SINTERCARD 2 k:set x:set',
  'SDIFF k:set x:set',
  'ZDIFF 2 k:zset x:zset',
  'ZINTERCARD 2 k:zset x:zset LIMIT 1',
  'ZUNION 2 k:zset x:zset WEIGHTS 1 1',
  'ZRANGE x:zset 0 -1',
  'GEOSEARCH x:geo FROMLONLAT 1 1 BYRADIUS 1 km',
  'GEORADIUS x:geo 1 1 1 km',
  'GEORADIUS_RO x:geo 1 1 1 km',
  'GEORADIUSBYMEMBER_RO x:geo secret 1 km',
  'XRANGE x:stream - +',
  'XREAD STREAMS x:stream 0',
  'XREAD COUNT 1 STREAMS k:stream x:stream 0 0',
  'XREAD COUNT STREAMS STREAMS x:stream 0',
  'XREADGROUP GROUP g c STREAMS x:stream >',
  'XREADGROUP GROUP STREAMS c STREAMS x:stream >',
  'XREADGROUP GROUP g STREAMS STREAMS x:stream >',
  'XINFO STREAM x:stream',
  'XINFO GROUPS x:stream',
  'XPENDING x:stream g',
  'WATCH x:string',
  'WATCH k:string x:string',
];

/** Lines that would write, or move what is beyond reach into it. */
const WRITING: readonly string[] = [
  'COPY x:string k:new',
  'COPY k:string x:new',
  'COPY w:string k:new',
  'COPY k:string r:new',
  'COPY r:string w:new',
  'COPY x:string k:new DB 0 REPLACE',
  'RENAME x:string k:new',
  'RENAMENX k:string x:new',
  'RENAME r:string k:new',
  'MOVE x:string 1',
  'RPOPLPUSH x:list k:new',
  'LMOVE k:list x:new LEFT LEFT',
  'BLMOVE x:list k:new LEFT LEFT 0.01',
  'BRPOPLPUSH k:list x:new 0.01',
  'LMPOP 2 k:none x:list LEFT',
  'LMPOP 1 k:none x:list LEFT',
  'LMPOP -1 x:list LEFT',
  'LMPOP 99999999999 x:list LEFT',
  'ZMPOP 2 k:none x:zset MIN',
  'BLMPOP 0.01 2 k:none x:list LEFT',
  'BZMPOP 0.01 2 k:none x:zset MIN',
  'BLPOP k:none x:list 0.01',
  'BZPOPMIN k:none x:zset 0.01',
  'SMOVE x:set k:set b',
  'SMOVE k:set x:set a',
  'SINTERSTORE k:new k:set x:set',
  'SDIFFSTORE x:new k:set',
  'SUNIONSTORE r:new k:set',
  'ZUNIONSTORE k:new 2 k:zset x:zset',
  'ZINTERSTORE x:new 1 k:zset',
  'ZUNIONSTORE k:new 99 k:zset x:zset',
  'ZUNIONSTORE k:new -1 x:zset',
  'ZDIFFSTORE w:new 1 k:zset',
  'ZRANGESTORE k:new x:zset 0 -1',
  'ZRANGESTORE x:new k:zset 0 -1',
  'GEOSEARCHSTORE k:new x:geo FROMLONLAT 1 1 BYRADIUS 1 km',
  'GEOSEARCHSTORE x:new k:geo FROMLONLAT 1 1 BYRADIUS 1 km',
  'GEORADIUS k:geo 1 1 1 km STORE x:new',
  'GEORADIUS k:geo 1 1 1 km STOREDIST x:new',
  'GEORADIUS k:geo 1 1 1 km COUNT 1 ASC STORE x:new',
  'GEORADIUS x:geo 1 1 1 km STORE k:new',
  'GEORADIUSBYMEMBER k:geo a 1 km STORE x:new',
  'GEORADIUSBYMEMBER k:geo a 1 km STOREDIST x:new',
  'GEORADIUSBYMEMBER k:geo store 1 km store x:new',
  'GEORADIUS_RO k:geo 1 1 1 km STORE x:new',
  'XADD x:stream * f v',
  'XCLAIM x:stream g c 0 1-1',
  'XAUTOCLAIM x:stream g c 0 0',
  'XGROUP DESTROY x:stream g',
  'XGROUP SETID x:stream g 0',
  'XSETID x:stream 5-5',
  'MSET k:new 1 x:string 2',
  'MSETNX k:new 1 x:new 2',
  'DEL k:new x:string',
  'UNLINK x:string',
  'EXPIRE x:string 1',
  'PERSIST x:string',
  'FLUSHALL',
  'FLUSHDB',
  'SWAPDB 0 1',
  'SORT_RO x:list',
];

const SORTS: readonly string[] = [
  'SORT x:list',
  'SORT k:list BY x:*',
  'SORT k:list BY x:hash->f',
  'SORT k:list BY *',
  'SORT k:list BY x',
  'SORT k:list GET x:*',
  'SORT k:list GET k:*',
  'SORT k:list GET # GET x:*',
  'SORT k:list GET x:string',
  'SORT k:list BY k:* GET k:* STORE k:new',
  'SORT k:list STORE x:new',
  'SORT k:list STORE k:new STORE x:new',
  'SORT k:list STORE x:new STORE k:new',
  'SORT k:list LIMIT 0 1 STORE x:new',
  'SORT k:list DESC ALPHA STORE r:new',
  'SORT_RO k:list GET x:*',
  'SORT_RO k:list BY x:* GET #',
  'SORT_RO k:list STORE x:new',
];

const INTROSPECTION: readonly string[] = [
  'COMMAND GETKEYS GET x:string',
  'COMMAND GETKEYS MSET x:1 1 x:2 2',
  'COMMAND GETKEYSANDFLAGS COPY x:1 k:1',
  'COMMAND GETKEYS ACL SETUSER alice allkeys',
  'SCAN 0 COUNT 0',
  'RANDOMKEY 1',
  'ACL SETUSER alice allkeys',
  'ACL DELUSER default',
  'ACL LIST',
  'ACL GETUSER alice',
  'ACL DRYRUN alice GET k',
  'ACL WHOAMI',
  'CONFIG GET requirepass',
  'CONFIG SET requirepass x',
  'MONITOR',
  'SLOWLOG GET',
  'LATENCY LATEST',
  'CLIENT LIST TYPE bogus',
  'CLIENT KILL ID 0',
  'CLIENT NO-EVICT on',
  'CLIENT TRACKING on REDIRECT 0',
  'SHUTDOWN NOSAVE',
  'PUBLISH secret m',
  'SPUBLISH secret m',
  'PUBLISH ch1 m',
  'PUBSUB CHANNELS',
  'SUBSCRIBE secret',
  'SUBSCRIBE ch1 secret',
  'PSUBSCRIBE *',
  'PSUBSCRIBE ch*',
  'PSUBSCRIBE ch1*',
  'SSUBSCRIBE secret',
  'UNSUBSCRIBE',
  'PUNSUBSCRIBE',
];

const queued = (lines: readonly string[]): string[] => ['MULTI', ...lines, 'EXEC'];

/** Commands with keys that EXEC and a queue must check as well, one transaction each. */
const inTransactions: readonly DifferentialCase[] = [
  ['GET x:string'],
  ['COPY x:string k:new'],
  ['SORT k:list GET x:*'],
  ['SORT k:list BY x:*'],
  ['SORT k:list STORE x:new'],
  ['SUBSCRIBE secret'],
  ['PUBLISH secret m'],
  ['GEORADIUS k:geo 1 1 1 km STORE x:new'],
  ['AUTH default x', 'GET x:string'],
  ['HELLO 3 AUTH default x', 'GET x:string'],
  ['RESET'],
  ['WATCH x:string'],
  ['ACL SETUSER alice allkeys'],
  ['CONFIG GET *'],
].map((lines) => tried(`in a transaction: ${lines.join(', ')}`, queued(lines)));

const selectors: readonly DifferentialCase[] = [
  tried(
    'one selector must allow all of a command',
    [
      'COPY a:1 b:1',
      'COPY a:1 a:2',
      'MSET a:1 1 b:1 2',
      'GET b:1',
      'SET b:1 v',
      'SET b:1 v GET',
      'MGET a:1 b:1',
      'SORT a:list GET b:*',
      'SORT a:list BY b:* STORE a:new',
      'RENAME a:1 b:1',
      'PUBLISH secret m',
      'PUBLISH chan m',
      'OBJECT ENCODING b:1',
      'DEL a:1 b:1',
      'LMPOP 2 a:1 b:1 LEFT',
    ],
    'ACL SETUSER alice on nopass +@all -@admin ~a:* resetchannels (+@write %W~b:*) (+publish &chan) (%R~b:* +get)',
  ),
];

const whoever: readonly DifferentialCase[] = [
  {
    title: 'a client is who it was last, and nobody after RESET',
    reference: '8.0',
    steps: [
      'ACL DELUSER alice',
      ALICE,
      ...DATA,
      'CONFIG SET requirepass pass',
      ...['EXEC', 'DISCARD', 'MULTI', 'QUIT x'].map((line) => onConnection('stranger', line)),
      ...[
        'GET k:string',
        'HELLO 3 AUTH alice x SETNAME n',
        'GET x:string',
        'AUTH default wrong',
        'GET x:string',
        'AUTH default pass',
        'GET x:string',
        'RESET',
        'GET x:string',
        'MULTI',
        'EXEC',
        'AUTH alice x',
        'MULTI',
        'GET k:string',
        'RESET',
        'EXEC',
        'HELLO 2',
        'HELLO 2 AUTH alice x',
        'HELLO 3 AUTH default wrong',
        'ACL WHOAMI',
        'GET x:string',
      ].map((line) => (line.startsWith('HELLO') ? greets('other', line) : onConnection('other', line))),
      'CONFIG SET requirepass ""',
      'ACL DELUSER alice',
    ],
  },
  {
    title: 'AUTH in a pipeline counts for what follows it',
    reference: '8.0',
    steps: [
      'ACL DELUSER alice',
      ALICE,
      ...DATA,
      pipeline('GET x:string', 'AUTH alice x', 'GET x:string', 'GET k:string', 'MGET k:1 x:1', 'INCR x:1'),
      'AUTH default x',
      'ACL DELUSER alice',
    ],
  },
];

/** A right that is taken from a client while it waits, subscribes or queues. */
const USERS_WAIT = 'ACL SETUSER alice on nopass +@all ~* &*';

function whileWaiting(title: string, wait: string, change: string, serve: readonly Step[]): DifferentialCase {
  return {
    title: `${title}, then ${change}`,
    reference: '8.0',
    steps: [
      'ACL DELUSER alice',
      USERS_WAIT,
      onConnection('alice', 'AUTH alice x'),
      begins('alice', wait),
      change,
      receives('alice'),
      ...serve,
      receives('alice'),
      'EXISTS q q2',
      'ACL DELUSER alice',
    ],
  };
}

const CHANGES: readonly string[] = [
  'ACL SETUSER alice resetkeys ~z*',
  'ACL SETUSER alice -@blocking -@pubsub',
  'ACL SETUSER alice resetchannels &z*',
  'ACL SETUSER alice off',
  'ACL SETUSER alice reset',
  'ACL DELUSER alice',
  'ACL SETUSER alice %R~q %W~q2 resetkeys %R~q',
];

const waiting: DifferentialCase[] = CHANGES.flatMap((change) => [
  whileWaiting('BLPOP', 'BLPOP q 0', change, ['RPUSH q a', 'LRANGE q 0 -1']),
  whileWaiting('BLMOVE', 'BLMOVE q q2 LEFT LEFT 0', change, ['RPUSH q a', 'LRANGE q 0 -1']),
  whileWaiting('BZPOPMIN', 'BZPOPMIN q 0', change, ['ZADD q 1 a', 'ZCARD q']),
  whileWaiting('XREAD', 'XREAD BLOCK 0 STREAMS q $', change, ['XADD q 1-1 f v']),
  whileWaiting('SUBSCRIBE', 'SUBSCRIBE ch', change, ['PUBLISH ch m']),
  whileWaiting('PSUBSCRIBE', 'PSUBSCRIBE c*', change, ['PUBLISH ch m']),
  whileWaiting('SSUBSCRIBE', 'SSUBSCRIBE ch', change, ['SPUBLISH ch m']),
]);

export const aclBypassCases: readonly DifferentialCase[] = [
  tried('reading', READING),
  tried('writing', WRITING),
  tried('SORT', SORTS),
  tried(
    'SORT by one who may read everything and write little',
    SORTS,
    'ACL SETUSER alice on nopass +@all -@admin %R~* ~k:*',
  ),
  tried('asking', INTROSPECTION),
  ...inTransactions,
  tried('writing in a transaction', queued(WRITING)),
  ...selectors,
  ...whoever,
  ...waiting,
];
