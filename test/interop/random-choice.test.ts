/**
 * SPOP, SRANDMEMBER and HRANDFIELD choose uniformly: a chi-square test of the server under test, in every
 * encoding, among them tables from which most was deleted.
 *
 * This asks more than Redis promises: it picks from a hashtable bucket by bucket, so that members alone in
 * theirs come more often. So there is no reference here.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Reply } from '../support/reply.js';
import { numbered } from '../support/tables.js';
import { testedServer } from '../support/tested-server.js';
import { expectUniform, tally, textsOf } from '../support/uniformity.js';

const server = testedServer();

/** A collection: its members, and what is in it for a while only. */
interface Population {
  readonly title: string;
  readonly members: readonly string[];
  readonly passing: readonly string[];
}

const LONG = 'long'.repeat(20);
const POPULATIONS: readonly Population[] = [
  { title: '20 words', members: numbered('w', 20), passing: [] },
  { title: '40 numbers', members: numbered('', 40), passing: [] },
  { title: '100 words of which one is long', members: [...numbered('w', 99), LONG], passing: [] },
  { title: '800 words', members: numbered('word:', 800), passing: [] },
  { title: '700 numbers', members: numbered('', 700), passing: [] },
  { title: '7 words left of 3,000', members: numbered('m', 7), passing: numbered('m', 2993, 7) },
  { title: '300 words left of 6,000', members: numbered('m', 300), passing: numbered('m', 5700, 300) },
];

async function fill(kind: 'set' | 'hash', { members, passing }: Population): Promise<void> {
  const all = [...passing.slice(0, 100), ...members, ...passing.slice(100)];
  if (kind === 'set') await server.send(['SADD', 'k', ...all]);
  else await server.send(['HSET', 'k', ...all.flatMap((member) => [member, 'value'])]);
  if (passing.length > 0) await server.send([kind === 'set' ? 'SREM' : 'HDEL', 'k', ...passing]);
}

/** How often a command that gives `k` of `n` members is sent: each is expected dozens of times. */
function repetitions(n: number, k: number): number {
  return Math.max(400, Math.min(30 * n, Math.ceil(100_000 / k)));
}

for (const population of POPULATIONS) {
  const { title, members } = population;
  const n = members.length;
  const known = new Set(members);
  for (const [kind, name] of [
    ['set', 'SRANDMEMBER'],
    ['hash', 'HRANDFIELD'],
  ] as const) {
    describe(`${name} of ${title}`, () => {
      beforeEach(() => fill(kind, population));

      it('one at a time', async () => {
        const times = repetitions(n, 1);
        const replies = await server.send(...Array.from({ length: times }, () => [name, 'k']));
        expectUniform(tally(replies.flatMap(textsOf), known), n, times);
      });

      it('many at once, with repeats', async () => {
        const times = 200 * n;
        const replies = await server.send([name, 'k', -times]);
        expectUniform(tally(replies.flatMap(textsOf), known), n, times);
      });

      for (const k of [1, 2, Math.floor(n / 4), Math.floor(n / 2), n - 1]) {
        it(`${k} different ones at once`, async () => {
          const times = repetitions(n, k);
          const replies = await server.send(...Array.from({ length: times }, () => [name, 'k', k]));
          expectUniform(tally(replies.flatMap(textsOf), known), n, times, k);
        });
      }
    });
  }

  describe(`SPOP of ${title}`, () => {
    beforeEach(() => fill('set', population));

    /** Pops from a fresh copy each time. */
    async function pops(times: number, ...count: readonly number[]): Promise<Reply[]> {
      const commands = Array.from({ length: times }, () => [
        ['COPY', 'k', 'copy', 'REPLACE'],
        ['SPOP', 'copy', ...count],
      ]);
      return (await server.send(...commands.flat())).filter((_, at) => at % 2 === 1);
    }

    it('one', async () => {
      const times = Math.min(repetitions(n, 1), 6_000);
      expectUniform(tally((await pops(times)).flatMap(textsOf), known), n, times);
    });

    for (const k of [2, Math.floor(n / 4), n - 2]) {
      it(`${k} at once`, async () => {
        const times = Math.min(repetitions(n, k), 1_000);
        const replies = await pops(times, k);
        expectUniform(tally(replies.flatMap(textsOf), known), n, times, k);
      });
    }

    it('one after the other until one is left', async () => {
      const rounds = n > 100 ? 20 : 600;
      const commands = Array.from({ length: rounds }, () => [
        ['COPY', 'k', 'copy', 'REPLACE'],
        ...Array.from({ length: n - 1 }, () => ['SPOP', 'copy']),
        ['SMEMBERS', 'copy'],
      ]);
      const replies = await server.send(...commands.flat());
      for (let at = 0; at < replies.length; at += n + 1) {
        const seen = replies.slice(at + 1, at + n + 1).flatMap(textsOf);
        expect([...seen].sort()).toEqual([...members].sort());
      }
      const first = replies.filter((_, at) => at % (n + 1) === n).flatMap(textsOf);
      if (n <= 100) expectUniform(tally(first, known), n, rounds);
    });
  });
}

describe('which members come together', () => {
  const FEW: readonly (readonly [string, readonly string[]])[] = [
    ['six words', numbered('w', 6)],
    ['six numbers', numbered('', 6)],
    ['six words of which one is long', [...numbered('w', 5), LONG]],
  ];
  for (const [title, members] of FEW) {
    for (const command of ['SRANDMEMBER', 'HRANDFIELD', 'SPOP']) {
      it(`${command} two of ${title}`, async () => {
        await fill(command === 'HRANDFIELD' ? 'hash' : 'set', { title, members, passing: [] });
        const times = 6_000;
        const commands = Array.from({ length: times }, () => [
          ['COPY', 'k', 'copy', 'REPLACE'],
          [command, 'copy', 2],
        ]);
        const replies = (await server.send(...commands.flat())).filter((_, at) => at % 2 === 1);
        const pairs = replies.map((reply) => textsOf(reply).sort().join(' '));
        const all = members.flatMap((one, at) =>
          members.slice(at + 1).map((two) => [one, two].sort().join(' ')),
        );
        expectUniform(tally(pairs, new Set(all)), all.length, times);
      });
    }
  }
});
