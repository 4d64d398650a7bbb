/**
 * The server under test beside its reference, and cases run on both at once.
 *
 * Each case starts from empty databases on a fresh connection, in RESP2 and again in RESP3, so that cases are
 * independent and any of them can be run alone. A command goes to both servers at the same time; then the
 * replies are compared byte for byte, and what differs must be named in the allowed differences given.
 */
import {
  DifferenceError,
  differenceError,
  historyLine,
  verdict,
  type AllowedDifference,
} from './comparison.js';
import { encodeCommand } from './command-line.js';
import { type RawConnection } from './raw-connection.js';
import { argumentsOf, isAction, type Session, type Step } from './steps.js';
import {
  ServerProcess,
  programUnderTest,
  referenceProgram,
  type ReferenceVersion,
  type ServerProgram,
} from './server-process.js';

/**
 * What lives for some milliseconds is gone early where the machine stands still between two steps. A difference in a case that
 * waits for time to pass, and of which a step took longer than this, where a millisecond is usual, counts only if the case
 * shows it each time.
 */
const STEP_MS = 15;
const ATTEMPTS = 4;
/** Who does not reply for so long is not slow. */
const SILENCE_MS = 20_000;

function isTimed(test: DifferentialCase): boolean {
  return test.steps.some((step) => isAction(step) && step.lastsMs !== undefined);
}

/** A sequence of steps sent to both servers. */
export interface DifferentialCase {
  readonly title: string;
  readonly steps: readonly Step[];
  /** The protocols it runs in; both unless said. */
  readonly protocols?: readonly (2 | 3)[];
  /** Which Redis decides; 7.0 unless the behaviour is newer. */
  readonly reference?: ReferenceVersion;
}

/** One side of a pair: a server and the connection that resets it. */
export interface Side {
  readonly server: ServerProcess;
  readonly control: RawConnection;
}

/** Both sides, running. */
export class ServerPair {
  private constructor(
    readonly reference: Side,
    readonly tested: Side,
  ) {}

  /** Starts the server under test and a reference, both with `extraArguments`. */
  static async start(version: ReferenceVersion, extraArguments: readonly string[] = []): Promise<ServerPair> {
    const [reference, tested] = await Promise.allSettled([
      startSide(() => referenceProgram(version), extraArguments),
      startSide(programUnderTest, extraArguments),
    ]);
    if (reference.status === 'fulfilled' && tested.status === 'fulfilled') {
      return new ServerPair(reference.value, tested.value);
    }
    for (const side of [reference, tested]) if (side.status === 'fulfilled') await side.value.server.stop();
    throw [reference, tested].find((side) => side.status === 'rejected')?.reason;
  }

  /** Ends both servers. */
  async stop(): Promise<void> {
    this.reference.control.close();
    this.tested.control.close();
    await Promise.all([this.reference.server.stop(), this.tested.server.stop()]);
  }

  /** Empties every database of both servers. */
  async reset(): Promise<void> {
    await Promise.all([this.reference.control.command('FLUSHALL'), this.tested.control.command('FLUSHALL')]);
  }

  /**
   * Runs one case in one protocol. Rejects with a DifferenceError at the first reply that is not as it should
   * be. What differed when the machine was too slow to tell is run again, and said.
   */
  async run(
    test: DifferentialCase,
    protocol: 2 | 3,
    allowed: readonly AllowedDifference[] = [],
  ): Promise<void> {
    for (let attempts = 1; ; attempts++) {
      const pace = { longestMs: 0 };
      try {
        await this.runOnce(test, protocol, allowed, pace);
        return;
      } catch (error) {
        const isSlow = isTimed(test) && pace.longestMs > STEP_MS && pace.longestMs < SILENCE_MS;
        if (attempts === ATTEMPTS || !isSlow || !(error instanceof DifferenceError)) throw error;
        const ms = pace.longestMs.toFixed(0);
        console.warn(`once more, since a step took ${ms} ms: ${test.title}\n${error.message}`);
      }
    }
  }

  private async runOnce(
    test: DifferentialCase,
    protocol: 2 | 3,
    allowed: readonly AllowedDifference[],
    pace: { longestMs: number },
  ): Promise<void> {
    await this.reset();
    const sessions = await Promise.all([
      openSession(this.reference, protocol),
      openSession(this.tested, protocol),
    ]);
    const history: string[] = [];
    try {
      for (const step of test.steps) {
        const start = performance.now();
        const lastsMs = isAction(step) ? (step.lastsMs ?? 0) : 0;
        await this.runStep(step, sessions, history, allowed).finally(
          () => (pace.longestMs = Math.max(pace.longestMs, performance.now() - start - lastsMs)),
        );
      }
    } finally {
      for (const session of sessions) {
        session.connection.close();
        for (const other of session.others.values()) other.close();
      }
    }
  }

  private async runStep(
    step: Step,
    sessions: readonly [Session, Session],
    history: string[],
    allowed: readonly AllowedDifference[],
  ): Promise<void> {
    const args = argumentsOf(step) ?? [];
    history.push(isAction(step) ? step.label : historyLine(args));
    const outcomes = await Promise.all(sessions.map((session) => outcomeOf(step, args, session)));
    const [expected, actual] = outcomes as [Buffer, Buffer];
    if (verdict(args, expected, actual, allowed) !== undefined) return;
    throw differenceError({
      context: `RESP${sessions[0].protocol}`,
      history,
      expectedFrom: this.reference.server.name,
      actualFrom: this.tested.server.name,
      expected,
      actual,
    });
  }
}

async function outcomeOf(step: Step, args: readonly Buffer[], session: Session): Promise<Buffer> {
  try {
    if (isAction(step)) return Buffer.from(await step.run(session));
    void session.connection.send(encodeCommand(args));
    return await session.connection.reply();
  } catch (error) {
    const died = session.server.alive ? '' : `; the server died:\n${session.server.output.slice(-3000)}`;
    return Buffer.from(`(no reply: ${error instanceof Error ? error.message : String(error)}${died})`);
  }
}

/** A program that cannot be found rejects here, so that the other side, which has started, can be stopped. */
async function startSide(program: () => ServerProgram, extraArguments: readonly string[]): Promise<Side> {
  const server = await ServerProcess.start(program(), extraArguments);
  return { server, control: await server.connect() };
}

async function openSession(side: Side, protocol: 2 | 3): Promise<Session> {
  const connection = await side.server.connect(protocol);
  return { server: side.server, control: side.control, connection, protocol, others: new Map() };
}
