// DEBUG: for tests of servers and of clients. Refused unless `enable-debug-command` allows it.
//
// It is one command, not a container: what comes behind the name is looked up here, with the number of arguments.
import { parseMemory } from '../config/kinds.js';
import { type Call, word } from './call.js';
import type { CommandDeclaration } from './command.js';
import { Errors } from './errors.js';
import { type HelpEntry, helpOf, subcommandSyntax } from './help.js';
import { encodingName, SHARED_REFERENCES } from './keys.js';

const NOT_ALLOWED =
  'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", ' +
  'you can run it from a local connection, otherwise you need to set this option in the configuration file, ' +
  'and then restart the server.';

const CLOCK_MASK = 0xffffff;
const PACKED_MAX = 2n ** 32n;
const BAD_THRESHOLD = 'ERR argument must be a memory value bigger than 1 and smaller than 4gb';

/** A form of DEBUG: how many arguments it has, both names included, at most `most` if that is given; and what it does. */
interface Form {
  count: number;
  most?: number;
  handler: (c: Call) => void;
}

function isAllowed(c: Call): boolean {
  const who = c.server.config.enableDebugCommand;
  if (who !== 'local') return who === 'yes';
  return c.client.isUnix || c.store.connectionFacts(c.client.connection).isLoopback;
}

function sleep(c: Call): void {
  const seconds = Number.parseFloat(c.text(2));
  if (seconds > 0 && Number.isFinite(seconds)) c.server.sleep(seconds);
  c.reply.ok();
}

function setActiveExpire(c: Call): void {
  c.server.cron.activeExpiry = Number.parseInt(c.text(2), 10) > 0;
  c.reply.ok();
}

function pauseCron(c: Call): void {
  c.server.cron.isPaused = Number.parseInt(c.text(2), 10) > 0;
  c.reply.ok();
}

// ---- the data ------------------------------------------------------------------------------------------------------

// All data is read, so a worker does it over a view, unless it is part of a transaction.
function digest(c: Call): void {
  if (c.isNested) c.store.writeDigest(0);
  else c.server.awaitLongRead(c.client, c.store.beginDigest(0), '');
}

// Looking at a value in this way is no access to it.
function digestValue(c: Call): void {
  const usual = c.setTouching(false);
  c.finishRead(c.store.writeValueDigests(c.first + 2, c.count - 2));
  c.setTouching(usual);
}

const DEFAULT_PREFIX = Buffer.from('key');
const PREFIX_AT = 3;
const VALUE_BYTES_MAX = 2 ** 29;

function populate(c: Call): void {
  const count = c.integerWithin(2, 0, Number.MAX_SAFE_INTEGER, Errors.positive);
  if (count === null) return;
  const bytes = c.count > 4 ? c.integerWithin(4, 0, VALUE_BYTES_MAX, Errors.positive) : 0;
  if (bytes === null) return;
  const prefix = c.count > PREFIX_AT ? c.copy(PREFIX_AT) : DEFAULT_PREFIX;
  c.store.fillKeys(c.client.database, prefix, count, bytes);
  c.reply.ok();
}

const MERGE = word('MERGE');
const NOFLUSH = word('NOFLUSH');
const NOSAVE = word('NOSAVE');

// Without MERGE, Redis ends when it meets a key that is there already; here what is read replaces it in any case.
function reload(c: Call): void {
  const options = { saves: true, flushes: true };
  for (let i = 2; i < c.count; i++) {
    if (c.is(i, NOSAVE)) options.saves = false;
    else if (c.is(i, NOFLUSH)) options.flushes = false;
    else if (!c.is(i, MERGE))
      return c.error('ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.');
  }
  c.server.persistence.reload(c, options);
}

function flushSleep(c: Call): void {
  const microseconds = c.integerWithin(2, 0, Number.MAX_SAFE_INTEGER, Errors.positive);
  if (microseconds === null) return;
  c.server.persistence.delayLogSyncs(microseconds);
  c.reply.ok();
}

function loadLog(c: Call): void {
  if (c.isNested) return c.error('ERR DEBUG LOADAOF cannot be executed in a transaction');
  c.server.persistence.reloadLog(c);
}

// ---- the end -------------------------------------------------------------------------------------------------------

/** Ends the process as `signal` does, which leaves a core where the system keeps them. */
function crash(signal: 'SIGABRT' | 'SIGSEGV'): (c: Call) => void {
  return (c) => {
    c.server.log.warning(`DEBUG ${c.text(1).toUpperCase()}: this process ends with ${signal}`);
    process.kill(process.pid, signal);
  };
}

// ---- the rest ------------------------------------------------------------------------------------------------------

function error(c: Call): void {
  c.reply.errorBytes(c.quotedText(2));
}

function log(c: Call): void {
  c.server.log.warning(`DEBUG LOG: ${c.copy(2).toString('utf8')}`);
  c.reply.ok();
}

// What is known without serializing the value, at no address that would mean anything.
function object(c: Call): void {
  const encoding = encodingName(c, 2);
  if (encoding === null) return c.error('ERR no such key');
  const references = c.store.smallInteger(c.first + 2) === 1 ? SHARED_REFERENCES : 1;
  const idle = c.store.idleSeconds(c.first + 2);
  const clock = (Math.floor(c.server.nowMs() / 1000) - idle) & CLOCK_MASK;
  c.reply.status(
    `Value at:0x0 refcount:${String(references)} encoding:${encoding} ` +
      `lru:${String(clock)} lru_seconds_idle:${String(idle)}`,
  );
}

// Elements lie in blocks of their own or packed by other rules than this.
function quicklistPackedThreshold(c: Call): void {
  const bytes = parseMemory(c.text(2));
  if (bytes === undefined || bytes < 0n || bytes > PACKED_MAX) return c.error(BAD_THRESHOLD);
  c.reply.ok();
}

function nothing(c: Call): void {
  c.reply.ok();
}

const PEAK_RESET_TIME = word('PEAK-RESET-TIME');
const RESIZING = word('RESIZING');
const NEVER = word('NEVER');
const RESET = word('RESET');

// Buffers of clients have no size of their own that could be changed.
function replyBuffer(c: Call): void {
  if (c.is(2, PEAK_RESET_TIME)) {
    if (!c.is(3, NEVER) && !c.is(3, RESET) && c.integerOrError(3) === null) return;
  } else if (!c.is(2, RESIZING)) {
    return subcommandSyntax(c, 'debug');
  }
  c.reply.ok();
}

// ---- PROTOCOL: a reply of each type --------------------------------------------------------------------------------

const MESSAGE = 'Hello World';
const BIG_NUMBER = '1234567999999999999999999999999999999';
const BEHIND_ATTRIBUTE = 'Some real reply following the attribute';
const BEHIND_PUSH = 'Some real reply following the push reply';

function replyNumbers(c: Call): void {
  for (let i = 0; i < 3; i++) c.reply.integer(i);
}

function replyMap(c: Call): void {
  c.reply.map(3);
  for (let i = 0; i < 3; i++) {
    c.reply.integer(i);
    c.reply.boolean(i === 1);
  }
}

function replyAttribute(c: Call): void {
  if (c.reply.resp3) {
    c.reply.text('|1\r\n');
    c.reply.bulk('key-popularity');
    c.reply.array(2);
    c.reply.bulk('key:123');
    c.reply.integer(90);
  }
  c.reply.bulk(BEHIND_ATTRIBUTE);
}

function replyPush(c: Call): void {
  if (!c.reply.resp3) return c.error('ERR RESP2 is not supported by this command');
  c.reply.push(2);
  c.reply.bulk('server-cpu-usage');
  c.reply.integer(42);
  c.reply.bulk(BEHIND_PUSH);
}

const REPLIES: ReadonlyMap<string, (c: Call) => void> = new Map<string, (c: Call) => void>([
  ['string', (c) => c.reply.bulk(MESSAGE)],
  ['integer', (c) => c.reply.integer(12345)],
  ['double', (c) => c.reply.double(3.141)],
  ['bignum', (c) => (c.reply.resp3 ? c.reply.text(`(${BIG_NUMBER}\r\n`) : c.reply.bulk(BIG_NUMBER))],
  ['null', (c) => c.reply.null()],
  [
    'array',
    (c) => {
      c.reply.array(3);
      replyNumbers(c);
    },
  ],
  [
    'set',
    (c) => {
      c.reply.set(3);
      replyNumbers(c);
    },
  ],
  ['map', replyMap],
  ['attrib', replyAttribute],
  ['push', replyPush],
  ['verbatim', (c) => c.reply.verbatim('txt', 'This is a verbatim\nstring')],
  ['true', (c) => c.reply.boolean(true)],
  ['false', (c) => c.reply.boolean(false)],
]);

function protocol(c: Call): void {
  const replyOne = REPLIES.get(c.lowerText(2));
  if (replyOne) return replyOne(c);
  const names = [...REPLIES.keys()].join('|');
  c.error(`ERR Wrong protocol type name. Please use one of the following: ${names}`);
}

// ---- the command ---------------------------------------------------------------------------------------------------

const HELP: readonly HelpEntry[] = [
  ['AOF-FLUSH-SLEEP <microseconds>', 'Make every sync of the append-only file so much longer.'],
  ['ASSERT, OOM, PANIC, SEGFAULT', 'End the process at once, as if it had failed.'],
  ['DICT-RESIZING <0|1>', 'Accepted, and of no effect.'],
  ['DIGEST', 'Tell 40 hexadecimal digits that say what all databases hold.'],
  ['DIGEST-VALUE <key> [<key> ...]', 'Tell the same of single values.'],
  ['ERROR <string>', 'Reply that text as an error.'],
  ['JMAP', 'Do nothing.'],
  ['LOADAOF', 'Read the append-only file anew in place of the data.'],
  ['LOG <message>', 'Write a line to the log of the server.'],
  ['OBJECT <key>', 'Show how a value is stored.'],
  ['PAUSE-CRON <0|1>', 'Stop what the server does on its own (1), or let it go on (0).'],
  [
    'POPULATE <count> [<prefix>] [<size>]',
    'Make <count> strings with keys <prefix>:0, <prefix>:1, ..., unless they are there; <prefix> is "key" if not given.',
    'Their values are value:0, value:1, ..., cut or filled with zeros to <size> bytes.',
  ],
  ['PROTOCOL <type>', `Reply a value of one type: ${[...REPLIES.keys()].join(', ')}.`],
  ['QUICKLIST-PACKED-THRESHOLD <size>', 'Accepted, and of no effect.'],
  [
    'RELOAD [MERGE] [NOFLUSH] [NOSAVE]',
    'Save the data and read it again. NOSAVE: read the file that is there. NOFLUSH: keep what is in memory beside it.',
  ],
  ['REPLYBUFFER PEAK-RESET-TIME <NEVER|RESET|time>', 'Accepted, and of no effect.'],
  ['REPLYBUFFER RESIZING <0|1>', 'Accepted, and of no effect.'],
  ['SET-ACTIVE-EXPIRE <0|1>', 'Remove keys only when they are met after their time (0), or as it comes (1).'],
  ['SLEEP <seconds>', 'Stop the whole server for a while; fractions are allowed.'],
];

const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['aof-flush-sleep', { count: 3, handler: flushSleep }],
  ['assert', { count: 2, most: Infinity, handler: crash('SIGABRT') }],
  ['dict-resizing', { count: 3, handler: nothing }],
  ['digest', { count: 2, handler: digest }],
  ['digest-value', { count: 2, most: Infinity, handler: digestValue }],
  ['error', { count: 3, handler: error }],
  ['help', { count: 2, handler: helpOf('debug', HELP) }],
  ['jmap', { count: 2, handler: nothing }],
  ['loadaof', { count: 2, handler: loadLog }],
  ['log', { count: 3, handler: log }],
  ['object', { count: 3, handler: object }],
  ['oom', { count: 2, most: Infinity, handler: crash('SIGABRT') }],
  ['panic', { count: 2, most: Infinity, handler: crash('SIGABRT') }],
  ['pause-cron', { count: 3, handler: pauseCron }],
  ['populate', { count: 3, most: 5, handler: populate }],
  ['protocol', { count: 3, handler: protocol }],
  ['quicklist-packed-threshold', { count: 3, handler: quicklistPackedThreshold }],
  ['reload', { count: 2, most: Infinity, handler: reload }],
  ['replybuffer', { count: 4, handler: replyBuffer }],
  ['segfault', { count: 2, most: Infinity, handler: crash('SIGSEGV') }],
  ['set-active-expire', { count: 3, handler: setActiveExpire }],
  ['sleep', { count: 3, handler: sleep }],
]);

function debug(c: Call): void {
  if (!isAllowed(c)) return c.error(NOT_ALLOWED);
  const form = FORMS.get(c.lowerText(1));
  if (form !== undefined && c.count >= form.count && c.count <= (form.most ?? form.count))
    return form.handler(c);
  subcommandSyntax(c, 'debug');
}

export const debugCommand: CommandDeclaration = {
  name: 'debug',
  arity: -2,
  flags: ['admin', 'noscript', 'loading', 'stale'],
  group: 'server',
  since: '1.0.0',
  summary: 'Helps to test servers and clients',
  complexity: 'That of what is asked for',
  docFlags: ['syscmd'],
  reply: 'any',
  handler: debug,
};
