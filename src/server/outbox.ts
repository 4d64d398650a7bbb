// Outbox: messages to clients between two commands, whoever's turn it is: to the client of the row that is executed they
// are written in their place among its replies, to all others they are pushed, outside of a turn they are sent at once.
import type { Client } from '../commands/client.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import { CurrentRow, RowConnection, RowWords } from '../store/layout.js';
import type { NativeStore } from '../store/native.js';

export class Outbox {
  private readonly control: Int32Array;
  private readonly rows: Int32Array;
  private readonly targets: Int32Array;

  constructor(
    private readonly store: Pick<NativeStore, 'control' | 'batch' | 'targets' | 'pushBytes'>,
    private readonly reply: ReplyWriter,
  ) {
    this.control = new Int32Array(store.control);
    this.rows = new Int32Array(store.batch);
    this.targets = new Int32Array(store.targets);
  }

  /** A message (latin1) to a client; nothing to one that is gone. Not to be called within a command. O(bytes) */
  send(client: Client, message: string): void {
    this.sendBytes(client, Buffer.from(message, 'latin1'));
  }

  /** The same with bytes. */
  sendBytes(client: Client, bytes: Uint8Array): void {
    if (client.closing) return;
    const row = this.control[CurrentRow];
    if (row >= 0 && this.rows[row * RowWords + RowConnection] === client.connection) {
      this.reply.raw(bytes);
      return;
    }
    this.targets[0] = client.connection;
    this.store.pushBytes(1, bytes);
  }
}
