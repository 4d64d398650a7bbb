/**
 * Steps and cases for commands that work on collections: full scans of one key, random picks judged by their
 * shape, and lines that are tried while a key is missing, present and of the wrong type.
 */
import { parseCommandLine, type Argument } from './command-line.js';
import { canonicalForm, numberOf, parseReply, textOf, type Reply } from './reply.js';
import type { DifferentialCase } from './server-pair.js';
import { isAction, type Action, type Step } from './steps.js';

/**
 * ZSCAN, HSCAN or SSCAN (`command` with its key) from 0 until the cursor is 0 again, with `options` behind
 * the cursor; the elements found, in groups of `width` replies, sorted, each group once.
 */
export function scanKeyAll(command: string, options = '', width = 2): Action {
  return {
    label: `${command} (all) ${options}`,
    commands: [`${command} 0 ${options}`],
    run: async ({ connection }) => {
      const found = new Set<string>();
      let cursor = '0';
      for (let calls = 0; calls < 10_000; calls++) {
        const line = [...parseCommandLine(command), cursor, ...parseCommandLine(options)];
        const reply = parseReply(await connection.command(...line));
        if (reply.items === undefined) return Buffer.from(textOf(reply) ?? 'null');
        cursor = textOf(reply.items[0]) ?? '0';
        const items = reply.items[1]?.items ?? [];
        for (let at = 0; at < items.length; at += width) {
          found.add(items.slice(at,
            at + width).map((item) => canonicalForm(item)).join(' ')); // prettier-ignore
        }
        if (cursor === '0') return Buffer.from([...found].sort().join('\n'));
      }
      return Buffer.from('the cursor never returned to 0');
    },
  };
}

/** What a random pick must be, whatever was picked: how many elements, whether they may repeat,
  from where. */
export interface Pick {
  /** Every element that may appear: a member alone, or a member, a space and its score as text. */
  readonly from: ReadonlySet<string>;
  /** Whether an element may come more than once. */
  readonly repeats: boolean;
}

/**
 * A command that picks at random; the outcome says the reply's types and lengths, and what is wrong with the
 * elements, if anything is.
 */
export function randomPick(line: string, pick: Pick): Action {
  return {
    label: `${line} (its shape)`,
    commands: [line],
    run: async ({ connection }) => {
      const reply = parseReply(await connection.command(...parseCommandLine(line)));
      if (reply.type === '-') return Buffer.from(textOf(reply) ?? '');
      return Buffer.from(`${shapeOf(reply)} ${faultOf(pickedElements(reply, pick), pick)}`);
    },
  };
}

function shapeOf(reply: Reply): string {
  if (reply.items === undefined) return reply.text === undefined ? `${reply.type}null` : reply.type;
  const shapes = [...new Set(reply.items.map(shapeOf))];
  return `${reply.type}${reply.items.length}[${shapes.sort().join(' ')}]`;
}

/** One text per element: nested pairs and flat pairs are joined when the pick is of pairs. */
function pickedElements(reply: Reply, pick: Pick): string[] {
  if (reply.items === undefined) return reply.text === undefined ? [] : [textOf(reply) ?? ''];
  const items = reply.items;
  if (items.some((item) => item.items !== undefined)) {
    return items.map((item) => (item.items ?? []).map((part) => textOf(part)).join(' '));
  }
  const texts = items.map((item) => textOf(item) ?? '');
  const pairs = [...pick.from].some((element) => element.includes(' '));
  if (!pairs) return texts;
  return texts.flatMap((text, at) => (at % 2 === 0 ? [`${text} ${texts[at + 1] ?? ''}`] : []));
}

function faultOf(elements: readonly string[], pick: Pick): string {
  const strange = elements.find((element) => !pick.from.has(element));
  if (strange !== undefined) return `a stranger: ${strange}`;
  if (!pick.repeats && new Set(elements).size !== elements.length) return 'an element twice';
  return 'all are elements';
}

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

function nameOf(step: Step): string {
  if (typeof step === 'string') return step;
  return isAction(step) ? step.label : step.map(String).join(' ').slice(0, 80);
}

/** Every subset of `words`, each in the order given, the empty one first. */
export function subsets(words: readonly string[]): string[][] {
  return words.reduce<string[][]>((sets, word) => [...sets, ...sets.map((set) => [...set, word])], [[]]);
}
