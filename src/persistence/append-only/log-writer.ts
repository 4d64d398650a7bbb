/**
 * LogWriter: the file that effects go to, until all that it was given is on the disk.
 *
 *   closed ── open ──► open ── open: goes on in the next file ──► open ── end ──► ending ── written ──► closed
 *
 * A file ends in the background: what was taken is brought to the disk while the server goes on. Before another one is
 * opened, that is to be waited for (`closed`).
 *
 * Each turn's effects go to a thread of the store that writes them (see native/binding/effect_log.h, which also keeps
 * replies back). While that cannot write, commands that write are refused; with `appendfsync always` those that read are,
 * too, since they would show what a crash could still take back. What was taken before is written as soon as it can be.
 */
import type { Call } from '../../commands/call.js';
import { type Admission, Gate, type Guard, GuardOrder } from '../../commands/guard.js';
import type { Command } from '../../commands/registry.js';
import { bytesOf } from '../../config/index.js';
import { LogPolicy } from '../../store/log-operations.js';
import type { InfoLine, PersistenceHost } from '../host.js';

/** How long the server waits for the disk where nobody can be served before all is there, ms. */
const FINISH_MS = 10_000;

/** A file that nothing is given to any more, until it is closed. */
interface Ending {
  readonly closed: Promise<void>;
  /** Closes it now; `isWhole`: all that was given to it is on the disk. */
  close(isWhole: boolean): void;
}

export class LogWriter implements Guard {
  readonly bits = Gate.log;
  readonly order = GuardOrder.disk;
  // EXEC is refused as a whole.
  readonly nested = false;
  private isOpened = false;
  private ending: Ending | null = null;
  /** What is replied to commands that are refused, '' while none is. */
  private refusal = '';
  private policy = -1;
  /** By command number: 1 if it reads data, 2 if it may write. */
  private readonly access: Uint8Array;

  constructor(
    private readonly host: PersistenceHost,
    /** Whether something else is being written, for which `no-appendfsync-on-rewrite` may let syncs rest. */
    private readonly isDiskBusy: () => boolean,
  ) {
    const { config, dispatcher, registry, store } = host;
    this.access = Uint8Array.from(registry.commands, ({ flags, declaredName }) => {
      if (flags.includes('write') || declaredName === 'ping') return 2;
      return flags.includes('readonly') ? 1 : 0;
    });
    dispatcher.addGuard(this);
    for (const name of ['appendfsync', 'no-appendfsync-on-rewrite'] as const)
      config.onChange(name, () => this.followPolicy());
    config.onChange('aof-timestamp-enabled', (on) => {
      if (this.isOpened) store.setLogTimestamps(on);
      return undefined;
    });
  }

  // ---- life ----------------------------------------------------------------------------------------------------------

  get isOpen(): boolean {
    return this.isOpened;
  }

  /** Whether the end of a file is still being written. */
  get isEnding(): boolean {
    return this.ending !== null;
  }

  /** Effects go to this file from now on, behind what it has; an error's text if that cannot be. */
  open(path: string): string | null {
    const { store, effects, config } = this.host;
    const problem = store.openLog(bytesOf(path), () => this.judge());
    if (problem !== null) return problem;
    this.isOpened = true;
    store.setLogTimestamps(config.aofTimestampEnabled);
    this.followPolicy();
    effects.turn(true);
    effects.reset();
    return null;
  }

  /** What is executed from now on is of no file; what was goes to the disk in the background. */
  end(): void {
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

  /** Settles when no file is ending. */
  async closed(): Promise<void> {
    await this.ending?.closed;
  }

  private detach(): void {
    this.host.effects.turn(false);
    this.isOpened = false;
    this.policy = -1;
    this.refuse('', '');
  }

  /** A base on the disk has all that was executed before the last `open`: nothing of it need be written any more. */
  supersede(): void {
    this.host.store.supersedeLog();
  }

  /** What is executed from now on is of no file, until `resume`. */
  suspend(): void {
    this.host.effects.turn(false);
  }

  resume(): void {
    if (!this.isOpened) return;
    this.host.effects.turn(true);
    this.host.effects.reset();
  }

  // ---- waiting for the disk ------------------------------------------------------------------------------------------

  /**
   * Brings what was executed to the disk. False: that failed, or took too long. It is waited for on the loop, so that nothing
   * is executed meanwhile: nobody but DEBUG LOADAOF, which is for tests, may call it.
   */
  flush(): boolean {
    return !this.isOpened || this.host.store.finishLog(FINISH_MS);
  }

  /** Ends what is ending at once: for the end of the server, on the loop as `finish`. */
  finishEnding(): void {
    this.ending?.close(this.host.store.finishLog(FINISH_MS));
  }

  /**
   * Brings everything to the disk and closes the file: for the end of the server. That is waited for on the loop, since
   * nobody is there any more who could be served meanwhile, and nothing may be executed behind the last of it. Replies
   * to what could not be written never leave.
   */
  finish(): void {
    if (!this.isOpened) return;
    const { log, store } = this.host;
    log.notice('Calling fsync() on the AOF file.');
    if (store.finishLog(FINISH_MS)) {
      this.detach();
      store.closeLog();
    } else {
      log.warning('The append-only file could not be written to its end');
    }
  }

  // ---- the policy ----------------------------------------------------------------------------------------------------

  /** To be called often: whether syncs may rest depends on what else is being written. */
  followPolicy(): undefined {
    if (!this.isOpened) return;
    const { config, store } = this.host;
    const rests = config.noAppendfsyncOnRewrite && this.isDiskBusy();
    const policy = LogPolicy[rests ? 'no' : config.appendfsync];
    if (policy === this.policy) return;
    this.policy = policy;
    store.setLogPolicy(policy);
    this.judge();
  }

  /** Makes every sync of the file that is written, or that ends, so much longer: for tests. */
  delaySyncs(microseconds: number): void {
    if (this.isOpened || this.ending !== null) this.host.store.setLogSyncDelay(microseconds);
  }

  // ---- when it cannot be written -------------------------------------------------------------------------------------

  // Looks whether the file can be written.
  private judge(): void {
    if (!this.isOpened) return;
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
    if (this.isOpened) store.setLogRefusing(refusal !== '');
  }

  admit({ client }: Call, { id, declaredName }: Command): Admission {
    const { access } = this;
    const refused = this.policy === LogPolicy.always ? 1 : 2;
    const isRefused =
      access[id] >= refused ||
      (declaredName === 'exec' && client.transaction?.queue.has((queued) => access[queued] >= refused));
    return isRefused === true ? { error: this.refusal } : 'admitted';
  }

  // ---- figures -------------------------------------------------------------------------------------------------------

  /** Bytes of the file. */
  get fileBytes(): number {
    return this.isOpened ? this.host.store.logFigures().fileBytes : 0;
  }

  /** Of INFO: whether it can be written. */
  statusLine(): InfoLine {
    return ['aof_last_write_status', this.refusal === '' ? 'ok' : 'err'];
  }

  /** Of INFO: what is written. */
  lines(): InfoLine[] {
    const figures = this.isOpened ? this.host.store.logFigures() : null;
    return [
      ['aof_buffer_length', figures === null ? 0 : figures.position - figures.written],
      ['aof_pending_bio_fsync', figures?.isSyncing === true ? 1 : 0],
      ['aof_delayed_fsync', figures?.delayedSyncs ?? 0],
      ['redwing_aof_syncs', figures?.syncs ?? 0],
    ];
  }
}
