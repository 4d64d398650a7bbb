/** Loading at the start: what is answered meanwhile, what is told, and what is refused. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolder, type DataServer } from '../support/data-folder.js';
import { programUnderTest, referenceProgram, type ServerProgram } from '../support/server-process.js';
import { until } from '../support/until.js';

const LOADING = '-LOADING Redis is loading the dataset in memory';
const KEYS = 2000;
const DEBUG = ['--enable-debug-command', 'yes', '--enable-protected-configs', 'yes'];

let folder: DataFolder;
beforeEach(() => (folder = DataFolder.make()));
afterEach(() => folder.remove());

/** Leaves a snapshot of so many strings behind. */
async function prepare(keys = KEYS): Promise<void> {
  const server = await folder.start(programUnderTest(), '--save', '', ...DEBUG);
  await server.run(`DEBUG POPULATE ${String(keys)} key 200\nSAVE`);
  await server.end();
}

/** Starts a server that takes so many microseconds for each key that it loads. */
async function startSlowly(program: ServerProgram, delayUs: number): Promise<DataServer> {
  const slow = ['--key-load-delay', String(delayUs), '--loading-process-events-interval-bytes', '1024'];
  const server = await folder.launch(program, '--save', '', ...slow, ...DEBUG);
  await until(async () => (await server.info('loading')) === '1');
  return server;
}

describe.each<[string, () => ServerProgram]>([
  ['the server under test', programUnderTest],
  ['Redis 7.0', () => referenceProgram('7.0')],
])('while data is loaded, %s', (_, program) => {
  it('refuses what needs the data, and answers the rest', async () => {
    await prepare();
    const server = await startSlowly(program(), 10_000);
    for (const command of ['PING', 'GET key:1', 'SET a 1', 'DBSIZE', 'SAVE', 'BGSAVE', 'FLUSHALL', 'KEYS *'])
      expect(await server.ask(...command.split(' '))).toBe(LOADING);
    for (const command of ['MULTI', 'GET a', 'EXEC'])
      expect(await server.ask(...command.split(' '))).toBe(
        command === 'MULTI'
          ? 'OK'
          : command === 'EXEC'
            ? '-EXECABORT Transaction discarded because of previous errors.'
            : LOADING,
      );
    expect(await server.ask('CONFIG', 'GET', 'hz')).toContain('hz');
    expect(await server.ask('ECHO', 'x')).toBe('x');
    expect(Number(await server.ask('LASTSAVE'))).toBeGreaterThan(0);
    expect(await server.info('async_loading')).toBe('0');
    const total = Number(await server.info('loading_total_bytes'));
    expect(total).toBe(readFileSync(folder.file('dump.rdb')).length);
    await until(async () => Number(await server.info('loading_loaded_bytes')) > 0);
    expect(Number(await server.info('loading_loaded_bytes'))).toBeLessThan(total);
    expect(Number(await server.info('loading_loaded_perc'))).toBeLessThan(100);
    expect(Number(await server.info('loading_start_time'))).toBeGreaterThan(0);
    expect(await server.info('loading_eta_seconds')).not.toBe('');
    // It stops without saving what is half loaded.
    expect((await server.end('SIGTERM')).code).toBe(0);
    expect(readFileSync(folder.file('dump.rdb'))).toHaveLength(total);
  });

  it('changes nothing that says what is loaded, or where it is kept', async () => {
    await prepare();
    const server = await startSlowly(program(), 10_000);
    const set = (...words: string[]): Promise<string> => server.ask('CONFIG', 'SET', ...words);
    for (const words of ['appendonly yes', 'appendonly maybe', 'dir /', 'hz 12 appendonly yes'])
      expect(await set(...words.split(' '))).toBe(LOADING);
    expect(await set('appendonly', 'yes', 'databases', '3')).toBe(LOADING);
    expect(await set('databases', '3', 'appendonly', 'yes')).toContain("can't set immutable config");
    expect(await set('hz', '12', 'appendfsync', 'always')).toBe('OK');
    expect(await server.ask('CONFIG', 'GET', 'appendonly')).toBe('[appendonly, no]');
    expect(folder.has('appendonlydir')).toBe(false);
  });

  it('stops on SHUTDOWN, without saving', async () => {
    await prepare();
    const before = readFileSync(folder.file('dump.rdb'));
    const server = await startSlowly(program(), 10_000);
    await server.ask('SHUTDOWN', 'SAVE').catch(() => undefined);
    await server.exited;
    expect(readFileSync(folder.file('dump.rdb'))).toEqual(before);
  });

  it('serves everything as soon as it is loaded', async () => {
    await prepare(300);
    const server = await startSlowly(program(), 100_000);
    await server.run('CONFIG SET key-load-delay 0');
    await server.says('Ready to accept connections');
    expect(await server.ask('DBSIZE')).toBe('300');
    expect(await server.info('loading')).toBe('0');
    expect(await server.info('loading_total_bytes')).toBe('');
    expect(await server.info('rdb_last_load_keys_loaded')).toBe('300');
    expect(await server.info('rdb_changes_since_last_save')).toBe('0');
  });

  it('leaves out keys whose time has come', async () => {
    const first = await folder.start(program(), '--save', '', ...DEBUG);
    await first.run('DEBUG SET-ACTIVE-EXPIRE 0\nSET a 1 PX 1\nSET b 2 PX 1\nSET c 3 EX 1000\nSET d 4');
    await until(
      async () => (await first.ask('TIME')) !== '' && Number(await first.info('uptime_in_seconds')) >= 1,
    );
    await first.run('SAVE');
    await first.end();
    const second = await folder.start(program(), '--save', '', ...DEBUG);
    expect(await second.ask('DBSIZE')).toBe('2');
    expect(await second.info('rdb_last_load_keys_expired')).toBe('2');
    expect(await second.info('rdb_last_load_keys_loaded')).toBe('2');
    expect(second.output).toContain('Done loading RDB, keys loaded: 2, keys expired: 2.');
  });

  it('tells of the base of an append-only file what it tells of a snapshot', async () => {
    const on = ['--appendonly', 'yes', '--rdbcompression', 'no', ...DEBUG];
    const slow = ['--key-load-delay', '10000', '--loading-process-events-interval-bytes', '1024'];
    const first = await folder.start(program(), '--save', '', ...on);
    await first.run('DEBUG POPULATE 300 key 1000\nDEBUG SET-ACTIVE-EXPIRE 0\nSET a 1 PX 1\nBGREWRITEAOF');
    await until(async () => (await first.info('aof_rewrite_in_progress', 'persistence')) === '0');
    await first.run('SET b 1');
    expect(await first.info('rdb_last_load_keys_loaded')).toBe('0');
    await first.end('SIGTERM');
    const second = await folder.launch(program(), '--save', '', ...on, ...slow);
    await until(async () => Number(await second.info('rdb_last_load_keys_loaded')) > 0);
    expect(await second.info('loading')).toBe('1');
    expect(Number(await second.info('rdb_last_load_keys_loaded'))).toBeLessThan(301);
    const used = Number(await second.info('loading_rdb_used_mem'));
    const told = Number(/RDB memory usage when created ([0-9.]+) Mb/.exec(second.output)?.[1]);
    expect(used / 1024 / 1024).toBeCloseTo(told, 1);
    expect(second.output).toContain('RDB is base AOF');
    await second.says('Ready to accept connections');
    // Those whose time has come are taken: commands that follow may be about them.
    expect(second.output).toContain('Done loading RDB, keys loaded: 301, keys expired: 0.');
    expect(await second.info('rdb_last_load_keys_loaded')).toBe('301');
    expect(await second.info('rdb_last_load_keys_expired')).toBe('0');
    await second.run('CONFIG SET key-load-delay 0\nCONFIG SET aof-use-rdb-preamble no\nBGREWRITEAOF');
    await until(async () => (await second.info('aof_rewrite_in_progress', 'persistence')) === '0');
    await second.run('DEBUG LOADAOF');
    expect(await second.info('rdb_last_load_keys_loaded')).toBe('0');
  });
});

describe('a file that cannot be loaded', () => {
  async function refusal(): Promise<string> {
    const server = await folder.launch(programUnderTest(), '--save', '900 1');
    const { code } = await server.exited;
    expect(code).toBe(1);
    // What is there stays as it is, and nothing is left behind.
    expect(folder.names()).toEqual(['dump.rdb']);
    return server.output;
  }

  it('is refused with the place and the reason', async () => {
    await prepare(10);
    const bytes = readFileSync(folder.file('dump.rdb'));
    const broken = Buffer.from(bytes);
    broken[broken.length - 1] = (broken[broken.length - 1] ?? 0) ^ 1;
    writeFileSync(folder.file('dump.rdb'), broken);
    expect(await refusal()).toMatch(
      /Fatal error loading the DB: .*dump\.rdb: .+ \(at byte \d+.*\)\. Exiting\./,
    );
    expect(readFileSync(folder.file('dump.rdb'))).toEqual(broken);
    writeFileSync(folder.file('dump.rdb'), bytes.subarray(0, bytes.length / 2));
    expect(await refusal()).toMatch(
      /Fatal error loading the DB: .*dump\.rdb: .+ \(at byte \d+.*\)\. Exiting\./,
    );
    const twice = Buffer.from('REDIS0009\x02\x03n\u00e4\x02\x01a\x01a');
    writeFileSync(folder.file('dump.rdb'), twice);
    expect(await refusal()).toMatch(/dump\.rdb: .+ \(at byte \d+, key 'n\u00e4'\)/);
    writeFileSync(folder.file('dump.rdb'), 'no snapshot');
    expect(await refusal()).toMatch(/Fatal error loading the DB: .*dump\.rdb: .+\. Exiting\./);
    writeFileSync(folder.file('dump.rdb'), '');
    expect(await refusal()).toMatch(/Fatal error loading the DB: .*dump\.rdb: .+\. Exiting\./);
  });

  it('is loaded all the same if only its sum is wrong and nobody looks at sums', async () => {
    await prepare(10);
    const bytes = readFileSync(folder.file('dump.rdb'));
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    writeFileSync(folder.file('dump.rdb'), bytes);
    const server = await folder.start(programUnderTest(), '--save', '', '--rdbchecksum', 'no');
    expect(await server.ask('DBSIZE')).toBe('10');
  });

  it('changes nothing when DEBUG RELOAD is asked for it', async () => {
    await prepare(10);
    const server = await folder.start(programUnderTest(), '--save', '', ...DEBUG);
    await server.run('SET mine 1');
    const bytes = readFileSync(folder.file('dump.rdb'));
    bytes[bytes.length - 30] = (bytes[bytes.length - 30] ?? 0) ^ 1;
    writeFileSync(folder.file('dump.rdb'), bytes);
    const digest = await server.ask('DEBUG', 'DIGEST');
    expect(await server.ask('DEBUG', 'RELOAD', 'NOSAVE')).toBe('-ERR Error trying to load the RDB dump');
    expect(server.output).toMatch(/DEBUG RELOAD: .*dump\.rdb: .* \(at byte \d+/);
    await server.run('MULTI\nDEBUG RELOAD NOSAVE');
    expect(await server.ask('EXEC')).toBe('[-ERR Error trying to load the RDB dump]');
    expect(await server.ask('DEBUG', 'DIGEST')).toBe(digest);
    expect(await server.info('loading')).toBe('0');
    expect(await server.ask('GET', 'mine')).toBe('1');
  });
});

it.each<[string, () => ServerProgram]>([
  ['the server under test', programUnderTest],
  ['Redis 7.0', () => referenceProgram('7.0')],
])('%s leaves alone what follows behind the end of a snapshot', async (_, program) => {
  await prepare(20);
  appendFileSync(folder.file('dump.rdb'), 'something');
  const server = await folder.start(program(), '--save', '', ...DEBUG);
  expect(await server.ask('DBSIZE')).toBe('20');
  expect(await server.ask('DEBUG', 'RELOAD', 'NOSAVE')).toBe('OK');
  expect(await server.ask('DBSIZE')).toBe('20');
  if (program === programUnderTest)
    expect(
      server.output.match(/dump\.rdb: 9 bytes behind the end of the snapshot were not read/g),
    ).toHaveLength(2);
});

it('a missing file is no mistake, nor is a name that is empty', async () => {
  for (const name of ['other.rdb', '']) {
    const server = await folder.start(programUnderTest(), '--save', '', '--dbfilename', name);
    expect(await server.ask('DBSIZE')).toBe('0');
    expect(server.output).not.toContain('DB loaded');
  }
});

it('while DEBUG RELOAD reads, others are told that data is loaded', async () => {
  const server = await folder.start(
    programUnderTest(),
    '--save',
    '',
    ...DEBUG,
    '--key-load-delay',
    '1000000',
  );
  await server.run('DEBUG POPULATE 50 key 10');
  const other = await server.connect();
  const reply = server.ask('DEBUG', 'RELOAD');
  await until(async () => (await other.command('GET', 'key:1')).toString().startsWith('-LOADING'));
  expect(String(await other.command('CONFIG', 'SET', 'key-load-delay', '0'))).toBe('+OK\r\n');
  expect(await reply).toBe('OK');
  expect((await other.command('GET', 'key:1')).toString()).toContain('value:1');
  expect(await server.ask('DBSIZE')).toBe('50');
  other.close();
});

it('DEBUG RELOAD is refused while data is loaded: it would save what is half loaded', async () => {
  await prepare();
  const server = await startSlowly(programUnderTest(), 10_000);
  expect(await server.ask('DEBUG', 'RELOAD')).toBe(LOADING);
});
