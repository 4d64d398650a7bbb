// CLIENT PAUSE and UNPAUSE: for a while, commands of clients wait instead of being executed, all of them or those that
// write. How they wait is the server's (src/server/client-pause.ts).
import { type Call, word } from './call.js';
import type { Client } from './client.js';
import type { CommandDeclaration, CommandFlag } from './command.js';
import { type HelpEntry, subcommandSyntax } from './help.js';

const ALL = word('ALL');
const WRITE = word('WRITE');

const INT64_END = 2 ** 63;

/** How long clients are paused, and which commands. */
export interface PauseState {
  readonly commands: 'none' | 'write' | 'all';
  /** Of the pause; 0 without one. */
  readonly millisecondsLeft: number;
}

/** What commands may do about pauses. */
export interface Pausing {
  /**
   * From now on commands wait for so many milliseconds, all of them or those that write. Of two pauses at a time, the end
   * is the later one's, and all commands wait if either was for all. O(1)
   */
  pause(milliseconds: number, isForAll: boolean): void;
  /** Ends the pause; who has waited is served in the order of their coming. O(clients that wait) */
  unpause(): void;
  /** The client is gone: its command is not executed any more. O(1) */
  forget(client: Client): void;
  readonly state: PauseState;
}

function pause(c: Call): void {
  if (c.count > 4) return subcommandSyntax(c, 'client');
  const isForWrites = c.count === 4 && c.is(3, WRITE);
  if (c.count === 4 && !isForWrites && !c.is(3, ALL))
    return c.error('ERR CLIENT PAUSE mode must be WRITE or ALL');
  const milliseconds = c.integerOrError(2, 'ERR timeout is not an integer or out of range');
  if (milliseconds === null) return;
  if (milliseconds < 0) return c.error('ERR timeout is negative');
  if (milliseconds + c.server.nowMs() >= INT64_END) return c.error('ERR timeout is out of range');
  c.server.pausing.pause(milliseconds, !isForWrites);
  c.reply.ok();
}

function unpause(c: Call): void {
  c.server.pausing.unpause();
  c.reply.ok();
}

// ---- declarations --------------------------------------------------------------------------------------------------

export const PAUSE_HELP: readonly HelpEntry[] = [
  ['PAUSE <timeout> [WRITE|ALL]', 'Let all commands wait, or those that write, for a time in milliseconds.'],
  ['UNPAUSE', 'End the pause.'],
];

const FLAGS: readonly CommandFlag[] = ['admin', 'noscript', 'loading', 'stale'];

/** The subcommands of CLIENT. */
export const clientPause: readonly CommandDeclaration[] = [
  {
    name: 'pause',
    arity: -3,
    flags: FLAGS,
    group: 'connection',
    since: '3.0.0',
    summary: 'Lets commands of all clients wait for a while, or those that write',
    complexity: 'O(1)',
    arguments: 'timeout:integer [mode@6.2.0(WRITE | ALL)]',
    history: { '6.2.0': 'WRITE and ALL' },
    reply: 'status',
    handler: pause,
  },
  {
    name: 'unpause',
    arity: 2,
    flags: FLAGS,
    group: 'connection',
    since: '6.2.0',
    summary: 'Ends the pause, so that the commands that wait are executed',
    complexity: 'O(N) for N clients that wait',
    reply: 'status',
    handler: unpause,
  },
];
