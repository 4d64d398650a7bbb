/**
 * Many connections that make one attack at the same time.
 *
 * Connections are opened some hundreds at once, since the kernel keeps a short queue of those that were not accepted: what
 * does not fit looks open to a client and is reset later. So each batch waits for a reply to a connection of its own, which
 * the server gives when it has accepted all before it.
 * They go on until `stop`, which ends them all.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from './attacks.js';

const OPENED_AT_ONCE = 250;
const POLL_MS = 10;
const ERRORS_KEPT = 5;
const RETURN_MS = 20;

/** What has become of the attackers. */
export interface Outcome {
  readonly opened: number;
  /** By the server; not those that it refused to accept. */
  closed: number;
  /** By the kernel, before they were accepted: its queue was full. Known of attackers that are replied to. */
  dropped: number;
  /** Error replies that are none of those that the attack must lead to: the first few. */
  readonly strange: string[];
  /** Error replies. */
  errors: number;
}

export class Attackers {
  readonly outcome: Outcome & { opened: number } = {
    opened: 0,
    closed: 0,
    dropped: 0,
    strange: [],
    errors: 0,
  };
  private readonly sockets = new Set<Socket>();
  private stopped = false;

  private constructor(
    private readonly port: number,
    private readonly attack: Attack,
  ) {}

  /** Starts `count` connections; resolves when all were opened. Rejects when the server takes no more. */
  static async start(port: number, attack: Attack, count: number): Promise<Attackers> {
    const attackers = new Attackers(port, attack);
    const pacemaker = connect({ port, host: '127.0.0.1' });
    await new Promise((resolve, reject) => pacemaker.once('connect', resolve).once('error', reject));
    for (let opened = 0; opened < count; opened += OPENED_AT_ONCE) {
      const batch = Math.min(OPENED_AT_ONCE, count - opened);
      await Promise.all(Array.from({ length: batch }, () => attackers.open()));
      const replied = new Promise((resolve) => pacemaker.once('data', resolve));
      pacemaker.write('PING\r\n');
      await replied;
    }
    pacemaker.destroy();
    return attackers;
  }

  /** Waits until every connection has the fate that the attack must have, at most `ms`; whether it came to that. */
  async meetFate(ms: number): Promise<boolean> {
    const { outcome, attack } = this;
    if (attack.fate === 'held') return outcome.closed === 0;
    const end = Date.now() + ms;
    while (outcome.closed < outcome.opened) {
      if (Date.now() > end) return false;
      await sleep(POLL_MS);
    }
    return true;
  }

  /** Ends all connections. */
  async stop(): Promise<void> {
    this.stopped = true;
    const closed = [...this.sockets].map((socket) => new Promise((done) => socket.once('close', done)));
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }

  private open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.port, host: '127.0.0.1' });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.removeListener('error', reject);
        socket.on('error', () => undefined);
        if (this.stopped) {
          socket.destroy();
          return resolve();
        }
        this.sockets.add(socket);
        this.outcome.opened++;
        this.begin(socket);
        resolve();
      });
    });
  }

  private begin(socket: Socket): void {
    const { attack, outcome } = this;
    socket.on('close', () => {
      this.sockets.delete(socket);
      if (this.stopped || attack.leaves === true) return;
      const wasAccepted = attack.repliesEach === undefined || socket.bytesRead > 0;
      if (wasAccepted) outcome.closed++;
      else outcome.dropped++;
    });
    if (attack.neverReads === true) socket.pause();
    else this.listen(socket);
    if (attack.opening.length > 0) socket.write(attack.opening);
    if (attack.again !== undefined) this.keepSending(socket, attack.again);
    if (attack.leaves === true) setTimeout(() => this.comeBack(socket), RETURN_MS);
  }

  private comeBack(socket: Socket): void {
    if (this.stopped) return;
    socket.destroy();
    // Where the kernel's queue is full it is tried no further: others come instead.
    this.open().catch(() => undefined);
  }

  // Writes for as long as the server takes it, or a round for each round of replies.
  private keepSending(socket: Socket, bytes: Buffer): void {
    if (this.attack.repliesEach !== undefined) {
      socket.write(bytes);
      return;
    }
    const send = (): void => {
      while (!socket.destroyed && !this.stopped && socket.write(bytes));
    };
    socket.on('drain', send);
    // Not within the opening of the batch, which would never end.
    setImmediate(send);
  }

  private listen(socket: Socket): void {
    const { attack } = this;
    let line = '';
    let replies = 0;
    socket.on('data', (chunk: Buffer) => {
      const lines = (line + chunk.toString('latin1')).split('\r\n');
      line = lines.pop() ?? '';
      for (const each of lines) {
        this.judge(each);
        replies++;
      }
      if (attack.repliesEach === undefined || attack.again === undefined || replies < attack.repliesEach)
        return;
      replies -= attack.repliesEach;
      if (!this.stopped) socket.write(attack.again);
    });
  }

  private judge(line: string): void {
    const { attack, outcome } = this;
    if (!line.startsWith('-')) return;
    outcome.errors++;
    if (attack.says?.test(line) !== true && outcome.strange.length < ERRORS_KEPT) outcome.strange.push(line);
  }
}
