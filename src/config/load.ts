/**
 * Loading a configuration: files, standard input and the command line, in this order, as one text.
 *
 * A line is a directive and its arguments; `#` at its start makes it a comment. `include` takes the place of its
 * line; with wildcards it may match no file. A directive set twice keeps its last value, save for those that add up.
 * What the server could not honour is refused after everything is loaded, so that a later line may put it right.
 *
 * Cost: linear in the text; reads each file once, synchronously, before the server starts.
 */
import { readFileSync, realpathSync } from 'node:fs';
import * as path from 'node:path';
import { quoteArgument, splitArguments } from './arguments.js';
import { fileProblem } from './compound-kinds.js';
import { Config, type Source } from './config.js';
import { IGNORED_DIRECTIVES } from './directives.js';
import { expandPath, isGlob } from './glob.js';
import { version } from './version.js';

/** Files that include each other deeper than this are taken for a circle. */
const INCLUDE_DEPTH_MAX = 32;

/** What a configuration is loaded from; each part is optional, and a later one overrides an earlier one. */
export interface ConfigInput {
  /** The main configuration file's path. */
  readonly file?: string;
  /** Gives more configuration text; called once, and not at all if undefined. */
  readonly readStandardInput?: () => string;
  /** Words of the command line: `--port 7000 --bind 127.0.0.1 ::1`. */
  readonly words?: readonly string[];
}

/** A configuration that cannot be used; the message is ready to be shown to whoever starts the server. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  /** `source` is the line at fault, if there is one. */
  constructor(reason: string, source?: Source) {
    const where =
      source === undefined
        ? []
        : [`Line ${String(source.line)} of ${source.origin}:`, `>>> '${source.text}'`];
    super(['', `*** FATAL CONFIG FILE ERROR (Redwing ${version}) ***`, ...where, reason].join('\n'));
  }
}

/** Loads a configuration. Throws ConfigError, at the first line that is wrong or the first value refused. */
export function loadConfig(input: ConfigInput = {}): Config {
  const config = new Config();
  if (input.file !== undefined) {
    loadFile(config, input.file, 0, undefined);
    config.configFile = realpathSync(input.file);
  }
  if (input.readStandardInput !== undefined) {
    loadText(config, input.readStandardInput(), 'standard input', 0);
  }
  loadText(config, joinWords(input.words ?? []), 'the command line', 0);
  const refused = config.refusal();
  if (refused !== undefined) throw new ConfigError(refused.reason, refused.source);
  return config;
}

/**
 * Carries out the `rename-command` lines. `rename` renames one command (removes it if `to` is empty) and answers why
 * it cannot, if so; that becomes a ConfigError about the line.
 */
export function applyRenames(config: Config, rename: (from: string, to: string) => string | undefined): void {
  for (const { from, to, source } of config.renames) {
    const error = rename(from, to);
    if (error !== undefined) throw new ConfigError(error, source);
  }
}

/**
 * The words of a command line as configuration text: `--name` begins a line, other words are its arguments. The word
 * behind a bare `--name` is always its argument, even if it looks like a name; only `--save` may stand alone.
 */
function joinWords(words: readonly string[]): string {
  const lines: string[] = [];
  let isNameNext = true;
  for (const [at, word] of words.entries()) {
    if (!isNameNext || !word.startsWith('--')) {
      lines.push(`${lines.pop() ?? ''} ${quoteArgument(word)}`);
      isNameNext = true;
      continue;
    }
    const next = words[at + 1];
    const isBareSave = word.toLowerCase() === '--save' && (next === undefined || next.startsWith('--'));
    lines.push(isBareSave ? `${word.slice(2)} ""` : word.slice(2));
    // `--port 7000` as one word brings its own argument.
    isNameNext = isBareSave || (splitArguments(word) ?? []).length !== 1;
  }
  return lines.join('\n');
}

function loadFile(config: Config, file: string, depth: number, from: Source | undefined): void {
  if (depth > INCLUDE_DEPTH_MAX) throw new ConfigError('Files include each other without end.', from);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`Cannot open the configuration file '${file}': ${fileProblem(error)}`, from);
  }
  loadText(config, text, file, depth);
}

function loadText(config: Config, text: string, origin: string, depth: number): void {
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.replace(/^[ \t\r]+|[ \t\r]+$/g, '');
    if (line === '' || line.startsWith('#')) continue;
    const source: Source = { origin, line: at + 1, text: line };
    const args = splitArguments(line);
    if (args === undefined) throw new ConfigError('Unbalanced quotes in configuration line', source);
    const error = loadLine(config, args, source, depth);
    if (error !== undefined) throw new ConfigError(error, source);
  }
}

/** Takes one line; gives the error text if it is wrong. */
function loadLine(config: Config, words: string[], source: Source, depth: number): string | undefined {
  const [given = '', ...args] = words;
  const name = given.toLowerCase();
  const [first, second] = args;
  if (IGNORED_DIRECTIVES.has(name) && args.length === 1) return undefined;
  if (name === 'include' && first !== undefined && args.length === 1) {
    const files = isGlob(first) ? expandPath(first) : [first];
    for (const file of files) loadFile(config, path.normalize(file), depth + 1, source);
    return undefined;
  }
  if (name === 'rename-command' && first !== undefined && second !== undefined && args.length === 2) {
    config.loadRename(first, second, source);
    return undefined;
  }
  if (name === 'user' && args.length > 0) return 'users are not supported yet: only the default user exists';
  if (name === 'loadmodule' && args.length > 0) return 'modules are not supported';
  if (name === 'sentinel') return 'sentinel directive while not in sentinel mode';
  return config.load(name, args, source);
}
