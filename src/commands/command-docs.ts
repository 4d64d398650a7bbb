// What COMMAND DOCS tells of a command, derived from its declaration.
import type { Command } from './registry.js';
import { type ReplyText, ReplyTexts } from './reply-text.js';

// The command's full name, then a map of what is known of it.
function writeDocs(command: Command, reply: ReplyText): void {
  const { deprecated, children } = command;
  const flags = [...(deprecated ? ['deprecated'] : []), ...(command.docFlags ?? [])];
  reply.bulk(command.fullName);
  reply.map(4 + (flags.length > 0 ? 1 : 0) + (deprecated ? 2 : 0) + (children.size > 0 ? 1 : 0));
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
  if (children.size > 0) {
    reply.bulk('subcommands');
    reply.map(children.size);
    for (const child of children.values()) writeDocs(child, reply);
  }
}

function writeField(reply: ReplyText, name: string, value: string): void {
  reply.bulk(name);
  reply.bulk(value);
}

/** Pairs of COMMAND DOCS (a name and its map), by command. */
export const commandDocs = new ReplyTexts<Command>(writeDocs);
