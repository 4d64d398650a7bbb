/**
 * A small RESP2 client for the bench: one command at a time (`call`), and a fast pipelined loader (`load`).
 *
 * The bench brings its own client so that it measures no library, and so that the same one talks to every
 * server, including those that know only a few commands.
 */
import { connect, type Socket } from 'node:net';

/**
 * A decoded RESP2 reply; text is latin1, one character for one byte. Errors are returned as `RespError`,
 * never thrown by the decoder.
 */
export type Reply = string | number | null | RespError | Reply[];

/** An error reply; `message` is its text without the leading `-`. */
export class RespError extends Error {}

/** Encodes a command as an array of bulk strings. Strings are taken as UTF-8. */
export function encodeCommand(args: readonly string[]): string {
  let text = `*${args.length}\r\n`;
  for (const arg of args) text += `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`;
  return text;
}

interface Decoded {
  readonly reply: Reply;
  readonly next: number;
}

/** Decodes the reply that begins at `at`; undefined while it is incomplete. */
function decode(data: Buffer, at: number): Decoded | undefined {
  const lineEnd = data.indexOf('\r\n', at, 'latin1');
  if (lineEnd < 0) return undefined;
  const line = data.toString('latin1', at + 1, lineEnd);
  const next = lineEnd + 2;
  switch (data[at]) {
    case 0x2b: // +
      return { reply: line, next };
    case 0x2d: // -
      return { reply: new RespError(line), next };
    case 0x3a: // :
      return { reply: Number(line), next };
    case 0x24: {
      const length = Number(line);
      if (length < 0) return { reply: null, next };
      if (data.length < next + length + 2) return undefined;
      return { reply: data.toString('latin1', next, next + length), next: next + length + 2 };
    }
    case 0x2a:
      return decodeArray(data, next, Number(line));
    default:
      throw new Error(`not a RESP2 reply: byte ${data[at]} at ${at}`);
  }
}

function decodeArray(data: Buffer, at: number, count: number): Decoded | undefined {
  if (count < 0) return { reply: null, next: at };
  const items: Reply[] = [];
  let next = at;
  for (let i = 0; i < count; i++) {
    const item = decode(data, next);
    if (item === undefined) return undefined;
    items.push(item.reply);
    next = item.next;
  }
  return { reply: items, next };
}

const LOAD_CHUNK_BYTES = 64 * 1024;
const LOAD_BEHIND = 1000; // commands in flight at which the loader waits for the server
const LOAD_STALLED_MS = 60_000; // without a single reply

const NEWLINE = 0x0a;
const MINUS = 0x2d;

/** One connection. Every method but `close` may be used by one caller at a time. */
export class RespClient {
  private pending: Buffer = Buffer.alloc(0);
  private waiting: ((reply: Reply) => void) | undefined;
  private failed: ((error: Error) => void) | undefined;
  private onLines: ((data: Buffer) => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (data) => this.receive(data));
    socket.on('error', (error) => this.failed?.(error));
    socket.on('close', () => this.failed?.(new Error('the server closed the connection')));
  }

  /** Connects to 127.0.0.1:`port`; rejects when nobody listens. */
  static async connect(port: number): Promise<RespClient> {
    const socket = connect({ port, host: '127.0.0.1' });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new RespClient(socket);
  }

  private receive(data: Buffer): void {
    if (this.onLines !== undefined) return this.onLines(data);
    this.pending = this.pending.length === 0 ? data : Buffer.concat([this.pending, data]);
    const decoded = decode(this.pending, 0);
    if (decoded === undefined) return;
    this.pending = this.pending.subarray(decoded.next);
    this.waiting?.(decoded.reply);
  }

  /** Sends one command and resolves with its reply, an error reply included. */
  call(...args: string[]): Promise<Reply> {
    return new Promise<Reply>((resolve, reject) => {
      this.waiting = resolve;
      this.failed = reject;
      this.socket.write(encodeCommand(args));
    });
  }

  /** Like `call`, but rejects when the reply is an error. */
  async demand(...args: string[]): Promise<Reply> {
    const reply = await this.call(...args);
    if (reply instanceof RespError) throw new Error(`${args[0]}: ${reply.message}`);
    return reply;
  }

  /**
   * Sends `count` commands as one pipeline, as fast as the server takes them. `command(i)` returns the i-th
   * one, encoded, in ASCII. Each reply must be a single line (status or integer); the first error reply
   * rejects.
   */
  async load(count: number, command: (index: number) => string): Promise<void> {
    let answered = 0;
    let atLineStart = true;
    let error: Error | undefined;
    const stalled = setTimeout(() => this.failed?.(new Error('no reply to a load')), LOAD_STALLED_MS);
    let wake = (): void => {};
    this.failed = (reason) => {
      error = reason;
      wake();
    };
    this.onLines = (data) => {
      for (let i = 0; i < data.length; i++) {
        if (atLineStart && data[i] === MINUS) error = new Error(data.toString('latin1', i, i + 200));
        atLineStart = data[i] === NEWLINE;
        if (atLineStart) answered++;
      }
      stalled.refresh();
      wake();
    };
    for (let sent = 0; sent < count || answered < count;) {
      if (error !== undefined) {
        clearTimeout(stalled);
        throw error;
      }
      let chunk = '';
      while (sent < count && sent - answered < LOAD_BEHIND && chunk.length < LOAD_CHUNK_BYTES) {
        chunk += command(sent++);
      }
      if (chunk !== '') this.socket.write(chunk, 'latin1');
      if (chunk === '' || this.socket.writableLength > 4 * LOAD_CHUNK_BYTES) {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
    clearTimeout(stalled);
    this.onLines = undefined;
  }

  /** Closes the connection at once. */
  close(): void {
    this.failed = undefined;
    this.socket.destroy();
  }
}
