// QueuedCommands: commands kept to be executed later, together: those of a transaction, between MULTI and EXEC.
//
// A client mostly sends a transaction in one go. So commands are noted first, as a range of the chunk that is being
// executed (`rowsFrom` to `rowsTo`); only when the chunk ends before EXEC, or something else comes between, are they
// copied: their bytes and arguments then lie in one frame, so that executing all of them enters a frame once.

const FIRST_BYTES = 512;
const FIRST_ARGUMENTS = 32;
/** What is kept for the next transaction of the same client when one has ended. */
const KEPT_BYTES = 4096;
/** Below this a loop copies faster than a view can be made. */
const SHORT_COPY = 64;
/** What a command takes beside its bytes, about. */
const COMMAND_BYTES = 48;
/** What stands where nothing was copied yet: most transactions are never copied. */
const NO_BYTES = new Uint8Array(0);
const NO_ARGUMENTS = new Int32Array(0);

export class QueuedCommands {
  /** The frame: bytes, and (offset, length) pairs. */
  bytes = NO_BYTES;
  args = NO_ARGUMENTS;
  /** By command: its number, its first argument, how many. */
  readonly ids: number[] = [];
  readonly firsts: number[] = [];
  readonly counts: number[] = [];
  /** Commands of the current chunk that come behind those of the frame; none while the two are equal. */
  rowsFrom = 0;
  rowsTo = 0;
  private usedBytes = 0;
  private usedArguments = 0;

  get length(): number {
    return this.ids.length + this.rowsTo - this.rowsFrom;
  }

  /** Bytes of all arguments. */
  get size(): number {
    return this.usedBytes;
  }

  /** Bytes of memory that the commands take. */
  get memory(): number {
    return this.bytes.length + this.args.byteLength + this.ids.length * COMMAND_BYTES;
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

  /** Makes room for commands of so many bytes and arguments in all, which are about to be copied. */
  reserve(bytes: number, count: number): void {
    this.reserveBytes(bytes);
    this.reserveArguments(count);
  }

  /** Copies a command whose arguments are `count` from `first` on in `args`, over `bytes`. O(its bytes) */
  add(id: number, bytes: Uint8Array, args: Int32Array, first: number, count: number): void {
    this.ids.push(id);
    this.firsts.push(this.usedArguments);
    this.counts.push(count);
    this.reserveArguments(count);
    for (let i = first; i < first + count; i++) {
      const length = args[2 * i + 1];
      this.reserveBytes(length);
      this.copy(bytes, args[2 * i], length);
      this.args[2 * this.usedArguments] = this.usedBytes;
      this.args[2 * this.usedArguments + 1] = length;
      this.usedArguments++;
      this.usedBytes += length;
    }
  }

  /** Gives argument `i` of the last command other bytes. */
  replace(i: number, bytes: Uint8Array): void {
    const last = this.ids.length - 1;
    this.reserveBytes(bytes.length);
    this.bytes.set(bytes, this.usedBytes);
    const pair = 2 * (this.firsts[last] + i);
    this.args[pair] = this.usedBytes;
    this.args[pair + 1] = bytes.length;
    this.usedBytes += bytes.length;
  }

  clear(): void {
    // To set the length of an array costs as much as queueing a command.
    if (this.ids.length > 0) this.ids.length = this.firsts.length = this.counts.length = 0;
    this.usedBytes = this.usedArguments = this.rowsFrom = this.rowsTo = 0;
    if (this.bytes.length > KEPT_BYTES) this.bytes = NO_BYTES;
    if (this.args.byteLength > KEPT_BYTES) this.args = NO_ARGUMENTS;
  }

  private copy(bytes: Uint8Array, at: number, length: number): void {
    const { usedBytes } = this;
    if (length > SHORT_COPY) this.bytes.set(bytes.subarray(at, at + length), usedBytes);
    else for (let k = 0; k < length; k++) this.bytes[usedBytes + k] = bytes[at + k];
  }

  private reserveBytes(more: number): void {
    const needed = this.usedBytes + more;
    if (needed <= this.bytes.length) return;
    const bigger = new Uint8Array(Math.max(needed, 2 * this.bytes.length, FIRST_BYTES));
    bigger.set(this.bytes.subarray(0, this.usedBytes));
    this.bytes = bigger;
  }

  private reserveArguments(more: number): void {
    const needed = 2 * (this.usedArguments + more);
    if (needed <= this.args.length) return;
    const bigger = new Int32Array(Math.max(needed, 2 * this.args.length, 2 * FIRST_ARGUMENTS));
    bigger.set(this.args.subarray(0, 2 * this.usedArguments));
    this.args = bigger;
  }
}
