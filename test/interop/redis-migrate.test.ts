/**
 * MIGRATE between Redwing and real Redis, both ways: every type arrives as it was, the replies are those of Redis, and
 * nobody waits for it but who would change the keys.
 */
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeCommand, toBytes } from '../support/command-line.js';
import type { RawConnection } from '../support/raw-connection.js';
import { programUnderTest, referenceProgram, ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

const WITH_DEBUG = ['--enable-debug-command', 'yes'];

let redwing: ServerProcess;
let redis: ServerProcess;
let here: RawConnection;
let there: RawConnection;

beforeAll(async () => {
  [redwing, redis] = await Promise.all([
    ServerProcess.start(programUnderTest(), WITH_DEBUG),
    ServerProcess.start(referenceProgram('7.0'), WITH_DEBUG),
  ]);
  [here, there] = await Promise.all([redwing.connect(), redis.connect()]);
});
afterAll(async () => {
  await Promise.all([redwing.stop(), redis.stop()]);
});
beforeEach(async () => {
  for (const connection of [here, there]) await connection.command('FLUSHALL');
});

async function ask(connection: RawConnection, ...words: (string | number)[]): Promise<string> {
  return (await connection.command(...words)).toString('latin1');
}

const host = '127.0.0.1';

/** A value of each type and encoding that there is, under a key of its name. */
const VALUES: readonly (readonly (string | number)[])[] = [
  ['SET', 'integer', '-12345678901'],
  ['SET', 'text', 'some text'],
  ['SET', 'long', 'x'.repeat(100_000)],
  ['SET', 'empty', ''],
  ['SET', 'bytes', '\x00\xff\r\n$'],
  ['RPUSH', 'list', 'a', '', '1', 'x'.repeat(300)],
  ['RPUSH', 'long-list', ...Array.from({ length: 2000 }, (_, i) => `element ${i}`)],
  ['SADD', 'integers', 1, -2, 2 ** 40],
  ['SADD', 'set', 'a', 'b', '3'],
  ['SADD', 'large-set', ...Array.from({ length: 1500 }, (_, i) => `member ${i}`)],
  ['ZADD', 'sorted', 1.5, 'a', -1, 'b', '+inf', 'c'],
  ['ZADD', 'large-sorted', ...Array.from({ length: 600 }, (_, i) => [i / 4, `m${i}`]).flat()],
  ['HSET', 'hash', 'f', 'v', 'g', '12'],
  ['HSET', 'large-hash', ...Array.from({ length: 900 }, (_, i) => [`f${i}`, `v${i}`]).flat()],
  ['XADD', 'stream', '5-1', 'f', 'v', 'g', 'w'],
  ['XADD', 'stream', '7-1', 'f', 'v'],
  ['XGROUP', 'CREATE', 'stream', 'group', '0'],
  ['XREADGROUP', 'GROUP', 'group', 'reader', 'COUNT', 1, 'STREAMS', 'stream', '>'],
  ['PFADD', 'counter', 'a', 'b', 'c'],
];
const NAMES = [
  ...new Set(VALUES.map(([name, first, second]) => String(name === 'XGROUP' ? second : first))),
].filter((name) => name !== 'GROUP');

async function fill(connection: RawConnection): Promise<void> {
  for (const words of VALUES) expect(await ask(connection, ...words)).not.toMatch(/^-/);
  await ask(connection, 'PEXPIRE', 'text', 10_000_000);
  await ask(connection, 'PEXPIRE', 'hash', 20_000_000);
}

async function digestsOf(connection: RawConnection): Promise<string[]> {
  const lines = await ask(connection, 'DEBUG', 'DIGEST-VALUE', ...NAMES);
  return lines.split('\r\n').filter((line) => /^[+]?[0-9a-f]{40}$/.test(line));
}

describe('every type', () => {
  it.each([
    ['from Redwing to Redis', () => [here, there, redis.port] as const],
    ['from Redis to Redwing', () => [there, here, redwing.port] as const],
  ])('arrives as it was, %s', async (_, ends) => {
    const [source, target, port] = ends();
    await fill(source);
    const before = await digestsOf(source);
    expect(before.length).toBe(NAMES.length);
    expect(await ask(source, 'MIGRATE', host, port, '', 0, 20_000, 'KEYS', ...NAMES)).toBe('+OK\r\n');
    expect(await ask(source, 'DBSIZE')).toBe(':0\r\n');
    expect(await digestsOf(target)).toEqual(before);
    for (const name of ['text', 'hash']) {
      const left = Number((await ask(target, 'PTTL', name)).slice(1, -2));
      expect(left).toBeGreaterThan(9_000_000);
    }
    expect(await ask(target, 'PTTL', 'list')).toBe(':-1\r\n');
  });

  it('goes to another Redwing, in another database', async () => {
    const other = await ServerProcess.start(programUnderTest(), WITH_DEBUG);
    try {
      const target = await other.connect();
      await ask(target, 'SELECT', 3);
      await fill(here);
      const before = await digestsOf(here);
      expect(await ask(here, 'MIGRATE', host, other.port, '', 3, 5000, 'KEYS', ...NAMES)).toBe('+OK\r\n');
      expect(await digestsOf(target)).toEqual(before);
      expect(await ask(here, 'DBSIZE')).toBe(':0\r\n');
    } finally {
      await other.stop();
    }
  });

  it('takes values of many megabytes', async () => {
    await ask(here, 'SET', 'large', 'abcdefgh'.repeat(1_000_000));
    await ask(here, 'APPEND', 'large', Math.random());
    const digest = await ask(here, 'DEBUG', 'DIGEST-VALUE', 'large');
    expect(await ask(here, 'MIGRATE', host, redis.port, 'large', 0, 20_000)).toBe('+OK\r\n');
    expect(await ask(there, 'DEBUG', 'DIGEST-VALUE', 'large')).toBe(digest);
  });
});

describe('options', () => {
  it('copies, and replaces on request', async () => {
    await ask(here, 'SET', 'k', 'v1');
    expect(await ask(here, 'MIGRATE', host, redis.port, 'k', 0, 20_000, 'COPY')).toBe('+OK\r\n');
    expect(await ask(here, 'GET', 'k')).toBe('$2\r\nv1\r\n');
    await ask(here, 'SET', 'k', 'v2');
    expect(await ask(here, 'MIGRATE', host, redis.port, 'k', 0, 20_000)).toBe(
      '-ERR Target instance replied with error: BUSYKEY Target key name already exists.\r\n',
    );
    expect(await ask(here, 'EXISTS', 'k')).toBe(':1\r\n');
    expect(await ask(here, 'MIGRATE', host, redis.port, 'k', 0, 20_000, 'replace')).toBe('+OK\r\n');
    expect(await ask(here, 'EXISTS', 'k')).toBe(':0\r\n');
    expect(await ask(there, 'GET', 'k')).toBe('$2\r\nv2\r\n');
  });

  it('moves what can be moved of several keys', async () => {
    await ask(here, 'MSET', 'a', 1, 'b', 2, 'c', 3);
    await ask(there, 'SET', 'b', 'other');
    expect(
      await ask(here, 'MIGRATE', host, redis.port, '', 0, 20_000, 'KEYS', 'a', 'b', 'none', 'c'),
    ).toMatch(/^-ERR Target instance replied with error: BUSYKEY/);
    expect(await ask(here, 'KEYS', '*')).toBe('*1\r\n$1\r\nb\r\n');
    expect(await ask(there, 'MGET', 'a', 'b', 'c')).toBe('*3\r\n$1\r\n1\r\n$5\r\nother\r\n$1\r\n3\r\n');
  });

  it('says who it is', async () => {
    const target = await ServerProcess.start(referenceProgram('7.0'), ['--requirepass', 'secret']);
    try {
      const admin = await target.connect();
      await ask(admin, 'AUTH', 'secret');
      await ask(admin, 'ACL', 'SETUSER', 'mover', 'on', '>word', '+@all', '~*');
      for (const [options, reply] of [
        [[], /^-ERR Target instance replied with error: NOAUTH/],
        [['AUTH', 'wrong'], /^-ERR Target instance replied with error: WRONGPASS/],
        [['AUTH', 'secret'], /^\+OK/],
        [['AUTH2', 'mover', 'word'], /^\+OK/],
      ] as const) {
        await ask(here, 'SET', 'k', 'v');
        await ask(admin, 'DEL', 'k');
        expect(await ask(here, 'MIGRATE', host, target.port, 'k', 0, 20_000, ...options)).toMatch(reply);
      }
    } finally {
      await target.stop();
    }
  });

  it('goes on when the target has closed a connection that was kept', async () => {
    await ask(here, 'SET', 'k1', 'v');
    await ask(here, 'SET', 'k2', 'v');
    expect(await ask(here, 'MIGRATE', host, redis.port, 'k1', 0, 20_000)).toBe('+OK\r\n');
    await ask(there, 'CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    expect(await ask(here, 'MIGRATE', host, redis.port, 'k2', 0, 20_000)).toBe('+OK\r\n');
    expect(await ask(there, 'EXISTS', 'k1', 'k2')).toBe(':2\r\n');
  });
});

/** A target that says what the test wants. */
class FakeTarget {
  readonly sockets: Socket[] = [];
  received = '';
  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeTarget> {
    const server = createServer();
    const target = new FakeTarget(server);
    server.on('connection', (socket) => {
      target.sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => (target.received += bytes.toString('latin1')));
    });
    await new Promise<void>((done) => server.listen(0, host, done));
    return target;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  say(text: string): void {
    for (const socket of this.sockets) socket.write(text);
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

describe('faults', () => {
  let target: FakeTarget;
  beforeEach(async () => {
    target = await FakeTarget.start();
  });
  afterEach(() => target.stop());

  it('replies what Redis replies', async () => {
    for (const connection of [here, there]) await ask(connection, 'MSET', 'k', 'v', 'k2', 'v');
    const { port } = target;
    for (const words of [
      ['MIGRATE', host, port, 'none', 0, 2000],
      ['MIGRATE', host, port, '', 0, 2000],
      ['MIGRATE', host, port, '', 0, 2000, 'KEYS'],
      ['MIGRATE', host, port, '', 0, 2000, 'KEYS', 'x', 'y'],
      ['MIGRATE', host, port, 'k', 0, 2000],
      ['MIGRATE', host, 1, 'k', 0, 2000],
      ['MIGRATE', 'nowhere.invalid', port, 'k', 0, 2000],
      ['MIGRATE', host, port, 'k', 0, 'x'],
      ['MIGRATE', host, port, 'k', 'x', 'y'],
      ['MIGRATE', host, port, 'k', 'x', 2000],
      ['MIGRATE', host, port, 'k', 0, 2000, 'OTHER'],
      ['MIGRATE', host, port, 'k', 0, 2000, 'AUTH'],
      ['MIGRATE', host, port, 'k', 0, 2000, 'AUTH2', 'a'],
      ['MIGRATE', host, port, 'k', 0, 2000, 'KEYS', 'k'],
      ['MIGRATE', host, port, 'k', 0],
    ])
      expect(await ask(here, ...words), words.join(' ')).toBe(await ask(there, ...words));
    expect(await ask(here, 'EXISTS', 'k', 'k2')).toBe(':2\r\n');
  });

  it('keeps a key that the target has not taken', async () => {
    await ask(here, 'MSET', 'k', 'v', 'k2', 'v');
    const moved = ask(here, 'MIGRATE', host, target.port, '', 0, 20_000, 'KEYS', 'k', 'k2');
    await until(() => target.received.includes('SELECT'));
    target.say('+OK\r\n');
    await until(() => target.received.includes('k2'));
    target.say('+OK\r\n');
    for (const socket of target.sockets) socket.end();
    expect(await moved).toBe('-IOERR error or timeout reading to target instance\r\n');
    expect(await ask(here, 'KEYS', '*')).toBe('*1\r\n$2\r\nk2\r\n');
  });

  it('sends nothing to a database that the target has not', async () => {
    await ask(here, 'SET', 'k', 'v');
    const moved = ask(here, 'MIGRATE', host, target.port, 'k', 99, 20_000);
    await until(() => target.received.includes('SELECT'));
    target.say('-ERR DB index is out of range\r\n');
    expect(await moved).toBe('-ERR Target instance replied with error: ERR DB index is out of range\r\n');
    expect(target.received).not.toContain('RESTORE');
  });

  it('is refused within a transaction', async () => {
    await ask(here, 'SET', 'k', 'v');
    await ask(here, 'MULTI');
    await ask(here, 'MIGRATE', host, target.port, 'k', 0, 20_000);
    expect(await ask(here, 'EXEC')).toMatch(/^\*1\r\n-ERR MIGRATE waits/);
    expect(target.sockets.length).toBe(0);
  });
});

describe('meanwhile', () => {
  let target: FakeTarget;
  let other: RawConnection;
  let moved: Promise<string>;

  // Two keys are on their way to a target that has not answered yet.
  beforeEach(async () => {
    target = await FakeTarget.start();
    other = await redwing.connect();
    await ask(here, 'MSET', 'k', 'v', 'k2', 'v', 'free', 'v');
    moved = ask(here, 'MIGRATE', host, target.port, '', 0, 20_000, 'KEYS', 'k', 'k2');
    await until(() => target.received.includes('SELECT'));
    target.say('+OK\r\n');
    await until(() => target.received.includes('k2'));
  });
  afterEach(() => {
    other.close();
    target.stop();
  });

  it('others read the keys, and write to others', async () => {
    expect(await ask(other, 'GET', 'k')).toBe('$1\r\nv\r\n');
    expect(await ask(other, 'SET', 'free', 'w')).toBe('+OK\r\n');
    target.say('+OK\r\n+OK\r\n');
    expect(await moved).toBe('+OK\r\n');
    expect(await ask(other, 'EXISTS', 'k', 'k2')).toBe(':0\r\n');
  });

  it.each([
    ['a write', [['APPEND', 'k', 'x']], ':1\r\n'],
    ['a write of several keys', [['DEL', 'free', 'k2']], ':1\r\n'],
    ['a write of everything', [['FLUSHALL']], '+OK\r\n'],
    ['another MIGRATE', [['MIGRATE', host, 1, 'k', 0, 100]], '+NOKEY\r\n'],
    ['a transaction', [['MULTI'], ['INCR', 'k2'], ['EXEC']], '*1\r\n:1\r\n'],
    ['a write that names no keys', [['LMPOP', 0, 'k', 'LEFT']], '-ERR numkeys should be greater than 0\r\n'],
  ] as const)('%s waits until they have gone', async (_, commands, reply) => {
    const frames = commands.map((words) => encodeCommand(words.map(toBytes)));
    void other.send(Buffer.concat(frames));
    for (const early of await other.replies(commands.length - 1)) expect(early[0]).toBe('+'.charCodeAt(0));
    const last = other.reply();
    let isReplied = false;
    void last.then(() => (isReplied = true));
    // What comes behind on other connections is done first.
    const third = await redwing.connect();
    for (let i = 0; i < 20; i++) await ask(third, 'PING');
    third.close();
    expect(isReplied).toBe(false);
    target.say('+OK\r\n+OK\r\n');
    expect(await moved).toBe('+OK\r\n');
    expect((await last).toString('latin1')).toBe(reply);
  });

  it('what is told of keys that have gone is told', async () => {
    await ask(other, 'CONFIG', 'SET', 'notify-keyspace-events', 'Eg');
    const listener = await redwing.connect();
    await ask(listener, 'SUBSCRIBE', '__keyevent@0__:del');
    await ask(other, 'WATCH', 'k2');
    target.say('+OK\r\n-ERR no\r\n');
    expect(await moved).toMatch(/^-ERR Target/);
    expect((await listener.reply()).toString('latin1')).toMatch(/\r\n\$1\r\nk\r\n$/);
    await ask(other, 'MULTI');
    expect(await ask(other, 'EXEC')).toBe('*0\r\n');
    await ask(other, 'CONFIG', 'SET', 'notify-keyspace-events', '');
    listener.close();
  });

  it('it is done although its client leaves', async () => {
    const third = await redwing.connect();
    await ask(third, 'SET', 'k3', 'v');
    void third.send(Buffer.from(`MIGRATE ${host} ${target.port} k3 0 20000\r\n`));
    await until(() => target.sockets.length === 2);
    third.close();
    target.sockets[1]?.write('+OK\r\n');
    await until(() => target.received.includes('k3'));
    target.sockets[1]?.write('+OK\r\n');
    await until(async () => (await ask(other, 'EXISTS', 'k3')) === ':0\r\n');
    target.sockets[0]?.write('+OK\r\n+OK\r\n');
    expect(await moved).toBe('+OK\r\n');
  });
});

describe('clients that were blocked before', () => {
  let target: FakeTarget;
  let other: RawConnection;
  const blocked: RawConnection[] = [];

  // Moves an element from `source` to the end of `k` as soon as there is one.
  async function block(seconds: number): Promise<RawConnection> {
    const client = await redwing.connect();
    void client.send(encodeCommand(['BLMOVE', 'source', 'k', 'LEFT', 'RIGHT', seconds].map(toBytes)));
    blocked.push(client);
    await until(async () =>
      (await ask(other, 'INFO', 'clients')).includes(`blocked_clients:${String(blocked.length)}\r\n`),
    );
    return client;
  }

  // `k` is on its way to a target that has not answered yet.
  async function migrate(): Promise<{ moved: Promise<string> }> {
    const moved = ask(here, 'MIGRATE', host, target.port, 'k', 0, 20_000);
    await until(() => target.received.includes('SELECT'));
    target.say('+OK\r\n');
    await until(() => target.received.includes('RESTORE'));
    return { moved };
  }

  beforeEach(async () => {
    target = await FakeTarget.start();
    other = await redwing.connect();
    await ask(here, 'RPUSH', 'k', 'a');
  });
  afterEach(() => {
    for (const connection of [other, ...blocked.splice(0)]) connection.close();
    target.stop();
  });

  it.each([
    ['has gone', '+OK\r\n', '*1\r\n$8\r\nprecious\r\n'],
    ['stays', '-ERR no\r\n', '*2\r\n$1\r\na\r\n$8\r\nprecious\r\n'],
  ])('are served when the key %s', async (_, answer, left) => {
    const client = await block(0);
    const { moved } = await migrate();
    expect(await ask(other, 'RPUSH', 'source', 'precious')).toBe(':1\r\n');
    expect(await ask(other, 'EXISTS', 'source')).toBe(':1\r\n');
    expect(await ask(other, 'LLEN', 'k')).toBe(':1\r\n');
    target.say(answer);
    await moved;
    expect((await client.reply()).toString('latin1')).toBe('$8\r\nprecious\r\n');
    expect(await ask(other, 'LRANGE', 'k', 0, -1)).toBe(left);
    expect(await ask(other, 'EXISTS', 'source')).toBe(':0\r\n');
    // It goes on as usual.
    expect(await ask(client, 'PING')).toBe('+PONG\r\n');
  });

  it('are served in their order', async () => {
    const clients = [await block(0), await block(0)];
    const { moved } = await migrate();
    expect(await ask(other, 'RPUSH', 'source', '1', '2')).toBe(':2\r\n');
    target.say('+OK\r\n');
    expect(await moved).toBe('+OK\r\n');
    for (const [i, client] of clients.entries())
      expect((await client.reply()).toString('latin1')).toBe(`$1\r\n${String(i + 1)}\r\n`);
  });

  it('are not served later when they have given up, or left', async () => {
    const leaving = await block(0);
    const impatient = await block(3);
    const { moved } = await migrate();
    expect(await ask(other, 'RPUSH', 'source', 'precious')).toBe(':1\r\n');
    leaving.close();
    expect((await impatient.reply()).toString('latin1')).toMatch(/^(\$-1|\*-1)\r\n$/);
    target.say('+OK\r\n');
    expect(await moved).toBe('+OK\r\n');
    expect(await ask(other, 'LRANGE', 'source', 0, -1)).toBe('*1\r\n$8\r\nprecious\r\n');
    expect(await ask(other, 'EXISTS', 'k')).toBe(':0\r\n');
  });
});

describe('the append-only file', () => {
  it('is left a DEL of what has gone', async () => {
    const source = await ServerProcess.start(programUnderTest(), [
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
    ]);
    try {
      const connection = await source.connect();
      await ask(connection, 'MSET', 'k1', 'v', 'k2', 'v', 'k3', 'v');
      await ask(there, 'SET', 'k2', 'other');
      const moved = await ask(
        connection,
        'MIGRATE',
        host,
        redis.port,
        '',
        0,
        20_000,
        'KEYS',
        'k1',
        'k2',
        'k3',
      );
      expect(moved).toMatch(/^-ERR Target instance replied with error: BUSYKEY/);
      const folder = (await ask(connection, 'CONFIG', 'GET', 'dir')).split('\r\n')[4] ?? '';
      const log = readFileSync(join(folder, 'appendonlydir', 'appendonly.aof.1.incr.aof'), 'latin1');
      expect(log.split('\r\n').slice(-8).join(' ')).toBe('*3 $3 DEL $2 k1 $2 k3 ');
    } finally {
      await source.stop();
    }
  });
});
