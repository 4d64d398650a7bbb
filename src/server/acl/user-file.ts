// The file of users (`aclfile`), and the `user` lines of the configuration file: "user <name> <rule> ...".
//
// A file is taken as a whole or not at all: every line that is wrong is named, and nothing changes.
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import {
  bytesOf,
  type Config,
  ConfigError,
  fileProblem,
  quoteArgument,
  replaceFileSync,
} from '../../config/index.js';
import { RuleErrors } from './selector.js';
import { applyRules, joinSelectors, User, type UserDefaults } from './user.js';

const UNCHANGED = 'WARNING: ACL errors detected, no change to the previously active ACL rules was performed';
const FILE_MODE = 0o600;

/** Where the file is: relative paths start at `dir`, as it is when the file is read or written. */
export type AclPlace = Pick<Config, 'aclfile' | 'dir'>;

function pathOf({ aclfile, dir }: AclPlace): string {
  return path.resolve(dir, aclfile);
}

/** Whether a user may be called so. */
export function isUserName(name: string): boolean {
  return !/[\t-\r \0]/.test(name);
}

/** Users by their names, or everything that is wrong with the file, as one sentence. */
export type UsersRead = { users: Map<string, User> } | { error: string };

/** Reads a file of users. O(its bytes) */
export function readUserFile(config: AclPlace, defaults: UserDefaults): UsersRead {
  const file = config.aclfile;
  let text: string;
  try {
    text = readFileSync(bytesOf(pathOf(config))).toString('latin1');
  } catch (error) {
    return { error: `Error loading ACLs, opening file '${file}': ${fileProblem(error)}` };
  }
  const users = new Map<string, User>();
  let errors = '';
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
    if (line !== '') errors += readLine(file, at + 1, line, users, defaults);
  }
  return errors === '' ? { users } : { error: errors + UNCHANGED };
}

// Adds the user of one line; what is wrong with it, or ''.
function readLine(
  file: string,
  lineNumber: number,
  line: string,
  users: Map<string, User>,
  defaults: UserDefaults,
): string {
  const place = `${file}:${lineNumber}`;
  const [keyword, name, ...words] = line.split(' ');
  if (keyword !== 'user' || name === undefined)
    return `${place} should start with user keyword followed by the username. `;
  if (!isUserName(name)) return `'${place}: username '${name}' contains invalid characters. `;
  if (users.has(name)) return `WARNING: Duplicate user '${name}' found on line ${lineNumber}. `;
  const user = new User(name, defaults);
  users.set(name, user);
  const joined = joinSelectors(words.map((word) => word.replace(/^[\t\r\n]+|[\t\r\n]+$/g, '')));
  if ('unmatched' in joined) return `${place}: Unmatched parenthesis in selector definition.`;
  return applyLine(user, joined.rules, place);
}

// What is wrong with a line's rules: each name that is unknown, and of other mistakes, which may follow from each other,
// the first. Rules are not repeated there, since they may be passwords.
function applyLine(user: User, rules: readonly string[], place: string): string {
  let errors = '';
  let isOtherNamed = false;
  for (const rule of rules) {
    const error = user.apply(rule);
    if (error === RuleErrors.unknown) {
      errors += `${place}: Error in applying operation '${rule}': ${error}. `;
    } else if (error !== null && !isOtherNamed) {
      isOtherNamed = true;
      errors += `${place}: ${error}. `;
    }
  }
  return errors;
}

/** Writes users to the file, which is the old one or the new one at every time. Throws the file system's error. */
export function writeUserFile(config: AclPlace, users: Iterable<User>): void {
  const text = [...users].map(({ name, rules }) => `user ${name} ${rules}\n`).join('');
  replaceFileSync(pathOf(config), Buffer.from(text, 'latin1'), FILE_MODE);
}

/** The users of the configuration's `user` lines. Throws ConfigError at the first line that is wrong. */
export function configuredUsers(config: Config, defaults: UserDefaults): Map<string, User> {
  const users = new Map<string, User>();
  for (const { words, source } of config.users) {
    const [name = '', ...rules] = words.map((word) => bytesOf(word).toString('latin1'));
    if (!isUserName(name)) throw new ConfigError("Usernames can't contain spaces or null characters", source);
    if (users.has(name))
      throw new ConfigError(
        `Error in user declaration '${name}': Duplicate user found. A user can only be defined once in config files`,
        source,
      );
    const user = new User(name, defaults);
    const error = applyRules(user, rules, (rule, why) => `Error in user declaration '${rule}': ${why}`);
    if (error !== null) throw new ConfigError(error, source);
    users.set(name, user);
  }
  if (users.size > 0 && config.aclfile !== '')
    throw new ConfigError(
      'Users are declared in the configuration while it also names an aclfile: which of them would count is open ' +
        'to mistakes, so declare them in one place only.',
    );
  return users;
}

/** A user's `user` line of the configuration, without that word. */
export function configLine({ name, rules }: User): string {
  return [name, ...rules.split(' ')].map(quoteIfNeeded).join(' ');
}

function quoteIfNeeded(word: string): string {
  return /^[!#-&(-[\]-~]+$/.test(word) ? word : quoteBytes(word);
}

function quoteBytes(word: string): string {
  let text = '';
  for (const char of word) {
    const byte = char.charCodeAt(0);
    text += byte < 0x80 ? quoteArgument(char).slice(1, -1) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `"${text}"`;
}
