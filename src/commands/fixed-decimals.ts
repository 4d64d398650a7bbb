// Numbers with six decimals, as C's "%f" prints them: in error texts.

const DECIMALS = 6;
/** From here on a double is a whole number, which `toFixed` would print with an exponent. */
const WHOLE = 2 ** 53;
/** A double lies exactly between two texts only if it is an odd multiple of 1/128 (2 * 10^6 = 2^7 * 5^6). */
const HALF_STEPS = 128;

/** The nearest text with six decimals, the even one if two are equally near; "inf", "-inf" and "nan". */
export function fixedDecimals(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (size === Infinity) return `${sign}inf`;
  if (size >= WHOLE) return `${sign}${BigInt(size)}.${'0'.repeat(DECIMALS)}`;
  const exact = size.toFixed(DECIMALS + 1);
  const isHalf = Number.isInteger(size * HALF_STEPS) && exact.endsWith('5');
  const isEven = Number(exact[exact.length - 2]) % 2 === 0;
  return sign + (isHalf && isEven ? exact.slice(0, -1) : size.toFixed(DECIMALS));
}
