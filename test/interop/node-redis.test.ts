/**
 * node-redis as people use it, in RESP2 and RESP3, against the server under test.
 */
import { createClient, RESP_TYPES, WatchError } from 'redis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ServerProcess, programUnderTest } from '../support/server-process.js';

const CONCURRENT_COMMANDS = 10_000;

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start(programUnderTest());
});
afterAll(async () => {
  await server.stop();
});

function newClient(protocol: 2 | 3, options: { database?: number; name?: string } = {}) {
  const client = createClient({
    ...options,
    RESP: protocol,
    socket: { port: server.port, host: '127.0.0.1', reconnectStrategy: 10 },
  });
  client.on('error', () => undefined);
  return client;
}

describe.each([2, 3] as const)('node-redis in RESP%i', (protocol) => {
  let client: ReturnType<typeof newClient>;
  beforeAll(async () => {
    client = newClient(protocol);
    await client.connect();
  });
  afterAll(() => {
    client.destroy();
  });
  beforeEach(async () => {
    await client.flushAll();
  });

  it('sets, gets, counts and deletes', async () => {
    expect(await client.ping()).toBe('PONG');
    expect(await client.set('k', 'v')).toBe('OK');
    expect(await client.get('k')).toBe('v');
    expect(await client.get('nokey')).toBeNull();
    expect(await client.set('k', 'w', { condition: 'NX' })).toBeNull();
    expect(await client.set('k', 'w', { expiration: { type: 'EX', value: 100 }, GET: true })).toBe('v');
    expect(await client.incrBy('n', 5)).toBe(5);
    expect(await client.mSet({ a: '1', b: '2' })).toBe('OK');
    expect(await client.mGet(['a', 'nokey', 'b'])).toEqual(['1', null, '2']);
    expect(await client.del(['a', 'b', 'nokey'])).toBe(2);
    expect(await client.exists(['k', 'n'])).toBe(2);
    expect(await client.type('k')).toBe('string');
  });

  it('sets expiries and sees them come', async () => {
    await client.set('k', 'v', { expiration: { type: 'PX', value: 60 } });
    await client.set('j', 'v');
    expect(await client.expire('j', 100, 'NX')).toBe(1);
    expect(await client.ttl('j')).toBeGreaterThan(80);
    await new Promise((done) => setTimeout(done, 100));
    expect(await client.get('k')).toBeNull();
    expect(await client.getEx('j', { type: 'PERSIST' })).toBe('v');
    expect(await client.ttl('j')).toBe(-1);
  });

  it('iterates with SCAN', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `user:${index}`);
    await client.mSet([...names.map((name): [string, string] => [name, 'x']), ['other', 'y']]);
    const found = new Set<string>();
    for await (const batch of client.scanIterator({ MATCH: 'user:*', COUNT: 20, TYPE: 'string' })) {
      for (const name of batch) found.add(name);
    }
    expect([...found].sort()).toEqual([...names].sort());
  });

  it('pipelines', async () => {
    const replies = await client.multi().set('a', '1').incr('a').get('a').get('nokey').execAsPipeline();
    expect(replies).toEqual(['OK', 2, '2', null]);
  });

  it('runs transactions, and none whose watched keys were changed', async () => {
    expect(await client.multi().set('t', '1').incr('t').get('t').exec()).toEqual(['OK', 2, '2']);
    const watching = newClient(protocol);
    await watching.connect();
    await watching.watch('t');
    await client.set('t', '10');
    await expect(watching.multi().incr('t').exec()).rejects.toThrow(WatchError);
    await watching.watch('t');
    expect(await watching.multi().incr('t').exec()).toEqual([11]);
    watching.destroy();
  });

  it('waits for elements, and goes on without them', async () => {
    const waiting = newClient(protocol);
    await waiting.connect();
    const popped = waiting.blPop(['other', 'queue'], 20);
    await expect.poll(() => client.info('clients')).toContain('blocked_clients:1\r\n');
    expect(await client.rPush('queue', 'job')).toBe(1);
    expect(await popped).toEqual({ key: 'queue', element: 'job' });
    expect(await waiting.bzPopMin('scores', 0.05)).toBeNull();
    waiting.destroy();
  });

  it('uses several databases and names its connection', async () => {
    const third = newClient(protocol, { database: 3, name: 'worker-3' });
    await third.connect();
    await third.set('k', 'three');
    expect(await client.get('k')).toBeNull();
    expect(await third.dbSize()).toBe(1);
    expect(await third.clientGetName()).toBe('worker-3');
    const info = await third.clientInfo();
    expect([info.db, info.name, info.resp]).toEqual([3, 'worker-3', protocol]);
    third.destroy();
  });

  it('rejects with the error of the server', async () => {
    await client.set('k', 'text');
    await expect(client.incr('k')).rejects.toThrow('ERR value is not an integer or out of range');
    await expect(client.sendCommand(['BOGUS', 'x'])).rejects.toThrow("ERR unknown command 'BOGUS'");
    await expect(client.sendCommand(['GET'])).rejects.toThrow(
      "ERR wrong number of arguments for 'get' command",
    );
    expect(await client.get('k')).toBe('text');
  });

  it('carries buffers of every byte', async () => {
    const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const large = Buffer.alloc(3_000_000, bytes);
    await client.set(bytes, large);
    expect((await binary.get(bytes))?.equals(large)).toBe(true);
  });

  it('keeps 10,000 concurrent commands in order', async () => {
    const replies = await Promise.all(
      Array.from({ length: CONCURRENT_COMMANDS }, (_, index) =>
        index % 2 === 0 ? client.incr('counter') : client.echo(String(index)),
      ),
    );
    replies.forEach((reply, index) => expect(reply).toBe(index % 2 === 0 ? index / 2 + 1 : String(index)));
  });

  it('comes back after CLIENT KILL', async () => {
    const own = newClient(protocol);
    await own.connect();
    const id = await own.clientId();
    const ready = new Promise((done) => own.once('ready', done));
    expect(await client.sendCommand(['CLIENT', 'KILL', 'ID', String(id)])).toBe(1);
    await ready;
    expect(await own.set('after', 'kill')).toBe('OK');
    expect(await own.clientId()).not.toBe(id);
    own.destroy();
  });

  it('reads replies that are maps and lists', async () => {
    expect(await client.configGet('maxmemory-policy')).toEqual({ 'maxmemory-policy': 'noeviction' });
    await client.mSet({ a: 'ohmytext', b: 'mynewtext' });
    expect((await client.lcsIdx('a', 'b')).len).toBe(6);
    expect(await client.bitField('f', [{ operation: 'SET', encoding: 'u8', offset: 0, value: 9 }])).toEqual([
      0,
    ]);
    expect(await client.pfAdd('h', ['x', 'y'])).toBe(1);
    expect((await client.hello(protocol)).proto).toBe(protocol);
  });
});
