/**
 * What random sequences of commands leave in the stream of effects: compared, command by command, with the log of a real
 * Redis that got the same; and, executed again from the append-only file, it must give the same data.
 *
 * Some of the commands come in transactions. Active expiry is off, since it would remove keys at other moments on either
 * server.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCommand } from '../support/command-line.js';
import { shownEffects, withTheirTimes } from '../support/effect-comparison.js';
import { type Effect, type EffectServer, startReference, startTested } from '../support/effect-servers.js';
import type { RawConnection } from '../support/raw-connection.js';
import { parseReply, textOf } from '../support/reply.js';
import { programUnderTest, type ReferenceVersion, ServerProcess } from '../support/server-process.js';
import { hashSequence, listSequence, mixedSequence, setSequence } from './collection-generator.js';
import { commandSequence } from './command-generator.js';
import type { Command } from './grammar.js';
import { checkProperty } from './runs.js';
import { geoSequence, sortedSetSequence, sortSequence } from './sorted-set-generator.js';
import { streamSequence } from './stream-generator.js';

const TEST_TIMEOUT_MS = 24 * 60 * 60 * 1000;
const COMPARE_MS = 4000;
const REPLAY_MS = 4000;
const WRITE_SIZES = [1, 7, 200];

const families: readonly (readonly [string, ReferenceVersion, fc.Arbitrary<Command[]>])[] = [
  ['strings and keys', '7.0', commandSequence],
  ['lists', '7.0', listSequence],
  ['hashes', '8.0', hashSequence],
  ['sets', '8.0', setSequence],
  ['sorted sets', '7.0', sortedSetSequence],
  ['places', '7.0', geoSequence],
  ['SORT', '7.0', sortSequence],
  ['streams', '8.0', streamSequence],
  ['collections together', '8.0', mixedSequence],
];

/** Puts up to three stretches of the commands into transactions. */
function withTransactions(sequences: fc.Arbitrary<Command[]>): fc.Arbitrary<Command[]> {
  const places = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 0, max: 6 })), { maxLength: 3 });
  return fc.tuple(sequences, places).map(([commands, stretches]) => {
    const result: Command[] = [];
    let open = 0;
    commands.forEach((command, i) => {
      const begun = stretches.find(([at]) => at === i);
      if (open === 0 && begun !== undefined) {
        result.push(['multi']);
        open = begun[1] + 1;
      }
      result.push(command);
      if (open > 0 && --open === 0) result.push(['exec']);
    });
    if (open > 0) result.push(['exec']);
    return result;
  });
}

function encoded(commands: readonly Command[]): Buffer {
  return Buffer.concat(
    commands.map((words) => encodeCommand(words.map((text) => Buffer.from(text, 'latin1')))),
  );
}

async function sendAll(
  connection: RawConnection,
  commands: readonly Command[],
  size: number,
): Promise<Buffer[]> {
  const replies: Buffer[] = [];
  for (let at = 0; at < commands.length; at += size) {
    const batch = commands.slice(at, at + size);
    await connection.send(encoded(batch));
    replies.push(...(await connection.replies(batch.length)));
  }
  return replies;
}

/** HINCRBYFLOAT leaves HSET, unless the field expires; Redis 8.0 leaves HSETEX KEEPTTL. */
function asHset(effect: Effect): Effect {
  if (effect[0] !== 'HSETEX' || effect[2] !== 'KEEPTTL') return effect;
  return ['HSET', effect[1] ?? '', ...effect.slice(5)];
}

/** What Redis does not tell of: consumers that read nothing, and BITFIELD that made a string longer and failed. */
function isOurs(effect: Effect): boolean {
  if (effect[0] === 'XGROUP' && effect[1] === 'CREATECONSUMER') return true;
  return effect[0]?.toUpperCase() === 'BITFIELD' && effect.some((text) => text.toUpperCase() === 'FAIL');
}

/** Effects in units, without consumers that came to be: Redis forgets those that read nothing. */
function comparable(effects: readonly Effect[]): Effect[] {
  const result: Effect[] = [];
  let unit: Effect[] | null = null;
  for (const effect of effects.map(asHset)) {
    if (effect[0] === 'MULTI') unit = [];
    else if (effect[0] === 'EXEC' && unit !== null) {
      if (unit.length > 1) result.push(['MULTI'], ...unit, ['EXEC']);
      else result.push(...unit);
      unit = null;
    } else if (!isOurs(effect)) (unit ?? result).push(effect);
  }
  return result;
}

function isAbort(reply: Buffer): boolean {
  return reply.toString('latin1').startsWith('-EXECABORT');
}

async function compare(servers: readonly EffectServer[], commands: readonly Command[]): Promise<void> {
  const setup: Command[] = [['flushall'], ['select', '0'], ['debug', 'set-active-expire', '0']];
  const results: { replies: Buffer[]; effects: Effect[] }[] = [];
  for (const server of servers) {
    const connection = await server.connect();
    await sendAll(connection, setup, 3);
    await server.take();
    const replies = await sendAll(connection, commands, 1);
    results.push({ replies, effects: comparable(await server.take()) });
    connection.close();
  }
  const [ours, theirs] = results;
  if (ours === undefined || theirs === undefined) throw new Error('no servers');
  // From a broken HyperLogLog on, which Redis works on with, the data differs.
  if (ours.replies.some((reply) => reply.toString('latin1').startsWith('-INVALIDOBJ'))) return;
  // A transaction with a form of a command that only one of them knows.
  const aborted = [ours, theirs].map(({ replies }) => replies.filter(isAbort).length);
  if (aborted[0] !== aborted[1]) return;
  expect(shownEffects(withTheirTimes(ours.effects, theirs.effects))).toEqual(shownEffects(theirs.effects));
}

for (const version of ['7.0', '8.0'] as const) {
  describe(`effects of random sequences, compared with Redis ${version}`, () => {
    let servers: EffectServer[] = [];
    beforeAll(async () => {
      servers = [await startTested(), await startReference(version)];
    });
    afterAll(async () => {
      await Promise.all(servers.map((server) => server.stop()));
    });
    for (const [name, reference, sequences] of families) {
      if (reference !== version) continue;
      it(name, { timeout: TEST_TIMEOUT_MS }, async () => {
        const property = fc.asyncProperty(withTransactions(sequences), (commands) =>
          compare(servers, commands),
        );
        await checkProperty(`effects of ${name}`, property, COMPARE_MS);
      });
    }
  });
}

describe('effects of random sequences, executed again', () => {
  let server: ServerProcess | undefined;
  let connection: RawConnection | undefined;
  beforeAll(async () => {
    const options = '--appendonly yes --appendfsync no --enable-debug-command yes';
    server = await ServerProcess.start(programUnderTest(), options.split(' '));
    connection = await server.connect();
  });
  afterAll(async () => {
    connection?.close();
    await server?.stop();
  });

  const replay = async (commands: readonly Command[], size: number): Promise<void> => {
    if (connection === undefined) throw new Error('no server');
    const setup: Command[] = [['flushall'], ['select', '0'], ['debug', 'set-active-expire', '0']];
    await sendAll(connection, [...setup, ...commands], size);
    const ask = async (...words: string[]): Promise<string | null> =>
      textOf(parseReply((await connection?.command(...words)) ?? Buffer.alloc(0)));
    const before = await ask('debug', 'digest');
    expect(await ask('debug', 'loadaof')).toBe('OK');
    expect(await ask('debug', 'digest')).toBe(before);
  };

  for (const [name, , sequences] of families) {
    it(name, { timeout: TEST_TIMEOUT_MS }, async () => {
      const property = fc.asyncProperty(withTransactions(sequences), fc.constantFrom(...WRITE_SIZES), replay);
      await checkProperty(`effects of ${name}, executed again`, property, REPLAY_MS);
    });
  }
});
