// Subscriptions: what a client listens to, and what commands may ask of the registry of all subscriptions (the server's,
// see src/server/pubsub.ts). Channels and patterns are texts of bytes (latin1).
import type { Call } from './call.js';
import type { Client } from './client.js';

/** What can be subscribed to. */
export const Kind = { channel: 0, pattern: 1, shardChannel: 2 } as const;
export type SubscriptionKind = (typeof Kind)[keyof typeof Kind];

/** Something that is subscribed to. It knows the place at which it stands in each of its clients' lists. */
export interface Subscribed {
  readonly name: string;
  /** It stands at another place in the client's list from now on. O(1) */
  moved(client: Client, place: number): void;
}

/** What one client listens to; made when it first subscribes, so that an idle connection does not pay for it. */
export class Subscriptions {
  /** By Kind, each once, in no order. */
  readonly lists: readonly [Subscribed[], Subscribed[], Subscribed[]] = [[], [], []];

  get total(): number {
    const [channels, patterns, shardChannels] = this.lists;
    return channels.length + patterns.length + shardChannels.length;
  }

  /** As replies to (un)subscribing count: shard channels for themselves, the others together. */
  count(kind: SubscriptionKind): number {
    const [channels, patterns, shardChannels] = this.lists;
    return kind === Kind.shardChannel ? shardChannels.length : channels.length + patterns.length;
  }

  /** Takes out what stands at a place, which the last one gets. O(1) */
  remove(client: Client, kind: SubscriptionKind, place: number): void {
    const list = this.lists[kind];
    const last = list.pop();
    if (last === undefined || place === list.length) return;
    list[place] = last;
    last.moved(client, place);
  }
}

/** Whether a client listens to anything: then it belongs to another class of clients. */
export function isSubscriber(client: Client): boolean {
  return client.subscriptions !== null && client.subscriptions.total > 0;
}

/** The registry of all subscriptions. */
export interface Subscribing {
  /** Subscribes the client to the name in argument `i`. O(1) */
  subscribe(c: Call, kind: SubscriptionKind, i: number): void;
  /** Nothing happens if it is not subscribed. O(1) */
  unsubscribe(client: Client, kind: SubscriptionKind, name: string): void;
  /** Without a word to the client. O(its subscriptions) */
  unsubscribeAll(client: Client): void;
  /**
   * Sends the message in argument 2 to the channel in argument 1; how many were sent it. O(receivers + patterns);
   * nothing is allocated when the channel has no subscribers and there are no patterns.
   */
  publish(c: Call, kind: SubscriptionKind): number;
  /** Sends what lies in the reply arena, which is all for that client, to it, whatever it wants replied. */
  insist(client: Client): void;
  /** A client that may be subscribed speaks another version of the protocol from now on. O(1) */
  protocolChanged(): void;
  /** How many listen to a name. */
  subscribers(kind: SubscriptionKind, name: string): number;
  /** Names that somebody listens to, in the order in which they were first subscribed to. */
  names(kind: SubscriptionKind): Iterable<string>;
  /** How many there are. */
  size(kind: SubscriptionKind): number;
  /** Clients that are subscribed to anything. */
  readonly clients: number;
}
