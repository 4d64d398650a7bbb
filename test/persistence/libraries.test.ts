/** Libraries of functions: kept in every file, and so given back to a server that can call them. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DataFolder, type DataServer } from '../support/data-folder.js';
import { programUnderTest, referenceProgram } from '../support/server-process.js';
import { until } from '../support/until.js';

const OFF = ['--save', '', '--appendonly', 'no'];
const LIBRARY = "#!lua name=kept\nredis.register_function('answer', function() return 42 end)";

let folder: DataFolder;
beforeEach(async () => {
  folder = DataFolder.make();
  const redis = await folder.start(referenceProgram('7.0'), ...OFF);
  expect(await redis.ask('FUNCTION', 'LOAD', LIBRARY)).toBe('kept');
  await redis.run('SET k v\nSAVE');
  await redis.end();
});
afterEach(() => folder.remove());

async function rewritten(server: DataServer): Promise<void> {
  await until(async () => (await server.info('aof_rewrite_in_progress', 'persistence')) === '0');
  expect(await server.info('aof_last_bgrewrite_status', 'persistence')).toBe('ok');
}

it('are in the next snapshot', async () => {
  const first = await folder.start(programUnderTest(), ...OFF);
  await first.run('SET k w\nSAVE');
  await first.end();
  const redis = await folder.start(referenceProgram('7.0'), ...OFF);
  expect(await redis.ask('FCALL', 'answer', '0')).toBe('42');
  expect(await redis.ask('GET', 'k')).toBe('w');
});

it.each(['yes', 'no'])(
  'are in an append-only file, whether it begins with a snapshot (%s) or not',
  async (preamble) => {
    const aof = ['--save', '', '--appendonly', 'yes', '--aof-use-rdb-preamble', preamble];
    const first = await folder.start(programUnderTest(), ...OFF, '--aof-use-rdb-preamble', preamble);
    await first.run('CONFIG SET appendonly yes');
    await rewritten(first);
    await first.run('SET k w');
    await first.end('SIGTERM');
    const second = await folder.start(programUnderTest(), ...aof);
    expect(await second.ask('GET', 'k')).toBe('w');
    await second.run('BGREWRITEAOF');
    await rewritten(second);
    await second.end('SIGTERM');
    const redis = await folder.start(referenceProgram('7.0'), ...aof);
    expect(await redis.ask('FCALL', 'answer', '0')).toBe('42');
    expect(await redis.ask('GET', 'k')).toBe('w');
  },
);
