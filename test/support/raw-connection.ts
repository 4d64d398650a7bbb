/**
 * A connection that sends exactly the bytes it is given and keeps exactly the bytes that come back.
 *
 * Terms: a *slice* is one complete reply's bytes (see reply.ts); the connection's *fate* is whether the
 * server has closed it. Received bytes gather in one growing buffer, so that a reply of many megabytes costs
 * linear time.
 *
 * Invariants: (1) slices are handed out in the order in which they arrived; (2) at most one reader waits at a
 * time.
 */
import { createConnection, type Socket } from 'node:net';
import { encodeCommand, toBytes, type Argument } from './command-line.js';
import { ReplyScanner, MalformedReplyError } from './reply.js';

const REPLY_TIMEOUT_MS = 60_000;

/** Whether the server still holds the connection. */
export type Fate = 'open' | 'closed';

/** The server closed the connection, or stayed silent, while a reply was due. */
export class NoReplyError extends Error {
  override readonly name = 'NoReplyError';
}

/**
 * One TCP connection to a server under test or a reference. Open with `RawConnection.open`, end with `close`.
 */
export class RawConnection {
  #bytes = Buffer.allocUnsafe(4096);
  #start = 0;
  #end = 0;
  #received = 0;
  /** Of the reply that starts at `#start`. */
  #scanner = new ReplyScanner();
  #closed = false;
  #wake: (() => void) | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#append(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#closed = true;
      this.#wake?.();
    });
  }

  /** Connects to `port` on 127.0.0.1. Rejects when nothing listens there. */
  static open(port: number, host = '127.0.0.1'): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ host, port });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.removeListener('error', reject);
        resolve(new RawConnection(socket));
      });
    });
  }

  /** A connection over a socket that is open already, such as one of TLS. */
  static over(socket: Socket): RawConnection {
    return new RawConnection(socket);
  }

  /** Bytes received since the connection was opened. */
  get receivedBytes(): number {
    return this.#received;
  }

  /** The fate as far as it is known now. */
  get fate(): Fate {
    return this.#closed ? 'closed' : 'open';
  }

  /** The port of this end, as the server's CLIENT LIST shows it. */
  get localPort(): number {
    return this.socket.localPort ?? 0;
  }

  /** Hands bytes to the kernel; resolves when it has taken them, or at once on a closed connection. */
  send(bytes: Uint8Array): Promise<void> {
    if (this.#closed || this.socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => this.socket.write(bytes, () => resolve()));
  }

  /** Sends one command and resolves with its reply's bytes. */
  async command(...args: readonly Argument[]): Promise<Buffer> {
    void this.send(encodeCommand(args.map(toBytes)));
    return this.reply();
  }

  /** The next slice. Rejects with NoReplyError when the connection closes first or `timeoutMs` passes. */
  async reply(timeoutMs = REPLY_TIMEOUT_MS): Promise<Buffer> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const slice = this.#takeSlice();
      if (slice !== undefined) return slice;
      if (this.#closed) throw new NoReplyError('the server closed the connection instead of replying');
      if (!(await this.#somethingHappened(deadline)))
        throw new NoReplyError(`no reply within ${timeoutMs} ms`);
    }
  }

  /** The next `count` slices. */
  async replies(count: number, timeoutMs = REPLY_TIMEOUT_MS): Promise<Buffer[]> {
    const slices: Buffer[] = [];
    while (slices.length < count) slices.push(await this.reply(timeoutMs));
    return slices;
  }

  /** Everything received and not yet handed out, whether it is complete replies or not. */
  takeBytes(): Buffer {
    const bytes = Buffer.from(this.#bytes.subarray(this.#start, this.#end));
    this.#start = this.#end;
    this.#scanner = new ReplyScanner();
    return bytes;
  }

  /** Resolves with the fate once the server has closed the connection, or with `open` after `timeoutMs`. */
  async waitForClose(timeoutMs: number): Promise<Fate> {
    const deadline = Date.now() + timeoutMs;
    while (!this.#closed && (await this.#somethingHappened(deadline)));
    return this.fate;
  }

  /** Half-closes: the server reads the end of the stream, this side still receives. */
  halfClose(): void {
    this.socket.end();
  }

  /** Reads no more from the socket. */
  pause(): void {
    this.socket.pause();
  }

  /** Drops the connection. */
  close(): void {
    this.socket.destroy();
  }

  #append(chunk: Buffer): void {
    if (this.#end + chunk.length > this.#bytes.length) this.#makeRoom(chunk.length);
    chunk.copy(this.#bytes, this.#end);
    this.#end += chunk.length;
    this.#received += chunk.length;
    this.#wake?.();
  }

  #makeRoom(length: number): void {
    const held = this.#end - this.#start;
    const grown = Buffer.allocUnsafe(Math.max(4096, 2 * (held + length)));
    this.#bytes.copy(grown, 0, this.#start, this.#end);
    this.#bytes = grown;
    this.#start = 0;
    this.#end = held;
  }

  #takeSlice(): Buffer | undefined {
    if (this.#start === this.#end) return undefined;
    const end = this.#scanner.endOf(this.#bytes, this.#start, this.#end);
    if (end < 0) return undefined;
    this.#scanner = new ReplyScanner();
    const slice = Buffer.from(this.#bytes.subarray(this.#start, end));
    this.#start = end;
    return slice;
  }

  #somethingHappened(deadline: number): Promise<boolean> {
    if (this.#wake !== undefined) throw new MalformedReplyError('two readers wait on one connection');
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(false), Math.max(0, deadline - Date.now()));
      const finish = (happened: boolean): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(happened);
      };
      this.#wake = () => finish(true);
    });
  }
}
