import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyFilter } from '../../src/commands/key-filter.js';

const key = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) });

function mayHave(filter: KeyFilter, text: string): boolean {
  const bytes = Buffer.from(`..${text}..`, 'latin1');
  return filter.mayHave(bytes, 2, text.length);
}

describe('KeyFilter', () => {
  it('never denies a key that was added', () => {
    fc.assert(
      fc.property(fc.array(key), (keys) => {
        const filter = new KeyFilter();
        for (const added of keys) filter.add(added);
        expect(keys.every((added) => mayHave(filter, added))).toBe(true);
        expect(filter.size).toBe(keys.length);
      }),
    );
  });

  it('denies every key when all were removed', () => {
    fc.assert(
      fc.property(fc.array(key), (keys) => {
        const filter = new KeyFilter();
        for (const added of keys) filter.add(added);
        for (const removed of keys) filter.remove(removed);
        expect(keys.some((removed) => mayHave(filter, removed))).toBe(false);
        expect(filter.size).toBe(0);
      }),
    );
  });

  it('denies most of the other keys', () => {
    const filter = new KeyFilter();
    for (let i = 0; i < 100; i++) filter.add(`job:${String(i)}`);
    let denied = 0;
    for (let i = 0; i < 1000; i++) if (!mayHave(filter, `user:${String(i)}:name`)) denied++;
    expect(denied).toBeGreaterThan(900);
  });

  it('recalls no text but that of the bytes', () => {
    const some = fc.array(
      fc.oneof(key, fc.constantFrom('job:1', 'job:2', 'Job:1', 'x'.repeat(64), 'x'.repeat(65))),
    );
    fc.assert(
      fc.property(some, some, (added, asked) => {
        const filter = new KeyFilter();
        for (const text of added) filter.add(text);
        for (const text of [...added, ...asked]) {
          const recalled = filter.recall(Buffer.from(`..${text}..`, 'latin1'), 2, text.length);
          expect(['', text]).toContain(recalled);
        }
        const last = added.at(-1) ?? '';
        const isShort = last.length <= 64;
        expect(filter.recall(Buffer.from(last, 'latin1'), 0, last.length)).toBe(isShort ? last : '');
      }),
    );
  });

  it('refuses to remove what was not added', () => {
    expect(() => new KeyFilter().remove('a')).toThrow('not added');
  });
});
