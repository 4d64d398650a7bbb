/** An append-only file that is turned on, off and moved while the server runs: nothing is lost by it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DataFolder, type DataServer } from '../support/data-folder.js';
import { programUnderTest, referenceProgram } from '../support/server-process.js';
import { until } from '../support/until.js';

const DEBUG = ['--enable-debug-command', 'yes', '--enable-protected-configs', 'yes'];
const OFF = ['--save', '', '--appendonly', 'no', ...DEBUG];
const ON = ['--save', '', '--appendonly', 'yes', ...DEBUG];

let folder: DataFolder;
beforeEach(() => (folder = DataFolder.make()));
afterEach(() => folder.remove());

const isTemporary = (name: string): boolean => name.startsWith('temp-');

function rewritten(server: DataServer): Promise<void> {
  const idle = /aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0/;
  return until(async () => idle.test(await server.ask('INFO', 'persistence')));
}

it('is whole, though something else was being rewritten when it was turned on', async () => {
  const server = await folder.start(programUnderTest(), ...OFF, '--rdb-key-save-delay', '5000');
  await server.run('DEBUG POPULATE 1000\nBGREWRITEAOF');
  await until(() => folder.has('appendonlydir') && folder.names('appendonlydir').some(isTemporary));
  // In the way of a second base.
  mkdirSync(folder.file('appendonlydir/appendonly.aof.2.base.rdb'));
  await server.run(
    'CONFIG SET appendonly yes appendfsync always\nSET early 1\nCONFIG SET rdb-key-save-delay 0',
  );
  await rewritten(server);
  await server.run('SET late 1');
  await server.end('SIGKILL');
  const second = await folder.start(programUnderTest(), ...ON);
  expect(await second.ask('MGET', 'early', 'late')).toBe('[1, 1]');
  expect(await second.ask('DBSIZE')).toBe('1002');
});

it('cannot be turned off while it is loaded', async () => {
  const first = await folder.start(programUnderTest(), ...OFF);
  await first.run('SET stale 1\nSAVE\nDEL stale\nDEBUG POPULATE 1000\nCONFIG SET appendonly yes');
  await rewritten(first);
  await first.end();
  const second = await folder.launch(programUnderTest(), ...ON, '--key-load-delay', '1000000');
  await until(async () => (await second.info('loading')) === '1');
  const loading = '-LOADING Redis is loading the dataset in memory';
  expect(await second.ask('CONFIG', 'SET', 'appendonly', 'no')).toBe(loading);
  await second.run('CONFIG SET key-load-delay 0');
  await second.says('Ready to accept connections');
  expect(await second.ask('DBSIZE')).toBe('1000');
  expect(await second.info('aof_enabled')).toBe('1');
});

it.each([
  ['the server under test', programUnderTest],
  ['Redis 7.0', () => referenceProgram('7.0')],
])('keeps %s from ending before it is there', async (_, program) => {
  const server = await folder.start(program(), ...OFF, '--rdb-key-save-delay', '5000');
  await server.run('DEBUG POPULATE 1000\nCONFIG SET appendonly yes');
  for (const words of [[], ['NOSAVE'], ['SAVE']])
    expect(await server.ask('SHUTDOWN', ...words)).toBe('-ERR Errors trying to SHUTDOWN. Check logs.');
  server.child.kill('SIGTERM');
  await until(() => server.output.split("Writing initial AOF, can't exit.").length === 5);
  await rewritten(server);
  expect((await server.end('SIGTERM')).code).toBe(0);
  const second = await folder.start(program(), ...ON);
  expect(await second.ask('DBSIZE')).toBe('1000');
});

it.each(['FORCE', 'off'])('lets the server end without it if it is told to: %s', async (how) => {
  const server = await folder.start(programUnderTest(), ...OFF, '--rdb-key-save-delay', '10000');
  await server.run('DEBUG POPULATE 1000\nCONFIG SET appendonly yes');
  if (how === 'off') await server.run('CONFIG SET appendonly no');
  server.ask('SHUTDOWN', 'NOSAVE', ...(how === 'off' ? [] : ['FORCE'])).catch(() => undefined);
  expect((await server.exited).code).toBe(0);
});

it.each([
  ['the server under test', programUnderTest],
  ['Redis 7.0', () => referenceProgram('7.0')],
])('%s says when it cannot even begin', async (_, program) => {
  const server = await folder.start(program(), ...OFF);
  writeFileSync(folder.file('appendonlydir'), '');
  expect(await server.ask('CONFIG', 'SET', 'appendonly', 'yes')).toBe(
    "-ERR CONFIG SET failed (possibly related to argument 'appendonly') - " +
      'Unable to turn on AOF. Check server logs.',
  );
  expect(await server.ask('BGREWRITEAOF')).toBe(
    "-ERR Can't execute an AOF background rewriting. Please check the server logs for more information.",
  );
  expect(await server.ask('CONFIG', 'GET', 'appendonly')).toBe('[appendonly, no]');
  expect(await server.info('aof_enabled')).toBe('0');
  expect(await server.info('aof_rewrites')).toBe('0');
  expect(await server.info('aof_last_bgrewrite_status')).toBe('err');
  rmSync(folder.file('appendonlydir'));
  expect(await server.ask('CONFIG', 'SET', 'appendonly', 'yes')).toBe('OK');
  await rewritten(server);
  expect(await server.info('aof_last_bgrewrite_status')).toBe('ok');
});

it('stays in its folder while it is on, and begins anew in another one', async () => {
  const [a, b] = [folder.file('a'), folder.file('b')];
  mkdirSync(a);
  mkdirSync(b);
  const server = await folder.start(programUnderTest(), ...ON, '--dir', a);
  await server.run('SET x 1');
  const refusal = /the append-only file is being written in .*appendonlydir: appendonly must be off/;
  expect(await server.ask('CONFIG', 'SET', 'dir', b)).toMatch(refusal);
  expect(await server.ask('CONFIG', 'GET', 'dir')).toBe(`[dir, ${a}]`);
  expect(folder.has('a/redwing.lock')).toBe(true);
  expect(folder.has('b/redwing.lock')).toBe(false);
  await server.run('CONFIG SET appendonly no\nSET y 2');
  await until(async () => (await server.ask('CONFIG', 'SET', 'dir', b)) === 'OK');
  await server.run('CONFIG SET appendonly yes');
  await rewritten(server);
  await server.run('SET z 3');
  await server.end('SIGTERM');
  expect(folder.names('b/appendonlydir')).toEqual([
    'appendonly.aof.1.base.rdb',
    'appendonly.aof.1.incr.aof',
    'appendonly.aof.manifest',
  ]);
  const second = await folder.start(programUnderTest(), ...ON, '--dir', b);
  expect(await second.ask('MGET', 'x', 'y', 'z')).toBe('[1, 2, 3]');
  const third = await folder.start(programUnderTest(), ...ON, '--dir', a);
  expect(await third.ask('MGET', 'x', 'y', 'z')).toBe('[1, (nil), (nil)]');
});

it('may be turned on and moved at once', async () => {
  const [a, b] = [folder.file('a'), folder.file('b')];
  mkdirSync(a);
  mkdirSync(b);
  const server = await folder.start(programUnderTest(), ...OFF, '--dir', a);
  await server.run(`SET x 1\nCONFIG SET appendonly yes dir ${b}`);
  await rewritten(server);
  await server.end('SIGKILL');
  expect(folder.names('a')).toEqual([]);
  const second = await folder.start(programUnderTest(), ...ON, '--dir', b);
  expect(await second.ask('GET', 'x')).toBe('1');
});
