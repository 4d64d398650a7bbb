// Redaction: what logs (SLOWLOG, MONITOR) may show of a command's arguments. Which ones are secrets the declaration says.
import type { Call } from './call.js';
import type { Command } from './registry.js';

/** What stands in place of a secret. */
export const REDACTED = '(redacted)';

const NONE: ReadonlySet<number> = new Set();

/** The numbers of the arguments in `c`, those of `command`, that nobody may be shown. O(arguments) */
export function secretsOf(c: Call, command: Command): ReadonlySet<number> {
  return command.secrets === undefined ? NONE : new Set(command.secrets(c));
}

/** All arguments from `from` on. */
export function allFrom(from: number): (c: Call) => number[] {
  return ({ count }) => Array.from({ length: Math.max(0, count - from) }, (_, i) => from + i);
}
