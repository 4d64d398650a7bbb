/**
 * SAVE, BGSAVE, LASTSAVE, save points, MISCONF, SHUTDOWN and DEBUG RELOAD: the same expectations hold for the server under
 * test and for the real Redis 7.0.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolder } from '../support/data-folder.js';
import { programUnderTest, referenceProgram, type ServerProgram } from '../support/server-process.js';
import { until } from '../support/until.js';

const DEBUG = ['--enable-debug-command', 'yes', '--enable-protected-configs', 'yes'];
const MISCONF =
  "-MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may " +
  'modify the data set are disabled, because this instance is configured to report errors during writes if RDB ' +
  'snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.';
const PROGRAMS: [string, () => ServerProgram][] = [
  ['the server under test', programUnderTest],
  ['Redis 7.0', () => referenceProgram('7.0')],
];

let folder: DataFolder;
beforeEach(() => (folder = DataFolder.make()));
afterEach(() => folder.remove());

describe.each(PROGRAMS)('%s', (_, program) => {
  describe('SAVE and BGSAVE', () => {
    it('write what the next start reads', async () => {
      const first = await folder.start(program(), '--save', '');
      await first.run('SET a 1\nRPUSH b x y z\nSELECT 3\nHSET c f v\nEXPIRE c 1000');
      expect(await first.ask('SAVE')).toBe('OK');
      await first.run('SELECT 0\nSET a 2');
      expect(await first.ask('BGSAVE')).toBe('Background saving started');
      expect(await first.saved()).toBe(true);
      await first.end();
      const second = await folder.start(program(), '--save', '');
      expect(await second.ask('GET', 'a')).toBe('2');
      expect(await second.ask('LRANGE', 'b', '0', '-1')).toBe('[x, y, z]');
      expect(await second.ask('SELECT', '3')).toBe('OK');
      expect(await second.ask('HGETALL', 'c')).toBe('[f, v]');
      expect(Number(await second.ask('TTL', 'c'))).toBeGreaterThan(900);
      expect(await second.info('rdb_last_load_keys_loaded')).toBe('3');
      expect(second.output).toMatch(/DB loaded from disk: \d+\.\d+ seconds/);
    });

    it('count off the changes that they have saved, and no others', async () => {
      const server = await folder.start(program(), '--save', '3600 100000', ...DEBUG);
      await server.run('SET a 1\nSET b 1\nSADD c 1 2 3');
      expect(await server.info('rdb_changes_since_last_save')).toBe('5');
      await server.run('CONFIG SET rdb-key-save-delay 2000000\nBGSAVE\nSET d 1\nSET e 1');
      expect(await server.info('rdb_bgsave_in_progress')).toBe('1');
      expect(await server.info('rdb_changes_since_last_save')).toBe('7');
      expect(await server.info('current_save_keys_total')).toBe('3');
      expect(await server.ask('BGSAVE')).toBe('-ERR Background save already in progress');
      expect(await server.ask('BGSAVE', 'SCHEDULE')).toBe('-ERR Background save already in progress');
      expect(await server.ask('SAVE')).toBe('-ERR Background save already in progress');
      expect(await server.saved()).toBe(true);
      expect(await server.info('rdb_changes_since_last_save')).toBe('2');
      expect(await server.info('rdb_saves')).toBe('1');
      await server.run('CONFIG SET rdb-key-save-delay 0\nSAVE');
      expect(await server.info('rdb_changes_since_last_save')).toBe('0');
      expect(await server.info('rdb_saves')).toBe('2');
      await server.run('CONFIG RESETSTAT');
      expect(await server.info('rdb_saves')).toBe('0');
    });

    it('take no other arguments', async () => {
      const server = await folder.start(program(), '--save', '');
      expect(await server.ask('BGSAVE', 'now')).toBe('-ERR syntax error');
      expect(await server.ask('BGSAVE', 'schedule', 'x')).toBe('-ERR syntax error');
      expect(await server.ask('BGSAVE', 'schedule')).toBe('Background saving started');
    });

    it('within a transaction schedule, or are refused', async () => {
      const server = await folder.start(program(), '--save', '');
      await server.run('MULTI\nSET a 1\nBGSAVE');
      expect(await server.ask('EXEC')).toBe('[OK, Background saving scheduled]');
      await until(async () => (await server.info('rdb_saves')) === '1');
      expect(await server.ask('MULTI')).toBe('OK');
      expect(await server.ask('SAVE')).toBe('-ERR Command not allowed inside a transaction');
    });

    it('tell when they last succeeded', async () => {
      const server = await folder.start(program(), '--save', '');
      const before = Number(await server.ask('LASTSAVE'));
      expect(Math.abs(before - Date.now() / 1000)).toBeLessThan(20);
      // Servers read a clock that may be some milliseconds behind.
      await until(() => Math.floor((Date.now() - 50) / 1000) > before);
      await server.run('SAVE');
      expect(Number(await server.ask('LASTSAVE'))).toBeGreaterThan(before);
      expect(await server.info('rdb_last_save_time')).toBe(await server.ask('LASTSAVE'));
    });
  });

  describe('save points', () => {
    it('save when so much was changed in so long', async () => {
      const server = await folder.start(program(), '--save', '1 3');
      await server.run('SET a 1\nSET b 1');
      await until(async () => Number(await server.info('uptime_in_seconds')) >= 3);
      expect(await server.info('rdb_saves')).toBe('0');
      await server.run('SET c 1');
      await server.says('3 changes in 1 seconds. Saving...');
      expect(await server.saved()).toBe(true);
      expect(await server.info('rdb_changes_since_last_save')).toBe('0');
    });

    it('let SHUTDOWN and SIGTERM save; without any nothing is written', async () => {
      const first = await folder.start(program(), '--save', '900 1');
      await first.run('SET a 1');
      expect((await first.end('SIGTERM')).code).toBe(0);
      const second = await folder.start(program(), '--save', '900 1');
      expect(await second.ask('GET', 'a')).toBe('1');
      await second.run('SET a 2');
      await second.ask('SHUTDOWN', 'NOSAVE').catch(() => undefined);
      expect((await second.exited).code).toBe(0);
      const third = await folder.start(program(), '--save', '900 1');
      expect(await third.ask('GET', 'a')).toBe('1');
      await third.run('SET a 3');
      await third.ask('SHUTDOWN').catch(() => undefined);
      expect((await third.exited).code).toBe(0);
      const fourth = await folder.start(program(), '--save', '');
      expect(await fourth.ask('GET', 'a')).toBe('3');
      await fourth.run('SET a 4');
      expect((await fourth.end('SIGTERM')).code).toBe(0);
      const fifth = await folder.start(program(), '--save', '');
      expect(await fifth.ask('GET', 'a')).toBe('3');
      await fifth.run('SET a 5');
      await fifth.ask('SHUTDOWN', 'SAVE').catch(() => undefined);
      await fifth.exited;
      const sixth = await folder.start(program(), '--save', '');
      expect(await sixth.ask('GET', 'a')).toBe('5');
      expect(folder.names()).toEqual(['dump.rdb']);
    });

    it('have FLUSHALL save an empty file, but not FLUSHDB', async () => {
      const first = await folder.start(program(), '--save', '900 1');
      await first.run('SET a 1\nSAVE\nFLUSHDB');
      expect(await first.info('rdb_changes_since_last_save')).toBe('1');
      await first.end();
      const second = await folder.start(program(), '--save', '900 1');
      expect(await second.ask('GET', 'a')).toBe('1');
      await second.run('FLUSHALL');
      expect(await second.info('rdb_changes_since_last_save')).toBe('0');
      await second.end();
      const third = await folder.start(program(), '--save', '');
      expect(await third.ask('DBSIZE')).toBe('0');
      await third.run('SET a 1\nSAVE\nFLUSHALL');
      await third.end();
      const fourth = await folder.start(program(), '--save', '');
      expect(await fourth.ask('DBSIZE')).toBe('1');
    });

    it('have FLUSHALL end a snapshot that is being written', async () => {
      const server = await folder.start(program(), '--save', '900 100', ...DEBUG);
      await server.run('SET a 1\nSET b 1\nCONFIG SET rdb-key-save-delay 100000000\nBGSAVE\nFLUSHALL');
      await server.saved();
      expect(await server.info('rdb_last_bgsave_status')).toBe('ok');
      expect(folder.names().filter((name) => name.startsWith('temp-'))).toEqual([]);
      await server.end();
      const next = await folder.start(program(), '--save', '');
      expect(await next.ask('DBSIZE')).toBe('0');
    });
  });

  describe('a snapshot that cannot be written', () => {
    // A folder of the file's name, which is not empty, cannot be replaced by it.
    const obstruct = (): void => void mkdirSync(folder.file('taken/full'), { recursive: true });

    it('has writes and PING refused until one can', async () => {
      const server = await folder.start(program(), '--save', '900 1', '--dbfilename', 'taken');
      obstruct();
      await server.run('SET a 1');
      expect(await server.ask('SAVE')).toBe('-ERR');
      expect(await server.ask('SET', 'a', '2')).toBe('OK');
      expect(await server.ask('BGSAVE')).toBe('Background saving started');
      expect(await server.saved()).toBe(false);
      expect(await server.ask('SET', 'a', '3')).toBe(MISCONF);
      expect(await server.ask('PING')).toBe(MISCONF);
      expect(await server.ask('FLUSHALL')).toBe(MISCONF);
      expect(await server.ask('GET', 'a')).toBe('2');
      expect(await server.ask('MULTI')).toBe('OK');
      expect(await server.ask('GET', 'a')).toBe('QUEUED');
      expect(await server.ask('EXEC')).toBe('[2]');
      expect(await server.ask('MULTI')).toBe('OK');
      expect(await server.ask('SET', 'a', '3')).toBe(MISCONF);
      expect(await server.ask('EXEC')).toBe('-EXECABORT Transaction discarded because of previous errors.');
      await server.run('CONFIG SET stop-writes-on-bgsave-error no\nSET a 4\nPING');
      await server.run('CONFIG SET stop-writes-on-bgsave-error yes');
      expect(await server.ask('PING')).toBe(MISCONF);
      const saves = await server.ask('CONFIG', 'GET', 'save');
      expect(saves).toBe('[save, 900 1]');
      expect(await server.ask('CONFIG', 'SET', 'save', '')).toBe('OK');
      expect(await server.ask('SET', 'a', '5')).toBe('OK');
      expect(await server.ask('CONFIG', 'SET', 'save', '900 1')).toBe('OK');
      expect(await server.ask('SET', 'a', '6')).toBe(MISCONF);
      rmSync(folder.file('taken'), { recursive: true });
      expect(await server.ask('BGSAVE')).toBe('Background saving started');
      expect(await server.saved()).toBe(true);
      expect(await server.ask('SET', 'a', '7')).toBe('OK');
      expect(folder.names().filter((name) => name.startsWith('temp-'))).toEqual([]);
    });

    it('refuses an EXEC that was queued before', async () => {
      const server = await folder.start(program(), '--save', '900 1', '--dbfilename', 'taken');
      obstruct();
      const other = await server.connect();
      await server.run('MULTI\nSET a 1');
      await other.command('BGSAVE');
      await until(async () =>
        (await other.command('INFO', 'persistence')).includes('rdb_last_bgsave_status:err'),
      );
      const reason = MISCONF.slice(1);
      expect(await server.ask('EXEC')).toBe(`-EXECABORT Transaction discarded because of: ${reason}`);
      other.close();
    });

    it('is tried again', async () => {
      const server = await folder.start(program(), '--save', '1 1', '--dbfilename', 'taken');
      obstruct();
      await server.run('SET a 1');
      await until(async () => (await server.info('rdb_last_bgsave_status')) === 'err');
      rmSync(folder.file('taken'), { recursive: true });
      expect(await server.ask('SET', 'a', '2')).toBe(MISCONF);
      await until(async () => (await server.info('rdb_last_bgsave_status')) === 'ok');
      expect(await server.ask('SET', 'a', '3')).toBe('OK');
    });

    it('keeps the server from stopping, unless that is forced', async () => {
      const server = await folder.start(program(), '--save', '900 1', '--dbfilename', 'taken');
      obstruct();
      await server.run('SET a 1');
      expect(await server.ask('SHUTDOWN')).toBe('-ERR Errors trying to SHUTDOWN. Check logs.');
      expect(await server.ask('SHUTDOWN', 'SAVE', 'NOW')).toBe('-ERR Errors trying to SHUTDOWN. Check logs.');
      expect(await server.ask('SHUTDOWN', 'ABORT')).toBe('-ERR No shutdown in progress.');
      expect(await server.ask('SHUTDOWN', 'SAVE', 'NOSAVE')).toBe('-ERR syntax error');
      server.child.kill('SIGTERM');
      await until(() => server.output.split('Errors trying to shut down the server').length === 4);
      expect(await server.ask('GET', 'a')).toBe('1');
      await server.ask('SHUTDOWN', 'FORCE').catch(() => undefined);
      expect((await server.exited).code).toBe(0);
      expect(server.output).toContain('Error trying to save the DB. Exit anyway.');
    });
  });

  describe('DEBUG RELOAD', () => {
    it('saves the data and reads it again', async () => {
      const server = await folder.start(program(), '--save', '', ...DEBUG);
      await server.run('SET a 1\nSELECT 5\nSADD b x y\nEXPIRE b 1000\nSELECT 0');
      const digest = await server.ask('DEBUG', 'DIGEST');
      expect(await server.ask('DEBUG', 'RELOAD')).toBe('OK');
      expect(await server.ask('DEBUG', 'DIGEST')).toBe(digest);
      await server.run('SET a 2');
      expect(await server.ask('DEBUG', 'RELOAD', 'NOSAVE')).toBe('OK');
      expect(await server.ask('GET', 'a')).toBe('1');
      await server.run('DEL a\nSET c 3');
      expect(await server.ask('DEBUG', 'RELOAD', 'nosave', 'NOFLUSH', 'MERGE')).toBe('OK');
      expect(await server.ask('MGET', 'a', 'c')).toBe('[1, 3]');
      expect(await server.ask('DEBUG', 'RELOAD', 'what')).toBe(
        '-ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.',
      );
      await server.run('MULTI\nSET a 9\nDEBUG RELOAD\nGET a');
      expect(await server.ask('EXEC')).toBe('[OK, OK, 9]');
    });

    it('fails where there is nowhere to save', async () => {
      const server = await folder.start(program(), '--save', '', '--dbfilename', '', ...DEBUG);
      await server.run('SET a 1');
      expect(await server.ask('DEBUG', 'RELOAD')).toBe('-ERR');
      expect(await server.ask('GET', 'a')).toBe('1');
    });
  });

  it('keeps `dir` and `dbfilename` from clients, unless they are allowed to change them', async () => {
    mkdirSync(folder.file('sub'));
    const server = await folder.start(program(), '--save', '');
    for (const name of ['dir', 'dbfilename']) {
      expect(await server.ask('CONFIG', 'SET', name, 'sub')).toBe(
        `-ERR CONFIG SET failed (possibly related to argument '${name}') - can't set protected config`,
      );
    }
    const open = await folder.start(program(), '--save', '', ...DEBUG);
    await open.run('SET a 1\nCONFIG SET dir sub dbfilename other.rdb\nSAVE');
    expect(folder.has('sub/other.rdb')).toBe(true);
  });
});
