import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followerIn, Lines, Wait } from '../../src/server/waiting-line.js';

const DATABASE = 3;

/** Who stands in the line for a key, first to last; the way back must be the same. */
function standing(lines: Lines, key: string): Wait[] {
  const line = lines.find(DATABASE, key);
  const forth: Wait[] = [];
  const back: Wait[] = [];
  for (let place = line?.first ?? null; place !== null; place = place.next) forth.push(place.wait);
  for (let place = line?.last ?? null; place !== null; place = place.previous) back.unshift(place.wait);
  expect(back).toEqual(forth);
  return forth;
}

function leaveAll(lines: Lines, wait: Wait): void {
  while (lines.leave(wait) !== null);
}

const keys = ['a', 'b', 'c', 'long'.repeat(40)];

describe('Lines', () => {
  it('keep those who wait in their order, as a list of their keys would', () => {
    const step = fc.record({ who: fc.nat({ max: 5 }), asks: fc.array(fc.constantFrom(...keys)) });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const lines = new Lines();
        const waits = Array.from({ length: 6 }, () => new Wait());
        const model = new Map<string, Wait[]>(keys.map((key) => [key, []]));
        for (const { who, asks } of steps) {
          const wait = waits[who];
          leaveAll(lines, wait);
          for (const key of keys) model.set(key, model.get(key)?.filter((other) => other !== wait) ?? []);
          for (const key of asks) {
            const isNew = model.get(key)?.includes(wait) === false;
            expect(lines.enter(wait, DATABASE, key)).toBe(isNew);
            if (isNew) model.get(key)?.push(wait);
          }
          for (const key of keys) expect(standing(lines, key)).toEqual(model.get(key));
          const lengths = [...model.values()].map((list) => list.length);
          expect(lines.count).toBe(lengths.filter((length) => length > 0).length);
        }
      }),
    );
  });

  it('go on behind who was served, and from the front when whoever came next has left as well', () => {
    const lines = new Lines();
    const [first, second, third] = [new Wait(), new Wait(), new Wait()];
    for (const wait of [first, second, third]) lines.enter(wait, DATABASE, 'a');
    const line = lines.find(DATABASE, 'a');
    const { next } = first.places[0];
    if (line === undefined) throw new Error('no line');
    lines.leave(first);
    expect(followerIn(line, next)?.wait).toBe(second);
    lines.leave(second);
    expect(followerIn(line, next)?.wait).toBe(third);
    expect(followerIn(line, null)).toBeNull();
  });

  it('are forgotten when more are empty than are kept', () => {
    const lines = new Lines();
    const wait = new Wait();
    for (let i = 0; i < 3000; i++) {
      lines.enter(wait, DATABASE, `key:${String(i)}`);
      leaveAll(lines, wait);
    }
    const kept = Array.from({ length: 3000 }, (_, i) => lines.find(DATABASE, `key:${String(i)}`));
    expect(kept.filter((line) => line !== undefined)).toHaveLength(1024);
    expect(lines.count).toBe(0);
  });
});
