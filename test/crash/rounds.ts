/**
 * Rounds of a crash test: a server is started on the folder that the crash before left, what it holds is checked, it is
 * put under load, and killed at a moment left to chance, often while it saves, rewrites its log or switches files.
 *
 *   'process'   the server and its children are killed; what they had written stays
 *   'power'     what was not fsynced is lost as well, or torn (power-loss.ts)
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, watch, type FSWatcher } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RawConnection } from '../support/raw-connection.js';
import type { ServerProgram } from '../support/server-process.js';
import { CrashServer } from './crash-server.js';
import { Load } from './load.js';
import { Choices, DATABASES } from './operations.js';
import { PowerLoss } from './power-loss.js';
import { type Bound, checkFound, CrashCheckError, readFound, type State } from './state.js';

/** `snapshot`: no log, only BGSAVE; the others are values of `appendfsync`. */
export const POLICIES = ['always', 'everysec', 'no', 'snapshot'] as const;
export type Policy = (typeof POLICIES)[number];

export interface CrashOptions {
  readonly program: ServerProgram;
  readonly policy: Policy;
  readonly loss: 'process' | 'power';
  readonly seed: number;
  readonly writers: number;
  /** Keys that nobody writes, so that saving takes a while. */
  readonly filler: number;
  /** Longest time under load, ms. */
  readonly loadMs: number;
  /** With `everysec`: what was acknowledged so many ms before the crash, or earlier, must be there. */
  readonly lostMs: number;
  /** Told of each round when it has been checked. */
  readonly onRound?: (text: string) => void;
}

const FILLER_DATABASE = DATABASES;
const FILLER_BYTES = 500;
const EVENT_WAIT_MS = 3000;
const EVENTS_MAX = 7;
const POLL_MS = 2;
/** How soon behind the beginning of a save or a rewrite the crash comes, ms. */
const SOON_MS = 60;

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** How a round ended, to be checked when the server has been started again. */
interface Ended {
  readonly first: string;
  readonly load: Load;
  readonly bound: Bound;
  readonly how: string;
}

export class CrashTest {
  private readonly root: string;
  private readonly data: string;
  private readonly choices: Choices;
  private readonly power: PowerLoss | undefined;
  private state: State = { log: [], model: new Map() };
  private readonly next: number[];
  /** The longest log that a finished save is known to hold. */
  private saved = 0;
  private round = 0;

  constructor(private readonly options: CrashOptions) {
    this.root = mkdtempSync(join(tmpdir(), 'redwing-crash-'));
    this.data = join(this.root, 'data');
    mkdirSync(this.data);
    this.choices = new Choices(options.seed);
    this.next = Array.from({ length: options.writers }, () => 0);
    if (options.loss === 'power')
      this.power = new PowerLoss(this.data, join(this.root, 'scratch'), this.choices);
  }

  /**
   * Runs so many rounds. Rejects with a CrashCheckError that says what is wrong; the folder stays for a look at it, and
   * is removed otherwise.
   */
  async run(rounds: number): Promise<void> {
    await this.prepare();
    let ended: Ended | undefined;
    for (this.round = 1; this.round <= rounds + 1; this.round++) {
      this.power?.begin();
      const server = await this.start(this.round > rounds);
      try {
        if (ended !== undefined) await this.check(server, ended);
        if (this.round <= rounds) ended = await this.crash(server);
      } catch (error) {
        throw new CrashCheckError(
          `round ${this.round} (${this.describe()}): ${String(error)}\n${server.said}`,
          {
            cause: error,
          },
        );
      } finally {
        await server.kill();
      }
      if (this.round <= rounds) this.power?.fail();
    }
    rmSync(this.root, { recursive: true, force: true });
  }

  private describe(): string {
    const { policy, loss, seed } = this.options;
    return `${policy}, ${loss}, seed ${seed}, in ${this.root}`;
  }

  private directives(): string[] {
    const { policy } = this.options;
    const yesOrNo = (): string => this.choices.of(['yes', 'no']);
    if (policy === 'snapshot') return ['--save', '', '--appendonly', 'no'];
    return [
      ...['--save', '', '--appendonly', 'yes', '--appendfsync', policy],
      ...['--aof-use-rdb-preamble', yesOrNo(), '--aof-timestamp-enabled', yesOrNo()],
      ...['--auto-aof-rewrite-percentage', this.choices.of(['0', '20'])],
      ...['--auto-aof-rewrite-min-size', '1mb'],
    ];
  }

  private start(isLast: boolean): Promise<CrashServer> {
    const environment = isLast ? {} : this.power?.environment;
    return CrashServer.start(this.options.program, this.data, this.directives(), environment);
  }

  // The first start is an orderly one, and so is its end: from then on the folder is one that was there before.
  private async prepare(): Promise<void> {
    const server = await CrashServer.start(this.options.program, this.data, this.directives());
    const connection = await RawConnection.open(server.port);
    const value = 'f'.repeat(FILLER_BYTES);
    await connection.command('SELECT', FILLER_DATABASE);
    for (let i = 0; i < this.options.filler; i++) {
      const [key, text] = [`filler:${i}`, `${value}${i}`];
      void connection.send(
        Buffer.from(`*3\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n$${text.length}\r\n${text}\r\n`),
      );
    }
    await connection.replies(this.options.filler, EVENT_WAIT_MS * 10);
    await connection.command('SAVE');
    void connection.send(Buffer.from('SHUTDOWN\r\n'));
    await connection.waitForClose(EVENT_WAIT_MS);
    while (server.isAlive) await wait(POLL_MS);
  }

  private async check(server: CrashServer, { first, load, bound, how }: Ended): Promise<void> {
    const connection = await RawConnection.open(server.port);
    const found = await readFound(connection);
    await connection.command('SELECT', FILLER_DATABASE);
    const filler = (await connection.command('DBSIZE')).toString('latin1');
    connection.close();
    if (filler !== `:${this.options.filler}\r\n`)
      throw new CrashCheckError(`of the keys that nobody wrote there are now ${filler}`);
    const before = this.state;
    this.state = checkFound(this.options.seed, before, first, found, load.acknowledged, bound);
    const length = found.log[0] === first ? found.log.length : 0;
    this.options.onRound?.(
      `round ${this.round - 1}: ${how}; ${load.acknowledged.length} operations acknowledged, ${length} there`,
    );
  }

  // ---- the crash -----------------------------------------------------------------------------------------------------

  private async crash(server: CrashServer): Promise<Ended> {
    const first = `round:${this.options.seed}.${this.round}`;
    const load = new Load(server.port, this.options.seed);
    this.saved = 0;
    await load.start(first, this.next);
    const stopSaving = this.options.policy === 'snapshot' ? this.saveNowAndThen(server, load) : undefined;
    const how = await this.chooseMoment(server);
    const atMs = Date.now();
    server.killNow();
    await server.kill();
    stopSaving?.();
    await load.end();
    return { first, load, bound: this.boundOf(load, atMs), how };
  }

  private boundOf(load: Load, crashMs: number): Bound {
    const { policy, lostMs, loss } = this.options;
    switch (policy) {
      case 'always':
        return { acknowledgedBy: Infinity, length: load.seen };
      case 'everysec':
        return { acknowledgedBy: crashMs - lostMs, length: 0 };
      case 'no':
        return { acknowledgedBy: loss === 'process' ? crashMs - lostMs : -Infinity, length: 0 };
      default:
        return { acknowledgedBy: -Infinity, length: this.saved };
    }
  }

  // Lets the load run until a moment left to chance has come, and says which.
  private async chooseMoment(server: CrashServer): Promise<string> {
    const { loadMs, policy } = this.options;
    const kind = this.choices.of([
      'any moment',
      'a save',
      'a rewrite',
      'a change of files',
      'a change of files',
    ]);
    await wait(this.choices.below(loadMs));
    if (kind === 'any moment') return kind;
    const save = kind === 'a save' || policy === 'snapshot' || this.choices.below(4) === 0;
    const command = save ? 'BGSAVE' : 'BGREWRITEAOF';
    const changes =
      kind === 'a change of files' ? this.awaitChanges(1 + this.choices.below(EVENTS_MAX)) : undefined;
    const connection = await RawConnection.open(server.port);
    await connection.command(command);
    if (changes === undefined) await wait(this.choices.below(SOON_MS));
    else if ((await changes) && this.choices.below(2) === 0) await wait(this.choices.below(3));
    connection.close();
    return `${kind} (${command})`;
  }

  // Resolves with true when so many entries of the folders have changed, with false when they do not.
  private awaitChanges(count: number): Promise<boolean> {
    const watchers: FSWatcher[] = [];
    return new Promise((done) => {
      let left = count;
      const finish = (happened: boolean): void => {
        clearTimeout(timer);
        for (const watcher of watchers) watcher.close();
        done(happened);
      };
      const timer = setTimeout(() => finish(false), EVENT_WAIT_MS);
      for (const folder of [this.data, join(this.data, 'appendonlydir')]) {
        if (!existsSync(folder)) continue;
        watchers.push(
          watch(folder, (event) => {
            if (event === 'rename' && --left === 0) finish(true);
          }),
        );
      }
    });
  }

  // Saves again and again, and keeps what the last save that has ended holds at least. Gives what stops it.
  private saveNowAndThen(server: CrashServer, load: Load): () => void {
    let isOver = false;
    const run = async (): Promise<void> => {
      const connection = await RawConnection.open(server.port);
      while (!isOver) {
        const length = load.acknowledged.reduce((most, { place }) => Math.max(most, place), 0);
        const reply = (await connection.command('BGSAVE')).toString('latin1');
        const isMine = reply.startsWith('+Background saving started');
        let facts = '';
        do {
          await wait(POLL_MS);
          facts = (await connection.command('INFO', 'persistence')).toString('latin1');
        } while (!isOver && facts.includes('rdb_bgsave_in_progress:1'));
        if (isMine && !isOver && facts.includes('rdb_last_bgsave_status:ok')) this.saved = length;
      }
      connection.close();
    };
    // It ends with the server.
    run().catch(() => undefined);
    return () => {
      isOver = true;
    };
  }
}
