/** A server within a Node.js process, through the package's face. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, serve, type DirectiveTexts } from '../../src/index.js';
import { RawConnection } from '../support/raw-connection.js';
import { freePort } from '../support/server-process.js';

describe('serve', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(path.join(tmpdir(), 'redwing-test-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('serves what the directives say, tells its log, and keeps data over its end', async () => {
    const port = await freePort();
    const lines: string[] = [];
    const directives = { port, dir, save: '3600 1', 'maxmemory-policy': 'allkeys-lru' } as const;
    const server = await serve(directives, { log: (line) => lines.push(line) });
    expect(lines.at(-1)).toMatch(/Ready to accept connections\n$/);
    const client = await RawConnection.open(port);
    expect(String(await client.command('SET', 'a', '1'))).toBe('+OK\r\n');
    expect(String(await client.command('CONFIG', 'GET', 'maxmemory-policy'))).toContain('allkeys-lru');
    await server.stop();
    const second = await serve(directives);
    const next = await RawConnection.open(port);
    expect(String(await next.command('GET', 'a'))).toBe('$1\r\n1\r\n');
    next.close();
    await second.stop();
  });

  it('goes on when its data cannot be saved, and ends without if that is asked for', async () => {
    const port = await freePort();
    const server = await serve({ port, dir, save: '3600 1', dbfilename: 'dump.rdb' });
    const client = await RawConnection.open(port);
    await client.command('SET', 'a', '1');
    mkdirSync(path.join(dir, 'dump.rdb'));
    await expect(server.stop()).rejects.toThrow('could not be saved');
    expect(String(await client.command('GET', 'a'))).toBe('$1\r\n1\r\n');
    await server.stop({ save: false });
    await expect(RawConnection.open(port)).rejects.toThrow('ECONNREFUSED');
  });

  it.each([
    [{ port: 'http' }, 'port "http"'],
    [{ maxmemory: '1 GB' }, 'maxmemory "1 GB"'],
    [{ nonsense: 1 } as DirectiveTexts, 'Bad directive'],
    [{ appendfsync: true }, 'appendfsync'],
  ])('says what is wrong: %j', async (directives, text) => {
    const failure = await serve(directives).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect(String(failure)).toContain(text);
  });

  it('is what the package exports', async () => {
    const script = `
      import { serve } from 'redwing';
      const server = await serve({ port: 0, unixsocket: process.argv[1] + '/socket', dir: process.argv[1], save: '' });
      await server.stop();
      console.log('served');
    `;
    const words = ['--input-type=module', '-e', script, dir];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: path.resolve('.') });
    expect(stdout).toBe('served\n');
  });
});
