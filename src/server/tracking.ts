// ClientTracking: tells clients that cache (CLIENT TRACKING) which keys they must forget.
//
//   a client reads a key      the guard notes it; when the command has been executed, the key is remembered with the client
//   a key changes             who has read it is told, behind the reply to the command, and the key is remembered no more
//   broadcasting clients      are told of all keys with their prefixes that have changed in the turn, in one message
//   all keys are removed      everybody is told `null`: forget everything
//
// A message is a push of RESP3, or for a client in RESP2 a message of the channel below to a subscriber that it has named
// (`redirect`). Keys are the same in all databases: who has read one is told when its namesake elsewhere changes as well.
//
// Invariants
//   1. A key is in `changes.filter` once if it is remembered, and for a while after all were forgotten.
//   2. `changes.everyKey` counts the broadcasting clients once each.
//   3. A key read by a command is remembered only when that command has been executed, and before the next one is: a change
//      that the read itself has made (an expiry) does not count against it, one that follows in the same transaction does.
//
// Cost: a read O(its keys); a change O(who has read the key + prefixes that there are), while somebody tracks. What clients
// have read that are gone is forgotten when the keys change, or when too many are remembered.
import type { Call } from '../commands/call.js';
import type { Changes, KeyObserver } from '../commands/changes.js';
import type { Client } from '../commands/client.js';
import { keepName, releaseName } from '../commands/client-memory.js';
import { type Admission, Gate, type Guard, GuardOrder } from '../commands/guard.js';
import { keyPositions } from '../commands/key-positions.js';
import type { Command } from '../commands/registry.js';
import { isSubscriber } from '../commands/subscriptions.js';
import { Tracker, type Tracking, type TrackingOptions } from '../commands/tracker.js';
import { CurrentRow } from '../store/layout.js';
import type { NativeStore } from '../store/native.js';
import type { Outbox } from './outbox.js';

const CHANNEL = '__redis__:invalidate';
const SUBSCRIBER_HEAD = `*3\r\n$7\r\nmessage\r\n${bulk(CHANNEL)}`;
const PUSH_HEAD = `>2\r\n${bulk('invalidate')}`;

function bulk(text: string): string {
  return `$${String(text.length)}\r\n${text}\r\n`;
}

function arrayOf(keys: readonly string[]): string {
  return `*${String(keys.length)}\r\n${keys.map(bulk).join('')}`;
}

/** Those who are told of all keys with a prefix. */
interface Broadcast {
  readonly trackers: Set<Tracker>;
  /** Keys that have changed in this turn, and who changed them last. */
  keys: Map<string, Client | null>;
}

/** What is to be said behind the current command: a key to forget, or null: all. */
interface Notice {
  readonly tracker: Tracker;
  readonly key: string | null;
}

/** What the registry needs of the dispatcher. */
interface Turn {
  /** Runs `job` behind the reply to the current command. */
  defer(job: () => void): void;
  /** Runs what was deferred outside of a command. */
  settle(): void;
}

/** Keys that are forgotten in one go, so that nobody waits for it. */
const FORGOTTEN_AT_ONCE = 1000;

export class ClientTracking implements KeyObserver, Tracking, Guard {
  readonly bits = Gate.tracking;
  readonly order = GuardOrder.tracking;
  readonly nested = true;
  itemCount = 0;
  /** By the clients' numbers, so that what is remembered keeps no client that is gone. */
  private readonly trackers = new Map<number, Tracker>();
  /** By key: the numbers of the clients that have read it; the key that was read first comes first. */
  private readers = new Map<string, Set<number>>();
  /** Keys that nobody remembers any more, but that are in the filter still. */
  private readonly filtered: Iterator<string>[] = [];
  private isForgetting = false;
  private readonly broadcasts = new Map<string, Broadcast>();
  /** Keys that the current command reads. */
  private readonly reads: string[] = [];
  private reader: Tracker | null = null;
  private readonly notices: Notice[] = [];
  /** Who may have to say CLIENT CACHING again behind the current command. */
  private caching: Tracker | null = null;
  private isDeferred = false;
  private hasBroadcasts = false;
  private readonly control: Int32Array;

  constructor(
    store: Pick<NativeStore, 'control'>,
    private readonly changes: Changes,
    private readonly turn: Turn,
    private readonly outbox: Outbox,
    private readonly settings: { readonly trackingTableMaxKeys: number },
  ) {
    this.control = new Int32Array(store.control);
    changes.addObserver(this);
  }

  // ---- who tracks ----------------------------------------------------------------------------------------------------

  get clientCount(): number {
    return this.trackers.size;
  }

  get keyCount(): number {
    return this.readers.size;
  }

  get prefixCount(): number {
    return this.broadcasts.size;
  }

  enable(client: Client, options: TrackingOptions): void {
    const tracker = (client.tracker ??= new Tracker(client));
    this.trackers.set(client.id, tracker);
    client.gate |= Gate.tracking;
    if (options.broadcast && !tracker.broadcast) this.changes.everyKey++;
    tracker.redirect = options.redirect;
    tracker.hasBrokenRedirect = false;
    tracker.broadcast = options.broadcast;
    tracker.optIn = options.optIn;
    tracker.optOut = options.optOut;
    tracker.noLoop = options.noLoop;
    if (!options.broadcast) return;
    for (const prefix of options.prefixes.length > 0 ? options.prefixes : ['']) {
      if (!tracker.prefixes.has(prefix)) keepName(client, prefix);
      tracker.prefixes.add(prefix);
      let broadcast = this.broadcasts.get(prefix);
      if (broadcast === undefined)
        this.broadcasts.set(prefix, (broadcast = { trackers: new Set(), keys: new Map() }));
      broadcast.trackers.add(tracker);
    }
  }

  disable(client: Client): void {
    const { tracker } = client;
    if (tracker === null) return;
    client.tracker = null;
    client.gate &= ~Gate.tracking;
    this.trackers.delete(client.id);
    if (tracker.broadcast) this.changes.everyKey--;
    for (const prefix of tracker.prefixes) {
      releaseName(client, prefix);
      const broadcast = this.broadcasts.get(prefix);
      broadcast?.trackers.delete(tracker);
      if (broadcast?.trackers.size === 0) this.broadcasts.delete(prefix);
    }
    // Nobody is left to be told of what was read.
    if (this.trackers.size === 0) this.forgetAll();
  }

  // ---- what is read --------------------------------------------------------------------------------------------------

  admit(c: Call, command: Command): Admission {
    this.remember();
    const { tracker } = c.client;
    if (tracker === null || tracker.broadcast) return 'admitted';
    const isAsked = tracker.optIn || tracker.optOut;
    // What was said holds for the next command, or for the whole transaction that begins now.
    if (isAsked && !c.isNested && command.container?.name !== 'client' && command.name !== 'multi') {
      this.caching = tracker;
      this.defer();
    }
    if (tracker.optIn ? !tracker.caching : tracker.optOut && tracker.caching) return 'admitted';
    if (!command.flags.includes('readonly') || command.flags.includes('pubsub')) return 'admitted';
    for (const { index } of keyPositions(c, 0, command) ?? []) this.reads.push(c.text(index));
    if (this.reads.length === 0) return 'admitted';
    this.reader = tracker;
    this.defer();
    return 'admitted';
  }

  // Remembers what the last command has read.
  private remember(): void {
    const { reader, reads } = this;
    if (reader === null) return;
    this.reader = null;
    // What it found expired is gone for everybody else, not for who has just seen that.
    this.changes.reportRemovals();
    if (this.trackers.get(reader.client.id) === reader)
      for (const key of reads) this.add(key, reader.client.id);
    reads.length = 0;
    this.limit();
  }

  private add(key: string, id: number): void {
    let ids = this.readers.get(key);
    if (ids === undefined) {
      this.readers.set(key, (ids = new Set()));
      this.changes.filter.add(key);
    }
    if (ids.has(id)) return;
    ids.add(id);
    this.itemCount++;
  }

  // Whoever has read what is forgotten must forget it as well.
  private limit(): void {
    const max = this.settings.trackingTableMaxKeys;
    if (max === 0) return;
    let left = FORGOTTEN_AT_ONCE;
    for (const [key] of this.readers) {
      if (this.readers.size <= max) return;
      if (left-- === 0) return this.forgetMore();
      this.invalidate(key, null);
    }
  }

  private forgetAll(): void {
    if (this.readers.size === 0) return;
    this.filtered.push(this.readers.keys());
    this.readers = new Map();
    this.itemCount = 0;
    this.filterLess();
  }

  // Takes keys that were forgotten out of the filter, which until then says "perhaps" of them.
  private filterLess(): void {
    for (let i = 0; i < FORGOTTEN_AT_ONCE && this.filtered.length > 0; i++) {
      const next = this.filtered[0].next();
      if (next.done === true) this.filtered.shift();
      else this.changes.filter.remove(next.value);
    }
    if (this.filtered.length > 0) this.forgetMore();
  }

  // Goes on when the loop has served whoever waits.
  private forgetMore(): void {
    if (this.isForgetting) return;
    this.isForgetting = true;
    setImmediate(() => {
      this.isForgetting = false;
      this.limit();
      this.turn.settle();
      this.filterLess();
    });
  }

  // ---- what changes --------------------------------------------------------------------------------------------------

  keyChanged(_database: number, key: string, client: Client | null): void {
    if (this.broadcasts.size > 0) this.noteBroadcast(key, client);
    this.invalidate(key, client);
  }

  private noteBroadcast(key: string, client: Client | null): void {
    for (const [prefix, { keys }] of this.broadcasts) {
      if (!key.startsWith(prefix)) continue;
      keys.set(key, client);
      this.hasBroadcasts = true;
    }
    // Outside a turn, nobody calls at its end.
    if (this.hasBroadcasts && this.control[CurrentRow] < 0) this.defer();
  }

  private invalidate(key: string, client: Client | null): void {
    const ids = this.readers.get(key);
    if (ids === undefined) return;
    for (const id of ids) {
      const tracker = this.trackers.get(id);
      if (tracker === undefined || tracker.broadcast || (tracker.noLoop && tracker.client === client))
        continue;
      this.notices.push({ tracker, key });
      this.defer();
    }
    this.itemCount -= ids.size;
    this.readers.delete(key);
    this.changes.filter.remove(key);
  }

  databaseFlushed(): void {
    for (const tracker of this.trackers.values()) {
      this.notices.push({ tracker, key: null });
      this.defer();
    }
    this.forgetAll();
  }

  // As in Redis, nobody is told: the keys are the same in all databases.
  databasesSwapped(): void {
    // Nothing to do.
  }

  // ---- messages ------------------------------------------------------------------------------------------------------

  private defer(): void {
    if (this.isDeferred) return;
    this.isDeferred = true;
    this.turn.defer(this.finishCommand);
  }

  // Behind a command, or a whole transaction.
  private readonly finishCommand = (): void => {
    this.isDeferred = false;
    this.remember();
    if (this.caching !== null && (this.caching.client.gate & Gate.transaction) === 0)
      this.caching.caching = false;
    this.caching = null;
    for (const { tracker, key } of this.notices) {
      if (key !== null) this.tell(tracker, arrayOf([key]));
      else this.tell(tracker, tracker.client.protocol === 3 ? '_\r\n' : '$-1\r\n');
    }
    this.notices.length = 0;
    if (this.control[CurrentRow] < 0) this.sendBroadcasts();
  };

  /** To be called at the end of a turn, behind its last command. */
  endTurn(): void {
    this.sendBroadcasts();
  }

  private sendBroadcasts(): void {
    if (!this.hasBroadcasts) return;
    this.hasBroadcasts = false;
    for (const prefix of [...this.broadcasts.keys()].sort()) {
      const broadcast = this.broadcasts.get(prefix);
      if (broadcast === undefined || broadcast.keys.size === 0) continue;
      const { keys } = broadcast;
      broadcast.keys = new Map();
      const names = [...keys.keys()].sort();
      const all = arrayOf(names);
      for (const tracker of broadcast.trackers) {
        if (!tracker.noLoop) {
          this.tell(tracker, all);
          continue;
        }
        const others = names.filter((key) => keys.get(key) !== tracker.client);
        if (others.length > 0) this.tell(tracker, arrayOf(others));
      }
    }
  }

  // Tells a client, or who is told in its place, to forget what the array (or null) names.
  private tell(tracker: Tracker, what: string): void {
    if (tracker.redirect?.closing === true) {
      tracker.hasBrokenRedirect = true;
      if (tracker.client.protocol === 3) {
        const id = String(tracker.redirectId);
        this.outbox.send(tracker.client, `>2\r\n${bulk('tracking-redir-broken')}:${id}\r\n`);
      }
      return;
    }
    const receiver = tracker.redirect ?? tracker.client;
    if (receiver.protocol === 3) this.outbox.send(receiver, PUSH_HEAD + what);
    else if (tracker.redirect !== null && isSubscriber(receiver))
      this.outbox.send(receiver, SUBSCRIBER_HEAD + what);
  }
}
