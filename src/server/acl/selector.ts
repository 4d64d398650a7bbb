// Selector: one set of permissions: which commands, on which keys, on which channels. A user has one of its own and may
// have more; a command must be allowed as a whole by one of them.
//
//   commands    a byte a command number: 1 allowed; what is changed by "+get", "-@write", "+config|set"
//               first arguments: "+select|0" allows a command, that is not allowed otherwise, with that word only
//   keys        "~pattern" for all access, "%R~pattern" to read, "%W~pattern" to write
//   channels    "&pattern"
//
// Invariants
//   1. `commandRules` leads from nothing, or everything, to `allowed`: it is what is shown, written and read again.
//   2. allKeys and allChannels say the same as the pattern "*"; their lists are empty then.
//
// Cost: a check is one look at `allowed` for commands without keys and channels, O(keys * patterns) for others.
import { globMatcher } from '../../config/glob.js';
import type { Denial, PermissionsText } from '../../commands/access.js';
import type { Call } from '../../commands/call.js';
import type { KeyFlag } from '../../commands/command.js';
import { CATEGORIES } from '../../commands/command-info.js';
import type { KeyPosition } from '../../commands/key-positions.js';
import { hasKeys } from '../../commands/key-positions.js';
import type { Command, Registry } from '../../commands/registry.js';

/** Why a rule is none. */
export const RuleErrors = {
  syntax: 'Syntax error',
  unknown: 'Unknown command or category name in ACL',
  keysCovered:
    "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. " +
    "Try 'resetkeys' to start with an empty list of patterns",
  channelsCovered:
    "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. " +
    "Try 'resetchannels' to start with an empty list of channels",
  firstArgument: 'Allowing first-arg of a subcommand is not supported',
} as const;

const READ = 1;
const WRITE = 2;
const WRITING: readonly KeyFlag[] = ['insert', 'delete', 'update'];

interface KeyPattern {
  readonly pattern: string;
  readonly matches: (key: string) => boolean;
  /** READ, WRITE or both. */
  permissions: number;
}

interface ChannelPattern {
  readonly pattern: string;
  readonly matches: (channel: string) => boolean;
}

/** Where channels are among the arguments of a command, and whether they are patterns. */
interface ChannelArguments {
  readonly isPattern: boolean;
  /** Only the first argument; otherwise all. */
  readonly isSingle: boolean;
}

const CHANNELS: ReadonlyMap<string, ChannelArguments> = new Map([
  ['publish', { isPattern: false, isSingle: true }],
  ['spublish', { isPattern: false, isSingle: true }],
  ['subscribe', { isPattern: false, isSingle: false }],
  ['ssubscribe', { isPattern: false, isSingle: false }],
  ['psubscribe', { isPattern: true, isSingle: false }],
]);

function hasSpaces(text: string): boolean {
  return /[\t-\r \0]/.test(text);
}

function needs(flags: readonly KeyFlag[]): number {
  const read = flags.includes('access') ? READ : 0;
  return WRITING.some((flag) => flags.includes(flag)) ? read | WRITE : read;
}

export class Selector implements PermissionsText {
  allKeys = false;
  allChannels = false;
  /** Every command is allowed, those that are not known yet included. */
  allCommands = false;
  private readonly keyPatterns: KeyPattern[] = [];
  private readonly channelPatterns: ChannelPattern[] = [];
  private readonly allowed: Uint8Array;
  private readonly firstArguments = new Map<number, string[]>();
  /** What the rules begin with: everything or nothing; they follow. */
  private beginsWithAll = false;
  private commandRules: string[] = [];

  constructor(private readonly registry: Registry) {
    this.allowed = new Uint8Array(registry.commands.length);
  }

  copy(): Selector {
    const made = new Selector(this.registry);
    made.allKeys = this.allKeys;
    made.allChannels = this.allChannels;
    made.allCommands = this.allCommands;
    made.keyPatterns.push(...this.keyPatterns.map((one) => ({ ...one })));
    made.channelPatterns.push(...this.channelPatterns);
    made.allowed.set(this.allowed);
    for (const [id, words] of this.firstArguments) made.firstArguments.set(id, [...words]);
    made.beginsWithAll = this.beginsWithAll;
    made.commandRules = [...this.commandRules];
    return made;
  }

  // ---- rules ---------------------------------------------------------------------------------------------------------

  /** Applies one rule; why it is none, or null. */
  apply(rule: string): string | null {
    switch (rule.toLowerCase()) {
      case 'allkeys':
      case '~*':
        this.resetKeys(true);
        return null;
      case 'resetkeys':
        this.resetKeys(false);
        return null;
      case 'allchannels':
      case '&*':
        this.resetChannels(true);
        return null;
      case 'resetchannels':
        this.resetChannels(false);
        return null;
      case 'allcommands':
      case '+@all':
        this.resetCommands(true);
        return null;
      case 'nocommands':
      case '-@all':
        this.resetCommands(false);
        return null;
      default:
        return this.applyPattern(rule);
    }
  }

  private applyPattern(rule: string): string | null {
    const sign = rule[0];
    if (sign === '~' || sign === '%') return this.addKeys(rule);
    if (sign === '&') return this.addChannels(rule.slice(1));
    if (sign !== '+' && sign !== '-') return RuleErrors.syntax;
    const isAllowed = sign === '+';
    if (rule[1] === '@') return this.applyCategory(rule.slice(2), isAllowed);
    return isAllowed ? this.allow(rule.slice(1)) : this.deny(rule.slice(1));
  }

  private resetKeys(all: boolean): void {
    this.allKeys = all;
    this.keyPatterns.length = 0;
  }

  private resetChannels(all: boolean): void {
    this.allChannels = all;
    this.channelPatterns.length = 0;
  }

  private resetCommands(all: boolean): void {
    this.allCommands = this.beginsWithAll = all;
    this.allowed.fill(all ? 1 : 0);
    this.firstArguments.clear();
    this.commandRules.length = 0;
  }

  private addKeys(rule: string): string | null {
    if (this.allKeys) return RuleErrors.keysCovered;
    let permissions = READ | WRITE;
    let from = 1;
    if (rule[0] === '%') {
      // Without a "~" the pattern is empty.
      const letters = /^%(R|W|RW|WR)(?:~|$)/i.exec(rule)?.[1]?.toUpperCase();
      if (letters === undefined) return RuleErrors.syntax;
      permissions = (letters.includes('R') ? READ : 0) | (letters.includes('W') ? WRITE : 0);
      from = letters.length + 2;
    }
    const pattern = rule.slice(from);
    if (hasSpaces(pattern)) return RuleErrors.syntax;
    const known = this.keyPatterns.find((one) => one.pattern === pattern);
    if (known) known.permissions |= permissions;
    else this.keyPatterns.push({ pattern, matches: globMatcher(pattern), permissions });
    return null;
  }

  private addChannels(pattern: string): string | null {
    if (this.allChannels) return RuleErrors.channelsCovered;
    if (hasSpaces(pattern)) return RuleErrors.syntax;
    if (!this.channelPatterns.some((one) => one.pattern === pattern))
      this.channelPatterns.push({ pattern, matches: globMatcher(pattern) });
    return null;
  }

  private applyCategory(given: string, isAllowed: boolean): string | null {
    const category = given.toLowerCase();
    if (!CATEGORIES.includes(category)) return RuleErrors.unknown;
    for (const command of this.registry.commands)
      if (command.allCategories.includes(category)) this.mark(command, isAllowed);
    this.noteRule(`@${category}`, isAllowed);
    return null;
  }

  private allow(given: string): string | null {
    const name = given.toLowerCase();
    const bar = name.lastIndexOf('|');
    if (bar < 0) {
      const command = this.lookUp(name);
      if (command === undefined) return RuleErrors.unknown;
      this.markWithChildren(command, true);
    } else {
      const command = this.lookUp(name.slice(0, bar));
      const word = name.slice(bar + 1);
      if (command === undefined) return RuleErrors.unknown;
      if (command.container !== null) return RuleErrors.firstArgument;
      if (word === '') return RuleErrors.syntax;
      if (command.children.size > 0) {
        const child = command.children.get(word);
        if (child === undefined) return RuleErrors.unknown;
        this.mark(child, true);
      } else {
        const words = this.firstArguments.get(command.id) ?? [];
        if (!words.includes(word)) words.push(word);
        this.firstArguments.set(command.id, words);
      }
    }
    this.noteRule(name, true);
    return null;
  }

  private deny(given: string): string | null {
    const name = given.toLowerCase();
    const command = this.lookUp(name);
    if (command === undefined) return RuleErrors.unknown;
    this.markWithChildren(command, false);
    this.noteRule(name, false);
    return null;
  }

  private lookUp(name: string): Command | undefined {
    return name.split('|').length > 2 ? undefined : this.registry.find(name);
  }

  private markWithChildren(command: Command, isAllowed: boolean): void {
    this.mark(command, isAllowed);
    for (const child of command.children.values()) this.mark(child, isAllowed);
  }

  private mark(command: Command, isAllowed: boolean): void {
    this.allowed[command.id] = isAllowed ? 1 : 0;
    this.firstArguments.delete(command.id);
    if (!isAllowed) this.allCommands = false;
  }

  // A new rule takes the place of older ones of the same name, and of that command's subcommands.
  private noteRule(name: string, isAllowed: boolean): void {
    this.commandRules = this.commandRules.filter((rule) => {
      const older = rule.slice(1);
      return older !== name && !older.startsWith(`${name}|`);
    });
    this.commandRules.push(`${isAllowed ? '+' : '-'}${name}`);
  }

  // ---- what is shown -------------------------------------------------------------------------------------------------

  get commands(): string {
    return [this.beginsWithAll ? '+@all' : '-@all', ...this.commandRules].join(' ');
  }

  get keys(): string {
    if (this.allKeys) return '~*';
    const sign = ['', '%R~', '%W~', '~'];
    return this.keyPatterns.map(({ permissions, pattern }) => `${sign[permissions]}${pattern}`).join(' ');
  }

  get channels(): string {
    return this.allChannels ? '&*' : this.channelPatterns.map(({ pattern }) => `&${pattern}`).join(' ');
  }

  /** The rules that make this selector. */
  get rules(): string {
    const channels = this.allChannels ? '&*' : `resetchannels ${this.channels}`;
    return [this.keys, channels.trim(), this.commands].filter((part) => part !== '').join(' ');
  }

  // ---- checks --------------------------------------------------------------------------------------------------------

  get isUnrestricted(): boolean {
    return this.allCommands && this.allKeys && this.allChannels;
  }

  /** Whether every key may be read. */
  get readsEveryKey(): boolean {
    return (
      this.allKeys || this.keyPatterns.some((one) => one.pattern === '*' && (one.permissions & READ) !== 0)
    );
  }

  /** Why the command whose name is argument `at` is not allowed; null if it is. `keysOf` finds its keys. */
  check(c: Call, at: number, command: Command, keysOf: () => readonly KeyPosition[]): Denial | null {
    if (!this.allowsCommand(c, at, command)) return { reason: 'command', index: 0 };
    if (!this.allKeys && hasKeys(command)) {
      for (const { index, flags } of keysOf())
        if (!this.allowsKey(c.text(at + index), needs(flags))) return { reason: 'key', index };
    }
    const channels = this.allChannels ? undefined : CHANNELS.get(command.fullName);
    if (channels === undefined) return null;
    const last = channels.isSingle ? 1 : c.count - at - 1;
    for (let i = 1; i <= last; i++)
      if (!this.allowsChannel(c.text(at + i), channels.isPattern)) return { reason: 'channel', index: i };
    return null;
  }

  private allowsCommand(c: Call, at: number, command: Command): boolean {
    if (this.allCommands || this.allowed[command.id] === 1 || command.flags.includes('no_auth')) return true;
    const words = this.firstArguments.get(command.id);
    return words !== undefined && c.count - at > 1 && words.includes(c.lowerText(at + 1));
  }

  private allowsKey(key: string, needed: number): boolean {
    for (const { permissions, matches } of this.keyPatterns)
      if ((permissions & needed) === needed && matches(key)) return true;
    return false;
  }

  /** Whether a channel, or with `isPattern` a pattern of channels, may be used: a pattern only as it stands here. */
  allowsChannel(channel: string, isPattern: boolean): boolean {
    if (this.allChannels) return true;
    return this.channelPatterns.some((one) => (isPattern ? one.pattern === channel : one.matches(channel)));
  }
}
