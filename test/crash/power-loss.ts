/**
 * What a failure of the power leaves of a folder: bytes that were not fsynced are gone or torn, and files that were
 * created, renamed or removed since the folder was last fsynced may be as they were before.
 *
 *   begin     the folder as it is counts as safe: the account begins with all of it
 *   (the server runs with power-loss.c in front of it, which goes on with the account, and is killed)
 *   fail      the folder is replaced by one of the states that the account allows, by chance:
 *             the entries of a folder    those at its last fsync, or at any later change
 *             the bytes of a file        those at its last fsync, and any number of those behind
 *
 * Linux, with a C compiler.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, copyFileSync, existsSync, linkSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'; // prettier-ignore
import { join, resolve } from 'node:path';
import type { Choices } from './operations.js';

const COMPILER = process.env['CC'] ?? 'cc';
const SYNC_US_MAX = 3000;

/** A folder's entries at one moment: names and inodes. */
interface Listing {
  readonly isSynced: boolean;
  readonly entries: ReadonlyMap<string, number>;
}

export class PowerLoss {
  private readonly library: string;
  private readonly account: string;

  /** `scratch` is a folder of its own on the file system of `folder`. */
  constructor(
    private readonly folder: string,
    private readonly scratch: string,
    private readonly choices: Choices,
  ) {
    mkdirSync(scratch, { recursive: true });
    this.library = join(scratch, 'power-loss.so');
    this.account = join(scratch, 'account');
    if (existsSync(this.library)) return;
    const source = resolve(import.meta.dirname, 'power-loss.c');
    const flags = ['-shared', '-fPIC', '-O1', '-Wall', '-Wextra', '-Werror', '-Wno-format-truncation'];
    execFileSync(COMPILER, [...flags, '-o', this.library, source, '-ldl']);
  }

  /** What the server's environment needs. */
  get environment(): Record<string, string> {
    return {
      LD_PRELOAD: this.library,
      REDWING_POWER_ROOT: this.folder,
      REDWING_POWER_ACCOUNT: this.account,
      REDWING_POWER_DELAY_US: String(1 + this.choices.below(SYNC_US_MAX)),
      UV_USE_IO_URING: '0',
    };
  }

  /** Begins an account in which all that is in the folder is safe. */
  begin(): void {
    rmSync(this.account, { recursive: true, force: true });
    for (const kind of ['data', 'held', 'cut']) mkdirSync(join(this.account, kind), { recursive: true });
    writeFileSync(join(this.account, 'journal'), '');
    this.beginFolder(this.folder);
  }

  private beginFolder(folder: string): void {
    const entries: string[] = [];
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const facts = statSync(path);
      entries.push(`\t${name}=${facts.ino}`);
      if (facts.isDirectory()) this.beginFolder(path);
      else {
        linkSync(path, join(this.account, 'held', String(facts.ino)));
        copyFileSync(path, join(this.account, 'data', String(facts.ino)));
      }
    }
    writeFileSync(join(this.account, 'journal'), `sync ${folder}${entries.join('')}\n`, { flag: 'a' });
  }

  /** Replaces the folder by what is left of it. The server must be gone. */
  fail(): void {
    const listings = this.readJournal();
    const inodes = this.findInodes(this.folder, new Map<number, string>());
    const after = join(this.scratch, 'after');
    rmSync(after, { recursive: true, force: true });
    this.build(this.folder, after, listings, inodes);
    rmSync(this.folder, { recursive: true });
    renameSync(after, this.folder);
  }

  private readJournal(): Map<string, Listing[]> {
    const listings = new Map<string, Listing[]>();
    // The server may have been killed while it wrote the last line.
    const lines = readFileSync(join(this.account, 'journal'), 'utf8').split('\n').slice(0, -1);
    for (const line of lines) {
      const [head = '', ...pairs] = line.split('\t');
      const space = head.indexOf(' ');
      const entries = pairs.map((pair): [string, number] => {
        const equals = pair.lastIndexOf('=');
        return [pair.slice(0, equals), Number(pair.slice(equals + 1))];
      });
      const listing = { isSynced: head.startsWith('sync'), entries: new Map(entries) };
      const folder = head.slice(space + 1);
      listings.set(folder, [...(listings.get(folder) ?? []), listing]);
    }
    return listings;
  }

  private findInodes(folder: string, inodes: Map<number, string>): Map<number, string> {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const facts = statSync(path);
      inodes.set(facts.ino, path);
      if (facts.isDirectory()) this.findInodes(path, inodes);
    }
    return inodes;
  }

  // Folders keep their names in these tests, so a folder's past is found by its path.
  private build(
    from: string,
    to: string,
    listings: ReadonlyMap<string, readonly Listing[]>,
    inodes: ReadonlyMap<number, string>,
  ): void {
    mkdirSync(to, { recursive: true });
    const past = listings.get(from) ?? [];
    const lastSync = past.findLastIndex(({ isSynced }) => isSynced);
    const possible = past.slice(Math.max(0, lastSync));
    // A folder whose entries were never brought to the disk may be empty.
    const chosen = this.choices.below(possible.length + (lastSync < 0 ? 1 : 0));
    for (const [name, inode] of possible[chosen]?.entries ?? []) {
      const path = join(from, name);
      const isFolder = listings.has(path) || (existsSync(path) && statSync(path).isDirectory());
      if (isFolder) this.build(path, join(to, name), listings, inodes);
      else this.restore(inode, inodes, join(to, name));
    }
  }

  private restore(inode: number, inodes: ReadonlyMap<number, string>, to: string): void {
    const safe = join(this.account, 'data', String(inode));
    const held = join(this.account, 'held', String(inode));
    const current = existsSync(held) ? held : inodes.get(inode);
    const safeBytes = existsSync(safe) ? statSync(safe).size : 0;
    const bytes = current === undefined ? 0 : statSync(current).size;
    const cut = join(this.account, 'cut', String(inode));
    const cutTo = existsSync(cut) ? Number.parseInt(readFileSync(cut, 'latin1') || '0') : safeBytes;
    // That it was cut may not have come to the disk.
    if (current === undefined || (cutTo < safeBytes && this.choices.below(2) === 0)) {
      if (existsSync(safe)) copyFileSync(safe, to);
      else writeFileSync(to, '');
      return;
    }
    copyPrefix(current, to, this.chooseSize(Math.min(cutTo, safeBytes, bytes), bytes));
  }

  // Nothing of what was not safe, all of it, or a part: each is as likely.
  private chooseSize(safe: number, all: number): number {
    const kind = this.choices.below(3);
    if (kind === 0) return safe;
    return kind === 1 ? all : safe + this.choices.below(all - safe + 1);
  }
}

function copyPrefix(from: string, to: string, size: number): void {
  const [source, target] = [openSync(from, 'r'), openSync(to, 'w')];
  const buffer = Buffer.allocUnsafe(1 << 20);
  for (let at = 0; at < size;) {
    const read = readSync(source, buffer, 0, Math.min(buffer.length, size - at), at);
    if (read === 0) break;
    writeSync(target, buffer, 0, read);
    at += read;
  }
  closeSync(source);
  closeSync(target);
}
