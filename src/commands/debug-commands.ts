// DEBUG: for tests of servers and of clients. Refused unless `enable-debug-command` allows it.
//
// It is one command, not a container: what comes behind the name is looked up here, with the number of arguments.
import { parseMemory } from '../config/kinds.js';
import type { Call } from './call.js';
import type { CommandDeclaration } from './command.js';
import { type HelpEntry, helpOf, subcommandSyntax } from './help.js';
import { encodingName, SHARED_REFERENCES } from './keys.js';

const NOT_ALLOWED =
  'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", ' +
  'you can run it from a local connection, otherwise you need to set this option in the configuration file, ' +
  'and then restart the server.';

const CLOCK_MASK = 0xffffff;
const PACKED_MAX = 2n ** 32n;
const BAD_THRESHOLD = 'ERR argument must be a memory value bigger than 1 and smaller than 4gb';

/** A form of DEBUG: how many arguments it has, both names included, and what it does. */
interface Form {
  count: number;
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
  ['ERROR <string>', 'Reply that text as an error.'],
  ['JMAP', 'Do nothing.'],
  ['LOG <message>', 'Write a line to the log of the server.'],
  ['OBJECT <key>', 'Show how a value is stored.'],
  ['PROTOCOL <type>', `Reply a value of one type: ${[...REPLIES.keys()].join(', ')}.`],
  ['QUICKLIST-PACKED-THRESHOLD <size>', 'Accepted, and of no effect.'],
  ['SET-ACTIVE-EXPIRE <0|1>', 'Remove keys only when they are met after their time (0), or as it comes (1).'],
  ['SLEEP <seconds>', 'Stop the whole server for a while; fractions are allowed.'],
];

const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['error', { count: 3, handler: error }],
  ['help', { count: 2, handler: helpOf('debug', HELP) }],
  ['jmap', { count: 2, handler: nothing }],
  ['log', { count: 3, handler: log }],
  ['object', { count: 3, handler: object }],
  ['protocol', { count: 3, handler: protocol }],
  ['quicklist-packed-threshold', { count: 3, handler: quicklistPackedThreshold }],
  ['set-active-expire', { count: 3, handler: setActiveExpire }],
  ['sleep', { count: 3, handler: sleep }],
]);

function debug(c: Call): void {
  if (!isAllowed(c)) return c.error(NOT_ALLOWED);
  const form = FORMS.get(c.lowerText(1));
  if (form !== undefined && form.count === c.count) return form.handler(c);
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
