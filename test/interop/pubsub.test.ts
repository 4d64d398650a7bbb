/**
 * Publish and subscribe as clients use it: ioredis and node-redis, and many subscribers at once.
 */
import { connect, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerProcess, programUnderTest } from '../support/server-process.js';
import { until } from '../support/until.js';

const SUBSCRIBERS = 10_000;
const CHANNELS = 100_000;
const TURNS_MS = 200;

let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.start(programUnderTest(), [
    '--notify-keyspace-events',
    'KEA',
    '--maxclients',
    '20000',
    '--client-output-buffer-limit',
    'pubsub 1mb 0 0',
  ]);
});
afterAll(async () => {
  await server.stop();
});

function open(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: server.port });
    socket.once('error', reject);
    socket.once('connect', () => resolve(socket));
  });
}

interface Listener {
  readonly socket: Socket;
  readonly text: () => string;
}

/** A connection with all that came over it. */
async function listening(...lines: readonly string[]): Promise<Listener> {
  const socket = await open();
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(lines.map((line) => `${line}\r\n`).join(''));
  await until(() => text.includes('subscribe'));
  return { socket, text: () => text };
}

async function ask(...words: string[]): Promise<void> {
  const client = new Redis({ port: server.port, host: '127.0.0.1' });
  await client.call(...(words as [string, ...string[]]));
  client.disconnect();
}

describe('ioredis', () => {
  it('subscribes to channels and patterns, and goes back to commands', async () => {
    const subscriber = new Redis({ port: server.port, host: '127.0.0.1' });
    const publisher = new Redis({ port: server.port, host: '127.0.0.1' });
    const messages: string[][] = [];
    subscriber.on('message', (channel: string, message: string) => messages.push([channel, message]));
    subscriber.on('pmessage', (...parts: string[]) => messages.push(parts));
    expect(await subscriber.subscribe('news', 'weather')).toBe(2);
    expect(await subscriber.psubscribe('n*')).toBe(3);
    expect(await publisher.publish('news', 'one')).toBe(2);
    expect(await publisher.publish('weather', 'sunny')).toBe(1);
    expect(await publisher.publish('nothing', 'else')).toBe(1);
    await until(() => messages.length === 4);
    expect(messages).toEqual([
      ['news', 'one'],
      ['n*', 'news', 'one'],
      ['weather', 'sunny'],
      ['n*', 'nothing', 'else'],
    ]);
    expect(await subscriber.ping()).toEqual(['pong', '']);
    expect(await publisher.pubsub('NUMSUB', 'news')).toEqual(['news', 1]);
    await subscriber.unsubscribe('news', 'weather');
    await subscriber.punsubscribe('n*');
    expect(await subscriber.get('nokey')).toBeNull();
    subscriber.disconnect();
    await until(async () => ((await publisher.pubsub('CHANNELS', '*')) as string[]).length === 0);
    publisher.disconnect();
  });

  it('hears of the events of keys', async () => {
    const subscriber = new Redis({ port: server.port, host: '127.0.0.1' });
    const redis = new Redis({ port: server.port, host: '127.0.0.1' });
    const events: string[] = [];
    subscriber.on('pmessage', (_pattern: string, channel: string, event: string) =>
      events.push(`${channel.split(':')[1]} ${event}`),
    );
    await subscriber.psubscribe('__keyspace@0__:*');
    await redis.multi().set('a', 1).rename('a', 'b').expire('b', 100).del('b').exec();
    await until(() => events.length === 5);
    expect(events).toEqual(['a set', 'a rename_from', 'b rename_to', 'b expire', 'b del']);
    subscriber.disconnect();
    redis.disconnect();
  });
});

describe('node-redis', () => {
  for (const RESP of [2, 3] as const) {
    it(`subscribes to channels, patterns and shard channels in RESP${RESP}`, async () => {
      const publisher = createClient({ url: `redis://127.0.0.1:${server.port}`, RESP });
      const subscriber = publisher.duplicate();
      await Promise.all([publisher.connect(), subscriber.connect()]);
      const messages: string[] = [];
      const note = (message: string, channel: string): number => messages.push(`${channel}: ${message}`);
      await subscriber.subscribe('one', note);
      await subscriber.pSubscribe('t*', note);
      await subscriber.sSubscribe('shard', note);
      await publisher.publish('one', '1');
      await publisher.publish('two', '2');
      await publisher.sPublish('shard', '3');
      await until(() => messages.length === 3);
      expect(messages).toEqual(['one: 1', 'two: 2', 'shard: 3']);
      await subscriber.unsubscribe('one');
      expect(await publisher.publish('one', 'x')).toBe(0);
      await Promise.all([publisher.close(), subscriber.close()]);
    });
  }
});

describe('many subscribers', () => {
  it('pushes between the replies of one turn, in order', async () => {
    const { socket, text } = await listening('HELLO 3', 'SUBSCRIBE turn');
    const other = await open();
    const numbers = Array.from({ length: 500 }, (_, i) => i);
    socket.write(numbers.map((i) => `ECHO e${i}\r\n`).join(''));
    other.write(numbers.map((i) => `PUBLISH turn m${i}\r\n`).join(''));
    socket.write(numbers.map((i) => `ECHO f${i}\r\n`).join(''));
    await until(() => text().includes('m499') && text().includes('f499'));
    const order = (letter: string): string[] => text().match(new RegExp(`^${letter}\\d+`, 'gm')) ?? [];
    for (const letter of ['e', 'm', 'f']) expect(order(letter)).toEqual(numbers.map((i) => `${letter}${i}`));
    socket.destroy();
    other.destroy();
  });

  it('takes a hundred thousand channels of one connection, and forgets them with it', async () => {
    const redis = new Redis({ port: server.port, host: '127.0.0.1' });
    const subscriber = new Redis({ port: server.port, host: '127.0.0.1' });
    const channels = Array.from({ length: CHANNELS }, (_, i) => `channel:${i}`);
    let slowestMs = 0;
    const stop = setInterval(() => {
      const start = performance.now();
      void redis.ping().then(() => (slowestMs = Math.max(slowestMs, performance.now() - start)));
    }, 5);
    for (let from = 0; from < CHANNELS; from += 1000)
      await subscriber.subscribe(...channels.slice(from, from + 1000));
    expect(await redis.publish('channel:99999', 'x')).toBe(1);
    expect(((await redis.pubsub('CHANNELS', 'channel:1234*')) as string[]).length).toBe(11);
    subscriber.disconnect();
    await until(async () => ((await redis.pubsub('CHANNELS', '*')) as string[]).length === 0);
    clearInterval(stop);
    expect(slowestMs).toBeGreaterThan(0);
    redis.disconnect();
  });

  it(`sends one message to ${SUBSCRIBERS} subscribers in both protocols`, async () => {
    const redis = new Redis({ port: server.port, host: '127.0.0.1' });
    const sockets: Socket[] = [];
    let received = 0;
    for (let from = 0; from < SUBSCRIBERS; from += 500) {
      const batch = await Promise.all(Array.from({ length: 500 }, open));
      for (const [i, socket] of batch.entries()) {
        let text = '';
        socket.on('data', (chunk: Buffer) => {
          text += chunk.toString('latin1');
          if (text.endsWith(`\r\n$${'hello, all'.length}\r\nhello, all\r\n`)) received++;
        });
        socket.write(i % 2 === 0 ? 'SUBSCRIBE all\r\n' : 'HELLO 3\r\nSUBSCRIBE all\r\n');
      }
      sockets.push(...batch);
    }
    await until(async () => ((await redis.pubsub('NUMSUB', 'all')) as [string, number])[1] === SUBSCRIBERS);
    expect(await redis.publish('all', 'hello, all')).toBe(SUBSCRIBERS);
    await until(() => received === SUBSCRIBERS);
    for (const socket of sockets) socket.destroy();
    await until(async () => ((await redis.pubsub('NUMSUB', 'all')) as [string, number])[1] === 0);
    redis.disconnect();
  });

  it('keeps what is for one who reads late, to the byte, while others have it at once', async () => {
    const limits = 'client-output-buffer-limit';
    await ask('CONFIG', 'SET', limits, 'pubsub 0 0 0');
    const subscribers = await Promise.all(Array.from({ length: 3 }, () => listening('SUBSCRIBE late')));
    const [slow, ...quick] = subscribers as [Listener, ...Listener[]];
    slow.socket.pause();
    const text = 'x'.repeat(1000);
    const messages = Array.from({ length: 8000 }, (_, i) => `${String(i).padStart(5, '0')}${text}`);
    const publisher = await open();
    publisher.resume();
    // What is shared and what is one's own take turns.
    const lines = messages.map(
      (message, i) => `PUBLISH late ${message}\r\n${i % 100 === 0 ? 'PING\r\n' : ''}`,
    );
    publisher.write(lines.join(''));
    const expected = messages.map((message) => `$7\r\nmessage\r\n$4\r\nlate\r\n$1005\r\n${message}\r\n`);
    const whole = `*3\r\n${expected.join('*3\r\n')}`;
    const body = ({ text: all }: Listener): string => all().slice(all().indexOf(':1\r\n') + 4);
    for (const one of quick) await until(() => body(one).length >= whole.length);
    expect(body(slow).length).toBeLessThan(whole.length);
    slow.socket.resume();
    await until(() => body(slow).length >= whole.length);
    for (const one of subscribers) expect(body(one) === whole).toBe(true);
    for (const { socket } of [...subscribers, { socket: publisher }]) socket.destroy();
    await ask('CONFIG', 'SET', limits, 'pubsub 1mb 0 0');
  });

  it('ends a subscriber that does not read, by its output limit', async () => {
    const redis = new Redis({ port: server.port, host: '127.0.0.1' });
    const { socket } = await listening('SUBSCRIBE flood');
    socket.pause();
    const message = 'x'.repeat(65_536);
    await until(async () => {
      for (let i = 0; i < 20; i++) await redis.publish('flood', message);
      return (await redis.publish('flood', message)) === 0;
    });
    expect(await redis.ping()).toBe('PONG');
    socket.destroy();
    redis.disconnect();
  });

  it('sends messages larger than the reply arena', async () => {
    const redis = new Redis({ port: server.port, host: '127.0.0.1', connectTimeout: 60_000 });
    await redis.config('SET', 'client-output-buffer-limit', 'pubsub 0 0 0');
    const { socket, text } = await listening('PSUBSCRIBE large*');
    const message = 'y'.repeat(20 * 1024 * 1024);
    expect(await redis.publish('large', message)).toBe(1);
    await until(() => text().length >= message.length && text().endsWith('y\r\n'));
    expect(text().includes(`$5\r\nlarge\r\n$${message.length}\r\n`)).toBe(true);
    await new Promise((done) => setTimeout(done, TURNS_MS));
    socket.destroy();
    redis.disconnect();
  });
});
