// The line that CLIENT LIST and CLIENT INFO show of a client: `name=value` fields, in Redis's order.
//
// The reply buffers of Redis (rbs, rbp, obl) have no counterpart: replies lie in one shared arena, and only what a socket
// did not take at once is the connection's own (oll, omem).
import type { Client } from '../commands/client.js';
import { stateBytes } from '../commands/client-memory.js';
import { Gate } from '../commands/guard.js';
import { isSubscriber } from '../commands/subscriptions.js';
import type { ConnectionFacts } from '../store/native.js';

const SECOND_MS = 1000;

function wholeSeconds(ms: number): number {
  return Math.max(0, Math.floor(ms / SECOND_MS));
}

// Between MULTI and the end of EXEC.
function isInTransaction({ gate, transaction }: Client): boolean {
  return (gate & Gate.transaction) !== 0 || transaction?.isExecuting === true;
}

// One letter for each state that is out of the ordinary, N for none.
function flagsOf(client: Client): string {
  let flags = '';
  if ((client.gate & Gate.monitor) !== 0) flags += 'O';
  if (isSubscriber(client)) flags += 'P';
  if (isInTransaction(client)) flags += 'x';
  if (client.waiting) flags += 'b';
  if (client.tracker !== null) flags += 't';
  if (client.tracker?.hasBrokenRedirect === true) flags += 'R';
  if (client.tracker?.broadcast === true) flags += 'B';
  if (client.transaction?.isSpoiled === true) flags += 'd';
  if (client.closing) flags += 'c';
  if (client.isUnix) flags += 'U';
  if (client.noEvict) flags += 'e';
  if (client.noTouch) flags += 'T';
  return flags === '' ? 'N' : flags;
}

/** Describes a client whose connection has these `facts`, without a line break. O(1). */
export function describeClient(client: Client, facts: ConnectionFacts, nowMs: number): string {
  const queue = isInTransaction(client) ? client.transaction?.queue : undefined;
  const [channels, patterns, shardChannels] = client.subscriptions?.lists ?? [];
  const free = Math.max(0, facts.inputCapacity - facts.inputBytes);
  const fields: readonly (readonly [string, string | number])[] = [
    ['id', client.id],
    ['addr', client.peer],
    ['laddr', client.local],
    ['fd', facts.fd],
    ['name', client.name],
    ['age', wholeSeconds(nowMs - client.createdMs)],
    ['idle', wholeSeconds(nowMs - client.lastActiveMs)],
    ['flags', flagsOf(client)],
    ['db', client.database],
    ['sub', channels?.length ?? 0],
    ['psub', patterns?.length ?? 0],
    ['ssub', shardChannels?.length ?? 0],
    ['multi', queue?.length ?? -1],
    ['qbuf', facts.inputBytes],
    ['qbuf-free', free],
    ['argv-mem', 0],
    ['multi-mem', queue?.memory ?? 0],
    ['rbs', 0],
    ['rbp', 0],
    ['obl', 0],
    ['oll', facts.outputChunks],
    ['omem', facts.outputBytes],
    ['tot-mem', stateBytes(client) + facts.inputCapacity + facts.outputBytes],
    ['events', facts.outputBytes > 0 ? 'rw' : 'r'],
    ['cmd', client.lastCommand === '' ? 'NULL' : client.lastCommand],
    ['user', Buffer.from(client.user.name, 'latin1').toString('utf8')],
    ['redir', client.tracker?.redirectId ?? -1],
    ['resp', client.protocol],
    ['lib-name', client.libraryName],
    ['lib-ver', client.libraryVersion],
  ];
  return fields.map(([name, value]) => `${name}=${value}`).join(' ');
}
