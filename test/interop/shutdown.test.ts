/**
 * Ending the server while it works: in order, whatever is still running.
 */
import { Redis } from 'ioredis';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { RawConnection } from '../support/raw-connection.js';
import { freePort, programUnderTest } from '../support/server-process.js';

const KEYS = 200_000;
const BATCH = 20_000;

async function start(port: number): Promise<{ child: ChildProcess; log: () => string }> {
  const [program = '', ...args] = programUnderTest().command;
  const child = spawn(program, [
    ...args,
    '--port',
    String(port),
    '--save',
    '',
    '--long-read-threshold',
    '1000',
  ]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  while (!output.includes('Ready to accept connections')) await new Promise((done) => setTimeout(done, 10));
  return { child, log: () => output };
}

async function fill(client: Redis): Promise<void> {
  for (let at = 0; at < KEYS; at += BATCH) {
    await client.mset(Array.from({ length: BATCH }, (_, i) => [`key:${String(at + i)}`, 'v']).flat());
  }
}

describe('ending the server', () => {
  for (const [way, stop] of [
    ['SHUTDOWN', (client: Redis) => client.call('SHUTDOWN', 'NOSAVE').catch(() => undefined)],
    ['SIGTERM', (_: Redis, child: ChildProcess) => Promise.resolve(child.kill('SIGTERM'))],
  ] as const) {
    it(`${way} during long reads ends with code 0`, async () => {
      const port = await freePort();
      const { child, log } = await start(port);
      const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
      const options = { port, retryStrategy: () => null };
      const [writer, ...readers] = Array.from({ length: 5 }, () =>
        new Redis(options).on('error', () => undefined),
      );
      await fill(writer);
      expect(await writer.dbsize()).toBe(KEYS);
      const reads = readers.map((reader) => reader.keys('*').catch(() => undefined));
      await new Promise((done) => setTimeout(done, 5));
      await stop(writer, child);
      await Promise.all(reads);
      expect(await ended).toEqual([0, null]);
      expect(log()).toContain('bye bye');
      for (const client of [writer, ...readers]) client.disconnect();
    });
  }

  it('does not wait for a client that quit without reading its replies', async () => {
    const port = await freePort();
    const { child } = await start(port);
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
    const mute = await RawConnection.open(port);
    mute.pause();
    await mute.send(Buffer.from(`SET k ${'x'.repeat(60_000)}\r\n${'GET k\r\n'.repeat(100)}QUIT\r\n`));
    await new Promise((done) => setTimeout(done, 100));
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    mute.close();
  });
});
