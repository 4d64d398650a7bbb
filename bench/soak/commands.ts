/**
 * The commands a soak client sends: random ones over the keys of its prefix, most of them small, a few huge.
 *
 * Every client has a fixed set of keys, and every value a bounded length, so the data comes to a steady size:
 * memory that still grows after that is the server's fault. Values begin with `t`, so that only counters are
 * integers.
 */
import type { Command, Model } from './model.js';
import type { Random } from './random.js';

const TEXT_KEYS = 16;
const COUNTERS = 4;
const APPEND_BELOW_BYTES = 64 * 1024;

/** All keys of a client that uses `prefix`. */
export function keysOf(prefix: string): string[] {
  const texts = Array.from({ length: TEXT_KEYS }, (_, i) => `${prefix}t${i}`);
  return [...texts, ...Array.from({ length: COUNTERS }, (_, i) => `${prefix}n${i}`)];
}

const POOL_BYTES = 16 * 1024 * 1024;

/** Values are cut from one pool of random bytes: making them for each would load the wrong side. */
export class ValueSource {
  private readonly pool: string;

  constructor(
    random: Random,
    private readonly largestBytes: number,
  ) {
    const bytes = Buffer.alloc(POOL_BYTES);
    for (let i = 0; i < POOL_BYTES; i += 4) bytes.writeUInt32LE(Math.floor(random.unit() * 2 ** 32), i);
    this.pool = bytes.toString('latin1');
  }

  /** A random value: mostly below 100 bytes, one in 2,000 between 64 KiB and the largest. */
  next(random: Random): string {
    const dice = random.unit();
    const limit = dice < 0.75 ? 100 : dice < 0.98 ? 4096 : dice < 0.9995 ? 65_536 : this.largestBytes;
    const length = Math.min(random.below(limit), this.largestBytes);
    const from = random.below(POOL_BYTES - length);
    return 't' + this.pool.slice(from, from + length);
  }
}

/** One kind of command: how often it is chosen, and how one is made. */
interface Kind {
  readonly name: string;
  readonly weight: number;
  make(keys: readonly string[], random: Random, values: ValueSource, model: Model): Command;
}

const some = (keys: readonly string[], random: Random): string[] =>
  Array.from({ length: 1 + random.below(8) }, () => random.pick(keys));

const kinds: readonly Kind[] = [
  {
    name: 'SET',
    weight: 20,
    make: (keys, random, values) => ['SET', random.pick(texts(keys)), values.next(random)],
  },
  { name: 'GET', weight: 25, make: (keys, random) => ['GET', random.pick(keys)] },
  { name: 'PING', weight: 2, make: () => ['PING'] },
  {
    name: 'INCR',
    weight: 12,
    make: (keys, random) => ['INCR', random.pick(random.chance(0.95) ? counters(keys) : keys)],
  },
  {
    ...{ name: 'INCRBY', weight: 3 },
    make: (keys, random) => ['INCRBY', random.pick(counters(keys)), String(random.below(2001) - 1000)],
  },
  {
    ...{ name: 'MSET', weight: 6 },
    make: (keys, random, values) => [
      'MSET',
      ...some(texts(keys), random).flatMap((key) => [key, values.next(random)]),
    ],
  },
  { name: 'MGET', weight: 6, make: (keys, random) => ['MGET', ...some(keys, random)] },
  { name: 'ECHO', weight: 6, make: (_, random, values) => ['ECHO', values.next(random)] },
  {
    ...{ name: 'SET NX', weight: 2 },
    make: (keys, random, values) => [
      'SET',
      random.pick(texts(keys)),
      values.next(random),
      random.pick(['NX', 'XX']),
    ],
  },
  {
    name: 'GETSET',
    weight: 2,
    make: (keys, random, values) => ['GETSET', random.pick(texts(keys)), values.next(random)],
  },
  { name: 'GETDEL', weight: 2, make: (keys, random) => ['GETDEL', random.pick(keys)] },
  {
    ...{ name: 'APPEND', weight: 4 },
    make: (keys, random, values, model) => {
      const key = random.pick(texts(keys));
      const long = (model.get(key)?.length ?? 0) > APPEND_BELOW_BYTES;
      return [long ? 'GETSET' : 'APPEND', key, values.next(random)];
    },
  },
  { name: 'STRLEN', weight: 2, make: (keys, random) => ['STRLEN', random.pick(keys)] },
  {
    ...{ name: 'GETRANGE', weight: 2 },
    make: (keys, random) => {
      const bound = (): string => String(random.below(200) - 100);
      return ['GETRANGE', random.pick(keys), bound(), bound()];
    },
  },
  { name: 'EXISTS', weight: 2, make: (keys, random) => ['EXISTS', ...some(keys, random)] },
  { name: 'DEL', weight: 3, make: (keys, random) => ['DEL', ...some(keys, random)] },
  { name: 'NOSUCHCOMMAND', weight: 1, make: () => ['NOSUCHCOMMAND', 'x'] },
];

const texts = (keys: readonly string[]): readonly string[] => keys.slice(0, TEXT_KEYS);
const counters = (keys: readonly string[]): readonly string[] => keys.slice(TEXT_KEYS);

/** Chooses among the kinds of command that a server knows. */
export class CommandSource {
  private readonly known: readonly Kind[];
  private readonly weights: number;

  /** `knows` tells whether the server has a command of that name (its first word is the command). */
  constructor(
    private readonly values: ValueSource,
    knows: (name: string) => boolean,
  ) {
    // What an APPEND may turn into must be known too.
    this.known = kinds.filter(({ name }) => knows(name) && (name !== 'APPEND' || knows('GETSET')));
    this.weights = this.known.reduce((sum, kind) => sum + kind.weight, 0);
  }

  /** Names of all kinds, for asking a server which it knows. */
  static get names(): readonly string[] {
    return kinds.map((kind) => kind.name);
  }

  /** A random command over `keys`; `model` is the state it will meet. */
  next(keys: readonly string[], random: Random, model: Model): Command {
    let dice = random.unit() * this.weights;
    for (const kind of this.known) {
      dice -= kind.weight;
      if (dice < 0) return kind.make(keys, random, this.values, model);
    }
    return ['PING'];
  }
}
