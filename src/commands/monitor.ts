// MONITOR: a client listens to all commands. What it is told is in src/server/monitors.ts.
import type { Call } from './call.js';
import type { Client } from './client.js';
import type { CommandDeclaration } from './command.js';
import { type Admission, Gate, type Guard, GuardOrder } from './guard.js';
import type { Command } from './registry.js';

/** The registry of the clients that listen. */
export interface Monitoring {
  /** Nothing changes for one that listens already. O(1) */
  add(client: Client): void;
  /** Nothing happens if it does not listen. O(1) */
  remove(client: Client): void;
}

const REFUSED = { error: "ERR Replica can't interact with the keyspace" };

/** Refuses commands about data: who listens would hear of its own. */
export const monitorRules: Guard = {
  bits: Gate.monitor,
  order: GuardOrder.replica,
  nested: false,
  admit: (_c: Call, { flags }: Command): Admission =>
    flags.includes('write') || flags.includes('readonly') || flags.includes('may_replicate')
      ? REFUSED
      : 'admitted',
};

function monitor(c: Call): void {
  if (c.isNested) return c.error("ERR MONITOR isn't allowed for DENY BLOCKING client");
  // Said again, it is not replied to.
  if ((c.client.gate & Gate.monitor) !== 0) return;
  c.server.monitors.add(c.client);
  c.reply.ok();
}

export const monitorCommand: CommandDeclaration = {
  name: 'monitor',
  arity: 1,
  flags: ['admin', 'noscript', 'loading', 'stale'],
  group: 'server',
  since: '1.0.0',
  summary: 'Shows every command that the server executes, as it does',
  complexity: 'O(1)',
  reply: 'status',
  handler: monitor,
};
