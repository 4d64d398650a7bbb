// Expiry: setting a key's time to live, asking for it, taking it away.
//
// The store keeps absolute times in ms. A time that has passed removes the key at once, which counts as
// setting it.
import {
  ExpireIfAny,
  ExpireIfGreater,
  ExpireIfLess,
  ExpireIfNone,
  StatusNotInteger,
} from '../store/layout.js';
import type { Call } from './call.js';
import { EventClass } from './changes.js';
import { word } from './call.js';
import { type CommandDeclaration, keyAt } from './command.js';
import { EffectWord } from './effects.js';
import { Errors, invalidExpire } from './errors.js';

const NX = word('NX');
const XX = word('XX');
const GT = word('GT');
const LT = word('LT');

const SECOND_MS = 1000;
/** The first condition of EXPIRE and its relatives. */
const CONDITIONS_AT = 3;

/** `unitMs`: unit of the argument; `relative`: 1 if it counts from now. */
function expire(c: Call, unitMs: number, relative: number): void {
  const conditions = c.count === CONDITIONS_AT ? 0 : readConditions(c);
  if (conditions < 0) return;
  const status = c.store.readExpiry(c.first + 2, unitMs, relative);
  if (status < 0)
    return c.error(status === StatusNotInteger ? Errors.notInteger : invalidExpire(c.command.fullName));
  const done = c.store.expireKey(c.first + 1, conditions);
  if (done > 0) {
    c.changed(1, EventClass.generic, done === 1 ? 'expire' : 'del');
    if (c.effects.isOn) leaveExpiry(c, done, unitMs === 1 && relative === 0);
  }
  c.reply.integer(done > 0 ? 1 : 0);
}

// The time in full, unless it was given so, and the conditions, which will be met again.
function leaveExpiry(c: Call, done: number, isFull: boolean): void {
  const { effects } = c;
  if (done !== 1) return effects.expired(c, 1);
  if (isFull) return;
  effects.begin(c, EffectWord.PEXPIREAT, c.count);
  effects.argument(c, 1);
  effects.expiry();
  effects.argument(c, 3, c.count - 3);
}

// The flags of the conditions, or -1 with the error replied.
function readConditions(c: Call): number {
  let flags = 0;
  for (let i = CONDITIONS_AT; i < c.count; i++) {
    if (c.is(i, NX)) flags |= ExpireIfNone;
    else if (c.is(i, XX)) flags |= ExpireIfAny;
    else if (c.is(i, GT)) flags |= ExpireIfGreater;
    else if (c.is(i, LT)) flags |= ExpireIfLess;
    else {
      // Line breaks at the end are dropped, not shown as spaces.
      c.reply.errorBytes(`ERR Unsupported option ${c.quotedText(i)}`.replace(/[\r\n]+$/, ''));
      return -1;
    }
  }
  if ((flags & ExpireIfNone) !== 0 && flags !== ExpireIfNone) {
    c.error('ERR NX and XX, GT or LT options at the same time are not compatible');
    return -1;
  }
  if ((flags & ExpireIfGreater) !== 0 && (flags & ExpireIfLess) !== 0) {
    c.error('ERR GT and LT options at the same time are not compatible');
    return -1;
  }
  return flags;
}

/** `absolute`: 1 for the time of expiry, 0 for what is left until then. */
function tell(c: Call, unitMs: number, absolute: number): void {
  c.store.writeExpiry(c.first + 1, unitMs, absolute);
}

function persist(c: Call): void {
  const persisted = c.store.persistKey(c.first + 1);
  if (persisted === 1) c.changed(1, EventClass.generic, 'persist');
  c.reply.integer(persisted);
}

// ---- declarations -----------------------------------------------------------------------------------------

const WRITES: Pick<CommandDeclaration, 'arity' | 'flags' | 'group' | 'keys' | 'complexity' | 'reply'> = {
  arity: -3,
  flags: ['write', 'fast'],
  group: 'generic',
  keys: [keyAt(1, 'RW', 'update')],
  complexity: 'O(1)',
  reply: 'integer',
};

const READS: Pick<CommandDeclaration, 'arity' | 'flags' | 'group' | 'keys' | 'complexity' | 'reply'> = {
  arity: 2,
  flags: ['readonly', 'fast'],
  group: 'generic',
  keys: [keyAt(1, 'RO', 'access')],
  complexity: 'O(1)',
  reply: 'integer',
};

/** What a time is set under, as an argument. */
const CONDITION = '[condition@7.0.0(NX | XX | GT | LT)]';

export const expiry: readonly CommandDeclaration[] = [
  {
    ...WRITES,
    name: 'expire',
    since: '1.0.0',
    summary: 'Gives a key a time to live in seconds, under conditions on request',
    arguments: `key#0 seconds:integer ${CONDITION}`,
    history: { '7.0.0': 'NX, XX, GT and LT' },
    handler: (c) => expire(c, SECOND_MS, 1),
  },
  {
    ...WRITES,
    name: 'pexpire',
    since: '2.6.0',
    summary: 'Gives a key a time to live in milliseconds, under conditions on request',
    arguments: `key#0 milliseconds:integer ${CONDITION}`,
    history: { '7.0.0': 'NX, XX, GT and LT' },
    handler: (c) => expire(c, 1, 1),
  },
  {
    ...WRITES,
    name: 'expireat',
    since: '1.2.0',
    summary: 'Lets a key expire at a Unix time in seconds, under conditions on request',
    arguments: `key#0 unix-time-seconds:unix-time ${CONDITION}`,
    history: { '7.0.0': 'NX, XX, GT and LT' },
    handler: (c) => expire(c, SECOND_MS, 0),
  },
  {
    ...WRITES,
    name: 'pexpireat',
    since: '2.6.0',
    summary: 'Lets a key expire at a Unix time in milliseconds, under conditions on request',
    arguments: `key#0 unix-time-milliseconds:unix-time ${CONDITION}`,
    history: { '7.0.0': 'NX, XX, GT and LT' },
    handler: (c) => expire(c, 1, 0),
  },
  {
    ...READS,
    name: 'ttl',
    tips: ['nondeterministic_output'],
    since: '1.0.0',
    summary: 'Tells how many seconds a key has left to live',
    arguments: 'key#0',
    history: { '2.8.0': 'Tells apart that there is no key' },
    handler: (c) => tell(c, SECOND_MS, 0),
  },
  {
    ...READS,
    name: 'pttl',
    tips: ['nondeterministic_output'],
    since: '2.6.0',
    summary: 'Tells how many milliseconds a key has left to live',
    arguments: 'key#0',
    history: { '2.8.0': 'Tells apart that there is no key' },
    handler: (c) => tell(c, 1, 0),
  },
  {
    ...READS,
    name: 'expiretime',
    since: '7.0.0',
    summary: 'Tells the Unix time in seconds at which a key expires',
    arguments: 'key#0',
    handler: (c) => tell(c, SECOND_MS, 1),
  },
  {
    ...READS,
    name: 'pexpiretime',
    since: '7.0.0',
    summary: 'Tells the Unix time in milliseconds at which a key expires',
    arguments: 'key#0',
    handler: (c) => tell(c, 1, 1),
  },
  {
    ...WRITES,
    name: 'persist',
    arity: 2,
    since: '2.2.0',
    summary: 'Lets a key live for ever',
    arguments: 'key#0',
    handler: persist,
  },
];
