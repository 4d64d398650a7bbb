/** BACKUP: checked snapshots with the time in their names, by command and by schedule. */
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolder, type DataServer } from '../support/data-folder.js';
import { freePort, programUnderTest, referenceProgram } from '../support/server-process.js';
import { until } from '../support/until.js';

const NAME = /^redwing-\d{8}T\d{6}Z(-\d+)?\.rdb$/;
const DEBUG = ['--enable-debug-command', 'yes', '--enable-protected-configs', 'yes'];

let folder: DataFolder;
beforeEach(() => (folder = DataFolder.make()));
afterEach(() => folder.remove());

function start(...args: readonly string[]): Promise<DataServer> {
  return folder.start(programUnderTest(), '--save', '', ...DEBUG, ...args);
}

function backups(): string[] {
  return folder.has('backups') ? readdirSync(folder.file('backups')).sort() : [];
}

/** Makes a backup; its state afterwards. */
async function back(server: DataServer): Promise<string> {
  expect(await server.ask('BACKUP', 'START')).toBe('Backup started');
  await until(async () => (await server.ask('BACKUP', 'STATUS')).includes('state, idle'));
  return server.info('redwing_backup_last_status');
}

describe('BACKUP START', () => {
  it('makes a file that Redis loads', async () => {
    const server = await start();
    await server.run('SET a 1\nRPUSH b x y\nSELECT 2\nZADD c 1 m\nSELECT 0');
    expect(await server.ask('BACKUP', 'LIST')).toBe('[]');
    expect(await back(server)).toBe('ok');
    const [name = ''] = backups();
    expect(backups()).toEqual([expect.stringMatching(NAME)]);
    const status = await server.ask('BACKUP', 'STATUS');
    expect(status).toContain(`last-status, ok`);
    expect(status).toContain(`last-file, ${name}, last-keys, 3`);
    expect(await server.info('redwing_backup_last_file')).toBe(name);
    const size = String(statSync(folder.file(`backups/${name}`)).size);
    expect(await server.ask('BACKUP', 'LIST')).toMatch(
      new RegExp(`^\\[\\[file, ${name}, bytes, ${size}, time, \\d+\\]\\]$`),
    );
    expect(server.output).toContain(`Backup ${name} made and checked: 3 keys`);
    const digest = await server.ask('DEBUG', 'DIGEST');
    const redis = await folder.start(
      referenceProgram('7.0'),
      '--dir',
      folder.file('backups'),
      '--dbfilename',
      name,
      '--enable-debug-command',
      'yes',
    );
    expect(await redis.ask('DEBUG', 'DIGEST')).toBe(digest);
  });

  it('is refused while another one is being made, and what changes meanwhile is not in it', async () => {
    const server = await start('--rdb-key-save-delay', '2000000');
    await server.run('SET a 1\nSET b 2\nBACKUP START');
    // The folder is made first, if need be.
    await until(() => backups().length === 1);
    await server.run('SET c 3');
    expect(await server.ask('BACKUP', 'START')).toBe('-ERR A backup is being made already');
    expect(await server.ask('BACKUP', 'STATUS')).toContain('state, writing');
    expect(await server.info('redwing_backup_in_progress')).toBe('1');
    await until(async () => (await server.info('redwing_backups_completed')) === '1');
    expect(await server.ask('BACKUP', 'STATUS')).toContain('last-keys, 2');
  });

  it('leaves nothing behind when the server stops meanwhile', async () => {
    const server = await start('--rdb-key-save-delay', '10000000');
    await server.run('SET a 1\nSET b 2\nBACKUP START');
    await until(() => backups().length === 1);
    expect((await server.end('SIGTERM')).code).toBe(0);
    expect(backups()).toEqual([]);
  });

  it('removes what a server of the same process number has left', async () => {
    const server = await start();
    mkdirSync(folder.file('backups'));
    writeFileSync(folder.file(`backups/temp-${String(server.child.pid)}-1.rdb`), 'x');
    await server.run('CONFIG SET rdb-key-save-delay 100000\nSET a 1\nSET b 2\nBGSAVE');
    expect(await back(server)).toBe('ok');
    expect(await server.saved()).toBe(true);
    expect(backups()).toEqual([expect.stringMatching(NAME)]);
  });

  it('fails where it cannot write, and says why', async () => {
    writeFileSync(folder.file('backups'), 'a file in place of the folder');
    const server = await start();
    expect(await back(server)).toBe('err');
    expect(await server.ask('BACKUP', 'STATUS')).toMatch(/failed, 1, last-status, err.*last-error, EEXIST/);
    expect(await server.ask('BACKUP', 'LIST')).toBe('-ERR Not a directory');
    // Snapshots are something else: nobody is refused.
    expect(await server.ask('SET', 'a', '1')).toBe('OK');
  });
});

describe('retention', () => {
  it('keeps the newest, and what is not a backup', async () => {
    mkdirSync(folder.file('backups'));
    const old = [
      'redwing-20200101T000000Z.rdb',
      'redwing-20200102T000000Z.rdb',
      'redwing-20200102T000000Z-1.rdb',
    ];
    for (const name of [...old, 'notes.txt', 'dump.rdb']) writeFileSync(folder.file(`backups/${name}`), 'x');
    const server = await start('--backup-keep', '2');
    expect(await back(server)).toBe('ok');
    const [first, ...others] = backups().filter((name) => NAME.test(name));
    expect(first).toBe('redwing-20200102T000000Z-1.rdb');
    expect(others).toHaveLength(1);
    expect(backups()).toEqual(expect.arrayContaining(['notes.txt', 'dump.rdb']));
    await server.run('CONFIG SET backup-keep 0');
    await back(server);
    await back(server);
    expect(backups().filter((name) => NAME.test(name))).toHaveLength(4);
    await server.run('CONFIG SET backup-keep 1');
    await back(server);
    expect(backups().filter((name) => NAME.test(name))).toEqual([
      await server.info('redwing_backup_last_file'),
    ]);
  });
});

describe('backups from the future', () => {
  const future = ['redwing-20900101T000000Z.rdb', 'redwing-20900102T000000Z.rdb'];
  beforeEach(() => {
    mkdirSync(folder.file('backups'));
    for (const name of future) writeFileSync(folder.file(`backups/${name}`), 'x');
  });

  it('do not push out the one just made', async () => {
    const server = await start('--backup-keep', '2');
    const made: string[] = [];
    for (let i = 0; i < 3; i++) {
      expect(await back(server)).toBe('ok');
      made.push(await server.info('redwing_backup_last_file'));
    }
    expect(backups()).toEqual([...made.slice(1), ...future].sort());
    expect(server.output).toMatch(
      /Backups from the future are kept, 2 in number: redwing-20900102T000000Z\.rdb/,
    );
  });
});

describe('BACKUP VERIFY', () => {
  it('reads the newest backup, or the one that is named', async () => {
    const server = await start();
    expect(await server.ask('BACKUP', 'VERIFY')).toBe('-ERR there is no backup');
    await server.run('SET a 1\nSET b 2');
    await back(server);
    const [name = ''] = backups();
    const size = statSync(folder.file(`backups/${name}`)).size;
    const right = `[file, ${name}, status, ok, keys, 2, bytes, ${String(size)}]`;
    expect(await server.ask('BACKUP', 'VERIFY')).toBe(right);
    expect(await server.ask('BACKUP', 'VERIFY', name)).toBe(right);
    for (const path of ['../dump.rdb', '/etc/passwd', '..'])
      expect(await server.ask('BACKUP', 'VERIFY', path)).toBe('-ERR a backup has a name, not a path');
    expect(await server.ask('BACKUP', 'VERIFY', 'a', 'b')).toBe('-ERR syntax error');
  });

  it('tells what is wrong with one', async () => {
    const server = await start();
    await server.run('SET a 1\nSET b 2');
    await back(server);
    const file = folder.file(join('backups', backups()[0] ?? ''));
    const bytes = readFileSync(file);
    bytes[bytes.length - 12] = (bytes[bytes.length - 12] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(await server.ask('BACKUP', 'VERIFY')).toMatch(/^-ERR redwing-.*\(at byte \d+.*\)$/);
    bytes[bytes.length - 12] = (bytes[bytes.length - 12] ?? 0) ^ 1;
    writeFileSync(file, Buffer.concat([bytes, Buffer.from('tail')]));
    expect(await server.ask('BACKUP', 'VERIFY')).toMatch(/^-ERR redwing-.*: 4 bytes follow behind its end$/);
    truncateSync(file, bytes.length - 5);
    expect(await server.ask('BACKUP', 'VERIFY')).toMatch(/^-ERR redwing-.*\(at byte \d+.*\)$/);
  });
});

describe('backup-schedule', () => {
  it('makes backups in time', async () => {
    const server = await start('--backup-schedule', '* * * * * *');
    await server.run('SET a 1');
    expect(Number(await server.info('redwing_backup_next_time'))).toBeGreaterThan(0);
    await until(() => backups().filter((name) => NAME.test(name)).length >= 2);
    expect(await server.ask('CONFIG', 'SET', 'backup-schedule', '')).toBe('OK');
    expect(await server.info('redwing_backup_next_time')).toBe('-1');
  });

  it('is refused if it is none', async () => {
    const server = await start();
    expect(await server.ask('CONFIG', 'SET', 'backup-schedule', '61 * * * *')).toMatch(
      /^-ERR CONFIG SET failed \(possibly related to argument 'backup-schedule'\) - not a schedule of cron: /,
    );
    expect(await server.ask('CONFIG', 'SET', 'backup-schedule', '0 3 * * 1')).toBe('OK');
    expect(await server.ask('BACKUP', 'STATUS')).toContain('schedule, 0 3 * * 1');
    await expect(start('--backup-schedule', 'now and then')).rejects.toThrow('not a schedule of cron');
  });
});

it('the metrics tell of backups', async () => {
  const port = await freePort();
  const server = await start('--metrics-port', String(port));
  const read = async (): Promise<string> => (await fetch(`http://127.0.0.1:${String(port)}/metrics`)).text();
  expect(await read()).toContain('redwing_backups_total{result="ok"} 0');
  await back(server);
  const text = await read();
  expect(text).toContain('redwing_backups_total{result="ok"} 1');
  expect(text).toContain('redwing_backup_last_ok 1');
  expect(text).toMatch(/redwing_backup_last_bytes \d+/);
});
