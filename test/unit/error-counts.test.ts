/** How errors are counted by their codes, whichever way they are told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ErrorCounts } from '../../src/commands/error-counts.js';

describe('counts of errors', () => {
  it('tell codes apart that begin alike', () => {
    const counts = new ErrorCounts();
    for (const text of ['ERR a', 'ERR b', 'ERRX a', 'ER a', 'ERR', 'ERR', 'ERR\r\n']) counts.add(text);
    expect([...counts]).toEqual([
      ['ERR', 5],
      ['ERRX', 1],
      ['ER', 1],
    ]);
    expect(counts.total).toBe(7);
    counts.clear();
    expect([[...counts], counts.total]).toEqual([[], 0]);
    counts.add('ERR a');
    expect([...counts]).toEqual([['ERR', 1]]);
  });

  it('are the same for a text and for its bytes', () => {
    const code = fc.constantFrom('ERR', 'ERRX', 'E', 'NOAUTH', 'WRONGTYPE', '', 'X'.repeat(40));
    const text = fc.tuple(code, fc.constantFrom(' rest', '', ' ')).map(([first, rest]) => first + rest);
    fc.assert(
      fc.property(fc.array(text, { maxLength: 20 }), (texts) => {
        const ofTexts = new ErrorCounts();
        const ofBytes = new ErrorCounts();
        const expected = new Map<string, number>();
        for (const each of texts) {
          ofTexts.add(each);
          ofBytes.addFrom(Buffer.from(`-${each}\r\n`), 1);
          const word = /^[^ ]{0,31}/.exec(each)?.[0] ?? '';
          expected.set(word, (expected.get(word) ?? 0) + 1);
        }
        expect([...ofTexts]).toEqual([...expected]);
        expect([...ofBytes]).toEqual([...expected]);
      }),
    );
  });
});
