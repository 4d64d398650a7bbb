/** Two servers on one folder refuse each other. */
import { mkdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig, Log, type Server, startServer } from '../../src/index.js';
import { DataFolder } from '../support/data-folder.js';
import { freePort, programUnderTest } from '../support/server-process.js';
import { until } from '../support/until.js';

const OPEN = ['--enable-protected-configs', 'yes'];

let folder: DataFolder;
beforeEach(() => (folder = DataFolder.make()));
afterEach(() => folder.remove());

const start = (...args: readonly string[]): ReturnType<DataFolder['start']> =>
  folder.start(programUnderTest(), ...OPEN, ...args);

it('a folder that was chosen is locked from the start, until the server has ended', async () => {
  const first = await start('--dir', folder.path, '--save', '900 1');
  expect(readFileSync(folder.file('redwing.lock'), 'utf8')).toBe(`${String(first.child.pid)}\n`);
  const second = await folder.launch(programUnderTest(), '--dir', folder.path, '--save', '900 1');
  expect((await second.exited).code).toBe(1);
  expect(second.output).toContain(
    `another server (process ${String(first.child.pid)}) uses the folder ${folder.path}`,
  );
  // However it ends.
  await first.end('SIGKILL');
  const third = await start('--dir', folder.path, '--save', '900 1');
  await third.run('SET a 1');
  await third.end('SIGTERM');
  expect(folder.names()).toEqual(['dump.rdb']);
});

it('a server that could not listen leaves the folder to the next one in its process', async () => {
  const other = await start('--save', '');
  const open = (port: number): Promise<Server> => {
    const words = ['--port', String(port), '--dir', folder.path, '--save', '900', '1'];
    return startServer(loadConfig({ words }), new Log('warning', () => undefined));
  };
  await expect(open(other.port)).rejects.toThrow('EADDRINUSE');
  expect(folder.has('redwing.lock')).toBe(false);
  const server = await open(await freePort());
  expect(folder.has('redwing.lock')).toBe(true);
  await server.stop();
  expect(folder.has('redwing.lock')).toBe(false);
});

it('the folder of the start is locked when something is saved', async () => {
  const first = await start('--save', '900 1');
  const second = await start('--save', '900 1');
  expect(folder.names()).toEqual([]);
  await first.run('SET a 1\nSAVE');
  expect(folder.has('redwing.lock')).toBe(true);
  await second.run('SET a 2');
  expect(await second.ask('SAVE')).toBe('-ERR');
  expect(await second.ask('BGSAVE')).toBe('-ERR');
  expect(second.output).toContain(`Nothing is saved: another server (process ${String(first.child.pid)})`);
  expect(await second.info('rdb_last_bgsave_status')).toBe('err');
  expect(await second.ask('SET', 'a', '3')).toMatch(/^-MISCONF/);
  await first.end('SIGTERM');
  expect(await second.ask('SAVE')).toBe('OK');
  expect(await second.ask('SET', 'a', '3')).toBe('OK');
});

it('without save points nothing is locked', async () => {
  const first = await start('--dir', folder.path, '--save', '');
  const second = await start('--dir', folder.path, '--save', '');
  await first.run('SET a 1\nSAVE\nBGSAVE');
  await first.saved();
  await second.run('SET b 1\nSAVE');
  expect(folder.names()).toEqual(['dump.rdb']);
});

it('CONFIG SET dir takes the lock along, unless somebody else has it', async () => {
  mkdirSync(folder.file('a'));
  mkdirSync(folder.file('b'));
  const first = await start('--dir', folder.file('a'), '--save', '900 1');
  const second = await start('--dir', folder.file('b'), '--save', '900 1');
  expect(await first.ask('CONFIG', 'SET', 'dir', folder.file('b'))).toMatch(
    /^-ERR CONFIG SET failed \(possibly related to argument 'dir'\) - another server \(process \d+\) uses the folder/,
  );
  expect(await first.ask('CONFIG', 'GET', 'dir')).toBe(`[dir, ${folder.file('a')}]`);
  await second.end('SIGTERM');
  expect(await first.ask('CONFIG', 'SET', 'dir', folder.file('b'))).toBe('OK');
  expect(folder.has('a/redwing.lock')).toBe(false);
  expect(folder.has('b/redwing.lock')).toBe(true);
  await first.run('SET x 1\nSAVE');
  expect(folder.has('b/dump.rdb')).toBe(true);
});

it('of two servers only one writes an append-only file into a folder', async () => {
  const first = await start('--save', '');
  const second = await start('--save', '');
  await first.run('SET a 1');
  await second.run('SET b 1');
  expect(await first.ask('CONFIG', 'SET', 'appendonly', 'yes')).toBe('OK');
  expect(folder.has('redwing.lock')).toBe(true);
  const other = `another server (process ${String(first.child.pid)}) uses the folder`;
  expect(await second.ask('CONFIG', 'SET', 'appendonly', 'yes')).toContain(other);
  expect(await second.ask('CONFIG', 'GET', 'appendonly')).toBe('[appendonly, no]');
  expect(await second.ask('BGREWRITEAOF')).toMatch(/^-ERR Can't execute an AOF background rewriting/);
  await second.says(`The append-only file cannot be rewritten: ${other}`);
  expect(await second.info('aof_last_bgrewrite_status')).toBe('err');
  await until(async () => (await first.info('aof_rewrite_in_progress', 'persistence')) === '0');
  await first.run('SET a 2');
  await first.end('SIGTERM');
  await second.end('SIGTERM');
  const third = await start('--save', '', '--appendonly', 'yes');
  expect(await third.ask('MGET', 'a', 'b')).toBe('[2, (nil)]');
});

it('a rewriting that is asked for locks the folder, too', async () => {
  const first = await start('--save', '');
  expect(await first.ask('BGREWRITEAOF')).toBe('Background append only file rewriting started');
  const second = await folder.launch(programUnderTest(), '--save', '', '--appendonly', 'yes');
  expect((await second.exited).code).toBe(1);
});
