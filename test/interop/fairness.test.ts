/**
 * A client with many slow commands on the way does not keep others waiting until all of them are done, nor do those who ask
 * for much.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCommand } from '../support/command-line.js';
import { programUnderTest, ServerProcess } from '../support/server-process.js';

const MEMBERS = 4_000;
/** Too few for a worker, enough for about a tenth of a millisecond a command. */
const SLOW_COMMANDS = 2_000;
const TURNS_LEAST = 5;
/** Clients that read a value many times in one go. */
const READERS = 100;
const READS = 64;
const VALUE_BYTES = 4096;
/** What a turn may reply before rows are cut short, with what the rows of READERS may reply beyond that. */
const TURN_BYTES = 2 * 2 ** 20 + (READS + READERS * 8) * VALUE_BYTES;
/** While this process stands still the server may be done with all of them; not each time. */
const ATTEMPTS = 10;

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start(programUnderTest());
  const connection = await server.connect();
  for (const [key, from] of [
    ['a', 0],
    ['b', MEMBERS / 2],
  ] as const) {
    const members = Array.from({ length: MEMBERS }, (_, i) => String(from + i));
    await connection.command('SADD', key, ...members);
  }
  connection.close();
});
afterAll(() => server.stop());

it('serves others between the commands of a long pipeline', async () => {
  const busy = await server.connect();
  const other = await server.connect();
  await other.command('PING');
  const one = encodeCommand(['SINTERCARD', '2', 'a', 'b'].map((text) => Buffer.from(text)));
  let most = 0;
  for (let attempt = 0; attempt < ATTEMPTS && most <= TURNS_LEAST; attempt++) {
    await busy.send(Buffer.concat(Array.from({ length: SLOW_COMMANDS }, () => one)));
    let left = SLOW_COMMANDS;
    const counted = (async (): Promise<void> => {
      for (; left > 0; left--) expect((await busy.reply()).toString()).toBe(`:${MEMBERS / 2}\r\n`);
    })();
    let served = 0;
    while (left > 0) {
      await other.command('PING');
      served++;
    }
    await counted;
    most = Math.max(most, served);
  }
  expect(most).toBeGreaterThan(TURNS_LEAST);
  busy.close();
  other.close();
});

it('executes what was sent before a connection ended, however long it takes', async () => {
  const other = await server.connect();
  const leaving = await server.connect();
  const pair = [
    ['SINTERCARD', '2', 'a', 'b'],
    ['INCR', 'n'],
  ].map((words) => encodeCommand(words.map((text) => Buffer.from(text))));
  await leaving.send(Buffer.concat(Array.from({ length: 500 }, () => Buffer.concat(pair))));
  leaving.halfClose();
  const deadline = Date.now() + 60_000;
  let count = '';
  while (count !== '$3\r\n500\r\n' && Date.now() < deadline)
    count = (await other.command('GET', 'n')).toString();
  expect(count).toBe('$3\r\n500\r\n');
  other.close();
});

it('forgets tracked keys beyond a lowered limit a few at a time', async () => {
  const caching = await server.connect(3);
  const other = await server.connect();
  const keys = Array.from({ length: 20_000 }, (_, i) => `key:${i}`);
  await caching.command('CLIENT', 'TRACKING', 'ON');
  await caching.command('MGET', ...keys);
  // In one turn, between which and the next more may be forgotten.
  const lines = [
    ['CONFIG', 'SET', 'tracking-table-max-keys', '10'],
    ['GET', 'one'],
    ['CLIENT', 'TRACKINGINFO'],
    ['INFO', 'stats'],
  ].map((words) => encodeCommand(words.map((text) => Buffer.from(text))));
  await caching.send(Buffer.concat(lines));
  let received = '';
  while (!received.includes('tracking_total_keys')) received = (await caching.reply()).toString();
  const atOnce = keys.length - Number(/tracking_total_keys:(\d+)/.exec(received)?.[1]);
  expect(atOnce).toBeGreaterThan(0);
  expect(atOnce).toBeLessThan(5_000);
  while (!received.includes('tracking_total_keys:10\r'))
    received = (await other.command('INFO', 'stats')).toString();
  caching.close();
  other.close();
});

it('ends a subscriber whose output stays beyond the soft limit, though nothing is added to it', async () => {
  const late = await server.connect();
  const other = await server.connect();
  await other.command('CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 256mb 1mb 1');
  await late.command('SUBSCRIBE', 'c');
  late.pause();
  for (let i = 0; i < 24; i++) await other.command('PUBLISH', 'c', 'm'.repeat(1_000_000));
  const listeners = async (): Promise<string> => (await other.command('PUBSUB', 'NUMSUB', 'c')).toString();
  const deadline = Date.now() + 60_000;
  while (!(await listeners()).endsWith(':0\r\n') && Date.now() < deadline)
    await new Promise((done) => setTimeout(done, 50));
  expect(await listeners()).toMatch(/:0\r\n$/);
  late.close();
  other.close();
});

it('replies to who comes behind long pipelines of reads before those are served whole, and to each in order', async () => {
  const other = await server.connect();
  const readers = await Promise.all(Array.from({ length: READERS }, () => server.connect()));
  await other.command('SET', 'large', 'x'.repeat(VALUE_BYTES));
  await other.command('CONFIG', 'RESETSTAT');
  // Who was heard last may be looked at first.
  for (const reader of readers) await reader.command('PING');
  const line = (...words: string[]): Buffer => encodeCommand(words.map((text) => Buffer.from(text)));
  // They all have arrived when the server looks for the first time, the one who asks for little last.
  await server.halt();
  const reads = Array<Buffer>(READS).fill(line('GET', 'large'));
  for (const [i, reader] of readers.entries())
    await reader.send(Buffer.concat([...reads, line('ECHO', String(i))]));
  const little = other.command('INFO', 'stats');
  server.goOn();
  const sent = Number(/^total_net_output_bytes:(\d+)/m.exec(String(await little))?.[1]);
  expect(sent).toBeLessThan(TURN_BYTES);
  const value = `$${String(VALUE_BYTES)}\r\n${'x'.repeat(VALUE_BYTES)}\r\n`;
  for (const [i, reader] of readers.entries()) {
    const echo = `$${String(String(i).length)}\r\n${String(i)}\r\n`;
    expect((await reader.replies(READS + 1)).join('')).toBe(value.repeat(READS) + echo);
    reader.close();
  }
  other.close();
});

describe('what a turn has replied counts, whichever way it left', () => {
  const FOLLOWERS = 16;
  const line = (...words: string[]): Buffer => encodeCommand(words.map((text) => Buffer.from(text)));

  // The reads that were executed before who comes last, when all have arrived at once.
  async function readsBefore(first: readonly string[], read: readonly string[]): Promise<number> {
    const other = await server.connect();
    const largest = await server.connect();
    const followers = await Promise.all(Array.from({ length: FOLLOWERS }, () => server.connect()));
    await other.command('CONFIG', 'RESETSTAT');
    // Who has never sent anything gets less of a turn, and who was heard last may be looked at first.
    for (const connection of [...followers, largest]) await connection.command('PING');
    await server.halt();
    await largest.send(line(...first));
    for (const follower of followers)
      await follower.send(Buffer.concat(Array<Buffer>(READS).fill(line(...read))));
    const statistics = other.command('INFO', 'commandstats');
    server.goOn();
    const calls = Number(/^cmdstat_get:calls=(\d+)/m.exec(String(await statistics))?.[1]);
    await largest.reply();
    for (const follower of followers) await follower.replies(READS);
    for (const connection of [other, largest, ...followers]) connection.close();
    return calls;
  }

  it('when values are lent to their clients', async () => {
    const other = await server.connect();
    await other.command('SET', 'lent', 'x'.repeat(100_000));
    // The first one replies it all, since it comes in one run.
    expect(await readsBefore(['PING'], ['GET', 'lent'])).toBeLessThan(READS + FOLLOWERS * 8);
    other.close();
  });

  it('when one reply has filled the arena', async () => {
    const other = await server.connect();
    await other.command('SET', 'small', 'x'.repeat(1000));
    // Some bytes more than what the arena holds.
    for (let i = 0; i < 285; i++) await other.command('RPUSH', 'long', 'x'.repeat(60_000));
    expect(await readsBefore(['LRANGE', 'long', '0', '-1'], ['GET', 'small'])).toBeLessThan(FOLLOWERS * 16);
    other.close();
  });
});
