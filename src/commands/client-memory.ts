// What a client takes of memory beside the buffers of its connection: queued commands, and the names that are kept for
// it (watched keys, subscriptions, prefixes, keys that it waits for). Counted as they come and go, so that asking is O(1).
import type { Client } from './client.js';

/** About what a connection takes by itself, JavaScript and native together. */
export const CONNECTION_BYTES = 2048;
/** About what a name takes beside its characters: its places in maps and sets. */
const NAME_BYTES = 112;

/** A name (latin1) is kept for the client from now on. */
export function keepName(client: Client, name: string): void {
  client.keptBytes += NAME_BYTES + name.length;
}

/** It is kept no more. */
export function releaseName(client: Client, name: string): void {
  client.keptBytes -= NAME_BYTES + name.length;
}

/** Bytes that the client takes beside the buffers of its connection. O(1) */
export function stateBytes({ keptBytes, transaction }: Client): number {
  return CONNECTION_BYTES + keptBytes + (transaction?.queue.memory ?? 0);
}
