/**
 * Compares how many changes two servers count (rdb_changes_since_last_save of INFO) for each of the differential cases,
 * whose replies are compared elsewhere.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { encodeCommand } from './command-line.js';
import type { RawConnection } from './raw-connection.js';
import { parseReply, textOf } from './reply.js';
import { type DifferentialCase, ServerPair, type Side } from './server-pair.js';
import type { ReferenceVersion } from './server-process.js';
import { argumentsOf, isAction, type Session, type Step } from './steps.js';
import { nameOf } from './tables.js';

const FAULTS_MAX = 12;

async function changesOf(connection: RawConnection): Promise<number> {
  const info = textOf(parseReply(await connection.command('INFO', 'persistence'))) ?? '';
  return Number(/rdb_changes_since_last_save:(\d+)/.exec(info)?.[1]);
}

/** Runs the steps of a case; how many changes the server counts with them. */
async function changesIn(test: DifferentialCase, session: Session): Promise<number> {
  const before = await changesOf(session.control);
  for (const step of test.steps) await run(step, session);
  return (await changesOf(session.control)) - before;
}

async function run(step: Step, session: Session): Promise<void> {
  try {
    if (isAction(step)) await step.run(session);
    else {
      void session.connection.send(encodeCommand(argumentsOf(step) ?? []));
      await session.connection.reply();
    }
  } catch {
    // Whether it is replied to at all is compared elsewhere.
  }
}

async function openSession(side: Side): Promise<Session> {
  const connection = await side.server.connect(2);
  return { server: side.server, control: side.control, connection, protocol: 2, others: new Map() };
}

/** What is to be said of a case that the servers count differently; undefined: nothing. */
async function faultOf(test: DifferentialCase, pair: ServerPair): Promise<string | undefined> {
  await pair.reset();
  const sessions = [await openSession(pair.reference), await openSession(pair.tested)];
  try {
    const [expected, actual] = await Promise.all(sessions.map((session) => changesIn(test, session)));
    if (expected === actual) return undefined;
    return `${test.title}\n  ${test.steps.map(nameOf).join('\n  ')}\n    expected ${expected}, actual ${actual}`;
  } finally {
    for (const session of sessions) {
      session.connection.close();
      for (const other of session.others.values()) other.close();
    }
  }
}

/** Declares one test of all cases of a family for each Redis that they are to be compared with. */
export function describeChanges(family: string, cases: readonly DifferentialCase[]): void {
  for (const version of ['7.0', '8.0'] as const) {
    const chosen = cases.filter((test) => (test.reference ?? '7.0') === version);
    if (chosen.length > 0)
      describe(`changes by ${family}, like Redis ${version}`, () => declare(version, chosen));
  }
}

function declare(version: ReferenceVersion, cases: readonly DifferentialCase[]): void {
  let pair: ServerPair | undefined;
  beforeAll(async () => {
    pair = await ServerPair.start(version);
  });
  afterAll(async () => {
    await pair?.stop();
  });
  it(`${cases.length} cases`, { timeout: 300_000 }, async () => {
    const faults: string[] = [];
    for (const test of cases) {
      const fault = await faultOf(test, pair as ServerPair);
      if (fault !== undefined) faults.push(fault);
      if (faults.length >= FAULTS_MAX) break;
    }
    if (faults.length > 0) throw new Error(`changes are counted differently:\n${faults.join('\n')}`);
  });
}
