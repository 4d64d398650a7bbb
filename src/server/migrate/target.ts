// Target: the connection to a server that keys are sent to.
import { connect, isIP, type Socket } from 'node:net';

/** The target could not be reached, did not take what was sent, or did not answer. */
export class TargetError extends Error {
  constructor(
    readonly during: 'connecting' | 'writing' | 'reading',
    readonly isTimeout: boolean,
  ) {
    super(`error or timeout while ${during}`);
  }
}

/** A command as RESP. */
export function frameOf(...words: readonly (Uint8Array | string)[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let head = `*${words.length}\r\n`;
  for (const word of words) {
    const bytes = typeof word === 'string' ? Buffer.from(word, 'latin1') : word;
    parts.push(Buffer.from(`${head}$${bytes.length}\r\n`, 'latin1'), bytes);
    head = '\r\n';
  }
  parts.push(Buffer.from(head));
  return parts;
}

/** Whoever waits for something of the target. */
interface Waiter {
  readonly isReady: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: TargetError) => void;
}

export class Target {
  /** Database that was selected last; '': it is not known. */
  database = '';
  /** Whether anything has been replied to it. */
  hasAnswered = false;
  private readonly socket: Socket;
  private readonly lines: string[] = [];
  private rest = '';
  private failure: TargetError | undefined;
  private isConnected = false;
  private mustDrain = false;
  /** Whether the address is known. */
  private isFound: boolean;
  private waiter: Waiter | undefined;

  /** Begins to connect. `timeoutMs`: how long nothing may happen, from now on. */
  constructor(host: string, port: number, timeoutMs: number) {
    this.socket = connect({ host, port });
    this.isFound = isIP(host) !== 0;
    this.socket.on('lookup', (error: Error | null) => (this.isFound = error === null));
    this.socket.setNoDelay(true);
    this.socket.setTimeout(timeoutMs);
    this.socket.on('connect', () => {
      this.isConnected = true;
      this.look();
    });
    this.socket.on('drain', () => {
      this.mustDrain = false;
      this.look();
    });
    this.socket.on('data', (bytes: Buffer) => this.receive(bytes));
    this.socket.on('timeout', () => this.fail(true));
    this.socket.on('error', () => this.fail(false));
    this.socket.on('close', () => this.fail(false));
  }

  private receive(bytes: Buffer): void {
    this.hasAnswered = true;
    const lines = (this.rest + bytes.toString('latin1')).split('\r\n');
    this.rest = lines.pop() ?? '';
    this.lines.push(...lines);
    this.look();
  }

  private fail(isTimeout: boolean): void {
    const isWriting = !this.isConnected || this.mustDrain;
    const during = this.isFound ? (isWriting ? 'writing' : 'reading') : 'connecting';
    this.failure ??= new TargetError(during, isTimeout);
    this.socket.destroy();
    this.look();
  }

  private look(): void {
    const { waiter } = this;
    if (waiter === undefined || (this.failure === undefined && !waiter.isReady())) return;
    this.waiter = undefined;
    if (waiter.isReady() || this.failure === undefined) waiter.resolve();
    else waiter.reject(this.failure);
  }

  private until(isReady: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiter = { isReady, resolve, reject };
      this.look();
    });
  }

  /** Whether it can be used no more. */
  get isBroken(): boolean {
    return this.failure !== undefined;
  }

  /** Sends bytes; resolves when there is room for more. Rejects with a TargetError. */
  async send(parts: readonly Uint8Array[]): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.socket.cork();
    for (const part of parts) this.mustDrain = !this.socket.write(part);
    this.socket.uncork();
    await this.until(() => this.isConnected && !this.mustDrain);
  }

  /** The next reply, a line without its end. Rejects with a TargetError. */
  async reply(): Promise<string> {
    await this.until(() => this.lines.length > 0);
    return this.lines.shift() ?? '';
  }

  /** It is used again, with this timeout. */
  wake(timeoutMs: number): void {
    this.hasAnswered = false;
    this.socket.setTimeout(timeoutMs);
    this.socket.ref();
  }

  /** It is not used for a while, keeps no process alive, and closes after that time. */
  idle(timeoutMs: number): void {
    this.socket.setTimeout(timeoutMs);
    this.socket.unref();
  }

  close(): void {
    this.socket.destroy();
  }
}
