// The check of an append-only file: one of commands alone, one that begins with a snapshot, or the files that a manifest
// names. Says where it is whole, and cuts off what is not when asked to.
//
//   manifest ─► base (snapshot or commands) ─► increments, in order      only the last with content may be cut
//   file     ─► [snapshot] commands
//
// A file is cut at the end of a whole command outside of a transaction, or of a whole transaction (see aof-scan.ts), and
// brought to the disk. A snapshot that is damaged cannot be mended.
import { closeSync, fsyncSync, ftruncateSync, openSync, readSync } from 'node:fs';
import * as path from 'node:path';
import { fileProblem } from '../../config/index.js';
import { type AofScan, scanAof } from './aof-scan.js';
import { CheckError, type CheckOutput } from './check-output.js';
import { checkSnapshotFile } from './rdb-check.js';
import { readManifestFiles } from './manifest-files.js';

const SNAPSHOT_START = 'REDIS';
/** How much of a file is looked at to see whether it is a manifest. */
const MANIFEST_LOOK_BYTES = 65_536;

export interface AofCheckOptions {
  /** Whether what is not whole at the end is to be cut off, after a question. */
  readonly fixes: boolean;
  /** Unix time, seconds: what was written later is cut off, without a question. */
  readonly untilTimestamp?: number;
}

/** A file to be checked, and what it is in words. */
interface Part {
  readonly file: string;
  readonly name: string;
  readonly kind: string;
  readonly isLast: boolean;
  readonly hasSnapshot: boolean;
}

// The first bytes of a file.
function readStart(file: string, bytes: number): Buffer {
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    const start = Buffer.alloc(bytes);
    return start.subarray(0, readSync(handle, start, 0, bytes, 0));
  } catch (error) {
    throw new CheckError(`Cannot read ${file}: ${fileProblem(error)}`);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function hasContent(file: string): boolean {
  return readStart(file, 1).length > 0;
}

function isSnapshot(file: string): boolean {
  return readStart(file, SNAPSHOT_START.length).toString('latin1') === SNAPSHOT_START;
}

// A manifest begins with the line of a file, behind comments; its words may come in any order and case.
function isManifest(file: string): boolean {
  const lines = readStart(file, MANIFEST_LOOK_BYTES).toString('latin1').split('\n');
  return /^\s*(file|seq|type)\s/i.test(lines.find((line) => !line.startsWith('#')) ?? '');
}

class AofCheck {
  constructor(
    private readonly options: AofCheckOptions,
    private readonly output: CheckOutput,
  ) {}

  async run(file: string): Promise<void> {
    if (isManifest(file)) return this.checkManifest(file);
    this.output.line('Checking a single append-only file');
    await this.checkPart({ file, name: file, kind: 'AOF', isLast: true, hasSnapshot: isSnapshot(file) });
  }

  private async checkManifest(manifest: string): Promise<void> {
    this.output.line('Checking the append-only files of a manifest');
    const { base, increments } = readManifestFiles(manifest);
    const names = base === null ? increments : [base, ...increments];
    // Behind the file that was written last there may be the empty one of a rewriting that has just begun.
    const last = names.findLastIndex((name) => hasContent(path.join(path.dirname(manifest), name)));
    for (const [i, name] of names.entries()) {
      const file = path.join(path.dirname(manifest), name);
      const isBase = i === 0 && base !== null;
      const hasSnapshot = isBase && isSnapshot(file);
      const kind = isBase ? 'BASE AOF' : 'INCR AOF';
      if (isBase) this.output.line(`Checking the base file (${hasSnapshot ? 'RDB' : 'RESP'} format)`);
      else if (i === 0 || (i === 1 && base !== null)) this.output.line('Checking the increments');
      await this.checkPart({ file, name, kind, isLast: i >= last, hasSnapshot });
    }
    this.output.line('All AOF files and manifest are valid');
  }

  private async checkPart(part: Part): Promise<void> {
    const from = part.hasSnapshot ? this.checkPreamble(part.file) : 0;
    const scan = this.scan(part, from);
    const { untilTimestamp } = this.options;
    if (scan.size === 0) {
      this.output.line(`${part.kind} ${part.name} is empty`);
      return;
    }
    if (untilTimestamp !== undefined && scan.newerFrom !== null) {
      this.cutAtTimestamp(part, scan.newerFrom, untilTimestamp);
      return;
    }
    if (scan.problem !== null)
      this.output.line(`0x${scan.problem.offset.toString(16).padStart(16)}: ${scan.problem.reason}`);
    if (untilTimestamp !== undefined && scan.problem === null)
      this.output.line(`Nothing in ${part.name} is later than timestamp ${untilTimestamp}`);
    else this.describe(part, scan);
    if (scan.problem === null) {
      this.output.line(`${part.kind} ${part.name} is valid`);
      return;
    }
    return this.mend(part, scan);
  }

  private checkPreamble(file: string): number {
    const end = checkSnapshotFile(file, true, this.output);
    if (end < 0)
      throw new CheckError('The snapshot that the file begins with is damaged, and cannot be mended.');
    this.output.line('The snapshot is whole; going on with the commands behind it');
    return end;
  }

  private scan(part: Part, from: number): AofScan {
    const { untilTimestamp } = this.options;
    try {
      return scanAof(part.file, {
        from,
        onProgress: (offset, size) => this.output.progress(part.name, offset, size),
        ...(untilTimestamp === undefined ? {} : { untilTimestamp }),
      });
    } catch (error) {
      throw new CheckError(`Cannot check ${part.file}: ${fileProblem(error)}`);
    }
  }

  private describe({ name }: Part, { size, okUpTo, okUpToLine, commands }: AofScan): void {
    this.output.line(
      `AOF analyzed: filename=${name}, size=${size}, ok_up_to=${okUpTo}, ok_up_to_line=${okUpToLine}, ` +
        `diff=${size - okUpTo}, commands=${commands}`,
    );
  }

  private async mend(part: Part, { size, okUpTo }: AofScan): Promise<void> {
    const { name, kind } = part;
    if (!this.options.fixes)
      throw new CheckError(`${kind} ${name} is not valid. Use the --fix option to try fixing it.`);
    if (!part.isLast)
      throw new CheckError(`Cannot cut ${name}: others follow it, so what is behind would be lost unseen.`);
    const question =
      `This will shrink the AOF ${name} from ${size} bytes, by ${size - okUpTo} bytes, to ${okUpTo} bytes\n` +
      'Continue? [y/N]: ';
    if (!(await this.output.confirm(question))) throw new CheckError('Aborting: nothing was changed.');
    cut(part.file, okUpTo);
    this.output.line(`Successfully truncated ${kind} ${name}`);
  }

  private cutAtTimestamp(part: Part, offset: number, timestamp: number): void {
    const { name, kind } = part;
    if (offset === 0)
      throw new CheckError(`${name} has nothing up to timestamp ${timestamp}: nothing was changed.`);
    if (!part.isLast)
      throw new CheckError(
        `Cannot cut ${name} to timestamp ${timestamp} at offset ${offset}, since others follow it.\n` +
          'If that is what you want, delete the files behind it and their lines of the manifest, and run this again.',
      );
    cut(part.file, offset);
    this.output.line(`Successfully truncated ${kind} ${name} to timestamp ${timestamp}`);
  }
}

// Cuts a file, and brings that to the disk.
function cut(file: string, size: number): void {
  try {
    const handle = openSync(file, 'r+');
    try {
      ftruncateSync(handle, size);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw new CheckError(`Cannot truncate ${file}: ${fileProblem(error)}`);
  }
}

/**
 * Checks the append-only file, or the manifest with its files, at a path. Rejects with a CheckError that says what is
 * wrong unless all is valid, or was made so. O(bytes)
 */
export async function checkAof(file: string, options: AofCheckOptions, output: CheckOutput): Promise<void> {
  await new AofCheck(options, output).run(file);
}
