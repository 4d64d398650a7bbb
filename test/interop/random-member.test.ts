/**
 * ZRANDMEMBER chooses uniformly: a chi-square test of the server under test, of packed and of large sorted
 * sets, among them ones from which most was removed. There is no reference here: Redis picks from a hash
 * table bucket by bucket, so that members alone in theirs come more often.
 *
 * Terms: N picks of k different members out of n, O_i the picks in which member i came, p = k / n, E = N p.
 * X^2 = (n - 1) / n * sum (O_i - E)^2 / (E (1 - p)) has n - 1 degrees of freedom; for k = 1 it is Pearson's
 * statistic. Quantiles by the approximation of Wilson and Hilferty (1931). The limit lies six and a half
 * standard deviations away: one honest run in 10^10 fails.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCommand, toBytes } from '../support/command-line.js';
import type { RawConnection } from '../support/raw-connection.js';
import { parseReply, textOf } from '../support/reply.js';
import { ServerProcess, programUnderTest } from '../support/server-process.js';
import { members, zadd } from '../support/sorted-set-data.js';

const DEVIATIONS = 6.5;
const PICKS_PER_MEMBER = 200;
const PIPELINED = 500;

/** How many members there are, how many were there before the others were removed, and what they score. */
interface Population {
  readonly title: string;
  readonly size: number;
  readonly sizeBefore: number;
  readonly scoreOf: (index: number) => number;
}

const POPULATIONS: readonly Population[] = [
  { title: '10 members', size: 10, sizeBefore: 10, scoreOf: (index) => index },
  { title: '10 members of one score', size: 10, sizeBefore: 10, scoreOf: () => 7 },
  { title: '100 members', size: 100, sizeBefore: 100, scoreOf: (index) => index % 10 },
  { title: '500 members', size: 500, sizeBefore: 500, scoreOf: (index) => index * index },
  { title: '20 members left of 2,000', size: 20, sizeBefore: 2000, scoreOf: (index) => index },
];
/** Arguments behind the key, how many different members one pick holds, and picks per reply. */
const FORMS = [
  { title: 'one', args: [], different: 1, perReply: 1 },
  { title: 'a count of 1', args: ['1'], different: 1, perReply: 1 },
  { title: 'a count of 3', args: ['3'], different: 3, perReply: 1 },
  { title: 'most of them', args: ['most'], different: 0, perReply: 1 },
  { title: 'a count of -500', args: ['-500'], different: 1, perReply: 500 },
  { title: 'a count of -500 with scores', args: ['-500', 'WITHSCORES'], different: 1, perReply: 500 },
] as const;

let server: ServerProcess;
let connection: RawConnection;

beforeAll(async () => {
  server = await ServerProcess.start(programUnderTest());
  connection = await server.connect();
});
afterAll(async () => {
  connection.close();
  await server.stop();
});

/** The value that chi-square of `freedom` degrees exceeds with the probability of DEVIATIONS. */
function limitOf(freedom: number): number {
  const ninth = 2 / (9 * freedom);
  return freedom * (1 - ninth + DEVIATIONS * Math.sqrt(ninth)) ** 3;
}

/** The members of `count` replies, whatever their form. */
async function pick(args: readonly string[], count: number): Promise<string[]> {
  const command = encodeCommand(['ZRANDMEMBER', 'k', ...args].map(toBytes));
  void connection.send(Buffer.concat(Array.from({ length: count }, () => command)));
  const replies = (await connection.replies(count)).map(parseReply);
  const texts = replies.flatMap((reply) => (reply.items ?? [reply]).map((item) => String(textOf(item))));
  return args.includes('WITHSCORES') ? texts.filter((_, at) => at % 2 === 0) : texts;
}

describe('ZRANDMEMBER is uniform', () => {
  for (const population of POPULATIONS) {
    for (const form of FORMS) {
      it(`${form.title} of ${population.title}`, async () => {
        const { size, sizeBefore, scoreOf } = population;
        await connection.command('DEL', 'k');
        await connection.command(...zadd('k', sizeBefore, scoreOf));
        if (sizeBefore > size) await connection.command('ZREM', 'k', ...members(sizeBefore).slice(size));
        const different = form.different === 0 ? Math.ceil(size * 0.7) : form.different;
        const args = form.args.map((text) => (text === 'most' ? String(different) : text));
        const replies = Math.ceil((PICKS_PER_MEMBER * size) / different / form.perReply);
        const observed = new Map(members(size).map((name) => [name, 0]));
        for (let left = replies; left > 0; left -= PIPELINED) {
          for (const name of await pick(args, Math.min(left, PIPELINED)))
            observed.set(name, (observed.get(name) ?? 0) + 1);
        }
        expect(observed.size, 'members that came').toBe(size);
        const share = different / size;
        const mean = replies * form.perReply * share;
        const sum = [...observed.values()].reduce((total, times) => total + (times - mean) ** 2, 0);
        const statistic = (((size - 1) / size) * sum) / (mean * (1 - share));
        expect(statistic, `with ${size - 1} degrees of freedom`).toBeLessThan(limitOf(size - 1));
      });
    }
  }
});
