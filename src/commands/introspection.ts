// COMMAND: what commands there are. Everything it tells is derived from the registry.
import { matchesGlob } from '../config/glob.js';
import { type Call, word } from './call.js';
import type { CommandDeclaration, CommandFlag } from './command.js';
import { commandDocs } from './command-docs.js';
import { commandInfos, orderedKeyFlags } from './command-info.js';
import { type HelpEntry, helpOf } from './help.js';
import { hasKeys, type KeyPosition, keyPositions } from './key-positions.js';
import type { Command, Registry } from './registry.js';

const ACLCAT = word('ACLCAT');
const FILTERBY = word('FILTERBY');
const MODULE = word('MODULE');
const PATTERN = word('PATTERN');

function topCommands({ commands, topCount }: Registry): readonly Command[] {
  return commands.slice(0, topCount);
}

// The command that an argument names, as "name" or "container|subcommand".
function named(c: Call, i: number): Command | undefined {
  const name = c.text(i);
  return name.split('|').length > 2 ? undefined : c.server.registry.find(name);
}

// ---- INFO, DOCS, COUNT ---------------------------------------------------------------------------------------------

function all(c: Call): void {
  const commands = topCommands(c.server.registry);
  c.reply.array(commands.length);
  for (const command of commands) c.reply.text(commandInfos.of(command, c.reply.resp3));
}

function info(c: Call): void {
  if (c.count === 2) return all(c);
  c.reply.array(c.count - 2);
  for (let i = 2; i < c.count; i++) {
    const command = named(c, i);
    if (command) c.reply.text(commandInfos.of(command, c.reply.resp3));
    else c.reply.null();
  }
}

function docs(c: Call): void {
  let chosen: readonly (Command | undefined)[];
  if (c.count === 2) chosen = topCommands(c.server.registry);
  else chosen = Array.from({ length: c.count - 2 }, (_, at) => named(c, at + 2));
  const commands = chosen.filter((command) => command !== undefined);
  c.reply.map(commands.length);
  for (const command of commands) c.reply.text(commandDocs.of(command, c.reply.resp3));
}

function count(c: Call): void {
  c.reply.integer(c.server.registry.topCount);
}

// ---- LIST ----------------------------------------------------------------------------------------------------------

function list(c: Call): void {
  if (c.count !== 2 && (c.count !== 5 || !c.is(2, FILTERBY))) return c.syntaxError();
  const isListed = c.count === 2 ? (): boolean => true : readFilter(c);
  if (isListed === null) return c.syntaxError();
  const names: string[] = [];
  for (const command of topCommands(c.server.registry)) {
    for (const one of [command, ...command.children.values()]) if (isListed(one)) names.push(one.fullName);
  }
  c.reply.array(names.length);
  for (const name of names) c.reply.bulk(name);
}

// The test that a filter asks for, or null if there is no such filter.
function readFilter(c: Call): ((command: Command) => boolean) | null {
  const value = c.lowerText(4);
  // No command comes from a module.
  if (c.is(3, MODULE)) return () => false;
  if (c.is(3, ACLCAT)) return (command) => command.allCategories.includes(value);
  if (c.is(3, PATTERN)) return (command) => matchesGlob(value, command.fullName);
  return null;
}

// ---- GETKEYS -------------------------------------------------------------------------------------------------------

// The command that begins with argument 2, its subcommand if it is a container, or undefined.
function given(c: Call): Command | undefined {
  const name = c.text(2);
  const command = name.includes('|') ? undefined : c.server.registry.find(name);
  if (command === undefined || command.children.size === 0 || c.count === 3) return command;
  return command.children.get(c.lowerText(3));
}

// The keys of the command that is given from argument 2 on, or null with the error replied.
function readKeys(c: Call): KeyPosition[] | null {
  const command = given(c);
  const size = c.count - 2;
  let error: string;
  if (command === undefined) {
    error = 'ERR Invalid command specified';
  } else if (!hasKeys(command)) {
    error = 'ERR The command has no key arguments';
  } else if (command.arity > 0 ? size !== command.arity : size < -command.arity) {
    error = 'ERR Invalid number of arguments specified for command';
  } else {
    const found = keyPositions(c, 2, command) ?? [];
    if (found.length > 0 || command.flags.includes('no_mandatory_keys')) return found;
    error = 'ERR Invalid arguments specified for command';
  }
  c.error(error);
  return null;
}

function getkeys(c: Call): void {
  const keys = readKeys(c);
  if (keys === null) return;
  c.reply.array(keys.length);
  for (const { index } of keys) c.store.writeArgument(c.first + 2 + index);
}

function getkeysandflags(c: Call): void {
  const keys = readKeys(c);
  if (keys === null) return;
  c.reply.array(keys.length);
  for (const { index, flags } of keys) {
    c.reply.array(2);
    c.store.writeArgument(c.first + 2 + index);
    const shown = orderedKeyFlags(flags);
    c.reply.set(shown.length);
    for (const flag of shown) c.reply.status(flag);
  }
}

// ---- declarations --------------------------------------------------------------------------------------------------

const HELP: readonly HelpEntry[] = [
  ['(no subcommand)', 'Describe all commands.'],
  ['COUNT', 'Tell how many commands there are.'],
  [
    'LIST [FILTERBY <filter> <value>]',
    'List the names of all commands and subcommands, or of those that',
    'come from a MODULE, are of an ACLCAT (a category), or match a PATTERN.',
  ],
  ['INFO [<command-name> ...]', 'Describe some commands: arity, flags, categories, keys; or all of them.'],
  ['DOCS [<command-name> ...]', 'Tell what some commands do, or all of them.'],
  ['GETKEYS <full-command>', 'Show which arguments of a command are keys.'],
  ['GETKEYSANDFLAGS <full-command>', 'Show them with what the command does with each.'],
];

const FLAGS: readonly CommandFlag[] = ['loading', 'stale'];
const CATEGORIES = ['connection'] as const;
const UNORDERED = ['nondeterministic_output_order'] as const;

const subcommands: readonly CommandDeclaration[] = [
  {
    name: 'count',
    arity: 2,
    flags: FLAGS,
    group: 'server',
    categories: CATEGORIES,
    since: '2.8.13',
    summary: 'Tells how many commands there are',
    complexity: 'O(1)',
    reply: 'integer',
    handler: count,
  },
  {
    name: 'info',
    arity: -2,
    flags: FLAGS,
    group: 'server',
    categories: CATEGORIES,
    tips: UNORDERED,
    since: '2.8.13',
    summary: 'Describes some commands, or all of them',
    complexity: 'O(N) for N commands',
    arguments: '[command-name...]',
    history: { '7.0.0': 'All commands if none is named' },
    reply: 'array',
    handler: info,
  },
  {
    name: 'list',
    arity: -2,
    flags: FLAGS,
    group: 'server',
    categories: CATEGORIES,
    tips: UNORDERED,
    since: '7.0.0',
    summary: 'Lists the names of commands and subcommands',
    complexity: 'O(N) for N commands',
    arguments: '[FILTERBY filterby(MODULE module-name | ACLCAT category | PATTERN pattern:pattern)]',
    reply: 'array',
    handler: list,
  },
  {
    name: 'docs',
    arity: -2,
    flags: FLAGS,
    group: 'server',
    categories: CATEGORIES,
    tips: UNORDERED,
    since: '7.0.0',
    summary: 'Tells what some commands do, or all of them',
    complexity: 'O(N) for N commands',
    arguments: '[command-name...]',
    reply: 'map',
    handler: docs,
  },
  {
    name: 'getkeys',
    arity: -3,
    flags: FLAGS,
    group: 'server',
    categories: CATEGORIES,
    since: '2.8.13',
    summary: 'Shows which arguments of a command are keys',
    complexity: 'O(N) for N arguments',
    arguments: 'command [arg...]',
    reply: 'array',
    handler: getkeys,
  },
  {
    name: 'getkeysandflags',
    arity: -3,
    flags: FLAGS,
    group: 'server',
    categories: CATEGORIES,
    since: '7.0.0',
    summary: 'Shows which arguments of a command are keys, and what it does with each',
    complexity: 'O(N) for N arguments',
    arguments: 'command [arg...]',
    reply: 'array',
    handler: getkeysandflags,
  },
  {
    name: 'help',
    arity: 2,
    flags: FLAGS,
    group: 'server',
    categories: CATEGORIES,
    since: '5.0.0',
    summary: 'Shows the syntax of the subcommands',
    complexity: 'O(1)',
    reply: 'array',
    handler: helpOf('command', HELP),
  },
];

export const introspection: readonly CommandDeclaration[] = [
  {
    name: 'command',
    arity: -1,
    flags: FLAGS,
    group: 'server',
    categories: CATEGORIES,
    tips: UNORDERED,
    since: '2.8.13',
    summary: 'Describes all commands',
    complexity: 'O(N) for N commands',
    reply: 'array',
    handler: all,
    subcommands,
  },
];
