/**
 * Random commands of three connections, with transactions and with clients that wait, sent to the server under test and to
 * Redis 8.0, which serves waiting clients as 7.2 does. Behind each write, what every connection has received must be the
 * same: who was served, with what, and in which order. See runs.ts for how long this runs and how a failure is repeated.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { encodeCommand } from '../support/command-line.js';
import { differenceError } from '../support/comparison.js';
import { settle } from '../support/steps.js';
import { ServerPair, type Side } from '../support/server-pair.js';
import { type Command, command, word } from './grammar.js';
import { checkProperty } from './runs.js';

const CONNECTIONS = 3;
const TEST_TIMEOUT_MS = 24 * 60 * 60 * 1000;

const list = word('a', 'b');
const key = word('a', 'b', 'z', 's');
const end = word('LEFT', 'RIGHT');
const database = word('0', '1');
const item = word('1', '2', '3');

const transactions: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: command('MULTI') },
  { weight: 4, arbitrary: command('EXEC') },
  command('DISCARD'),
  { weight: 3, arbitrary: command('WATCH', key) },
  command('UNWATCH'),
  command('NOSUCH'),
);

const waits: fc.Arbitrary<Command> = fc.oneof(
  command('BLPOP', list, key, word('0')),
  command('BRPOP', list, word('0')),
  command('BLMOVE', list, list, end, end, word('0')),
  command('BRPOPLPUSH', list, list, word('0')),
  command('BLMPOP', word('0'), word('2'), list, list, end, word('COUNT'), item),
  command('BZPOPMIN', word('z'), word('0')),
  command('BZPOPMAX', key, word('z'), word('0')),
  command('BZMPOP', word('0'), word('1'), word('z'), word('MIN')),
  command('XREAD', word('BLOCK'), word('0'), word('STREAMS'), word('s'), word('$', '0', '2-0')),
  command('XREADGROUP', ...['GROUP', 'g', 'c', 'BLOCK', '0', 'STREAMS', 's', '>'].map((text) => word(text))),
);

const changes: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: command('RPUSH', list, item, item) },
  { weight: 2, arbitrary: command('LPUSH', list, item) },
  command('LPOP', list),
  command('LMOVE', list, list, end, end),
  { weight: 2, arbitrary: command('ZADD', word('z'), item, item) },
  command('ZPOPMIN', word('z')),
  { weight: 2, arbitrary: command('XADD', word('s'), word('1-*', '2-*'), word('f'), item) },
  command('XGROUP', word('CREATE'), word('s'), word('g'), word('$', '0'), word('MKSTREAM')),
  command('XGROUP', word('DESTROY'), word('s'), word('g')),
  command('SET', key, item),
  { weight: 2, arbitrary: command('DEL', key) },
  command('RENAME', key, key),
  command('COPY', key, key, word('REPLACE')),
  command('MOVE', key, database),
  command('SORT', list, word('STORE'), list),
  command('ZUNIONSTORE', word('z'), word('1'), key),
  command('SELECT', database),
  command('SWAPDB', database, database),
  // Without the word Redis 8.0 replies when another thread has emptied it.
  command('FLUSHDB', word('ASYNC')),
  command('EXPIRE', key, word('100', '-1')),
);

const looks: fc.Arbitrary<Command> = fc.oneof(
  command('LRANGE', list, word('0'), word('-1')),
  command('EXISTS', key, key),
  command('TYPE', key),
  command('PING'),
);

/** What one connection sends in one write. */
interface Write {
  readonly from: number;
  readonly commands: readonly Command[];
}

const write: fc.Arbitrary<Write> = fc.record({
  from: fc.nat({ max: CONNECTIONS - 1 }),
  commands: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: transactions },
      { weight: 2, arbitrary: waits },
      { weight: 5, arbitrary: changes },
      { weight: 1, arbitrary: looks },
    ),
    { minLength: 1, maxLength: 4 },
  ),
});

describe('random commands of several connections', () => {
  let pair: ServerPair | undefined;
  beforeAll(async () => {
    pair = await ServerPair.start('8.0');
  });
  afterAll(async () => {
    await pair?.stop();
  });
  for (const protocol of [2, 3] as const) {
    it(`RESP${protocol}`, { timeout: TEST_TIMEOUT_MS }, async () => {
      const writes = fc.array(write, { minLength: 2, maxLength: 25 });
      const property = fc.asyncProperty(writes, (all) => compare(pair as ServerPair, protocol, all));
      await checkProperty(`several connections, RESP${protocol}`, property, 10_000);
    });
  }
});

async function compare(pair: ServerPair, protocol: 2 | 3, writes: readonly Write[]): Promise<void> {
  const [expected, actual] = await Promise.all(
    [pair.reference, pair.tested].map((side) => received(side, protocol, writes)),
  );
  const history: string[] = [];
  for (const [i, { from, commands }] of writes.entries()) {
    history.push(`[${from}] ${commands.map((words) => words.join(' ')).join(' | ')}`);
    if (expected[i].equals(actual[i])) continue;
    throw differenceError({
      context: `RESP${protocol}`,
      history,
      expectedFrom: pair.reference.server.name,
      actualFrom: pair.tested.server.name,
      expected: expected[i],
      actual: actual[i],
    });
  }
}

/** Behind each write, what all connections of one server have received. */
async function received(
  { server, control }: Side,
  protocol: 2 | 3,
  writes: readonly Write[],
): Promise<readonly Buffer[]> {
  // Clients of the last run may still wait for keys.
  await control.command('CLIENT', 'KILL', 'TYPE', 'normal');
  await control.command('FLUSHALL');
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => server.connect(protocol)));
  const all: Buffer[] = [];
  for (const { from, commands } of writes) {
    const frames = commands.map((words) => encodeCommand(words.map((text) => Buffer.from(text))));
    await connections[from].send(Buffer.concat(frames));
    for (const connection of connections) await settle(control, connection);
    const parts = connections.map((connection, i) => [Buffer.from(`[${i}] `), connection.takeBytes()]);
    all.push(Buffer.concat(parts.flat()));
  }
  for (const connection of connections) connection.close();
  return all;
}
