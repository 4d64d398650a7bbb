/**
 * What a directive is: its one declaration gives parsing, default, validation, rendering and the rules of CONFIG SET.
 *
 * Terms: a *directive* is a name of redis.conf; its *arguments* are the words behind the name; its *value* is what the
 * program works with; its *text* is the value as CONFIG GET shows it; its *file lines* are how CONFIG REWRITE and the
 * sample configuration write it.
 *
 * Invariants:
 * 1. A directive's text, parsed again, gives an equal value and the same text; so do its file lines, loaded in turn.
 * 2. Parsing has no effect besides its result: a value counts only once Config has stored it.
 */

/** A value with its canonical text, or why the arguments are not one. */
export type Parsed<V> = Setting<V> | { readonly error: string };

/** A value with its canonical text. */
export interface Setting<V> {
  readonly value: V;
  readonly text: string;
}

/** One line of a configuration file, without the directive's name. */
export interface FileLine {
  /** The arguments as they are written, quoted where that is needed. */
  readonly words: string;
  /** True if leaving the line out would mean the same; such a line is only written where one stood before. */
  readonly isDefault: boolean;
}

/** What a parser may know beyond its arguments. */
export interface ParseContext<V> {
  /** The value until now; undefined only while the default itself is parsed. */
  readonly current: V | undefined;
  /** True if the file being loaded has set this directive already: some directives then add to it. */
  readonly repeated: boolean;
}

/** When a client may change a directive: at will, never, or only as `enable-protected-configs` allows. */
export type ChangeRule = 'free' | 'immutable' | 'protected';

/** The declaration of one directive. */
export interface Directive<V> {
  /** The arguments that give the default. */
  readonly initial: readonly string[];
  /** True if it takes any number of arguments; otherwise exactly one. */
  readonly many: boolean;
  /** What the arguments may be, for people: `0 to 65535`, `yes or no`. */
  readonly accepts: string;
  readonly change: ChangeRule;
  /** True if no client may change it while data is loaded, since it says what is loaded, or where that is kept. */
  readonly isFixedWhileLoading: boolean;
  /** Hidden directives are found by their exact name only, never by a pattern. */
  readonly hidden: boolean;
  /** A second, older name. */
  readonly alias: string | undefined;
  /** True if the value names something whose contents count: setting it to what it is has it read again. */
  readonly isReference: boolean;
  /** True if the value is kept and shown, but nothing reads it yet. */
  readonly ineffective: boolean;
  /** True if `refuse` turns down some values, so that those it lets pass say what is the case. */
  readonly isRefusing: boolean;
  /** Turns arguments into a value; `error` is the text a client or the starter of the server reads. */
  parse(args: readonly string[], context: ParseContext<V>): Parsed<V>;
  /** Why a valid value cannot be honoured, where to ignore it would mislead about security or durability. */
  refuse(value: V): string | undefined;
  /** How a value is written to a file; no line at all where the value is nothing, and nothing is the default. */
  lines(setting: Setting<V>, initial: Setting<V>): readonly FileLine[];
}

/** The type of a directive's values. */
export type ValueOf<D> = D extends Directive<infer V> ? V : never;

/** What a declaration may say beyond the kind of its values; all default to false or none. */
export interface Traits<V> {
  readonly change?: ChangeRule;
  readonly isFixedWhileLoading?: boolean;
  readonly hidden?: boolean;
  readonly alias?: string;
  readonly isReference?: boolean;
  readonly ineffective?: boolean;
  readonly refuse?: (value: V) => string | undefined;
}

/** What a kind of value says of all its directives. */
export type Shape<V> = Pick<Directive<V>, 'initial' | 'many' | 'accepts' | 'parse'> &
  Partial<Pick<Directive<V>, 'lines'>>;

/** One line, with the words that `write` makes of a setting. */
export function oneLine<V>(write: (setting: Setting<V>) => string): Directive<V>['lines'] {
  return (setting, initial) => [{ words: write(setting), isDefault: setting.text === initial.text }];
}

/** Makes a directive from its kind and its traits. Unless its kind knows better, its text is its only file line. */
export function directive<V>(shape: Shape<V>, traits: Traits<V> = {}): Directive<V> {
  return {
    initial: shape.initial,
    many: shape.many,
    accepts: shape.accepts,
    parse: (args, context) => shape.parse(args, context),
    lines: shape.lines ?? oneLine(({ text }) => text || '""'),
    change: traits.change ?? 'free',
    isFixedWhileLoading: traits.isFixedWhileLoading ?? false,
    hidden: traits.hidden ?? false,
    alias: traits.alias,
    isReference: traits.isReference ?? false,
    ineffective: traits.ineffective ?? false,
    isRefusing: traits.refuse !== undefined,
    refuse: (value) => traits.refuse?.(value),
  };
}

/** Marks every directive of a group as kept but without effect, except those that refuse what they cannot honour. */
export function withoutEffect<G extends Readonly<Record<string, Directive<unknown>>>>(group: G): G {
  const marked = Object.entries(group).map(([name, one]) => [name, { ...one, ineffective: !one.isRefusing }]);
  return Object.fromEntries(marked) as G;
}

/** A refusal of every value but the default, for directives whose feature does not exist yet. */
export function onlyDefault<V>(isDefault: (value: V) => boolean, reason: string): Traits<V> {
  return { refuse: (value) => (isDefault(value) ? undefined : reason) };
}
