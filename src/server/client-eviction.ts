// ClientEviction: keeps the memory of all clients within `maxmemory-clients`, by ending the connections of the greediest.
//
//   before each turn   what buffers and states take together is compared with the limit
//   beyond it          every client is looked at, and the largest ones are ended until what is left is within it
//   behind each turn   the states of those who had commands in it are counted anew
//
// The largest are found by the power of two that they take at least: within one bucket the longest connected go first.
// Clients that were spared by CLIENT NO-EVICT count, but stay.
//
// Cost: a comparison a turn without a limit; with one O(clients of the turn), and O(clients) where it is passed. While
// nobody can be ended, all are looked at only every RETRY_MS.
import type { Client } from '../commands/client.js';
import { stateBytes } from '../commands/client-memory.js';
import type { Config } from '../config/index.js';
import { NumberA, NumberB, RowConnection, RowWords } from '../store/layout.js';
import type { NativeStore } from '../store/native.js';

/** A limit below this would keep the server from talking to anybody. */
const LIMIT_MIN_BYTES = 128 * 1024;
const PERCENT = 100;
/** Clients that take less than this, or more than the other, are in the same bucket. */
const BUCKET_MIN_LOG = 15;
const BUCKET_MAX_LOG = 33;
const BUCKETS = BUCKET_MAX_LOG - BUCKET_MIN_LOG + 1;
const RETRY_MS = 100;

/** The most that clients may take together; Infinity: any number. */
export function clientLimit({
  maxmemory,
  maxmemoryClients,
}: Pick<Config, 'maxmemory' | 'maxmemoryClients'>): number {
  // A negative number is a percentage.
  const asked = maxmemoryClients < 0 ? (maxmemory * -maxmemoryClients) / PERCENT : maxmemoryClients;
  return asked > 0 ? Math.max(LIMIT_MIN_BYTES, asked) : Infinity;
}

/** The number of the bucket of a client that takes so many bytes; the largest have the greatest. */
export function bucketOf(bytes: number): number {
  const log = Math.floor(Math.log2(Math.max(1, bytes)));
  return Math.min(BUCKET_MAX_LOG, Math.max(BUCKET_MIN_LOG, log)) - BUCKET_MIN_LOG;
}

/** What client eviction needs of the server. */
interface Host {
  clients(): Iterable<Client>;
  kill(client: Client): void;
  describe(client: Client): string;
}

interface Candidate {
  readonly client: Client;
  readonly bytes: number;
}

export class ClientEviction {
  /** Since the start, or since it was set back. */
  evicted = 0;
  private limit = Infinity;
  /** Bytes of all states, as they were last counted, and of each. */
  private stateTotal = 0;
  private readonly states = new Map<Client, number>();
  private retryAtMs = 0;
  private readonly numbers: Float64Array;
  private readonly rows: Int32Array;

  constructor(
    private readonly store: Pick<NativeStore, 'allBuffers' | 'batch' | 'connectionBuffers' | 'numbers'>,
    private readonly config: Config,
    private readonly log: { notice(message: string): void },
    private readonly host: Host,
  ) {
    this.numbers = new Float64Array(store.numbers);
    this.rows = new Int32Array(store.batch);
  }

  /** Applies the settings, now and when they change. */
  follow(): void {
    this.apply();
    for (const name of ['maxmemory', 'maxmemory-clients'] as const) {
      this.config.onChange(name, () => {
        this.apply();
        // Not at once: a client may be in the midst of a command.
        setImmediate(() => this.check());
        return undefined;
      });
    }
  }

  private apply(): void {
    this.limit = clientLimit(this.config);
    this.retryAtMs = 0;
    if (this.limit < Infinity) this.countAll();
    else this.states.clear();
  }

  private countAll(): void {
    this.states.clear();
    this.stateTotal = 0;
    for (const client of this.host.clients()) this.count(client);
  }

  private count(client: Client): void {
    const bytes = stateBytes(client);
    this.stateTotal += bytes - (this.states.get(client) ?? 0);
    this.states.set(client, bytes);
  }

  /** A client has come. O(1) */
  add(client: Client): void {
    if (this.limit < Infinity) this.count(client);
  }

  /** A client is gone. O(1) */
  forget(client: Client): void {
    this.stateTotal -= this.states.get(client) ?? 0;
    this.states.delete(client);
  }

  /** Behind a turn of so many rows, whose clients are in `slots`. O(rows) with a limit */
  endTurn(rows: number, slots: readonly (Client | undefined)[]): void {
    if (this.limit === Infinity) return;
    for (let i = 0; i < rows; i++) {
      const client = slots[this.rows[i * RowWords + RowConnection]];
      if (client !== undefined) this.count(client);
    }
  }

  /** Between turns: ends connections if clients take too much. */
  check(): void {
    if (this.limit === Infinity) return;
    this.store.allBuffers(0);
    if (this.numbers[NumberA] + this.numbers[NumberB] + this.stateTotal > this.limit) this.relieve();
  }

  private relieve(): void {
    const nowMs = performance.now();
    if (nowMs < this.retryAtMs) return;
    this.countAll();
    let total = this.stateTotal;
    const buckets = Array.from({ length: BUCKETS }, (): Candidate[] => []);
    for (const client of this.host.clients()) {
      this.store.connectionBuffers(client.connection);
      const buffers = this.numbers[NumberA] + this.numbers[NumberB];
      total += buffers;
      const bytes = buffers + stateBytes(client);
      if (!client.noEvict) buckets[bucketOf(bytes)].push({ client, bytes });
    }
    for (const bucket of buckets.reverse()) total -= this.endThose(bucket, total);
    if (total > this.limit) this.retryAtMs = nowMs + RETRY_MS;
  }

  // Ends those of a bucket until `total` is within the limit; how many bytes that were.
  private endThose(bucket: Candidate[], total: number): number {
    let ended = 0;
    bucket.sort((a, b) => a.client.id - b.client.id);
    for (const { client, bytes } of bucket) {
      if (total - ended <= this.limit) break;
      this.log.notice(`Evicting client: ${this.host.describe(client)}`);
      this.host.kill(client);
      this.evicted++;
      ended += bytes;
    }
    return ended;
  }
}
