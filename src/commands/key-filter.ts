// KeyFilter: says in a few nanoseconds, from the bytes of a key, that nobody has asked for it, so that a write costs no
// text of the key while others watch, wait for or cache other keys. A counting filter: it may say "perhaps" of a key that
// was not added, never "no" of one that was.
//
// Who asks for a key asks for it again, mostly. So the filter remembers the text that was added last at each place, and a
// key of the same bytes needs no other.
//
// Cost: `add`, `remove` and `mayHave` are O(1); they look at the length and the last bytes, where keys differ most.

const COUNTERS = 4096;
const LAST_BYTES = 12;
/** Longest text that is remembered: what stays behind when nobody asks any more is bounded by it. */
const REMEMBERED_MAX = 64;

function fold(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

function place(hash: number): number {
  return (hash ^ (hash >>> 12)) & (COUNTERS - 1);
}

function placeOfBytes(bytes: Uint8Array, at: number, length: number): number {
  let hash = length;
  for (let i = Math.max(0, length - LAST_BYTES); i < length; i++) hash = fold(hash, bytes[at + i]);
  return place(hash);
}

export class KeyFilter {
  private readonly counters = new Uint32Array(COUNTERS);
  private readonly texts: string[] = new Array<string>(COUNTERS).fill('');
  /** Keys added and not removed. */
  size = 0;

  /** A key as a text of bytes (latin1); as often as it is added it must be removed. */
  add(key: string): void {
    const at = this.placeOf(key);
    this.counters[at]++;
    this.size++;
    if (key.length <= REMEMBERED_MAX) this.texts[at] = key;
  }

  remove(key: string): void {
    const at = this.placeOf(key);
    if (this.counters[at] === 0) throw new Error('a key was removed that was not added');
    this.counters[at]--;
    this.size--;
  }

  /** False: no key of these bytes was added. */
  mayHave(bytes: Uint8Array, at: number, length: number): boolean {
    return this.counters[placeOfBytes(bytes, at, length)] > 0;
  }

  /** The text of these bytes if the filter has it, '' if it must be made. */
  recall(bytes: Uint8Array, at: number, length: number): string {
    const text = this.texts[placeOfBytes(bytes, at, length)];
    if (text.length !== length) return '';
    for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[at + i]) return '';
    return text;
  }

  private placeOf(key: string): number {
    let hash = key.length;
    for (let i = Math.max(0, key.length - LAST_BYTES); i < key.length; i++)
      hash = fold(hash, key.charCodeAt(i));
    return place(hash);
  }
}
