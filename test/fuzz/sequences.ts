/**
 * Random sequences of commands, each sent to the server under test and to a real Redis in a few writes,
 * compared reply by reply. A sequence that differs is shrunk, and printed with the seed that repeats it. See
 * runs.ts for how long it runs and how a failure is repeated.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { allowedDifferences } from '../differential/allowed-differences.js';
import { encodeCommand } from '../support/command-line.js';
import { differenceError, historyLine, verdict, type AllowedDifference } from '../support/comparison.js';
import type { RawConnection } from '../support/raw-connection.js';
import { canonicalForm, textOf, type Reply } from '../support/reply.js';
import { ServerPair } from '../support/server-pair.js';
import type { ReferenceVersion } from '../support/server-process.js';
import type { Command } from './grammar.js';
import { checkProperty } from './runs.js';

const WRITE_SIZES = [1, 7, 40, 200];
const TEST_TIMEOUT_MS = 24 * 60 * 60 * 1000;
const UNORDERED = new Set('hkeys hvals smembers sinter sunion sdiff spop'.split(' '));

/** Field and value as one, in the canonical form, for a map or the flat array that stands for it in RESP2. */
function sortedPairs(reply: Reply): string {
  const items = (reply.items ?? []).map((item) => canonicalForm(item));
  const pairs = items.flatMap((item, at) => (at % 2 === 0 ? [`${item} ${items[at + 1]}`] : []));
  return `${reply.type}${pairs.sort().join(' ')}`;
}

/** The same cursor, and the same entries behind it in any order. */
function equalScans(expected: Reply, actual: Reply, inPairs: boolean): boolean {
  const [left, right] = [expected, actual].map((reply) => reply.items?.[1] ?? reply);
  const same = inPairs
    ? sortedPairs(left) === sortedPairs(right)
    : canonicalForm(left, true) === canonicalForm(right, true);
  return textOf(expected.items?.[0]) === textOf(actual.items?.[0]) && same;
}

const rules: readonly AllowedDifference[] = [
  ...allowedDifferences,
  {
    name: 'order of SCAN',
    reason: 'SCAN follows the hash table, which is seeded at random',
    applies: (words) => words[0] === 'scan',
    equivalent: (expected, actual) => equalScans(expected, actual, false),
  },
  {
    name: 'order of a collection',
    reason: 'a hashtable has none, and which collections are hashtables depends on the version',
    applies: (words) => UNORDERED.has(words[0]),
    equivalent: (expected, actual) => canonicalForm(expected, true) === canonicalForm(actual, true),
  },
  {
    name: 'order of fields with values',
    reason: 'a hashtable has none',
    applies: (words) => words[0] === 'hgetall',
    equivalent: (expected, actual) => sortedPairs(expected) === sortedPairs(actual),
  },
  {
    name: 'order of a scan',
    reason: 'it follows the hash table, which is seeded at random',
    applies: (words) => words[0] === 'hscan' || words[0] === 'sscan',
    equivalent: (expected, actual, words) => equalScans(expected, actual, words[0] === 'hscan'),
  },
  {
    name: 'what is chosen at random',
    reason: 'any member may be chosen; as many must come, of the same type',
    applies: (words) => ['srandmember', 'hrandfield'].includes(words[0]),
    equivalent: (expected, actual) =>
      expected.type === actual.type &&
      expected.type !== '-' &&
      expected.items?.length === actual.items?.length &&
      (expected.text === undefined) === (actual.text === undefined),
  },
];

/** Declares the tests that compare random `sequences` with Redis `version`, in both protocols. */
export function describeSequences(
  title: string,
  version: ReferenceVersion,
  sequences: fc.Arbitrary<Command[]>,
): void {
  describe(title, () => {
    let pair: ServerPair | undefined;
    beforeAll(async () => {
      pair = await ServerPair.start(version);
    });
    afterAll(async () => {
      await pair?.stop();
    });
    for (const protocol of [2, 3] as const) {
      it(`RESP${protocol}`, { timeout: TEST_TIMEOUT_MS }, async () => {
        const property = fc.asyncProperty(sequences, fc.constantFrom(...WRITE_SIZES), (commands, writeSize) =>
          compareSequence(pair as ServerPair, protocol, commands, writeSize),
        );
        await checkProperty(`${title}, RESP${protocol}`, property, 10_000);
      });
    }
  });
}

async function compareSequence(
  pair: ServerPair,
  protocol: 2 | 3,
  commands: readonly Command[],
  writeSize: number,
): Promise<void> {
  await pair.reset();
  const args = commands.map((words) => words.map((text) => Buffer.from(text, 'latin1')));
  const [reference, tested] = await Promise.all([
    pair.reference.server.connect(protocol),
    pair.tested.server.connect(protocol),
  ]);
  try {
    const [expected, actual] = await Promise.all([
      sendAll(reference, args, writeSize),
      sendAll(tested, args, writeSize),
    ]);
    args.slice(0, comparable(actual)).forEach((command, index) => {
      const [left, right] = [expected[index], actual[index]];
      if (verdict(command, left, right, rules) !== undefined) return;
      throw differenceError({
        context: `RESP${protocol}, ${writeSize} commands a write`,
        history: args.slice(0, index + 1).map(historyLine),
        expectedFrom: pair.reference.server.name,
        actualFrom: pair.tested.server.name,
        expected: left,
        actual: right,
      });
    });
  } finally {
    reference.close();
    tested.close();
  }
}

/**
 * How many replies may be compared. Byte commands may break a HyperLogLog in ways that Redwing refuses and
 * Redis, which does not check whether the registers are covered exactly, works on with: from there on the two
 * keep different bytes.
 */
function comparable(replies: readonly Buffer[]): number {
  const broken = replies.findIndex((reply) => reply.toString('latin1').startsWith('-INVALIDOBJ'));
  return broken < 0 ? replies.length : broken;
}

async function sendAll(
  connection: RawConnection,
  args: readonly Buffer[][],
  writeSize: number,
): Promise<Buffer[]> {
  const replies: Buffer[] = [];
  for (let at = 0; at < args.length; at += writeSize) {
    const batch = args.slice(at, at + writeSize);
    void connection.send(Buffer.concat(batch.map(encodeCommand)));
    replies.push(...(await connection.replies(batch.length)));
  }
  return replies;
}
