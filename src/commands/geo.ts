// Places on the globe, kept as the scores of sorted sets: adding, looking up, searching.
import {
  AddCountsChanges,
  AddIfAbsent,
  AddIfPresent,
  NumberA,
  NumberB,
  NumberC,
  NumberD,
  NumberE,
  NumberF,
  SearchAny,
  SearchAscending,
  SearchBox,
  SearchDescending,
  SearchStoreDistance,
  SearchWithDistance,
  SearchWithPoint,
  SearchWithScore,
  StatusInvalid,
  StatusNoKey,
  StatusNotFloat,
  StatusWrongType,
  TypeSortedSet,
} from '../store/layout.js';
import type { Call, Word } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, keyAt, type KeySpec } from './command.js';
import { Gate } from './guard.js';
import { EffectWord } from './effects.js';
import { Errors } from './errors.js';
import { fixedDecimals } from './fixed-decimals.js';

const NX = word('NX');
const XX = word('XX');
const CH = word('CH');
const COUNT = word('COUNT');
const STORE = word('STORE');
const STOREDIST = word('STOREDIST');
const FROMMEMBER = word('FROMMEMBER');
const FROMLONLAT = word('FROMLONLAT');
const BYRADIUS = word('BYRADIUS');
const BYBOX = word('BYBOX');

/** Metres of each unit. */
const UNITS: readonly (readonly [Word, number])[] = [
  [word('M'), 1],
  [word('KM'), 1000],
  [word('FT'), 0.3048],
  [word('MI'), 1609.34],
];
const METRE = 1;

/** Words of a search that are only flags: what each sets, and what it takes back. */
const SEARCH_FLAGS: readonly (readonly [Word, set: number, clear: number])[] = [
  [word('WITHDIST'), SearchWithDistance, 0],
  [word('WITHHASH'), SearchWithScore, 0],
  [word('WITHCOORD'), SearchWithPoint, 0],
  [word('ANY'), SearchAny, 0],
  [word('ASC'), SearchAscending, SearchDescending],
  [word('DESC'), SearchDescending, SearchAscending],
];
const WITH = SearchWithDistance | SearchWithScore | SearchWithPoint;

// ---- arguments -----------------------------------------------------------------------------------------------------

/** The metres of the unit in argument `i`, or 0 with the error replied. */
function readUnit(c: Call, i: number): number {
  for (const [name, metres] of UNITS) if (c.is(i, name)) return metres;
  c.error('ERR unsupported unit provided. please use M, KM, FT, MI');
  return 0;
}

/** Replies the error of coordinates that the store refused; true if there is none. */
function isPoint(c: Call, status: number): boolean {
  if (status === StatusNotFloat) {
    c.error(Errors.notFloat);
  } else if (status === StatusInvalid) {
    const pair = `${fixedDecimals(c.numbers[NumberA])},${fixedDecimals(c.numbers[NumberB])}`;
    c.error(`ERR invalid longitude,latitude pair ${pair}`);
  }
  return status !== StatusNotFloat && status !== StatusInvalid;
}

/** A length in units, or null with the error replied. */
function readLength(c: Call, i: number, error: string): number | null {
  if (c.store.readDouble(c.first + i) === 0) return c.numbers[NumberA];
  c.error(error);
  return null;
}

// ---- adding and looking up -----------------------------------------------------------------------------------------

function addFlag(c: Call, i: number): number {
  if (c.is(i, NX)) return AddIfAbsent;
  if (c.is(i, XX)) return AddIfPresent;
  return c.is(i, CH) ? AddCountsChanges : 0;
}

function geoadd(c: Call): void {
  let flags = 0;
  let at = 2;
  for (let flag = 0; at < c.count && (flag = addFlag(c, at)) !== 0; at++) flags |= flag;
  const values = c.count - at;
  const contradictory = (flags & AddIfAbsent) !== 0 && (flags & AddIfPresent) !== 0;
  if (values === 0 || values % 3 !== 0 || contradictory) {
    c.syntaxError();
    return;
  }
  const added = c.store.addPlaces(c.first + 1, c.first + at, values / 3, flags);
  if (added === StatusWrongType) return c.wrongType();
  if (!isPoint(c, added)) return;
  if (c.affected !== 0) {
    c.changed(1, EventClass.sortedSet, 'zadd', c.affected);
    if (c.effects.isOn) leaveAdded(c, at);
  }
  c.reply.integer(added);
}

// What is stored are scores, which are the store's choice: "zadd key options score member ...".
function leaveAdded(c: Call, at: number): void {
  const pairs = (c.count - at) / 3;
  c.effects.begin(c, EffectWord.zadd, at + 2 * pairs);
  c.effects.argument(c, 1, at - 1);
  c.effects.chosen(2 * pairs);
}

function geopos(c: Call): void {
  if (c.store.writePlaces(c.first + 1, c.first + 2, c.count - 2) === StatusWrongType) c.wrongType();
}

function geohash(c: Call): void {
  if (c.store.writeGeohashes(c.first + 1, c.first + 2, c.count - 2) === StatusWrongType) c.wrongType();
}

function geodist(c: Call): void {
  if (c.count > 5) {
    c.syntaxError();
    return;
  }
  const unit = c.count === 5 ? readUnit(c, 4) : METRE;
  if (unit === 0) return;
  c.numbers[NumberA] = unit;
  if (c.store.writePlaceDistance(c.first + 1, c.first + 2, c.first + 3) === StatusWrongType) c.wrongType();
}

// ---- searching -----------------------------------------------------------------------------------------------------

/** The syntax of a command that searches. */
interface SearchSyntax {
  /** Index of the key that is searched. */
  key: number;
  /** Index of the first option. */
  options: number;
  /** What stands in front of the options; with 'options' these say where to search. */
  from: 'options' | 'point' | 'member';
  /** Whether STORE and STOREDIST name a target; with 'target' it is argument 1, and STOREDIST is a flag. */
  stores: 'never' | 'option' | 'target';
}

/** A search as read last, in the units of the command. One object serves all calls. */
const search = {
  flags: 0,
  count: 0,
  longitude: 0,
  latitude: 0,
  /** Radius or width. */
  width: 0,
  height: 0,
  unit: METRE,
  /** Argument of the key to store under, for the store; -1: none. */
  target: -1,
  hasSource: false,
  /** What has given the centre and the shape. */
  fromMember: false,
  fromPoint: false,
  byRadius: false,
  byBox: false,
};

function clearSearch(c: Call, { stores }: SearchSyntax, hasSource: boolean): void {
  search.flags = search.count = search.longitude = search.latitude = search.width = search.height = 0;
  search.unit = METRE;
  search.target = stores === 'target' ? c.first + 1 : -1;
  search.hasSource = hasSource;
  search.fromMember = search.fromPoint = search.byRadius = search.byBox = false;
}

function keepCentre(c: Call): void {
  search.longitude = c.numbers[NumberA];
  search.latitude = c.numbers[NumberB];
}

/** The centre in two arguments; false with the error replied. */
function readPoint(c: Call, i: number): boolean {
  if (!isPoint(c, c.store.readPoint(c.first + i))) return false;
  keepCentre(c);
  return true;
}

/** The centre at a member; false with the error replied. Without a source any member will do. */
function readMember(c: Call, key: number, i: number): boolean {
  if (!search.hasSource) return true;
  if (c.store.findPlace(c.first + key, c.first + i) === StatusNoKey) {
    c.error('ERR could not decode requested zset member');
    return false;
  }
  keepCentre(c);
  return true;
}

/** A radius and its unit; false with the error replied. */
function readRadius(c: Call, i: number): boolean {
  const radius = readLength(c, i, 'ERR need numeric radius');
  if (radius === null) return false;
  if (radius < 0) {
    c.error('ERR radius cannot be negative');
    return false;
  }
  search.width = radius;
  search.unit = readUnit(c, i + 1);
  return search.unit !== 0;
}

/** Width, height and their unit; false with the error replied. */
function readBox(c: Call, i: number): boolean {
  const width = readLength(c, i, 'ERR need numeric width');
  const height = width === null ? null : readLength(c, i + 1, 'ERR need numeric height');
  if (width === null || height === null) return false;
  if (width < 0 || height < 0) {
    c.error('ERR height or width cannot be negative');
    return false;
  }
  search.width = width;
  search.height = height;
  search.unit = readUnit(c, i + 2);
  search.flags |= SearchBox;
  return search.unit !== 0;
}

function readCount(c: Call, i: number): boolean {
  const count = c.integerOrError(i);
  if (count === null) return false;
  search.count = count;
  if (count <= 0) c.error('ERR COUNT must be > 0');
  return count > 0;
}

/** Reads the flag at `i`; whether it is one. */
function readFlag(c: Call, i: number, syntax: SearchSyntax): boolean {
  for (const [name, set, clear] of SEARCH_FLAGS) {
    if (!c.is(i, name)) continue;
    search.flags = (search.flags & ~clear) | set;
    return true;
  }
  if (syntax.stores !== 'target' || !c.is(i, STOREDIST)) return false;
  search.flags |= SearchStoreDistance;
  return true;
}

const FAILED = -1;
const NOT_THIS = 0;

/** Reads what says where to search, at `i`: how many arguments follow it, FAILED, or NOT_THIS. */
function readWhere(c: Call, i: number, left: number, key: number): number {
  if (c.is(i, FROMMEMBER) && left >= 1 && !search.fromPoint) {
    search.fromMember = true;
    return readMember(c, key, i + 1) ? 1 : FAILED;
  }
  if (c.is(i, FROMLONLAT) && left >= 2 && !search.fromMember) {
    search.fromPoint = true;
    return readPoint(c, i + 1) ? 2 : FAILED;
  }
  if (c.is(i, BYRADIUS) && left >= 2 && !search.byBox) {
    search.byRadius = true;
    return readRadius(c, i + 1) ? 2 : FAILED;
  }
  if (c.is(i, BYBOX) && left >= 3 && !search.byRadius) {
    search.byBox = true;
    return readBox(c, i + 1) ? 3 : FAILED;
  }
  return NOT_THIS;
}

/** Reads an option with values at `i` likewise. */
function readOption(c: Call, i: number, syntax: SearchSyntax): number {
  const left = c.count - i - 1;
  if (c.is(i, COUNT) && left >= 1) return readCount(c, i + 1) ? 1 : FAILED;
  if (syntax.from === 'options') return readWhere(c, i, left, syntax.key);
  const byDistance = c.is(i, STOREDIST);
  if (syntax.stores !== 'option' || left < 1 || !(byDistance || c.is(i, STORE))) return NOT_THIS;
  // Permissions are checked on the first target of a word, as the key specifications find it; the last is written.
  if (search.target >= 0 && (c.client.gate & Gate.restricted) !== 0) return NOT_THIS;
  search.target = c.first + i + 1;
  search.flags &= ~SearchStoreDistance;
  if (byDistance) search.flags |= SearchStoreDistance;
  return 1;
}

/** Reads all options; false with the error replied. */
function readOptions(c: Call, syntax: SearchSyntax): boolean {
  for (let i = syntax.options; i < c.count; i++) {
    if (readFlag(c, i, syntax)) continue;
    const read = readOption(c, i, syntax);
    if (read === NOT_THIS) c.syntaxError();
    if (read <= 0) return false;
    i += read;
  }
  return checkOptions(c, syntax);
}

/** Whether the options go together; replies the error if they do not. */
function checkOptions(c: Call, { stores, from }: SearchSyntax): boolean {
  if (search.target >= 0 && (search.flags & WITH) !== 0) {
    const what = stores === 'target' ? 'GEOSEARCHSTORE' : 'STORE option in GEORADIUS';
    c.error(`ERR ${what} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`);
  } else if (from === 'options' && !search.fromMember && !search.fromPoint) {
    c.reply.errorBytes(`ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${c.quotedText(0)}`);
  } else if (from === 'options' && !search.byRadius && !search.byBox) {
    c.reply.errorBytes(`ERR exactly one of BYRADIUS and BYBOX can be specified for ${c.quotedText(0)}`);
  } else if ((search.flags & SearchAny) !== 0 && search.count === 0) {
    c.error('ERR the ANY argument requires COUNT argument');
  } else {
    return true;
  }
  return false;
}

/** Reads what stands in front of the options; false with the error replied. */
function readFront(c: Call, { key, from }: SearchSyntax): boolean {
  if (from === 'point') return readPoint(c, 2) && readRadius(c, 4);
  // Without a source the radius does not matter, and is not looked at.
  if (from === 'member') return !search.hasSource || (readMember(c, key, 2) && readRadius(c, 3));
  return true;
}

function runSearch(c: Call, syntax: SearchSyntax): void {
  const key = c.first + syntax.key;
  const type = c.store.typeOf(key, 1);
  if (type !== TypeSortedSet && type !== StatusNoKey) {
    c.wrongType();
    return;
  }
  clearSearch(c, syntax, type === TypeSortedSet);
  if (!readFront(c, syntax) || !readOptions(c, syntax)) return;
  const { numbers } = c;
  let { flags } = search;
  // The nearest ones are wanted, if only some are and nothing else is said.
  if (search.count !== 0 && (flags & (SearchAny | SearchDescending)) === 0) flags |= SearchAscending;
  numbers[NumberA] = search.count;
  numbers[NumberB] = search.longitude;
  numbers[NumberC] = search.latitude;
  numbers[NumberD] = search.width;
  numbers[NumberE] = search.height;
  numbers[NumberF] = search.unit;
  if (search.target < 0) return c.finishRead(c.store.writePlacesWithin(key, flags));
  const stored = c.store.storePlacesWithin(search.target, key, flags);
  const event = syntax.stores === 'target' ? 'geosearchstore' : 'georadiusstore';
  c.stored(search.target - c.first, stored, EventClass.sortedSet, event, stored);
  c.reply.integer(stored);
}

function searcher(syntax: SearchSyntax): (c: Call) => void {
  return (c) => runSearch(c, syntax);
}

// ---- declarations --------------------------------------------------------------------------------------------------

/** The key behind the word STORE or STOREDIST, looked for from an argument on. */
function targets(from: number): KeySpec[] {
  return ['STORE', 'STOREDIST'].map((keyword) => ({
    flags: ['OW', 'update'],
    begin: { keyword, from },
    find: { last: 0, step: 1, limit: 0 },
  }));
}
const SOURCE = keyAt(1, 'RO', 'access');
const SEARCH_COMPLEXITY =
  'O(log(N)+M) for N members of which M are near the border of the area or in it, on a worker if there are many';

export const geo: readonly CommandDeclaration[] = [
  {
    name: 'geoadd',
    arity: -5,
    flags: ['write', 'denyoom'],
    group: 'geo',
    keys: [keyAt(1, 'RW', 'update')],
    since: '3.2.0',
    summary: 'Adds places to a sorted set, or moves them',
    complexity: 'O(M*log(N)) for M places and N members',
    arguments: `
      key#0 [condition@6.2.0(NX | XX)] [change=CH@6.2.0] data(longitude:double latitude:double member)...`,
    history: { '6.2.0': 'CH, NX and XX' },
    reply: 'integer',
    handler: geoadd,
  },
  {
    name: 'geopos',
    arity: -2,
    flags: ['readonly'],
    group: 'geo',
    keys: [SOURCE],
    since: '3.2.0',
    summary: 'Tells the longitudes and latitudes of places',
    complexity: 'O(M) for M places',
    arguments: 'key#0 [member...]',
    reply: 'array',
    handler: geopos,
  },
  {
    name: 'geodist',
    arity: -4,
    flags: ['readonly'],
    group: 'geo',
    keys: [SOURCE],
    since: '3.2.0',
    summary: 'Tells how far two places are from each other',
    complexity: 'O(1)',
    arguments: 'key#0 member1 member2 [unit(M | KM | FT | MI)]',
    reply: ['bulk', 'null'],
    handler: geodist,
  },
  {
    name: 'geohash',
    arity: -2,
    flags: ['readonly'],
    group: 'geo',
    keys: [SOURCE],
    since: '3.2.0',
    summary: 'Tells the geohashes of places',
    complexity: 'O(M) for M places',
    arguments: 'key#0 [member...]',
    reply: 'array',
    handler: geohash,
  },
  {
    name: 'geosearch',
    arity: -7,
    flags: ['readonly'],
    group: 'geo',
    keys: [SOURCE],
    since: '6.2.0',
    summary: 'Lists the places in a circle or a box',
    complexity: SEARCH_COMPLEXITY,
    arguments: `
      key#0 from(FROMMEMBER member | FROMLONLAT fromlonlat(longitude:double latitude:double))
      by(circle(BYRADIUS radius:double unit(M | KM | FT | MI))
        | box(BYBOX width:double height:double unit(M | KM | FT | MI)))
      [order(ASC | DESC)] [count-block(COUNT count:integer [ANY])] [WITHCOORD] [WITHDIST] [WITHHASH]`,
    history: { '7.0.0': 'Units in upper case' },
    reply: 'array',
    handler: searcher({ key: 1, options: 2, from: 'options', stores: 'never' }),
  },
  {
    name: 'geosearchstore',
    arity: -8,
    flags: ['write', 'denyoom'],
    group: 'geo',
    keys: [keyAt(1, 'OW', 'update'), keyAt(2, 'RO', 'access')],
    since: '6.2.0',
    summary: 'Stores the places in a circle or a box',
    complexity: 'O(log(N)+M*log(M)) for N members of which M are near the border of the area or in it',
    arguments: `
      destination#0 source#1
      from(FROMMEMBER member | FROMLONLAT fromlonlat(longitude:double latitude:double))
      by(circle(BYRADIUS radius:double unit(M | KM | FT | MI))
        | box(BYBOX width:double height:double unit(M | KM | FT | MI)))
      [order(ASC | DESC)] [count-block(COUNT count:integer [ANY])] [STOREDIST]`,
    history: { '7.0.0': 'Units in upper case' },
    reply: 'integer',
    handler: searcher({ key: 2, options: 3, from: 'options', stores: 'target' }),
  },
  {
    name: 'georadius',
    arity: -6,
    flags: ['write', 'denyoom'],
    group: 'geo',
    keys: [SOURCE, ...targets(6)],
    since: '3.2.0',
    summary: 'Lists or stores the places around a point',
    complexity: SEARCH_COMPLEXITY,
    arguments: `
      key#0 longitude:double latitude:double radius:double unit(M | KM | FT | MI) [WITHCOORD] [WITHDIST]
      [WITHHASH] [count-block(COUNT count:integer [ANY@6.2.0])] [order(ASC | DESC)]
      [store(STORE storekey#1~key | STOREDIST storedistkey#2~key)]`,
    history: { '6.2.0': 'ANY', '7.0.0': 'Units in upper case' },
    reply: ['array', 'integer'],
    deprecated: {
      since: '6.2.0',
      replacedBy: '`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument',
    },
    handler: searcher({ key: 1, options: 6, from: 'point', stores: 'option' }),
  },
  {
    name: 'georadius_ro',
    arity: -6,
    flags: ['readonly'],
    group: 'geo',
    keys: [SOURCE],
    since: '3.2.10',
    summary: 'Lists the places around a point',
    complexity: SEARCH_COMPLEXITY,
    arguments: `
      key#0 longitude:double latitude:double radius:double unit(M | KM | FT | MI) [WITHCOORD] [WITHDIST]
      [WITHHASH] [count-block(COUNT count:integer [ANY@6.2.0])] [order(ASC | DESC)]`,
    history: { '6.2.0': 'ANY', '7.0.0': 'Units in upper case' },
    reply: 'array',
    deprecated: { since: '6.2.0', replacedBy: '`GEOSEARCH` with the `BYRADIUS` argument' },
    handler: searcher({ key: 1, options: 6, from: 'point', stores: 'never' }),
  },
  {
    name: 'georadiusbymember',
    arity: -5,
    flags: ['write', 'denyoom'],
    group: 'geo',
    keys: [SOURCE, ...targets(5)],
    since: '3.2.0',
    summary: 'Lists or stores the places around a member',
    complexity: SEARCH_COMPLEXITY,
    arguments: `
      key#0 member radius:double unit(M | KM | FT | MI) [WITHCOORD] [WITHDIST] [WITHHASH]
      [count-block(COUNT count:integer [ANY])] [order(ASC | DESC)]
      [store(STORE storekey#1~key | STOREDIST storedistkey#2~key)]`,
    history: { '6.2.0': 'ANY', '7.0.0': 'Units in upper case' },
    reply: ['array', 'integer'],
    deprecated: {
      since: '6.2.0',
      replacedBy: '`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments',
    },
    handler: searcher({ key: 1, options: 5, from: 'member', stores: 'option' }),
  },
  {
    name: 'georadiusbymember_ro',
    arity: -5,
    flags: ['readonly'],
    group: 'geo',
    keys: [SOURCE],
    since: '3.2.10',
    summary: 'Lists the places around a member',
    complexity: SEARCH_COMPLEXITY,
    arguments: `
      key#0 member radius:double unit(M | KM | FT | MI) [WITHCOORD] [WITHDIST] [WITHHASH]
      [count-block(COUNT count:integer [ANY])] [order(ASC | DESC)]`,
    history: { '6.2.0': 'ANY', '7.0.0': 'Units in upper case' },
    reply: 'array',
    deprecated: {
      since: '6.2.0',
      replacedBy: '`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments',
    },
    handler: searcher({ key: 1, options: 5, from: 'member', stores: 'never' }),
  },
];
