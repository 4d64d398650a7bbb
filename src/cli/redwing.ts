#!/usr/bin/env node
/**
 * The `redwing` command: reads its arguments and the configuration, starts the server, and stops it on a signal.
 *
 * Exit codes: 0 after an orderly stop or a check that found nothing, 1 if the configuration is wrong or the server cannot start or stop.
 */
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import {
  Config,
  ConfigError,
  inspectConfig,
  loadConfig,
  sampleConfig,
  version,
  type ConfigInput,
} from '../config/index.js';
import { openLog, type Log } from '../server/log.js';
import { renamesOf } from '../server/renames.js';
import { startServer } from '../server/server.js';

const USAGE = `Usage: redwing [config-file] [--directive value ...] [-]

  redwing                                 start with the defaults
  redwing /etc/redis/redis.conf           start with a configuration file, as Redis takes it
  redwing --port 7000 --bind 127.0.0.1    set directives; they override the file
  redwing -                               read more configuration from standard input (the last argument)
  redwing --check-config [arguments]      say everything that is wrong with the configuration, and start nothing
  redwing --sample-config                 print every directive with its default and what it is for
  redwing --version, -v                   print the version
  redwing --help, -h                      print this text
`;

const VERSION = `Redwing server v=${version} node=${process.versions.node}\n`;

/** What the words of the command line ask for. */
function readArguments(words: readonly string[]): ConfigInput {
  const isFileGiven = words[0] !== undefined && !words[0].startsWith('-');
  const isInputGiven = words.at(-1) === '-';
  return {
    ...(isFileGiven ? { file: path.resolve(words[0] ?? '') } : {}),
    ...(isInputGiven ? { readStandardInput: () => readFileSync(0, 'utf8') } : {}),
    words: words.slice(isFileGiven ? 1 : 0, isInputGiven ? -1 : undefined),
  };
}

/** Prints a problem that keeps the server from starting, and ends the process. */
function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Loads the configuration and opens the log, or ends the process with what is wrong. */
function prepare(words: readonly string[]): { config: Config; log: Log } {
  try {
    const config = loadConfig(readArguments(words));
    try {
      return { config, log: openLog(config) };
    } catch (error) {
      throw new ConfigError(`Cannot open the log file: ${describe(error)}`);
    }
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message);
    throw error;
  }
}

/** Runs the server until a signal stops it. */
async function run(words: readonly string[]): Promise<void> {
  const { config, log } = prepare(words);
  for (const sentence of config.takeNotices()) log.warning(sentence);
  const server = await startServer(config, log);
  let isStopping = false;
  const stop = (signal: string): void => {
    if (isStopping) process.exit(1); // A second signal means: now.
    isStopping = true;
    log.warning(`Received ${signal}, stopping.`);
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.warning(`Could not stop in order: ${describe(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
}

/** Prints what is wrong with a configuration, one line each; gives the exit code. */
function checkConfig(words: readonly string[]): 0 | 1 {
  const { config, errors } = inspectConfig(readArguments(words));
  try {
    if (config !== undefined) renamesOf(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    errors.push(error);
  }
  for (const { reason, source } of errors) {
    const where = source === undefined ? '' : `${source.origin}:${String(source.line)}: ${source.text}: `;
    process.stderr.write(`${where}${reason}\n`);
  }
  for (const sentence of config?.takeNotices() ?? []) process.stdout.write(`Note: ${sentence}\n`);
  if (errors.length === 0) process.stdout.write('The configuration is valid.\n');
  return errors.length === 0 ? 0 : 1;
}

const words = process.argv.slice(2);
const only = words.length === 1 ? words[0] : undefined;
if (only === '-v' || only === '--version') process.stdout.write(VERSION);
else if (only === '-h' || only === '--help') process.stdout.write(USAGE);
else if (only === '--sample-config') process.stdout.write(sampleConfig(new Config()));
else if (words[0] === '--check-config') process.exitCode = checkConfig(words.slice(1));
else
  run(words).catch((error: unknown) => fail(error instanceof ConfigError ? error.message : describe(error)));
