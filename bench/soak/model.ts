/**
 * What a client of the soak expects: a model of the strings it owns, which turns a command into its exact
 * reply.
 *
 * Text is latin1 throughout, one character for one byte, so that values may hold any byte and JavaScript
 * strings can be compared with what came over the wire. A model is changed only by `apply`; the same commands
 * on the same state give the same replies, which is what the recovery after a cut connection rests on (see
 * sweeper.ts).
 */

/** A command as its arguments, in latin1. */
export type Command = readonly string[];

/** The RESP2 frame of `command`. */
export function frame(command: Command): string {
  let text = `*${command.length}\r\n`;
  for (const arg of command) text += `$${arg.length}\r\n${arg}\r\n`;
  return text;
}

const OK = '+OK\r\n';
const NIL = '$-1\r\n';
const NOT_AN_INTEGER = '-ERR value is not an integer or out of range\r\n';

const bulk = (value: string | undefined): string =>
  value === undefined ? NIL : `$${value.length}\r\n${value}\r\n`;
const integer = (value: number): string => `:${value}\r\n`;

/** How many digits an integer may have to be exact as a JavaScript number; the soak stays below. */
const DIGITS_MAX = 15;

/** The integer that `value` spells in canonical form, as INCR wants it; undefined when it does not. */
function parseInteger(value: string): number | undefined {
  return value.length <= DIGITS_MAX && /^(0|-?[1-9]\d*)$/.test(value) ? Number(value) : undefined;
}

/** The strings of one client. */
export class Model {
  constructor(private readonly values = new Map<string, string>()) {}

  /** A copy that changes independently. O(keys). */
  clone(): Model {
    return new Model(new Map(this.values));
  }

  /** The value of `key`, if there is one. */
  get(key: string): string | undefined {
    return this.values.get(key);
  }

  /** Runs `command` and returns the reply a correct server gives, as raw RESP2. */
  apply(command: Command): string {
    const [name = '', key = '', value = ''] = command;
    switch (name) {
      case 'PING':
        return command.length === 1 ? '+PONG\r\n' : bulk(key);
      case 'ECHO':
        return bulk(key);
      case 'GET':
        return bulk(this.values.get(key));
      case 'STRLEN':
        return integer(this.values.get(key)?.length ?? 0);
      case 'MGET':
        return (
          `*${command.length - 1}\r\n` +
          command
            .slice(1)
            .map((each) => bulk(this.values.get(each)))
            .join('')
        );
      case 'EXISTS':
        return integer(command.slice(1).filter((each) => this.values.has(each)).length);
      case 'GETRANGE':
        return bulk(getRange(this.values.get(key) ?? '', Number(value), Number(command[3])));
      case 'NOSUCHCOMMAND':
        return `-ERR unknown command 'NOSUCHCOMMAND', with args beginning with: '${key}' \r\n`;
      default:
        return this.write(command);
    }
  }

  private write(command: Command): string {
    const [name = '', key = '', value = ''] = command;
    switch (name) {
      case 'SET':
        return this.set(key, value, command[3]);
      case 'GETSET': {
        const old = this.values.get(key);
        this.values.set(key, value);
        return bulk(old);
      }
      case 'GETDEL': {
        const old = this.values.get(key);
        this.values.delete(key);
        return bulk(old);
      }
      case 'APPEND': {
        const longer = (this.values.get(key) ?? '') + value;
        this.values.set(key, longer);
        return integer(longer.length);
      }
      case 'INCR':
        return this.add(key, 1);
      case 'INCRBY':
        return this.add(key, Number(value));
      case 'DEL':
        return integer(command.slice(1).filter((each) => this.values.delete(each)).length);
      case 'MSET':
        for (let i = 1; i + 1 < command.length; i += 2)
          this.values.set(command[i] ?? '', command[i + 1] ?? '');
        return OK;
      default:
        throw new Error(`the model has no ${name}`);
    }
  }

  private set(key: string, value: string, condition: string | undefined): string {
    const exists = this.values.has(key);
    if ((condition === 'NX' && exists) || (condition === 'XX' && !exists)) return NIL;
    this.values.set(key, value);
    return OK;
  }

  private add(key: string, by: number): string {
    const old = parseInteger(this.values.get(key) ?? '0');
    if (old === undefined) return NOT_AN_INTEGER;
    this.values.set(key, String(old + by));
    return integer(old + by);
  }
}

/**
 * Bytes `start` to `end`, inclusive, both counted from the end when negative; what lies before the string
 * counts as its first byte, at both ends, unless the range was empty as given.
 */
function getRange(value: string, start: number, end: number): string {
  if (start < 0 && end < 0 && start > end) return '';
  const from = Math.max(0, start < 0 ? value.length + start : start);
  const to = Math.max(0, end < 0 ? value.length + end : end);
  return value.slice(from, Math.max(from, to + 1));
}
