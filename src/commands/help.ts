// HELP of a container command: what it shows of its subcommands.

import type { Call } from './call.js';

/** A subcommand's syntax, then sentences on it, each a line. */
export type HelpEntry = readonly [syntax: string, ...sentences: string[]];

const INDENT = '    ';
const SHOWN_BYTES = 128;

/** The error of a subcommand with arguments that it does not take, in container `name` (lower case). */
export function subcommandSyntax(c: Call, name: string): void {
  const shown = c.quotedText(1).slice(0, SHOWN_BYTES);
  const help = `Try ${name.toUpperCase()} HELP.`;
  c.reply.errorBytes(`ERR unknown subcommand or wrong number of arguments for '${shown}'. ${help}`);
}

/** A handler that replies the help of container `name` (lower case): one status a line. */
export function helpOf(name: string, entries: readonly HelpEntry[]): (c: Call) => void {
  const lines = [`${name.toUpperCase()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`];
  for (const [syntax, ...sentences] of [...entries, ['HELP', 'Show this text.'] as const])
    lines.push(syntax, ...sentences.map((sentence) => INDENT + sentence));
  return (c) => {
    c.reply.array(lines.length);
    for (const line of lines) c.reply.status(line);
  };
}
