/**
 * Publish and subscribe: confirmations, messages, their order among replies, what a subscriber may do, and what is told
 * of subscriptions.
 */
import type { DifferentialCase } from '../../support/server-pair.js';
import { type Action, bytes, fate, onConnection, pause, pipeline, type Step } from '../../support/steps.js';
import { receivesNext } from '../../support/waiting.js';

/** What has come to the case's connection by itself. */
function received(): Action {
  return { ...bytes('', []), label: '(what was received)' };
}

/** Lines in one write, with all that comes back. */
function together(title: string, ...lines: readonly string[]): DifferentialCase {
  return { title, steps: [pipeline(...lines)] };
}

const SUBSCRIBING: readonly (readonly [subscribe: string, unsubscribe: string, publish: string])[] = [
  ['SUBSCRIBE', 'UNSUBSCRIBE', 'PUBLISH'],
  ['PSUBSCRIBE', 'PUNSUBSCRIBE', 'PUBLISH'],
  ['SSUBSCRIBE', 'SUNSUBSCRIBE', 'SPUBLISH'],
];

const confirmations: DifferentialCase[] = SUBSCRIBING.flatMap(([subscribe, unsubscribe, publish]) => [
  together(
    `${subscribe} one, several, one twice`,
    `${subscribe} a`,
    `${subscribe} b c`,
    `${subscribe} a a d`,
  ),
  together(`${unsubscribe} one`, `${subscribe} a`, `${unsubscribe} a`, 'PING'),
  together(`${unsubscribe} what is not subscribed`, `${unsubscribe} a b`, unsubscribe),
  together(
    `${unsubscribe} one of several`,
    `${subscribe} a b c`,
    `${unsubscribe} b nosuch`,
    `${unsubscribe} a c`,
  ),
  together(`${unsubscribe} all`, `${subscribe} a`, unsubscribe, unsubscribe, 'PING'),
  together(`${subscribe} names with any bytes`, `${subscribe} "" "\\x00\\r\\n\\xff" "*"`),
  together(`${subscribe} without a name`, subscribe, 'PING'),
  together(`${subscribe} without replies`, 'CLIENT REPLY OFF', `${subscribe} a`, 'PING', `${unsubscribe} a`),
  together(`${subscribe} with a reply skipped`, 'CLIENT REPLY SKIP', `${subscribe} a`, `${unsubscribe} a`),
  together(
    `${subscribe} in a transaction`,
    'MULTI',
    `${subscribe} a`,
    'SET k v',
    `${unsubscribe} a`,
    'EXEC',
    'PING',
  ),
  {
    title: `${publish} to a subscriber by ${subscribe}`,
    steps: [
      pipeline(`${subscribe} a b`),
      onConnection('other', `${publish} a hello`),
      onConnection('other', `${publish} nobody hello`),
      onConnection('other', `${publish} b ""`),
      onConnection('other', `${publish} a "\\x00\\r\\n\\xff"`),
      received(),
      pipeline(`${unsubscribe} a`),
      onConnection('other', `${publish} a hello`),
      received(),
    ],
  },
]);

const patterns: DifferentialCase[] = [
  ...['*', 'a*', '?b', '[a-c]b', 'a\\\\*', '**', '', 'ab', '[^a]b'].map((pattern): DifferentialCase => ({
    title: `messages by the pattern "${pattern}"`,
    steps: [
      pipeline(`PSUBSCRIBE "${pattern}"`),
      ...['ab', 'a*', 'bb', 'a', '""', 'abc'].map((channel) => onConnection('other', `PUBLISH ${channel} x`)),
      received(),
    ],
  })),
  {
    title: 'a channel and patterns of it',
    steps: [
      pipeline('SUBSCRIBE news', 'PSUBSCRIBE n*'),
      onConnection('other', 'PUBLISH news x'),
      onConnection('other', 'PUBLISH none x'),
      received(),
      pipeline('UNSUBSCRIBE news'),
      onConnection('other', 'PUBLISH news y'),
      received(),
    ],
  },
  {
    title: 'shard channels are apart from channels',
    steps: [
      pipeline('SUBSCRIBE a', 'PSUBSCRIBE a*', 'SSUBSCRIBE a'),
      onConnection('other', 'SPUBLISH a to-shard'),
      onConnection('other', 'PUBLISH b nobody'),
      received(),
    ],
  },
];

const REFUSED = [
  'GET k',
  'SET k v',
  'CLIENT LIST',
  'HELLO 3',
  'MULTI',
  'PUBLISH a x',
  'PUBSUB NUMPAT',
  'SET',
  'NOSUCH x',
];

const restrictions: DifferentialCase[] = [
  ...SUBSCRIBING.flatMap(([subscribe, unsubscribe]) => [
    together(`what is refused after ${subscribe}`, `${subscribe} a`, 'GET k', `${unsubscribe} a`, 'GET k'),
    together(
      `PING after ${subscribe}`,
      `${subscribe} a`,
      'PING',
      'PING hello',
      'PING a b',
      unsubscribe,
      'PING',
    ),
    together(
      `RESET after ${subscribe}`,
      `${subscribe} a`,
      'RESET',
      'GET k',
      'PUBSUB CHANNELS',
      'PUBSUB NUMPAT',
    ),
  ]),
  ...REFUSED.map((line): DifferentialCase => ({
    title: `a subscriber says ${line}`,
    protocols: line === 'HELLO 3' || line === 'CLIENT LIST' || line.startsWith('PUBLISH') ? [2] : [2, 3],
    steps: [pipeline('SUBSCRIBE a', line, 'PING')],
  })),
  { title: 'QUIT of a subscriber', steps: [pipeline('SUBSCRIBE a', 'QUIT', 'PING'), fate()] },
  together('a transaction of a subscriber', 'SUBSCRIBE a', 'MULTI', 'PING', 'UNSUBSCRIBE a', 'EXEC', 'PING'),
  {
    title: 'from RESP3 to RESP2 and back',
    protocols: [2],
    steps: [pipeline('SET k v'), pipeline('SUBSCRIBE a', 'UNSUBSCRIBE a', 'GET k')],
  },
];

// Since 7.2 messages to oneself come behind the reply to what causes them.
const toOneself: DifferentialCase[] = [
  together('a message to oneself', 'SUBSCRIBE a', 'PUBLISH a x', 'PUBLISH a y', 'GET k'),
  together('a message to oneself by a pattern', 'PSUBSCRIBE a*', 'SUBSCRIBE abc', 'PUBLISH abc x', 'GET k'),
  together('a shard message to oneself', 'SSUBSCRIBE a', 'SPUBLISH a x', 'GET k'),
  together(
    'messages to oneself in a transaction',
    'SUBSCRIBE a',
    'MULTI',
    'PUBLISH a x',
    'GET k',
    'PUBLISH a y',
    'EXEC',
    'PING',
  ),
  together(
    'a subscription and its message in a transaction',
    'MULTI',
    'SUBSCRIBE a',
    'PUBLISH a x',
    'EXEC',
    'PING',
  ),
  together(
    'messages to oneself without replies',
    'SUBSCRIBE a',
    'CLIENT REPLY OFF',
    'PUBLISH a x',
    'CLIENT REPLY ON',
  ),
].map((test) => ({
  ...test,
  reference: '8.0' as const,
  protocols: test.title.startsWith('a subscription') ? [2, 3] : [3],
}));

const facts: DifferentialCase[] = [
  {
    title: 'PUBSUB tells of subscriptions',
    protocols: [2],
    steps: [
      onConnection('one', 'SUBSCRIBE c1'),
      onConnection('two', 'SUBSCRIBE c1'),
      onConnection('three', 'PSUBSCRIBE p*'),
      onConnection('four', 'PSUBSCRIBE p*'),
      onConnection('five', 'SSUBSCRIBE s1'),
      'PUBSUB CHANNELS',
      'PUBSUB CHANNELS c*',
      'PUBSUB CHANNELS [c]1',
      'PUBSUB CHANNELS x*',
      'PUBSUB CHANNELS s*',
      'PUBSUB NUMSUB',
      'PUBSUB NUMSUB c1 nosuch s1 c1',
      'PUBSUB NUMPAT',
      'PUBSUB SHARDCHANNELS',
      'PUBSUB SHARDCHANNELS s?',
      'PUBSUB SHARDCHANNELS c*',
      'PUBSUB SHARDNUMSUB s1 c1',
      'PUBSUB SHARDNUMSUB',
      'PUBLISH c1 x',
      'PUBLISH p1 x',
      'SPUBLISH s1 x',
      receivesNext('one'),
      onConnection('one', 'UNSUBSCRIBE c1'),
      'PUBSUB NUMSUB c1',
      receivesNext('two'),
      onConnection('two', 'RESET'),
      'PUBSUB NUMSUB c1',
      'PUBSUB CHANNELS',
    ],
  },
  ...[
    'PUBSUB',
    'PUBSUB NOSUCH',
    'PUBSUB CHANNELS a b',
    'PUBSUB SHARDCHANNELS a b',
    'PUBSUB NUMPAT a',
    'PUBLISH a',
    'PUBLISH a b c',
    'SPUBLISH a',
  ].map((line): DifferentialCase => ({ title: line, steps: [line] })),
  { title: 'PUBSUB HELP', steps: ['PUBSUB HELP'] },
];

/** Keyspace notifications as CONFIG SET turns them on. */
function notified(letters: string, ...steps: readonly Step[]): DifferentialCase {
  return {
    title: `notify-keyspace-events "${letters}"`,
    steps: [
      onConnection('other', `CONFIG SET notify-keyspace-events "${letters}"`),
      onConnection('other', 'CONFIG GET notify-keyspace-events'),
      pipeline('PSUBSCRIBE __key*'),
      ...steps,
      received(),
      onConnection('other', 'CONFIG SET notify-keyspace-events ""'),
      onConnection('other', 'SET k quiet'),
      received(),
    ],
  };
}

const CHANGES = [
  'SET k v',
  'GET nokey',
  'LPUSH l a',
  'LPOP l',
  'SADD s a',
  'HSET h f v',
  'ZADD z 1 a',
  'XADD x 1-1 f v',
  'EXPIRE k 100',
  'DEL k',
].map((line) => onConnection('other', line));

const notifications: DifferentialCase[] = [
  ...[
    'KEA',
    'AKEnm',
    'K',
    'E',
    'Kg',
    'E$',
    'Kl',
    'Es',
    'Kh',
    'Ez',
    'Kt',
    'En',
    'Km',
    'A',
    'g$lshzxetd',
    'KEg$lshzxetdn',
  ].map((letters) => notified(letters, ...CHANGES)),
  notified('KEx', onConnection('other', 'SET k v PX 1'), pause(10), onConnection('other', 'GET k')),
  {
    title: 'notifications of databases',
    steps: [
      onConnection('other', 'CONFIG SET notify-keyspace-events KEA'),
      pipeline('PSUBSCRIBE __keyspace@3__:*', 'SUBSCRIBE __keyevent@4__:move_to'),
      onConnection('other', 'SELECT 3'),
      onConnection('other', 'SET k v'),
      onConnection('other', 'MOVE k 4'),
      onConnection('other', 'SET k v'),
      onConnection('other', 'COPY k k DB 4 REPLACE'),
      received(),
      onConnection('other', 'CONFIG SET notify-keyspace-events ""'),
    ],
  },
];

export const pubsubCases: DifferentialCase[] = [
  ...confirmations,
  ...patterns,
  ...restrictions,
  ...toOneself,
  ...facts,
  ...notifications,
];
