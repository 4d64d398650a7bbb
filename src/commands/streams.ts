// Streams: appending, trimming and deleting entries, reading them by ranges and from a place on. Groups of consumers
// are in stream-groups.ts.
import {
  AppendAnySequence,
  AppendGenerateId,
  AppendOnlyExisting,
  AppendTrim,
  FromId,
  FromLast,
  FromLastEntry,
  NumberA,
  NumberB,
  SetStreamAdded,
  SetStreamDeleted,
  StatusInvalid,
  StatusNoKey,
  StatusOverflow,
  StatusTooLong,
  StatusWrongType,
  StreamIdAfter,
  StreamIdAnySequence,
  StreamIdBefore,
  StreamIdExtremes,
  StreamIdMissingMax,
  TrimById,
  TrimWholeBlocks,
  TypeStream,
} from '../store/layout.js';
import { nullArrayFor, withinTime } from './blocking.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, keyAt } from './command.js';
import { EffectWord } from './effects.js';
import { Errors } from './errors.js';
import { oneEach, rewrittenRunOf } from './runs.js';

const MAXLEN = word('MAXLEN');
const MINID = word('MINID');
const LIMIT = word('LIMIT');
const NOMKSTREAM = word('NOMKSTREAM');
const COUNT = word('COUNT');
const BLOCK = word('BLOCK');
const STREAMS = word('STREAMS');
const GROUP = word('GROUP');
const NOACK = word('NOACK');
const ENTRIESADDED = word('ENTRIESADDED');
const MAXDELETEDID = word('MAXDELETEDID');
const ANY_ID = word('*');
const ABOUT = word('~');
const EXACTLY = word('=');
const LAST_ID = word('$');
const LAST_ENTRY = word('+');
const NEW_ENTRIES = word('>');

/** Most entries that trimming by whole blocks takes at a time, unless LIMIT says otherwise. */
const TRIM_LIMIT_BLOCKS = 100;
const TRIM_LIMIT_DEFAULT = 10_000;
const TRIM_LIMIT_MAX = 1_000_000;

/** The register with a stream's first identifier, behind `streamBounds`. */
const FIRST_ID = 3;

const INVALID_ID = 'ERR Invalid stream ID specified as stream command argument';

/** Reads an identifier into a register of the store; replies the error if it is none. */
export function readId(c: Call, i: number, register: number): boolean {
  if (c.store.readStreamId(c.first + i, register, 0) === 0) return true;
  c.error(INVALID_ID);
  return false;
}

/** The error of an argument that is no identifier. */
export function invalidId(c: Call): void {
  c.error(INVALID_ID);
}

// ---- XADD and XTRIM ------------------------------------------------------------------------------------------------

/** The options of XADD and XTRIM as they were read; one object, for the command under way. */
const trim = { flags: 0, by: 0, value: 0, limit: -1, about: false, thresholdAt: 0 };

function resetTrim(): void {
  trim.flags = 0;
  trim.by = 0;
  trim.value = 0;
  trim.limit = -1;
  trim.about = false;
}

/** Reads MAXLEN or MINID at `i` with what belongs to it; the last argument of it, or -1 with the error replied. */
function readThreshold(c: Call, i: number, by: number): number {
  if (trim.by !== 0) {
    c.error('ERR syntax error, MAXLEN and MINID options at the same time are not compatible');
    return -1;
  }
  const more = c.count - 1 - i;
  trim.about = more >= 2 && c.is(i + 1, ABOUT);
  const at = trim.about || (more >= 2 && c.is(i + 1, EXACTLY)) ? i + 2 : i + 1;
  if (by === TrimById) {
    if (!readId(c, at, 1)) return -1;
    trim.flags |= TrimById;
  } else {
    const length = c.integerOrError(at);
    if (length === null) return -1;
    if (length < 0) {
      c.error('ERR The MAXLEN argument must be >= 0.');
      return -1;
    }
    trim.value = length;
  }
  trim.by = AppendTrim;
  trim.thresholdAt = at;
  return at;
}

/** Reads an option of trimming at `i`; the last argument of it, `i - 1` if there is none, or -1: error replied. */
function readTrimOption(c: Call, i: number): number {
  const more = i + 1 < c.count;
  if (more && c.is(i, MAXLEN)) return readThreshold(c, i, 0);
  if (more && c.is(i, MINID)) return readThreshold(c, i, TrimById);
  if (!more || !c.is(i, LIMIT)) return i - 1;
  const limit = c.integerOrError(i + 1);
  if (limit === null) return -1;
  if (limit < 0) {
    c.error('ERR The LIMIT argument must be >= 0.');
    return -1;
  }
  trim.limit = limit;
  return i + 1;
}

/** Judges the options as a whole and hands them to the store; false with the error replied. */
function finishTrimOptions(c: Call): boolean {
  if (trim.limit > 0 && trim.by === 0) {
    c.error('ERR syntax error, LIMIT cannot be used without specifying a trimming strategy');
    return false;
  }
  // Behind what a log holds, the trimming is exact, and as far as it went.
  if (c.client.isLoading) trim.limit = -1;
  if (trim.limit >= 0 && !trim.about) {
    c.error('ERR syntax error, LIMIT cannot be used without the special ~ option');
    return false;
  }
  if (trim.by === 0) return true;
  trim.flags |= AppendTrim;
  let limit = Math.max(trim.limit, 0);
  if (trim.about) {
    trim.flags |= TrimWholeBlocks;
    if (trim.limit < 0) {
      limit = TRIM_LIMIT_BLOCKS * c.server.config.streamNodeMaxEntries;
      limit = limit <= 0 ? TRIM_LIMIT_DEFAULT : Math.min(limit, TRIM_LIMIT_MAX);
    }
  }
  c.numbers[NumberA] = trim.value;
  c.numbers[NumberB] = limit;
  return true;
}

/** Reads XADD's options and identifier; the identifier's place, or -1 with the error replied. */
function readAppendOptions(c: Call): number {
  let i = 2;
  for (; i < c.count; i++) {
    if (c.is(i, ANY_ID)) {
      trim.flags |= AppendGenerateId;
      break;
    }
    const last = readTrimOption(c, i);
    if (last < 0) return -1;
    if (last >= i) {
      i = last;
    } else if (c.is(i, NOMKSTREAM)) {
      trim.flags |= AppendOnlyExisting;
    } else {
      const status = c.store.readStreamId(c.first + i, 0, StreamIdAnySequence);
      if (status < 0) {
        invalidId(c);
        return -1;
      }
      if (status === 1) trim.flags |= AppendAnySequence;
      break;
    }
  }
  return finishTrimOptions(c) ? i : -1;
}

function xadd(c: Call): void {
  resetTrim();
  const id = readAppendOptions(c);
  if (id < 0) return;
  const pairs = c.count - id - 1;
  if (pairs < 2 || pairs % 2 === 1) return c.error(wrongAppendArity());
  if ((trim.flags & (AppendGenerateId | AppendAnySequence)) === 0 && c.store.isZeroStreamId(0) === 1)
    return c.error('ERR The ID specified in XADD must be greater than 0-0');
  const before = c.reply.position;
  const status = c.store.appendStreamEntry(c.first + 1, c.first + id + 1, pairs, trim.flags);
  if (status === 0) {
    const trimmed = (trim.flags & AppendTrim) !== 0 && c.numbers[NumberA] > 0;
    c.changed(1, EventClass.stream, 'xadd');
    if (c.effects.isOn) leaveEntry(c, id, before);
    if (trimmed) c.notify(1, EventClass.stream, 'xtrim');
    return;
  }
  if (status === StatusNoKey) c.reply.null();
  else if (status === StatusWrongType) c.wrongType();
  else if (status === StatusOverflow)
    c.error('ERR The stream has exhausted the last possible ID, unable to add more items');
  else if (status === StatusInvalid)
    c.error('ERR The ID specified in XADD is equal or smaller than the target stream top item');
  else if (status === StatusTooLong) c.error('ERR Elements are too large to be stored');
}

// The identifier that the entry got, which was replied, and the trimming that was done.
function leaveEntry(c: Call, idAt: number, replied: number): void {
  const isGiven = (trim.flags & (AppendGenerateId | AppendAnySequence)) === 0;
  if (isGiven && !trim.about) return;
  c.effects.beginCopy(c, c.count);
  const rest = leaveThreshold(c);
  if (isGiven) return c.effects.argument(c, rest, c.count - rest);
  c.effects.argument(c, rest, idAt - rest);
  c.effects.reply(replied);
  c.effects.argument(c, idAt + 1, c.count - idAt - 1);
}

// Arguments up to the threshold: "~" becomes "=", with the threshold that comes to the same. Returns the next argument.
function leaveThreshold(c: Call): number {
  if (!trim.about) return 1;
  const { thresholdAt } = trim;
  c.store.streamBounds(c.first + 1);
  c.effects.argument(c, 1, thresholdAt - 2);
  c.effects.word(EffectWord['=']);
  if ((trim.flags & TrimById) !== 0) c.effects.streamId(FIRST_ID);
  else c.effects.number(c.numbers[NumberA]);
  return thresholdAt + 1;
}

function wrongAppendArity(): string {
  return "ERR wrong number of arguments for 'xadd' command";
}

function xtrim(c: Call): void {
  resetTrim();
  for (let i = 2; i < c.count; i++) {
    const last = readTrimOption(c, i);
    if (last < 0) return;
    if (last < i) return c.syntaxError();
    i = last;
  }
  if (!finishTrimOptions(c)) return;
  if (trim.by === 0) return c.error('ERR syntax error, XTRIM must be called with MAXLEN or MINID');
  if (c.store.trimStream(c.first + 1, trim.flags) === StatusWrongType) c.wrongType();
  else if (c.numbers[NumberA] > 0) {
    c.changed(1, EventClass.stream, 'xtrim', c.numbers[NumberA]);
    if (!trim.about || !c.effects.isOn) return;
    c.effects.beginCopy(c, c.count);
    const rest = leaveThreshold(c);
    c.effects.argument(c, rest, c.count - rest);
  }
}

// ---- XLEN, XDEL, XSETID --------------------------------------------------------------------------------------------

function xlen(c: Call): void {
  if (c.store.streamLength(c.first + 1) === StatusWrongType) c.wrongType();
}

function xdel(c: Call): void {
  const status = c.store.deleteStreamEntries(c.first + 1, c.first + 2, c.count - 2);
  if (status === StatusWrongType) c.wrongType();
  else if (status === StatusInvalid) invalidId(c);
  else if (c.numbers[NumberA] > 0) c.changed(1, EventClass.stream, 'xdel', c.numbers[NumberA]);
}

function xsetid(c: Call): void {
  if (!readId(c, 2, 0)) return;
  let flags = 0;
  for (let i = 3; i < c.count; i += 2) {
    const more = i + 1 < c.count;
    if (more && c.is(i, ENTRIESADDED)) {
      const added = c.integerOrError(i + 1);
      if (added === null) return;
      if (added < 0) return c.error('ERR entries_added must be positive');
      flags |= SetStreamAdded;
    } else if (more && c.is(i, MAXDELETEDID)) {
      if (!readId(c, i + 1, 1)) return;
      if (c.store.compareStreamIds(0, 1) < 0)
        return c.error('ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id');
      flags |= SetStreamDeleted;
    } else {
      return c.syntaxError();
    }
  }
  const status = c.store.setStreamId(c.first + 1, flags);
  if (status === 0) {
    c.changedBeside(1, EventClass.stream, 'xsetid');
    c.reply.ok();
  } else if (status === StatusNoKey) c.error(Errors.noKey);
  else if (status === StatusWrongType) c.wrongType();
  else if (status === StatusInvalid)
    c.error('ERR The ID specified in XSETID is smaller than current max_deleted_entry_id');
  else if (status === StatusOverflow)
    c.error('ERR The ID specified in XSETID is smaller than the target stream top item');
  else c.error('ERR The entries_added specified in XSETID is smaller than the target stream length');
}

// ---- XRANGE and XREVRANGE ------------------------------------------------------------------------------------------

/** Reads the bounds of an interval into registers 0 and 1; false with the error replied. */
export function readInterval(c: Call, start: number, end: number): boolean {
  let status = c.store.readStreamId(c.first + start, 0, StreamIdExtremes | StreamIdAfter);
  if (status === StatusOverflow) c.error('ERR invalid start ID for the interval');
  else if (status === StatusInvalid) invalidId(c);
  if (status !== 0) return false;
  status = c.store.readStreamId(c.first + end, 1, StreamIdExtremes | StreamIdBefore | StreamIdMissingMax);
  if (status === StatusOverflow) c.error('ERR invalid end ID for the interval');
  else if (status === StatusInvalid) invalidId(c);
  return status === 0;
}

function xrange(c: Call, reverse: boolean): void {
  if (!readInterval(c, reverse ? 3 : 2, reverse ? 2 : 3)) return;
  let count = -1;
  for (let i = 4; i < c.count; i += 2) {
    if (i + 1 >= c.count || !c.is(i, COUNT)) return c.syntaxError();
    const given = c.integerOrError(i + 1);
    if (given === null) return;
    count = Math.max(given, 0);
  }
  if (count === 0) {
    const status = c.store.typeOfStream(c.first + 1);
    if (status === StatusWrongType) c.wrongType();
    else if (status === StatusNoKey) c.reply.array(0);
    else c.reply.nullArray();
    return;
  }
  c.numbers[NumberA] = count;
  c.finishRead(c.store.readStreamRange(c.first + 1, reverse ? 1 : 0));
}

// ---- XREAD ---------------------------------------------------------------------------------------------------------

/** What XREAD and XREADGROUP were asked for; one object, for the command under way. */
export const reading = { count: 0, streams: 0, firstKey: 0, group: 0, noAck: false, blockMs: -1 };

/** Reads the options of XREAD and XREADGROUP; false with the error replied. */
export function readReadOptions(c: Call, forGroup: boolean): boolean {
  reading.blockMs = -1;
  reading.count = 0;
  reading.streams = 0;
  reading.firstKey = 0;
  reading.group = 0;
  reading.noAck = false;
  for (let i = 1; i < c.count && reading.firstKey === 0; i++) {
    const more = c.count - i - 1;
    if (more > 0 && c.is(i, BLOCK)) {
      if (!readTimeout(c, ++i)) return false;
    } else if (more > 0 && c.is(i, COUNT)) {
      const count = c.integerOrError(++i);
      if (count === null) return false;
      reading.count = Math.max(count, 0);
    } else if (more > 0 && c.is(i, STREAMS)) {
      if (more % 2 !== 0) return unbalanced(c, forGroup);
      reading.firstKey = i + 1;
      reading.streams = more / 2;
    } else if (more >= 2 && c.is(i, GROUP)) {
      if (!forGroup) return refused(c, 'GROUP');
      reading.group = i + 1;
      i += 2;
    } else if (c.is(i, NOACK)) {
      if (!forGroup) return refused(c, 'NOACK');
      reading.noAck = true;
    } else {
      c.syntaxError();
      return false;
    }
  }
  if (reading.firstKey === 0) {
    c.syntaxError();
    return false;
  }
  return true;
}

function unbalanced(c: Call, forGroup: boolean): boolean {
  const name = forGroup ? 'xreadgroup' : 'xread';
  const symbols = forGroup ? " or '>'" : ", '+', or '$'";
  c.error(`ERR Unbalanced '${name}' list of streams: for each stream key an ID${symbols} must be specified.`);
  return false;
}

function refused(c: Call, option: string): boolean {
  c.error(`ERR The ${option} option is only supported by XREADGROUP. You called XREAD instead.`);
  return false;
}

/** Reads a time to wait, in milliseconds; false with the error replied. */
function readTimeout(c: Call, i: number): boolean {
  const timeout = c.integerOrError(i, 'ERR timeout is not an integer or out of range');
  if (timeout === null) return false;
  reading.blockMs = withinTime(c, timeout);
  return reading.blockMs >= 0;
}

function xread(c: Call): void {
  if (!readReadOptions(c, false)) return;
  const { firstKey, streams } = reading;
  for (let s = 0; s < streams; s++) {
    const id = firstKey + streams + s;
    let place = FromId;
    if (c.is(id, LAST_ID)) place = FromLast;
    else if (c.is(id, LAST_ENTRY)) place = FromLastEntry;
    const key = c.first + firstKey + s;
    const status = c.store.readStreamsFrom(key, c.first + id, s, place);
    if (status === StatusWrongType) return c.wrongType();
    if (status === StatusInvalid) {
      if (!c.is(id, NEW_ENTRIES)) return invalidId(c);
      return c.error(
        'ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.',
      );
    }
  }
  c.numbers[NumberA] = reading.count;
  const status = c.store.readStreams(c.first + firstKey, streams);
  if (status === StatusNoKey) waitForEntries(c, momentary(c));
  else c.finishRead(status);
}

/** The identifiers of XREAD that mean the present state of their streams, and what they mean now. */
function momentary(c: Call): (readonly [number, Uint8Array])[] {
  const replaced: (readonly [number, Uint8Array])[] = [];
  const { firstKey, streams } = reading;
  if (reading.blockMs < 0 || !c.mayWait) return replaced;
  for (let s = 0; s < streams; s++) {
    const id = firstKey + streams + s;
    if (!c.is(id, LAST_ID) && !c.is(id, LAST_ENTRY)) continue;
    const before = c.reply.position;
    c.store.writeStreamFrom(s);
    const [, text] = c.reply.textSince(before).split('\r\n');
    c.reply.rewind(before);
    replaced.push([id, Buffer.from(text, 'latin1')]);
  }
  return replaced;
}

/** Waits for entries of the streams that were to be read, if BLOCK was said; otherwise says that there are none. */
export function waitForEntries(c: Call, replaced: (readonly [number, Uint8Array])[], whenGone = false): void {
  const { firstKey, streams, blockMs: timeoutMs } = reading;
  if (timeoutMs < 0 || !c.mayWait) return c.reply.nullArray();
  const onTimeout = nullArrayFor(c);
  c.server.blocker.block(c, firstKey, streams, {
    timeoutMs,
    type: TypeStream,
    onTimeout,
    replaced,
    whenGone,
  });
}

// ---- declarations --------------------------------------------------------------------------------------------------

const READ = keyAt(1, 'RO', 'access');

/** How far to trim, as an argument. */
const TRIM =
  'trim(strategy(MAXLEN | MINID@6.2.0) [operator(equal="=" | approximately="~")] ' +
  'threshold [LIMIT count:integer@6.2.0])';

export const streams: readonly CommandDeclaration[] = [
  {
    name: 'xadd',
    arity: -5,
    flags: ['write', 'denyoom', 'fast'],
    group: 'stream',
    keys: [
      {
        ...keyAt(1, 'RW', 'update'),
        notes: 'Entries are not only added but may be trimmed',
      },
    ],
    tips: ['nondeterministic_output'],
    since: '5.0.0',
    summary: 'Appends an entry to a stream, creating it if it is missing, and trims it on request',
    complexity: 'O(1) to append, O(N) to trim N entries',
    arguments: `
      key#0 [NOMKSTREAM@6.2.0] [${TRIM}] id-selector(auto-id="*" | id) data(field value)...`,
    history: {
      '6.2.0': 'NOMKSTREAM, MINID and LIMIT',
      '7.0.0': 'Identifiers whose second half the server completes',
    },
    reply: ['bulk', 'null'],
    handler: xadd,
    run: {
      count: 5,
      handler: rewrittenRunOf((c, first, n) => c.store.appendStreamEntries(first, n, c.count), xadd, oneEach),
    },
  },
  {
    name: 'xlen',
    arity: 2,
    flags: ['readonly', 'fast'],
    group: 'stream',
    keys: [keyAt(1, 'RO')],
    since: '5.0.0',
    summary: 'Tells how many entries a stream has',
    complexity: 'O(1)',
    arguments: 'key#0',
    reply: 'integer',
    handler: xlen,
  },
  {
    name: 'xrange',
    arity: -4,
    flags: ['readonly'],
    group: 'stream',
    keys: [READ],
    since: '5.0.0',
    summary: 'Reads the entries of a stream between two identifiers',
    complexity: 'O(log S + N) for N entries replied of S',
    arguments: 'key#0 start end [COUNT count:integer]',
    history: { '6.2.0': 'Limits that are not included' },
    reply: ['array', 'null'],
    handler: (c) => xrange(c, false),
  },
  {
    name: 'xrevrange',
    arity: -4,
    flags: ['readonly'],
    group: 'stream',
    keys: [READ],
    since: '5.0.0',
    summary: 'Reads the entries of a stream between two identifiers, from the last to the first',
    complexity: 'O(log S + N) for N entries replied of S',
    arguments: 'key#0 end start [COUNT count:integer]',
    history: { '6.2.0': 'Limits that are not included' },
    reply: ['array', 'null'],
    handler: (c) => xrange(c, true),
  },
  {
    name: 'xdel',
    arity: -3,
    flags: ['write', 'fast'],
    group: 'stream',
    keys: [keyAt(1, 'RW', 'delete')],
    since: '5.0.0',
    summary: 'Deletes entries of a stream',
    complexity: 'O(log S) for each entry of a stream of S',
    arguments: 'key#0 id...',
    reply: 'integer',
    handler: xdel,
  },
  {
    name: 'xtrim',
    arity: -4,
    flags: ['write'],
    group: 'stream',
    keys: [keyAt(1, 'RW', 'delete')],
    tips: ['nondeterministic_output'],
    since: '5.0.0',
    summary: 'Deletes entries from the beginning of a stream, down to a length or up to an identifier',
    complexity: 'O(N) for N entries deleted; whole blocks of them go at once',
    arguments: `key#0 ${TRIM}`,
    history: { '6.2.0': 'MINID and LIMIT' },
    reply: 'integer',
    handler: xtrim,
  },
  {
    name: 'xread',
    arity: -4,
    flags: ['readonly', 'blocking', 'movablekeys'],
    group: 'stream',
    keys: [
      {
        flags: ['RO', 'access'],
        begin: { keyword: 'STREAMS', from: 1 },
        find: { last: -1, step: 1, limit: 2 },
      },
    ],
    since: '5.0.0',
    summary: 'Reads what is behind an identifier in each of several streams',
    complexity: 'O(log S + N) for each stream of S entries, of which N are replied',
    arguments: '[COUNT count:integer] [BLOCK milliseconds:integer] STREAMS streams(key#0... id...)',
    reply: ['array', 'map', 'null'],
    handler: xread,
  },
  {
    name: 'xsetid',
    arity: -3,
    flags: ['write', 'denyoom', 'fast'],
    group: 'stream',
    keys: [keyAt(1, 'RW', 'update')],
    since: '5.0.0',
    summary: 'Sets the last identifier of a stream, and what it tells of its past',
    complexity: 'O(1)',
    arguments: 'key#0 last-id [ENTRIESADDED entries-added:integer@7.0.0] [MAXDELETEDID max-deleted-id@7.0.0]',
    history: { '7.0.0': 'ENTRIESADDED and MAXDELETEDID' },
    reply: 'status',
    handler: xsetid,
  },
];
