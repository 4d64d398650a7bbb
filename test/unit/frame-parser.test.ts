// The parser against a naive model: the same frames, whole and cut anywhere, give the same arguments.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DetachedFrame, readInline, splitQuoted } from '../../src/protocol/detached-frame.js';
import { FrameParser, Stop } from '../../src/protocol/frame-parser.js';
import { NameTable } from '../../src/protocol/name-table.js';
import {
  ArgsMax,
  CommandCount,
  CommandFirst,
  CommandId,
  CommandKey,
  CommandsMax,
  CommandWords,
  InputBytes,
} from '../../src/store/layout.js';

const input = new Uint8Array(InputBytes);
const args = new Int32Array(2 * ArgsMax);
const commands = new Int32Array(CommandsMax * CommandWords);
const NAMES = ['get', 'set', 'ping', 'mset', 'bitfield_ro'];

function parser(): FrameParser {
  return new FrameParser(input, args, commands, new NameTable(NAMES), Int32Array.from([1, 1, 0, 1, 1]));
}

function frame(values: readonly Uint8Array[]): Buffer {
  const parts = values.flatMap((value) => [
    Buffer.from(`$${String(value.length)}\r\n`),
    value,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([Buffer.from(`*${String(values.length)}\r\n`), ...parts]);
}

function argumentsOf(k: number): Buffer[] {
  const first = commands[k * CommandWords + CommandFirst];
  return Array.from({ length: commands[k * CommandWords + CommandCount] }, (_, i) => {
    const at = args[2 * (first + i)];
    return Buffer.from(input.subarray(at, at + args[2 * (first + i) + 1]));
  });
}

const bytes = fc.uint8Array({ maxLength: 130 });
const request = fc.array(bytes, { minLength: 1, maxLength: 12 });

describe('FrameParser', () => {
  it('reads every frame of a pipeline', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 20 }), (requests) => {
        const traffic = Buffer.concat(requests.map(frame));
        input.set(traffic, 100);
        const p = parser();
        expect(p.parse(100, 100 + traffic.length)).toBe(Stop.Done);
        expect(p.consumed).toBe(100 + traffic.length);
        expect(p.commandCount).toBe(requests.length);
        requests.forEach((values, k) => {
          expect(argumentsOf(k)).toEqual(values.map((value) => Buffer.from(value)));
        });
      }),
    );
  });

  it('stops in front of a cut frame and never claims more missing bytes than there are', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 5 }), fc.nat(), (requests, at) => {
        const traffic = Buffer.concat(requests.map(frame));
        const cut = at % traffic.length;
        input.fill(0x39, 0, traffic.length + 64);
        input.set(traffic.subarray(0, cut), 0);
        const p = parser();
        const stop = p.parse(0, cut);
        const ends = requests.map((_, k) => Buffer.concat(requests.slice(0, k + 1).map(frame)).length);
        const whole = ends.filter((end) => end <= cut);
        expect(p.commandCount).toBe(whole.length);
        expect(p.consumed).toBe(whole.at(-1) ?? 0);
        expect(stop).toBe(p.consumed === cut ? Stop.Done : Stop.More);
        if (stop === Stop.More) {
          expect(p.missing).toBeGreaterThan(0);
          expect(p.missing).toBeLessThanOrEqual(ends[whole.length] - cut);
        }
      }),
    );
  });

  it.each([
    ['*-1\r\n', Stop.Done, ''],
    ['*0\r\n', Stop.Done, ''],
    ['*x\r\n', Stop.Broken, 'invalid multibulk length'],
    ['*01\r\n', Stop.Broken, 'invalid multibulk length'],
    ['*2147483648\r\n', Stop.Broken, 'invalid multibulk length'],
    ['*1\r\nx', Stop.More, ''],
    ['*1\r\nx\r\n', Stop.Broken, "expected '$', got 'x'"],
    ['*1\r\n$-1\r\n', Stop.Broken, 'invalid bulk length'],
    ['*1\r\n$536870913\r\n', Stop.Broken, 'invalid bulk length'],
    ['*1\r\n$abc\r\n', Stop.Broken, 'invalid bulk length'],
    [`*${'1'.repeat(70000)}`, Stop.Broken, 'too big mbulk count string'],
    [`*1\r\n$${'1'.repeat(70000)}`, Stop.Broken, 'too big bulk count string'],
    ['a'.repeat(70000), Stop.Broken, 'too big inline request'],
    ['*300000\r\n', Stop.Detached, ''],
    ['set "a b" c\r\n', Stop.Detached, ''],
    ['\r\n', Stop.Done, ''],
  ])('answers %.20j', (traffic, stop, error) => {
    input.set(Buffer.from(traffic), 0);
    const p = parser();
    expect(p.parse(0, traffic.length)).toBe(stop);
    expect(p.error).toBe(error);
    expect(p.commandCount).toBe(0);
  });

  it('finds commands in any case, their keys, and inline ones', () => {
    const traffic = 'get k\r\n*2\r\n$3\r\nSeT\r\n$1\r\na\r\nPING\r\n  BitField_RO   x\ty \r\nnope k\r\n';
    input.set(Buffer.from(traffic), 0);
    const p = parser();
    expect(p.parse(0, traffic.length)).toBe(Stop.Done);
    const rows = Array.from({ length: p.commandCount }, (_, k) => k * CommandWords);
    expect(rows.map((row) => commands[row + CommandId])).toEqual([0, 1, 2, 4, -1]);
    const keys = rows.map((row) => commands[row + CommandKey]);
    expect(keys).toEqual([1, 3, -1, 6, -1]);
  });

  it('closes a chunk when its tables are full and goes on behind it', () => {
    const one = frame([Buffer.from('ping')]);
    const traffic = Buffer.concat(Array.from({ length: CommandsMax + 5 }, () => one));
    input.set(traffic, 0);
    const p = parser();
    expect(p.parse(0, traffic.length)).toBe(Stop.Full);
    expect(p.commandCount).toBe(CommandsMax);
    const { consumed } = p;
    p.reset();
    expect(p.parse(consumed, traffic.length)).toBe(Stop.Done);
    expect(p.commandCount).toBe(5);
  });
});

describe('DetachedFrame', () => {
  it('reads a frame from pieces cut anywhere', () => {
    fc.assert(
      fc.property(request, fc.array(fc.nat(), { maxLength: 8 }), (values, cuts) => {
        const traffic = frame(values);
        const sizes = [...cuts.map((cut) => 1 + (cut % traffic.length)), traffic.length].sort(
          (a, b) => a - b,
        );
        const detached = new DetachedFrame(1 << 20);
        let stop: number = Stop.More;
        for (const size of sizes) {
          if (stop === Stop.More) stop = detached.read(traffic, size);
          if (size < traffic.length) expect(stop).toBe(Stop.More);
        }
        expect(stop).toBe(Stop.Done);
        expect(detached.end).toBe(traffic.length);
        const read = Array.from({ length: detached.count }, (_, i) => {
          const at = detached.args[2 * i];
          return Buffer.from(traffic.subarray(at, at + detached.args[2 * i + 1]));
        });
        expect(read).toEqual(values.map((value) => Buffer.from(value)));
      }),
    );
  });
});

describe('inline lines with quotes', () => {
  const split = (line: string): string[] | null =>
    splitQuoted(Buffer.from(line, 'latin1'))?.map((value) => Buffer.from(value).toString('latin1')) ?? null;

  it.each([
    ['a "b c" d', ['a', 'b c', 'd']],
    ["'it\\'s' x", ["it's", 'x']],
    ['"\\x41\\n\\"\\q"', ['A\n"q']],
    ['""', ['']],
    ['"a"b', null],
    ['"open', null],
    ["'open", null],
    ['a"b', null],
    ['  ', []],
  ])('splits %j', (line, expected) => {
    expect(split(line)).toEqual(expected);
  });

  it('leaves the bytes behind the line alone', () => {
    const { next, list } = readInline(Buffer.from('x set "a"\r\nget'), 2);
    expect(next).toBe(11);
    expect(list?.count).toBe(2);
  });
});
