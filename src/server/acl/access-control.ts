// AccessControl: the users, which of them each connection is, and the two guards that ask before a command is executed.
//
// Gate bits of a client follow from its user and from the default one:
//   unauthenticated   it has not authenticated, and the default user is off or has a password
//   restricted        its user may not do everything
// They are set anew whenever a user changes, so that whoever may do everything pays nothing for each command.
//
// Invariants
//   1. There always is a default user, and it is one object for the life of the server.
//   2. No connection is a user that was removed: it is ended with the user.
import { type Config, ConfigError, fileProblem } from '../../config/index.js';
import type { AccessControl, Account, Denial } from '../../commands/access.js';
import type { Call } from '../../commands/call.js';
import type { Client } from '../../commands/client.js';
import { denialText, NO_AUTH } from '../../commands/denials.js';
import { type Admission, Gate, type Guard, GuardOrder } from '../../commands/guard.js';
import { type KeyPosition, keyPositions } from '../../commands/key-positions.js';
import type { Command, Registry } from '../../commands/registry.js';
import { Kind } from '../../commands/subscriptions.js';
import type { Log } from '../log.js';
import { AccessLog } from './access-log.js';
import { configLine, configuredUsers, isUserName, readUserFile, writeUserFile } from './user-file.js';
import { applyRules, DEFAULT_USER, hashPassword, User, type UserDefaults } from './user.js';

const NO_FILE =
  'This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER ' +
  'command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store ' +
  'users in the Redis configuration.';

const NO_KEYS: readonly KeyPosition[] = [];

/** What access control needs of the server. */
export interface AccessHost {
  readonly registry: Registry;
  readonly config: Config;
  readonly log: Log;
  clients(): Iterable<Client>;
  kill(client: Client): void;
  /** Whether all such clients together get a small part of the server's time. */
  markStranger(client: Client, isStranger: boolean): void;
  describe(client: Client): string;
}

export class ServerAccess implements AccessControl {
  /** How often which permission was missing, and authentication failed. */
  readonly denied = { auth: 0, command: 0, key: 0, channel: 0 };
  /** Refuses everything but what leads to authentication. */
  readonly authenticationGuard: Guard;
  /** Refuses what a client's user may not do; each command of EXEC is asked for again. */
  readonly permissionGuard: Guard;
  private readonly defaults: UserDefaults;
  private readonly defaultUser: User;
  private users = new Map<string, User>();
  private readonly log: AccessLog;

  constructor(private readonly host: AccessHost) {
    const { config, registry } = host;
    this.defaults = { registry, allChannels: () => config.aclPubsubDefault === 'allchannels' };
    this.log = new AccessLog(
      () => config.acllogMaxLen,
      (client) => host.describe(client),
    );
    this.defaultUser = openUser(this.defaults);
    this.users.set(DEFAULT_USER, this.defaultUser);
    this.authenticationGuard = {
      bits: Gate.unauthenticated,
      order: GuardOrder.authentication,
      nested: false,
      admit: (_c, command) => (command.flags.includes('no_auth') ? 'admitted' : { error: NO_AUTH }),
    };
    this.permissionGuard = {
      bits: Gate.restricted,
      order: GuardOrder.permission,
      nested: true,
      afterWait: true,
      admit: (c, command) => this.admitCommand(c, command),
    };
  }

  /** Takes the users of the configuration, and follows it from now on. Throws ConfigError. */
  start(): void {
    const { config } = this.host;
    this.setDefaultPassword(config.requirepass);
    const configured = configuredUsers(config, this.defaults);
    if (config.aclfile !== '') {
      const read = readUserFile(config, this.defaults);
      if ('error' in read) throw new ConfigError(`Aborting startup because of ACL errors: ${read.error}`);
      this.replace(read.users);
    } else {
      for (const [name, user] of configured) {
        if (name === DEFAULT_USER) this.defaultUser.become(user);
        else this.users.set(name, user);
      }
    }
    config.onChange('requirepass', (password) => {
      this.setDefaultPassword(password);
      this.refreshAll();
      return undefined;
    });
    config.onRewrite('user', () => (config.aclfile === '' ? this.sorted().map(configLine) : []));
  }

  private setDefaultPassword(password: string): void {
    this.defaultUser.apply('resetpass');
    if (password === '') this.defaultUser.apply('nopass');
    else this.defaultUser.apply(`#${hashPassword(Buffer.from(password, 'utf8'))}`);
  }

  // ---- users ---------------------------------------------------------------------------------------------------------

  find(name: string): User | undefined {
    return this.users.get(name);
  }

  accounts(): readonly User[] {
    return this.sorted();
  }

  private sorted(): User[] {
    return [...this.users.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  change(name: string, rules: readonly string[]): string | null {
    if (!isUserName(name)) return "Usernames can't contain spaces or null characters";
    const known = this.users.get(name);
    const changed = known?.copy() ?? new User(name, this.defaults);
    const wrong = (rule: string, why: string): string =>
      `Error in ACL SETUSER modifier '${shown(rule)}': ${why}`;
    const error = applyRules(changed, rules, wrong);
    if (error !== null) return error;
    if (known === undefined) {
      this.users.set(name, changed);
      return null;
    }
    known.become(changed);
    this.refreshAll();
    for (const client of [...this.host.clients()])
      if (client.user === known && !mayListen(known, client)) this.host.kill(client);
    return null;
  }

  remove(name: string): boolean {
    const user = this.users.get(name);
    if (user === undefined || user === this.defaultUser) return false;
    this.users.delete(name);
    for (const client of [...this.host.clients()]) if (client.user === user) this.expel(client);
    return true;
  }

  // Ends a connection whose user is gone. Until it has left it may do nothing.
  private expel(client: Client): void {
    client.user = this.defaultUser;
    client.isAuthenticated = false;
    this.refresh(client);
    this.host.kill(client);
  }

  // Puts these users in the place of all others; connections keep their user by its name.
  private replace(users: Map<string, User>): void {
    this.defaultUser.become(users.get(DEFAULT_USER) ?? openUser(this.defaults));
    users.set(DEFAULT_USER, this.defaultUser);
    this.users = users;
    for (const client of [...this.host.clients()]) {
      const user = users.get(client.user.name);
      if (user === undefined) {
        this.expel(client);
        continue;
      }
      client.user = user;
      if (!mayListen(user, client)) this.host.kill(client);
    }
    this.refreshAll();
  }

  load(): string | null {
    const { config } = this.host;
    if (config.aclfile === '') return NO_FILE;
    const read = readUserFile(config, this.defaults);
    if ('error' in read) return read.error;
    this.replace(read.users);
    return null;
  }

  save(): string | null {
    const { config, log } = this.host;
    if (config.aclfile === '') return NO_FILE;
    try {
      writeUserFile(config, this.sorted());
      return null;
    } catch (error) {
      log.warning(`Saving the users to ${config.aclfile} failed: ${fileProblem(error)}`);
      return 'There was an error trying to save the ACLs. Please check the server logs for more information';
    }
  }

  // ---- clients -------------------------------------------------------------------------------------------------------

  get isOpen(): boolean {
    return this.defaultUser.isOpen;
  }

  admit(client: Client): void {
    client.user = this.defaultUser;
    client.isAuthenticated = this.defaultUser.isOpen && this.defaultUser.isEnabled;
    this.refresh(client);
  }

  private refresh(client: Client): void {
    const { defaultUser } = this;
    const isMissing = !client.isAuthenticated && !(defaultUser.isOpen && defaultUser.isEnabled);
    client.gate &= ~(Gate.unauthenticated | Gate.restricted);
    if (isMissing) client.gate |= Gate.unauthenticated;
    if (!client.user.isUnrestricted) client.gate |= Gate.restricted;
    this.host.markStranger(client, isMissing);
  }

  private refreshAll(): void {
    for (const client of this.host.clients()) this.refresh(client);
  }

  authenticate(c: Call, name: string, password: Uint8Array): boolean {
    const user = this.users.get(name);
    const { client } = c;
    if (user?.accepts(password) === true) {
      client.user = user;
      client.isAuthenticated = true;
      this.refresh(client);
      return true;
    }
    // Who guesses passwords must not keep the others waiting, whoever it was before.
    this.host.markStranger(client, true);
    this.note(c, 'auth', c.text(0), name);
    return false;
  }

  // ---- checks --------------------------------------------------------------------------------------------------------

  private admitCommand(c: Call, command: Command): Admission {
    const denial = this.check(c.client.user, c, 0, command);
    if (denial === null) return 'admitted';
    const object = denial.reason === 'command' ? command.fullName : c.text(denial.index);
    this.note(c, denial.reason, object, c.client.user.name);
    return { error: denialText(c, denial, command) };
  }

  private note(c: Call, reason: 'auth' | Denial['reason'], object: string, user: string): void {
    const { client } = c;
    const context = c.isNested || (client.gate & Gate.transaction) !== 0 ? 'multi' : 'toplevel';
    this.denied[reason]++;
    client.lastCommand = c.command.fullName;
    this.log.add({ reason, context, object, user }, client, Date.now());
  }

  // Each selector is asked; if none allows the command, the one that went furthest says why.
  check(account: Account, c: Call, at: number, command: Command): Denial | null {
    if (account.isUnrestricted) return null;
    const keysOf = keysOnce(c, at, command);
    let worst: Denial = { reason: 'command', index: 0 };
    for (const selector of userOf(account).permissions) {
      const denial = selector.check(c, at, command, keysOf);
      if (denial === null) return null;
      const rank = RANKS[denial.reason] - RANKS[worst.reason];
      if (rank > 0 || (rank === 0 && denial.index > worst.index)) worst = denial;
    }
    return worst;
  }

  mayReadEveryKey(c: Call): boolean {
    const { user } = c.client;
    if (user.isUnrestricted) return true;
    const keysOf = keysOnce(c, 0, c.command);
    return userOf(user).permissions.some(
      (selector) => selector.readsEveryKey && selector.check(c, 0, c.command, keysOf) === null,
    );
  }

  get entries(): AccessLog['entries'] {
    return this.log.entries;
  }

  forgetEntries(): void {
    this.log.clear();
  }
}

const RANKS: Readonly<Record<Denial['reason'], number>> = { command: 1, key: 2, channel: 3 };

// Accounts of clients are users, or nobody's, who is not restricted.
function userOf(account: Account): User {
  if (!(account instanceof User)) throw new Error('a restricted account that is no user');
  return account;
}

// Finds the keys of a command when they are first asked for.
function keysOnce(c: Call, at: number, command: Command): () => readonly KeyPosition[] {
  let found: readonly KeyPosition[] | undefined;
  return () => (found ??= keyPositions(c, at, command) ?? NO_KEYS);
}

// The default user of a server without any rules: everybody, who may do everything.
function openUser(defaults: UserDefaults): User {
  const user = new User(DEFAULT_USER, defaults);
  for (const rule of ['+@all', '~*', '&*', 'on', 'nopass']) user.apply(rule);
  return user;
}

/** Whether a user may still listen to everything that the client is subscribed to. */
function mayListen(user: User, client: Client): boolean {
  const lists = client.subscriptions?.lists ?? [];
  return lists.every((list, kind) =>
    list.every(({ name }) => user.allowsChannel(name, kind === Kind.pattern)),
  );
}

function shown(rule: string): string {
  const end = rule.indexOf('\0');
  return end < 0 ? rule : rule.slice(0, end);
}
