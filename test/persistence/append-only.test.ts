/**
 * The append-only file: written by one server, read by the other, in both directions; its manifest, rewriting, what
 * happens to files that are cut or broken.
 */
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolder, type DataServer } from '../support/data-folder.js';
import { programUnderTest, referenceProgram, type ServerProgram } from '../support/server-process.js';
import { until } from '../support/until.js';

const ON = ['--save', '', '--appendonly', 'yes', '--enable-debug-command', 'yes'];
const OFF = ['--save', '', '--appendonly', 'no', '--enable-debug-command', 'yes'];
const PROGRAMS: [string, () => ServerProgram][] = [
  ['the server under test', programUnderTest],
  ['Redis 7.0', () => referenceProgram('7.0')],
];
const MANIFEST = 'appendonlydir/appendonly.aof.manifest';
const FIRST_INCREMENT = 'appendonlydir/appendonly.aof.1.incr.aof';

/** Something of every type, in small and large forms, with and without a time to live. */
const DATA = `
  SET string value
  SET number 12345
  APPEND string more
  INCRBY number 5
  SET short x PX 100000000
  SETEX second 100000 y
  RPUSH list a b c 1 2 3
  LPOP list
  SADD set a b c d
  SPOP set 2
  SADD integers 1 2 3
  ZADD sorted 1.5 a 2 b -inf c
  ZINCRBY sorted 3 a
  HSET hash f v g w
  HINCRBYFLOAT hash number 1.25
  XADD stream * a 1 b 2
  XADD stream * a 3
  XGROUP CREATE stream group 0
  XREADGROUP GROUP group me COUNT 1 STREAMS stream >
  PFADD loglog a b c
  SETBIT bits 100 1
  GEOADD places 13.361389 38.115556 Palermo
  EXPIRE hash 100000
  SELECT 5
  SET other database
  MOVE other 6
  RENAME nothing nothing2
  SELECT 0
`;

async function fill(server: DataServer): Promise<void> {
  for (const line of DATA.split('\n').map((text) => text.trim())) {
    if (line !== '') await server.ask(...line.split(' '));
  }
  for (let i = 0; i < 600; i++) {
    await server.ask('RPUSH', 'long-list', `element ${String(i)} ${'x'.repeat(i % 90)}`);
    await server.ask('SADD', 'long-set', `member ${String(i)}`);
    await server.ask('ZADD', 'long-sorted', String(i / 4), `member ${String(i)}`);
    await server.ask('HSET', 'long-hash', `field ${String(i)}`, `value ${String(i)}`);
  }
  await server.run('MULTI\nSET in-transaction 1\nINCR in-transaction\nEXEC');
}

async function rewritten(server: DataServer): Promise<void> {
  await until(async () => (await server.info('aof_rewrite_in_progress', 'persistence')) === '0');
  expect(await server.info('aof_last_bgrewrite_status', 'persistence')).toBe('ok');
}

let folder: DataFolder;
beforeEach(() => (folder = DataFolder.make()));
afterEach(() => folder.remove());

const text = (name: string): string => readFileSync(folder.file(name), 'latin1');
const frame = (...words: readonly string[]): string =>
  `*${String(words.length)}\r\n${words.map((word) => `$${String(word.length)}\r\n${word}\r\n`).join('')}`;

describe.each(PROGRAMS)('files of %s', (_, writer) => {
  describe.each(PROGRAMS)('are read by %s', (__, reader) => {
    it.each([
      ['yes', 'yes'],
      ['yes', 'no'],
      ['no', 'no'],
    ])('rewritten %s, with a snapshot %s', async (isRewritten, preamble) => {
      const first = await folder.start(writer(), ...ON, '--aof-use-rdb-preamble', preamble);
      await fill(first);
      if (isRewritten === 'yes') {
        await first.run('BGREWRITEAOF\nSET meanwhile 1\nINCR meanwhile');
        await rewritten(first);
        await first.run('INCR meanwhile\nDEL string');
      }
      const digest = await first.ask('DEBUG', 'DIGEST');
      await first.end('SIGTERM');
      const second = await folder.start(reader(), ...ON);
      expect(await second.ask('DEBUG', 'DIGEST')).toBe(digest);
      await second.run('SET afterwards 1');
      const later = await second.ask('DEBUG', 'DIGEST');
      await second.end('SIGTERM');
      const third = await folder.start(writer(), ...ON);
      expect(await third.ask('DEBUG', 'DIGEST')).toBe(later);
    });
  });
});

describe.each(PROGRAMS)('%s', (_, program) => {
  it('makes a base, an increment and a manifest', async () => {
    const server = await folder.start(program(), ...ON);
    await server.run('SET a 1');
    expect(text(MANIFEST)).toBe(
      'file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n',
    );
    await until(() => text(FIRST_INCREMENT) !== '');
    expect(text(FIRST_INCREMENT)).toBe(frame('SELECT', '0') + frame('SET', 'a', '1'));
    expect(await server.info('aof_enabled')).toBe('1');
    expect(await server.info('aof_last_write_status')).toBe('ok');
  });

  it('numbers new files, and deletes those that are superseded', async () => {
    const server = await folder.start(program(), ...ON);
    await server.run('SET a 1');
    expect(await server.ask('BGREWRITEAOF')).toBe('Background append only file rewriting started');
    await rewritten(server);
    await until(() => !folder.has(FIRST_INCREMENT) && !text(MANIFEST).includes('type h'));
    expect(text(MANIFEST)).toBe(
      'file appendonly.aof.2.base.rdb seq 2 type b\nfile appendonly.aof.2.incr.aof seq 2 type i\n',
    );
    expect(folder.has('appendonlydir/appendonly.aof.1.base.rdb')).toBe(false);
    expect(await server.info('aof_rewrites')).toBe('1');
  });

  it('schedules a rewriting that is asked for within a transaction', async () => {
    const server = await folder.start(program(), ...ON);
    await server.run('MULTI\nSET a 1\nBGREWRITEAOF');
    expect(await server.ask('EXEC')).toBe('[OK, Background append only file rewriting scheduled]');
    await until(() => text(MANIFEST).includes('2.base.rdb'));
  });

  it('begins to keep one when it is told to, and ends', async () => {
    const server = await folder.start(program(), ...OFF);
    await server.run('SET a 1');
    expect(await server.ask('CONFIG', 'SET', 'appendonly', 'yes')).toBe('OK');
    await rewritten(server);
    await server.run('SET b 2');
    await until(() => folder.has(FIRST_INCREMENT) && text(FIRST_INCREMENT).includes('b'));
    expect(await server.ask('CONFIG', 'SET', 'appendonly', 'no')).toBe('OK');
    await server.run('SET c 3');
    expect(await server.info('aof_enabled')).toBe('0');
    await server.end();
    const second = await folder.start(program(), ...ON);
    expect(await second.ask('MGET', 'a', 'b', 'c')).toBe('[1, 2, (nil)]');
  });

  it('cuts off what is incomplete at the end of the last file', async () => {
    const first = await folder.start(program(), ...ON);
    await first.run('SET a 1\nSET b 2');
    await first.end('SIGTERM');
    const whole = text(FIRST_INCREMENT);
    appendFileSync(folder.file(FIRST_INCREMENT), frame('MULTI') + frame('SET', 'a', '3'));
    const second = await folder.start(program(), ...ON);
    expect(await second.ask('MGET', 'a', 'b')).toBe('[1, 2]');
    expect(text(FIRST_INCREMENT)).toBe(whole);
    await second.run('SET c 3');
    await second.end('SIGTERM');
    const third = await folder.start(program(), ...ON);
    expect(await third.ask('MGET', 'a', 'b', 'c')).toBe('[1, 2, 3]');
    await third.end('SIGTERM');
    truncateSync(folder.file(FIRST_INCREMENT), text(FIRST_INCREMENT).length - 1);
    const fourth = await folder.launch(program(), ...ON, '--aof-load-truncated', 'no');
    expect((await fourth.exited).code).toBe(1);
    expect(fourth.output).toContain('Unexpected end of file reading the append only file');
  });

  it('refuses files that are broken', async () => {
    const first = await folder.start(program(), ...ON);
    await first.run('SET a 1');
    await first.end('SIGTERM');
    const whole = text(FIRST_INCREMENT);
    const refuses = async (contents: string, said: RegExp): Promise<void> => {
      writeFileSync(folder.file(FIRST_INCREMENT), contents, 'latin1');
      const server = await folder.launch(program(), ...ON);
      expect((await server.exited).code).toBe(1);
      expect(server.output).toMatch(said);
    };
    await refuses(
      `${whole}nonsense\r\n${frame('SET', 'b', '2')}`,
      /Bad file format reading the append only file/,
    );
    await refuses(`${whole}*x\r\n${frame('SET', 'b', '2')}`, /Bad file format reading the append only file/);
    await refuses(whole + frame('NOSUCH', 'b'), /Unknown command 'NOSUCH' reading the append only file/);
    rmSync(folder.file(FIRST_INCREMENT));
    const missing = await folder.launch(program(), ...ON);
    expect((await missing.exited).code).toBe(1);
    writeFileSync(folder.file(MANIFEST), 'file appendonly.aof.1.base.rdb seq 1 type z\n');
    const wrong = await folder.launch(program(), ...ON);
    expect((await wrong.exited).code).toBe(1);
  });

  it('passes over annotations', async () => {
    const first = await folder.start(program(), ...ON, '--aof-timestamp-enabled', 'yes');
    await first.run('SET a 1');
    await first.end('SIGTERM');
    expect(text(FIRST_INCREMENT)).toMatch(/^#TS:\d+\r\n\*2/);
    appendFileSync(folder.file(FIRST_INCREMENT), `#"quoted' note\r\n${frame('SET', 'b', '2')}#last\r\n`);
    const second = await folder.start(program(), ...ON);
    expect(await second.ask('MGET', 'a', 'b')).toBe('[1, 2]');
  });

  it('takes over a log of one file', async () => {
    writeFileSync(folder.file('appendonly.aof'), frame('SELECT', '2') + frame('SET', 'a', '1'));
    const server = await folder.start(program(), ...ON);
    expect(await server.ask('SELECT', '2')).toBe('OK');
    expect(await server.ask('GET', 'a')).toBe('1');
    expect(folder.has('appendonly.aof')).toBe(false);
    expect(text(MANIFEST)).toContain('file appendonly.aof seq 1 type b\n');
  });

  it('knows nothing of a snapshot when the append-only file is on', async () => {
    const first = await folder.start(program(), ...OFF);
    await first.run('SET a 1\nSAVE');
    await first.end();
    const second = await folder.start(program(), ...ON);
    expect(await second.ask('DBSIZE')).toBe('0');
  });

  it('keeps times to live that were met by later commands', async () => {
    writeFileSync(
      folder.file('appendonly.aof'),
      frame('SET', 'kept', '1') +
        frame('PEXPIREAT', 'kept', '1000') +
        frame('INCR', 'kept') +
        frame('PERSIST', 'kept') +
        frame('SET', 'also', 'x', 'PXAT', '1000') +
        frame('APPEND', 'also', 'y') +
        frame('PERSIST', 'also') +
        frame('SET', 'gone', '1', 'PXAT', '1000'),
    );
    const server = await folder.start(program(), ...ON);
    expect(await server.ask('MGET', 'kept', 'also', 'gone')).toBe('[2, xy, (nil)]');
  });

  it('rewrites by itself when the files have grown', async () => {
    const server = await folder.start(program(), ...ON, '--auto-aof-rewrite-min-size', '1kb');
    for (let i = 0; i < 40; i++) await server.ask('SET', 'a', 'x'.repeat(100));
    // It may have grown so much twice.
    await until(() => /seq [2-9] type b/.test(text(MANIFEST)));
    expect(server.output).toMatch(/Starting automatic rewriting of AOF on \d+% growth/);
  });

  it('loads anew what it has written: DEBUG LOADAOF', async () => {
    const server = await folder.start(program(), ...ON);
    await fill(server);
    const digest = await server.ask('DEBUG', 'DIGEST');
    expect(await server.ask('DEBUG', 'LOADAOF')).toBe('OK');
    expect(await server.ask('DEBUG', 'DIGEST')).toBe(digest);
    await server.run('SET later 1');
    await server.end('SIGTERM');
    const second = await folder.start(program(), ...ON);
    expect(await second.ask('GET', 'later')).toBe('1');
  });
});

describe('the server under test', () => {
  it('goes on writing its file when DEBUG LOADAOF has failed', async () => {
    const server = await folder.start(programUnderTest(), ...ON);
    await server.run('SET a 1');
    await until(() => text(FIRST_INCREMENT).includes('a'));
    appendFileSync(folder.file(FIRST_INCREMENT), 'what is no command');
    expect(await server.ask('DEBUG', 'LOADAOF')).toMatch(/^-?ERR Error trying to load the AOF files/);
    await server.run('SET later 1');
    await until(() => text(FIRST_INCREMENT).endsWith(frame('SET', 'later', '1')));
  });

  it('cuts off a transaction that ends within a command', async () => {
    const first = await folder.start(programUnderTest(), ...ON);
    await first.run('SET a 1');
    await first.end('SIGTERM');
    const whole = text(FIRST_INCREMENT);
    appendFileSync(folder.file(FIRST_INCREMENT), frame('MULTI') + frame('SET', 'a', '3') + '*3\r\n$3\r\nSE');
    const second = await folder.start(programUnderTest(), ...ON);
    expect(await second.ask('GET', 'a')).toBe('1');
    expect(text(FIRST_INCREMENT)).toBe(whole);
  });

  it('reads commands that are longer than what it reads at a time', async () => {
    const first = await folder.start(programUnderTest(), ...ON);
    const long = 'x'.repeat(9_000_000);
    await first.run('SET a 1');
    await first.ask('SET', 'b', long);
    await first.run('MULTI');
    await first.ask('APPEND', 'b', long);
    await first.run('INCR a\nEXEC\nINCR a');
    await first.end('SIGTERM');
    const second = await folder.start(programUnderTest(), ...ON);
    expect(await second.ask('GET', 'a')).toBe('3');
    expect(await second.ask('STRLEN', 'b')).toBe('18000000');
  });

  it('removes what a rewriting has left that was cut short', async () => {
    // That of the manifest has one name, which the next manifest takes.
    const temporaries = (): string[] =>
      readdirSync(folder.file('appendonlydir')).filter((name) => /^temp-.*\.rdb$/.test(name));
    const first = await folder.start(programUnderTest(), ...ON);
    await first.run('SET a 1\nSET b 2\nCONFIG SET rdb-key-save-delay 10000000\nBGREWRITEAOF');
    await until(() => temporaries().length === 1);
    await first.end('SIGKILL');
    const second = await folder.start(programUnderTest(), ...ON);
    expect(temporaries()).toEqual([]);
    expect(await second.ask('MGET', 'a', 'b')).toBe('[1, 2]');
  });

  it('leaves no file behind when it keeps none', async () => {
    const server = await folder.start(programUnderTest(), '--save', '', '--appendonly', 'no');
    await server.run('SET a 1');
    await server.end('SIGTERM');
    expect(folder.names()).toEqual([]);
    expect(existsSync(join(folder.path, 'appendonlydir'))).toBe(false);
  });
});
