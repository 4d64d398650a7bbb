/** Effects of Redwing that no other server's log tells: what the server removes by itself, and what Redis forgets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeCommand, parseCommandLine } from '../support/command-line.js';
import { shownEffects } from '../support/effect-comparison.js';
import { type Effect, type EffectServer, startTested } from '../support/effect-servers.js';
import type { RawConnection } from '../support/raw-connection.js';
import { parseReply, textOf } from '../support/reply.js';
import { programUnderTest, referenceProgram, ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';
import { effectCases } from './cases/effects.js';
import { streamCases } from './cases/effects-streams.js';
import { valueCases } from './cases/effects-values.js';

async function send(connection: RawConnection, ...lines: readonly string[]): Promise<void> {
  await connection.send(Buffer.concat(lines.map((line) => encodeCommand(parseCommandLine(line)))));
  await connection.replies(lines.length);
}

describe('effects', () => {
  let server: EffectServer;
  let connection: RawConnection;
  const left = async (...lines: readonly string[]): Promise<string[]> => {
    await send(connection, ...lines);
    return shownEffects(await server.take());
  };
  /** Effects up to so many that are no SELECT, as soon as they are there. */
  const arrived = async (count: number): Promise<string[]> => {
    const effects: Effect[] = [];
    await until(async () => {
      effects.push(...(await server.take()));
      return effects.filter(([word]) => word !== 'SELECT').length >= count;
    });
    return shownEffects(effects);
  };
  beforeAll(async () => {
    server = await startTested();
    connection = await server.connect();
  });
  afterAll(async () => {
    connection.close();
    await server.stop();
  });
  beforeEach(() => left('flushall', 'config set maxmemory 0'));

  it('of consumers that come to be without an entry', async () => {
    await left('xadd s 1 a 1', 'xgroup create s g $', 'xadd t 1 a 1', 'xgroup create t g 0');
    expect(await left('xreadgroup group g new streams s >')).toEqual(['XGROUP CREATECONSUMER s g new']);
    expect(await left('xreadgroup group g new streams s >')).toEqual([]);
    expect(await left('xreadgroup group g other streams s 0')).toEqual(['XGROUP CREATECONSUMER s g other']);
    expect(await left('xclaim s g third 0 1-0')).toEqual(['XGROUP CREATECONSUMER s g third']);
    expect(await left('xautoclaim s g fourth 0 0')).toEqual(['XGROUP CREATECONSUMER s g fourth']);
    const both = await left('xreadgroup group g fifth streams s t > >');
    expect(both.map((line) => line.replace(/TIME \d+/, 'TIME'))).toEqual([
      'MULTI',
      'XGROUP CREATECONSUMER s g fifth',
      'XCLAIM t g fifth 0 1-0 TIME RETRYCOUNT 1 FORCE JUSTID LASTID 1-0',
      'XGROUP SETID t g 1-0 ENTRIESREAD 1',
      'EXEC',
    ]);
  });

  it('of runs that are rewritten, each with what it has replied', async () => {
    await left('set text 1', 'sadd members a b c 1 2 3');
    const sent = async (...lines: readonly string[]): Promise<string[]> => {
      await connection.send(Buffer.concat(lines.map((line) => encodeCommand(parseCommandLine(line)))));
      return (await connection.replies(lines.length)).map((reply) => textOf(parseReply(reply)) ?? '');
    };
    const [a, b, , c] = await sent('xadd s * f 1', 'xadd s * f 2', 'xadd text * f 3', 'xadd t * f 4');
    expect(shownEffects(await server.take())).toEqual([
      `xadd s ${a} f 1`,
      `xadd s ${b} f 2`,
      `xadd t ${c} f 4`,
    ]);
    const members = await sent('spop members', 'spop members', 'spop none', 'spop text', 'spop members');
    const [first, second, , , third] = members.map((member) => `SREM members ${member}`);
    expect(shownEffects(await server.take())).toEqual([first, second, third]);
    const queued = ['spop members', 'spop members', 'xadd s * g 1', 'xadd s * g 2'];
    const lines = ['multi', ...queued, 'exec'].map((line) => encodeCommand(parseCommandLine(line)));
    await connection.send(Buffer.concat(lines));
    const exec = parseReply((await connection.replies(lines.length)).at(-1) ?? Buffer.alloc(0));
    const [d, e, f, g] = (exec.items ?? []).map((item) => textOf(item));
    expect(shownEffects(await server.take())).toEqual([
      'MULTI',
      `SREM members ${d}`,
      `SREM members ${e}`,
      `xadd s ${f} g 1`,
      `xadd s ${g} g 2`,
      'EXEC',
    ]);
  });

  it('of keys and fields that expire while nobody asks for them, each by itself', async () => {
    await left(
      'set a 1 px 20',
      'select 3',
      'set b 1 px 20',
      'select 0',
      'hset h f 1 g 2',
      'hpexpire h 20 fields 1 f',
    );
    const effects = await arrived(3);
    expect(effects.filter((line) => !line.startsWith('SELECT')).sort()).toEqual([
      'DEL a',
      'DEL b',
      'HDEL h f',
    ]);
    expect(effects.indexOf('DEL b')).toBeGreaterThan(effects.indexOf('SELECT 3'));
  });

  it('of keys that are evicted, each by itself', async () => {
    const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
    for (const [lazily, word] of [
      ['no', 'DEL'],
      ['yes', 'UNLINK'],
    ]) {
      await left('config set maxmemory-policy allkeys-random', ...keys.map((key) => `set ${key} v`));
      await connection.command('config', 'set', 'lazyfree-lazy-eviction', lazily ?? '');
      await connection.command('config', 'set', 'maxmemory', '1');
      expect((await arrived(keys.length)).sort()).toEqual(keys.map((key) => `${word} ${key}`).sort());
      await left('config set maxmemory 0', 'config set lazyfree-lazy-eviction no');
    }
  });

  it('of two clients in different databases in one turn', async () => {
    const other = await server.connect();
    await send(other, 'select 5');
    expect(await left('set a 1', 'select 6', 'set a 2', 'select 0', 'set a 3')).toEqual([
      'set a 1',
      'SELECT 6',
      'set a 2',
      'SELECT 0',
      'set a 3',
    ]);
    await send(other, 'set a 4');
    expect(shownEffects(await server.take())).toEqual(['SELECT 5', 'set a 4']);
    expect(await left('set a 5')).toEqual(['SELECT 0', 'set a 5']);
    other.close();
  });

  it('of commands that came inline among others', async () => {
    await connection.send(
      Buffer.from('*3\r\n$3\r\nset\r\n$1\r\na\r\n$1\r\n1\r\nset  b 2\r\nset c "x y"\r\n\r\n*0\r\n'),
    );
    await connection.send(
      Buffer.from('*3\r\n$3\r\nset\r\n$1\r\nd\r\n$1\r\n1\r\n*0\r\n*2\r\n$4\r\nincr\r\n$1\r\nd\r\n'),
    );
    await connection.replies(5);
    expect(shownEffects(await server.take())).toEqual([
      'set a 1',
      'set b 2',
      'set c "x y"',
      'set d 1',
      'incr d',
    ]);
  });
});

describe('effects in an append-only file', () => {
  it('of a transaction in whose midst the file is rewritten', async () => {
    const options = '--appendonly yes --enable-debug-command yes';
    const server = await ServerProcess.start(programUnderTest(), options.split(' '));
    const connection = await server.connect();
    const ask = async (...words: string[]): Promise<string | null> =>
      textOf(parseReply(await connection.command(...words)));
    await send(
      connection,
      'set a 1',
      'multi',
      'incr a',
      'bgrewriteaof',
      'incr a',
      'incr b',
      'exec',
      'incr a',
    );
    await until(async () =>
      /aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0/.test((await ask('info', 'persistence')) ?? ''),
    );
    await send(connection, 'incr a');
    const before = await ask('debug', 'digest');
    expect(await ask('debug', 'loadaof')).toBe('OK');
    expect(await ask('debug', 'digest')).toBe(before);
    expect(await ask('get', 'a')).toBe('5');
    connection.close();
    await server.stop();
  });

  it('that a real Redis can load', { timeout: 120_000 }, async () => {
    const options = ['--appendonly', 'yes', '--enable-debug-command', 'yes', '--dir'];
    const directory = mkdtempSync(join(tmpdir(), 'redwing-effects-'));
    try {
      const ours = await ServerProcess.start(programUnderTest(), [...options, directory]);
      const connection = await ours.connect();
      const steps = [...effectCases, ...valueCases, ...streamCases].flatMap((one) => one.steps);
      for (const step of steps)
        if (!step.startsWith('@') && step !== 'sleep') await send(connection, ...step.split(' | '));
      const before = textOf(parseReply(await connection.command('debug', 'digest')));
      connection.close();
      await ours.stop();
      const theirs = await ServerProcess.start(referenceProgram('7.0'), [...options, directory]);
      const other = await theirs.connect();
      expect(textOf(parseReply(await other.command('debug', 'digest')))).toBe(before);
      other.close();
      await theirs.stop();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
