/** Steps with clients that wait: a command on a further connection is begun, and what it is replied is looked at later. */
import { encodeCommand, parseCommandLine } from './command-line.js';
import type { RawConnection } from './raw-connection.js';
import { type Action, otherConnection, type Session, settle } from './steps.js';

/** Sends `lines` in one write on the further connection `name`, and waits until the server has taken them. */
export function begins(name: string, ...lines: readonly string[]): Action {
  return {
    label: `[${name}] begins ${lines.join(' | ')}`,
    commands: lines,
    run: async (session) => {
      const other = await otherConnection(session, name);
      if (session.protocol === 3 && other.receivedBytes === 0) await other.command('HELLO', '3');
      await other.send(Buffer.concat(lines.map((line) => encodeCommand(parseCommandLine(line)))));
      await settle(session.control, other);
      return Buffer.alloc(0);
    },
  };
}

/** What the further connection `name` has received since it was last looked at, once the server is done. */
export function receives(name: string): Action {
  return {
    label: `[${name}] receives`,
    commands: [],
    run: async (session) => {
      const other = await otherConnection(session, name);
      await settle(session.control, other);
      return other.takeBytes();
    },
  };
}

/** The reply that the further connection `name` receives next, however long it takes. */
export function receivesNext(name: string): Action {
  return {
    label: `[${name}] receives next`,
    commands: [],
    run: async (session) => (await otherConnection(session, name)).reply(),
  };
}

/** Ends the further connection `name`. */
export function leaves(name: string): Action {
  return {
    label: `[${name}] leaves`,
    commands: [],
    run: async (session) => {
      const other = await otherConnection(session, name);
      other.close();
      session.others.delete(name);
      await settle(session.control, session.connection);
      return Buffer.alloc(0);
    },
  };
}

const TURN_SECONDS = '0.06';
const INTO_SLEEP_MS = 15;

type Part = readonly [name: string, ...lines: string[]];

/**
 * Sends the lines of each connection in one write, one connection after the other, while the server sleeps, so that it
 * finds all of them in one turn; what each has received then. `#name` in a line is the number of that connection. Needs
 * `enable-debug-command`.
 */
export function inOneTurn(...parts: readonly Part[]): Action {
  return inTurns(parts);
}

/** The same in several turns that follow each other: each ends with a sleep, in which the next one's lines are sent. */
export function inTurns(...turns: readonly (readonly Part[])[]): Action {
  const parts = turns.flat();
  const label = turns.map((turn) =>
    turn.map(([name, ...lines]) => `[${name}] ${lines.join(' | ')}`).join('; '),
  );
  return {
    label: `(in turns) ${label.join(' // ')}`,
    commands: parts.flatMap(([, ...lines]) => lines),
    run: async (session) => {
      const others = new Map<string, Numbered>();
      for (const [name] of parts) others.set(name, await numbered(session, name));
      const sleepers = [session.control];
      for (let i = 1; i < turns.length; i++) sleepers.push(await otherConnection(session, `sleeper ${i}`));
      let asleep = sleepers[0].command('DEBUG', 'SLEEP', TURN_SECONDS);
      for (const [i, turn] of turns.entries()) {
        await new Promise((done) => setTimeout(done, INTO_SLEEP_MS));
        for (const [name, ...lines] of turn) await others.get(name)?.connection.send(encoded(lines, others));
        // In the same turn, behind its other commands.
        const next = sleepers[i + 1]?.command('DEBUG', 'SLEEP', TURN_SECONDS);
        await asleep;
        asleep = next ?? asleep;
      }
      for (const { connection } of others.values()) await settle(session.control, connection);
      return Buffer.concat([...others].map(([name, { connection }]) => received(name, connection)));
    },
  };
}

/** A connection with the number that the server gave it. */
interface Numbered {
  readonly connection: RawConnection;
  readonly id: string;
}

async function numbered(session: Session, name: string): Promise<Numbered> {
  const connection = await otherConnection(session, name);
  if (session.protocol === 3 && connection.receivedBytes === 0) await connection.command('HELLO', '3');
  const id = (await connection.command('CLIENT', 'ID')).toString().replace(/[:\r\n]/g, '');
  return { connection, id };
}

function encoded(lines: readonly string[], others: ReadonlyMap<string, Numbered>): Buffer {
  const named = lines.map((line) => line.replace(/#(\w+)/g, (_, name: string) => others.get(name)?.id ?? ''));
  return Buffer.concat(named.map((line) => encodeCommand(parseCommandLine(line))));
}

function received(name: string, connection: RawConnection): Buffer {
  return Buffer.concat([Buffer.from(`[${name}] `), connection.takeBytes()]);
}
