/**
 * The encodings of sets as Redis 8.0 tells them, and the order that small sets keep: an intset is sorted (at
 * most 512 integers), a listpack lists members as they came (at most 128 members of at most 64 bytes).
 */
import type { DifferentialCase } from '../../support/server-pair.js';
import { removal } from '../../support/collection-steps.js';
import { unordered, type Step } from '../../support/steps.js';
import { ALL_BYTES, EDGE_INTEGERS, likeRedis8, numbered, table } from '../../support/tables.js';

const ENCODING = 'OBJECT ENCODING k';
const ANY_ORDER = unordered('SMEMBERS k');
const NOW = ['SMEMBERS k', ENCODING];

const orderCases = table(
  ['words keep their order', 'SADD k c a b', ...NOW, 'SADD k e d', ...NOW, 'SREM k a', ...NOW, 'SADD k a c',
    ...NOW],
  ['numbers are sorted', 'SADD k 30 -1 200 7', ...NOW, 'SADD k 8 0', ...NOW, 'SREM k 7', ...NOW],
  ['numbers before words', 'SADD k 9 5 7', 'SADD k word', ...NOW, 'SADD k 6', ...NOW, 'SREM k word', ...NOW,
    'SADD k 1', ...NOW],
  ['words before numbers', 'SADD k word 9 5 7', ...NOW],
  ['a word between numbers in one command', 'SADD k 9 5 word 7 1', ...NOW],
  ['near-integers', ['SADD', 'k', ...EDGE_INTEGERS], ...NOW, 'DEL k', ['SADD', 'k', '1', ...EDGE_INTEGERS],
    ...NOW],
  ['near-integers alone', ...EDGE_INTEGERS.flatMap((value): Step[] => ['DEL k', ['SADD', 'k', value], ...NOW,
    'DEL k',
    ['SADD', 'k', '1', value], ...NOW])],
  ['every byte', ['SADD', 'k', ALL_BYTES, '', '\0'], ENCODING, ANY_ORDER],
  ['SMOVE appends', 'SADD s x y z', 'SADD k a', 'SMOVE s k z', 'SMOVE s k x', ...NOW, 'SMEMBERS s',
    'SADD n 1 2',
    'SMOVE n k 2', ...NOW, 'SMOVE s n y', 'SMEMBERS n', 'OBJECT ENCODING n', 'SMOVE k fresh z',
    'OBJECT ENCODING fresh', 'SMOVE k fresh2 2', 'OBJECT ENCODING fresh2'],
  ['SINTER follows the smallest set', 'SADD a p q r s t', 'SADD b t s r', 'SINTER a b', 'SINTER b a',
    'SADD c s t',
    'SINTER a b c', 'SINTER c b a', 'SINTERSTORE k a b', ...NOW, 'SINTERSTORE k a', ...NOW],
  ['SPOP of all numbers keeps the order', 'SADD k 3 1 2', 'SPOP k 3', 'EXISTS k', 'SADD k 3 1 2', 'SPOP k 5'],
  ['SRANDMEMBER of all keeps the order', 'SADD k c a b', 'SRANDMEMBER k 3', 'SRANDMEMBER k 100',
    'SADD n 3 1 2',
    'SRANDMEMBER n 3', 'SRANDMEMBER n 7'],
  ['COPY keeps the order', 'SADD k c a b 3', 'COPY k d', 'SMEMBERS d', 'OBJECT ENCODING d'],
); // prettier-ignore

const intsetCases = [511, 512, 513].flatMap((count) => table(
  [`${count} numbers at once`, ['SADD', 'k', ...numbered('', count)], ENCODING, ANY_ORDER],
  [`${count} numbers one by one`, ...numbered('', count).map((value) => `SADD k ${value}`), ENCODING,
    ANY_ORDER],
  [`${count} times the same number at once`, ['SADD', 'k', ...numbered('', count).map(() => '5')], ENCODING],
  [`${count} numbers onto one number`, 'SADD k 1', ['SADD', 'k', ...numbered('', count)], ENCODING],
  [`${count} numbers and a word`, ['SADD', 'k', ...numbered('', count)], 'SADD k word', ENCODING, ANY_ORDER],
)); // prettier-ignore

const listpackCases = [
  ...[127, 128, 129].flatMap((count) => table(
    [`${count} words at once`, ['SADD', 'k', ...numbered('w', count)], ENCODING, ANY_ORDER],
    [`${count} words one by one`, ...numbered('w', count).map((value) => `SADD k ${value}`), ENCODING,
      ANY_ORDER],
    [`${count} times the same word at once`, ['SADD', 'k', ...numbered('', count).map(() => 'w')], ENCODING],
    [`${count} numbers, then a word`, ['SADD', 'k', ...numbered('', count)], ENCODING, 'SADD k word',
      ENCODING,
      ANY_ORDER],
    [`a word, then ${count} numbers`, 'SADD k word', ['SADD', 'k', ...numbered('', count)], ENCODING,
      ANY_ORDER],
    [`a word, then ${count} numbers one by one`, 'SADD k word', ...numbered('', count).map((value) =>
      `SADD k ${value}`), ENCODING, ANY_ORDER],
    [`a number, then ${count} words`, 'SADD k 1', ['SADD', 'k', ...numbered('w', count)], ENCODING,
      ANY_ORDER],
    [`${count} words onto the same words`, ['SADD', 'k', ...numbered('w', 100)], ['SADD', 'k',
      ...numbered('w',
      count)], ENCODING, ANY_ORDER],
    [`SMOVE to ${count} words`, ['SADD', 'k', ...numbered('w', count - 1)], 'SADD s x 1', 'SMOVE s k x',
      ENCODING,
      ANY_ORDER],
  )),
  ...[63, 64, 65].flatMap((size) => table(
    [`a word of ${size} bytes`, ['SADD', 'k', 'x'.repeat(size)], ENCODING, 'SADD k a', ENCODING, ANY_ORDER],
    [`a word of ${size} bytes to words`, 'SADD k a b', ['SADD', 'k', 'x'.repeat(size)], ENCODING, ANY_ORDER,
      ['SREM',
      'k', 'x'.repeat(size)], ENCODING],
    [`a word of ${size} bytes to numbers`, 'SADD k 1 2', ['SADD', 'k', 'x'.repeat(size)], ENCODING,
      ANY_ORDER],
    [`SMOVE of a word of ${size} bytes`, ['SADD', 's', 'x'.repeat(size)], 'SADD k a', ['SMOVE', 's', 'k',
      'x'.repeat(size)], ENCODING, ANY_ORDER],
  )),
]; // prettier-ignore

const backCases = table(
  ['no way back by SREM', ['SADD', 'k', ...numbered('', 600)], ENCODING, ['SREM', 'k', ...numbered('', 598)],
    ENCODING,
    ANY_ORDER, 'SADD k 5', ENCODING, 'SREM k 5 598 599', 'EXISTS k', 'SADD k 1', ENCODING],
  ['no way back by SPOP one by one', ['SADD', 'k', ...numbered('w', 200)], ...numbered('', 199).map(() =>
    removal('SPOP k', 'SMEMBERS k')), 'SCARD k', ENCODING],
  ['no way back by SMOVE', ['SADD', 'k', ...numbered('w', 200)], ...numbered('w', 199).map((member) =>
    `SMOVE k x ${member}`), 'SMEMBERS k', ENCODING, 'OBJECT ENCODING x'],
  // Of a set that SPOP empties almost, Redis builds the rest anew.
  ...[0, 1, 5, 100, 165, 166, 167, 168, 170, 500].flatMap((left) => [
    ['SPOP of numbers', numbered('', 1000)] as const,
    ['SPOP of words', numbered('w', 1000)] as const,
  ].map(([title, members]) => [`${title} until ${left} are left`, ['SADD', 'k', ...members],
    removal(`SPOP k ${1000 - left}`, 'SMEMBERS k'), 'SCARD k', ENCODING, 'SADD k 77777', ENCODING] as const)),
  ['COPY keeps the encoding', ['SADD', 'k', 'a', 'x'.repeat(65)], ['SREM', 'k', 'x'.repeat(65)], 'COPY k c',
    'OBJECT ENCODING c', 'SUNIONSTORE d k', 'OBJECT ENCODING d', 'RENAME c e', 'OBJECT ENCODING e'],
); // prettier-ignore

const LIMITS = [
  ['intset-entries', 3, ['SADD k 1 2 3', ENCODING, 'SADD k 4', ENCODING, 'SADD j 1 2 3 4',
    'OBJECT ENCODING j',
    'SADD i 1 2 3 x', 'OBJECT ENCODING i'], 512],
  ['listpack-entries', 3, ['SADD k a b c', ENCODING, 'SADD k d', ENCODING, 'SADD j 1 2 3 4', 'SADD j x',
    'OBJECT ENCODING j'], 128],
  ['listpack-value', 5, ['SADD k abcde', ENCODING, 'SADD k abcdef', ENCODING, 'SADD j 123456', 'SADD j x',
    'OBJECT ENCODING j'], 64],
  ['intset-entries', 0, ['SADD k 1', ENCODING, 'SADD k 2', ENCODING], 512],
  ['listpack-entries', 0, ['SADD k a', ENCODING, 'SADD j 1', 'SADD j a', 'OBJECT ENCODING j'], 128],
] as const; // prettier-ignore

export const setEncodingCases: DifferentialCase[] = likeRedis8([
  ...orderCases,
  ...intsetCases,
  ...listpackCases,
  ...backCases,
  ...LIMITS.map(([name, value, steps, usual]) => ({
    title: `with set-max-${name} ${value}`,
    steps: [`CONFIG SET set-max-${name} ${value}`, ...steps, `CONFIG SET set-max-${name} ${usual}`],
  })),
]);
