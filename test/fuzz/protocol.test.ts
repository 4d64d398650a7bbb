/**
 * Valid and broken traffic, cut at random places and sent with pauses: the server under test must answer with
 * the bytes of Redis 7.0 and keep or close the connection as it does. Then traffic that is large: arguments
 * of many megabytes, ten thousand commands in one write.
 *
 * Broken traffic is kept below one read of Redis (16 KB), and nothing is sent to a connection that may just
 * have been closed: a reset would throw away replies that are still on their way, on any server.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCommand, parseCommandLine } from '../support/command-line.js';
import { differenceError } from '../support/comparison.js';
import { quoteAround } from '../support/readable-bytes.js';
import type { RawConnection } from '../support/raw-connection.js';
import { ServerPair, type Side } from '../support/server-pair.js';
import { settle } from '../support/steps.js';
import { checkProperty } from './runs.js';

const TEST_TIMEOUT_MS = 24 * 60 * 60 * 1000;
const MEGABYTE = 1024 * 1024;

const validCommand = fc
  .constantFrom(
    'PING', 'PING hello', 'SET k v', 'GET k', 'INCR n', 'APPEND s xyz', 'MGET k n s nokey', 'DEL k n',
      'ECHO ""', 'BOGUS a b', 'GET', 'SET k "\\x00\\r\\n"', 'ECHO "*1\\r\\n$4\\r\\nPING\\r\\n"',
      'EXISTS k s n', 'STRLEN s',
  )
  .map((line) => encodeCommand(parseCommandLine(line)).toString('latin1')); // prettier-ignore
const longCommand = fc
  .integer({ min: 100, max: 3000 })
  .map((length) => encodeCommand([Buffer.from('ECHO'), Buffer.alloc(length, 'r')]).toString('latin1'));
const inlineCommand = fc.constantFrom(
  'PING\r\n', 'PING\n', '  PING \r\n', 'SET k "a b"\r\n', "SET k 'a b'\r\n", 'GET k\r\n',
    'ECHO "\\x41\\n"\r\n', '\r\n', '\n', 'BOGUS x\r\n', 'INCR n\n', '\t\r\n', 'ECHO a\0b\r\n', '*0\r\n',
    '*-1\r\n', '+PING\r\n',
); // prettier-ignore
const brokenPiece = fc.oneof(
  fc.constantFrom(
    '*x\r\n', '*\r\n', '*1048577\r\n', '*99999999999999999999\r\n', '*1\r\n$-1\r\n', '*1\r\n$x\r\n',
      '*1\r\nPING\r\n', '*1\r\n$4\r\nPINGxx', '*1\r\n$99999999999\r\n', '*2\r\n$4\r\nPING\r\n', '*1\r\n$',
      '*', '$', '*1\r\n$4\r\nPI',
    'SET k "open\r\n', "SET k 'open\r\n", 'SET k "a"b\r\n', '*1\r$4\r\nPING\r\n', '*1\n$4\nPING\n',
      '\0\0\0\0', '\0\r\n', '\r', '*1\r\n\r\n', '*-5\r\n', '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'QUIT\r\n',
  ),
  fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
); // prettier-ignore

const validTraffic = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: validCommand },
    { weight: 2, arbitrary: inlineCommand },
    { weight: 1, arbitrary: longCommand },
  ),
  { minLength: 1, maxLength: 30 },
);
const brokenTraffic = fc
  .tuple(fc.array(fc.oneof(validCommand, inlineCommand), { maxLength: 5 }), fc.array(fc.oneof(brokenPiece,
    validCommand, inlineCommand), { minLength: 1, maxLength: 6 }))
  .map(([before, after]) => [...before, ...after]); // prettier-ignore
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

let pair: ServerPair;
beforeAll(async () => {
  pair = await ServerPair.start('7.0');
});
afterAll(async () => {
  await pair.stop();
});

/** Cuts traffic at the given fractions of its length. */
function segmentsOf(traffic: Buffer, fractions: readonly number[]): Buffer[] {
  const offsets = [...fractions.map((fraction) => Math.floor(fraction * traffic.length)), 0, traffic.length];
  const sorted = [...new Set(offsets)].sort((left, right) => left - right);
  return sorted.slice(1).map((end, index) => traffic.subarray(sorted[index], end));
}

/** Sends the segments, waiting for the server behind each when `patient`; what came back, and the fate. */
async function answerTo(
  side: Side,
  segments: readonly Buffer[],
  protocol: 2 | 3,
  patient: boolean,
): Promise<Buffer> {
  const connection = await side.server.connect(protocol);
  try {
    for (const [index, segment] of segments.entries()) {
      if (connection.fate === 'closed') break;
      await connection.send(segment);
      if (patient) await settle(side.control, connection);
      else if (index % 2 === 0) await new Promise((done) => setImmediate(done));
    }
    await settle(side.control, connection);
    return Buffer.concat([connection.takeBytes(), Buffer.from(`<${connection.fate}>`)]);
  } finally {
    connection.close();
  }
}

/** Replies without the version and the connection's id, which HELLO tells and broken traffic may ask for. */
function withoutIdentity(answer: Buffer): string {
  return answer
    .toString('latin1')
    .replace(/(\$7\r\nversion\r\n)\$\d+\r\n[\d.]+/g, '$1')
    .replace(/(\$2\r\nid\r\n):\d+/g, '$1');
}

async function compareTraffic(
  pieces: readonly string[],
  fractions: readonly number[],
  protocol: 2 | 3,
  patient: boolean,
): Promise<void> {
  await pair.reset();
  const segments = segmentsOf(Buffer.from(pieces.join(''), 'latin1'), fractions);
  const [expected, actual] = await Promise.all([
    answerTo(pair.reference, segments, protocol, patient),
    answerTo(pair.tested, segments, protocol, patient),
  ]);
  if (withoutIdentity(expected) === withoutIdentity(actual)) return;
  throw differenceError({
    context: `RESP${protocol}, segments as listed`,
    history: segments.map((segment) => quoteAround(segment)),
    expectedFrom: pair.reference.server.name,
    actualFrom: pair.tested.server.name,
    expected,
    actual,
  });
}

describe('traffic cut at random places', () => {
  for (const protocol of [2, 3] as const) {
    for (const [kind, traffic, patient] of [
      ['valid', validTraffic, false],
      ['valid, with pauses,', validTraffic, true],
      ['broken', brokenTraffic, true],
    ] as const) {
      it(`${kind} in RESP${protocol}`, { timeout: TEST_TIMEOUT_MS }, async () => {
        const property = fc.asyncProperty(traffic, cuts, (pieces, fractions) =>
          compareTraffic(pieces, fractions, protocol, patient),
        );
        await checkProperty(`${kind} traffic, RESP${protocol}`, property, 3_000);
      });
    }
  }
});

/** Sends `bytes` to both servers and compares `count` replies one by one. */
async function compareReplies(bytes: Buffer, count: number, title: string): Promise<Buffer[]> {
  await pair.reset();
  const connections = await Promise.all([pair.reference.server.connect(), pair.tested.server.connect()]);
  try {
    const answers = await Promise.all(
      connections.map((connection: RawConnection) => {
        void connection.send(bytes);
        return connection.replies(count);
      }),
    );
    const [expected, actual] = answers as [Buffer[], Buffer[]];
    for (const [index, reply] of expected.entries()) {
      const other = actual[index];
      if (reply.equals(other)) continue;
      throw differenceError({
        context: `reply ${index} of ${count}`,
        history: [title],
        expectedFrom: pair.reference.server.name,
        actualFrom: pair.tested.server.name,
        expected: reply,
        actual: other,
      });
    }
    return actual;
  } finally {
    for (const connection of connections) connection.close();
  }
}

function encodeLines(...commands: readonly (readonly (string | Buffer)[])[]): Buffer {
  return Buffer.concat(commands.map((words) => encodeCommand(words.map((one) => Buffer.from(one)))));
}

describe('large traffic', () => {
  for (const size of [16 * 1024 - 1, 32 * 1024, 64 * 1024 + 1, MEGABYTE, 20 * MEGABYTE]) {
    it(`values of ${size} bytes`, async () => {
      const value = Buffer.alloc(size, 'abcdefghij\r\n\0$*');
      const bytes = encodeLines(
        ['SET', 'k', value], ['GET', 'k'], ['STRLEN', 'k'], ['APPEND', 'k', value], ['GETRANGE', 'k', '-5',
          '-1'], ['ECHO', value], ['MSET', 'a', value, 'b', 'small'], ['MGET', 'a', 'b', 'a'], ['GETSET',
          'a', 'x'], ['PING'],
      ); // prettier-ignore
      await compareReplies(bytes, 10, `ten commands with ${size} bytes`);
    });
  }

  it('a key of a megabyte', async () => {
    const name = Buffer.alloc(MEGABYTE, 'k');
    const bytes = encodeLines(
      ['SET', name, 'v'],
      ['GET', name],
      ['RENAME', name, 'short'],
      ['GET', 'short'],
      ['EXISTS', name],
    );
    await compareReplies(bytes, 5, 'a key of a megabyte');
  });

  it('10,000 commands in one write', async () => {
    const commands = Array.from({ length: 10_000 }, (_, index) => {
      const forms = [
        ['SET', `k${index % 97}`, `${index}`],
        ['GET', `k${index % 89}`],
        ['INCR', 'n'],
        ['ECHO', `${index}`],
        ['GET'],
      ];
      return forms[index % forms.length];
    });
    const replies = await compareReplies(encodeLines(...commands), commands.length, '10,000 commands');
    expect(replies[9_998]?.toString()).toBe('$4\r\n9998\r\n');
  });

  it('10,000 commands of which each reads a long value', async () => {
    const commands = [['SET', 'k', 'v'.repeat(2_000)], ...Array.from({ length: 9_999 }, () => ['GET', 'k'])];
    await compareReplies(encodeLines(...commands), commands.length, '10,000 long replies');
  });

  it('a command of 100,000 arguments', async () => {
    const words = Array.from({ length: 50_000 }, (_, index) => [`k${index}`, `${index}`]).flat();
    await compareReplies(
      encodeLines(['MSET', ...words], ['DBSIZE'], ['MGET', ...words]),
      3,
      '100,000 arguments',
    );
  });

  it('a large value cut into small segments', async () => {
    const bytes = encodeLines(['SET', 'k', Buffer.alloc(300_000, 'xyz')], ['GET', 'k'], ['PING']);
    const segments = Array.from({ length: Math.ceil(bytes.length / 1_000) }, (_, index) =>
      bytes.subarray(index * 1_000, (index + 1) * 1_000),
    );
    const [expected, actual] = await Promise.all([
      answerTo(pair.reference, segments, 2, false),
      answerTo(pair.tested, segments, 2, false),
    ]);
    expect(actual.equals(expected)).toBe(true);
  });

  it('a client that does not read its replies is served when it does', async () => {
    const bytes = encodeLines(
      ['SET', 'k', Buffer.alloc(MEGABYTE, 'r')],
      ...Array.from({ length: 30 }, () => ['GET', 'k']),
    );
    await compareReplies(bytes, 31, 'thirty megabytes of replies');
  });
});
