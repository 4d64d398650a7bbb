/**
 * Clients of other languages, as Debian packages them: each connects, authenticates, pipelines, runs transactions,
 * blocks and subscribes. The programs in `clients/` try the same things and print the same lines; what others have to
 * do meanwhile (push to the list it waits for, publish) is done here once the server has seen the client wait.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEBIAN_PYTHON } from '../support/client-libraries.js';
import type { RawConnection } from '../support/raw-connection.js';
import { ServerProcess, programUnderTest } from '../support/server-process.js';

const ATTEMPTS = 2000;
const clients = join(import.meta.dirname, 'clients');

const EXPECTED = [
  'connect: PONG',
  'wrong password: invalid username-password pair or user is disabled.',
  'no password: Authentication required.',
  'acl user: alice',
  'refused key: No permissions to access a key',
  "refused command: User alice has no permissions to run the 'flushall' command",
  'pipeline: OK 1 2 v nil',
  'pipeline error: value is not an integer or out of range',
  'transaction: OK 2',
  'spoiled: nil',
  'watched: 11',
  'block timeout: nil',
  'block: queue job',
  'message: news one',
  'pmessage: p* press two',
  'end: v',
];

let folder = '';
let server: ServerProcess;
let control: RawConnection;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'redwing-clients-'));
  server = await ServerProcess.start(programUnderTest(), ['--requirepass', 'plain']);
  control = await server.connect();
  await ask('AUTH', 'plain');
  await ask('ACL', 'SETUSER', 'alice', 'on', '>secret', '~a*', '+@all', '-@dangerous');
});
afterAll(async () => {
  control.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await ask('FLUSHALL');
});

async function ask(...words: readonly string[]): Promise<string> {
  return (await control.command(...words)).toString();
}

async function until(condition: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  for (let i = 0; i < ATTEMPTS; i++) {
    if (await condition()) return;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error(`it never came to that:\n${what()}`);
}

/** Runs a client, does what it waits for, and returns the lines it wrote. */
async function linesOf(program: string, ...args: readonly string[]): Promise<string[]> {
  const child = spawn(program, [...args, String(server.port)], { stdio: 'pipe' });
  const closed = once(child, 'close');
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const waits = (condition: () => Promise<boolean>): Promise<void> =>
    until(
      async () => child.exitCode !== null || (await condition()),
      () => output,
    );
  await waits(
    async () => output.includes('block timeout:') && (await ask('INFO')).includes('blocked_clients:1\r\n'),
  );
  await ask('RPUSH', 'queue', 'job');
  await waits(async () => (await ask('PUBSUB', 'NUMSUB', 'news')).endsWith(':1\r\n'));
  await ask('PUBLISH', 'news', 'one');
  await waits(async () => (await ask('PUBSUB', 'NUMPAT')) === ':1\r\n');
  await ask('PUBLISH', 'press', 'two');
  await closed;
  return output.trimEnd().split('\n');
}

describe('connects, authenticates, pipelines, runs transactions, blocks and subscribes', () => {
  it("Python's redis", async () => {
    expect(await linesOf(DEBIAN_PYTHON, join(clients, 'client.py'))).toEqual(EXPECTED);
  });

  it("Ruby's redis", async () => {
    expect(await linesOf('ruby', join(clients, 'client.rb'))).toEqual(EXPECTED);
  });

  it("PHP's redis", async () => {
    expect(await linesOf('php', join(clients, 'client.php'))).toEqual(EXPECTED);
  });

  it('hiredis', async () => {
    const program = join(folder, 'client');
    const flags = ['-Wall', '-Wextra', '-Werror', '-o', program];
    execFileSync('cc', [...flags, join(clients, 'client.c'), '-lhiredis'], { stdio: 'pipe' });
    expect(await linesOf(program)).toEqual(EXPECTED);
  });
});
