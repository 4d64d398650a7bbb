/**
 * The grammar that the generators of random commands are written in. Arguments are strings of Latin-1
 * characters, one per byte.
 */
import fc from 'fast-check';

/** One command: its words, each character a byte. */
export type Command = readonly string[];

/** A part of a command: one word, or several at once. */
export type Part = fc.Arbitrary<string> | fc.Arbitrary<string[]> | fc.Arbitrary<readonly string[]>;

type AnyPart = fc.Arbitrary<string | readonly string[]>;

/** One of some words. */
export function word(...words: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...words);
}

/** All parts, one behind the other. */
function all(parts: readonly Part[]): fc.Arbitrary<string[]> {
  return fc.tuple(...(parts as readonly AnyPart[])).map((values) => values.flat());
}

/** A command of a name and all parts. */
export function command(name: string, ...parts: readonly Part[]): fc.Arbitrary<Command> {
  return all(parts).map((words) => [name, ...words]);
}

/** All parts, or nothing. */
export function maybe(...parts: readonly Part[]): fc.Arbitrary<string[]> {
  return fc.option(all(parts), { nil: [] });
}

/** Up to three of the parts, in any order; a part may come again. */
export function options(...parts: readonly Part[]): fc.Arbitrary<string[]> {
  if (parts.length === 0) return fc.constant([]);
  const one = fc.oneof(...(parts as readonly AnyPart[]));
  return fc.array(one, { maxLength: 3 }).map((list) => list.flat());
}
