// Monitors: clients that listen to all commands (MONITOR). Each command is told in a line of its own, as a status:
//
//   +1700000000.123456 [0 127.0.0.1:50000] "SET" "key" "value"
//
// What is told is what has been executed: the commands of a transaction before its EXEC, the database as the command left
// it. Passwords are not told, nor are commands of administrators.
//
// Cost: nothing while there are no monitors; then O(bytes of the command x monitors) for each command.
import type { Call } from '../commands/call.js';
import type { Client } from '../commands/client.js';
import { type Admission, Gate, type Guard, GuardOrder } from '../commands/guard.js';
import type { Monitoring } from '../commands/monitor.js';
import { REDACTED, secretsOf } from '../commands/redaction.js';
import type { Command } from '../commands/registry.js';
import { nowMicroseconds } from '../commands/server-commands.js';
import type { Outbox } from './outbox.js';

const SECOND_US = 1_000_000;
const MICROSECOND_DIGITS = 6;

const ESCAPED: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
  '"': '\\"',
  '\\': '\\\\',
};

function escaped(character: string): string {
  return ESCAPED[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** A text of bytes (latin1) in quotes, with visible ASCII only. O(bytes) */
export function quoted(text: string): string {
  return `"${text.replace(/[^ !#-[\]-~]/g, escaped)}"`;
}

/** What the monitors need of the dispatcher. */
interface Turn {
  /** Gate bits of the server. */
  gates: number;
  /** Runs `job` behind the reply to the current command. */
  defer(job: () => void): void;
}

export class Monitors implements Monitoring, Guard {
  readonly bits = Gate.monitored;
  readonly order = GuardOrder.monitor;
  readonly nested = true;
  private readonly clients = new Set<Client>();
  /** Lines that are complete. */
  private readonly lines: string[] = [];
  /** The arguments of a command of a transaction that is being executed, and of the current command itself. */
  private inner: string | null = null;
  private outer: string | null = null;
  private sender: Client | null = null;

  constructor(
    private readonly turn: Turn,
    private readonly outbox: Outbox,
  ) {}

  add(client: Client): void {
    this.clients.add(client);
    client.gate |= Gate.monitor;
    this.turn.gates |= Gate.monitored;
  }

  remove(client: Client): void {
    if (!this.clients.delete(client)) return;
    client.gate &= ~Gate.monitor;
    if (this.clients.size === 0) this.turn.gates &= ~Gate.monitored;
  }

  admit(c: Call, command: Command): Admission {
    this.endInner();
    if (this.sender === null) {
      this.sender = c.client;
      this.turn.defer(this.finish);
    }
    if (command.flags.includes('skip_monitor') || command.flags.includes('admin')) return 'admitted';
    const text = argumentsOf(c, command);
    if (c.isNested) this.inner = text;
    else this.outer = text;
    return 'admitted';
  }

  // A command of a transaction has been executed.
  private endInner(): void {
    if (this.inner !== null) this.note(this.inner);
    this.inner = null;
  }

  private note(text: string): void {
    const { sender } = this;
    if (sender === null) throw new Error('a command without a client');
    const now = nowMicroseconds();
    const fraction = String(now % SECOND_US).padStart(MICROSECOND_DIGITS, '0');
    const from = sender.isUnix ? `unix:${sender.local.replace(/:0$/, '')}` : sender.peer;
    const time = `${String(Math.floor(now / SECOND_US))}.${fraction}`;
    this.lines.push(`+${time} [${String(sender.database)} ${from}] ${text}\r\n`);
  }

  private readonly finish = (): void => {
    this.endInner();
    if (this.outer !== null) this.note(this.outer);
    this.outer = this.sender = null;
    const text = this.lines.join('');
    this.lines.length = 0;
    if (text === '') return;
    for (const client of this.clients)
      if ((client.gate & Gate.repliesOff) === 0) this.outbox.send(client, text);
  };
}

function argumentsOf(c: Call, command: Command): string {
  const secrets = secretsOf(c, command);
  const texts: string[] = [];
  for (let i = 0; i < c.count; i++) texts.push(secrets.has(i) ? REDACTED : c.text(i));
  return texts.map(quoted).join(' ');
}
