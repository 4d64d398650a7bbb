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
// filter (see changes.ts).
import type { Blocker, BlockOptions } from '../commands/blocker.js';
import type { Call } from '../commands/call.js';
import type { Changes, KeyObserver } from '../commands/changes.js';
import type { Client } from '../commands/client.js';
import { keepName, releaseName } from '../commands/client-memory.js';
import type { Dispatcher } from '../commands/dispatch.js';
import { Gate, isSilent } from '../commands/guard.js';
import { QueuedCommands } from '../commands/queued-commands.js';
import { ReplyCursor } from '../store/layout.js';
import type { NativeStore } from '../store/native.js';
import type { Outbox } from './outbox.js';

/** Longest delay of a timer of Node's; longer waits are made of several. */
const TIMER_MAX_MS = 2 ** 31 - 1;
/** Lines that are kept for keys to come, at most. */
const SPARE_LINES = 1024;
const MINUS = 45;
/** Longest name that is handed to the store by way of the reply arena. */
const SHORT_KEY = 128;

/** Those who wait for a key, the longest first. */
class Line {
  readonly clients = new Set<Client>();
  /** Whether the key has changed since they were last served. */
  isReady = false;

  constructor(
    public database: number,
    public key: string,
  ) {}
}

/** What a client waits for. Kept when it waits no more, so that the next wait makes nothing new; lines are kept as well. */
class Wait {
  /** The command, to be executed again. */
  readonly frame = new QueuedCommands();
  readonly lines: Line[] = [];
  database = 0;
  type = 0;
  whenGone = false;
  onTimeout: Uint8Array = new Uint8Array(0);
  /** Unix time, ms; Infinity: none. */
  deadlineMs = Infinity;
  timer: NodeJS.Timeout | undefined;
}

export class Blocking implements KeyObserver, Blocker {
  /** By database, by key. */
  private readonly lines: (Map<string, Line> | undefined)[] = [];
  private lineCount = 0;
  private readonly waits = new Map<Client, Wait>();
  /** Waits of clients that wait no more, for reuse. */
  private readonly spare: Wait[] = [];
  private readonly spareLines: Line[] = [];
  /** Lines whose keys have changed, in the order of their changes. */
  private ready: Line[] = [];
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

  /** Clients that wait, and keys that are waited for. */
  get clientCount(): number {
    return this.waits.size;
  }

  get keyCount(): number {
    return this.lineCount;
  }

  /** Clients that wait no longer than for a time. O(clients that wait) */
  get timedClientCount(): number {
    let count = 0;
    for (const { deadlineMs } of this.waits.values()) if (deadlineMs < Infinity) count++;
    return count;
  }

  /** Keys whose going ends a wait as well. O(clients that wait) */
  get vanishingKeyCount(): number {
    const vanishing = new Set<Line>();
    if (this.waitsForGone === 0) return 0;
    for (const wait of this.waits.values())
      if (wait.whenGone) for (const line of wait.lines) vanishing.add(line);
    return vanishing.size;
  }

  isBlocked(client: Client): boolean {
    return this.waits.has(client);
  }

  block(c: Call, firstKey: number, keyCount: number, options: BlockOptions): void {
    const { client } = c;
    if (this.served === client) {
      this.foundNothing = true;
      return;
    }
    const wait = this.spare.pop() ?? new Wait();
    wait.frame.add(c.command.id, c.bytes, c.args, c.first, c.count);
    if (options.replaced !== undefined)
      for (const [argument, bytes] of options.replaced) wait.frame.replace(argument, bytes);
    client.keptBytes += wait.frame.memory;
    wait.database = client.database;
    wait.type = options.type;
    wait.whenGone = options.whenGone === true;
    if (wait.whenGone) this.waitsForGone++;
    wait.onTimeout = options.onTimeout;
    for (let i = 0; i < keyCount; i++) this.addKey(client, wait, c.text(firstKey + i));
    this.waits.set(client, wait);
    client.waiting = true;
    wait.deadlineMs = options.timeoutMs > 0 ? Date.now() + options.timeoutMs : Infinity;
    if (options.timeoutMs > 0) this.startTimer(client, wait);
  }

  private addKey(client: Client, wait: Wait, key: string): void {
    const { clients } = this.lineOf(wait, key);
    if (clients.has(client)) return;
    clients.add(client);
    keepName(client, key);
    this.changes.filter.add(key);
  }

  // The line for a key, which becomes one of the wait's.
  private lineOf(wait: Wait, key: string): Line {
    const { database } = wait;
    const lines = (this.lines[database] ??= new Map<string, Line>());
    let line = lines.get(key);
    if (line === undefined) {
      line = this.spareLines.pop() ?? new Line(database, key);
      line.database = database;
      line.key = key;
      lines.set(key, line);
      this.lineCount++;
    }
    if (!wait.lines.includes(line)) wait.lines.push(line);
    return line;
  }

  private leave(client: Client, line: Line): void {
    this.changes.filter.remove(line.key);
    releaseName(client, line.key);
    line.clients.delete(client);
    if (line.clients.size > 0) return;
    this.lines[line.database]?.delete(line.key);
    this.lineCount--;
    // One that is ready is still in a list.
    if (!line.isReady && this.spareLines.length < SPARE_LINES) this.spareLines.push(line);
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
    const wait = this.waits.get(client);
    if (wait !== undefined) this.giveUp(client, wait.onTimeout);
  }

  giveUp(client: Client, reply: Uint8Array): void {
    const wait = this.waits.get(client);
    if (wait !== undefined) this.dispatcher.endFor(client, wait.frame, errorCode(reply));
    this.forget(client);
    // In the turn in which it began to wait, what was replied to it before has not left yet.
    if (!isSilent(client)) this.outbox.sendBytes(client, reply);
    this.goOn(client);
  }

  /** The client waits no more: it was served, or is gone. O(its keys) */
  forget(client: Client): void {
    const wait = this.waits.get(client);
    if (wait === undefined) return;
    this.waits.delete(client);
    clearTimeout(wait.timer);
    if (wait.whenGone) this.waitsForGone--;
    for (let line = wait.lines.pop(); line !== undefined; line = wait.lines.pop()) this.leave(client, line);
    client.keptBytes -= wait.frame.memory;
    wait.frame.clear();
    this.spare.push(wait);
  }

  private goOn(client: Client): void {
    client.waiting = false;
    client.gate &= ~Gate.skipThis;
    this.store.resume(client.connection);
  }

  // ---- serving -------------------------------------------------------------------------------------------------------

  keyChanged(database: number, key: string): void {
    const line = this.lines[database]?.get(key);
    if (line !== undefined) this.makeReady(line);
  }

  private makeReady(line: Line): void {
    if (line.isReady) return;
    line.isReady = true;
    if (this.ready.length === 0) this.dispatcher.defer(this.serve);
    this.ready.push(line);
  }

  // The group of a waiting consumer may be gone.
  keyChangedBeside(database: number, key: string): void {
    this.keyChanged(database, key);
  }

  // Who waits for a key to go hears of it when it is gone, that is behind the command.
  databaseFlushed(database: number): void {
    this.signalAll((of) => database < 0 || of === database);
  }

  databasesSwapped(a: number, b: number): void {
    this.signalAll((of) => of === a || of === b);
  }

  private signalAll(isConcerned: (database: number) => boolean): void {
    for (const { database, lines } of this.waits.values()) {
      if (isConcerned(database)) for (const line of lines) this.makeReady(line);
    }
  }

  private readonly serve = (): void => {
    const { ready } = this;
    this.ready = [];
    for (const line of ready) {
      line.isReady = false;
      const { clients } = line;
      // Whoever is served leaves the line while it is walked; nobody comes to it meanwhile.
      for (const client of clients) {
        const wait = this.waits.get(client);
        const type = this.typeOf(line);
        if (type < 0 && this.waitsForGone === 0) break;
        if (wait !== undefined && (type === wait.type || wait.whenGone)) this.tryAgain(client, wait);
      }
    }
  };

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
    for (const line of this.waits.get(client)?.lines ?? []) this.makeReady(line);
  }

  private tryAgain(client: Client, wait: Wait): void {
    this.served = client;
    this.foundNothing = false;
    let isExecuted = false;
    try {
      isExecuted = this.dispatcher.executeFor(client, wait.frame, this.hasFound);
    } finally {
      this.served = null;
    }
    if (!isExecuted || this.foundNothing) return;
    this.forget(client);
    this.goOn(client);
  }
}

/** The code of a reply that is an error; '' if it is none. */
function errorCode(reply: Uint8Array): string {
  if (reply[0] !== MINUS) return '';
  const [code] = Buffer.from(reply.subarray(1)).toString('latin1').split(/[\s]/);
  return code;
}
