/** Steps with clients that wait: a command on a further connection is begun, and what it is replied is looked at later. */
import { encodeCommand, parseCommandLine } from './command-line.js';
import { type Action, otherConnection, settle } from './steps.js';

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
