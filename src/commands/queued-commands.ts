// QueuedCommands: commands kept to be executed later, together: those of a transaction, between MULTI and EXEC.
//
// A client mostly sends a transaction in one go. So commands are noted first, as a range of the chunk that is being
// executed (`rowsFrom` to `rowsTo`); only when the chunk ends before EXEC, or something else comes between, are they
// copied: their bytes and arguments then lie in one frame, so that executing all of them enters a frame once.
import { CommandCount, CommandFirst, CommandId, CommandWords } from '../store/layout.js';
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

  /** Bytes that were copied: of all arguments, and what stood between them. */
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

  /** Copies a command whose arguments are `count` from `first` on in `args`, over `bytes`. O(its bytes) */
  add(id: number, bytes: Uint8Array, args: Int32Array, first: number, count: number): void {
    this.reserveCommands(1);
    this.addCommand(id, this.frame.count, count);
    this.frame.add(bytes, args, first, count);
  }

  /**
   * Copies what was noted of a chunk, whose rows are `commands` and whose arguments are `args` over `bytes`. What grew
   * command by command would leave its former selves to the collector, for each of the clients that do so at a time.
   */
  keepRows(commands: Int32Array, bytes: Uint8Array, args: Int32Array): void {
    const { rowsFrom, rowsTo } = this;
    if (!this.hasRows) return;
    this.rowsFrom = this.rowsTo = 0;
    this.reserveCommands(rowsTo - rowsFrom);
    const first = commands[rowsFrom * CommandWords + CommandFirst];
    const moved = this.frame.count - first;
    for (let row = rowsFrom * CommandWords; row < rowsTo * CommandWords; row += CommandWords)
      this.addCommand(
        commands[row + CommandId],
        commands[row + CommandFirst] + moved,
        commands[row + CommandCount],
      );
    const last = (rowsTo - 1) * CommandWords;
    this.frame.addRange(
      bytes,
      args,
      first,
      commands[last + CommandFirst] + commands[last + CommandCount] - first,
    );
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

  private addCommand(id: number, first: number, count: number): void {
    const at = this.copied++ * WORDS;
    this.commands[at] = id;
    this.commands[at + 1] = first;
    this.commands[at + 2] = count;
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
