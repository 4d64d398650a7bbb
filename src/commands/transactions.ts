// Transactions: MULTI, EXEC, DISCARD, WATCH, UNWATCH.
//
// Between MULTI and EXEC a guard queues what arrives. EXEC executes the queue in one go: no other client's command comes
// between, blocked clients are served and invalidations sent only behind it.
import { type Call } from './call.js';
import type { Client } from './client.js';
import { type CommandDeclaration, keysFrom } from './command.js';
import { type Admission, Gate, type Guard, GuardOrder } from './guard.js';
import { type Command, isQueued } from './registry.js';
import { Transaction } from './transaction.js';

/** Most bytes that a transaction keeps, whatever the limit. */
const QUEUE_MAX = 2 ** 30;
/** The same of a unit of a log: (offset, length) pairs of 32 bits must reach them. */
const UNIT_MAX = 2 ** 31 - 1;

/** Refuses what may not be part of a transaction. */
export const transactionRules: Guard = {
  bits: Gate.transaction,
  order: GuardOrder.transactionRules,
  nested: false,
  admit: (_c: Call, command: Command): Admission =>
    command.flags.includes('no_multi')
      ? { error: 'ERR Command not allowed inside a transaction' }
      : 'admitted',
};

/** Queues the commands of a client that has said MULTI. */
export const transactionQueue: Guard = {
  bits: Gate.transaction,
  order: GuardOrder.queue,
  nested: false,
  admit: (c: Call, command: Command): Admission => {
    if (!isQueued(command)) return 'admitted';
    // The bytes were of use to nobody once the transaction cannot succeed any more.
    const { transaction } = c.client;
    if (transaction !== null && !transaction.hasFailed && !transaction.isSpoiled) {
      if (transaction.queue.size + argumentBytes(c) > queueLimit(c)) {
        // Whoever reads a log looks whether its transactions can be kept.
        if (c.client.isLoading) transaction.isTooLarge = true;
        else c.server.inputTooLarge(c.client);
        return 'settled';
      }
      transaction.queue.add(command.id, c.first, c.count);
    }
    c.reply.queued(1);
    return 'settled';
  },
};

function argumentBytes({ args, first, count }: Call): number {
  let bytes = 0;
  for (let i = first; i < first + count; i++) bytes += args[2 * i + 1];
  return bytes;
}

/** Most bytes of arguments that a transaction may keep. No setting concerns what a log holds: it was accepted once. */
export function queueLimit(c: Call): number {
  if (c.client.isLoading) return UNIT_MAX;
  return Math.min(c.server.config.clientQueryBufferLimit, QUEUE_MAX);
}

/** Ends a client's transaction, if it is in one, and forgets its watched keys. */
export function endTransaction(c: Call, client: Client): void {
  const { transaction } = client;
  client.gate &= ~Gate.transaction;
  if (transaction === null) return;
  transaction.queue.clear();
  transaction.isExecuting = false;
  transaction.hasFailed = false;
  c.server.watches.unwatch(client);
}

function multi(c: Call): void {
  const { client } = c;
  if ((client.gate & Gate.transaction) !== 0) return c.error('ERR MULTI calls can not be nested');
  client.transaction ??= new Transaction(c.store, c.numbers);
  client.gate |= Gate.transaction;
  c.reply.ok();
}

function discard(c: Call): void {
  if ((c.client.gate & Gate.transaction) === 0) return c.error('ERR DISCARD without MULTI');
  endTransaction(c, c.client);
  c.reply.ok();
}

function exec(c: Call): void {
  const { client } = c;
  const { transaction } = client;
  if ((client.gate & Gate.transaction) === 0 || transaction === null)
    return c.error('ERR EXEC without MULTI');
  if (transaction.hasFailed || c.server.watches.areSpoiled(transaction)) {
    const { hasFailed } = transaction;
    endTransaction(c, client);
    if (hasFailed) c.error('EXECABORT Transaction discarded because of previous errors.');
    else c.reply.nullArray();
    return;
  }
  // What is executed now changes watched keys itself, and is no longer queued.
  c.server.watches.unwatch(client);
  client.gate &= ~Gate.transaction;
  transaction.isExecuting = true;
  client.lastCommand = c.command.fullName;
  c.reply.array(transaction.queue.length);
  try {
    c.server.executeQueue(transaction.queue);
  } finally {
    endTransaction(c, client);
  }
}

function watch(c: Call): void {
  const { client } = c;
  if ((client.gate & Gate.transaction) !== 0) return c.error('ERR WATCH inside MULTI is not allowed');
  if (client.transaction?.isSpoiled !== true)
    for (let i = 1; i < c.count; i++) c.server.watches.watch(client, c.text(i));
  c.reply.ok();
}

function unwatch(c: Call): void {
  c.server.watches.unwatch(c.client);
  c.reply.ok();
}

// ---- declarations --------------------------------------------------------------------------------------------------

export const transactions: readonly CommandDeclaration[] = [
  {
    name: 'multi',
    arity: 1,
    flags: ['noscript', 'loading', 'stale', 'fast', 'allow_busy'],
    group: 'transactions',
    since: '1.2.0',
    summary: 'Begins a transaction: the commands that follow are queued',
    complexity: 'O(1)',
    reply: 'status',
    handler: multi,
  },
  {
    name: 'exec',
    arity: 1,
    flags: ['noscript', 'loading', 'stale', 'skip_slowlog'],
    group: 'transactions',
    since: '1.2.0',
    summary: 'Executes all queued commands, with no command of another client between them',
    complexity: 'That of the queued commands',
    reply: ['array', 'null'],
    handler: exec,
  },
  {
    name: 'discard',
    arity: 1,
    flags: ['noscript', 'loading', 'stale', 'fast', 'allow_busy'],
    group: 'transactions',
    since: '2.0.0',
    summary: 'Forgets the queued commands and the watched keys',
    complexity: 'O(N) for N queued commands',
    reply: 'status',
    handler: discard,
  },
  {
    name: 'watch',
    arity: -2,
    flags: ['noscript', 'loading', 'stale', 'fast', 'allow_busy'],
    group: 'transactions',
    keys: [keysFrom(1, ['RO'])],
    since: '2.2.0',
    summary: 'Lets the next transaction fail if one of the keys changes before it',
    complexity: 'O(1) a key',
    arguments: 'key#0...',
    reply: 'status',
    handler: watch,
  },
  {
    name: 'unwatch',
    arity: 1,
    flags: ['noscript', 'loading', 'stale', 'fast', 'allow_busy'],
    group: 'transactions',
    since: '2.2.0',
    summary: 'Forgets the watched keys',
    complexity: 'O(N) for N watched keys',
    reply: 'status',
    handler: unwatch,
  },
];
