// PubSub: who listens to which channels, and how messages get to them.
//
//   subscription   of a client to a channel, to a pattern of channels, or to a shard channel (see Kind)
//   audience       all clients that have subscribed to the same name
//   own message    for a client whose command is being executed, the current one or one that has waited and is served: it
//                  comes behind the reply to that command
//
// A message is encoded once, in the reply arena, and handed to the transport once for each protocol among its receivers:
// the two encodings differ in their first byte. Patterns are matched by the store, all in one call.
//
// Invariants
//   1. A client is in an audience if and only if the audience is among the client's subscriptions.
//   2. There is no audience without a client.
//
// Cost: subscribing is O(1); a message O(receivers + patterns), and nothing while there are neither.
import type { Call } from '../commands/call.js';
import type { Client } from '../commands/client.js';
import { keepName, releaseName } from '../commands/client-memory.js';
import { Gate } from '../commands/guard.js';
import { KeyFilter } from '../commands/key-filter.js';
import { Kind, type Subscribing, type SubscriptionKind, Subscriptions } from '../commands/subscriptions.js';
import { REPLY_LIMIT } from '../protocol/reply-writer.js';
import { CurrentRow, NumberA, ReplyCursor, RowConnection, RowWords, TargetsMax } from '../store/layout.js';
import type { NativeStore } from '../store/native.js';
import { Audience, bulk } from './audience.js';
import type { Outbox } from './outbox.js';

/** Classes of output limits, as the store numbers them. */
const NORMAL_LIMIT = 0;
const SUBSCRIBER_LIMIT = 2;
/** Names and messages that are together larger go a way of their own, outside the arena. */
const ARENA_MESSAGE_MAX = 1024 * 1024;
/** Longer names of channels match no pattern. */
const CHANNEL_MAX = 8 * 1024 * 1024;
/** What a message takes beside name, pattern and text, at most. */
const FRAME_BYTES = 128;
const PUSH = 62;

/** What the registry needs of the dispatcher. */
interface Turn {
  /** The client that has waited and is served at this moment. */
  readonly served: Client | null;
  /** Runs `job` behind the reply to the current command. */
  defer(job: () => void): void;
}

export class PubSub implements Subscribing {
  clients = 0;
  /** By Kind, by name. */
  private readonly audiences: readonly Map<string, Audience>[] = [new Map(), new Map(), new Map()];
  /** Names of channels and shard channels, so that a message for nobody needs no text of its channel. */
  private readonly filters = [new KeyFilter(), new KeyFilter(), new KeyFilter()];
  /** Audiences of patterns by their numbers. */
  private readonly patterns: (Audience | undefined)[] = [];
  private matched = new Int32Array(16);
  private readonly own = new Map<Client, Uint8Array[]>();
  /** The message that is being sent: argument 2 of a command, or a text. */
  private readonly message: { of: Call | null; text: string; size: number } = { of: null, text: '', size: 0 };
  /** Counts changes of protocol. */
  private protocols = 0;
  private readonly control: Int32Array;
  private readonly rows: Int32Array;
  private readonly targets: Int32Array;
  private readonly numbers: Float64Array;
  /** The reply arena. */
  private readonly arena: Buffer;

  /** `presenceChanged` is called when the first client subscribes to anything, and when the last one has left. */
  constructor(
    private readonly store: NativeStore,
    private readonly turn: Turn,
    private readonly outbox: Outbox,
    private readonly presenceChanged: () => void,
  ) {
    this.control = new Int32Array(store.control);
    this.rows = new Int32Array(store.batch);
    this.targets = new Int32Array(store.targets);
    this.numbers = new Float64Array(store.numbers);
    this.arena = Buffer.from(store.reply);
  }

  // ---- subscriptions -------------------------------------------------------------------------------------------------

  subscribe(c: Call, kind: SubscriptionKind, i: number): void {
    const { client } = c;
    const name = c.text(i);
    const audience = this.audiences[kind].get(name) ?? this.open(c, kind, i, name);
    if (audience.placeIn(client) >= 0) return;
    const subscriptions = (client.subscriptions ??= new Subscriptions());
    audience.add(client, subscriptions.lists[kind].push(audience) - 1);
    keepName(client, name);
    if (subscriptions.total === 1) this.begin(client);
  }

  // The audience of a name that nobody has listened to.
  private open(c: Call, kind: SubscriptionKind, i: number, name: string): Audience {
    const pattern = kind === Kind.pattern ? this.store.addPattern(c.first + i) : -1;
    const audience = new Audience(name, kind, pattern);
    this.audiences[kind].set(name, audience);
    this.filters[kind].add(name);
    if (pattern >= 0) this.patterns[pattern] = audience;
    return audience;
  }

  unsubscribe(client: Client, kind: SubscriptionKind, name: string): void {
    const { subscriptions } = client;
    const audience = this.audiences[kind].get(name);
    const place = audience?.placeIn(client) ?? -1;
    if (subscriptions === null || audience === undefined || place < 0) return;
    subscriptions.remove(client, kind, place);
    this.leave(client, audience);
    if (subscriptions.total === 0) this.end(client);
  }

  unsubscribeAll(client: Client): void {
    const { subscriptions } = client;
    if (subscriptions === null) return;
    for (const kind of [Kind.channel, Kind.pattern, Kind.shardChannel] as const) {
      const list = subscriptions.lists[kind];
      while (list.length > 0) this.unsubscribe(client, kind, list[list.length - 1].name);
    }
  }

  private leave(client: Client, audience: Audience): void {
    const { name, kind, pattern } = audience;
    audience.delete(client);
    releaseName(client, name);
    if (audience.size > 0) return;
    this.audiences[kind].delete(name);
    this.filters[kind].remove(name);
    if (pattern < 0) return;
    this.store.removePattern(pattern);
    this.patterns[pattern] = undefined;
  }

  private begin(client: Client): void {
    if (client.protocol === 2) client.gate |= Gate.subscriber;
    this.store.setLimitClass(client.connection, SUBSCRIBER_LIMIT);
    if (this.clients++ === 0) this.presenceChanged();
  }

  private end(client: Client): void {
    client.gate &= ~Gate.subscriber;
    // The number of a connection that is gone may be another's already.
    if (!client.closing) this.store.setLimitClass(client.connection, NORMAL_LIMIT);
    if (--this.clients === 0) this.presenceChanged();
  }

  subscribers(kind: SubscriptionKind, name: string): number {
    return this.audiences[kind].get(name)?.size ?? 0;
  }

  names(kind: SubscriptionKind): Iterable<string> {
    return this.audiences[kind].keys();
  }

  size(kind: SubscriptionKind): number {
    return this.audiences[kind].size;
  }

  // ---- messages ------------------------------------------------------------------------------------------------------

  publish(c: Call, kind: SubscriptionKind): number {
    const pair = 2 * (c.first + 1);
    const hasPatterns = kind === Kind.channel && this.audiences[Kind.pattern].size > 0;
    if (!hasPatterns && !this.filters[kind].mayHave(c.bytes, c.args[pair], c.args[pair + 1])) return 0;
    this.message.of = c;
    this.message.size = c.args[pair + 3];
    return this.send(kind, c.text(1));
  }

  /** Sends a message (latin1) to the subscribers of a channel and of patterns that match it. */
  sendText(channel: string, message: string): void {
    this.message.of = null;
    this.message.text = message;
    this.message.size = message.length;
    this.send(Kind.channel, channel);
  }

  protocolChanged(): void {
    this.protocols++;
  }

  private send(kind: SubscriptionKind, channel: string): number {
    let receivers = 0;
    const audience = this.audiences[kind].get(channel);
    if (audience !== undefined) receivers += this.sendTo(audience, null, channel);
    if (kind === Kind.channel && this.audiences[Kind.pattern].size > 0)
      receivers += this.sendToPatterns(channel);
    return receivers;
  }

  private sendToPatterns(channel: string): number {
    const count = this.matchPatterns(channel);
    let receivers = 0;
    for (let i = 0; i < count; i++) {
      const audience = this.patterns[this.matched[i]];
      if (audience !== undefined) receivers += this.sendTo(audience, channel, channel);
    }
    return receivers;
  }

  // Puts the numbers of the patterns that match into `matched`; how many.
  private matchPatterns(channel: string): number {
    const { store, control } = this;
    if (channel.length > CHANNEL_MAX) return 0;
    const at = this.reserve(channel.length);
    this.arena.write(channel, at, 'latin1');
    let count = 0;
    let next = 0;
    do {
      const found = store.matchPatterns(at, channel.length, next);
      next = this.numbers[NumberA];
      if (count + found > this.matched.length) {
        const more = new Int32Array(2 * (count + found));
        more.set(this.matched);
        this.matched = more;
      }
      for (let i = 0; i < found; i++) this.matched[count++] = this.targets[i];
    } while (next !== 0);
    control[ReplyCursor] = at;
    return count;
  }

  // Sends a message to an audience; `named`: the channel, where the name of the audience is a pattern. How many got it.
  private sendTo(audience: Audience, named: string | null, channel: string): number {
    const { message } = this;
    const head = audience.head();
    const size = head.length + channel.length + message.size + FRAME_BYTES;
    if (size > ARENA_MESSAGE_MAX) return this.sendLarge(audience, named);
    const from = this.reserve(size);
    this.arena.set(head, from);
    let at = from + head.length;
    if (named !== null) at = this.writeBulk(at, named);
    if (message.of === null) at = this.writeBulk(at, message.text);
    this.control[ReplyCursor] = at;
    if (message.of !== null) this.store.writeArgument(message.of.first + 2);
    this.toAll(audience, from, null);
    this.control[ReplyCursor] = from;
    return audience.size;
  }

  private writeBulk(at: number, text: string): number {
    const header = `$${String(text.length)}\r\n`;
    at += this.arena.write(header, at, 'latin1');
    at += this.arena.write(text, at, 'latin1');
    return at + this.arena.write('\r\n', at, 'latin1');
  }

  private sendLarge(audience: Audience, named: string | null): number {
    const message = this.message.of?.text(2) ?? this.message.text;
    const text = (named === null ? '' : bulk(named)) + bulk(message);
    const bytes = Buffer.concat([audience.head(), Buffer.from(text, 'latin1')]);
    this.toAll(audience, 0, bytes);
    return audience.size;
  }

  // Sends what lies in the arena from `from` on, or `bytes`, to the clients of an audience, each in its protocol.
  private toAll(audience: Audience, from: number, bytes: Uint8Array | null): void {
    const [two, three] = audience.connectionsAt(this.protocols);
    if (two.length > 0) this.toConnections(two, this.ownAmong(audience, two, 2), from, bytes);
    if (three.length === 0) return;
    if (bytes === null) this.arena[from] = PUSH;
    else bytes[0] = PUSH;
    this.toConnections(three, this.ownAmong(audience, three, 3), from, bytes);
  }

  // The clients, among those with these connections, for which the message is an own one; null: none.
  private ownAmong(audience: Audience, connections: Int32Array, protocol: 2 | 3): readonly Client[] | null {
    const { own } = this;
    const { served } = this.turn;
    const current = this.currentConnection();
    const mayBe =
      own.size > 0 ||
      (current >= 0 && connections.includes(current)) ||
      (served !== null && connections.includes(served.connection));
    if (!mayBe) return null;
    return audience
      .list()
      .filter(
        (client) =>
          client.protocol === protocol &&
          (client.connection === current || client === served || own.has(client)),
      );
  }

  private toConnections(
    connections: Int32Array,
    own: readonly Client[] | null,
    from: number,
    bytes: Uint8Array | null,
  ): void {
    if (own !== null) {
      for (const client of own)
        this.keepOwn(client, bytes ?? this.arena.subarray(from, this.control[ReplyCursor]));
      const kept = new Set(own.map(({ connection }) => connection));
      connections = connections.filter((connection) => !kept.has(connection));
    }
    for (let at = 0; at < connections.length; at += TargetsMax) {
      const some = connections.length <= TargetsMax ? connections : connections.subarray(at, at + TargetsMax);
      this.targets.set(some);
      this.push(some.length, from, bytes);
    }
  }

  private push(count: number, from: number, bytes: Uint8Array | null): void {
    if (bytes === null) this.store.pushToMany(count, from);
    else this.store.pushBytes(count, bytes);
  }

  // The connection whose row of the batch is being executed; -1: none.
  private currentConnection(): number {
    const row = this.control[CurrentRow];
    return row < 0 ? -1 : this.rows[row * RowWords + RowConnection];
  }

  private keepOwn(client: Client, bytes: Uint8Array): void {
    const { own } = this;
    if (own.size === 0) this.turn.defer(this.sendOwn);
    const kept = own.get(client);
    if (kept === undefined) own.set(client, [Uint8Array.from(bytes)]);
    else kept.push(Uint8Array.from(bytes));
  }

  // Behind the reply to the command, which may itself have been unwanted.
  private readonly sendOwn = (): void => {
    for (const [client, kept] of this.own) for (const bytes of kept) this.outbox.sendBytes(client, bytes);
    this.own.clear();
  };

  insist(client: Client): void {
    const bytes = this.arena.subarray(0, this.control[ReplyCursor]);
    if (client.connection === this.currentConnection()) this.keepOwn(client, bytes);
  }

  // A place for `size` bytes behind what is in the arena; what is there leaves first if it must.
  private reserve(size: number): number {
    if (this.control[ReplyCursor] + size > REPLY_LIMIT) this.store.drain(0);
    return this.control[ReplyCursor];
  }
}
