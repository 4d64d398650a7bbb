// User: a name, passwords, and permissions (selector.ts). Made and changed by rules:
//
//   on off nopass resetpass >password <password #hash !hash sanitize-payload skip-sanitize-payload
//   (rules of a selector)  clearselectors  reset  and the rules of the user's own selector
//
// Passwords are kept as SHA-256 only. Everything is a text of bytes (latin1).
import { hash as digest, timingSafeEqual } from 'node:crypto';
import { splitQuoted } from '../../protocol/detached-frame.js';
import type { AccountDetails } from '../../commands/access.js';
import type { Registry } from '../../commands/registry.js';
import { RuleErrors, Selector } from './selector.js';

export const DEFAULT_USER = 'default';

const HASH = /^[0-9a-f]{64}$/;
const HASH_ERROR =
  'The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters';
const NO_SUCH_PASSWORD = 'The password you are trying to remove from the user does not exist';

/** SHA-256 of a password, in hexadecimal digits. */
export function hashPassword(password: Uint8Array): string {
  return digest('sha256', password, 'hex');
}

// Of a password in a rule, whose characters are bytes.
function hashText(password: string): string {
  return hashPassword(Buffer.from(password, 'latin1'));
}

/** Where two hashes are compared: floods of wrong passwords must not keep the collector busy. */
const HASH_DIGITS = 64;
const given = Buffer.alloc(HASH_DIGITS);
const known = Buffer.alloc(HASH_DIGITS);

/** What new users may do before a rule says more: nothing, but perhaps use all channels. */
export interface UserDefaults {
  readonly registry: Registry;
  readonly allChannels: () => boolean;
}

export class User implements AccountDetails {
  isEnabled = false;
  /** Any password will do. */
  isOpen = false;
  private sanitizes = true;
  private readonly hashes = new Set<string>();
  private selectors: Selector[];
  /** Kept, since every command of a connection asks for it. */
  isUnrestricted = false;

  constructor(
    readonly name: string,
    private readonly defaults: UserDefaults,
  ) {
    this.selectors = [this.initialSelector()];
    this.refresh();
  }

  private initialSelector(): Selector {
    const selector = new Selector(this.defaults.registry);
    selector.allChannels = this.defaults.allChannels();
    return selector;
  }

  /** Makes this user what `other` is, but for the name. */
  become(other: User): void {
    this.isEnabled = other.isEnabled;
    this.isOpen = other.isOpen;
    this.sanitizes = other.sanitizes;
    const hashes = [...other.hashes];
    this.hashes.clear();
    for (const hash of hashes) this.hashes.add(hash);
    this.selectors = other.selectors.map((selector) => selector.copy());
    this.refresh();
  }

  /** A user of the same name and rules. */
  copy(): User {
    const made = new User(this.name, this.defaults);
    made.become(this);
    return made;
  }

  // ---- rules ---------------------------------------------------------------------------------------------------------

  /** Applies one rule; why it is none, or null. */
  apply(rule: string): string | null {
    const error = rule === '' ? null : this.applyOne(rule);
    this.refresh();
    return error;
  }

  private refresh(): void {
    this.isUnrestricted = this.selectors.some((selector) => selector.isUnrestricted);
  }

  private applyOne(rule: string): string | null {
    if (rule.startsWith('(') && rule.endsWith(')')) return this.addSelector(rule.slice(1, -1));
    if (this.applyWord(rule.toLowerCase())) return null;
    switch (rule[0]) {
      case '>':
        return this.addHash(hashText(rule.slice(1)));
      case '#':
        return this.addHash(rule.slice(1));
      case '<':
        return this.removeHash(hashText(rule.slice(1)));
      case '!':
        return this.removeHash(rule.slice(1));
      default:
        return this.selectors[0].apply(rule);
    }
  }

  // Rules of one word that concern the user as a whole; false: it is none.
  private applyWord(word: string): boolean {
    switch (word) {
      case 'on':
      case 'off':
        this.isEnabled = word === 'on';
        return true;
      case 'nopass':
      case 'resetpass':
        this.isOpen = word === 'nopass';
        this.hashes.clear();
        return true;
      case 'sanitize-payload':
      case 'skip-sanitize-payload':
        this.sanitizes = word === 'sanitize-payload';
        return true;
      case 'clearselectors':
        this.selectors.length = 1;
        return true;
      case 'reset':
        this.isEnabled = this.isOpen = false;
        this.sanitizes = true;
        this.hashes.clear();
        this.selectors = [this.initialSelector()];
        return true;
      default:
        return false;
    }
  }

  private addHash(hash: string): string | null {
    if (!HASH.test(hash)) return HASH_ERROR;
    this.hashes.add(hash);
    this.isOpen = false;
    return null;
  }

  private removeHash(hash: string): string | null {
    if (!HASH.test(hash)) return HASH_ERROR;
    return this.hashes.delete(hash) ? null : NO_SUCH_PASSWORD;
  }

  private addSelector(text: string): string | null {
    const words = splitQuoted(Buffer.from(text.trim(), 'latin1'));
    if (words === null) return RuleErrors.syntax;
    const selector = this.initialSelector();
    for (const word of words) {
      const error = selector.apply(Buffer.from(word).toString('latin1'));
      if (error !== null) return error;
    }
    this.selectors.push(selector);
    return null;
  }

  // ---- what is shown -------------------------------------------------------------------------------------------------

  get flags(): readonly string[] {
    const open = this.isOpen ? ['nopass'] : [];
    return [
      this.isEnabled ? 'on' : 'off',
      ...open,
      this.sanitizes ? 'sanitize-payload' : 'skip-sanitize-payload',
    ];
  }

  get passwordHashes(): Iterable<string> {
    return this.hashes;
  }

  get permissions(): readonly Selector[] {
    return this.selectors;
  }

  get rules(): string {
    const [own, ...more] = this.selectors;
    const hashes = [...this.hashes].map((hash) => `#${hash}`);
    return [...this.flags, ...hashes, own.rules, ...more.map(({ rules }) => `(${rules})`)].join(' ');
  }

  // ---- checks --------------------------------------------------------------------------------------------------------

  /** Whether somebody with this password may be this user. O(passwords), in a time that tells nothing of them. */
  accepts(password: Uint8Array): boolean {
    if (!this.isEnabled) return false;
    if (this.isOpen) return true;
    given.write(hashPassword(password), 'latin1');
    let isRight = false;
    for (const hash of this.hashes) {
      known.write(hash, 'latin1');
      if (timingSafeEqual(given, known)) isRight = true;
    }
    return isRight;
  }

  /** Whether one of the selectors allows the channel, or the pattern as it stands. */
  allowsChannel(channel: string, isPattern: boolean): boolean {
    return this.selectors.some((selector) => selector.allowsChannel(channel, isPattern));
  }
}

/** Joins rules that stand in parentheses but were cut at their spaces; `unmatched` begins one that is never closed. */
export function joinSelectors(words: readonly string[]): { rules: string[] } | { unmatched: string } {
  const rules: string[] = [];
  let from = -1;
  for (const [at, word] of words.entries()) {
    if (from < 0 && word.startsWith('(') && !word.endsWith(')')) from = at;
    else if (from < 0) rules.push(word);
    else if (word.endsWith(')')) {
      rules.push(words.slice(from, at + 1).join(' '));
      from = -1;
    }
  }
  return from < 0 ? { rules } : { unmatched: words[from] };
}

/** Applies rules as they stand in a command or on a line; what is wrong with them, or null. */
export function applyRules(
  user: User,
  words: readonly string[],
  wrong: (rule: string, why: string) => string,
): string | null {
  const joined = joinSelectors(words);
  if ('unmatched' in joined)
    return `Unmatched parenthesis in acl selector starting at '${joined.unmatched}'.`;
  for (const rule of joined.rules) {
    const error = user.apply(rule);
    if (error !== null) return wrong(rule, error);
  }
  return null;
}
