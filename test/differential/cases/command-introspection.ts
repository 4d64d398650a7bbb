/**
 * COMMAND and its subcommands, where a reply can be compared as it is; the command table itself is compared
 * apart.
 */
import type { DifferentialCase } from '../../support/server-pair.js';
import { each, likeRedis8, table } from '../../support/tables.js';

const KEY_EXTRACTIONS = [
  'GET k', 'SET k v', 'SET k v GET', 'SET k v EX 10', 'MSET a 1 b 2 c 3', 'MSET a 1 b', 'MSETNX a 1',
    'MGET a b c', 'DEL a b', 'UNLINK a', 'EXISTS a b', 'TOUCH a', 'RENAME a b', 'RENAMENX a b',
  'COPY a b', 'COPY a b DB 1 REPLACE', 'BITOP AND d a b', 'BITOP NOT d a', 'BITCOUNT k',
    'BITFIELD k GET u8 0', 'BITFIELD k SET u8 0 1', 'BITFIELD_RO k GET u8 0', 'PFADD k a', 'PFCOUNT a b',
    'PFMERGE d a b', 'PFDEBUG ENCODING k',
  'OBJECT ENCODING k', 'LCS a b', 'GETEX k', 'GETDEL k', 'EXPIRE k 1', 'TTL k', 'MOVE k 1', 'APPEND k v',
    'INCRBY k 1', 'SETRANGE k 0 v', 'get k', 'SETEX k 1 v', 'object encoding k', 'TYPE k', 'PERSIST k',
    'SUBSTR k 0 1',
]; // prettier-ignore
const NO_KEYS = [
  'KEYS *',
  'SCAN 0',
  'SELECT 0',
  'CONFIG GET x',
  'CLIENT KILL x',
  'ECHO x',
  'SWAPDB 0 1',
  'PING x',
];
const WRONG = [
  'BOGUS x',
  'GET a b',
  'SET k',
  'MSET a',
  'CONFIG BOGUS',
  'OBJECT BOGUS k',
  'CLIENT BOGUS',
  '"" x',
  'BITOP AND',
];

/** Commands whose keys are counted, behind a word, or among options; some of them malformed. */
const UNUSUAL_KEYS = [
  'SORT k', 'SORT k BY w_* GET o_* GET # STORE d', 'SORT k STORE d STORE e', 'SORT k store d limit 0 1',
  'SORT k LIMIT 0 STORE', 'SORT k BY STORE', 'SORT k BY STORE STORE x', 'SORT k GET STORE STORE x',
  'SORT k BY nosort GET # STORE', 'SORT_RO k BY w_* GET o_*', 'LMPOP 2 a b LEFT', 'LMPOP 0 a b LEFT',
  'LMPOP 3 a b LEFT', 'LMPOP x a b LEFT', 'LMPOP -1 a LEFT', 'BLMPOP 0 2 a b LEFT',
  'BLMPOP 0 3 a b LEFT', 'ZMPOP 2 a b MIN', 'BZMPOP 0 2 a b MIN', 'SINTERCARD 2 a b', 'SINTERCARD 3 a b',
  'SINTERCARD 2 a b LIMIT 1', 'ZUNION 2 a b WEIGHTS 1 2', 'ZINTER 2 a b', 'ZDIFF 2 a b',
  'ZINTERCARD 2 a b', 'ZUNIONSTORE d 2 a b', 'ZUNIONSTORE d 3 a b', 'ZUNIONSTORE d 0 a',
  'ZUNIONSTORE d x a', 'ZINTERSTORE d 2 a b', 'ZDIFFSTORE d 2 a b', 'ZRANGESTORE d s 0 1',
  'GEORADIUS k 0 0 1 m', 'GEORADIUS k 0 0 1 m STORE d', 'GEORADIUS k 0 0 1 m STORE d STOREDIST e',
  'GEORADIUS k 0 0 1 m STOREDIST e STORE d', 'GEORADIUS k 0 0 1 m STORE',
  'GEORADIUS k 0 0 1 m COUNT STORE x', 'GEORADIUSBYMEMBER k m 1 m STORE d',
  'GEORADIUSBYMEMBER k m 1 m STORE STORE STORE', 'GEORADIUSBYMEMBER k STORE 1 m',
  'GEORADIUS_RO k 0 0 1 m', 'GEORADIUSBYMEMBER_RO k m 1 m',
  'GEOSEARCHSTORE d s FROMMEMBER m BYRADIUS 1 m', 'GEOSEARCH s FROMMEMBER m BYRADIUS 1 m',
  'XREAD STREAMS a b 0 0', 'XREAD COUNT 1 STREAMS a 0', 'XREAD COUNT 1 BLOCK 0 STREAMS a b 0 0',
  'XREAD STREAMS a b 0', 'XREAD STREAMS a', 'XREAD STREAMS', 'XREAD COUNT STREAMS STREAMS a 0',
  'XREAD STREAMS STREAMS 0', 'XREAD STREAMS STREAMS STREAMS 0 0', 'XREAD BLOCK STREAMS a 0',
  'XREAD foo STREAMS a 0', 'XREAD a b c', 'XREADGROUP GROUP g c STREAMS a b > >',
  'XREADGROUP GROUP g c COUNT 1 NOACK STREAMS a >', 'XREADGROUP GROUP STREAMS STREAMS STREAMS a 0',
  'XREADGROUP GROUP g c NOACK NOACK STREAMS a', 'XREADGROUP GROUP g',
  'XREADGROUP STREAMS GROUP g c STREAMS a 0', 'XGROUP CREATE k g 0', 'XGROUP SETID k g 0',
  'XGROUP DESTROY k g', 'XGROUP HELP', 'XINFO STREAM k', 'XINFO GROUPS k', 'XINFO CONSUMERS k g',
  'XACK k g 1', 'XCLAIM k g c 0 1', 'XAUTOCLAIM k g c 0 0', 'XPENDING k g', 'XADD k * f v',
  'XTRIM k MAXLEN 1', 'XSETID k 0', 'SET k v XX GET', 'SET k GET', 'SET k v EX GET',
  'BITFIELD k GET u8 0 INCRBY u8 0 1', 'BITFIELD k OVERFLOW WRAP GET u8 0', 'BITFIELD k',
  'BITFIELD k GET', 'BITFIELD k GET u8', 'BITFIELD k foo', 'MSET a 1 b 2', 'MSETNX a 1 b 2 c 3',
  'SMOVE a b m', 'LMOVE a b LEFT LEFT', 'BLMOVE a b LEFT LEFT 0', 'RPOPLPUSH a b', 'BRPOPLPUSH a b 0',
  'BLPOP a b 0', 'BLPOP a 0', 'BRPOP a b 0', 'BZPOPMIN a b 0', 'BZPOPMAX a 0', 'WATCH a b',
  'OBJECT HELP', 'OBJECT FREQ k', 'MEMORY USAGE k', 'MEMORY USAGE k SAMPLES 1', 'MEMORY STATS',
  'LATENCY RESET', 'PFMERGE d', 'PFDEBUG GETREG k', 'PFADD k', 'SUBSCRIBE a', 'SSUBSCRIBE a b',
  'SPUBLISH a m', 'PUBLISH a m', 'SUNSUBSCRIBE a', 'PSUBSCRIBE a', 'CONFIG GET a', 'CONFIG SET a b',
  'CLIENT TRACKING ON PREFIX a', 'CLIENT KILL a', 'ACL DRYRUN u GET a', 'ACL SETUSER u',
  'COMMAND GETKEYS GET a', 'COMMAND COUNT', 'DEBUG OBJECT a', 'SINTERSTORE d a b', 'SUNIONSTORE d a b',
  'SDIFFSTORE d a', 'DEL a a a', 'MGET a a', 'GETEX k EX 1', 'SINTER a b', 'TOUCH a b', 'EXISTS a',
  'MOVE a 1', 'SLOWLOG GET', 'OBJECT X', 'gEtRaNgE k 0 1', 'ZADD k 1 m', 'ZRANGE k 0 1', 'ZRANK k m',
  'SSCAN k 0', 'AUTH x',
]; // prettier-ignore

/** Commands that Redis 7.0 has not. */
const HASH_FIELD_KEYS = [
  'HEXPIRE k 1 FIELDS 1 f', 'HSETEX k FIELDS 1 f v', 'HGETEX k FIELDS 1 f', 'HGETDEL k FIELDS 1 f',
  'HTTL k FIELDS 1 f', 'HPERSIST k FIELDS 1 f',
]; // prettier-ignore

/** Names alone; 7.0 wants an argument behind each. */
const ONE_WORD = [
  'MEMORY', 'SUNSUBSCRIBE', 'COMMAND', 'EXEC', 'MULTI', 'QUIT', 'FLUSHALL', 'SHUTDOWN', 'LOLWUT',
  'SLOWLOG', 'XGROUP', 'OBJECT', 'CLIENT', 'client|list', 'HELLO', 'MONITOR', 'RESET',
]; // prettier-ignore

export const commandIntrospectionCases: DifferentialCase[] = [
  ...each('COMMAND GETKEYS', [], [...KEY_EXTRACTIONS, ...NO_KEYS,
    ...WRONG].map((line) => `COMMAND GETKEYS ${line}`)),
  ...each('COMMAND GETKEYSANDFLAGS', [], [...KEY_EXTRACTIONS, ...NO_KEYS,
    ...WRONG].map((line) => `COMMAND GETKEYSANDFLAGS ${line}`)),
  ...['GETKEYS', 'GETKEYSANDFLAGS'].flatMap((name) => [
    ...each(`COMMAND ${name} of unusual keys`, [], UNUSUAL_KEYS.map((line) => `COMMAND ${name} ${line}`)),
    ...likeRedis8(
      each(`COMMAND ${name} of one word`, [], ['', 'PING', 'DBSIZE', 'GET', 'BOGUS', 'RANDOMKEY',
        ...ONE_WORD].map((word) => `COMMAND ${name} ${word}`)),
    ),
    ...likeRedis8(
      each(`COMMAND ${name} of fields`, [], HASH_FIELD_KEYS.map((line) => `COMMAND ${name} ${line}`)),
    ),
  ]),
  ...table(['COMMAND INFO of nothing known', 'COMMAND INFO bogus', 'COMMAND INFO bogus bogus2',
    'COMMAND INFO ""', 'COMMAND INFO get|set', 'COMMAND INFO client|bogus', 'COMMAND INFO client|', 'COMMAND INFO client|list|x', 'COMMAND INFO get|x']),
  ...table(['COMMAND DOCS of nothing known', 'COMMAND DOCS bogus', 'COMMAND DOCS ""',
    'COMMAND DOCS bogus bogus2', 'COMMAND DOCS get|x', 'COMMAND DOCS client|x']),
  ...each('COMMAND', [], [
    'COMMAND BOGUS', 'COMMAND BOGUS x', 'COMMAND COUNT x', 'COMMAND HELP', 'COMMAND HELP x',
      'COMMAND LIST FILTERBY', 'COMMAND LIST FILTERBY BOGUS', 'COMMAND LIST FILTERBY BOGUS x',
      'COMMAND LIST FILTERBY PATTERN', 'COMMAND LIST BOGUS',
    'COMMAND LIST FILTERBY ACLCAT bogus', 'COMMAND LIST FILTERBY MODULE bogus', 'COMMAND LIST FILTERBY MODULE',
      'COMMAND LIST FILTERBY ACLCAT @read', 'COMMAND LIST FILTERBY ACLCAT READ x',
      'COMMAND LIST FILTERBY PATTERN nothing-like-this', 'COMMAND LIST FILTERBY PATTERN x y',
      'COMMAND LIST FILTERBY ACLCAT', 'COMMAND ""',
    'COMMAND LIST FILTERBY PATTERN get', 'COMMAND LIST filterby pattern GETDEL',
      'COMMAND LIST FILTERBY PATTERN config|g*', 'COMMAND LIST FILTERBY PATTERN client|getname',
  ]),
]; // prettier-ignore
