/**
 * AppendOnly: the append-only file as a whole: its files, what is written to them, and what is told of it.
 *
 *   off ── CONFIG SET appendonly yes ──► waiting ── base written ──► on ── CONFIG SET appendonly no ──► off
 *   start with appendonly yes: load, open ──► on
 *
 * When it is turned off, the log's file ends in the background: what was taken is brought to the disk while the server
 * goes on, and a new file waits for that (`ending`).
 *
 * Invariants
 *   1. While it is on, effects go to the last increment that the manifest on the disk names.
 *   2. While it is waiting, a rewriting is going on or scheduled.
 *
 * Each turn's effects go to a thread of the store that writes them (see native/binding/effect_log.h, which also keeps
 * replies back). While that cannot write, commands that write are refused; with `appendfsync always` those that read are,
 * too, since they would show what a crash could still take back. What was taken before is written as soon as it can be.
 */
import { promises as fs } from 'node:fs';
import type { Call } from '../../commands/call.js';
import { type Admission, Gate, type Guard, GuardOrder } from '../../commands/guard.js';
import type { Command } from '../../commands/registry.js';
import { bytesOf } from '../../config/index.js';
import { LogPolicy } from '../../store/log-operations.js';
import type { FolderGuard, InfoLine, PersistenceHost } from '../host.js';
import { removeLeftovers } from '../leftovers.js';
import type { Loading } from '../loading.js';
import type { SnapshotLoader } from '../snapshot-loader.js';
import { describeError, LogFolder } from './log-folder.js';
import { LogLoader } from './log-loader.js';
import { type LogFile, Manifest } from './manifest.js';
import { type BaseWriter, type RewrittenLog, Rewriter } from './rewriter.js';

/** How long the end of the server waits for the disk, ms. */
const FINISH_MS = 10_000;
const PERCENT = 100;

/** What the append-only file needs of snapshots. */
export interface BaseSnapshots extends BaseWriter {
  /** Whether one is being written in the background. */
  readonly isSaving: boolean;
}

/** A log that nothing is given to any more, until it is closed. */
interface Ending {
  readonly closed: Promise<void>;
  /** Closes it now; `isWhole`: all that was given to it is on the disk. */
  close(isWhole: boolean): void;
}

export class AppendOnly implements RewrittenLog, Guard {
  readonly bits = Gate.log;
  readonly order = GuardOrder.disk;
  // EXEC is refused as a whole.
  readonly nested = false;
  readonly folder: LogFolder;
  manifest = Manifest.empty;
  state: 'off' | 'on' | 'waiting' = 'off';
  readonly rewriter: Rewriter;
  private readonly loader: LogLoader;
  /** The increment that effects are written to; null: none. */
  private increment: LogFile | null = null;
  private ending: Ending | null = null;
  /** Bytes of all files of the manifest but the one that is written. */
  private otherBytes = 0;
  /** Of all files, when they were last rewritten. */
  private rewrittenBytes = 0;
  /** What is replied to commands that are refused, '' while none is. */
  private refusal = '';
  private policy = -1;
  private isStopping = false;
  /** By command number: 1 if it reads data, 2 if it may write. */
  private readonly access: Uint8Array;

  constructor(
    private readonly host: PersistenceHost,
    private readonly snapshots: BaseSnapshots,
    private readonly guard: FolderGuard,
    loading: Loading,
    bases: Pick<SnapshotLoader, 'read'>,
  ) {
    const { config, dispatcher, registry } = host;
    this.folder = new LogFolder(config);
    this.rewriter = new Rewriter(host, this, snapshots);
    this.loader = new LogLoader(host, this.folder, loading, bases);
    this.access = Uint8Array.from(registry.commands, ({ flags, declaredName }) => {
      if (flags.includes('write') || declaredName === 'ping') return 2;
      return flags.includes('readonly') ? 1 : 0;
    });
    dispatcher.addGuard(this);
    config.onChange('appendonly', (isOn) => (isOn ? this.turnOn() : this.turnOff()));
    for (const name of ['appendfsync', 'no-appendfsync-on-rewrite'] as const)
      config.onChange(name, () => this.followPolicy());
    config.onChange('aof-timestamp-enabled', (on) => {
      if (this.isLogOpen) host.store.setLogTimestamps(on);
      return undefined;
    });
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
    if ((await folder.sizeOf(folder.oldFile)) === null) return;
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

  private get isLogOpen(): boolean {
    return this.increment !== null;
  }

  continueIn(file: LogFile): string | null {
    const { store, effects, config } = this.host;
    const problem = store.openLog(bytesOf(this.folder.file(file.name)), () => this.judge());
    if (problem !== null) return problem;
    this.increment = file;
    store.setLogTimestamps(config.aofTimestampEnabled);
    this.followPolicy();
    effects.turn(true);
    effects.reset();
    if (this.state === 'on') void this.measure();
    return null;
  }

  async abandon(): Promise<void> {
    if (this.isLogOpen) this.end();
    await this.ending?.closed;
  }

  async replaced(): Promise<void> {
    const { manifest, increment } = this;
    // A base that was begun before the log was turned on says nothing of what was executed since.
    const isWhole = increment !== null && manifest.increments.some(({ name }) => name === increment.name);
    if (isWhole) {
      if (this.state === 'waiting') this.state = 'on';
      // If something could not be written to the file before, it need not be any more.
      this.host.store.supersedeLog();
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
      host.log.warning(`The size of the append-only files is not known: ${describeError(error)}`);
    }
  }

  /** Bytes of all files. */
  get currentBytes(): number {
    return this.otherBytes + (this.isLogOpen ? this.host.store.logFigures().fileBytes : 0);
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
      return describeError(error);
    }
  }

  /** Why the files cannot be in another folder, if `dir` says they are to be. */
  refuseMove(): string | undefined {
    const { folder, ending, isLogOpen, rewriter } = this;
    if (folder.isConfigured || !(isLogOpen || rewriter.isRunning || ending !== null)) return undefined;
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
    if (this.isLogOpen) this.end();
  }

  private end(): void {
    const { store, log } = this.host;
    let settle = (): void => undefined;
    const ending: Ending = {
      closed: new Promise((resolve) => (settle = resolve)),
      close: (isWhole) => {
        if (this.ending !== ending) return;
        this.ending = null;
        if (!isWhole) log.warning('The append-only file ended before everything was written to it');
        store.closeLog();
        settle();
      },
    };
    this.ending = ending;
    store.endLog((isWhole) => setImmediate(() => ending.close(isWhole)));
    this.detach();
  }

  // What is executed from now on is of no log.
  private detach(): void {
    const { effects } = this.host;
    this.otherBytes = this.currentBytes;
    effects.turn(false);
    this.increment = null;
    this.policy = -1;
    this.refuse('', '');
  }

  private followPolicy(): undefined {
    if (!this.isLogOpen) return;
    const { config, store } = this.host;
    const rests = config.noAppendfsyncOnRewrite && (this.rewriter.isRunning || this.snapshots.isSaving);
    const policy = LogPolicy[rests ? 'no' : config.appendfsync];
    if (policy === this.policy) return;
    this.policy = policy;
    store.setLogPolicy(policy);
    this.judge();
  }

  /** To be called often: begins what is due. `isBusy`: something else is being written in the background. */
  tick(isBusy: boolean): void {
    this.followPolicy();
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
    if (this.isLogOpen || this.ending !== null) this.host.store.setLogSyncDelay(microseconds);
  }

  /** Ends loading, or writes everything to the disk. Replies to what could not be written never leave. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.ending?.close(this.host.store.finishLog(FINISH_MS));
    await this.rewriter.cancel();
    if (!this.isLogOpen) return;
    const { log, store } = this.host;
    log.notice('Calling fsync() on the AOF file.');
    if (store.finishLog(FINISH_MS)) {
      this.detach();
      store.closeLog();
    } else {
      log.warning('The append-only file could not be written to its end');
    }
  }

  /** DEBUG LOADAOF: brings everything to the disk, and loads it anew into the store, which `empty` makes empty. */
  async reload(empty: () => void): Promise<void> {
    const { host } = this;
    if (this.ending !== null) await this.ending.closed;
    if (this.isLogOpen && !host.store.finishLog(FINISH_MS)) throw new Error('the file cannot be written');
    if (this.manifest.files.length === 0) throw new Error('there is no append-only file');
    if (this.rewriter.isRunning) throw new Error('it is being rewritten');
    const wasOn = this.isLogOpen;
    host.effects.turn(false);
    empty();
    try {
      await this.loader.load(this.manifest);
    } finally {
      // Whatever became of the data: what is written from now on is to be kept.
      host.changes.total = 0;
      if (wasOn && this.isLogOpen) {
        host.effects.turn(true);
        host.effects.reset();
      }
    }
  }

  // ---- when it cannot be written -------------------------------------------------------------------------------------

  // Looks whether the file can be written.
  private judge(): void {
    if (!this.isLogOpen) return;
    const { failed = '', reason = '' } = this.host.store.logFigures();
    this.refuse(failed, reason);
  }

  private refuse(failed: string, reason: string): void {
    const { dispatcher, log, store } = this.host;
    const refusal = failed === '' ? '' : `MISCONF Errors writing to the AOF file: ${reason}`;
    const before = this.refusal;
    this.refusal = refusal;
    if (refusal !== '') {
      dispatcher.gates |= Gate.log;
      if (before === '')
        log.warning(
          `The append-only file cannot be written (${failed}: ${reason}). Commands that write are refused until it can; ` +
            'what was executed before is kept and written then.',
        );
    } else {
      dispatcher.gates &= ~Gate.log;
      if (before !== '') log.warning('AOF write error looks solved, Redwing can write again.');
    }
    if (this.isLogOpen) store.setLogRefusing(refusal !== '');
  }

  admit({ client }: Call, { id, declaredName }: Command): Admission {
    const { access } = this;
    const refused = this.policy === LogPolicy.always ? 1 : 2;
    const isRefused =
      access[id] >= refused ||
      (declaredName === 'exec' && client.transaction?.queue.ids.some((queued) => access[queued] >= refused));
    return isRefused === true ? { error: this.refusal } : 'admitted';
  }

  // ---- figures -------------------------------------------------------------------------------------------------------

  lines(): InfoLine[] {
    const { state, rewriter } = this;
    const [inProgress, scheduled, ...others] = rewriter.lines();
    const lines: InfoLine[] = [
      ['aof_enabled', state === 'off' ? 0 : 1],
      inProgress,
      scheduled,
      ...others,
      ['aof_last_write_status', this.refusal === '' ? 'ok' : 'err'],
      ['aof_last_cow_size', 0],
      ['module_fork_in_progress', 0],
      ['module_fork_last_cow_size', 0],
    ];
    return state === 'off' ? lines : [...lines, ...this.fileLines()];
  }

  private fileLines(): InfoLine[] {
    const figures = this.isLogOpen ? this.host.store.logFigures() : null;
    return [
      ['aof_current_size', this.currentBytes],
      ['aof_base_size', this.rewrittenBytes],
      ['aof_pending_rewrite', this.rewriter.isScheduled ? 1 : 0],
      ['aof_buffer_length', figures === null ? 0 : figures.position - figures.written],
      ['aof_pending_bio_fsync', figures?.isSyncing === true ? 1 : 0],
      ['aof_delayed_fsync', figures?.delayedSyncs ?? 0],
      ['redwing_aof_syncs', figures?.syncs ?? 0],
    ];
  }
}
