/**
 * ZRANDMEMBER chooses uniformly: a chi-square test of the server under test, of packed and of large sorted
 * sets, among them ones from which most was removed. There is no reference here: Redis picks from a hash
 * table bucket by bucket, so that members alone in theirs come more often.
 */
import { describe, expect, it } from 'vitest';
import { members, zadd } from '../support/sorted-set-data.js';
import { testedServer } from '../support/tested-server.js';
import { expectUniform, tally, textsOf } from '../support/uniformity.js';

const PICKS_PER_MEMBER = 200;

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

const server = testedServer();

describe('ZRANDMEMBER is uniform', () => {
  for (const population of POPULATIONS) {
    for (const form of FORMS) {
      it(`${form.title} of ${population.title}`, async () => {
        const { size, sizeBefore, scoreOf } = population;
        await server.ask(...zadd('k', sizeBefore, scoreOf));
        if (sizeBefore > size) await server.ask('ZREM', 'k', ...members(sizeBefore).slice(size));
        const different = form.different === 0 ? Math.ceil(size * 0.7) : form.different;
        const args = form.args.map((text) => (text === 'most' ? String(different) : text));
        const replies = Math.ceil((PICKS_PER_MEMBER * size) / different / form.perReply);
        const command = ['ZRANDMEMBER', 'k', ...args];
        const texts = (await server.send(...Array.from({ length: replies }, () => command))).flatMap(textsOf);
        const picked = args.includes('WITHSCORES') ? texts.filter((_, at) => at % 2 === 0) : texts;
        const observed = tally(picked, new Set(members(size)));
        expect(observed.size, 'members that came').toBe(size);
        expectUniform(observed, size, replies * form.perReply, different);
      });
    }
  }
});
