/**
 * One client of the soak. It sends pipelines of random commands over a key prefix that is its own, knows
 * every reply in advance, and compares the stream it receives with the stream it expects, byte for byte and
 * in order.
 *
 * It misbehaves as real clients do: cuts its writes at random bytes, sends more before it has read the
 * replies, stops reading for a while, leaves with replies unread. After the last of these nobody can know how
 * much of the pipeline was executed, so it hands its keys to the sweeper, which checks what can be known, and
 * goes on under a new prefix.
 *
 * Invariants: (1) `expected` holds the unconfirmed commands in the order sent; (2) `confirmed` is the state
 * after all commands whose replies arrived in full, `model` the state after all that were sent.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { keysOf, type CommandSource } from './commands.js';
import { frame, Model, type Command } from './model.js';
import { Random } from './random.js';
import type { Sweeper } from './sweeper.js';

/** What all clients of a soak share. */
export interface SoakContext {
  readonly port: number;
  readonly commands: CommandSource;
  readonly sweeper: Sweeper;
  readonly counts: SoakCounts;
  stopping: boolean;
}

/** What happened so far, over all clients. */
export interface SoakCounts {
  replies: number;
  bytes: number;
  connections: number;
  abandoned: number;
}

const REPLY_TIMEOUT_MS = 60_000;
const UNREAD_BYTES_MAX = 16 * 1024 * 1024; // of replies a client leaves waiting in the server

interface Expected {
  readonly command: Command;
  readonly reply: Buffer;
}

/** Thrown when the server was wrong; the message says how. */
export class SoakFailure extends Error {}

function shown(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}… (${text.length} bytes)` : text);
}

/** See the head of the file. */
export class SoakClient {
  private readonly random: Random;
  private generation = 0;
  private prefix = '';
  private keys: string[] = [];
  private model = new Model();
  private confirmed = new Model();
  private expected: Expected[] = [];
  private head = 0;
  private matched = 0;
  private unreadBytes = 0;
  private socket: Socket | undefined;
  private failure: Error | undefined;
  private wake = (): void => {};

  constructor(
    private readonly context: SoakContext,
    private readonly id: number,
    seed: number,
  ) {
    this.random = new Random(seed + id * 7919);
    this.startGeneration();
  }

  /** Runs until the context is stopping and every reply has come; rejects on a wrong one. */
  async run(): Promise<void> {
    while (!this.context.stopping) {
      this.socket ??= await this.open();
      await this.sendPipeline(this.socket);
      const dice = this.random.unit();
      if (dice < 0.004) this.abandon();
      else if (dice < 0.006) await this.leave();
      else if (dice < 0.02) await this.readSlowly(this.socket);
      else if (dice < 0.8 || this.unreadBytes > UNREAD_BYTES_MAX) await this.allReplies();
    }
    await this.leave();
    this.context.sweeper.give({ prefix: this.prefix, base: this.confirmed, unconfirmed: [] });
  }

  private startGeneration(): void {
    this.prefix = `soak:${this.id}:${this.generation++}:`;
    this.keys = keysOf(this.prefix);
    this.model = new Model();
    this.confirmed = new Model();
    this.forgetReplies();
  }

  private forgetReplies(): void {
    this.expected = [];
    this.head = 0;
    this.matched = 0;
    this.unreadBytes = 0;
  }

  private async open(): Promise<Socket> {
    const socket = connect({ port: this.context.port, host: '127.0.0.1', noDelay: true });
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    this.context.counts.connections++;
    socket.on('data', (data) => socket === this.socket && this.compare(data));
    socket.on('error', (error) => socket === this.socket && this.fail(`connection failed: ${error.message}`));
    socket.on('close', () => socket === this.socket && this.fail('the server closed the connection'));
    return socket;
  }

  private fail(message: string): void {
    this.failure ??= new SoakFailure(`client ${this.id}: ${message}`);
    this.wake();
  }

  /** Compares what arrived with what must come next. O(bytes). */
  private compare(data: Buffer): void {
    this.context.counts.bytes += data.length;
    for (let at = 0; at < data.length;) {
      const next = this.expected[this.head];
      if (next === undefined)
        return this.fail(`bytes nobody asked for: ${shown(data.toString('latin1', at))}`);
      const length = Math.min(data.length - at, next.reply.length - this.matched);
      if (data.compare(next.reply, this.matched, this.matched + length, at, at + length) !== 0) {
        const got = next.reply.toString('latin1', 0, this.matched) + data.toString('latin1', at);
        const command = next.command.map(shown).join(' ');
        return this.fail(
          `${command}\n  expected ${shown(next.reply.toString('latin1'))}\n  got      ${shown(got)}`,
        );
      }
      at += length;
      this.matched += length;
      if (this.matched === next.reply.length) this.confirm(next);
    }
    if (this.head === this.expected.length) this.wake();
  }

  private confirm(next: Expected): void {
    this.confirmed.apply(next.command);
    this.unreadBytes -= next.reply.length;
    this.matched = 0;
    this.head++;
    this.context.counts.replies++;
    if (this.head < 4096) return;
    this.expected.splice(0, this.head);
    this.head = 0;
  }

  private async sendPipeline(socket: Socket): Promise<void> {
    const length = this.random.chance(0.03) ? 200 + this.random.below(800) : 1 + this.random.below(48);
    let text = '';
    for (let i = 0; i < length; i++) {
      const command = this.context.commands.next(this.keys, this.random, this.model);
      const reply = Buffer.from(this.model.apply(command), 'latin1');
      this.expected.push({ command, reply });
      this.unreadBytes += reply.length;
      text += frame(command);
    }
    await this.writeInPieces(socket, Buffer.from(text, 'latin1'));
  }

  /** Writes `bytes` cut at random places, with pauses in between from none to a few milliseconds. */
  private async writeInPieces(socket: Socket, bytes: Buffer): Promise<void> {
    const cuts = this.random.chance(0.4) ? 0 : 1 + this.random.below(6);
    const ends = Array.from({ length: cuts }, () => this.random.below(bytes.length + 1)).sort(
      (a, b) => a - b,
    );
    let from = 0;
    for (const end of [...ends, bytes.length]) {
      if (end > from) socket.write(bytes.subarray(from, end));
      from = end;
      if (end === bytes.length) break;
      await (this.random.chance(0.7) ? new Promise(setImmediate) : sleep(this.random.below(4)));
      if (this.failure !== undefined) throw this.failure;
    }
  }

  /** Waits until every reply has arrived. */
  private async allReplies(): Promise<void> {
    const deadline = Date.now() + REPLY_TIMEOUT_MS;
    while (this.head < this.expected.length && this.failure === undefined) {
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) {
        const lost = this.expected[this.head]?.command.map(shown).join(' ');
        throw new SoakFailure(`client ${this.id}: no reply within ${REPLY_TIMEOUT_MS} ms to ${lost}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    if (this.failure !== undefined) throw this.failure;
  }

  private async readSlowly(socket: Socket): Promise<void> {
    const turns = 1 + this.random.below(5);
    for (let turn = 0; turn < turns; turn++) {
      socket.pause();
      if (this.unreadBytes < UNREAD_BYTES_MAX) await this.sendPipeline(socket);
      await sleep(this.random.below(200));
      socket.resume();
      await new Promise(setImmediate);
    }
    await this.allReplies();
  }

  /** Leaves in good order: all replies read first. */
  private async leave(): Promise<void> {
    await this.allReplies();
    const socket = this.socket;
    this.socket = undefined;
    socket?.destroy();
  }

  /** Leaves at once, with whatever is unread or half sent. */
  private abandon(): void {
    const socket = this.socket;
    this.socket = undefined;
    if (this.random.chance(0.5)) socket?.resetAndDestroy();
    else socket?.destroy();
    const unconfirmed = this.expected.slice(this.head).map((each) => each.command);
    this.context.sweeper.give({ prefix: this.prefix, base: this.confirmed, unconfirmed });
    this.context.counts.abandoned++;
    this.startGeneration();
  }
}
