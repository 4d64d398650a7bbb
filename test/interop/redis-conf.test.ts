/**
 * Debian's /etc/redis/redis.conf, as the package has it, starts the server: in the background, with its pid file and
 * log where the file says, until SIGTERM. CONFIG GET knows every directive of Redis 7.2, and CONFIG REWRITE leaves the
 * file as it was meant.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawConnection } from '../support/raw-connection.js';
import { DIRECTIVES, HIDDEN_DIRECTIVES } from '../support/redis-directives.js';
import { parseReply, textOf } from '../support/reply.js';
import { freePort, programUnderTest, ServerProcess } from '../support/server-process.js';
import { isAlive, until } from '../support/until.js';

const DEBIAN_FILE = '/etc/redis/redis.conf';
const DEBIAN_PORT = 6379;
/** What ServerProcess gives on the command line, and what is about the place of the file. */
const OWN: readonly string[] = ['port', 'save', 'dir'];

const [program = '', ...before] = programUnderTest().command;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'redwing-debian-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function isServing(port: number): Promise<boolean> {
  return RawConnection.open(port).then(
    (connection) => (connection.close(), true),
    () => false,
  );
}

/** The word that a directive has in the file. */
function given(file: string, name: string): string {
  return new RegExp(`^${name} (.*)$`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? '';
}

/** Whether the folder of `path` can be written, once it is made; and those that were made. */
function makeFolder(path: string, made: string[]): boolean {
  try {
    const first = mkdirSync(dirname(path), { recursive: true });
    if (first !== undefined) made.push(first);
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A file to start with: Debian's own where its folders can be written and nobody uses them, or else a copy. */
async function usableFile(made: string[]): Promise<{ file: string; words: string[]; port: number }> {
  const places = ['pidfile', 'logfile', 'dir'].map((name) => given(DEBIAN_FILE, name));
  const isUsed = existsSync(places[0]) || (await isServing(DEBIAN_PORT));
  const isOpen = places.every((place) => makeFolder(place, made) && makeFolder(join(place, '..', 'x'), made));
  if (isOpen && !isUsed && makeFolder(join(places[2], 'x'), made))
    return { file: DEBIAN_FILE, words: [], port: DEBIAN_PORT };
  const port = await freePort();
  const file = join(folder, 'moved.conf');
  writeFileSync(
    file,
    readFileSync(DEBIAN_FILE, 'utf8').replace(/^(pidfile|logfile) .*\/|^(dir) .*/gm, `$1$2 ${folder}/`),
  );
  return { file, words: ['--port', String(port)], port };
}

/** CONFIG GET * of a server. */
async function settings(server: ServerProcess): Promise<Map<string, string>> {
  const connection = await server.connect();
  const words = (parseReply(await connection.command('CONFIG', 'GET', '*')).items ?? []).map(
    (item) => textOf(item) ?? '',
  );
  connection.close();
  return new Map(
    words.flatMap((name, i): [string, string][] => (i % 2 === 0 ? [[name, words[i + 1] ?? '']] : [])),
  );
}

describe("Debian's redis.conf", () => {
  it('starts the server in the background, until SIGTERM', async () => {
    const made: string[] = [];
    const { file, words, port } = await usableFile(made);
    const [pidFile, logFile] = [given(file, 'pidfile'), given(file, 'logfile')];
    const log = (): string => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '');
    const earlier = log();
    const outcome = spawnSync(program, [...before, file, ...words], { encoding: 'utf8', timeout: 60_000 });
    expect(outcome).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const pid = Number(readFileSync(pidFile, 'utf8'));
    try {
      const connection = await RawConnection.open(port);
      const info = (await connection.command('INFO', 'server')).toString();
      expect(info).toContain(`process_id:${String(pid)}\r\n`);
      expect(info).toContain(`config_file:${file}\r\n`);
      connection.close();
      process.kill(pid, 'SIGTERM');
      await until(() => !isAlive(pid));
    } finally {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    }
    expect(log().slice(earlier.length)).toMatch(/Ready to accept connections[^]*bye bye/);
    expect(existsSync(pidFile)).toBe(false);
    if (earlier === '') rmSync(logFile);
    for (const each of made) rmSync(each, { recursive: true, force: true });
  });

  it('is found right by --check-config, and is taken from standard input', async () => {
    const check = spawnSync(program, [...before, '--check-config', DEBIAN_FILE], { encoding: 'utf8' });
    expect(check.status).toBe(0);
    const words = ['--daemonize', 'no', '--logfile', '', '--dir', folder, '--pidfile', join(folder, 'pid')];
    for (const place of ['first', 'last']) {
      const own = [...words, '--port', String(await freePort())];
      const all = [program, ...before, ...(place === 'first' ? ['-', ...own] : [...own, '-'])];
      // Words after the script are the shell's own, so that nothing is added to the line.
      const line = `exec ${all.map((word) => `'${word}'`).join(' ')} < ${DEBIAN_FILE}`;
      const child = spawn('sh', ['-c', line], { stdio: 'pipe' });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await until(() => output.includes('Ready to accept connections') || child.exitCode !== null);
      child.kill('SIGTERM');
      await until(() => child.exitCode !== null);
      expect(output).toMatch(/Ready to accept connections[^]*bye bye/);
    }
  });
});

describe('CONFIG', () => {
  it('GET names every directive of Redis 7.2', async () => {
    const server = await ServerProcess.start(programUnderTest());
    const found = await settings(server);
    expect(DIRECTIVES.filter((name) => !found.has(name))).toEqual([]);
    expect(HIDDEN_DIRECTIVES.filter((name) => found.has(name))).toEqual([]);
    const connection = await server.connect();
    for (const name of [...DIRECTIVES, ...HIDDEN_DIRECTIVES]) {
      const [answer] = parseReply(await connection.command('CONFIG', 'GET', name)).items ?? [];
      expect(answer === undefined ? `no ${name}` : textOf(answer)).toBe(name);
    }
    connection.close();
    await server.stop();
  });

  it("REWRITE of Debian's file keeps values and comments, and is done after once", async () => {
    const file = join(folder, 'rewritten.conf');
    copyFileSync(DEBIAN_FILE, file);
    const moved = ['--daemonize', 'no', '--logfile', '', '--dir', folder, '--pidfile', join(folder, 'pid')];
    const under = { name: 'redwing', command: [program, ...before, file] };
    const first = await ServerProcess.start(under, moved);
    const [values, connection] = [await settings(first), await first.connect()];
    expect((await connection.command('CONFIG', 'REWRITE')).toString()).toBe('+OK\r\n');
    const once = readFileSync(file, 'utf8');
    // As in Redis, the end of the last line is the beginning of an empty one when the file is read again.
    for (let times = 2; times <= 3; times++) {
      expect((await connection.command('CONFIG', 'REWRITE')).toString()).toBe('+OK\r\n');
      expect(readFileSync(file, 'utf8')).toBe(`${once}\n`);
    }
    connection.close();
    await first.stop();
    // Blanks around a line go, as they do in Redis.
    const comments = (text: string): string[] =>
      text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line.startsWith('#'));
    const kept = comments(once).filter((line) => line !== '# Generated by CONFIG REWRITE');
    expect(kept).toEqual(comments(readFileSync(DEBIAN_FILE, 'utf8')));
    const second = await ServerProcess.start(under);
    const again = await settings(second);
    await second.stop();
    for (const name of OWN) for (const map of [values, again]) map.delete(name);
    expect([...again]).toEqual([...values]);
  });
});
