/**
 * Which commands the differential tables exercise, against the COMMAND LIST of the server under test.
 *
 * A command that the server has and no table sends is a failure: it would be a command that nothing compares
 * with Redis. When REDWING_COMMAND names some other server, the missing commands are only counted, unless
 * REDWING_COVERAGE=1 asks for the failure.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseCommandLine } from '../support/command-line.js';
import { isOwnCommand } from '../support/own-commands.js';
import { parseReply, textOf } from '../support/reply.js';
import type { DifferentialCase } from '../support/server-pair.js';
import { ServerProcess, programUnderTest } from '../support/server-process.js';
import { argumentsOf, isAction } from '../support/steps.js';

const CASES_DIRECTORY = join(import.meta.dirname, 'cases');
/**
 * The command table is compared in command-table.test.ts; what keeps data on the disk in test/persistence, and
 * what takes it to other servers in test/interop.
 */
const SENT_ELSEWHERE = [
  ...['command', 'command|info', 'command|list', 'command|docs', 'command|count'],
  ...['save', 'bgsave', 'lastsave', 'bgrewriteaof', 'migrate'],
  ...['backup', 'backup|help', 'backup|list', 'backup|start', 'backup|status', 'backup|verify'],
];

async function allCases(): Promise<DifferentialCase[]> {
  const modules = await Promise.all(
    readdirSync(CASES_DIRECTORY).map(
      (file) => import(pathToFileURL(join(CASES_DIRECTORY, file)).href) as Promise<Record<string, unknown>>,
    ),
  );
  const exported = modules.flatMap((module) => Object.values(module));
  const all: unknown[] = exported.filter((value) => Array.isArray(value)).flat();
  return all.filter(
    (value): value is DifferentialCase => typeof value === 'object' && value !== null && 'steps' in value,
  );
}

/** `name` and `name|subcommand` of each command line, in lower case. */
function exercisedNames(cases: readonly DifferentialCase[]): Set<string> {
  const names = new Set<string>(SENT_ELSEWHERE);
  const note = (args: readonly Uint8Array[]): void => {
    const [name, sub] = args.slice(0, 2).map((arg) => Buffer.from(arg).toString('latin1').toLowerCase());
    if (name !== undefined) names.add(name);
    if (sub !== undefined) names.add(`${name}|${sub}`);
  };
  for (const step of cases.flatMap((test) => test.steps)) {
    if (isAction(step)) step.commands.map(parseCommandLine).forEach(note);
    else note(argumentsOf(step) ?? []);
  }
  return names;
}

describe('coverage of the command list', () => {
  let server: ServerProcess | undefined;
  let listed: string[] = [];

  beforeAll(async () => {
    server = await ServerProcess.start(programUnderTest());
    const connection = await server.connect();
    const reply = parseReply(await connection.command('COMMAND', 'LIST'));
    listed = (reply.items ?? []).map((item) => (textOf(item) ?? '').toLowerCase());
    connection.close();
  });
  afterAll(async () => {
    await server?.stop();
  });

  it('every command that the server lists is in a table', async () => {
    const exercised = exercisedNames(await allCases());
    const missing = listed.filter((name) => !exercised.has(name) && !isOwnCommand(name)).sort();
    const strict = process.env['REDWING_COMMAND'] === undefined || process.env['REDWING_COVERAGE'] === '1';
    if (strict) expect(missing, 'commands that no differential table sends').toEqual([]);
    else console.log(`${listed.length - missing.length} of ${listed.length} commands are in a table`);
  });

  it('lists at least one command', () => {
    expect(listed.length).toBeGreaterThan(0);
  });
});
