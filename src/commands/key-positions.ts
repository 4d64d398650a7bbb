// Where the keys of a command are: as its specifications say for given arguments, and as the older triple of first key,
// last key and step, which can describe simple cases only.
import { type Call, type Word, word } from './call.js';
import type { KeyFlag, KeySpec } from './command.js';
import type { Command } from './registry.js';

/** A key's argument, counted from the command's name, and what the command does with it. */
export interface KeyPosition {
  index: number;
  flags: readonly KeyFlag[];
}

/** First key, last key (negative: from the end) and step; zeros where there are none at fixed places. */
export interface LegacyRange {
  first: number;
  last: number;
  step: number;
}

const NONE: LegacyRange = { first: 0, last: 0, step: 0 };

// The range of a specification whose keys do not depend on the arguments' values, or null.
function fixedRange({ begin, find }: KeySpec): LegacyRange | null {
  if (!('index' in begin) || 'count' in find) return null;
  return { first: begin.index, last: find.last < 0 ? find.last : begin.index + find.last, step: find.step };
}

// A last key as an unsigned number, so that one counted from the end comes behind all others.
function rank(last: number): number {
  return last >>> 0;
}

/**
 * The triple that covers the keys of a command best: its only specification if that is a fixed range, otherwise the
 * ranges of step 1 that follow each other without a gap.
 */
export function legacyRange(command: Command): LegacyRange {
  const specs = command.keys ?? [];
  const only = specs.length === 1 ? fixedRange(specs[0]) : null;
  if (only) return only;
  const steps = specs.map(fixedRange).filter((range) => range?.step === 1) as LegacyRange[];
  if (steps.length === 0) return NONE;
  const joined = { ...steps[0] };
  for (const { first, last } of steps.slice(1)) {
    if (first !== joined.last + 1) break;
    if (rank(last) > rank(joined.last)) joined.last = last;
  }
  return joined;
}

/** Whether the older triple misses keys of a command, so that they must be asked for (flag `movablekeys`). */
export function hasMovableKeys(command: Command): boolean {
  const specs = command.keys ?? [];
  if (specs.some((spec) => spec.flags.includes('incomplete') || fixedRange(spec) === null)) return true;
  const { first, last } = legacyRange(command);
  return specs.length > 1 && !specs.every((spec) => isCovered(fixedRange(spec), first, last));
}

function isCovered(range: LegacyRange | null, first: number, last: number): boolean {
  return range?.step === 1 && range.first >= first && rank(range.last) <= rank(last);
}

/** Whether a command has keys at all; what lies where keys lie without being one (a channel) does not count. */
export function hasKeys(command: Command): boolean {
  return (command.keys ?? []).some(({ flags }) => !flags.includes('not_key'));
}

// ---- keys of given arguments ---------------------------------------------------------------------------------------

/**
 * The keys of the command whose name is argument `at` of the call. Null if the arguments contradict its specifications.
 * O(arguments).
 */
export function keyPositions(c: Call, at: number, command: Command): KeyPosition[] | null {
  const found: KeyPosition[] = [];
  const count = c.count - at;
  for (const spec of command.keys ?? []) {
    if (spec.flags.includes('not_key')) continue;
    const first = firstOf(c, at, count, spec);
    if (first === 0) continue;
    const range = rangeOf(c, at, count, spec, first);
    if (range === null) return null;
    const flags = spec.flags.includes('variable_flags') ? variableFlags(c, at, command, spec) : spec.flags;
    for (let i = range.first; i <= range.last; i += range.step) found.push({ index: i, flags });
  }
  return found;
}

// Where the search for a specification's keys begins, 0: there are none among the arguments.
function firstOf(c: Call, at: number, count: number, { begin }: KeySpec): number {
  if ('index' in begin) return begin.index;
  if ('hidden' in begin) return begin.hidden(c, at);
  const keyword = word(begin.keyword);
  const step = begin.from > 0 ? 1 : -1;
  for (let i = begin.from > 0 ? begin.from : count + begin.from; i >= 1 && i < count - 1; i += step) {
    if (c.is(at + i, keyword)) return i + 1;
  }
  return 0;
}

// The range of keys that begins there, or null if it is none or leaves the arguments.
function rangeOf(c: Call, at: number, count: number, { find }: KeySpec, begin: number): LegacyRange | null {
  if ('count' in find) {
    const keys = begin + find.count < count ? c.integer(at + begin + find.count) : null;
    if (keys === null || keys < 1) return null;
    const first = begin + find.first;
    return within({ first, last: first + (keys - 1) * find.step, step: find.step }, count);
  }
  let last = begin + find.last;
  if (find.last < 0) last = count + find.last;
  // A limit says that only the first of so many equal parts of the arguments are keys.
  if (find.last < 0 && find.limit > 1) last = begin + Math.floor((count - begin) / find.limit) + find.last;
  return within({ first: begin, last, step: find.step }, count);
}

function within(range: LegacyRange, count: number): LegacyRange | null {
  return range.last >= range.first && range.last < count ? range : null;
}

// ---- flags that depend on options ----------------------------------------------------------------------------------

const GET = word('GET');
const READS: readonly KeyFlag[] = ['RO', 'access'];
const OVERWRITES: readonly KeyFlag[] = ['OW', 'update'];
const READS_AND_WRITES: readonly KeyFlag[] = ['RW', 'access', 'update'];

/** What SET does with its key: it reads it as well when the old value is asked for. */
function setFlags(c: Call, at: number): readonly KeyFlag[] {
  for (let i = at + 3; i < c.count; i++) if (c.is(i, GET)) return READS_AND_WRITES;
  return OVERWRITES;
}

/** Subcommands of BITFIELD that do not write, with the number of their arguments. */
const BITFIELD_READS: readonly (readonly [Word, number])[] = [
  [GET, 2],
  [word('OVERFLOW'), 1],
];

/** What BITFIELD does with its key: it only reads when it has no subcommand but GET. */
function bitfieldFlags(c: Call, at: number): readonly KeyFlag[] {
  for (let i = at + 2; i < c.count; i++) {
    const read = BITFIELD_READS.find(([name]) => c.is(i, name));
    if (read === undefined || i + read[1] >= c.count) return READS_AND_WRITES;
    i += read[1];
  }
  return READS;
}

const VARIABLE: ReadonlyMap<string, (c: Call, at: number) => readonly KeyFlag[]> = new Map([
  ['set', setFlags],
  ['bitfield', bitfieldFlags],
]);

function variableFlags(c: Call, at: number, command: Command, spec: KeySpec): readonly KeyFlag[] {
  return VARIABLE.get(command.fullName)?.(c, at) ?? spec.flags;
}
