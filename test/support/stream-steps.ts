/**
 * Steps for streams: entries, identifiers that the server makes, and replies that tell how long ago something
 * was.
 */
import { rewritten } from './key-steps.js';
import type { Argument } from './command-line.js';
import { numberOf, textOf, type Reply } from './reply.js';
import type { Action, Step } from './steps.js';

/** The greatest number of 64 bits, as each half of an identifier can be. */
export const MAX = '18446744073709551615';

/** Five entries of `k`. */
export const FIVE: readonly Step[] = [
  'XADD k 1-1 a 1',
  'XADD k 1-2 b 2',
  'XADD k 2-0 c 3',
  'XADD k 5-5 d 4',
  'XADD k 7-0 e 5',
];

const CLOCK_TOLERANCE_MS = 5_000;
const AGE_UNIT_MS = 10_000;
/** What is greater is a time, not an age: September 2001. */
const FIRST_TIME_MS = 1_000_000_000_000;
const CLOCK_FIELDS = new Set(['idle', 'inactive', 'seen-time', 'active-time']);
const SIZE_FIELDS = new Set(['radix-tree-keys', 'radix-tree-nodes']);

/** An identifier near the clock becomes `now-<sequence>`; anything else stays. */
function withoutTime(reply: Reply): Reply {
  if (reply.items !== undefined) return mapItems(reply, withoutTime);
  const match = /^(\d{12,14})-(\d+)$/.exec(textOf(reply) ?? '');
  if (match === null || Math.abs(Number(match[1]) - Date.now()) > CLOCK_TOLERANCE_MS) return reply;
  return { type: reply.type, text: Buffer.from(`now-${match[2]}`) };
}

/** A command that makes or shows identifiers from the clock: the time in them is taken out. */
export function generatedId(line: string | readonly Argument[]): Action {
  return rewritten(line, withoutTime);
}

/**
 * An age, rounded to ten seconds, or a time as its distance from now, rounded likewise; -1 for never stays.
 * Anything else than an integer stays.
 */
function judgedClock(reply: Reply): Reply {
  const value = numberOf(reply);
  if (reply.type !== ':' || value < 0) return reply;
  const passed = value > FIRST_TIME_MS ? Date.now() - value : value;
  const rounded = Math.round(passed / AGE_UNIT_MS) * AGE_UNIT_MS;
  return { type: ':', text: Buffer.from(`${value > FIRST_TIME_MS ? 'now - ' : ''}${rounded}`) };
}

/**
 * XINFO without what the clock decides (ages are 0, times now) and without the sizes of the structure behind
 * it, which must be positive integers. Fields are compared in their order.
 */
function withoutClocks(reply: Reply): Reply {
  return mapItems(reply, (item, at) => {
    const name = at % 2 === 1 ? (textOf(reply.items?.[at - 1]) ?? '') : '';
    if (CLOCK_FIELDS.has(name)) return judgedClock(item);
    if (SIZE_FIELDS.has(name) && item.type === ':' && numberOf(item) > 0)
      return { type: ':', text: Buffer.from('positive') };
    return name === 'pending' || name === 'pel' ? withoutDeliveryTimes(item) : withoutClocks(item);
  });
}

/** Every item of a reply, rewritten; a reply without items stays. */
function mapItems(reply: Reply, rewrite: (item: Reply, at: number, count: number) => Reply): Reply {
  const { items, type } = reply;
  if (items === undefined) return reply;
  return { type, items: items.map((item, at) => rewrite(item, at, items.length)) };
}

/**
 * Entries of a pending list in XINFO FULL: (id, consumer, time, count) of a group, (id, time, count) of a
 * consumer.
 */
function withoutDeliveryTimes(reply: Reply): Reply {
  return mapItems(reply, (entry) =>
    mapItems(entry, (part, at, count) => (at === count - 2 ? judgedClock(part) : part)),
  );
}

/** XINFO in any form, see `withoutClocks`. */
export function streamInfo(line: string): Action {
  return rewritten(line, withoutClocks);
}

/** XPENDING with a range: ages are rounded to ten seconds. */
export function pendingEntries(line: string): Action {
  return rewritten(line, (reply) =>
    mapItems(reply, (entry) => mapItems(entry, (part, at) => (at === 2 ? judgedClock(part) : part))),
  );
}
