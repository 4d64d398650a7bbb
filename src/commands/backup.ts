// BACKUP: checked snapshots with the time in their names. A command of Redwing's own.
import { fileProblem } from '../config/index.js';
import type { Call } from './call.js';
import type { CommandDeclaration, CommandFlag } from './command.js';
import { type HelpEntry, helpOf } from './help.js';

const SECOND_MS = 1000;
const NOT_NESTED = 'ERR BACKUP LIST and BACKUP VERIFY cannot be part of a transaction';

/** Replies as texts, since these come later than the command. */
type Field = readonly [name: string, value: string | number];

function bulk(text: string): string {
  return `$${String(Buffer.byteLength(text))}\r\n${text}\r\n`;
}

function map(fields: readonly Field[], protocol: 2 | 3): string {
  const head = protocol === 3 ? `%${String(fields.length)}\r\n` : `*${String(2 * fields.length)}\r\n`;
  const item = (value: string | number): string =>
    typeof value === 'number' ? `:${String(value)}\r\n` : bulk(value);
  return head + fields.map(([name, value]) => bulk(name) + item(value)).join('');
}

/** Replies what `work` comes to, or its error, when it does; nobody else waits. */
function replyLater(c: Call, work: Promise<string>): void {
  const finish = c.server.awaitJob(c.client);
  // Bytes of an answer are latin1 here, and names may have others.
  const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
  work.then(
    (reply) => finish(bytes(reply)),
    (error: unknown) => finish(bytes(`-ERR ${fileProblem(error).replace(/[\r\n]/g, ' ')}\r\n`)),
  );
}

function start(c: Call): void {
  const refusal = c.server.persistence.backups.begin();
  if (refusal === '') c.reply.status('Backup started');
  else c.error(`ERR ${refusal.charAt(0).toUpperCase()}${refusal.slice(1)}`);
}

function status(c: Call): void {
  const { backups } = c.server.persistence;
  const { backupSchedule, backupKeep } = c.server.config;
  const { last } = backups;
  const fields: Field[] = [
    ['state', backups.phase],
    ['schedule', backupSchedule],
    ['next', backups.nextMs === null ? -1 : Math.floor(backups.nextMs / SECOND_MS)],
    ['folder', backups.folder],
    ['keep', backupKeep],
    ['completed', backups.completed],
    ['failed', backups.failed],
    ['last-status', last === null ? 'none' : last.error === '' ? 'ok' : 'err'],
  ];
  if (last !== null) {
    fields.push(
      ['last-time', Math.floor(last.startedMs / SECOND_MS)],
      ['last-duration-ms', last.durationMs],
      ...(last.error === ''
        ? ([
            ['last-file', last.file],
            ['last-keys', last.keys],
            ['last-bytes', last.bytes],
          ] as const)
        : ([['last-error', last.error]] as const)),
    );
  }
  c.reply.map(fields.length);
  for (const [name, value] of fields) {
    c.reply.bulk(name);
    if (typeof value === 'number') c.reply.integer(value);
    else c.reply.bulkBytes(Buffer.from(value));
  }
}

function list(c: Call): void {
  if (c.isNested) return c.error(NOT_NESTED);
  const { protocol } = c.client;
  const reply = async (): Promise<string> => {
    const files = await c.server.persistence.backups.list();
    const shown = files.map(({ file, bytes, timeMs }) =>
      map(
        [
          ['file', file],
          ['bytes', bytes],
          ['time', Math.floor(timeMs / SECOND_MS)],
        ],
        protocol,
      ),
    );
    return `*${String(shown.length)}\r\n${shown.join('')}`;
  };
  replyLater(c, reply());
}

function verify(c: Call): void {
  if (c.isNested) return c.error(NOT_NESTED);
  if (c.count > 3) return c.syntaxError();
  const given = c.count > 2 ? c.copy(2).toString('utf8') : null;
  const { protocol } = c.client;
  const reply = async (): Promise<string> => {
    const { file, keys, bytes } = await c.server.persistence.backups.verify(given);
    return map(
      [
        ['file', file],
        ['status', 'ok'],
        ['keys', keys],
        ['bytes', bytes],
      ],
      protocol,
    );
  };
  replyLater(c, reply());
}

// ---- declarations --------------------------------------------------------------------------------------------------

const HELP: readonly HelpEntry[] = [
  ['LIST', 'Show the backups that there are, from the newest to the oldest.'],
  ['START', 'Begin to make a backup; STATUS tells how it went.'],
  ['STATUS', 'Show the schedule, what is going on, and how the last backup has ended.'],
  [
    'VERIFY [<file>]',
    'Read a backup as a whole and tell whether it is right; the newest one if none is named.',
  ],
];

const ADMIN: readonly CommandFlag[] = ['admin', 'noscript'];
const SINCE = '7.2.0';

/** BACKUP with its subcommands. */
export const backupCommand: CommandDeclaration = {
  name: 'backup',
  arity: -2,
  flags: [],
  group: 'server',
  since: SINCE,
  summary: 'Commands about checked snapshots with the time in their names',
  complexity: 'That of the subcommand',
  reply: 'any',
  subcommands: [
    {
      name: 'start',
      arity: 2,
      flags: ADMIN,
      group: 'server',
      since: SINCE,
      summary: 'Begins to make a backup in the background',
      complexity: 'O(1)',
      reply: 'status',
      handler: start,
    },
    {
      name: 'status',
      arity: 2,
      flags: [...ADMIN, 'loading', 'stale'],
      group: 'server',
      since: SINCE,
      summary: 'Shows the schedule, and how the last backup has ended',
      complexity: 'O(1)',
      reply: 'map',
      handler: status,
    },
    {
      name: 'list',
      arity: 2,
      flags: ADMIN,
      group: 'server',
      since: SINCE,
      summary: 'Shows the backups that there are',
      complexity: 'O(N) for N files of the folder',
      reply: 'array',
      handler: list,
    },
    {
      name: 'verify',
      arity: -2,
      flags: ADMIN,
      group: 'server',
      since: SINCE,
      summary: 'Reads a backup as a whole, and tells whether it is right',
      complexity: 'O(N) for N bytes, on a worker',
      arguments: '[file]',
      reply: 'map',
      handler: verify,
    },
    {
      name: 'help',
      arity: 2,
      flags: ['loading', 'stale'],
      group: 'server',
      since: SINCE,
      summary: 'Shows the syntax of the subcommands',
      complexity: 'O(1)',
      reply: 'array',
      handler: helpOf('backup', HELP),
    },
  ],
};
