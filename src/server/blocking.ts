// Blocking: the clients that wait for keys (BLPOP, BZPOPMIN, XREAD BLOCK, ...), and how they are served.
//
//   command finds nothing ─► block: its frame is kept, its client waits    ─► timeout, CLIENT UNBLOCK, end of connection
//   a key is changed      ─► keyChanged: the key is ready
//   the command has ended ─► serve: each client that waits for a ready key executes its command again, first come first
//                            served; one that finds nothing again goes on waiting in its place
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
import type { Dispatcher } from '../commands/dispatch.js';
import { QueuedCommands } from '../commands/queued-commands.js';
import { DiscardReplies } from '../store/layout.js';
import type { NativeStore } from '../store/native.js';
import type { Outbox } from './outbox.js';

/** Longest delay of a timer of Node's; longer waits are made of several. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** What a client waits for. Kept by its connection, so that the next wait makes nothing new. */
class Wait {
  /** The command, to be executed again. */
  readonly frame = new QueuedCommands();
  readonly keys: string[] = [];
  database = 0;
  type = 0;
  whenGone = false;
  /** Whether the client wants no reply to it (CLIENT REPLY). */
  isMuted = false;
  onTimeout: Uint8Array = new Uint8Array(0);
  /** Unix time, ms; Infinity: none. */
  deadlineMs = Infinity;
  timer: NodeJS.Timeout | undefined;
}

export class Blocking implements KeyObserver, Blocker {
  /** By database and key: who waits, the longest first. */
  private readonly waiters = new Map<string, Set<Client>>();
  private readonly waits = new Map<Client, Wait>();
  /** Waits of clients that wait no more, for reuse. */
  private readonly spare: Wait[] = [];
  /** Keys that have changed and are waited for, in the order of their changes. */
  private ready = new Map<string, { database: number; key: string }>();
  /** The client whose command is being executed again; null: it has found what it waited for. */
  private served: Client | null = null;
  private foundNothing = false;
  /** Waits that end also when their key is gone. */
  private waitsForGone = 0;

  constructor(
    private readonly store: NativeStore,
    private readonly changes: Changes,
    private readonly dispatcher: Dispatcher,
    private readonly outbox: Outbox,
  ) {
    changes.addObserver(this);
  }

  /** Clients that wait, and keys that are waited for. */
  get clientCount(): number {
    return this.waits.size;
  }

  get keyCount(): number {
    return this.waiters.size;
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
    for (const [argument, bytes] of options.replaced ?? []) wait.frame.replace(argument, bytes);
    wait.database = client.database;
    wait.type = options.type;
    wait.whenGone = options.whenGone === true;
    if (wait.whenGone) this.waitsForGone++;
    wait.onTimeout = options.onTimeout;
    wait.isMuted = c.control[DiscardReplies] === 1;
    for (let i = 0; i < keyCount; i++) this.addKey(client, wait, c.text(firstKey + i));
    this.waits.set(client, wait);
    client.waiting = true;
    wait.deadlineMs = options.timeoutMs > 0 ? Date.now() + options.timeoutMs : Infinity;
    if (options.timeoutMs > 0) this.startTimer(client, wait);
  }

  private addKey(client: Client, wait: Wait, key: string): void {
    const name = nameOf(wait.database, key);
    let clients = this.waiters.get(name);
    if (clients === undefined) this.waiters.set(name, (clients = new Set()));
    if (clients.has(client)) return;
    clients.add(client);
    wait.keys.push(key);
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
    const wait = this.waits.get(client);
    if (wait !== undefined) this.giveUp(client, wait.onTimeout);
  }

  giveUp(client: Client, reply: Uint8Array): void {
    const isMuted = this.waits.get(client)?.isMuted === true;
    this.forget(client);
    // In the turn in which it began to wait, what was replied to it before has not left yet.
    if (!isMuted) this.outbox.sendBytes(client, reply);
    this.goOn(client);
  }

  /** The client waits no more: it was served, or is gone. O(its keys) */
  forget(client: Client): void {
    const wait = this.waits.get(client);
    if (wait === undefined) return;
    this.waits.delete(client);
    clearTimeout(wait.timer);
    if (wait.whenGone) this.waitsForGone--;
    for (const key of wait.keys) {
      const name = nameOf(wait.database, key);
      const clients = this.waiters.get(name);
      clients?.delete(client);
      if (clients?.size === 0) this.waiters.delete(name);
      this.changes.filter.remove(key);
    }
    wait.keys.length = 0;
    wait.frame.clear();
    this.spare.push(wait);
  }

  private goOn(client: Client): void {
    client.waiting = false;
    this.store.resume(client.connection);
  }

  // ---- serving -------------------------------------------------------------------------------------------------------

  keyChanged(database: number, key: string): void {
    const name = nameOf(database, key);
    if (!this.waiters.has(name)) return;
    if (this.ready.size === 0) this.dispatcher.defer(this.serve);
    this.ready.set(name, { database, key });
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
    for (const { database, keys } of this.waits.values()) {
      if (isConcerned(database)) for (const key of keys) this.keyChanged(database, key);
    }
  }

  private readonly serve = (): void => {
    const { ready } = this;
    this.ready = new Map();
    for (const [name, { database, key }] of ready) {
      const bytes = Buffer.from(key, 'latin1');
      // Whoever is served leaves the set while it is walked; nobody comes to it meanwhile.
      for (const client of this.waiters.get(name) ?? []) {
        const wait = this.waits.get(client);
        const type = this.store.keyType(database, bytes);
        if (type < 0 && this.waitsForGone === 0) break;
        if (wait !== undefined && (type === wait.type || wait.whenGone)) this.tryAgain(client, wait);
      }
    }
  };

  private tryAgain(client: Client, wait: Wait): void {
    this.served = client;
    this.foundNothing = false;
    try {
      this.dispatcher.executeFor(client, wait.frame, wait.isMuted);
    } finally {
      this.served = null;
    }
    if (this.foundNothing) return;
    this.forget(client);
    this.goOn(client);
  }
}

function nameOf(database: number, key: string): string {
  return `${String(database)}:${key}`;
}
