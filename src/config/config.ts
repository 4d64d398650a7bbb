/**
 * The configuration of one server: the value of every directive, read by typed getters, changed by CONFIG SET.
 *
 * A getter (`config.maxclients`) costs an array read; what runs once per command keeps its own copy and follows
 * changes with `onChange`. Nothing here acts on a value: who needs it listens.
 *
 * Invariants:
 * 1. Every directive has a value at all times, and its text renders that value.
 * 2. A CONFIG SET that fails leaves every value, and every listener's last call, as they were before.
 * 3. No refused value is ever stored by CONFIG SET, and none survives `refusals()` at the end of a load.
 */
import {
  directiveIndex,
  directives,
  propertyName,
  type ConfigValues,
  type DirectiveName,
  type DirectiveValue,
  type NamedDirective,
} from './directives.js';
import type { Directive, FileLine, Parsed, Setting } from './directive.js';
import { isGlob, matchesGlob } from './glob.js';

/** Where in the configuration something stands. */
export interface Source {
  /** The file's path as it was given, or a phrase for what is not a file. */
  readonly origin: string;
  /** Counted from 1. */
  readonly line: number;
  /** The line, without white space around it. */
  readonly text: string;
}

/** A `rename-command` line: `to` is empty to remove the command. */
export interface CommandRename {
  readonly from: string;
  readonly to: string;
  readonly source: Source;
}

/** A `user` line: the user's name, then its rules. */
export interface UserDeclaration {
  readonly words: readonly string[];
  readonly source: Source;
}

/** What CONFIG SET answers: OK, or an error line. */
export type SetResult = { readonly ok: true } | { readonly ok: false; readonly error: string };

/** What CONFIG SET may depend on beyond its arguments. */
export interface SetOptions {
  /** True if the client is connected from this machine; decides where `enable-protected-configs` says `local`. */
  readonly localClient?: boolean;
  /** While data is loaded: the error line for directives that cannot be changed then. */
  readonly loadingError?: string | undefined;
}

/**
 * Acts on a change, synchronously; for a reference, on every CONFIG SET of it. It may answer why it cannot: the whole
 * CONFIG SET is then undone and answered with that text. It is called again with the old value if a later part of the
 * same CONFIG SET fails.
 */
export type ChangeListener<V> = (value: V, previous: V) => string | undefined;

/** A setting that waits for the rest of its CONFIG SET to prove valid. */
interface StagedSetting {
  readonly target: NamedDirective;
  readonly next: Setting<unknown>;
  readonly previous: Setting<unknown>;
}

/** What CONFIG GET, CONFIG SET and the loader do; Config adds the getters. */
class ConfigBase {
  readonly #values: unknown[] = [];
  readonly #texts: string[] = [];
  readonly #sources = new Map<DirectiveName, Source>();
  readonly #listeners = new Map<DirectiveName, ChangeListener<unknown>[]>();
  readonly #noticed = new Set<DirectiveName>();
  readonly #initial: Setting<unknown>[] = [];
  readonly #writers = new Map<string, () => readonly string[]>();
  readonly #renames: CommandRename[] = [];
  readonly #users: UserDeclaration[] = [];

  /** The absolute path of the main configuration file, or '' if there is none. */
  configFile = '';

  static {
    Object.keys(directives).forEach((name, slot) => {
      const get = function (this: ConfigBase): unknown {
        return this.#values[slot];
      };
      Object.defineProperty(ConfigBase.prototype, propertyName(name), { get, enumerable: true });
    });
  }

  /** Every directive at its default. */
  constructor() {
    for (const target of directiveIndex.values()) {
      if (target.label !== target.name) continue;
      const { directive } = target;
      const parsed = directive.parse(directive.initial, { current: undefined, repeated: false });
      if ('error' in parsed) throw new Error(`the default of ${target.name} is invalid: ${parsed.error}`);
      this.#store(target, parsed);
      this.#initial.push(parsed);
    }
  }

  /** The `rename-command` lines in the order in which they stand. */
  get renames(): readonly CommandRename[] {
    return this.#renames;
  }

  /** The `user` lines in the order in which they stand. */
  get users(): readonly UserDeclaration[] {
    return this.#users;
  }

  /** A directive's value as CONFIG GET shows it. */
  text(name: DirectiveName): string {
    return this.#texts[directiveIndex.get(name)?.slot ?? -1] ?? '';
  }

  /** Whether a file, the command line or CONFIG SET gave the directive a value. */
  isGiven(name: DirectiveName): boolean {
    return this.#sources.has(name);
  }

  /**
   * CONFIG GET: names with their texts, in the order of declaration. A pattern without wildcards finds one name or
   * alias, hidden ones too, and shows it as it was asked for. Linear in patterns × names.
   */
  get(patterns: readonly string[]): [name: string, text: string][] {
    const found = new Map<string, [string, string]>();
    const add = (shown: string, { label, slot }: NamedDirective): void => {
      if (!found.has(label)) found.set(label, [shown, this.#texts[slot] ?? '']);
    };
    for (const pattern of patterns) {
      const lower = pattern.toLowerCase();
      if (!isGlob(pattern)) {
        const exact = directiveIndex.get(lower);
        if (exact !== undefined) add(pattern, exact);
        continue;
      }
      for (const target of directiveIndex.values()) {
        if (!target.directive.hidden && matchesGlob(lower, target.label)) add(target.label, target);
      }
    }
    return [...found.values()];
  }

  /** CONFIG SET: all of the pairs, or none. The error is the reply's whole line. */
  set(pairs: readonly (readonly [name: string, value: string])[], options: SetOptions = {}): SetResult {
    const targets = this.#findTargets(pairs, options);
    if (!Array.isArray(targets)) return targets;
    const staged: StagedSetting[] = [];
    for (const [at, target] of targets.entries()) {
      const parsed = this.#parseText(target, pairs[at]?.[1] ?? '');
      if ('error' in parsed) {
        this.#restore(staged);
        return failure(target.label, parsed.error);
      }
      staged.push({ target, next: parsed, previous: this.#setting(target) });
      // Stored at once, since one directive may stand here under two names, and the second may build on the first.
      this.#store(target, parsed);
    }
    return this.#announce(staged);
  }

  /** Calls `listener` after each change of a directive by CONFIG SET, in the order of registration. */
  onChange<N extends DirectiveName>(name: N, listener: ChangeListener<DirectiveValue<N>>): void {
    const list = this.#listeners.get(name) ?? [];
    list.push(listener as ChangeListener<unknown>);
    this.#listeners.set(name, list);
  }

  /**
   * Says how CONFIG REWRITE is to write what stands outside the declarations, such as the `user` lines: `write` gives
   * the arguments of each line, quoted as needed. Without it such lines stay as they are.
   */
  onRewrite(name: string, write: () => readonly string[]): void {
    this.#writers.set(name, write);
  }

  /** Every directive, and what `onRewrite` has named, with the lines that give it its present value in a file. */
  *fileLines(): Iterable<readonly [name: string, lines: readonly FileLine[]]> {
    for (const target of directiveIndex.values()) {
      const initial = this.#initial[target.slot];
      if (target.label !== target.name || initial === undefined) continue;
      yield [target.name, target.directive.lines(this.#setting(target), initial)];
    }
    for (const [name, write] of this.#writers) {
      yield [name, write().map((words) => ({ words, isDefault: false }))];
    }
  }

  /** The arguments of the lines that give a directive its default. */
  defaultLines(name: DirectiveName): string[] {
    const { slot, directive } = directiveIndex.get(name) as NamedDirective;
    const initial = this.#initial[slot];
    return directive.lines(initial, initial).map(({ words }) => words);
  }

  /** Takes one line of a configuration that is being loaded; gives the error text if it cannot be. */
  load(name: string, args: readonly string[], source: Source): string | undefined {
    return this.#take(name, source, (target) => this.#parseLine(target, args));
  }

  /** Takes a value as CONFIG SET would, before the server starts; gives the error text if it cannot be. */
  give(name: string, text: string, source: Source): string | undefined {
    return this.#take(name, source, (target) => this.#parseText(target, text));
  }

  #take(
    name: string,
    source: Source,
    parse: (target: NamedDirective) => Parsed<unknown>,
  ): string | undefined {
    const target = directiveIndex.get(name.toLowerCase());
    if (target === undefined) return 'Bad directive or wrong number of arguments';
    const parsed = parse(target);
    if ('error' in parsed) return parsed.error;
    this.#store(target, parsed);
    this.#sources.set(target.name, source);
    return undefined;
  }

  /** Keeps a `rename-command` line for the command table, which alone can say whether it is right. */
  loadRename(from: string, to: string, source: Source): void {
    this.#renames.push({ from, to, source });
  }

  /** Keeps a `user` line for those who know commands and rules. */
  loadUser(words: readonly string[], source: Source): void {
    this.#users.push({ words, source });
  }

  /** The loaded values that cannot be honoured, with the lines that gave them. To be asked once all is loaded. */
  refusals(): { readonly reason: string; readonly source: Source }[] {
    return [...this.#sources].flatMap(([name, source]) => {
      const target = directiveIndex.get(name);
      const reason = target?.directive.refuse(this.#values[target.slot]);
      return reason === undefined ? [] : [{ reason: `${name}: ${reason}`, source }];
    });
  }

  /**
   * Sentences for the log on what differs from its default but has no effect, each directive named once in a server's
   * life. To be asked after a load and after each successful CONFIG SET.
   */
  takeNotices(): string[] {
    const notices: string[] = [];
    const names = [...this.#sources.keys()].filter(
      (name) => !this.#noticed.has(name) && isIneffective(name) && !this.#isDefault(name),
    );
    for (const name of names) this.#noticed.add(name);
    if (names.length > 0)
      notices.push(`These directives are accepted but have no effect: ${names.join(', ')}.`);
    return notices;
  }

  #isDefault(name: DirectiveName): boolean {
    return this.text(name) === this.#initial[directiveIndex.get(name)?.slot ?? -1]?.text;
  }

  #setting({ slot }: NamedDirective): Setting<unknown> {
    return { value: this.#values[slot], text: this.#texts[slot] ?? '' };
  }

  #store({ slot }: NamedDirective, { value, text }: Setting<unknown>): void {
    this.#values[slot] = value;
    this.#texts[slot] = text;
  }

  #parseLine({ name, slot, directive }: NamedDirective, given: readonly string[]): Parsed<unknown> {
    const args = directive.many && given.length === 1 ? splitList(given[0] ?? '') : given;
    if (!directive.many && args.length !== 1) return { error: 'wrong number of arguments' };
    return directive.parse(args, { current: this.#values[slot], repeated: this.#sources.has(name) });
  }

  #parseText({ slot, directive }: NamedDirective, given: string): Parsed<unknown> {
    const args = directive.many ? splitList(given) : [given];
    const parsed = directive.parse(args, { current: this.#values[slot], repeated: false });
    if ('error' in parsed) return parsed;
    const reason = directive.refuse(parsed.value);
    return reason === undefined ? parsed : { error: reason };
  }

  /** Whether each name exists, may be changed and stands once; checked before any value is looked at. */
  #findTargets(
    pairs: readonly (readonly [string, string])[],
    { localClient = false, loadingError }: SetOptions,
  ): NamedDirective[] | SetResult {
    const targets: NamedDirective[] = [];
    for (const [given] of pairs) {
      const target = directiveIndex.get(given.toLowerCase());
      if (target === undefined) {
        return {
          ok: false,
          error: oneLine(`ERR Unknown option or number of arguments for CONFIG SET - '${given}'`),
        };
      }
      const reason = this.#unchangeable(target.directive, localClient);
      if (reason !== undefined) return failure(given, reason);
      if (loadingError !== undefined && target.directive.isFixedWhileLoading)
        return { ok: false, error: loadingError };
      if (targets.some(({ label }) => label === target.label)) {
        return failure(given, 'duplicate parameter');
      }
      targets.push(target);
    }
    return targets;
  }

  #unchangeable(directive: Directive<unknown>, isLocal: boolean): string | undefined {
    if (directive.change === 'immutable') return "can't set immutable config";
    if (directive.change === 'free') return undefined;
    const permission = this.text('enable-protected-configs');
    const isAllowed = permission === 'yes' || (permission === 'local' && isLocal);
    return isAllowed ? undefined : "can't set protected config";
  }

  /** Tells the listeners; undoes everything if one objects. */
  #announce(staged: readonly StagedSetting[]): SetResult {
    const told: (() => void)[] = [];
    for (const { target, next, previous } of staged) {
      if (next.text === previous.text && !target.directive.isReference) continue;
      for (const listener of this.#listeners.get(target.name) ?? []) {
        const objection = listener(next.value, previous.value);
        if (objection === undefined) {
          told.push(() => listener(previous.value, next.value));
          continue;
        }
        this.#restore(staged);
        for (const tellBack of told.reverse()) tellBack();
        return failure(target.label, objection);
      }
    }
    for (const { target } of staged)
      this.#sources.set(target.name, { origin: 'CONFIG SET', line: 1, text: '' });
    return { ok: true };
  }

  #restore(staged: readonly StagedSetting[]): void {
    for (const { target, previous } of [...staged].reverse()) this.#store(target, previous);
  }
}

/** A list written as one argument; several spaces in a row hold empty items, as in Redis. */
function splitList(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}

function isIneffective(name: DirectiveName): boolean {
  return directives[name].ineffective;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, ' ');
}

function failure(label: string, reason: string): SetResult {
  const error = `ERR CONFIG SET failed (possibly related to argument '${label}') - ${reason}`;
  return { ok: false, error: oneLine(error) };
}

/** The configuration of one server: its methods, and a getter for each directive's value. */
export type Config = ConfigBase & ConfigValues;

/** Makes a configuration with every directive at its default; the getters are on its prototype. */
export const Config = ConfigBase as new () => Config;
