// Blocking: the clients that wait for keys (BLPOP, BZPOPMIN, XREAD BLOCK, ...), and how they are served.
//
//   command finds nothing ─► block: its frame is kept, its client waits    ─► timeout, CLIENT UNBLOCK, end of connection
//   a key is changed      ─► keyChanged: the key is ready
//   the command has ended ─► serve: each client that waits for a ready key executes its command again, first come first
//                            served; one that finds nothing again, or that a guard holds back, goes on waiting in its
//                            place
//
// Executing the command again, with the same handler, is what makes serving right by itself: types, several keys, several
// databases, changed streams and groups. What depends on the moment of the call (XREAD's `$`) is replaced in the frame.
//
// Cost: blocking and unblocking O(keys of the command); a change of a key that nobody waits for is answered by the key
// filter (see changes.ts). A client that waits again for a key finds its place and the key's text kept for it.
import type { Blocker, BlockOptions } from '../commands/blocker.js';
import type { Call } from '../commands/call.js';
import { type Changes, EventClass, type KeyObserver } from '../commands/changes.js';
import type { Client } from '../commands/client.js';
import { keepName, releaseName } from '../commands/client-memory.js';
import type { Dispatcher } from '../commands/dispatch.js';
import { Gate, isSilent } from '../commands/guard.js';
import { ReplyCursor, TypeList, TypeSortedSet, TypeStream } from '../store/layout.js';
import type { NativeStore } from '../store/native.js';
import type { Outbox } from './outbox.js';
import { followerIn, type Line, Lines, UNKNOWN_TYPE, Wait } from './waiting-line.js';

/** Longest delay of a timer of Node's; longer waits are made of several. */
const TIMER_MAX_MS = 2 ** 31 - 1;
const MINUS = 45;
/** Longest name that is handed to the store by way of the reply arena. */
const SHORT_KEY = 128;

export class Blocking implements KeyObserver, Blocker {
  private readonly lines = new Lines();
  /** By connection: those of clients that wait. */
  private readonly waits: (Wait | undefined)[] = [];
  /** Clients that wait. */
  clientCount = 0;
  /** Waits of clients that wait no more, for reuse. */
  private readonly spare: Wait[] = [];
  /** Lines whose keys have changed, in the order of their changes. */
  private ready: Line[] = [];
  /** Whether they wait for a log to be loaded. */
  private isHeld = false;
  /** The client whose command is being executed again; null: it has found what it waited for. */
  private served: Client | null = null;
  private foundNothing = false;
  /** Waits that end also when their key is gone. */
  private waitsForGone = 0;
  private readonly control: Int32Array;
  private readonly replyBytes: Uint8Array;

  constructor(
    private readonly store: NativeStore,
    private readonly changes: Changes,
    private readonly dispatcher: Dispatcher,
    private readonly outbox: Outbox,
  ) {
    this.control = new Int32Array(store.control);
    this.replyBytes = new Uint8Array(store.reply);
    changes.addObserver(this);
  }

  /** Keys that are waited for. */
  get keyCount(): number {
    return this.lines.count;
  }

  /** Clients that wait no longer than for a time. O(connections) */
  get timedClientCount(): number {
    let count = 0;
    for (const wait of this.waits) if (wait !== undefined && wait.deadlineMs < Infinity) count++;
    return count;
  }

  /** Keys whose going ends a wait as well. O(connections) */
  get vanishingKeyCount(): number {
    const vanishing = new Set<Line>();
    if (this.waitsForGone === 0) return 0;
    for (const wait of this.waits)
      if (wait?.whenGone === true) for (const line of linesOf(wait)) vanishing.add(line);
    return vanishing.size;
  }

  private waitOf(client: Client): Wait | undefined {
    const wait = this.waits[client.connection];
    return wait?.client === client ? wait : undefined;
  }

  isBlocked(client: Client): boolean {
    return this.waitOf(client) !== undefined;
  }

  block(c: Call, firstKey: number, keyCount: number, options: BlockOptions): void {
    const { client } = c;
    if (this.served === client) {
      this.foundNothing = true;
      return;
    }
    const wait = this.spare.pop() ?? new Wait();
    const { command } = wait;
    command.keep(c.command.id, c.bytes, c.args, c.first, c.count);
    if (options.replaced !== undefined)
      for (const [argument, bytes] of options.replaced) command.replace(argument, bytes);
    client.keptBytes += command.memory;
    wait.client = client;
    wait.type = options.type;
    wait.whenGone = options.whenGone === true;
    if (wait.whenGone) this.waitsForGone++;
    wait.onTimeout = options.onTimeout;
    for (let i = 0; i < keyCount; i++) this.addKey(client, wait, this.changes.nameOf(c, firstKey + i));
    // Without holes, finding is an access by index.
    while (this.waits.length <= client.connection) this.waits.push(undefined);
    this.waits[client.connection] = wait;
    this.clientCount++;
    client.waiting = true;
    wait.deadlineMs = options.timeoutMs > 0 ? Date.now() + options.timeoutMs : Infinity;
    if (options.timeoutMs > 0) this.startTimer(client, wait);
  }

  private addKey(client: Client, wait: Wait, key: string): void {
    if (!this.lines.enter(wait, client.database, key)) return;
    keepName(client, key);
    this.changes.filter.add(key);
  }

  private startTimer(client: Client, wait: Wait): void {
    const left = wait.deadlineMs - Date.now();
    const fire = (): void => {
      if (Date.now() < wait.deadlineMs) this.startTimer(client, wait);
      else this.giveUp(client, wait.onTimeout);
    };
    wait.timer = setTimeout(fire, Math.min(Math.max(1, left), TIMER_MAX_MS));
  }

  timeOut(client: Client): void {
    const wait = this.waitOf(client);
    if (wait !== undefined) this.giveUp(client, wait.onTimeout);
  }

  giveUp(client: Client, reply: Uint8Array): void {
    const wait = this.waitOf(client);
    if (wait !== undefined) this.dispatcher.endFor(client, wait.command, errorCode(reply));
    this.forget(client);
    // In the turn in which it began to wait, what was replied to it before has not left yet.
    if (!isSilent(client)) this.outbox.sendBytes(client, reply);
    goOn(client);
    this.store.resume(client.connection);
  }

  /** The client waits no more: it was served, or is gone. O(its keys) */
  forget(client: Client): void {
    const wait = this.waitOf(client);
    if (wait === undefined) return;
    this.waits[client.connection] = undefined;
    this.clientCount--;
    if (wait.timer !== undefined) clearTimeout(wait.timer);
    wait.timer = undefined;
    if (wait.whenGone) this.waitsForGone--;
    for (let line = this.lines.leave(wait); line !== null; line = this.lines.leave(wait)) {
      this.changes.filter.remove(line.key);
      releaseName(client, line.key);
    }
    client.keptBytes -= wait.command.memory;
    wait.command.clear();
    wait.client = null;
    this.spare.push(wait);
  }

  // ---- serving -------------------------------------------------------------------------------------------------------

  keyChanged(database: number, key: string, _client: Client | null, eventClass: number): void {
    const line = this.lines.find(database, key);
    if (line !== undefined && line.first !== null) this.makeReady(line, typeLeftBy(eventClass));
  }

  private makeReady(line: Line, type = UNKNOWN_TYPE): void {
    // What changes again may be something else by then.
    line.readyType = line.isReady ? UNKNOWN_TYPE : type;
    if (line.isReady) return;
    line.isReady = true;
    if (this.ready.length === 0) this.dispatcher.defer(this.serve);
    this.ready.push(line);
  }

  // The group of a waiting consumer may be gone.
  keyChangedBeside(database: number, key: string): void {
    this.keyChanged(database, key, null, EventClass.none);
  }

  // Who waits for a key to go hears of it when it is gone, that is behind the command.
  databaseFlushed(database: number): void {
    this.signalAll((of) => database < 0 || of === database);
  }

  databasesSwapped(a: number, b: number): void {
    this.signalAll((of) => of === a || of === b);
  }

  private signalAll(isConcerned: (database: number) => boolean): void {
    for (const wait of this.waits) {
      if (wait === undefined) continue;
      for (const line of linesOf(wait)) if (isConcerned(line.database)) this.makeReady(line);
    }
  }

  /**
   * A log is being read, from before its first byte until behind its last one: what is in it may be gone in its next line,
   * so whoever waits is served behind it.
   */
  logLoading(isLoading: boolean): void {
    if (isLoading) {
      this.isHeld = true;
      return;
    }
    // When whoever has it read is done: what the served take is logged again.
    setImmediate(() => {
      this.isHeld = false;
      if (this.ready.length === 0) return;
      this.dispatcher.defer(this.serve);
      this.dispatcher.settle();
    });
  }

  private readonly serve = (): void => {
    if (this.isHeld) return;
    const { ready } = this;
    this.ready = [];
    for (const line of ready) {
      line.isReady = false;
      this.serveLine(line);
    }
  };

  // Whoever is served leaves the line while it is walked; nobody comes to it meanwhile.
  private serveLine(line: Line): void {
    let type = line.readyType;
    for (let place = line.first; place !== null;) {
      const { wait, next } = place;
      if (type === UNKNOWN_TYPE) type = this.typeOf(line);
      if (type < 0 && this.waitsForGone === 0) break;
      if (wait.client !== null && (type === wait.type || wait.whenGone)) this.tryAgain(wait.client, wait);
      type = UNKNOWN_TYPE;
      place = followerIn(line, next);
    }
  }

  private typeOf({ database, key }: Line): number {
    const at = this.control[ReplyCursor];
    if (key.length > Math.min(SHORT_KEY, this.replyBytes.length - at))
      return this.store.keyType(database, Buffer.from(key, 'latin1'));
    for (let i = 0; i < key.length; i++) this.replyBytes[at + i] = key.charCodeAt(i);
    return this.store.keyTypeAt(database, at, key.length);
  }

  private readonly hasFound = (): boolean => !this.foundNothing;

  /** What kept a client from being served is over: it is when the keys that it waits for have something. O(its keys) */
  serveAgain(client: Client): void {
    const wait = this.waitOf(client);
    if (wait !== undefined) for (const line of linesOf(wait)) this.makeReady(line);
  }

  private tryAgain(client: Client, wait: Wait): void {
    this.served = client;
    this.foundNothing = false;
    let isServed = false;
    try {
      isServed = this.dispatcher.executeFor(client, wait.command, this.hasFound);
    } finally {
      this.served = null;
    }
    if (!isServed) return;
    this.forget(client);
    goOn(client);
  }
}

function goOn(client: Client): void {
  client.waiting = false;
  client.gate &= ~Gate.skipThis;
}

/** The lines in which a wait stands. */
function linesOf({ places, placeCount }: Wait): Line[] {
  return places.slice(0, placeCount).flatMap(({ line }) => line ?? []);
}

/** The type that a key has behind a change of a class of events, if the class says so. */
function typeLeftBy(eventClass: number): number {
  if (eventClass === EventClass.list) return TypeList;
  if (eventClass === EventClass.sortedSet) return TypeSortedSet;
  return eventClass === EventClass.stream ? TypeStream : UNKNOWN_TYPE;
}

/** The code of a reply that is an error; '' if it is none. */
function errorCode(reply: Uint8Array): string {
  if (reply[0] !== MINUS) return '';
  const [code] = Buffer.from(reply.subarray(1)).toString('latin1').split(/[\s]/);
  return code;
}
