/**
 * Compares what two servers tell of the changes that commands make: the events of keys that subscribers receive, and
 * whether a client that watches the keys of a command is spoiled by it. The commands are those of the differential
 * cases, whose replies are compared elsewhere.
 *
 * Each command stands between WATCH of its arguments and an empty transaction, and a message that marks the end of its
 * events. Where connections are shared, all of this goes over the connection of the case in one write, so that the
 * client that watches is the one that changes; otherwise another client watches.
 */
import { type CaseRunner, type CutCase, cutCase, type PlainCommand } from './case-parts.js';
import { encodeCommand, parseCommandLine } from './command-line.js';
import { quoteCommand } from './readable-bytes.js';
import { parseReply, textOf } from './reply.js';
import type { RawConnection } from './raw-connection.js';
import type { DifferentialCase } from './server-pair.js';
import { argumentsOf, isAction, type Session, type Step } from './steps.js';
import { describeFamilies, type Families } from './whole-families.js';

const MARKER = '__keyevent@marker__:step';
const MARK = encodeCommand(parseCommandLine(`PUBLISH ${MARKER} ""`));
const TRANSACTION = Buffer.concat(['MULTI', 'EXEC'].map((name) => encodeCommand([Buffer.from(name)])));
/** Keys that a server removes by itself do so when they are met, or some time before. */
const UNTIMED: readonly string[] = ['expired', 'hexpired'];
/** Arguments behind the name that are watched, whether they are keys or not. */
const WATCHED = 4;

/** One side with the connections that observe it. */
interface Observer {
  readonly runner: CaseRunner;
  readonly events: RawConnection;
  readonly watcher: RawConnection;
}

async function observe(runner: CaseRunner): Promise<Observer> {
  const { server } = runner.side;
  const events = await server.connect();
  await events.command('PSUBSCRIBE', '__key*@*');
  return { runner, events, watcher: await server.connect() };
}

/** The events before the next mark, as "channel message". */
async function takeEvents(events: RawConnection): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const [, , channel, message] = (parseReply(await events.reply()).items ?? []).map(textOf);
    if (channel === MARKER) return found;
    const isTimed = !UNTIMED.some((event) => message === event || channel?.endsWith(`:${event}`));
    if (isTimed) found.push(`${channel ?? ''} ${message ?? ''}`);
  }
}

/** What a step caused: its events, and whether a transaction that watched its arguments was spoiled, if one did. */
function traceOf(events: readonly string[], executed: Buffer | undefined): string {
  const spoiled = executed === undefined ? [] : [`watched: ${executed.toString('latin1').trim()}`];
  return [...events, ...spoiled].join('\n');
}

/** WATCH of a command's arguments; undefined if there are none. */
function watchOf({ args }: PlainCommand): Buffer | undefined {
  const watched = args.slice(1, 1 + WATCHED);
  return watched.length > 0 ? encodeCommand([Buffer.from('WATCH'), ...watched]) : undefined;
}

/** Performs commands in one write; the trace of each. */
async function traceRun(
  commands: readonly PlainCommand[],
  { events }: Observer,
  session: Session,
): Promise<string[]> {
  const watches = commands.map(watchOf);
  const writes = commands.flatMap((command, i) => {
    const watch = watches[i];
    return watch === undefined ? [command.bytes, MARK] : [watch, command.bytes, TRANSACTION, MARK];
  });
  void session.connection.send(Buffer.concat(writes));
  const traces: string[] = [];
  for (const watch of watches) {
    const replies = await session.connection.replies(watch === undefined ? 2 : 5);
    traces.push(traceOf(await takeEvents(events), watch === undefined ? undefined : replies[3]));
  }
  return traces;
}

/** Performs something with another client that watches; its trace. What it is replied is compared elsewhere, if it is. */
async function traceAlone(
  perform: () => Promise<unknown>,
  watch: Buffer | undefined,
  { events, watcher }: Observer,
): Promise<string> {
  if (watch !== undefined) {
    void watcher.send(watch);
    await watcher.reply();
  }
  await perform().catch(() => undefined);
  void watcher.send(watch === undefined ? MARK : Buffer.concat([TRANSACTION, MARK]));
  const replies = await watcher.replies(watch === undefined ? 1 : 3);
  return traceOf(await takeEvents(events), watch === undefined ? undefined : replies[1]);
}

/** Performs a case; the traces of its steps. */
function traceCase(cut: CutCase, observer: Observer): Promise<string[]> {
  return observer.runner.withSession(cut, async (session) => {
    const { connection } = session;
    const traces: string[] = [];
    for (const part of cut.parts) {
      if ('run' in part) traces.push(await traceAlone(() => part.run(session), undefined, observer));
      else if (cut.sharesConnection) traces.push(...(await traceRun(part, observer, session)));
      else {
        for (const command of part) {
          const perform = (): Promise<Buffer> => {
            void connection.send(command.bytes);
            return connection.reply();
          };
          traces.push(await traceAlone(perform, watchOf(command), observer));
        }
      }
    }
    return traces;
  });
}

function shownStep(step: Step): string {
  return isAction(step) ? step.label : quoteCommand(argumentsOf(step) ?? []);
}

async function faultOf(test: DifferentialCase, observers: readonly Observer[]): Promise<string | undefined> {
  const steps: readonly Step[] = ['FLUSHALL', ...test.steps];
  const cut = cutCase(steps);
  const [expected, actual] = await Promise.all(observers.map((observer) => traceCase(cut, observer)));
  const at = steps.findIndex((_, i) => expected[i] !== actual[i]);
  if (at < 0) return undefined;
  const [theirs, ours] = [expected, actual].map((traces) => traces[at]?.replaceAll('\n', ' | '));
  const history = steps
    .slice(0, at + 1)
    .slice(-8)
    .map(shownStep);
  return `${test.title}\n  ${history.join('\n  ')}\n    expected ${theirs}\n    actual   ${ours}`;
}

/** Whether a case lets time pass: then keys may expire before or behind a step. */
function isTimed(test: DifferentialCase): boolean {
  return test.steps.some((step) => isAction(step) && step.label.startsWith('(pause'));
}

/** Declares the tests of families, without the cases that let time pass. */
export function describeEvents(families: Families): void {
  const untimed = Object.entries(families).map(([name, cases]) => [
    name,
    cases.filter((test) => !isTimed(test)),
  ]);
  describeFamilies(Object.fromEntries(untimed) as Families, {
    title: 'events',
    serverArguments: ['--notify-keyspace-events', 'KEAnm'],
    open: async (runners) => {
      const observers = await Promise.all(runners.map(observe));
      return (test) => faultOf(test, observers);
    },
  });
}
