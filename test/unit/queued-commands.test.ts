/** What a transaction keeps: commands of chunks, of which each is copied in one go, and single ones between them. */
import { describe, expect, it } from 'vitest';
import { QueuedCommands } from '../../src/commands/queued-commands.js';
import { CommandAt, CommandCount, CommandFirst, CommandId, CommandWords } from '../../src/store/layout.js';

/** A chunk's tables for requests of these words. */
class Chunk {
  readonly bytes: Uint8Array;
  readonly args: Int32Array;
  readonly commands: Int32Array;

  constructor(requests: readonly (readonly string[])[]) {
    const args: number[] = [];
    const commands: number[] = [];
    let text = '';
    for (const [id, words] of requests.entries()) {
      const row = new Array<number>(CommandWords).fill(0);
      row[CommandId] = id;
      row[CommandAt] = text.length;
      row[CommandFirst] = args.length / 2;
      row[CommandCount] = words.length;
      commands.push(...row);
      text += `*${String(words.length)}\r\n`;
      for (const word of words) {
        text += `$${String(word.length)}\r\n`;
        args.push(text.length, word.length);
        text += `${word}\r\n`;
      }
    }
    this.bytes = Buffer.from(text);
    this.args = Int32Array.from(args);
    this.commands = Int32Array.from(commands);
  }
}

function textsOf(queue: QueuedCommands): string[][] {
  const { bytes, args } = queue.frame;
  return Array.from({ length: queue.copied }, (_, i) =>
    Array.from({ length: queue.count(i) }, (__, k) => {
      const at = args[2 * (queue.first(i) + k)];
      return Buffer.from(bytes.subarray(at, at + args[2 * (queue.first(i) + k) + 1])).toString();
    }),
  );
}

function keep(
  queue: QueuedCommands,
  requests: readonly (readonly string[])[],
  from: number,
  to: number,
): void {
  const { bytes, args, commands } = new Chunk(requests);
  queue.note(from, to);
  queue.keepRows(commands, bytes, args);
}

describe('queued commands', () => {
  const requests = [['MULTI'], ['SET', 'k', 'v'.repeat(300)], ['GET', ''], ['INCR', 'n'], ['EXEC']];

  it('are what was noted of a chunk, in its order', () => {
    const queue = new QueuedCommands();
    keep(queue, requests, 1, 4);
    expect(textsOf(queue)).toEqual(requests.slice(1, 4));
    expect([queue.id(0), queue.id(2), queue.length, queue.hasRows]).toEqual([1, 3, 3, false]);
  });

  it('of several chunks and single ones between them follow each other', () => {
    const queue = new QueuedCommands();
    keep(queue, requests, 1, 3);
    const { bytes, args } = new Chunk([['PING'], ['LPUSH', 'list', 'a', 'b']]);
    queue.add(7, bytes, args, 1, 4);
    for (let i = 0; i < 50; i++) keep(queue, requests, 2, 4);
    const pairs = Array.from({ length: 50 }, () => requests.slice(2, 4)).flat();
    expect(textsOf(queue)).toEqual([...requests.slice(1, 3), ['LPUSH', 'list', 'a', 'b'], ...pairs]);
    expect(queue.id(2)).toBe(7);
  });

  it('take no memory when nothing was noted, and none of the last transaction is left', () => {
    const queue = new QueuedCommands();
    queue.keepRows(new Int32Array(0), new Uint8Array(0), new Int32Array(0));
    expect([queue.length, queue.memory]).toEqual([0, 0]);
    keep(queue, requests, 1, 2);
    queue.clear();
    expect([queue.length, queue.size]).toEqual([0, 0]);
    keep(queue, requests, 3, 4);
    expect(textsOf(queue)).toEqual([['INCR', 'n']]);
  });
});
