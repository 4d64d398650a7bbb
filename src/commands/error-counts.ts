// ErrorCounts: how many errors were replied, by their codes: the first word of each (INFO errorstats).
//
// An error whose code is the last one's makes no text, so that a flood of errors gives the collector nothing to do.

/** Longest code that is told apart, bytes. */
const CODE_MAX = 31;
const SPACE = 32;

interface Kind {
  readonly code: string;
  count: number;
}

export class ErrorCounts {
  private readonly kinds = new Map<string, Kind>();
  private last: Kind = { code: '', count: 0 };

  /** Counts an error: its text, without the "-" of the reply. O(its code) */
  add(text: string): void {
    const { code } = this.last;
    if (!(endsWord(text, code.length) && text.startsWith(code))) this.last = this.kindOf(firstWord(text));
    this.last.count++;
  }

  /** Counts an error whose text lies in `bytes` from `at` on. O(its code) */
  addFrom(bytes: Uint8Array, at: number): void {
    const { code } = this.last;
    let same = code !== '' && bytes[at + code.length] <= SPACE;
    for (let i = 0; same && i < code.length; i++) same = bytes[at + i] === code.charCodeAt(i);
    if (!same)
      this.last = this.kindOf(
        firstWord(Buffer.from(bytes.subarray(at, at + CODE_MAX + 1)).toString('latin1')),
      );
    this.last.count++;
  }

  /** All errors. O(codes) */
  get total(): number {
    let sum = 0;
    for (const { count } of this.kinds.values()) sum += count;
    return sum;
  }

  /** Codes with how often they were replied, in the order in which they first were. */
  *[Symbol.iterator](): IterableIterator<[string, number]> {
    for (const { code, count } of this.kinds.values()) yield [code, count];
  }

  clear(): void {
    this.kinds.clear();
    this.last = { code: '', count: 0 };
  }

  private kindOf(code: string): Kind {
    const known = this.kinds.get(code);
    if (known !== undefined) return known;
    const kind = { code, count: 0 };
    this.kinds.set(code, kind);
    return kind;
  }
}

function endsWord(text: string, at: number): boolean {
  return at > 0 && (at === text.length || (at < text.length && text.charCodeAt(at) <= SPACE));
}

function firstWord(text: string): string {
  let end = 0;
  while (end < text.length && end < CODE_MAX && text.charCodeAt(end) > SPACE) end++;
  return text.slice(0, end);
}
