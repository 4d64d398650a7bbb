/**
 * Backups: checked snapshots with the time in their names, made by schedule or on demand, in a folder of their own.
 *
 *   view ──► temporary file ──► checked as a whole ──► renamed to redwing-20261121T143000Z.rdb ──► the oldest are removed
 *
 * Retention counts the one just made and those whose names say that they are older. Those from the future, which a clock
 * that was wrong has made, are not counted and not removed until their time has come.
 *
 * Both writing and checking are done by workers. A name of this form means that the file was read back and found right.
 *
 * Cost: that of a snapshot, and of reading it once; the list of the folder for each backup and each BACKUP LIST.
 */
import { Cron } from 'croner';
import { promises as fs } from 'node:fs';
import * as path from 'node:path';
import { bytesOf, fileProblem, isMissing, syncFolder } from '../config/index.js';
import type { SnapshotReading, SnapshotResult } from '../store/snapshot-operations.js';
import type { BackupFile, Backing, BackupOutcome } from '../commands/backing.js';
import type { InfoLine, PersistenceHost } from './host.js';
import { removeLeftovers } from './leftovers.js';
import { SnapshotError } from './snapshot-loader.js';
import type { Snapshots } from './snapshots.js';

const SECOND_MS = 1000;
const NAME = /^redwing-(\d{8}T\d{6}Z)(?:-(\d+))?\.rdb$/;

/** `20261121T143000Z`. */
function stampOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '');
}

/** From the newest to the oldest. */
function byAge(a: string, b: string): number {
  const [, stampA = '', countA = '0'] = NAME.exec(a) ?? [];
  const [, stampB = '', countB = '0'] = NAME.exec(b) ?? [];
  return stampA === stampB ? Number(countB) - Number(countA) : stampA < stampB ? 1 : -1;
}

// A backup is a snapshot and nothing else. Throws with what is wrong.
function expectWhole(file: string, reading: SnapshotReading): void {
  if (reading.isMore) throw new Error('cancelled while it was checked');
  if (reading.error !== '') throw SnapshotError.of(file, reading);
  const tail = reading.totalBytes - reading.bytes;
  if (tail > 0) throw new Error(`${file}: ${String(tail)} bytes follow behind its end`);
}

export class Backups implements Backing {
  phase: Backing['phase'] = 'idle';
  last: BackupOutcome | null = null;
  completed = 0;
  failed = 0;
  private timer: Cron | null = null;
  private job = 0;
  private making: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly host: PersistenceHost,
    private readonly snapshots: Pick<Snapshots, 'request'>,
    /** Whether there is data that could be saved. */
    private readonly isReady: () => boolean,
  ) {}

  /** Follows the schedule from now on. */
  start(): void {
    this.schedule();
    this.host.config.onChange('backup-schedule', () => {
      this.schedule();
      return undefined;
    });
  }

  private schedule(): void {
    this.timer?.stop();
    const { backupSchedule } = this.host.config;
    this.timer = backupSchedule === '' ? null : new Cron(backupSchedule, { unref: true }, () => this.due());
  }

  private due(): void {
    const refusal = this.begin();
    if (refusal !== '') this.host.log.warning(`A scheduled backup is left out: ${refusal}`);
  }

  /** Cancels a backup that is being made; settles when its file is removed. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.timer?.stop();
    this.host.store.cancelSnapshot(this.job, false);
    await this.making;
  }

  get folder(): string {
    const { dir, backupDir } = this.host.config;
    return path.resolve(dir, backupDir);
  }

  get nextMs(): number | null {
    return this.timer?.nextRun()?.getTime() ?? null;
  }

  // ---- making one ----------------------------------------------------------------------------------------------------

  begin(): string {
    if (this.isStopping) return 'the server stops';
    if (!this.isReady()) return 'data is being loaded';
    if (this.phase !== 'idle') return 'a backup is being made already';
    this.phase = 'writing';
    const startedMs = Date.now();
    this.making = this.make(startedMs).then(
      (made) => this.ended(startedMs, made),
      (error: unknown) => this.ended(startedMs, { error: fileProblem(error) }),
    );
    return '';
  }

  private async make(startedMs: number): Promise<Pick<BackupOutcome, 'file' | 'keys' | 'bytes'>> {
    const { folder } = this;
    await fs.mkdir(bytesOf(folder), { recursive: true });
    removeLeftovers(folder, this.host.log);
    const request = { ...this.snapshots.request(path.join(folder, 'backup')), finalPath: new Uint8Array(0) };
    const temporary = Buffer.from(request.temporaryPath);
    if (this.isStopping) throw new Error('cancelled');
    const written = await new Promise<SnapshotResult>((resolve) => {
      this.job = this.host.store.beginSnapshot(request, resolve);
    });
    if (written.failed !== '')
      throw new Error(`writing ${temporary.toString()} failed, at ${written.failed}: ${written.problem}`);
    try {
      this.phase = 'verifying';
      if (this.isStopping) throw new Error('cancelled');
      const checked = await this.check(temporary);
      expectWhole(temporary.toString(), checked);
      const file = await this.freeName(stampOf(startedMs));
      await fs.rename(temporary, this.pathOf(file));
      await syncFolder(folder);
      await this.removeOldest(file);
      return { file, keys: checked.keys, bytes: written.bytes };
    } catch (error) {
      await fs.rm(temporary, { force: true });
      throw error;
    }
  }

  private check(file: Uint8Array): Promise<SnapshotReading> {
    return new Promise((resolve) => {
      this.job = this.host.store.beginSnapshotCheck(file, resolve);
    });
  }

  // Backups within one second are told apart by a number; the highest is the newest, whatever has been removed.
  private async freeName(stamp: string): Promise<string> {
    const taken = (await this.names()).map((name) => NAME.exec(name)).filter((parts) => parts?.[1] === stamp);
    if (taken.length === 0) return `redwing-${stamp}.rdb`;
    const next = 1 + Math.max(...taken.map((parts) => Number(parts?.[2] ?? 0)));
    return `redwing-${stamp}-${String(next)}.rdb`;
  }

  private ended(startedMs: number, made: Partial<BackupOutcome>): void {
    const { log } = this.host;
    const { file = '', error = '', keys = 0, bytes = 0 } = made;
    this.phase = 'idle';
    this.last = { file, error, keys, bytes, startedMs, durationMs: Date.now() - startedMs };
    if (error !== '') {
      this.failed++;
      log.warning(`Backup failed: ${error}`);
      return;
    }
    this.completed++;
    log.notice(`Backup ${file} made and checked: ${String(keys)} keys, ${String(bytes)} bytes`);
  }

  // Never rejects: whatever becomes of older ones, the one just made is there.
  private async removeOldest(made: string): Promise<void> {
    const { backupKeep } = this.host.config;
    if (backupKeep === 0) return;
    const { log } = this.host;
    try {
      const names = await this.names();
      const later = names.filter((name) => byAge(name, made) < 0);
      if (later.length > 0)
        log.warning(
          `Backups from the future are kept, ${String(later.length)} in number: ${later[0]}, for one. Was the clock wrong?`,
        );
      const older = names.filter((name) => byAge(name, made) > 0);
      for (const name of older.slice(backupKeep - 1)) await this.removeOld(name);
    } catch (error) {
      log.warning(`Old backups could not be looked for: ${fileProblem(error)}`);
    }
  }

  private async removeOld(name: string): Promise<void> {
    const { log, config } = this.host;
    try {
      await fs.rm(this.pathOf(name));
      log.notice(`Backup ${name} removed: ${String(config.backupKeep)} newer ones are kept`);
    } catch (error) {
      log.warning(`Backup ${name} could not be removed: ${fileProblem(error)}`);
    }
  }

  // ---- those that there are ------------------------------------------------------------------------------------------

  private pathOf(name: string): Buffer {
    return bytesOf(path.join(this.folder, name));
  }

  // From the newest to the oldest.
  private async names(): Promise<string[]> {
    try {
      return (await fs.readdir(bytesOf(this.folder))).filter((name) => NAME.test(name)).sort(byAge);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async list(): Promise<BackupFile[]> {
    const files: BackupFile[] = [];
    for (const file of await this.names()) {
      const { size, mtimeMs } = await fs.stat(this.pathOf(file));
      files.push({ file, bytes: size, timeMs: mtimeMs });
    }
    return files;
  }

  async verify(given: string | null): Promise<{ file: string; keys: number; bytes: number }> {
    const file = given ?? (await this.names())[0];
    if (file === undefined) throw new Error('there is no backup');
    // Only what stands in the folder, whatever the name says.
    if (file !== path.basename(file) || file === '..') throw new Error('a backup has a name, not a path');
    const reading = await new Promise<SnapshotReading>((resolve) => {
      this.host.store.beginSnapshotCheck(this.pathOf(file), resolve);
    });
    expectWhole(file, reading);
    return { file, keys: reading.keys, bytes: reading.totalBytes };
  }

  // ---- figures -------------------------------------------------------------------------------------------------------

  /** Of INFO. */
  lines(): InfoLine[] {
    const { last } = this;
    return [
      ['redwing_backup_in_progress', this.phase === 'idle' ? 0 : 1],
      ['redwing_backup_last_status', last === null ? 'none' : last.error === '' ? 'ok' : 'err'],
      ['redwing_backup_last_time', last === null ? -1 : Math.floor(last.startedMs / SECOND_MS)],
      ['redwing_backup_last_duration_ms', last?.durationMs ?? -1],
      ['redwing_backup_last_file', last?.file ?? ''],
      ['redwing_backup_last_bytes', last?.bytes ?? 0],
      ['redwing_backups_completed', this.completed],
      ['redwing_backups_failed', this.failed],
      ['redwing_backup_next_time', this.nextMs === null ? -1 : Math.floor(this.nextMs / SECOND_MS)],
    ];
  }
}
