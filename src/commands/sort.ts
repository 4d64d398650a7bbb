// SORT and SORT_RO: the elements of a list, a set or a sorted set, ordered by themselves or by values of other keys.
import {
  NumberB,
  NumberC,
  SortByText,
  SortDescending,
  StatusNotFloat,
  StatusWrongType,
} from '../store/layout.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, hiddenKey, keyAt } from './command.js';

const ASC = word('ASC');
const DESC = word('DESC');
const ALPHA = word('ALPHA');
const LIMIT = word('LIMIT');
const STORE = word('STORE');
const BY = word('BY');
const GET = word('GET');

const NO_NUMBER = "ERR One or more scores can't be converted into double";
const ALL = -1;

/** Options as read last. One object serves all calls; arguments are numbered for the store, -1: not given. */
const options = { flags: 0, by: -1, isFixed: false, gets: 0, target: -1, offset: 0, count: ALL };

/**
 * BY: the last pattern counts, but one without a place for the element (the order is then any) outdoes all others. False
 * with the error replied: it leads to keys that the client perhaps may not read.
 */
function readBy(c: Call, i: number): boolean {
  const isFixed = !c.quotedText(i).includes('*');
  if (!isFixed && !c.server.acl.mayReadEveryKey(c)) {
    c.error('ERR BY option of SORT denied due to insufficient ACL permissions.');
    return false;
  }
  if (!options.isFixed) options.by = c.first + i;
  options.isFixed ||= isFixed;
  return true;
}

/** Reads the option at `i`; the index of its last argument, or -1 with the error replied. */
function readOption(c: Call, i: number, mayStore: boolean): number {
  const left = c.count - i - 1;
  if (c.is(i, ASC)) {
    options.flags &= ~SortDescending;
  } else if (c.is(i, DESC)) {
    options.flags |= SortDescending;
  } else if (c.is(i, ALPHA)) {
    options.flags |= SortByText;
  } else if (c.is(i, LIMIT) && left >= 2) {
    const offset = c.integerOrError(i + 1);
    const count = offset === null ? null : c.integerOrError(i + 2);
    if (offset === null || count === null) return -1;
    options.offset = offset;
    options.count = count;
    return i + 2;
  } else if (mayStore && c.is(i, STORE) && left >= 1) {
    options.target = c.first + i + 1;
    return i + 1;
  } else if (c.is(i, BY) && left >= 1) {
    return readBy(c, i + 1) ? i + 1 : -1;
  } else if (c.is(i, GET) && left >= 1) {
    if (!c.server.acl.mayReadEveryKey(c)) {
      c.error('ERR GET option of SORT denied due to insufficient ACL permissions.');
      return -1;
    }
    c.store.listArgument(options.gets++, c.first + i + 1);
    return i + 1;
  } else {
    c.syntaxError();
    return -1;
  }
  return i;
}

/** Reads all options; false with the error replied. */
function readOptions(c: Call, mayStore: boolean): boolean {
  options.flags = options.gets = options.offset = 0;
  options.by = options.target = -1;
  options.count = ALL;
  options.isFixed = false;
  for (let i = 2; i < c.count; i++) {
    i = readOption(c, i, mayStore);
    if (i < 0) return false;
  }
  c.numbers[NumberB] = options.offset;
  c.numbers[NumberC] = options.count;
  return true;
}

function sort(c: Call, mayStore: boolean): void {
  if (!readOptions(c, mayStore)) return;
  const { flags, by, gets, target } = options;
  if (target < 0) {
    c.finishRead(c.store.writeSorted(c.first + 1, flags, by, gets), NO_NUMBER);
    return;
  }
  const stored = c.store.storeSorted(target, c.first + 1, flags, by, gets);
  if (stored === StatusWrongType) c.wrongType();
  else if (stored === StatusNotFloat) c.error(NO_NUMBER);
  else {
    c.stored(target - c.first, stored, EventClass.list, 'sortstore', stored);
    c.reply.integer(stored);
  }
}

/** The key behind the last STORE that is an option. */
function findTarget(c: Call, at: number): number {
  let found = 0;
  for (let i = at + 2; i < c.count; i++) {
    if (c.is(i, LIMIT)) i += 2;
    else if (c.is(i, BY) || c.is(i, GET)) i++;
    else if (c.is(i, STORE) && i + 1 < c.count) found = i + 1 - at;
  }
  return found;
}

// ---- declarations --------------------------------------------------------------------------------------------------

const CATEGORIES = ['set', 'sortedset', 'list', 'dangerous'];
const LOOKED_UP = hiddenKey(
  () => 0,
  'Keys that BY and GET look up: their names follow from the elements',
  'RO',
  'access',
);
const TARGET = hiddenKey(
  findTarget,
  'The key of STORE, which may stand anywhere among the options',
  'OW',
  'update',
);
const COMPLEXITY =
  'O(N*log(M)) for N elements of which M are wanted or stand before those, with a lookup for each of BY and GET';

export const sorting: readonly CommandDeclaration[] = [
  {
    name: 'sort',
    arity: -2,
    flags: ['write', 'denyoom'],
    group: 'generic',
    categories: CATEGORIES,
    keys: [keyAt(1, 'RO', 'access'), LOOKED_UP, TARGET],
    since: '1.0.0',
    summary:
      'Lists or stores the elements of a list, a set or a sorted set in order, or values found for them',
    complexity: COMPLEXITY,
    arguments: `
      key#0 [BY by-pattern:pattern#1~pattern] [LIMIT limit(offset:integer count:integer)]
      [GET... get-pattern:pattern#1~pattern...] [order(ASC | DESC)] [sorting=ALPHA] [STORE destination#2]`,
    reply: ['array', 'integer'],
    handler: (c) => sort(c, true),
  },
  {
    name: 'sort_ro',
    arity: -2,
    flags: ['readonly'],
    group: 'generic',
    categories: CATEGORIES,
    keys: [keyAt(1, 'RO', 'access'), LOOKED_UP],
    since: '7.0.0',
    summary: 'Lists the elements of a list, a set or a sorted set in order, or values found for them',
    complexity: COMPLEXITY,
    arguments: `
      key#0 [BY by-pattern:pattern#1~pattern] [LIMIT limit(offset:integer count:integer)]
      [GET... get-pattern:pattern#1~pattern...] [order(ASC | DESC)] [sorting=ALPHA]`,
    reply: 'array',
    handler: (c) => sort(c, false),
  },
];
