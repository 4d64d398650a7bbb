// CONFIG: reads and changes the configuration. What a directive means, and whether a value will do, is Config's to say.
//
// Names and values are UTF-8, as in a configuration file; other bytes are kept as they are.
import { bytesOf, fileProblem, rewriteConfigFile, textOf } from '../config/index.js';
import type { Call } from './call.js';
import type { CommandDeclaration, CommandFlag } from './command.js';
import { Errors } from './errors.js';
import { type HelpEntry, helpOf } from './help.js';

/** Directives whose values are nobody's business. */
const SECRETS: ReadonlySet<string> = new Set([
  'masterauth',
  'masteruser',
  'requirepass',
  'tls-client-key-file-pass',
  'tls-key-file-pass',
]);

function textAt(c: Call, i: number): string {
  return textOf(c.copy(i));
}

function get(c: Call): void {
  const patterns: string[] = [];
  for (let i = 2; i < c.count; i++) patterns.push(textAt(c, i));
  const found = c.server.config.get(patterns);
  c.reply.map(found.length);
  for (const [name, text] of found) {
    c.reply.bulkBytes(bytesOf(name));
    c.reply.bulkBytes(bytesOf(text));
  }
}

function set(c: Call): void {
  if (c.count % 2 !== 0) return c.syntaxError();
  const pairs: [string, string][] = [];
  for (let i = 2; i < c.count; i += 2) {
    pairs.push([textAt(c, i), textAt(c, i + 1)]);
  }
  const localClient = c.store.connectionFacts(c.client.connection).isLoopback;
  const loadingError = c.server.persistence.isLoading ? Errors.loading : undefined;
  const result = c.server.config.set(pairs, { localClient, loadingError });
  if (!result.ok) return c.reply.errorBytes(bytesOf(result.error).toString('latin1'));
  for (const sentence of c.server.config.takeNotices()) c.server.log.warning(sentence);
  c.reply.ok();
}

// The values of directives that nobody may know.
function secretValues(c: Call): number[] {
  const found: number[] = [];
  for (let i = 2; i + 1 < c.count; i += 2) if (SECRETS.has(c.lowerText(i))) found.push(i + 1);
  return found;
}

function resetstat(c: Call): void {
  c.server.resetStatistics();
  c.reply.ok();
}

function rewrite(c: Call): void {
  const { config, log } = c.server;
  if (config.configFile === '') return c.error('ERR The server is running without a config file');
  try {
    rewriteConfigFile(config);
  } catch (error) {
    const problem = fileProblem(error);
    log.warning(`CONFIG REWRITE failed: ${problem}`);
    return c.error(`ERR Rewriting config file: ${problem}`);
  }
  log.warning('CONFIG REWRITE executed with success.');
  c.reply.ok();
}

const HELP: readonly HelpEntry[] = [
  ['GET <pattern> [<pattern> ...]', 'Show the directives whose names match, with their values.'],
  ['SET <directive> <value> [<directive> <value> ...]', 'Change directives: all of them, or none.'],
  ['RESETSTAT', 'Set the counters of INFO to zero.'],
  ['REWRITE', 'Write the configuration to its file.'],
];

const ADMIN: readonly CommandFlag[] = ['admin', 'noscript', 'loading', 'stale'];

/** CONFIG with its subcommands. */
export const configCommands: CommandDeclaration = {
  name: 'config',
  arity: -2,
  flags: [],
  group: 'server',
  since: '2.0.0',
  summary: 'Commands about the configuration',
  complexity: 'That of the subcommand',
  reply: 'any',
  subcommands: [
    {
      name: 'get',
      arity: -3,
      flags: ADMIN,
      group: 'server',
      since: '2.0.0',
      summary: 'Shows directives with their values',
      complexity: 'O(N) for N directives, times the number of patterns',
      arguments: 'parameter...',
      history: { '7.0.0': 'More than one pattern' },
      reply: 'map',
      handler: get,
    },
    {
      name: 'set',
      arity: -4,
      flags: ADMIN,
      group: 'server',
      tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
      since: '2.0.0',
      summary: 'Changes directives: all that are given, or none',
      complexity: 'O(N) for N directives given',
      arguments: 'data(parameter value)...',
      history: { '7.0.0': 'More than one directive' },
      reply: 'status',
      secrets: secretValues,
      handler: set,
    },
    {
      name: 'resetstat',
      arity: 2,
      flags: ADMIN,
      group: 'server',
      since: '2.0.0',
      summary: 'Sets the counters of INFO to zero',
      complexity: 'O(N) for N commands',
      reply: 'status',
      handler: resetstat,
    },
    {
      name: 'rewrite',
      arity: 2,
      flags: ADMIN,
      group: 'server',
      since: '2.8.0',
      summary: 'Writes the configuration to its file',
      complexity: 'O(N) for N lines of the file, and the time of the disk',
      reply: 'status',
      handler: rewrite,
    },
    {
      name: 'help',
      arity: 2,
      flags: ['loading', 'stale'],
      group: 'server',
      since: '5.0.0',
      summary: 'Shows the syntax of the subcommands',
      complexity: 'O(1)',
      reply: 'array',
      handler: helpOf('config', HELP),
    },
  ],
};
