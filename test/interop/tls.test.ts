/**
 * The TLS port: every kind of client, the directives, and what must hold for its clients as for any other.
 */
import { Redis } from 'ioredis';
import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { promisify } from 'node:util';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Authority, type CertificateFiles } from '../support/certificates.js';
import { encodeCommand, toBytes } from '../support/command-line.js';
import { RawConnection } from '../support/raw-connection.js';
import { freePort, programUnderTest, ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

const CONFIGURATION_REFUSED = 'Unable to update TLS configuration. Check server logs.';

let authority: Authority;
let stranger: Authority;
let server: CertificateFiles;
let client: CertificateFiles;
let running: ServerProcess | undefined;
let port = 0;

beforeAll(() => {
  authority = new Authority();
  stranger = new Authority('Another authority');
  server = authority.issue('server');
  client = authority.issue('client');
});
afterAll(() => {
  authority.remove();
  stranger.remove();
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

/** Starts a server with a TLS port that trusts the authority; `more` comes last. */
async function start(...more: string[]): Promise<ServerProcess> {
  port = await freePort();
  running = await ServerProcess.start(programUnderTest(), [
    ...['--tls-port', String(port), '--tls-cert-file', server.cert, '--tls-key-file', server.key],
    ...['--tls-ca-cert-file', authority.ca, '--tls-auth-clients', 'no'],
    ...more,
  ]);
  return running;
}

function options(more: tls.ConnectionOptions = {}): tls.ConnectionOptions {
  return { host: '127.0.0.1', port, ca: authority.read(authority.ca), ...more };
}

function certificateOf(files: CertificateFiles, from = authority): tls.ConnectionOptions {
  return { cert: from.read(files.cert), key: from.read(files.key) };
}

function connect(more: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect(options(more), () => resolve(socket));
    socket.once('error', reject);
  });
}

async function open(more: tls.ConnectionOptions = {}): Promise<RawConnection> {
  return RawConnection.over(await connect(more));
}

/** What PING is answered with, or that there is no answer. */
async function ping(more: tls.ConnectionOptions = {}): Promise<string> {
  try {
    const connection = await open(more);
    try {
      return (await connection.command('PING')).toString();
    } finally {
      connection.close();
    }
  } catch {
    return 'refused';
  }
}

describe('clients', () => {
  it('serves node:tls: commands, pipelines, large arguments and replies', async () => {
    await start();
    const connection = await open();
    const large = 'x'.repeat(3_000_000);
    expect((await connection.command('SET', 'k', large)).toString()).toBe('+OK\r\n');
    expect((await connection.command('GET', 'k')).length).toBe(large.length + '$3000000\r\n\r\n'.length);
    await connection.send(Buffer.from('*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n'.repeat(10_000)));
    for (let i = 1; i <= 10_000; i++) expect((await connection.reply()).toString()).toBe(`:${String(i)}\r\n`);
    connection.close();
  });

  it('serves redis-cli', async () => {
    await start('--tls-auth-clients', 'yes');
    const run = promisify(execFile);
    const words = ['--tls', '--cacert', authority.ca, '--cert', client.cert, '--key', client.key];
    const { stdout } = await run('redis-cli', ['-p', String(port), ...words, 'SET', 'k', 'v']);
    expect(stdout).toBe('OK\n');
  });

  it('serves ioredis and node-redis, side by side with plain clients', async () => {
    const { port: plainPort } = await start();
    const secure = { ca: authority.read(authority.ca) };
    const first = new Redis({ host: '127.0.0.1', port, tls: secure });
    const second = createClient({ socket: { host: '127.0.0.1', port, tls: true, ...secure } });
    const plain = new Redis({ host: '127.0.0.1', port: plainPort });
    await second.connect();
    const all = Array.from({ length: 2000 }, (_, i) => first.set(`k${String(i)}`, String(i)));
    await Promise.all(all);
    expect(await second.get('k1234')).toBe('1234');
    expect(await plain.get('k1999')).toBe('1999');
    await second.close();
    first.disconnect();
    plain.disconnect();
  });

  it.each([2, 3] as const)('pushes messages in order, small and large, in RESP%i', async (protocol) => {
    const plain = await (await start()).connect();
    const subscriber = await open();
    if (protocol === 3) await subscriber.command('HELLO', '3');
    await subscriber.command('SUBSCRIBE', 'news');
    await subscriber.command('PSUBSCRIBE', 'n*');
    const large = 'x'.repeat(3_000_000);
    const messages = [...Array.from({ length: 1000 }, (_, i) => `message ${i}`), large, 'last'];
    const publish = (message: string): Buffer => encodeCommand(['PUBLISH', 'news', message].map(toBytes));
    void plain.send(Buffer.concat(messages.map(publish)));
    const type = protocol === 3 ? '>' : '*';
    for (const message of messages) {
      const expected = [`${type}3`, '$7', 'message', '$4', 'news', `$${message.length}`, message, ''];
      expect((await subscriber.reply()).equals(Buffer.from(expected.join('\r\n')))).toBe(true);
      expect((await subscriber.reply()).toString()).toContain(`pmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n`);
    }
    expect((await subscriber.command('UNSUBSCRIBE', 'news')).toString()).toContain('unsubscribe');
    subscriber.close();
    plain.close();
  });

  it('pushes invalidations, what MONITOR shows, and what a client has waited for', async () => {
    const plain = await (await start()).connect();
    const tracking = await open();
    await tracking.command('HELLO', '3');
    await tracking.command('CLIENT', 'TRACKING', 'on');
    await tracking.command('GET', 'k');
    const monitor = await open();
    expect((await monitor.command('MONITOR')).toString()).toBe('+OK\r\n');
    const waiting = await open();
    const popped = waiting.command('BLPOP', 'queue', '0');
    await until(async () => (await plain.command('INFO', 'clients')).includes('blocked_clients:1'));
    await plain.command('SET', 'k', 'v');
    await plain.command('RPUSH', 'queue', 'job');
    expect((await tracking.reply()).toString()).toBe('>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n');
    expect((await popped).toString()).toBe('*2\r\n$5\r\nqueue\r\n$3\r\njob\r\n');
    const seen: string[] = [];
    while (seen.at(-1)?.includes('"RPUSH"') !== true) seen.push((await monitor.reply()).toString());
    expect(seen.some((line) => line.endsWith('] "SET" "k" "v"\r\n'))).toBe(true);
    for (const connection of [plain, tracking, monitor, waiting]) connection.close();
  });

  it('keeps what a client sends while it waits, executes it in order, and notices its end', async () => {
    const plain = await (await start()).connect();
    const areBlocked = async (count: number): Promise<boolean> =>
      (await plain.command('INFO', 'clients')).includes(`blocked_clients:${String(count)}\r\n`);
    const increment = encodeCommand(['INCR', 'n'].map(toBytes));
    const count = Math.ceil((12 * 2 ** 20) / increment.length);
    for (const isServed of [true, false]) {
      const waiting = await open();
      await waiting.send(encodeCommand(['BLPOP', 'queue', '0'].map(toBytes)));
      await until(() => areBlocked(1));
      await waiting.send(Buffer.concat(Array<Buffer>(count).fill(increment)));
      if (isServed) {
        await plain.command('RPUSH', 'queue', 'job');
        await waiting.reply();
        const replies = await waiting.replies(count);
        expect(replies.findIndex((reply, i) => reply.toString() !== `:${String(i + 1)}\r\n`)).toBe(-1);
      }
      waiting.close();
      await until(() => areBlocked(0));
    }
    await plain.command('RPUSH', 'queue', 'job');
    expect((await plain.command('LLEN', 'queue')).toString()).toBe(':1\r\n');
    plain.close();
  });

  it('replies to a client that ends its side first', async () => {
    await start();
    const socket = await connect({ allowHalfOpen: true } as tls.ConnectionOptions);
    let received = '';
    socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
    socket.end('PING\r\nECHO hello\r\n');
    await new Promise((done) => socket.once('end', done));
    expect(received).toBe('+PONG\r\n$5\r\nhello\r\n');
    socket.destroy();
  });
});

describe('certificates', () => {
  it('asks clients for one, and serves only those of its authority', async () => {
    await start('--tls-auth-clients', 'yes');
    expect(await ping()).toBe('refused');
    expect(await ping(certificateOf(client))).toBe('+PONG\r\n');
    expect(await ping(certificateOf(stranger.issue('client'), stranger))).toBe('refused');
  });

  it('lets a client be without one, but not with a wrong one', async () => {
    await start('--tls-auth-clients', 'optional');
    expect(await ping()).toBe('+PONG\r\n');
    expect(await ping(certificateOf(client))).toBe('+PONG\r\n');
    expect(await ping(certificateOf(stranger.issue('client'), stranger))).toBe('refused');
  });

  it('finds authorities in a folder', async () => {
    const folder = authority.hashedFolder();
    await start('--tls-ca-cert-file', '', '--tls-ca-cert-dir', folder, '--tls-auth-clients', 'yes');
    expect(await ping(certificateOf(client))).toBe('+PONG\r\n');
    expect(await ping()).toBe('refused');
  });

  it('takes a key with a password', async () => {
    const locked = authority.issue('locked', 'hush');
    const files = ['--tls-cert-file', locked.cert, '--tls-key-file', locked.key];
    await start(...files, '--tls-key-file-pass', 'hush');
    expect(await ping()).toBe('+PONG\r\n');
    await running?.stop();
    await expect(start(...files)).rejects.toThrow(/did not become ready/);
  });

  it('replaces its certificate without a restart, under the same name too', async () => {
    const files = authority.issue('replaced');
    await start('--tls-cert-file', files.cert, '--tls-key-file', files.key);
    const nameOf = async (): Promise<string> => {
      const socket = await connect();
      const name = socket.getPeerX509Certificate()?.subject ?? '';
      socket.destroy();
      return name;
    };
    const standing = await open();
    expect(await nameOf()).toBe('CN=replaced');
    const successor = authority.issue('successor');
    copyFileSync(successor.cert, files.cert);
    copyFileSync(successor.key, files.key);
    const set = ['CONFIG', 'SET', 'tls-cert-file', files.cert, 'tls-key-file', files.key];
    expect((await standing.command(...set)).toString()).toBe('+OK\r\n');
    expect(await nameOf()).toBe('CN=successor');
    expect((await standing.command('PING')).toString()).toBe('+PONG\r\n');
    standing.close();
  });

  it('refuses a configuration that is wrong, and stays as it was', async () => {
    const { port: plainPort } = await start();
    const connection = await RawConnection.open(plainPort);
    const pairs: [string, string][] = [
      ['tls-cert-file', join(authority.folder, 'nowhere')],
      ['tls-key-file', client.key],
      ['tls-protocols', 'TLSv1.2 TLSv9'],
      ['tls-ciphers', 'nonsense'],
      ['tls-ciphersuites', 'nonsense'],
      ['tls-ca-cert-file', join(authority.folder, 'nowhere')],
    ];
    for (const [name, value] of pairs) {
      const reply = (await connection.command('CONFIG', 'SET', name, value)).toString();
      expect(reply, name).toContain(CONFIGURATION_REFUSED);
      expect(await ping(), name).toBe('+PONG\r\n');
    }
    connection.close();
  });
});

describe('versions, ciphers and sessions', () => {
  it('speaks the versions it was told to', async () => {
    await start('--tls-protocols', 'TLSv1.2');
    expect(await ping({ minVersion: 'TLSv1.3' })).toBe('refused');
    const socket = await connect();
    expect(socket.getProtocol()).toBe('TLSv1.2');
    socket.destroy();
  });

  it('uses the ciphers and suites it was told to', async () => {
    const cipher = 'ECDHE-ECDSA-AES256-GCM-SHA384';
    await start('--tls-ciphers', cipher, '--tls-ciphersuites', 'TLS_CHACHA20_POLY1305_SHA256');
    const newer = await connect();
    expect(newer.getCipher().name).toBe('TLS_CHACHA20_POLY1305_SHA256');
    newer.destroy();
    const older = await connect({ maxVersion: 'TLSv1.2' });
    expect(older.getCipher().name).toBe(cipher);
    older.destroy();
    expect(await ping({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' })).toBe('refused');
  });

  // SSL_OP_NO_TICKET, so that sessions of TLS 1.2 are kept by the server and found by their identifiers.
  const WITHOUT_TICKETS = { maxVersion: 'TLSv1.2', secureOptions: 1 << 14 } as const;

  async function resumes(): Promise<boolean> {
    const first = await connect(WITHOUT_TICKETS);
    const session = first.getSession();
    first.destroy();
    const second = await connect({ ...WITHOUT_TICKETS, ...(session ? { session } : {}) });
    const isReused = second.isSessionReused();
    second.destroy();
    return isReused;
  }

  it('lets sessions be resumed, or not', async () => {
    const { port: plainPort } = await start();
    expect(await resumes()).toBe(true);
    const connection = await RawConnection.open(plainPort);
    await connection.command('CONFIG', 'SET', 'tls-session-caching', 'no');
    expect(await resumes()).toBe(false);
    connection.close();
  });
});

describe('what holds for any client', () => {
  it('shows it in CLIENT LIST, names it, and ends it', async () => {
    const { port: plainPort } = await start();
    const operator = await RawConnection.open(plainPort);
    const socket = await connect();
    const connection = RawConnection.over(socket);
    await connection.command('CLIENT', 'SETNAME', 'secure');
    const address = `127.0.0.1:${String(socket.localPort)}`;
    const list = (await operator.command('CLIENT', 'LIST')).toString();
    const line = list.split('\n').find((text) => text.includes('name=secure')) ?? '';
    expect(line).toContain(` addr=${address} laddr=127.0.0.1:${String(port)} `);
    expect(line).toMatch(/ fd=[1-9][0-9]* /);
    expect((await operator.command('CLIENT', 'KILL', address)).toString()).toBe('+OK\r\n');
    await until(() => connection.fate === 'closed');
    operator.close();
  });

  it('answers QUIT before it closes', async () => {
    await start();
    const connection = await open();
    expect((await connection.command('QUIT')).toString()).toBe('+OK\r\n');
    await until(() => connection.fate === 'closed');
  });

  it('counts against maxclients, from the handshake on', async () => {
    const { port: plainPort } = await start('--maxclients', '3');
    const operator = await RawConnection.open(plainPort);
    const mute = createConnection({ host: '127.0.0.1', port });
    mute.on('error', () => undefined);
    const connection = await open();
    expect((await connection.command('PING')).toString()).toBe('+PONG\r\n');
    expect(await ping()).toBe('refused');
    expect((await operator.command('INFO', 'stats')).toString()).toContain('rejected_connections:1');
    connection.close();
    mute.destroy();
    operator.close();
  });

  it('lets go of those that leave in their handshake', async () => {
    await start('--maxclients', '5');
    for (let i = 0; i < 20; i++) {
      await new Promise<void>((resolve) => {
        const leaving = createConnection({ host: '127.0.0.1', port }, () => leaving.end());
        // Half of a ClientHello, or nothing, as of a health check.
        leaving.write(Buffer.from(i % 2 === 0 ? '1603010200010001fc' : '', 'hex'));
        leaving.on('error', () => undefined);
        leaving.on('close', () => resolve());
        leaving.resume();
      });
    }
    expect(await ping()).toBe('+PONG\r\n');
  });

  it('has the kernel ask after it as often as CONFIG SET tcp-keepalive says', async () => {
    const { port: plainPort } = await start();
    const operator = await RawConnection.open(plainPort);
    await operator.command('CONFIG', 'SET', 'tcp-keepalive', '77');
    const connection = await open();
    await connection.command('PING');
    // The timer of the server's end: its kind, 2 being that which asks, and when it is due, in hundredths.
    const pattern = new RegExp(`:${port.toString(16).padStart(4, '0')} \\S+ 01 \\S+ 02:(\\S+)`, 'i');
    let due = Infinity;
    await until(() => {
      due = Number.parseInt(pattern.exec(readFileSync('/proc/net/tcp', 'latin1'))?.[1] ?? '', 16);
      return !Number.isNaN(due);
    });
    expect(due).toBeGreaterThan(0);
    expect(due).toBeLessThanOrEqual(7800);
    connection.close();
    operator.close();
  });

  it('closes it when it has been idle for too long', async () => {
    await start('--timeout', '3');
    const connection = await open();
    await connection.command('PING');
    await until(() => connection.fate === 'closed');
  });

  it('holds a client back that does not read, and serves the others', async () => {
    const { port: plainPort } = await start();
    const operator = await RawConnection.open(plainPort);
    await operator.command('SET', 'k', 'x'.repeat(100_000));
    const socket = await connect();
    socket.pause();
    const command = Buffer.from('*2\r\n$3\r\nGET\r\n$1\r\nk\r\n'.repeat(2000));
    socket.write(command);
    const waiting = async (): Promise<number> => {
      const list = (await operator.command('CLIENT', 'LIST')).toString();
      return Number(
        / omem=([0-9]+)/.exec(list.split('\n').find((text) => text.includes(`:${port} `)) ?? '')?.[1],
      );
    };
    await until(async () => (await waiting()) > 4 << 20);
    await new Promise((done) => setTimeout(done, 300));
    expect(await waiting()).toBeLessThan(16 << 20);
    expect(await waiting()).toBeGreaterThan(4 << 20);
    let received = 0;
    socket.on('data', (bytes: Buffer) => (received += bytes.length));
    socket.resume();
    await until(() => received === 2000 * '$100000\r\n\r\n'.length + 2000 * 100_000);
    socket.destroy();
    operator.close();
  });

  it('ends a client whose output passes its limit', async () => {
    const { port: plainPort } = await start('--client-output-buffer-limit', 'normal 3mb 0 0');
    const operator = await RawConnection.open(plainPort);
    await operator.command('SET', 'k', 'x'.repeat(1_000_000));
    const socket = await connect();
    socket.on('error', () => undefined);
    socket.pause();
    socket.write('GET k\r\n'.repeat(100));
    await until(async () =>
      (await operator.command('INFO', 'clients')).toString().includes('connected_clients:1\r\n'),
    );
    await operator.command('PING');
    socket.destroy();
    operator.close();
  });

  it('bounds what a blocked client sends ahead', async () => {
    await start('--long-read-threshold', '10');
    const connection = await open();
    await connection.command('RPUSH', 'l', ...Array.from({ length: 1000 }, (_, i) => String(i)));
    const commands = `LRANGE l 0 -1\r\n${'PING\r\n'.repeat(500_000)}`;
    void connection.send(Buffer.from(commands));
    expect((await connection.reply()).length).toBeGreaterThan(1000);
    for (let i = 0; i < 500_000; i++) await connection.reply();
    connection.close();
  });

  it('survives those that break off, at any time', async () => {
    const { port: plainPort } = await start();
    for (let i = 0; i < 50; i++) {
      const raw = createConnection({ host: '127.0.0.1', port });
      raw.on('error', () => undefined);
      raw.write(i % 2 === 0 ? 'this is no handshake at all\r\n\r\n' : '');
      const socket = await connect();
      socket.on('error', () => undefined);
      socket.write('ECHO hello\r\n'.repeat(1000));
      if (i % 3 === 0) socket.destroy();
      else socket.end();
      raw.destroy();
    }
    const operator = await RawConnection.open(plainPort);
    await until(async () =>
      (await operator.command('INFO', 'clients')).toString().includes('connected_clients:1\r\n'),
    );
    expect(await ping()).toBe('+PONG\r\n');
    operator.close();
  });
});

describe('the port', () => {
  it('moves, closes and opens on CONFIG SET', async () => {
    const { port: plainPort } = await start();
    const operator = await RawConnection.open(plainPort);
    const before = port;
    port = await freePort();
    expect((await operator.command('CONFIG', 'SET', 'tls-port', port)).toString()).toBe('+OK\r\n');
    await until(async () => (await ping()) === '+PONG\r\n');
    expect(await ping({ port: before })).toBe('refused');
    const taken = (await operator.command('CONFIG', 'SET', 'tls-port', plainPort)).toString();
    expect(taken).toContain('Unable to listen on this port. Check server logs.');
    expect(await ping()).toBe('+PONG\r\n');
    expect((await operator.command('CONFIG', 'SET', 'tls-port', '0')).toString()).toBe('+OK\r\n');
    expect(await ping()).toBe('refused');
    operator.close();
  });

  it('stays open when another part of the CONFIG SET fails', async () => {
    const { port: plainPort } = await start();
    const operator = await RawConnection.open(plainPort);
    const [blocker, elsewhere] = [createServer(), await freePort()];
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port: taken } = blocker.address() as AddressInfo;
    const reply = await operator.command('CONFIG', 'SET', 'tls-port', elsewhere, 'port', taken);
    expect(reply.toString()).toContain('Unable to listen on this port. Check server logs.');
    await new Promise((done) => setTimeout(done, 200));
    expect(await ping()).toBe('+PONG\r\n');
    expect(await ping({ port: elsewhere })).toBe('refused');
    blocker.close();
    operator.close();
  });

  it('moves to and fro, as often as it is told to at once', async () => {
    const { port: plainPort } = await start();
    const operator = await RawConnection.open(plainPort);
    const [first, second] = [await freePort(), await freePort()];
    const moves = [first, second, first, second, port, 0, first, port, first];
    await operator.send(
      Buffer.concat(
        moves.map((to) =>
          encodeCommand(['CONFIG', 'SET', 'tls-port', String(to)].map((word) => toBytes(word))),
        ),
      ),
    );
    for (let i = 0; i < moves.length; i++) expect((await operator.reply()).toString()).toBe('+OK\r\n');
    await until(async () => (await ping({ port: first })) === '+PONG\r\n');
    expect([await ping(), await ping({ port: second })]).toEqual(['refused', 'refused']);
    operator.close();
  });

  it('needs a certificate, and an authority where clients must show one', async () => {
    const rejected = /did not become ready/;
    await expect(start('--tls-cert-file', '')).rejects.toThrow(rejected);
    const more = ['--tls-ca-cert-file', '', '--tls-auth-clients', 'yes'];
    await expect(start(...more)).rejects.toThrow(/tls-ca-cert-file or tls-ca-cert-dir must be set/);
  });

  it('may be the only one', async () => {
    const folder = authority.folder;
    port = await freePort();
    const plain = await start(
      '--dir',
      folder,
      '--tls-cert-file',
      'server.crt',
      '--tls-key-file',
      'server.key',
    );
    expect(plain.alive).toBe(true);
    expect(await ping()).toBe('+PONG\r\n');
  });
});

describe('the addresses', () => {
  it('change together with those of the plain port', async () => {
    const { port: plainPort } = await start('--bind', '127.0.0.1');
    // The certificate names the first address only.
    const second = { host: '127.0.0.2', checkServerIdentity: () => undefined };
    const plain = await RawConnection.open(plainPort);
    const bind = (addresses: string): Promise<Buffer> => plain.command('CONFIG', 'SET', 'bind', addresses);
    expect(await ping(second)).toBe('refused');
    await bind('127.0.0.1 127.0.0.2');
    await until(async () => (await ping(second)) === '+PONG\r\n');
    await bind('127.0.0.2');
    await bind('127.0.0.1');
    await bind('127.0.0.1 -192.0.2.1');
    await until(async () => (await ping()) === '+PONG\r\n');
    expect(await ping(second)).toBe('refused');
    expect((await bind('192.0.2.1')).toString()).toContain('Failed to bind to specified addresses.');
    await until(async () => (await ping()) === '+PONG\r\n');
    plain.close();
  });

  it('stay as they are if nothing can be listened on at others, without a plain port too', async () => {
    await start('--bind', '127.0.0.1');
    const connection = await open();
    await connection.command('CONFIG', 'SET', 'port', '0');
    const reply = (await connection.command('CONFIG', 'SET', 'bind', '192.0.2.1')).toString();
    expect(reply).toContain('Failed to bind to specified addresses.');
    await until(async () => (await ping()) === '+PONG\r\n');
    connection.close();
  });
});
