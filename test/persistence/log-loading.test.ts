/**
 * A log brings back what was there when it was written: while it is read, which takes many turns of the loop, the server
 * removes nothing by itself; and what commands have done depends on nothing that the log does not tell.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolder, type DataServer } from '../support/data-folder.js';
import { programUnderTest, referenceProgram, type ServerProgram } from '../support/server-process.js';
import { until } from '../support/until.js';

// The cron runs as often as it can, so that it falls between slices many times.
const ON = ['--save', '', '--appendonly', 'yes', '--enable-debug-command', 'yes', '--hz', '500'];
const INCREMENT = 'appendonlydir/appendonly.aof.1.incr.aof';
/** Unix time, ms, that has passed. */
const PAST = '1000';
const KEYS = 200;
/** Pairs of commands between what expires and what keeps it: many slices. */
const LONG = 200_000;

let folder: DataFolder;
beforeEach(() => (folder = DataFolder.make()));
afterEach(() => folder.remove());

const frame = (...words: readonly string[]): string =>
  `*${String(words.length)}\r\n${words.map((word) => `$${String(word.length)}\r\n${word}\r\n`).join('')}`;

const each = (count: number, make: (i: string) => string): string =>
  Array.from({ length: count }, (_, i) => make(String(i))).join('');

const work = each(LONG, (i) => frame('RPUSH', 'list', i) + frame('LPOP', 'list'));

/** Keys, and fields of hashes, whose time has come when a log has been read so far; and what it says of them later. */
const EXPIRED =
  each(KEYS, (i) => frame('SET', `string:${i}`, 'x', 'PXAT', PAST)) +
  each(KEYS, (i) => frame('RPUSH', `named:${i}`, 'x') + frame('PEXPIREAT', `named:${i}`, PAST));
const KEPT =
  each(KEYS, (i) => frame('PEXPIREAT', `string:${i}`, '99999999999999')) +
  each(KEYS, (i) => frame('RENAME', `named:${i}`, `new:${i}`) + frame('PERSIST', `new:${i}`));
const EXPIRED_FIELDS = each(
  KEYS,
  (i) => frame('HSET', `hash:${i}`, 'f', '1') + frame('HPEXPIREAT', `hash:${i}`, PAST, 'FIELDS', '1', 'f'),
);
const KEPT_FIELDS = each(KEYS, (i) => frame('HPERSIST', `hash:${i}`, 'FIELDS', '1', 'f'));

/** Leaves one log file behind, as servers before 7.0 had it, which becomes the base. */
function writeLog(contents: string): void {
  writeFileSync(folder.file('appendonly.aof'), contents);
}

/** Keys that are there when the data is. */
async function count(server: DataServer): Promise<number> {
  await until(async () => !(await server.ask('DBSIZE')).startsWith('-LOADING'));
  return Number(await server.ask('DBSIZE'));
}

describe.each<[string, () => ServerProgram]>([
  ['the server under test', programUnderTest],
  ['Redis 7.0', () => referenceProgram('7.0')],
])('keys whose time has come, and that later commands keep: %s', (_, program) => {
  it('are there after a start and after DEBUG LOADAOF', async () => {
    writeLog(EXPIRED + work + KEPT);
    const server = await folder.start(program(), ...ON);
    expect(await count(server)).toBe(2 * KEYS);
    expect(await server.ask('PTTL', 'new:7')).toBe('-1');
    expect(await server.ask('DEBUG', 'LOADAOF')).toBe('OK');
    expect(await count(server)).toBe(2 * KEYS);
  });

  it('are there if the base is a snapshot', async () => {
    const first = await folder.start(program(), ...ON);
    await first.run('DEBUG SET-ACTIVE-EXPIRE 0');
    for (let i = 0; i < KEYS; i++) await first.ask('SET', `string:${String(i)}`, 'x', 'PX', '1000');
    await first.run('BGREWRITEAOF');
    await until(async () => (await first.info('aof_rewrite_in_progress', 'persistence')) === '0');
    await first.end('SIGTERM');
    const increment = INCREMENT.replace('.1.', '.2.');
    expect(folder.has(increment)).toBe(true);
    writeFileSync(folder.file(increment), work + each(KEYS, (i) => frame('PERSIST', `string:${i}`)));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const second = await folder.start(program(), ...ON);
    expect(await count(second)).toBe(KEYS);
  });

  it('are removed when all is read, if no command has kept them', async () => {
    writeLog(EXPIRED + work + frame('SET', 'kept', '1'));
    const server = await folder.start(program(), ...ON);
    await until(async () => (await count(server)) === 1);
    expect(await server.ask('GET', 'kept')).toBe('1');
  });
});

it('fields of hashes whose time has come, and that later commands keep, are there', async () => {
  writeLog(EXPIRED_FIELDS + work + KEPT_FIELDS);
  const server = await folder.start(programUnderTest(), ...ON);
  expect(await count(server)).toBe(KEYS);
  expect(await server.ask('HGET', 'hash:7', 'f')).toBe('1');
  expect(await server.ask('DEBUG', 'LOADAOF')).toBe('OK');
  expect(await count(server)).toBe(KEYS);
});

describe.each<[string, () => ServerProgram]>([
  ['the server under test', programUnderTest],
  ['Redis 7.0', () => referenceProgram('7.0')],
])('who waits for a key that a log writes: %s', (_, program) => {
  it('is not served with what the log takes back, and is served by the next to write', async () => {
    const server = await folder.start(program(), ...ON);
    for (let i = 0; i < 2000; i++) await server.run('RPUSH list a\nLPOP list');
    const waiting = await server.connect();
    const waited = waiting.command('BLPOP', 'list', '0');
    await until(async () => (await server.info('blocked_clients', 'clients')) === '1');
    expect(await server.ask('DEBUG', 'LOADAOF')).toBe('OK');
    expect(await server.info('blocked_clients', 'clients')).toBe('1');
    expect(await server.ask('RPUSH', 'list', 'later')).toBe('1');
    expect(String(await waited)).toBe('*2\r\n$4\r\nlist\r\n$5\r\nlater\r\n');
    await server.end('SIGTERM');
    const second = await folder.start(program(), ...ON);
    expect(await count(second)).toBe(0);
  });
});

it('what clients send while a log is read is not mixed with it', async () => {
  writeLog(frame('SET', 'kept', '1'));
  const server = await folder.start(programUnderTest(), ...ON);
  const clients = await Promise.all(Array.from({ length: 40 }, () => server.connect()));
  let goesOn = true;
  const talks = clients.map(async (client) => {
    while (goesOn) expect(String(await client.command('CLIENT', 'SETNAME', 'x'))).toBe('+OK\r\n');
  });
  for (let i = 0; i < 50; i++) expect(await server.ask('DEBUG', 'LOADAOF')).toBe('OK');
  goesOn = false;
  await Promise.all(talks);
});

describe('CLIENT PAUSE while a log is read', () => {
  /** A server that is slow at the start: between two pieces of the log it waits so long, until `hastens`. */
  const launch = (delayMs: number, ...more: readonly string[]): Promise<DataServer> =>
    folder.launch(programUnderTest(), ...ON, '--key-load-delay', String(1000 * delayMs), ...more);
  const hastens = (server: DataServer): Promise<void> => server.run('CONFIG SET key-load-delay 0');

  /**
   * Begins and ends pauses as often as possible until the data is there, at least one when more than `bytes` of the log
   * are read.
   */
  async function pausesMeanwhile(server: DataServer, bytes = 0): Promise<void> {
    let [isFar, isQuick] = [false, false];
    while ((await server.ask('DBSIZE')).startsWith('-LOADING')) {
      expect(await server.ask('CLIENT', 'PAUSE', '1000', 'WRITE')).toBe('OK');
      expect(await server.ask('CLIENT', 'UNPAUSE')).toBe('OK');
      if (isFar && !isQuick) await hastens(server);
      isQuick = isFar;
      isFar ||= Number(await server.info('loading_loaded_bytes')) > bytes;
    }
    expect(isQuick).toBe(true);
  }

  it('wakes no eviction', async () => {
    const deleted = each(20_000, (i) => frame('DEL', `large:${i}`));
    writeLog(each(20_000, (i) => frame('SET', `large:${i}`, 'x'.repeat(1000))) + EXPIRED + deleted);
    const limit = ['--maxmemory', '12mb', '--maxmemory-policy', 'allkeys-random'];
    const server = await launch(250, ...limit);
    await pausesMeanwhile(server, 15_000_000);
    expect(await server.info('evicted_keys')).toBe('0');
  });

  it('removes nothing whose time has come', async () => {
    writeLog(EXPIRED + EXPIRED_FIELDS + work + KEPT + KEPT_FIELDS);
    const server = await launch(1000);
    await pausesMeanwhile(server);
    expect(await server.ask('DBSIZE')).toBe(String(3 * KEYS));
  });

  it('that lasts longer hides what has expired, and removes it when it ends', async () => {
    writeLog(EXPIRED + work + frame('SET', 'kept', '1'));
    const server = await launch(1000);
    expect(await server.ask('DBSIZE')).toMatch(/^-LOADING/);
    expect(await server.ask('CLIENT', 'PAUSE', '100000', 'WRITE')).toBe('OK');
    await hastens(server);
    await until(async () => !(await server.ask('DBSIZE')).startsWith('-LOADING'));
    expect(await server.ask('DBSIZE')).toBe(String(2 * KEYS + 1));
    expect(await server.ask('EXISTS', 'string:7', 'kept')).toBe('1');
    expect(await server.ask('DBSIZE')).toBe(String(2 * KEYS + 1));
    expect(await server.ask('CLIENT', 'UNPAUSE')).toBe('OK');
    await until(async () => (await server.ask('DBSIZE')) === '1');
  });
});

it('what the server has executed as one is loaded as one, however little clients may send', async () => {
  const limit = ['--client-query-buffer-limit', '1mb'];
  const server = await folder.start(programUnderTest(), ...ON, ...limit);
  for (let i = 0; i < 3; i++) {
    const members = Array.from({ length: 6000 }, (_, k) => `${String(i)}-${String(k)}-${'x'.repeat(60)}`);
    await server.ask('SADD', 'set', ...members);
  }
  expect((await server.reply('SPOP', 'set', '17000')).items).toHaveLength(17000);
  const before = await server.ask('DEBUG', 'DIGEST');
  expect(await server.ask('DEBUG', 'LOADAOF')).toBe('OK');
  expect(await server.ask('DEBUG', 'DIGEST')).toBe(before);
  expect(server.output).not.toContain('Closing client');
  await server.end('SIGTERM');
  const second = await folder.start(programUnderTest(), ...ON, ...limit);
  expect(await second.ask('DEBUG', 'DIGEST')).toBe(before);
  expect(second.output).not.toContain('Closing client');
});

it('what the server has written by itself is loaded, whatever commands are called', async () => {
  const names = { set: 'xset', del: '', multi: 'begin', exec: '', pexpireat: '', xgroup: 'group-of' };
  const renames = Object.entries(names).flatMap(([from, to]) => ['--rename-command', from, to]);
  const first = await folder.start(programUnderTest(), ...ON, ...renames);
  await first.run('xset a 1\nINCRBYFLOAT a 1.5\nxset b 2 EX 1000\nGETSET c 3\nxset c 4 GET\nEXPIRE c 1000');
  await first.ask('SETEX', 'long', '1000', 'x'.repeat(3_000_000));
  await first.ask('INCRBYFLOAT', 'many', '1');
  await first.run('SADD set a b c d e f\nSPOP set 3\nxset gone 1 PX 1\nXADD stream 1-0 f v');
  await first.run('group-of CREATE stream group 0\nXREADGROUP GROUP group me STREAMS stream >');
  await until(async () => (await first.ask('EXISTS', 'gone')) === '0');
  await first.ask('SET', 'a', '1');
  const before = await first.ask('DEBUG', 'DIGEST');
  const pending = await first.ask('XPENDING', 'stream', 'group');
  await first.end('SIGTERM');
  const log = readFileSync(folder.file(INCREMENT), 'latin1');
  for (const word of ['SET', 'DEL', 'MULTI', 'EXEC', 'XCLAIM', 'xset', 'group-of'])
    expect(log).toContain(`\r\n${word}\r\n`);
  const second = await folder.start(programUnderTest(), ...ON, ...renames);
  expect(await second.ask('DEBUG', 'DIGEST')).toBe(before);
  expect(await second.ask('XPENDING', 'stream', 'group')).toBe(pending);
  // That is for the log alone.
  for (const command of ['SET a 1', 'DEL a', 'MULTI', 'XGROUP HELP'])
    expect(await second.ask(...command.split(' '))).toMatch(/^-ERR unknown command/);
  expect(await second.ask('COMMAND', 'LIST')).not.toMatch(/[[ ](del|exec|set)[,\]]/);
});

describe('a hash whose only field has expired is the same in memory and in the log, behind', () => {
  const WRITES = [
    ...['HINCRBY hash f 2', 'HINCRBYFLOAT hash f 2', 'HSETNX hash f 2', 'HSET hash f 2'],
    ...[
      'HSETEX hash FIELDS 1 f 2',
      'HSETEX hash EX 1000 FIELDS 2 g 1 f 2',
      'HSETEX hash KEEPTTL FIELDS 1 f 2',
    ],
    ...['HSETEX hash FNX FIELDS 1 f 2', 'HSETEX hash FXX FIELDS 1 f 2', 'HSETEX hash PXAT 1 FIELDS 1 f 2'],
    ...[
      'HSETEX hash FNX EX 1000 FIELDS 2 f 1 f 2',
      'HGETEX hash EX 1000 FIELDS 1 f',
      'HPERSIST hash FIELDS 1 f',
    ],
    ...['HPEXPIRE hash 100000 FIELDS 1 f', 'HGETDEL hash FIELDS 1 f', 'HDEL hash f'],
  ];
  /** The hash, its time to live, and those of its fields. */
  async function state(server: DataServer): Promise<string> {
    const commands = ['HGETALL hash', 'PEXPIRETIME hash', 'HPEXPIRETIME hash FIELDS 2 f g'];
    const told: string[] = [];
    for (const command of commands) told.push(await server.ask(...command.split(' ')));
    return told.join('; ');
  }

  // In a transaction, in which clients are paused, what has expired is hidden rather than removed.
  const PAUSED = ['MULTI', 'CLIENT PAUSE 1 WRITE'];
  it.each([
    ...WRITES.map((write) => [write, [write]] as const),
    ...WRITES.map((write) => [`${write}, paused`, [...PAUSED, write, 'EXEC']] as const),
    ...WRITES.map((write) => [`${write}, with a long value`, [write], 'x'.repeat(100)] as const),
  ])('%s', async (_, commands, value = '1') => {
    const server = await folder.start(programUnderTest(), ...ON);
    await server.run('DEBUG SET-ACTIVE-EXPIRE 0');
    await server.ask('HSET', 'hash', 'f', value);
    await server.run('HPEXPIRE hash 2 FIELDS 1 f\nPEXPIRE hash 1000000');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await server.run(commands.join('\n'));
    await server.run('CLIENT UNPAUSE');
    const before = await state(server);
    expect(await server.ask('DEBUG', 'LOADAOF')).toBe('OK');
    expect(await state(server)).toBe(before);
  });
});
