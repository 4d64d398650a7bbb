/** Lists: pushing, popping, reading, editing, moving between lists. Encodings are in list-encodings.ts. */
import type { DifferentialCase } from '../../support/server-pair.js';
import type { Step } from '../../support/steps.js';
import { ALL_BYTES, EDGE_INTEGERS, arity, each, likeRedis8, numbered, table } from '../../support/tables.js';
import { stringAndOtherTypes } from '../../support/other-types.js';

/** The one integer that cannot be negated: 7.0 lets it overflow, later versions refuse it. */
const LEAST = '-9223372036854775808';
const NEGATABLE = EDGE_INTEGERS.filter((value) => value !== LEAST);

const ALL = 'LRANGE k 0 -1';
/** A list in which values repeat. */
const REPEATING = 'RPUSH k a b c a b a';
const AFTER = [ALL, 'LLEN k', 'EXISTS k'];
/** Lists of many nodes: of numbers, of short and of long words, and of elements larger than a node. */
const LARGE: readonly (readonly [string, Step])[] = [
  ['5,000 numbers', ['RPUSH', 'k', ...numbered('', 5000)]],
  ['3,000 words', ['RPUSH', 'k', ...numbered('element:', 3000)]],
  ['300 words of 1,000 bytes', ['RPUSH', 'k', ...numbered('w'.repeat(997), 300, 100)]],
  ['12 words of 20,000 bytes', ['RPUSH', 'k', ...numbered('L'.repeat(20_000), 12)]],
];
const PAST_AND_AT_THE_ENDS = ['0', '1', '-1', '2', '-2', '5', '6', '7', '-6', '-7', '100', '-100'];

const pushCases: DifferentialCase[] = [
  ...['LPUSH', 'RPUSH'].flatMap((name) => [
    arity(name, 0, 1),
    ...table(
      [name, `${name} k a`, ...AFTER, `${name} k b`, ...AFTER, `${name} k c d e`, ...AFTER, 'TYPE k'],
      [`${name} every byte`, [name, ALL_BYTES, ALL_BYTES, '', '\0', '\r\n'], ['LRANGE', ALL_BYTES, 0, -1]],
      [`${name} empty words`, `${name} "" ""`, `${name} "" "" ""`, 'LRANGE "" 0 -1', 'LLEN ""', 'LPOP "" 2',
        'LPOP ""', 'EXISTS ""'],
      [`${name} keeps the expiry`, `${name} k a`, 'EXPIRE k 1000', `${name} k b`, 'TTL k'],
      [`${name} onto what expired`, `${name} k a`, 'PEXPIREAT k 1', `${name} k b`, ALL, 'TTL k'],
      [`${name} bytes of each value`, [name, 'k', ...Array.from(ALL_BYTES, (byte) => Buffer.from([byte]))],
        ALL, 'LINDEX k 0', 'LINDEX k 255'],
    ),
    ...stringAndOtherTypes(name, `${name} other x`, `${name} other x y`),
  ]),
  ...['LPUSHX', 'RPUSHX'].flatMap((name) => [
    arity(name, 0, 1),
    ...table(
      [name, `${name} k a`, 'EXISTS k', 'RPUSH k a', `${name} k b`, ALL, `${name} k c d e`, ALL],
      [`${name} onto what expired`, 'RPUSH k a', 'PEXPIREAT k 1', `${name} k b`, 'EXISTS k'],
      [`${name} keeps the expiry`, 'RPUSH k a', 'EXPIRE k 1000', `${name} k b c`, 'TTL k'],
      [`${name} after the list emptied`, 'RPUSH k a', 'LPOP k', `${name} k b`, 'EXISTS k'],
    ),
    ...stringAndOtherTypes(name, `${name} other x`, `${name} nokey x`),
  ]),
  ...table(
    ['pushes on both ends', 'RPUSH k c', 'LPUSH k b', 'RPUSH k d', 'LPUSH k a', ALL, 'LPUSHX k z y',
      'RPUSHX k e f', ALL],
    ['integers come back as they were written', ['RPUSH', 'k', ...EDGE_INTEGERS, '-9223372036854775807',
      '127', '128', '-128', '-129', '4095', '4096', '-4096', '-4097', '32767', '32768', '8388607', '8388608',
      '-8388608', '-8388609', '2147483647', '-2147483648', '00', '-', '+', '--1', '1.', '12345678901234567'],
      ALL, ...numbered('', 45).map((index): Step => ['LINDEX', 'k', index])],
    ['words of every length around the limits of lengths', ...[0, 1, 62, 63, 64, 65, 127, 128, 129, 4094,
      4095, 4096, 4097, 8150, 8191, 8192, 8193, 65_535, 65_536].flatMap((size): Step[] => [['RPUSH', 'k',
      'x'.repeat(size)], 'LINDEX k -1', ['LPUSH', 'k', 'y'.repeat(size)], 'LINDEX k 0', 'LLEN k']), ALL,
      'LPOP k 100', 'EXISTS k'],
    ['a megabyte in a list', ['RPUSH', 'k', 'a', Buffer.alloc(1_000_000, 'm'), 'z'], 'LINDEX k 1', 'LPOP k 2',
      ALL, ['LPUSH', 'k', Buffer.alloc(1_000_000, 'n')], ['LREM', 'k', 1, Buffer.alloc(1_000_000, 'n')], ALL],
  ),
]; // prettier-ignore

const popCases: DifferentialCase[] = [
  ...['LPOP', 'RPOP'].flatMap((name) => [
    arity(name, 0, 3, 4),
    ...table(
      [name, `${name} nokey`, 'RPUSH k a b c', `${name} k`, ...AFTER, `${name} k`, `${name} k`, `${name} k`,
        ...AFTER],
      [`${name} with a count`, `${name} nokey 0`, `${name} nokey 1`, `${name} nokey 10`,
        'RPUSH k a b c d e f',
        `${name} k 0`, ...AFTER, `${name} k 1`, ...AFTER, `${name} k 2`, ...AFTER, `${name} k 100`, ...AFTER,
        `${name} k 1`],
      [`${name} exactly all`, 'RPUSH k a b c', `${name} k 3`, 'EXISTS k', 'RPUSH k d', ALL],
      [`${name} keeps the expiry until the end`, 'RPUSH k a b', 'EXPIRE k 1000', `${name} k`, 'TTL k',
        `${name} k`, 'TTL k', 'RPUSH k c', 'TTL k'],
      [`${name} of what expired`, 'RPUSH k a', 'PEXPIREAT k 1', `${name} k`, `${name} k 1`, 'EXISTS k'],
    ),
    ...each(`${name} count`, [REPEATING], EDGE_INTEGERS.map((count) => [name, 'k', count])),
    ...each(`${name} count of a missing key`, [], EDGE_INTEGERS.map((count) => [name, 'nokey', count])),
    ...LARGE.map(([title, setup]) => ({
      title: `${name} of ${title}`,
      steps: [setup, `${name} k`, `${name} k 5`, 'LLEN k', `${name} k 250`, 'LINDEX k 0', 'LINDEX k -1',
        `${name} k 1000`, 'LLEN k', ALL, `${name} k 100000`, 'EXISTS k'],
    })),
    ...stringAndOtherTypes(name, `${name} other`, `${name} other 1`, `${name} other 0`, `${name} other -1`,
      `${name} other abc`),
  ]),
]; // prettier-ignore

const readCases: DifferentialCase[] = [
  arity('LLEN', 0, 2, 3),
  ...table(['LLEN', 'LLEN nokey', 'RPUSH k a b', 'LLEN k', 'PEXPIREAT k 1', 'LLEN k']),
  ...stringAndOtherTypes('LLEN', 'LLEN other'),
  arity('LRANGE', 0, 1, 2, 4),
  ...['0 -1', '0 0', '0 1', '1 3', '-1 -1', '-2 -1', '-6 -1', '-7 -1', '-100 -1', '0 5', '0 6', '0 100',
    '5 5', '6 6', '6 100', '3 2', '-1 -2', '-1 0', '2 -2', '3 -3', '4 -3', '-100 -50', '-100 100', '50 100',
    '0 -6', '0 -7', '9223372036854775807 -1', '0 9223372036854775807', '-9223372036854775808 -1',
    '-9223372036854775808 9223372036854775807', '-9223372036854775808 -9223372036854775808',
    '9223372036854775807 9223372036854775807', '9223372036854775807 -9223372036854775808'].map((range) => ({
    title: `LRANGE and LTRIM ${range}`,
    steps: [REPEATING, 'EXPIRE k 1000', `LRANGE k ${range}`, `LRANGE nokey ${range}`, `LTRIM nokey ${range}`,
      'RPUSH one x', `LRANGE one ${range}`, `LTRIM one ${range}`, 'LRANGE one 0 -1', `LTRIM k ${range}`,
      ...AFTER, 'TTL k'],
  })),
  ...['LRANGE', 'LTRIM'].flatMap((name) => [
    ...each(`${name} start`, [REPEATING], EDGE_INTEGERS.map((start) => [name, 'k', start, '-1'])),
    ...each(`${name} stop`, [REPEATING], EDGE_INTEGERS.map((stop) => [name, 'k', '0', stop])),
    ...each(`${name} of a missing key`, [], ['abc 0', '0 abc', '0 9223372036854775808',
      '"" ""'].map((range) =>
      `${name} nokey ${range}`)),
    ...stringAndOtherTypes(name, `${name} other 0 -1`, `${name} other abc 1`, `${name} other 1 abc`),
  ]),
  ...LARGE.flatMap(([title, setup]): DifferentialCase[] => [
    { title: `LRANGE of ${title}`, steps: [setup, ALL, ...['0 10', '1 1', '5 300', '100 1500', '-10 -1',
      '-1500 -20', '-300 -300', '2999 5000', '-1 -1', '0 4998', '700 100000'].map((range) =>
      `LRANGE k ${range}`)] },
    { title: `LINDEX of ${title}`, steps: [setup, ...[0, 1, 10, 11, 12, 250, 299, 300, 1000, 1499, 1500, 2999,
      3000, 4999, 5000, -1, -2, -11, -12, -13, -150, -300, -301, -3000, -3001, -5000, -5001].map((index) =>
      `LINDEX k ${index}`)] },
    { title: `LTRIM of ${title}`, steps: [setup, 'LTRIM k 1 -2', 'LLEN k', ALL, 'LTRIM k 3 2000', ALL,
      'LTRIM k -900 -2', ALL, 'RPUSH k tail', 'LPUSH k head', ALL, 'LTRIM k 0 0', ALL, 'LTRIM k 1 0',
      'EXISTS k'] },
  ]),
  arity('LINDEX', 0, 1, 3),
  ...table(
    ['LINDEX', REPEATING, ...PAST_AND_AT_THE_ENDS.flatMap((index) => [`LINDEX k ${index}`,
      `LINDEX nokey ${index}`])],
  ),
  ...each('LINDEX index', [REPEATING], EDGE_INTEGERS.map((index) => ['LINDEX', 'k', index])),
  ...each('LINDEX of a missing key', [], ['LINDEX nokey abc', 'LINDEX nokey ""',
    'LINDEX nokey 9223372036854775808']),
  ...stringAndOtherTypes('LINDEX', 'LINDEX other 0', 'LINDEX other abc'),
]; // prettier-ignore

const LREM_COUNTS = ['0', '1', '2', '3', '4', '-1', '-2', '-3', '-4', '100', '-100', '9223372036854775807',
  '-9223372036854775807']; // prettier-ignore

const editCases: DifferentialCase[] = [
  arity('LTRIM', 0, 1, 2, 4),
  arity('LSET', 0, 1, 2, 4),
  ...PAST_AND_AT_THE_ENDS.map((index) => ({
    title: `LSET ${index}`,
    steps: [REPEATING, 'EXPIRE k 1000', `LSET k ${index} new`, ALL, `LSET k ${index} 12345`, ALL,
      `LSET k ${index} ""`, ALL, ['LSET', 'k', index, 'z'.repeat(5000)], ALL, ['LSET', 'k', index, ALL_BYTES],
      ALL, 'TTL k'],
  })),
  ...each('LSET index', [REPEATING], EDGE_INTEGERS.map((index) => ['LSET', 'k', index, 'new'])),
  ...each('LSET of a missing key', [], ['LSET nokey 0 x', 'LSET nokey abc x', 'LSET nokey -1 ""']),
  ...LARGE.map(([title, setup]) => ({
    title: `LSET in ${title}`,
    steps: [setup, 'LSET k 5 short', 'LSET k 11 ""', ['LSET', 'k', 7, 'g'.repeat(9000)], ['LSET', 'k', 0,
      'g'.repeat(30_000)], 'LSET k -1 77', 'LSET k 290 x', 'LSET k 2999 y', 'LSET k -3000 z', ALL,
        'LSET k 0 a',
      'LSET k 7 b', ALL, 'LLEN k'],
  })),
  ...stringAndOtherTypes('LSET', 'LSET other 0 x', 'LSET other abc x', 'LSET other 100 x'),

  arity('LINSERT', 0, 1, 2, 3, 5),
  ...['BEFORE', 'AFTER', 'before', 'aFtEr'].flatMap((where) => table(
    [`LINSERT ${where}`, REPEATING, `LINSERT k ${where} a new`, ALL, `LINSERT k ${where} c 7`, ALL,
      `LINSERT k ${where} nothing x`, ALL, `LINSERT k ${where} c ""`, `LINSERT k ${where} "" "empty pivot"`,
      ALL, `LINSERT nokey ${where} a b`, 'EXISTS nokey'],
    [`LINSERT ${where} numbers`, 'RPUSH k 1 01 +1 1.0 " 1" 2 1', `LINSERT k ${where} 1 x`,
      `LINSERT k ${where} 01 y`, `LINSERT k ${where} 1.0 z`, `LINSERT k ${where} " 1" w`,
        `LINSERT k ${where} 02 v`,
      ALL],
    [`LINSERT ${where} at the ends`, 'RPUSH k x', `LINSERT k ${where} x y`, `LINSERT k ${where} y z`, ALL],
    [`LINSERT ${where} every byte`, ['RPUSH', 'k', 'a', ALL_BYTES, 'b'], ['LINSERT', 'k', where, ALL_BYTES,
      ALL_BYTES], ALL],
    [`LINSERT ${where} keeps the expiry`, 'RPUSH k x', 'EXPIRE k 1000', `LINSERT k ${where} x y`, 'TTL k'],
    [`LINSERT ${where} of long words`, 'RPUSH k a b c', ['LINSERT', 'k', where, 'b', 'x'.repeat(10_000)],
      ['LINSERT', 'k', where, 'x'.repeat(10_000), 'y'.repeat(10_000)], ALL],
    ...LARGE.map(([title, setup]) => [`LINSERT ${where} in ${title}`, setup, ...['0', '4999', '2500',
      'element:0', 'element:1500', 'element:2999', `${'w'.repeat(997)}100`, `${'w'.repeat(997)}250`,
      `${'L'.repeat(20_000)}7`, 'missing'].flatMap((pivot): Step[] => [['LINSERT', 'k', where, pivot, 'new'],
      ['LINSERT', 'k', where, pivot, 'N'.repeat(3000)]]), 'LLEN k', ALL] as const),
  )),
  ...each('LINSERT', [REPEATING], ['LINSERT k BEHIND a b', 'LINSERT k "" a b', 'LINSERT nokey BEHIND a b',
    'LINSERT k BEFORE a', 'LINSERT k 0 a b']),
  ...table(['LINSERT again and again in the middle', 'RPUSH k first pivot last', ...numbered('n', 300)
    .map((word) => `LINSERT k BEFORE pivot ${word}`), ...numbered('m', 300).map((word) =>
    `LINSERT k AFTER pivot ${word}`), ALL, ...numbered('n', 300).map((word) => `LREM k 0 ${word}`), ALL]),
  ...stringAndOtherTypes('LINSERT', 'LINSERT other BEFORE one x', 'LINSERT other BEHIND one x'),

  arity('LREM', 0, 1, 2, 4),
  ...LREM_COUNTS.map((count) => ({
    title: `LREM ${count}`,
    steps: [REPEATING, 'EXPIRE k 1000', `LREM nokey ${count} a`, `LREM k ${count} missing`,
      `LREM k ${count} a`,
      ...AFTER, 'TTL k', `LREM k ${count} b`, ...AFTER, `LREM k ${count} c`, ...AFTER, `LREM k ${count} a`,
      ...AFTER, 'TTL k'],
  })),
  ...each('LREM count', [REPEATING], NEGATABLE.map((count) => ['LREM', 'k', count, 'a'])),
  ...likeRedis8(each('LREM count', [REPEATING, 'SET s v'], [`LREM k ${LEAST} a`, `LREM nokey ${LEAST} a`,
    `LREM s ${LEAST} a`, 'LREM k -9223372036854775807 a'])),
  ...table(
    ['LREM numbers', 'RPUSH k 1 01 +1 1.0 1 -0 0 00', 'LREM k 0 1', ALL, 'LREM k 0 01', ALL, 'LREM k 0 0',
      ALL,
      'LREM k 1 -0', 'LREM k 0 1.0', 'LREM k 0 +1', 'LREM k 0 00', 'EXISTS k'],
    ['LREM empties the list', 'RPUSH k x x x', 'EXPIRE k 1000', 'LREM k 0 x', 'EXISTS k', 'RPUSH k y',
      'TTL k'],
    ['LREM bytes', ['RPUSH', 'k', ALL_BYTES, '', '\0', ALL_BYTES, ''], ['LREM', 'k', -1, ALL_BYTES], ALL,
      ['LREM', 'k', 0, ''], ALL, ['LREM', 'k', 0, '\0'], ALL],
    ['LREM of a missing key', 'LREM nokey abc x', 'LREM nokey "" x', 'LREM nokey 9223372036854775808 x'],
    ['LREM in a long list', ['RPUSH', 'k', ...numbered('', 4000).map((word) => String(Number(word) % 7))],
      'LREM k 10 3', 'LLEN k', 'LREM k -10 3', ALL, 'LREM k 0 3', 'LLEN k', 'LREM k -1000 5', ALL,
        'LREM k 0 0',
      'LREM k 0 1', 'LREM k 0 2', 'LREM k 0 4', 'LREM k 0 5', 'LREM k 0 6', 'EXISTS k'],
    ['LREM in a list of long words', ['RPUSH', 'k', ...numbered('', 200).map((word) =>
      ('abc'[Number(word) % 3] ?? '')
      .repeat(900))], ['LREM', 'k', 5, 'a'.repeat(900)], ALL, ['LREM', 'k', -50, 'b'.repeat(900)], ALL,
      ['LREM', 'k', 0, 'c'.repeat(900)], ALL],
  ),
  ...stringAndOtherTypes('LREM', 'LREM other 0 one', 'LREM other abc one'),
]; // prettier-ignore

const LPOS_OPTIONS = [
  '', 'RANK 1', 'RANK 2', 'RANK 3', 'RANK 4', 'RANK -1', 'RANK -2', 'RANK -3', 'RANK -4', 'COUNT 0',
    'COUNT 1',
  'COUNT 2', 'COUNT 100', 'MAXLEN 0', 'MAXLEN 1', 'MAXLEN 3', 'MAXLEN 4', 'MAXLEN 100', 'RANK 2 COUNT 0',
  'RANK -1 COUNT 0', 'RANK -2 COUNT 2', 'RANK 1 MAXLEN 3', 'RANK 2 MAXLEN 3', 'RANK 2 MAXLEN 4',
  'RANK -1 MAXLEN 1', 'RANK -1 MAXLEN 2', 'COUNT 0 MAXLEN 4', 'COUNT 2 MAXLEN 1', 'RANK -1 COUNT 0 MAXLEN 3',
  'MAXLEN 3 COUNT 0 RANK -1', 'rank 1 count 1 maxlen 1', 'RANK 1 RANK 2', 'COUNT 1 COUNT 0',
  'MAXLEN 1 MAXLEN 0', 'RANK 9223372036854775807', 'RANK -9223372036854775807', 'COUNT 9223372036854775807',
  'MAXLEN 9223372036854775807', 'RANK 9223372036854775807 COUNT 0', 'RANK', 'COUNT', 'MAXLEN', 'BOGUS',
  'BOGUS 1', '""', 'RANK 1 COUNT', 'RANK 1 BOGUS', 'RANK 0', 'COUNT -1', 'MAXLEN -1', 'RANK 0 COUNT -1',
  'COUNT -1 RANK 0', 'MAXLEN -1 BOGUS', 'RANK 1 2 3', 'LEN 1', 'COUNT 1 MAXLEN',
]; // prettier-ignore

const positionCases: DifferentialCase[] = [
  arity('LPOS', 0, 1, 3, 4),
  ...LPOS_OPTIONS.map((options) => ({
    title: `LPOS ${options}`,
    steps: [REPEATING, ...['k a', 'k b', 'k c', 'k missing', 'nokey a'].map((what) =>
      `LPOS ${what} ${options}`)],
  })),
  ...['RANK', 'COUNT', 'MAXLEN'].flatMap((option) =>
    each(`LPOS ${option}`, [REPEATING], NEGATABLE.flatMap((value) => [['LPOS', 'k', 'a', option, value],
      ['LPOS', 'nokey', 'a', option, value], ['LPOS', 'k', 'a', 'COUNT', '0', option, value]]))),
  ...likeRedis8(['RANK', 'COUNT', 'MAXLEN'].flatMap((option) => each(`LPOS ${option}`, [REPEATING],
    [`LPOS k a ${option} ${LEAST}`, `LPOS nokey a ${option} ${LEAST}`,
      `LPOS k a COUNT 0 ${option} ${LEAST}`]))),
  ...table(
    ['LPOS of numbers and bytes', ['RPUSH', 'k', '1', '01', '', '1', ALL_BYTES, '\0', '1.0', '-0', '0'],
      'LPOS k 1 COUNT 0', 'LPOS k 01', 'LPOS k ""', ['LPOS', 'k', ALL_BYTES], 'LPOS k "\\x00"', 'LPOS k 1.0',
      'LPOS k 0', 'LPOS k -0', 'LPOS k +1'],
    ['LPOS in a long list', ['RPUSH', 'k', ...numbered('', 4000).map((word) => String(Number(word) % 11))],
      'LPOS k 5', 'LPOS k 5 COUNT 0', 'LPOS k 5 RANK -1', 'LPOS k 5 RANK -3 COUNT 5', 'LPOS k 5 RANK 300',
      'LPOS k 5 RANK 400', 'LPOS k 5 MAXLEN 1000 COUNT 0', 'LPOS k 5 RANK -2 MAXLEN 100 COUNT 0',
      'LPOS k missing'],
    ...LARGE.map(([title, setup]) => [`LPOS in ${title}`, setup, 'LPOS k 4321', 'LPOS k element:2345 RANK -1',
      ['LPOS', 'k', `${'w'.repeat(997)}399`], ['LPOS', 'k', `${'L'.repeat(20_000)}11`, 'RANK', '-1'],
      'LPOS k missing COUNT 0'] as const),
  ),
  ...stringAndOtherTypes('LPOS', 'LPOS other one', 'LPOS other one RANK 0', 'LPOS other one COUNT -1',
    'LPOS other one BOGUS', 'LPOS other one COUNT 0'),
]; // prettier-ignore

const ENDS = ['LEFT LEFT', 'LEFT RIGHT', 'RIGHT LEFT', 'RIGHT RIGHT', 'left right', 'rIgHt LeFt'];
const BOTH = ['LRANGE s 0 -1', 'LRANGE d 0 -1', 'EXISTS s d', 'TTL s', 'TTL d'];

/** The cases of a command that moves one element; `form` writes it for a source and a destination. */
function moveCases(title: string, form: (source: string, destination: string) => string): DifferentialCase[] {
  const move = form('s', 'd');
  return [
    ...table(
      [title, 'RPUSH s a b c', move, ...BOTH, move, ...BOTH, move, ...BOTH, move, ...BOTH],
      [`${title} from a missing key`, form('nokey', 'd'), 'EXISTS d', 'RPUSH d x', form('nokey', 'd'),
        'LRANGE d 0 -1', form('nokey', 'nokey'), 'SET t v', form('nokey', 't')],
      [`${title} onto itself`, 'RPUSH s a b c', 'EXPIRE s 1000', form('s', 's'), ...BOTH, form('s', 's'),
        ...BOTH],
      [`${title} of the only element onto itself`, 'RPUSH s a', 'EXPIRE s 1000', form('s', 's'), ...BOTH],
      [`${title} and expiries`, 'RPUSH s a b', 'RPUSH d x', 'EXPIRE s 1000', 'EXPIRE d 5000', move, ...BOTH,
        move,
        ...BOTH, 'RPUSH s z', ...BOTH],
      [`${title} to a new key takes no expiry along`, 'RPUSH s a', 'EXPIRE s 1000', move, ...BOTH],
      [`${title} from what expired`, 'RPUSH s a', 'PEXPIREAT s 1', move, ...BOTH],
      [`${title} onto what expired`, 'RPUSH s a', 'RPUSH d x', 'PEXPIREAT d 1', move, ...BOTH],
      [`${title} onto a string`, 'RPUSH s a', 'SET d v', move, 'LRANGE s 0 -1', 'GET d'],
      [`${title} from a string`, 'SET s v', 'RPUSH d x', move, 'LRANGE d 0 -1', form('s', 'nokey'),
        form('s', 's'), 'EXISTS nokey'],
      [`${title} of every byte`, ['RPUSH', 's', ALL_BYTES, '', ALL_BYTES], move, move, ...BOTH, move,
        ...BOTH],
      [`${title} through long lists`, ['RPUSH', 's', ...numbered('', 2500)], ...Array.from({ length: 200 },
        () =>
        move), ...BOTH, ...Array.from({ length: 100 }, () => form('d', 's')), ...BOTH,
        ...Array.from({ length: 50 }, () => form('s', 's')), ...BOTH],
      [`${title} of long words`, ['RPUSH', 's', ...numbered('e'.repeat(9000), 5)], move, move, form('s', 's'),
        ...BOTH, move, move, move, move, ...BOTH],
    ),
    ...stringAndOtherTypes(title, form('other', 'd'), 'EXISTS d', 'RPUSH l x', form('l', 'other'),
      'LRANGE l 0 -1', form('nokey', 'other'), form('other', 'other')),
  ];
} // prettier-ignore

const MPOP_CALLS = [
  '1 k LEFT', '1 k RIGHT', '1 nokey LEFT', '2 nokey k LEFT', '2 k l RIGHT', '2 l k left', '1 k LEFT COUNT 1',
  '1 k RIGHT COUNT 2', '1 k LEFT COUNT 100', '2 nokey1 nokey2 LEFT COUNT 5', '2 k k RIGHT COUNT 4',
  '1 k left count 3', '1 k LEFT COUNT 9223372036854775807', '3 nokey l k RIGHT COUNT 2', '2 k s LEFT',
  '2 s k LEFT', '2 nokey s LEFT', '1 s LEFT', '1 s LEFT COUNT 0', '0 k LEFT', '-1 k LEFT', 'abc k LEFT',
  '1 k MIDDLE', '1 k ""', '2 k LEFT', '1 k l LEFT', '3 k l LEFT', '1 k LEFT COUNT', '1 k LEFT COUNT 0',
  '1 k LEFT COUNT -1', '1 k LEFT COUNT abc', '1 k LEFT BOGUS', '1 k LEFT BOGUS 1', '1 k LEFT COUNT 1 COUNT 2',
  '1 k LEFT COUNT 1 BOGUS', '1 k LEFT LEFT', '1 k LEFT RIGHT', '9223372036854775807 k LEFT',
  '9223372036854775808 k LEFT', '4294967297 k LEFT', '1 k COUNT 1', '2 k l COUNT 1 LEFT', '1 "" LEFT',
    '1.0 k LEFT',
  '0 LEFT COUNT 1', '100 k LEFT COUNT 0', '1 k LEFT COUNT 4294967297', '2147483648 k LEFT',
    '2147483647 k LEFT',
]; // prettier-ignore

const movingCases: DifferentialCase[] = [
  arity('RPOPLPUSH', 0, 1, 3),
  ...moveCases('RPOPLPUSH', (source, destination) => `RPOPLPUSH ${source} ${destination}`),
  arity('LMOVE', 0, 1, 2, 3, 5),
  ...ENDS.flatMap((ends) =>
    moveCases(`LMOVE ${ends}`, (source, destination) => `LMOVE ${source} ${destination} ${ends}`)),
  ...each('LMOVE', ['RPUSH s a b c', 'SET t v'], ['LMOVE s d LEFT BOGUS', 'LMOVE s d BOGUS LEFT',
    'LMOVE s d "" ""', 'LMOVE s d LEFT', 'LMOVE nokey d LEFT BOGUS', 'LMOVE t d BOGUS LEFT',
      'LMOVE t d LEFT BOGUS',
    'LMOVE s d LEFT RIGHT RIGHT', 'LMOVE s d L R', 'LMOVE s t LEFT BOGUS', 'LMOVE s d BEFORE AFTER']),
  arity('LMPOP', 0, 1, 2),
  ...MPOP_CALLS.map((call) => ({
    title: `LMPOP ${call}`,
    steps: ['RPUSH k a b c d', 'EXPIRE k 1000', 'RPUSH l 1 2 3', 'SET s v', `LMPOP ${call}`, ALL,
      'LRANGE l 0 -1',
      'TTL k', `LMPOP ${call}`, 'EXISTS k l s nokey'],
  })),
  ...each('LMPOP numkeys', ['RPUSH k a b'], EDGE_INTEGERS.map((count) => ['LMPOP', count, 'k', 'LEFT'])),
  ...each('LMPOP count', ['RPUSH k a b'], EDGE_INTEGERS.map((count) => ['LMPOP', '1', 'k', 'LEFT', 'COUNT',
    count])),
  ...table(
    ['LMPOP to the end', 'RPUSH k a b c', 'EXPIRE k 1000', 'LMPOP 1 k LEFT', 'LMPOP 1 k LEFT COUNT 2',
      'EXISTS k',
      'LMPOP 1 k LEFT', 'RPUSH k x', 'TTL k'],
    ['LMPOP of what expired', 'RPUSH k a', 'RPUSH l b', 'PEXPIREAT k 1', 'LMPOP 2 k l RIGHT', 'EXISTS k l'],
    ['LMPOP every byte', ['RPUSH', ALL_BYTES, ALL_BYTES, ''], ['LMPOP', 1, ALL_BYTES, 'LEFT', 'COUNT', 2]],
    ['LMPOP of many keys', ['LMPOP', 100, ...numbered('k', 100), 'LEFT'], 'RPUSH k70 x y', ['LMPOP', 100,
      ...numbered('k', 100), 'RIGHT', 'COUNT', 7], 'DBSIZE'],
    ...LARGE.map(([title, setup]) => [`LMPOP of ${title}`, setup, 'LMPOP 1 k LEFT COUNT 9', 'LMPOP 1 k RIGHT',
      'LMPOP 1 k RIGHT COUNT 500', 'LLEN k', 'LMPOP 1 k LEFT COUNT 100000', 'EXISTS k'] as const),
  ),
  ...stringAndOtherTypes('LMPOP', 'LMPOP 1 other LEFT', 'LMPOP 2 nokey other RIGHT COUNT 2',
    'LMPOP 1 other BOGUS', 'LMPOP 1 other LEFT COUNT 0', 'LMPOP 0 other LEFT'),
]; // prettier-ignore

const wholeListCases: DifferentialCase[] = [
  ...LARGE.flatMap(([title, setup]) => table(
    [`COPY of ${title}`, setup, 'EXPIRE k 1000', 'COPY k c', 'LPOP k 20', 'RPUSH c tail', 'LSET c 3 changed',
      'LINSERT c BEFORE changed new', ALL, 'LRANGE c 0 -1', 'TTL c', 'DEL k', 'LRANGE c 0 -1',
        'COPY c k REPLACE',
      'UNLINK c', ALL],
    [`RENAME and MOVE of ${title}`, setup, 'RENAME k r', 'LRANGE r 0 -1', 'LLEN k', 'MOVE r 3', 'EXISTS r',
      'SELECT 3', 'LRANGE r 0 -1', 'LPUSH r again', 'LLEN r'],
    [`${title} built one by one on both ends`, setup, ...numbered('x', 150).flatMap((word) =>
      [`LPUSH k ${word}`,
      `RPUSH k ${word}`]), 'LLEN k', ALL, ...numbered('x', 80).flatMap(() => ['LPOP k', 'RPOP k']), ALL],
  )),
  ...table(
    ['a list under another command', 'RPUSH k a b', 'GET k', 'INCR k', 'APPEND k x', 'SETRANGE k 0 x',
      'STRLEN k',
      'BITCOUNT k', 'PFADD k x', 'GETDEL k', 'MGET k', 'SET k v', 'LPUSH k x', 'GET k'],
    ['SET over a list', ['RPUSH', 'k', ...numbered('', 2000)], 'SET k v', 'GET k', 'LLEN k', 'DEL k',
      'RPUSH k a',
      ALL],
    ['a queue that never empties', 'RPUSH k a b c', ...numbered('q', 400).flatMap((word) =>
      [`RPUSH k ${word}`,
      'LPOP k']), ...AFTER],
    ['a stack that never empties', 'RPUSH k a b c', ...numbered('q', 200).flatMap((word) =>
      [`LPUSH k ${word}${word}`,
      'LPOP k', 'LLEN k']), ...AFTER],
    ['a queue of long words', ...numbered('q', 60).flatMap((word): Step[] => [['RPUSH', 'k',
      word.repeat(1000)],
      ['RPUSH', 'k', word], ...(Number(word.slice(1)) > 20 ? ['LPOP k 2'] : [])]), ...AFTER],
  ),
]; // prettier-ignore

export const listsCases: DifferentialCase[] = [
  ...pushCases,
  ...popCases,
  ...readCases,
  ...editCases,
  ...positionCases,
  ...movingCases,
  ...wholeListCases,
];
