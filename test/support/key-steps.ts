/**
 * Steps and cases for commands that work on keys: replies that are rewritten before they are compared, and
 * lines that are tried while a key is missing, present and of the wrong type.
 */
import { parseCommandLine, type Argument } from './command-line.js';
import { numberOf, parseReply, textOf, type Reply } from './reply.js';
import type { DifferentialCase } from './server-pair.js';
import type { Action, Step } from './steps.js';
import { nameOf } from './tables.js';

/** A command whose reply is rewritten before it is compared: `rewrite` drops what may differ. */
export function rewritten(line: string | readonly Argument[], rewrite: (reply: Reply) => Reply): Action {
  const args = typeof line === 'string' ? parseCommandLine(line) : line;
  const shown = typeof line === 'string' ? line : line.map(String).join(' ');
  return {
    label: `${shown} (rewritten)`,
    commands: [shown],
    run: async ({ connection }) => {
      const reply = parseReply(await connection.command(...args));
      return Buffer.from(readableForm(rewrite(reply)));
    },
  };
}

/** A tree as text for a report, one element after the other. */
function readableForm(reply: Reply): string {
  if (reply.items !== undefined) return `${reply.type}[${reply.items.map(readableForm).join(' ')}]`;
  return reply.text === undefined ? `${reply.type}null` : `${reply.type}${JSON.stringify(textOf(reply))}`;
}

/** A command whose integer reply, or the number inside,
  must be within `tolerance` of `value`; else it is shown. */
export function numberNear(line: string, value: number, tolerance: number): Action {
  return {
    label: `${line} (about ${value})`,
    commands: [line],
    run: async ({ connection }) => {
      const reply = parseReply(await connection.command(...parseCommandLine(line)));
      const near = Math.abs(numberOf(reply) - value) <= tolerance;
      return Buffer.from(near ? `${reply.type} about ${value}` : readableForm(reply));
    },
  };
}

/**
 * One case per line. The line runs on a missing key, then behind `setup`, then, with every key in `keys` set
 * to a string, once more; `after` follows each time.
 */
export function inEveryState(
  title: string,
  keys: readonly string[],
  setup: readonly Step[],
  lines: readonly Step[],
  after: readonly Step[] = [],
): DifferentialCase[] {
  const clear = `DEL ${keys.join(' ')}`;
  const wrong = `MSET ${keys.map((key) => `${key} v`).join(' ')}`;
  return lines.map((line) => ({
    title: `${title}: ${nameOf(line)}`,
    steps: [line, ...after, clear, ...setup, line, ...after, clear, wrong, line, ...after],
  }));
}

/** The cases; those whose titles match are compared with Redis 8.0. */
export function likeRedis8Where(pattern: RegExp, cases: readonly DifferentialCase[]): DifferentialCase[] {
  return cases.map((test) => (pattern.test(test.title) ? { ...test, reference: '8.0' as const } : test));
}

/** Every subset of `words`, each in the order given, the empty one first. */
export function subsets(words: readonly string[]): string[][] {
  return words.reduce<string[][]>((sets, word) => [...sets, ...sets.map((set) => [...set, word])], [[]]);
}
