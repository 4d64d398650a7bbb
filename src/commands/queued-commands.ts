// QueuedCommands: commands kept to be executed later, together: those of a transaction, between MULTI and EXEC.
//
// A client mostly sends a transaction in one go. So commands are noted first, as a range of the chunk that is being
// executed (`rowsFrom` to `rowsTo`); only when the chunk ends before EXEC, or something else comes between, are they
// copied: their bytes and arguments then lie in one frame, so that executing all of them enters a frame once.
import { KeptFrame } from './kept-frame.js';

/** Words of a command: its number, its first argument, how many. */
const WORDS = 3;
const FIRST_COMMANDS = 8;
/** What is kept for the next transaction of the same client when one has ended, commands. */
const KEPT_COMMANDS = 256;
/** What stands where nothing was copied yet: most transactions are never copied. */
const NO_COMMANDS = new Int32Array(0);

export class QueuedCommands {
  /** The arguments of the commands that were copied. */
  readonly frame = new KeptFrame();
  /** Commands that were copied. */
  copied = 0;
  /** Commands of the current chunk that come behind those of the frame; none while the two are equal. */
  rowsFrom = 0;
  rowsTo = 0;
  private commands = NO_COMMANDS;

  get length(): number {
    return this.copied + this.rowsTo - this.rowsFrom;
  }

  /** Bytes of all arguments that were copied. */
  get size(): number {
    return this.frame.usedBytes;
  }

  /** Bytes of memory that the commands take. */
  get memory(): number {
    return this.frame.memory + this.commands.byteLength;
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

  /** Makes room for so many commands, of so many bytes and arguments, which are about to be copied. */
  reserve(commands: number, bytes: number, count: number): void {
    this.reserveCommands(commands);
    this.frame.reserve(bytes, count);
  }

  /** Copies a command whose arguments are `count` from `first` on in `args`, over `bytes`. O(its bytes) */
  add(id: number, bytes: Uint8Array, args: Int32Array, first: number, count: number): void {
    this.reserveCommands(1);
    const at = this.copied * WORDS;
    this.commands[at] = id;
    this.commands[at + 1] = this.frame.count;
    this.commands[at + 2] = count;
    this.copied++;
    this.frame.add(bytes, args, first, count);
  }

  /** Of command `i` that was copied: its number, its first argument in the frame, and how many. */
  id(i: number): number {
    return this.commands[i * WORDS];
  }

  first(i: number): number {
    return this.commands[i * WORDS + 1];
  }

  count(i: number): number {
    return this.commands[i * WORDS + 2];
  }

  /** Whether a command that was copied has a number like this. O(commands) */
  has(test: (id: number) => boolean): boolean {
    for (let i = 0; i < this.copied; i++) if (test(this.id(i))) return true;
    return false;
  }

  clear(): void {
    this.copied = this.rowsFrom = this.rowsTo = 0;
    this.frame.clear();
    if (this.commands.length > KEPT_COMMANDS * WORDS) this.commands = NO_COMMANDS;
  }

  private reserveCommands(more: number): void {
    const needed = (this.copied + more) * WORDS;
    if (needed <= this.commands.length) return;
    const size = Math.max(needed, 2 * this.commands.length, FIRST_COMMANDS * WORDS);
    const bigger = new Int32Array(size);
    bigger.set(this.commands.subarray(0, this.copied * WORDS));
    this.commands = bigger;
  }
}
