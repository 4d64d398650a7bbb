/**
 * The servers that are compared: how each one starts, and what can be asked of it while it runs.
 *
 * Every server runs without persistence, with one thread for commands, on the server core (see placement.ts),
 * in a scratch directory. Commands come from, in this order:
 *
 *   redwing      $REDWING_COMMAND (split at spaces), or `node dist/cli/redwing.js` in the repository
 *   redis-7.0    $REDWING_REDIS_7_0, `redis-server-7.0` or `redis-server` on PATH
 *   redis-8.0    $REDWING_REDIS_8_0, `redis-server-8.0` on PATH or in $REFERENCE_DIR/bin
 *   valkey-9.1   $REDWING_VALKEY_9_1, `valkey-server-9.1` on PATH or in $REFERENCE_DIR/bin
 *   prototype    `node server.js` in $REDWING_PROTOTYPE: it knows SET, GET and PING only
 *   kernel-floor messages/kernel_floor.cc, compiled with $CXX or `c++`: only for `npm run bench:messages`
 *
 * Invariant: a process started here is stopped here, at the latest when the bench exits.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { placed } from './placement.js';
import { cpuUse, readCpu, readRss, type CpuReading } from './process-stats.js';
import { RespClient } from './resp-client.js';

const repository = fileURLToPath(new URL('..', import.meta.url));
const referenceBin = join(process.env['REFERENCE_DIR'] ?? '/var/tmp/reference', 'bin');

const START_TIMEOUT_MS = 15_000;
const OPEN_FILES = 65_536;

/** A server the bench knows by name. */
export interface ServerDefinition {
  readonly name: ServerName;
  readonly cwd?: string;
  /** Program and arguments to listen on `port` of 127.0.0.1, with its data in `directory`. */
  command(port: number, directory: string, extra: readonly string[]): string[];
  /** Commands it knows, when it knows only a few. */
  readonly only?: readonly string[];
}

/** Names that `--servers` accepts. */
export type ServerName = 'redwing' | 'redis-7.0' | 'redis-8.0' | 'valkey-9.1' | 'prototype' | 'kernel-floor';

function findProgram(variable: string, ...names: string[]): string {
  const named = process.env[variable];
  if (named !== undefined) return named;
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), referenceBin];
  for (const name of names) {
    for (const directory of directories) {
      const path = join(directory, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here: the next directory may have it.
      }
    }
  }
  throw new Error(
    `${names.join(' or ')} not found: put it on PATH, in $REFERENCE_DIR/bin, or name it in $${variable}`,
  );
}

function reference(name: ServerName, variable: string, ...programs: string[]): ServerDefinition {
  return {
    name,
    command: (port, directory, extra) => [
      findProgram(variable, ...programs),
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', directory],
      ...['--save', '', '--appendonly', 'no', '--io-threads', '1', '--daemonize', 'no'],
      ...extra,
    ],
  };
}

function redwingCommand(port: number, directory: string, extra: readonly string[]): string[] {
  const program = process.env['REDWING_COMMAND'] ?? `${process.execPath} dist/cli/redwing.js`;
  return [...program.split(' '), '--port', String(port), '--dir', directory, '--save', '', ...extra];
}

function prototypeDirectory(): string {
  const directory = process.env['REDWING_PROTOTYPE'];
  if (directory === undefined)
    throw new Error('REDWING_PROTOTYPE must name the folder of the built prototype');
  return directory;
}

/** Compiles the program into `directory`; its path. */
function compileFloor(directory: string): string {
  const program = join(directory, 'kernel_floor');
  const source = join(repository, 'bench/messages/kernel_floor.cc');
  const flags = ['-std=c++20', '-O2', '-Wall', '-Wextra', '-Werror'];
  execFileSync(process.env['CXX'] ?? 'c++', [...flags, source, '-o', program]);
  return program;
}

const definitions: readonly ServerDefinition[] = [
  {
    name: 'redwing',
    cwd: repository,
    command: (port, directory, extra) => redwingCommand(port, directory, extra),
  },
  reference('redis-7.0', 'REDWING_REDIS_7_0', 'redis-server-7.0', 'redis-server'),
  reference('redis-8.0', 'REDWING_REDIS_8_0', 'redis-server-8.0'),
  reference('valkey-9.1', 'REDWING_VALKEY_9_1', 'valkey-server-9.1'),
  {
    name: 'prototype',
    command: (port) => [process.execPath, join(prototypeDirectory(), 'server.js'), '--port', String(port)],
    only: ['SET', 'GET', 'PING'],
  },
  {
    name: 'kernel-floor',
    command: (port, directory) => [compileFloor(directory), String(port)],
    only: ['PING'],
  },
];

/** The definition of `name`; throws with the list of names when there is none. */
export function serverDefinition(name: string): ServerDefinition {
  const found = definitions.find((definition) => definition.name === name);
  if (found !== undefined) return found;
  throw new Error(`unknown server ${name}: one of ${definitions.map((each) => each.name).join(', ')}`);
}

const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => process.exit(status));
}

/** A port nobody listens on, from $REDWING_BENCH_PORT (17200) upwards. */
let nextPort = Number(process.env['REDWING_BENCH_PORT'] ?? 17200);
async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++;
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}

/** How a server is started. */
export interface StartOptions {
  /** Further command line arguments, e.g. `['--maxclients', '20000']`; not for a server with `only`. */
  readonly extra?: readonly string[];
  /** A folder with data, which stays; default: a new one, which goes with the server. */
  readonly directory?: string;
  /** Whether it may use every core, as nothing else runs while it is measured; default: it has its own. */
  readonly isAlone?: boolean;
  /** How long it may take to answer; default: 15 s. */
  readonly timeoutMs?: number;
}

/** A server that answers. */
export class RunningServer {
  private stopping = false;

  private constructor(
    readonly definition: ServerDefinition,
    readonly port: number,
    private readonly child: ChildProcess,
    /** Where its data is. */
    readonly directory: string,
    private readonly isLent: boolean,
    /** As the server states it in INFO; its name when it has no INFO. */
    readonly version: string,
  ) {}

  /** Starts server `name` and waits until it answers PING; rejects after 15 s or when it exits before. */
  static async start(name: string, options: StartOptions = {}): Promise<RunningServer> {
    const definition = serverDefinition(name);
    const port = await freePort();
    const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'redwing-bench-'));
    const extra = definition.only === undefined ? (options.extra ?? []) : [];
    const command = placed(
      options.isAlone === true ? 'alone' : 'server',
      definition.command(port, directory, extra),
    );
    const child = spawnWithManyFiles(command, definition.cwd ?? directory);
    let output = '';
    const keepTail = (data: Buffer): void => void (output = (output + data.toString()).slice(-2000));
    child.stdout?.on('data', keepTail);
    child.stderr?.on('data', keepTail);
    const timeoutMs = options.timeoutMs ?? START_TIMEOUT_MS;
    const client = await answering(port, child, timeoutMs, () => output);
    const version = definition.only === undefined ? await readVersion(client) : definition.name;
    client.close();
    const server = new RunningServer(
      definition,
      port,
      child,
      directory,
      options.directory !== undefined,
      version,
    );
    child.once('exit', (code, signal) => {
      if (!server.stopping)
        console.error(`${name} ended with ${signal ?? code}; its last output:\n${output}`);
    });
    return server;
  }

  /** The server's process: pinning and `exec` keep the id. */
  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.definition.name} has no process`);
    return this.child.pid;
  }

  get name(): ServerName {
    return this.definition.name;
  }

  /** Whether it can run command `command` at all, as far as its definition knows. */
  mayKnow(command: string): boolean {
    return this.definition.only?.includes(command.toUpperCase()) ?? true;
  }

  /** Its CPU clocks now. */
  readCpu(): CpuReading {
    return readCpu(this.pid);
  }

  /** Its resident set in bytes. */
  readRss(): number {
    return readRss(this.pid);
  }

  /** `used_memory` of INFO in bytes; undefined when the server has no INFO. */
  async usedMemory(): Promise<number | undefined> {
    if (!this.mayKnow('INFO')) return undefined;
    return this.withClient(async (client) => {
      const used = /^used_memory:(\d+)/m.exec(String(await client.demand('INFO', 'memory')));
      if (used === null) throw new Error(`${this.name}: INFO memory has no used_memory`);
      return Number(used[1]);
    });
  }

  /** Runs `work` with a connection of its own, closed afterwards. */
  async withClient<T>(work: (client: RespClient) => Promise<T>): Promise<T> {
    const client = await RespClient.connect(this.port);
    try {
      return await work(client);
    } finally {
      client.close();
    }
  }

  /** Waits until it has been idle (under 3 % of a core) for `quietMs`, for at most `timeoutMs`. */
  async settle(quietMs = 200, timeoutMs = 10_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      const before = this.readCpu();
      await sleep(quietMs);
      const use = cpuUse(before, this.readCpu());
      if (use.cpuNs < 0.03 * use.elapsedNs) return;
    }
  }

  /** Stops it: SIGTERM, and SIGKILL when that has not helped within 3 s. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill('SIGTERM');
      const force = setTimeout(() => this.child.kill('SIGKILL'), 3000);
      await gone;
      clearTimeout(force);
    }
    if (!this.isLent) rmSync(this.directory, { recursive: true, force: true });
  }
}

/**
 * Spawns `command` with as many file descriptors as the system grants, up to 65,536. It is killed when the
 * bench exits before it does. `stdio` as in `child_process.spawn`; default: no input, piped output.
 */
export function spawnWithManyFiles(
  command: readonly string[],
  cwd: string,
  stdio: readonly ('ignore' | 'pipe' | 'inherit' | 'ipc')[] = ['ignore', 'pipe', 'pipe'],
): ChildProcess {
  const child = spawnPlainly(command, cwd, stdio);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

function spawnPlainly(
  command: readonly string[],
  cwd: string,
  stdio: readonly ('ignore' | 'pipe' | 'inherit' | 'ipc')[],
): ChildProcess {
  const [program = '', ...args] = command;
  if (process.platform === 'win32') return spawn(program, args, { cwd, stdio: [...stdio] });
  const raise = `ulimit -n ${OPEN_FILES} 2>/dev/null || ulimit -n "$(ulimit -H -n)"; exec "$@"`;
  return spawn('sh', ['-c', raise, 'sh', ...command], { cwd, stdio: [...stdio] });
}

async function answering(
  port: number,
  child: ChildProcess,
  timeoutMs: number,
  output: () => string,
): Promise<RespClient> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    try {
      const client = await RespClient.connect(port);
      if ((await client.call('PING')) === 'PONG') return client;
      client.close();
    } catch {
      // Not listening yet.
    }
    await sleep(30);
  }
  child.kill('SIGKILL');
  throw new Error(`${child.spawnargs.join(' ')}\ndid not answer PING; its last output:\n${output()}`);
}

async function readVersion(client: RespClient): Promise<string> {
  const info = String(await client.demand('INFO', 'server'));
  for (const field of ['redwing_version', 'valkey_version', 'redis_version']) {
    const version = new RegExp(`^${field}:(\\S+)`, 'm').exec(info)?.[1];
    if (version !== undefined) return version;
  }
  return 'unknown';
}
