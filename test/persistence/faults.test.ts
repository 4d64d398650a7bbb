/** Disks that are full, folders that are gone or cannot be written, files that are too large: what happens, and recovery. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolder, type DataServer } from '../support/data-folder.js';
import { programUnderTest, type ServerProgram } from '../support/server-process.js';
import { until } from '../support/until.js';

const DEBUG = ['--enable-debug-command', 'yes', '--enable-protected-configs', 'yes'];

let folder: DataFolder;
beforeEach(() => (folder = DataFolder.make()));
afterEach(() => folder.remove());

/**
 * The program under test, which can write files of so many bytes and no more: for it the disk is full then. (Whoever
 * writes more is sent SIGXFSZ, which the shell has ignored for it.)
 */
function limited(bytes: number): ServerProgram {
  const { name, command } = programUnderTest();
  const script = `trap '' XFSZ; ulimit -f ${String(bytes / 1024)}; exec "$@"`;
  return { name, command: ['bash', '-c', script, 'bash', ...command] };
}

async function expectRefused(server: DataServer, reason: RegExp): Promise<void> {
  expect(await server.ask('SAVE')).toBe('-ERR');
  expect(await server.ask('BGSAVE')).toBe('Background saving started');
  expect(await server.saved()).toBe(false);
  expect(server.output).toMatch(reason);
  expect(await server.ask('SET', 'refused', '1')).toMatch(/^-MISCONF /);
  expect(await server.ask('GET', 'a')).toBe('1');
  expect(Number(await server.info('rdb_changes_since_last_save'))).toBeGreaterThan(0);
}

async function expectRecovered(server: DataServer): Promise<void> {
  expect(await server.ask('BGSAVE')).toBe('Background saving started');
  expect(await server.saved()).toBe(true);
  expect(await server.ask('SET', 'b', '1')).toBe('OK');
  await server.end();
  const next = await folder.start(programUnderTest(), '--save', '');
  expect(await next.ask('GET', 'a')).toBe('1');
}

describe('a snapshot that does not fit the disk', () => {
  it('leaves the old one as it was, and nothing beside it', async () => {
    const server = await folder.start(limited(65_536), '--save', '900 1', ...DEBUG);
    await server.run('SET a 1\nSAVE');
    const before = statSync(folder.file('dump.rdb'));
    await server.run('DEBUG POPULATE 1000 key 1000\nSET c 1');
    await server.run('CONFIG SET rdbcompression no');
    await expectRefused(server, /Write error saving DB on disk as dump\.rdb .*File too large/);
    const after = statSync(folder.file('dump.rdb'));
    expect([after.ino, after.size]).toEqual([before.ino, before.size]);
    expect(folder.names()).toEqual(['dump.rdb', 'redwing.lock']);
    // What is removed makes room.
    await server.run('CONFIG SET stop-writes-on-bgsave-error no');
    for (let i = 0; i < 1000; i++) await server.ask('DEL', `key:${String(i)}`);
    await server.run('CONFIG SET stop-writes-on-bgsave-error yes');
    await expectRecovered(server);
  });

  it('fails as a backup, too', async () => {
    const server = await folder.start(limited(65_536), '--save', '', ...DEBUG, '--rdbcompression', 'no');
    await server.run('DEBUG POPULATE 1000 key 1000\nBACKUP START');
    await server.says('Backup failed: writing');
    expect(await server.ask('BACKUP', 'LIST')).toBe('[]');
    expect(folder.names()).toEqual(['backups']);
  });
});

describe('a folder', () => {
  it('that is gone is missed, and used again when it is back', async () => {
    const dir = folder.file('data');
    mkdirSync(dir);
    const server = await folder.start(programUnderTest(), '--save', '900 1', '--dir', dir);
    await server.run('SET a 1');
    rmSync(dir, { recursive: true });
    await expectRefused(server, /Failed opening the temp RDB file .*No such file or directory/);
    mkdirSync(dir);
    expect(await server.ask('BGSAVE')).toBe('Background saving started');
    expect(await server.saved()).toBe(true);
    expect(await server.ask('SET', 'b', '1')).toBe('OK');
    expect(folder.has('data/dump.rdb')).toBe(true);
  });

  it('in whose place of the file stands another folder keeps nothing else from working', async () => {
    const server = await folder.start(programUnderTest(), '--save', '900 1', ...DEBUG);
    await server.run('SET a 1');
    mkdirSync(folder.file('dump.rdb/x'), { recursive: true });
    await expectRefused(server, /Error moving temp DB file .*Is a directory/);
    expect(folder.names()).toEqual(['dump.rdb', 'redwing.lock']);
    rmSync(folder.file('dump.rdb'), { recursive: true });
    await expectRecovered(server);
  });
});

it('a server that dies while it saves leaves the old snapshot', async () => {
  const server = await folder.start(programUnderTest(), '--save', '900 1', ...DEBUG);
  await server.run('SET a 1\nSAVE\nSET a 2\nSET b 1\nCONFIG SET rdb-key-save-delay 10000000\nBGSAVE');
  await until(() => folder.names().some((name) => name.startsWith('temp-')));
  await server.end('SIGKILL');
  const next = await folder.start(programUnderTest(), '--save', '', '--dir', folder.path);
  expect(await next.ask('GET', 'a')).toBe('1');
  expect(folder.names()).toEqual(['dump.rdb', 'redwing.lock', expect.stringMatching(/^temp-\d+-\d+\.rdb$/)]);
  // Who has the folder to itself cleans up.
  await next.end();
  await folder.start(programUnderTest(), '--save', '900 1', '--dir', folder.path);
  expect(folder.names()).toEqual(['dump.rdb', 'redwing.lock']);
});
