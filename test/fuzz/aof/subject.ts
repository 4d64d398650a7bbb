/**
 * What cases are tried on: a server in this process, which loads a folder of append-only files as it does at its start, as
 * often as it is told to, and what must hold of that.
 *
 * A process that starts takes a hundred times as long as a case; so the server stays, listens to nobody, and its store is
 * emptied between two cases. What a log may not do - change settings, stop the server, make a client wait - would be seen
 * in the cases that follow: `left` looks for it.
 *
 * The modules of the server are loaded from a folder that is given: dist/ of the ordinary build, or of the sanitized one.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as GrammarModule from '../../../src/commands/command-arguments.js';
import type * as TableModule from '../../../src/commands/table.js';
import type * as ConfigModule from '../../../src/config/index.js';
import type * as FolderModule from '../../../src/persistence/append-only/log-folder.js';
import type * as LoaderModule from '../../../src/persistence/append-only/log-loader.js';
import type * as CheckModule from '../../../src/persistence/check/index.js';
import type * as LogModule from '../../../src/server/log.js';
import type * as ServerModule from '../../../src/server/server.js';
import type { LogFolder } from '../../../src/persistence/append-only/log-folder.js';
import type { LogLoader } from '../../../src/persistence/append-only/log-loader.js';
import type { Server } from '../../../src/server/server.js';
import { BASE, type Case, Corpus, MANIFEST } from './cases.js';
import { grammarsOf } from './commands.js';

const FOLDER = 'appendonlydir';
/**
 * Peak memory of a case: a multiple of its files; what a frame may ask for by itself, twice, since a string that grows is
 * there twice for a moment (`proto-max-bulk-len` is set to its least, 1 MB); and what a heap varies by.
 */
const TIMES = 256;
const LONG_STRING_BYTES = 2 * 1024 * 1024;
const MORE_BYTES = 64 * 1024 * 1024;
const MAKES_LONG_STRING = /setrange|setbit|bitfield|bitop|append|copy/gi;
const KIB = 1024;
/** Bytes that may be taken while there are no keys, beyond what was at first. */
const EMPTY_BYTES = 256 * 1024;
const SNAPSHOT_EVERY = 32;
const CHECK_EVERY = 4;
/** What redwing-check-aof takes for wrong in places where the server passes over it. */
const STRANGE = /multi|exec|^#/im;
/** The server does not look at what stands behind an argument, nor at the second byte of a line's end behind a number. */
const UNSEEN = /should end with a line's end|a number and the end of the line should be here/;

/** The errors that a damaged folder may be refused with, and whether they say where. */
const ALLOWED: readonly RegExp[] = [
  /^The manifest (\S+) of the append-only files is wrong (at line \d+: |it )/,
  /^The append-only file ([^]+?), which the manifest appendonly\.aof\.manifest names, (?:is not in|cannot be read:) /,
  /^The snapshot at the beginning of the append-only file ([^]+) cannot be read: [^(]+(?:\(at byte (\d+))?/,
  /^Unknown command '[^]*' reading the append only file ([^]+), behind byte (\d+)$/,
  /^Bad file format reading the append only file ([^]+), behind byte (\d+): ./,
  /^Unexpected end of file reading the append only file ([^]+), behind byte (\d+)[.:] ?./,
];

export type Outcome = 'loaded' | 'cut' | 'refused';

/** Something that must not be. */
export class Defect extends Error {}

interface Modules {
  readonly server: typeof ServerModule;
  readonly log: typeof LogModule;
  readonly config: typeof ConfigModule;
  readonly loader: typeof LoaderModule;
  readonly folder: typeof FolderModule;
  readonly check: typeof CheckModule;
  readonly table: typeof TableModule;
  readonly grammar: typeof GrammarModule;
}

const PATHS: Readonly<Record<keyof Modules, string>> = {
  server: 'server/server.js',
  log: 'server/log.js',
  config: 'config/index.js',
  loader: 'persistence/append-only/log-loader.js',
  folder: 'persistence/append-only/log-folder.js',
  check: 'persistence/check/index.js',
  table: 'commands/table.js',
  grammar: 'commands/command-arguments.js',
};

/** Loads the modules in `root`. */
export async function loadModules(root: string): Promise<Modules> {
  const loaded = Object.entries(PATHS).map(async ([name, file]): Promise<[string, unknown]> => [
    name,
    await import(pathToFileURL(path.resolve(root, file)).href),
  ]);
  return Object.fromEntries(await Promise.all(loaded)) as unknown as Modules;
}

export function openCorpus({ table, grammar }: Modules): Corpus {
  const grammars = grammarsOf(table.declarations, grammar.parseArguments);
  return new Corpus(path.join(import.meta.dirname, 'corpus'), grammars);
}

/** Writes the files of a case into `folder`, in which there is nothing else. */
export function writeCase(folder: string, { files }: Case): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true, force: true });
  for (const { name, bytes } of files) writeFileSync(path.join(folder, name), bytes);
}

export class Subject {
  private readonly replies: Uint8Array;
  private readonly folder: LogFolder;
  private readonly loader: LogLoader;
  private readonly warnings: string[];
  private refusal = '';
  private emptyBytes = 0;

  private constructor(
    private readonly modules: Modules,
    private readonly server: Server,
    private readonly path: string,
    warnings: string[],
  ) {
    this.folder = new modules.folder.LogFolder(server.config);
    const { loading, loader } = server.persistence;
    this.loader = new modules.loader.LogLoader(server, this.folder, loading, loader);
    this.replies = new Uint8Array(server.store.reply);
    this.warnings = warnings;
  }

  /** Starts a server that keeps its files in `folder`. */
  static async open(modules: Modules, folder: string): Promise<Subject> {
    const warnings: string[] = [];
    const words = [
      '--port',
      '0',
      '--dir',
      folder,
      '--enable-debug-command',
      'yes',
      '--save',
      '',
      '--rdbchecksum',
      'no',
    ];
    // So much a few bytes may ask for: SETRANGE, SETBIT.
    const small = [
      '--proto-max-bulk-len',
      '1mb',
      '--hash-max-listpack-entries',
      '8',
      '--list-max-listpack-size',
      '4',
    ];
    const config = modules.config.loadConfig({ words: [...words, ...small] });
    const log = new modules.log.Log('warning', (line) => warnings.push(line));
    const server = await modules.server.startServer(config, log);
    const subject = new Subject(modules, server, path.join(folder, FOLDER), warnings);
    subject.empty();
    await subject.isFreed();
    subject.emptyBytes = server.store.statistics().usedBytes;
    return subject;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** Tries a case. Throws a Defect if anything is not as it must be. */
  async try(seed: number, given: Case): Promise<Outcome> {
    writeCase(this.path, given);
    const peak = process.resourceUsage().maxRSS;
    const outcome = await this.load(given);
    if (outcome === 'cut' && (await this.load({ ...given, cutsTail: false })) !== 'loaded')
      throw new Defect(`a file that was cut back is not loaded: ${this.refusal}`);
    if (seed % CHECK_EVERY === 0) await this.check(outcome, given);
    this.look(seed);
    this.checkPeak(given, (process.resourceUsage().maxRSS - peak) * KIB);
    this.empty();
    return outcome;
  }

  private async load(given: Case): Promise<Outcome> {
    const { server, warnings } = this;
    const { config, dispatcher } = server;
    config.set([['aof-load-truncated', given.cutsTail ? 'yes' : 'no']]);
    this.empty();
    warnings.length = 0;
    const before = this.state();
    const { client } = dispatcher.call;
    let outcome: Outcome = 'loaded';
    try {
      const manifest = this.folder.readManifest();
      if (manifest === null) throw new Defect('there is no manifest');
      await this.loader.load(manifest);
      if (warnings.some((line) => line.includes('Truncating the AOF'))) outcome = 'cut';
    } catch (error) {
      this.judge(error, given);
      outcome = 'refused';
    }
    if (this.state() !== before || dispatcher.call.client !== client)
      throw new Defect(`the server is not as it was: ${before}, then ${this.state()}`);
    return outcome;
  }

  // What a log must leave as it is.
  private state(): string {
    const { dispatcher, persistence, changes, blocker, effects } = this.server;
    const { isLoading, isSaving, isRewriting } = persistence;
    return JSON.stringify({
      gates: dispatcher.gates,
      ...{ isLoading, isSaving, isRewriting },
      isObserved: changes.isObserved,
      waiting: blocker.clientCount,
      effects: effects.isOn,
    });
  }

  private judge(error: unknown, { files }: Case): void {
    if (!(error instanceof Error) || error instanceof Defect) throw error;
    this.refusal = error.message;
    const match = ALLOWED.map((pattern) => pattern.exec(error.message)).find((found) => found !== null);
    if (match === undefined || match === null)
      throw new Defect(`an error that does not say what is wrong: ${String(error.stack)}`);
    const [, name, offset = '0'] = match;
    const file = files.find((one) => one.name === name);
    if (Number(offset) > (file?.bytes.length ?? 0))
      throw new Defect(`an error that tells of a place outside the file: ${error.message}`);
  }

  // What redwing-check-aof says of the same files: that what was loaded is valid.
  private async check(outcome: Outcome, { files }: Case): Promise<void> {
    const { checkAof, CheckError } = this.modules.check;
    const lines: string[] = [];
    const output = {
      line: (text: string): number => lines.push(text),
      confirm: (): Promise<boolean> => Promise.resolve(false),
      progress: (): void => undefined,
    };
    try {
      await checkAof(path.join(this.path, MANIFEST), { fixes: false }, output);
    } catch (error) {
      if (!(error instanceof CheckError)) throw new Defect(`the check ends: ${String(error)}`);
      // It is stricter in some places, and looks at checksums, which the server is told not to do.
      const hasStrange = files.some(
        ({ name, bytes }) => name === BASE || STRANGE.test(bytes.toString('latin1')),
      );
      if (outcome !== 'refused' && !hasStrange && !UNSEEN.test(lines.join('\n')))
        throw new Defect(`what was loaded is not valid: ${lines.join('; ')}`);
    }
  }

  // Looks at all data; sometimes saves it, and reads what was saved.
  private look(seed: number): void {
    const { persistence, store } = this.server;
    store.writeDigest(0);
    this.server.dispatcher.reply.rewind(0);
    if (this.replies[0] !== '+'.charCodeAt(0)) throw new Defect('there is no digest');
    if (seed % SNAPSHOT_EVERY !== 0) return;
    if (!persistence.save()) throw new Defect(`what was loaded cannot be saved: ${this.warnings.join('')}`);
    this.empty();
    persistence.loader.readNow(persistence.snapshots.file);
  }

  private checkPeak({ files }: Case, bytes: number): void {
    if (bytes < MORE_BYTES) return;
    const size = files.reduce((sum, file) => sum + file.bytes.length, 0);
    const text = files.map((file) => file.bytes.toString('latin1')).join('');
    const longStrings = text.match(MAKES_LONG_STRING)?.length ?? 0;
    const allowed = MORE_BYTES + TIMES * size + LONG_STRING_BYTES * longStrings;
    if (bytes > allowed)
      throw new Defect(`${String(bytes)} bytes more memory for files of ${String(size)} bytes`);
  }

  private empty(): void {
    this.server.store.flushDatabase(-1);
    this.server.dispatcher.settle();
  }

  private isFreed(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 200));
  }

  /** Throws a Defect if cases have left memory behind in the store. To be called at the end. */
  async checkLeaks(): Promise<void> {
    this.empty();
    await this.isFreed();
    const taken = this.server.store.statistics().usedBytes - this.emptyBytes;
    if (taken > EMPTY_BYTES) throw new Defect(`${String(taken)} bytes are in use though there are no keys`);
  }
}
