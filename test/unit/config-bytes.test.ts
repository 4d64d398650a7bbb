/** Bytes of any kind go through the configuration unchanged. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoteArgument, splitArguments } from '../../src/config/arguments.js';
import { bytesOf, textOf } from '../../src/config/index.js';

const anyBytes = fc.oneof(
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text, 'utf8')),
);

test('as text and back', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      expect(bytesOf(textOf(bytes))).toEqual(bytes);
    }),
  );
  expect(textOf(Buffer.from('é😀'))).toBe('é😀');
  expect(textOf(Buffer.from([0x61, 0xff]))).toBe('a\udcff');
});

test('quoted and split, also as part of a line', () => {
  fc.assert(
    fc.property(fc.array(anyBytes), (list) => {
      const line = list.map((bytes) => quoteArgument(textOf(bytes))).join(' ');
      expect((splitArguments(`é ${line}`) ?? []).slice(1).map(bytesOf)).toEqual(list);
    }),
  );
});

test('unquoted in a line that is no UTF-8', () => {
  const line = textOf(Buffer.from([0x61, 0x20, 0xc3, 0xa9, 0xff, 0x20, 0xc3, 0xa9]));
  const [, second, third] = splitArguments(line) ?? [];
  expect(bytesOf(second ?? '')).toEqual(Buffer.from([0xc3, 0xa9, 0xff]));
  expect(third).toBe('é');
});
