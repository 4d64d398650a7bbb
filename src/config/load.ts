/**
 * Loading a configuration: files, standard input and the command line, in this order, as one text.
 *
 * A line is a directive and its arguments; `#` at its start makes it a comment. `include` takes the place of its
 * line, and its path starts at `dir` as it is there; with wildcards it may match no file. A folder has no lines. A
 * directive set twice keeps its last value, save for those that add up.
 * What the server could not honour is refused after everything is loaded, so that a later line may put it right.
 *
 * Cost: linear in the text; reads each file once, synchronously, before the server starts.
 */
import { readFileSync, realpathSync } from 'node:fs';
import * as path from 'node:path';
import { quoteArgument, splitArguments } from './arguments.js';
import { bytesOf, textOf } from './byte-text.js';
import { Config, type Source } from './config.js';
import { type DirectiveName, IGNORED_DIRECTIVES } from './directives.js';
import { fileProblem, isFolder } from './file-problem.js';
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

/**
 * Directives by their names, with values as CONFIG SET takes them: `{ port: 7000, appendonly: true, save: '3600 1 300 100' }`.
 * `true` and `false` are `yes` and `no`.
 */
export type DirectiveTexts = { readonly [N in DirectiveName]?: string | number | boolean };

/** A configuration that cannot be used; the message is ready to be shown to whoever starts the server. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  /** `source` is the line at fault, if there is one. */
  constructor(
    readonly reason: string,
    readonly source?: Source,
  ) {
    const where =
      source === undefined
        ? []
        : [
            `Reading the configuration file, at line ${String(source.line)} of ${source.origin}`,
            `>>> '${source.text}'`,
          ];
    super(['', `*** FATAL CONFIG FILE ERROR (Redwing ${version}) ***`, ...where, reason].join('\n'));
  }
}

/** Learns of something wrong. If it returns, loading goes on behind the line at fault. */
type Report = (error: ConfigError) => void;

/** Loads a configuration. Throws ConfigError, at the first line that is wrong or the first value refused. */
export function loadConfig(input: ConfigInput = {}): Config {
  return load(input, (error) => {
    throw error;
  });
}

/** A configuration of some directives, the others at their defaults. Throws ConfigError at the first that cannot be. */
export function configOf(texts: DirectiveTexts): Config {
  const config = new Config();
  Object.entries(texts).forEach(([name, value], at) => {
    const text = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
    const source = { origin: 'the directives', line: at + 1, text: `${name} ${quoteArgument(text)}` };
    const error = config.give(name, text, source);
    if (error !== undefined) throw new ConfigError(error, source);
  });
  return config;
}

/**
 * Loads a configuration as far as it can be. Gives everything that is wrong with it, in order, and the configuration
 * without those lines, or undefined if it is too broken to be one.
 */
export function inspectConfig(input: ConfigInput): { config: Config | undefined; errors: ConfigError[] } {
  // A file that is included twice is wrong once.
  const errors = new Map<string, ConfigError>();
  const report = (error: ConfigError): void => {
    const key = JSON.stringify([error.source?.origin, error.source?.line, error.reason]);
    if (!errors.has(key)) errors.set(key, error);
  };
  let config: Config | undefined;
  try {
    config = load(input, report);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    report(error);
  }
  return { config, errors: [...errors.values()] };
}

function load(input: ConfigInput, report: Report): Config {
  const config = new Config();
  const loading: Loading = { config, report, depth: 0 };
  if (input.file !== undefined && loadFile(loading, input.file, undefined)) {
    config.configFile = realpathSync(input.file);
  }
  if (input.readStandardInput !== undefined) loadText(loading, input.readStandardInput(), 'standard input');
  loadText(loading, joinWords(input.words ?? []), 'the command line');
  for (const { reason, source } of config.refusals()) report(new ConfigError(reason, source));
  return config;
}

/** One load under way. */
interface Loading {
  readonly config: Config;
  readonly report: Report;
  /** How many files are being read that include each other. */
  readonly depth: number;
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

/**
 * False if the file could not be read. Throws a ConfigError if files include each other: that ends any load, since
 * going on could take time without end.
 */
function loadFile(loading: Loading, file: string, from: Source | undefined): boolean {
  if (loading.depth > INCLUDE_DEPTH_MAX) {
    throw new ConfigError('Files include each other without end.', from);
  }
  let text: string;
  try {
    text = textOf(readFileSync(bytesOf(path.resolve(loading.config.dir, file))));
  } catch (error) {
    // What it includes may be a folder, which says nothing; the file that a server is started with may not.
    if (from !== undefined && isFolder(error)) return true;
    const reason = `Fatal error, can't open config file '${file}': ${fileProblem(error)}`;
    loading.report(new ConfigError(reason, from));
    return false;
  }
  loadText(loading, text, file);
  return true;
}

function loadText(loading: Loading, text: string, origin: string): void {
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.replace(/^[ \t\r]+|[ \t\r]+$/g, '');
    if (line === '' || line.startsWith('#')) continue;
    const source: Source = { origin, line: at + 1, text: line };
    const args = splitArguments(line);
    const error =
      args === undefined ? 'Unbalanced quotes in configuration line' : loadLine(loading, args, source);
    if (error !== undefined) loading.report(new ConfigError(error, source));
  }
}

/** Takes one line; gives the error text if it is wrong. */
function loadLine(loading: Loading, words: string[], source: Source): string | undefined {
  const { config } = loading;
  const [given = '', ...args] = words;
  const name = given.toLowerCase();
  const [first, second] = args;
  if (IGNORED_DIRECTIVES.has(name) && args.length === 1) return undefined;
  if (name === 'include' && first !== undefined && args.length === 1) {
    const files = isGlob(first) ? expandPath(first, config.dir) : [first];
    const inner = { ...loading, depth: loading.depth + 1 };
    for (const file of files) loadFile(inner, path.normalize(file), source);
    return undefined;
  }
  if (name === 'rename-command' && first !== undefined && second !== undefined && args.length === 2) {
    config.loadRename(first, second, source);
    return undefined;
  }
  if (name === 'user' && args.length > 0) {
    config.loadUser(args, source);
    return undefined;
  }
  if (name === 'loadmodule' && args.length > 0) return 'modules are not supported';
  if (name === 'sentinel') return 'sentinel directive while not in sentinel mode';
  return config.load(name, args, source);
}
