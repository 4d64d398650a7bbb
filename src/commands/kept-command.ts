// KeptCommand: one command kept to be executed later, in the name of its client: what a client that waits has asked for.
// Its arguments are copied out of memory that is about to go: bytes, and the (offset, length) pairs of arguments in them,
// as the store takes frames (see `enterFrame`).

const FIRST_BYTES = 64;
const FIRST_ARGUMENTS = 8;
/** What is kept for the next command, bytes. */
const KEPT_BYTES = 4096;
/** Below this a loop copies faster than a view can be made. */
const SHORT_COPY = 64;
/** What stands where nothing was copied yet. */
const NO_BYTES = new Uint8Array(0);
const NO_ARGUMENTS = new Int32Array(0);

export class KeptCommand {
  /** Its number. */
  id = -1;
  bytes = NO_BYTES;
  args = NO_ARGUMENTS;
  usedBytes = 0;
  /** Arguments in it. */
  count = 0;

  /** Bytes of memory that it takes. */
  get memory(): number {
    return this.bytes.length + this.args.byteLength;
  }

  /** Keeps a command whose arguments are `count` from `first` on in `args`, over `bytes`. O(its bytes) */
  keep(id: number, bytes: Uint8Array, args: Int32Array, first: number, count: number): void {
    this.clear();
    this.id = id;
    this.reserveArguments(count);
    for (let i = first; i < first + count; i++) {
      const length = args[2 * i + 1];
      this.reserveBytes(length);
      this.copy(bytes, args[2 * i], length);
      this.args[2 * this.count] = this.usedBytes;
      this.args[2 * this.count + 1] = length;
      this.count++;
      this.usedBytes += length;
    }
  }

  /** Gives argument `i` other bytes. */
  replace(i: number, bytes: Uint8Array): void {
    this.reserveBytes(bytes.length);
    this.bytes.set(bytes, this.usedBytes);
    this.args[2 * i] = this.usedBytes;
    this.args[2 * i + 1] = bytes.length;
    this.usedBytes += bytes.length;
  }

  /** Copies all of it: its bytes to `at`, its arguments from argument `first` of `args` on. O(its bytes) */
  copyTo(bytes: Uint8Array, at: number, args: Int32Array, first: number): void {
    const { usedBytes, count } = this;
    for (let i = 0; i < usedBytes; i++) bytes[at + i] = this.bytes[i];
    for (let i = 0; i < count; i++) {
      args[2 * (first + i)] = at + this.args[2 * i];
      args[2 * (first + i) + 1] = this.args[2 * i + 1];
    }
  }

  clear(): void {
    this.usedBytes = this.count = 0;
    if (this.bytes.length > KEPT_BYTES) this.bytes = NO_BYTES;
    if (this.args.byteLength > KEPT_BYTES) this.args = NO_ARGUMENTS;
  }

  private copy(bytes: Uint8Array, at: number, length: number): void {
    const { usedBytes } = this;
    const to = this.bytes;
    if (length > SHORT_COPY) to.set(bytes.subarray(at, at + length), usedBytes);
    else for (let k = 0; k < length; k++) to[usedBytes + k] = bytes[at + k];
  }

  private reserveBytes(more: number): void {
    const needed = this.usedBytes + more;
    if (needed <= this.bytes.length) return;
    const bigger = new Uint8Array(Math.max(needed, 2 * this.bytes.length, FIRST_BYTES));
    bigger.set(this.bytes.subarray(0, this.usedBytes));
    this.bytes = bigger;
  }

  private reserveArguments(more: number): void {
    const needed = 2 * (this.count + more);
    if (needed <= this.args.length) return;
    const bigger = new Int32Array(Math.max(needed, 2 * this.args.length, 2 * FIRST_ARGUMENTS));
    bigger.set(this.args.subarray(0, 2 * this.count));
    this.args = bigger;
  }
}
