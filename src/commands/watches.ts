// Watches: the keys that clients watch (WATCH), so that their transaction fails if one of them changes before it.
//
// A watched key is spoiled by any change of it, also in place of a key that is not there, and by emptying or exchanging
// its database while it is in one of them. One that expires is noticed when the transaction is executed, because expiry
// is no command: a key that was there when it was watched must still be there, unless a change was told of.
import type { NativeStore } from '../store/native.js';
import type { Changes, KeyObserver } from './changes.js';
import type { Client } from './client.js';
import { keepName, releaseName } from './client-memory.js';
import { Transaction, type WatchedKey } from './transaction.js';

export class Watches implements KeyObserver {
  /** Clients that watch, and keys that are watched. */
  clientCount = 0;
  keyCount = 0;
  /** By database, by key: the transactions that watch it. */
  private readonly databases = new Map<number, Map<string, Set<Transaction>>>();

  private readonly numbers: Float64Array;

  constructor(
    private readonly store: NativeStore,
    private readonly changes: Changes,
  ) {
    this.numbers = new Float64Array(store.numbers);
    changes.addObserver(this);
  }

  /** A key (latin1) of the client's database. O(keys that the client watches) */
  watch(client: Client, key: string): void {
    const { database } = client;
    const transaction = (client.transaction ??= new Transaction(this.store, this.numbers));
    let keys = this.databases.get(database);
    if (keys === undefined) this.databases.set(database, (keys = new Map<string, Set<Transaction>>()));
    let watchers = keys.get(key);
    if (watchers === undefined) {
      keys.set(key, (watchers = new Set()));
      this.keyCount++;
    }
    if (watchers.has(transaction)) return;
    if (transaction.watched.length === 0) this.clientCount++;
    const wasThere = this.isThere(database, key);
    // A key that looking has removed, since its time had come, is gone for whoever watches it from now on.
    this.changes.reportRemovals();
    watchers.add(transaction);
    this.changes.filter.add(key);
    transaction.watched.push({ database, key, wasThere });
    keepName(client, key);
  }

  /** Forgets what a client watches. O(its keys) */
  unwatch(client: Client): void {
    const { transaction } = client;
    if (transaction === null || (transaction.watched.length === 0 && !transaction.isSpoiled)) return;
    if (transaction.watched.length > 0) this.clientCount--;
    for (const { database, key } of transaction.watched) {
      const keys = this.databases.get(database);
      const watchers = keys?.get(key);
      watchers?.delete(transaction);
      if (watchers?.size === 0) keys?.delete(key);
      this.changes.filter.remove(key);
      releaseName(client, key);
      if (watchers?.size === 0) this.keyCount--;
    }
    transaction.watched.length = 0;
    transaction.isSpoiled = false;
  }

  /** Whether one of the keys was changed or has expired. O(the keys) */
  areSpoiled(transaction: Transaction): boolean {
    const isGone = (watched: WatchedKey): boolean =>
      watched.wasThere && !this.isThere(watched.database, watched.key);
    return transaction.isSpoiled || transaction.watched.some(isGone);
  }

  keyChanged(database: number, key: string): void {
    const watchers = this.databases.get(database)?.get(key);
    if (watchers) for (const transaction of watchers) transaction.isSpoiled = true;
  }

  databaseFlushed(database: number): void {
    for (const flushed of this.databases.keys()) {
      if (database < 0 || database === flushed) this.spoilWhere(flushed, (key) => this.isThere(flushed, key));
    }
  }

  // Called after the exchange: a key that is in either of the two now was in either before.
  databasesSwapped(a: number, b: number): void {
    const isInEither = (key: string): boolean => this.isThere(a, key) || this.isThere(b, key);
    this.spoilWhere(a, isInEither);
    this.spoilWhere(b, isInEither);
  }

  private spoilWhere(database: number, isConcerned: (key: string) => boolean): void {
    for (const [key, watchers] of this.databases.get(database) ?? []) {
      if (isConcerned(key)) for (const transaction of watchers) transaction.isSpoiled = true;
    }
  }

  private isThere(database: number, key: string): boolean {
    return this.store.keyType(database, Buffer.from(key, 'latin1')) >= 0;
  }
}
