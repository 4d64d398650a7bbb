/**
 * Rewriter: replaces the append-only files by a base with what there is now, and an increment with what follows.
 *
 *   manifest   base 1, incr 1 ──► base 1, incr 1, incr 2 ──────────────► base 2, incr 2 ──► (history deleted)
 *   effects        incr 1     ──────────┤  incr 2 ...
 *   view                                └─► written as base 2, by a worker
 *
 * The manifest on the disk names, at every moment, files from which all data can be restored. If anything fails, what was
 * there goes on being so; the new increment stays.
 *
 * After three failures in a row the next attempt that nobody asked for waits, each time twice as long, up to an hour.
 */
import { promises as fs } from 'node:fs';
import { bytesOf, namedFileProblem } from '../../config/index.js';
import type { SnapshotRequest, SnapshotResult } from '../../store/snapshot-operations.js';
import type { InfoLine, PersistenceHost } from '../host.js';
import { INCREMENT_BYTES } from '../snapshots.js';
import type { LogFolder } from './log-folder.js';
import type { LogFile, Manifest } from './manifest.js';

const FAILURES_MAX = 3;
const DELAY_MAX_MINUTES = 60;
const MINUTE_S = 60;

/** What the rewriter needs of the log that it rewrites. */
export interface RewrittenLog {
  readonly folder: LogFolder;
  /** What the disk has. */
  manifest: Manifest;
  /** `waiting`: turned on, but without a base yet. */
  readonly state: 'off' | 'on' | 'waiting';
  /** Makes sure that there is a folder, and that it is this server's alone. What is wrong if it is not. */
  enterFolder(): string | undefined;
  /** Effects go to this increment from now on; an error's text if that cannot be. */
  continueIn(file: LogFile): string | null;
  /**
   * Ends what an attempt before has begun to write to an increment that no manifest names, and waits for the end of what
   * was written before the log was turned off.
   */
  abandon(): Promise<void>;
  /** The manifest on the disk names a base that has all before the last `continueIn`, if there was one. */
  replaced(): Promise<void>;
}

/** What writes bases. */
export interface BaseWriter {
  /** Libraries of functions that the base will hold. */
  readonly functions: readonly Uint8Array[];
  request(file: string, facts: SnapshotRequest['facts']): SnapshotRequest;
  logFailure(file: string, result: SnapshotResult): void;
}

interface Job {
  startedMs: number;
  snapshot: number;
  isCancelled: boolean;
  done: Promise<void>;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

export class Rewriter {
  /** Whether a rewriting is to begin as soon as nothing else is being written. */
  isScheduled = false;
  private job: Job | null = null;
  private failures = 0;
  private rewrites = 0;
  private hasFailed = false;
  /** Of the last one, -1: there was none. */
  private lastSeconds = -1;
  /** A base that the manifest on the disk may name, since writing that has failed at an unknown place; '' for none. */
  private doubtful = '';
  private delayMinutes = 0;
  private nextTryS = 0;

  constructor(
    private readonly host: PersistenceHost,
    private readonly log: RewrittenLog,
    private readonly writer: BaseWriter,
  ) {}

  get isRunning(): boolean {
    return this.job !== null;
  }

  /** Somebody asked for it: failures of the past hold nothing back. */
  schedule(): void {
    this.isScheduled = true;
    this.failures = 0;
  }

  /** Whether repeated failures hold back what nobody asked for. */
  isHeldBack(): boolean {
    if (this.failures < FAILURES_MAX) {
      this.delayMinutes = this.nextTryS = 0;
      return false;
    }
    if (this.nextTryS !== 0) {
      if (nowSeconds() < this.nextTryS) return true;
      this.nextTryS = 0;
      return false;
    }
    this.delayMinutes = Math.min(DELAY_MAX_MINUTES, Math.max(1, this.delayMinutes * 2));
    this.nextTryS = nowSeconds() + this.delayMinutes * MINUTE_S;
    this.host.log.warning(
      `Background AOF rewrite has repeatedly failed and triggered the limit, will retry in ` +
        `${String(this.delayMinutes)} minutes`,
    );
    return true;
  }

  /** Makes sure that there is a file to begin with. False: it cannot be made, which was logged. */
  prepare(): boolean {
    const { host, log } = this;
    let problem = log.enterFolder();
    const { increment } = this;
    try {
      if (problem === undefined && increment !== null) log.folder.touch(increment.name);
    } catch (error) {
      problem = namedFileProblem(error);
    }
    if (problem === undefined) return true;
    host.log.warning(`The append-only file cannot be rewritten: ${problem}`);
    this.failed();
    return false;
  }

  /** What is written from the beginning of a rewriting on; null: nothing, the log is off. */
  private get increment(): LogFile | null {
    const { host, log } = this;
    return log.state === 'off' ? null : log.manifest.nextIncrement(host.config.appendfilename);
  }

  /** Begins to rewrite. False: it could not be begun, which was logged. */
  begin(): boolean {
    const { host, log } = this;
    const isReady = this.prepare();
    this.isScheduled = !isReady && log.state === 'waiting';
    if (!isReady) return false;
    this.rewrites++;
    const job: Job = { startedMs: Date.now(), snapshot: -1, isCancelled: false, done: Promise.resolve() };
    const { increment } = this;
    this.job = job;
    job.done = this.run(job, increment).then(
      () => this.ended(job, true),
      (error: unknown) => {
        if (!job.isCancelled) host.log.warning(`Background AOF rewrite failed: ${namedFileProblem(error)}`);
        this.ended(job, false);
      },
    );
    host.log.notice(`Background append only file rewriting started by pid ${String(process.pid)}`);
    return true;
  }

  /** Gives up what is going on; settles when nothing of it is. */
  async cancel(): Promise<void> {
    const { job } = this;
    if (job === null) return;
    job.isCancelled = true;
    if (job.snapshot >= 0) this.host.store.cancelSnapshot(job.snapshot, false);
    await job.done;
  }

  private ended(job: Job, succeeded: boolean): void {
    const { host } = this;
    this.job = null;
    this.lastSeconds = Math.floor((Date.now() - job.startedMs) / 1000);
    // Be it that this one has failed, or that it was none for the log that was turned on meanwhile.
    if (this.log.state === 'waiting') this.isScheduled = true;
    if (job.isCancelled && !succeeded) {
      host.log.warning('Background AOF rewrite cancelled');
      return;
    }
    if (!succeeded) return this.failed();
    this.hasFailed = false;
    this.failures = 0;
    host.log.notice('Background AOF rewrite finished successfully');
  }

  private failed(): void {
    this.hasFailed = true;
    this.failures++;
  }

  private static check(job: Job): void {
    if (job.isCancelled) throw new Error('it was cancelled');
  }

  private async run(job: Job, increment: LogFile | null): Promise<void> {
    const { host, log } = this;
    const { folder } = log;
    await folder.make();
    if (increment !== null) await this.makeIncrement(increment);
    Rewriter.check(job);
    // Libraries of functions are kept, though they cannot be loaded as commands: only a snapshot can hold them.
    const isSnapshot = host.config.aofUseRdbPreamble || this.writer.functions.length > 0;
    const base = log.manifest.nextBase(host.config.appendfilename, isSnapshot);
    // Here is the instant that separates what the base holds from what the increment will.
    const problem = increment === null ? null : log.continueIn(increment);
    if (problem !== null) throw new Error(`cannot open ${increment?.name ?? ''}: ${problem}`);
    await this.writeBase(job, base, isSnapshot);
    await this.dropIfCancelled(job, base);
    const since = increment?.sequence ?? Infinity;
    const listed = increment === null || log.manifest.increments.some(({ sequence }) => sequence === since);
    const before = listed ? log.manifest : log.manifest.withIncrement(increment);
    const next = before.withBase(base, since);
    this.doubtful = base.name;
    await folder.writeManifest(next);
    this.doubtful = '';
    log.manifest = next;
    await log.replaced();
    await this.removeHistory();
  }

  // An empty file for what follows. While data can be restored from what is there, the manifest names it at once.
  private async makeIncrement(increment: LogFile): Promise<void> {
    const { log } = this;
    if (log.state === 'waiting') await log.abandon();
    await fs.writeFile(bytesOf(log.folder.file(increment.name)), '');
    await log.folder.sync();
    if (log.state !== 'on') return;
    const next = log.manifest.withIncrement(increment);
    await log.folder.writeManifest(next);
    this.doubtful = '';
    log.manifest = next;
  }

  // Nobody needs the base of a rewriting that was given up, and the next one may be called otherwise.
  private async dropIfCancelled(job: Job, { name }: LogFile): Promise<void> {
    if (job.isCancelled && name !== this.doubtful) await this.log.folder.remove(name);
    Rewriter.check(job);
  }

  private async writeBase(job: Job, base: LogFile, isSnapshot: boolean): Promise<void> {
    const { host, log, writer } = this;
    const file = log.folder.file(base.name);
    const annotation = host.config.aofTimestampEnabled ? `#TS:${String(nowSeconds())}\r\n` : '';
    const request: SnapshotRequest = {
      ...writer.request(file, [['aof-base', '1']]),
      syncBytes: host.config.aofRewriteIncrementalFsync ? INCREMENT_BYTES : 0,
      asCommands: !isSnapshot,
      commandsHead: Buffer.from(annotation),
    };
    const result = await new Promise<SnapshotResult>((resolve) => {
      job.snapshot = host.store.beginSnapshot(request, resolve);
    });
    job.snapshot = -1;
    if (result.failed === '') return;
    writer.logFailure(file, result);
    throw new Error(result.failed === 'cancel' ? 'it was cancelled' : `${result.failed}: ${result.problem}`);
  }

  /** Deletes files that are superseded, unless the configuration keeps them. */
  async removeHistory(): Promise<void> {
    const { host, log } = this;
    const { history } = log.manifest;
    if (history.length === 0 || host.config.aofDisableAutoGc) return;
    try {
      for (const { name } of history) {
        await log.folder.remove(name);
        host.log.notice(`Removing the history file ${name} in the background`);
      }
      const next = log.manifest.withoutHistory();
      await log.folder.writeManifest(next);
      log.manifest = next;
    } catch (error) {
      // They will be deleted behind the next rewriting, or at the next start.
      host.log.warning(`Files that are superseded could not be deleted: ${namedFileProblem(error)}`);
    }
  }

  /** Of INFO. */
  lines(): InfoLine[] {
    const { job } = this;
    return [
      ['aof_rewrite_in_progress', job === null ? 0 : 1],
      ['aof_rewrite_scheduled', this.isScheduled ? 1 : 0],
      ['aof_last_rewrite_time_sec', this.lastSeconds],
      ['aof_current_rewrite_time_sec', job === null ? -1 : Math.floor((Date.now() - job.startedMs) / 1000)],
      ['aof_last_bgrewrite_status', this.hasFailed ? 'err' : 'ok'],
      ['aof_rewrites', this.rewrites],
      ['aof_rewrites_consecutive_failures', this.failures],
    ];
  }
}
