/** What is told of fields of hashes that expire: when their time comes, and when they are met behind it. */
import type { DifferentialCase } from '../../support/server-pair.js';
import type { Action, Step } from '../../support/steps.js';
import { likeRedis8, numbered, table } from '../../support/tables.js';
import { begins, receives, receivesNext } from '../../support/waiting.js';

const LISTENS = begins('listener', 'PSUBSCRIBE __keyevent@0__:*');
const TOLD = receives('listener');
/** Whoever meets fields must do so before the server does. */
const QUIET = ['DEBUG SET-ACTIVE-EXPIRE 0', LISTENS, receivesNext('listener')] as const;
const LOUD = 'DEBUG SET-ACTIVE-EXPIRE 1';
/** Lets a time of a millisecond pass. */
const PASSES = 'DEBUG SLEEP 0.02';

function next(count: number): Action[] {
  return Array.from({ length: count }, () => receivesNext('listener'));
}

/** Fields that have expired and are met by `lines`. */
function met(title: string, setup: readonly Step[], ...lines: string[]): [string, ...Step[]] {
  return [title, ...QUIET, ...setup, PASSES, TOLD, ...lines.flatMap((line) => [line, TOLD]), LOUD];
}

const ONE_OF_TWO = ['HSET h a 1 b 2', 'HPEXPIRE h 1 FIELDS 1 a'];
const ONLY_ONE = ['HSET h a 1', 'HPEXPIRE h 1 FIELDS 1 a'];
const LARGE: readonly Step[] = [['HSET', 'h', ...numbered('f', 3000)], 'HPEXPIRE h 1 FIELDS 2 f0 f2'];

export const fieldEventCases: DifferentialCase[] = likeRedis8(
  table(
    ['a field whose time comes', LISTENS, ...next(1), ...ONE_OF_TWO, ...next(3), 'HGETALL h'],
    ['fields whose time comes are told of once', LISTENS, ...next(1), 'HSET h a 1 b 2 c 3', 'HPEXPIRE h 1 FIELDS 2 a b',
      ...next(3), 'HGETALL h', TOLD],
    ['the last field of a hash, whose time comes', LISTENS, ...next(1), ...ONLY_ONE, ...next(4), 'EXISTS h', TOLD],
    ['fields of a large hash', LISTENS, ...next(1), ...LARGE, ...next(3), 'HLEN h', TOLD],
    met('HGET of one', ONE_OF_TWO, 'HGET h a', 'HGET h a', 'HLEN h'),
    met('HGET of another', ONE_OF_TWO, 'HGET h b'),
    met('HGET of the last', ONLY_ONE, 'HGET h a', 'EXISTS h'),
    met('HGET of one of many', LARGE, 'HGET h f0', 'HGET h f2', 'HLEN h'),
    met('HINCRBY', ONE_OF_TWO, 'HINCRBY h b 3'),
    met('HGETDEL', ONE_OF_TWO, 'HGETDEL h FIELDS 1 a', 'HGETDEL h FIELDS 1 b'),
    met('a time that has passed', ['HSET h a 1 b 2'], 'HPEXPIREAT h 1 FIELDS 1 a', 'HPEXPIREAT h 1 FIELDS 1 b'),
    met('HGETEX with a time that has passed', ['HSET h a 1 b 2'], 'HGETEX h PXAT 1 FIELDS 1 a'),
    met('what does not look at single fields', ONE_OF_TWO, 'HGETALL h', 'HKEYS h', 'HLEN h', 'HRANDFIELD h 2'),
  ),
); // prettier-ignore
