/**
 * A server on a folder that outlives it: started, killed with all its children at any moment, and started again.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { RawConnection } from '../support/raw-connection.js';
import { freePort, type ServerProgram } from '../support/server-process.js';

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 5;
const LOG_KEPT = 20_000;
const READY = /Ready to accept connections/;

const running = new Set<CrashServer>();
process.on('exit', () => {
  for (const server of running) server.killNow();
});

export class CrashServer {
  private output = '';
  private exited: Promise<void>;

  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
  ) {
    running.add(this);
    const listen = (chunk: Buffer): void => {
      this.output = (this.output + chunk.toString('latin1')).slice(-LOG_KEPT);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    this.exited = new Promise((done) => {
      child.once('error', () => done());
      child.once('exit', () => done());
    });
    void this.exited.then(() => running.delete(this));
  }

  /**
   * Starts a server in a folder, as the head of a group of processes, and waits until it serves. Rejects with what it
   * said when it dies before.
   */
  static async start(
    program: ServerProgram,
    folder: string,
    directives: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<CrashServer> {
    const port = await freePort();
    const [file, ...words] = program.command;
    if (file === undefined) throw new Error('an empty server command');
    const args = [...words, '--port', String(port), '--dir', folder, ...directives];
    const child = spawn(file, args, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    const server = new CrashServer(port, child);
    await server.waitUntilServing();
    return server;
  }

  private async waitUntilServing(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (!this.isAlive) throw new Error(`the server did not start; it said:\n${this.output}`);
      // Before it says so, whoever answers at the port is another.
      if (READY.test(this.output) && (await this.answers())) return;
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
    await this.kill();
    throw new Error(`the server does not serve; it said:\n${this.output}`);
  }

  private async answers(): Promise<boolean> {
    let connection: RawConnection | undefined;
    try {
      connection = await RawConnection.open(this.port);
      return (await connection.command('PING')).toString('latin1') === '+PONG\r\n';
    } catch {
      return false;
    } finally {
      connection?.close();
    }
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The last that it said. */
  get said(): string {
    return this.output;
  }

  /** Kills it and its children where they stand. */
  killNow(): void {
    const { pid } = this.child;
    if (pid === undefined || !this.isAlive) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It ended by itself just now.
    }
  }

  /** Kills it, and waits until it is gone. */
  async kill(): Promise<void> {
    this.killNow();
    await this.exited;
  }
}
