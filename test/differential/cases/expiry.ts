/** Expiration: setting it, its conditions and limits, asking for it, and keys that are gone when it comes. */
import type { DifferentialCase } from '../../support/server-pair.js';
import { pause } from '../../support/steps.js';
import { ALL_BYTES, EDGE_INTEGERS, arity, each, table } from '../../support/tables.js';
import { otherTypes } from '../../support/other-types.js';

/** A time far ahead, in seconds, that stays comparable: 2100-01-01. */
const FAR_S = 4_102_444_800;

/** The four commands, each with what means "a hundred seconds", "two hundred" and "the past" to it. */
const SETTERS = [
  { name: 'EXPIRE', soon: '100', later: '200', past: '-1' },
  { name: 'PEXPIRE', soon: '100000', later: '200000', past: '-1' },
  { name: 'EXPIREAT', soon: `${FAR_S}`, later: `${FAR_S + 100}`, past: '1' },
  { name: 'PEXPIREAT', soon: `${FAR_S}000`, later: `${FAR_S + 100}000`, past: '1' },
] as const;

const CONDITIONS = [
  'NX', 'XX', 'GT', 'LT', 'nx', 'gt', 'NX NX', 'XX GT', 'XX LT', 'GT XX', 'LT XX', 'NX XX', 'XX NX', 'NX GT',
    'NX LT', 'GT LT', 'LT GT',
  'GT GT', 'XX GT LT', 'NX XX GT LT', 'BOGUS', 'NX BOGUS', '""', 'CH',
]; // prettier-ignore

const ASK = ['TTL k', 'PTTL k', 'EXPIRETIME k', 'PEXPIRETIME k', 'GET k'];

const LIMITS = [
  '9223372036854775807', '9223372036854775806', '-9223372036854775808', '9223372036854775',
    '9223372036854776', '-9223372036854775',
  '-9223372036854776', '9223372035000000000', '9223370000000000', '922337203685477580',
    '9223372036854775808', '0', '-0', '',
]; // prettier-ignore

export const expiryCases: DifferentialCase[] = [
  ...SETTERS.flatMap(({ name, soon, later, past }) => [
    arity(name, 0, 1, 3, 4),
    ...table(
      [name, 'SET k v', `${name} k ${soon}`, ...ASK, `${name} k ${later}`, ...ASK],
      [`${name} of a missing key`, `${name} nokey ${soon}`, `${name} nokey ${past}`, `${name} nokey abc`,
        'EXISTS nokey'],
      [`${name} in the past deletes`, 'SET k v', `${name} k ${past}`, 'EXISTS k', 'DBSIZE', ...ASK],
      [`${name} 0 deletes`, 'SET k v', `${name} k 0`, 'EXISTS k', 'DBSIZE'],
      [`${name} in the past of a key with expiry`, 'SET k v EX 50', `${name} k ${past}`, 'DBSIZE'],
      [`${name} of binary and empty names`, ['SET', ALL_BYTES, 'v'], [name, ALL_BYTES, soon], ['PTTL',
        ALL_BYTES], 'SET "" v', `${name} "" ${soon}`, 'PTTL ""'],
    ),
    ...CONDITIONS.flatMap((condition) =>
      table(
        [`${name} ${condition} without expiry`, 'SET k v', `${name} k ${soon} ${condition}`, ...ASK],
        [`${name} ${condition} further`, 'SET k v', `${name} k ${soon}`, `${name} k ${later} ${condition}`,
          ...ASK],
        [`${name} ${condition} nearer`, 'SET k v', `${name} k ${later}`, `${name} k ${soon} ${condition}`,
          ...ASK],
        [`${name} ${condition} in the past`, 'SET k v', `${name} k ${soon}`,
          `${name} k ${past} ${condition}`, 'EXISTS k', 'SET k v', `${name} k ${past} ${condition}`,
          'EXISTS k'],
        [`${name} ${condition} of a missing key`, `${name} nokey ${soon} ${condition}`],
      ),
    ),
    ...each(`${name} value`, ['SET k v'], EDGE_INTEGERS.map((value) => [name, 'k', value])),
    ...LIMITS.map((limit) => ({ title: `${name} limit ${limit}`, steps: ['SET k v', [name, 'k', limit],
      'EXISTS k', 'PTTL k', 'PEXPIRETIME k', 'EXPIRETIME k', 'TTL k'] })),
    ...otherTypes(name, `${name} other ${soon}`, 'PTTL other', `${name} other ${past}`),
  ]),

  ...['TTL', 'PTTL', 'EXPIRETIME', 'PEXPIRETIME', 'PERSIST'].flatMap((name) => [
    arity(name, 0, 2, 3),
    ...table(
      [`${name} of keys with, without and gone`, `${name} nokey`, 'SET k v', `${name} k`, 'EXPIRE k 100',
        `${name} k`, 'PEXPIREAT k 1', `${name} k`],
      [`${name} of an exact time`, 'SET k v PXAT 4102444800123', `${name} k`, 'EXISTS k', 'TTL k'],
      [`${name} rounds`, 'SET k v PX 100499', `${name} k`, 'SET k v PX 100900', `${name} k`,
        'SET k v PX 900', `${name} k`],
    ),
    ...otherTypes(name, `${name} other`, 'EXPIRE other 100', `${name} other`),
  ]),

  ...table(
    ['PERSIST', 'SET k v EX 100', 'PERSIST k', 'TTL k', 'PERSIST k', 'PERSIST nokey', 'GET k'],
    ['an expiry comes', 'SET k v PX 40', 'SET j v', 'GET k', pause(80), 'GET k', 'EXISTS k', 'TTL k',
      'TYPE k', 'STRLEN k', 'DBSIZE'],
    ['every reader sees that it came', 'MSET a 1 b 1 c 1 d 1', 'PEXPIRE a 30', 'PEXPIRE b 30',
      'PEXPIRE c 30', 'PEXPIRE d 30', pause(60), 'INCR a', 'APPEND b x', 'SETNX c 2', 'SETBIT d 0 1',
      'PTTL a', 'PTTL b', 'PTTL c', 'PTTL d', 'MGET a b c d'],
    ['the cycle removes what nobody reads', 'MSET a 1 b 1 c 1', 'PEXPIRE a 20', 'PEXPIRE b 20', pause(400),
      'DBSIZE', 'KEYS *'],
    ['SET drops the expiry', 'SET k v EX 100', 'SET k w', 'TTL k'],
    ['writes that keep the expiry', 'SET k 1 EX 100', 'INCR k', 'PTTL k', 'APPEND k 5', 'PTTL k',
      'SETRANGE k 0 9', 'PTTL k', 'SETBIT k 0 1', 'PTTL k', 'BITFIELD k SET u8 0 49', 'PTTL k',
      'SET k 5 KEEPTTL', 'PTTL k', 'INCRBYFLOAT k 1.5', 'PTTL k'],
    ['writes that drop the expiry', 'SET k 1 EX 100', 'GETSET k 2', 'TTL k', 'EXPIRE k 100', 'MSET k 3',
      'TTL k', 'EXPIRE k 100', 'BITOP NOT k k', 'TTL k', 'EXPIRE k 100', 'SET k 1 GET', 'TTL k'],
    ['DEL and anew has no expiry', 'SET k v EX 100', 'DEL k', 'SET k v', 'TTL k'],
    ['FLUSHALL forgets expiries', 'SET k v EX 100', 'FLUSHALL', 'SET k v', 'TTL k'],
    ['many expiries at once', ...Array.from({ length: 50 }, (_, i) => `SET k${i} v PX ${20 + i}`),
      pause(150), 'MGET k0 k10 k49', 'KEYS *'],
    ['the expiry of one of two databases', 'SET k v PX 30', 'SELECT 1', 'SET k v', pause(60), 'GET k',
      'SELECT 0', 'GET k'],
  ),
]; // prettier-ignore
