// Counters: strings that hold a number, INCR with its relatives.
import {
  StatusInvalid,
  StatusNotFloat,
  StatusNotInteger,
  StatusOverflow,
  StatusWrongType,
} from '../store/layout.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { type CommandDeclaration, keyAt } from './command.js';
import { Errors } from './errors.js';
import { oneEach, writeRunOf } from './runs.js';
import { leaveFloat } from './string-effects.js';

function finishCounter(c: Call, status: number): void {
  if (status === 0) c.changed(1, EventClass.string, 'incrby');
  else if (status === StatusWrongType) c.wrongType();
  else if (status === StatusNotInteger) c.error(Errors.notInteger);
  else if (status === StatusOverflow) c.error(Errors.overflow);
  else if (status === StatusInvalid) c.error('ERR decrement would overflow');
}

function incr(c: Call): void {
  finishCounter(c, c.store.incrementString(c.first + 1, 1));
}

const incrRun = writeRunOf(
  (c, first, length) => c.store.incrementStrings(first, length, 2, 1),
  incr,
  oneEach,
);

function incrby(c: Call, negate: number): void {
  if (c.integerOrError(2) === null) return;
  finishCounter(c, c.store.incrementByRegister(c.first + 1, negate));
}

function incrbyfloat(c: Call): void {
  const before = c.reply.position;
  const status = c.store.incrementFloat(c.first + 1, c.first + 2);
  if (status === 0) {
    c.changed(1, EventClass.string, 'incrbyfloat');
    if (c.effects.isOn) leaveFloat(c, before);
  } else if (status === StatusWrongType) c.wrongType();
  else if (status === StatusNotFloat) c.error(Errors.notFloat);
  else if (status === StatusInvalid) c.error('ERR increment would produce NaN or Infinity');
}

// ---- declarations --------------------------------------------------------------------------------------------------

const COUNTER = keyAt(1, 'RW', 'access', 'update');

export const counters: readonly CommandDeclaration[] = [
  {
    name: 'incr',
    arity: 2,
    flags: ['write', 'denyoom', 'fast'],
    group: 'string',
    keys: [COUNTER],
    since: '1.0.0',
    summary: 'Adds one to an integer',
    complexity: 'O(1)',
    arguments: 'key#0',
    reply: 'integer',
    handler: incr,
    run: { count: 2, handler: incrRun },
  },
  {
    name: 'decr',
    arity: 2,
    flags: ['write', 'denyoom', 'fast'],
    group: 'string',
    keys: [COUNTER],
    since: '1.0.0',
    summary: 'Subtracts one from an integer',
    complexity: 'O(1)',
    arguments: 'key#0',
    reply: 'integer',
    handler: (c) => finishCounter(c, c.store.incrementString(c.first + 1, -1)),
  },
  {
    name: 'incrby',
    arity: 3,
    flags: ['write', 'denyoom', 'fast'],
    group: 'string',
    keys: [COUNTER],
    since: '1.0.0',
    summary: 'Adds a number to an integer',
    complexity: 'O(1)',
    arguments: 'key#0 increment:integer',
    reply: 'integer',
    handler: (c) => incrby(c, 0),
  },
  {
    name: 'decrby',
    arity: 3,
    flags: ['write', 'denyoom', 'fast'],
    group: 'string',
    keys: [COUNTER],
    since: '1.0.0',
    summary: 'Subtracts a number from an integer',
    complexity: 'O(1)',
    arguments: 'key#0 decrement:integer',
    reply: 'integer',
    handler: (c) => incrby(c, 1),
  },
  {
    name: 'incrbyfloat',
    arity: 3,
    flags: ['write', 'denyoom', 'fast'],
    group: 'string',
    keys: [COUNTER],
    since: '2.6.0',
    summary: 'Adds a floating-point number to a number',
    complexity: 'O(1)',
    arguments: 'key#0 increment:double',
    reply: 'bulk',
    handler: incrbyfloat,
  },
];
