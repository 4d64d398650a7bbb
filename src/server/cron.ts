// Cron: what the server does on its own, in slices short enough that no client waits for it.
import type { Client } from '../commands/client.js';
import { isSubscriber } from '../commands/subscriptions.js';
import type { Config } from '../config/index.js';
import { NowMs } from '../store/layout.js';
import type { NativeStore } from '../store/native.js';

const SECOND_MS = 1000;
/** One slice of the expiry cycle. */
const SLICE_US = 500;
/** Share of the time between two ticks that the expiry cycle may take, at effort 1 and per effort beyond. */
const EXPIRE_SHARE = 0.05;
const EXPIRE_SHARE_PER_EFFORT = 0.02;

export class Cron {
  /** Whether keys are removed when their time comes; otherwise only when they are met (DEBUG SET-ACTIVE-EXPIRE). */
  activeExpiry = true;
  /** Milliseconds that looking for expired keys has taken since the start. */
  expireCycleMs = 0;
  /** Whether nothing of all this happens (DEBUG PAUSE-CRON). */
  isPaused = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly numbers: Float64Array;
  private nextSecondMs = 0;
  private expireUntilMs = 0;

  constructor(
    private readonly store: NativeStore,
    private readonly config: Config,
    private readonly clients: () => Iterable<Client>,
    private readonly sample: () => void,
    private readonly close: (client: Client) => void,
    private readonly removals: { begin(): void; report(): void },
    /** Told of what took long. */
    private readonly times: { event(kind: string, ms: number): void },
  ) {
    this.numbers = new Float64Array(store.numbers);
  }

  start(): void {
    this.timer = setInterval(() => this.tick(), Math.max(2, Math.floor(SECOND_MS / this.config.hz)));
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    if (this.isPaused) return;
    const now = Date.now();
    this.numbers[NowMs] = now;
    this.store.startTurn(0);
    this.store.storeCron(0);
    this.sample();
    if (this.activeExpiry) {
      const share = EXPIRE_SHARE + EXPIRE_SHARE_PER_EFFORT * (this.config.activeExpireEffort - 1);
      this.expireUntilMs = performance.now() + (SECOND_MS / this.config.hz) * share;
      this.expireSlice();
    }
    if (now >= this.nextSecondMs) {
      this.nextSecondMs = now + SECOND_MS;
      this.closeIdle(now);
    }
  }

  // A slice now; the next one after the loop has served whoever waits.
  private readonly expireSlice = (): void => {
    this.numbers[NowMs] = Date.now();
    this.removals.begin();
    const start = performance.now();
    this.store.expireCycle(SLICE_US);
    const end = performance.now();
    this.expireCycleMs += end - start;
    this.times.event('expire-cycle', end - start);
    this.removals.report();
    // A slice that ended early has swept everything.
    if ((end - start) * SECOND_MS >= SLICE_US * 0.9 && end < this.expireUntilMs)
      setImmediate(this.expireSlice);
  };

  private closeIdle(now: number): void {
    const limitMs = this.config.timeout * SECOND_MS;
    if (limitMs === 0) return;
    for (const client of this.clients()) {
      if (!client.waiting && !isSubscriber(client) && now - client.lastActiveMs > limitMs) this.close(client);
    }
  }
}
