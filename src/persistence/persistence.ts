/**
 * Persistence: what the server keeps on the disk, from its start to its end.
 *
 *   constructed ── begin() ── load() ── start() ── tick() ... ── prepareToStop() ── stop()
 *
 * It is there for every server. Without save points and append-only file it writes nothing unless it is told to.
 */
import type { Call } from '../commands/call.js';
import { Errors } from '../commands/errors.js';
import type { Persisting, ReloadOptions, ShutdownOptions } from '../commands/persisting.js';
import { namedFileProblem } from '../config/index.js';
import { AppendOnly } from './append-only/index.js';
import { Backups } from './backups.js';
import { DiskGuard, SNAPSHOTS_FAIL } from './disk-guard.js';
import { FolderLock } from './folder-lock.js';
import type { InfoLine, PersistenceHost } from './host.js';
import { Loading } from './loading.js';
import { SnapshotLoader } from './snapshot-loader.js';
import { Snapshots } from './snapshots.js';

const NOT_LOADED = 'ERR Error trying to load the RDB dump';

function zeros(...names: readonly string[]): InfoLine[] {
  return names.map((name) => [name, 0]);
}

export class Persistence implements Persisting {
  readonly loading: Loading;
  readonly snapshots: Snapshots;
  readonly loader: SnapshotLoader;
  readonly lock: FolderLock;
  readonly appendOnly: AppendOnly;
  readonly backups: Backups;
  private readonly diskGuard: DiskGuard;

  constructor(private readonly host: PersistenceHost) {
    const { config, log, store, dispatcher } = host;
    // Before the lock of the folder is moved.
    config.onChange('dir', () => this.appendOnly.refuseMove());
    this.lock = new FolderLock(config, log, store);
    this.loading = new Loading(host);
    this.diskGuard = new DiskGuard(host);
    dispatcher.addGuard(this.loading);
    dispatcher.addGuard(this.diskGuard);
    this.snapshots = new Snapshots(host, this.lock, () => this.judge());
    this.loader = new SnapshotLoader(host, this.loading, this.snapshots);
    this.appendOnly = new AppendOnly(host, this.snapshots, this.lock, this.loading, this.loader);
    this.backups = new Backups(host, this.snapshots, () => !this.isLoading);
    const judge = (): undefined => this.judge();
    config.onChange('stop-writes-on-bgsave-error', judge);
    config.onChange('save', judge);
  }

  // ---- life ----------------------------------------------------------------------------------------------------------

  /** Locks the folder, before anything is done. Throws if another server has it. */
  begin(): void {
    this.lock.begin();
    this.loading.hold();
  }

  /**
   * Reads what the disk has into the store, while the server answers that it is loading. False: it was stopped before
   * that was done. Rejects with what is wrong with the files.
   */
  async load(): Promise<boolean> {
    try {
      const isLoaded = await this.loadFiles();
      if (isLoaded) this.loading.release();
      return isLoaded;
    } catch (error) {
      const message = `Fatal error loading the DB: ${namedFileProblem(error)}. Exiting.`;
      this.host.log.warning(message);
      this.lock.release();
      throw new Error(message);
    }
  }

  // The append-only file if it is on, though there may be none yet; otherwise the snapshot.
  private async loadFiles(): Promise<boolean> {
    const { appendOnly } = this;
    const isLogOn = this.host.config.appendonly;
    if (!(await appendOnly.load(isLogOn))) return false;
    if (!isLogOn) return this.loader.load();
    await appendOnly.open();
    return true;
  }

  /** The server serves data from now on. */
  start(): void {
    this.backups.start();
  }

  /** To be called often: does what is due. */
  tick(): void {
    if (this.isLoading) return;
    this.snapshots.tick(this.isRewriting);
    this.appendOnly.tick(this.isSaving);
  }

  /** Saves what is to be saved before the server stops. False: that failed, and it should go on. */
  prepareToStop({ saves, isForced }: ShutdownOptions): boolean {
    const { log, config } = this.host;
    if (this.appendOnly.state === 'waiting') {
      log.warning(
        isForced
          ? 'Writing initial AOF. Exit anyway.'
          : "Writing initial AOF, can't exit. Wait for its end, turn appendonly off, or use SHUTDOWN FORCE.",
      );
      if (!isForced) return false;
    }
    if (this.snapshots.isSaving) {
      log.warning('A snapshot is being written in the background. Cancelling it!');
      this.snapshots.cancel(true);
    }
    // What is half loaded must not replace what it is loaded from.
    if (this.isLoading || saves === false || (saves === undefined && config.save.length === 0)) return true;
    log.notice('Saving the final RDB snapshot before exiting.');
    if (this.snapshots.saveNow()) return true;
    log.warning(
      isForced ? 'Error trying to save the DB. Exit anyway.' : "Error trying to save the DB, can't exit.",
    );
    return isForced;
  }

  /** Ends what is going on; files that were being written are removed. */
  async stop(): Promise<void> {
    this.loading.stop();
    this.snapshots.cancel(true);
    await this.backups.stop();
    await this.appendOnly.stop();
    this.lock.release();
  }

  /** CONFIG RESETSTAT. */
  resetStatistics(): void {
    this.snapshots.saves = 0;
  }

  // Refuses writes, or no more, as the last attempts to save have gone.
  private judge(): undefined {
    const { config } = this.host;
    const isRefused = config.stopWritesOnBgsaveError && config.save.length > 0 && this.snapshots.hasFailed;
    this.diskGuard.refuse(isRefused ? SNAPSHOTS_FAIL : '');
  }

  // ---- what commands ask for -----------------------------------------------------------------------------------------

  get isLoading(): boolean {
    return this.loading.isGoingOn;
  }

  get isSaving(): boolean {
    return this.snapshots.isSaving;
  }

  get isRewriting(): boolean {
    return this.appendOnly.rewriter.isRunning;
  }

  /** Whether the last snapshot failed that was to be written. */
  get hasFailed(): boolean {
    return this.snapshots.hasFailed;
  }

  get lastSave(): number {
    return this.snapshots.lastSave;
  }

  save(): boolean {
    return this.snapshots.saveNow();
  }

  saveInBackground(): boolean {
    return this.snapshots.saveInBackground();
  }

  scheduleSave(): void {
    this.snapshots.schedule();
  }

  allFlushed(): void {
    // A log that is loaded may begin with what came before a FLUSHALL; its snapshot was replaced then.
    if (this.isLoading) return;
    this.snapshots.cancel(false);
    if (this.host.config.save.length > 0) this.snapshots.saveNow();
  }

  rewriteLog(mustWait: boolean): string {
    return this.appendOnly.rewrite(mustWait || this.isSaving);
  }

  delayLogSyncs(microseconds: number): void {
    this.appendOnly.delaySyncs(microseconds);
  }

  reloadLog(c: Call): void {
    if (this.isLoading) return c.error(Errors.loading);
    const finish = this.host.awaitJob(c.client);
    const { log } = this.host;
    this.loading.begin(0);
    this.appendOnly
      .reload(() => this.empty(c))
      .finally(() => this.loading.end())
      .then(
        () => {
          log.warning('Append Only File loaded by DEBUG LOADAOF');
          finish('+OK\r\n');
        },
        (error: unknown) => {
          log.warning(`DEBUG LOADAOF: ${namedFileProblem(error)}`);
          finish('-ERR Error trying to load the AOF files, check server logs.\r\n');
        },
      );
  }

  reload(c: Call, options: ReloadOptions): void {
    // DEBUG is allowed while data is loaded, but what is half loaded must not be saved.
    if (this.isLoading) return c.error(Errors.loading);
    if (options.saves && !this.snapshots.saveNow()) return c.error('ERR');
    if (c.isNested) {
      const error = this.reloadNow(c, options);
      if (error === '') c.reply.ok();
      else c.error(error);
      return;
    }
    const finish = this.host.awaitJob(c.client);
    void this.reloadLater(c, options).then((error) => finish(error === '' ? '+OK\r\n' : `-${error}\r\n`));
  }

  // Within a transaction nobody else may be served meanwhile. The error, or ''.
  private reloadNow(c: Call, { flushes }: ReloadOptions): string {
    const { file } = this.snapshots;
    try {
      this.loader.checkNow(file);
      if (flushes) this.empty(c);
      this.loader.readNow(file);
      return this.reloaded();
    } catch (error) {
      return this.notReloaded(error);
    }
  }

  private async reloadLater(c: Call, { flushes }: ReloadOptions): Promise<string> {
    const { file } = this.snapshots;
    try {
      this.loading.begin(this.loader.sizeOf(file) ?? 0);
      await this.loader.check(file);
      if (flushes) this.empty(c);
      await this.loader.read(file);
      return this.reloaded();
    } catch (error) {
      return this.notReloaded(error);
    } finally {
      this.loading.end();
    }
  }

  private empty({ client }: Call): void {
    this.host.changes.noteFlush(-1, client);
    this.host.store.flushDatabase(-1);
    this.host.dispatcher.settle();
  }

  private reloaded(): string {
    this.host.log.warning('DB reloaded by DEBUG RELOAD');
    return '';
  }

  private notReloaded(error: unknown): string {
    this.host.log.warning(`DEBUG RELOAD: ${namedFileProblem(error)}`);
    return NOT_LOADED;
  }

  // ---- figures -------------------------------------------------------------------------------------------------------

  /** The section of INFO. */
  infoLines(): InfoLine[] {
    return [
      ['loading', this.isLoading ? 1 : 0],
      // Nothing is copied for a snapshot but what is changed meanwhile; see redwing_view_bytes.
      ...zeros('async_loading', 'current_cow_peak', 'current_cow_size', 'current_cow_size_age'),
      ['current_fork_perc', '0.00'],
      ...this.snapshots.progressLines(),
      ...this.snapshots.lines(),
      ...this.loading.snapshotLines(),
      ...this.appendOnly.lines(),
      ...this.backups.lines(),
      ...this.loading.lines(),
    ];
  }
}
