/**
 * A connection that counts bytes: load for a server whose replies are known beforehand, so that the load
 * generator parses nothing and costs as little as it can.
 */
import { connect, type Socket } from 'node:net';

/** One connection to a server on 127.0.0.1. */
export class CountingConnection {
  private awaited = 0;
  private answered: () => void = () => undefined;
  private failed: (error: Error) => void = () => undefined;
  private closing = false;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (data: Buffer) => this.take(data));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the server closed the connection')));
  }

  /** Connects to `port`. */
  static async connect(port: number): Promise<CountingConnection> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new CountingConnection(socket);
  }

  /**
   * Awaits `bytes` more bytes, which may have come already, then resolves. One wait at a time. Rejects when the
   * server closes the connection, or sends more than is awaited in all.
   */
  receive(bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.answered = resolve;
      this.failed = reject;
      this.awaited += bytes;
      this.settle();
    });
  }

  /** Sends `bytes`. */
  send(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /** Sends `request` and awaits `bytes` of reply. */
  exchange(request: Buffer, bytes: number): Promise<void> {
    const received = this.receive(bytes);
    this.send(request);
    return received;
  }

  /** Closes the connection at once. */
  close(): void {
    this.closing = true;
    this.socket.destroy();
  }

  private take(data: Buffer): void {
    // 45 is '-': an error where a reply of known length was to come.
    if (this.awaited > 0 && data[0] === 45)
      return this.fail(new Error(`an error: ${data.toString('latin1', 0, 80)}`));
    this.awaited -= data.length;
    this.settle();
  }

  private settle(): void {
    if (this.awaited === 0) this.answered();
  }

  private fail(error: Error): void {
    if (!this.closing) this.failed(error);
  }
}
