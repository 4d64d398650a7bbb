/**
 * Servers that keep their data: a folder outlives them, so that another one (the server under test, or a real Redis) can be
 * started where the last one stopped.
 *
 *   const folder = DataFolder.make();
 *   const server = await folder.start(programUnderTest(), '--save', '900 1');
 *   await server.ask('SET', 'key', 'value');
 *   await server.end('SIGTERM');
 *
 * Everything dies with the test process; `folder.remove` ends what runs in it and removes it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Argument } from './command-line.js';
import { parseReply, type Reply } from './reply.js';
import { RawConnection } from './raw-connection.js';
import { freePort, type ServerProgram } from './server-process.js';
import { until } from './until.js';

const READY = 'Ready to accept connections';
const OUTPUT_MAX = 200_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** How a process has ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A reply as text: of a line or blob its content, of nested items theirs, in brackets; errors begin with `-`. */
export function plain(reply: Reply): string {
  if (reply.items !== undefined) return `[${reply.items.map(plain).join(', ')}]`;
  const text = reply.text?.toString('latin1') ?? '(nil)';
  return reply.type === '-' ? `-${text}` : text;
}

/** A server that runs in a folder. */
export class DataServer {
  output = '';
  readonly exited: Promise<Exit>;
  private connection: RawConnection | undefined;

  constructor(
    readonly port: number,
    readonly child: ChildProcess,
  ) {
    const listen = (chunk: Buffer): void => {
      this.output = (this.output + chunk.toString('utf8')).slice(-OUTPUT_MAX);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        running.delete(child);
        resolve({ code, signal });
      });
    });
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  connect(): Promise<RawConnection> {
    return RawConnection.open(this.port);
  }

  /** Sends a command on a connection kept for that. */
  async reply(...args: readonly Argument[]): Promise<Reply> {
    this.connection ??= await this.connect();
    return parseReply(await this.connection.command(...args));
  }

  /** The same; the reply as text. */
  async ask(...args: readonly Argument[]): Promise<string> {
    return plain(await this.reply(...args));
  }

  /** Sends commands that are encoded already in one write; their replies as texts. */
  async replies(bytes: Buffer, count: number): Promise<string[]> {
    this.connection ??= await this.connect();
    void this.connection.send(bytes);
    return (await this.connection.replies(count)).map((reply) => plain(parseReply(reply)));
  }

  /** Sends commands one after the other; `line` has one on each line, its words parted by spaces. */
  async run(lines: string): Promise<void> {
    for (const line of lines.split('\n')) {
      const words = line.split(' ').filter(Boolean);
      if (words.length === 0) continue;
      const reply = await this.ask(...words);
      if (reply.startsWith('-')) throw new Error(`${line.trim()}: ${reply}`);
    }
  }

  /** A line of INFO; '' if it is not shown. */
  async info(name: string, section = 'everything'): Promise<string> {
    const text = await this.ask('INFO', section);
    return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(text)?.[1] ?? '';
  }

  /** Waits until the log has `text`. */
  says(text: string | RegExp): Promise<void> {
    return until(() => (typeof text === 'string' ? this.output.includes(text) : text.test(this.output)));
  }

  /** Waits until no snapshot is being written in the background; whether the last one succeeded. */
  async saved(): Promise<boolean> {
    await until(async () => (await this.info('rdb_bgsave_in_progress', 'persistence')) === '0');
    return (await this.info('rdb_last_bgsave_status', 'persistence')) === 'ok';
  }

  /** Ends the process by a signal, and waits for its end. */
  end(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    this.connection?.close();
    this.child.kill(signal);
    return this.exited;
  }
}

/** A folder in which servers are started one after the other. */
export class DataFolder {
  private readonly servers: DataServer[] = [];

  private constructor(readonly path: string) {}

  static make(): DataFolder {
    return new DataFolder(mkdtempSync(join(tmpdir(), 'redwing-data-')));
  }

  file(name: string): string {
    return join(this.path, name);
  }

  has(name: string): boolean {
    return existsSync(this.file(name));
  }

  /** Names of what is in it, or in a folder within, in order. */
  names(within = '.'): string[] {
    return readdirSync(this.file(within)).sort();
  }

  /** Starts a server in it, and waits until it listens, or ends. */
  async launch(program: ServerProgram, ...args: readonly string[]): Promise<DataServer> {
    const port = await freePort();
    const [file = '', ...before] = program.command;
    const all = [...before, '--port', String(port), ...args];
    const child = spawn(file, all, { cwd: this.path, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    const server = new DataServer(port, child);
    this.servers.push(server);
    await until(async () => !server.isAlive || (await isListening(port)));
    return server;
  }

  /** Starts a server in it, and waits until it serves. Rejects with what it said if it ends instead. */
  async start(program: ServerProgram, ...args: readonly string[]): Promise<DataServer> {
    const server = await this.launch(program, ...args);
    await until(() => !server.isAlive || server.output.includes(READY));
    if (!server.isAlive) throw new Error(`${program.name} ended:\n${server.output}`);
    return server;
  }

  /** Runs a tool on a file of the folder, to its end. */
  async check(tool: string, name: string): Promise<Exit & { output: string }> {
    const child = spawn(tool, [this.file(name)], { cwd: this.path, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    return { code, signal, output };
  }

  /** Ends the servers and removes the folder. */
  async remove(): Promise<void> {
    for (const server of this.servers) if (server.isAlive) await server.end();
    rmSync(this.path, { recursive: true, force: true });
  }
}

async function isListening(port: number): Promise<boolean> {
  try {
    (await RawConnection.open(port)).close();
    return true;
  } catch {
    return false;
  }
}
