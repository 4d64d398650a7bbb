// LATENCY: tells of what took long, and how long commands take.
import type { Call } from './call.js';
import type { CommandDeclaration, CommandFlag } from './command.js';
import { type HelpEntry, helpOf } from './help.js';
import type { LatencyHistogram } from './latency-histogram.js';
import { latencyDiagnosis, latencyGraph } from './latency-report.js';
import type { Command } from './registry.js';

function eventNames(c: Call): string[] {
  const names: string[] = [];
  for (let i = 2; i < c.count; i++) names.push(c.quotedText(i));
  return names;
}

function latest(c: Call): void {
  const events = [...c.server.times.events.all()];
  c.reply.array(events.length);
  for (const { name, samples, maxMs } of events) {
    const last = samples[samples.length - 1];
    c.reply.array(4);
    c.reply.bulk(name);
    c.reply.integer(last.second);
    c.reply.integer(last.milliseconds);
    c.reply.integer(maxMs);
  }
}

function history(c: Call): void {
  const samples = c.server.times.events.get(c.text(2))?.samples ?? [];
  c.reply.array(samples.length);
  for (const { second, milliseconds } of samples) {
    c.reply.array(2);
    c.reply.integer(second);
    c.reply.integer(milliseconds);
  }
}

function reset(c: Call): void {
  c.reply.integer(c.server.times.events.reset(eventNames(c)));
}

function doctor(c: Call): void {
  const { config, times } = c.server;
  c.reply.verbatim('txt', latencyDiagnosis([...times.events.all()], config.latencyMonitorThreshold));
}

function graph(c: Call): void {
  const event = c.server.times.events.get(c.text(2));
  if (event === undefined)
    return c.reply.errorBytes(`ERR No samples available for event '${c.quotedText(2)}'`);
  c.reply.verbatim('txt', latencyGraph(event));
}

// ---- HISTOGRAM -----------------------------------------------------------------------------------------------------

// The commands that are meant, as often as they are named; a container stands for its subcommands.
function chosenCommands(c: Call): Iterable<Command> {
  const { registry } = c.server;
  if (c.count === 2) return registry.commands;
  const chosen: Command[] = [];
  for (let i = 2; i < c.count; i++) {
    const command = registry.find(c.text(i));
    if (command === undefined) continue;
    if (!command.subcommands) chosen.push(command);
    chosen.push(...command.children.values());
  }
  return chosen;
}

function histogram(c: Call): void {
  const { reply, server } = c;
  const found: [Command, LatencyHistogram][] = [];
  for (const command of chosenCommands(c)) {
    const times = server.times.histogramOf(command.id);
    if (times !== undefined) found.push([command, times]);
  }
  reply.map(found.length);
  for (const [command, times] of found) {
    reply.bulk(command.fullName);
    reply.map(2);
    reply.bulk('calls');
    reply.integer(times.count);
    reply.bulk('histogram_usec');
    const pairs = times.doublings();
    reply.map(pairs.length);
    for (const [microseconds, calls] of pairs) {
      reply.integer(microseconds);
      reply.integer(calls);
    }
  }
}

// ---- declarations --------------------------------------------------------------------------------------------------

const HELP: readonly HelpEntry[] = [
  ['DOCTOR', 'Say in words what took long, and what may help.'],
  ['GRAPH <event>', 'Draw the times of an event.'],
  [
    'HISTOGRAM [<command> ...]',
    'Show how many calls took how long, for all commands or those that are named.',
  ],
  ['HISTORY <event>', 'Show the times of an event, each with the Unix time.'],
  ['LATEST', 'Show the last and the longest time of each event.'],
  ['RESET [<event> ...]', 'Forget the times of events, or of all.'],
];

const ADMIN: readonly CommandFlag[] = ['admin', 'noscript', 'loading', 'stale'];
const ALL_NODES: readonly string[] = [
  'nondeterministic_output',
  'request_policy:all_nodes',
  'response_policy:special',
];

function form(
  name: string,
  arity: number,
  handler: (c: Call) => void,
  facts: Pick<CommandDeclaration, 'summary' | 'complexity' | 'reply'> & Partial<CommandDeclaration>,
): CommandDeclaration {
  return { name, arity, flags: ADMIN, group: 'server', tips: ALL_NODES, since: '2.8.13', handler, ...facts };
}

/** LATENCY with its subcommands. */
export const latencyCommands: CommandDeclaration = {
  name: 'latency',
  arity: -2,
  flags: [],
  group: 'server',
  since: '2.8.13',
  summary: 'Commands about what takes long',
  complexity: 'That of the subcommand',
  reply: 'any',
  subcommands: [
    form('doctor', 2, doctor, {
      summary: 'Says in words what took long',
      complexity: 'O(N) for N samples',
      reply: 'verbatim',
    }),
    form('graph', 3, graph, {
      summary: 'Draws the times of an event',
      complexity: 'O(1)',
      arguments: 'event',
      reply: 'verbatim',
    }),
    form('histogram', -2, histogram, {
      since: '7.0.0',
      summary: 'Shows how many calls of commands took how long',
      complexity: 'O(N) for N commands shown',
      arguments: '[command...]',
      reply: 'map',
    }),
    form('history', 3, history, {
      summary: 'Shows the times of an event',
      complexity: 'O(1)',
      arguments: 'event',
      reply: 'array',
    }),
    form('latest', 2, latest, {
      summary: 'Shows the last and the longest time of each event',
      complexity: 'O(1)',
      reply: 'array',
    }),
    form('reset', -2, reset, {
      tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
      summary: 'Forgets the times of events',
      complexity: 'O(1)',
      arguments: '[event...]',
      reply: 'integer',
    }),
    form('help', 2, helpOf('latency', HELP), {
      flags: ['loading', 'stale'],
      tips: [],
      summary: 'Shows the syntax of the subcommands',
      complexity: 'O(1)',
      reply: 'array',
    }),
  ],
};
