/**
 * A client that waits for a key and goes on sending: what it sends is kept, executed in order when it is served, and
 * bounded as `client-query-buffer-limit` says; its end is noticed however much stands before it. The same holds for Redis,
 * which each case is asked of as well.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCommand, toBytes } from '../support/command-line.js';
import type { RawConnection } from '../support/raw-connection.js';
import { programUnderTest, referenceProgram, ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

const INCREMENT = line('INCR', 'n');
/** More than any buffer of a connection or socket takes by itself, and than the server reads into in one turn. */
const MANY = Math.ceil((12 * 2 ** 20) / INCREMENT.length);
const LARGE_BYTES = 5 * 2 ** 20;

function line(...words: string[]): Buffer {
  return encodeCommand(words.map(toBytes));
}

function increments(count: number): Buffer {
  return Buffer.concat(Array<Buffer>(count).fill(INCREMENT));
}

describe.each([
  ['the server', programUnderTest],
  ['the reference', () => referenceProgram('7.0')],
])('%s, of a client that waits and goes on sending', (_name, program) => {
  let server: ServerProcess;
  let other: RawConnection;
  beforeAll(async () => {
    server = await ServerProcess.start(program());
    other = await server.connect();
  });
  afterAll(async () => {
    other.close();
    await server.stop();
  });

  const ask = async (...words: string[]): Promise<string> => (await other.command(...words)).toString();
  const areBlocked = async (count: number): Promise<boolean> =>
    (await ask('INFO', 'clients')).includes(`\r\nblocked_clients:${String(count)}\r\n`);

  // A client that waits for `queue`, after all that it sends behind that was received.
  async function waiting(timeout: string, behind: Buffer): Promise<RawConnection> {
    await ask('FLUSHALL');
    const client = await server.connect();
    await client.send(line('BLPOP', 'queue', timeout));
    await until(() => areBlocked(1));
    await client.send(behind);
    const received = async (): Promise<boolean> => {
      const kept = / qbuf=(\d+) [^\n]* cmd=blpop/.exec(await ask('CLIENT', 'LIST'))?.[1];
      return kept === String(behind.length);
    };
    await until(received);
    return client;
  }

  async function expectCounts(client: RawConnection, count: number, from = 0): Promise<void> {
    const replies = await client.replies(count);
    expect(replies.findIndex((reply, i) => reply.toString() !== `:${String(from + i + 1)}\r\n`)).toBe(-1);
  }

  it('executes all of it in order when it is served', async () => {
    const client = await waiting('0', increments(MANY));
    await ask('RPUSH', 'queue', 'job');
    expect((await client.reply()).toString()).toBe('*2\r\n$5\r\nqueue\r\n$3\r\njob\r\n');
    await expectCounts(client, MANY);
    expect((await client.command('INCR', 'n')).toString()).toBe(`:${String(MANY + 1)}\r\n`);
    client.close();
  });

  it('keeps large arguments whole, and waits again where it is told to', async () => {
    const value = 'v'.repeat(LARGE_BYTES);
    const parts = [increments(MANY >> 2), line('SET', 'large', value), line('BLPOP', 'queue', '0')];
    const client = await waiting('0', Buffer.concat([...parts, ...parts, line('STRLEN', 'large')]));
    for (let round = 0; round < 2; round++) {
      await ask('RPUSH', 'queue', 'job');
      await client.reply();
      await expectCounts(client, MANY >> 2, round * (MANY >> 2));
      expect((await client.reply()).toString()).toBe('+OK\r\n');
      await until(() => areBlocked(1));
    }
    // What is sent now comes behind all that it has sent before.
    await client.send(line('ECHO', 'last'));
    await ask('RPUSH', 'queue', 'job');
    const replies = (await client.replies(3)).map(String);
    expect(replies.slice(1)).toEqual([`:${String(LARGE_BYTES)}\r\n`, '$4\r\nlast\r\n']);
    client.close();
  });

  it('executes it when it is unblocked, and when its time is over', async () => {
    const client = await waiting('0', increments(MANY));
    const id = /id=(\d+) [^\n]* cmd=blpop/.exec(await ask('CLIENT', 'LIST'))?.[1] ?? '';
    expect(await ask('CLIENT', 'UNBLOCK', id, 'ERROR')).toBe(':1\r\n');
    expect((await client.reply()).toString()).toMatch(/^-UNBLOCKED /);
    await expectCounts(client, MANY);
    client.close();
    const timed = await waiting('2', increments(MANY));
    expect((await timed.reply()).toString()).toBe('*-1\r\n');
    await expectCounts(timed, MANY);
    timed.close();
  });

  it.each([
    ['closes', (client: RawConnection) => client.close()],
    ['ends its side', (client: RawConnection) => client.halfClose()],
  ])('notices that it %s, and gives it nothing', async (_how, end) => {
    const client = await waiting('0', increments(MANY));
    end(client);
    await until(() => areBlocked(0));
    expect(await ask('RPUSH', 'queue', 'job')).toBe(':1\r\n');
    expect(await ask('LLEN', 'queue')).toBe(':1\r\n');
    expect(await ask('GET', 'n')).toBe('$-1\r\n');
    client.close();
  });

  it('ends it when it has sent more than client-query-buffer-limit', async () => {
    await ask('CONFIG', 'SET', 'client-query-buffer-limit', '4mb');
    const client = await waiting('0', increments(MANY >> 2));
    await client.send(increments(MANY >> 2));
    expect(await client.waitForClose(60_000)).toBe('closed');
    await until(() => areBlocked(0));
    await ask('CONFIG', 'SET', 'client-query-buffer-limit', '1gb');
    client.close();
  });
});
