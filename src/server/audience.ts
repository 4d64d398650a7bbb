// Audience: those who listen to one channel, pattern or shard channel (see pubsub.ts).
//
// Of a hundred thousand channels most have one listener, so the first is kept without a map: that would be most of what a
// subscription takes of time and memory.
//
// Invariant: `others` is null or has at least one client, and never has `first`; only in an audience that is left is
// `first` null.
import type { Client } from '../commands/client.js';
import type { Subscribed, SubscriptionKind } from '../commands/subscriptions.js';

/** A bulk string in RESP, of a text whose characters are bytes. */
export function bulk(text: string): string {
  return `$${String(text.length)}\r\n${text}\r\n`;
}

const HEADS = [`*3\r\n${bulk('message')}`, `*4\r\n${bulk('pmessage')}`, `*3\r\n${bulk('smessage')}`];

const NOBODY: ReadonlyMap<Client, number> = new Map();

/** Connections by the protocol of their clients, 2 or 3. */
type Connections = readonly [Int32Array, Int32Array];

export class Audience implements Subscribed {
  private first: Client | null = null;
  /** Its place in the client's list. */
  private firstPlace = -1;
  /** With their places. */
  private others: Map<Client, number> | null = null;
  /** Null: to be listed anew. */
  private connections: Connections | null = null;
  private listedAt = 0;
  /** Null: there was no message yet. Most channels of many never have one. */
  private ready: Uint8Array | null = null;

  /** `pattern`: its number in the store; -1: it is none. */
  constructor(
    readonly name: string,
    readonly kind: SubscriptionKind,
    readonly pattern: number,
  ) {}

  get size(): number {
    return (this.first === null ? 0 : 1) + (this.others === null ? 0 : this.others.size);
  }

  /** Where it stands in the list of a client; -1: the client is not in it. O(1) */
  placeIn(client: Client): number {
    return this.first === client ? this.firstPlace : (this.others?.get(client) ?? -1);
  }

  /** A client that is not in it. O(1) */
  add(client: Client, place: number): void {
    this.connections = null;
    if (this.first === null) {
      this.first = client;
      this.firstPlace = place;
    } else {
      (this.others ??= new Map()).set(client, place);
    }
  }

  moved(client: Client, place: number): void {
    if (this.first === client) this.firstPlace = place;
    else this.others?.set(client, place);
  }

  /** A client that is in it. O(1) */
  delete(client: Client): void {
    const { others } = this;
    this.connections = null;
    if (this.first !== client) {
      if (!others?.delete(client)) throw new Error('a subscriber is not in the audience');
    } else {
      this.first = null;
      for (const [next, place] of others ?? NOBODY) {
        this.first = next;
        this.firstPlace = place;
        others?.delete(next);
        break;
      }
    }
    if (others?.size === 0) this.others = null;
  }

  /** All that are in it, the longest first. O(size) */
  list(): Client[] {
    const { first, others } = this;
    if (first === null) return [];
    return others === null ? [first] : [first, ...others.keys()];
  }

  /** How a message begins, in RESP2: all in front of its text; of a pattern, in front of the channel. */
  head(): Uint8Array {
    return (this.ready ??= Uint8Array.from(Buffer.from(HEADS[this.kind] + bulk(this.name), 'latin1')));
  }

  /**
   * The connections of all, listed anew only after a change, so that a message costs nothing in JavaScript for each of
   * its receivers. `protocols`: counts the changes of protocol of any client.
   */
  connectionsAt(protocols: number): Connections {
    if (this.connections !== null && this.listedAt === protocols) return this.connections;
    const clients = this.list();
    const of = (protocol: number): Int32Array =>
      Int32Array.from(
        clients.filter((client) => client.protocol === protocol),
        ({ connection }) => connection,
      );
    this.listedAt = protocols;
    return (this.connections = [of(2), of(3)]);
  }
}
