// Migrations: keys that are on their way to other servers (MIGRATE).
//
//   begin      the keys are on their way: other clients may read them, who would change them waits; so does who is
//              blocked, and would change them in being served
//   transfer   AUTH and SELECT if need be; then RESTORE of one key after the other, as fast as the target takes them,
//              while its answers come in
//   end        keys whose RESTORE was answered with OK are removed here by one DEL, of which everybody hears as of any
//              other (watches, events, the log of effects); who waits goes on; the client is replied to
//
// Values are told only when they are sent, which is why they must not change meanwhile: memory is that of one value and
// what the socket holds. The loop goes on all the time.
//
// Connections are kept for a while, since keys are mostly moved one after the other to the same target.
//
// Invariants
//   1. A key is removed only when the target has said that it has it.
//   2. While `moving` has keys, and only then, Gate.migration is set.
//
// Cost: O(bytes of the values); for other clients' writing commands meanwhile O(their keys).
import type { Call } from '../../commands/call.js';
import { Client } from '../../commands/client.js';
import type { Dispatcher } from '../../commands/dispatch.js';
import { type Admission, Gate, type Guard, GuardOrder } from '../../commands/guard.js';
import { keyPositions } from '../../commands/key-positions.js';
import type { Migrating, MigrationRequest } from '../../commands/migrate.js';
import { KeptCommand } from '../../commands/kept-command.js';
import type { Command, Registry } from '../../commands/registry.js';
import { NumberA } from '../../store/layout.js';
import type { NativeStore } from '../../store/native.js';
import type { Blocking } from '../blocking.js';
import { frameOf, Target, TargetError } from './target.js';

/** How long a connection is kept without use, ms. */
const IDLE_MS = 10_000;
const IDLE_MAX = 64;
const PORT_MAX = 65_535;
/** The connection of nobody. */
const NO_CONNECTION = 2 ** 31 - 1;
/** Longest delay of a timer of Node's. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** How far a migration has come. */
interface Progress {
  /** Keys of which RESTORE was sent; the answers to the first `answered` of them are known. */
  readonly sent: Uint8Array[];
  answered: number;
  readonly arrived: Uint8Array[];
  /** The first error of the target's; '' without one. */
  refusal: string;
}

export class Migrations implements Guard, Migrating {
  readonly bits = Gate.migration;
  readonly order = GuardOrder.migration;
  readonly nested = false;
  readonly afterWait = true;
  /** Names of keys that are on their way, and by how many migrations. Databases are not told apart. */
  private readonly moving = new Map<string, number>();
  /** Who waits until they have arrived, in the order of their coming. */
  private readonly postponed = new Set<Client>();
  /** Who waits for other keys (BLMOVE), and would have been served by changing these. */
  private readonly unserved = new Set<Client>();
  /** Connections not in use, by target. */
  private readonly idle = new Map<string, Target[]>();
  private idleCount = 0;
  private isStopped = false;
  private readonly inUse = new Set<Target>();
  /** In whose name keys are removed. */
  private readonly remover = new Client(0, NO_CONNECTION, '', '', false, Date.now());
  private readonly removing = new KeptCommand();
  private readonly delId: number;
  private readonly numbers: Float64Array;
  /** By command number: whether it writes. */
  private readonly writes: Uint8Array;

  constructor(
    private readonly store: NativeStore,
    registry: Registry,
    private readonly dispatcher: Dispatcher,
    private readonly blocking: Pick<Blocking, 'serveAgain'>,
  ) {
    this.numbers = new Float64Array(store.numbers);
    this.delId = registry.commands.findIndex(({ declaredName }) => declaredName === 'del');
    this.writes = Uint8Array.from(registry.commands, ({ flags }) => (flags.includes('write') ? 1 : 0));
  }

  begin(request: MigrationRequest, done: (reply: string) => void): void {
    this.hold(request.keys);
    void this.run(request).then((reply) => {
      this.release(request.keys);
      done(reply);
    });
  }

  // ---- who would change the keys waits -------------------------------------------------------------------------------

  private hold(keys: readonly Uint8Array[]): void {
    for (const key of keys) {
      const name = Buffer.from(key).toString('latin1');
      this.moving.set(name, (this.moving.get(name) ?? 0) + 1);
    }
    this.dispatcher.gates |= Gate.migration;
  }

  private release(keys: readonly Uint8Array[]): void {
    for (const key of keys) {
      const name = Buffer.from(key).toString('latin1');
      const count = this.moving.get(name) ?? 1;
      if (count > 1) this.moving.set(name, count - 1);
      else this.moving.delete(name);
    }
    if (this.moving.size === 0) this.dispatcher.gates &= ~Gate.migration;
    // Those who wait for keys of another migration will wait again.
    const waiting = [...this.postponed];
    this.postponed.clear();
    for (const client of waiting) {
      client.waiting = false;
      this.store.resume(client.connection);
    }
    const unserved = [...this.unserved];
    this.unserved.clear();
    for (const client of unserved) this.blocking.serveAgain(client);
    this.dispatcher.settle();
  }

  /** The client is gone: its command is not executed any more. O(1) */
  forget(client: Client): void {
    this.postponed.delete(client);
    this.unserved.delete(client);
  }

  admit(c: Call, command: Command): Admission {
    const { client } = c;
    if (client === this.remover || !this.mayChange(c, command)) return 'admitted';
    if (client === this.dispatcher.served) {
      this.unserved.add(client);
      return 'postponed';
    }
    this.postponed.add(client);
    client.waiting = true;
    return 'postponed';
  }

  private mayChange(c: Call, command: Command): boolean {
    if (command.declaredName === 'exec')
      return c.client.transaction?.queue.has((id) => this.writes[id] === 1) === true;
    if (this.writes[command.id] === 0) return false;
    // What writes without naming keys may mean all of them.
    if ((command.keys ?? []).length === 0) return true;
    // So may what names keys in a way that its specifications do not understand.
    return keyPositions(c, 0, command)?.some(({ index }) => this.moving.has(c.text(index))) !== false;
  }

  // ---- sending -------------------------------------------------------------------------------------------------------

  // Never rejects: what goes wrong is the reply.
  private async run(request: MigrationRequest): Promise<string> {
    const progress: Progress = { sent: [], answered: 0, arrived: [], refusal: '' };
    try {
      const failure = await this.deliver(request, progress);
      if (!request.copies && progress.arrived.length > 0 && !this.isStopped)
        this.remove(request.database, progress.arrived);
      if (failure !== undefined)
        return failure.during === 'connecting'
          ? '-IOERR error or timeout connecting to the client\r\n'
          : `-IOERR error or timeout ${failure.during} to target instance\r\n`;
      if (progress.refusal !== '')
        return `-ERR Target instance replied with error: ${progress.refusal.slice(1)}\r\n`;
      // They may all have expired on the way.
      return progress.sent.length === 0 ? '+NOKEY\r\n' : '+OK\r\n';
    } catch (error) {
      return `-ERR ${String(error).replace(/[\r\n]+/g, ' ')}\r\n`;
    }
  }

  // Sends the keys; gives what kept the target from being heard, if anything did.
  private async deliver(request: MigrationRequest, progress: Progress): Promise<TargetError | undefined> {
    for (;;) {
      const { target, wasIdle } = this.open(request);
      try {
        await this.transfer(target, request, progress);
        this.put(request, target, progress.refusal === '');
        return undefined;
      } catch (error) {
        this.drop(target);
        if (!(error instanceof TargetError)) throw error;
        // One that was kept may have been closed by the target since: then nothing has been done yet.
        if (wasIdle && !target.hasAnswered && !error.isTimeout && progress.answered === 0) {
          progress.sent.length = 0;
          continue;
        }
        return error;
      }
    }
  }

  private async transfer(target: Target, request: MigrationRequest, progress: Progress): Promise<void> {
    progress.refusal = await this.introduce(target, request);
    if (progress.refusal !== '') return;
    const { database, keys, replaces } = request;
    try {
      for (const key of keys) {
        const value = this.store.dumpKey(database, key);
        if (value === null) continue;
        const expiry = this.numbers[NumberA];
        const ttl = expiry < 0 ? 0 : Math.max(1, expiry - Date.now());
        const words = ['RESTORE', key, String(ttl), value, ...(replaces ? ['REPLACE'] : [])];
        progress.sent.push(key);
        await target.send(frameOf(...words));
      }
    } catch (error) {
      // What was answered until then counts; then the wait for the next answer fails in the same way.
      if (!(error instanceof TargetError)) throw error;
    }
    while (progress.answered < progress.sent.length) {
      const line = await target.reply();
      const key = progress.sent[progress.answered++];
      if (!line.startsWith('-')) progress.arrived.push(key);
      else if (progress.refusal === '') progress.refusal = line;
    }
  }

  // What has to be said before the keys; gives the error of the target's, '' without one.
  private async introduce(target: Target, request: MigrationRequest): Promise<string> {
    const { credentials, targetDatabase } = request;
    const mustSelect = target.database !== targetDatabase;
    const parts: Uint8Array[] = [];
    if (credentials.length > 0) parts.push(...frameOf('AUTH', ...credentials));
    if (mustSelect) parts.push(...frameOf('SELECT', targetDatabase));
    // An empty write waits until it is connected.
    await target.send(parts);
    let refusal = '';
    for (let i = (credentials.length > 0 ? 1 : 0) + (mustSelect ? 1 : 0); i > 0; i--) {
      const line = await target.reply();
      if (line.startsWith('-') && refusal === '') refusal = line;
    }
    target.database = refusal === '' ? targetDatabase : '';
    return refusal;
  }

  // Removes keys as a DEL would that somebody has sent.
  private remove(database: number, keys: readonly Uint8Array[]): void {
    const words = [Buffer.from('DEL'), ...keys];
    const args = new Int32Array(2 * words.length);
    let at = 0;
    words.forEach((bytes, i) => {
      args[2 * i] = at;
      args[2 * i + 1] = bytes.length;
      at += bytes.length;
    });
    this.removing.keep(this.delId, Buffer.concat(words), args, 0, words.length);
    this.remover.database = database;
    this.dispatcher.executeFor(this.remover, this.removing, () => true);
    this.removing.clear();
    this.dispatcher.settle();
  }

  // ---- connections ---------------------------------------------------------------------------------------------------

  private open(request: MigrationRequest): { target: Target; wasIdle: boolean } {
    const { host, port } = request;
    const timeoutMs = Math.min(request.timeoutMs, TIMER_MAX_MS);
    const kept = this.idle.get(addressOf(request)) ?? [];
    for (let target = kept.pop(); target !== undefined; target = kept.pop()) {
      this.idleCount--;
      if (target.isBroken) continue;
      target.wake(timeoutMs);
      this.inUse.add(target);
      return { target, wasIdle: true };
    }
    const number = /^\s*\d{1,5}/.test(port) ? Number.parseInt(port) : 0;
    // What is no port is a server that refuses: nobody listens on port 0.
    const target = new Target(host, number <= PORT_MAX ? number : 0, timeoutMs);
    this.inUse.add(target);
    return { target, wasIdle: false };
  }

  private put(request: MigrationRequest, target: Target, isSound: boolean): void {
    this.inUse.delete(target);
    if (!isSound) target.database = '';
    for (const [address, targets] of this.idle) {
      const left = targets.filter(({ isBroken }) => !isBroken);
      this.idleCount -= targets.length - left.length;
      if (left.length > 0) this.idle.set(address, left);
      else this.idle.delete(address);
    }
    if (target.isBroken || this.idleCount >= IDLE_MAX) {
      target.close();
      return;
    }
    target.idle(IDLE_MS);
    const address = addressOf(request);
    this.idle.set(address, [...(this.idle.get(address) ?? []), target]);
    this.idleCount++;
  }

  private drop(target: Target): void {
    this.inUse.delete(target);
    target.close();
  }

  /** Closes all connections: the server stops. What has arrived by now may be on both servers. */
  stop(): void {
    this.isStopped = true;
    for (const target of this.inUse) target.close();
    for (const targets of this.idle.values()) for (const target of targets) target.close();
    this.idle.clear();
    this.idleCount = 0;
  }
}

// Who has said who it is stays that on its connection, so connections are told apart by it.
function addressOf({ host, port, credentials }: MigrationRequest): string {
  const said = credentials.map((word) => Buffer.from(word).toString('hex'));
  return [host, port, ...said].join(' ');
}
