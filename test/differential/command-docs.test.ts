/**
 * COMMAND DOCS of the server under test against those of Redis 7.0 and 8.0, for every command and subcommand that
 * it has, in RESP2 and RESP3.
 *
 *   arguments                            exactly those of 8.0, names and texts for users included: 7.0 calls some
 *                                        differently and knows no texts
 *   since, group, doc_flags,             as one of the two says
 *   deprecated_since, replaced_by
 *   summary, complexity, history         prose, ours: only that it is there. History tells of every version up to the
 *                                        target's that 8.0 tells of; whether of a later one depends on what we have
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOwnCommand } from '../support/own-commands.js';
import type { RawConnection } from '../support/raw-connection.js';
import { canonicalForm, parseReply, textOf, type Reply } from '../support/reply.js';
import { ServerProcess, programUnderTest, referenceProgram } from '../support/server-process.js';

/** The version of Redis that Redwing follows. */
const TARGET = [7, 2];
const FACTS = ['since', 'group', 'doc_flags', 'deprecated_since', 'replaced_by'];
const TIMEOUT_MS = 60_000;

/** A command's map of COMMAND DOCS, field by field. */
type Docs = ReadonlyMap<string, Reply>;

/** Docs of all commands and subcommands by full name. */
type Table = ReadonlyMap<string, Docs>;

let servers: ServerProcess[] = [];
let tables: { protocol: 2 | 3; tested: Table; redis7: Table; redis8: Table }[] = [];

beforeAll(async () => {
  const programs = [programUnderTest(), referenceProgram('7.0'), referenceProgram('8.0')];
  servers = await Promise.all(programs.map((program) => ServerProcess.start(program)));
  tables = await Promise.all(
    ([2, 3] as const).map(async (protocol) => {
      const connections = await Promise.all(servers.map((server) => server.connect(protocol)));
      const [tested, redis7, redis8] = await Promise.all(connections.map(readTable));
      return { protocol, tested, redis7, redis8 };
    }),
  );
}, TIMEOUT_MS);

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

async function readTable(connection: RawConnection): Promise<Table> {
  const found = new Map<string, Docs>();
  collect(parseReply(await connection.command('COMMAND', 'DOCS')), found);
  return found;
}

function collect(reply: Reply, found: Map<string, Docs>): void {
  for (const [name, docs] of pairs(reply)) {
    if (isOwnCommand(name)) continue;
    const fields = new Map(pairs(docs));
    found.set(name, fields);
    const subcommands = fields.get('subcommands');
    if (subcommands !== undefined) collect(subcommands, found);
  }
}

function pairs(reply: Reply): [string, Reply][] {
  const items = reply.items ?? [];
  return items.flatMap((item, at): [string, Reply][] =>
    at % 2 === 0 ? [[textOf(item) ?? '', items[at + 1]]] : [],
  );
}

function form(reply: Reply | undefined): string {
  return reply === undefined ? 'none' : canonicalForm(reply);
}

/** A reply as text, for reports. */
function readable(reply: Reply | undefined): string {
  if (reply?.items === undefined) return textOf(reply) ?? 'none';
  return `${reply.type}[${reply.items.map(readable).join(' ')}]`;
}

/** The versions that a history tells of, in its order. */
function versions(history: Reply | undefined): string[] {
  return (history?.items ?? []).map((change) => textOf(change.items?.[0]) ?? '');
}

function isOfTarget(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major < TARGET[0] || (major === TARGET[0] && minor <= TARGET[1]);
}

/** What is wrong with the prose of a command, or undefined. */
function proseProblem(docs: Docs, redis8: Docs | undefined): string | undefined {
  for (const field of ['summary', 'complexity']) {
    if ((textOf(docs.get(field)) ?? '') === '') return `no ${field}`;
  }
  const history = docs.get('history');
  const told = versions(history);
  const known = versions(redis8?.get('history'));
  if (told.some((version) => !known.includes(version))) return `history tells of ${told.join(' ')}`;
  const missing = known.filter((version) => isOfTarget(version) && !told.includes(version));
  if (missing.length > 0) return `history lacks ${missing.join(' ')}`;
  const hasText = (history?.items ?? []).every((change) => (textOf(change.items?.[1]) ?? '') !== '');
  return hasText ? undefined : 'a change without a text';
}

describe('COMMAND DOCS', () => {
  it('tells the arguments of every command exactly as Redis 8.0 does', () => {
    for (const { protocol, tested, redis8 } of tables) {
      const wrong: string[] = [];
      for (const [name, docs] of tested) {
        const [actual, expected] = [docs.get('arguments'), redis8.get(name)?.get('arguments')];
        if (form(actual) === form(expected)) continue;
        wrong.push(`RESP${protocol} ${name}\nactual: ${readable(actual)}\n8.0:    ${readable(expected)}`);
      }
      expect(wrong.slice(0, 10).join('\n'), `${wrong.length} commands differ`).toBe('');
    }
  });

  it('has arguments for every command for which Redis has some', () => {
    for (const { tested, redis7, redis8 } of tables) {
      const lacking = [...tested].filter(
        ([name, docs]) =>
          !docs.has('arguments') && [redis7, redis8].some((table) => table.get(name)?.has('arguments')),
      );
      expect(lacking.map(([name]) => name)).toEqual([]);
      expect([...tested.values()].filter((docs) => docs.has('arguments')).length).toBeGreaterThan(200);
    }
  });

  it('tells version, group, flags and deprecation as Redis 7.0 or 8.0 does', () => {
    for (const { protocol, tested, redis7, redis8 } of tables) {
      const wrong: string[] = [];
      for (const [name, docs] of tested) {
        const references = [redis7.get(name), redis8.get(name)].filter((one) => one !== undefined);
        for (const field of FACTS) {
          const isProse = field === 'replaced_by';
          const same = (one: Docs): boolean =>
            isProse ? one.has(field) === docs.has(field) : form(one.get(field)) === form(docs.get(field));
          if (!references.some(same)) wrong.push(`RESP${protocol} ${name}: ${field}`);
        }
        if (!references.some((one) => one.has('subcommands') === docs.has('subcommands')))
          wrong.push(`RESP${protocol} ${name}: subcommands`);
      }
      expect(wrong).toEqual([]);
    }
  });

  it('has a summary, a complexity and the history of every command', () => {
    for (const { tested, redis8 } of tables) {
      const wrong = [...tested].map(([name, docs]) => [name, proseProblem(docs, redis8.get(name))] as const);
      expect(wrong.filter(([, problem]) => problem !== undefined)).toEqual([]);
    }
  });

  it('tells the fields in the order in which Redis 8.0 does', () => {
    for (const { tested, redis8 } of tables) {
      for (const [name, docs] of tested) {
        const order = [...(redis8.get(name)?.keys() ?? [])].filter((field) => docs.has(field));
        expect(
          [...docs.keys()].filter((field) => order.includes(field)),
          name,
        ).toEqual(order);
      }
    }
  });

  it('of several names tells of those that there are, in their order', async () => {
    for (const { protocol } of tables) {
      const [tested, , redis8] = await Promise.all(servers.map((server) => server.connect(protocol)));
      const names = async (one: RawConnection): Promise<string[]> =>
        pairs(parseReply(await one.command('COMMAND', 'DOCS', 'SET', 'bogus', 'client|kill', 'get'))).map(
          ([name]) => name,
        );
      expect(await names(tested)).toEqual(await names(redis8));
    }
  });
});
