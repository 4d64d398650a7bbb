// XINFO: what streams, their groups and consumers look like from inside.
import { NumberA, StatusNoGroup, StatusNoKey } from '../store/layout.js';
import type { Call } from './call.js';
import { word } from './call.js';
import { type CommandDeclaration, keyAt } from './command.js';
import { Errors } from './errors.js';
import { helpOf, subcommandSyntax } from './help.js';
import { noSuchGroup } from './stream-groups.js';

const FULL = word('FULL');
const COUNT = word('COUNT');

/** Entries that XINFO STREAM FULL shows of each list, unless COUNT says otherwise. */
const FULL_COUNT = 10;

function finish(c: Call, status: number): void {
  if (status === StatusNoKey) c.error(Errors.noKey);
  else if (status === StatusNoGroup) noSuchGroup(c);
  else c.finishRead(status);
}

function xinfoStream(c: Call): void {
  if (c.count === 3) return finish(c, c.store.describeStream(c.first + 2));
  const missing = c.store.typeOfStream(c.first + 2);
  if (missing !== 0) return finish(c, missing);
  const isCounted = c.count === 6 && c.is(4, COUNT);
  if (!c.is(3, FULL) || (c.count !== 4 && !isCounted)) return subcommandSyntax(c, 'xinfo');
  let count: number | null = FULL_COUNT;
  if (isCounted) {
    count = c.integerOrError(5);
    if (count === null) return;
    if (count < 0) count = FULL_COUNT;
  }
  c.numbers[NumberA] = count;
  finish(c, c.store.describeStreamInFull(c.first + 2));
}

const xinfoHelp = helpOf('xinfo', [
  ['CONSUMERS <key> <groupname>', 'Tell about the consumers of a group.'],
  ['GROUPS <key>', 'Tell about the groups of a stream.'],
  ['STREAM <key> [FULL [COUNT <count>]', 'Tell about a stream, or about all that belongs to it.'],
]);

export const streamInfo: readonly CommandDeclaration[] = [
  {
    name: 'xinfo',
    arity: -2,
    flags: [],
    group: 'stream',
    categories: [],
    since: '5.0.0',
    summary: 'Tells about streams, their groups and consumers',
    complexity: 'Depends on the subcommand',
    reply: 'any',
    subcommands: [
      {
        name: 'consumers',
        arity: 4,
        flags: ['readonly'],
        group: 'stream',
        keys: [keyAt(2, 'RO', 'access')],
        tips: ['nondeterministic_output'],
        since: '5.0.0',
        summary: 'Tells about the consumers of a group',
        complexity: 'O(N) for N consumers',
        arguments: 'key#0 group',
        history: { '7.2.0': 'The time of inactivity; being idle has another meaning' },
        reply: 'array',
        handler: (c) => finish(c, c.store.describeConsumers(c.first + 2, c.first + 3)),
      },
      {
        name: 'groups',
        arity: 3,
        flags: ['readonly'],
        group: 'stream',
        keys: [keyAt(2, 'RO', 'access')],
        since: '5.0.0',
        summary: 'Tells about the groups of a stream',
        complexity: 'O(N) for N groups',
        arguments: 'key#0',
        history: { '7.0.0': 'Entries read, and the lag' },
        reply: 'array',
        handler: (c) => finish(c, c.store.describeGroups(c.first + 2)),
      },
      {
        name: 'help',
        arity: 2,
        flags: ['loading', 'stale'],
        group: 'stream',
        since: '5.0.0',
        summary: 'Explains the subcommands',
        complexity: 'O(1)',
        reply: 'array',
        handler: xinfoHelp,
      },
      {
        name: 'stream',
        arity: -3,
        flags: ['readonly'],
        group: 'stream',
        keys: [keyAt(2, 'RO', 'access')],
        since: '5.0.0',
        summary: 'Tells about a stream, or about all that belongs to it',
        complexity: 'O(1); in full O(N) for N entries, groups and consumers shown',
        arguments: 'key#0 [full-block(FULL [COUNT count:integer])]',
        history: {
          '6.0.0': 'FULL',
          '7.0.0': 'Entries added, read and deleted, and the lag',
          '7.2.0': 'The time of activity; being seen has another meaning',
        },
        reply: 'map',
        handler: xinfoStream,
      },
    ],
  },
];
