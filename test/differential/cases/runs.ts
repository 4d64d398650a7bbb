/** Rows of equal commands in one piece, which the server executes in one go; some of them fail or change nothing. */
import type { DifferentialCase } from '../../support/server-pair.js';
import { pipeline, type Step } from '../../support/steps.js';
import { table } from '../../support/tables.js';

/** A row of commands of one form, over keys of every kind. */
function row(form: (i: number) => string, count = 40): Step {
  return pipeline(...Array.from({ length: count }, (_, i) => form(i)));
}

export const runCases: DifferentialCase[] = table(
  ['runs of SET', row((i) => `SET k${i % 7} ${i}`), 'DBSIZE'],
  ['runs of INCR', 'LPUSH l a', 'SET word x', row((i) => (i % 9 === 4 ? 'INCR l' : i % 9 === 7 ? 'INCR word' : `INCR n${i % 3}`))],
  ['runs of pushes', 'SET k v', row((i) => (i % 10 === 6 ? 'RPUSH k x' : `RPUSH l${i % 2} ${i}`)), row((i) => `LPUSH m ${i}`)],
  ['runs of pops', 'RPUSH l 1 2 3 4 5 6 7', 'SET k v', row((i) => (i % 10 === 3 ? 'LPOP k' : 'LPOP l')), 'RPUSH m a b c',
    row(() => 'RPOP m')],
  ['runs of SADD', 'SET k v', row((i) => (i % 10 === 5 ? 'SADD k x' : `SADD s m${i % 12}`)),
    row((i) => `SADD numbers ${i % 9}`), row((i) => `SADD t${i % 2} ${'x'.repeat(70)}${i % 9}`)],
  ['runs of SPOP', 'SADD s a', 'SADD k 1', row((i) => (i % 2 === 0 ? 'SPOP s' : 'SPOP k')), 'DBSIZE'],
  ['runs of HSET', 'SET k v', row((i) => (i % 10 === 5 ? 'HSET k f v' : `HSET h f${i % 12} ${i}`))],
  ['runs of ZADD', 'SET k v', row((i) => (i % 10 === 5 ? 'ZADD k 1 a' : i % 10 === 8 ? 'ZADD z x m' : `ZADD z ${i % 4} m${i % 6}`)),
    row((i) => `ZADD large ${i % 3} ${'x'.repeat(70)}${i % 5}`)],
  ['runs of ZPOPMIN', 'ZADD z 1 a 2 b 3 c', 'ZADD y 1 a', 'SET k v',
    row((i) => (i % 10 === 8 ? 'ZPOPMIN k' : i % 3 === 0 ? 'ZPOPMIN y' : 'ZPOPMIN z')), 'ZADD x 1 a 2 b 3 c', row(() => 'ZPOPMAX x')],
  ['runs of XADD', 'SET k v', row((i) => (i % 10 === 8 ? 'XADD k 1-1 f v' : `XADD x ${i + 1}-0 f ${i}`)), row((i) => `XADD x ${i}-0 f v`)],
  ['runs of several commands', row((i) => ['SET a 1', 'INCR a', 'LPUSH l x', 'SADD s 1', 'GET a', 'LPOP l'][Math.floor(i / 5) % 6], 90)],
); // prettier-ignore
