/**
 * Steps for replies that have no order, and for those that are chosen at random.
 *
 * What a server may choose is not compared; what follows from the choice is: how many there are and of
 * which type, that each was in the collection, that none comes twice where none may, and what is left behind.
 * So the outcome of each action is the same for every server that keeps the rules.
 */
import { parseCommandLine } from './command-line.js';
import { canonicalForm, parseReply, textOf, type Reply } from './reply.js';
import type { RawConnection } from './raw-connection.js';
import { scanned, type Action } from './steps.js';

const MAX_CALLS = 100_000;

async function ask(connection: RawConnection, line: string): Promise<Reply> {
  return parseReply(await connection.command(...parseCommandLine(line)));
}

/** Entries of a reply, each in canonical form; two items make one entry where pairs come flat. */
function entriesOf(reply: Reply, inPairs: boolean): string[] {
  const items = reply.items ?? [];
  if (!inPairs || items.some((item) => item.items !== undefined)) {
    return items.map((item) => (item.items ?? [item]).map((part) => canonicalForm(part)).join('='));
  }
  return items.flatMap((item, at) =>
    at % 2 === 0 ? [`${canonicalForm(item)}=${canonicalForm(items[at + 1] ?? { type: '_' })}`] : [],
  );
}

/** A reply without its contents: the types of it and of its items. An error keeps its text. */
function shapeOf(reply: Reply): string {
  if (reply.type === '-') return `-${textOf(reply)}`;
  if (reply.items === undefined) return reply.text === undefined ? `${reply.type}null` : reply.type;
  return `${reply.type}[${reply.items.map(shapeOf).join('')}]`;
}

/** A command that replies with fields and values, compared without the order of the pairs. */
export function unorderedPairs(line: string): Action {
  return {
    label: `${line} (pairs in any order)`,
    commands: [line],
    run: async ({ connection }) => {
      const reply = await ask(connection, line);
      if (reply.items === undefined) return Buffer.from(canonicalForm(reply));
      return Buffer.from(`${reply.type}${entriesOf(reply, true).sort().join(' ')}`);
    },
  };
}

/**
 * `command` (HSCAN, SSCAN or ZSCAN with its key) from 0 until the cursor is 0 again, with `options` behind
 * the cursor; the entries found, sorted, each once. `entryItems` says how many items of the reply make one.
 */
export function scanCollection(command: string, options: string, entryItems: 1 | 2): Action {
  return scanned(command, options, (found) => entriesOf(found, entryItems === 2));
}

/** Whether a command that chooses at random may give the same entry twice. */
export type Repeats = 'distinct' | 'may repeat';

/**
 * A command that chooses entries of a collection at random and leaves it as it is. `all` is the command that
 * lists the collection. Outcome: the shape of the reply, how many of its entries are not in the collection,
 * and how many come twice where none may.
 */
export function choice(line: string, all: string, repeats: Repeats = 'distinct'): Action {
  const inPairs = /withvalues|withscores/i.test(line);
  return {
    label: `${line} (any choice)`,
    commands: [line],
    run: async ({ connection }) => {
      const members = await ask(connection, all);
      const known = new Set(entriesOf(members, members.type === '%' || /^hgetall|withscores$/i.test(all)));
      const names = new Set([...known].map((entry) => entry.split('=')[0]));
      const reply = await ask(connection, line);
      const chosen = reply.text === undefined ? entriesOf(reply, inPairs) : [canonicalForm(reply)];
      if (reply.type === '-') return Buffer.from(shapeOf(reply));
      const strange = chosen.filter((entry) => !(inPairs ? known.has(entry) : names.has(entry))).length;
      const twice = repeats === 'may repeat' ? 0 : chosen.length - new Set(chosen).size;
      return Buffer.from(`${shapeOf(reply)} strange: ${strange} twice: ${twice}`);
    },
  };
}

/**
 * A command that takes members out of a set at random. Outcome: the shape of its reply, whether what it took
 * was there and distinct, and whether exactly that is gone.
 */
export function removal(line: string, all: string): Action {
  return {
    label: `${line} (any choice)`,
    commands: [line],
    run: async ({ connection }) => {
      const before = entriesOf(await ask(connection, all), false);
      const reply = await ask(connection, line);
      const after = entriesOf(await ask(connection, all), false).sort();
      const taken = reply.text === undefined ? entriesOf(reply, false) : [canonicalForm(reply)];
      const gone = new Set(reply.type === '-' ? [] : taken);
      const left = before.filter((entry) => !gone.has(entry)).sort();
      const exact = left.join(' ') === after.join(' ') && gone.size === before.length - after.length;
      return Buffer.from(`${shapeOf(reply)} left: ${after.length} ${exact ? 'exactly the others' : 'WRONG'}`);
    },
  };
}

/** `line` until it gives nothing. Outcome: the shape of every reply, and all that came, sorted. */
export function drain(line: string): Action {
  return {
    label: `${line} (until nothing comes)`,
    commands: [line],
    run: async ({ connection }) => {
      const shapes: string[] = [];
      const found: string[] = [];
      for (let calls = 0; calls < MAX_CALLS; calls++) {
        const reply = await ask(connection, line);
        shapes.push(shapeOf(reply));
        const taken = reply.text === undefined ? entriesOf(reply, false) : [canonicalForm(reply)];
        if (taken.length === 0 || reply.type === '-') break;
        found.push(...taken);
      }
      return Buffer.from([...shapes, ...found.sort()].join('\n'));
    },
  };
}
