/** What snapshots tell of the use of keys: as the policy of eviction needs it, from one server to the other. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { statSync } from 'node:fs';
import { DataFolder, type DataServer } from '../support/data-folder.js';
import { programUnderTest, referenceProgram, type ServerProgram } from '../support/server-process.js';

const redis7 = (): ServerProgram => referenceProgram('7.0');
const PAIRS: readonly [writer: string, reader: string, () => ServerProgram, () => ServerProgram][] = [
  ['the server under test', 'itself', programUnderTest, programUnderTest],
  ['the server under test', 'Redis 7.0', programUnderTest, redis7],
  ['Redis 7.0', 'the server under test', redis7, programUnderTest],
];

/** What DUMP tells of the key `k`. */
async function dumped(server: DataServer): Promise<Buffer> {
  const connection = await server.connect();
  const reply = await connection.command('DUMP', 'k');
  connection.close();
  return reply.subarray(reply.indexOf('\n') + 1, -2);
}

describe.each(PAIRS)('what %s writes is read by %s', (_writer, _reader, writer, reader) => {
  let folder: DataFolder;
  beforeEach(() => (folder = DataFolder.make()));
  afterEach(() => folder.remove());

  it('how long a key was not used', async () => {
    const policy = ['--save', '', '--maxmemory-policy', 'allkeys-lru'];
    const first = await folder.start(writer(), ...policy);
    await first.run('SET fresh value\nSET k value');
    const payload = await dumped(first);
    expect(await first.ask('RESTORE', 'old', '0', payload, 'IDLETIME', '5000')).toBe('OK');
    expect(await first.ask('SAVE')).toBe('OK');
    await first.end();
    const second = await folder.start(reader(), ...policy);
    const idle = Number(await second.ask('OBJECT', 'IDLETIME', 'old'));
    expect(idle).toBeGreaterThanOrEqual(5000);
    expect(idle).toBeLessThan(5100);
    expect(Number(await second.ask('OBJECT', 'IDLETIME', 'fresh'))).toBeLessThan(100);
  });

  it('how often a key is used', async () => {
    const policy = ['--save', '', '--maxmemory-policy', 'allkeys-lfu', '--lfu-decay-time', '0'];
    const first = await folder.start(writer(), ...policy);
    await first.run('SET k value');
    const payload = await dumped(first);
    expect(await first.ask('RESTORE', 'often', '0', payload, 'FREQ', '200')).toBe('OK');
    expect(await first.ask('RESTORE', 'never', '0', payload, 'FREQ', '0')).toBe('OK');
    expect(await first.ask('SAVE')).toBe('OK');
    await first.end();
    const second = await folder.start(reader(), ...policy);
    expect(await second.ask('OBJECT', 'FREQ', 'often')).toBe('200');
    expect(await second.ask('OBJECT', 'FREQ', 'never')).toBe('0');
  });

  it('nothing where the policy does not ask', async () => {
    const first = await folder.start(writer(), '--save', '');
    await first.run('SET k value');
    const size = async (): Promise<number> => {
      expect(await first.ask('SAVE')).toBe('OK');
      return statSync(folder.file('dump.rdb')).size;
    };
    const without = await size();
    await first.run('CONFIG SET maxmemory-policy allkeys-lfu');
    expect(await size()).toBe(without + 2);
  });
});
