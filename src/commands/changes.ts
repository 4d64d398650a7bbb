// Changes: what commands tell of the keys that they change, and who is told.
//
//   handler ── c.changed(i, class, event) ──► Changes ──► key observers   (WATCH, clients that block, client-side caches)
//                                                    └──► event listener  (keyspace notifications)
//
// Handlers always tell. While nobody observes, that is one comparison, and commands run in runs (see dispatch.ts); while
// somebody does, a key becomes a text only if one of the observers may have asked for it.
import type { NativeStore } from '../store/native.js';
import type { Call } from './call.js';
import type { Client } from './client.js';
import { KeyFilter } from './key-filter.js';

/** Classes of events, as `notify-keyspace-events` has them; bits. */
export const EventClass = {
  /** A change without an event. */
  none: 0,
  generic: 1,
  string: 2,
  list: 4,
  set: 8,
  hash: 16,
  sortedSet: 32,
  expired: 64,
  evicted: 128,
  stream: 256,
  missed: 512,
  module: 1024,
  created: 2048,
} as const;

/** Told of changes of keys. Keys are texts of bytes (latin1). */
export interface KeyObserver {
  /** `client` made the change, of a class of events; null: the server itself (expiry, eviction). */
  keyChanged(database: number, key: string, client: Client | null, eventClass: number): void;
  /** A key was changed beside its value: the groups of a stream. */
  keyChangedBeside?(database: number, key: string): void;
  /** All keys of a database are about to be removed; -1: of all databases. */
  databaseFlushed(database: number, client: Client | null): void;
  /** Two databases have changed places. */
  databasesSwapped(a: number, b: number): void;
}

/** Told of events; `listens` is asked first. */
export interface EventListener {
  listens(eventClass: number): boolean;
  event(eventClass: number, event: string, database: number, key: string): void;
}

export class Changes {
  /** Whether the store keeps keys during a command that somebody wants to hear of: see `endCommand`. */
  keepsKeys = false;
  /** Changes since the last save. */
  total = 0;
  /** Tells, by noteKey, of what the server itself has removed since the last time. */
  reportRemovals: () => void = () => undefined;
  /** Keys that observers have asked for. Whoever asks adds them here. */
  readonly filter = new KeyFilter();
  /** How many observers want to be told of every key. */
  everyKey = 0;
  private readonly observers: KeyObserver[] = [];
  private listener: EventListener | null = null;
  /** Whether the listener wants to hear of keys that come to be, and of keys that were not found. */
  private hearsCreations = false;
  private hearsMisses = false;

  constructor(private readonly store: NativeStore) {}

  addObserver(observer: KeyObserver): void {
    this.observers.push(observer);
  }

  /** The one listener to events, or null: nobody listens. To be called again when it listens to other classes. */
  listen(listener: EventListener | null): void {
    this.listener = listener;
    this.hearsCreations = listener?.listens(EventClass.created) === true;
    this.hearsMisses = listener?.listens(EventClass.missed) === true;
    this.keepsKeys = this.hearsCreations || this.hearsMisses;
    this.store.keepCreations(this.hearsCreations ? 1 : 0);
    this.store.keepMissedKeys(this.hearsMisses ? 1 : 0);
  }

  /** Whether anybody listens to events. */
  get isHeard(): boolean {
    return this.listener !== null;
  }

  /** Whether anybody wants to be told of anything. */
  get isObserved(): boolean {
    return this.filter.size !== 0 || this.everyKey !== 0 || this.listener !== null;
  }

  /** A command changed its key `i` in `database`; only to be called while somebody observes. */
  note(c: Call, database: number, i: number, eventClass: number, event: string): void {
    const pair = 2 * (c.first + i);
    const asked = this.everyKey !== 0 || this.filter.mayHave(c.bytes, c.args[pair], c.args[pair + 1]);
    const heard = this.listener?.listens(eventClass) === true;
    this.noteBefore(c);
    this.noteCreation(c, database, i);
    if (!asked && !heard) return;
    const key = this.nameOf(c, i);
    if (asked) this.tell(database, key, c.client, eventClass);
    if (heard) this.listener?.event(eventClass, event, database, key);
  }

  /** A command changed its key `i` beside its value; only to be called while somebody observes. */
  noteBeside(c: Call, database: number, i: number, eventClass: number, event: string): void {
    this.noteBefore(c);
    this.noteCreation(c, database, i);
    const key = c.text(i);
    for (const observer of this.observers) observer.keyChangedBeside?.(database, key);
    this.noteEvent(c, database, i, eventClass, event);
  }

  /** The server itself changed a key, which does not count as a change since the last save. */
  noteKey(database: number, key: string, eventClass: number, event: string): void {
    this.tell(database, key, null, eventClass);
    if (this.listener?.listens(eventClass) === true) this.listener.event(eventClass, event, database, key);
  }

  /** Key `i` as a text (latin1), which is not made again if somebody has asked for this key before. */
  nameOf(c: Call, i: number): string {
    const pair = 2 * (c.first + i);
    return this.filter.recall(c.bytes, c.args[pair], c.args[pair + 1]) || c.text(i);
  }

  // What happened in front of a change: the command has met keys whose time had come, and has missed others.
  private noteBefore(c: Call): void {
    this.reportRemovals();
    if (this.hearsMisses) this.tellMisses(c);
  }

  /** If key `i` has come to be, somebody hears of it, once. */
  noteCreation(c: Call, database: number, i: number): void {
    if (this.hearsCreations && this.store.takeCreation(database, c.first + i) === 1)
      this.listener?.event(EventClass.created, 'new', database, c.text(i));
  }

  /** A key came to be in place of another. */
  noteCreated(c: Call, database: number, i: number): void {
    if (!this.hearsCreations) return;
    this.noteBefore(c);
    this.store.takeCreation(database, c.first + i);
    this.listener?.event(EventClass.created, 'new', database, c.text(i));
  }

  /** The current command has been executed. */
  endCommand(c: Call): void {
    this.noteBefore(c);
    if (this.hearsCreations) this.store.forgetCreations(0);
  }

  // Of keys that the current command has looked for, and not found.
  private tellMisses(c: Call): void {
    const { listener } = this;
    if (listener === null) return;
    const missed = this.store.takeMissedKeys();
    for (const key of missed) listener.event(EventClass.missed, 'keymiss', c.client.database, key);
  }

  /** An event that is no change. */
  noteEvent(c: Call, database: number, i: number, eventClass: number, event: string): void {
    this.noteBefore(c);
    if (this.listener?.listens(eventClass) === true)
      this.listener.event(eventClass, event, database, c.text(i));
  }

  /** All keys of a database are about to be removed; -1: of all. */
  noteFlush(database: number, client: Client | null): void {
    for (const observer of this.observers) observer.databaseFlushed(database, client);
  }

  noteSwap(a: number, b: number): void {
    for (const observer of this.observers) observer.databasesSwapped(a, b);
  }

  private tell(database: number, key: string, client: Client | null, eventClass: number): void {
    for (const observer of this.observers) observer.keyChanged(database, key, client, eventClass);
  }
}
