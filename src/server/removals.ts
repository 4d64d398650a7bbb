// Removals: tells whoever observes the keys (see commands/changes.ts) of those that the store removed by itself,
// because they expired or were evicted. The store logs them only while somebody observes.
import { type Changes, EventClass } from '../commands/changes.js';
import {
  NumberA,
  RemovalEmptied,
  RemovalEvicted,
  RemovalExpired,
  RemovalExpiredMembers,
  RemovalLogOn,
  RemovalsLogged,
} from '../store/layout.js';
import type { NativeStore } from '../store/native.js';
import { readRemovals } from '../store/removals.js';

/** By cause: what is told. */
const EVENTS: readonly (readonly [eventClass: number, event: string])[] = (() => {
  const events: [number, string][] = [];
  events[RemovalExpired] = [EventClass.expired, 'expired'];
  events[RemovalEvicted] = [EventClass.evicted, 'evicted'];
  events[RemovalExpiredMembers] = [EventClass.hash, 'hexpired'];
  events[RemovalEmptied] = [EventClass.generic, 'del'];
  return events;
})();

export class Removals {
  private readonly control: Int32Array;
  private readonly numbers: Float64Array;

  constructor(
    private readonly store: Pick<NativeStore, 'control' | 'numbers' | 'takeRemovals'>,
    private readonly changes: Changes,
    /** Serves who waits for keys that have changed. */
    private readonly settle: () => void,
  ) {
    this.control = new Int32Array(store.control);
    this.numbers = new Float64Array(store.numbers);
  }

  /** Lets the store log from now on if anybody observes; to be called before what may remove keys. */
  begin(): void {
    this.control[RemovalLogOn] = this.changes.isObserved ? 1 : 0;
  }

  /** Tells of what was removed since the last time, between commands. One comparison if nothing was. */
  report(): void {
    if (this.control[RemovalsLogged] === 0) return;
    this.tell();
    this.settle();
  }

  /** The same before a command is executed, or behind it, by what it deferred: its end serves who waits. */
  reportWithin(): void {
    if (this.control[RemovalsLogged] !== 0) this.tell();
  }

  private tell(): void {
    const log = this.store.takeRemovals();
    if (log === null) return;
    const lost = this.numbers[NumberA];
    readRemovals(log, (database, key, cause) => {
      const [eventClass, event] = EVENTS[cause];
      this.changes.noteKey(database, key, eventClass, event);
    });
    // Which keys these were nobody knows any more: for who watches or caches keys it may have been any.
    if (lost > 0) this.changes.noteFlush(-1, null);
  }
}
