import { describe, expect, it } from 'vitest';
import { bucketOf, clientLimit } from '../../src/server/client-eviction.js';
import { RecentMax } from '../../src/server/gauges.js';

const KILOBYTE = 1024;

describe('the limit of the memory of clients', () => {
  it.each([
    [{ maxmemory: 0, maxmemoryClients: 0 }, Infinity],
    [{ maxmemory: 10 ** 9, maxmemoryClients: 0 }, Infinity],
    [{ maxmemory: 0, maxmemoryClients: 10 ** 6 }, 10 ** 6],
    [{ maxmemory: 0, maxmemoryClients: 1 }, 128 * KILOBYTE],
    [{ maxmemory: 0, maxmemoryClients: -5 }, Infinity],
    [{ maxmemory: 10 ** 9, maxmemoryClients: -5 }, 5 * 10 ** 7],
    [{ maxmemory: 1000, maxmemoryClients: -100 }, 128 * KILOBYTE],
  ])('of %o is %d', (config, limit) => {
    expect(clientLimit(config)).toBe(limit);
  });
});

describe('buckets of clients', () => {
  it('are by powers of two, the smallest and the largest together', () => {
    expect([0, 1, 32 * KILOBYTE, 64 * KILOBYTE - 1].map(bucketOf)).toEqual([0, 0, 0, 0]);
    expect([64 * KILOBYTE, 128 * KILOBYTE - 1, 128 * KILOBYTE].map(bucketOf)).toEqual([1, 1, 2]);
    expect([2 ** 33 - 1, 2 ** 33, 2 ** 40].map(bucketOf)).toEqual([17, 18, 18]);
  });
});

describe('a recent maximum', () => {
  it('forgets what is longer ago than eight seconds', () => {
    const max = new RecentMax();
    expect(max.value).toBe(0);
    max.sample(1_000_000, 5);
    max.sample(1_000_400, 3);
    expect(max.value).toBe(5);
    max.sample(1_003_000, 4);
    max.sample(1_007_999, 1);
    expect(max.value).toBe(5);
    max.sample(1_008_000, 1);
    expect(max.value).toBe(4);
    max.sample(1_011_000, 1);
    expect(max.value).toBe(1);
    max.sample(2_000_000, 0);
    expect(max.value).toBe(0);
  });
});
