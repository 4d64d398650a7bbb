// HyperLogLog: approximate counts of distinct elements, kept in strings.
import { StatusCorrupt, StatusInvalid, StatusNoKey, StatusWrongType } from '../store/layout.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, keyAt, keysFrom } from './command.js';

const GETREG = word('GETREG');
const DECODE = word('DECODE');
const ENCODING = word('ENCODING');
const TODENSE = word('TODENSE');

const INT32_MAX = 2 ** 31 - 1;
/** Distinct elements that PFSELFTEST counts: a tenth of a second. */
const SELF_TEST_ELEMENTS = 1_000_000;

/** Bytes up to which a value stays sparse. */
function sparseBytesMax(c: Call): number {
  return Math.min(c.server.config.hllSparseMaxBytes, INT32_MAX);
}

/** Whether a status is one of the errors of a HyperLogLog; replies it then. */
function isError(c: Call, status: number): boolean {
  if (status >= 0) return false;
  if (status === StatusWrongType) c.wrongType();
  else if (status === StatusInvalid) c.error('WRONGTYPE Key is not a valid HyperLogLog string value.');
  else if (status === StatusCorrupt) c.error('INVALIDOBJ Corrupted HLL object detected');
  else if (status === StatusNoKey) c.error('ERR The specified key does not exist');
  return true;
}

function pfadd(c: Call): void {
  const status = c.store.addToHll(c.first + 1, c.first + 2, c.count - 2, sparseBytesMax(c));
  if (isError(c, status)) return;
  if (status === 1) c.changed(1, EventClass.string, 'pfadd', c.affected);
  c.reply.integer(status);
}

function pfcount(c: Call): void {
  if (isError(c, c.store.countHll(c.first + 1, c.count - 1))) return;
  // The estimate of one key is kept in its value.
  if (c.count === 2 && c.affected !== 0) c.touched(1);
}

function pfmerge(c: Call): void {
  if (isError(c, c.store.mergeHlls(c.first + 1, c.count - 1, sparseBytesMax(c)))) return;
  c.changed(1, EventClass.string, 'pfadd');
  c.reply.ok();
}

// False with the error replied. `sparse`: 1 if it is sparse, and so changes.
function makesDense(c: Call, key: number, sparse: number): boolean {
  if (isError(c, c.store.makeHllDense(key))) return false;
  c.countChanges(sparse);
  return true;
}

function pfdebug(c: Call): void {
  const key = c.first + 2;
  const sparse = c.store.openHll(key);
  if (isError(c, sparse)) return;
  if (c.is(1, GETREG)) {
    if (makesDense(c, key, sparse)) c.store.writeHllRegisters(key);
  } else if (c.is(1, DECODE)) {
    if (sparse === 1) isError(c, c.store.writeHllCodes(key));
    else c.error('ERR HLL encoding is not sparse');
  } else if (c.is(1, ENCODING)) {
    c.reply.status(sparse === 1 ? 'sparse' : 'dense');
  } else if (c.is(1, TODENSE)) {
    if (makesDense(c, key, sparse)) c.reply.integer(sparse);
  } else {
    c.reply.errorBytes(`ERR Unknown PFDEBUG subcommand '${c.quotedText(1)}'`);
  }
}

function pfselftest(c: Call): void {
  if (c.store.testHll(SELF_TEST_ELEMENTS) === 1) c.reply.ok();
  else c.error('TESTFAILED the HyperLogLog implementation does not agree with itself');
}

// ---- declarations -----------------------------------------------------------------------------------------

export const hyperloglog: readonly CommandDeclaration[] = [
  {
    name: 'pfadd',
    arity: -2,
    flags: ['write', 'denyoom', 'fast'],
    group: 'hyperloglog',
    keys: [keyAt(1, 'RW', 'insert')],
    since: '2.8.9',
    summary: 'Adds elements to a HyperLogLog, creating it if it is missing',
    complexity: 'O(1) for each element of a dense one, O(N) for N codes of a sparse one',
    arguments: 'key#0 [element...]',
    reply: 'integer',
    handler: pfadd,
  },
  {
    name: 'pfcount',
    arity: -2,
    flags: ['readonly', 'may_replicate'],
    group: 'hyperloglog',
    keys: [
      {
        ...keysFrom(1, ['RW', 'access']),
        notes: 'It is written since the count is kept in it',
      },
    ],
    since: '2.8.9',
    summary: 'Estimates how many distinct elements were added to a HyperLogLog, or to any of several',
    complexity: 'O(1) for a key whose estimate is known, otherwise O(N) for N keys, 16384 registers each',
    arguments: 'key#0...',
    reply: 'integer',
    handler: pfcount,
  },
  {
    name: 'pfmerge',
    arity: -2,
    flags: ['write', 'denyoom'],
    group: 'hyperloglog',
    keys: [keyAt(1, 'RW', 'access', 'insert'), keysFrom(2, ['RO', 'access'])],
    since: '2.8.9',
    summary: 'Adds to a HyperLogLog all that was added to others',
    complexity: 'O(N) for N keys, 16384 registers each',
    arguments: 'destkey#0 [sourcekey#1...]',
    reply: 'status',
    handler: pfmerge,
  },
  {
    name: 'pfdebug',
    docFlags: ['syscmd'],
    arity: 3,
    flags: ['write', 'denyoom', 'admin'],
    group: 'hyperloglog',
    keys: [keyAt(2, 'RW', 'access')],
    since: '2.8.9',
    summary: 'Looks inside a HyperLogLog',
    complexity: 'O(1), 16384 registers',
    arguments: 'subcommand key#0',
    reply: ['array', 'bulk', 'status', 'integer'],
    handler: pfdebug,
  },
  {
    name: 'pfselftest',
    docFlags: ['syscmd'],
    arity: 1,
    flags: ['admin'],
    group: 'hyperloglog',
    since: '2.8.9',
    summary: 'Checks the implementation of HyperLogLogs against itself',
    complexity: 'O(1), a million elements',
    reply: 'status',
    handler: pfselftest,
  },
];
