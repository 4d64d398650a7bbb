/**
 * Random commands, of every command that is declared: mostly such as its declared arguments allow, with keys of the corpus
 * and numbers at limits, sometimes with words that nobody asked for.
 */
import type { CommandArgument } from '../../../src/commands/command-arguments.js';
import type { CommandDeclaration } from '../../../src/commands/command.js';
import type { Random } from './random.js';

export const KEYS: readonly string[] = [
  ...'k1 k2 k3 k4 k6 k8 k9 k10 k11 k14 k17 l1 l2 l3 l4 s1 s2 s3 s4 z1 z2 z3 z5 h1 h2 g1 x1 x2 x3'.split(' '),
  'new',
  '',
];
const NUMBERS: readonly string[] = [
  ...'0 1 2 3 5 10 -1 -2 100 1000 4096 65536 1048575 1048576 8388607 2147483647 2147483648 -2147483648'.split(
    ' ',
  ),
  ...'4294967295 4294967296 9007199254740993 9223372036854775807 -9223372036854775808 9223372036854775808'.split(
    ' ',
  ),
  ...'18446744073709551615 18446744073709551616 00 01 +1 1e3 0x10 99999999999999999999999999'.split(' '),
];
const REALS: readonly string[] =
  '0 1 1.5 -1.5 inf -inf +inf nan 1e308 -1e308 1e-308 1e400 .5 5. (1 [a 0x1p3'.split(' ');
const TIMES: readonly string[] = [
  ...'0 1 -1 100000 1900000000 1900000000000 4000000000000 9223372036854775 9223372036854775807'.split(' '),
  '-9223372036854775808',
];
const TEXTS: readonly string[] = [
  ...'a b c f g n 1 2 12345 1-1 2-1 * > $ - + (1-1 18446744073709551615-18446744073709551615 g1 g2 c1 c2'.split(
    ' ',
  ),
  ...'u8 i64 u64 i5 #1 km m LEFT RIGHT BEFORE MIN MAX [a (b WEIGHTS LIMIT COUNT'.split(' '),
  '',
  '\0',
  'x'.repeat(70),
  '\r\n',
  '\xff\xfe',
];
const REPEATED_MAX = 4;
const NESTING_MAX = 8;

/** Everything that a random command may be. */
export interface Grammar {
  readonly name: readonly string[];
  readonly parts: readonly CommandArgument[];
}

/** The grammars of commands and subcommands; `parse` reads the text of a declaration's arguments. */
export function grammarsOf(
  declarations: readonly CommandDeclaration[],
  parse: (text: string) => CommandArgument[],
): Grammar[] {
  return declarations.flatMap((declaration) => {
    const { name, subcommands } = declaration;
    const own = { name: [name], parts: parse(declaration.arguments ?? '') };
    const below = (subcommands ?? []).map((sub) => ({
      name: [name, sub.name],
      parts: parse(sub.arguments ?? ''),
    }));
    return below.length === 0 ? [own] : below;
  });
}

export function anyText(random: Random): string {
  return random.of([KEYS, NUMBERS, REALS, TIMES, TEXTS][random.below(5)]);
}

function value({ type }: CommandArgument, random: Random): string {
  if (random.oneIn(24)) return anyText(random);
  if (type === 'key') return random.of(KEYS);
  if (type === 'integer') return random.oneIn(2) ? String(random.below(6)) : random.of(NUMBERS);
  if (type === 'double') return random.of(REALS);
  if (type === 'unix-time') return random.of(TIMES);
  return random.of(random.oneIn(4) ? NUMBERS : TEXTS);
}

// The words of one argument, once.
function once(argument: CommandArgument, random: Random, depth: number, words: string[]): void {
  const { type, token, members } = argument;
  if (token !== undefined && token !== '') words.push(token);
  if (type === 'pure-token' || depth > NESTING_MAX) return;
  if (type === 'oneof') put(random.of(members), random, depth + 1, words);
  else if (type === 'block') for (const member of members) put(member, random, depth + 1, words);
  else words.push(value(argument, random));
}

function put(argument: CommandArgument, random: Random, depth: number, words: string[]): void {
  if (argument.isOptional && random.oneIn(2)) return;
  const times = argument.isRepeated ? 1 + random.below(REPEATED_MAX) : 1;
  for (let i = 0; i < times; i++) once(argument, random, depth, words);
}

/** A command as words of bytes (latin1). */
export function randomCommand(grammars: readonly Grammar[], random: Random): string[] {
  const { name, parts } = random.of(grammars);
  const words = [...name];
  for (const part of parts) put(part, random, 0, words);
  // The number of keys is an argument like others to the grammar: most often it is right.
  const count = words.findIndex((word, i) => i > 0 && /^\d{1,3}$/.test(word));
  if (count > 0 && random.oneIn(3)) words[count] = String(1 + random.below(3));
  if (random.oneIn(6)) words.splice(1 + random.below(words.length), random.below(2), anyText(random));
  if (random.oneIn(12)) words.length = 1 + random.below(words.length);
  return words;
}
