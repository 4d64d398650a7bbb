/** Reads that a worker executes are counted when they are done: in commandstats, LATENCY HISTOGRAM and SLOWLOG. */
import { beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../support/reply.js';
import { testedServer } from '../support/tested-server.js';

const server = testedServer();
const ELEMENTS = Array.from({ length: 100 }, (_, i) => String(i));

async function callsOf(command: string): Promise<number> {
  const info = textOf(await server.ask('INFO', 'commandstats')) ?? '';
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(info)?.[1] ?? 0);
}

async function recordedOf(command: string): Promise<number> {
  const [, histogram] = (await server.ask('LATENCY', 'HISTOGRAM', command)).items ?? [];
  return Number(textOf(histogram?.items?.[1] ?? { type: ':', text: Buffer.from('0') }));
}

/** Names of the commands in the slow log, the oldest first. */
async function loggedNames(): Promise<(string | null | undefined)[]> {
  const entries = (await server.ask('SLOWLOG', 'GET', '-1')).items ?? [];
  return entries.map((entry) => textOf(entry.items?.[3]?.items?.[0] ?? entry)).reverse();
}

describe('long reads', () => {
  beforeEach(async () => {
    await server.send(
      ['RPUSH', 'list', ...ELEMENTS],
      ['CONFIG', 'SET', 'long-read-threshold', '10', 'slowlog-log-slower-than', '0'],
      ['CONFIG', 'RESETSTAT'],
      ['SLOWLOG', 'RESET'],
    );
  });

  it('are counted once each, and logged', async () => {
    await server.ask('LRANGE', 'list', '0', '-1');
    await server.ask('KEYS', '*');
    expect([await callsOf('lrange'), await recordedOf('lrange')]).toEqual([1, 1]);
    expect((await loggedNames()).filter((name) => name === 'LRANGE')).toEqual(['LRANGE']);
  });

  it('are counted within a run of equal commands', async () => {
    await server.ask('CONFIG', 'SET', 'slowlog-log-slower-than', '-1');
    const [short, long] = [
      ['LRANGE', 'list', '0', '1'],
      ['LRANGE', 'list', '0', '-1'],
    ];
    const replies = await server.send(short, long, short, long, long, short);
    expect(replies.map(({ items }) => items?.length)).toEqual([2, 100, 2, 100, 100, 2]);
    expect([await callsOf('lrange'), await recordedOf('lrange')]).toEqual([6, 6]);
  });

  it('are counted as part of a transaction, which executes them itself', async () => {
    await server.ask('CONFIG', 'SET', 'slowlog-log-slower-than', '-1');
    await server.send(['MULTI'], ['LRANGE', 'list', '0', '-1'], ['EXEC']);
    expect([await callsOf('lrange'), await recordedOf('lrange')]).toEqual([1, 1]);
  });
});
