// Effects: what each command leaves in the stream from which the append-only log is made.
//
//   command ── changed something? ──no──► nothing
//                 │ yes
//                 ├── its handler has said what it leaves ──► a recipe, by which the store puts it together
//                 └── otherwise ──► its own frame: a row of the chunk is noted, and copied with its neighbours
//
// A recipe is recorded in memory shared with the store, part by part: arguments of the command, words, numbers. When it
// is complete it is noted like a row, and carried out when the rows are copied, unless it names what lasts less long:
// what was replied, chosen, or put in a register of streams, or arguments outside of the chunk. Then it is carried out
// at once, in one call. The expiry register is read when it is recorded, since the next command may change it.
//
// What a command leaves must do the same whenever it is executed again: relative times become absolute, what was chosen
// at random is named, what was waited for is taken without waiting. The forms are those of Redis, whose logs and ours are
// exchangeable.
//
// Invariants
//   1. All effects of one command stand together; several stand between MULTI and EXEC.
//   2. Keys that the store removes while a command is executed leave their effect ahead of the command's.
//   3. A run may leave commands that changed nothing: executed again at the same place, they change nothing again.
//   4. A recipe has all its arguments before another begins, and before its command ends.
//   5. Recipes that are noted stand in front of `at`; there are none while nothing is noted.
//
// Cost: a comparison per command while effects are off; two words of the arenas, and a copy of the frame, while they are
// on; three words for each part of a recipe.
import {
  CommandsMax,
  EffectClaimWord,
  EffectCount,
  EffectDatabase,
  EffectEvictedWord,
  EffectExpiredWord,
  EffectFieldWord,
  EffectGroupWord,
  EffectMemberWord,
  EffectRows,
  EffectScope,
  EffectScopeCommand,
  EffectScopeNone,
  EffectScopeTransaction,
  EffectsOn,
  EffectUnitOpen,
  ExpiryBits,
  PartArguments,
  PartChosen,
  PartInteger,
  PartNumber,
  PartReply,
  PartStreamId,
  PartWord,
  PartWords,
  RecipeArguments,
  RecipeHeaderWords,
  RecipeParts,
  RecipeWords,
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

/** Recipes begin below this, so that there is room for nearly all. */
const LAST_BEGIN = RecipeWords / 2;

export class Effects {
  private readonly control: Int32Array;
  private readonly rows: Int32Array;
  private readonly recipes: Int32Array;
  /** The number registers, as words. */
  private readonly registers: Int32Array;
  /** A double, and its two words. */
  private readonly double = new Float64Array(1);
  private readonly doubleWords = new Int32Array(this.double.buffer);
  // The recipe that is recorded: where it and its next part begin, how many arguments it is of, and still lacks, whether
  // it is noted rather than carried out at once, and the database.
  private at = 0;
  private next = 0;
  private count = 0;
  private missing = 0;
  private isNoted = false;
  private database = 0;
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
    this.recipes = new Int32Array(store.recipes);
    this.registers = new Int32Array(store.numbers);
    WORDS.forEach((text, i) => {
      if (store.defineEffectWord(Buffer.from(text)) !== i) throw new Error('words of effects out of order');
    });
    this.control[EffectFieldWord] = EffectWord.HDEL;
    this.control[EffectClaimWord] = EffectWord.XCLAIM;
    this.control[EffectGroupWord] = EffectWord.XGROUP;
    this.control[EffectMemberWord] = EffectWord.SREM;
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
    this.checkComplete();
    if (leaves && !this.isReplaced && this.changes.total !== this.before && this.isOn) this.copy(c);
    if (!c.isNested) this.close();
  }

  /** What follows is a transaction, up to `leave`. */
  beginTransaction(): void {
    this.control[EffectScope] = EffectScopeTransaction;
  }

  /** Of a run, `length` commands from `from` on have changed something together. */
  ran(c: Call, from: number, length: number): void {
    const { control, rows } = this;
    const row = c.row + from;
    if (control[EffectRows] + length > CommandsMax) this.flush();
    this.note(row, c.client.database);
    const noted = control[EffectRows];
    for (let i = 1; i < length; i++) rows[noted + i - 1] = row + i;
    control[EffectRows] = noted + length - 1;
    control[EffectCount] += length - 1;
  }

  /** The chunk's memory is about to go. */
  flush(): void {
    this.checkComplete();
    if (this.control[EffectRows] !== 0) this.store.flushEffects(0);
  }

  private close(): void {
    this.control[EffectScope] = EffectScopeNone;
    if (this.control[EffectUnitOpen] !== 0) this.store.closeEffects(0);
  }

  private copy(c: Call): void {
    const { database } = c.client;
    if (c.row >= 0) this.note(c.row, database);
    else this.store.copyEffect(database, c.first, c.count);
  }

  // Notes a row, or, below 0, a recipe.
  private note(row: number, database: number): void {
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
    this.record(c, count);
    this.part(PartWord, word, 0, 1);
  }

  /** Begins an effect of `count` arguments, the first of which is the command's own name. */
  beginCopy(c: Call, count: number): void {
    this.record(c, count);
    this.part(PartArguments, c.first, 1, 1);
  }

  /** Argument `i` of the command is the next argument of the effect, with those behind it if `count` says so. */
  argument(c: Call, i: number, count = 1): void {
    if (count > 0) this.part(PartArguments, c.first + i, count, count);
  }

  word(word: number): void {
    this.part(PartWord, word, 0, 1);
  }

  /** The next argument is a number, which is an integer. */
  number(value: number): void {
    this.double[0] = value;
    this.part(PartNumber, this.doubleWords[0], this.doubleWords[1], 1);
  }

  /** The next argument is the expiry register. */
  expiry(): void {
    this.part(PartInteger, this.registers[2 * ExpiryBits], this.registers[2 * ExpiryBits + 1], 1);
  }

  // What follows holds for a moment only: until the effect is complete there may be no reply, choice or other call of
  // the store that changes it.

  /** The bulk string that was replied at position `from`, the last that was replied. */
  reply(from: number): void {
    this.isNoted = false;
    this.part(PartReply, from, 0, 1);
  }

  /** The identifier in a register of streams. */
  streamId(register: number): void {
    this.isNoted = false;
    this.part(PartStreamId, register, 0, 1);
  }

  /** All that the command has chosen, `count` arguments; it is forgotten then. */
  chosen(count: number): void {
    this.isNoted = false;
    this.part(PartChosen, count, 0, count);
  }

  // ---- effects of usual forms ----------------------------------------------------------------------------------------

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
    this.expiry();
  }

  /** "WORD key n": so many elements were taken off an end of key `i`. */
  popped(c: Call, word: number, i: number, count: number): void {
    this.begin(c, word, 3);
    this.argument(c, i);
    this.number(count);
  }

  // ---- recording -----------------------------------------------------------------------------------------------------

  private checkComplete(): void {
    if (this.missing !== 0) throw new Error('an effect lacks arguments');
  }

  private record(c: Call, count: number): void {
    this.checkComplete();
    this.isReplaced = true;
    if (this.at > LAST_BEGIN) this.flush();
    if (this.control[EffectRows] === 0) this.at = 0;
    this.next = this.at + RecipeHeaderWords;
    this.count = this.missing = count;
    this.isNoted = c.row >= 0;
    this.database = c.client.database;
  }

  // Adds a part, of so many arguments; the last one completes the recipe.
  private part(kind: number, a: number, b: number, count: number): void {
    if (this.next + PartWords > RecipeWords) this.carryOut();
    const { recipes, next } = this;
    recipes[next] = kind;
    recipes[next + 1] = a;
    recipes[next + 2] = b;
    this.next = next + PartWords;
    this.missing -= count;
    if (this.missing > 0) return;
    if (this.missing < 0) throw new Error('an effect has too many arguments');
    if (!this.isNoted) return this.carryOut();
    this.head();
    const { at } = this;
    this.at = this.next;
    this.note(-1 - at, this.database);
  }

  // Has the store carry out what is recorded. If that is not all, the rest follows as another recipe.
  private carryOut(): void {
    this.head();
    this.store.writeEffect(this.database, this.at);
    this.at = 0;
    this.next = RecipeHeaderWords;
    this.count = 0;
    this.isNoted = false;
  }

  private head(): void {
    const { recipes, at } = this;
    recipes[at + RecipeParts] = (this.next - at - RecipeHeaderWords) / PartWords;
    recipes[at + RecipeArguments] = this.count;
  }
}
