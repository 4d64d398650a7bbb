/**
 * What may differ between two servers that behave the same: identities, clocks, memory figures, random
 * choices, and text that each project writes for itself. Nothing else belongs here; a real departure from
 * Redis is a case with its own expectation, and a line in the documentation of differences.
 *
 * A rule is asked only when the bytes are not equal, and still demands all that must agree.
 */
import type { AllowedDifference } from '../support/comparison.js';
import { canonicalForm, numberOf, textOf, type Reply } from '../support/reply.js';

const CLOCK_TOLERANCE_MS = 500;
const CLOCK_TOLERANCE_S = 1;

function isCommand(...names: readonly string[]): (words: readonly string[]) => boolean {
  return (words) => names.some((name) => name.split(' ').every((word, index) => words[index] === word));
}

function closeNumbers(expected: Reply, actual: Reply, tolerance: number): boolean {
  const [left, right] = [numberOf(expected), numberOf(actual)];
  return expected.type === actual.type && left > 0 && right > 0 && Math.abs(left - right) <= tolerance;
}

/** Lists of numbers, one for each field asked: equal, or both positive and close. */
function closeLists(expected: Reply, actual: Reply, tolerance: number): boolean {
  const [left, right] = [expected.items ?? [], actual.items ?? []];
  return (
    expected.type === actual.type &&
    left.length > 0 &&
    left.length === right.length &&
    left.every((item, index) => {
      const other = right[index];
      return canonicalForm(item) === canonicalForm(other) || closeNumbers(item, other, tolerance);
    })
  );
}

function bothPositiveIntegers(expected: Reply, actual: Reply): boolean {
  return expected.type === ':' && actual.type === ':' && numberOf(expected) > 0 && numberOf(actual) > 0;
}

/** Entries of a map, or of the flat array that stands for it in RESP2. */
function entriesOf(reply: Reply): Map<string, Reply> {
  const entries = new Map<string, Reply>();
  const items = reply.items ?? [];
  for (let at = 0; at + 1 < items.length; at += 2) entries.set(textOf(items[at]) ?? '', items[at + 1]);
  return entries;
}

/**
 * Names in the same order, and equal values except under the names in `free`, where only the type must agree.
 */
function equalEntriesExcept(expected: Reply, actual: Reply, free: readonly string[]): boolean {
  const [left, right] = [[...entriesOf(expected)], [...entriesOf(actual)]];
  if (expected.type !== actual.type || left.length !== right.length) return false;
  return left.every(([name, value], index) => {
    const [otherName, otherValue] = right[index];
    if (name !== otherName) return false;
    return free.includes(name)
      ? value.type === otherValue.type
      : canonicalForm(value) === canonicalForm(otherValue);
  });
}

/** Fields of CLIENT INFO and CLIENT LIST whose values belong to the process, the kernel or the allocator. */
const FREE_CLIENT_FIELDS = new Set(
  (
    'id addr laddr fd age idle qbuf qbuf-free argv-mem multi-mem rbs rbp obl oll omem tot-mem events ' +
    'tot-net-in tot-net-out tot-cmds io-thread'
  ).split(' '),
);
/** Fields that a later version may add. */
const NEWER_CLIENT_FIELDS = new Set(
  'watch lib-name lib-ver tot-net-in tot-net-out tot-cmds io-thread ssub'.split(' '),
);

function equalClientLines(expected: string, actual: string): boolean {
  const [left, right] = [fieldsOf(expected), fieldsOf(actual)];
  const names = [...left.keys()].filter((name) => right.has(name) || !NEWER_CLIENT_FIELDS.has(name));
  const common = [...right.keys()].filter((name) => left.has(name) || !NEWER_CLIENT_FIELDS.has(name));
  return (
    names.join(' ') === common.join(' ') &&
    names.every((name) => FREE_CLIENT_FIELDS.has(name) || left.get(name) === right.get(name))
  );
}

/** Lines of a bulk string, or of a verbatim string without its `txt:`. */
function linesOf(reply: Reply): string[] {
  const text = textOf(reply) ?? '';
  return (reply.type === '=' ? text.slice(4) : text).trimEnd().split('\n');
}

function fieldsOf(line: string): Map<string, string> {
  return new Map(
    line.split(' ').map((field) => {
      const at = field.indexOf('=');
      return [field.slice(0, at), field.slice(at + 1)];
    }),
  );
}

function equalTimes(expected: Reply, actual: Reply): boolean {
  const [left, right] = [expected.items ?? [], actual.items ?? []];
  if (left.length !== 2 || right.length !== 2 || right.some((item) => item.type !== '$')) return false;
  const micros = numberOf(right[1]);
  return closeNumbers(left[0], right[0], CLOCK_TOLERANCE_S) && micros >= 0 && micros < 1_000_000;
}

function equalClientLists(expected: Reply, actual: Reply): boolean {
  const [left, right] = [linesOf(expected), linesOf(actual)];
  return (
    expected.type === actual.type &&
    left.length === right.length &&
    left.every((line, index) => equalClientLines(line, right[index] ?? ''))
  );
}

/** The rules. */
export const allowedDifferences: readonly AllowedDifference[] = [
  {
    name: 'milliseconds that passed',
    reason: 'the two servers execute a command at slightly different times',
    applies: isCommand('pttl', 'pexpiretime'),
    equivalent: (expected, actual) => closeNumbers(expected, actual, CLOCK_TOLERANCE_MS),
  },
  {
    name: 'seconds that passed',
    reason: 'a second may turn between the two servers',
    applies: isCommand('ttl', 'expiretime'),
    equivalent: (expected, actual) => closeNumbers(expected, actual, CLOCK_TOLERANCE_S),
  },
  {
    name: 'milliseconds that passed, of fields',
    reason: 'the two servers execute a command at slightly different times',
    applies: isCommand('hpttl', 'hpexpiretime'),
    equivalent: (expected, actual) => closeLists(expected, actual, CLOCK_TOLERANCE_MS),
  },
  {
    name: 'seconds that passed, of fields',
    reason: 'a second may turn between the two servers',
    applies: isCommand('httl', 'hexpiretime'),
    equivalent: (expected, actual) => closeLists(expected, actual, CLOCK_TOLERANCE_S),
  },
  {
    name: 'the time',
    reason: 'TIME tells the clock: seconds may turn, microseconds are free',
    applies: isCommand('time'),
    equivalent: equalTimes,
  },
  {
    name: 'idle time',
    reason: 'a second may turn between the two servers',
    applies: isCommand('object idletime'),
    equivalent: (expected, actual) =>
      actual.type === ':' && Math.abs(numberOf(expected) - numberOf(actual)) <= CLOCK_TOLERANCE_S,
  },
  {
    name: 'references to shared integers',
    reason:
      'how many keys share one small integer is an implementation matter; both must give a positive count',
    applies: isCommand('object refcount'),
    equivalent: bothPositiveIntegers,
  },
  {
    name: 'a random key',
    reason: 'any key may be chosen; both servers must give one, of the type they always give',
    applies: isCommand('randomkey'),
    equivalent: (expected, actual) =>
      expected.text !== undefined && actual.type === '$' && actual.text !== undefined,
  },
  {
    name: 'memory of a key',
    reason: 'bytes belong to the structures of each server',
    applies: isCommand('memory usage'),
    equivalent: bothPositiveIntegers,
  },
  {
    name: 'order of keys',
    reason: 'KEYS lists in the order of the hash table, which is seeded at random',
    applies: isCommand('keys'),
    equivalent: (expected, actual) => canonicalForm(expected, true) === canonicalForm(actual, true),
  },
  {
    name: 'connection ids',
    reason: 'ids count the connections of a process, which the two servers need not have had alike',
    applies: isCommand('client id'),
    equivalent: bothPositiveIntegers,
  },
  {
    name: 'arguments checked before the key',
    reason:
      '7.0 answers for a missing key before it looks at the range; later versions check the range first',
    applies: isCommand('bitcount', 'bitpos'),
    equivalent: (expected, actual) =>
      expected.type === ':' && [0, -1].includes(numberOf(expected)) && actual.type === '-',
  },
  {
    name: 'server identity in HELLO',
    reason: 'version, connection id and modules belong to the server',
    applies: isCommand('hello'),
    equivalent: (expected, actual) => equalEntriesExcept(expected, actual, ['version', 'id', 'modules']),
  },
  {
    name: 'figures of a connection',
    reason: 'addresses, ages and buffer sizes differ, and later versions add fields; all else agrees',
    applies: isCommand('client info', 'client list'),
    equivalent: equalClientLists,
  },
  {
    name: 'help text',
    reason: 'each project words its own help; a HELP reply must be a list of lines that opens alike',
    applies: (words) => words[1] === 'help' && words.length === 2,
    equivalent: (expected, actual) =>
      (actual.items?.length ?? 0) >= 2 &&
      actual.items?.every((item) => item.type === '+') === true &&
      textOf(expected.items?.[0]) === textOf(actual.items[0]),
  },
];
