/**
 * Snapshots: files with all that the databases held at one instant, in the format of Redis (RDB).
 *
 *   SAVE, SHUTDOWN, FLUSHALL     saveNow: written on the loop, everybody waits
 *   BGSAVE, save points          saveInBackground: a worker writes what a frozen view shows, nobody waits
 *
 * A file is written beside the one that it replaces, brought to the disk and renamed; so there is always a whole one.
 *
 * Invariants
 *   1. At most one snapshot for `dbfilename` is written at a time in the background; saveNow cancels it.
 *   2. Changes are counted off only when a file that has them is on the disk.
 *
 * Cost: opening the view does not depend on the number of keys; see native/keyspace/view.h for what changes cost meanwhile.
 */
import * as path from 'node:path';
import { REDIS_VERSION } from '../commands/compatibility.js';
import { bytesOf } from '../config/index.js';
import { NumberA } from '../store/layout.js';
import { KeyUse, type SnapshotRequest, type SnapshotResult } from '../store/snapshot-operations.js';
import type { FolderGuard, InfoLine, PersistenceHost } from './host.js';
import { temporaryName } from './leftovers.js';

const SECOND_MS = 1000;
/** After a failure, so long nothing is saved for a save point, or because it was scheduled; seconds. */
const RETRY_S = 5;
/** So much is written between two syncs of a file that is to be synced as it grows. */
export const INCREMENT_BYTES = 4 * 1024 * 1024;
const NO_NAME: SnapshotResult = { failed: 'rename', problem: 'No such file or directory', keys: 0, bytes: 0 };

const NOTHING = new Uint8Array(0);

function useToldBy(policy: string): SnapshotRequest['keyUse'] {
  if (policy.endsWith('-lfu')) return KeyUse.frequency;
  return policy.endsWith('-lru') ? KeyUse.idle : KeyUse.none;
}

/** A snapshot that is being written by a worker. */
interface Job {
  number: number;
  file: string;
  startedMs: number;
  changesBefore: number;
  isCancelled: boolean;
}

function seconds(ms: number): number {
  return Math.floor(ms / SECOND_MS);
}

export class Snapshots {
  /** Libraries of functions from the file that was loaded, as they stand there; written back into each snapshot. */
  functions: readonly Uint8Array[] = [];
  /** Whether the last snapshot failed that was to be written. */
  hasFailed = false;
  /** Snapshots for `dbfilename` that were begun since the figures were reset. */
  saves = 0;
  private job: Job | null = null;
  private isScheduled = false;
  private lastSaveMs: number;
  private lastTryMs = 0;
  /** Of the last snapshot in the background; -1: there was none. */
  private lastSeconds = -1;
  private keysTotal = 0;

  constructor(
    private readonly host: PersistenceHost,
    private readonly guard: FolderGuard,
    /** Told when `hasFailed` may have changed. */
    private readonly judged: () => void,
  ) {
    this.lastSaveMs = host.startedMs;
  }

  get isSaving(): boolean {
    return this.job !== null;
  }

  /** Unix time of the last snapshot that succeeded, or of the start; seconds. */
  get lastSave(): number {
    return seconds(this.lastSaveMs);
  }

  /** Where snapshots are written. */
  get file(): string {
    const { dir, dbfilename } = this.host.config;
    return path.join(dir, dbfilename);
  }

  // ---- writing -------------------------------------------------------------------------------------------------------

  /** How a snapshot is written; `file` is what it becomes. `facts` stand behind those that every file has. */
  request(file: string, facts: SnapshotRequest['facts'] = []): SnapshotRequest {
    const { config, store } = this.host;
    const name = temporaryName();
    return {
      temporaryPath: bytesOf(path.join(path.dirname(file), name)),
      finalPath: bytesOf(file),
      compresses: config.rdbcompression,
      hasChecksum: config.rdbchecksum,
      syncBytes: config.rdbSaveIncrementalFsync ? INCREMENT_BYTES : 0,
      keyDelayUs: config.rdbKeySaveDelay,
      keyUse: useToldBy(config.maxmemoryPolicy),
      frequencyDecayMinutes: config.lfuDecayTime,
      asCommands: false,
      commandsHead: NOTHING,
      facts: [
        ['redis-ver', REDIS_VERSION],
        ['redis-bits', '64'],
        ['ctime', String(seconds(Date.now()))],
        ['used-mem', String(store.statistics().usedBytes)],
        ...facts,
      ],
      functions: this.functions,
    };
  }

  /** Keys of all databases. */
  countKeys(): number {
    const { store, config, dispatcher } = this.host;
    const { numbers } = dispatcher.call;
    const kept = numbers[NumberA];
    let keys = 0;
    for (let i = 0; i < config.databases; i++) keys += store.databaseSize(i);
    numbers[NumberA] = kept;
    return keys;
  }

  /** Says in the log what kept a file from being written. */
  logFailure(file: string, { failed, problem }: SnapshotResult): void {
    const { log } = this.host;
    const where = path.dirname(file);
    const name = path.basename(file);
    if (failed === 'open')
      log.warning(`Failed opening the temp RDB file for ${name} (in folder ${where}) for saving: ${problem}`);
    else if (failed === 'rename')
      log.warning(
        `Error moving temp DB file on the final destination ${name} (in folder ${where}): ${problem}`,
      );
    else if (failed !== 'cancel')
      log.warning(`Write error saving DB on disk as ${name} (in folder ${where}), at ${failed}: ${problem}`);
  }

  /** Writes a snapshot on the loop. False: it failed, which was logged. */
  saveNow(): boolean {
    this.cancel(true);
    const { host, file } = this;
    if (!this.guard.hold()) return false;
    this.saves++;
    this.lastTryMs = Date.now();
    const result = host.config.dbfilename === '' ? NO_NAME : host.store.writeSnapshot(this.request(file));
    if (result.failed !== '') {
      this.logFailure(file, result);
      return false;
    }
    host.log.notice('DB saved on disk');
    host.changes.total = 0;
    this.succeeded();
    return true;
  }

  private succeeded(): void {
    this.lastSaveMs = Date.now();
    this.hasFailed = false;
    this.judged();
  }

  /** Begins to write a snapshot on a worker. False: it could not be begun, which was logged. */
  saveInBackground(): boolean {
    const { host, file } = this;
    this.lastTryMs = Date.now();
    if (!this.guard.hold()) {
      this.failed();
      return false;
    }
    this.saves++;
    this.isScheduled = false;
    this.keysTotal = this.countKeys();
    const job: Job = {
      number: 0,
      file,
      startedMs: Date.now(),
      changesBefore: host.changes.total,
      isCancelled: false,
    };
    const done = (result: SnapshotResult): void => this.finished(job, result);
    if (host.config.dbfilename === '') setImmediate(done, NO_NAME);
    else job.number = host.store.beginSnapshot(this.request(file), done);
    this.job = job;
    host.log.notice(`Background saving started by pid ${String(process.pid)}`);
    return true;
  }

  private failed(): void {
    this.hasFailed = true;
    this.judged();
  }

  private finished(job: Job, result: SnapshotResult): void {
    const { host } = this;
    this.job = null;
    this.lastSeconds = seconds(Date.now()) - seconds(job.startedMs);
    if (result.failed === '') {
      host.log.notice(
        `DB saved on disk: ${String(result.keys)} keys, ${String(result.bytes)} bytes in ${path.basename(job.file)}`,
      );
      host.log.notice('Background saving terminated with success');
      // What was written by saveNow since then has taken its changes off already.
      if (!job.isCancelled) host.changes.total -= Math.min(job.changesBefore, host.changes.total);
      this.succeeded();
    } else if (result.failed === 'cancel') {
      host.log.warning('Background saving cancelled');
    } else {
      this.logFailure(job.file, result);
      host.log.warning('Background saving error');
      this.failed();
    }
  }

  /** Saves in the background as soon as nothing else is written there. */
  schedule(): void {
    this.isScheduled = true;
  }

  /** Ends a snapshot that is being written; its file is removed soon, or was when this returns. */
  cancel(waits: boolean): void {
    const { job } = this;
    if (job === null) return;
    job.isCancelled = true;
    this.host.store.cancelSnapshot(job.number, waits);
  }

  /**
   * Saves if a save point asks for it, or if it was scheduled. To be called often. `isBusy`: something else is being written
   * in the background.
   */
  tick(isBusy: boolean): void {
    if (isBusy || this.job !== null) return;
    const now = seconds(Date.now());
    if (this.hasFailed && now - seconds(this.lastTryMs) <= RETRY_S) return;
    const { config, changes, log } = this.host;
    const sinceSave = now - seconds(this.lastSaveMs);
    const due = config.save.find((point) => changes.total >= point.changes && sinceSave > point.seconds);
    if (due !== undefined) {
      log.notice(`${String(due.changes)} changes in ${String(due.seconds)} seconds. Saving...`);
      this.saveInBackground();
    } else if (this.isScheduled) {
      this.saveInBackground();
    }
  }

  // ---- figures -------------------------------------------------------------------------------------------------------

  /** Keys that the snapshot which is being written has so far; 0 without one. */
  private get keysProcessed(): number {
    return this.job === null ? 0 : Math.max(0, this.host.store.snapshotProgress(this.job.number));
  }

  /** Of INFO. */
  progressLines(): InfoLine[] {
    return [
      ['current_save_keys_processed', this.keysProcessed],
      ['current_save_keys_total', this.keysTotal],
    ];
  }

  lines(): InfoLine[] {
    const { job } = this;
    return [
      ['rdb_changes_since_last_save', this.host.changes.total],
      ['rdb_bgsave_in_progress', job === null ? 0 : 1],
      ['rdb_last_save_time', this.lastSave],
      ['rdb_last_bgsave_status', this.hasFailed ? 'err' : 'ok'],
      ['rdb_last_bgsave_time_sec', this.lastSeconds],
      ['rdb_current_bgsave_time_sec', job === null ? -1 : seconds(Date.now()) - seconds(job.startedMs)],
      ['rdb_saves', this.saves],
      ['rdb_last_cow_size', 0],
    ];
  }
}
