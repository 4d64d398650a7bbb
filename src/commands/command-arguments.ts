// The arguments of a command as data: a compact text beside the declaration, and what COMMAND DOCS makes of it.
//
//   key#0 value [condition(NX | XX)] [GET@6.2.0] [expiration(EX seconds:integer | KEEPTTL@6.0.0)]
//
// The text stands in the order of the command's arguments, its name (and subcommand) left out. It is read when somebody
// asks for it, so that a server which is never asked pays for its characters only. Line breaks count as spaces.
//
//   arguments   = { argument }                                             one after the other
//   argument    = plain | "[" plain "]"                                    "[ ]": may be left out
//   plain       = pure token | [ token [ "..." ] ] ( value | group )
//   pure token  = [ name "=" ] token { suffix }                            a word as it is: NX
//   value       = name [ ":" type ] { suffix } [ "..." ]                   what the user fills in: seconds:integer
//   group       = name { suffix } "(" members ")" [ "..." ]
//   members     = argument { argument }                                    a block: all of them in order
//               | argument "|" argument { "|" argument }                   one of them
//   token       = upper case word | '"' any text '"'
//   type        = "double" | "integer" | "key" | "pattern" | "unix-time"   without one: a string, or a key if "#" follows
//   suffix      = "#" number                                               the key specification that finds this key
//               | "~" text                                                 shown to the user in place of the name
//               | "@" version                                              there since
//               | "!" version                                              deprecated since
//
// - A token before a value or a group belongs to it: `LIMIT limit(offset:integer count:integer)`. A token that stands
//   for itself in such a place has its name with it: `full=FULL count:integer`.
// - "..." behind a value or a group: it may be repeated. Behind its token as well: the token is repeated with it, as in
//   `[GET... pattern:pattern...]`.
// - A pure token is named by its word in lower case unless it says otherwise: `equal="="`.
//
// Reading is linear in the text.

/** What a value is, as COMMAND DOCS names it. */
export type ArgumentType =
  'string' | 'integer' | 'double' | 'key' | 'pattern' | 'unix-time' | 'pure-token' | 'oneof' | 'block';

/** One argument of a command, or a group of them. */
export interface CommandArgument {
  name: string;
  type: ArgumentType;
  /** What is shown to users in place of a value; a group has none. */
  displayText?: string;
  /** Number of the key specification that finds this key. */
  keySpec?: number;
  /** The word that stands before the value, or is all of it. */
  token?: string;
  /** Version that brought it, where it is younger than the command. */
  since?: string;
  deprecatedSince?: string;
  isOptional: boolean;
  isRepeated: boolean;
  /** Whether the token is repeated with the value. */
  isTokenRepeated: boolean;
  /** Members of a group; otherwise empty. */
  members: readonly CommandArgument[];
}

const VALUE_TYPES: readonly ArgumentType[] = ['double', 'integer', 'key', 'pattern', 'unix-time'];

const NAME = /[a-z][a-z0-9_-]*/y;
// What a token belongs to: only the name of a value or a group is in lower case, and "=" makes it that of a token.
const BEFORE_VALUE = /\s+(?=[a-z][a-z0-9_-]*(?![a-z0-9_=-]))/y;
const TOKEN = /[A-Z][A-Z0-9-]*|"[^"]*"/y;
const TYPE = /:([a-z-]+)/y;
const SUFFIX = /([#~@!])([^\s()[\]|#~@!"]*?)(?=[\s()[\]|#~@!"]|\.\.\.|$)/y;
const VERSION = /^\d+\.\d+\.\d+$/;
const SPACE = /\s*/y;
const END = /(?=[\s[\])|]|$)/y;

/**
 * The arguments that a text in the grammar above declares.
 *
 * @throws Error for a text that the grammar does not know, with the place where it ends to be understood.
 */
export function parseArguments(text: string): CommandArgument[] {
  return new ArgumentParser(text).parse();
}

/** Reads one text. Each method reads the part of the grammar that it is named after, from `at` on. */
class ArgumentParser {
  private at = 0;

  constructor(private readonly text: string) {}

  parse(): CommandArgument[] {
    const found: CommandArgument[] = [];
    this.skip(SPACE);
    while (this.at < this.text.length) found.push(this.argument());
    return found;
  }

  private argument(): CommandArgument {
    const isOptional = this.eat('[');
    if (isOptional) this.skip(SPACE);
    const argument = { ...this.plain(), isOptional };
    if (this.match(END) === null) this.fail('the end of an argument');
    this.skip(SPACE);
    if (isOptional) {
      this.need(']');
      this.skip(SPACE);
    }
    return argument;
  }

  private plain(): CommandArgument {
    const token = this.match(TOKEN)?.[0];
    if (token === undefined) return this.valueOrGroup();
    const isTokenRepeated = this.eat('...');
    if (this.match(BEFORE_VALUE) !== null)
      return { ...this.valueOrGroup(), token: unquoted(token), isTokenRepeated };
    if (isTokenRepeated) this.fail('a value or a group');
    return this.pureToken(unquoted(token).toLowerCase(), token);
  }

  private pureToken(name: string, token: string): CommandArgument {
    if (!/^[a-z]/.test(name)) this.fail('a name for a token');
    return this.suffixes({ ...plainArgument(name, 'pure-token'), displayText: name, token: unquoted(token) });
  }

  private valueOrGroup(): CommandArgument {
    const name = this.match(NAME)?.[0] ?? this.fail('a name or a token');
    if (this.eat('=')) return this.pureToken(name, this.match(TOKEN)?.[0] ?? this.fail('a token'));
    const type = this.match(TYPE)?.[1];
    const known = type === undefined ? 'string' : VALUE_TYPES.find((one) => one === type);
    if (known === undefined) this.fail('a type');
    const argument = this.suffixes(plainArgument(name, known));
    if (argument.keySpec !== undefined && type === undefined) argument.type = 'key';
    if (this.eat('(')) {
      if (type !== undefined || argument.keySpec !== undefined) this.fail('a group without a type');
      this.members(argument);
    } else {
      argument.displayText ??= name;
    }
    argument.isRepeated = this.eat('...');
    return argument;
  }

  private members(group: CommandArgument): void {
    this.skip(SPACE);
    const members = [this.argument()];
    group.type = this.text[this.at] === '|' ? 'oneof' : 'block';
    while (!this.eat(')')) {
      if (group.type === 'oneof') {
        this.need('|');
        this.skip(SPACE);
      }
      members.push(this.argument());
    }
    group.members = members;
  }

  private suffixes(argument: CommandArgument): CommandArgument {
    for (let found = this.match(SUFFIX); found !== null; found = this.match(SUFFIX)) {
      const [, sign, value] = found;
      if (sign === '#' && /^\d+$/.test(value)) argument.keySpec = Number(value);
      else if (sign === '~' && value !== '') argument.displayText = value;
      else if (sign === '@' && VERSION.test(value)) argument.since = value;
      else if (sign === '!' && VERSION.test(value)) argument.deprecatedSince = value;
      else this.fail(sign === '#' ? 'a number' : sign === '~' ? 'a text' : 'a version');
    }
    return argument;
  }

  // ---- reading characters ----

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }

  private skip(pattern: RegExp): void {
    this.match(pattern);
  }

  private eat(sign: string): boolean {
    if (!this.text.startsWith(sign, this.at)) return false;
    this.at += sign.length;
    return true;
  }

  private need(sign: string): void {
    if (!this.eat(sign)) this.fail(`'${sign}'`);
  }

  private fail(expected: string): never {
    throw new Error(`arguments '${this.text}': ${expected} expected at '${this.text.slice(this.at)}'`);
  }
}

function plainArgument(name: string, type: ArgumentType): CommandArgument {
  return { name, type, isOptional: false, isRepeated: false, isTokenRepeated: false, members: [] };
}

function unquoted(token: string): string {
  return token.startsWith('"') ? token.slice(1, -1) : token;
}
