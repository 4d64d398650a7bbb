// SlowLog: the commands that took long, the newest first in what is told, for SLOWLOG.
//
// An entry keeps a copy of the arguments, cut to ARGUMENTS_MAX arguments of ARGUMENT_BYTES each, so that a log of any
// traffic stays small. Entries are numbered from 0 on for the life of the server.
//
// Cost: adding an entry is O(1) beside the copy, and forgetting the oldest ones as well, amortized.
import type { Call } from './call.js';
import { REDACTED, secretsOf } from './redaction.js';

/** What is kept of a command: so many arguments, and so many bytes of each. */
const ARGUMENTS_MAX = 32;
const ARGUMENT_BYTES = 128;

export interface SlowCommand {
  readonly id: number;
  /** Unix time at which it ended, in seconds. */
  readonly second: number;
  readonly microseconds: number;
  readonly args: readonly Buffer[];
  /** "address:port" of the client, or the path of a Unix socket; and its name. */
  readonly peer: string;
  readonly name: string;
}

/** What is kept of a command, taken while its arguments are there. */
export type KeptCommand = Pick<SlowCommand, 'args' | 'peer' | 'name'>;

/** Takes what is kept of the current command. */
export function keptOf(c: Call): KeptCommand {
  return { args: shortenedArguments(c), peer: c.client.peer, name: c.client.name };
}

function shortened(c: Call, i: number): Buffer {
  const size = c.size(i);
  if (size <= ARGUMENT_BYTES) return c.copy(i);
  const rest = Buffer.from(`... (${String(size - ARGUMENT_BYTES)} more bytes)`);
  return Buffer.concat([c.copy(i).subarray(0, ARGUMENT_BYTES), rest]);
}

function shortenedArguments(c: Call): Buffer[] {
  const args: Buffer[] = [];
  const secrets = secretsOf(c, c.command);
  const shown = c.count > ARGUMENTS_MAX ? ARGUMENTS_MAX - 1 : c.count;
  for (let i = 0; i < shown; i++) args.push(secrets.has(i) ? Buffer.from(REDACTED) : shortened(c, i));
  if (shown < c.count) args.push(Buffer.from(`... (${String(c.count - shown)} more arguments)`));
  return args;
}

export class SlowLog {
  /** Most entries that are kept. A smaller number holds from the next entry on. */
  lengthMax = 0;
  /** The oldest first; those before `from` are forgotten. */
  private entries: SlowCommand[] = [];
  private from = 0;
  private nextId = 0;

  get length(): number {
    return this.entries.length - this.from;
  }

  /** Keeps a command that has ended just now. */
  add(command: KeptCommand, microseconds: number): void {
    this.entries.push({
      id: this.nextId++,
      second: Math.floor(Date.now() / 1000),
      microseconds: Math.floor(microseconds),
      ...command,
    });
    this.from = Math.max(this.from, this.entries.length - this.lengthMax);
    if (2 * this.from > this.entries.length) {
      this.entries = this.entries.slice(this.from);
      this.from = 0;
    }
  }

  /** The newest entries, at most `count`, the newest first. */
  latest(count: number): SlowCommand[] {
    return this.entries.slice(Math.max(this.from, this.entries.length - count)).reverse();
  }

  reset(): void {
    this.entries = [];
    this.from = 0;
  }
}
