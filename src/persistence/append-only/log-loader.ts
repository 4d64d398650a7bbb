/**
 * LogLoader: brings what append-only files hold into the store: the base, which begins as a snapshot or is commands from
 * its first byte, then the increments, in the order of the manifest.
 *
 * Only the last file that has anything in it may end in the middle of a command, as it does when a machine stopped while
 * it was written: it is then cut back to the last whole one, if `aof-load-truncated` allows. (The empty increment of a
 * rewriting that has just begun may stand behind it: nothing is written there before the file in front of it is on the
 * disk.) Everything else that is wrong ends loading with an
 * error which says where it is, and what can be done.
 *
 * From the first byte of the base to the last one of the increments the server removes nothing by itself, neither while
 * a slice is read nor between two of them: commands that are read later may have met keys and fields whose time, as it
 * stands so far, has come.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { bytesOf, fileProblem } from '../../config/index.js';
import type { PersistenceHost } from '../host.js';
import type { Loading } from '../loading.js';
import { CommandLoader, type LoadProblem } from './command-loader.js';
import { SnapshotError, type SnapshotLoader } from '../snapshot-loader.js';
import type { LogFolder } from './log-folder.js';
import type { LogFile, Manifest } from './manifest.js';

const SNAPSHOT_MAGIC = 'REDIS';
const US_PER_MS = 1000;
const MS_PER_SECOND = 1000;

/** What was loaded. */
export interface LoadedLog {
  /** Of the base, 0 without one. */
  baseBytes: number;
}

function seconds(startedMs: number): string {
  return ((performance.now() - startedMs) / MS_PER_SECOND).toFixed(3);
}

export class LogLoader {
  private readonly commands: CommandLoader;

  constructor(
    private readonly host: PersistenceHost,
    private readonly folder: LogFolder,
    private readonly loading: Loading,
    private readonly snapshots: Pick<SnapshotLoader, 'read'>,
  ) {
    this.commands = new CommandLoader(host);
  }

  /**
   * Loads all files of a manifest, into a store that is empty; null: it was stopped. Rejects with what is wrong. Others are
   * served meanwhile, who are told that data is being loaded.
   */
  async load(manifest: Manifest): Promise<LoadedLog | null> {
    const { host, loading } = this;
    const started = performance.now();
    const sizes = await this.sizes(manifest);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const last = sizes.findLastIndex((size) => size > 0);
    loading.begin(bytes);
    // What later commands ask for must be there.
    host.logLoading(true);
    try {
      for (const [i, file] of manifest.files.entries()) {
        const fileStarted = performance.now();
        if (!(await this.loadFile(file, sizes[i], i === last))) return null;
        const kind = file === manifest.base ? 'base' : 'incr';
        if (sizes[i] > 0)
          host.log.notice(`DB loaded from ${kind} file ${file.name}: ${seconds(fileStarted)} seconds`);
      }
    } finally {
      host.logLoading(false);
      loading.end();
    }
    host.log.notice(`DB loaded from append only file: ${seconds(started)} seconds`);
    return { baseBytes: manifest.base === null ? 0 : sizes[0] };
  }

  private async sizes(manifest: Manifest): Promise<number[]> {
    const sizes: number[] = [];
    for (const { name } of manifest.files) {
      const named = `The append-only file ${name}, which the manifest ${this.folder.manifestName} names,`;
      const size = await this.folder.size(name).catch((error: unknown) => {
        throw new Error(`${named} cannot be read: ${fileProblem(error)}`, { cause: error });
      });
      if (size === null)
        throw new Error(
          `${named} is not in ${this.folder.path}. Bring it back from a copy of the folder; without it the data ` +
            'would not be whole.',
        );
      sizes.push(size);
    }
    return sizes;
  }

  private async loadFile(file: LogFile, size: number, isLast: boolean): Promise<boolean> {
    const path = this.folder.file(file.name);
    if (size === 0) return true;
    let offset = 0;
    if (beginsAsSnapshot(path)) {
      const read = await this.loadSnapshot(file, path);
      if (read === null) return false;
      offset = read;
    }
    const { commands, host, loading } = this;
    commands.open(path, size, offset);
    try {
      for (let before = offset, goesOn = true; goesOn; before = commands.offset) {
        // Ahead of the first slice as well: it may be that clients have been read of whom nothing is executed yet.
        await loading.pause();
        if (loading.isStopped) return false;
        goesOn = commands.step(loading.sliceUs / US_PER_MS);
        loading.advance(commands.offset - before);
        // A piece of commands takes as long as a key.
        await loading.delay(1);
      }
    } finally {
      commands.close();
    }
    if (commands.passedOver !== null) {
      const { count, name, at } = commands.passedOver;
      host.log.warning(
        `Commands of the append only file ${file.name} were passed over because they change no data: ` +
          `${String(count)}, the first of them '${name}' at byte ${String(at)}`,
      );
    }
    if (commands.problem !== null) await this.judge(commands.problem, file, size, isLast);
    return true;
  }

  // Reads the snapshot that a base begins with; where it ends, or null: it was stopped.
  private async loadSnapshot({ name }: LogFile, path: string): Promise<number | null> {
    this.host.log.notice('Reading RDB base file on AOF loading...');
    try {
      const reading = await this.snapshots.read(path, 'base');
      return reading?.bytes ?? null;
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      throw new Error(
        `The snapshot at the beginning of the append-only file ${name} cannot be read: ${error.fault}. Make a copy ` +
          'of the file, then look at it with redwing-check-aof.',
        { cause: error },
      );
    }
  }

  // What becomes of a file that could not be executed to its end.
  private async judge(problem: LoadProblem, file: LogFile, size: number, isLast: boolean): Promise<void> {
    const { host, commands } = this;
    const at = commands.validBytes;
    const advice =
      `Make a copy of the file, then mend it with redwing-check-aof --fix ` +
      this.folder.file(this.folder.manifestName);
    if (problem.kind === 'command')
      throw new Error(
        `Unknown command '${problem.name}' reading the append only file ${file.name}, behind byte ${String(at)}`,
      );
    if (problem.kind === 'format')
      throw new Error(
        `Bad file format reading the append only file ${file.name}, behind byte ${String(at)}: what stands there ` +
          `is no command. ${advice}`,
      );
    if (problem.kind === 'size')
      throw new Error(
        `A transaction in the append only file ${file.name}, behind byte ${String(at)}, has more than two ` +
          `gigabytes, which cannot be executed as one`,
      );
    if (!isLast)
      throw new Error(
        `Unexpected end of file reading the append only file ${file.name}, behind byte ${String(at)}: only the ` +
          `last file may be cut. ${advice}`,
      );
    if (!host.config.aofLoadTruncated)
      throw new Error(
        `Unexpected end of file reading the append only file ${file.name}, behind byte ${String(at)}. ${advice}, ` +
          `or let it be cut back at the start with aof-load-truncated yes`,
      );
    host.log.warning(`!!! Warning: short read while loading the AOF file ${file.name}!!!`);
    host.log.warning(`AOF loaded anyway because aof-load-truncated is enabled`);
    host.log.warning(
      `Truncating the AOF ${file.name} at offset ${String(at)}: ${String(size - at)} bytes of an incomplete ` +
        'command or transaction are dropped',
    );
    await this.folder.cut(file.name, at);
  }
}

function beginsAsSnapshot(path: string): boolean {
  const descriptor = openSync(bytesOf(path), 'r');
  try {
    const head = Buffer.alloc(SNAPSHOT_MAGIC.length);
    return (
      readSync(descriptor, head, 0, head.length, 0) === head.length && head.toString() === SNAPSHOT_MAGIC
    );
  } finally {
    closeSync(descriptor);
  }
}
