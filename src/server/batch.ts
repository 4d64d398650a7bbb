// Batch: executes what one turn of the loop has read, in two phases.
//
//   rows of the turn:   [conn 3: 16 commands] [conn 7: 16 commands] [conn 9: 2 commands, one cut] ...
//   phase one           parse rows into the chunk until its tables are full, then prefetch all its keys
//   phase two           execute the chunk's commands, row after row; go on with the next chunk
//
// A row ends early when its client closes or must wait, or when its slow commands keep others waiting; what was not
// executed stays unconsumed, and the transport keeps it. Nothing here allocates for an ordinary command.
//
// Invariants
//   1. A row's replies are [kRowReplyFrom, kRowReplyTo) of the arena; rows are executed in order, so these never overlap.
//   2. kRowConsumed is where the first command that was not executed begins.
import { performance } from 'node:perf_hooks';
import { type Client } from '../commands/client.js';
import { Gate } from '../commands/guard.js';
import { type Dispatcher, RUN_MAX } from '../commands/dispatch.js';
import { DetachedFrame, readInline } from '../protocol/detached-frame.js';
import { type FrameParser, ProtocolErrors, Stop } from '../protocol/frame-parser.js';
import { REPLY_LIMIT } from '../protocol/reply-writer.js';
import {
  BatchRowsMax,
  ChunkArgs,
  CommandAt,
  CommandWords,
  CurrentRow,
  Hold,
  NowMs,
  ReplyCursor,
  RowBig,
  RowClosed,
  RowCloseAfter,
  RowConnection,
  RowConsumed,
  RowFlags,
  RowGrow,
  RowHold,
  RowMissing,
  RowOverran,
  RowReplyFrom,
  RowReplyTo,
  RowStranger,
  RowTo,
  RowWait,
  RowWords,
  RowYield,
  TurnReplied,
} from '../store/layout.js';
import type { NativeStore } from '../store/native.js';

/** A row that executes nothing more in this turn. */
const STOPPED = 100;
/** A row that executes no more in this turn, since it would keep others waiting, and goes on in the next. */
const YIELDED = 101;
/**
 * What commands that may be slow can take of a turn together, and what each row can whatever the others took,
 * milliseconds.
 */
const TURN_SHARE_MS = 2;
const ROW_SHARE_MS = 0.5;
/** What the rows of strangers can take of a turn together, milliseconds; one is executed whatever it takes. */
const STRANGERS_SHARE_MS = 1;
/** What all rows of a turn can reply together, and what each can whatever the others have, bytes. */
const TURN_REPLY_BYTES = 256 * 1024;
const ROW_REPLY_BYTES = 4 * 1024;
/** Longest run when the turn has replied that much: with a longer one, a row would reply far more before it is asked. */
const LATE_RUN_MAX = 4;
const STAR = 42;

/** What the batch needs of the server. */
export interface BatchHost {
  /** Clients by the transport's number. */
  readonly slots: readonly (Client | undefined)[];
  /** The peer of a connection is gone. */
  disconnected(client: Client): void;
  /** Longest bulk string, and most of a frame that is kept while it is received, bytes. */
  bulkMax(): number;
  frameMax(): number;
  /** A client passed frameMax, or as much while it waited: it is to be closed. */
  inputTooLarge(client: Client): void;
  /** The store has checked memory, for the chunk that is to be executed. */
  memoryChecked(): void;
  /** Has it checked before what is executed outside of a chunk. */
  checkMemory(): void;
}

export class Batch {
  private readonly input: Uint8Array;
  private readonly control: Int32Array;
  private readonly rows: Int32Array;
  private readonly commands: Int32Array;
  private readonly numbers: Float64Array;
  /** By row: why parsing stopped, and the number of the command behind its last one in the chunk. */
  private readonly stops = new Int32Array(BatchRowsMax);
  private readonly ends = new Int32Array(BatchRowsMax);
  private readonly errors = new Map<number, string>();
  /** Frames being received into buffers of their own, by connection. */
  private readonly bigFrames = new Map<number, DetachedFrame>();
  private startedRow = -1;
  /** What slow commands had taken when the turn began, and the current row. */
  private spentBeforeTurn = 0;
  private spentBeforeRow = 0;
  /** What strangers have taken of this turn, milliseconds. */
  private strangersMs = 0;
  /** What had been replied in this turn before the current row, bytes. */
  private repliedBeforeRow = 0;

  constructor(
    private readonly store: NativeStore,
    private readonly parser: FrameParser,
    private readonly dispatcher: Dispatcher,
    private readonly host: BatchHost,
  ) {
    this.input = new Uint8Array(store.input);
    this.control = new Int32Array(store.control);
    this.rows = new Int32Array(store.batch);
    this.commands = new Int32Array(store.commands);
    this.numbers = new Float64Array(store.numbers);
  }

  /** Executes the rows of a turn. */
  run(count: number): void {
    this.numbers[NowMs] = Date.now();
    this.store.startTurn(0);
    this.startedRow = -1;
    this.dispatcher.runMax = RUN_MAX;
    this.spentBeforeTurn = this.dispatcher.counts.spentMs;
    this.strangersMs = 0;
    this.errors.clear();
    for (let i = 0; i < count;) {
      if ((this.rows[i * RowWords + RowFlags] & RowBig) !== 0) {
        this.runBig(i);
        i++;
      } else {
        i = this.runChunk(i, count);
      }
    }
  }

  /** Behind the turn: what has been said to the client of the last row since then leaves with its replies. */
  end(): void {
    const row = this.control[CurrentRow];
    if (row >= 0) this.rows[row * RowWords + RowReplyTo] = this.control[ReplyCursor];
  }

  // Parses and executes from row `first` on; returns the row to go on with.
  private runChunk(first: number, count: number): number {
    const start = performance.now();
    const { parser } = this;
    const next = this.parseRows(first, count);
    if (parser.commandCount > 0) {
      this.control[ChunkArgs] = parser.argumentCount;
      this.store.prefetch(parser.commandCount);
      this.host.memoryChecked();
    }
    for (let i = first, k = 0; i < next; i++) {
      this.executeRow(i, k, this.ends[i]);
      k = this.ends[i];
    }
    this.dispatcher.call.effects.flush();
    this.dispatcher.counts.shareTime(performance.now() - start);
    const last = next - 1;
    if (this.stops[last] === Stop.Full) return last;
    if (this.stops[last] === Stop.Detached) {
      this.runDetached(last);
      return this.stops[last] === Stop.Detached ? last : next;
    }
    return next;
  }

  // Phase one; returns the row behind the last one that has a part in the chunk.
  private parseRows(first: number, count: number): number {
    const { parser, rows } = this;
    parser.reset();
    let i = first;
    for (; i < count; i++) {
      const row = i * RowWords;
      if ((rows[row + RowFlags] & RowBig) !== 0) break;
      const client = this.host.slots[rows[row + RowConnection]];
      let stop: number = STOPPED;
      if (client !== undefined && !client.closing) {
        parser.isLimited = isLimited(client);
        stop = parser.parse(rows[row + RowConsumed], rows[row + RowTo]);
        rows[row + RowConsumed] = parser.consumed;
        if (stop === Stop.More) this.noteMissing(i);
        else if (stop === Stop.Broken) this.errors.set(i, parser.error);
      } else {
        rows[row + RowConsumed] = rows[row + RowTo];
      }
      this.stops[i] = stop;
      this.ends[i] = parser.commandCount;
      if (stop === Stop.Full || stop === Stop.Detached) return i + 1;
    }
    return i;
  }

  private noteMissing(i: number): void {
    const { rows, parser } = this;
    const row = i * RowWords;
    rows[row + RowMissing] = parser.missing;
    if (parser.isLarge) rows[row + RowFlags] |= RowGrow;
  }

  private startRow(i: number, client: Client): void {
    if (this.startedRow !== i) {
      this.startedRow = i;
      this.spentBeforeRow = this.dispatcher.counts.spentMs;
      this.repliedBeforeRow = this.replied();
      if (this.repliedBeforeRow > TURN_REPLY_BYTES) this.dispatcher.runMax = LATE_RUN_MAX;
      this.control[CurrentRow] = i;
      this.control[Hold] = 0;
      this.rows[i * RowWords + RowReplyFrom] = this.control[ReplyCursor];
      client.lastActiveMs = this.numbers[NowMs];
    }
    this.dispatcher.enter(client);
  }

  // Phase two of one row: commands `k` to `end` of the chunk.
  private executeRow(i: number, k: number, end: number): void {
    const client = this.host.slots[this.rows[i * RowWords + RowConnection]];
    if (client === undefined) return;
    this.startRow(i, client);
    if (k < end) {
      if ((this.rows[i * RowWords + RowFlags] & RowStranger) === 0) this.executeCommands(i, k, end, client);
      else this.executeStranger(i, k, end, client);
    }
    if (this.stops[i] === Stop.Broken) this.refuse(i, client, this.errors.get(i) ?? '');
    this.endRow(i, client);
  }

  private executeCommands(i: number, k: number, end: number, client: Client): void {
    const { control, rows } = this;
    const row = i * RowWords;
    while (k < end) {
      k = this.dispatcher.execute(k, end);
      if (control[ReplyCursor] > REPLY_LIMIT) this.store.drain(0);
      if (control[Hold] !== 0 || client.closing || client.waiting) {
        if (k < end) rows[row + RowConsumed] = this.commands[k * CommandWords + CommandAt];
        this.stopRow(i, client);
        break;
      }
      if ((k < end || this.stops[i] === Stop.Full) && this.hasTakenItsShare()) {
        this.yieldRow(i, k, end);
        break;
      }
    }
    this.dispatcher.leave(client);
    client.lastCommand = this.dispatcher.call.command.fullName;
  }

  // Strangers whose share of the turn is used up wait for the next one, whatever their commands cost.
  private executeStranger(i: number, k: number, end: number, client: Client): void {
    if (this.strangersMs > STRANGERS_SHARE_MS) {
      this.yieldRow(i, k, end);
      return;
    }
    const from = performance.now();
    this.executeCommands(i, k, end, client);
    this.strangersMs += performance.now() - from;
  }

  private hasTakenItsShare(): boolean {
    const replied = this.replied();
    if (replied > TURN_REPLY_BYTES && replied - this.repliedBeforeRow > ROW_REPLY_BYTES) return true;
    const { spentMs } = this.dispatcher.counts;
    return spentMs - this.spentBeforeRow > ROW_SHARE_MS && spentMs - this.spentBeforeTurn > TURN_SHARE_MS;
  }

  // Bytes replied in this turn: what the transport was given, and what still lies in the arena.
  private replied(): number {
    return this.numbers[TurnReplied] + this.control[ReplyCursor];
  }

  // Commands from `k` on are left to the next turn.
  private yieldRow(i: number, k: number, end: number): void {
    const row = i * RowWords;
    if (k < end) this.rows[row + RowConsumed] = this.commands[k * CommandWords + CommandAt];
    this.stops[i] = YIELDED;
    this.rows[row + RowMissing] = 0;
    this.rows[row + RowFlags] = (this.rows[row + RowFlags] & ~RowGrow) | RowYield;
  }

  private stopRow(i: number, client: Client): void {
    const { rows } = this;
    const row = i * RowWords;
    this.stops[i] = STOPPED;
    rows[row + RowMissing] = 0;
    if (client.closing) rows[row + RowConsumed] = rows[row + RowTo];
    else rows[row + RowFlags] |= client.waiting ? RowWait : RowHold;
  }

  private endRow(i: number, client: Client): void {
    const { rows } = this;
    const row = i * RowWords;
    if (client.aborted) this.control[ReplyCursor] = rows[row + RowReplyFrom];
    rows[row + RowReplyTo] = this.control[ReplyCursor];
    if (client.closing) {
      rows[row + RowFlags] |= RowCloseAfter;
      this.gone(client);
    } else if (
      (rows[row + RowFlags] & RowClosed) !== 0 &&
      this.stops[i] !== Stop.Full &&
      this.stops[i] !== Stop.Detached &&
      this.stops[i] !== YIELDED
    ) {
      if ((rows[row + RowFlags] & RowOverran) !== 0) this.host.inputTooLarge(client);
      this.gone(client);
    }
  }

  private gone(client: Client): void {
    this.bigFrames.delete(client.connection);
    this.host.disconnected(client);
  }

  // A protocol error: said once, then the connection ends.
  private refuse(i: number, client: Client, error: string): void {
    const row = i * RowWords;
    this.rows[row + RowConsumed] = this.rows[row + RowTo];
    if (client.closing) return;
    this.dispatcher.reply.errorBytes(`ERR Protocol error: ${error}`);
    client.closing = true;
  }

  // The frame at a row's `consumed`, which does not fit the chunk.
  private runDetached(i: number): void {
    const { rows } = this;
    const row = i * RowWords;
    const at = rows[row + RowConsumed];
    const client = this.host.slots[rows[row + RowConnection]];
    if (client === undefined) {
      this.stops[i] = STOPPED;
      return;
    }
    this.startRow(i, client);
    if (this.input[at] === STAR) {
      const frame = new DetachedFrame(this.host.bulkMax(), isLimited(client));
      this.runFrame(i, client, frame, this.input.subarray(at, rows[row + RowTo]), at);
    } else {
      const { next, list } = readInline(this.input, at);
      rows[row + RowConsumed] = next;
      if (list === null) this.refuse(i, client, ProtocolErrors.quotes);
      else if (list.count > 0 && !this.executeFrame(client, list.bytes, list.args, list.count))
        rows[row + RowConsumed] = at;
    }
    this.settle(i, client);
  }

  // Reads on in a frame and executes it when it is complete; `at` is where `bytes` lie in the row.
  private runFrame(i: number, client: Client, frame: DetachedFrame, bytes: Uint8Array, at: number): void {
    const row = i * RowWords;
    const stop = frame.read(bytes, bytes.length);
    if (stop === Stop.Broken) {
      this.refuse(i, client, frame.error);
    } else if (stop === Stop.More) {
      this.rows[row + RowMissing] = frame.missing;
      this.rows[row + RowFlags] |= RowGrow;
      this.stops[i] = Stop.More;
      if (bytes.length > this.host.frameMax()) this.host.inputTooLarge(client);
    } else {
      this.rows[row + RowConsumed] = at + frame.end;
      if (frame.count > 0 && !this.executeFrame(client, bytes, frame.args, frame.count))
        this.rows[row + RowConsumed] = at;
    }
  }

  // False: it was postponed, and is to be executed when its client is resumed.
  private executeFrame(client: Client, bytes: Uint8Array, args: Int32Array, count: number): boolean {
    this.host.checkMemory();
    const isExecuted = this.dispatcher.executeFrame(bytes, args, count);
    client.lastCommand = this.dispatcher.call.command.fullName;
    return isExecuted;
  }

  // After a frame outside the chunk.
  private settle(i: number, client: Client): void {
    if (this.control[ReplyCursor] > REPLY_LIMIT) this.store.drain(0);
    if (this.control[Hold] !== 0 || client.closing || client.waiting) this.stopRow(i, client);
    this.endRow(i, client);
  }

  // A frame in a buffer of its own, complete or grown.
  private runBig(i: number): void {
    const { rows } = this;
    const row = i * RowWords;
    const connection = rows[row + RowConnection];
    const client = this.host.slots[connection];
    this.stops[i] = Stop.Done;
    if (client === undefined || client.closing) return;
    this.startRow(i, client);
    const memory = this.store.bigFrame(connection);
    if (memory === null || (rows[row + RowFlags] & RowClosed) !== 0) {
      this.endRow(i, client);
      return;
    }
    const frame = this.bigFrames.get(connection) ?? new DetachedFrame(this.host.bulkMax(), isLimited(client));
    this.bigFrames.set(connection, frame);
    this.runFrame(i, client, frame, new Uint8Array(memory, 0, rows[row + RowTo]), 0);
    // One that was postponed comes again as a whole.
    if (this.stops[i] !== Stop.More) this.bigFrames.delete(connection);
    this.settle(i, client);
  }
}

function isLimited(client: Client): boolean {
  return (client.gate & Gate.unauthenticated) !== 0;
}
