/**
 * Snapshots go from the server under test to a real Redis and back, and the other way: all keys, values and times to live
 * are what they were, for every type in every form.
 */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataFolder, type DataServer, plain } from '../support/data-folder.js';
import { numberOf } from '../support/reply.js';
import { programUnderTest, referenceProgram, type ServerProgram } from '../support/server-process.js';
import { VALUE_SAMPLES } from '../support/value-samples.js';

const OPEN = ['--save', '', '--enable-debug-command', 'yes'];
/** Settings by which nearly everything has its small form, or its large one. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  'usual limits': [],
  'tiny limits, not compressed': [
    ...[
      '--list-max-listpack-size',
      '2',
      '--hash-max-listpack-entries',
      '0',
      '--zset-max-listpack-entries',
      '0',
    ],
    ...['--set-max-intset-entries', '0', '--stream-node-max-entries', '2', '--rdbcompression', 'no'],
  ],
  'large limits, without a sum': [
    ...['--list-max-listpack-size', '-5', '--hash-max-listpack-entries', '100000'],
    ...['--hash-max-listpack-value', '100000', '--zset-max-listpack-entries', '100000'],
    ...['--zset-max-listpack-value', '100000', '--set-max-intset-entries', '100000'],
    ...['--stream-node-max-bytes', '100000', '--rdbchecksum', 'no'],
  ],
};
const FAR_MS = 4102444800000;
const TIMEOUT_MS = 120_000;

let folder: DataFolder;
beforeEach(() => (folder = DataFolder.make()));
afterEach(() => folder.remove());
vi.setConfig({ testTimeout: TIMEOUT_MS });

/** Makes each sample under a key of its own, in three databases, some with a time to live. */
async function fill(server: DataServer, hasNew: boolean): Promise<void> {
  for (const [i, sample] of VALUE_SAMPLES.filter(({ isNew }) => hasNew || isNew !== true).entries()) {
    await server.ask('SELECT', String(i % 3));
    for (const command of sample.commands) {
      const reply = await server.ask(...command);
      expect(reply, sample.title).not.toMatch(/^-/);
    }
    await server.ask('RENAME', 'k', `key ${String(i)}\r\n\0`);
    if (i % 4 === 1) await server.ask('PEXPIREAT', `key ${String(i)}\r\n\0`, String(FAR_MS + i));
  }
}

/** What a key holds: its digest, but for sorted sets, in which versions of Redis write scores differently. */
async function valueOf(server: DataServer, key: string): Promise<string> {
  if ((await server.ask('TYPE', key)) !== 'zset') return server.ask('DEBUG', 'DIGEST-VALUE', key);
  const { items = [] } = await server.reply('ZRANGE', key, '0', '-1', 'WITHSCORES');
  const hash = createHash('sha1');
  items.forEach((item, at) => hash.update(at % 2 === 0 ? plain(item) : String(numberOf(item))));
  return hash.digest('hex');
}

/** All that a server holds, as texts that can be compared. */
async function stateOf(server: DataServer): Promise<Record<string, string>> {
  const state: Record<string, string> = {};
  for (let database = 0; database < 3; database++) {
    await server.ask('SELECT', String(database));
    state[`keys of ${String(database)}`] = await server.ask('DBSIZE');
    for (let i = database; i < VALUE_SAMPLES.length; i += 3) {
      const key = `key ${String(i)}\r\n\0`;
      state[`value ${String(i)}`] = await valueOf(server, key);
      state[`time of ${String(i)}`] = await server.ask('PEXPIRETIME', key);
    }
  }
  return state;
}

/** Starts one program after the other in the folder; each reads what the one before it has saved. */
async function passOn(
  programs: readonly ServerProgram[],
  settings: readonly string[],
  hasNew: boolean,
): Promise<void> {
  let expected: Record<string, string> | undefined;
  for (const program of programs) {
    const server = await folder.start(program, ...OPEN, ...settings);
    if (expected === undefined) await fill(server, hasNew);
    const state = await stateOf(server);
    expected ??= state;
    expect(state).toEqual(expected);
    expect(await server.ask('SAVE')).toBe('OK');
    await server.end();
  }
}

describe.each(Object.entries(SETTINGS))('with %s', (_, settings) => {
  it('what Redwing saves Redis 7.0 reads, and Redwing reads what that saves', async () => {
    const redis = referenceProgram('7.0');
    await passOn([programUnderTest(), redis, programUnderTest()], settings, false);
  });

  it('what Redis 7.0 saves Redwing reads, and Redis reads what that saves', async () => {
    const redis = referenceProgram('7.0');
    await passOn([redis, programUnderTest(), redis], settings, false);
  });

  it('the same holds for Redis 8.0, with fields that expire', async () => {
    const redis = referenceProgram('8.0');
    await passOn([redis, programUnderTest(), programUnderTest(), redis], settings, true);
  });
});

it('libraries of functions pass through', async () => {
  const redis = referenceProgram('7.0');
  const first = await folder.start(redis, ...OPEN);
  const code = "#!lua name=lib\nredis.register_function('f', function() return 'called' end)";
  expect(await first.ask('FUNCTION', 'LOAD', code)).toBe('lib');
  await first.run('SET a 1\nSAVE');
  await first.end();
  const second = await folder.start(programUnderTest(), ...OPEN);
  await second.run('SET b 1\nDEBUG RELOAD\nSAVE');
  await second.end();
  const third = await folder.start(redis, ...OPEN);
  expect(await third.ask('FCALL', 'f', '0')).toBe('called');
  expect(await third.ask('MGET', 'a', 'b')).toBe('[1, 1]');
});

it("Redis's own tool finds nothing wrong", async () => {
  const server = await folder.start(programUnderTest(), ...OPEN);
  await fill(server, false);
  await server.run('SAVE');
  await server.end();
  const checked = await folder.check('redis-check-rdb', 'dump.rdb');
  expect(checked.output).toContain('RDB looks OK');
  expect(checked.code).toBe(0);
});
