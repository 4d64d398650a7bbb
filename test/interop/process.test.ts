/**
 * The process: in the background, under a service manager, its pid file, its logs, and how signals end it.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RawConnection } from '../support/raw-connection.js';
import { freePort, programUnderTest } from '../support/server-process.js';
import { isAlive, until } from '../support/until.js';

const [program = '', ...before] = programUnderTest().command;
let folder = '';
let port = 0;
const started: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'redwing-process-'));
  port = await freePort();
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string): string {
  return join(folder, name);
}

function words(...more: string[]): string[] {
  return [...before, '--port', String(port), '--save', '', '--dir', folder, ...more];
}

/** Starts in the foreground and waits until it serves. */
async function start(more: string[], env: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
  const child = spawn(program, words(...more), { env: { ...process.env, ...env }, stdio: 'pipe' });
  started.push(child);
  child.stdout.resume();
  await until(() => isServing());
  return child;
}

async function isServing(): Promise<boolean> {
  try {
    const connection = await RawConnection.open(port);
    connection.close();
    return true;
  } catch {
    return false;
  }
}

function read(name: string): string {
  return existsSync(file(name)) ? readFileSync(file(name), 'utf8') : '';
}

describe('in the background', () => {
  it('serves when the parent has ended, with its number in the pid file, until it is stopped', async () => {
    const more = ['--daemonize', 'yes', '--pidfile', 'redwing.pid', '--logfile', 'redwing.log'];
    const outcome = spawnSync(program, words(...more), { encoding: 'utf8', timeout: 60_000 });
    const pid = Number(read('redwing.pid'));
    expect(outcome).toMatchObject({ status: 0, stdout: '', stderr: '' });
    try {
      expect(pid).toBeGreaterThan(0);
      const connection = await RawConnection.open(port);
      expect((await connection.command('INFO', 'server')).toString()).toContain(
        `process_id:${String(pid)}\r\n`,
      );
      void connection.command('SHUTDOWN', 'NOSAVE').catch(() => undefined);
      await until(() => !isAlive(pid));
      connection.close();
    } finally {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    }
    expect(read('redwing.log')).toContain('Ready to accept connections');
    expect(existsSync(file('redwing.pid'))).toBe(false);
  });

  it('takes its configuration from standard input too', async () => {
    const input = 'daemonize yes\npidfile redwing.pid\n';
    const outcome = spawnSync(program, words('-'), { input, encoding: 'utf8', timeout: 60_000 });
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    const pid = Number(read('redwing.pid'));
    expect(await isServing()).toBe(true);
    process.kill(pid, 'SIGTERM');
    await until(() => !isAlive(pid));
  });

  it('tells the parent why it cannot serve', async () => {
    await start([]);
    const outcome = spawnSync(program, words('--daemonize', 'yes'), { encoding: 'utf8', timeout: 60_000 });
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toContain(`port ${String(port)}: EADDRINUSE`);
  });
});

describe('a service manager', () => {
  // Node speaks no datagrams of Unix sockets, so Python stands in for systemd and for syslog.
  const LISTENER = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
while True:
    print(s.recv(65536).decode().replace(chr(10), ' '), flush=True)
`;

  async function listen(socket: string): Promise<() => string> {
    const child = spawn('python3', ['-c', LISTENER, socket]);
    started.push(child);
    let received = '';
    child.stdout.on('data', (bytes: Buffer) => (received += bytes.toString()));
    await until(() => received.includes('bound'));
    return () => received;
  }

  it.each(['systemd', 'auto'])('of the kind systemd is told, with supervised %s', async (supervised) => {
    const received = await listen(file('notify'));
    const more = ['--supervised', supervised, '--daemonize', 'yes'];
    const child = await start(more, { NOTIFY_SOCKET: file('notify') });
    await until(() => received().includes('READY=1'));
    // It stays in the foreground, whatever daemonize says.
    expect(child.exitCode).toBeNull();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await until(() => received().includes('STOPPING=1'));
  });

  it('of the kind upstart sees the process stop itself', async () => {
    const child = await start(['--supervised', 'upstart'], { UPSTART_JOB: 'redwing' });
    const state = (): string =>
      execFileSync('ps', ['-o', 'state=', '-p', String(child.pid)])
        .toString()
        .trim();
    await until(() => state() === 'T');
    child.kill('SIGCONT');
    await until(() => state() !== 'T');
    const connection = await RawConnection.open(port);
    expect((await connection.command('PING')).toString()).toBe('+PONG\r\n');
    connection.close();
  });

  it('that is not there is missed in the log only', async () => {
    await start(['--supervised', 'systemd', '--logfile', 'log'], { NOTIFY_SOCKET: '' });
    await until(() => read('log').includes('No systemd is there'));
  });
});

describe('the log', () => {
  it('goes on in a new file when the old one was moved away', async () => {
    await start(['--logfile', 'log', '--loglevel', 'verbose']);
    renameSync(file('log'), file('log.1'));
    const connection = await RawConnection.open(port);
    await connection.command('PING');
    await until(() => read('log').includes('Accepted'));
    connection.close();
  });
});

describe('signals', () => {
  it('SIGTERM ends it in order and removes the pid file', async () => {
    const child = await start(['--pidfile', 'pid', '--logfile', 'log']);
    await until(() => read('pid') === `${String(child.pid)}\n`);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(existsSync(file('pid'))).toBe(false);
    expect(read('log')).toContain('bye bye');
  });

  it('SIGINT does so too; where it is told to save and cannot, it goes on', async () => {
    const child = await start(['--shutdown-on-sigterm', 'save', '--dbfilename', '', '--logfile', 'log']);
    await until(() => read('log').includes('Ready to accept connections'));
    child.kill('SIGTERM');
    await until(() => read('log').includes('Errors trying to shut down the server'));
    expect(await isServing()).toBe(true);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('a second SIGINT ends it at once', async () => {
    const child = await start(['--logfile', 'log', '--enable-debug-command', 'yes']);
    const connection = await RawConnection.open(port);
    const exited = once(child, 'exit');
    // They wait while the loop sleeps, so the second finds the first being carried out. What comes before another one has
    // been noted is lost, so there are some more.
    void connection.command('DEBUG', 'SLEEP', '4').catch(() => undefined);
    await new Promise((done) => setTimeout(done, 1000));
    for (let i = 0; i < 5; i++) {
      child.kill('SIGINT');
      await new Promise((done) => setTimeout(done, 200));
    }
    expect((await exited)[0]).toBe(1);
    expect(read('log')).toContain('ending at once');
    connection.close();
  });

  it.each([
    ['PANIC', 'SIGABRT'],
    ['ASSERT', 'SIGABRT'],
    ['OOM', 'SIGABRT'],
    ['SEGFAULT', 'SIGSEGV'],
  ])('DEBUG %s ends it by %s', async (form, signal) => {
    const child = await start(['--logfile', 'log', '--enable-debug-command', 'yes']);
    const connection = await RawConnection.open(port);
    const exited = once(child, 'exit');
    void connection.command('DEBUG', form).catch(() => undefined);
    expect(await exited).toEqual([null, signal]);
    expect(read('log')).toContain(`DEBUG ${form}`);
    connection.close();
  });

  it('leaves a pid file that cannot be written, and serves', async () => {
    writeFileSync(file('plain'), '');
    await start(['--pidfile', file('plain/pid'), '--logfile', 'log']);
    await until(() => read('log').includes('Could not write the pid file'));
    expect(await isServing()).toBe(true);
  });
});
