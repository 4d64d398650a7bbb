/**
 * The kinds of values a directive can hold, each a function that declares a directive of that kind.
 *
 * The error texts are those of Redis 7.0.15, to the byte. Integers follow Redis's strict reading: no sign but a minus,
 * no leading zeros, no spaces, at most 64 bits. Bounds are given as bigint where they exceed 2^53; a value beyond
 * 2^53 keeps its exact text, while the number the program sees is the nearest one JavaScript has.
 *
 * Cost: linear in the argument.
 */
import { quoteArgument } from './arguments.js';
import { directive, oneLine, type Directive, type Parsed, type Shape, type Traits } from './directive.js';

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

/** A number of bytes with the largest unit that divides it: `64mb`, `3000`. */
export function formatMemory(bytes: bigint): string {
  const unit = (['gb', 'mb', 'kb'] as const).find((name) => bytes % (MEMORY_UNITS[name] ?? 1n) === 0n);
  if (unit === undefined || bytes === 0n) return bytes.toString();
  return `${(bytes / (MEMORY_UNITS[unit] ?? 1n)).toString()}${unit}`;
}

/** `0 to 65535`, without bounds that are only those of a machine's integers. */
function describeRange(min: Bound, max: Bound): string {
  const isOpen = max >= INT_MAX;
  if (min <= -INT_MAX - 1 && isOpen) return 'an integer';
  return isOpen ? `${min.toString()} or more` : `${min.toString()} to ${max.toString()}`;
}

function bounded(value: bigint, min: Bound, max: Bound): Parsed<number> {
  if (value >= min && value <= max) return { value: Number(value), text: value.toString() };
  return { error: `argument must be between ${min.toString()} and ${max.toString()} inclusive` };
}

/** What a directive of one argument says besides its parser. */
export type SingleShape<V> = Pick<Shape<V>, 'accepts' | 'lines'> & { readonly initial: string };

/** Declares a directive of exactly one argument. */
export function single<V>(
  { initial, ...rest }: SingleShape<V>,
  parse: (text: string, current: V | undefined) => Parsed<V>,
  traits?: Traits<V>,
): Directive<V> {
  const shape = {
    ...rest,
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
  return single({ initial: initial.toString(), accepts: describeRange(min, max) }, parse, traits);
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
  const accepts = min === 0 ? 'bytes, such as 100mb' : `bytes, ${formatMemory(BigInt(min))} or more`;
  const lines = oneLine<number>(({ text }) => formatMemory(BigInt(text)));
  return single({ initial, accepts, lines }, parse, traits);
}

/** A number of bytes, or a percentage, which is a negative value: `5%` is -5. */
export function memoryOrPercent(initial: string, traits?: Traits<number>): Directive<number> {
  const percentage = (percent: bigint): Parsed<number> => {
    if (percent > 100n) return { error: 'percentage argument must be less or equal to 100' };
    return { value: -Number(percent), text: `${percent.toString()}%` };
  };
  const parse = (text: string): Parsed<number> => {
    const percent = text.endsWith('%') ? parseInteger(text.slice(0, -1)) : undefined;
    if (percent !== undefined && percent >= 0n) return percentage(percent);
    const bytes = parseMemory(text);
    if (bytes === undefined) return { error: 'argument must be a memory or percent value' };
    // Redis keeps this in a signed number, where what does not fit turns into a percentage.
    return bytes > INT64_MAX ? percentage(UINT64_MAX + 1n - bytes) : bounded(bytes, 0, INT64_MAX);
  };
  const accepts = 'bytes, such as 100mb, or a percentage of maxmemory, such as 5%';
  const lines = oneLine<number>(({ text }) => (text.endsWith('%') ? text : formatMemory(BigInt(text))));
  return single({ initial, accepts, lines }, parse, traits);
}

/** A file mode in octal digits, at most 777. */
export function octal(initial: string, traits?: Traits<number>): Directive<number> {
  const parse = (text: string): Parsed<number> => {
    if (!/^-?[0-7]{1,21}$/.test(text)) return { error: "argument couldn't be parsed as an octal number" };
    const value = Number.parseInt(text, 8);
    if (value < 0 || value > 0o777) return { error: 'argument must be between 0 and 777 inclusive' };
    return { value, text: value.toString(8) };
  };
  return single({ initial, accepts: 'a file mode in octal digits, such as 700' }, parse, traits);
}

/** `yes` or `no`, in any letter case. */
export function boolean(initial: boolean, traits?: Traits<boolean>): Directive<boolean> {
  const parse = (text: string): Parsed<boolean> => {
    const lower = text.toLowerCase();
    if (lower !== 'yes' && lower !== 'no') return { error: "argument must be 'yes' or 'no'" };
    return { value: lower === 'yes', text: lower };
  };
  return single({ initial: initial ? 'yes' : 'no', accepts: 'yes or no' }, parse, traits);
}

/** What an argument that is none of `names` is answered with. */
export function notOneOf(names: readonly string[]): { error: string } {
  return { error: `argument(s) must be one of the following: ${names.join(', ')}` };
}

/** One of several words, in any letter case. A word of `synonyms` is taken, and becomes the word it stands for. */
export function choice<const N extends string>(
  names: readonly N[],
  initial: NoInfer<N>,
  traits?: Traits<N>,
  synonyms?: Readonly<Partial<Record<N, N>>>,
): Directive<N> {
  const parse = (text: string): Parsed<N> => {
    const found = names.find((name) => name === text.toLowerCase());
    if (found === undefined) return notOneOf(names);
    const value = synonyms?.[found] ?? found;
    return { value, text: value };
  };
  return single<N>({ initial, accepts: `one of ${names.join(', ')}` }, parse, traits);
}

/** What a text says beyond the traits of all kinds. */
export interface TextTraits extends Traits<string> {
  /** True if an empty text is a value like others, so that CONFIG REWRITE keeps a line that gives it. */
  readonly isEmptyWritten?: boolean;
}

/** Any text; `check` may say why one is not accepted. */
export function text(
  initial: string,
  traits?: TextTraits,
  check?: (value: string) => string | undefined,
): Directive<string> {
  const parse = (value: string): Parsed<string> => {
    const error = check?.(value);
    return error === undefined ? { value, text: value } : { error };
  };
  const isEmptyWritten = initial !== '' || traits?.isEmptyWritten === true;
  const quoted = oneLine<string>((setting) => quoteArgument(setting.text));
  const lines: Directive<string>['lines'] = (setting, initially) =>
    setting.text === '' && !isEmptyWritten ? [] : quoted(setting, initially);
  return single({ initial, accepts: 'text', lines }, parse, traits);
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
