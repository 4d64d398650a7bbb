/** Waits that begin and end in one turn of the loop, and waits of clients that want no replies, or that listen. */
import type { DifferentialCase } from '../../support/server-pair.js';
import { likeRedis8, table } from '../../support/tables.js';
import { begins, inOneTurn, inTurns, receives, receivesNext } from '../../support/waiting.js';

const ONE_TURN: DifferentialCase[] = table(
  [
    'ended in the turn in which it began',
    inOneTurn(['a', 'PING', 'ECHO x', 'BLPOP l 0', 'ECHO after'], ['b', 'CLIENT UNBLOCK #a', 'PING']),
  ],
  [
    'ended with an error in that turn',
    inOneTurn(['a', 'PING', 'BLPOP l 0', 'ECHO after'], ['b', 'CLIENT UNBLOCK #a ERROR', 'PING']),
  ],
  [
    'served in that turn',
    inOneTurn(
      ['a', 'PING', 'BLPOP l 0', 'ECHO after', 'BLPOP l 0', 'ECHO last'],
      ['b', 'RPUSH l 1', 'RPUSH l 2', 'PING'],
    ),
  ],
  [
    'closed in that turn',
    inOneTurn(['a', 'BLPOP l 0', 'ECHO after'], ['b', 'CLIENT KILL ID #a', 'RPUSH l 1', 'LLEN l']),
    'LLEN l',
  ],
  [
    'ended by a transaction before its push',
    inOneTurn(
      ['a', 'BLPOP l 0', 'PING'],
      ['b', 'MULTI', 'CLIENT UNBLOCK #a', 'RPUSH l 1', 'LLEN l', 'EXEC', 'LLEN l'],
    ),
  ],
  [
    'ended by a transaction behind its push',
    inOneTurn(
      ['a', 'BLPOP l 0', 'PING'],
      ['b', 'MULTI', 'RPUSH l 1', 'CLIENT UNBLOCK #a', 'LLEN l', 'EXEC', 'LLEN l'],
    ),
  ],
);

const TWO_TURNS: DifferentialCase[] = table(
  [
    'served in the turn in which it began, it waits again in the next',
    inTurns(
      [
        ['a', 'BLPOP l 0'],
        ['b', 'RPUSH l 1'],
      ],
      [['a', 'BLPOP m 0', 'ECHO after']],
    ),
    'RPUSH m 2',
    receives('a'),
  ],
  [
    'ended in the turn in which it began, it waits again in the next',
    inTurns(
      [
        ['a', 'BLPOP l 0', 'PING'],
        ['b', 'CLIENT UNBLOCK #a'],
      ],
      [
        ['b', 'PING'],
        ['a', 'BLPOP m 0', 'ECHO after'],
      ],
    ),
    'RPUSH m 2',
    receives('a'),
  ],
);

const UNWANTED: DifferentialCase[] = table(
  [
    'no reply when the time is over',
    begins('a', 'CLIENT REPLY OFF', 'BLPOP l 0.01', 'CLIENT REPLY ON', 'PING'),
    receivesNext('a'),
    receives('a'),
  ],
  [
    'no reply when the time of a skipped command is over',
    begins('a', 'CLIENT REPLY SKIP', 'BLPOP l 0.01', 'PING'),
    receivesNext('a'),
    receives('a'),
  ],
  [
    'no reply when it is served',
    begins('a', 'CLIENT REPLY OFF', 'BLPOP l 0', 'CLIENT REPLY ON', 'PING'),
    'RPUSH l x',
    receives('a'),
    'LLEN l',
  ],
  [
    'no reply when a skipped command is served',
    begins('a', 'CLIENT REPLY SKIP', 'BLPOP l 0', 'PING'),
    'RPUSH l x',
    receives('a'),
    'LLEN l',
  ],
  [
    'no reply when it is unblocked',
    inOneTurn(
      ['a', 'CLIENT REPLY OFF', 'BLPOP l 0', 'CLIENT REPLY ON', 'PING'],
      ['b', 'CLIENT UNBLOCK #a ERROR'],
    ),
  ],
);

const LISTENING: DifferentialCase[] = [
  {
    title: 'a message about the wait itself comes behind its reply',
    protocols: [3],
    steps: [
      begins('a', 'PSUBSCRIBE __key*', 'BLPOP l 0', 'PING'),
      begins('b', 'SUBSCRIBE __keyevent@0__:lpop', 'BLPOP l 0', 'PING'),
      'CONFIG SET notify-keyspace-events KEA',
      'RPUSH l x y',
      receives('a'),
      receives('b'),
      'CONFIG SET notify-keyspace-events ""',
    ],
  },
];

const TIMES: DifferentialCase[] = likeRedis8(
  table([
    'timeouts of XREAD',
    ...['9223372036854775807', '9223372036854775806', '-1', '1.5', 'x', '1'].map(
      (timeout) => `XREAD BLOCK ${timeout} STREAMS x $`,
    ),
  ]),
);

export const blockingTurnCases: DifferentialCase[] = [
  ...ONE_TURN,
  ...TWO_TURNS,
  ...UNWANTED,
  ...LISTENING,
  ...TIMES,
];
