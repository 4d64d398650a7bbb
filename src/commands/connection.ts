// The connection: who the client is, which protocol and database it uses. CLIENT is in client-commands.ts.
import { clientCommands, CLIENT_NAME_ERROR, isPrintable } from './client-commands.js';
import { type Call, word } from './call.js';
import type { CommandDeclaration, CommandFlag } from './command.js';
import { REDIS_VERSION } from './compatibility.js';
import { Errors } from './errors.js';
import { Gate } from './guard.js';
import { allFrom } from './redaction.js';
import { endTransaction } from './transactions.js';

const AUTH = word('AUTH');
const SETNAME = word('SETNAME');

const INT_MIN = -2147483648;
const INT_MAX = 2147483647;
const DEFAULT_USER = 'default';
const WRONG_PASSWORD = 'WRONGPASS invalid username-password pair or user is disabled.';
const NOT_AUTHENTICATED =
  'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> ' +
  'option can be used to authenticate the client and select the RESP protocol version at the same time';
const NO_PASSWORD_SET =
  'ERR AUTH <password> called without any password configured for the default user. ' +
  'Are you sure your configuration is correct?';

function ping(c: Call): void {
  if ((c.client.gate & Gate.subscriber) !== 0 && c.count <= 2) return pingSubscribed(c);
  if (c.count === 1) c.reply.short(PONG);
  else if (c.count === 2) c.store.writeArgument(c.first + 1);
  else c.error("ERR wrong number of arguments for 'ping' command");
}

// In RESP2, what a subscriber receives has the form of a message.
function pingSubscribed(c: Call): void {
  c.reply.array(2);
  c.reply.bulk('pong');
  if (c.count === 2) c.store.writeArgument(c.first + 1);
  else c.reply.bulk('');
}

const PONG = Uint8Array.from(Buffer.from('+PONG\r\n'));

function echo(c: Call): void {
  c.store.writeArgument(c.first + 1);
}

function select(c: Call): void {
  const index = c.integerOrError(1);
  if (index === null) return;
  if (index < INT_MIN || index > INT_MAX)
    return c.error(`ERR value is out of range, value must between ${INT_MIN} and ${INT_MAX}`);
  if (index < 0 || index >= c.server.config.databases) return c.error(Errors.databaseRange);
  c.changeDatabase(index);
  c.reply.ok();
}

function quit(c: Call): void {
  c.reply.ok();
  c.client.closing = true;
}

function reset(c: Call): void {
  const { client } = c;
  endTransaction(c, client);
  c.server.pubsub.unsubscribeAll(client);
  c.server.tracking.disable(client);
  c.server.monitors.remove(client);
  client.name = '';
  client.gate &= Gate.skipThis;
  c.server.acl.admit(client);
  client.noEvict = false;
  c.changeNoTouch(false);
  c.changeDatabase(0);
  c.changeProtocol(2);
  c.reply.status('RESET');
}

// Whether the client now is that user; if not, the error was replied.
function authenticate(c: Call, name: string, password: Uint8Array): boolean {
  if (c.server.acl.authenticate(c, name, password)) return true;
  c.error(WRONG_PASSWORD);
  return false;
}

function auth(c: Call): void {
  if (c.count > 3) return c.syntaxError();
  const isNamed = c.count === 3;
  if (!isNamed && c.server.acl.isOpen) return c.error(NO_PASSWORD_SET);
  if (authenticate(c, isNamed ? c.text(1) : DEFAULT_USER, c.lent(isNamed ? 2 : 1))) c.reply.ok();
}

function hello(c: Call): void {
  let version: 2 | 3 | null = null;
  if (c.count > 1) {
    const asked = c.integerOrError(1, 'ERR Protocol version is not an integer or out of range');
    if (asked === null) return;
    if (asked !== 2 && asked !== 3) return c.error('NOPROTO unsupported protocol version');
    version = asked;
  }
  let userAt = 0;
  let nameAt = 0;
  for (let i = 2; i < c.count; i++) {
    const left = c.count - 1 - i;
    if (c.is(i, AUTH) && left >= 2) {
      userAt = i + 1;
      i += 2;
    } else if (c.is(i, SETNAME) && left >= 1) {
      nameAt = ++i;
      if (!isPrintable(c, nameAt)) return c.error(CLIENT_NAME_ERROR);
    } else {
      return c.reply.errorBytes(`ERR Syntax error in HELLO option '${c.quotedText(i)}'`);
    }
  }
  if (userAt > 0 && !authenticate(c, c.text(userAt), c.lent(userAt + 1))) return;
  if (!c.client.isAuthenticated) return c.error(NOT_AUTHENTICATED);
  if (nameAt > 0) c.client.name = c.text(nameAt);
  if (version !== null) c.changeProtocol(version);
  replyHello(c);
}

// Each name and password behind AUTH.
function helloSecrets(c: Call): number[] {
  const found: number[] = [];
  for (let i = 2; i + 2 < c.count; i++) {
    if (!c.is(i, AUTH)) continue;
    found.push(i + 1, i + 2);
    i += 2;
  }
  return found;
}

function replyHello(c: Call): void {
  const { reply } = c;
  reply.map(7);
  reply.bulk('server');
  reply.bulk('redis');
  reply.bulk('version');
  reply.bulk(REDIS_VERSION);
  reply.bulk('proto');
  reply.integer(c.client.protocol);
  reply.bulk('id');
  reply.integer(c.client.id);
  reply.bulk('mode');
  reply.bulk('standalone');
  reply.bulk('role');
  reply.bulk('master');
  reply.bulk('modules');
  reply.array(0);
}

// ---- declarations --------------------------------------------------------------------------------------------------

const FAST: readonly CommandFlag[] = ['loading', 'stale', 'fast'];
/** For commands that a client may send before anything else, whatever state it and the server are in. */
const ALWAYS: readonly CommandFlag[] = ['noscript', 'loading', 'stale', 'fast', 'no_auth', 'allow_busy'];

export const connection: readonly CommandDeclaration[] = [
  {
    name: 'ping',
    arity: -1,
    flags: ['fast'],
    group: 'connection',
    tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
    since: '1.0.0',
    summary: 'Replies PONG, or the message given, as a sign of life',
    complexity: 'O(1)',
    arguments: '[message]',
    reply: ['status', 'bulk'],
    handler: ping,
  },
  {
    name: 'echo',
    arity: 2,
    flags: FAST,
    group: 'connection',
    since: '1.0.0',
    summary: 'Replies the message given',
    complexity: 'O(N) for N bytes of the message',
    arguments: 'message',
    reply: 'bulk',
    handler: echo,
  },
  {
    name: 'hello',
    arity: -1,
    flags: ALWAYS,
    group: 'connection',
    since: '6.0.0',
    summary:
      'Chooses the protocol version, on request names and authenticates the connection; tells who the server is',
    complexity: 'O(1)',
    arguments: '[arguments(protover:integer [AUTH auth(username password)] [SETNAME clientname])]',
    history: { '6.2.0': 'Without a version it only tells of the connection' },
    reply: 'map',
    secrets: helloSecrets,
    handler: hello,
  },
  {
    name: 'select',
    arity: 2,
    flags: FAST,
    group: 'connection',
    since: '1.0.0',
    summary: 'Chooses the database that the following commands mean',
    complexity: 'O(1)',
    arguments: 'index:integer',
    reply: 'status',
    handler: select,
  },
  {
    name: 'quit',
    arity: -1,
    flags: ALWAYS,
    group: 'connection',
    since: '1.0.0',
    summary: 'Ends the connection once everything has been replied',
    complexity: 'O(1)',
    reply: 'status',
    handler: quit,
    deprecated: { since: '7.2.0', replacedBy: 'closing the connection' },
  },
  {
    name: 'reset',
    arity: 1,
    flags: ALWAYS,
    group: 'connection',
    since: '6.2.0',
    summary: 'Puts the connection back into the state of a new one',
    complexity: 'O(1)',
    reply: 'status',
    handler: reset,
  },
  {
    name: 'auth',
    arity: -2,
    flags: ALWAYS,
    group: 'connection',
    since: '1.0.0',
    summary: 'Logs a user in on the connection',
    complexity: 'O(N) for N passwords of the user',
    arguments: '[username@6.0.0] password',
    history: { '6.0.0': 'A user name' },
    reply: 'status',
    secrets: allFrom(1),
    handler: auth,
  },
  clientCommands,
];
