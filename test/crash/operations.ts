/**
 * The writes of the crash tests, and a model of the data that they make.
 *
 * An *operation* is named `<writer>:<number>`; what it does follows from its name and the seed alone. It is one
 * transaction (or one command) that also pushes its name to the list `log`. So the data tell by themselves which
 * operations they hold, and in which order: the state after a crash is right if, and only if, it is what the operations
 * of `log`, in its order, make of the state before.
 *
 * Cost: O(words) each.
 */

/** The list of the names of operations, in database 0, and the counter of transactions beside it. */
export const LOG = 'log';
export const COUNTER = 'transactions';
/** Databases that operations write to. */
export const DATABASES = 2;

const KEYS = 25;
const FIELDS = 40;
const LIST_MAX = 64;
const STREAM_MAX = 30;
const LONG_TIME_MS = 1_000_000_000;

/** A source of numbers that follows from its seed (mulberry32). */
export class Choices {
  constructor(private state: number) {}

  /** 0 up to, not including, `bound`. */
  below(bound: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) % 0x7fffffff) % bound;
  }

  of<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }
}

/** What a key holds, in a form that can be compared: a text, or lines of it. */
export interface Value {
  readonly kind: 'string' | 'hash' | 'set' | 'sorted set' | 'list' | 'stream';
  text: string;
  items: string[];
  map: Map<string, string>;
  expires: boolean;
}

/** Keys by `<database>:<key>`. */
export type Model = Map<string, Value>;

/** A command of an operation, and what it does to the model. */
interface Action {
  readonly database: number;
  readonly words: readonly string[];
  readonly apply: (model: Model) => void;
}

/** What is sent for an operation, one array of words for each command. */
export interface Operation {
  readonly name: string;
  readonly isTransaction: boolean;
  readonly commands: readonly (readonly string[])[];
  readonly actions: readonly Action[];
}

function edit(database: number, key: string, kind: Value['kind'], change: (value: Value) => void) {
  return (model: Model): void => {
    const name = `${database}:${key}`;
    const value = model.get(name) ?? { kind, text: '', items: [], map: new Map(), expires: false };
    change(value);
    const isEmpty = kind !== 'string' && kind !== 'stream' && value.items.length + value.map.size === 0;
    if (isEmpty) model.delete(name);
    else model.set(name, value);
  };
}

// Mostly short, now and then so long that it takes several writes to the disk.
function text(choices: Choices): string {
  const letter = String.fromCharCode(97 + choices.below(26));
  const length = choices.below(60) === 0 ? choices.below(100_000) : choices.below(80);
  return letter.repeat(length) + String(choices.below(1000));
}

type MakeAction = (choices: Choices, database: number, writer: number, number: number) => Action;

const setText: MakeAction = (choices, database) => {
  const [key, value] = [`string:${choices.below(KEYS)}`, text(choices)];
  const expires = choices.below(4) === 0;
  const words = expires ? ['SET', key, value, 'PX', String(LONG_TIME_MS)] : ['SET', key, value];
  const change = (at: Value): void => void Object.assign(at, { text: value, expires });
  return { database, words, apply: edit(database, key, 'string', change) };
};

const add: MakeAction = (choices, database) => {
  const [key, by] = [`number:${choices.below(KEYS)}`, choices.below(1000)];
  const change = (value: Value): void => {
    value.text = String(Number(value.text) + by);
  };
  return {
    database,
    words: ['INCRBY', key, String(by)],
    apply: edit(database, key, 'string', change),
  };
};

const setField: MakeAction = (choices, database) => {
  const [key, field, value] = [`hash:${choices.below(KEYS)}`, `f${choices.below(FIELDS)}`, text(choices)];
  if (choices.below(3) === 0)
    return {
      database,
      words: ['HDEL', key, field],
      apply: edit(database, key, 'hash', ({ map }) => map.delete(field)),
    };
  const words = ['HSET', key, field, value];
  return { database, words, apply: edit(database, key, 'hash', ({ map }) => map.set(field, value)) };
};

const setMember: MakeAction = (choices, database) => {
  const key = `set:${choices.below(KEYS)}`;
  const members = [1, 2, 3].map(() => `m${choices.below(FIELDS)}`);
  const removes = choices.below(3) === 0;
  const change = ({ map }: Value): void => {
    for (const member of members) if (removes) map.delete(member);
      else map.set(member, ''); // prettier-ignore
  };
  const words = [removes ? 'SREM' : 'SADD', key, ...members];
  return { database, words, apply: edit(database, key, 'set', change) };
};

const setScore: MakeAction = (choices, database) => {
  const [key, member, by] = [`zset:${choices.below(KEYS)}`, `m${choices.below(FIELDS)}`, choices.below(99)];
  if (choices.below(4) === 0)
    return {
      database,
      words: ['ZREM', key, member],
      apply: edit(database, key, 'sorted set', ({ map }) => map.delete(member)),
    };
  const change = ({ map }: Value): void => void map.set(member, String(Number(map.get(member) ?? '0') + by));
  const words = ['ZINCRBY', key, String(by), member];
  return { database, words, apply: edit(database, key, 'sorted set', change) };
};

const push: MakeAction = (choices, database) => {
  const [key, value] = [`list:${choices.below(KEYS)}`, text(choices)];
  if (choices.below(3) === 0) {
    const words = ['LTRIM', key, '0', String(LIST_MAX - 1)];
    return { database, words, apply: edit(database, key, 'list', ({ items }) => items.splice(LIST_MAX)) };
  }
  const words = ['LPUSH', key, value];
  return { database, words, apply: edit(database, key, 'list', ({ items }) => items.unshift(value)) };
};

// Each writer has a stream of its own, since identifiers must ascend.
const append: MakeAction = (choices, database, writer, number) => {
  const [key, value] = [`stream:${writer}`, text(choices)];
  const id = `${number + 1}-${database + 1}`;
  const change = ({ items }: Value): void => {
    items.push(`${id} f ${value}`);
    items.splice(0, items.length - STREAM_MAX);
  };
  const words = ['XADD', key, 'MAXLEN', String(STREAM_MAX), id, 'f', value];
  return { database, words, apply: edit(database, key, 'stream', change) };
};

const remove: MakeAction = (choices, database) => {
  const key = `${choices.of(['string', 'number', 'hash', 'set', 'zset', 'list'])}:${choices.below(KEYS)}`;
  return { database, words: ['DEL', key], apply: (model) => void model.delete(`${database}:${key}`) };
};

const ACTIONS: readonly MakeAction[] = [setText, add, setField, setField, setMember, setScore, push, push, append, remove]; // prettier-ignore

const count: Action = {
  database: 0,
  words: ['INCR', COUNTER],
  apply: edit(0, COUNTER, 'string', (value) => (value.text = String(Number(value.text) + 1))),
};

/** The operation of a name. Its reply, or the first of its replies within EXEC, is its place in the log. */
export function makeOperation(seed: number, writer: number, number: number): Operation {
  const choices = new Choices(Math.imul(seed, 0x9e3779b1) ^ Math.imul(writer + 1, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35)); // prettier-ignore
  const name = `${writer}:${number}`;
  const record = ['RPUSH', LOG, name];
  if (choices.below(3) === 0) return { name, isTransaction: false, commands: [record], actions: [] };
  const actions: Action[] = [];
  // A stream takes one entry of an identifier.
  const made = new Set<MakeAction>();
  for (let i = 1 + choices.below(4); i > 0; i--) {
    const make = choices.of(ACTIONS);
    if (make === append && made.has(append)) continue;
    made.add(make);
    actions.push(make(choices, choices.below(DATABASES), writer, number));
  }
  actions.push(count);
  const commands: (readonly string[])[] = [['MULTI'], record];
  let database = 0;
  for (const action of actions) {
    if (action.database !== database) commands.push(['SELECT', String(action.database)]);
    ({ database } = action);
    commands.push(action.words);
  }
  commands.push(['EXEC']);
  return { name, isTransaction: true, commands, actions };
}

/** What the operation of a name does to the model; nothing if it is only a name. */
export function applyOperation(seed: number, name: string, model: Model): void {
  const [writer, number] = name.split(':').map(Number);
  if (writer === undefined || number === undefined || Number.isNaN(writer)) return;
  for (const { apply } of makeOperation(seed, writer, number).actions) apply(model);
}

/** A model of its own with the same content. */
export function copyModel(model: Model): Model {
  const copies = [...model].map(([name, value]): [string, Value] => [
    name,
    { ...value, items: [...value.items], map: new Map(value.map) },
  ]);
  return new Map(copies);
}
