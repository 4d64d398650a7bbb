// CLIENT: what a connection tells of itself and of others, how its replies are sent, and how connections are ended.
import { type Call, word } from './call.js';
import type { Client } from './client.js';
import { clientPause, PAUSE_HELP } from './client-pause.js';
import { clientTracking, TRACKING_HELP } from './client-tracking.js';
import type { CommandDeclaration, CommandFlag } from './command.js';
import { Errors } from './errors.js';
import { Gate } from './guard.js';
import { type HelpEntry, helpOf } from './help.js';
import { isSubscriber } from './subscriptions.js';

const ADDR = word('ADDR');
const ERROR = word('ERROR');
const ID = word('ID');
const LADDR = word('LADDR');
const LIB_NAME = word('LIB-NAME');
const LIB_VER = word('LIB-VER');
const MAXAGE = word('MAXAGE');
const NO = word('no');
const OFF = word('OFF');
const ON = word('ON');
const SKIP = word('SKIP');
const SKIPME = word('SKIPME');
const TIMEOUT = word('TIMEOUT');
const TYPE = word('TYPE');
const USER = word('USER');
const YES = word('yes');

const NO_SUCH_CLIENT = 'ERR No such client';
const SECOND_MS = 1000;

/** A name with characters other than the visible ones of ASCII. */
export const CLIENT_NAME_ERROR = 'ERR Client names cannot contain spaces, newlines or special characters.';

/** Whether an argument has visible ASCII characters only (or none at all), so that lists of clients stay readable. */
export function isPrintable(c: Call, i: number): boolean {
  return /^[!-~]*$/.test(c.text(i));
}

// ---- about this connection -----------------------------------------------------------------------------------------

function id(c: Call): void {
  c.reply.integer(c.client.id);
}

function getname(c: Call): void {
  if (c.client.name === '') c.reply.null();
  else c.reply.bulk(c.client.name);
}

function setname(c: Call): void {
  if (!isPrintable(c, 2)) return c.error(CLIENT_NAME_ERROR);
  c.client.name = c.text(2);
  c.reply.ok();
}

function setinfo(c: Call): void {
  const isName = c.is(2, LIB_NAME);
  if (!isName && !c.is(2, LIB_VER)) return c.reply.errorBytes(`ERR Unrecognized option '${c.quotedText(2)}'`);
  if (!isPrintable(c, 3))
    return c.error(`ERR ${c.text(2)} cannot contain spaces, newlines or special characters.`);
  if (isName) c.client.libraryName = c.text(3);
  else c.client.libraryVersion = c.text(3);
  c.reply.ok();
}

function info(c: Call): void {
  c.reply.verbatim('txt', describe(c, c.client));
}

function reply(c: Call): void {
  const { client } = c;
  if (c.is(2, ON)) {
    client.gate &= ~(Gate.repliesOff | Gate.skipNext | Gate.skipThis);
    c.reply.ok();
  } else if (c.is(2, OFF)) {
    client.gate |= Gate.repliesOff;
  } else if (c.is(2, SKIP)) {
    if ((client.gate & Gate.repliesOff) === 0) client.gate |= Gate.skipNext;
  } else {
    c.syntaxError();
  }
}

// ON or OFF, or null with the error replied.
function readSwitch(c: Call): boolean | null {
  if (c.is(2, ON)) return true;
  if (c.is(2, OFF)) return false;
  c.syntaxError();
  return null;
}

function noEvict(c: Call): void {
  const on = readSwitch(c);
  if (on === null) return;
  c.client.noEvict = on;
  c.reply.ok();
}

function noTouch(c: Call): void {
  const on = readSwitch(c);
  if (on === null) return;
  c.changeNoTouch(on);
  c.reply.ok();
}

// ---- lists ---------------------------------------------------------------------------------------------------------

/** Types of clients as commands name them; there are no replicas yet. */
const TYPES = ['normal', 'replica', 'pubsub', 'master'] as const;
type ClientType = (typeof TYPES)[number];

function typeOf(client: Client): ClientType {
  return isSubscriber(client) ? 'pubsub' : 'normal';
}

// The type that an argument names, or null with the error replied.
function readType(c: Call, i: number): ClientType | null {
  const name = c.lowerText(i);
  const type = name === 'slave' ? 'replica' : TYPES.find((known) => known === name);
  if (type === undefined) c.reply.errorBytes(`ERR Unknown client type '${c.quotedText(i)}'`);
  return type ?? null;
}

// The line of a client, with its line break. What it is about to be told counts as its last command.
function describe(c: Call, client: Client): string {
  if (client === c.client && !c.isNested) client.lastCommand = c.command.fullName;
  return `${c.server.describe(client)}\n`;
}

function list(c: Call): void {
  let chosen: Client[];
  if (c.count === 2) {
    chosen = inOrder(c);
  } else if (c.count === 4 && c.is(2, TYPE)) {
    const type = readType(c, 3);
    if (type === null) return;
    chosen = inOrder(c).filter((client) => typeOf(client) === type);
  } else if (c.count > 3 && c.is(2, ID)) {
    const found = findByIds(c, 3);
    if (found === null) return;
    chosen = found;
  } else {
    return c.syntaxError();
  }
  c.reply.verbatim('txt', chosen.map((client) => describe(c, client)).join(''));
}

// All clients, the oldest first.
function inOrder(c: Call): Client[] {
  return [...c.server.clients()].sort((a, b) => a.id - b.id);
}

// The clients whose ids are given from `from` on, or null with the error replied.
function findByIds(c: Call, from: number): Client[] | null {
  const byId = new Map<number, Client>();
  for (const client of c.server.clients()) byId.set(client.id, client);
  const found: Client[] = [];
  for (let i = from; i < c.count; i++) {
    const asked = c.integerOrError(i, 'ERR Invalid client ID');
    if (asked === null) return null;
    const client = byId.get(asked);
    if (client) found.push(client);
  }
  return found;
}

// ---- UNBLOCK -------------------------------------------------------------------------------------------------------

function unblock(c: Call): void {
  const withError = c.count === 4 && c.is(3, ERROR);
  if (c.count === 4 && !withError && !c.is(3, TIMEOUT))
    return c.error('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR');
  const asked = c.integerOrError(2);
  if (asked === null) return;
  const { blocker } = c.server;
  const client = inOrder(c).find((one) => one.id === asked);
  const isBlocked = client !== undefined && blocker.isBlocked(client);
  if (isBlocked && withError) blocker.giveUp(client, UNBLOCKED);
  else if (isBlocked) blocker.timeOut(client);
  c.reply.integer(isBlocked ? 1 : 0);
}

const UNBLOCKED = Uint8Array.from(Buffer.from('-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n'));

// ---- KILL ----------------------------------------------------------------------------------------------------------

/** Which clients are to be ended; what is missing does not matter. */
interface KillFilter {
  id?: number;
  address?: string;
  localAddress?: string;
  type?: ClientType;
  user?: string;
  ageMinSeconds?: number;
  skipMe: boolean;
}

function kill(c: Call): void {
  if (c.count === 3) return killAddress(c);
  const filter = readKillFilter(c);
  if (filter === null) return;
  const chosen = inOrder(c).filter((client) => isChosen(c, filter, client));
  for (const client of chosen) c.server.kill(client);
  c.reply.integer(chosen.length);
}

// The old form: exactly one client, by its address, the caller not excepted.
function killAddress(c: Call): void {
  const address = c.text(2);
  const client = inOrder(c).find(({ peer }) => peer === address);
  if (client === undefined) return c.error(NO_SUCH_CLIENT);
  c.server.kill(client);
  c.reply.ok();
}

function isChosen(c: Call, filter: KillFilter, client: Client): boolean {
  const ageSeconds = Math.floor((c.server.nowMs() - client.createdMs) / SECOND_MS);
  return (
    (filter.address === undefined || filter.address === client.peer) &&
    (filter.localAddress === undefined || filter.localAddress === client.local) &&
    (filter.type === undefined || filter.type === typeOf(client)) &&
    (filter.id === undefined || filter.id === client.id) &&
    (filter.user === undefined || filter.user === client.user.name) &&
    (filter.ageMinSeconds === undefined || ageSeconds >= filter.ageMinSeconds) &&
    !(filter.skipMe && client === c.client)
  );
}

function readKillFilter(c: Call): KillFilter | null {
  const filter: KillFilter = { skipMe: true };
  for (let i = 2; i < c.count; i += 2) {
    if (i + 1 >= c.count) {
      c.syntaxError();
      return null;
    }
    if (!readKillOption(c, i, filter)) return null;
  }
  return filter;
}

// The option at `i` with its value into `filter`; false with the error replied if it is none.
function readKillOption(c: Call, i: number, filter: KillFilter): boolean {
  const value = i + 1;
  if (c.is(i, ID)) {
    const asked = c.integerWithin(value, 1, Infinity, 'ERR client-id should be greater than 0');
    if (asked === null) return false;
    filter.id = asked;
  } else if (c.is(i, MAXAGE)) {
    const age = c.integerOrError(value, 'ERR maxage is not an integer or out of range');
    if (age === null) return false;
    if (age <= 0) {
      c.error('ERR maxage should be greater than 0');
      return false;
    }
    filter.ageMinSeconds = age;
  } else if (c.is(i, TYPE)) {
    const type = readType(c, value);
    if (type === null) return false;
    filter.type = type;
  } else if (c.is(i, ADDR)) {
    filter.address = c.text(value);
  } else if (c.is(i, LADDR)) {
    filter.localAddress = c.text(value);
  } else if (c.is(i, USER)) {
    filter.user = c.text(value);
    if (c.server.acl.find(filter.user) === undefined) {
      c.reply.errorBytes(`ERR No such user '${c.quotedText(value)}'`);
      return false;
    }
  } else if (c.is(i, SKIPME) && (c.is(value, YES) || c.is(value, NO))) {
    filter.skipMe = c.is(value, YES);
  } else {
    c.error(Errors.syntax);
    return false;
  }
  return true;
}

// ---- declarations --------------------------------------------------------------------------------------------------

const HELP: readonly HelpEntry[] = [
  ['GETNAME', 'Tell the name of this connection.'],
  ['ID', 'Tell the number of this connection.'],
  ['INFO', 'Describe this connection.'],
  ['KILL <ip:port>', 'End the connection from that address.'],
  [
    'KILL <option> <value> [<option> <value> [...]]',
    'End all connections that meet every condition. The conditions:',
    '* ADDR (<ip:port>|<unixsocket>:0)',
    '  The address that they come from.',
    '* LADDR (<ip:port>|<unixsocket>:0)',
    '  The address that they came to.',
    '* TYPE (NORMAL|MASTER|REPLICA|PUBSUB)',
    '  What they are used for.',
    '* USER <username>',
    '  The user who authenticated.',
    '* SKIPME (YES|NO)',
    '  Whether to spare this connection (it is, unless NO is said).',
    '* ID <client-id>',
    '  Their number.',
    '* MAXAGE <seconds>',
    '  Their least age.',
  ],
  [
    'LIST [options ...]',
    'Describe all connections, or those that are chosen by:',
    '* TYPE (NORMAL|MASTER|REPLICA|PUBSUB)',
    '* ID <client-id> [<client-id> ...]',
  ],
  ['REPLY (ON|OFF|SKIP)', 'Send replies, send none, or leave out the next one.'],
  ['SETNAME <name>', 'Give this connection a name.'],
  ['SETINFO <option> <value>', 'Tell of the client library: LIB-NAME, its name, or LIB-VER, its version.'],
  [
    'UNBLOCK <client-id> [TIMEOUT|ERROR]',
    'End the wait of a client that blocks, as if its time were over or with an error.',
  ],
  ...PAUSE_HELP,
  ...TRACKING_HELP,
  ['NO-EVICT (ON|OFF)', 'Spare this connection when memory for clients runs short.'],
  ['NO-TOUCH (ON|OFF)', 'Let commands of this connection leave the access times of keys as they are.'],
];

const OWN: readonly CommandFlag[] = ['noscript', 'loading', 'stale'];
const ADMIN: readonly CommandFlag[] = ['admin', ...OWN];

const aboutItself: readonly CommandDeclaration[] = [
  {
    name: 'id',
    arity: 2,
    flags: OWN,
    group: 'connection',
    since: '5.0.0',
    summary: 'Tells the number of the connection, which no other one ever has',
    complexity: 'O(1)',
    reply: 'integer',
    handler: id,
  },
  {
    name: 'getname',
    arity: 2,
    flags: OWN,
    group: 'connection',
    since: '2.6.9',
    summary: 'Tells the name of the connection',
    complexity: 'O(1)',
    reply: ['bulk', 'null'],
    handler: getname,
  },
  {
    name: 'setname',
    arity: 3,
    flags: OWN,
    group: 'connection',
    since: '2.6.9',
    summary: 'Names the connection, or takes its name away',
    complexity: 'O(1)',
    arguments: 'connection-name',
    reply: 'status',
    handler: setname,
  },
  {
    name: 'setinfo',
    arity: 4,
    flags: OWN,
    group: 'connection',
    tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
    since: '7.2.0',
    summary: 'Tells the server which library, in which version, the client uses',
    complexity: 'O(1)',
    arguments: 'attr(LIB-NAME libname | LIB-VER libver)',
    reply: 'status',
    handler: setinfo,
  },
  {
    name: 'info',
    arity: 2,
    flags: OWN,
    group: 'connection',
    tips: ['nondeterministic_output'],
    since: '6.2.0',
    summary: 'Describes the connection',
    complexity: 'O(1)',
    reply: 'verbatim',
    handler: info,
  },
  {
    name: 'reply',
    arity: 3,
    flags: OWN,
    group: 'connection',
    since: '3.2.0',
    summary: 'Turns replies to the connection on or off, or off for one command',
    complexity: 'O(1)',
    arguments: 'action(ON | OFF | SKIP)',
    reply: ['status', 'none'],
    handler: reply,
  },
  {
    name: 'no-evict',
    arity: 3,
    flags: ADMIN,
    group: 'connection',
    since: '7.0.0',
    summary: 'Spares the connection when memory for clients runs short, or no longer',
    complexity: 'O(1)',
    arguments: 'enabled(ON | OFF)',
    reply: 'status',
    handler: noEvict,
  },
  {
    name: 'no-touch',
    arity: 3,
    flags: OWN,
    group: 'connection',
    since: '7.2.0',
    summary: 'Makes reads of the connection leave access times and frequencies of keys alone, or no longer',
    complexity: 'O(1)',
    arguments: 'enabled(ON | OFF)',
    reply: 'status',
    handler: noTouch,
  },
];

const aboutAll: readonly CommandDeclaration[] = [
  {
    name: 'list',
    arity: -2,
    flags: ADMIN,
    group: 'connection',
    tips: ['nondeterministic_output'],
    since: '2.4.0',
    summary: 'Describes all connections, or some of them',
    complexity: 'O(N log N) for N connections',
    arguments: '[TYPE client-type@5.0.0(NORMAL | MASTER | REPLICA | PUBSUB)] [ID client-id:integer@6.2.0...]',
    history: {
      '2.8.12': 'id',
      '5.0.0': 'TYPE',
      '6.0.0': 'user',
      '6.2.0': 'ID; argv-mem, tot-mem, laddr and redir',
      '7.0.0': 'resp, multi-mem, rbs and rbp',
      '7.0.3': 'ssub',
      '7.2.0': 'lib-name and lib-ver',
    },
    reply: 'verbatim',
    handler: list,
  },
  {
    name: 'kill',
    arity: -3,
    flags: ADMIN,
    group: 'connection',
    since: '2.4.0',
    summary: 'Ends connections',
    complexity: 'O(N log N) for N connections',
    arguments: `
      filter(
        old-format~ip:port!2.8.12
        | new-format(
          [ID client-id:integer@2.8.12]
          | [TYPE client-type@2.8.12(NORMAL | MASTER@3.2.0 | SLAVE | REPLICA@5.0.0 | PUBSUB)]
          | [USER username] | [ADDR addr~ip:port] | [LADDR laddr~ip:port@6.2.0]
          | [SKIPME skipme(YES | NO)] | [MAXAGE maxage:integer@7.4.0])...)`,
    history: {
      '2.8.12': 'Filters, ID among them',
      '3.2.0': 'TYPE master',
      '5.0.0': 'TYPE replica',
      '6.2.0': 'LADDR',
      '7.4.0': 'MAXAGE',
    },
    reply: ['status', 'integer'],
    handler: kill,
  },
  {
    name: 'unblock',
    arity: -3,
    flags: ADMIN,
    group: 'connection',
    since: '5.0.0',
    summary: 'Ends the wait of a client that blocks',
    complexity: 'O(N log N) for N connections',
    arguments: 'client-id:integer [unblock-type(TIMEOUT | ERROR)]',
    reply: 'integer',
    handler: unblock,
  },
  {
    name: 'help',
    arity: 2,
    flags: ['loading', 'stale'],
    group: 'connection',
    since: '5.0.0',
    summary: 'Shows the syntax of the subcommands',
    complexity: 'O(1)',
    reply: 'array',
    handler: helpOf('client', HELP),
  },
];

/** CLIENT with its subcommands. */
export const clientCommands: CommandDeclaration = {
  name: 'client',
  arity: -2,
  flags: [],
  group: 'connection',
  categories: [],
  since: '2.4.0',
  summary: 'Commands about connections',
  complexity: 'That of the subcommand',
  reply: 'any',
  subcommands: [...aboutItself, ...clientTracking, ...clientPause, ...aboutAll],
};
