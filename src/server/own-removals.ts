/**
 * OwnRemovals: whether the server removes keys and fields that nobody has asked it to: those whose time has come, and, to
 * make room, those that are evicted.
 *
 *   nothing special      ─► what has expired is removed; keys are evicted
 *   clients are paused   ─► what has expired is absent, but stays; nothing is evicted
 *   a log is being read  ─► what has expired is there as if its time had not come, since commands that are read later
 *                           may have met it; nothing is evicted, for the same reason. Whether clients are paused then,
 *                           or a pause ends, changes nothing of that.
 *
 * What goes for expired keys and for eviction follows from these two facts in one place: whoever knows one of them tells
 * it, and nothing else.
 */
import type { NativeStore } from '../store/native.js';

/** Modes of `hideExpired`. */
const REMOVED = 0;
const HIDDEN = 1;
const THERE = 2;

export class OwnRemovals {
  private isPaused = false;
  private isLoading = false;

  constructor(
    private readonly store: Pick<NativeStore, 'hideExpired'>,
    private readonly eviction: { rest(rests: boolean): void },
  ) {}

  /** Clients are paused, or are no longer. */
  clientsPaused(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.apply();
  }

  /** A log is being read, from before its first byte until behind its last one. */
  logLoading(isLoading: boolean): void {
    this.isLoading = isLoading;
    this.apply();
  }

  private apply(): void {
    const { isPaused, isLoading } = this;
    this.store.hideExpired(isLoading ? THERE : isPaused ? HIDDEN : REMOVED);
    this.eviction.rest(isPaused || isLoading);
  }
}
