/** Names of files that are not UTF-8: what the configuration says in bytes is what the disk has. */
import { readdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DataFolder, type DataServer } from '../support/data-folder.js';
import { programUnderTest } from '../support/server-process.js';
import { until } from '../support/until.js';

let folder: DataFolder;
beforeEach(() => (folder = DataFolder.make()));
afterEach(() => folder.remove());

// Words of a command line are UTF-8 here; a file is not.
function start(...lines: readonly string[]): Promise<DataServer> {
  writeFileSync(folder.file('redwing.conf'), lines.map((line) => `${line}\n`).join(''), 'latin1');
  return folder.start(programUnderTest(), '--include', folder.file('redwing.conf'));
}

const names = (): string[] => readdirSync(folder.path, 'latin1').sort();

it('a snapshot is written and loaded', async () => {
  const lines = ['save ""', 'dbfilename d\xfcmp.rdb'];
  const first = await start(...lines);
  await first.run('SET a 1\nSAVE');
  await first.end('SIGTERM');
  expect(names()).toEqual(['d\xfcmp.rdb', 'redwing.conf']);
  const second = await start(...lines, 'enable-debug-command yes');
  expect(await second.ask('GET', 'a')).toBe('1');
  expect(await second.ask('DEBUG', 'RELOAD')).toBe('OK');
  expect(await second.ask('GET', 'a')).toBe('1');
});

it('append-only files are written and loaded', async () => {
  const lines = ['save ""', 'appendonly yes', 'appenddirname l\xf6g', 'appendfilename \xe4of'];
  const first = await start(...lines);
  await first.run('SET a 1');
  await first.end('SIGTERM');
  expect(names()).toContain('l\xf6g');
  const second = await start(...lines);
  expect(await second.ask('GET', 'a')).toBe('1');
});

it('backups are made, listed, checked and removed', async () => {
  const server = await start('save ""', 'backup-dir c\xf6pies', 'backup-keep 1', 'dbfilename d\xfcmp.rdb');
  for (let i = 1; i <= 2; i++) {
    expect(await server.ask('BACKUP', 'START')).toBe('Backup started');
    await until(async () => (await server.ask('BACKUP', 'STATUS')).includes('state, idle'));
    expect(await server.ask('BACKUP', 'STATUS')).toContain(`completed, ${String(i)}, failed, 0`);
  }
  const inside = readdirSync(Buffer.from(`${folder.path}/c\xf6pies`, 'latin1'));
  expect(inside).toEqual([await server.info('redwing_backup_last_file')]);
  expect(names()).toEqual(['c\xf6pies', 'redwing.conf']);
  expect(await server.ask('BACKUP', 'LIST')).toContain(inside[0]);
  expect(await server.ask('BACKUP', 'VERIFY')).toContain('status, ok');
});
