// What COMMAND DOCS tells of a command, derived from its declaration.
import { type CommandArgument, parseArguments } from './command-arguments.js';
import type { Command } from './registry.js';
import { type ReplyText, ReplyTexts } from './reply-text.js';

// The command's full name, then a map of what is known of it.
function writeDocs(command: Command, reply: ReplyText): void {
  const { deprecated, children } = command;
  const flags = [...(deprecated ? ['deprecated'] : []), ...(command.docFlags ?? [])];
  const history = Object.entries(command.history ?? {});
  const parsed = parseArguments(command.arguments ?? '');
  const lists = [flags, history, parsed, [...children]].filter(({ length }) => length > 0);
  reply.bulk(command.fullName);
  reply.map(4 + (deprecated ? 2 : 0) + lists.length);
  writeField(reply, 'summary', command.summary);
  writeField(reply, 'since', command.since);
  writeField(reply, 'group', command.group);
  writeField(reply, 'complexity', command.complexity);
  if (flags.length > 0) {
    reply.bulk('doc_flags');
    reply.flags(flags);
  }
  if (deprecated) {
    writeField(reply, 'deprecated_since', deprecated.since);
    writeField(reply, 'replaced_by', deprecated.replacedBy);
  }
  if (history.length > 0) {
    reply.bulk('history');
    reply.set(history.length);
    for (const [since, change] of history) {
      reply.array(2);
      reply.bulk(since);
      reply.bulk(change);
    }
  }
  if (parsed.length > 0) {
    reply.bulk('arguments');
    writeArguments(parsed, reply);
  }
  if (children.size > 0) {
    reply.bulk('subcommands');
    reply.map(children.size);
    for (const child of children.values()) writeDocs(child, reply);
  }
}

function writeArguments(list: readonly CommandArgument[], reply: ReplyText): void {
  reply.array(list.length);
  for (const argument of list) writeArgument(argument, reply);
}

function writeArgument(argument: CommandArgument, reply: ReplyText): void {
  const { members } = argument;
  const fields: readonly (readonly [string, string | number | undefined])[] = [
    ['name', argument.name],
    ['type', argument.type],
    ['display_text', argument.displayText],
    ['key_spec_index', argument.keySpec],
    ['token', argument.token],
    ['since', argument.since],
    ['deprecated_since', argument.deprecatedSince],
  ];
  const flags = argumentFlags(argument);
  const lists = [flags, members].filter(({ length }) => length > 0);
  reply.map(fields.filter(([, value]) => value !== undefined).length + lists.length);
  for (const [name, value] of fields) {
    if (typeof value === 'string') {
      writeField(reply, name, value);
    } else if (value !== undefined) {
      reply.bulk(name);
      reply.integer(value);
    }
  }
  if (flags.length > 0) {
    reply.bulk('flags');
    reply.flags(flags);
  }
  if (members.length > 0) {
    reply.bulk('arguments');
    writeArguments(members, reply);
  }
}

function argumentFlags({ isOptional, isRepeated, isTokenRepeated }: CommandArgument): string[] {
  return [
    ...(isOptional ? ['optional'] : []),
    ...(isRepeated ? ['multiple'] : []),
    ...(isTokenRepeated ? ['multiple_token'] : []),
  ];
}

function writeField(reply: ReplyText, name: string, value: string): void {
  reply.bulk(name);
  reply.bulk(value);
}

/** Pairs of COMMAND DOCS (a name and its map), by command. */
export const commandDocs = new ReplyTexts<Command>(writeDocs);
