/**
 * Compares how many changes two servers count (rdb_changes_since_last_save of INFO) for each of the differential cases,
 * whose replies are compared elsewhere.
 */
import { type CaseRunner, type CutCase, cutCase, type Part } from './case-parts.js';
import { parseReply, textOf } from './reply.js';
import type { DifferentialCase } from './server-pair.js';
import type { Session } from './steps.js';
import { nameOf } from './tables.js';
import { describeFamilies, type Families } from './whole-families.js';

const ASK = 'INFO persistence';

function changesIn(info: Buffer | undefined): number {
  const text = info === undefined ? '' : (textOf(parseReply(info)) ?? '');
  return Number(/rdb_changes_since_last_save:(\d+)/.exec(text)?.[1]);
}

/** A case in parts, with what it is called. Databases are emptied in front of it. */
interface Counted {
  readonly test: DifferentialCase;
  readonly cut: CutCase;
}

/** Where the connection is the case's own, it may not be fit to be asked on: the control connection is. */
function prepare(test: DifferentialCase): Counted {
  const alone = cutCase(test.steps);
  if (!alone.sharesConnection) return { test, cut: alone };
  return { test, cut: cutCase(['FLUSHALL', ASK, ...test.steps, ASK]) };
}

/** Performs a case; how many changes the server counts with its steps. */
async function countChanges({ cut }: Counted, session: Session): Promise<number> {
  if (cut.sharesConnection) {
    const replies: Buffer[] = [];
    for (const part of cut.parts) replies.push(...(await perform(part, session)));
    return changesIn(replies.at(-1)) - changesIn(replies[1]);
  }
  const { control } = session;
  await control.command('FLUSHALL');
  const before = changesIn(await control.command(...ASK.split(' ')));
  for (const part of cut.parts) await perform(part, session).catch(() => undefined);
  return changesIn(await control.command(...ASK.split(' '))) - before;
}

/** The replies to a part's commands; none to an action, even if it fails: that is compared elsewhere. */
async function perform(part: Part, session: Session): Promise<Buffer[]> {
  if ('run' in part) {
    await part.run(session).catch(() => undefined);
    return [];
  }
  void session.connection.send(Buffer.concat(part.map(({ bytes }) => bytes)));
  return session.connection.replies(part.length);
}

/** What is to be said of a case that the servers count differently; undefined: nothing. */
async function faultOf(test: DifferentialCase, runners: readonly CaseRunner[]): Promise<string | undefined> {
  const counted = prepare(test);
  const [expected, actual] = await Promise.all(
    runners.map((runner) => runner.withSession(counted.cut, (session) => countChanges(counted, session))),
  );
  if (expected === actual) return undefined;
  return `${test.title}\n  ${test.steps.map(nameOf).join('\n  ')}\n    expected ${expected}, actual ${actual}`;
}

/** Declares the tests of families. */
export function describeChanges(families: Families): void {
  describeFamilies(families, {
    title: 'changes',
    open: (runners) => Promise.resolve((test) => faultOf(test, runners)),
  });
}
