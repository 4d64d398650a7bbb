/**
 * When the append-only file is on: the order of events in which it is turned on and off, rewritten and moved. The store is
 * one that writes a base when it is told to; the files of the log's own are real.
 */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Config } from '../../src/config/index.js';
import { AppendOnly, type BaseSnapshots } from '../../src/persistence/append-only/append-only.js';
import type { FolderGuard, PersistenceHost } from '../../src/persistence/host.js';
import type { Loading } from '../../src/persistence/loading.js';
import type { SnapshotRequest, SnapshotResult } from '../../src/store/snapshot-operations.js';
import { until } from '../support/until.js';

const MANIFEST = 'appendonlydir/appendonly.aof.manifest';

let folder: string;
beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'redwing-states-')))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A base that is being written. */
interface Base {
  /** Ends it; `failed`: what failed, if anything did. */
  end(failed?: string): void;
}

/** An append-only file in a folder, with a store that does nothing by itself. */
class Stage implements FolderGuard {
  readonly config = new Config();
  readonly said: string[] = [];
  readonly bases: Base[] = [];
  /** The file that effects go to; '' for none. */
  written = '';
  /** Another server that has the folder locked. */
  owner = '';
  readonly log: AppendOnly;

  constructor() {
    const source = { origin: 'the test', line: 1, text: '' };
    this.config.load('enable-protected-configs', ['yes'], source);
    this.config.load('dir', [folder], source);
    const say = (line: string): void => void this.said.push(line);
    const host = {
      config: this.config,
      log: { verbose: say, notice: say, warning: say },
      registry: { commands: [] },
      dispatcher: { addGuard: () => undefined, gates: 0 },
      effects: { turn: () => undefined, reset: () => undefined },
      store: this.store(),
    } as unknown as PersistenceHost;
    const snapshots = {
      isSaving: false,
      functions: [],
      request: (file: string) => ({ finalPath: Buffer.from(file) }),
      logFailure: () => undefined,
    } as unknown as BaseSnapshots;
    this.log = new AppendOnly(host, snapshots, this, {} as unknown as Loading, {
      read: () => Promise.resolve(null),
    });
  }

  hold(): boolean {
    return this.owner === '';
  }

  claim(): string | undefined {
    return this.owner === '' ? undefined : `${this.owner} has the folder`;
  }

  private store(): Partial<PersistenceHost['store']> {
    return {
      openLog: (path) => {
        this.written = Buffer.from(path).toString();
        return null;
      },
      endLog: (onEnd) => onEnd(true),
      closeLog: () => (this.written = ''),
      supersedeLog: () => undefined,
      finishLog: () => true,
      setLogPolicy: () => undefined,
      setLogTimestamps: () => undefined,
      setLogRefusing: () => undefined,
      logFigures: () => ({ fileBytes: 0 }) as ReturnType<PersistenceHost['store']['logFigures']>,
      beginSnapshot: (request, done) => this.bases.push(this.base(request, done)),
      cancelSnapshot: (job) => this.bases[job - 1]?.end('cancel'),
    };
  }

  private base({ finalPath }: SnapshotRequest, done: (result: SnapshotResult) => void): Base {
    let isOver = false;
    const end = (failed = ''): void => {
      if (isOver) return;
      isOver = true;
      if (failed === '') writeFileSync(Buffer.from(finalPath), 'data');
      done({ failed, problem: '', keys: 0, bytes: 0 });
    };
    return { end };
  }

  /** CONFIG SET; the error, or ''. */
  set(...words: string[]): string {
    const pairs = words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1]] as [string, string]] : []));
    const result = this.config.set(pairs);
    return result.ok ? '' : result.error;
  }

  /** Waits until so many bases were begun, the last of which it gives. */
  async begun(count: number): Promise<Base> {
    await until(() => {
      this.log.tick(false);
      return this.bases.length >= count;
    });
    expect(this.bases).toHaveLength(count);
    return this.bases[count - 1];
  }

  /** Waits until nothing is being rewritten. */
  ended(): Promise<void> {
    return until(() => !this.log.rewriter.isRunning);
  }

  manifest(): string {
    return existsSync(join(folder, MANIFEST)) ? readFileSync(join(folder, MANIFEST), 'latin1') : '';
  }

  /** A log is complete if it is on, and effects go to the last file that the manifest names. */
  expectComplete(): void {
    expect(this.log.state).toBe('on');
    const last = this.manifest().trimEnd().split('\n').at(-1);
    expect(last).toMatch(/ type i$/);
    expect(this.written).toBe(join(folder, 'appendonlydir', last?.split(' ')[1] ?? ''));
  }
}

it('is on when its own base is written, not that of a rewriting that was asked for before', async () => {
  const stage = new Stage();
  stage.log.rewrite(false);
  const before = await stage.begun(1);
  expect(stage.set('appendonly', 'yes', 'appendfsync', 'always')).toBe('');
  before.end();
  await stage.ended();
  expect(stage.log.state).toBe('waiting');
  const base = await stage.begun(2);
  expect(stage.log.state).toBe('waiting');
  base.end();
  await stage.ended();
  stage.expectComplete();
});

it('tries again until its first base is written', async () => {
  const stage = new Stage();
  stage.log.rewrite(false);
  const before = await stage.begun(1);
  stage.set('appendonly', 'yes');
  before.end();
  await stage.ended();
  (await stage.begun(2)).end('write');
  await stage.ended();
  expect(stage.log.state).toBe('waiting');
  (await stage.begun(3)).end();
  await stage.ended();
  stage.expectComplete();
});

it('is on only with a log that is open, though it was turned off and on while a base came to be named', async () => {
  const stage = new Stage();
  stage.set('appendonly', 'yes');
  (await stage.begun(1)).end();
  await stage.ended();
  stage.expectComplete();
  stage.log.rewrite(false);
  const base = await stage.begun(2);
  base.end();
  // The base is there, and its manifest is being written.
  for (let i = 0; i < 10; i++) await Promise.resolve();
  stage.set('appendonly', 'no');
  stage.set('appendonly', 'yes');
  await stage.ended();
  expect(stage.log.state).toBe('waiting');
  (await stage.begun(3)).end();
  await stage.ended();
  stage.expectComplete();
});

it('goes on without its figures when the sizes of its files cannot be told', async () => {
  const stage = new Stage();
  stage.set('appendonly', 'yes');
  (await stage.begun(1)).end();
  await stage.ended();
  rmSync(join(folder, 'appendonlydir'), { recursive: true });
  writeFileSync(join(folder, 'appendonlydir'), '');
  expect(stage.log.continueIn(stage.log.manifest.increments[0])).toBeNull();
  await until(() => stage.said.some((line) => line.startsWith('The size of the append-only files')));
});

it('leaves no base behind that was written when the rewriting was given up', async () => {
  const stage = new Stage();
  stage.set('appendonly', 'yes');
  const base = await stage.begun(1);
  base.end();
  stage.set('appendonly', 'no');
  await stage.ended();
  expect(readdirSync(join(folder, 'appendonlydir'))).toEqual(['appendonly.aof.1.incr.aof']);
  stage.set('aof-use-rdb-preamble', 'no');
  stage.set('appendonly', 'yes');
  (await stage.begun(2)).end();
  await stage.ended();
  stage.expectComplete();
  expect(readdirSync(join(folder, 'appendonlydir')).sort()).toEqual([
    'appendonly.aof.1.base.aof',
    'appendonly.aof.1.incr.aof',
    'appendonly.aof.manifest',
  ]);
});
