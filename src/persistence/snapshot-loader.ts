/**
 * SnapshotLoader: reads a snapshot into the databases: at the start, when DEBUG RELOAD asks for it, and as the base of an
 * append-only file.
 *
 * Reading is native, in slices of about 10 ms on the loop; between them others are told that data is being loaded.
 * A file with a mistake is refused with the place and the reason. DEBUG RELOAD checks the whole file before it drops what
 * it is to replace.
 */
import { statSync } from 'node:fs';
import { bytesOf, fileProblem, isMissing } from '../config/index.js';
import { NowMs } from '../store/layout.js';
import { openSnapshotCheck } from '../store/native.js';
import type { SnapshotReading } from '../store/snapshot-operations.js';
import type { PersistenceHost } from './host.js';
import type { Loading } from './loading.js';
import type { Snapshots } from './snapshots.js';

const SECOND_MS = 1000;
const MEGABYTE = 1024 * 1024;
const UNBOUNDED_US = 2 ** 52;

/**
 * What a snapshot is read as. Behind a `base` come the commands of an append-only file, which may be about keys whose time
 * has come: they are taken. Behind the `data` of a file of its own is nothing to be read.
 */
export type SnapshotRole = 'data' | 'base';

/** A snapshot that cannot be read. */
export class SnapshotError extends Error {
  constructor(
    file: string,
    /** What is wrong with it, and where. */
    readonly fault: string,
  ) {
    super(`${file}: ${fault}`);
  }

  static of(file: string, { error, errorOffset, errorKey }: SnapshotReading): SnapshotError {
    const key = errorKey === '' ? '' : `, key '${Buffer.from(errorKey, 'latin1').toString()}'`;
    return new SnapshotError(file, `${error} (at byte ${String(errorOffset)}${key})`);
  }
}

export class SnapshotLoader {
  private readonly numbers: Float64Array;

  constructor(
    private readonly host: PersistenceHost,
    private readonly loading: Loading,
    private readonly snapshots: Snapshots,
  ) {
    this.numbers = new Float64Array(host.store.numbers);
  }

  /** The size of a file; null: there is none. Throws if it cannot be looked at. */
  sizeOf(file: string): number | null {
    try {
      return statSync(bytesOf(file)).size;
    } catch (error) {
      if (isMissing(error)) return null;
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
   * behind the snapshot is left alone. Rejects with what is wrong: with a SnapshotError if that is the file.
   */
  async read(file: string, role: SnapshotRole = 'data'): Promise<SnapshotReading | null> {
    const { host, loading } = this;
    const reader = this.open(file, role);
    let [bytes, keys, isBegun] = [0, 0, false];
    try {
      for (;;) {
        const reading = this.step(file, reader, loading.sliceUs);
        if (!isBegun) this.tellFacts(reader);
        loading.advance(reading.bytes - bytes);
        await loading.delay(reading.keys - keys);
        if (!reading.isMore) {
          this.finish(file, role, reader, reading);
          return reading;
        }
        if (loading.isStopped) return null;
        await loading.pause();
        [bytes, keys, isBegun] = [reading.bytes, reading.keys, true];
      }
    } finally {
      host.store.closeSnapshot(reader);
    }
  }

  /** The same at once; nothing else is served. Throws with what is wrong. */
  readNow(file: string): void {
    const reader = this.open(file, 'data');
    try {
      const reading = this.step(file, reader, UNBOUNDED_US);
      this.tellFacts(reader);
      this.finish(file, 'data', reader, reading);
    } finally {
      this.host.store.closeSnapshot(reader);
    }
  }

  /** Checks a file at once. Throws with what is wrong. */
  checkNow(file: string): void {
    const reading = openSnapshotCheck(bytesOf(file), true, Date.now()).step(UNBOUNDED_US);
    if (reading.error !== '') throw SnapshotError.of(file, reading);
  }

  /** Checks a file on a worker. Rejects with what is wrong. */
  async check(file: string): Promise<SnapshotReading> {
    const reading = await new Promise<SnapshotReading>((resolve) => {
      this.host.store.beginSnapshotCheck(bytesOf(file), resolve);
    });
    if (reading.isMore) throw new Error(`${file}: the check was cancelled`);
    if (reading.error !== '') throw SnapshotError.of(file, reading);
    return reading;
  }

  private open(file: string, role: SnapshotRole): number {
    const reader = this.host.store.openSnapshot({
      path: bytesOf(file),
      nowMs: Date.now(),
      keepsExpired: role === 'base',
      hasTail: true,
      skipsChecksum: !this.host.config.rdbchecksum,
    });
    if (typeof reader === 'string') throw new SnapshotError(file, reader);
    return reader;
  }

  private step(file: string, reader: number, budgetUs: number): SnapshotReading {
    this.numbers[NowMs] = Date.now();
    this.host.store.startTurn(0);
    const reading = this.host.store.readSnapshot(reader, budgetUs);
    if (reading.error !== '') throw SnapshotError.of(file, reading);
    this.loading.countKeys(reading);
    return reading;
  }

  // All was read: says so, and keeps what is no key.
  private finish(file: string, role: SnapshotRole, reader: number, reading: SnapshotReading): void {
    const { store, log } = this.host;
    const { keys, expired } = reading;
    const tail = reading.totalBytes - reading.bytes;
    if (tail > 0 && role === 'data')
      log.warning(`${file}: ${String(tail)} bytes behind the end of the snapshot were not read`);
    const { functions } = store.snapshotContents(reader);
    log.notice(`Done loading RDB, keys loaded: ${String(keys)}, keys expired: ${String(expired)}.`);
    if (functions.length > 0) {
      const count = String(functions.length);
      log.notice(`${count} libraries of functions cannot be called; they are kept, and saved with the data`);
    }
    this.snapshots.functions = functions;
  }

  // What the file says of itself, which stands in front of its keys.
  private tellFacts(reader: number): void {
    for (const [name, value] of this.host.store.snapshotContents(reader).facts) this.tellFact(name, value);
  }

  private tellFact(name: string, value: string): void {
    const { host, loading } = this;
    const { log } = host;
    const number = Number(value);
    if (name === 'redis-ver') log.notice(`Loading RDB produced by version ${value}`);
    else if (name === 'ctime')
      log.notice(`RDB age ${String(Math.max(0, Math.floor(Date.now() / SECOND_MS) - number))} seconds`);
    else if (name === 'used-mem') {
      log.notice(`RDB memory usage when created ${(number / MEGABYTE).toFixed(2)} Mb`);
      loading.noteUsed(number);
    } else if (name === 'aof-base') log.notice('RDB is base AOF');
  }
}
