/** HyperLogLog: counts, the stored bytes, merging, broken values. */
import type { DifferentialCase } from '../../support/server-pair.js';
import type { Argument } from '../../support/command-line.js';
import { ALL_BYTES, arity, each, table } from '../../support/tables.js';
import { otherTypes } from '../../support/other-types.js';

/** A PFADD of `count` elements, numbered from `first`. */
function addMany(key: string, first: number, count: number): Argument[] {
  return ['PFADD', key, ...Array.from({ length: count }, (_, index) => `element:${first + index}`)];
}

/** A dense value with all registers at zero, or with `fill` in every byte behind the header. */
function dense(fill = 0, encoding = 0, length = 12_304): Buffer {
  const bytes = Buffer.alloc(length, fill);
  bytes.fill(0, 0, 16);
  bytes.write('HYLL', 'latin1');
  bytes[4] = encoding;
  bytes[15] = 0x80;
  return bytes;
}

/** A sparse value with the given operation codes. */
function sparse(...codes: readonly number[]): Buffer {
  return Buffer.concat([dense(0, 1, 16), Buffer.from(codes)]);
}

const BROKEN: readonly (readonly [string, Buffer])[] = [
  ['empty', Buffer.alloc(0)],
  ['a word', Buffer.from('hello')],
  ['the magic alone', Buffer.from('HYLL')],
  ['a wrong magic', Buffer.concat([Buffer.from('HYLX'), dense().subarray(4)])],
  ['an unknown encoding', dense(0, 2)],
  ['a dense value too short', dense(0, 0, 12_303)],
  ['a dense value too long', dense(0, 0, 12_305)],
  ['a header without registers', sparse()],
  ['sparse that covers too little', sparse(0x80)],
  ['sparse that covers too much', sparse(0x7f, 0xff, 0x7f, 0xff)],
];

const ASK = ['PFCOUNT h', 'GET h', 'STRLEN h', 'TYPE h', 'OBJECT ENCODING h'];

export const hyperloglogCases: DifferentialCase[] = [
  arity('PFADD', 0),
  arity('PFCOUNT', 0),
  arity('PFMERGE', 0),
  arity('PFSELFTEST', 1, 2),
  arity('PFDEBUG', 0, 1, 3),
  ...table(
    ['PFADD', 'PFADD h a b c', ...ASK, 'PFADD h a b c', 'PFADD h d', ...ASK],
    ['PFADD without elements', 'PFADD h', ...ASK, 'PFADD h', 'EXISTS h'],
    ['PFADD empty and binary elements', 'PFADD h ""', ['PFADD', 'h', ALL_BYTES, Buffer.from([0]),
      Buffer.from([0, 0])], ...ASK, ['PFADD', ALL_BYTES, 'x'], ['PFCOUNT', ALL_BYTES]],
    ['PFADD elements of every length', ['PFADD', 'h', ...Array.from({ length: 40 }, (_,
      length) => 'abcdefghijklmnopqrstuvwxyz0123456789ABCD'.slice(0, length))], ...ASK],
    ['PFCOUNT of nothing', 'PFCOUNT nokey', 'PFCOUNT nokey nokey2', 'EXISTS nokey'],
    ['PFCOUNT keeps its estimate', 'PFADD h a b', 'GET h', 'PFCOUNT h', 'GET h', 'PFADD h a', 'GET h',
      'PFADD h zz', 'GET h', 'PFCOUNT h', 'GET h'],
    ['PFADD keeps the expiry', 'PFADD h a', 'EXPIRE h 100', 'PFADD h b', 'PTTL h', 'PFMERGE h h', 'PTTL h'],
    ['PFCOUNT of several', 'PFADD a 1 2 3', 'PFADD b 3 4 5', 'PFCOUNT a b', 'PFCOUNT a b nokey',
      'PFCOUNT a a', 'GET a', 'GET b'],
    ['PFMERGE', 'PFADD a 1 2 3', 'PFADD b 3 4 5', 'PFMERGE h a b', ...ASK, 'PFMERGE h', ...ASK,
      'PFMERGE h nokey', ...ASK, 'PFMERGE new', 'GET new', 'PFMERGE a b', 'PFCOUNT a', 'GET a'],
    ['PFMERGE of dense values', addMany('a', 0, 4000), addMany('b', 2000, 4000), 'PFADD c x',
      'PFMERGE h a b c', ...ASK, 'PFMERGE c a', 'GET c', 'PFCOUNT a b c', 'PFCOUNT a nokey b'],
    ['sparse grows by steps', ...Array.from({ length: 60 }, (_, step) => [addMany('h', step * 20, 20),
      'GET h', 'PFCOUNT h']).flat()],
    ['sparse one element at a time', ...Array.from({ length: 150 }, (_, step) => [['PFADD', 'h', `e${step}`],
      'GET h']).flat()],
    ['sparse turns dense', ...Array.from({ length: 20 }, (_, step) => [addMany('h', step * 250, 250),
      'STRLEN h', 'PFCOUNT h', 'GET h']).flat()],
    ['large counts', ...Array.from({ length: 30 }, (_, step) => [addMany('h', step * 2000, 2000),
      'PFCOUNT h']).flat(), 'GET h'],
    ['PFDEBUG', addMany('h', 0, 10), 'PFDEBUG ENCODING h', 'PFDEBUG DECODE h', 'PFDEBUG TODENSE h',
      'PFDEBUG TODENSE h', 'PFDEBUG ENCODING h', 'PFDEBUG DECODE h', 'PFDEBUG GETREG h', ...ASK],
    ['PFDEBUG GETREG turns dense', 'PFADD h a', 'PFDEBUG GETREG h', 'PFDEBUG ENCODING h', 'PFCOUNT h',
      'GET h'],
    ['PFDEBUG of nothing', 'PFDEBUG ENCODING nokey', 'PFDEBUG DECODE nokey', 'PFDEBUG GETREG nokey',
      'PFDEBUG TODENSE nokey', 'PFDEBUG BOGUS nokey'],
    ['PFDEBUG wrong', 'PFADD h a', 'PFDEBUG BOGUS h', 'PFDEBUG', 'PFDEBUG ENCODING', 'PFDEBUG ENCODING h x',
      'PFDEBUG "" h', 'pfdebug encoding h'],
    ['PFSELFTEST', 'PFSELFTEST', 'pfselftest'],
    ['hll-sparse-max-bytes', 'CONFIG SET hll-sparse-max-bytes 100', ...Array.from({ length: 30 }, (_,
      step) => [addMany('h', step, 1), 'GET h']).flat(), 'CONFIG SET hll-sparse-max-bytes 3000'],
    ['a dense value given by SET', ['SET', 'h', dense()], ...ASK, 'PFADD h a', ...ASK, ['SET', 'h',
      dense(0xff)], ...ASK, ['SET', 'h', dense(0x41)], 'PFCOUNT h', 'PFADD h a b c', 'GET h'],
    ['a sparse value given by SET', ['SET', 'h', sparse(0x7f, 0xff)], ...ASK, 'PFADD h a', ...ASK, ['SET',
      'h', sparse(0x83, 0x7f, 0xfe)], 'PFCOUNT h', 'PFADD h a', 'GET h', 'PFDEBUG DECODE h'],
  ),
  ...BROKEN.map(([title, value]) => ({
    title: `a value that is ${title}`,
    steps: [['SET', 'h', value], 'PFCOUNT h', 'PFADD h a', 'PFADD h', 'PFCOUNT h h', 'PFMERGE d h',
      'PFMERGE h', 'PFDEBUG ENCODING h', 'PFDEBUG GETREG h', 'GET h', 'EXISTS d'],
  })),
  ...each('PF on a number', ['SET n 12345'], ['PFADD n a', 'PFCOUNT n', 'PFMERGE n', 'PFMERGE d n',
    'PFCOUNT nokey n', 'PFDEBUG ENCODING n']),
  ...otherTypes('PF', 'PFADD other a', 'PFCOUNT other', 'PFCOUNT nokey other', 'PFMERGE d other',
    'PFMERGE other', 'PFADD h a', 'PFMERGE other h', 'PFDEBUG ENCODING other', 'PFDEBUG GETREG other'),
]; // prettier-ignore
