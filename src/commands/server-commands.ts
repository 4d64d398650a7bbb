// The server: TIME, INFO, SHUTDOWN. CONFIG, DEBUG and MEMORY have files of their own.
import { type Call, word } from './call.js';
import type { CommandDeclaration } from './command.js';
import { configCommands } from './config-commands.js';
import { debugCommand } from './debug-commands.js';
import { latencyCommands } from './latency-commands.js';
import { lolwutCommand } from './lolwut.js';
import { memoryCommand } from './memory.js';
import { slowLogCommands } from './slow-log-commands.js';
import { monitorCommand } from './monitor.js';

const ABORT = word('ABORT');
const FORCE = word('FORCE');
const NOSAVE = word('NOSAVE');
const NOW = word('NOW');
const SAVE = word('SAVE');

const NOT_STOPPED = 'ERR Errors trying to SHUTDOWN. Check logs.';

const MICROSECONDS = 1000;
const SECOND_US = 1_000_000;

/** What the monotonic clock must be moved by, in ms, to tell the time of day. */
let clockOffsetMs = performance.timeOrigin;

/**
 * Unix time, in microseconds. The clock of the day has milliseconds only, so what is between them comes from the
 * monotonic clock, which is set anew whenever the two disagree.
 */
export function nowMicroseconds(): number {
  const dayMs = Date.now();
  const monotonicMs = performance.now();
  if (Math.floor(clockOffsetMs + monotonicMs) !== dayMs) clockOffsetMs = dayMs - monotonicMs;
  return Math.floor((clockOffsetMs + monotonicMs) * MICROSECONDS);
}

function time(c: Call): void {
  const now = nowMicroseconds();
  c.reply.array(2);
  c.reply.bulk(String(Math.floor(now / SECOND_US)));
  c.reply.bulk(String(now % SECOND_US));
}

function info(c: Call): void {
  const sections: string[] = [];
  for (let i = 1; i < c.count; i++) sections.push(c.lowerText(i));
  c.reply.verbatim('txt', c.server.info(sections));
}

function shutdown(c: Call): void {
  let save = false;
  let nosave = false;
  let force = false;
  let abort = false;
  let others = 0;
  for (let i = 1; i < c.count; i++) {
    if (c.is(i, ABORT)) {
      abort = true;
      continue;
    }
    if (c.is(i, NOSAVE)) nosave = true;
    else if (c.is(i, SAVE)) save = true;
    else if (c.is(i, FORCE)) force = true;
    else if (!c.is(i, NOW)) return c.syntaxError();
    others++;
  }
  if ((abort && others > 0) || (save && nosave)) return c.syntaxError();
  // The server stops within the turn, so there is never a shutdown that could still be aborted.
  if (abort) return c.error('ERR No shutdown in progress.');
  const saves = save || nosave ? save : undefined;
  if (!c.server.shutdown({ saves, isForced: force })) return c.error(NOT_STOPPED);
  c.client.closing = true;
}

// ---- declarations --------------------------------------------------------------------------------------------------

export const serverCommands: readonly CommandDeclaration[] = [
  {
    name: 'time',
    arity: 1,
    flags: ['loading', 'stale', 'fast'],
    group: 'server',
    tips: ['nondeterministic_output'],
    since: '2.6.0',
    summary: 'Tells the time of the server, in seconds and microseconds',
    complexity: 'O(1)',
    reply: 'array',
    handler: time,
  },
  {
    name: 'info',
    arity: -1,
    flags: ['loading', 'stale'],
    group: 'server',
    categories: ['dangerous'],
    tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
    since: '1.0.0',
    summary: 'Tells the figures and the state of the server, section by section',
    complexity: 'O(N) for N databases, commands and connections shown',
    arguments: '[section...]',
    history: { '7.0.0': 'More than one section' },
    reply: 'verbatim',
    handler: info,
  },
  configCommands,
  debugCommand,
  {
    name: 'shutdown',
    arity: -1,
    flags: ['admin', 'noscript', 'loading', 'stale', 'no_multi', 'allow_busy'],
    group: 'server',
    since: '1.0.0',
    summary: 'Saves the data if there are save points, and stops the server',
    complexity: 'O(N) for N keys of all databases when they are saved, otherwise O(1)',
    arguments: '[save-selector(NOSAVE | SAVE)] [NOW@7.0.0] [FORCE@7.0.0] [ABORT@7.0.0]',
    history: { '7.0.0': 'NOW, FORCE and ABORT' },
    reply: ['none', 'status'],
    handler: shutdown,
  },
  memoryCommand,
  latencyCommands,
  lolwutCommand,
  slowLogCommands,
  monitorCommand,
];
