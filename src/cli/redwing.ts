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
  messageOf,
  sampleConfig,
  textOf,
  version,
  type ConfigInput,
} from '../config/index.js';
import { checkUsers } from '../server/acl/check-users.js';
import { openLog, type Log } from '../server/log.js';
import { ownProcess } from '../server/own-process.js';
import { renamesOf } from '../server/renames.js';
import { type Server, startServer } from '../server/server.js';
import { daemonize, isDaemon, report, shouldDaemonize } from './daemon.js';
import { writePidFile } from './pid-file.js';
import { findSupervisor } from '../server/supervisor.js';

const USAGE = `Usage: redwing [config-file] [--directive value ...] [-]

  redwing                                 start with the defaults
  redwing /etc/redis/redis.conf           start with a configuration file, as Redis takes it
  redwing --port 7000 --bind 127.0.0.1    set directives; they override the file
  redwing -                               read more configuration from standard input (the first argument or the last)
  redwing --check-config [arguments]      say everything that is wrong with the configuration, and start nothing
  redwing --sample-config                 print every directive with its default and what it is for
  redwing --version, -v                   print the version
  redwing --help, -h                      print this text
`;

const VERSION = `Redwing server v=${version} node=${process.versions.node}\n`;

/** What the words of the command line ask for. */
function readArguments(words: readonly string[]): ConfigInput {
  const isFileGiven = words[0] !== undefined && !words[0].startsWith('-');
  const isInputFirst = words[0] === '-';
  const isInputLast = words.length > 1 && words.at(-1) === '-';
  return {
    ...(isFileGiven ? { file: path.resolve(words[0] ?? '') } : {}),
    ...(isInputFirst || isInputLast ? { readStandardInput: () => textOf(readFileSync(0)) } : {}),
    words: words.slice(isFileGiven || isInputFirst ? 1 : 0, isInputLast ? -1 : undefined),
  };
}

/** Prints a problem that keeps the server from starting, and ends the process. */
function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Loads the configuration, or ends the process with what is wrong. */
function load(input: ConfigInput): Config {
  try {
    return loadConfig(input);
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message);
    throw error;
  }
}

function open(config: Config): Log {
  try {
    return openLog(config);
  } catch (error) {
    throw new ConfigError(`Cannot open the log file: ${messageOf(error)}`);
  }
}

/**
 * Stops the server on SIGINT and SIGTERM as `shutdown-on-sigint` and `shutdown-on-sigterm` say. A second SIGINT ends
 * the process at once.
 */
function stopOnSignals(server: Server, config: Config, log: Log): void {
  let isStopping = false;
  const stop = (signal: string, words: Config['shutdownOnSigint']): void => {
    if (isStopping) {
      if (signal !== 'SIGINT') return;
      log.warning('Received SIGINT again, ending at once.');
      process.exit(1);
    }
    if (server.persistence.isLoading) {
      log.warning(`Received ${signal} during loading, exiting now.`);
      process.exit(0);
    }
    log.warning(`Received ${signal}, stopping.`);
    const saves = words.includes('save') ? true : words.includes('nosave') ? false : undefined;
    isStopping = server.shutdown({ saves, isForced: words.includes('force') });
    if (!isStopping) return;
    server.stop().catch((error: unknown) => {
      log.warning(`Could not stop in order: ${messageOf(error)}`);
      process.exit(1);
    });
  };
  process.on('SIGINT', (signal) => stop(signal, config.shutdownOnSigint));
  process.on('SIGTERM', (signal) => stop(signal, config.shutdownOnSigterm));
}

/** Runs the server until a signal or a command stops it. */
async function serve(config: Config): Promise<void> {
  ownProcess();
  const log = open(config);
  const warn = (message: string): void => log.warning(message);
  for (const sentence of config.takeNotices()) warn(sentence);
  const supervisor = findSupervisor(config, warn);
  // Signals are heard before anybody can be served.
  const server = await startServer(
    config,
    log,
    (made) => stopOnSignals(made, config, log),
    () => writePidFile(config, isDaemon, warn),
  );
  void server.stopped.then(() => process.exit(0));
  server.onStopping(() => supervisor.stopping());
  supervisor.ready();
  await report({});
}

async function run(words: readonly string[]): Promise<void> {
  let input: string | undefined;
  const given = readArguments(words);
  const { readStandardInput } = given;
  const config = load(
    readStandardInput === undefined
      ? given
      : { ...given, readStandardInput: () => (input = readStandardInput()) },
  );
  if (!shouldDaemonize(config)) return serve(config);
  await daemonize(input);
  process.exit(0);
}

/** Says what kept the server from starting, to whoever waits for it, and ends the process. */
async function giveUp(error: unknown): Promise<never> {
  const failure = messageOf(error);
  await report({ failure });
  return fail(failure);
}

/** Prints what is wrong with a configuration, one line each; gives the exit code. */
function checkConfig(words: readonly string[]): 0 | 1 {
  const { config, errors } = inspectConfig(readArguments(words));
  try {
    if (config !== undefined) checkUsers(config, renamesOf(config));
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
else run(words).catch(giveUp);
