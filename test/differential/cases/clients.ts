/** Clients among themselves: lists and KILL with all filters, silence (CLIENT REPLY) and RESET in every state. */
import type { DifferentialCase } from '../../support/server-pair.js';
import {
  bytes,
  exchange,
  fate,
  onConnection,
  otherConnection,
  pipeline,
  type Action,
  type Session,
} from '../../support/steps.js';
import { parseReply, textOf } from '../../support/reply.js';
import { each, likeRedis8, table, type Row } from '../../support/tables.js';
import { begins, receives, receivesNext } from '../../support/waiting.js';

async function idOf(session: Session, name: string): Promise<string> {
  const other = await otherConnection(session, name);
  return textOf(parseReply(await other.command('CLIENT', 'ID'))) ?? '';
}

/** A command in which `<a>` and `<b>` stand for the numbers of further connections, `<me>` for that of the case's own. */
function withIds(line: string): Action {
  return {
    label: line,
    commands: [line.replaceAll(/<\w+>/g, '1')],
    run: async (session) => {
      const own = textOf(parseReply(await session.connection.command('CLIENT', 'ID'))) ?? '';
      const words: string[] = [];
      for (const word of line.split(' ')) {
        const name = /^<(\w+)>$/.exec(word)?.[1];
        if (name === undefined) words.push(word);
        else words.push(name === 'me' ? own : await idOf(session, name));
      }
      return session.connection.command(...words);
    },
  };
}

/** Commands in one write, in which `<me>` stands for the address of the case's own connection; what comes back. */
function bySelf(lines: readonly string[]): Action {
  return {
    label: lines.join(', '),
    commands: [],
    run: async ({ connection, control }) => {
      const own = `127.0.0.1:${connection.localPort}`;
      const sent = lines.map((line) => `${line.replace('<me>', own)}\r\n`).join('');
      return exchange(connection, control, [Buffer.from(sent)]);
    },
  };
}

/** The names of the clients that a CLIENT LIST shows, in order. */
function listed(options: string): Action {
  const action = withIds(`CLIENT LIST ${options}`);
  return {
    ...action,
    run: async (session) => {
      const reply = parseReply(Buffer.from(await action.run(session)));
      const names = [...(textOf(reply) ?? '').matchAll(/ name=(\S*) /g)].map(([, name]) => name);
      return Buffer.from(`${reply.type} ${names.join(',')}`);
    },
  };
}

/** Connection `a` is ended, by its address. */
const killOfA: Action = {
  label: 'CLIENT KILL of [a]',
  commands: [],
  run: async (session) => {
    const { localPort } = await otherConnection(session, 'a');
    return session.connection.command('CLIENT', 'KILL', 'ADDR', `127.0.0.1:${localPort}`);
  },
};

/** EXEC of a transaction with one CLIENT INFO: what that shows of the transaction. */
const infoInExec: Action = {
  label: 'EXEC with CLIENT INFO',
  commands: ['EXEC'],
  run: async ({ connection }) => {
    const shown = (await connection.command('EXEC')).toString('latin1');
    return Buffer.from(
      [...shown.matchAll(/ ((?:flags|db|multi|cmd|user)=\S+)/g)].map(([, field]) => field).join(' '),
    );
  },
};

const NAMED = [onConnection('a', 'CLIENT SETNAME a'), onConnection('b', 'CLIENT SETNAME b')];

const lists = table(
  [
    'CLIENT LIST ID',
    ...NAMED,
    listed('ID <a>'),
    listed('ID <b> <a>'),
    listed('ID <a> <b> <a>'),
    listed('ID 999999 <b>'),
    listed('ID <a> x'),
    listed('ID'),
  ],
  [
    'CLIENT LIST TYPE',
    ...NAMED,
    onConnection('b', 'SUBSCRIBE c'),
    listed('TYPE pubsub'),
    listed('TYPE replica'),
    listed('TYPE slave'),
    listed('TYPE master'),
    listed('TYPE x'),
    listed('TYPE'),
    listed('TYPE normal TYPE pubsub'),
  ],
  [
    'CLIENT LIST TYPE of every way to subscribe',
    ...NAMED,
    onConnection('a', 'PSUBSCRIBE c*'),
    onConnection('b', 'SSUBSCRIBE c'),
    listed('TYPE pubsub'),
    onConnection('a', 'PUNSUBSCRIBE'),
    listed('TYPE pubsub'),
    onConnection('b', 'SUNSUBSCRIBE'),
    listed('TYPE pubsub'),
  ],
  [
    'CLIENT LIST TYPE and MONITOR',
    onConnection('a', 'CLIENT SETNAME a'),
    onConnection('a', 'MONITOR'),
    listed('TYPE replica'),
    withIds('CLIENT KILL TYPE replica'),
  ],
  [
    'CLIENT INFO in a transaction',
    'MULTI',
    'SET k v',
    'CLIENT INFO',
    infoInExec,
    'CLIENT INFO',
    'WATCH k',
    'CLIENT INFO',
    'UNWATCH',
  ],
  [
    'CLIENT INFO of who caches',
    'HELLO 3',
    'CLIENT TRACKING ON',
    'CLIENT INFO',
    'CLIENT TRACKING OFF',
    'CLIENT TRACKING ON BCAST PREFIX a PREFIX b',
    'CLIENT INFO',
    'CLIENT TRACKING OFF',
    'CLIENT NO-EVICT ON',
    'CLIENT INFO',
  ],
  [
    'CLIENT LIST of who blocks',
    ...NAMED,
    begins('a', 'BLPOP l 0'),
    begins('b', 'MULTI', 'SET k v'),
    'CLIENT LIST',
    'RPUSH l v',
    receives('a'),
  ],
);

const kills = [
  ...each(
    'CLIENT KILL',
    [],
    [
      'CLIENT KILL ID 1 2',
      'CLIENT KILL ID 0x1',
      'CLIENT KILL ADDR',
      'CLIENT KILL LADDR',
      'CLIENT KILL TYPE',
      'CLIENT KILL USER',
      'CLIENT KILL USER ""',
      'CLIENT KILL USER default SKIPME',
      'CLIENT KILL TYPE "" ID 1',
      'CLIENT KILL SKIPME x',
      'CLIENT KILL SKIPME yes x',
      'CLIENT KILL ADDR "" ID 999999',
      'CLIENT KILL ID ""',
      'CLIENT KILL ID 99999999999999999999',
    ],
  ),
  ...likeRedis8(
    each(
      'CLIENT KILL MAXAGE',
      [],
      [
        'CLIENT KILL MAXAGE',
        'CLIENT KILL MAXAGE x',
        'CLIENT KILL MAXAGE 0',
        'CLIENT KILL MAXAGE -1',
        'CLIENT KILL MAXAGE 1000000',
        'CLIENT KILL MAXAGE 1.5',
        'CLIENT KILL MAXAGE 1000000 SKIPME no',
        'CLIENT KILL MAXAGE 9223372036854775807',
        'CLIENT KILL MAXAGE 9223372036854775808',
        'client kill maxage 1000000 id 1',
      ],
    ),
  ),
  ...table(
    [
      'CLIENT KILL USER',
      ...NAMED,
      'ACL SETUSER bob on nopass +@all ~* &*',
      onConnection('a', 'AUTH bob x'),
      'CLIENT KILL USER bob',
      fate('a'),
      fate('b'),
      'CLIENT KILL USER bob',
      'ACL DELUSER bob',
      'CLIENT KILL USER bob',
    ],
    [
      'CLIENT KILL TYPE pubsub',
      ...NAMED,
      onConnection('a', 'SUBSCRIBE c'),
      'CLIENT KILL TYPE pubsub',
      fate('a'),
      fate('b'),
      'PUBLISH c m',
    ],
    [
      'CLIENT KILL with all that must fit',
      ...NAMED,
      withIds('CLIENT KILL ID <a> TYPE pubsub'),
      withIds('CLIENT KILL ID <a> USER default ' + 'TYPE normal SKIPME yes'),
      fate('a'),
      fate('b'),
    ],
    ['CLIENT KILL ID said twice', ...NAMED, withIds('CLIENT KILL ID <a> ID <b>'), fate('a'), fate('b')],
    [
      'CLIENT KILL of who blocks',
      ...NAMED,
      begins('a', 'BLPOP l 0'),
      'CLIENT KILL TYPE pubsub',
      'CLIENT KILL ID 999999',
      killOfA,
      fate('a'),
      'RPUSH l v',
      'LLEN l',
    ],
    ...[
      ['MULTI', 'CLIENT KILL ADDR <me> SKIPME no', 'SET k v', 'EXEC', 'SET l v'],
      ['MULTI', 'CLIENT KILL ADDR <me>', 'SET k v', 'EXEC', 'SET l v'],
      ['MULTI', 'SET k v', 'CLIENT KILL <me>', 'GET k', 'CLIENT KILL <me>', 'EXEC', 'PING', 'SET l v'],
      ['MULTI', 'CLIENT KILL <me>', 'SUBSCRIBE c', 'EXEC', 'SET l v'],
      ['MULTI', 'CLIENT KILL <me>', 'INCR k', 'QUIT', 'EXEC', 'SET l v'],
      ['MULTI', 'CLIENT KILL ADDR <me> SKIPME no', 'BOGUS', 'EXEC', 'SET l v'],
      ['MULTI', 'CLIENT KILL ADDR <me> SKIPME no', 'GETRANGE long 0 -1', 'BLPOP none 0', 'EXEC', 'SET l v'],
      ['WATCH k', 'MULTI', 'CLIENT KILL ADDR <me> SKIPME no', 'DISCARD', 'SET l v'],
      ['SET k v', 'GETRANGE long 0 -1', 'CLIENT KILL ADDR <me> SKIPME no', 'SET l v'],
      ['SET k v', 'GET k', 'CLIENT KILL <me>', 'SET l v'],
    ].map((lines): Row => [
      `CLIENT KILL of oneself: ${lines.join(', ')}`,
      ['SET', 'long', 'x'.repeat(300_000)],
      bySelf(lines),
      fate(),
      onConnection('a', 'MGET k l'),
    ]),
    [
      'CLIENT KILL of oneself, with waiting before each command of a transaction',
      bySelf(['MULTI']),
      bySelf(['CLIENT KILL ADDR <me> SKIPME no']),
      bySelf(['SET k v']),
      bySelf(['EXEC']),
      fate(),
      onConnection('a', 'MGET k l'),
    ],
    ['CLIENT KILL of oneself in a pipeline', withIds('CLIENT KILL ID <me> SKIPME no'), fate()],
    [
      'who is killed gives back what it watches',
      onConnection('a', 'WATCH k'),
      onConnection('a', 'MULTI'),
      killOfA,
      fate('a'),
      'SET k v',
    ],
  ),
];

const silence = table(
  [
    'OFF and a transaction',
    pipeline('CLIENT REPLY OFF', 'MULTI', 'SET k v', 'EXEC', 'CLIENT REPLY ON', 'GET k'),
  ],
  [
    'OFF within a transaction',
    bytes('MULTI\r\nPING\r\nCLIENT REPLY OFF\r\nPING\r\nEXEC\r\nPING\r\nCLIENT REPLY ON\r\nPING\r\n'),
  ],
  [
    'SKIP within a transaction',
    bytes('MULTI\r\nPING\r\nCLIENT REPLY SKIP\r\nPING\r\nEXEC\r\nPING\r\nPING\r\n'),
  ],
  [
    'SKIP as the last of a transaction',
    bytes('MULTI\r\nPING\r\nCLIENT REPLY SKIP\r\nEXEC\r\nPING 1\r\nPING 2\r\n'),
  ],
  ['ON within a transaction', pipeline('MULTI', 'CLIENT REPLY ON', 'PING', 'EXEC', 'PING')],
  [
    'OFF and ON within a transaction',
    bytes('MULTI\r\nCLIENT REPLY OFF\r\nPING\r\nCLIENT REPLY ON\r\nPING\r\nEXEC\r\nPING\r\n'),
  ],
  [
    'SKIP before MULTI and EXEC',
    pipeline('CLIENT REPLY SKIP', 'MULTI', 'SET k v', 'CLIENT REPLY SKIP', 'EXEC', 'GET k', 'EXEC', 'GET k'),
  ],
  ['SKIP before EXEC that fails', pipeline('MULTI', 'BOGUS', 'CLIENT REPLY SKIP', 'EXEC', 'GET k')],
  [
    'SKIP before a long reply',
    ['SET', 'k', 'x'.repeat(300_000)],
    pipeline('CLIENT REPLY SKIP', 'GET k', 'STRLEN k'),
    pipeline('CLIENT REPLY OFF', 'GET k', 'GET k', 'CLIENT REPLY ON', 'STRLEN k'),
  ],
  [
    'SKIP twice, and an error',
    pipeline(
      'CLIENT REPLY SKIP',
      'CLIENT REPLY',
      'PING 1',
      'CLIENT REPLY SKIP',
      'CLIENT REPLY SKIP',
      'PING 2',
      'PING 3',
    ),
  ],
  [
    'OFF and SUBSCRIBE',
    begins('a', 'CLIENT REPLY OFF', 'SUBSCRIBE c', 'PING', 'PSUBSCRIBE d*', 'UNSUBSCRIBE c'),
    receives('a'),
    'PUBLISH c 1',
    'PUBLISH d1 2',
    receives('a'),
    begins('a', 'UNSUBSCRIBE', 'PUNSUBSCRIBE', 'CLIENT REPLY ON'),
    receives('a'),
  ],
  [
    'SKIP and SUBSCRIBE',
    begins('a', 'CLIENT REPLY SKIP', 'SUBSCRIBE c d', 'SUBSCRIBE e'),
    receives('a'),
    'PUBLISH d 1',
    receives('a'),
  ],
  [
    'SUBSCRIBE in a transaction',
    'HELLO 3',
    pipeline('MULTI', 'SUBSCRIBE c', 'PING', 'UNSUBSCRIBE c', 'EXEC'),
  ],
  [
    'OFF, SUBSCRIBE in a transaction',
    'HELLO 3',
    pipeline('CLIENT REPLY OFF', 'MULTI', 'SUBSCRIBE c', 'PING', 'EXEC', 'CLIENT REPLY ON'),
  ],
  [
    'OFF and what is cached',
    'HELLO 3',
    'CLIENT TRACKING ON',
    pipeline('GET k', 'CLIENT REPLY OFF', 'SET k v', 'GET k', 'CLIENT REPLY ON'),
    onConnection('a', 'SET k w'),
    'PING',
  ],
  [
    'SKIP and what is cached',
    'HELLO 3',
    'CLIENT TRACKING ON',
    pipeline('GET k', 'CLIENT REPLY SKIP', 'SET k v', 'GET k'),
  ],
  [
    'OFF and BLPOP',
    begins('a', 'CLIENT REPLY OFF', 'BLPOP l 0', 'CLIENT REPLY ON', 'PING'),
    receives('a'),
    'RPUSH l v',
    receives('a'),
    'LLEN l',
  ],
  [
    'SKIP and BLPOP',
    begins('a', 'CLIENT REPLY SKIP', 'BLPOP l 0', 'PING'),
    receives('a'),
    'RPUSH l v',
    receivesNext('a'),
    receives('a'),
    'LLEN l',
  ],
  ['SKIP and BLPOP at once', 'RPUSH l v', pipeline('CLIENT REPLY SKIP', 'BLPOP l 0', 'PING')],
  [
    'OFF and BLPOP that is over',
    begins('a', 'CLIENT REPLY OFF', 'BLPOP l 0.02', 'CLIENT REPLY ON', 'PING'),
    receivesNext('a'),
    receivesNext('a'),
    receives('a'),
  ],
  [
    'SKIP and BLPOP that is over',
    begins('a', 'CLIENT REPLY SKIP', 'BLPOP l 0.02', 'PING 1', 'PING 2'),
    receivesNext('a'),
    receivesNext('a'),
    receives('a'),
  ],
  [
    'OFF and a long reading',
    ['RPUSH', 'l', ...Array.from({ length: 12_000 }, (_, i) => String(i))],
    begins(
      'a',
      'CLIENT REPLY OFF',
      'LRANGE l 0 -1',
      'CLIENT REPLY ON',
      'CLIENT REPLY SKIP',
      'LRANGE l 0 -1',
      'LLEN l',
      'CLIENT REPLY SKIP',
      'SORT l',
      'PING',
    ),
    receivesNext('a'),
    receivesNext('a'),
    receivesNext('a'),
    receives('a'),
  ],
  ['OFF and HELLO', pipeline('CLIENT REPLY OFF', 'HELLO 3', 'GET none', 'CLIENT REPLY ON', 'GET none')],
);

const resets = table(
  [
    'RESET in a transaction',
    'MULTI',
    'SET k v',
    'RESET',
    'GET k',
    'EXEC',
    'WATCH k',
    'SET k w',
    'RESET',
    'MULTI',
    'EXEC',
  ],
  ['RESET of watched keys', 'WATCH k', 'RESET', onConnection('a', 'SET k v'), 'MULTI', 'PING', 'EXEC'],
  [
    'RESET of a subscriber',
    'HELLO 2',
    pipeline('SUBSCRIBE c d', 'PSUBSCRIBE e*', 'RESET', 'GET k'),
    onConnection('a', 'PUBLISH c m'),
    'PING',
  ],
  [
    'RESET of a subscriber in RESP3',
    'HELLO 3',
    pipeline('SUBSCRIBE c', 'RESET', 'GET none', 'PING'),
    onConnection('a', 'PUBLISH c m'),
  ],
  [
    'RESET of a subscriber to a shard channel',
    pipeline('SSUBSCRIBE c', 'RESET', 'PING'),
    onConnection('a', 'SPUBLISH c m'),
  ],
  [
    'RESET of who caches',
    'HELLO 3',
    'CLIENT TRACKING ON',
    'GET k',
    pipeline('RESET', 'SET k v'),
    'CLIENT TRACKINGINFO',
    'CLIENT GETREDIR',
  ],
  [
    'RESET of who broadcasts',
    'HELLO 3',
    'CLIENT TRACKING ON BCAST PREFIX k NOLOOP',
    'RESET',
    onConnection('a', 'SET k v'),
    'CLIENT TRACKINGINFO',
  ],
  [
    'RESET of who monitors',
    onConnection('a', 'MONITOR'),
    begins('a', 'RESET'),
    'PING',
    begins('a', 'GET k'),
    receives('a'),
  ],
  [
    'RESET of the user',
    'ACL SETUSER bob on nopass +@all ~* &*',
    'AUTH bob x',
    'ACL WHOAMI',
    'RESET',
    'ACL WHOAMI',
    'ACL DELUSER bob',
  ],
  ['RESET within SKIP', pipeline('CLIENT REPLY SKIP', 'RESET', 'PING', 'PING')],
  ['RESET within OFF', bytes('CLIENT REPLY OFF\r\nRESET\r\nPING\r\n')],
  ['RESET with a transaction of errors', 'MULTI', 'BOGUS', 'RESET', 'MULTI', 'PING', 'EXEC'],
  [
    'RESET in one write',
    pipeline('MULTI', 'SET k v', 'RESET', 'GET k', 'SELECT 2', 'SET k 2', 'RESET', 'GET k'),
  ],
);

const newer = likeRedis8(
  table(
    [
      'OFF and PUBLISH to oneself',
      'HELLO 3',
      pipeline('SUBSCRIBE c', 'CLIENT REPLY OFF', 'PUBLISH c 1', 'PING', 'CLIENT REPLY ON', 'PUBLISH c 2'),
    ],
    [
      'SKIP and PUBLISH to oneself',
      'HELLO 3',
      pipeline('SUBSCRIBE c', 'CLIENT REPLY SKIP', 'PUBLISH c 1', 'PUBLISH c 2'),
    ],
    [
      'PUBLISH to oneself in a transaction',
      'HELLO 3',
      pipeline('SUBSCRIBE c', 'MULTI', 'PUBLISH c 1', 'PING', 'PUBLISH c 2', 'EXEC'),
    ],
    [
      'RESET of names and flags',
      'CLIENT SETNAME me',
      'CLIENT NO-EVICT ON',
      'SELECT 3',
      'HELLO 3',
      'RESET',
      'CLIENT INFO',
    ],
    [
      'SKIP and ON',
      pipeline('CLIENT REPLY SKIP', 'CLIENT REPLY ON', 'PING'),
      pipeline('CLIENT REPLY SKIP', 'CLIENT REPLY OFF', 'PING', 'CLIENT REPLY ON'),
    ],
    [
      'SKIP, and ON within a transaction',
      pipeline('MULTI', 'PING 1', 'CLIENT REPLY ON', 'PING 2', 'CLIENT REPLY SKIP', 'EXEC', 'PING 3'),
    ],
    [
      'OFF, and ON within a transaction',
      bytes('MULTI\r\nPING 1\r\nCLIENT REPLY ON\r\nPING 2\r\nCLIENT REPLY OFF\r\nEXEC\r\nPING 3\r\n'),
    ],
    [
      'OFF before MULTI, and ON within',
      pipeline('CLIENT REPLY OFF', 'MULTI', 'PING 1', 'CLIENT REPLY ON', 'PING 2', 'EXEC', 'PING 3'),
    ],
    [
      'OFF, ON, OFF and ON within a transaction',
      pipeline(
        'MULTI',
        'PING 1',
        'CLIENT REPLY OFF',
        'PING 2',
        'CLIENT REPLY ON',
        'PING 3',
        'CLIENT REPLY OFF',
        'PING 4',
        'CLIENT REPLY ON',
        'PING 5',
        'EXEC',
        'PING 6',
      ),
    ],
    [
      'SKIP and CLIENT UNBLOCK',
      begins('a', 'CLIENT ID', 'CLIENT REPLY SKIP', 'BLPOP l 0', 'PING 1'),
      {
        label: 'CLIENT UNBLOCK of [a]',
        commands: ['CLIENT UNBLOCK 1'],
        run: async (session) =>
          session.connection.command(
            'CLIENT',
            'UNBLOCK',
            textOf(parseReply(await (await otherConnection(session, 'a')).reply())) ?? '',
          ),
      },
      receivesNext('a'),
      receives('a'),
    ],
  ),
);

export const clientsCases: DifferentialCase[] = [...lists, ...kills, ...silence, ...resets, ...newer];
