/**
 * What the policies of the append-only file promise: replies that wait for the disk, nothing lost that was acknowledged, and
 * what happens while the disk takes nothing.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolder, type DataServer } from '../support/data-folder.js';
import { programUnderTest, type ServerProgram } from '../support/server-process.js';
import { until } from '../support/until.js';

const ON = ['--save', '', '--appendonly', 'yes', '--enable-debug-command', 'yes'];
const ALWAYS = [...ON, '--appendfsync', 'always'];
const DELAY_US = 300_000;
/** Timers may be a little early. */
const DELAY_MS = 290;
/** Longer than any test waits: such a sync ends when the disk is told to be quick again. */
const ENDLESS_US = 3_600_000_000;
/** What must not happen has so long to happen. */
const QUIET_MS = 200;
const LIMIT_KB = 16;

let folder: DataFolder;
beforeEach(() => (folder = DataFolder.make()));
afterEach(() => folder.remove());

/** The program in a shell that lets files grow to a size only, which `lift` takes away. */
function limited(kilobytes = LIMIT_KB): ServerProgram {
  const { name, command } = programUnderTest();
  const script = `trap '' XFSZ; ulimit -S -f ${String(kilobytes)}; exec "$@"`;
  return { name, command: ['bash', '-c', script, 'bash', ...command] };
}

function lift({ child }: DataServer): void {
  execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:unlimited']);
}

async function slowly(server: DataServer, us = DELAY_US): Promise<void> {
  expect(await server.ask('DEBUG', 'AOF-FLUSH-SLEEP', String(us))).toBe('OK');
}

/** How many syncs have ended. */
const syncs = async (server: DataServer): Promise<number> =>
  Number(await server.info('redwing_aof_syncs', 'persistence'));

const quickly = (server: DataServer): Promise<void> => slowly(server, 0);
/** Far more than commands take that do not wait for the disk, and less than the server ever waits for it. */
const HELD_UP_MS = 8000;
const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, QUIET_MS));

const elapsed = (from: number): number => performance.now() - from;

describe('appendfsync always', () => {
  it('replies to a write, and to who has seen it, when it is on the disk', async () => {
    const server = await folder.start(programUnderTest(), ...ALWAYS);
    const [writer, reader, subscriber] = [
      await server.connect(),
      await server.connect(),
      await server.connect(),
    ];
    await subscriber.command('SUBSCRIBE', 'news');
    await slowly(server);
    const start = performance.now();
    const written = writer.command('SET', 'a', '1');
    await until(() => logText().includes('$1\r\na\r\n'));
    await reader.send(Buffer.from('GET a\r\nPUBLISH news x\r\n'));
    const timed = async (reply: Promise<Buffer>): Promise<readonly [string, number]> => [
      String(await reply),
      elapsed(start),
    ];
    const ended = await Promise.all([timed(written), timed(reader.reply()), timed(subscriber.reply())]);
    expect(String(await reader.reply())).toBe(':1\r\n');
    expect(ended[0][0]).toBe('+OK\r\n');
    expect(ended[1][0]).toBe('$1\r\n1\r\n');
    for (const [, ms] of ended) expect(ms).toBeGreaterThan(DELAY_MS);
  });

  it('brings many writes to the disk at once', async () => {
    const server = await folder.start(programUnderTest(), ...ALWAYS);
    const clients = await Promise.all(Array.from({ length: 20 }, () => server.connect()));
    const before = await syncs(server);
    await slowly(server, ENDLESS_US);
    const written = [clients[0].command('SET', 'key 0', 'x')];
    await until(() => logText().includes('key 0'));
    for (const [i, client] of clients.entries()) {
      if (i === 0) continue;
      await client.send(Buffer.from(`SET key${String(i)} x\r\n`));
      written.push(client.reply());
    }
    await quickly(server);
    for (const reply of written) expect(String(await reply)).toBe('+OK\r\n');
    // One after the other there would be one for each; all but the first have arrived in a turn or two.
    expect((await syncs(server)) - before).toBeLessThan(6);
  });

  it('replies before it ends a connection', async () => {
    const server = await folder.start(programUnderTest(), ...ALWAYS);
    const client = await server.connect();
    await slowly(server);
    const start = performance.now();
    await client.send(Buffer.from('SET a 1\r\nGET a\r\nQUIT\r\n'));
    expect(String(await client.reply())).toBe('+OK\r\n');
    expect(elapsed(start)).toBeGreaterThan(DELAY_MS);
    expect(String(await client.reply())).toBe('$1\r\n1\r\n');
    expect(String(await client.reply())).toBe('+OK\r\n');
    await until(() => client.fate === 'closed');
  });

  it('replies to a client that has ended its side', async () => {
    const server = await folder.start(programUnderTest(), ...ALWAYS);
    const client = await server.connect();
    await slowly(server);
    const start = performance.now();
    await client.send(Buffer.from('SET a 1\r\nGET a\r\n'));
    client.halfClose();
    expect(String(await client.reply())).toBe('+OK\r\n');
    expect(elapsed(start)).toBeGreaterThan(DELAY_MS);
    expect(String(await client.reply())).toBe('$1\r\n1\r\n');
    await until(() => client.fate === 'closed');
    await until(async () => (await server.info('connected_clients')) === '1');
  });

  it('keeps the order of replies that are large, and of what others are told', async () => {
    const server = await folder.start(programUnderTest(), ...ALWAYS);
    const client = await server.connect();
    const large = 'y'.repeat(3_000_000);
    await client.command('SET', 'large', large);
    await slowly(server);
    await client.send(Buffer.from('SET a 1\r\nGET large\r\nINCR a\r\nGET large\r\nINCR a\r\n'));
    expect(String(await client.reply())).toBe('+OK\r\n');
    expect((await client.reply()).length).toBeGreaterThan(large.length);
    expect(String(await client.reply())).toBe(':2\r\n');
    expect((await client.reply()).length).toBeGreaterThan(large.length);
    expect(String(await client.reply())).toBe(':3\r\n');
  });

  it('serves a client that has waited for an element when it is on the disk', async () => {
    const server = await folder.start(programUnderTest(), ...ALWAYS);
    const [waiting, writer] = [await server.connect(), await server.connect()];
    const popped = waiting.command('BLPOP', 'list', '0');
    await until(async () => (await server.info('blocked_clients')) === '1');
    await slowly(server);
    const start = performance.now();
    await writer.command('RPUSH', 'list', 'a');
    expect(String(await popped)).toBe('*2\r\n$4\r\nlist\r\n$1\r\na\r\n');
    expect(elapsed(start)).toBeGreaterThan(DELAY_MS);
  });

  it('holds back what could be lost while the disk takes nothing, refuses what follows, and goes on later', async () => {
    const server = await folder.start(limited(), ...ALWAYS);
    const writer = await server.connect();
    let acknowledged = 0;
    let isHeld = false;
    const write = async (): Promise<void> => {
      for (let i = 0; !isHeld; i++) {
        const reply = String(await writer.command('SET', `key ${String(i)}`, 'x'.repeat(1000)));
        if (reply !== '+OK\r\n') throw new Error(reply);
        acknowledged++;
      }
    };
    const written = write();
    await server.says('The append-only file cannot be written (write: File too large)');
    isHeld = true;
    const others = await server.connect();
    const refusal = '-MISCONF Errors writing to the AOF file: File too large\r\n';
    expect(String(await others.command('SET', 'a', '1'))).toBe(refusal);
    expect(String(await others.command('GET', 'key 0'))).toBe(refusal);
    expect(String(await others.command('PING'))).toBe(refusal);
    expect(await server.info('aof_last_write_status', 'persistence')).toBe('err');
    const before = acknowledged;
    lift(server);
    await written;
    // The one that was held back is acknowledged now.
    expect(acknowledged).toBe(before + 1);
    await server.says('AOF write error looks solved');
    expect(await server.ask('SET', 'a', '1')).toBe('OK');
    expect(await server.info('aof_last_write_status', 'persistence')).toBe('ok');
    await server.end('SIGKILL');
    const second = await folder.start(programUnderTest(), ...ALWAYS);
    expect(await second.ask('DBSIZE')).toBe(String(acknowledged + 1));
  });
});

describe('appendfsync everysec', () => {
  it('replies at once, and waits only when the disk is more than two seconds behind', async () => {
    const server = await folder.start(programUnderTest(), ...ON);
    const writer = await server.connect();
    await server.run('SET a 1');
    await until(async () => (await syncs(server)) > 0);
    await slowly(server, ENDLESS_US);
    const start = performance.now();
    let [repliedMs, isQuick] = [start, false];
    const write = async (): Promise<void> => {
      for (; !isQuick; repliedMs = performance.now())
        expect(String(await writer.command('SET', 'b', '1'))).toBe('+OK\r\n');
    };
    const written = write();
    await until(() => elapsed(start) > 3000 && elapsed(repliedMs) > 1000);
    expect(repliedMs).toBeGreaterThan(start);
    isQuick = true;
    await quickly(server);
    await written;
    expect(Number(await server.info('aof_delayed_fsync', 'persistence'))).toBeGreaterThan(0);
  });

  it('refuses writes while the disk takes none, and goes on later', async () => {
    const server = await folder.start(limited(), ...ON);
    let written = 0;
    for (let reply = ''; !reply.startsWith('-'); written++)
      reply = await server.ask('SET', `key ${String(written)}`, 'x'.repeat(1000));
    written--;
    expect(await server.ask('SET', 'a', '1')).toBe('-MISCONF Errors writing to the AOF file: File too large');
    expect(await server.ask('EXISTS', 'key 0')).toBe('1');
    lift(server);
    await until(async () => (await server.ask('SET', 'a', '1')) === 'OK');
    await server.end('SIGTERM');
    const second = await folder.start(programUnderTest(), ...ON);
    expect(await second.ask('DBSIZE')).toBe(String(written + 1));
  });
});

describe('CONFIG SET appendonly no while the disk is slow', () => {
  it.each(['always', 'everysec'])('holds nobody up, and keeps what was acknowledged: %s', async (policy) => {
    const server = await folder.start(programUnderTest(), ...ON, '--appendfsync', policy);
    const [writer, turner, other] = [await server.connect(), await server.connect(), await server.connect()];
    await server.run('SET a 1');
    await until(async () => (await syncs(server)) > 0);
    await slowly(server, ENDLESS_US);
    let isWritten = false;
    const written = writer.command('SET', 'b', '1').then(() => (isWritten = true));
    await until(() => logText().includes('$1\r\nb\r\n'));
    const start = performance.now();
    const turned = turner.command('CONFIG', 'SET', 'appendonly', 'no');
    const answered = other.command('PING');
    // With `always` the reply to a client waits for what was before.
    if (policy === 'everysec') {
      await Promise.all([written, turned, answered]);
      expect(elapsed(start)).toBeLessThan(HELD_UP_MS);
    } else await quiet();
    expect(isWritten).toBe(policy === 'everysec');
    // What is written now is in no file until there is a new one; that waits for the end of the old.
    void turner.send(Buffer.from('SET c 1\r\nCONFIG SET appendonly yes\r\nSET d 1\r\n'));
    await quiet();
    expect(server.output).not.toContain('Background AOF rewrite finished successfully');
    await quickly(server);
    expect(String(await turned)).toBe('+OK\r\n');
    expect((await turner.replies(3)).map(String)).toEqual(Array(3).fill('+OK\r\n'));
    await Promise.all([written, answered]);
    await server.says('Background AOF rewrite finished successfully');
    expect(await server.info('aof_enabled', 'persistence')).toBe('1');
    await server.run('SET e 1');
    await until(() => logText(2).includes('$1\r\ne\r\n'));
    await server.end('SIGKILL');
    const second = await folder.start(programUnderTest(), ...ON);
    expect(await second.ask('MGET', 'a', 'b', 'c', 'd', 'e')).toBe('[1, 1, 1, 1, 1]');
  });

  it('answers others while the old file is synced', async () => {
    const server = await folder.start(programUnderTest(), ...ON);
    await server.run('SET a 1');
    await until(async () => (await syncs(server)) > 0);
    await slowly(server, ENDLESS_US);
    const start = performance.now();
    await server.run('SET b 1');
    expect(await server.ask('CONFIG', 'SET', 'appendonly', 'no')).toBe('OK');
    for (let i = 0; i < 10; i++)
      await server.run('INCR count\nCONFIG SET appendonly yes\nCONFIG SET appendonly no');
    expect(elapsed(start)).toBeLessThan(HELD_UP_MS);
    // The end waits for it.
    const ms = elapsed(start) + 1000;
    await slowly(server, Math.round(ms * 1000));
    await server.end('SIGTERM');
    expect(elapsed(start)).toBeGreaterThan(ms - 10);
    expect(logText()).toContain('$1\r\nb\r\n');
    const second = await folder.start(programUnderTest(), ...ON);
    expect(await second.ask('MGET', 'a', 'b', 'count')).toBe('[1, 1, (nil)]');
  });

  it('ends the log within a transaction', async () => {
    const server = await folder.start(programUnderTest(), ...ON);
    await server.run('MULTI\nSET a 1\nSET b 1\nCONFIG SET appendonly no\nSET c 1\nSET d 1\nEXEC\nSET e 1');
    await server.end('SIGTERM');
    const second = await folder.start(programUnderTest(), ...ON);
    expect(await second.ask('MGET', 'a', 'b', 'c', 'd', 'e')).toBe('[1, 1, (nil), (nil), (nil)]');
  });

  it('waits for the disk no longer when that takes nothing', async () => {
    const server = await folder.start(limited(), ...ALWAYS);
    const writer = await server.connect();
    const written = writer.command('SET', 'large', 'x'.repeat(20_000));
    await server.says('The append-only file cannot be written (write: File too large)');
    expect(await server.ask('CONFIG', 'SET', 'appendonly', 'no')).toBe('OK');
    expect(String(await written)).toBe('+OK\r\n');
    await server.says('The append-only file ended before everything was written to it');
    expect(await server.ask('SET', 'a', '1')).toBe('OK');
  });
});

describe('a disk that takes nothing', () => {
  it.each(['everysec', 'no'])('holds nobody up when much waits for it: %s', async (policy) => {
    const server = await folder.start(limited(1000), ...ON, '--appendfsync', policy);
    await server.run('SET a 1');
    const writer = await server.connect();
    // More than what may wait for the disk before everybody does.
    const written = writer.command('SET', 'large', Buffer.alloc(70_000_000, 'x'));
    await server.says('The append-only file cannot be written (write: File too large)');
    expect(String(await written)).toBe('+OK\r\n');
    expect(await server.ask('GET', 'a')).toBe('1');
    expect(await server.ask('SET', 'a', '2')).toBe('-MISCONF Errors writing to the AOF file: File too large');
    expect(await server.ask('STRLEN', 'large')).toBe('70000000');
    lift(server);
    await until(async () => (await server.ask('SET', 'a', '2')) === 'OK');
    await server.end('SIGTERM');
    const second = await folder.start(programUnderTest(), ...ON);
    expect(await second.ask('GET', 'a')).toBe('2');
    expect(await second.ask('STRLEN', 'large')).toBe('70000000');
  });

  it.each(['always', 'everysec'])('is healed by a rewriting to smaller files: %s', async (policy) => {
    const server = await folder.start(limited(), ...ON, '--appendfsync', policy);
    const writer = await server.connect();
    let [acknowledged, isHeld] = [0, false];
    const write = async (): Promise<void> => {
      const send = (): Promise<Buffer> => writer.command('INCRBY', 'count', '1');
      for (; !isHeld && String(await send()).startsWith(':'); acknowledged++);
    };
    const written = write();
    await server.says('The append-only file cannot be written (write: File too large)');
    isHeld = true;
    const before = acknowledged;
    expect(await server.ask('BGREWRITEAOF')).toBe('Background append only file rewriting started');
    await server.says('Background AOF rewrite finished successfully');
    await server.says('AOF write error looks solved');
    await written;
    // With `always` a reply was held back, and has left.
    if (policy === 'always') expect(acknowledged).toBe(before + 1);
    expect(await server.info('aof_last_write_status', 'persistence')).toBe('ok');
    expect(await server.ask('SET', 'later', '1')).toBe('OK');
    await server.end('SIGTERM');
    const second = await folder.start(programUnderTest(), ...ON);
    expect(await second.ask('MGET', 'count', 'later')).toBe(`[${String(acknowledged)}, 1]`);
  });

  it('lets a rewriting fail, and what was there goes on being so', async () => {
    const server = await folder.start(limited(), ...ON);
    await server.run('DEBUG POPULATE 2000 key 100\nSET a 1');
    expect(await server.ask('BGREWRITEAOF')).toBe('Background append only file rewriting started');
    await until(async () => (await server.info('aof_rewrite_in_progress', 'persistence')) === '0');
    expect(await server.info('aof_last_bgrewrite_status', 'persistence')).toBe('err');
    expect(await server.info('aof_rewrites_consecutive_failures', 'persistence')).toBe('1');
    await server.run('SET b 2');
    await server.end('SIGTERM');
    const second = await folder.start(programUnderTest(), ...ON);
    expect(await second.ask('MGET', 'a', 'b')).toBe('[1, 2]');
  });
});

function logText(sequence = 1): string {
  return readFileSync(folder.file(`appendonlydir/appendonly.aof.${String(sequence)}.incr.aof`), 'latin1');
}
