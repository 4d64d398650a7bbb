/**
 * `maxmemory-clients`: whose connection is ended when clients take too much memory, and whose is not. The same is expected
 * of a real Redis, so that what is expected is what Redis does.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeCommand, toBytes } from '../support/command-line.js';
import type { RawConnection } from '../support/raw-connection.js';
import { parseReply, textOf } from '../support/reply.js';
import { ServerProcess, programUnderTest, referenceProgram } from '../support/server-process.js';
import { until } from '../support/until.js';

const MEGABYTE = 2 ** 20;
const NAMES = 50_000;
const NAMES_PER_COMMAND = 500;
const CLOSE_TIMEOUT_MS = 60_000;

async function ask(connection: RawConnection, ...words: string[]): Promise<string> {
  return textOf(parseReply(await connection.command(...words))) ?? '';
}

describe.each([
  ['redwing', programUnderTest],
  ['redis 7.0', () => referenceProgram('7.0')],
] as const)('memory of clients, %s', (name, program) => {
  let server: ServerProcess;
  let control: RawConnection;
  const opened: RawConnection[] = [];

  beforeAll(async () => {
    server = await ServerProcess.start(program());
    control = await server.connect();
    await ask(control, 'CLIENT', 'NO-EVICT', 'ON');
  });
  afterAll(async () => {
    control.close();
    await server.stop();
  });
  afterEach(async () => {
    for (const connection of opened.splice(0)) connection.close();
    await ask(control, 'CONFIG', 'SET', 'maxmemory-clients', '0', 'maxmemory', '0');
    await until(async () => (await ask(control, 'CLIENT', 'LIST')).trim().split('\n').length === 1);
    await ask(control, 'CONFIG', 'RESETSTAT');
  });

  async function open(called: string): Promise<RawConnection> {
    const connection = await server.connect();
    opened.push(connection);
    await ask(connection, 'CLIENT', 'SETNAME', called);
    return connection;
  }

  async function fieldOf(called: string, field: string): Promise<number> {
    const list = await ask(control, 'CLIENT', 'LIST');
    const line = list.split('\n').find((one) => one.includes(` name=${called} `));
    return Number(new RegExp(` ${field}=(\\d+)`).exec(line ?? '')?.[1] ?? NaN);
  }

  /** A client in the midst of sending an argument, of which `bytes` have arrived. */
  async function sender(called: string, bytes: number): Promise<RawConnection> {
    const connection = await open(called);
    await connection.send(Buffer.from(`*2\r\n$4\r\nECHO\r\n$${2 * bytes}\r\n`));
    await connection.send(Buffer.alloc(bytes, 120));
    await until(async () => (await fieldOf(called, 'qbuf')) >= bytes);
    return connection;
  }

  async function limit(bytes: number): Promise<void> {
    await ask(control, 'CONFIG', 'SET', 'maxmemory-clients', String(bytes));
  }

  async function evicted(): Promise<number> {
    return Number(/^evicted_clients:(\d+)/m.exec(await ask(control, 'INFO', 'stats'))?.[1]);
  }

  async function expectEvicted(connection: RawConnection): Promise<void> {
    expect(await connection.waitForClose(CLOSE_TIMEOUT_MS)).toBe('closed');
    expect(await evicted()).toBe(1);
    const told = /\* Evicting client: id=\d+ addr=127\.0\.0\.1:\d+ .* name=\w+ /;
    await until(() => told.test(server.output));
  }

  it('counts what has arrived of a command', async () => {
    await limit(5 * MEGABYTE);
    const connection = await open('sending');
    await connection.send(Buffer.from('*2\r\n$4\r\nECHO\r\n$20000000\r\n'));
    void connection.send(Buffer.alloc(10 * MEGABYTE, 120));
    await expectEvicted(connection);
  });

  it('counts queued commands', async () => {
    await limit(5 * MEGABYTE);
    const connection = await open('queueing');
    await ask(connection, 'MULTI');
    for (let i = 0; i < 80 && connection.fate === 'open'; i++)
      void connection.send(encodeCommand(['SET', `key:${i}`, 'v'.repeat(100_000)].map(toBytes)));
    await expectEvicted(connection);
  });

  // Redis counts patterns for little, and searches a list of them for each that is added.
  const keeping = ['WATCH', 'SUBSCRIBE', 'SSUBSCRIBE', ...(name === 'redwing' ? ['PSUBSCRIBE'] : [])];
  it.each(keeping)('counts names kept by %s', async (command) => {
    await limit(MEGABYTE);
    const connection = await open('listening');
    for (let i = 0; i < NAMES && connection.fate === 'open'; i += NAMES_PER_COMMAND) {
      const names = Array.from({ length: NAMES_PER_COMMAND }, (_unused, k) => `name:${i + k}`);
      await connection.send(encodeCommand([command, ...names].map(toBytes)));
    }
    await expectEvicted(connection);
  });

  it('counts replies that are not read', async () => {
    await ask(control, 'SET', 'large', 'v'.repeat(MEGABYTE));
    await limit(2 * MEGABYTE);
    const connection = await open('deaf');
    connection.pause();
    // What the system's buffers take is not the server's.
    for (let i = 0; i < 40; i++) await connection.send(encodeCommand(['GET', 'large'].map(toBytes)));
    await until(async () => (await evicted()) === 1);
    expect(await fieldOf('deaf', 'qbuf')).toBeNaN();
  });

  it('ends the largest first, and no more than needed', async () => {
    const small = await sender('small', MEGABYTE);
    const middle = await sender('middle', 3 * MEGABYTE);
    const large = await sender('large', 9 * MEGABYTE);
    expect(await fieldOf('large', 'tot-mem')).toBeGreaterThan(9 * MEGABYTE);
    await limit(16 * MEGABYTE);
    await expectEvicted(large);
    expect(await ask(control, 'PING')).toBe('PONG');
    await limit(5 * MEGABYTE);
    expect(await middle.waitForClose(CLOSE_TIMEOUT_MS)).toBe('closed');
    expect(await evicted()).toBe(2);
    expect(await fieldOf('small', 'qbuf')).toBeGreaterThanOrEqual(MEGABYTE);
    await limit(MEGABYTE);
    expect(await small.waitForClose(CLOSE_TIMEOUT_MS)).toBe('closed');
    expect(await evicted()).toBe(3);
  });

  it('spares who has said CLIENT NO-EVICT, but counts it', async () => {
    const spared = await open('spared');
    await ask(spared, 'CLIENT', 'NO-EVICT', 'ON');
    await spared.send(Buffer.from('*2\r\n$4\r\nECHO\r\n$8000000\r\n'));
    await spared.send(Buffer.alloc(6_000_000, 120));
    await until(async () => (await fieldOf('spared', 'qbuf')) >= 6_000_000);
    const other = await sender('other', MEGABYTE);
    await limit(5 * MEGABYTE);
    await expectEvicted(other);
    expect(await fieldOf('spared', 'qbuf')).toBeGreaterThanOrEqual(6_000_000);
    await limit(0);
    await spared.send(Buffer.concat([Buffer.alloc(2_000_000, 120), Buffer.from('\r\n')]));
    expect((await spared.reply()).length).toBeGreaterThan(8_000_000);
  });

  it('may be limited to a part of maxmemory', async () => {
    const connection = await sender('sending', 3 * MEGABYTE);
    await ask(control, 'CONFIG', 'SET', 'maxmemory-clients', '5%');
    // Without maxmemory there is nothing to take a part of.
    for (let i = 0; i < 5; i++) expect(await ask(control, 'PING')).toBe('PONG');
    expect(connection.fate).toBe('open');
    await ask(control, 'CONFIG', 'SET', 'maxmemory', String(200 * MEGABYTE));
    for (let i = 0; i < 5; i++) expect(await ask(control, 'PING')).toBe('PONG');
    expect(connection.fate).toBe('open');
    await ask(control, 'CONFIG', 'SET', 'maxmemory', String(50 * MEGABYTE));
    await expectEvicted(connection);
  });

  it('is told in INFO', async () => {
    const figure = async (section: string, field: string): Promise<number> =>
      Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(await ask(control, 'INFO', section))?.[1]);
    await sender('sending', 3 * MEGABYTE);
    await until(async () => (await figure('memory', 'mem_clients_normal')) > 3 * MEGABYTE);
    await until(async () => (await figure('clients', 'client_recent_max_input_buffer')) >= 3 * MEGABYTE);
  });
});
