/** What a transaction keeps: commands of chunks, of which each is copied in one go, and single ones between them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { QUEUED_WORDS, QueuedCommands, QueueFrame } from '../../src/commands/queued-commands.js';
import { CommandCount, CommandFirst, CommandId, CommandWords } from '../../src/store/layout.js';
import { openStore } from '../../src/store/native.js';

const store = openStore(1);
const input = new Uint8Array(store.input);
const commands = new Int32Array(store.commands);
const args = new Int32Array(store.args);

/** Puts requests of these words into the chunk. */
function fillChunk(requests: readonly (readonly string[])[]): void {
  let text = '';
  let argument = 0;
  for (const [id, words] of requests.entries()) {
    const row = id * CommandWords;
    commands[row + CommandId] = id;
    commands[row + CommandFirst] = argument;
    commands[row + CommandCount] = words.length;
    text += `*${String(words.length)}\r\n`;
    for (const word of words) {
      text += `$${String(word.length)}\r\n`;
      args.set([text.length, word.length], 2 * argument++);
      text += `${word}\r\n`;
    }
  }
  input.set(Buffer.from(text));
}

/** The queued commands as they would be executed. */
function textsOf(queue: QueuedCommands): { ids: number[]; texts: string[][] } {
  const frame = new QueueFrame();
  const at = queue.enter(frame);
  store.leaveFrame(0);
  const ids: number[] = [];
  const texts: string[][] = [];
  for (let i = at; i < at + queue.copied * QUEUED_WORDS; i += QUEUED_WORDS) {
    const [id, first, count] = frame.args.subarray(i, i + QUEUED_WORDS);
    ids.push(id);
    texts.push(
      Array.from({ length: count }, (_, k) => {
        const [from, length] = frame.args.subarray(2 * (first + k));
        return Buffer.from(frame.bytes.subarray(from, from + length)).toString();
      }),
    );
  }
  return { ids, texts };
}

describe('queued commands', () => {
  const requests = [['MULTI'], ['SET', 'k', 'v'.repeat(300)], ['GET', ''], ['INCR', 'n'], ['EXEC']];
  let queue = new QueuedCommands(store, new Float64Array(store.numbers));

  beforeEach(() => {
    queue.clear();
    queue = new QueuedCommands(store, new Float64Array(store.numbers));
  });

  function keep(from: number, to: number): void {
    fillChunk(requests);
    queue.note(from, to);
    queue.keepRows();
  }

  it('are what was noted of a chunk, in its order', () => {
    keep(1, 4);
    fillChunk([['other', 'bytes']]);
    expect(textsOf(queue)).toEqual({ ids: [1, 2, 3], texts: requests.slice(1, 4) });
    expect([queue.length, queue.hasRows]).toEqual([3, false]);
  });

  it('of several chunks and single ones between them follow each other', () => {
    keep(1, 3);
    fillChunk([['PING'], ['LPUSH', 'list', 'a', 'b']]);
    queue.add(7, 1, 4);
    for (let i = 0; i < 50; i++) keep(2, 4);
    const pairs = Array.from({ length: 50 }, () => requests.slice(2, 4)).flat();
    const { ids, texts } = textsOf(queue);
    expect(texts).toEqual([...requests.slice(1, 3), ['LPUSH', 'list', 'a', 'b'], ...pairs]);
    expect(ids.slice(0, 5)).toEqual([1, 2, 7, 2, 3]);
    expect([queue.has((id) => id === 7), queue.has((id) => id === 8)]).toEqual([true, false]);
  });

  it('of a frame are copied from there', () => {
    const bytes = Buffer.from('--APPENDkeyvalue');
    store.enterFrame(bytes, Int32Array.of(2, 6, 8, 3, 11, 5));
    queue.add(9, 0, 3);
    store.leaveFrame(0);
    expect(textsOf(queue)).toEqual({ ids: [9], texts: [['APPEND', 'key', 'value']] });
  });

  it('take no memory when nothing was noted, and none of the last transaction is left', () => {
    queue.keepRows();
    expect([queue.length, queue.memory]).toEqual([0, 0]);
    keep(1, 2);
    expect(queue.size).toBeGreaterThanOrEqual(304);
    expect(queue.memory).toBeGreaterThan(queue.size);
    queue.clear();
    expect([queue.length, queue.size, queue.memory]).toEqual([0, 0, 0]);
    keep(3, 4);
    expect(textsOf(queue).texts).toEqual([['INCR', 'n']]);
  });

  it('are executed in memory that is used again unless it is large', () => {
    const frame = new QueueFrame();
    frame.reserve(10, 10);
    const { bytes, args: words } = frame;
    frame.release();
    frame.reserve(1000, 1000);
    expect(frame.bytes === bytes && frame.args === words).toBe(true);
    frame.reserve(1_000_000, 100_000);
    expect([frame.bytes.length, frame.args.length]).toEqual([1_000_000, 100_000]);
    frame.release();
    expect([frame.bytes.length, frame.args.length]).toEqual([0, 0]);
  });
});
