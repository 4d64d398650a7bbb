/**
 * The pieces of the hot path, each alone: the parser, the crossing into C++, the table, the expiry sweep, the encoding
 * of replies. Commands are laid out in the input arena as the transport would leave them.
 */
import { FrameParser } from '../../src/protocol/frame-parser.js';
import { NameTable } from '../../src/protocol/name-table.js';
import { ReplyWriter } from '../../src/protocol/reply-writer.js';
import { ChunkArgs, NowMs, ReplyCursor } from '../../src/store/layout.js';
import { openStore } from '../../src/store/native.js';
import type { MicroCase } from './case.js';

const COMMANDS = 512;
const KEYS = 100_000;
const HOUR_MS = 3_600_000;

const store = openStore(1);
const input = new Uint8Array(store.input);
const control = new Int32Array(store.control);
const numbers = new Float64Array(store.numbers);
const names = new NameTable(['get', 'set', 'psetex']);
const parser = new FrameParser(
  input,
  new Int32Array(store.args),
  new Int32Array(store.commands),
  names,
  Int32Array.from([1, 1, 1]),
);
const reply = new ReplyWriter(store);
let size = 0;

/** Puts a pipeline of COMMANDS commands into the arena, over random keys, and parses it. */
function prepare(command: (key: string) => string[]): void {
  const frames = Array.from({ length: COMMANDS }, () => {
    const key = `key:${String(Math.floor(Math.random() * KEYS)).padStart(12, '0')}`;
    const words = command(key).map((word) => `$${String(word.length)}\r\n${word}\r\n`);
    return `*${String(words.length)}\r\n${words.join('')}`;
  });
  const bytes = Buffer.from(frames.join(''), 'latin1');
  input.set(bytes);
  size = bytes.length;
  parse();
}

function parse(): number {
  parser.reset();
  parser.parse(0, size);
  control[ChunkArgs] = parser.argumentCount;
  control[ReplyCursor] = 0;
  return parser.commandCount;
}

function fill(): void {
  numbers[NowMs] = Date.now();
  store.startTurn(0);
  for (let i = 0; i < (KEYS * 4) / COMMANDS; i++) {
    prepare((key) => ['SET', key, 'xxx']);
    store.setStrings(1, COMMANDS, 3, 0);
  }
}

const prepareGet = (): void => {
  fill();
  prepare((key) => ['GET', key]);
};
const prepareSet = (): void => {
  fill();
  prepare((key) => ['SET', key, 'xxx']);
};

function fillExpiring(): void {
  for (let i = 0; i < (KEYS * 4) / COMMANDS; i++) {
    prepare((key) => ['PSETEX', key, String(HOUR_MS), 'xxx']);
    for (let k = 0; k < COMMANDS; k++) {
      store.readExpiry(4 * k + 2, 1, 1);
      store.setString(4 * k + 1, 4 * k + 3, 8);
    }
  }
}

export const cases: readonly MicroCase[] = [
  { name: 'parse GET, per command', operations: COMMANDS, setUp: prepareGet, run: parse },
  { name: 'parse SET, per command', operations: COMMANDS, setUp: prepareSet, run: parse },
  { name: 'a crossing that does nothing', run: () => store.leaveFrame(0) },
  {
    name: 'prefetch, per key',
    operations: COMMANDS,
    setUp: prepareGet,
    run: () => store.prefetch(COMMANDS),
  },
  {
    name: 'GET of a run, per key',
    operations: COMMANDS,
    setUp: prepareGet,
    run: (): number => {
      control[ReplyCursor] = 0;
      store.prefetch(COMMANDS);
      return store.getStrings(1, COMMANDS, 2, 0);
    },
  },
  {
    name: 'GET, a crossing each',
    operations: COMMANDS,
    setUp: prepareGet,
    run: (): number => {
      control[ReplyCursor] = 0;
      store.prefetch(COMMANDS);
      let found = 0;
      for (let k = 0; k < COMMANDS; k++) found += store.getString(1 + 2 * k);
      return found;
    },
  },
  {
    name: 'SET of a run, per key',
    operations: COMMANDS,
    setUp: prepareSet,
    run: (): number => {
      store.prefetch(COMMANDS);
      return store.setStrings(1, COMMANDS, 3, 0);
    },
  },
  {
    name: 'expiry sweep over 100,000 keys that stay',
    setUp: fillExpiring,
    run: (): number => {
      numbers[NowMs] = Date.now();
      return store.expireCycle(1_000_000);
    },
  },
  {
    name: 'encode +OK, per reply',
    operations: COMMANDS,
    run: (): void => {
      control[ReplyCursor] = 0;
      reply.oks(COMMANDS);
    },
  },
  {
    name: 'encode :1234567, per reply',
    operations: COMMANDS,
    run: (): void => {
      control[ReplyCursor] = 0;
      for (let k = 0; k < COMMANDS; k++) reply.integer(1_234_567);
    },
  },
];
