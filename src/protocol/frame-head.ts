// FrameHead: the beginning of the last frame, up to behind its command's name ("*3\r\n$3\r\nSET\r\n").
//
// Frames of a pipeline mostly begin alike. Comparing the head with the last one, four bytes at a time, is cheaper than
// reading its two numbers and looking its name up. Heads of 12 to 20 bytes are remembered: names of up to ten letters.
//
//   bytes compared:   0..3  4..7  8..11  and the last eight, which overlap them in short heads

const BYTES_MIN = 12;
const BYTES_MAX = 20;

export class FrameHead {
  /** Bytes of the head; 0: none is remembered. */
  size = 0;
  /** Number of the frame's arguments, the command's number, and where its name lies in the head. */
  count = 0;
  id = -1;
  nameOffset = 0;
  nameLength = 0;
  private readonly view: DataView;
  private word0 = 0;
  private word1 = 0;
  private word2 = 0;
  private word3 = 0;
  private word4 = 0;

  constructor(input: Uint8Array) {
    this.view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  }

  /** Whether the bytes at `at`, complete before `end`, are the remembered head. */
  matches(at: number, end: number): boolean {
    const { size, view } = this;
    if (size === 0 || at + size > end) return false;
    return (
      view.getInt32(at + size - 8, true) === this.word3 &&
      view.getInt32(at + size - 4, true) === this.word4 &&
      view.getInt32(at, true) === this.word0 &&
      view.getInt32(at + 4, true) === this.word1 &&
      view.getInt32(at + 8, true) === this.word2
    );
  }

  /** Remembers the head of the frame at `at`, whose name is the `length` bytes at `nameAt`. */
  remember(at: number, nameAt: number, length: number, count: number, id: number): void {
    const { view } = this;
    const size = nameAt + length + 2 - at;
    this.size = 0;
    if (size < BYTES_MIN || size > BYTES_MAX) return;
    this.size = size;
    this.count = count;
    this.id = id;
    this.nameOffset = nameAt - at;
    this.nameLength = length;
    this.word0 = view.getInt32(at, true);
    this.word1 = view.getInt32(at + 4, true);
    this.word2 = view.getInt32(at + 8, true);
    this.word3 = view.getInt32(at + size - 8, true);
    this.word4 = view.getInt32(at + size - 4, true);
  }
}
