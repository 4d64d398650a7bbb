/** The parts of eviction that need no server: time of a step, the log of removals. */
import { describe, expect, it } from 'vitest';
import { stepMicroseconds } from '../../src/server/eviction.js';
import { readRemovals } from '../../src/store/removals.js';

describe('time of a step of eviction', () => {
  it.each([
    [0, 0],
    [1, 50],
    [10, 500],
    [11, 575],
    [20, 2022],
    [99, 126_213_586],
    [100, Infinity],
  ])('tenacity %d: %d us', (tenacity, expected) => {
    const actual = stepMicroseconds(tenacity);
    if (Number.isFinite(expected)) expect(Math.abs(actual - expected)).toBeLessThanOrEqual(expected * 0.01);
    else expect(actual).toBe(expected);
  });
});

describe('the log of removals', () => {
  it('is read record by record', () => {
    const record = (database: number, cause: number, key: string): number[] => [
      ...[database & 255, database >> 8, cause, 0],
      ...[key.length & 255, key.length >> 8, 0, 0],
      ...Buffer.from(key, 'latin1'),
    ];
    const long = 'k'.repeat(300);
    const log = Uint8Array.from([
      ...record(0, 0, 'a'),
      ...record(300, 1, ''),
      ...record(1, 1, long),
      ...record(2, 0, '\xff\0'),
    ]);
    const found: [number, string, number][] = [];
    readRemovals(log, (database, key, cause) => found.push([database, key, cause]));
    expect(found).toEqual([
      [0, 'a', 0],
      [300, '', 1],
      [1, long, 1],
      [2, '\xff\0', 0],
    ]);
    readRemovals(new Uint8Array(), () => expect.unreachable());
  });
});
