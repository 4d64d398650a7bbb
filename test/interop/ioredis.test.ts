/**
 * ioredis as people use it, against the server under test.
 */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ServerProcess, programUnderTest } from '../support/server-process.js';

const CONCURRENT_COMMANDS = 10_000;

let server: ServerProcess;
let redis: Redis;

beforeAll(async () => {
  server = await ServerProcess.start(programUnderTest());
  redis = new Redis({ port: server.port, host: '127.0.0.1' });
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(async () => {
  await redis.flushall();
});

describe('ioredis', () => {
  it('connects, becomes ready and pings', async () => {
    const own = new Redis({ port: server.port, host: '127.0.0.1', lazyConnect: true });
    await own.connect();
    expect(own.status).toBe('ready');
    expect(await own.ping()).toBe('PONG');
    expect(await own.quit()).toBe('OK');
  });

  it('sets, gets, counts and deletes', async () => {
    expect(await redis.set('k', 'v')).toBe('OK');
    expect(await redis.get('k')).toBe('v');
    expect(await redis.get('nokey')).toBeNull();
    expect(await redis.set('k', 'w', 'NX')).toBeNull();
    expect(await redis.set('k', 'w', 'EX', 100, 'GET')).toBe('v');
    expect(await redis.incrby('n', 5)).toBe(5);
    expect(await redis.incrbyfloat('f', 1.5)).toBe('1.5');
    expect(await redis.mset({ a: '1', b: '2' })).toBe('OK');
    expect(await redis.mget('a', 'nokey', 'b')).toEqual(['1', null, '2']);
    expect(await redis.del('a', 'b', 'nokey')).toBe(2);
    expect(await redis.append('k', '!')).toBe(2);
    expect(await redis.getrange('k', 0, -1)).toBe('w!');
  });

  it('sets expiries and sees them come', async () => {
    await redis.set('k', 'v', 'PX', 60);
    await redis.set('j', 'v');
    expect(await redis.expire('j', 100)).toBe(1);
    expect(await redis.ttl('j')).toBeGreaterThan(80);
    expect(await redis.pttl('k')).toBeLessThanOrEqual(60);
    await new Promise((done) => setTimeout(done, 100));
    expect(await redis.get('k')).toBeNull();
    expect(await redis.persist('j')).toBe(1);
    expect(await redis.ttl('j')).toBe(-1);
  });

  it('streams SCAN', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `user:${index}`);
    await redis.mset([...names, 'other'].flatMap((name) => [name, 'x']));
    const found = new Set<string>();
    for await (const batch of redis.scanStream({ match: 'user:*', count: 20 }) as AsyncIterable<string[]>) {
      for (const name of batch) found.add(name);
    }
    expect([...found].sort()).toEqual([...names].sort());
  });

  it('pipelines', async () => {
    const results = await redis.pipeline().set('a', '1').incr('a').get('a').call('BOGUS').get('nokey').exec();
    expect(results?.map(([error]) => error?.message.split(',')[0] ?? null)).toEqual([
      null,
      null,
      null,
      "ERR unknown command 'BOGUS'",
      null,
    ]);
    expect(results?.map(([, result]) => result)).toEqual(['OK', 2, '2', undefined, null]);
  });

  it('runs transactions, and none whose watched keys were changed', async () => {
    expect(await redis.multi().set('t', '1').incr('t').get('t').exec()).toEqual([
      [null, 'OK'],
      [null, 2],
      [null, '2'],
    ]);
    const other = redis.duplicate();
    await redis.watch('t');
    await other.set('t', '10');
    expect(await redis.multi().incr('t').exec()).toBeNull();
    await redis.watch('t');
    expect(await redis.multi().incr('t').exec()).toEqual([[null, 11]]);
    await expect(redis.multi().set('t', 'x').call('BOGUS').exec()).rejects.toThrow('EXECABORT');
    expect(await redis.get('t')).toBe('11');
    other.disconnect();
  });

  it('waits for elements, and goes on without them', async () => {
    const waiting = redis.duplicate();
    const popped = waiting.blpop('other', 'queue', 20);
    await expect.poll(() => redis.info('clients')).toContain('blocked_clients:1\r\n');
    expect(await redis.rpush('queue', 'job')).toBe(1);
    expect(await popped).toEqual(['queue', 'job']);
    expect(await waiting.bzpopmin('scores', 0.05)).toBeNull();
    waiting.disconnect();
  });

  it('uses several databases', async () => {
    const third = new Redis({ port: server.port, host: '127.0.0.1', db: 3 });
    await third.set('k', 'three');
    expect(await redis.get('k')).toBeNull();
    expect(await third.dbsize()).toBe(1);
    await redis.select(3);
    expect(await redis.get('k')).toBe('three');
    await redis.select(0);
    third.disconnect();
  });

  it('names its connection', async () => {
    const named = new Redis({ port: server.port, host: '127.0.0.1', connectionName: 'worker-1' });
    expect(await named.client('GETNAME')).toBe('worker-1');
    expect(await redis.client('LIST')).toContain('name=worker-1');
    named.disconnect();
  });

  it('rejects with the error of the server', async () => {
    await redis.set('k', 'text');
    await expect(redis.incr('k')).rejects.toThrow('ERR value is not an integer or out of range');
    await expect(redis.call('BOGUS', 'x')).rejects.toThrow("ERR unknown command 'BOGUS'");
    await expect(redis.call('GET')).rejects.toThrow("ERR wrong number of arguments for 'get' command");
    expect(await redis.get('k')).toBe('text');
  });

  it('carries buffers of every byte', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await redis.set(bytes, bytes);
    expect((await redis.getBuffer(bytes))?.equals(bytes)).toBe(true);
    const large = Buffer.alloc(3_000_000, bytes);
    await redis.set('large', large);
    expect((await redis.getBuffer('large'))?.equals(large)).toBe(true);
  });

  it('keeps 10,000 concurrent commands in order', async () => {
    const replies = await Promise.all(
      Array.from({ length: CONCURRENT_COMMANDS }, (_, index) =>
        index % 2 === 0 ? redis.incr('counter') : redis.echo(String(index)),
      ),
    );
    replies.forEach((reply, index) => expect(reply).toBe(index % 2 === 0 ? index / 2 + 1 : String(index)));
  });

  it('works with automatic pipelining from many connections', async () => {
    const options = { port: server.port, host: '127.0.0.1', enableAutoPipelining: true };
    const clients = Array.from({ length: 20 }, () => new Redis(options));
    await Promise.all(clients.flatMap((client) => Array.from({ length: 100 }, () => client.incr('shared'))));
    expect(await redis.get('shared')).toBe('2000');
    for (const client of clients) client.disconnect();
  });

  it('comes back after CLIENT KILL', async () => {
    const own = new Redis({ port: server.port, host: '127.0.0.1', retryStrategy: () => 10 });
    own.on('error', () => undefined);
    const id = String(await own.client('ID'));
    const closed = new Promise((done) => own.once('close', done));
    expect(await redis.client('KILL', 'ID', id)).toBe(1);
    await closed;
    expect(await own.set('after', 'kill')).toBe('OK');
    expect(String(await own.client('ID'))).not.toBe(id);
    own.disconnect();
  });

  it('uses bitmaps, bit fields and HyperLogLogs', async () => {
    expect(await redis.setbit('bits', 7, 1)).toBe(0);
    expect(await redis.bitcount('bits')).toBe(1);
    expect(await redis.call('BITFIELD', 'field', 'SET', 'u8', '0', '255', 'GET', 'u8', '0')).toEqual([
      0, 255,
    ]);
    expect(await redis.pfadd('hll', 'a', 'b', 'c')).toBe(1);
    expect(await redis.pfcount('hll')).toBe(3);
  });
});
