// SLOWLOG: tells of the commands that took long.
import type { Call } from './call.js';
import type { CommandDeclaration, CommandFlag } from './command.js';
import { type HelpEntry, helpOf, subcommandSyntax } from './help.js';

const DEFAULT_COUNT = 10;
const BAD_COUNT = 'ERR count should be greater than or equal to -1';

function get(c: Call): void {
  if (c.count > 3) return subcommandSyntax(c, 'slowlog');
  const count = c.count === 3 ? c.integerWithin(2, -1, Infinity, BAD_COUNT) : DEFAULT_COUNT;
  if (count === null) return;
  const { reply } = c;
  const entries = c.server.times.slowLog.latest(count === -1 ? Infinity : count);
  reply.array(entries.length);
  for (const { id, second, microseconds, args, peer, name } of entries) {
    reply.array(6);
    reply.integer(id);
    reply.integer(second);
    reply.integer(microseconds);
    reply.array(args.length);
    for (const arg of args) reply.bulkBytes(arg);
    reply.bulk(peer);
    reply.bulkLatin1(name);
  }
}

function len(c: Call): void {
  c.reply.integer(c.server.times.slowLog.length);
}

function reset(c: Call): void {
  c.server.times.slowLog.reset();
  c.reply.ok();
}

const HELP: readonly HelpEntry[] = [
  [
    'GET [<count>]',
    'Show the newest entries: 10 of them, or as many as asked for; -1 shows all.',
    'An entry is its number, Unix time, microseconds, arguments, the address and the name of the client.',
  ],
  ['LEN', 'Tell how many entries there are.'],
  ['RESET', 'Forget all entries.'],
];

const ADMIN: readonly CommandFlag[] = ['admin', 'loading', 'stale'];

/** SLOWLOG with its subcommands. */
export const slowLogCommands: CommandDeclaration = {
  name: 'slowlog',
  arity: -2,
  flags: [],
  group: 'server',
  since: '2.2.12',
  summary: 'Commands about the log of slow commands',
  complexity: 'That of the subcommand',
  reply: 'any',
  subcommands: [
    {
      name: 'get',
      arity: -2,
      flags: ADMIN,
      group: 'server',
      tips: ['request_policy:all_nodes', 'nondeterministic_output'],
      since: '2.2.12',
      summary: 'Shows the newest entries of the slow log',
      complexity: 'O(N) for N entries shown',
      arguments: '[count:integer]',
      history: { '4.0.0': 'The address and the name of the client' },
      reply: 'array',
      handler: get,
    },
    {
      name: 'len',
      arity: 2,
      flags: ADMIN,
      group: 'server',
      tips: ['request_policy:all_nodes', 'response_policy:agg_sum', 'nondeterministic_output'],
      since: '2.2.12',
      summary: 'Tells how many entries the slow log has',
      complexity: 'O(1)',
      reply: 'integer',
      handler: len,
    },
    {
      name: 'reset',
      arity: 2,
      flags: ADMIN,
      group: 'server',
      tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
      since: '2.2.12',
      summary: 'Forgets all entries of the slow log',
      complexity: 'O(N) for N entries',
      reply: 'status',
      handler: reset,
    },
    {
      name: 'help',
      arity: 2,
      flags: ['loading', 'stale'],
      group: 'server',
      since: '6.2.0',
      summary: 'Shows the syntax of the subcommands',
      complexity: 'O(1)',
      reply: 'array',
      handler: helpOf('slowlog', HELP),
    },
  ],
};
