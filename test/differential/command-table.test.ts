/**
 * The command table of the server under test against those of Redis 7.0 and 8.0.
 *
 * Redwing's target lies between the two versions, so an entry is right when either of them has the same:
 * arity, flags, key positions, ACL categories, tips and key specifications, in RESP2 and RESP3. Two things
 * are left aside: the order of subcommands, which is that of a hash table, and what `notes` in key
 * specifications say, which is prose.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOwnCommand } from '../support/own-commands.js';
import type { RawConnection } from '../support/raw-connection.js';
import { canonicalForm, numberOf, parseReply, textOf, type Reply } from '../support/reply.js';
import { ServerProcess, programUnderTest, referenceProgram } from '../support/server-process.js';

const KEY_SPECS_INDEX = 8;
const CATEGORIES = [
  'keyspace', 'read', 'write', 'set', 'sortedset', 'list', 'hash', 'string', 'bitmap', 'hyperloglog', 'geo',
    'stream', 'pubsub', 'admin',
  'fast', 'slow', 'blocking', 'dangerous', 'connection', 'transaction', 'scripting',
]; // prettier-ignore
const PATTERNS = [
  '*', 'g*', '*set*', 'GET*', 'client|*', '*|get', '[ab]*', '?ing', 'config*', '*|*', 'CLIENT|K*', 'x[a-i]*',
  '*|help', 'h?et', 'a**', '[', '',
]; // prettier-ignore

let servers: ServerProcess[] = [];
let tables: { protocol: 2 | 3; tested: RawConnection; references: RawConnection[] }[] = [];

beforeAll(async () => {
  const programs = [programUnderTest(), referenceProgram('7.0'), referenceProgram('8.0')];
  servers = await Promise.all(programs.map((program) => ServerProcess.start(program)));
  tables = await Promise.all(
    ([2, 3] as const).map(async (protocol) => {
      const [tested, ...references] = await Promise.all(servers.map((server) => server.connect(protocol)));
      return { protocol, tested: tested, references };
    }),
  );
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

async function ask(connection: RawConnection, ...args: readonly string[]): Promise<Reply> {
  return parseReply(await connection.command(...args));
}

async function list(connection: RawConnection, ...filter: readonly string[]): Promise<string[]> {
  const reply = await ask(connection, 'COMMAND', 'LIST', ...filter);
  return (reply.items ?? []).map((item) => (textOf(item) ?? '').toLowerCase()).sort();
}

/** A command's entry without its subcommands and the words of its notes on keys, one field a line. */
function comparable(entry: Reply | undefined): string {
  const fields = entry?.items ?? [];
  const own = fields.slice(0, KEY_SPECS_INDEX + 1).map((field, index) => {
    if (index !== KEY_SPECS_INDEX) return canonicalForm(field);
    return (field.items ?? []).map((spec) => canonicalForm(withBlankNotes(spec))).join(' ');
  });
  const subcommands = (fields[KEY_SPECS_INDEX + 1]?.items ?? [])
    .map((sub) => textOf(sub.items?.[0]) ?? '')
    .sort();
  return readable(
    [...own, `${entry?.type} of ${fields.length}, subcommands: ${subcommands.length > 0}`].join('\n'),
  );
}

function withBlankNotes(spec: Reply): Reply {
  const all = spec.items ?? [];
  const items = all.map((item, at) => (textOf(all[at - 1]) === 'notes' ? { type: item.type } : item));
  return { type: spec.type, items };
}

/** The hexadecimal of a canonical form as text. */
function readable(form: string): string {
  return form.replace(
    /([$+:])((?:[0-9a-f]{2})+)/g,
    (_, type: string, hex: string) => `${type}${Buffer.from(hex, 'hex').toString()}`,
  );
}

describe('the command table', () => {
  it('COMMAND INFO of every command is as Redis 7.0 or 8.0 says', async () => {
    const wrong: string[] = [];
    for (const { protocol, tested, references } of tables) {
      for (const name of (await list(tested)).filter((one) => !isOwnCommand(one))) {
        const [actual, ...expected] = await Promise.all(
          [tested, ...references].map(async (one) =>
            comparable((await ask(one, 'COMMAND', 'INFO', name)).items?.[0]),
          ),
        );
        if (expected.includes(actual)) continue;
        wrong.push(
          `RESP${protocol} ${name}\nactual:\n${actual}\n7.0:\n${expected[0]}\n8.0:\n${expected[1]}\n`,
        );
      }
    }
    expect(wrong.slice(0, 10).join('\n'), `${wrong.length} entries differ`).toBe('');
  });

  it('COMMAND, COMMAND INFO and COMMAND COUNT agree on the commands there are', async () => {
    for (const { tested } of tables) {
      const top = (await list(tested)).filter((name) => !name.includes('|'));
      const names = (reply: Reply): string[] =>
        (reply.items ?? []).map((entry) => (textOf(entry.items?.[0]) ?? '').toLowerCase()).sort();
      expect(names(await ask(tested, 'COMMAND'))).toEqual(top);
      expect(names(await ask(tested, 'COMMAND', 'INFO'))).toEqual(top);
      expect(numberOf(await ask(tested, 'COMMAND', 'COUNT'))).toBe(top.length);
    }
  });

  it('COMMAND INFO gives null among known names', async () => {
    for (const { tested, references } of tables) {
      const shape = async (one: RawConnection): Promise<string> =>
        ((await ask(one, 'COMMAND', 'INFO', 'get', 'bogus', 'GET')).items ?? [])
          .map((item) => `${item.type}${item.items?.length ?? 'null'}`)
          .join(' ');
      expect(await shape(tested)).toBe(await shape(references[0]));
    }
  });

  it('COMMAND LIST filters as Redis does, of the commands there are', async () => {
    for (const { tested, references } of tables) {
      const known = new Set(await list(tested));
      const filters = [
        ...CATEGORIES.map((category) => ['ACLCAT', category]),
        ...PATTERNS.map((pattern) => ['PATTERN', pattern]),
        ['MODULE', '*'],
      ];
      for (const filter of filters) {
        const actual = (await list(tested, 'FILTERBY', ...filter)).filter((one) => !isOwnCommand(one));
        const expected = await Promise.all(references.map((one) => list(one, 'FILTERBY', ...filter)));
        const allowed = expected.map((names) => names.filter((name) => known.has(name)).join(' '));
        expect(allowed, `COMMAND LIST FILTERBY ${filter.join(' ')}`).toContain(actual.join(' '));
      }
    }
  });
});
