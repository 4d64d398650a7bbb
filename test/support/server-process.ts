/**
 * Servers as child processes: the one under test, and the real Redis it is compared with.
 *
 *   the server under test   node dist/cli/redwing.js      or the command line in REDWING_COMMAND
 *   reference 7.0           redis-server (7.0.x) on PATH  or the command line in REDWING_REFERENCE
 *   reference 8.0           redis-server-8.0 on PATH or in $REFERENCE_DIR/bin; REDWING_REFERENCE replaces it
 *
 * To check the tests themselves, run a Redis against itself: REDWING_COMMAND=redis-server
 * REDWING_REFERENCE=redis-server. A reference that cannot be found is an error, never a reason to skip.
 *
 * Each server gets a free port and a temporary directory of its own, persists nothing, and dies with the test
 * process.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findProgram } from './programs.js';
import { RawConnection } from './raw-connection.js';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const START_ATTEMPTS = 5;
const PORT_MIN = 10_000;
const PORT_END = 32_000;
const PORT_SLICES = 16;
const READY = /Ready to accept connections/;
const PORT_TAKEN = /already in use|EADDRINUSE/i;

/** The references by the version whose behaviour they stand for. */
export type ReferenceVersion = '7.0' | '8.0';

/** Which program to start, and how reports call it. */
export interface ServerProgram {
  readonly name: string;
  readonly command: readonly string[];
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The program under test. */
export function programUnderTest(): ServerProgram {
  const override = process.env['REDWING_COMMAND'];
  if (override !== undefined && override !== '') return { name: override, command: words(override) };
  const script = resolve(import.meta.dirname, '../../dist/cli/redwing.js');
  if (!existsSync(script))
    throw new Error(`${script} is missing: run \`npm run build\` first, or set REDWING_COMMAND`);
  return { name: 'redwing', command: [process.execPath, script] };
}

/**
 * The real Redis of that version. Throws, with what to install, when it is not here or is another version.
 */
export function referenceProgram(version: ReferenceVersion): ServerProgram {
  const override = process.env['REDWING_REFERENCE'];
  if (override !== undefined && override !== '') return { name: override, command: words(override) };
  const program = version === '7.0' ? 'redis-server' : 'redis-server-8.0';
  const path = findProgram(program);
  if (path === undefined) {
    throw new Error(
      `${program} is not on PATH${version === '8.0' ? ' or in $REFERENCE_DIR/bin' : ''}: ` +
        `these tests compare with a real Redis ${version} and cannot run without it`,
    );
  }
  const stated = execFileSync(path, ['--version'], { encoding: 'utf8' });
  if (!stated.includes(`v=${version}.`))
    throw new Error(`${path} must be Redis ${version}.x, but says: ${stated}`);
  return { name: `redis ${version}`, command: [path] };
}

function words(commandLine: string): string[] {
  return commandLine.split(/\s+/).filter((word) => word !== '');
}

/**
 * A port of 127.0.0.1 that nobody listens on at this moment. It is below those that the system gives to connections and
 * to whoever asks for any, so that hardly anybody takes it before the server does.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    // Files that run at the same time have ports of their own: what is free now may be another's a moment later.
    const slice = Number(process.env['VITEST_POOL_ID'] ?? 0) % PORT_SLICES;
    const port = PORT_MIN + slice + PORT_SLICES * randomInt((PORT_END - PORT_MIN) / PORT_SLICES);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}

/** A running server. Start with `ServerProcess.start`; `stop` kills it and removes its directory. */
export class ServerProcess {
  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly directory: string,
    private readonly log: () => string,
  ) {}

  /**
   * Starts `program` with `--port <free> --save ''` and `extraArguments`, and waits until it says that it is
   * ready. Rejects with the server's own output when it dies or stays silent for a minute. Retries when the port
   * was taken.
   */
  static async start(program: ServerProgram, extraArguments: readonly string[] = []): Promise<ServerProcess> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ServerProcess.startOnce(program, extraArguments);
      } catch (error) {
        if (attempt === START_ATTEMPTS || !PORT_TAKEN.test(String(error))) throw error;
      }
    }
  }

  private static async startOnce(program: ServerProgram, extra: readonly string[]): Promise<ServerProcess> {
    const port = await freePort();
    const directory = mkdtempSync(join(tmpdir(), 'redwing-test-'));
    const [file, ...before] = program.command;
    if (file === undefined) throw new Error('an empty server command');
    const args = [...before, '--port', String(port), '--save', '', ...extra];
    const child = spawn(file, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    child.once('exit', () => running.delete(child));
    let output = '';
    const listen = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-20_000);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    const server = new ServerProcess(program.name, port, child, directory, () => output);
    try {
      await server.waitUntilReady();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private async waitUntilReady(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    let failure: Error | undefined;
    this.child.once('error', (error) => (failure = error));
    while (!READY.test(this.log())) {
      if (failure !== undefined) throw failure;
      if (this.child.exitCode !== null || this.child.signalCode !== null || Date.now() > deadline) {
        throw new Error(
          `${this.name} did not become ready (exit ${this.child.exitCode}); it said:\n${this.log()}`,
        );
      }
      await new Promise((done) => setTimeout(done, 10));
    }
    const probe = await RawConnection.open(this.port);
    await probe.command('PING');
    probe.close();
  }

  /** Number of the process. */
  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the process was not started');
    return this.child.pid;
  }

  /** Whether the process is still alive. */
  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The last 20,000 characters that the server wrote. */
  get output(): string {
    return this.log();
  }

  /** A new connection, in RESP3 when asked. */
  async connect(protocol: 2 | 3 = 2): Promise<RawConnection> {
    const connection = await RawConnection.open(this.port);
    if (protocol === 3) await connection.command('HELLO', 3);
    return connection;
  }

  /** Stops the process (SIGSTOP), and waits until it is stopped: what arrives before `goOn` arrives at once. */
  async halt(): Promise<void> {
    this.child.kill('SIGSTOP');
    const threads = `/proc/${String(this.child.pid)}/task`;
    const isStopped = (thread: string): boolean =>
      /\) T /.test(readFileSync(`${threads}/${thread}/stat`, 'latin1'));
    while (!readdirSync(threads).every(isStopped)) await new Promise((done) => setTimeout(done, 1));
  }

  /** Lets a process that was halted go on. */
  goOn(): void {
    this.child.kill('SIGCONT');
  }

  /** Ends the process (SIGTERM, SIGKILL after 20 s) and removes its directory. */
  async stop(): Promise<void> {
    if (this.alive) {
      const exited = new Promise<void>((done) => this.child.once('exit', () => done()));
      this.child.kill('SIGTERM');
      const killer = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(killer);
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
