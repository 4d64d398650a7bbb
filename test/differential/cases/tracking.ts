/** Client-side caching: what is remembered, who is told of which changes and when, and what is told about it. */
import type { DifferentialCase } from '../../support/server-pair.js';
import { type Action, bytes, onConnection, pause, pipeline, type Step } from '../../support/steps.js';
import { begins, leaves, receives } from '../../support/waiting.js';

/** What has come to the case's connection by itself. */
function received(): Action {
  return { ...bytes('', []), label: '(what was received)' };
}

/** A command on another connection, and what the case's one is told because of it. */
function told(line: string): Step[] {
  return [onConnection('other', line), received()];
}

/** The case's connection speaks RESP3 and says `lines`; then another one says each of `changes`. */
function caching(title: string, lines: readonly string[], ...changes: readonly string[]): DifferentialCase {
  return { title, steps: [pipeline(...lines), ...changes.flatMap(told)], protocols: [3] };
}

/** CLIENT TRACKING with the number of the connection `to`. */
function redirected(to: string, rest = ''): Action {
  const line = `CLIENT TRACKING ON REDIRECT 1 ${rest}`;
  return {
    label: `CLIENT TRACKING ON REDIRECT (${to}) ${rest}`,
    commands: [line],
    run: async (session) => {
      const id = await onConnection(to, 'CLIENT ID').run(session);
      const number = Buffer.from(id).toString('latin1').slice(1).trim();
      const words = ['CLIENT', 'TRACKING', 'ON', 'REDIRECT', number, ...rest.split(' ').filter(Boolean)];
      return session.connection.command(...words);
    },
  };
}

/** An action whose outcome names clients, which have other numbers on every server. */
function withoutNumbers(action: Action): Action {
  const run: Action['run'] = async (session) => {
    const text = Buffer.from(await action.run(session)).toString('latin1');
    return Buffer.from(text.replace(/:\d+\r\n/g, ':<number>\r\n'), 'latin1');
  };
  return { ...action, run };
}

/** An action whose outcome is compared by its lines: a message may stand before or behind a reply. */
function inAnyOrder(action: Action): Action {
  const run: Action['run'] = async (session) => {
    const lines = Buffer.from(await action.run(session))
      .toString('latin1')
      .split('\r\n');
    return Buffer.from(lines.sort().join('\r\n'), 'latin1');
  };
  return { ...action, run };
}

const READS = [
  'GET k',
  'MGET k j',
  'STRLEN k',
  'EXISTS k',
  'TTL k',
  'TYPE k',
  'HGETALL k',
  'LRANGE k 0 -1',
  'SCARD k',
  'ZRANGE k 0 -1',
  'XRANGE k - +',
  'SINTERCARD 2 k j',
  'SORT_RO k',
  'OBJECT ENCODING k',
  'XREAD STREAMS k 0',
  'GEODIST k a b',
  'LCS k j',
  'BITFIELD_RO k GET u8 0',
  'RANDOMKEY',
  'KEYS *',
  'SCAN 0',
  'SET k v GET',
  'GETDEL k',
  'INCR k',
  'TOUCH k',
  'WATCH k',
];

const CHANGES = [
  'SET k 1',
  'DEL k',
  'UNLINK k',
  'EXPIRE k 100',
  'PERSIST k',
  'APPEND k x',
  'MSET a 1 k 2 j 3',
  'RENAME k j',
  'RENAME s k',
  'COPY s k REPLACE',
  'GETEX k EX 100',
  'GETEX k',
  'SETRANGE k 0 ""',
  'LPUSH k a',
  'BITOP AND k s s',
  'FLUSHALL',
  'FLUSHDB',
  'SELECT 1 x',
  'SORT s STORE k',
  'MOVE k 1',
  'SWAPDB 0 1',
  'SETEX k 100 v',
  'GET k',
];

const byReading: DifferentialCase[] = [
  ...READS.map((read) =>
    caching(`${read} is remembered or not`, ['CLIENT TRACKING ON', read], 'SET k v', 'SET j v'),
  ),
  ...CHANGES.map((change) =>
    caching(
      `${change} of a key that was read`,
      ['MSET k v s w', 'CLIENT TRACKING ON', 'MGET k j'],
      change,
      'SET k again',
    ),
  ),
  caching('a change is told once', ['CLIENT TRACKING ON', 'GET k'], 'SET k 1', 'SET k 2', 'SET other 3'),
  caching(
    'keys with any bytes',
    ['CLIENT TRACKING ON', 'GET "\\x00\\r\\n\\xff"'],
    'SET "\\x00\\r\\n\\xff" v',
  ),
  caching('own changes', [
    'CLIENT TRACKING ON',
    'GET k',
    'SET k v',
    'SET k w',
    'MGET k j',
    'DEL j k',
    'PING',
  ]),
  caching('own changes, NOLOOP', ['CLIENT TRACKING ON NOLOOP', 'GET k', 'SET k v', 'GET k'], 'SET k w'),
  caching('an own flush', ['CLIENT TRACKING ON', 'GET k', 'FLUSHALL', 'PING'], 'SET k v'),
  caching('a flush, NOLOOP', ['CLIENT TRACKING ON NOLOOP', 'GET k', 'FLUSHDB', 'PING'], 'FLUSHALL'),
  caching(
    'within a transaction',
    ['CLIENT TRACKING ON', 'MULTI', 'GET k', 'SET k v', 'GET k', 'EXEC'],
    'SET k w',
  ),
  caching('changes of a transaction', [
    'CLIENT TRACKING ON',
    'GET k',
    'MULTI',
    'SET k v',
    'INCR n',
    'EXEC',
    'PING',
  ]),
  caching('a transaction that is discarded', ['CLIENT TRACKING ON', 'MULTI', 'GET k', 'DISCARD'], 'SET k w'),
  caching('the same key in another database', ['CLIENT TRACKING ON', 'SELECT 1', 'GET k'], 'SET k v'),
  caching('tracking that has ended', ['CLIENT TRACKING ON', 'GET k', 'CLIENT TRACKING OFF'], 'SET k v'),
  caching('RESET ends it', ['CLIENT TRACKING ON', 'GET k', 'RESET', 'CLIENT TRACKINGINFO'], 'SET k v'),
  caching('a client without replies', ['CLIENT TRACKING ON', 'GET k', 'CLIENT REPLY OFF'], 'SET k v'),
  caching('a refused read', ['LPUSH k a', 'CLIENT TRACKING ON', 'GET k'], 'DEL k'),
  {
    title: 'a key that expires',
    protocols: [3],
    steps: [
      pipeline('SET k v PX 40', 'CLIENT TRACKING ON', 'GET k'),
      pause(400),
      received(),
      pipeline('GET k'),
      ...told('SET k w'),
    ],
  },
  {
    title: 'a key that the reader finds expired',
    protocols: [3],
    steps: [
      pipeline('DEBUG SET-ACTIVE-EXPIRE 0', 'SET k v PX 40', 'CLIENT TRACKING ON', 'GET k'),
      pause(80),
      inAnyOrder(pipeline('GET k', 'PING')),
      ...told('SET k w'),
      pipeline('DEBUG SET-ACTIVE-EXPIRE 1'),
    ],
  },
  {
    title: 'a waiting client takes what it is told of',
    protocols: [3],
    steps: [
      pipeline('CLIENT TRACKING ON', 'LLEN l', 'EXISTS l'),
      begins('waiter', 'BLPOP l 0'),
      onConnection('pusher', 'RPUSH l a'),
      receives('waiter'),
      received(),
    ],
  },
];

const byChoice: DifferentialCase[] = [
  caching(
    'OPTIN',
    ['CLIENT TRACKING ON OPTIN', 'GET k', 'CLIENT CACHING YES', 'GET j', 'GET i'],
    'MSET k 1 j 2 i 3',
  ),
  caching(
    'OPTOUT',
    ['CLIENT TRACKING ON OPTOUT', 'GET k', 'CLIENT CACHING NO', 'GET j', 'GET i'],
    'MSET k 1 j 2 i 3',
  ),
  caching(
    'CACHING and a transaction',
    ['CLIENT TRACKING ON OPTIN', 'CLIENT CACHING YES', 'MULTI', 'GET k', 'GET j', 'EXEC', 'GET i'],
    'MSET k 1 j 2 i 3',
  ),
  caching(
    'CACHING within a transaction',
    ['CLIENT TRACKING ON OPTIN', 'MULTI', 'GET k', 'CLIENT CACHING YES', 'GET j', 'EXEC', 'GET i'],
    'MSET k 1 j 2 i 3',
  ),
  caching(
    'CACHING is over behind another command',
    [
      'CLIENT TRACKING ON OPTIN',
      'CLIENT CACHING YES',
      'CLIENT GETNAME',
      'CLIENT TRACKINGINFO',
      'PING',
      'GET k',
    ],
    'SET k v',
  ),
  ...['', 'OPTIN', 'OPTOUT', 'BCAST'].map((mode): DifferentialCase => ({
    title: `CLIENT CACHING in mode "${mode}"`,
    steps: [
      `CLIENT TRACKING ON ${mode}`,
      'CLIENT CACHING YES',
      'CLIENT CACHING NO',
      'CLIENT CACHING x',
      'CLIENT TRACKINGINFO',
    ],
  })),
];

const broadcasts: DifferentialCase[] = [
  caching(
    'BCAST',
    ['CLIENT TRACKING ON BCAST'],
    'SET k v',
    'MSET b 1 a 2 b 3',
    'DEL nosuch',
    'FLUSHALL',
    'GET k',
  ),
  caching(
    'BCAST PREFIX',
    ['CLIENT TRACKING ON BCAST PREFIX a: PREFIX b'],
    'MSET a:2 v a:1 v a v b v c v',
    'DEL a:1 b',
  ),
  caching(
    'BCAST, prefixes that are added',
    ['CLIENT TRACKING ON BCAST PREFIX a', 'CLIENT TRACKING ON BCAST PREFIX b', 'CLIENT TRACKINGINFO'],
    'MSET a 1 b 2 c 3',
  ),
  caching('BCAST, own changes of one turn', [
    'CLIENT TRACKING ON BCAST',
    'SET k v',
    'SET a v',
    'SET k w',
    'PING',
  ]),
  caching('BCAST NOLOOP', ['CLIENT TRACKING ON BCAST NOLOOP', 'SET k v'], 'SET j v', 'SET k v'),
  caching('BCAST that has ended', ['CLIENT TRACKING ON BCAST', 'CLIENT TRACKING OFF'], 'SET k v'),
];

const MODES = ['', 'BCAST'] as const;
const redirections: DifferentialCase[] = [
  ...MODES.flatMap((mode): DifferentialCase[] => [
    {
      title: `a subscriber is told in place of the client ${mode}`,
      steps: [
        redirected('told', mode),
        begins('told', 'SUBSCRIBE anything'),
        receives('told'),
        'MGET k j',
        onConnection('other', 'SET k v'),
        receives('told'),
        pipeline('SET j v', 'PING'),
        receives('told'),
        'FLUSHALL',
        receives('told'),
        'CLIENT TRACKING OFF',
      ],
    },
    {
      title: `a client of RESP2 that does not listen is told nothing ${mode}`,
      steps: [
        redirected('told', mode),
        'GET k',
        onConnection('other', 'SET k v'),
        receives('told'),
        onConnection('told', 'PING'),
      ],
    },
  ]),
  {
    title: 'a client of RESP2 that listens is told by messages',
    protocols: [2],
    steps: [
      redirected('told'),
      begins('told', 'SUBSCRIBE __redis__:invalidate'),
      receives('told'),
      'MGET k j',
      onConnection('other', 'SET k v'),
      receives('told'),
      'FLUSHALL',
      receives('told'),
      'CLIENT TRACKING OFF',
    ],
  },
  {
    title: 'a client that is told is gone',
    steps: [
      redirected('told'),
      'GET k',
      leaves('told'),
      withoutNumbers(pipeline('CLIENT TRACKINGINFO')),
      onConnection('other', 'SET k v'),
      withoutNumbers(received()),
      withoutNumbers(pipeline('GET k', 'SET k w', 'CLIENT TRACKINGINFO')),
      pipeline('CLIENT TRACKING ON', 'CLIENT TRACKINGINFO'),
    ],
  },
  {
    title: 'a redirection that is not possible',
    steps: [
      'CLIENT TRACKING ON REDIRECT 999999',
      'CLIENT TRACKING ON REDIRECT x',
      'CLIENT TRACKING ON REDIRECT',
      'CLIENT TRACKING OFF REDIRECT 999999',
      'CLIENT GETREDIR',
      'CLIENT TRACKING ON',
      'CLIENT GETREDIR',
    ],
  },
];

const SYNTAX: readonly (readonly string[])[] = [
  [
    'CLIENT TRACKING',
    'CLIENT TRACKING x',
    'CLIENT TRACKING ON x',
    'CLIENT TRACKING ON PREFIX',
    'CLIENT TRACKING OFF',
  ],
  ['CLIENT TRACKING ON PREFIX a', 'CLIENT TRACKING ON BCAST OPTIN', 'CLIENT TRACKING ON OPTIN OPTOUT'],
  ['CLIENT TRACKING ON', 'CLIENT TRACKING ON BCAST', 'CLIENT TRACKING ON OPTIN', 'CLIENT TRACKING ON OPTOUT'],
  [
    'CLIENT TRACKING ON BCAST',
    'CLIENT TRACKING ON',
    'CLIENT TRACKING ON BCAST',
    'CLIENT TRACKING ON BCAST PREFIX a',
  ],
  ['CLIENT TRACKING ON BCAST PREFIX foo PREFIX foobar', 'CLIENT TRACKING ON BCAST PREFIX foobar PREFIX foo'],
  [
    'CLIENT TRACKING ON BCAST PREFIX foo',
    'CLIENT TRACKING ON BCAST PREFIX f',
    'CLIENT TRACKING ON BCAST PREFIX foo',
  ],
  ['CLIENT TRACKING ON BCAST PREFIX b PREFIX a NOLOOP', 'CLIENT TRACKINGINFO', 'CLIENT TRACKING ON BCAST'],
  [
    'CLIENT CACHING',
    'CLIENT CACHING YES',
    'CLIENT CACHING NO x',
    'CLIENT GETREDIR x',
    'CLIENT TRACKINGINFO x',
  ],
  [
    'CLIENT TRACKINGINFO',
    'CLIENT TRACKING ON OPTOUT NOLOOP',
    'CLIENT TRACKINGINFO',
    'CLIENT CACHING NO',
    'CLIENT TRACKINGINFO',
    'PING',
    'CLIENT TRACKINGINFO',
  ],
];

export const trackingCases: readonly DifferentialCase[] = [
  ...byReading,
  ...byChoice,
  ...broadcasts,
  ...redirections,
  ...SYNTAX.map((steps): DifferentialCase => ({ title: `CLIENT TRACKING: ${steps[0]} ...`, steps })),
];
