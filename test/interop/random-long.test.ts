/**
 * Many random elements at once: on a worker, and with a bound on the draws of one reply.
 *
 * Chosen are members of a set, fields of a hash and members of a sorted set, in their small and their large
 * form. There is no reference here: what Redis does with as many draws ends its process.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toBytes } from '../support/command-line.js';
import type { RawConnection } from '../support/raw-connection.js';
import { parseReply, textOf } from '../support/reply.js';
import { ServerProcess, programUnderTest } from '../support/server-process.js';
import { members, zadd } from '../support/sorted-set-data.js';

const DRAWS_MAX = 2 ** 31;

let server: ServerProcess;
let connection: RawConnection;

beforeAll(async () => {
  server = await ServerProcess.start(programUnderTest());
  connection = await server.connect();
  await connection.command('CONFIG', 'SET', 'long-read-threshold', '10');
});
afterAll(async () => {
  connection.close();
  await server.stop();
});

async function ask(...args: string[]): Promise<string[]> {
  const reply = parseReply(await connection.command(...args.map(toBytes)));
  return (reply.items ?? [reply]).map((item) => String(textOf(item)));
}

const KINDS = [
  { name: 'SRANDMEMBER', fill: (size: number) => ['SADD', 'k', ...members(size)], pairs: '' },
  {
    name: 'HRANDFIELD',
    fill: (size: number) => ['HSET', 'k', ...members(size).flatMap((name) => [name, `of ${name}`])],
    pairs: 'WITHVALUES',
  },
  { name: 'ZRANDMEMBER', fill: (size: number) => zadd('k', size), pairs: 'WITHSCORES' },
] as const;

for (const { name, fill, pairs } of KINDS) {
  describe(`${name} of many`, () => {
    for (const size of [100, 3000]) {
      it(`of ${size}`, async () => {
        await connection.command('DEL', 'k');
        await connection.command(...fill(size));
        const all = new Set(members(size));
        for (const wanted of [11, Math.ceil(size / 3), size - 1, size, size + 1]) {
          const sample = await ask(name, 'k', String(wanted));
          expect(sample.length).toBe(Math.min(wanted, size));
          expect(new Set(sample).size).toBe(sample.length);
          expect(sample.filter((one) => !all.has(one))).toEqual([]);
        }
        const draws = await ask(name, 'k', '-20000');
        expect(draws.length).toBe(20_000);
        expect(new Set(draws).size).toBeGreaterThan(size * 0.9);
        expect(draws.filter((one) => !all.has(one))).toEqual([]);
        if (pairs === '') return;
        const withPairs = await ask(name, 'k', '-50', pairs);
        expect(withPairs.length).toBe(100);
        for (let i = 0; i < 100; i += 2) {
          const number = withPairs[i].slice(1);
          expect(withPairs[i + 1]).toBe(name === 'HRANDFIELD' ? `of m${number}` : number);
        }
      });
    }

    it('refuses more draws than a reply may hold, and only where something can be drawn', async () => {
      await connection.command('DEL', 'k', 'nokey', 'string');
      await connection.command(...fill(3));
      await connection.command('SET', 'string', 'v');
      for (const draws of [DRAWS_MAX + 1, 2 ** 40].map((count) => `-${count}`)) {
        expect(await ask(name, 'k', draws)).toEqual(['ERR value is out of range']);
        expect(await ask(name, 'nokey', draws)).toEqual([]);
        expect((await ask(name, 'string', draws))[0]).toMatch(/^WRONGTYPE/);
      }
      expect(await ask(name, 'k', '9223372036854775807')).toHaveLength(3);
    });
  });
}
