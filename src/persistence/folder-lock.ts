/**
 * FolderLock: keeps two servers from writing into one folder. Whoever has the file `redwing.lock` in it locked has it to
 * itself; the operating system releases the lock when the process ends, however it ends.
 *
 *   append-only file on                        locked at the start, and for good
 *   append-only file turned on, or rewritten   locked then, and for good
 *   `dir` was set, and there are save points   the same
 *   save points, in the folder of the start    locked when something is saved for the first time
 *   neither save points nor append-only file   never
 *
 * Whoever has a folder to itself removes what a server that crashed was writing there.
 * A folder into which nothing can be written is not locked: what is to be saved fails there by itself.
 */
import * as path from 'node:path';
import { removeLeftovers } from './leftovers.js';
import { bytesOf, type Config } from '../config/index.js';
import type { FolderGuard } from './host.js';
import type { NativeStore } from '../store/native.js';
import type { PersistenceLog } from './host.js';

const NAME = 'redwing.lock';

export class FolderLock implements FolderGuard {
  private held: { file: string; lock: number } | null = null;

  constructor(
    private readonly config: Config,
    private readonly log: PersistenceLog,
    private readonly store: Pick<NativeStore, 'lockFile' | 'unlockFile'>,
  ) {
    config.onChange('dir', (dir) => (this.held === null ? undefined : this.take(dir)));
  }

  private get isWanted(): boolean {
    return this.config.appendonly || this.config.save.length > 0;
  }

  /** Locks the folder at the start, where the configuration asks for it. Throws if another server has it. */
  begin(): void {
    if (!this.config.appendonly && (this.config.save.length === 0 || !this.config.isGiven('dir'))) return;
    const problem = this.take(this.config.dir);
    if (problem === undefined) return;
    const message = `Cannot start: ${problem}`;
    this.log.warning(message);
    throw new Error(message);
  }

  /** Makes sure that the folder is locked, if it is to be. False: another server has it, which is logged. */
  hold(): boolean {
    if (this.held === null && !this.isWanted) return true;
    const problem = this.claim();
    if (problem !== undefined) this.log.warning(`Nothing is saved: ${problem}`);
    return problem === undefined;
  }

  /** Makes sure that the folder is locked, whatever the configuration asks for. What is wrong if another server has it. */
  claim(): string | undefined {
    return this.take(this.config.dir);
  }

  // Locks a folder in place of the one that is locked; what is wrong if another server has it.
  private take(dir: string): string | undefined {
    const file = path.join(dir, NAME);
    if (this.held?.file === file) return undefined;
    const result = this.store.lockFile(bytesOf(file), Buffer.from(`${String(process.pid)}\n`));
    if (typeof result === 'number') {
      this.release();
      this.held = { file, lock: result };
      removeLeftovers(dir, this.log);
      return undefined;
    }
    const [problem, holder] = result;
    if (problem === '') {
      const who = holder.trim() === '' ? '' : ` (process ${holder.trim()})`;
      return `another server${who} uses the folder ${dir}, and has locked ${NAME} in it`;
    }
    this.log.warning(`Could not lock ${file}: ${problem}`);
    return undefined;
  }

  release(): void {
    if (this.held === null) return;
    this.store.unlockFile(bytesOf(this.held.file), this.held.lock);
    this.held = null;
  }
}
