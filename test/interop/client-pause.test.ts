/** CLIENT PAUSE with many connections: they go on in the order of their coming, whoever has left meanwhile. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeCommand, toBytes } from '../support/command-line.js';
import type { RawConnection } from '../support/raw-connection.js';
import { parseReply, textOf } from '../support/reply.js';
import { ServerProcess, programUnderTest } from '../support/server-process.js';

const CLIENTS = 120;
const PAUSE_MS = '600000';
const MEGABYTE = 2 ** 20;

describe('CLIENT PAUSE', () => {
  let server: ServerProcess;
  let control: RawConnection;
  const opened: RawConnection[] = [];

  beforeEach(async () => {
    server = await ServerProcess.start(programUnderTest());
    control = await server.connect();
  });
  afterEach(async () => {
    for (const connection of [control, ...opened.splice(0)]) connection.close();
    await server.stop();
  });

  async function ask(connection: RawConnection, ...words: string[]): Promise<string> {
    return textOf(parseReply(await connection.command(...words))) ?? '';
  }

  async function figure(field: string): Promise<string> {
    const text = await ask(control, 'INFO', 'clients');
    return new RegExp(`^${field}:(\\S+)`, 'm').exec(text)?.[1] ?? '';
  }

  /** Resolves as soon as so many clients wait; the test's own time limit ends the waiting. */
  async function untilBlocked(count: number): Promise<void> {
    while ((await figure('blocked_clients')) !== String(count))
      await new Promise((done) => setTimeout(done, 2));
  }

  /** A client that sends `commands` in one write, and has to wait with the first of them. */
  async function waiting(...commands: readonly (readonly string[])[]): Promise<RawConnection> {
    const connection = await server.connect();
    opened.push(connection);
    void connection.send(Buffer.concat(commands.map((words) => encodeCommand(words.map(toBytes)))));
    await untilBlocked(opened.length);
    return connection;
  }

  async function items(key: string): Promise<string[]> {
    const reply = parseReply(await control.command('LRANGE', key, '0', '-1'));
    return (reply.items ?? []).map((item) => textOf(item) ?? '');
  }

  it('lets many clients go on in order, without those that have left', async () => {
    await ask(control, 'CLIENT', 'PAUSE', PAUSE_MS, 'WRITE');
    expect(await figure('paused_reason')).toBe('client_pause');
    expect(await figure('paused_actions')).toBe('write');
    expect(Number(await figure('paused_timeout_milliseconds'))).toBeGreaterThan(30_000);
    const clients: RawConnection[] = [];
    for (let i = 0; i < CLIENTS; i++)
      clients.push(await waiting(['RPUSH', 'list', String(i)], ['PING', String(i)]));
    for (let i = 0; i < CLIENTS; i += 3) {
      if (i % 2 === 0) clients[i].close();
      else await ask(control, 'CLIENT', 'KILL', 'ADDR', `127.0.0.1:${clients[i].localPort}`);
    }
    const left = Array.from({ length: CLIENTS }, (_, i) => i).filter((i) => i % 3 !== 0);
    await untilBlocked(left.length);
    await ask(control, 'CLIENT', 'UNPAUSE');
    const pings = await Promise.all(left.map((i) => clients[i].replies(2)));
    expect(pings.map(([, pong]) => textOf(parseReply(pong)))).toEqual(left.map(String));
    expect(await items('list')).toEqual(left.map(String));
    expect(await figure('blocked_clients')).toBe('0');
    expect(await figure('paused_actions')).toBe('none');
  });

  it('keeps the order of commands that do not fit into one turn', async () => {
    await ask(control, 'CLIENT', 'PAUSE', PAUSE_MS, 'WRITE');
    const clients: RawConnection[] = [];
    for (let i = 0; i < 24; i++) {
      const value = 'v'.repeat(i % 3 === 0 ? 10 : 0.9 * MEGABYTE);
      clients.push(
        await waiting(['RPUSH', 'list', String(i)], ['SET', `key:${i}`, value], ['STRLEN', `key:${i}`]),
      );
    }
    await ask(control, 'CLIENT', 'UNPAUSE');
    for (const client of clients) expect((await client.replies(3))[1].toString()).toBe('+OK\r\n');
    expect(await items('list')).toEqual(clients.map((_, i) => String(i)));
  });

  it('ends by itself, and not before', async () => {
    const begun = performance.now();
    await ask(control, 'CLIENT', 'PAUSE', '200', 'ALL');
    expect(await ask(control, 'PING')).toBe('PONG');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(199);
  });

  // One that has sent more than the server keeps for it (1 MB) is read no further, so that its end is not noticed.
  it('keeps no command of a client that has gone', async () => {
    await ask(control, 'SET', 'key', 'before');
    await ask(control, 'CLIENT', 'PAUSE', PAUSE_MS, 'WRITE');
    const client = await waiting(['SET', 'key', 'x'.repeat(0.5 * MEGABYTE)], ['SET', 'other', 'x']);
    client.close();
    await untilBlocked(0);
    await ask(control, 'CLIENT', 'UNPAUSE');
    expect(await ask(control, 'GET', 'key')).toBe('before');
    expect(await ask(control, 'EXISTS', 'other')).toBe('0');
    // What it had sent takes no memory any more.
    expect(Number(/^mem_clients_normal:(\d+)/m.exec(await ask(control, 'INFO', 'memory'))?.[1])).toBeLessThan(
      MEGABYTE,
    );
  });
});
