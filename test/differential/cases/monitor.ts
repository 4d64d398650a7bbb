/** MONITOR: which commands are shown, in which order and form, and what a client that listens may do. */
import type { DifferentialCase } from '../../support/server-pair.js';
import { encodeCommand, parseCommandLine } from '../../support/command-line.js';
import type { RawConnection } from '../../support/raw-connection.js';
import { type Action, onConnection, otherConnection } from '../../support/steps.js';

/** An action whose outcome has lines of MONITOR: without the times and addresses, which differ. */
function timeless(action: Action): Action {
  const run: Action['run'] = async (session) => {
    const text = Buffer.from(await action.run(session)).toString('latin1');
    return Buffer.from(
      text.replace(/^\+\d{10}\.\d{6} \[(\d+) 127\.0\.0\.1:\d+\]/gm, '+<time> [$1 <addr>]'),
      'latin1',
    );
  };
  return { ...action, run };
}

/** What a connection receives up to what names `end`. */
async function until(connection: RawConnection, end: string): Promise<Buffer> {
  const replies: Buffer[] = [];
  do replies.push(Buffer.from(await connection.reply()));
  while (!replies[replies.length - 1].includes(end));
  return Buffer.concat(replies);
}

/** What somebody who listens is shown of `lines`. */
function shown(title: string, ...lines: readonly string[]): DifferentialCase {
  const receives: Action = {
    label: '[monitor] receives',
    commands: [],
    run: async (session) => until(await otherConnection(session, 'monitor'), '"end"'),
  };
  const steps = [...lines, 'ECHO end'].map((line) => onConnection('sender', line));
  return {
    title: `MONITOR: ${title}`,
    steps: [onConnection('monitor', 'MONITOR'), ...steps, timeless(receives)],
  };
}

/** What comes back for lines of one client, with what it is shown. */
function itself(title: string, ...lines: readonly string[]): DifferentialCase {
  const sends: Action = {
    label: lines.join(' | '),
    commands: lines,
    run: async ({ connection }) => {
      const words = [...lines, 'ECHO end'].map(parseCommandLine);
      await connection.send(Buffer.concat(words.map(encodeCommand)));
      return until(connection, '$3\r\nend');
    },
  };
  return { title: `MONITOR: ${title}`, steps: [timeless(sends)] };
}

export const monitorCases: readonly DifferentialCase[] = [
  shown(
    'commands',
    'SET k v',
    'get k',
    'CLIENT GETNAME',
    'SELECT 1',
    'GET k',
    'INCR k',
    'SELECT 0',
    'MGET a b c',
  ),
  shown('bytes', 'SET "\\x00\\x07\\b\\t\\n\\r" "\\xff\\\\\\"~ \\x7f\\x1f"', 'GET ""', "GET '!#[]'"),
  shown(
    'commands that are refused',
    'GET',
    'NOSUCH a',
    'CLIENT NOSUCH',
    'SET k v X',
    'LPUSH k',
    'INCRBY k x',
  ),
  shown(
    'commands of administrators',
    'CONFIG GET x',
    'CLIENT LIST TYPE master',
    'CLIENT NO-EVICT ON',
    'CLIENT GETNAME',
  ),
  shown(
    'a transaction',
    'MULTI',
    'SELECT 2',
    'SET k v',
    'CONFIG GET x',
    'INCR k',
    'EXEC',
    'GET k',
    'MULTI',
    'DISCARD',
    'EXEC',
  ),
  shown('passwords', 'AUTH secret', 'AUTH who secret', 'HELLO 2 AUTH who secret SETNAME x', 'RESET'),
  shown('messages', 'PUBLISH a b', 'SPUBLISH a b', 'SUBSCRIBE a', 'RESET'),
  itself(
    'what it may do',
    'MONITOR',
    'MONITOR',
    'SET k v',
    'GET k',
    'DEL k',
    'CLIENT ID x',
    'ECHO a',
    'PUBLISH a b',
    'RESET',
    'GET k',
    'ECHO a',
  ),
  itself('in a transaction', 'MULTI', 'MONITOR', 'EXEC', 'ECHO a'),
];
