/**
 * The kinds of values a directive can hold, each a function that declares a directive of that kind.
 *
 * The error texts are those of Redis 7.0.15, to the byte. Integers follow Redis's strict reading: no sign but a minus,
 * no leading zeros, no spaces, at most 64 bits. Bounds are given as bigint where they exceed 2^53; a value beyond
 * 2^53 keeps its exact text, while the number the program sees is the nearest one JavaScript has.
 *
 * Cost: linear in the argument.
 */
import { directive, type Directive, type Parsed, type Traits } from './directive.js';

/** The largest value of a 32-bit int, of a 32-bit unsigned, of a 64-bit int, and of a 64-bit unsigned. */
export const INT_MAX = 2147483647;
export const UINT_MAX = 4294967295;
export const INT64_MAX = 9223372036854775807n;
export const UINT64_MAX = 18446744073709551615n;
const INT64_MIN = -9223372036854775808n;

type Bound = number | bigint;

const MEMORY_UNITS: Readonly<Record<string, bigint>> = {
  '': 1n,
  b: 1n,
  k: 1000n,
  kb: 1024n,
  m: 1000n ** 2n,
  mb: 1024n ** 2n,
  g: 1000n ** 3n,
  gb: 1024n ** 3n,
};

/** A strict 64-bit decimal integer, or undefined. */
export function parseInteger(text: string): bigint | undefined {
  if (!/^(0|-?[1-9][0-9]{0,18})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value < INT64_MIN || value > INT64_MAX ? undefined : value;
}

/** Bytes from a number with a unit (`64mb`, `1k`, `5GB`, `7`), at most 2^64-1, or undefined. */
export function parseMemory(text: string): bigint | undefined {
  const [, digits, suffix] = /^([0-9]{0,127})([a-z]*)$/i.exec(text) ?? [];
  const unit = suffix === undefined ? undefined : MEMORY_UNITS[suffix.toLowerCase()];
  if (digits === undefined || unit === undefined) return undefined;
  const bytes = BigInt(digits === '' ? 0 : digits) * unit;
  return bytes > UINT64_MAX ? UINT64_MAX : bytes;
}

function bounded(value: bigint, min: Bound, max: Bound): Parsed<number> {
  if (value >= min && value <= max) return { value: Number(value), text: value.toString() };
  return { error: `argument must be between ${min.toString()} and ${max.toString()} inclusive` };
}

/** Declares a directive of exactly one argument. */
export function single<V>(
  initial: string,
  parse: (text: string, current: V | undefined) => Parsed<V>,
  traits?: Traits<V>,
): Directive<V> {
  const shape = {
    initial: [initial],
    many: false,
    parse: ([text = '']: readonly string[], context: { readonly current: V | undefined }) =>
      parse(text, context.current),
  };
  return directive<V>(shape, traits);
}

/** An integer within bounds, both inclusive. */
export function integer(min: Bound, max: Bound, initial: number, traits?: Traits<number>): Directive<number> {
  const parse = (text: string): Parsed<number> => {
    const value = parseInteger(text);
    if (value === undefined) return { error: "argument couldn't be parsed into an integer" };
    return bounded(value, min, max);
  };
  return single(initial.toString(), parse, traits);
}

/** `inner` with every accepted value brought within bounds, both inclusive, instead of refused. */
export function clamped(inner: Directive<number>, min: number, max: number): Directive<number> {
  const parse: Directive<number>['parse'] = (args, context) => {
    const parsed = inner.parse(args, context);
    if ('error' in parsed || (parsed.value >= min && parsed.value <= max)) return parsed;
    const value = Math.min(Math.max(parsed.value, min), max);
    return { value, text: String(value) };
  };
  return { ...inner, parse };
}

/** A number of bytes within bounds, both inclusive. */
export function memory(min: Bound, max: Bound, initial: string, traits?: Traits<number>): Directive<number> {
  const parse = (text: string): Parsed<number> => {
    const bytes = parseMemory(text);
    return bytes === undefined ? { error: 'argument must be a memory value' } : bounded(bytes, min, max);
  };
  return single(initial, parse, traits);
}

/** A number of bytes, or a percentage, which is a negative value: `5%` is -5. */
export function memoryOrPercent(initial: string, traits?: Traits<number>): Directive<number> {
  const parse = (text: string): Parsed<number> => {
    const percent = text.endsWith('%') ? parseInteger(text.slice(0, -1)) : undefined;
    if (percent !== undefined && percent >= 0n) {
      if (percent > 100n) return { error: 'percentage argument must be less or equal to 100' };
      return { value: -Number(percent), text: `${percent.toString()}%` };
    }
    const bytes = parseMemory(text);
    if (bytes === undefined) return { error: 'argument must be a memory or percent value' };
    return bounded(bytes, 0, UINT64_MAX);
  };
  return single(initial, parse, traits);
}

/** A file mode in octal digits, at most 777. */
export function octal(initial: string, traits?: Traits<number>): Directive<number> {
  const parse = (text: string): Parsed<number> => {
    if (!/^-?[0-7]{1,21}$/.test(text)) return { error: "argument couldn't be parsed as an octal number" };
    const value = Number.parseInt(text, 8);
    if (value < 0 || value > 0o777) return { error: 'argument must be between 0 and 777 inclusive' };
    return { value, text: value.toString(8) };
  };
  return single(initial, parse, traits);
}

/** `yes` or `no`, in any letter case. */
export function boolean(initial: boolean, traits?: Traits<boolean>): Directive<boolean> {
  const parse = (text: string): Parsed<boolean> => {
    const lower = text.toLowerCase();
    if (lower !== 'yes' && lower !== 'no') return { error: "argument must be 'yes' or 'no'" };
    return { value: lower === 'yes', text: lower };
  };
  return single(initial ? 'yes' : 'no', parse, traits);
}

/** What an argument that is none of `names` is answered with. */
export function notOneOf(names: readonly string[]): { error: string } {
  return { error: `argument(s) must be one of the following: ${names.join(', ')}` };
}

/** One of several words, in any letter case. */
export function choice<const N extends string>(
  names: readonly N[],
  initial: N,
  traits?: Traits<N>,
): Directive<N> {
  const parse = (text: string): Parsed<N> => {
    const found = names.find((name) => name === text.toLowerCase());
    return found === undefined ? notOneOf(names) : { value: found, text: found };
  };
  return single<N>(initial, parse, traits);
}

/** Any text; `check` may say why one is not accepted. */
export function text(
  initial: string,
  traits?: Traits<string>,
  check?: (value: string) => string | undefined,
): Directive<string> {
  const parse = (value: string): Parsed<string> => {
    const error = check?.(value);
    return error === undefined ? { value, text: value } : { error };
  };
  return single(initial, parse, traits);
}

/** A file's name without a path. `name` is the directive and `what` the kind of name, for its errors. */
export function fileName(
  name: string,
  what: 'filename' | 'dirname',
  initial: string,
  traits: Traits<string> & { readonly mayBeEmpty: boolean },
): Directive<string> {
  return text(initial, traits, (value) => {
    if (value === '' && !traits.mayBeEmpty) return `${name} can't be empty`;
    return value.includes('/') ? `${name} can't be a path, just a ${what}` : undefined;
  });
}
