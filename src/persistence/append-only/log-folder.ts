/**
 * The folder of append-only files: `appenddirname` in `dir`, with the manifest and the files that it names.
 *
 * There is always a whole manifest (replaceFile), and a file that it names is on the disk.
 */
import { closeSync, promises as fs, mkdirSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import * as path from 'node:path';
import { bytesOf, type Config, isMissing, replaceFile, syncFolder, textOf } from '../../config/index.js';
import { Manifest, MANIFEST_BYTES_MAX, ManifestError } from './manifest.js';

const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

async function factsOf(file: string): Promise<Stats | null> {
  try {
    return await fs.stat(bytesOf(file));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export class LogFolder {
  /** What it is in: `dir` as it was when the folder was entered. */
  private dir: string;

  constructor(private readonly config: Pick<Config, 'dir' | 'appenddirname' | 'appendfilename'>) {
    this.dir = config.dir;
  }

  get path(): string {
    return path.join(this.dir, this.config.appenddirname);
  }

  /** Whether it is where the configuration says. */
  get isConfigured(): boolean {
    return this.dir === this.config.dir;
  }

  /** It is where the configuration says from now on; the manifest there, null for none. Throws if that is wrong. */
  move(): Manifest | null {
    const before = this.dir;
    this.dir = this.config.dir;
    try {
      return this.readManifest();
    } catch (error) {
      this.dir = before;
      throw error;
    }
  }

  get manifestName(): string {
    return `${this.config.appendfilename}.manifest`;
  }

  /** Where a log of one file is, as servers before 7.0 wrote it. */
  private get oldFile(): string {
    return path.join(this.dir, this.config.appendfilename);
  }

  file(name: string): string {
    return path.join(this.path, name);
  }

  /** Bytes of a file within the folder; null: there is none. Rejects if it is a folder, or cannot be looked at. */
  async size(name: string): Promise<number | null> {
    const facts = await factsOf(this.file(name));
    if (facts?.isFile() === false) throw new Error('it is no file');
    return facts?.size ?? null;
  }

  /** Whether there is a log of one file, as servers before 7.0 wrote it. */
  async hasOldFile(): Promise<boolean> {
    return (await factsOf(this.oldFile)) !== null;
  }

  /** The manifest on the disk; null: there is none. Throws if it cannot be read or is wrong. */
  readManifest(): Manifest | null {
    const file = this.file(this.manifestName);
    const size = statSync(bytesOf(file), { throwIfNoEntry: false })?.size;
    if (size === undefined) return null;
    try {
      if (size > MANIFEST_BYTES_MAX) throw new ManifestError('it is too large for a manifest');
      return Manifest.parse(textOf(readFileSync(bytesOf(file))));
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      throw new Error(`The manifest ${file} of the append-only files is wrong ${error.message}`, {
        cause: error,
      });
    }
  }

  async writeManifest(manifest: Manifest): Promise<void> {
    const bytes = bytesOf(manifest.format());
    await replaceFile(this.file(this.manifestName), bytes, FILE_MODE, this.file(`temp-${this.manifestName}`));
  }

  /** Makes the folder if it is not there, and brings it to the disk. */
  async make(): Promise<void> {
    this.makeNow();
    await syncFolder(this.dir);
  }

  /** The same at once, though it may not be on the disk yet. Throws what keeps it from being made. */
  makeNow(): void {
    const folder = bytesOf(this.path);
    const isThere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!isThere) mkdirSync(folder, { mode: FOLDER_MODE });
  }

  /** Makes a file if it is not there. Throws if nothing can be appended to it. */
  touch(name: string): void {
    closeSync(openSync(bytesOf(this.file(name)), 'a', FILE_MODE));
  }

  /** Brings the names of the files to the disk. */
  sync(): Promise<void> {
    return syncFolder(this.path);
  }

  /** Moves the log of one file into the folder. */
  async adoptOldFile(): Promise<void> {
    await fs.rename(bytesOf(this.oldFile), bytesOf(this.file(this.config.appendfilename)));
    await this.sync();
    await syncFolder(this.dir);
  }

  async cut(name: string, size: number): Promise<void> {
    const handle = await fs.open(bytesOf(this.file(name)), 'r+');
    try {
      await handle.truncate(size);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Removes a file; that it is not there is as good. */
  async remove(name: string): Promise<void> {
    await fs.rm(bytesOf(this.file(name)), { force: true });
  }
}
