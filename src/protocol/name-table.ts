// NameTable: from the bytes of a command's name to its number, without making a string.
//
// Open addressing over a hash of the ASCII-lowercased bytes; the names are few and known at the start, so the table is
// sparse and a lookup is one probe, then one comparison of the bytes.

const CASE_BIT = 0x20;

/** Lower-cases one ASCII letter; other bytes stay. */
export function lower(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte | CASE_BIT : byte;
}

export class NameTable {
  private readonly slots: Int32Array;
  private readonly mask: number;
  private readonly offsets: Int32Array;
  private readonly letters: Uint8Array;

  /** `names[i]` gets the number i. Names are ASCII; a duplicate is an error. */
  constructor(names: readonly string[]) {
    let size = 64;
    while (size < names.length * 8) size *= 2;
    this.slots = new Int32Array(size).fill(-1);
    this.mask = size - 1;
    this.offsets = new Int32Array(names.length + 1);
    this.letters = new Uint8Array(names.reduce((sum, name) => sum + name.length, 0));
    names.forEach((name, id) => {
      this.add(Buffer.from(name.toLowerCase(), 'latin1'), id);
    });
  }

  private add(name: Uint8Array, id: number): void {
    if (this.find(name, 0, name.length) >= 0) throw new Error(`duplicate command name '${name.toString()}'`);
    const from = this.offsets[id];
    this.letters.set(name, from);
    this.offsets[id + 1] = from + name.length;
    let slot = this.hash(name, 0, name.length) & this.mask;
    while (this.slots[slot] >= 0) slot = (slot + 1) & this.mask;
    this.slots[slot] = id;
  }

  private hash(bytes: Uint8Array, at: number, length: number): number {
    let hash = length;
    for (let i = at, end = at + length; i < end; i++) hash = Math.imul(hash, 31) + (bytes[i] | CASE_BIT);
    return hash ^ (hash >>> 11);
  }

  /** The number of the name at `bytes[at .. at + length)`, in any case, or -1. O(length), no allocation. */
  find(bytes: Uint8Array, at: number, length: number): number {
    let slot = this.hash(bytes, at, length) & this.mask;
    for (;;) {
      const id = this.slots[slot];
      if (id < 0) return -1;
      if (this.equals(id, bytes, at, length)) return id;
      slot = (slot + 1) & this.mask;
    }
  }

  private equals(id: number, bytes: Uint8Array, at: number, length: number): boolean {
    const from = this.offsets[id];
    if (this.offsets[id + 1] - from !== length) return false;
    for (let i = 0; i < length; i++) {
      if (lower(bytes[at + i]) !== this.letters[from + i]) return false;
    }
    return true;
  }
}
