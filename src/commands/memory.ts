// MEMORY: what takes memory. The server knows the figures (see ServerContext.memory); here is how they are told.
import { NumberA, NumberB, StatusNoKey } from '../store/layout.js';
import { type Call, word } from './call.js';
import { type CommandDeclaration, keyAt } from './command.js';
import type { MemoryFigures } from './context.js';
import { type HelpEntry, helpOf } from './help.js';

const SAMPLES = word('SAMPLES');
const MEGABYTE = 2 ** 20;
const PERCENT = 100;

// ---- USAGE ---------------------------------------------------------------------------------------------------------

function usage(c: Call): void {
  for (let i = 3; i < c.count; i += 2) {
    if (!c.is(i, SAMPLES) || i + 1 >= c.count) return c.syntaxError();
    // The size of an entry is known exactly, so the number of samples only has to be one.
    const samples = c.integerOrError(i + 1);
    if (samples === null) return;
    if (samples < 0) return c.syntaxError();
  }
  if (c.store.entryBytes(c.first + 2) === StatusNoKey) c.reply.null();
  else c.reply.integer(c.numbers[NumberA]);
}

// ---- STATS ---------------------------------------------------------------------------------------------------------

/** A figure, an integer, or a ratio or percentage that is shown with its fraction. */
type Figure = readonly [name: string, value: number, isFraction?: boolean];

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

function figuresBefore(m: MemoryFigures): Figure[] {
  return [
    ['peak.allocated', m.peak],
    ['total.allocated', m.used],
    ['startup.allocated', m.startup],
    ['replication.backlog', 0],
    ['clients.slaves', 0],
    ['clients.normal', m.clients],
    ['cluster.links', 0],
    ['aof.buffer', 0],
    ['lua.caches', 0],
    ['functions.caches', 0],
  ];
}

function figuresBehind(m: MemoryFigures): Figure[] {
  const net = m.used - m.startup;
  return [
    ['overhead.total', m.overhead],
    ['keys.count', m.keys],
    ['keys.bytes-per-key', m.keys > 0 ? Math.floor(net / m.keys) : 0],
    ['dataset.bytes', m.dataset],
    ['dataset.percentage', PERCENT * ratio(m.dataset, net), true],
    ['peak.percentage', PERCENT * ratio(m.used, m.peak), true],
    ['allocator.allocated', m.stored],
    ['allocator.active', m.resident],
    ['allocator.resident', m.resident],
    ['allocator-fragmentation.ratio', ratio(m.resident, m.stored), true],
    ['allocator-fragmentation.bytes', m.resident - m.stored],
    ['allocator-rss.ratio', 1, true],
    ['allocator-rss.bytes', 0],
    ['rss-overhead.ratio', ratio(m.rss, m.resident), true],
    ['rss-overhead.bytes', m.rss - m.resident],
    ['fragmentation', ratio(m.rss, m.used), true],
    ['fragmentation.bytes', m.rss - m.used],
    // Redwing's own.
    ['redwing.views', m.views],
    ['redwing.pending-free', m.pending],
    ['redwing.arenas', m.arenas],
    ['redwing.javascript', m.javascript],
  ];
}

function replyFigures(c: Call, figures: readonly Figure[]): void {
  for (const [name, value, isFraction] of figures) {
    c.reply.bulk(name);
    if (isFraction === true) c.reply.double(value);
    else c.reply.integer(value);
  }
}

function stats(c: Call): void {
  const m = c.server.memory();
  const databases: number[] = [];
  for (let i = 0; i < c.server.config.databases; i++) if (c.store.keyCount(i) > 0) databases.push(i);
  const [before, behind] = [figuresBefore(m), figuresBehind(m)];
  c.reply.map(before.length + databases.length + behind.length);
  replyFigures(c, before);
  for (const database of databases) {
    c.reply.bulk(`db.${String(database)}`);
    c.store.databaseMemory(database);
    const tables: Figure[] = [
      ['overhead.hashtable.main', c.numbers[NumberA]],
      ['overhead.hashtable.expires', c.numbers[NumberB]],
      ['overhead.hashtable.slot-to-keys', 0],
    ];
    c.reply.map(tables.length);
    replyFigures(c, tables);
  }
  replyFigures(c, behind);
}

// ---- DOCTOR --------------------------------------------------------------------------------------------------------

/** Below this there is nothing to be said. */
const TOO_LITTLE_BYTES = 5 * MEGABYTE;
const PEAK_RATIO = 1.5;
const FRAGMENTATION_RATIO = 1.4;
const FRAGMENTATION_BYTES = 10 * MEGABYTE;
const VIEW_SHARE = 0.2;
const CLIENT_BYTES = 200_000;

interface Finding {
  isFound: (m: MemoryFigures) => boolean;
  text: (m: MemoryFigures) => string;
}

function inMegabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

const FINDINGS: readonly Finding[] = [
  {
    isFound: ({ used, peak }) => peak > used * PEAK_RATIO,
    text: ({ used, peak }) =>
      `Peak: ${inMegabytes(peak)} have been in use, far more than the ${inMegabytes(used)} of now. The process may ` +
      'hold more of the system than it needs; MEMORY PURGE gives back what is wholly empty.',
  },
  {
    isFound: ({ stored, resident }) =>
      resident > stored * FRAGMENTATION_RATIO && resident - stored > FRAGMENTATION_BYTES,
    text: ({ stored, resident }) =>
      `Fragmentation: the store holds ${inMegabytes(resident)} of the system for ${inMegabytes(stored)} of data. ` +
      'That is usual when many keys were deleted; new ones fill the gaps.',
  },
  {
    isFound: ({ used, views }) => views > used * VIEW_SHARE,
    text: ({ views, openViews }) =>
      `Views: ${inMegabytes(views)} are kept only for ${String(openViews)} long reads that are not done. They are ` +
      'freed when these end.',
  },
  {
    isFound: ({ clients, connections }) => clients > connections * CLIENT_BYTES,
    text: ({ clients, connections }) =>
      `Clients: the buffers of ${String(connections)} connections take ${inMegabytes(clients)}. CLIENT LIST shows ` +
      'whose (omem, qbuf); client-output-buffer-limit bounds what a slow reader may pile up.',
  },
];

function doctor(c: Call): void {
  const m = c.server.memory();
  let report: string;
  if (m.used < TOO_LITTLE_BYTES) {
    report = 'There is so little data that nothing can be said about the memory it takes.';
  } else {
    const found = FINDINGS.filter(({ isFound }) => isFound(m)).map(({ text }) => ` * ${text(m)}\n`);
    report =
      found.length === 0
        ? 'No problem with memory was found.'
        : `What was found out about memory:\n\n${found.join('\n')}`;
  }
  c.reply.verbatim('txt', report);
}

// ---- PURGE, MALLOC-STATS -------------------------------------------------------------------------------------------

function purge(c: Call): void {
  c.store.collectMemory(0);
  c.reply.ok();
}

function mallocStats(c: Call): void {
  const m = c.server.memory();
  const lines: [name: string, bytes: number][] = [
    ['allocated', m.stored],
    ['held from the system', m.resident],
    ['tables', m.tables],
    ['expiry indexes', m.indexes],
    ['kept for views', m.views],
    ['waiting to be freed', m.pending],
    ['buffers of clients', m.clients],
    ['arenas', m.arenas],
    ['JavaScript heap', m.javascript],
    ['resident set of the process', m.rss],
  ];
  c.reply.verbatim('txt', lines.map(([name, bytes]) => `${name}: ${String(bytes)}\n`).join(''));
}

// ---- declarations --------------------------------------------------------------------------------------------------

const HELP: readonly HelpEntry[] = [
  ['DOCTOR', 'Say in words what is noticeable about the memory in use.'],
  ['MALLOC-STATS', "List the figures of the store's allocator, in bytes."],
  ['PURGE', 'Give empty memory back to the system.'],
  ['STATS', 'List what takes memory, by category.'],
  [
    'USAGE <key> [SAMPLES <count>]',
    'Tell how many bytes a key takes with its value.',
    'The figure is exact: SAMPLES is accepted and changes nothing.',
  ],
];

const REPORT_TIPS = [
  'nondeterministic_output',
  'request_policy:all_shards',
  'response_policy:special',
] as const;

const subcommands: readonly CommandDeclaration[] = [
  {
    name: 'usage',
    arity: -3,
    flags: ['readonly'],
    group: 'server',
    keys: [keyAt(2, 'RO')],
    since: '4.0.0',
    summary: 'Tells how many bytes a key takes with its value',
    complexity: 'O(N) for N nodes of the value',
    arguments: 'key#0 [SAMPLES count:integer]',
    reply: ['integer', 'null'],
    handler: usage,
  },
  {
    name: 'stats',
    arity: 2,
    flags: [],
    group: 'server',
    tips: REPORT_TIPS,
    since: '4.0.0',
    summary: 'Tells what takes memory, by category',
    complexity: 'O(N) for N databases and connections',
    reply: 'map',
    handler: stats,
  },
  {
    name: 'doctor',
    arity: 2,
    flags: [],
    group: 'server',
    tips: REPORT_TIPS,
    since: '4.0.0',
    summary: 'Says in words what is noticeable about the memory in use',
    complexity: 'O(N) for N databases and connections',
    reply: 'verbatim',
    handler: doctor,
  },
  {
    name: 'purge',
    arity: 2,
    flags: [],
    group: 'server',
    tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
    since: '4.0.0',
    summary: 'Gives empty memory back to the system',
    complexity: 'O(N) for N blocks of memory that were freed in the background',
    reply: 'status',
    handler: purge,
  },
  {
    name: 'malloc-stats',
    arity: 2,
    flags: [],
    group: 'server',
    tips: REPORT_TIPS,
    since: '4.0.0',
    summary: "Tells the figures of the store's allocator",
    complexity: 'O(N) for N databases and connections',
    reply: 'verbatim',
    handler: mallocStats,
  },
  {
    name: 'help',
    arity: 2,
    flags: ['loading', 'stale'],
    group: 'server',
    since: '4.0.0',
    summary: 'Shows the syntax of the subcommands',
    complexity: 'O(1)',
    reply: 'array',
    handler: helpOf('memory', HELP),
  },
];

export const memoryCommand: CommandDeclaration = {
  name: 'memory',
  arity: -2,
  flags: [],
  group: 'server',
  since: '4.0.0',
  summary: 'Commands about memory',
  complexity: 'That of the subcommand',
  reply: 'any',
  subcommands,
};
