// Publish and subscribe: the commands. Who listens to what, and how messages get there, is in src/server/pubsub.ts.
//
// (Un)subscribing is replied to with one message for each name, which comes even to a client that wants no replies.
import { encode } from '../protocol/reply-writer.js';
import { DiscardReplies, ReplyCursor } from '../store/layout.js';
import type { Call } from './call.js';
import { type CommandDeclaration, type CommandFlag, type KeySpec, keysFrom } from './command.js';
import { type Admission, Gate, type Guard, GuardOrder } from './guard.js';
import { helpOf } from './help.js';
import type { Command } from './registry.js';
import { Kind, type SubscriptionKind } from './subscriptions.js';

const SUBSCRIBING = ['subscribe', 'psubscribe', 'ssubscribe'] as const;
const UNSUBSCRIBING = ['unsubscribe', 'punsubscribe', 'sunsubscribe'] as const;

/** How the messages that confirm begin, by the version of the protocol. */
type Confirmation = Readonly<Record<2 | 3, Uint8Array>>;

function confirmation(word: string): Confirmation {
  const text = `3\r\n$${String(word.length)}\r\n${word}\r\n`;
  return { 2: encode(`*${text}`), 3: encode(`>${text}`) };
}

/** By Kind. */
const SUBSCRIBED = SUBSCRIBING.map(confirmation);
const UNSUBSCRIBED = UNSUBSCRIBING.map(confirmation);

/** Commands of a subscriber whose protocol cannot tell messages from replies. */
const ALLOWED: ReadonlySet<string> = new Set([...SUBSCRIBING, ...UNSUBSCRIBING, 'ping', 'quit', 'reset']);

/** Refuses other commands of subscribers. */
export const subscriberRules: Guard = {
  bits: Gate.subscriber,
  order: GuardOrder.subscriber,
  nested: false,
  admit: (_c: Call, command: Command): Admission => {
    if (command.container === null && ALLOWED.has(command.declaredName)) return 'admitted';
    return {
      error:
        `ERR Can't execute '${command.fullName}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET ` +
        'are allowed in this context',
    };
  },
};

// A message that confirms is begun, its name written, and ended.

function beginConfirming(c: Call, confirmations: readonly Confirmation[], kind: SubscriptionKind): void {
  // What is written now is taken back from there if nobody wants replies: see endConfirming.
  if (c.control[DiscardReplies] === 1) c.store.drain(0);
  c.reply.raw(confirmations[kind][c.client.protocol]);
}

function endConfirming(c: Call, kind: SubscriptionKind): void {
  c.reply.integer(c.client.subscriptions?.count(kind) ?? 0);
  if (c.control[DiscardReplies] === 1) c.server.pubsub.insist(c.client);
}

function subscribe(c: Call, kind: SubscriptionKind): void {
  if (c.isNested && kind === Kind.shardChannel)
    return c.error("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client");
  for (let i = 1; i < c.count; i++) {
    c.server.pubsub.subscribe(c, kind, i);
    beginConfirming(c, SUBSCRIBED, kind);
    c.store.writeArgument(c.first + i);
    endConfirming(c, kind);
  }
}

function unsubscribe(c: Call, kind: SubscriptionKind): void {
  for (let i = 1; i < c.count; i++) {
    c.server.pubsub.unsubscribe(c.client, kind, c.text(i));
    beginConfirming(c, UNSUBSCRIBED, kind);
    c.store.writeArgument(c.first + i);
    endConfirming(c, kind);
  }
  if (c.count === 1) unsubscribeAll(c, kind);
}

function unsubscribeAll(c: Call, kind: SubscriptionKind): void {
  const list = c.client.subscriptions?.lists[kind] ?? [];
  if (list.length === 0) {
    beginConfirming(c, UNSUBSCRIBED, kind);
    c.reply.null();
    return endConfirming(c, kind);
  }
  // Each leaves the list, the last one first: so nothing takes its place.
  while (list.length > 0) {
    const { name } = list[list.length - 1];
    c.server.pubsub.unsubscribe(c.client, kind, name);
    beginConfirming(c, UNSUBSCRIBED, kind);
    c.reply.bulkLatin1(name);
    endConfirming(c, kind);
  }
}

function publish(c: Call, kind: SubscriptionKind): void {
  c.reply.integer(c.server.pubsub.publish(c, kind));
}

// ---- PUBSUB --------------------------------------------------------------------------------------------------------

function listNames(c: Call, kind: SubscriptionKind): void {
  if (c.count > 3) {
    const name = c.quotedText(1).slice(0, 128);
    return c.reply.errorBytes(
      `ERR unknown subcommand or wrong number of arguments for '${name}'. Try PUBSUB HELP.`,
    );
  }
  const { pubsub } = c.server;
  const chosen: Buffer[] = [];
  for (const name of pubsub.names(kind)) {
    const bytes = Buffer.from(name, 'latin1');
    if (c.count === 2 || matches(c, 2, bytes)) chosen.push(bytes);
  }
  c.reply.array(chosen.length);
  for (const name of chosen) c.reply.bulkBytes(name);
}

// Whether a name, which is written where replies are and taken back, matches the pattern in an argument.
function matches(c: Call, pattern: number, name: Uint8Array): boolean {
  c.reply.raw(name);
  const at = c.control[ReplyCursor] - name.length;
  c.control[ReplyCursor] = at;
  return c.store.matchesPattern(c.first + pattern, at, name.length) === 1;
}

function countSubscribers(c: Call, kind: SubscriptionKind): void {
  c.reply.array(2 * (c.count - 2));
  for (let i = 2; i < c.count; i++) {
    c.store.writeArgument(c.first + i);
    c.reply.integer(c.server.pubsub.subscribers(kind, c.text(i)));
  }
}

const help = helpOf('pubsub', [
  [
    'CHANNELS [<pattern>]',
    "Tell which channels that match <pattern> ('*' if there is none) have subscribers.",
  ],
  ['NUMPAT', 'Tell how many patterns have subscribers.'],
  ['NUMSUB [<channel> ...]', 'Tell how many clients are subscribed to channels; patterns do not count.'],
  ['SHARDCHANNELS [<pattern>]', 'The same as CHANNELS for shard channels.'],
  ['SHARDNUMSUB [<shardchannel> ...]', 'The same as NUMSUB for shard channels.'],
]);

// ---- declarations --------------------------------------------------------------------------------------------------

const SUBSCRIBE_FLAGS: readonly CommandFlag[] = ['pubsub', 'noscript', 'loading', 'stale'];
const PUBLISH_FLAGS: readonly CommandFlag[] = ['pubsub', 'loading', 'stale', 'fast', 'may_replicate'];
const ASK_FLAGS: readonly CommandFlag[] = ['pubsub', 'loading', 'stale'];
/** Shard channels are distributed over a cluster as keys are. */
const SHARD_CHANNELS: readonly KeySpec[] = [keysFrom(1, ['not_key'])];
const SHARD_CHANNEL: readonly KeySpec[] = [keysFrom(1, ['not_key'], 1, 0)];

interface Variant {
  name: string;
  kind: SubscriptionKind;
  what: string;
  /** What it is called among the arguments, with its type. */
  argument: string;
  since: string;
}

const VARIANTS: readonly Variant[] = [
  { name: 'subscribe', kind: Kind.channel, what: 'channels', argument: 'channel', since: '2.0.0' },
  {
    name: 'psubscribe',
    kind: Kind.pattern,
    what: 'channels that match patterns',
    argument: 'pattern:pattern',
    since: '2.0.0',
  },
  {
    name: 'ssubscribe',
    kind: Kind.shardChannel,
    what: 'shard channels',
    argument: 'shardchannel',
    since: '7.0.0',
  },
];

function subscribing({ name, kind, what, argument, since }: Variant): CommandDeclaration {
  return {
    name,
    arity: -2,
    flags: SUBSCRIBE_FLAGS,
    group: 'pubsub',
    ...(kind === Kind.shardChannel ? { keys: SHARD_CHANNELS } : {}),
    since,
    summary: `Listens to messages of ${what}`,
    complexity: 'O(N) for N names',
    arguments: `${argument}...`,
    reply: 'none',
    handler: (c) => subscribe(c, kind),
  };
}

function unsubscribing({ name, kind, what, argument, since }: Variant): CommandDeclaration {
  return {
    name: name.replace('subscribe', 'unsubscribe'),
    arity: -1,
    flags: SUBSCRIBE_FLAGS,
    group: 'pubsub',
    ...(kind === Kind.shardChannel ? { keys: SHARD_CHANNELS } : {}),
    since,
    summary: `Listens no longer to messages of ${what}, of all that it does if none are given`,
    complexity: 'O(N) for N names',
    arguments: `[${argument}...]`,
    reply: 'none',
    handler: (c) => unsubscribe(c, kind),
  };
}

const ASKING: readonly CommandDeclaration[] = [
  {
    name: 'channels',
    arity: -2,
    flags: ASK_FLAGS,
    group: 'pubsub',
    since: '2.8.0',
    summary: 'Lists the channels that have subscribers',
    complexity: 'O(N) for N channels',
    arguments: '[pattern:pattern]',
    reply: 'array',
    handler: (c) => listNames(c, Kind.channel),
  },
  {
    name: 'numpat',
    arity: 2,
    flags: ASK_FLAGS,
    group: 'pubsub',
    since: '2.8.0',
    summary: 'Counts the patterns that have subscribers',
    complexity: 'O(1)',
    reply: 'integer',
    handler: (c) => c.reply.integer(c.server.pubsub.size(Kind.pattern)),
  },
  {
    name: 'numsub',
    arity: -2,
    flags: ASK_FLAGS,
    group: 'pubsub',
    since: '2.8.0',
    summary: 'Counts the subscribers of channels',
    complexity: 'O(N) for N channels',
    arguments: '[channel...]',
    reply: 'array',
    handler: (c) => countSubscribers(c, Kind.channel),
  },
  {
    name: 'shardchannels',
    arity: -2,
    flags: ASK_FLAGS,
    group: 'pubsub',
    since: '7.0.0',
    summary: 'Lists the shard channels that have subscribers',
    complexity: 'O(N) for N shard channels',
    arguments: '[pattern:pattern]',
    reply: 'array',
    handler: (c) => listNames(c, Kind.shardChannel),
  },
  {
    name: 'shardnumsub',
    arity: -2,
    flags: ASK_FLAGS,
    group: 'pubsub',
    since: '7.0.0',
    summary: 'Counts the subscribers of shard channels',
    complexity: 'O(N) for N shard channels',
    arguments: '[shardchannel...]',
    reply: 'array',
    handler: (c) => countSubscribers(c, Kind.shardChannel),
  },
  {
    name: 'help',
    arity: 2,
    flags: ['loading', 'stale'],
    group: 'pubsub',
    since: '6.2.0',
    categories: ['slow'],
    summary: 'Shows what PUBSUB can do',
    complexity: 'O(1)',
    reply: 'array',
    handler: help,
  },
];

export const pubsub: readonly CommandDeclaration[] = [
  ...VARIANTS.map(subscribing),
  ...VARIANTS.map(unsubscribing),
  {
    name: 'publish',
    arity: 3,
    flags: PUBLISH_FLAGS,
    group: 'pubsub',
    since: '2.0.0',
    summary: 'Sends a message to the subscribers of a channel',
    complexity: 'O(N + M) for N receivers and M patterns',
    arguments: 'channel message',
    reply: 'integer',
    handler: (c) => publish(c, Kind.channel),
  },
  {
    name: 'spublish',
    arity: 3,
    flags: PUBLISH_FLAGS,
    group: 'pubsub',
    keys: SHARD_CHANNEL,
    since: '7.0.0',
    summary: 'Sends a message to the subscribers of a shard channel',
    complexity: 'O(N) for N receivers',
    arguments: 'shardchannel message',
    reply: 'integer',
    handler: (c) => publish(c, Kind.shardChannel),
  },
  {
    name: 'pubsub',
    arity: -2,
    flags: [],
    group: 'pubsub',
    categories: ['slow'],
    since: '2.8.0',
    summary: 'Tells of channels and their subscribers',
    complexity: 'That of the subcommand',
    reply: 'any',
    subcommands: ASKING,
  },
];
