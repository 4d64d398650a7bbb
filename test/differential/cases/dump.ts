/** DUMP: payloads that are the same bytes as those of Redis, since nothing in them is compressed or in a random order. */
import type { DifferentialCase } from '../../support/server-pair.js';
import type { Step } from '../../support/steps.js';
import { EDGE_INTEGERS } from '../../support/tables.js';

const DUMPED: Step = 'DUMP k';

export const dumpCases: DifferentialCase[] = [
  { title: 'no key, and no or too many arguments', steps: ['DUMP k', 'DUMP', 'DUMP k k'] },
  { title: 'a key whose time has come', steps: ['DEBUG SET-ACTIVE-EXPIRE 0', 'SET k v PXAT 1', DUMPED] },
  {
    title: 'integers as strings',
    steps: EDGE_INTEGERS.filter((text) => text.length <= 20).flatMap((text): Step[] => [
      ['SET', 'k', text],
      DUMPED,
    ]),
  },
  {
    title: 'strings',
    steps: ['SET k hello', DUMPED, ['SET', 'k', ''], DUMPED, ['SET', 'k', '12345678901'], DUMPED],
  },
  { title: 'a list', steps: ['RPUSH k a 1 -300', DUMPED, 'RPUSH k 70000', DUMPED] },
  { title: 'sets', steps: ['SADD k 3 1 2', DUMPED, 'SADD k 70000', DUMPED, 'DEL k', 'SADD k a', DUMPED] },
  { title: 'a sorted set', steps: ['ZADD k 1 a 2.5 b', DUMPED] },
  { title: 'a hash', steps: ['HSET k f v g 1', DUMPED] },
  {
    title: 'a stream',
    steps: ['XADD k 1-1 a 1', DUMPED, 'XGROUP CREATE k g $', DUMPED, 'XDEL k 1-1', DUMPED],
  },
];
