import { describe, expect, it } from 'vitest';
import { fixedDecimals } from '../../src/commands/fixed-decimals.js';

describe('fixedDecimals', () => {
  it.each([
    [0, '0.000000'],
    [-0, '-0.000000'],
    [200, '200.000000'],
    [-180.00000049, '-180.000000'],
    [0.1, '0.100000'],
    [1e-10, '0.000000'],
    [-1e-10, '-0.000000'],
    [1e21, '1000000000000000000000.000000'],
    [1e23, '99999999999999991611392.000000'],
    [Infinity, 'inf'],
    [-Infinity, '-inf'],
    [NaN, 'nan'],
  ])('prints %d as C does', (value, text) => {
    expect(fixedDecimals(value)).toBe(text);
  });

  it('takes the even one of two that are equally near', () => {
    expect(fixedDecimals(1 / 128)).toBe('0.007812');
    expect(fixedDecimals(3 / 128)).toBe('0.023438');
    expect(fixedDecimals(-200 - 1 / 128)).toBe('-200.007812');
  });
});
