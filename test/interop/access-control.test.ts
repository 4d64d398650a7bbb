/**
 * Users of client libraries, and users of the configuration file: how they log in, and what a rewritten file keeps.
 */
import { Redis } from 'ioredis';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerProcess, programUnderTest } from '../support/server-process.js';

const HOST = '127.0.0.1';
let folder: string;
let file: string;
let server: ServerProcess;

function start(): Promise<ServerProcess> {
  const program = programUnderTest();
  // The folder that a rewritten file names must outlive the server.
  return ServerProcess.start({ ...program, command: [...program.command, file] }, ['--dir', folder]);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'redwing-acl-'));
  file = join(folder, 'server.conf');
  writeFileSync(
    file,
    'user alice on >secret ~a* %R~r* &* +@all -@dangerous\nuser default on +ping\nrequirepass plain\n',
  );
  server = await start();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

describe('clients that log in', () => {
  it('ioredis', async () => {
    const redis = new Redis({ port: server.port, host: HOST, username: 'alice', password: 'secret' });
    expect(await redis.set('a', '1')).toBe('OK');
    expect(await redis.acl('WHOAMI')).toBe('alice');
    await expect(redis.set('b', '1')).rejects.toThrow('NOPERM No permissions to access a key');
    await expect(redis.flushall()).rejects.toThrow(
      "NOPERM User alice has no permissions to run the 'flushall' command",
    );
    redis.disconnect();
  });

  it('ioredis with a wrong password', async () => {
    const redis = new Redis({
      port: server.port,
      host: HOST,
      username: 'alice',
      password: 'wrong',
      retryStrategy: () => null,
      lazyConnect: true,
    });
    redis.on('error', () => undefined);
    await expect(redis.get('a')).rejects.toThrow(/NOAUTH|WRONGPASS|closed/);
    redis.disconnect();
  });

  it.each([2, 3] as const)('node-redis in RESP%i', async (RESP) => {
    const options = {
      username: 'alice',
      password: 'secret',
      RESP,
      socket: { port: server.port, host: HOST, reconnectStrategy: false as const },
    };
    const client = createClient(options);
    client.on('error', () => undefined);
    await client.connect();
    expect(await client.get('r')).toBeNull();
    await expect(client.set('r', '1')).rejects.toThrow('NOPERM');
    client.destroy();
    const wrong = createClient({ ...options, password: 'wrong' });
    wrong.on('error', () => undefined);
    await expect(wrong.connect()).rejects.toThrow('WRONGPASS');
  });
});

describe('users of the configuration file', () => {
  it('are kept by CONFIG REWRITE, without a password in the clear', async () => {
    const admin = new Redis({ port: server.port, host: HOST, username: 'alice', password: 'secret' });
    await expect(admin.config('REWRITE')).rejects.toThrow('NOPERM');
    admin.disconnect();
    await server.stop();
    writeFileSync(file, 'requirepass plain\nuser alice on >secret ~a* +@all\n');
    server = await start();
    const redis = new Redis({ port: server.port, host: HOST, password: 'plain' });
    await redis.acl('SETUSER', 'bob', 'on', '>third', '(+get ~x)', '+@read', '~\\x\xe9');
    const before = await redis.acl('LIST');
    expect(await redis.config('REWRITE')).toBe('OK');
    redis.disconnect();
    const text = readFileSync(file, 'utf8');
    expect(text).not.toMatch(/plain|secret|third/);
    await server.stop();
    server = await start();
    const again = new Redis({ port: server.port, host: HOST, password: 'plain' });
    expect(await again.acl('LIST')).toEqual(before);
    again.disconnect();
  });
});

describe('a configuration with users that cannot be made', () => {
  it.each([
    ['user alice on nosuch\n', /Error in user declaration 'nosuch': Syntax error/],
    ['user alice on\nuser alice off\n', /Duplicate user found/],
    ['user alice on\naclfile x.acl\n', /one place only/],
    ['aclfile missing.acl\n', /opening file 'missing.acl'/],
  ])('%j does not start', async (text, complaint) => {
    const program = programUnderTest();
    const wrong = join(folder, 'wrong.conf');
    writeFileSync(wrong, text);
    await expect(ServerProcess.start({ ...program, command: [...program.command, wrong] })).rejects.toThrow(
      complaint,
    );
  });
});
