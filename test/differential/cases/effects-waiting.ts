/** What commands that wait leave, when they find something at once and when they have waited. */
import type { EffectCase } from '../../support/effect-comparison.js';

export const waitingCases: readonly EffectCase[] = [
  {
    name: 'commands that need not wait',
    steps: [
      'rpush l1 a b | blpop l1 0',
      'brpop nol l1 0',
      'rpush l1 a b',
      'blmove l1 l2 left right 0',
      'brpoplpush l1 l2 0',
      'blmpop 0 1 l2 left count 10',
      'set s 1 | blmove s l2 left right 0',
      'zadd z1 1 a 2 b 3 c',
      'bzpopmin noz z1 0',
      'bzmpop 0 1 z1 max',
      'bzpopmax z1 0',
      'multi | rpush l1 a b c | lmpop 1 l1 right count 2 | blpop l1 0 | blpop l1 0 | blmove l1 l2 left left 0 | exec',
    ],
  },
  {
    name: 'clients that have waited',
    steps: [
      '@a? blpop l1 0',
      'rpush l1 a',
      '@a? brpop l1 l2 0',
      '@b? blpop l1 l2 0',
      'rpush l1 a b c',
      '@b? blpop l2 l4 0',
      'multi | rpush l2 x | rpush l1 a | set foo bar | exec',
      'del l1',
      '@a? blmove l1 l2 left right 0',
      '@b? brpoplpush l2 l3 0',
      '@c? blpop l3 0',
      'rpush l1 q',
      '@a? blmpop 0 2 m1 m2 left count 2',
      'lpush m2 1 2 3',
      '@a? bzpopmin z1 0',
      '@b? bzpopmax z1 0',
      '@c? bzmpop 0 1 z1 max count 3',
      'zadd z1 1 a 2 b 3 c 4 d',
    ],
  },
  {
    name: 'clients in another database',
    steps: [
      '@a? select 3 | blpop l 0',
      '@b set x 1',
      'select 3 | rpush l a | select 0 | set x 2',
      '@b set x 3',
    ],
  },
];
