// QueuedCommands: commands kept to be executed later, together: those of a transaction, between MULTI and EXEC.
//
// A client mostly sends a transaction in one go. So commands are noted first, as a range of the chunk that is being
// executed (`rowsFrom` to `rowsTo`); only when the chunk ends before EXEC, or something else comes between, are they
// copied: the store keeps them, where the collector has nothing to do with them.
//
// Whoever has queued commands clears them before it is forgotten: the store's memory goes with that alone.
import { NumberA, NumberB, NumberC } from '../store/layout.js';
import type { NativeStore } from '../store/native.js';

const NONE = -1;
/** Words of a command: its number, its first argument, how many. */
export const QUEUED_WORDS = 3;
/** What a QueueFrame keeps for the next queue, bytes and words. */
const KEPT_BYTES = 64 * 1024;
const KEPT_WORDS = 16 * 1024;

export class QueuedCommands {
  /** Commands that were copied. */
  copied = 0;
  /** Bytes that were copied: of all arguments, and what stood between them. */
  size = 0;
  /** Bytes of memory that they take. */
  memory = 0;
  /** Words that they take in a QueueFrame. */
  words = 0;
  /** Commands of the current chunk that come behind those that were copied; none while the two are equal. */
  rowsFrom = 0;
  rowsTo = 0;
  /** The store's queue. */
  private queue = NONE;

  /** `numbers`: the store's. */
  constructor(
    private readonly store: NativeStore,
    private readonly numbers: Float64Array,
  ) {}

  get length(): number {
    return this.copied + this.rowsTo - this.rowsFrom;
  }

  /** Whether commands of the chunk wait to be copied. */
  get hasRows(): boolean {
    return this.rowsTo !== this.rowsFrom;
  }

  /** Notes commands `from` to `to` of the chunk; they follow those noted before. O(1) */
  note(from: number, to: number): void {
    if (!this.hasRows) this.rowsFrom = from;
    else if (this.rowsTo !== from) throw new Error('queued commands of a chunk must follow each other');
    this.rowsTo = to;
  }

  /** Copies command `id`, whose `count` arguments stand in the current frame from `first` on. O(its bytes) */
  add(id: number, first: number, count: number): void {
    this.took(this.store.queueCommand(this.queue, id, first, count), 1);
  }

  /** Copies what was noted of the chunk. O(its bytes) */
  keepRows(): void {
    const { rowsFrom, rowsTo } = this;
    if (!this.hasRows) return;
    this.rowsFrom = this.rowsTo = 0;
    this.took(this.store.queueRows(this.queue, rowsFrom, rowsTo), rowsTo - rowsFrom);
  }

  /**
   * Copies what was kept to where it is executed, which is the store's current frame from then on. Where in its `args` the
   * commands stand, QUEUED_WORDS each: number, first argument, how many arguments. O(bytes)
   */
  enter(frame: QueueFrame): number {
    frame.reserve(this.size, this.words);
    this.store.enterQueue(this.queue, frame.bytes, frame.args);
    return this.words - this.copied * QUEUED_WORDS;
  }

  /** Whether a command that was copied has a number like this. O(commands) */
  has(test: (id: number) => boolean): boolean {
    for (let i = 0; i < this.copied; i++) if (test(this.store.queuedId(this.queue, i))) return true;
    return false;
  }

  clear(): void {
    if (this.queue !== NONE) this.store.closeQueue(this.queue);
    this.queue = NONE;
    this.copied = this.size = this.memory = this.words = this.rowsFrom = this.rowsTo = 0;
  }

  private took(queue: number, commands: number): void {
    this.queue = queue;
    this.copied += commands;
    this.size = this.numbers[NumberA];
    this.memory = this.numbers[NumberB];
    this.words = this.numbers[NumberC];
  }
}

/** Where queues are executed, one at a time: memory that each uses again, unless it is large. */
export class QueueFrame {
  bytes = new Uint8Array(0);
  args = new Int32Array(0);

  reserve(bytes: number, words: number): void {
    if (bytes > this.bytes.length) this.bytes = new Uint8Array(Math.max(bytes, KEPT_BYTES));
    if (words > this.args.length) this.args = new Int32Array(Math.max(words, KEPT_WORDS));
  }

  /** The queue was executed. */
  release(): void {
    if (this.bytes.length > KEPT_BYTES) this.bytes = new Uint8Array(0);
    if (this.args.length > KEPT_WORDS) this.args = new Int32Array(0);
  }
}
