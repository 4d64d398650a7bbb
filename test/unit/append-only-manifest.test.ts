/** The manifest of append-only files: what is read, what is refused, and what each step makes of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Manifest, ManifestError } from '../../src/persistence/append-only/manifest.js';

const TEXT =
  'file appendonly.aof.2.base.rdb seq 2 type b\n' +
  'file appendonly.aof.1.base.rdb seq 1 type h\n' +
  'file appendonly.aof.4.incr.aof seq 4 type i\n' +
  'file appendonly.aof.5.incr.aof seq 5 type i\n';

const names = (files: readonly { name: string }[]): string[] => files.map(({ name }) => name);

describe('a manifest', () => {
  it('is read as Redis writes it, and written so', () => {
    const manifest = Manifest.parse(TEXT);
    expect(manifest.base).toEqual({ name: 'appendonly.aof.2.base.rdb', sequence: 2 });
    expect(names(manifest.increments)).toEqual(['appendonly.aof.4.incr.aof', 'appendonly.aof.5.incr.aof']);
    expect(names(manifest.history)).toEqual(['appendonly.aof.1.base.rdb']);
    expect(manifest.format()).toBe(TEXT);
    expect(Manifest.parse('# comment\nSEQ 3 TYPE i what ever FILE "a b"\n').increments).toEqual([
      { name: 'a b', sequence: 3 },
    ]);
  });

  it.each([
    [''],
    ['# nothing\n'],
    ['file a seq 1 type b'],
    ['file a seq 1\n'],
    ['file a seq 1 type\n'],
    ['file a seq 0 type b\n'],
    ['file a seq x type b\n'],
    ['file a seq 1 type z\n'],
    ['file ../a seq 1 type b\n'],
    ['file .. seq 1 type b\n'],
    ['file "a seq 1 type b\n'],
    ['file a seq 1 type b\nfile b seq 2 type b\n'],
    ['file a seq 2 type i\nfile b seq 2 type i\n'],
    ['file a seq 1 type b\n\nfile b seq 2 type i\n'],
    [`file ${'a'.repeat(1100)} seq 1 type b\n`],
  ])('is refused: %j', (text) => {
    expect(() => Manifest.parse(text)).toThrow(ManifestError);
  });

  it('keeps any name of a file', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60 }), (name) => {
        fc.pre(!/[/\\]/.test(name) && name !== '.' && name !== '..');
        const manifest = Manifest.empty.withBase({ name, sequence: 1 }, 1);
        expect(Manifest.parse(manifest.format()).base).toEqual({ name, sequence: 1 });
      }),
    );
  });

  it('throws nothing but its own errors, whatever it reads', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(TEXT.length)), fc.string(), (cuts, insert) => {
        const mutated = cuts.reduce((text, at) => text.slice(0, at) + insert + text.slice(at + 1), TEXT);
        try {
          Manifest.parse(mutated);
        } catch (error) {
          expect(error).toBeInstanceOf(ManifestError);
        }
      }),
    );
  });

  it('numbers what is new, and calls history what a base supersedes', () => {
    const before = Manifest.parse(TEXT);
    const increment = before.nextIncrement('appendonly.aof');
    expect(increment).toEqual({ name: 'appendonly.aof.6.incr.aof', sequence: 6 });
    const base = before.nextBase('appendonly.aof', false);
    expect(base).toEqual({ name: 'appendonly.aof.3.base.aof', sequence: 3 });
    const after = before.withIncrement(increment).withBase(base, increment.sequence);
    expect(names(after.files)).toEqual(['appendonly.aof.3.base.aof', 'appendonly.aof.6.incr.aof']);
    expect(names(after.history).sort()).toEqual([
      'appendonly.aof.1.base.rdb',
      'appendonly.aof.2.base.rdb',
      'appendonly.aof.4.incr.aof',
      'appendonly.aof.5.incr.aof',
    ]);
    expect(after.withoutHistory().history).toEqual([]);
    expect(after.nextIncrement('x').sequence).toBe(7);
  });
});
