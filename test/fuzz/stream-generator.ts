/**
 * Random commands over streams and their groups: mostly valid, sometimes not.
 *
 * New identifiers take their milliseconds from the place in the sequence, so that they ascend; others are
 * around those, so that commands meet. Now and then come hundreds of entries in a row. Left out is what the
 * clock decides (generated identifiers, ages) and trimming by about (`~`), which follows the nodes of each
 * server. Arguments are strings of Latin-1 characters, one per byte.
 */
import fc from 'fast-check';
import { command, maybe, word, type Command } from './grammar.js';

/** Stands for the place in the sequence. */
const PLACE = '@';

const key = fc.oneof(
  { weight: 12, arbitrary: word('a', 'b') },
  { weight: 1, arbitrary: word('', 'text', 'none') },
);
const field = fc.oneof(
  word('f', 'g', 'h', '', '12', '-1', '\0\xff'),
  fc.integer({ min: 1, max: 300 }).map((size) => 'v'.repeat(size)),
);
const pairs = fc
  .array(fc.tuple(field, field), { minLength: 1, maxLength: 3 })
  .map((list): string[] => list.flat());
const known = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 200 }).map((ms) => `${ms}-0`) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 600 }).map(String) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }).map((back) => `${PLACE}-${back}`) },
  {
    weight: 1,
    arbitrary: word('0', '0-0', '18446744073709551615', '18446744073709551615-1', 'x', '', '1-x'),
  },
);
const fresh = fc.oneof(
  { weight: 12, arbitrary: word(`${PLACE}-*`, `${PLACE}-0`, `${PLACE}-7`) },
  { weight: 1, arbitrary: known },
);
const bound = fc.oneof(
  word('-', '+'),
  known,
  known.map((id) => `(${id}`),
);
const count = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 12 }).map(String) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 700 }).map(String) },
  { weight: 1, arbitrary: word('-1', 'x', '', '9223372036854775807', '9223372036854775808') },
);
const group = fc.oneof({ weight: 10, arbitrary: word('g', 'h') }, { weight: 1, arbitrary: word('none', '') });
const consumer = word('c1', 'c2', 'c3', '');
const trim = fc.oneof(
  fc.tuple(word('MAXLEN'), maybe(word('=')), count).map((list) => list.flat()),
  fc.tuple(word('MINID'), maybe(word('=')), known).map((list) => list.flat()),
);
const ids = fc.array(known, { minLength: 1, maxLength: 6 });
const readCount = maybe(word('COUNT', 'count'), count);

const streamCommands = [
  command('XADD', key, fresh, pairs), command('XADD', key, fresh, pairs), command('XADD', key,
    maybe(word('NOMKSTREAM')), maybe(trim), fresh, pairs), command('XLEN', key), command('XDEL', key, ids),
    command('XTRIM', key, trim), command('XRANGE', key, bound, bound, readCount), command('XREVRANGE', key,
    bound, bound, readCount),
  command('XREAD', readCount, word('STREAMS'), key, known), command('XREAD', readCount, word('STREAMS'), key,
    key, known, known), command('XSETID', key, known, maybe(word('ENTRIESADDED'), count),
    maybe(word('MAXDELETEDID'), known)), command('TYPE', key), command('DEL', key), command('COPY', key, key,
    maybe(word('REPLACE'))),
  command('RENAME', key, key), command('SET', word('text'), field), command('XRANGE', key, word('-'),
    word('+')),
]; // prettier-ignore
const groupCommands = [
  command('XGROUP', word('CREATE'), key, group, fc.oneof(known, word('0', '$', '0')), maybe(word('MKSTREAM')),
    maybe(word('ENTRIESREAD'), count)), command('XGROUP', word('SETID'), key, group, fc.oneof(known, word('0',
    '$')), maybe(word('ENTRIESREAD'), count)), command('XGROUP', word('DESTROY'), key, group),
  command('XGROUP', word('CREATECONSUMER', 'DELCONSUMER'), key, group, consumer), command('XREADGROUP',
    word('GROUP'), group, consumer, readCount, maybe(word('NOACK')), word('STREAMS'), key, fc.oneof(word('>',
    '>', '0'), known)), command('XREADGROUP', word('GROUP'), group, consumer, readCount, word('STREAMS'), key,
    word('>')),
  command('XREADGROUP', word('GROUP'), group, consumer, readCount, word('STREAMS'), key, key, word('>', '0'),
    word('>', '0')), command('XACK', key, group, ids), command('XPENDING', key, group), command('XCLAIM', key,
    group, consumer, word('0'), ids, maybe(word('RETRYCOUNT'), count), maybe(word('FORCE')),
    maybe(word('JUSTID')), maybe(word('LASTID'), known)),
  command('XAUTOCLAIM', key, group, consumer, word('0'), bound, readCount, maybe(word('JUSTID'))),
    command('XINFO', word('GROUPS'), key),
]; // prettier-ignore

/** Hundreds of entries in a row. */
const many = fc
  .tuple(word('a', 'b'), fc.integer({ min: 50, max: 350 }), field)
  .map(([name, size, value]) => Array.from({ length: size }, () => ['XADD', name, `${PLACE}-*`, 'f', value]));

/** Sequences over streams. */
export const streamSequence: fc.Arbitrary<Command[]> = fc
  .array(
    fc.oneof(
      { weight: 20, arbitrary: fc.oneof(...streamCommands).map((one): Command[] => [one]) },
      { weight: 20, arbitrary: fc.oneof(...groupCommands).map((one): Command[] => [one]) },
      { weight: 1, arbitrary: many },
    ),
    { minLength: 40, maxLength: 150, size: 'max' },
  )
  .map((parts) =>
    parts.flat().map((words, place) => words.map((text) => text.replaceAll(PLACE, String(place + 1)))),
  );
