// ReplyText: a reply as a text, for what is asked often, hardly ever changes and has many parts: it is put together once
// and kept. What is replied only once is written by ReplyWriter.

/** Collects the parts of one reply, in RESP2 or RESP3. */
export class ReplyText {
  private readonly parts: string[] = [];

  constructor(private readonly resp3: boolean) {}

  status(text: string): void {
    this.parts.push(`+${text}\r\n`);
  }

  bulk(text: string): void {
    this.parts.push(`$${Buffer.byteLength(text)}\r\n${text}\r\n`);
  }

  /** A whole number of at most 2^53. */
  integer(value: number): void {
    this.parts.push(`:${value}\r\n`);
  }

  array(count: number): void {
    this.parts.push(`*${count}\r\n`);
  }

  /** A set; in RESP2 an array. */
  set(count: number): void {
    this.parts.push(`${this.resp3 ? '~' : '*'}${count}\r\n`);
  }

  /** A map of `count` pairs; in RESP2 an array of twice as many. */
  map(count: number): void {
    this.parts.push(this.resp3 ? `%${count}\r\n` : `*${2 * count}\r\n`);
  }

  /** A set of statuses. */
  flags(names: readonly string[]): void {
    this.set(names.length);
    for (const name of names) this.status(name);
  }

  /** What has been collected. */
  toString(): string {
    return this.parts.join('');
  }
}

/** Keeps a reply about each subject, for both protocols, once it was made. */
export class ReplyTexts<K extends object> {
  private readonly kept: readonly [WeakMap<K, string>, WeakMap<K, string>] = [new WeakMap(), new WeakMap()];

  constructor(private readonly write: (subject: K, reply: ReplyText) => void) {}

  /** The reply about `subject`. */
  of(subject: K, resp3: boolean): string {
    const texts = this.kept[resp3 ? 1 : 0];
    let text = texts.get(subject);
    if (text === undefined) {
      const reply = new ReplyText(resp3);
      this.write(subject, reply);
      text = reply.toString();
      texts.set(subject, text);
    }
    return text;
  }
}
