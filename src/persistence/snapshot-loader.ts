/**
 * SnapshotLoader: reads a snapshot into the databases, at the start, and when DEBUG RELOAD asks for it.
 *
 * Reading is native, in slices of about 10 ms on the loop; between them others are told that data is being loaded.
 * A file with a mistake is refused with the place and the reason. DEBUG RELOAD checks the whole file before it drops what
 * it is to replace.
 */
import { statSync } from 'node:fs';
import * as path from 'node:path';
import { bytesOf, fileProblem } from '../config/index.js';
import { NowMs } from '../store/layout.js';
import { openSnapshotCheck } from '../store/native.js';
import type { SnapshotReading } from '../store/snapshot-operations.js';
import type { InfoLine, PersistenceHost } from './host.js';
import type { Loading } from './loading.js';
import type { Snapshots } from './snapshots.js';

const SECOND_MS = 1000;
const MEGABYTE = 1024 * 1024;
const PROGRESS_MS = 5000;
const UNBOUNDED_US = 2 ** 52;

/** What is wrong with a file, for people: where, and why. */
export function faultOf(file: string, { error, errorOffset, errorKey }: SnapshotReading): string {
  const key = errorKey === '' ? '' : `, key '${Buffer.from(errorKey, 'latin1').toString()}'`;
  return `${file}: ${error} (at byte ${String(errorOffset)}${key})`;
}

export class SnapshotLoader {
  private keys = 0;
  private expired = 0;
  private isStopped = false;
  private readonly numbers: Float64Array;

  constructor(
    private readonly host: PersistenceHost,
    private readonly loading: Loading,
    private readonly snapshots: Snapshots,
  ) {
    this.numbers = new Float64Array(host.store.numbers);
  }

  /** Ends reading with the next slice. */
  stop(): void {
    this.isStopped = true;
  }

  /** The size of a file; null: there is none. Throws if it cannot be looked at. */
  sizeOf(file: string): number | null {
    try {
      return statSync(bytesOf(file)).size;
    } catch (error) {
      if (fileProblem(error) === 'No such file or directory') return null;
      throw new Error(`${file}: ${fileProblem(error)}`);
    }
  }

  /**
   * Reads the snapshot of the configuration, if there is one; `loading` goes on meanwhile. False: it was stopped. Rejects
   * with what is wrong.
   */
  async load(): Promise<boolean> {
    const { host, loading, snapshots } = this;
    const size = host.config.dbfilename === '' ? null : this.sizeOf(snapshots.file);
    if (size === null) return true;
    const startMs = performance.now();
    loading.begin(size);
    try {
      host.log.notice('Loading DB in memory...');
      const reading = await this.read(snapshots.file);
      if (reading === null) return false;
    } finally {
      loading.end();
    }
    const seconds = (performance.now() - startMs) / SECOND_MS;
    host.log.notice(`DB loaded from disk: ${seconds.toFixed(3)} seconds`);
    return true;
  }

  /**
   * Reads a file into the databases, over what they hold, while `loading` goes on; null: it was stopped. What follows
   * behind the snapshot is left alone. Rejects with what is wrong.
   */
  async read(file: string): Promise<SnapshotReading | null> {
    const { store, log } = this.host;
    const reader = this.open(file);
    let bytes = 0;
    let keys = 0;
    let toldMs = performance.now();
    try {
      for (;;) {
        const reading = this.step(reader, this.loading.sliceUs);
        this.loading.advance(reading.bytes - bytes);
        if (reading.error !== '') throw new Error(faultOf(file, reading));
        await this.loading.delay(reading.keys - keys);
        if (!reading.isMore) {
          this.finish(file, reader, reading);
          return reading;
        }
        if (this.isStopped) return null;
        if (performance.now() - toldMs > PROGRESS_MS) {
          toldMs = performance.now();
          const share = ((100 * reading.bytes) / Math.max(1, reading.totalBytes)).toFixed(1);
          log.notice(`Loading: ${share} % of ${path.basename(file)}, ${String(reading.keys)} keys`);
        }
        await this.loading.pause();
        ({ bytes, keys } = reading);
      }
    } finally {
      store.closeSnapshot(reader);
    }
  }

  /** The same at once; nothing else is served. Throws with what is wrong. */
  readNow(file: string): void {
    const reader = this.open(file);
    try {
      const reading = this.step(reader, UNBOUNDED_US);
      if (reading.error !== '') throw new Error(faultOf(file, reading));
      this.finish(file, reader, reading);
    } finally {
      this.host.store.closeSnapshot(reader);
    }
  }

  /** Checks a file at once. Throws with what is wrong. */
  checkNow(file: string): void {
    const reading = openSnapshotCheck(bytesOf(file), true, Date.now()).step(UNBOUNDED_US);
    if (reading.error !== '') throw new Error(faultOf(file, reading));
  }

  /** Checks a file on a worker. Rejects with what is wrong. */
  async check(file: string): Promise<SnapshotReading> {
    const reading = await new Promise<SnapshotReading>((resolve) => {
      this.host.store.beginSnapshotCheck(bytesOf(file), resolve);
    });
    if (reading.isMore) throw new Error(`${file}: the check was cancelled`);
    if (reading.error !== '') throw new Error(faultOf(file, reading));
    return reading;
  }

  private open(file: string): number {
    const reader = this.host.store.openSnapshot({
      path: bytesOf(file),
      nowMs: Date.now(),
      keepsExpired: false,
      hasTail: true,
      skipsChecksum: !this.host.config.rdbchecksum,
    });
    if (typeof reader === 'string') throw new Error(`${file}: ${reader}`);
    return reader;
  }

  private step(reader: number, budgetUs: number): SnapshotReading {
    this.numbers[NowMs] = Date.now();
    this.host.store.startTurn(0);
    return this.host.store.readSnapshot(reader, budgetUs);
  }

  // All was read: says so, and keeps what is no key.
  private finish(file: string, reader: number, reading: SnapshotReading): void {
    const { store, log } = this.host;
    const { keys, expired } = reading;
    const tail = reading.totalBytes - reading.bytes;
    if (tail > 0) log.warning(`${file}: ${String(tail)} bytes behind the end of the snapshot were not read`);
    const { facts, functions } = store.snapshotContents(reader);
    for (const [name, value] of facts) this.tellFact(name, value);
    log.notice(`Done loading RDB, keys loaded: ${String(keys)}, keys expired: ${String(expired)}.`);
    if (functions.length > 0) {
      const count = String(functions.length);
      log.notice(`${count} libraries of functions cannot be called; they are kept, and saved with the data`);
    }
    this.snapshots.functions = functions;
    this.keys = keys;
    this.expired = expired;
  }

  private tellFact(name: string, value: string): void {
    const { log } = this.host;
    const number = Number(value);
    if (name === 'redis-ver') log.notice(`Loading RDB produced by version ${value}`);
    else if (name === 'ctime')
      log.notice(`RDB age ${String(Math.max(0, Math.floor(Date.now() / SECOND_MS) - number))} seconds`);
    else if (name === 'used-mem')
      log.notice(`RDB memory usage when created ${(number / MEGABYTE).toFixed(2)} Mb`);
  }

  /** Of INFO. */
  lines(): InfoLine[] {
    return [
      ['rdb_last_load_keys_expired', this.expired],
      ['rdb_last_load_keys_loaded', this.keys],
    ];
  }
}
