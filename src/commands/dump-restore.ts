// DUMP and RESTORE: values as bytes, to be taken to another server (see native/rdb/format.h).
import { NumberA, NumberB, NumberC, SetExpiry, StatusCorrupt } from '../store/layout.js';
import { type Call, word } from './call.js';
import { EventClass } from './changes.js';
import { type CommandDeclaration, keyAt } from './command.js';
import { EffectWord } from './effects.js';

const REPLACE = word('REPLACE');
const ABSTTL = word('ABSTTL');
const IDLETIME = word('IDLETIME');
const FREQ = word('FREQ');

const BUSY_KEY = 'BUSYKEY Target key name already exists.';
const BAD_TTL = 'ERR Invalid TTL value, must be >= 0';
const BAD_IDLE_TIME = 'ERR Invalid IDLETIME value, must be >= 0';
const BAD_FREQUENCY = 'ERR Invalid FREQ value, must be >= 0 and <= 255';
const BAD_PAYLOAD = 'ERR DUMP payload version or checksum are wrong';
const BAD_FORMAT = 'ERR Bad data format';

const FIRST_OPTION = 4;
const FREQUENCY_MAX = 255;

// Few bytes of a payload may say that they are a long string. As long as a command can bring one in it is taken, and as
// proto-max-bulk-len is at first, even if it is lowered later.
const LONGEST_TEXT = 512 * 1024 * 1024;

interface RestoreOptions {
  replaces: boolean;
  isAbsolute: boolean;
  /** Seconds for which the value was not used; -1: not known. */
  idleTime: number;
  /** How often it was used lately; -1: not known. */
  frequency: number;
}

// null with the error replied.
function readOptions(c: Call): RestoreOptions | null {
  const options: RestoreOptions = { replaces: false, isAbsolute: false, idleTime: -1, frequency: -1 };
  for (let i = FIRST_OPTION; i < c.count; i++) {
    const hasValue = i + 1 < c.count;
    if (c.is(i, REPLACE)) {
      options.replaces = true;
    } else if (c.is(i, ABSTTL)) {
      options.isAbsolute = true;
    } else if (c.is(i, IDLETIME) && hasValue && options.frequency < 0) {
      const value = readWithin(c, ++i, Infinity, BAD_IDLE_TIME);
      if (value === null) return null;
      options.idleTime = value;
    } else if (c.is(i, FREQ) && hasValue && options.idleTime < 0) {
      const value = readWithin(c, ++i, FREQUENCY_MAX, BAD_FREQUENCY);
      if (value === null) return null;
      options.frequency = value;
    } else {
      c.syntaxError();
      return null;
    }
  }
  return options;
}

// What is no integer, and what is one beyond the bounds, have errors of their own.
function readWithin(c: Call, i: number, max: number, error: string): number | null {
  const value = c.integerOrError(i);
  if (value === null || (value >= 0 && value <= max)) return value;
  c.error(error);
  return null;
}

function restore(c: Call): void {
  const options = readOptions(c);
  if (options === null) return;
  if (!options.replaces && c.store.isThere(c.client.database, c.first + 1) !== 0) return c.error(BUSY_KEY);
  const ttl = readWithin(c, 2, Infinity, BAD_TTL);
  if (ttl === null) return;
  const expires = ttl !== 0;
  if (expires && c.store.readExpiry(c.first + 2, 1, options.isAbsolute ? 0 : 1) < 0) return c.error(BAD_TTL);
  c.numbers[NumberA] = options.idleTime;
  c.numbers[NumberB] = options.frequency;
  c.numbers[NumberC] = Math.max(c.server.config.protoMaxBulkLen, LONGEST_TEXT);
  const status = c.store.restoreKey(c.first + 1, c.first + 3, expires ? SetExpiry : 0);
  if (status < 0) return c.error(status === StatusCorrupt ? BAD_PAYLOAD : BAD_FORMAT);
  if (c.affected === 1) {
    c.created(c.client.database, 1);
    c.changed(1, EventClass.generic, 'restore');
    if (expires && !options.isAbsolute && c.effects.isOn) leaveExpiring(c);
  } else if (c.affected === 2) {
    c.changed(1, EventClass.generic, 'del');
    if (c.effects.isOn) c.effects.expired(c, 1);
  }
  c.reply.ok();
}

// The same with the time of expiry in full.
function leaveExpiring(c: Call): void {
  const { effects } = c;
  effects.beginCopy(c, c.count + 1);
  effects.argument(c, 1);
  effects.expiry();
  effects.argument(c, 3, c.count - 3);
  effects.word(EffectWord.ABSTTL);
}

function dump(c: Call): void {
  c.finishRead(c.store.writeDump(c.first + 1));
}

// ---- declarations --------------------------------------------------------------------------------------------------

const RESTORES: Omit<CommandDeclaration, 'name' | 'flags' | 'group' | 'since' | 'summary'> = {
  arity: -4,
  keys: [keyAt(1, 'OW', 'update')],
  complexity: 'O(N) for N bytes; O(N log N) for sorted sets',
  arguments:
    'key#0 ttl:integer serialized-value [REPLACE@3.0.0] [ABSTTL@5.0.0] ' +
    '[IDLETIME seconds:integer@5.0.0] [FREQ frequency:integer@5.0.0]',
  history: { '3.0.0': 'REPLACE', '5.0.0': 'ABSTTL, IDLETIME and FREQ' },
  reply: 'status',
  handler: restore,
};

export const dumpRestore: readonly CommandDeclaration[] = [
  {
    name: 'dump',
    arity: 2,
    flags: ['readonly'],
    group: 'generic',
    keys: [keyAt(1, 'RO', 'access')],
    tips: ['nondeterministic_output'],
    since: '2.6.0',
    summary: 'Gives a value as bytes that RESTORE takes, on this server or another',
    complexity: 'O(N) with N the bytes of the value',
    arguments: 'key#0',
    reply: ['bulk', 'null'],
    handler: dump,
  },
  {
    ...RESTORES,
    name: 'restore',
    flags: ['write', 'denyoom'],
    group: 'generic',
    categories: ['keyspace', 'dangerous'],
    since: '2.6.0',
    summary: 'Makes a key of a value that DUMP has told',
  },
  {
    ...RESTORES,
    name: 'restore-asking',
    flags: ['write', 'denyoom', 'asking'],
    group: 'server',
    categories: ['keyspace', 'dangerous'],
    since: '3.0.0',
    summary: 'Does the same as RESTORE for nodes of a cluster that move keys',
    docFlags: ['syscmd'],
  },
];
