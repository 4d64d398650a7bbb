/** The check of the crash tests finds what it is there to find. */
import { describe, expect, it } from 'vitest';
import type { Acknowledged } from './load.js';
import { applyOperation, type Model, type Value } from './operations.js';
import { type Bound, checkFound, type Found, type State } from './state.js';

const SEED = 42;
const FIRST = 'round:1';
const ALL: Bound = { acknowledgedBy: Infinity, length: 0 };
const BEFORE: State = { log: ['round:0'], model: new Map() };

// What a server would tell of a model; only kinds whose texts are simple to make are asked for.
function contentsOf(model: Model): Map<string, string> {
  const text = ({ kind, text: value, items, map, expires }: Value): string => {
    const pairs = [...map].map(([field, of]) => (kind === 'set' ? field : `${field}=${of}`)).sort();
    const body = kind === 'string' ? value : [...items, ...pairs].join(' ');
    return `${kind} ${body}${expires ? ' (expires)' : ''}`;
  };
  return new Map([...model].map(([name, value]) => [name, text(value)]));
}

const NAMES = Array.from({ length: 60 }, (_, i) => `${i % 3}:${Math.floor(i / 3)}`);

function stateAfter(names: readonly string[]): Found {
  const model: Model = new Map();
  for (const name of names) applyOperation(SEED, name, model);
  return { log: [FIRST, ...names], contents: contentsOf(model) };
}

const acknowledgedUpTo = (count: number): Acknowledged[] =>
  [FIRST, ...NAMES].slice(0, count).map((name, i) => ({ name, place: i + 1, atMs: i }));

const check = (found: Found, acknowledged = acknowledgedUpTo(30), bound = ALL): State =>
  checkFound(SEED, BEFORE, FIRST, found, acknowledged, bound);

describe('the check of the state after a crash', () => {
  it('takes every prefix that holds what it must', () => {
    for (let length = 29; length <= NAMES.length; length++)
      expect(check(stateAfter(NAMES.slice(0, length))).log.length).toBe(length + 1);
    expect(check({ log: BEFORE.log, contents: new Map() }, [])).toEqual(BEFORE);
  });

  it('finds that an acknowledged operation is missing', () => {
    expect(() => check(stateAfter(NAMES.slice(0, 28)))).toThrow(/acknowledged at place 30/);
    expect(() => check({ log: BEFORE.log, contents: new Map() })).toThrow(/acknowledged at place 1,/);
  });

  it('lets go what was acknowledged late, and no more', () => {
    const found = stateAfter(NAMES.slice(0, 19));
    expect(() => check(found, acknowledgedUpTo(30), { acknowledgedBy: 19, length: 0 })).not.toThrow();
    expect(() => check(found, acknowledgedUpTo(30), { acknowledgedBy: 20, length: 0 })).toThrow(/too early/);
  });

  it('finds that somebody was shown more than is there', () => {
    const found = stateAfter(NAMES.slice(0, 29));
    expect(() => check(found, acknowledgedUpTo(30), { acknowledgedBy: Infinity, length: 31 })).toThrow(
      /must have 31/,
    );
  });

  it('finds that operations are in another order, or done twice', () => {
    const swapped = [...NAMES];
    [swapped[3], swapped[4]] = [swapped[4] ?? '', swapped[3] ?? ''];
    expect(() => check(stateAfter(swapped))).toThrow(/at place/);
    expect(() => check(stateAfter([...NAMES, '0:0']))).toThrow(/twice/);
  });

  it('finds half a transaction, and what no operation made', () => {
    const { log, contents } = stateAfter(NAMES);
    const fewer = new Map(contents).set('0:transactions', 'string 1');
    expect(() => check({ log, contents: fewer })).toThrow(/but the operations of the log make/);
    expect(() => check({ log, contents: new Map(contents).set('1:other', 'string x') })).toThrow(
      /no operation/,
    );
    const [key = ''] = contents.keys();
    const without = new Map(contents);
    without.delete(key);
    expect(() => check({ log, contents: without })).toThrow(/holds\n {2}nothing/);
  });

  it('finds that the state before has changed', () => {
    expect(() => check({ log: ['round:0', '0:0'], contents: new Map() }, [])).toThrow(/round before/);
  });
});
