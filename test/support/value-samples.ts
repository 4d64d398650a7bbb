/**
 * Values of every type in every form, small and large, as the commands that build them under the key `k`: for tests
 * of whatever writes values and reads them back.
 *
 * The bytes are the same in every run.
 */
import { toBytes, type Argument } from './command-line.js';

/** A value, and the commands that make it. */
export interface ValueSample {
  readonly title: string;
  readonly commands: readonly (readonly Argument[])[];
  /** Whether only Redis 7.4 and later have such values. */
  readonly isNew?: boolean;
}

/** Bytes that no compression makes shorter. */
export function noise(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = (seed * 2654435761 + 1) >>> 0;
  for (let i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state & 255;
  }
  return bytes;
}

const STRINGS: readonly Argument[] = [
  '',
  '0',
  '-0',
  '1',
  '127',
  '128',
  '-128',
  '-129',
  '32767',
  '-32768',
  '-32769',
  '2147483647',
  '2147483648',
  '-2147483648',
  '-2147483649',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775808',
  '01',
  '+1',
  '1.5',
  'x'.repeat(20),
  'x'.repeat(21),
  'ab'.repeat(1000),
  noise(63, 1),
  noise(64, 2),
  noise(16383, 3),
  noise(16384, 4),
  noise(300_000, 5),
  Buffer.alloc(200_000),
];

/** Elements by what they are like. */
const ELEMENTS: Readonly<Record<string, (i: number) => Argument>> = {
  'small integers': (i) => i * i - 500,
  'large integers': (i) => String(BigInt(i) * 4503599627370496n),
  text: (i) => `element ${i}`,
  bytes: (i) => Buffer.concat([noise(i % 200, i), Buffer.from(`${i}`)]),
};
const LARGE: Readonly<Record<string, (i: number) => Argument>> = {
  'large bytes': (i) => Buffer.concat([noise(9000, i), Buffer.from(`${i}`)]),
  'large text': (i) => 'z'.repeat(20_000) + String(i),
};
const SCORES: readonly string[] = [
  '1',
  '-1',
  'inf',
  '-inf',
  '3',
  '1e300',
  '-7.5',
  '5e-324',
  '123456789012',
  '0.1',
];

function collections(): ValueSample[] {
  const samples: ValueSample[] = [];
  const groups = [
    { kinds: ELEMENTS, counts: [1, 5, 100, 600, 3000] },
    { kinds: LARGE, counts: [1, 5, 40] },
  ];
  for (const { kinds, counts } of groups) {
    for (const [kind, element] of Object.entries(kinds)) {
      for (const count of counts) {
        const all = Array.from({ length: count }, (_, i) => element(i));
        const what = `${count} elements: ${kind}`;
        const scored = all.flatMap((member, i) => [SCORES[i % SCORES.length] ?? '0', member]);
        samples.push({ title: `list of ${what}`, commands: [['RPUSH', 'k', ...all]] });
        samples.push({ title: `set of ${what}`, commands: [['SADD', 'k', ...all]] });
        samples.push({ title: `sorted set of ${what}`, commands: [['ZADD', 'k', ...scored]] });
        samples.push({ title: `hash of ${what}`, commands: [['HSET', 'k', ...all.flatMap((e) => [e, e])]] });
      }
    }
  }
  samples.push({ title: 'list with empty elements', commands: [['RPUSH', 'k', '', 'a', '']] });
  samples.push({ title: 'set with an empty member', commands: [['SADD', 'k', '', 'a']] });
  samples.push({ title: 'sorted set with an empty member', commands: [['ZADD', 'k', '1.25', '', '2', 'a']] });
  samples.push({ title: 'hash with an empty field', commands: [['HSET', 'k', '', '', 'a', '']] });
  return samples;
}

function entries(count: number): (readonly Argument[])[] {
  const commands: (readonly Argument[])[] = [];
  for (let i = 1; i <= count; i++) {
    const fields = i % 5 === 0 ? [`g${i}`, noise(40, i), 'h', '-1'] : ['f', `v${i}`];
    commands.push(['XADD', 'k', `${i}-${i % 3}`, ...fields]);
  }
  return commands;
}

function streams(): ValueSample[] {
  const one: readonly Argument[] = ['XADD', 'k', '1-1', 'a', '1'];
  const deletions = Array.from({ length: 140 }, (_, i) => ['XDEL', 'k', `${7 * i + 1}-${(7 * i + 1) % 3}`]);
  const read = (consumer: string, count: number, from: string): readonly Argument[] => [
    'XREADGROUP',
    'GROUP',
    'g',
    consumer,
    'COUNT',
    count,
    'STREAMS',
    'k',
    from,
  ];
  return [
    { title: 'stream of one entry', commands: [one] },
    { title: 'stream that was emptied', commands: [one, ['XDEL', 'k', '1-1']] },
    { title: 'stream that never had an entry', commands: [['XGROUP', 'CREATE', 'k', 'g', '$', 'MKSTREAM']] },
    { title: 'stream of many entries', commands: entries(1500) },
    {
      title: 'stream with deleted entries',
      commands: [...entries(1500), ...deletions, ['XTRIM', 'k', 'MAXLEN', 700]],
    },
    {
      title: 'stream of large entries',
      commands: Array.from({ length: 9 }, (_, i) => ['XADD', 'k', `${(i + 1) * 1e9}-0`, 'f', noise(6000, i)]),
    },
    {
      title: 'stream with groups',
      commands: [
        ...entries(700),
        ['XGROUP', 'CREATE', 'k', 'g', '0'],
        ['XGROUP', 'CREATE', 'k', 'some', '300-0', 'ENTRIESREAD', '5'],
        ['XGROUP', 'CREATE', 'k', 'none', '$'],
        read('alice', 300, '>'),
        read('bob', 100, '>'),
        read('alice', 100, '0'),
        ['XACK', 'k', 'g', '3-0', '4-1'],
        ['XCLAIM', 'k', 'g', 'carol', '0', '5-2', '6-0'],
        ['XDEL', 'k', '7-1', '8-2'],
        ['XGROUP', 'CREATECONSUMER', 'k', 'some', 'idle'],
        ['XSETID', 'k', '99999-1', 'ENTRIESADDED', '5000', 'MAXDELETEDID', '44-4'],
      ],
    },
  ];
}

function expiringHashes(): ValueSample[] {
  const samples: ValueSample[] = [];
  for (const [count, size] of [
    [5, 1],
    [600, 1],
    [5, 100],
  ] as const) {
    const fields = Array.from({ length: count }, (_, i) => [`f${i}`, String(i).repeat(size)]).flat();
    const made: readonly Argument[][] = [
      ['HSET', 'k', ...fields],
      ['HPEXPIREAT', 'k', '4000000000000', 'FIELDS', '2', 'f1', 'f3'],
      ['HPEXPIREAT', 'k', '4000000000123', 'FIELDS', '1', 'f2'],
    ];
    const what = `${count} fields of ${size}`;
    samples.push({ title: `hash of ${what}, some expire`, commands: made, isNew: true });
    samples.push({
      title: `hash of ${what} that expire no more`,
      commands: [...made, ['HPERSIST', 'k', 'FIELDS', '3', 'f1', 'f2', 'f3']],
      isNew: true,
    });
  }
  return samples;
}

/** All of them. */
export const VALUE_SAMPLES: readonly ValueSample[] = [
  ...STRINGS.map((value) => ({
    title: `string of ${toBytes(value).length} bytes: ${toBytes(value).toString('latin1', 0, 20)}`,
    commands: [['SET', 'k', value]],
  })),
  ...collections(),
  ...streams(),
  ...expiringHashes(),
];
