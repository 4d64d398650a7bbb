// ACL: the users, what they may do, and what was denied. Rules and checks are the server's (src/server/acl/).
import { randomBytes } from 'node:crypto';
import type { AccountDetails, PermissionsText } from './access.js';
import { type Call, word } from './call.js';
import type { CommandDeclaration, CommandFlag } from './command.js';
import { CATEGORIES } from './command-info.js';
import { verboseDenial } from './denials.js';
import { wrongArity } from './errors.js';
import { type HelpEntry, helpOf, subcommandSyntax } from './help.js';
import { allFrom } from './redaction.js';
import type { Command } from './registry.js';

const RESET = word('RESET');
const DEFAULT_USER = 'default';
const BITS_MAX = 4096;
const BITS_DEFAULT = 256;
const BITS_OF_DIGIT = 4;
const LOGGED_DEFAULT = 10;

function bulkText(c: Call, text: string): void {
  c.reply.bulkLatin1(text);
}

function bulkTexts(c: Call, texts: readonly string[]): void {
  c.reply.array(texts.length);
  for (const text of texts) bulkText(c, text);
}

// ---- users ---------------------------------------------------------------------------------------------------------

function setuser(c: Call): void {
  const rules: string[] = [];
  for (let i = 3; i < c.count; i++) rules.push(c.text(i));
  const error = c.server.acl.change(c.text(2), rules);
  if (error === null) c.reply.ok();
  else c.reply.errorBytes(`ERR ${error}`);
}

function deluser(c: Call): void {
  let removed = 0;
  for (let i = 2; i < c.count; i++) {
    const name = c.text(i);
    if (name === DEFAULT_USER) return c.error("ERR The 'default' user cannot be removed");
    if (c.server.acl.remove(name)) removed++;
  }
  c.reply.integer(removed);
}

function getuser(c: Call): void {
  const user = c.server.acl.find(c.text(2));
  if (user === undefined) return c.reply.null();
  const [own, ...selectors] = user.permissions;
  const { reply } = c;
  reply.map(6);
  reply.bulk('flags');
  reply.set(user.flags.length);
  for (const flag of user.flags) reply.bulk(flag);
  reply.bulk('passwords');
  bulkTexts(c, [...user.passwordHashes]);
  writePermissions(c, own);
  reply.bulk('selectors');
  reply.array(selectors.length);
  for (const selector of selectors) {
    reply.map(3);
    writePermissions(c, selector);
  }
}

function writePermissions(c: Call, permissions: PermissionsText): void {
  for (const name of ['commands', 'keys', 'channels'] as const) {
    c.reply.bulk(name);
    bulkText(c, permissions[name]);
  }
}

function list(c: Call): void {
  const line = ({ name, rules }: AccountDetails): string => `user ${name} ${rules}`;
  bulkTexts(c, c.server.acl.accounts().map(line));
}

function users(c: Call): void {
  bulkTexts(
    c,
    c.server.acl.accounts().map(({ name }) => name),
  );
}

function whoami(c: Call): void {
  bulkText(c, c.client.user.name);
}

// ---- what may be done ----------------------------------------------------------------------------------------------

function cat(c: Call): void {
  if (c.count > 3) return subcommandSyntax(c, 'acl');
  if (c.count === 2) return bulkTexts(c, CATEGORIES);
  const category = c.lowerText(2);
  if (!CATEGORIES.includes(category)) return c.reply.errorBytes(`ERR Unknown category '${c.quotedText(2)}'`);
  const { commands } = c.server.registry;
  const chosen = commands.filter((command) => command.allCategories.includes(category));
  bulkTexts(
    c,
    chosen.map(({ fullName }) => fullName),
  );
}

// The command that begins with argument 3: a subcommand where its container is given with one.
function given(c: Call): Command | undefined {
  const command = c.text(3).includes('|') ? undefined : c.server.registry.find(c.text(3));
  if (command === undefined || command.children.size === 0 || c.count === 4) return command;
  return command.children.get(c.lowerText(4));
}

function dryrun(c: Call): void {
  const user = c.server.acl.find(c.text(2));
  if (user === undefined) return c.reply.errorBytes(`ERR User '${c.quotedText(2)}' not found`);
  const command = given(c);
  if (command === undefined) return c.reply.errorBytes(`ERR Command '${c.quotedText(3)}' not found`);
  const size = c.count - 3;
  if (command.arity > 0 ? size !== command.arity : size < -command.arity)
    return c.error(wrongArity(command.fullName));
  const denial = c.server.acl.check(user, c, 3, command);
  if (denial === null) c.reply.ok();
  else bulkText(c, verboseDenial(user.name, denial, command, c.text(3 + denial.index)));
}

function genpass(c: Call): void {
  let bits = BITS_DEFAULT;
  if (c.count > 3) return subcommandSyntax(c, 'acl');
  if (c.count === 3) {
    const asked = c.integerOrError(2);
    if (asked === null) return;
    if (asked <= 0 || asked > BITS_MAX)
      return c.error(
        'ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to ' +
          String(BITS_MAX),
      );
    bits = asked;
  }
  const digits = Math.ceil(bits / BITS_OF_DIGIT);
  c.reply.bulk(
    randomBytes(Math.ceil(digits / 2))
      .toString('hex')
      .slice(0, digits),
  );
}

// ---- LOG -----------------------------------------------------------------------------------------------------------

function log(c: Call): void {
  const { acl } = c.server;
  if (c.count > 3) return subcommandSyntax(c, 'acl');
  let count = LOGGED_DEFAULT;
  if (c.count === 3) {
    if (c.is(2, RESET)) {
      acl.forgetEntries();
      return c.reply.ok();
    }
    const asked = c.integerOrError(2);
    if (asked === null) return;
    count = Math.max(0, asked);
  }
  const shown = acl.entries.slice(0, count);
  c.reply.array(shown.length);
  const now = Date.now();
  for (const entry of shown) {
    c.reply.map(10);
    writePairs(c, [
      ['count', entry.count],
      ['reason', entry.reason],
      ['context', entry.context],
      ['object', entry.object],
      ['username', entry.user],
    ]);
    c.reply.bulk('age-seconds');
    c.reply.double((now - entry.updatedMs) / 1000);
    c.reply.bulk('client-info');
    c.reply.bulk(entry.clientInfo);
    writePairs(c, [
      ['entry-id', entry.id],
      ['timestamp-created', entry.createdMs],
      ['timestamp-last-updated', entry.updatedMs],
    ]);
  }
}

function writePairs(c: Call, pairs: readonly (readonly [string, string | number])[]): void {
  for (const [name, value] of pairs) {
    c.reply.bulk(name);
    if (typeof value === 'number') c.reply.integer(value);
    else bulkText(c, value);
  }
}

// ---- the file ------------------------------------------------------------------------------------------------------

function replyOutcome(c: Call, error: string | null): void {
  if (error === null) c.reply.ok();
  else c.reply.errorBytes(`ERR ${error}`);
}

// ---- declarations --------------------------------------------------------------------------------------------------

const HELP: readonly HelpEntry[] = [
  ['CAT [<category>]', 'List the categories, or the commands of one.'],
  ['DELUSER <username> [<username> ...]', 'Remove users and end their connections.'],
  [
    'DRYRUN <username> <command> [<arg> ...]',
    'Tell whether a user may execute a command, which is not executed.',
  ],
  ['GETUSER <username>', 'Show what a user is and may do.'],
  ['GENPASS [<bits>]', 'Make up a password, of 256 bits unless told otherwise.'],
  ['LIST', 'Show all users as lines of a configuration file.'],
  ['LOAD', 'Read the users from the ACL file.'],
  ['LOG [<count> | RESET]', 'Show what was denied last, or forget it.'],
  ['SAVE', 'Write the users to the ACL file.'],
  ['SETUSER <username> <attribute> [<attribute> ...]', 'Make or change a user.'],
  ['USERS', 'List the names of all users.'],
  ['WHOAMI', 'Tell which user this connection is.'],
];

const OPEN: readonly CommandFlag[] = ['noscript', 'loading', 'stale'];
const ADMIN: readonly CommandFlag[] = ['admin', ...OPEN];

/** What the subcommands have in common. */
const COMMON = { group: 'server', categories: [], since: '6.0.0' } as const;

const subcommands: readonly CommandDeclaration[] = [
  {
    ...COMMON,
    name: 'cat',
    arity: -2,
    flags: OPEN,
    summary: 'Lists the categories of commands, or the commands of one',
    complexity: 'O(N) for N commands',
    arguments: '[category]',
    reply: 'array',
    handler: cat,
  },
  {
    ...COMMON,
    name: 'deluser',
    arity: -3,
    flags: ADMIN,
    summary: 'Removes users and ends their connections',
    complexity: 'O(N) for N connections, for each user',
    arguments: 'username...',
    reply: 'integer',
    handler: deluser,
  },
  {
    ...COMMON,
    name: 'dryrun',
    arity: -4,
    flags: ADMIN,
    since: '7.0.0',
    summary: 'Tells whether a user may execute a command, without executing it',
    complexity: 'O(N*M) for N keys and M patterns',
    arguments: 'username command [arg...]',
    reply: ['status', 'bulk'],
    handler: dryrun,
  },
  {
    ...COMMON,
    name: 'genpass',
    arity: -2,
    flags: OPEN,
    summary: 'Makes up a password that cannot be guessed',
    complexity: 'O(1)',
    arguments: '[bits:integer]',
    reply: 'bulk',
    handler: genpass,
  },
  {
    ...COMMON,
    name: 'getuser',
    arity: 3,
    flags: ADMIN,
    summary: 'Shows what a user is and may do',
    complexity: 'O(N) for N rules of the user',
    arguments: 'username',
    history: { '6.2.0': 'Channel patterns', '7.0.0': 'Selectors; patterns are told as rules' },
    reply: ['map', 'null'],
    handler: getuser,
  },
  {
    ...COMMON,
    name: 'list',
    arity: 2,
    flags: ADMIN,
    summary: 'Shows all users as lines of a configuration file',
    complexity: 'O(N log N) for N users',
    reply: 'array',
    handler: list,
  },
  {
    ...COMMON,
    name: 'load',
    arity: 2,
    flags: ADMIN,
    summary: 'Reads the users from the ACL file',
    complexity: 'O(N) for N users and connections',
    reply: 'status',
    handler: (c) => replyOutcome(c, c.server.acl.load()),
  },
  {
    ...COMMON,
    name: 'log',
    arity: -2,
    flags: ADMIN,
    summary: 'Shows what was denied last, or forgets it',
    complexity: 'O(N) for N entries shown',
    arguments: '[operation(count:integer | RESET)]',
    history: { '7.2.0': 'Numbers of entries, and when they were made and changed' },
    reply: ['array', 'status'],
    handler: log,
  },
  {
    ...COMMON,
    name: 'save',
    arity: 2,
    flags: ADMIN,
    summary: 'Writes the users to the ACL file',
    complexity: 'O(N log N) for N users',
    reply: 'status',
    handler: (c) => replyOutcome(c, c.server.acl.save()),
  },
  {
    ...COMMON,
    name: 'setuser',
    arity: -3,
    flags: ADMIN,
    summary: 'Makes or changes a user',
    complexity: 'O(N + M) for N rules and M connections',
    arguments: 'username [rule...]',
    history: { '6.2.0': 'Channel patterns', '7.0.0': 'Selectors, and keys that may only be read or written' },
    reply: 'status',
    // Neither the passwords nor what the user may do.
    secrets: allFrom(2),
    handler: setuser,
  },
  {
    ...COMMON,
    name: 'users',
    arity: 2,
    flags: ADMIN,
    summary: 'Lists the names of all users',
    complexity: 'O(N log N) for N users',
    reply: 'array',
    handler: users,
  },
  {
    ...COMMON,
    name: 'whoami',
    arity: 2,
    flags: OPEN,
    summary: 'Tells which user the connection is',
    complexity: 'O(1)',
    reply: 'bulk',
    handler: whoami,
  },
  {
    ...COMMON,
    name: 'help',
    arity: 2,
    flags: ['loading', 'stale'],
    summary: 'Shows the syntax of the subcommands',
    complexity: 'O(1)',
    reply: 'array',
    handler: helpOf('acl', HELP),
  },
];

/** ACL with its subcommands. */
export const acl: readonly CommandDeclaration[] = [
  {
    ...COMMON,
    name: 'acl',
    arity: -2,
    flags: [],
    summary: 'Commands about users and what they may do',
    complexity: 'That of the subcommand',
    reply: 'any',
    subcommands,
  },
];
