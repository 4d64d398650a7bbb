/**
 * Append-only files with what no server leaves in them: commands that change no data, or that are about a connection or the
 * server, notes in odd places, names of files that cannot be. Most of this was found by `npm run fuzz:aof`.
 */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolder, type DataServer } from '../support/data-folder.js';
import { programUnderTest, referenceProgram, type ServerProgram } from '../support/server-process.js';

const ON = ['--save', '', '--appendonly', 'yes', '--enable-debug-command', 'yes'];
const PROGRAMS: [string, () => ServerProgram][] = [
  ['the server under test', programUnderTest],
  ['Redis 7.0', () => referenceProgram('7.0')],
];
const MANIFEST = 'appendonlydir/appendonly.aof.manifest';
const INCREMENT = 'appendonlydir/appendonly.aof.1.incr.aof';

let folder: DataFolder;
beforeEach(() => {
  folder = DataFolder.make();
  mkdirSync(folder.file('appendonlydir'));
});
afterEach(() => folder.remove());

const frame = (command: string): string => {
  const words = command.split(' ');
  return `*${String(words.length)}\r\n${words.map((word) => `$${String(word.length)}\r\n${word}\r\n`).join('')}`;
};
const frames = (...commands: readonly string[]): string => commands.map(frame).join('');

function write(log: string): void {
  writeFileSync(folder.file(MANIFEST), 'file appendonly.aof.1.incr.aof seq 1 type i\n');
  writeFileSync(folder.file(INCREMENT), log, 'latin1');
}

function load(program: ServerProgram, log: string, ...more: readonly string[]): Promise<DataServer> {
  write(log);
  return folder.start(program, ...ON, ...more);
}

describe.each(PROGRAMS)('%s', (_, program) => {
  it.each([
    'SUBSCRIBE c',
    'PSUBSCRIBE c*',
    'SSUBSCRIBE c',
    'MONITOR',
    'BLPOP list 0',
    'BLMOVE list other LEFT LEFT 0',
    'BLMPOP 0 1 list LEFT',
    'BZPOPMIN sorted 0',
    'XREAD BLOCK 0 STREAMS stream $',
    'CLIENT REPLY OFF',
    'CLIENT TRACKING on',
    'CLIENT KILL SKIPME no',
    'SHUTDOWN',
    'SHUTDOWN NOSAVE',
    'SELECT 99999',
    'QUIT',
    'RESET',
    'EXEC',
    'DISCARD',
    'AUTH x',
    'HELLO 3',
    'BGREWRITEAOF',
    'DEBUG RELOAD',
  ])('executes what stands behind %s', async (command) => {
    const behind = frames('SET b 2', 'RPUSH list x', 'ZADD sorted 1 x', 'XADD stream 1-1 f v');
    const server = await load(program(), frames('SET a 1', command) + behind);
    expect(await server.ask('MGET', 'a', 'b')).toBe('[1, 2]');
    expect(await server.ask('LLEN', 'list')).toBe('1');
    expect(await server.ask('ZCARD', 'sorted')).toBe('1');
    await server.run('RPUSH list y\nSET later 1');
    expect(await server.ask('LLEN', 'list')).toBe('2');
  });

  it('passes over annotations within a transaction', async () => {
    const note = '#TS:1700000000\r\n';
    const log = frame('MULTI') + frame('SET a 1') + note + frames('SET b 2', 'INCR b') + note + frame('EXEC');
    const server = await load(program(), log + note);
    expect(await server.ask('MGET', 'a', 'b')).toBe('[1, 3]');
  });

  it.each([
    ['an empty line', '\r\n'],
    ['a line of spaces', '  \r\n'],
    ['a line feed', '\n'],
    ['a command without words', '*0\r\n'],
    ['a command of fewer words', '*-1\r\n'],
    ['a length that is too small', '*3\r\n$3\r\nSET\r\n$1\r\nc\r\n$0\r\nv\r\n'],
  ])('refuses %s', async (__, damage) => {
    write(frame('SET a 1') + damage + frame('SET b 2'));
    const server = await folder.launch(program(), ...ON);
    expect((await server.exited).code).toBe(1);
    expect(server.output).toContain('Bad file format reading the append only file');
  });
});

describe('the server under test', () => {
  it.each([
    'SHUTDOWN NOW',
    'CLIENT PAUSE 100000',
    'CONFIG SET requirepass x',
    'CONFIG SET appendonly no',
    'ACL SETUSER default off',
    'DEBUG SEGFAULT',
    'DEBUG LOADAOF',
    'SAVE',
    'MIGRATE 127.0.0.1 1 a 0 100',
    'WATCH a',
    'GET',
  ])('does nothing of %s, and says so', async (command) => {
    const log = frames('SET a 1', command, 'SET b 2', 'MULTI', command, 'INCR a', 'EXEC');
    const server = await load(programUnderTest(), log);
    expect(await server.ask('MGET', 'a', 'b')).toBe('[2, 2]');
    expect(await server.info('aof_enabled')).toBe('1');
    const [name = ''] = command.toLowerCase().split(' ');
    expect(server.output).toContain(
      'Commands of the append only file appendonly.aof.1.incr.aof were passed over because they change no data: 2, ' +
        `the first of them '${name}' at byte ${String(frame('SET a 1').length)}`,
    );
    expect(existsSync(folder.file('dump.rdb'))).toBe(false);
  });

  it('leaves the snapshot alone when a log has a FLUSHALL', async () => {
    writeFileSync(folder.file('dump.rdb'), 'what another server may need');
    await load(programUnderTest(), frames('SET a 1', 'FLUSHALL', 'SET b 2'), '--save', '3600 1');
    expect(readFileSync(folder.file('dump.rdb'), 'utf8')).toBe('what another server may need');
  });

  it('cuts a transaction off at its beginning, whatever is in it', async () => {
    const whole = frames('SET a 1');
    const server = await load(programUnderTest(), whole + frames('MULTI', 'INCR a', 'MULTI', 'INCR a'));
    expect(await server.ask('GET', 'a')).toBe('1');
    expect(statSync(folder.file(INCREMENT)).size).toBe(whole.length);
  });

  it('executes a transaction that is larger than a client may send now', async () => {
    const long = 'x'.repeat(700_000);
    const log = frames('MULTI', `SET a ${long}`, `SET b ${long}`, 'EXEC', 'SET c 1');
    const server = await load(programUnderTest(), log, '--client-query-buffer-limit', '1mb');
    expect(await server.ask('STRLEN', 'b')).toBe('700000');
    expect(await server.ask('GET', 'c')).toBe('1');
  });

  it.each([
    ['a byte of zero', '"a\\x00b"', 'at line 1: the name of a file must not have a byte of zero'],
    ['more letters than any file', 'x'.repeat(300), 'names, cannot be read: File name too long'],
    ['that of a folder', 'folder', 'names, cannot be read: it is no file'],
  ])('refuses a manifest with a name that has %s', async (_, name, said) => {
    mkdirSync(folder.file('appendonlydir/folder'));
    writeFileSync(folder.file(MANIFEST), `file ${name} seq 1 type i\n`);
    const server = await folder.launch(programUnderTest(), ...ON);
    expect((await server.exited).code).toBe(1);
    expect(server.output).toContain(said);
  });
});
