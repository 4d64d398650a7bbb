// MIGRATE: keys leave for another server. How they are sent is the server's (src/server/migrate); here is what was asked
// for.
import { type Call, word } from './call.js';
import { type CommandDeclaration, keyAt } from './command.js';

const COPY = word('COPY');
const REPLACE = word('REPLACE');
const AUTH = word('AUTH');
const AUTH2 = word('AUTH2');
const KEYS = word('KEYS');

const KEY = 3;
const FIRST_OPTION = 6;
const DEFAULT_TIMEOUT_MS = 1000;

const KEYS_AND_KEY = 'ERR When using MIGRATE KEYS option, the key argument must be set to the empty string';
const NESTED = 'ERR MIGRATE waits for another server, which it must not within a transaction or a script';

/** What is to be sent, and where. */
export interface MigrationRequest {
  readonly host: string;
  /** As it was given: what is no port is no server that can be reached. */
  readonly port: string;
  /** The database there. */
  readonly targetDatabase: string;
  /** How long the target may do nothing, ms. */
  readonly timeoutMs: number;
  /** Whether the keys stay here as well. */
  readonly copies: boolean;
  /** Whether they take the place of keys that are there. */
  readonly replaces: boolean;
  /** Arguments of AUTH; none: it is not said. */
  readonly credentials: readonly Uint8Array[];
  /** The database here, and the keys of it. */
  readonly database: number;
  readonly keys: readonly Uint8Array[];
}

/** What moves keys. */
export interface Migrating {
  /**
   * Sends the keys, which other clients may read but not change until it is done, and removes those here that have
   * arrived, unless they are copied. `done` is then given the reply, in RESP.
   */
  begin(request: MigrationRequest, done: (reply: string) => void): void;
}

type Options = Pick<MigrationRequest, 'copies' | 'replaces' | 'credentials'> & {
  /** The first key and how many there are. */
  readonly firstKey: number;
  readonly keys: number;
};

// null with the error replied.
function readOptions(c: Call): Options | null {
  let copies = false;
  let replaces = false;
  let credentials: Uint8Array[] = [];
  for (let i = FIRST_OPTION; i < c.count; i++) {
    const more = c.count - 1 - i;
    if (c.is(i, COPY)) {
      copies = true;
    } else if (c.is(i, REPLACE)) {
      replaces = true;
    } else if (c.is(i, AUTH) && more > 0) {
      credentials = [c.copy(++i)];
    } else if (c.is(i, AUTH2) && more > 1) {
      credentials = [c.copy(i + 1), c.copy(i + 2)];
      i += 2;
    } else if (c.is(i, KEYS)) {
      if (c.size(KEY) === 0) return { copies, replaces, credentials, firstKey: i + 1, keys: more };
      c.error(KEYS_AND_KEY);
      return null;
    } else {
      c.syntaxError();
      return null;
    }
  }
  return { copies, replaces, credentials, firstKey: KEY, keys: 1 };
}

function migrate(c: Call): void {
  const options = readOptions(c);
  if (options === null) return;
  const timeout = c.integerOrError(5);
  if (timeout === null || c.integerOrError(4) === null) return;
  const keys: Uint8Array[] = [];
  const { database } = c.client;
  for (let i = options.firstKey; i < options.firstKey + options.keys; i++)
    if (c.store.isThere(database, c.first + i) !== 0) keys.push(c.copy(i));
  if (keys.length === 0) return c.reply.status('NOKEY');
  if (c.isNested) return c.error(NESTED);
  const { copies, replaces, credentials } = options;
  const request: MigrationRequest = {
    host: c.text(1),
    port: c.text(2),
    targetDatabase: c.text(4),
    timeoutMs: timeout > 0 ? timeout : DEFAULT_TIMEOUT_MS,
    copies,
    replaces,
    credentials,
    database,
    keys,
  };
  c.server.migrating.begin(request, c.server.awaitJob(c.client));
}

// ---- declarations --------------------------------------------------------------------------------------------------

export const migration: readonly CommandDeclaration[] = [
  {
    name: 'migrate',
    arity: -6,
    flags: ['write', 'movablekeys'],
    group: 'generic',
    categories: ['keyspace', 'dangerous'],
    keys: [
      keyAt(3, 'RW', 'access', 'delete'),
      {
        flags: ['RW', 'access', 'delete', 'incomplete'],
        begin: { keyword: 'KEYS', from: -2 },
        find: { last: -1, step: 1, limit: 0 },
      },
    ],
    tips: ['nondeterministic_output'],
    since: '2.6.0',
    summary: 'Moves keys to another server, or copies them there',
    complexity:
      'O(N) for N bytes of values, here and there; nobody waits but who writes to the keys meanwhile',
    arguments:
      'host port:integer key-selector(key#0 | empty-string="") destination-db:integer timeout:integer ' +
      '[COPY@3.0.0] [REPLACE@3.0.0] ' +
      '[authentication(AUTH auth~password@4.0.7 | AUTH2 auth2@6.0.0(username password))] [KEYS keys#1~key@3.0.6...]',
    history: { '3.0.0': 'COPY and REPLACE', '3.0.6': 'KEYS', '4.0.7': 'AUTH', '6.0.0': 'AUTH2' },
    reply: 'status',
    handler: migrate,
  },
];
