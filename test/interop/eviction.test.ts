/**
 * A memory limit under load: what it holds, what it costs other clients, what is said of it. Nothing here depends on a
 * reference server.
 */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeCommand, toBytes } from '../support/command-line.js';
import type { RawConnection } from '../support/raw-connection.js';
import { parseReply, textOf } from '../support/reply.js';
import { ServerProcess, programUnderTest } from '../support/server-process.js';

const MEGABYTE = 2 ** 20;
/** Far above what a step of eviction takes, far below what evicting everything at once would. */
const PAUSE_MAX_MS = 100;
/** While this process stands still behind a reply the server evicts; not each time. */
const ATTEMPTS = 5;
const NS_PER_MS = 1e6;

let server: ServerProcess | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function start(...extra: string[]): Promise<RawConnection> {
  server = await ServerProcess.start(programUnderTest(), extra);
  return server.connect();
}

async function ask(connection: RawConnection, ...words: string[]): Promise<string> {
  return textOf(parseReply(await connection.command(...words))) ?? '';
}

async function figure(connection: RawConnection, section: string, name: string): Promise<number> {
  const text = await ask(connection, 'INFO', section);
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(text)?.[1]);
}

/**
 * The longest that the loop of the server has worked from a PING to its reply until less memory than `limit` is used:
 * what else the machine does in between is not counted.
 */
async function longestWhileOver(connection: RawConnection, limit: number): Promise<number> {
  const schedule = `/proc/${String(await figure(connection, 'server', 'process_id'))}/schedstat`;
  const workedMs = (): number => Number(readFileSync(schedule, 'utf8').split(' ')[0]) / NS_PER_MS;
  const startMs = workedMs();
  let longestMs = 0;
  let isOver = true;
  for (let i = 0; isOver && i < 10_000; i++) {
    const before = workedMs();
    await ask(connection, 'PING');
    longestMs = Math.max(longestMs, workedMs() - before);
    if (i % 20 === 0) isOver = (await figure(connection, 'memory', 'used_memory')) > limit;
  }
  expect(isOver).toBe(false);
  expect(workedMs()).toBeGreaterThan(startMs);
  return longestMs;
}

/** Sends `count` commands in pipelines; how many were answered with an error. */
async function sendAll(
  connection: RawConnection,
  count: number,
  command: (i: number) => readonly string[],
): Promise<number> {
  const PIPELINE = 1000;
  let errors = 0;
  for (let i = 0; i < count; i += PIPELINE) {
    const size = Math.min(PIPELINE, count - i);
    const commands = Array.from({ length: size }, (_, k) => encodeCommand(command(i + k).map(toBytes)));
    void connection.send(Buffer.concat(commands));
    for (let k = 0; k < size; k++) {
      const reply = await connection.reply();
      if (reply[0] === 45) errors++;
    }
  }
  return errors;
}

describe('a memory limit', () => {
  it('that is lowered by half stops nobody while keys leave', async () => {
    const connection = await start('--maxmemory-policy', 'allkeys-lru');
    let longestMs = Infinity;
    for (let attempt = 0; attempt < ATTEMPTS && longestMs >= PAUSE_MAX_MS; attempt++) {
      await ask(connection, 'CONFIG', 'SET', 'maxmemory', '0');
      await ask(connection, 'FLUSHALL', 'SYNC');
      await ask(connection, 'CONFIG', 'RESETSTAT');
      await sendAll(connection, 200, (i) => [
        'MSET',
        ...Array.from({ length: 1000 }, (_, k) => [`key:${i}:${k}`, 'value']).flat(),
      ]);
      const limit = Math.floor((await figure(connection, 'memory', 'used_memory')) / 2);
      await ask(connection, 'CONFIG', 'SET', 'maxmemory', String(limit));
      longestMs = await longestWhileOver(connection, limit);
    }
    expect(longestMs).toBeLessThan(PAUSE_MAX_MS);
    const left = Number(await ask(connection, 'DBSIZE'));
    // Tables keep their size, so that more than half of the keys have to leave.
    expect(left).toBeGreaterThan(50_000);
    expect(await figure(connection, 'stats', 'evicted_keys')).toBe(200_000 - left);
    expect(await figure(connection, 'stats', 'current_eviction_exceeded_time')).toBe(0);
    await ask(connection, 'CONFIG', 'RESETSTAT');
    expect(await figure(connection, 'stats', 'evicted_keys')).toBe(0);
  });

  it.each(['allkeys-lru', 'allkeys-lfu', 'allkeys-random', 'volatile-lru', 'volatile-lfu', 'volatile-random', 'volatile-ttl'])(
    'holds under %s, whatever is written',
    async (policy) => {
      const connection = await start('--maxmemory', String(4 * MEGABYTE), '--maxmemory-policy', policy);
      const value = 'v'.repeat(100);
      const write = (i: number): readonly string[] => ['SETEX', `key:${i % 60_000}`, String(1000 + i), value];
      expect(await sendAll(connection, 90_000, write)).toBe(0);
      // Another 4 KB, for what the last pipeline added.
      expect(await figure(connection, 'memory', 'used_memory')).toBeLessThan(4 * MEGABYTE + 512 * 1024);
      expect(await ask(connection, 'SET', 'last', 'v')).toBe('OK');
      expect(await figure(connection, 'memory', 'used_memory')).toBeLessThan(4 * MEGABYTE + 4096);
      expect(await figure(connection, 'stats', 'evicted_keys')).toBeGreaterThan(40_000);
    },
  ); // prettier-ignore

  it('without eviction is kept to the command, in a pipeline too', async () => {
    const connection = await start('--maxmemory', String(2 * MEGABYTE));
    const errors = await sendAll(connection, 40_000, (i) => ['SET', `key:${i}`, 'v'.repeat(100)]);
    expect(errors).toBeGreaterThan(10_000);
    const used = await figure(connection, 'memory', 'used_memory');
    // A table may grow by a segment at once.
    expect(used).toBeLessThan(2 * MEGABYTE + 64 * 1024);
    expect(used).toBeGreaterThan(2 * MEGABYTE - 4096);
    expect(await ask(connection, 'SET', 'another', 'v')).toMatch(/^OOM /);
    expect(await figure(connection, 'stats', 'current_eviction_exceeded_time')).toBeGreaterThanOrEqual(0);
    await sendAll(connection, 1000, (i) => ['DEL', `key:${i}`]);
    expect(await ask(connection, 'SET', 'another', 'v')).toBe('OK');
  });

  it('frees large values in the background, and does not evict for them twice', async () => {
    const connection = await start(
      '--maxmemory',
      String(64 * MEGABYTE),
      '--maxmemory-policy',
      'allkeys-random',
    );
    await sendAll(connection, 1000, (i) => ['SET', `small:${i}`, 'v']);
    const large = 'v'.repeat(MEGABYTE);
    for (let i = 0; i < 100; i++) expect(await ask(connection, 'SET', `large:${i}`, large)).toBe('OK');
    const evicted = await figure(connection, 'stats', 'evicted_keys');
    // Small keys leave as well, but each large one only once for each that came.
    expect(evicted).toBeGreaterThan(36);
    expect(Number(await ask(connection, 'DBSIZE'))).toBe(1100 - evicted);
    await ask(connection, 'FLUSHALL');
    expect(await ask(connection, 'SET', 'a', 'v')).toBe('OK');
    expect(await figure(connection, 'stats', 'evicted_keys')).toBe(evicted);
    await expect.poll(() => figure(connection, 'memory', 'lazyfree_pending_objects')).toBe(0);
    expect(await figure(connection, 'memory', 'lazyfreed_objects')).toBeGreaterThan(60);
  });

  it('counts what is on its way out as gone', async () => {
    const connection = await start('--maxmemory-policy', 'allkeys-lru');
    await sendAll(connection, 100_000, (i) => ['SET', `key:${i}`, 'v']);
    await ask(
      connection,
      'CONFIG',
      'SET',
      'maxmemory',
      String(await figure(connection, 'memory', 'used_memory')),
    );
    await ask(connection, 'FLUSHALL');
    await sendAll(connection, 50_000, (i) => ['SET', `new:${i}`, 'v']);
    expect(Number(await ask(connection, 'DBSIZE'))).toBe(50_000);
  });
});
