/**
 * The load of a crash test: connections that write operations as fast as they are acknowledged, and one that looks at
 * how many there are. What was acknowledged, and when, is what the check goes by.
 */
import { encodeCommand, toBytes } from '../support/command-line.js';
import { RawConnection } from '../support/raw-connection.js';
import { Choices, LOG, makeOperation, type Operation } from './operations.js';

/** An operation that the server has said it did. */
export interface Acknowledged {
  readonly name: string;
  /** Its place in the log, from 1. */
  readonly place: number;
  readonly atMs: number;
}

const PIPELINE_MAX = 12;

/** What a round's load has seen. */
export class Load {
  readonly acknowledged: Acknowledged[] = [];
  /** The longest log that a reader was shown. */
  seen = 0;
  private isOver = false;
  private readonly connections: RawConnection[] = [];
  private readonly done: Promise<void>[] = [];
  private failure: Error | undefined;

  constructor(
    private readonly port: number,
    private readonly seed: number,
  ) {}

  /**
   * Begins: the log becomes one that holds `first` alone, then `writers` write, each from its number in `next` on, which
   * is moved along.
   */
  async start(first: string, next: number[]): Promise<void> {
    const connection = await this.connect();
    for (const words of [['MULTI'], ['DEL', LOG], ['RPUSH', LOG, first], ['EXEC']])
      await connection.command(...words);
    this.acknowledged.push({ name: first, place: 1, atMs: Date.now() });
    for (let writer = 0; writer < next.length; writer++) this.done.push(this.run(writer, next));
    this.done.push(this.watch(connection));
  }

  private async connect(): Promise<RawConnection> {
    const connection = await RawConnection.open(this.port);
    this.connections.push(connection);
    return connection;
  }

  private async run(writer: number, next: number[]): Promise<void> {
    const connection = await this.connect();
    const choices = new Choices(this.seed ^ (writer * 7919));
    while (!this.isOver) {
      const batch: Operation[] = [];
      for (let i = 1 + choices.below(PIPELINE_MAX); i > 0; i--)
        batch.push(makeOperation(this.seed, writer, next[writer]++));
      const frames = batch.flatMap(({ commands }) =>
        commands.map((words) => encodeCommand(words.map(toBytes))),
      );
      void connection.send(Buffer.concat(frames));
      for (const operation of batch) if (!(await this.acknowledge(connection, operation))) return;
    }
  }

  private async acknowledge(connection: RawConnection, operation: Operation): Promise<boolean> {
    let reply: Buffer;
    try {
      [reply = Buffer.alloc(0)] = (await connection.replies(operation.commands.length)).slice(-1);
    } catch (error) {
      // That is the crash, or a server that hangs.
      if (!this.isOver && connection.fate === 'open') this.fail(error as Error);
      return false;
    }
    const [, digits] = /^(?:\*\d+\r\n)?:(\d+)\r\n/.exec(reply.toString('latin1', 0, 64)) ?? [];
    if (digits === undefined) {
      this.fail(new Error(`${operation.name} was answered by ${reply.toString('latin1', 0, 300)}`));
      return false;
    }
    this.acknowledged.push({ name: operation.name, place: Number(digits), atMs: Date.now() });
    return true;
  }

  private async watch(connection: RawConnection): Promise<void> {
    while (!this.isOver) {
      try {
        const reply = await connection.command('LLEN', LOG);
        this.seen = Math.max(this.seen, Number(reply.toString('latin1', 1, reply.length - 2)));
      } catch {
        return;
      }
    }
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.isOver = true;
  }

  /** Ends, when the server is gone. Rejects with what went wrong before. */
  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.done);
    for (const connection of this.connections) connection.close();
    if (this.failure !== undefined) throw this.failure;
  }
}
