/** Recipes: how what a handler says it leaves becomes effects, in their order among the rows that are noted. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../src/commands/call.js';
import { Changes } from '../../src/commands/changes.js';
import { Effects, EffectWord } from '../../src/commands/effects.js';
import {
  CommandAt,
  CommandCount,
  CommandFirst,
  CommandsMax,
  CommandWords,
  EffectRows,
  NumberA,
  PartWords,
  RecipeWords,
  ReplyCursor,
} from '../../src/store/layout.js';
import { type NativeStore, openStore } from '../../src/store/native.js';
import { encodeCommand } from '../support/command-line.js';
import { parseEffects } from '../support/effect-servers.js';

const store: NativeStore = openStore(4);
const input = Buffer.from(store.input);
const args = new Int32Array(store.args);
const commands = new Int32Array(store.commands);
const control = new Int32Array(store.control);
const numbers = new Float64Array(store.numbers);
const effects = new Effects(store, new Changes(store));
const calls = vi.spyOn(store, 'writeEffect');
const flushes = vi.spyOn(store, 'flushEffects');

/** Puts commands into the chunk, as a parser would; a call for each. */
function chunk(...lines: readonly (readonly (string | Buffer)[])[]): Call[] {
  let at = 0;
  let first = 0;
  return lines.map((line, row) => {
    const texts = line.map((text) => Buffer.from(text));
    const frame = encodeCommand(texts);
    frame.copy(input, at);
    let end = `*${String(line.length)}\r\n`.length;
    texts.forEach((text, i) => {
      end += `$${String(text.length)}\r\n`.length;
      args.set([at + end, text.length], 2 * (first + i));
      end += text.length + 2;
    });
    commands[row * CommandWords + CommandAt] = at;
    commands[row * CommandWords + CommandFirst] = first;
    commands[row * CommandWords + CommandCount] = line.length;
    const call = { row, first, count: line.length, client: { database: 0 } };
    at += frame.length;
    first += line.length;
    return call as unknown as Call;
  });
}

/** One call, of a command of the chunk or of none. */
function one(words: readonly (string | Buffer)[], row = 0): Call {
  const [call] = chunk(words);
  if (call === undefined) throw new Error('no call');
  call.row = row;
  return call;
}

/** The effects since the last time, without SELECT. */
function taken(): string[] {
  effects.flush();
  return parseEffects(Buffer.from(store.takeEffects()))
    .filter(([word]) => word !== 'SELECT')
    .map((effect) => effect.join(' '));
}

beforeEach(() => {
  effects.turn(false);
  effects.turn(true);
  calls.mockClear();
  flushes.mockClear();
});

describe('a recipe', () => {
  it('takes arguments, words and numbers, and is noted without a call of the store', () => {
    const c = one(['set', 'key', 'value', 'more']);
    effects.begin(c, EffectWord.SET, 6);
    effects.argument(c, 1, 2);
    effects.word(EffectWord.PXAT);
    effects.number(-7);
    effects.argument(c, 4, 0);
    effects.number(Number.MAX_SAFE_INTEGER);
    effects.beginCopy(c, 2);
    effects.argument(c, 3);
    expect(calls).not.toHaveBeenCalled();
    expect(taken()).toEqual(['SET key value PXAT -7 9007199254740991', 'set more']);
  });

  it('takes the expiry register as it is when it is recorded', () => {
    const c = one(['pexpireat', 'key', '9223372036854775807', '-9223372036854775807', '0']);
    for (let i = 2; i < 5; i++) {
      expect(store.readExpiry(c.first + i, 1, 0)).toBe(0);
      effects.expires(c, 1);
    }
    expect(taken()).toEqual([
      'PEXPIREAT key 9223372036854775807',
      'PEXPIREAT key -9223372036854775807',
      'PEXPIREAT key 0',
    ]);
  });

  it('stands among rows in the order in which they were noted', () => {
    const calls = chunk(['set', 'a', '1'], ['del', 'b'], ['set', 'c', '3'], ['set', 'd', '4']);
    const [a, b, , d] = calls;
    if (a === undefined || b === undefined || d === undefined) throw new Error('no calls');
    effects.ran(a, 0, 1);
    effects.onKey(b, EffectWord.UNLINK, 1);
    effects.ran(a, 2, 2);
    effects.popped(d, EffectWord.LPOP, 1, 2);
    expect(control[EffectRows]).toBe(5);
    expect(taken()).toEqual(['set a 1', 'UNLINK b', 'set c 3', 'set d 4', 'LPOP d 2']);
  });

  it('is carried out at once, behind what is noted, if the command is not of the chunk', () => {
    const c = one(['set', 'key', 'value']);
    effects.onKey(c, EffectWord.DEL, 1);
    c.row = -1;
    effects.onKey(c, EffectWord.UNLINK, 2);
    expect(calls).toHaveBeenCalledTimes(1);
    expect(control[EffectRows]).toBe(0);
    expect(taken()).toEqual(['DEL key', 'UNLINK value']);
  });

  it('is carried out at once if it names what was replied', () => {
    const c = one(['incrbyfloat', 'key', '1']);
    effects.onKey(c, EffectWord.DEL, 1);
    const reply = Buffer.from('$3\r\n1.5\r\n');
    reply.copy(Buffer.from(store.reply), 0);
    control[ReplyCursor] = reply.length;
    effects.begin(c, EffectWord.SET, 4);
    effects.argument(c, 1);
    effects.reply(0);
    expect(calls).not.toHaveBeenCalled();
    effects.word(EffectWord.KEEPTTL);
    expect(calls).toHaveBeenCalledTimes(1);
    control[ReplyCursor] = 0;
    expect(taken()).toEqual(['DEL key', 'SET key 1.5 KEEPTTL']);
  });

  it('selects its database', () => {
    const c = one(['set', 'key', 'value']);
    for (const database of [0, 2, 2, 1]) {
      c.client.database = database;
      effects.onKey(c, EffectWord.DEL, 1);
    }
    effects.flush();
    const all = parseEffects(Buffer.from(store.takeEffects())).map((effect) => effect.join(' '));
    const [zero, two, one_] = ['SELECT 0', 'SELECT 2', 'SELECT 1'];
    expect(all).toEqual([zero, 'DEL key', two, 'DEL key', 'DEL key', one_, 'DEL key']);
  });

  it('stands in the unit of its command', () => {
    const c = one(['hsetex', 'key', 'value']);
    effects.enter(c);
    effects.several();
    effects.onKey(c, EffectWord.HDEL, 1);
    effects.onKey(c, EffectWord.HDEL, 2);
    effects.leave(c, true);
    effects.enter(c);
    effects.several();
    effects.onKey(c, EffectWord.HDEL, 1);
    effects.leave(c, true);
    expect(taken()).toEqual(['MULTI', 'HDEL key', 'HDEL value', 'EXEC', 'HDEL key']);
  });
});

describe('the limits of recipes', () => {
  it.each([0, -1])('many parts, of a command of row %i', (row) => {
    const count = RecipeWords;
    const c = one(['set', 'key', 'value'], row);
    effects.onKey(c, EffectWord.DEL, 1);
    effects.begin(c, EffectWord.HDEL, count);
    for (let i = 1; i < count; i++) effects.argument(c, 1 + (i % 2));
    effects.onKey(c, EffectWord.UNLINK, 1);
    const words = Array.from({ length: count }, (_, i) => (i === 0 ? 'HDEL' : i % 2 === 1 ? 'value' : 'key'));
    expect(taken()).toEqual(['DEL key', words.join(' '), 'UNLINK key']);
  });

  it.each([-2, -1, 0, 1, 2])('as many parts as there is room for, and %i', (more) => {
    const count = Math.floor(RecipeWords / PartWords) + more;
    const c = one(['set', 'key', 'value']);
    effects.begin(c, EffectWord.HDEL, count);
    for (let i = 1; i < count; i++) effects.number(i);
    effects.onKey(c, EffectWord.DEL, 1);
    const words = Array.from({ length: count }, (_, i) => (i === 0 ? 'HDEL' : String(i)));
    expect(taken()).toEqual([words.join(' '), 'DEL key']);
  });

  it('many recipes', () => {
    const c = one(['set', 'key', 'value']);
    const expected: string[] = [];
    for (let i = 0; i < 3 * CommandsMax; i++) {
      effects.begin(c, EffectWord.SET, 2 + (i % 30));
      for (let k = 0; k < 1 + (i % 30); k++) effects.number(i);
      expected.push(`SET${` ${String(i)}`.repeat(1 + (i % 30))}`);
    }
    expect(calls).not.toHaveBeenCalled();
    expect(taken()).toEqual(expected);
  });

  it('more effects than can be noted', () => {
    const c = one(['set', 'key', 'value']);
    for (let i = 0; i < CommandsMax + 1; i++) effects.onKey(c, EffectWord.DEL, 1);
    expect(flushes).toHaveBeenCalledTimes(1);
    expect(taken()).toEqual(Array.from({ length: CommandsMax + 1 }, () => 'DEL key'));
  });

  it('large and empty arguments', () => {
    const large = Buffer.alloc(5_000_000, 'x');
    const c = one(['set', '', large]);
    effects.begin(c, EffectWord.SET, 3);
    effects.argument(c, 1, 2);
    expect(taken()).toEqual([`SET  ${large.toString()}`]);
  });
});

describe('an effect that is not what was announced', () => {
  it('lacks arguments', () => {
    const c = one(['set', 'key', 'value']);
    effects.enter(c);
    effects.begin(c, EffectWord.SET, 3);
    effects.argument(c, 1);
    expect(() => effects.begin(c, EffectWord.SET, 3)).toThrow('lacks');
    expect(() => effects.leave(c, true)).toThrow('lacks');
    expect(() => effects.flush()).toThrow('lacks');
    numbers[NumberA] = 0;
    effects.argument(c, 2);
    effects.leave(c, true);
    expect(taken()).toEqual(['SET key value']);
  });

  it('has too many', () => {
    const other = new Effects(openStore(1), new Changes(store));
    other.turn(true);
    const c = one(['set', 'key', 'value']);
    other.begin(c, EffectWord.SET, 2);
    expect(() => other.argument(c, 1, 2)).toThrow('too many');
  });
});
