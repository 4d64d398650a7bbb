/**
 * A client that uses a server as a cache: it reads keys, and writes those that were not there.
 *
 * Keys and values are of one length, so replies can be told apart without a parser: a hit is `$16`, the value
 * and two line ends, a miss `$-1`.
 */
import { connect, type Socket } from 'node:net';

const VALUE = 'value:0000000016';
const HIT = `$${VALUE.length}\r\n${VALUE}\r\n`;
const MISS = '$-1\r\n';
const KEY_DIGITS = 12;

/** The key of number `index`: 16 bytes, as redis-benchmark names its keys. */
export function cacheKey(index: number): string {
  return `key:${String(index).padStart(KEY_DIGITS, '0')}`;
}

/** The command that stores a key; `seconds` to live, 0: for ever. */
export function setCommand(index: number, seconds: number): string {
  const set = `$3\r\nSET\r\n$16\r\n${cacheKey(index)}\r\n$16\r\n${VALUE}\r\n`;
  if (seconds === 0) return `*3\r\n${set}`;
  const text = String(seconds);
  return `*5\r\n${set}$2\r\nEX\r\n$${text.length}\r\n${text}\r\n`;
}

/** One connection. */
export class CacheClient {
  private received = '';
  private wake: () => void = () => undefined;
  private failure: Error | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (data: string) => {
      this.received += data;
      this.wake();
    });
    const fail = (error?: Error): void => {
      this.failure = error ?? new Error('the server closed the connection');
      this.wake();
    };
    socket.on('error', fail).on('close', () => fail());
  }

  /** Connects to 127.0.0.1:`port`. */
  static async connect(port: number): Promise<CacheClient> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new CacheClient(socket);
  }

  /** Reads `keys` in one pipeline, writes those that were missing in another; returns how many were there. */
  async use(keys: readonly number[], seconds: () => number): Promise<number> {
    this.socket.write(keys.map((key) => `*2\r\n$3\r\nGET\r\n$16\r\n${cacheKey(key)}\r\n`).join(''));
    const missing: number[] = [];
    for (const key of keys) if (!(await this.isHit())) missing.push(key);
    if (missing.length > 0) {
      this.socket.write(missing.map((key) => setCommand(key, seconds())).join(''));
      for (let i = 0; i < missing.length; i++) await this.takeLine();
    }
    return keys.length - missing.length;
  }

  private async isHit(): Promise<boolean> {
    while (this.received.length < MISS.length) await this.more();
    if (this.received.startsWith(MISS)) {
      this.received = this.received.slice(MISS.length);
      return false;
    }
    while (this.received.length < HIT.length) await this.more();
    if (!this.received.startsWith(HIT)) throw new Error(`an unexpected reply: ${this.received.slice(0, 80)}`);
    this.received = this.received.slice(HIT.length);
    return true;
  }

  // A reply of one line: done, or refused for want of memory.
  private async takeLine(): Promise<void> {
    let end = this.received.indexOf('\r\n');
    while (end < 0) {
      await this.more();
      end = this.received.indexOf('\r\n');
    }
    this.received = this.received.slice(end + 2);
  }

  private async more(): Promise<void> {
    if (this.failure === undefined) await new Promise<void>((resolve) => (this.wake = resolve));
    const { failure } = this;
    if (failure !== undefined) throw failure;
  }

  /** Closes the connection at once. */
  close(): void {
    this.socket.destroy();
  }
}
