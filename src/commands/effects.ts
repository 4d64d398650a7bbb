// Effects: what each command leaves in the stream from which the append-only log is made.
//
//   command ── changed something? ──no──► nothing
//                 │ yes
//                 ├── its handler has said what it leaves ──► that, put together in the store
//                 └── otherwise ──► its own frame: a row of the chunk is noted, and copied with its neighbours
//
// What a command leaves must do the same whenever it is executed again: relative times become absolute, what was chosen
// at random is named, what was waited for is taken without waiting. The forms are those of Redis, whose logs and ours are
// exchangeable.
//
// Invariants
//   1. All effects of one command stand together; several stand between MULTI and EXEC.
//   2. Keys that the store removes while a command is executed leave their effect ahead of the command's.
//   3. A run may leave commands that changed nothing: executed again at the same place, they change nothing again.
//
// Cost: a comparison per command while effects are off; two words of the arenas, and a copy of the frame, while they are
// on.
import {
  CommandsMax,
  EffectClaimWord,
  EffectCount,
  EffectDatabase,
  EffectEvictedWord,
  EffectExpiredWord,
  EffectFieldWord,
  EffectGroupWord,
  EffectRows,
  EffectScope,
  EffectScopeCommand,
  EffectScopeNone,
  EffectScopeTransaction,
  EffectsOn,
  EffectUnitOpen,
  NumberA,
} from '../store/layout.js';
import type { NativeStore } from '../store/native.js';
import type { Call } from './call.js';
import type { Changes } from './changes.js';

/** Words that effects are made of, as Redis writes them. */
const WORDS = [
  'DEL',
  'UNLINK',
  'HDEL',
  'SET',
  'PXAT',
  'KEEPTTL',
  'PEXPIREAT',
  'PERSIST',
  'HSET',
  'HSETEX',
  'HPEXPIREAT',
  'HPERSIST',
  'FIELDS',
  'SREM',
  'LPOP',
  'RPOP',
  'LMOVE',
  'RPOPLPUSH',
  'ZPOPMIN',
  'ZPOPMAX',
  'zadd',
  '=',
  'ABSTTL',
  // Those of XCLAIM and of XGROUP stand in the order in which the store knows them.
  'XCLAIM',
  '0',
  'TIME',
  'RETRYCOUNT',
  'FORCE',
  'JUSTID',
  'LASTID',
  'XGROUP',
  'SETID',
  'ENTRIESREAD',
  'CREATECONSUMER',
] as const;

export const EffectWord = Object.fromEntries(WORDS.map((text, i) => [text, i])) as Record<
  (typeof WORDS)[number],
  number
>;

export class Effects {
  private readonly control: Int32Array;
  private readonly rows: Int32Array;
  /** Changes before the current command. */
  private before = 0;
  /** Whether the current command's handler has said what it leaves. */
  private isReplaced = false;

  constructor(
    private readonly store: NativeStore,
    private readonly changes: Changes,
  ) {
    this.control = new Int32Array(store.control);
    this.rows = new Int32Array(store.effects);
    WORDS.forEach((text, i) => {
      if (store.defineEffectWord(Buffer.from(text)) !== i) throw new Error('words of effects out of order');
    });
    this.control[EffectFieldWord] = EffectWord.HDEL;
    this.control[EffectClaimWord] = EffectWord.XCLAIM;
    this.control[EffectGroupWord] = EffectWord.XGROUP;
    this.freeLazily(false, false);
  }

  /** Whether commands leave effects. */
  get isOn(): boolean {
    return this.control[EffectsOn] !== 0;
  }

  turn(on: boolean): void {
    this.store.effectsOn(on ? 1 : 0);
  }

  /** The next effect will stand first in a log, so it brings its SELECT. */
  reset(): void {
    this.store.resetEffects(0);
  }

  /** Whether keys that expire, and keys that are evicted, are told of as unlinked. */
  freeLazily(expired: boolean, evicted: boolean): void {
    this.control[EffectExpiredWord] = expired ? EffectWord.UNLINK : EffectWord.DEL;
    this.control[EffectEvictedWord] = evicted ? EffectWord.UNLINK : EffectWord.DEL;
  }

  // ---- around a command: only to be called while effects are on ------------------------------------------------------

  /** A command is about to be executed. */
  enter(c: Call): void {
    this.before = this.changes.total;
    this.isReplaced = false;
    if (!c.isNested) this.control[EffectScope] = EffectScopeCommand;
  }

  /** The command has been executed; `leaves`: whether it is of the kind that leaves its frame. */
  leave(c: Call, leaves: boolean): void {
    if (leaves && !this.isReplaced && this.changes.total !== this.before && this.isOn) this.copy(c);
    if (!c.isNested) this.close();
  }

  /** What follows is a transaction, up to `leave`. */
  beginTransaction(): void {
    this.control[EffectScope] = EffectScopeTransaction;
  }

  /** Of a run, `length` commands from `from` on have changed something together. */
  ran(c: Call, from: number, length: number): void {
    for (let i = 0; i < length; i++) this.noteRow(c.row + from + i, c.client.database);
  }

  /** The chunk's memory is about to go. */
  flush(): void {
    if (this.control[EffectRows] !== 0) this.store.flushEffects(0);
  }

  private close(): void {
    this.control[EffectScope] = EffectScopeNone;
    if (this.control[EffectUnitOpen] !== 0) this.store.closeEffects(0);
  }

  private copy(c: Call): void {
    const { database } = c.client;
    if (c.row >= 0) this.noteRow(c.row, database);
    else this.store.copyEffect(database, c.first, c.count);
  }

  private noteRow(row: number, database: number): void {
    const { control } = this;
    const isReady = control[EffectScope] !== EffectScopeTransaction || control[EffectUnitOpen] !== 0;
    if (control[EffectDatabase] !== database || !isReady) this.store.prepareEffects(database);
    if (control[EffectRows] === CommandsMax) this.store.flushEffects(0);
    this.rows[control[EffectRows]++] = row;
    control[EffectCount]++;
  }

  // ---- what handlers say: only while effects are on ------------------------------------------------------------------

  /** The command leaves nothing, or what follows. */
  replace(): void {
    this.isReplaced = true;
  }

  /** The command leaves mostly several effects, which will stand between MULTI and EXEC. */
  several(): void {
    this.isReplaced = true;
    this.control[EffectScope] = EffectScopeTransaction;
  }

  /** The command leaves its frame, though it may have changed nothing. */
  verbatim(c: Call): void {
    this.isReplaced = true;
    this.copy(c);
  }

  /** Begins an effect of `count` arguments, the word first; the others must follow. */
  begin(c: Call, word: number, count: number): void {
    this.isReplaced = true;
    this.store.beginEffect(c.client.database, word, count);
  }

  /** Begins an effect of `count` arguments, the first of which is the command's own name. */
  beginCopy(c: Call, count: number): void {
    this.isReplaced = true;
    this.store.beginCopiedEffect(c.client.database, c.first, count);
  }

  /** Argument `i` of the command is the next argument of the effect, with those behind it if `count` says so. */
  argument(c: Call, i: number, count = 1): void {
    this.store.effectArguments(c.first + i, count);
  }

  /** The command leaves "WORD key". */
  onKey(c: Call, word: number, i: number): void {
    this.begin(c, word, 2);
    this.argument(c, i);
  }

  /** The command leaves that key `i` is removed since its time has come. */
  expired(c: Call, i: number): void {
    this.onKey(c, this.control[EffectExpiredWord], i);
  }

  /** Key `i` got the time of the expiry register. */
  expires(c: Call, i: number): void {
    this.begin(c, EffectWord.PEXPIREAT, 3);
    this.argument(c, i);
    this.store.effectExpiry(0);
  }

  /** The next argument is a number. */
  number(c: Call, value: number): void {
    c.numbers[NumberA] = value;
    this.store.effectNumber(0);
  }

  /** "WORD key n": so many elements were taken off an end of key `i`. */
  popped(c: Call, word: number, i: number, count: number): void {
    this.begin(c, word, 3);
    this.argument(c, i);
    this.number(c, count);
  }
}
