/** Keys as such: existence, types, names, databases, OBJECT. */
import type { DifferentialCase } from '../../support/server-pair.js';
import { scanAll, unordered } from '../../support/steps.js';
import { ALL_BYTES, EDGE_INTEGERS, arity, each, table, likeRedis8 } from '../../support/tables.js';
import { otherTypes } from '../../support/other-types.js';

const THREE = ['MSET k1 a k2 b k3 c'];
const PATTERNS = [
  '*', '**', '?', '???', 'k?', 'k[12]', 'k[1-2]', 'k[2-1]', 'k[^1]', 'k[^1-2]', '[', 'k[', 'k[1', 'k\\\\1',
    'k\\\\*', '"k\\\\"',
  '""', 'K1', 'k1*', '*1', '*k*1*', 'a*b*c', '[a-', '[^', '[]', 'k[]1]', 'k[\\\\1]', 'h?llo', 'h*llo',
    'h[ae]llo',
  '"*\\x00*"', '"\\xff*"', '\\\\*', 'h[^e]llo',
]; // prettier-ignore

export const keysCases: DifferentialCase[] = [
  ...['DEL', 'UNLINK', 'EXISTS', 'TOUCH'].flatMap((command) => [
    arity(command, 0),
    ...table(
      [`${command} one key`, 'SET k v', `${command} k`, 'GET k', 'DBSIZE'],
      [`${command} a missing key`, `${command} nokey`, 'DBSIZE'],
      [`${command} several, some missing, one twice`, ...THREE, `${command} k1 nokey k2 k1`, 'DBSIZE',
        'MGET k1 k2 k3'],
      [`${command} an empty name`, 'SET "" v', `${command} ""`, 'DBSIZE'],
      [`${command} a binary name`, ['SET', ALL_BYTES, 'v'], [command, ALL_BYTES], 'DBSIZE'],
      [`${command} an expired key`, 'SET k v', 'PEXPIREAT k 1', `${command} k`, 'DBSIZE'],
      [`${command} many`, ['MSET', ...many(300)], [command, ...names(300)], 'DBSIZE'],
    ),
    ...otherTypes(command, `${command} other`, 'EXISTS other'),
  ]),
  arity('TYPE', 0, 2, 3),
  ...table(
    ['TYPE', 'SET k v', 'TYPE k', 'TYPE nokey', 'PFADD h a', 'TYPE h', 'SETBIT b 1 1', 'TYPE b', 'SET n 12',
      'TYPE n'],
    ['command names in any case', 'set k v', 'GeT k', 'tYPE k', 'eXiStS k', 'object Encoding k',
      'OBJECT ENCODING k'],
  ),
  ...otherTypes('TYPE', 'TYPE other'),

  arity('KEYS', 0, 2, 3),
  ...each('KEYS', ['MSET k1 a k2 b k3 c hello x hallo y hxllo z "k\\\\" q "k*" s "a\\x00b" t "\\xff\\xfe" u'],
    PATTERNS.map((pattern) => unordered(`KEYS ${pattern}`))), // prettier-ignore
  ...table(
    ['KEYS of an empty database', 'KEYS *', 'KEYS x'],
    ['KEYS leaves out what expired', 'SET k v', 'PEXPIREAT k 1', 'KEYS *', 'SET k v PX 100000', 'KEYS *'],
    ['KEYS of the selected database only', 'SET k v', 'SELECT 3', 'KEYS *', 'SET j v', 'KEYS *'],
  ),

  arity('SCAN', 0),
  ...table(
    ['SCAN an empty database', 'SCAN 0', 'SCAN 0 COUNT 100', 'SCAN 0 MATCH x'],
    ['SCAN a few', 'MSET a 1 b 2 c 3', scanAll(''), scanAll('COUNT 1'), scanAll('COUNT 1000')],
    ['SCAN many', ['MSET', ...many(500)], scanAll(''), scanAll('COUNT 7'), scanAll('COUNT 100000')],
    ['SCAN MATCH', ['MSET', ...many(200)], scanAll('MATCH key:1*'), scanAll('MATCH key:?5 COUNT 3'),
      scanAll('MATCH none*')],
    ['SCAN TYPE', 'MSET a 1 b 2', scanAll('TYPE string'), scanAll('TYPE STRING'), scanAll('TYPE list'),
      scanAll('TYPE hash')],
    ['SCAN all options', ['MSET', ...many(100)], scanAll('TYPE string COUNT 10 MATCH key:*0'),
      scanAll('MATCH key:*0 COUNT 10 TYPE zset')],
    ['SCAN options given twice', 'MSET a 1 b 2', scanAll('COUNT 1 COUNT 100'), scanAll('MATCH a MATCH b')],
    ['SCAN in lower case', 'MSET a 1 b 2', scanAll('match a count 10 type string')],
    ['SCAN of an empty key', 'SET "" v', 'SCAN 0 MATCH * COUNT 1000', 'SCAN 0 MATCH ** COUNT 1000', 'KEYS *',
      'KEYS **'],
    ['SCAN leaves out what expired', 'MSET a 1 b 2', 'PEXPIREAT a 1', scanAll('')],
    ['SCAN in RESP3 maps nothing', 'SET only v', 'SCAN 0 COUNT 10000'],
  ),
  ...each('SCAN', [], [
    'SCAN abc', 'SCAN -1', 'SCAN ""', 'SCAN 1.5', 'SCAN " 1"', 'SCAN "1 "', 'SCAN 99999999999999999999999',
    'SCAN 18446744073709551615', 'SCAN 18446744073709551616', 'SCAN 0 COUNT', 'SCAN 0 COUNT 0',
      'SCAN 0 COUNT -1',
    'SCAN 0 COUNT abc', 'SCAN 0 COUNT 99999999999999999999', 'SCAN 0 MATCH', 'SCAN 0 TYPE', 'SCAN 0 BOGUS',
    'SCAN 0 BOGUS x', 'SCAN 0 COUNT 5 MATCH', 'SCAN 0 COUNT 5 6', 'SCAN 0 MATCH * TYPE', 'SCAN abc COUNT abc',
    'SCAN 0 COUNT "1\\x00"', 'SCAN 0 COUNT 9223372036854775807', 'SCAN 0 MATCH "" COUNT 10', 'SCAN 0x0',
      'SCAN 00', 'SCAN +0',
  ]), // prettier-ignore

  arity('RANDOMKEY', 1, 2),
  ...table(
    ['RANDOMKEY', 'RANDOMKEY', 'SET only v', 'RANDOMKEY', 'SET other v', 'RANDOMKEY', 'DEL only',
      'RANDOMKEY'],
    ['RANDOMKEY of the selected database', 'SET k v', 'SELECT 1', 'RANDOMKEY'],
  ),

  ...['RENAME', 'RENAMENX'].flatMap((command) => [
    arity(command, 0, 1, 3, 4),
    ...table(
      [command, 'SET a 1', `${command} a b`, 'EXISTS a', 'GET b', 'DBSIZE'],
      [`${command} a missing key`, `${command} nokey b`, 'SET b 1', `${command} nokey b`,
        `${command} nokey nokey`],
      [`${command} onto another`, 'MSET a 1 b 2', `${command} a b`, 'MGET a b', 'DBSIZE'],
      [`${command} onto itself`, 'SET a 1 EX 100', `${command} a a`, 'GET a', 'TTL a'],
      [`${command} takes the expiry along`, 'SET a 1 EX 100', `${command} a b`, 'TTL a', 'PTTL b'],
      [`${command} drops the target's expiry`, 'SET a 1', 'SET b 2 EX 100', `${command} a b`, 'TTL b',
        'TTL a'],
      [`${command} keeps the encoding`, 'SET a 12345', `${command} a b`, 'OBJECT ENCODING b',
        `SET c ${'x'.repeat(100)}`, `${command} c d`, 'OBJECT ENCODING d'],
      [`${command} with binary and empty names`, ['SET', ALL_BYTES, 'v'], [command, ALL_BYTES, ''], 'GET ""',
        [command, '', ALL_BYTES], ['GET', ALL_BYTES]],
      [`${command} of what expired`, 'SET a 1', 'PEXPIREAT a 1', `${command} a b`, 'EXISTS b'],
      [`${command} onto what expired`, 'SET a 1', 'SET b 1', 'PEXPIREAT b 1', `${command} a b`, 'GET b',
        'TTL b'],
      [`${command} between names of very different lengths`, 'SET a 1', [command, 'a', 'x'.repeat(5000)],
        ['GET', 'x'.repeat(5000)], [command, 'x'.repeat(5000), 'z'], 'GET z'],
    ),
    ...otherTypes(command, `${command} other target`, 'TYPE target', 'SET other v',
      `${command} target other`),
  ]),

  arity('COPY', 0, 1, 3),
  ...table(
    ['COPY', 'SET a 1', 'COPY a b', 'MGET a b', 'OBJECT ENCODING b', 'APPEND b 2', 'MGET a b'],
    ['COPY a missing key', 'COPY nokey b', 'SET b 1', 'COPY nokey b REPLACE', 'GET b'],
    ['COPY onto another', 'MSET a 1 b 2', 'COPY a b', 'GET b', 'COPY a b REPLACE', 'GET b',
      'COPY a b replace REPLACE'],
    ['COPY onto itself', 'SET a 1', 'COPY a a', 'COPY a a REPLACE', 'COPY a a DB 0', 'COPY a a DB 1',
      'COPY nokey nokey'],
    ['COPY to another database', 'SET a 1', 'COPY a b DB 3', 'EXISTS b', 'SELECT 3', 'GET b',
      'COPY b b DB 0', 'SELECT 0', 'GET b', 'DBSIZE'],
    ['COPY DB and REPLACE', 'SET a 1', 'COPY a a DB 2 REPLACE', 'COPY a a DB 2', 'SET a 5',
      'COPY a a REPLACE DB 2', 'SELECT 2', 'GET a'],
    ['COPY takes the expiry along', 'SET a 1 EX 100', 'COPY a b', 'PTTL b', 'SET c 1', 'COPY c b REPLACE',
      'TTL b'],
    ['COPY of large values', ['SET', 'a', Buffer.alloc(100_000, 7)], 'COPY a b', 'GET b', 'DEL a',
      'STRLEN b'],
    ['COPY of what expired', 'SET a 1', 'PEXPIREAT a 1', 'COPY a b', 'EXISTS b'],
    ['COPY onto what expired', 'MSET a 1 b 2', 'PEXPIREAT b 1', 'COPY a b', 'GET b', 'TTL b'],
  ),
  ...each('COPY', ['MSET a 1 b 2'], [
    'COPY a b DB', 'COPY a b DB abc', 'COPY a b DB -1', 'COPY a b DB 16', 'COPY a b DB 15',
      'COPY a b DB 9999999999999999999',
    'COPY a b BOGUS', 'COPY a b REPLACE DB', 'COPY a b DB 1 DB 2', 'COPY a b REPLACE BOGUS',
      'COPY a a DB 99', 'COPY nokey b DB 99',
    'COPY a b DB 4294967296', 'COPY a b DB " 1"',
  ]), // prettier-ignore
  ...likeRedis8(otherTypes('COPY', 'COPY other b', 'TYPE b', 'SET s v', 'COPY other s', 'COPY other s REPLACE',
    'TYPE s', 'OBJECT ENCODING s')),

  arity('MOVE', 0, 1, 3),
  ...table(
    ['MOVE', 'SET a 1 EX 100', 'MOVE a 1', 'EXISTS a', 'SELECT 1', 'GET a', 'PTTL a', 'DBSIZE'],
    ['MOVE a missing key', 'MOVE nokey 1', 'MOVE nokey 0', 'MOVE nokey 99'],
    ['MOVE where the key exists', 'SET a 1', 'SELECT 1', 'SET a 2', 'MOVE a 0', 'GET a', 'SELECT 0', 'GET a'],
    ['MOVE where the key expired', 'SELECT 1', 'SET a 2', 'PEXPIREAT a 1', 'SELECT 0', 'SET a 1', 'MOVE a 1',
      'SELECT 1', 'GET a'],
  ),
  ...each('MOVE', ['SET a 1'], ['MOVE a 0', 'MOVE a 16', 'MOVE a -1', 'MOVE a abc', 'MOVE a 1.5',
    'MOVE a ""', 'MOVE a 99999999999999999999', 'MOVE a 4294967297', 'MOVE a 15']),
  ...otherTypes('MOVE', 'MOVE other 1', 'SELECT 1', 'TYPE other', 'MOVE other 0', 'SELECT 0'),

  arity('SWAPDB', 0, 1, 3),
  ...table(
    ['SWAPDB', 'SET a zero EX 100', 'SELECT 1', 'MSET a one b two', 'SWAPDB 0 1', 'GET a', 'TTL a', 'DBSIZE',
      'SELECT 0', 'MGET a b', 'DBSIZE'],
    ['SWAPDB with itself', 'SET a 1', 'SWAPDB 0 0', 'GET a', 'SWAPDB 5 5'],
    ['SWAPDB of a database nobody selected', 'SET a 1', 'SWAPDB 4 5', 'SWAPDB 0 7', 'EXISTS a', 'SELECT 7',
      'GET a'],
  ),
  ...each('SWAPDB', ['SET a 1'], ['SWAPDB 0 16', 'SWAPDB 16 0', 'SWAPDB -1 0', 'SWAPDB 0 -1', 'SWAPDB a 0',
    'SWAPDB 0 a', 'SWAPDB a b', 'SWAPDB "" 0', 'SWAPDB 0 4294967296', 'SWAPDB 1.0 0']),

  arity('SELECT', 0, 2),
  ...each('SELECT', [], ['SELECT 0', 'SELECT 15', ...EDGE_INTEGERS.map((value) => ['SELECT', value])]),
  ...table(
    ['SELECT separates databases', 'SET a 0', 'SELECT 1', 'GET a', 'SET a 1', 'SELECT 0', 'GET a',
      'SELECT 15', 'DBSIZE'],
    ['a failed SELECT changes nothing', 'SET a 0', 'SELECT 16', 'GET a', 'SELECT x', 'GET a'],
  ),

  arity('DBSIZE', 1, 2),
  ...['FLUSHDB', 'FLUSHALL'].flatMap((command) => [
    ...table(
      [command, 'SET a 1', 'SELECT 1', 'SET b 1', command, 'DBSIZE', 'SELECT 0', 'DBSIZE', 'GET a'],
      [`${command} SYNC`, 'SET a 1', `${command} SYNC`, 'DBSIZE', `${command} sync`],
      [`${command} ASYNC`, 'SET a 1', `${command} ASYNC`, 'DBSIZE', 'SET a 2', 'GET a', `${command} async`],
      [`${command} many keys`, ['MSET', ...many(1000)], command, 'DBSIZE', 'RANDOMKEY', scanAll(''),
        'SET a 1', 'GET a'],
    ),
    ...each(command, ['SET a 1'], [`${command} BOGUS`, `${command} SYNC ASYNC`, `${command} ASYNC ASYNC`,
      `${command} ""`, `${command} a b c`]),
  ]),

  ...table(
    ['OBJECT ENCODING', 'SET a 12345', 'OBJECT ENCODING a', 'SET b hello', 'OBJECT ENCODING b', ['SET', 'c',
      'x'.repeat(44)], 'OBJECT ENCODING c', ['SET', 'd', 'x'.repeat(45)], 'OBJECT ENCODING d',
      'OBJECT ENCODING nokey'],
    ['OBJECT ENCODING of edge integers', ...EDGE_INTEGERS.flatMap((value) => [['SET', 'k', value],
      'OBJECT ENCODING k', 'GET k'])],
    ['OBJECT ENCODING after writes', 'SET a 1', 'APPEND a 2', 'OBJECT ENCODING a', 'INCR a',
      'OBJECT ENCODING a', 'SETRANGE a 0 9', 'OBJECT ENCODING a', 'INCRBYFLOAT a 1', 'OBJECT ENCODING a',
      'INCRBYFLOAT a 0.5', 'OBJECT ENCODING a', 'SETBIT bits 7 1', 'OBJECT ENCODING bits', 'PFADD hll a',
      'OBJECT ENCODING hll', 'APPEND new 1', 'OBJECT ENCODING new', 'SETRANGE range 0 12',
      'OBJECT ENCODING range', 'GETSET a 5', 'OBJECT ENCODING a', 'MSET m 5 n x', 'OBJECT ENCODING m',
      'SETNX nx 77', 'OBJECT ENCODING nx', 'GETDEL m'],
    ['OBJECT REFCOUNT', 'SET a hello', 'OBJECT REFCOUNT a', 'OBJECT REFCOUNT nokey', 'SET big 123456',
      'OBJECT REFCOUNT big'],
    ['OBJECT IDLETIME', 'SET a hello', 'OBJECT IDLETIME a', 'OBJECT IDLETIME nokey', 'TOUCH a',
      'OBJECT IDLETIME a'],
    ['OBJECT FREQ', 'SET a hello', 'OBJECT FREQ a', 'OBJECT FREQ nokey'],
    ['OBJECT FREQ and IDLETIME under LFU', 'CONFIG SET maxmemory-policy allkeys-lfu', 'SET a hello',
      'OBJECT FREQ a', 'OBJECT FREQ nokey', 'OBJECT IDLETIME a', 'OBJECT IDLETIME nokey',
      'CONFIG SET maxmemory-policy noeviction'],
    ['OBJECT HELP', 'OBJECT HELP', 'OBJECT help', 'OBJECT HELP x'],
  ),
  ...each('OBJECT', ['SET a 1'], ['OBJECT', 'OBJECT BOGUS', 'OBJECT BOGUS a', 'OBJECT ENCODING',
    'OBJECT ENCODING a b', 'OBJECT FREQ', 'OBJECT FREQ a b', 'OBJECT IDLETIME', 'OBJECT IDLETIME a b',
    'OBJECT REFCOUNT', 'OBJECT REFCOUNT a b', 'OBJECT ""', 'OBJECT "a\\r\\nb"']),
  ...likeRedis8(otherTypes('OBJECT', 'OBJECT ENCODING other', 'OBJECT REFCOUNT other', 'OBJECT IDLETIME other',
    'OBJECT FREQ other')),
]; // prettier-ignore

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `key:${index}`);
}

function many(count: number): string[] {
  return names(count).flatMap((name, index) => [name, String(index)]);
}
