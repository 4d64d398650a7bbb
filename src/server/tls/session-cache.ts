/**
 * Sessions of TLS 1.2 that clients may resume by their identifiers. Clients with session tickets, and those of
 * TLS 1.3, carry their sessions themselves and never come here.
 *
 * Invariant: at most `size` sessions are kept (0: any number); the oldest goes first. What has outlived the timeout is
 * not given out, and leaves as the oldest.
 *
 * Cost: O(1) per handshake.
 */
import type { Server } from 'node:tls';

interface Kept {
  readonly session: Buffer;
  /** Monotonic time, ms. */
  readonly expiresMs: number;
}

/** Keeps sessions of one tls.Server. */
export class SessionCache {
  readonly #sessions = new Map<string, Kept>();

  /** `size` in sessions, 0 for no limit; `timeoutMs` from their beginning. */
  constructor(
    private readonly size: number,
    private readonly timeoutMs: number,
  ) {}

  get count(): number {
    return this.#sessions.size;
  }

  store(id: Buffer, session: Buffer, nowMs: number): void {
    const key = id.toString('latin1');
    this.#sessions.delete(key);
    this.#sessions.set(key, { session, expiresMs: nowMs + this.timeoutMs });
    // Insertion order is order of age, since every session lives equally long.
    for (const [oldest, { expiresMs }] of this.#sessions) {
      const isTooMany = this.size > 0 && this.#sessions.size > this.size;
      if (!isTooMany && expiresMs > nowMs) break;
      this.#sessions.delete(oldest);
    }
  }

  /** The session, or null if there is none of this identifier any more. */
  find(id: Buffer, nowMs: number): Buffer | null {
    const kept = this.#sessions.get(id.toString('latin1'));
    return kept !== undefined && kept.expiresMs > nowMs ? kept.session : null;
  }

  /** Serves the handshakes of `server` from here. */
  attach(server: Server): void {
    server.on('newSession', (id: Buffer, session: Buffer, done: () => void) => {
      this.store(id, session, performance.now());
      done();
    });
    server.on('resumeSession', (id: Buffer, done: (error: Error | null, session: Buffer | null) => void) => {
      done(null, this.find(id, performance.now()));
    });
  }
}
