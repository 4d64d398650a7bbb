// Commands about what is kept on the disk: SAVE, BGSAVE, BGREWRITEAOF, LASTSAVE; and BACKUP, which has a file of its own.
import { backupCommand } from './backup.js';
import { type Call, word } from './call.js';
import type { CommandDeclaration } from './command.js';

const SCHEDULE = word('SCHEDULE');

const IN_PROGRESS = 'ERR Background save already in progress';
const BUSY =
  "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a " +
  'BGSAVE whenever possible.';
// Why is in the log.
const FAILED = 'ERR';

function save(c: Call): void {
  const { persistence } = c.server;
  if (persistence.isSaving) return c.error(IN_PROGRESS);
  if (persistence.save()) c.reply.ok();
  else c.error(FAILED);
}

function saveInBackground(c: Call): void {
  const { persistence } = c.server;
  if (c.count > 2 || (c.count === 2 && !c.is(1, SCHEDULE))) return c.syntaxError();
  if (persistence.isSaving) return c.error(IN_PROGRESS);
  if (persistence.isRewriting || c.isNested) {
    if (c.count === 1 && !c.isNested) return c.error(BUSY);
    persistence.scheduleSave();
    return c.reply.status('Background saving scheduled');
  }
  if (persistence.saveInBackground()) c.reply.status('Background saving started');
  else c.error(FAILED);
}

function rewriteLog(c: Call): void {
  c.reply.raw(Buffer.from(c.server.persistence.rewriteLog(c.isNested)));
}

function lastSave(c: Call): void {
  c.reply.integer(c.server.persistence.lastSave);
}

// ---- declarations --------------------------------------------------------------------------------------------------

export const persistenceCommands: readonly CommandDeclaration[] = [
  {
    name: 'save',
    arity: 1,
    flags: ['admin', 'noscript', 'no_async_loading', 'no_multi'],
    group: 'server',
    since: '1.0.0',
    summary: 'Writes a snapshot of all data, while everybody waits',
    complexity: 'O(N) for N keys of all databases',
    reply: 'status',
    handler: save,
  },
  {
    name: 'bgsave',
    arity: -1,
    flags: ['admin', 'noscript', 'no_async_loading'],
    group: 'server',
    since: '1.0.0',
    summary: 'Begins to write a snapshot of all data in the background',
    complexity: 'O(1)',
    arguments: '[SCHEDULE@3.2.2]',
    history: { '3.2.2': 'SCHEDULE' },
    reply: 'status',
    handler: saveInBackground,
  },
  {
    name: 'bgrewriteaof',
    arity: 1,
    flags: ['admin', 'noscript', 'no_async_loading'],
    group: 'server',
    since: '1.0.0',
    summary: 'Begins to rewrite the append-only file in the background',
    complexity: 'O(1)',
    reply: 'status',
    handler: rewriteLog,
  },
  {
    name: 'lastsave',
    arity: 1,
    flags: ['loading', 'stale', 'fast'],
    group: 'server',
    categories: ['admin', 'dangerous'],
    tips: ['nondeterministic_output'],
    since: '1.0.0',
    summary: 'Tells when data was last saved to the disk, as Unix time in seconds',
    complexity: 'O(1)',
    reply: 'integer',
    handler: lastSave,
  },
  backupCommand,
];
