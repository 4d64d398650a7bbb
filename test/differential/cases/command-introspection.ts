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

export const commandIntrospectionCases: DifferentialCase[] = [
  ...each('COMMAND GETKEYS', [], [...KEY_EXTRACTIONS, ...NO_KEYS,
    ...WRONG].map((line) => `COMMAND GETKEYS ${line}`)),
  ...each('COMMAND GETKEYSANDFLAGS', [], [...KEY_EXTRACTIONS, ...NO_KEYS,
    ...WRONG].map((line) => `COMMAND GETKEYSANDFLAGS ${line}`)),
  ...likeRedis8(
    ['GETKEYS', 'GETKEYSANDFLAGS'].flatMap((name) =>
      each(`COMMAND ${name} of one word`, [], ['', 'PING', 'DBSIZE', 'GET', 'BOGUS',
        'RANDOMKEY'].map((word) => `COMMAND ${name} ${word}`)),
    ),
  ),
  ...table(['COMMAND INFO of nothing known', 'COMMAND INFO bogus', 'COMMAND INFO bogus bogus2',
    'COMMAND INFO ""', 'COMMAND INFO get|set', 'COMMAND INFO client|bogus', 'COMMAND INFO client|']),
  ...table(['COMMAND DOCS of nothing known', 'COMMAND DOCS bogus', 'COMMAND DOCS ""',
    'COMMAND DOCS bogus bogus2']),
  ...each('COMMAND', [], [
    'COMMAND BOGUS', 'COMMAND BOGUS x', 'COMMAND COUNT x', 'COMMAND HELP', 'COMMAND HELP x',
      'COMMAND LIST FILTERBY', 'COMMAND LIST FILTERBY BOGUS', 'COMMAND LIST FILTERBY BOGUS x',
      'COMMAND LIST FILTERBY PATTERN', 'COMMAND LIST BOGUS',
    'COMMAND LIST FILTERBY ACLCAT bogus', 'COMMAND LIST FILTERBY MODULE bogus',
      'COMMAND LIST FILTERBY PATTERN nothing-like-this', 'COMMAND LIST FILTERBY PATTERN x y',
      'COMMAND LIST FILTERBY ACLCAT', 'COMMAND ""',
    'COMMAND LIST FILTERBY PATTERN get', 'COMMAND LIST filterby pattern GETDEL',
      'COMMAND LIST FILTERBY PATTERN config|g*', 'COMMAND LIST FILTERBY PATTERN client|getname',
  ]),
]; // prettier-ignore
