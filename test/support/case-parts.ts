/**
 * Cases cut into parts, for whoever looks at what a case leaves and not at each reply: one write and one wait take the
 * place of one for every command.
 *
 * Terms: a *part* is an action, or a run of commands that need nothing but a connection. Commands of a case that changes
 * the state of its connection (a transaction, a database, a protocol, a subscription) are sent one by one, and it has a
 * connection of its own. All other cases share one.
 */
import { encodeCommand } from './command-line.js';
import type { RawConnection } from './raw-connection.js';
import type { Side } from './server-pair.js';
import { argumentsOf, isAction, type Action, type Session, type Step } from './steps.js';

/**
 * Commands behind which a connection is another than before, and SORT: a real Redis takes an errno that an earlier
 * command has left for its own, and what resets that is accepting a connection.
 */
const WANT_OWN_CONNECTION = new Set(
  (
    'asking auth client discard exec hello monitor multi psubscribe psync punsubscribe quit readonly readwrite ' +
    'reset select sort sort_ro ssubscribe subscribe sunsubscribe sync unsubscribe unwatch watch'
  ).split(' '),
);
/** A run is cut where it is about this long, so that neither end waits for the other with its buffers full. */
const RUN_BYTES = 64 * 1024;

/** A command, ready to be sent. */
export interface PlainCommand {
  readonly args: readonly Buffer[];
  readonly bytes: Buffer;
}

/** What is performed at once: commands, which can be sent in one write, or an action. */
export type Part = Action | readonly PlainCommand[];

/** A case in parts. */
export interface CutCase {
  readonly parts: readonly Part[];
  /** Whether it may run on a connection that other cases use as well; otherwise its commands are parts of their own. */
  readonly sharesConnection: boolean;
}

/** Cuts the steps of a case. Linear in their bytes. */
export function cutCase(steps: readonly Step[]): CutCase {
  const sharesConnection = !steps.some(wantsOwnConnection);
  const parts: Part[] = [];
  let run: PlainCommand[] = [];
  let size = 0;
  for (const step of steps) {
    const args = argumentsOf(step);
    if (args !== undefined) {
      const bytes = encodeCommand(args);
      if (run.length === 0) parts.push(run);
      run.push({ args, bytes });
      size += bytes.length;
    }
    if (isAction(step)) parts.push(step);
    if (args === undefined || !sharesConnection || size >= RUN_BYTES) {
      run = [];
      size = 0;
    }
  }
  return { parts, sharesConnection };
}

/** Whether a step is, or may hold, such a command. */
function wantsOwnConnection(step: Step): boolean {
  const lines = isAction(step) ? step.commands : [step];
  return lines.some((line) => {
    const name = argumentsOf(line)?.[0]?.toString('latin1').toLowerCase() ?? '';
    return WANT_OWN_CONNECTION.has(name);
  });
}

/**
 * One side with a connection for the cases that may share one. Invariant: nothing but such cases use it, so it is in
 * RESP2, in database 0, and all replies are taken.
 */
export class CaseRunner {
  private shared: RawConnection | undefined;

  constructor(readonly side: Side) {}

  /**
   * Calls `perform` with a session for the case, whose connections are closed behind it, except for the shared one,
   * which is only if that fails: what it still receives is nobody's.
   */
  async withSession<T>(cut: CutCase, perform: (session: Session) => Promise<T>): Promise<T> {
    const { server, control } = this.side;
    const connection = cut.sharesConnection ? await this.sharedConnection() : await server.connect(2);
    const session: Session = { server, control, connection, protocol: 2, others: new Map() };
    let isDone = false;
    try {
      const result = await perform(session);
      isDone = true;
      return result;
    } finally {
      if (!isDone || !cut.sharesConnection) connection.close();
      for (const other of session.others.values()) other.close();
    }
  }

  /** Closes the shared connection. */
  close(): void {
    this.shared?.close();
  }

  private async sharedConnection(): Promise<RawConnection> {
    if (this.shared?.fate !== 'open') this.shared = await this.side.server.connect(2);
    return this.shared;
  }
}
