/**
 * AppendOnly: which files there are of the append-only file, and whether it is on; what is written to them is LogWriter's.
 *
 *   off ── CONFIG SET appendonly yes ──► waiting ── base written ──► on ── CONFIG SET appendonly no ──► off
 *   start with appendonly yes: load, open ──► on
 *
 * Invariants
 *   1. While it is on, effects go to the last increment that the manifest on the disk names.
 *   2. While it is waiting, a rewriting is going on or scheduled.
 */
import { promises as fs } from 'node:fs';
import { bytesOf, namedFileProblem } from '../../config/index.js';
import type { FolderGuard, InfoLine, PersistenceHost } from '../host.js';
import { removeLeftovers } from '../leftovers.js';
import type { Loading } from '../loading.js';
import type { SnapshotLoader } from '../snapshot-loader.js';
import { LogFolder } from './log-folder.js';
import { LogLoader } from './log-loader.js';
import { LogWriter } from './log-writer.js';
import { type LogFile, Manifest } from './manifest.js';
import { type BaseWriter, type RewrittenLog, Rewriter } from './rewriter.js';

const PERCENT = 100;

/** What the append-only file needs of snapshots. */
export interface BaseSnapshots extends BaseWriter {
  /** Whether one is being written in the background. */
  readonly isSaving: boolean;
}

export class AppendOnly implements RewrittenLog {
  readonly folder: LogFolder;
  manifest = Manifest.empty;
  state: 'off' | 'on' | 'waiting' = 'off';
  readonly rewriter: Rewriter;
  private readonly loader: LogLoader;
  private readonly writer: LogWriter;
  /** The increment that effects are written to; null: none. */
  private increment: LogFile | null = null;
  /** Bytes of all files of the manifest but the one that is written. */
  private otherBytes = 0;
  /** Of all files, when they were last rewritten. */
  private rewrittenBytes = 0;
  private isStopping = false;

  constructor(
    private readonly host: PersistenceHost,
    private readonly snapshots: BaseSnapshots,
    private readonly guard: FolderGuard,
    loading: Loading,
    bases: Pick<SnapshotLoader, 'read'>,
  ) {
    const { config } = host;
    this.folder = new LogFolder(config);
    this.rewriter = new Rewriter(host, this, snapshots);
    this.loader = new LogLoader(host, this.folder, loading, bases);
    this.writer = new LogWriter(host, () => this.rewriter.isRunning || snapshots.isSaving);
    config.onChange('appendonly', (isOn) => (isOn ? this.turnOn() : this.turnOff()));
  }

  // ---- the start -----------------------------------------------------------------------------------------------------

  /**
   * Looks what files there are, and, if the log is to be on, loads what they hold; false: it was stopped. Rejects with what is
   * wrong with them.
   */
  async load(isToBeOn: boolean): Promise<boolean> {
    this.manifest = this.folder.readManifest() ?? Manifest.empty;
    if (!isToBeOn) return true;
    await this.upgrade();
    if (this.manifest.files.length === 0) return true;
    const { host, loader } = this;
    const loaded = await loader.load(this.manifest);
    if (loaded === null) return false;
    host.changes.total = 0;
    host.dispatcher.counts.reset();
    this.rewrittenBytes = loaded.baseBytes;
    return true;
  }

  // A log of one file, as servers before 7.0 wrote it, becomes the base.
  private async upgrade(): Promise<void> {
    const { folder, host } = this;
    const { appendfilename } = host.config;
    if (!(await folder.hasOldFile())) return;
    const { base, increments } = this.manifest;
    const isNew = base === null && increments.length === 0;
    const wasInterrupted =
      base?.name === appendfilename && increments.length === 0 && (await folder.size(base.name)) === null;
    if (!isNew && !wasInterrupted) return;
    await folder.make();
    this.manifest = Manifest.empty.withBase({ name: appendfilename, sequence: 1 }, 1);
    await folder.writeManifest(this.manifest);
    await folder.adoptOldFile();
    host.log.notice(
      `Successfully migrated an old-style AOF configuration (${appendfilename}) into the AOF directory ` +
        `(${host.config.appenddirname}).`,
    );
  }

  /** Behind loading: from now on effects are written. Rejects if that cannot be. */
  async open(): Promise<void> {
    const { host, folder } = this;
    const { config } = host;
    await folder.make();
    removeLeftovers(folder.path, host.log);
    if (this.manifest.files.length === 0) await this.makeBase();
    let increment = this.manifest.increments.at(-1);
    if (increment === undefined) {
      increment = this.manifest.nextIncrement(config.appendfilename);
      host.log.notice(`Creating AOF incr file ${increment.name} on server start`);
      await fs.writeFile(bytesOf(folder.file(increment.name)), '');
      await folder.sync();
      this.manifest = this.manifest.withIncrement(increment);
      await folder.writeManifest(this.manifest);
    } else {
      host.log.notice(`Opening AOF incr file ${increment.name} on server start`);
    }
    await this.measure();
    const problem = this.continueIn(increment);
    if (problem !== null) throw new Error(`Cannot open the append-only file ${increment.name}: ${problem}`);
    this.state = 'on';
    await this.rewriter.removeHistory();
  }

  private async makeBase(): Promise<void> {
    const { host, folder } = this;
    const base = this.manifest.nextBase(host.config.appendfilename, host.config.aofUseRdbPreamble);
    const file = folder.file(base.name);
    host.log.notice(`Creating AOF base file ${base.name} on server start`);
    if (host.config.aofUseRdbPreamble) {
      const result = host.store.writeSnapshot(this.snapshots.request(file, [['aof-base', '1']]));
      if (result.failed !== '') throw new Error(`Cannot write ${file}: ${result.failed}: ${result.problem}`);
    } else {
      await fs.writeFile(bytesOf(file), '');
      await folder.sync();
    }
    this.manifest = this.manifest.withBase(base, Infinity);
  }

  // ---- at run time ---------------------------------------------------------------------------------------------------

  continueIn(file: LogFile): string | null {
    const problem = this.writer.open(this.folder.file(file.name));
    if (problem !== null) return problem;
    this.increment = file;
    if (this.state === 'on') void this.measure();
    return null;
  }

  async abandon(): Promise<void> {
    this.end();
    await this.writer.closed();
  }

  private end(): void {
    if (!this.writer.isOpen) return;
    this.otherBytes = this.currentBytes;
    this.increment = null;
    this.writer.end();
  }

  async replaced(): Promise<void> {
    const { manifest, increment } = this;
    // A base that was begun before the log was turned on says nothing of what was executed since.
    const isWhole = increment !== null && manifest.increments.some(({ name }) => name === increment.name);
    if (isWhole) {
      if (this.state === 'waiting') this.state = 'on';
      // If something could not be written to the file before, it need not be any more.
      this.writer.supersede();
    }
    await this.measure();
    this.rewrittenBytes = this.currentBytes;
  }

  // How much the files have that are not written any more. Only figures depend on it: if nobody can say, they stay.
  private async measure(): Promise<void> {
    const { folder, host, manifest } = this;
    const measured = manifest.increments.length === 0 ? manifest.files : manifest.files.slice(0, -1);
    try {
      const sizes = await Promise.all(measured.map(({ name }) => folder.size(name)));
      this.otherBytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    } catch (error) {
      host.log.warning(`The size of the append-only files is not known: ${namedFileProblem(error)}`);
    }
  }

  /** Bytes of all files. */
  get currentBytes(): number {
    return this.otherBytes + this.writer.fileBytes;
  }

  enterFolder(): string | undefined {
    const { folder } = this;
    const problem = this.refuseMove() ?? this.guard.claim();
    if (problem !== undefined) return problem;
    try {
      if (!folder.isConfigured) this.manifest = folder.move() ?? Manifest.empty;
      folder.makeNow();
      return undefined;
    } catch (error) {
      return namedFileProblem(error);
    }
  }

  /** Why the files cannot be in another folder, if `dir` says they are to be. */
  refuseMove(): string | undefined {
    const { folder, writer, rewriter } = this;
    const isWritten = writer.isOpen || writer.isEnding || rewriter.isRunning;
    if (folder.isConfigured || !isWritten) return undefined;
    return `the append-only file is being written in ${folder.path}: appendonly must be off for that`;
  }

  private turnOn(): string | undefined {
    if (this.state !== 'off' || this.isStopping) return undefined;
    const { host, rewriter } = this;
    const problem = this.refuseMove() ?? this.guard.claim();
    if (problem !== undefined) return problem;
    this.state = 'waiting';
    if (!rewriter.prepare()) {
      this.state = 'off';
      return 'Unable to turn on AOF. Check server logs.';
    }
    if (rewriter.isRunning || this.snapshots.isSaving) {
      // What is being rewritten has no increment, or one that ended when the log was turned off.
      void rewriter.cancel();
      rewriter.schedule();
      host.log.notice(
        'AOF was enabled but there is already another background operation. An AOF background was scheduled to ' +
          'start when possible.',
      );
      return undefined;
    }
    rewriter.begin();
    return undefined;
  }

  private turnOff(): undefined {
    if (this.state === 'off') return;
    this.state = 'off';
    this.rewriter.isScheduled = false;
    void this.rewriter.cancel();
    this.end();
  }

  /** To be called often: begins what is due. `isBusy`: something else is being written in the background. */
  tick(isBusy: boolean): void {
    this.writer.followPolicy();
    if (isBusy || this.rewriter.isRunning || this.isStopping) return;
    const { rewriter } = this;
    if (rewriter.isScheduled) {
      if (!rewriter.isHeldBack()) rewriter.begin();
      return;
    }
    const { config, log } = this.host;
    const current = this.currentBytes;
    if (this.state !== 'on' || config.autoAofRewritePercentage === 0) return;
    if (current <= config.autoAofRewriteMinSize) return;
    const growth = Math.floor((current * PERCENT) / Math.max(1, this.rewrittenBytes)) - PERCENT;
    if (growth < config.autoAofRewritePercentage || rewriter.isHeldBack()) return;
    log.notice(`Starting automatic rewriting of AOF on ${String(growth)}% growth`);
    rewriter.begin();
  }

  /** BGREWRITEAOF: the reply. `mustWait`: something else is being written, or a transaction executed. */
  rewrite(mustWait: boolean): string {
    const { rewriter } = this;
    if (rewriter.isRunning) return '-ERR Background append only file rewriting already in progress\r\n';
    if (mustWait) {
      rewriter.schedule();
      return '+Background append only file rewriting scheduled\r\n';
    }
    return rewriter.begin()
      ? '+Background append only file rewriting started\r\n'
      : "-ERR Can't execute an AOF background rewriting. Please check the server logs for more information.\r\n";
  }

  /** Makes every sync of the file that is written, or that ends, so much longer: for tests. */
  delaySyncs(microseconds: number): void {
    this.writer.delaySyncs(microseconds);
  }

  /** Writes everything to the disk, and ends what is being rewritten. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.writer.finishEnding();
    await this.rewriter.cancel();
    this.writer.finish();
  }

  /** DEBUG LOADAOF: brings everything to the disk, and loads it anew into the store, which `empty` makes empty. */
  async reload(empty: () => void): Promise<void> {
    const { host, writer } = this;
    await writer.closed();
    if (!writer.flush()) throw new Error('the file cannot be written');
    if (this.manifest.files.length === 0) throw new Error('there is no append-only file');
    if (this.rewriter.isRunning) throw new Error('it is being rewritten');
    writer.suspend();
    empty();
    try {
      await this.loader.load(this.manifest);
    } finally {
      // Whatever became of the data: what is written from now on is to be kept.
      host.changes.total = 0;
      writer.resume();
    }
  }

  // ---- figures -------------------------------------------------------------------------------------------------------

  lines(): InfoLine[] {
    const { state, rewriter, writer } = this;
    const [inProgress, scheduled, ...others] = rewriter.lines();
    const lines: InfoLine[] = [
      ['aof_enabled', state === 'off' ? 0 : 1],
      inProgress,
      scheduled,
      ...others,
      writer.statusLine(),
      ['aof_last_cow_size', 0],
      ['module_fork_in_progress', 0],
      ['module_fork_last_cow_size', 0],
    ];
    return state === 'off' ? lines : [...lines, ...this.fileLines()];
  }

  private fileLines(): InfoLine[] {
    return [
      ['aof_current_size', this.currentBytes],
      ['aof_base_size', this.rewrittenBytes],
      ['aof_pending_rewrite', this.rewriter.isScheduled ? 1 : 0],
      ...this.writer.lines(),
    ];
  }
}
