// Call: the command being executed, and the one reader of its arguments. One object serves all commands of an engine.
//
// Arguments are numbered as in the request: 0 is the command's name. They are read where they lie; only `text` and
// `copy` allocate, so they are for what is not hot.
import type { ReplyWriter } from '../protocol/reply-writer.js';
import {
  Affected,
  Database,
  NumberA,
  NumberB,
  Protocol,
  StatusDeferred,
  StatusWrongType,
} from '../store/layout.js';
import type { NativeStore } from '../store/native.js';
import { type Changes, EventClass } from './changes.js';
import type { Client } from './client.js';
import type { ServerContext } from './context.js';
import type { Effects } from './effects.js';
import { Errors } from './errors.js';
import { Gate } from './guard.js';
import type { Command } from './registry.js';
import { isSubscriber } from './subscriptions.js';

const DIGITS_MAX = 9;

/** A word of a command's syntax, made once. */
export type Word = Uint8Array;

/** A word to compare arguments with, in any case. */
export function word(text: string): Word {
  return Uint8Array.from(Buffer.from(text.toLowerCase(), 'latin1'));
}

export class Call {
  /** The frame's bytes and (offset, length) pairs. */
  bytes: Uint8Array;
  args: Int32Array;
  /** Index of the command's name in `args`; operations of the store take `first + i`. */
  first = 0;
  /** Number of arguments, the name included. */
  count = 0;
  /** Which row of the chunk it is, or the first of its run; -1: it comes from elsewhere. */
  row = -1;
  /** Of a run: how many commands were executed. A handler lowers it when the client has to wait after one. */
  executed = 0;
  client: Client;
  command: Command;
  /** Whether it is part of another command (EXEC, a script): it must not block, nor wait for anything. */
  isNested = false;
  private isTouching = true;
  /** The registers of the store. */
  readonly numbers: Float64Array;
  /** The control words of the store. */
  readonly control: Int32Array;
  /** What commands leave to the logs. */
  readonly effects: Effects;
  private readonly changes: Changes;
  /** The bytes from which a text was last taken, and a view of them, so that a text costs nothing but itself. */
  private viewed: Uint8Array;
  private view: Buffer;

  constructor(
    readonly store: NativeStore,
    readonly reply: ReplyWriter,
    readonly server: ServerContext,
    client: Client,
    command: Command,
  ) {
    this.bytes = this.viewed = new Uint8Array(store.input);
    this.view = Buffer.from(store.input);
    this.args = new Int32Array(store.args);
    this.numbers = new Float64Array(store.numbers);
    this.control = new Int32Array(store.control);
    this.changes = server.changes;
    this.effects = server.effects;
    this.client = client;
    this.command = command;
  }

  /** Bytes of an argument. */
  size(i: number): number {
    return this.args[2 * (this.first + i) + 1];
  }

  /** Whether an argument is the word, in any case. */
  is(i: number, expected: Word): boolean {
    const pair = 2 * (this.first + i);
    const length = this.args[pair + 1];
    if (length !== expected.length) return false;
    const at = this.args[pair];
    for (let k = 0; k < length; k++) {
      const byte = this.bytes[at + k];
      const letter = byte >= 65 && byte <= 90 ? byte | 32 : byte;
      if (letter !== expected[k]) return false;
    }
    return true;
  }

  /** A copy of an argument's bytes. */
  copy(i: number): Buffer {
    const pair = 2 * (this.first + i);
    const at = this.args[pair];
    return Buffer.from(this.bytes.subarray(at, at + this.args[pair + 1]));
  }

  /** An argument as a text of bytes (latin1), which keeps every byte apart. */
  text(i: number): string {
    const pair = 2 * (this.first + i);
    const at = this.args[pair];
    return this.viewBytes().toString('latin1', at, at + this.args[pair + 1]);
  }

  /** An argument's bytes where they lie: only until the handler returns. */
  lent(i: number): Buffer {
    const pair = 2 * (this.first + i);
    const at = this.args[pair];
    return this.viewBytes().subarray(at, at + this.args[pair + 1]);
  }

  // What the arguments lie in, as a Buffer.
  private viewBytes(): Buffer {
    const { bytes } = this;
    if (this.viewed !== bytes) {
      this.viewed = bytes;
      this.view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    return this.view;
  }

  /** An argument in lower case, for the words of subcommands. */
  lowerText(i: number): string {
    return this.text(i).toLowerCase();
  }

  /** An argument of 1 to 9 digits as a number, -1 if it is anything else. Needs no call of the store. */
  digits(i: number): number {
    const pair = 2 * (this.first + i);
    const length = this.args[pair + 1];
    if (length === 0 || length > DIGITS_MAX) return -1;
    const at = this.args[pair];
    let value = 0;
    for (let k = 0; k < length; k++) {
      const digit = this.bytes[at + k] - 48;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }

  /** An argument as int64, rounded to a double; null if it is none. The exact value is in the integer register. */
  integer(i: number): number | null {
    return this.store.readInteger(this.first + i) === 0 ? this.numbers[NumberA] : null;
  }

  /** The same, with the usual error replied when it is none. */
  integerOrError(i: number, error: string = Errors.notInteger): number | null {
    const value = this.integer(i);
    if (value === null) this.reply.error(error);
    return value;
  }

  /** An int64 within bounds, or null with the error replied. */
  integerWithin(i: number, min: number, max: number, error: string = Errors.notInteger): number | null {
    const value = this.integer(i);
    if (value !== null && value >= min && value <= max) return value;
    this.reply.error(error);
    return null;
  }

  /** An argument (latin1) as an error quotes it: up to its first NUL. For `reply.errorBytes`. */
  quotedText(i: number): string {
    const text = this.text(i);
    const end = text.indexOf('\0');
    return end < 0 ? text : text.slice(0, end);
  }

  /** Whether its client may be made to wait: not by a part of another command, nor by what a log holds. */
  get mayWait(): boolean {
    return !this.isNested && !this.client.isLoading;
  }

  // What the client changes about itself holds from its next reply on, so the store must know it at once.

  /** The RESP version of this client's replies. */
  changeProtocol(version: 2 | 3): void {
    const { client } = this;
    client.protocol = version;
    if (client.subscriptions !== null) this.server.pubsub.protocolChanged();
    this.control[Protocol] = version;
    if (version === 2 && isSubscriber(client)) client.gate |= Gate.subscriber;
    else client.gate &= ~Gate.subscriber;
  }

  /** The database that this client's commands mean; it must exist. */
  changeDatabase(database: number): void {
    this.client.database = database;
    this.control[Database] = database;
  }

  /** Whether this client's commands leave the access of keys alone. */
  changeNoTouch(noTouch: boolean): void {
    this.client.noTouch = noTouch;
    this.setTouching(!noTouch);
  }

  /** Whether what follows counts as access to keys; returns whether it did. One crossing if that changes. */
  setTouching(touching: boolean): boolean {
    const before = this.isTouching;
    if (touching !== before) {
      this.isTouching = touching;
      this.store.setTouching(touching ? 1 : 0);
    }
    return before;
  }

  // ---- changes -------------------------------------------------------------------------------------------------------
  // Every handler tells of each key that it has changed, when it has, in the order in which Redis tells of events.

  /**
   * Key `i` of the client's database was changed; `event` is the notification's name, of a class of EventClass. It counts
   * as `count` changes.
   */
  changed(i: number, eventClass: number, event: string, count = 1): void {
    const { changes } = this;
    changes.total += count;
    if (changes.isObserved) changes.note(this, this.client.database, i, eventClass, event);
  }

  /** The same in a database of choice. */
  changedIn(database: number, i: number, eventClass: number, event: string, count = 1): void {
    const { changes } = this;
    changes.total += count;
    if (changes.isObserved) changes.note(this, database, i, eventClass, event);
  }

  /** Key `i` was changed, but there is no event of it. */
  touched(i: number): void {
    const { changes } = this;
    changes.total++;
    if (changes.isObserved) changes.note(this, this.client.database, i, EventClass.none, '');
  }

  /** So many changes were made that nobody is told of: by a run, or to many keys while nobody observes. */
  countChanges(count: number): void {
    this.changes.total += count;
  }

  /** Commands `from` to `from + length` of a run have made so many changes together. */
  ranChanges(from: number, length: number, count: number): void {
    this.changes.total += count;
    if (count > 0 && this.effects.isOn) this.effects.ran(this, from, length);
  }

  /** Executes one command of a run by its own handler. */
  alone(handler: (c: Call) => void): void {
    const { effects } = this;
    const isEffective = effects.isOn;
    if (isEffective) effects.enter(this);
    handler(this);
    if (isEffective) effects.leave(this, true);
  }

  /** Key `i`, of which a change was told, may have been removed with the last of its elements. */
  removedIfEmpty(i: number): void {
    if (this.changes.isHeard && this.store.isThere(this.client.database, this.first + i) === 0)
      this.changes.noteEvent(this, this.client.database, i, EventClass.generic, 'del');
  }

  /**
   * A result was stored under key `i`: `count` elements of it, which count as `changes` changes; without any, the key was
   * removed if it was there.
   */
  stored(i: number, count: number, eventClass: number, event: string, changes = 1): void {
    if (count > 0) this.changed(i, eventClass, event, changes);
    else if (count === 0 && this.affected !== 0) this.changed(i, EventClass.generic, 'del');
  }

  /** Key `i` of `database` came to be in place of another, which nobody hears of. To be called before `changedIn`. */
  created(database: number, i: number): void {
    if (this.changes.isObserved) this.changes.noteCreated(this, database, i);
  }

  /** Key `i` was changed in a way that WATCH does not see: what belongs to a stream beside its entries. */
  changedBeside(i: number, eventClass: number, event: string, count = 1): void {
    const { changes } = this;
    changes.total += count;
    if (changes.isObserved) changes.noteBeside(this, this.client.database, i, eventClass, event);
  }

  /** Key `i` may have come to be, without a change that is told of. */
  appeared(i: number): void {
    if (this.changes.isObserved) this.changes.noteCreation(this, this.client.database, i);
  }

  /** What the last operation of the store has changed, where its result does not say; 0: nothing. */
  get affected(): number {
    return this.control[Affected];
  }

  /** Whether anybody is told of changes: then commands may spend more to say what they have done. */
  get isObserved(): boolean {
    return this.changes.isObserved;
  }

  /** An event of key `i` that is no change ("keymiss"), or beside a change that was told already. */
  notify(i: number, eventClass: number, event: string): void {
    if (this.changes.isObserved) this.changes.noteEvent(this, this.client.database, i, eventClass, event);
  }

  /** The sign of the time that `readExpiry` last read. */
  get expirySign(): number {
    return this.numbers[NumberB];
  }

  /**
   * Ends a read that `run_read` of the store did: nothing more to say, a long one to wait for, or an error, which is
   * `failure` for every status but the wrong type.
   */
  finishRead(status: number, failure = ''): void {
    if (status === StatusDeferred) this.server.awaitLongRead(this.client, this.numbers[NumberA], failure);
    else if (status === StatusWrongType) this.wrongType();
    else if (status < 0 && failure !== '') this.error(failure);
  }

  error(text: string): void {
    this.reply.error(text);
  }

  syntaxError(): void {
    this.reply.error(Errors.syntax);
  }

  wrongType(): void {
    this.reply.error(Errors.wrongType);
  }
}
