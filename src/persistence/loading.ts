/**
 * Loading: the time in which data is read into the store. The server listens already, and answers the commands that make
 * sense without data (those with the flag `loading`); all others are refused with -LOADING.
 *
 *   begin(bytes) ── advance(bytes) ── pause() ── advance(bytes) ── ... ── end()
 *
 * At the start commands are refused from before the server listens until all files are read and the log is open (`hold`,
 * `release`): nobody may see a part of the data, or write what the log does not get.
 *
 * Reading is done in slices on the loop; `pause` lets it serve whoever waits before the next one. Whoever reads a file
 * looks between two slices whether that was stopped. How far it is stands in the log every few seconds.
 * Cost: a comparison for each slice; nothing while nothing is loaded.
 */
import type { Call } from '../commands/call.js';
import { Errors } from '../commands/errors.js';
import { type Admission, Gate, type Guard, GuardOrder } from '../commands/guard.js';
import type { Command } from '../commands/registry.js';
import type { SnapshotReading } from '../store/snapshot-operations.js';
import type { InfoLine, PersistenceHost } from './host.js';

const REFUSED = { error: Errors.loading } as const;
const SECOND_MS = 1000;
const MEGABYTE = 1024 * 1024;
const PROGRESS_MS = 5000;
/** How long data is read before others are served, microseconds. */
const SLICE_US = 10_000;
/** The same when each key is to take its time. */
const KEY_US = 1;
/** How long `key-load-delay` passes before it is looked at again. */
const DELAY_STEP_MS = 50;
const US_PER_MS = 1000;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export class Loading implements Guard {
  readonly bits = Gate.loading;
  readonly order = GuardOrder.loading;
  // EXEC is refused as a whole.
  readonly nested = false;
  /** Bytes of the files that are read, and of those what has been read. */
  private totalBytes = 0;
  private loadedBytes = 0;
  /** Unix time, ms. */
  private startedMs = 0;
  /** When it was said how far loading is, of `performance.now()`. */
  private toldMs = 0;
  /** Of the snapshot that is being read, or was the last to be: keys that were taken, and left out because they had expired. */
  private keys = 0;
  private expired = 0;
  /** What the server that wrote it said it used, bytes; 0: it is not known. */
  private writerUsedBytes = 0;
  private hasToStop = false;
  /** Whether commands are refused although nothing is being read. */
  private isHeld = false;
  private isReading = false;
  /** By command number: whether it is executed while data is loaded. */
  private readonly allowed: Uint8Array;

  constructor(private readonly host: Pick<PersistenceHost, 'registry' | 'dispatcher' | 'log' | 'config'>) {
    this.allowed = Uint8Array.from(host.registry.commands, ({ flags }) =>
      flags.includes('loading') ? 1 : 0,
    );
  }

  get isGoingOn(): boolean {
    // The gate does not say it: it is open while commands of a log are executed.
    return this.isHeld || this.isReading;
  }

  /** Commands are refused until `release`, whatever is read meanwhile. */
  hold(): void {
    this.isHeld = true;
    this.startedMs = Date.now();
    this.host.dispatcher.gates |= Gate.loading;
  }

  /** Data is there, and what is written is kept: commands are executed. */
  release(): void {
    this.isHeld = false;
    this.end();
  }

  /** From now on commands are refused. `totalBytes`: of the files that will be read. */
  begin(totalBytes: number): void {
    this.isReading = true;
    this.totalBytes = totalBytes;
    this.loadedBytes = 0;
    this.startedMs = Date.now();
    this.toldMs = performance.now();
    this.keys = this.expired = this.writerUsedBytes = 0;
    this.host.dispatcher.gates |= Gate.loading;
  }

  /** So many bytes were read since the last call. */
  advance(bytes: number): void {
    this.loadedBytes += bytes;
    if (performance.now() - this.toldMs <= PROGRESS_MS) return;
    this.toldMs = performance.now();
    const total = (this.totalBytes / MEGABYTE).toFixed(1);
    this.host.log.notice(`Loading: ${this.percent(1)} % of ${total} MB`);
  }

  /** A snapshot has had so many keys so far. */
  countKeys({ keys, expired }: Pick<SnapshotReading, 'keys' | 'expired'>): void {
    this.keys = keys;
    this.expired = expired;
  }

  /** The server that wrote the snapshot used so much, as it says. */
  noteUsed(bytes: number): void {
    this.writerUsedBytes = bytes;
  }

  /** The server stops: reading ends with the slice that is being read. */
  stop(): void {
    this.hasToStop = true;
  }

  get isStopped(): boolean {
    return this.hasToStop;
  }

  /** How long data is read before others are served, microseconds; a few keys where each of them is to take its time. */
  get sliceUs(): number {
    return this.host.config.keyLoadDelay > 0 ? KEY_US : SLICE_US;
  }

  /** Settles when so many keys have taken as long as `key-load-delay` says, or it says something else. */
  async delay(keys: number): Promise<void> {
    const { config } = this.host;
    const { keyLoadDelay } = config;
    let leftMs = (keyLoadDelay * keys) / US_PER_MS;
    for (; leftMs > 0 && config.keyLoadDelay === keyLoadDelay; leftMs -= DELAY_STEP_MS)
      await sleep(Math.min(leftMs, DELAY_STEP_MS));
  }

  /** Settles when the loop has served whoever waits: the arenas hold no batch then. */
  pause(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  end(): void {
    this.isReading = false;
    if (this.isHeld) return;
    this.host.dispatcher.gates &= ~Gate.loading;
  }

  admit({ client }: Call, command: Command): Admission {
    const { allowed } = this;
    if (allowed[command.id] === 0) return REFUSED;
    if (command.declaredName !== 'exec') return 'admitted';
    return client.transaction?.queue.has((id) => allowed[id] === 0) === true ? REFUSED : 'admitted';
  }

  private percent(digits: number): string {
    return ((100 * this.loadedBytes) / Math.max(1, this.totalBytes)).toFixed(digits);
  }

  /** Of INFO: what the last snapshot had that was read. */
  snapshotLines(): InfoLine[] {
    return [
      ['rdb_last_load_keys_expired', this.expired],
      ['rdb_last_load_keys_loaded', this.keys],
    ];
  }

  /** The lines of INFO that are shown while data is loaded. */
  lines(): InfoLine[] {
    if (!this.isGoingOn) return [];
    const { totalBytes, loadedBytes, startedMs } = this;
    const elapsedS = Math.floor((Date.now() - startedMs) / SECOND_MS);
    const left = Math.max(0, totalBytes - loadedBytes);
    return [
      ['loading_start_time', Math.floor(startedMs / SECOND_MS)],
      ['loading_total_bytes', totalBytes],
      ['loading_rdb_used_mem', this.writerUsedBytes],
      ['loading_loaded_bytes', loadedBytes],
      ['loading_loaded_perc', this.percent(2)],
      // Without anything to go by it is said to take a second.
      ['loading_eta_seconds', loadedBytes === 0 ? 1 : Math.floor((elapsedS * left) / loadedBytes)],
    ];
  }
}
