/**
 * CommandLoader: executes the commands of append-only files, in slices on the loop, by the way that clients' commands go:
 * a piece of the file is read into the input arena, parsed into a chunk, prefetched and executed; replies are dropped.
 *
 *   offset ─► [ piece of the file in the arena: whole frames | a part of one ] ─► the next piece begins at the part
 *
 * Frames that do not fit the arena are read into memory of their own. Lines that begin with # between two frames are
 * annotations and are passed over. What stands between MULTI and EXEC is executed at EXEC, so a file that ends in
 * between has executed nothing of it.
 *
 * Only commands that a server leaves in a log are executed: those that change data, and what transactions and databases
 * are told by. All others (CONFIG, SHUTDOWN, SUBSCRIBE, GET) are passed over and counted, so that a file of data neither
 * stops the server, nor changes its settings, nor keeps its own later commands from being executed.
 *
 * While a slice runs the server's gates are open: nothing is refused or logged. That nothing is evicted, and that keys
 * whose time has come are there, is for whoever loads to see to, for as long as there is more to read.
 *
 * Invariants
 *   1. `validBytes` is where the last frame ends that was executed as a whole, MULTI to EXEC being one.
 *   2. Between two slices nothing of the file is in the arenas.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { Client } from '../../commands/client.js';
import { Gate } from '../../commands/guard.js';
import type { Command } from '../../commands/registry.js';
import { endTransaction } from '../../commands/transactions.js';
import { bytesOf } from '../../config/index.js';
import { DetachedFrame } from '../../protocol/detached-frame.js';
import { FrameParser, Stop } from '../../protocol/frame-parser.js';
import {
  ChunkArgs,
  CommandAt,
  CommandFirst,
  CommandId,
  CommandWords,
  InputBytes,
  LongReadElements,
  NowMs,
  ReplyCursor,
} from '../../store/layout.js';
import type { PersistenceHost } from '../host.js';

/** Read at a time; frames that are longer take the way of long ones. */
const PIECE_BYTES = 1024 * 1024;
const BULK_MAX = 2 ** 31 - 1;
const INT32_MAX = 2 ** 31 - 1;
const STAR = 42;
const HASH = 35;
const LF = 10;

/** What is executed though it changes no data, and what is not though it does: it talks to another server. */
const ALSO: ReadonlySet<string> = new Set(['multi', 'exec', 'discard', 'select']);
const NEVER: ReadonlySet<string> = new Set(['migrate']);

// Whether a log may hold a command; a container, if it may hold one of its subcommands.
function belongs({ declaredName, flags, container, children }: Command): boolean {
  if (container === null && NEVER.has(declaredName)) return false;
  if (container === null && ALSO.has(declaredName)) return true;
  if (flags.includes('write') || flags.includes('may_replicate')) return true;
  return [...children.values()].some(belongs);
}

/** Why a file could not be executed to its end. */
export type LoadProblem =
  /** The file ends within a command, or within a transaction. */
  | { kind: 'truncated' }
  | { kind: 'format' }
  | { kind: 'command'; name: string }
  /** A transaction has more bytes than can be kept until its end. */
  | { kind: 'size' };

/** Commands of a file that were not executed because they change no data; the first of them is said. */
export interface PassedOver {
  count: number;
  readonly name: string;
  readonly at: number;
}

export class CommandLoader {
  problem: LoadProblem | null = null;
  /** Of the file. */
  passedOver: PassedOver | null = null;
  /** Of the file: bytes that are executed, and that were read so far. */
  validBytes = 0;
  offset = 0;
  private size = 0;
  private file = -1;
  private multiAt = 0;
  private readonly client: Client;
  private readonly input: Uint8Array;
  private readonly control: Int32Array;
  private readonly args: Int32Array;
  private readonly rows: Int32Array;
  private readonly numbers: Float64Array;
  private readonly parser: FrameParser;
  private readonly multiId: number;
  /** By command number: 1 if a log may hold it. */
  private readonly belongs: Uint8Array;

  constructor(private readonly host: PersistenceHost) {
    const { store, registry } = host;
    this.client = new Client(0, INT32_MAX, '', '', false, Date.now());
    this.client.isLoading = true;
    this.input = new Uint8Array(store.input);
    this.control = new Int32Array(store.control);
    this.args = new Int32Array(store.args);
    this.rows = new Int32Array(store.commands);
    this.numbers = new Float64Array(store.numbers);
    this.parser = new FrameParser(this.input, this.args, this.rows, registry.names, registry.keyIndexes);
    this.parser.bulkMax = BULK_MAX;
    this.parser.refusesEmpty = true;
    this.multiId = registry.commands.findIndex(({ declaredName }) => declaredName === 'multi');
    this.belongs = Uint8Array.from(registry.commands, (command) => (belongs(command) ? 1 : 0));
  }

  /** Begins a file of `size` bytes, with the commands that stand from `offset` on. Throws if it cannot be opened. */
  open(path: string, size: number, offset: number): void {
    this.file = openSync(bytesOf(path), 'r');
    this.size = size;
    this.offset = this.validBytes = offset;
    this.problem = null;
    this.passedOver = null;
    // Each file says itself to which database its commands belong.
    this.client.database = 0;
    this.client.transaction?.queue.clear();
    this.client.transaction = null;
  }

  close(): void {
    closeSync(this.file);
    this.file = -1;
    if ((this.client.gate & Gate.transaction) !== 0) endTransaction(this.host.dispatcher.call, this.client);
  }

  /**
   * Executes commands for about that long. False: the file is done, or `problem` says why not. To be called outside of
   * commands, while the arenas hold no batch.
   */
  step(budgetMs: number): boolean {
    const { dispatcher, store } = this.host;
    const { client: before } = dispatcher.call;
    const { gates } = dispatcher;
    const longReads = this.control[LongReadElements];
    dispatcher.gates = 0;
    this.control[LongReadElements] = INT32_MAX;
    this.control[ReplyCursor] = 0;
    this.numbers[NowMs] = Date.now();
    store.startTurn(0);
    store.takeInput(0);
    dispatcher.reply.beginReplyTo(this.client.connection);
    dispatcher.enter(this.client);
    const end = performance.now() + budgetMs;
    try {
      let goesOn = true;
      while (goesOn && performance.now() < end) goesOn = this.piece();
      return goesOn;
    } finally {
      this.control[ReplyCursor] = 0;
      dispatcher.reply.endReplyTo(false);
      this.control[LongReadElements] = longReads;
      dispatcher.gates |= gates;
      dispatcher.enter(before);
    }
  }

  // Executes what one reading brings. False: done, or a problem.
  private piece(): boolean {
    const { parser } = this;
    const begin = this.offset;
    const end = readSync(this.file, this.input, 0, Math.min(PIECE_BYTES, this.size - begin), begin);
    if (end === 0) return this.ended();
    for (let at = 0; ;) {
      parser.reset();
      const stop = parser.parse(at, end);
      if (!this.chunk(begin)) return false;
      at = parser.consumed;
      this.offset = begin + at;
      if ((this.client.gate & Gate.transaction) === 0) this.validBytes = this.offset;
      if (stop === Stop.Full) continue;
      if (stop === Stop.Done) return true;
      if (stop === Stop.Broken) return this.fail({ kind: 'format' });
      if (this.input[at] !== STAR) return this.passLine(at, end);
      // A part of a frame that the next piece begins with, unless it is longer than a piece.
      if (stop === Stop.More && at > 0 && begin + end < this.size) return true;
      return this.longFrame();
    }
  }

  // The commands of the chunk; `begin`: what its offsets are relative to.
  private chunk(begin: number): boolean {
    const { rows, control, input, parser } = this;
    const { dispatcher, store } = this.host;
    const count = parser.commandCount;
    if (count === 0) return true;
    control[ChunkArgs] = parser.argumentCount;
    store.prefetch(count);
    for (let from = 0; from < count;) {
      let to = from;
      for (; to < count; to++) {
        const row = to * CommandWords;
        if (input[rows[row + CommandAt]] !== STAR) break;
        const id = this.idOf(row);
        if (id < 0 || this.belongs[id] === 0) break;
      }
      for (let k = from; k < to;) {
        const row = k * CommandWords;
        // One within a transaction, which is refused, begins nothing.
        if (rows[row + CommandId] === this.multiId && (this.client.gate & Gate.transaction) === 0)
          this.multiAt = begin + rows[row + CommandAt];
        const next = dispatcher.execute(k, to);
        if (next === k) throw new Error('a command from a log was postponed');
        k = next;
        control[ReplyCursor] = 0;
      }
      from = to + 1;
      if (to === count) break;
      // What is queued must not reach over what is passed over.
      dispatcher.leave(this.client);
      if (!this.passes(to, begin)) return false;
    }
    dispatcher.leave(this.client);
    this.client.waiting = false;
    dispatcher.counts.shareTime(0);
    return this.keepsAll();
  }

  // The number of the command in a row, which is noted there. The parser knows the names that clients use.
  private idOf(row: number): number {
    const { rows, args, input } = this;
    if (rows[row + CommandId] < 0) {
      const name = 2 * rows[row + CommandFirst];
      rows[row + CommandId] = this.host.registry.findLogged(input, args[name], args[name + 1]);
    }
    return rows[row + CommandId];
  }

  // Whether all of a transaction could be kept so far.
  private keepsAll(): boolean {
    if (this.client.transaction?.isTooLarge !== true) return true;
    this.validBytes = this.multiAt;
    return this.fail({ kind: 'size' });
  }

  // Whether what stands in row `k`, which is not executed, may be passed over.
  private passes(k: number, begin: number): boolean {
    const row = k * CommandWords;
    const at = this.rows[row + CommandAt];
    if (this.input[at] === HASH) return true;
    if (this.rows[row + CommandId] >= 0 && this.input[at] === STAR) {
      this.passOver(this.rows[row + CommandId], begin + at);
      return true;
    }
    if ((this.client.gate & Gate.transaction) === 0) this.validBytes = begin + at;
    if (this.input[at] !== STAR) return this.fail({ kind: 'format' });
    return this.fail({ kind: 'command', name: this.nameAt(at) });
  }

  private passOver(id: number, at: number): void {
    this.passedOver ??= { count: 0, name: this.host.registry.commands[id].name, at };
    this.passedOver.count++;
  }

  private nameAt(at: number): string {
    const text = Buffer.from(this.input.subarray(at, at + 256)).toString('latin1');
    return /^\*\d+\r\n\$\d+\r\n([^\r\n]*)/.exec(text)?.[1] ?? '';
  }

  // What is not a frame at `at`: an annotation, perhaps with quotes or cut by the end of the piece.
  private passLine(at: number, end: number): boolean {
    if (this.input[at] !== HASH) return this.fail({ kind: 'format' });
    const lineEnd = this.input.subarray(at, end).indexOf(LF);
    if (lineEnd < 0)
      return this.offset + end - at >= this.size ? this.ended() : at > 0 || this.fail({ kind: 'format' });
    this.offset += lineEnd + 1;
    if ((this.client.gate & Gate.transaction) === 0) this.validBytes = this.offset;
    return true;
  }

  // The frame at `offset`, in memory of its own.
  private longFrame(): boolean {
    const { dispatcher, registry } = this.host;
    const frame = new DetachedFrame(BULK_MAX);
    let bytes = Buffer.alloc(0);
    for (;;) {
      const wanted = Math.min(this.size - this.offset, bytes.length + Math.max(frame.missing, InputBytes));
      if (wanted === bytes.length) return this.ended();
      const larger = Buffer.allocUnsafeSlow(wanted);
      bytes.copy(larger);
      const read = readSync(
        this.file,
        larger,
        bytes.length,
        wanted - bytes.length,
        this.offset + bytes.length,
      );
      if (read === 0) return this.ended();
      bytes = larger.subarray(0, bytes.length + read);
      const stop = frame.read(bytes, bytes.length);
      if (stop === Stop.Broken) return this.fail({ kind: 'format' });
      if (stop === Stop.Done) break;
    }
    if (frame.count === 0) return this.fail({ kind: 'format' });
    const [nameAt, nameLength] = frame.args;
    const id = registry.findLogged(bytes, nameAt, nameLength);
    if (id < 0)
      return this.fail({ kind: 'command', name: bytes.toString('latin1', nameAt, nameAt + nameLength) });
    if (this.belongs[id] === 0) {
      this.passOver(id, this.offset);
    } else {
      dispatcher.executeFrame(bytes, frame.args, frame.count, id);
      this.control[ReplyCursor] = 0;
      dispatcher.counts.shareTime(0);
    }
    this.offset += frame.end;
    if ((this.client.gate & Gate.transaction) === 0) this.validBytes = this.offset;
    return this.keepsAll();
  }

  // There is nothing more to read.
  private ended(): boolean {
    if ((this.client.gate & Gate.transaction) !== 0) this.validBytes = this.multiAt;
    return this.validBytes === this.size ? false : this.fail({ kind: 'truncated' });
  }

  private fail(problem: LoadProblem): boolean {
    this.problem = problem;
    return false;
  }
}
