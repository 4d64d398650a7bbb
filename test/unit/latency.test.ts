/** Histograms and events of latency, and what is said of them. */
import { describe, expect, it } from 'vitest';
import { LatencyEvents, SAMPLES_MAX, summaryOf } from '../../src/commands/latency-events.js';
import { LatencyHistogram } from '../../src/commands/latency-histogram.js';
import { latencyDiagnosis, latencyGraph } from '../../src/commands/latency-report.js';

function histogramOf(...microseconds: number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const us of microseconds) histogram.record(us);
  return histogram;
}

describe('a histogram', () => {
  it('is exact to two digits', () => {
    for (let us = 0.001; us < 1e6; us *= 1.37) {
      const told = histogramOf(us).percentile(50);
      expect(told).toBeGreaterThanOrEqual(us - 0.001);
      expect(told).toBeLessThanOrEqual(us * 1.01);
    }
  });

  it('tells times as Redis does', () => {
    // Redis 7.0 has told 21.119 of a call that took 21 microseconds, 66.047 of one that took 66.
    expect(histogramOf(21).percentile(99)).toBe(21.119);
    expect(histogramOf(66).percentile(50)).toBe(66.047);
    expect(histogramOf(11).percentile(99.9)).toBe(11.007);
  });

  it('orders percentiles', () => {
    const histogram = new LatencyHistogram();
    histogram.record(10, 98);
    histogram.record(1000);
    histogram.record(5e6);
    expect(histogram.count).toBe(100);
    expect([0, 50, 98].map((p) => Math.round(histogram.percentile(p)))).toEqual([10, 10, 10]);
    expect(histogram.percentile(99)).toBeCloseTo(1000, -1);
    expect(histogram.percentile(100)).toBeGreaterThan(1e6 - 1);
    expect(histogram.percentile(100)).toBeLessThan(1.01e6);
    expect(new LatencyHistogram().percentile(50)).toBe(0);
  });

  it('doubles its bounds', () => {
    expect(histogramOf(1, 1, 3, 20, 500).doublings()).toEqual([
      [1, 2],
      [4, 3],
      [33, 4],
      [528, 5],
    ]);
    expect(histogramOf(9e6).doublings()).toEqual([[1082130, 1]]);
    expect(new LatencyHistogram().doublings()).toEqual([]);
  });
});

describe('events', () => {
  it('keep the longest of a second, and the last of all', () => {
    const events = new LatencyEvents();
    events.add('command', 30, 5000);
    events.add('command', 50, 5900);
    events.add('command', 40, 5999);
    events.add('command', 20, 6000);
    expect(events.get('command')).toEqual({
      name: 'command',
      samples: [
        { second: 5, milliseconds: 50 },
        { second: 6, milliseconds: 20 },
      ],
      maxMs: 50,
    });
    for (let i = 0; i < 2 * SAMPLES_MAX; i++) events.add('command', 1, 10_000 + 1000 * i);
    expect(events.get('command')?.samples.length).toBe(SAMPLES_MAX);
    expect(events.get('command')?.maxMs).toBe(50);
    events.add('fast-command', 1, 0);
    expect(events.reset(['bogus', 'command'])).toBe(1);
    expect(events.reset([])).toBe(1);
    expect([...events.all()]).toEqual([]);
  });

  it('are summed up', () => {
    const events = new LatencyEvents();
    events.add('command', 10, 1000);
    events.add('command', 30, 3000);
    const [event] = [...events.all()];
    expect(summaryOf(event, 5000)).toEqual({
      count: 2,
      meanMs: 20,
      deviationMs: 10,
      periodSeconds: 2,
      minMs: 10,
      maxMs: 30,
    });
    expect(latencyDiagnosis([event], 10, 5000)).toContain('command: 2 samples, mean 20 ms');
    expect(latencyDiagnosis([], 10)).toContain('Nothing');
    expect(latencyDiagnosis([event], 0)).toContain('off');
  });

  it('are drawn', () => {
    const events = new LatencyEvents();
    events.add('command', 10, 1000);
    events.add('command', 40, 61_000);
    events.add('command', 30, 63_000);
    const [event] = [...events.all()];
    expect(latencyGraph(event, 75_000).split('\n')).toEqual([
      'command - high 40 ms, low 10 ms (all time high 40 ms)',
      '-'.repeat(80),
      ' # ',
      ' |#',
      ' ||',
      '_||',
      '',
      '111',
      'm42',
      ' ss',
      '',
    ]);
  });
});
