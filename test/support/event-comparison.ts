/**
 * Compares what two servers tell of the changes that commands make: the events of keys that subscribers receive, and
 * whether a client that watches the keys of a command is spoiled by it. The commands are those of the differential
 * cases, whose replies are compared elsewhere.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { encodeCommand } from './command-line.js';
import { quoteCommand } from './readable-bytes.js';
import { parseReply, textOf } from './reply.js';
import type { RawConnection } from './raw-connection.js';
import { type DifferentialCase, ServerPair, type Side } from './server-pair.js';
import type { ReferenceVersion } from './server-process.js';
import { argumentsOf, isAction, type Session, type Step } from './steps.js';

const MARKER = '__keyevent@marker__:step';
/** Keys that a server removes by itself do so when they are met, or some time before. */
const UNTIMED: readonly string[] = ['expired', 'hexpired'];
/** Arguments behind the name that are watched, whether they are keys or not. */
const WATCHED = 4;
const FAULTS_MAX = 12;

/** One side with the connections that observe it. */
interface Observer {
  readonly side: Side;
  readonly events: RawConnection;
  readonly watcher: RawConnection;
  readonly publisher: RawConnection;
}

async function observe(side: Side): Promise<Observer> {
  const events = await side.server.connect();
  await events.command('PSUBSCRIBE', '__key*@*');
  return { side, events, watcher: await side.server.connect(), publisher: await side.server.connect() };
}

/** The events since the last time, as "channel message". */
async function takeEvents({ events, publisher }: Observer): Promise<string[]> {
  await publisher.command('PUBLISH', MARKER, '');
  const found: string[] = [];
  for (;;) {
    const [, , channel, message] = (parseReply(await events.reply()).items ?? []).map(textOf);
    if (channel === MARKER) return found;
    const isTimed = !UNTIMED.some((event) => message === event || channel?.endsWith(`:${event}`));
    if (isTimed) found.push(`${channel ?? ''} ${message ?? ''}`);
  }
}

/** Runs a step; the events it caused, and whether a transaction that watched its arguments was spoiled. */
async function traceOf(step: Step, observer: Observer, session: Session): Promise<string> {
  const args = argumentsOf(step);
  const watched = args?.slice(1, 1 + WATCHED) ?? [];
  const { watcher } = observer;
  if (watched.length > 0) await watcher.command('WATCH', ...watched);
  try {
    if (isAction(step)) await step.run(session);
    else {
      void session.connection.send(encodeCommand(args ?? []));
      await session.connection.reply();
    }
  } catch {
    // Whether it is replied to at all is compared elsewhere.
  }
  if (watched.length > 0)
    void watcher.send(
      Buffer.concat([encodeCommand([Buffer.from('MULTI')]), encodeCommand([Buffer.from('EXEC')])]),
    );
  const events = await takeEvents(observer);
  if (watched.length === 0) return events.join('\n');
  const [, executed] = await watcher.replies(2);
  return [...events, `watched: ${executed?.toString('latin1').trim() ?? ''}`].join('\n');
}

async function compareCase(
  test: DifferentialCase,
  pair: ServerPair,
  observers: readonly Observer[],
  faults: string[],
): Promise<void> {
  await pair.reset();
  await Promise.all(observers.map(takeEvents));
  const sessions = await Promise.all(
    observers.map(async ({ side }): Promise<Session> => {
      const connection = await side.server.connect(2);
      return { server: side.server, control: side.control, connection, protocol: 2, others: new Map() };
    }),
  );
  const history: string[] = [];
  for (const step of test.steps) {
    const args = argumentsOf(step);
    history.push(args === undefined ? (step as { label: string }).label : quoteCommand(args));
    const traces = await Promise.all(observers.map((observer, i) => traceOf(step, observer, sessions[i])));
    if (traces[0] === traces[1]) continue;
    const said = traces.map((trace) => trace.replaceAll('\n', ' | '));
    faults.push(
      `${test.title}\n  ${history.slice(-8).join('\n  ')}\n    expected ${said[0]}\n    actual   ${said[1]}`,
    );
    break;
  }
  for (const session of sessions) {
    session.connection.close();
    for (const other of session.others.values()) other.close();
  }
}

/** Whether a case lets time pass: then keys may expire before or behind a step. */
function isTimed(test: DifferentialCase): boolean {
  return test.steps.some((step) => isAction(step) && step.label.startsWith('(pause'));
}

/** Declares one test of all cases of a family for each Redis that they are to be compared with. */
export function describeEvents(family: string, cases: readonly DifferentialCase[]): void {
  for (const version of ['7.0', '8.0'] as const) {
    const chosen = cases.filter((test) => (test.reference ?? '7.0') === version && !isTimed(test));
    if (chosen.length > 0)
      describe(`events of ${family}, like Redis ${version}`, () => declare(version, chosen));
  }
}

function declare(version: ReferenceVersion, cases: readonly DifferentialCase[]): void {
  let pair: ServerPair | undefined;
  beforeAll(async () => {
    pair = await ServerPair.start(version, ['--notify-keyspace-events', 'KEAnm']);
  });
  afterAll(async () => {
    await pair?.stop();
  });
  it(`${cases.length} cases`, { timeout: 300_000 }, async () => {
    const started = pair as ServerPair;
    const observers = await Promise.all([observe(started.reference), observe(started.tested)]);
    const faults: string[] = [];
    for (const test of cases) {
      await compareCase(test, started, observers, faults);
      if (faults.length >= FAULTS_MAX) break;
    }
    if (faults.length > 0) throw new Error(`events differ:\n${faults.join('\n')}`);
  });
}
