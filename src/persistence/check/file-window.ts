// FileWindow: reads a file from front to back through one buffer of fixed size, whatever the file's size. What is only
// to be skipped is not read at all.
//
// Cost: one read of the system for each buffer's worth of bytes.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const BUFFER_BYTES = 1 << 20;

export class FileWindow {
  /** Bytes of the file when it was opened; what is appended later is not looked at. */
  readonly size: number;
  /** The buffer; the next byte is at `at`. */
  readonly bytes: Buffer;
  at = 0;
  private readonly file: number;
  private end = 0;
  /** Offset in the file of the buffer's first byte. */
  private base = 0;

  /** Opens the file. Throws the system's error, with code, when it cannot be read. */
  constructor(
    readonly path: string,
    bufferBytes = BUFFER_BYTES,
  ) {
    this.file = openSync(path, 'r');
    this.size = fstatSync(this.file).size;
    this.bytes = Buffer.allocUnsafe(bufferBytes);
  }

  /** Offset of the next byte in the file. */
  get position(): number {
    return this.base + this.at;
  }

  /** Bytes of the file that are still to come. */
  get left(): number {
    return this.size - this.position;
  }

  /** Brings the next `count` bytes into the buffer, fewer if the file ends; says how many there are, at least. */
  fill(count: number): number {
    let there = this.end - this.at;
    if (there >= count || there >= this.left) return there;
    this.bytes.copyWithin(0, this.at, this.end);
    this.base += this.at;
    this.at = 0;
    this.end = there;
    while (there < count && there < this.left) {
      const room = Math.min(this.bytes.length - there, this.left - there);
      const read = readSync(this.file, this.bytes, there, room, this.base + there);
      if (read === 0) throw new Error(`${this.path} became shorter while it was read`);
      there += read;
      this.end = there;
    }
    return there;
  }

  /** Leaves out the next `count` bytes, which the file must have. */
  skip(count: number): void {
    if (count <= this.end - this.at) {
      this.at += count;
      return;
    }
    this.base = this.position + count;
    this.at = 0;
    this.end = 0;
  }

  close(): void {
    closeSync(this.file);
  }
}
