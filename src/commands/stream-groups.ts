// Groups of consumers of a stream: making and removing them, reading as a consumer, acknowledging, and taking over what
// another consumer has not acknowledged.
import {
  ClaimCount,
  ClaimForce,
  ClaimOnlyIds,
  ClaimTime,
  GroupAtLast,
  GroupReadGiven,
  NumberA,
  NumberB,
  NumberC,
  StatusInvalid,
  StatusNoGroup,
  StatusNoKey,
  StatusOverflow,
  StatusWrongType,
  StreamIdAfter,
  StreamIdExtremes,
} from '../store/layout.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, keyAt } from './command.js';
import { helpOf, subcommandSyntax } from './help.js';
import { invalidId, readId, readInterval, readReadOptions, waitForEntries, reading } from './streams.js';

const MKSTREAM = word('MKSTREAM');
const ENTRIESREAD = word('ENTRIESREAD');
const LAST_ID = word('$');
const LAST_ENTRY = word('+');
const NEW_ENTRIES = word('>');
const IDLE = word('IDLE');
const TIME = word('TIME');
const RETRYCOUNT = word('RETRYCOUNT');
const FORCE = word('FORCE');
const JUSTID = word('JUSTID');
const LASTID = word('LASTID');
const COUNT = word('COUNT');

const INT32_MAX = 2 ** 31 - 1;
/** Entries that XAUTOCLAIM claims unless COUNT says otherwise. */
const AUTOCLAIM_COUNT = 100;
/** The greatest COUNT of XAUTOCLAIM: LONG_MAX / 16. */
const AUTOCLAIM_COUNT_MAX = 576460752303423487;
/** What may be said of the entries that a group has read: the number is not known. */
const READ_NOT_KNOWN = -1;

/** The error of a key without such a group, both quoted. */
function noGroup(c: Call, keyAt: number, groupAt: number, suffix = ''): void {
  const key = c.quotedText(keyAt);
  c.reply.errorBytes(`NOGROUP No such key '${key}' or consumer group '${c.quotedText(groupAt)}'${suffix}`);
}

/** Replies the error of a status that names a missing key or group, or the wrong type; false if it is none. */
function isMissing(c: Call, status: number): boolean {
  if (status === StatusWrongType) c.wrongType();
  else if (status === StatusNoKey || status === StatusNoGroup) noGroup(c, 1, 2);
  else return false;
  return true;
}

/** Whether somebody is to be told that a command makes a consumer; the arguments are numbered as in the request. */
function tellsOfConsumer(c: Call, key: number, group: number, consumer: number): boolean {
  return c.isObserved && c.store.hasConsumer(c.first + key, c.first + group, c.first + consumer) === 0;
}

// ---- XGROUP --------------------------------------------------------------------------------------------------------

/** The options of XGROUP as they were read: whether a stream may be made, and flags for the store. */
const creation = { makeStream: false, flags: 0 };

/** Reads MKSTREAM (where it may stand) and ENTRIESREAD; false with the error replied. */
function readCreation(c: Call, mayMake: boolean): boolean {
  creation.makeStream = false;
  creation.flags = 0;
  for (let i = 5; i < c.count; i++) {
    if (mayMake && c.is(i, MKSTREAM)) {
      creation.makeStream = true;
    } else if (i + 1 < c.count && c.is(i, ENTRIESREAD)) {
      const read = c.integerOrError(++i);
      if (read === null) return false;
      if (read < 0 && read !== READ_NOT_KNOWN) {
        c.error('ERR value for ENTRIESREAD must be positive or -1');
        return false;
      }
      creation.flags = GroupReadGiven;
    } else {
      subcommandSyntax(c, 'xgroup');
      return false;
    }
  }
  return true;
}

/** The error of a group that a subcommand names behind the key, and that is not there. */
export function noSuchGroup(c: Call): void {
  const group = c.quotedText(3);
  c.reply.errorBytes(`NOGROUP No such consumer group '${group}' for key name '${c.quotedText(2)}'`);
}

/** Replies the error of a key or group that XGROUP needs; false if there is none. */
function isMissingForGroup(c: Call, status: number): boolean {
  if (status === StatusWrongType) c.wrongType();
  else if (status === StatusNoKey)
    c.error(
      'ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the ' +
        'MKSTREAM option to create an empty stream automatically.',
    );
  else if (status === StatusNoGroup) noSuchGroup(c);
  else return false;
  return true;
}

function xgroupCreate(c: Call): void {
  if (!readCreation(c, true)) return;
  const found = c.store.findGroup(c.first + 2, c.first + 3, 0);
  if (found === StatusWrongType) return c.wrongType();
  if (found === StatusNoKey && !creation.makeStream) {
    isMissingForGroup(c, found);
    return;
  }
  if (c.count > 8) return subcommandSyntax(c, 'xgroup');
  if (c.is(4, LAST_ID)) creation.flags |= GroupAtLast;
  else if (!readId(c, 4, 0)) return;
  if (c.store.createGroup(c.first + 2, c.first + 3, creation.flags) === 1) {
    if (found === StatusNoKey) c.changed(2, EventClass.stream, 'xgroup-create');
    else c.changedBeside(2, EventClass.stream, 'xgroup-create');
    c.reply.ok();
  } else c.error('BUSYGROUP Consumer Group name already exists');
}

function xgroupSetid(c: Call): void {
  if (!readCreation(c, false)) return;
  if (isMissingForGroup(c, c.store.findGroup(c.first + 2, c.first + 3, 0))) return;
  if (c.count !== 5 && c.count !== 7) return subcommandSyntax(c, 'xgroup');
  if (c.is(4, LAST_ID)) creation.flags |= GroupAtLast;
  else if (c.store.readStreamId(c.first + 4, 0, StreamIdExtremes) !== 0) return invalidId(c);
  c.store.moveGroup(c.first + 2, c.first + 3, creation.flags);
  c.changedBeside(2, EventClass.stream, 'xgroup-setid');
  c.reply.ok();
}

function xgroupDestroy(c: Call): void {
  const status = c.store.destroyGroup(c.first + 2, c.first + 3);
  if (status === 1) c.changedBeside(2, EventClass.stream, 'xgroup-destroy');
  if (!isMissingForGroup(c, status)) c.reply.integer(status);
}

function xgroupCreateconsumer(c: Call): void {
  const status = c.store.createConsumer(c.first + 2, c.first + 3, c.first + 4);
  if (status === 1) c.changedBeside(2, EventClass.stream, 'xgroup-createconsumer');
  if (!isMissingForGroup(c, status)) c.reply.integer(status);
}

function xgroupDelconsumer(c: Call): void {
  if (isMissingForGroup(c, c.store.deleteConsumer(c.first + 2, c.first + 3, c.first + 4))) return;
  if (c.affected !== 0) c.changedBeside(2, EventClass.stream, 'xgroup-delconsumer');
}

const xgroupHelp = helpOf('xgroup', [
  [
    'CREATE <key> <groupname> <id|$> [option]',
    'Make a group of consumers that reads what is behind <id>. Options are:',
    '* MKSTREAM',
    '  Make an empty stream if <key> is missing.',
    '* ENTRIESREAD entries_read',
    '  Set how many entries the group counts as read.',
  ],
  ['CREATECONSUMER <key> <groupname> <consumer>', 'Make a consumer of a group.'],
  ['DELCONSUMER <key> <groupname> <consumer>', 'Remove a consumer with all it has pending.'],
  ['DESTROY <key> <groupname>', 'Remove a group with all its consumers.'],
  [
    'SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]',
    'Set the identifier behind which a group goes on, and how many entries it counts as read.',
  ],
]);

// ---- XREADGROUP and XACK -------------------------------------------------------------------------------------------

/** The error of an identifier that says nothing to a group. */
function meaningless(c: Call, id: string): void {
  c.error(
    `ERR The ${id} ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by ` +
      `specifying a proper ID, or use the > ID to get new messages. The ${id} ID would just return an empty result set.`,
  );
}

function xreadgroup(c: Call): void {
  if (!readReadOptions(c, true)) return;
  const { firstKey, streams, group } = reading;
  if (group === 0) return c.error('ERR Missing GROUP option for XREADGROUP');
  for (let s = 0; s < streams; s++) {
    const id = firstKey + streams + s;
    const key = c.first + firstKey + s;
    const isNew = c.is(id, NEW_ENTRIES) ? 1 : 0;
    const status = c.store.readGroupFrom(key, c.first + group, c.first + id, s, isNew);
    if (status === StatusWrongType) return c.wrongType();
    if (status === StatusNoKey || status === StatusNoGroup)
      return noGroup(c, firstKey + s, group, ' in XREADGROUP with GROUP option');
    if (status === StatusInvalid) {
      if (c.is(id, LAST_ID)) return meaningless(c, '$');
      return c.is(id, LAST_ENTRY) ? meaningless(c, '+') : invalidId(c);
    }
  }
  for (let s = 0; s < streams; s++)
    if (tellsOfConsumer(c, firstKey + s, group, group + 1))
      c.changedBeside(firstKey + s, EventClass.stream, 'xgroup-createconsumer', 0);
  c.numbers[NumberA] = reading.count;
  const consumer = c.first + group + 1;
  const noAck = reading.noAck ? 1 : 0;
  if (c.effects.isOn) c.effects.several();
  const status = c.store.readGroups(c.first + firstKey, streams, c.first + group, consumer, noAck);
  c.countChanges(c.affected);
  if (status === StatusNoKey) waitForEntries(c, [], true);
}

function xack(c: Call): void {
  const status = c.store.acknowledge(c.first + 1, c.first + 2, c.first + 3, c.count - 3);
  if (status === StatusWrongType) c.wrongType();
  else if (status === StatusInvalid) invalidId(c);
  else c.countChanges(c.affected);
}

// ---- XPENDING ------------------------------------------------------------------------------------------------------

function xpending(c: Call): void {
  if (c.count === 3) return finishPending(c, c.store.pendingSummary(c.first + 1, c.first + 2));
  if (c.count < 6 || c.count > 9) return c.syntaxError();
  let start = 3;
  let idle: number | null = 0;
  if (c.is(3, IDLE)) {
    idle = c.integerOrError(4);
    if (idle === null) return;
    if (c.count < 8) return c.syntaxError();
    start = 5;
  }
  const count = c.integerOrError(start + 2);
  if (count === null || !readInterval(c, start, start + 1)) return;
  c.numbers[NumberA] = Math.max(count, 0);
  c.numbers[NumberB] = idle;
  const consumer = start + 3 < c.count ? c.first + start + 3 : -1;
  finishPending(c, c.store.pendingRange(c.first + 1, c.first + 2, consumer));
}

function finishPending(c: Call, status: number): void {
  if (status === StatusNoKey || status === StatusNoGroup) noGroup(c, 1, 2);
  else c.finishRead(status);
}

// ---- XCLAIM and XAUTOCLAIM -----------------------------------------------------------------------------------------

/** The options of XCLAIM as they were read. */
const claim = { flags: 0, time: 0, count: 0 };

/** Reads the options behind XCLAIM's identifiers; false with the error replied. */
function readClaimOptions(c: Call, from: number): boolean {
  claim.flags = 0;
  for (let i = from; i < c.count; i++) {
    const more = i + 1 < c.count;
    if (c.is(i, FORCE)) claim.flags |= ClaimForce;
    else if (c.is(i, JUSTID)) claim.flags |= ClaimOnlyIds;
    else if (more && (c.is(i, IDLE) || c.is(i, TIME))) {
      const isIdle = c.is(i, IDLE);
      const error = `ERR Invalid ${isIdle ? 'IDLE' : 'TIME'} option argument for XCLAIM`;
      const value = c.integerOrError(++i, error);
      if (value === null) return false;
      claim.time = isIdle ? c.server.nowMs() - value : value;
      // A time of -1 counts as none.
      claim.flags = claim.time === -1 ? claim.flags & ~ClaimTime : claim.flags | ClaimTime;
    } else if (more && c.is(i, RETRYCOUNT)) {
      const value = c.integerOrError(++i, 'ERR Invalid RETRYCOUNT option argument for XCLAIM');
      if (value === null) return false;
      claim.count = value;
      claim.flags = value < 0 ? claim.flags & ~ClaimCount : claim.flags | ClaimCount;
    } else if (more && c.is(i, LASTID)) {
      if (!readId(c, ++i, 0)) return false;
    } else {
      c.reply.errorBytes(`ERR Unrecognized XCLAIM option '${c.quotedText(i)}'`);
      return false;
    }
  }
  return true;
}

function xclaim(c: Call): void {
  if (isMissing(c, c.store.findGroup(c.first + 1, c.first + 2, 1))) return;
  const idle = c.integerOrError(4, 'ERR Invalid min-idle-time argument for XCLAIM');
  if (idle === null) return;
  let end = 5;
  while (end < c.count && c.store.readStreamId(c.first + end, 0, 0) === 0) end++;
  c.store.clearStreamId(0);
  if (!readClaimOptions(c, end)) return;
  c.numbers[NumberA] = idle;
  c.numbers[NumberB] = claim.time;
  c.numbers[NumberC] = claim.count;
  const makesConsumer = tellsOfConsumer(c, 1, 2, 3);
  if (c.effects.isOn) c.effects.several();
  c.store.claimEntries(c.first + 1, c.first + 2, c.first + 3, c.first + 5, end - 5, claim.flags);
  c.countChanges(c.affected);
  if (makesConsumer) c.changedBeside(1, EventClass.stream, 'xgroup-createconsumer', 0);
}

// The options of the XAUTOCLAIM that runs now; kept, so that the command allocates nothing.
const autoclaim = { count: AUTOCLAIM_COUNT as number, onlyIds: 0 };

// Reads `min-idle-time start [COUNT count] [JUSTID]`; false: an error is the reply.
function readAutoclaim(c: Call): boolean {
  autoclaim.count = AUTOCLAIM_COUNT;
  autoclaim.onlyIds = 0;
  const idle = c.integerOrError(4, 'ERR Invalid min-idle-time argument for XAUTOCLAIM');
  if (idle === null) return false;
  const status = c.store.readStreamId(c.first + 5, 0, StreamIdExtremes | StreamIdAfter);
  if (status !== 0) {
    if (status === StatusOverflow) c.error('ERR invalid start ID for the interval');
    else invalidId(c);
    return false;
  }
  for (let i = 6; i < c.count; i++) {
    if (i + 1 < c.count && c.is(i, COUNT)) {
      const given = c.integerWithin(++i, 1, AUTOCLAIM_COUNT_MAX, 'ERR COUNT must be > 0');
      if (given === null) return false;
      autoclaim.count = Math.min(given, INT32_MAX);
    } else if (c.is(i, JUSTID)) {
      autoclaim.onlyIds = 1;
    } else {
      c.syntaxError();
      return false;
    }
  }
  c.numbers[NumberA] = idle;
  return true;
}

function xautoclaim(c: Call): void {
  if (!readAutoclaim(c)) {
    // Redis looks the key up before it reads the options: a missing one is counted and told of all the same.
    c.store.findGroup(c.first + 1, c.first + 2, 1);
    return;
  }
  const makesConsumer = tellsOfConsumer(c, 1, 2, 3);
  const { count, onlyIds } = autoclaim;
  if (c.effects.isOn) c.effects.several();
  if (isMissing(c, c.store.claimIdle(c.first + 1, c.first + 2, c.first + 3, count, onlyIds))) return;
  c.countChanges(c.affected);
  if (makesConsumer) c.changedBeside(1, EventClass.stream, 'xgroup-createconsumer', 0);
}

// ---- declarations --------------------------------------------------------------------------------------------------

function xgroupSubcommand(
  name: string,
  declared: Pick<
    CommandDeclaration,
    'arity' | 'flags' | 'keys' | 'summary' | 'complexity' | 'arguments' | 'history' | 'reply' | 'handler'
  >,
  since = '5.0.0',
): CommandDeclaration {
  return { name, group: 'stream', since, ...declared };
}

// Where a group begins, as arguments.
const ID = 'id-selector(id | new-id="$")';
const ENTRIES_READ = '[ENTRIESREAD entriesread:integer~entries-read]';

const xgroup: CommandDeclaration = {
  name: 'xgroup',
  arity: -2,
  flags: [],
  group: 'stream',
  categories: [],
  since: '5.0.0',
  summary: 'Makes, changes and removes groups of consumers of a stream',
  complexity: 'Depends on the subcommand',
  reply: 'any',
  subcommands: [
    xgroupSubcommand('create', {
      arity: -5,
      flags: ['write', 'denyoom'],
      keys: [keyAt(2, 'RW', 'insert')],
      summary: 'Makes a group of consumers',
      complexity: 'O(log G) for G groups',
      arguments: `key#0 group ${ID} [MKSTREAM] ${ENTRIES_READ}`,
      history: { '7.0.0': 'ENTRIESREAD' },
      reply: 'status',
      handler: xgroupCreate,
    }),
    xgroupSubcommand(
      'createconsumer',
      {
        arity: 5,
        flags: ['write', 'denyoom'],
        keys: [keyAt(2, 'RW', 'insert')],
        summary: 'Makes a consumer of a group',
        complexity: 'O(log C) for C consumers',
        arguments: 'key#0 group consumer',
        reply: 'integer',
        handler: xgroupCreateconsumer,
      },
      '6.2.0',
    ),
    xgroupSubcommand('delconsumer', {
      arity: 5,
      flags: ['write'],
      keys: [keyAt(2, 'RW', 'delete')],
      summary: 'Removes a consumer of a group with all it has pending',
      complexity: 'O(N log P) for N entries that it has pending of P',
      arguments: 'key#0 group consumer',
      reply: 'integer',
      handler: xgroupDelconsumer,
    }),
    xgroupSubcommand('destroy', {
      arity: 4,
      flags: ['write'],
      keys: [keyAt(2, 'RW', 'delete')],
      summary: 'Removes a group of consumers',
      complexity: 'O(N) for N entries pending',
      arguments: 'key#0 group',
      reply: 'integer',
      handler: xgroupDestroy,
    }),
    xgroupSubcommand('help', {
      arity: 2,
      flags: ['loading', 'stale'],
      summary: 'Explains the subcommands',
      complexity: 'O(1)',
      reply: 'array',
      handler: xgroupHelp,
    }),
    xgroupSubcommand('setid', {
      arity: -5,
      flags: ['write'],
      keys: [keyAt(2, 'RW', 'update')],
      summary: 'Sets the identifier behind which a group goes on',
      complexity: 'O(log G) for G groups',
      arguments: `key#0 group ${ID} ${ENTRIES_READ}`,
      history: { '7.0.0': 'ENTRIESREAD' },
      reply: 'status',
      handler: xgroupSetid,
    }),
  ],
};

export const streamGroups: readonly CommandDeclaration[] = [
  xgroup,
  {
    name: 'xreadgroup',
    arity: -7,
    flags: ['write', 'blocking', 'movablekeys'],
    group: 'stream',
    keys: [
      {
        flags: ['RO', 'access'],
        begin: { keyword: 'STREAMS', from: 4 },
        find: { last: -1, step: 1, limit: 2 },
      },
    ],
    since: '5.0.0',
    summary: 'Reads streams as a consumer of a group: what is new to the group, or what it was given before',
    complexity: 'O(N log P) for N entries replied and P pending',
    arguments: `
      GROUP group-block(group consumer) [COUNT count:integer] [BLOCK milliseconds:integer] [NOACK]
      STREAMS streams(key#0... id...)`,
    reply: ['array', 'map', 'null'],
    handler: xreadgroup,
  },
  {
    name: 'xack',
    arity: -4,
    flags: ['write', 'fast'],
    group: 'stream',
    keys: [keyAt(1, 'RW', 'update')],
    since: '5.0.0',
    summary: 'Tells that entries have been dealt with, so that they are pending no longer',
    complexity: 'O(log P) for each entry, of P pending',
    arguments: 'key#0 group id...',
    reply: 'integer',
    handler: xack,
  },
  {
    name: 'xpending',
    arity: -3,
    flags: ['readonly'],
    group: 'stream',
    keys: [keyAt(1, 'RO', 'access')],
    tips: ['nondeterministic_output'],
    since: '5.0.0',
    summary: 'Tells what a group has been given and has not acknowledged',
    complexity: 'O(N) for N entries looked at, or N consumers',
    arguments: 'key#0 group [filters([IDLE min-idle-time:integer@6.2.0] start end count:integer [consumer])]',
    history: { '6.2.0': 'IDLE, and limits that are not included' },
    reply: 'array',
    handler: xpending,
  },
  {
    name: 'xclaim',
    arity: -6,
    flags: ['write', 'fast'],
    group: 'stream',
    keys: [keyAt(1, 'RW', 'update')],
    tips: ['nondeterministic_output'],
    since: '5.0.0',
    summary: 'Gives pending entries to another consumer of their group',
    complexity: 'O(log P) for each entry, of P pending',
    arguments: `
      key#0 group consumer min-idle-time id... [IDLE ms:integer] [TIME unix-time-milliseconds:unix-time]
      [RETRYCOUNT count:integer] [FORCE] [JUSTID] [LASTID lastid]`,
    reply: 'array',
    handler: xclaim,
  },
  {
    name: 'xautoclaim',
    arity: -6,
    flags: ['write', 'fast'],
    group: 'stream',
    keys: [keyAt(1, 'RW', 'delete')],
    tips: ['nondeterministic_output'],
    since: '6.2.0',
    summary: 'Gives entries that have been pending for long to another consumer of their group',
    complexity: 'O(N log P) for N entries looked at, of P pending',
    arguments: 'key#0 group consumer min-idle-time start [COUNT count:integer] [JUSTID]',
    history: { '7.0.0': 'The reply lists entries that are gone' },
    reply: 'array',
    handler: xautoclaim,
  },
];
