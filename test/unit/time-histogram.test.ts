/** Histograms of durations. */
import { expect, test } from 'vitest';
import { histogramText, TimeHistogram } from '../../src/server/metrics/time-histogram.js';

test('a duration is in the first bucket whose bound it does not pass', () => {
  const histogram = new TimeHistogram();
  for (const ms of [0, 0.001, 0.0011, 0.002, 1.024, 1e9]) histogram.record(ms);
  const counts = [...histogram.buckets].flatMap((count, bucket) => (count > 0 ? [[bucket, count]] : []));
  expect(counts).toEqual([
    [0, 2],
    [1, 2],
    [10, 1],
    [25, 1],
  ]);
  expect([histogram.count, histogram.sumMs]).toEqual([6, 1e9 + 0.001 + 0.0011 + 0.002 + 1.024]);
});

test('its text is cumulative', () => {
  const histogram = new TimeHistogram();
  histogram.record(0.0015);
  histogram.record(2000);
  const lines = histogramText('x', 'Help.', [['a="b"', histogram]]).split('\n');
  expect(lines.slice(0, 4)).toEqual([
    '# HELP x Help.',
    '# TYPE x histogram',
    'x_bucket{a="b",le="0.000001"} 0',
    'x_bucket{a="b",le="0.000002"} 1',
  ]);
  expect(lines.slice(-4)).toEqual([
    'x_bucket{a="b",le="+Inf"} 2',
    'x_sum{a="b"} 2.0000015',
    'x_count{a="b"} 2',
    '',
  ]);
});
