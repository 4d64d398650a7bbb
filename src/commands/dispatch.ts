// Dispatcher: the one way in which commands are executed, whoever sends them.
//
//   execute        commands of the chunk, given by the batch; runs of one command in one go
//   executeFrame   a command in a frame of its own (too large for the chunk, inline with quotes)
//   executeQueue   commands that were kept, as part of the current one (EXEC)
//   executeFor     a command that was kept, for a client that has waited; its replies are pushed to it
//
// All set up the same Call and pass the same checks: arity, then the guards (guard.ts) while a gate bit is set.
//
// Invariants
//   1. Deferred jobs run between two commands, never within one: what EXEC executes is not interrupted.
//   2. A command is counted where it is executed; one that a guard refuses is counted as rejected.
import { performance } from 'node:perf_hooks';
import { REPLY_LIMIT, ReplyWriter } from '../protocol/reply-writer.js';
import {
  ArgsMax,
  CommandCount,
  CommandFirst,
  CommandId,
  CommandWords,
  Database,
  DiscardReplies,
  InputBytes,
  LongReadElements,
  Protocol,
  CurrentRow,
  ReplyCursor,
  SpareArgs,
  SpareBytes,
} from '../store/layout.js';
import type { NativeStore } from '../store/native.js';
import { Call } from './call.js';
import type { Changes } from './changes.js';
import type { Client } from './client.js';
import { CommandCounts } from './command-counts.js';
import type { CommandTimes } from './command-times.js';
import type { ServerContext } from './context.js';
import { unknownCommand, unknownSubcommand, wrongArity } from './errors.js';
import { Gate, type Guard, isSilent } from './guard.js';
import type { Effects } from './effects.js';
import type { KeptCommand } from './kept-command.js';
import { QUEUED_WORDS, QueueFrame, type QueuedCommands } from './queued-commands.js';
import type { Command, Registry } from './registry.js';
import { endTransaction, queueLimit } from './transactions.js';

/** Longest run that is executed, or queued, before replies are looked at again. */
export const RUN_MAX = 128;
const UNKNOWN_ARGUMENTS_MAX = 20;
const INT32_MAX = 2 ** 31 - 1;

export class Dispatcher {
  readonly call: Call;
  readonly reply: ReplyWriter;
  readonly counts: CommandCounts;
  /** Longest run that is executed in one go, 1 to RUN_MAX: short ones let the batch look at their replies earlier. */
  runMax = RUN_MAX;
  /** Gate bits of the server, which hold for every client. */
  gates = 0;
  /** The client for which `executeFor` executes a command at this moment. */
  served: Client | null = null;
  private readonly registry: Registry;
  private readonly guards: Guard[] = [];
  private readonly changes: Changes;
  private readonly effects: Effects;
  /** What is made of the time that commands take. */
  readonly times: CommandTimes;
  /** What waits for the end of the current command. */
  private readonly deferred: (() => void)[] = [];
  private readonly queueFrame = new QueueFrame();
  private isPostponed = false;
  /** While nothing is replied: where what was written since then begins. */
  private silentFrom = 0;
  private readonly handlers: ((c: Call) => void)[];
  private readonly runs: (((c: Call, length: number) => void) | null)[];
  private readonly control: Int32Array;
  private readonly commands: Int32Array;
  private readonly replyBytes: Uint8Array;
  private readonly arenaBytes: Uint8Array;
  private readonly arenaArgs: Int32Array;
  private readonly execId: number;

  constructor(
    private readonly store: NativeStore,
    server: ServerContext,
    nobody: Client,
  ) {
    const { registry } = server;
    this.registry = registry;
    this.changes = server.changes;
    this.effects = server.effects;
    this.times = server.times;
    this.reply = new ReplyWriter(store);
    this.call = new Call(store, this.reply, server, nobody, registry.commands[0]);
    this.arenaBytes = this.call.bytes;
    this.arenaArgs = this.call.args;
    this.control = new Int32Array(store.control);
    this.commands = new Int32Array(store.commands);
    this.replyBytes = new Uint8Array(store.reply);
    this.execId = registry.commands.findIndex(({ declaredName }) => declaredName === 'exec');
    this.counts = new CommandCounts(registry.commands.length, server.times);
    this.handlers = registry.commands.map((command) => command.handler ?? unreachable);
    this.runs = registry.commands.map((command) => command.run?.handler ?? null);
  }

  /** Adds a check; see guard.ts. */
  addGuard(guard: Guard): void {
    this.guards.push(guard);
    this.guards.sort((a, b) => a.order - b.order);
  }

  /** Lets `job` run when the current command has been executed and replied to. */
  defer(job: () => void): void {
    this.deferred.push(job);
  }

  /** What follows is this client's. */
  enter(client: Client): void {
    this.call.client = client;
    this.control[Protocol] = client.protocol;
    this.control[Database] = client.database;
    this.call.setTouching(!client.noTouch);
  }

  /**
   * Executes command `k` of the chunk, or a run that begins with it and ends before `end`; returns the number of the
   * next one, which is `k` itself when it was postponed. O(1) beside the handler's own work; allocates nothing.
   */
  execute(k: number, end: number): number {
    const { call, commands } = this;
    const row = k * CommandWords;
    const id = commands[row + CommandId];
    const count = commands[row + CommandCount];
    call.row = k;
    call.first = commands[row + CommandFirst];
    call.count = count;
    const gates = call.client.gate | this.gates;
    if (id < 0 || gates !== 0) {
      if (gates === Gate.transaction) {
        const next = this.queueRows(k, end);
        if (next > k) return next;
      }
      return this.executeGated(id) ? k + 1 : k;
    }
    const length = this.runLength(k, end, id, count);
    if (length > 1) return k + this.executeRun(id, length);
    this.run(id);
    return k + 1;
  }

  // A command that no gate stands before.
  private run(id: number): void {
    const resolved = this.resolve(id);
    if (resolved >= 0) this.invoke(resolved);
    if (this.deferred.length !== 0) this.runDeferred();
  }

  /** Runs what was deferred outside of a command: when the server itself has changed keys. */
  settle(): void {
    if (this.deferred.length !== 0) this.runDeferred();
  }

  private runDeferred(): void {
    // Jobs may defer others: those run in the same go, behind them.
    for (let i = 0; i < this.deferred.length; i++) this.deferred[i]();
    this.deferred.length = 0;
  }

  // How many commands from `k` on can be executed in one go: 1 if this one takes no runs.
  private runLength(k: number, end: number, id: number, count: number): number {
    if (this.registry.runCounts[id] !== count) return 1;
    if (count > this.times.unmeasuredArguments || this.changes.isObserved) return 1;
    const { commands } = this;
    const last = Math.min(end, k + this.runMax);
    let next = k + 1;
    while (
      next < last &&
      commands[next * CommandWords + CommandId] === id &&
      commands[next * CommandWords + CommandCount] === count
    )
      next++;
    return next - k;
  }

  // Returns how many commands of the run were executed: all, unless the client has to wait in its midst.
  private executeRun(id: number, length: number): number {
    const handler = this.runs[id];
    if (handler === null) throw new Error('a run without a handler');
    this.call.command = this.registry.commands[id];
    this.call.executed = length;
    const start = this.registry.fast[id] === 1 ? 0 : performance.now();
    handler(this.call, length);
    if (start > 0) this.counts.spentMs += performance.now() - start;
    const { executed, client } = this.call;
    // Who waits now has met a long read, which counts when it is done.
    const done = client.waiting ? executed - 1 : executed;
    if (done > 0) this.counts.unmeasured(id, done);
    return executed;
  }

  // The number of the command that is meant, a subcommand's for a container; -1 with the error replied. O(1)
  private resolve(id: number): number {
    const { call, registry } = this;
    const command = registry.commands[id];
    call.command = command;
    if (call.count < registry.minCount[id] || call.count > registry.maxCount[id]) {
      this.refuse(command, wrongArity(command.fullName));
      return -1;
    }
    if (!command.subcommands || call.count === 1) return id;
    const sub = command.children.get(call.lowerText(1));
    if (sub !== undefined) return this.resolve(sub.id);
    this.refuse(command, unknownSubcommand(call.text(1), command.name));
    return -1;
  }

  // Replies the error of a command that is not executed; a transaction fails with it.
  private refuse(command: Command | null, error: string): void {
    const { client } = this.call;
    if (command !== null) this.counts.refused(command.id);
    if (command?.id === this.execId) {
      // Whether there is a transaction or not: what was watched is forgotten all the same.
      endTransaction(this.call, client);
      error = `EXECABORT Transaction discarded because of: ${error.replace(/^ERR /, '')}`;
    } else if ((client.gate & Gate.transaction) !== 0 && client.transaction !== null && !this.call.isNested) {
      client.transaction.hasFailed = true;
    }
    this.counts.errors.add(error);
    this.reply.errorBytes(error);
  }

  // Executes a command that may be executed: counts it, times it, calls its handler.
  private invoke(id: number): void {
    const { call, registry } = this;
    call.command = registry.commands[id];
    const cursor = this.control[ReplyCursor];
    const isEffective = this.effects.isOn;
    if (isEffective) this.effects.enter(call);
    if (registry.fast[id] === 1 && call.count <= this.times.unmeasuredArguments) {
      this.counts.unmeasured(id, 1);
      this.handlers[id](call);
    } else {
      this.invokeMeasured(id);
    }
    if (isEffective) this.effects.leave(call, registry.effective[id] === 1);
    if (this.changes.keepsKeys) this.changes.endCommand(call);
    if (this.replyBytes[cursor] === 45 && this.control[ReplyCursor] > cursor)
      this.counts.failureFrom(id, this.replyBytes, cursor + 1);
  }

  private invokeMeasured(id: number): void {
    const { call } = this;
    const start = performance.now();
    this.handlers[id](call);
    const elapsed = performance.now() - start;
    this.counts.spent(elapsed);
    // Who waits now is not done.
    if (call.client.waiting && !call.isNested) call.client.spentMs = elapsed;
    else this.counts.done(call, id, elapsed);
  }

  // Queues the commands from `k` on that a transaction queues whatever they say, if that is all that stands before them;
  // returns the number of the next one. They are not copied before they must be.
  private queueRows(k: number, end: number): number {
    const { commands, registry } = this;
    const last = Math.min(end, k + RUN_MAX);
    let next = k;
    for (; next < last; next++) {
      const row = next * CommandWords;
      const id = commands[row + CommandId];
      const count = commands[row + CommandCount];
      if (id < 0 || registry.queueable[id] === 0) break;
      if (count < registry.minCount[id] || count > registry.maxCount[id]) break;
    }
    const { transaction } = this.call.client;
    if (next === k || transaction === null || !this.mayQueue(transaction.queue, k, next)) return k;
    if (!transaction.hasFailed && !transaction.isSpoiled) transaction.queue.note(k, next);
    this.call.command = registry.commands[commands[(next - 1) * CommandWords + CommandId]];
    this.reply.queued(next - k);
    return next;
  }

  // Whether commands `k` to `end`, with those noted before, are within what a transaction may keep. O(1)
  private mayQueue(queue: QueuedCommands, k: number, end: number): boolean {
    const { commands, arenaArgs } = this;
    const row = (end - 1) * CommandWords;
    const first = commands[(queue.hasRows ? queue.rowsFrom : k) * CommandWords + CommandFirst];
    const last = commands[row + CommandFirst] + commands[row + CommandCount] - 1;
    // Arguments lie in the chunk in their order.
    const bytes = arenaArgs[2 * last] + arenaArgs[2 * last + 1] - arenaArgs[2 * first];
    return queue.size + bytes <= queueLimit(this.call);
  }

  /** Behind the last command of a client in the chunk: what it has queued is copied, since the chunk's memory goes. */
  leave(client: Client): void {
    if (client.transaction === null || !client.transaction.queue.hasRows) return;
    if (client.closing) client.transaction.queue.clear();
    else client.transaction.queue.keepRows();
  }

  // The way of what is not ordinary: unknown commands, and commands before which a gate stands. False: postponed.
  private executeGated(id: number): boolean {
    const { client } = this.call;
    // EXEC takes commands of the chunk as they are if they are all that is queued and nothing can postpone it.
    const isDirect = id === this.execId && (client.gate | this.gates) === Gate.transaction;
    if (!isDirect || client.transaction?.queue.copied !== 0) this.leave(client);
    this.isPostponed = false;
    this.executeMuted(id);
    if (this.deferred.length !== 0) this.runDeferred();
    return !this.isPostponed;
  }

  // Executes a command, without its replies if its client wants none.
  private executeMuted(id: number): void {
    const { call, control } = this;
    const { client } = call;
    if ((client.gate & Gate.skipNext) !== 0) client.gate ^= Gate.skipNext | Gate.skipThis;
    if (isSilent(client)) this.beginSilence();
    this.executeGuarded(id);
    // CLIENT REPLY ON, which ends the silence, is itself replied to.
    if (isSilent(client)) this.dropReplies();
    control[DiscardReplies] = 0;
    if ((client.gate & Gate.skipThis) === 0) return;
    // One that waits is not replied to when it has waited, either; one that was postponed begins anew.
    if (this.isPostponed) client.gate ^= Gate.skipNext | Gate.skipThis;
    else if (!client.waiting) client.gate &= ~Gate.skipThis;
  }

  // From now on nothing is replied; what was, leaves.
  private beginSilence(): void {
    this.store.drain(0);
    this.silentFrom = this.control[ReplyCursor];
    this.control[DiscardReplies] = 1;
  }

  private dropReplies(): void {
    if (this.control[DiscardReplies] === 0) return;
    this.control[ReplyCursor] = Math.min(this.silentFrom, this.control[ReplyCursor]);
  }

  private executeGuarded(id: number): void {
    if (id < 0) return this.refuseUnknown();
    const resolved = this.resolve(id);
    if (resolved >= 0 && this.isAdmitted(resolved)) this.invoke(resolved);
  }

  // Asks the guards whose bits are set. False: one has refused, settled or postponed the command.
  private isAdmitted(id: number): boolean {
    const { call, guards } = this;
    const command = this.registry.commands[id];
    call.command = command;
    for (const guard of guards) {
      if ((guard.bits & (call.client.gate | this.gates)) === 0 || (call.isNested && !guard.nested)) continue;
      const admission = guard.admit(call, command);
      if (admission === 'admitted') continue;
      if (typeof admission === 'object') this.refuse(command, admission.error);
      else this.isPostponed = admission === 'postponed';
      return false;
    }
    return true;
  }

  // What a client was allowed when it began to wait may be forbidden by now, or have to wait for something else.
  private isAdmittedAfterWait(command: Command): boolean {
    const { call, guards } = this;
    for (const guard of guards) {
      if (guard.afterWait !== true || (guard.bits & (call.client.gate | this.gates)) === 0) continue;
      const admission = guard.admit(call, command);
      if (admission === 'admitted') continue;
      if (typeof admission === 'object') this.refuse(command, admission.error);
      else this.isPostponed = admission === 'postponed';
      return false;
    }
    return true;
  }

  private refuseUnknown(): void {
    const { call } = this;
    const name = call.lowerText(0);
    if (name === 'post' || name === 'host:') {
      // A browser that was led here to speak HTTP: it must not get a single command through.
      call.client.closing = call.client.aborted = true;
      return;
    }
    const args: string[] = [];
    for (let i = 1; i < call.count && i <= UNKNOWN_ARGUMENTS_MAX; i++) args.push(call.text(i));
    this.refuse(null, unknownCommand(call.text(0), args));
  }

  // ---- frames of their own -------------------------------------------------------------------------------------------

  /**
   * Executes one command from a frame of its own. The batch's arguments are the current ones again afterwards. False:
   * it was postponed. `id`: the command's number, -1 if it is unknown.
   */
  executeFrame(bytes: Uint8Array, args: Int32Array, count: number, id = this.idOf(bytes, args)): boolean {
    this.enterFrame(bytes, args);
    this.call.first = 0;
    this.call.count = count;
    try {
      return this.executeGated(id);
    } finally {
      this.enterFrame(this.arenaBytes, this.arenaArgs);
    }
  }

  private idOf(bytes: Uint8Array, args: Int32Array): number {
    return this.registry.names.find(bytes, args[0], args[1]);
  }

  /** Executes queued commands as part of the current one, each replying for itself. Long reads run on the loop. */
  executeQueue(queue: QueuedCommands): void {
    const { call, control } = this;
    const { bytes, args, first, count, command, row } = call;
    const longReads = control[LongReadElements];
    control[LongReadElements] = INT32_MAX;
    if (this.effects.isOn) this.effects.beginTransaction();
    call.isNested = true;
    try {
      if (queue.hasRows) {
        this.executeRows(queue.rowsFrom, queue.rowsTo);
      } else {
        this.executeKept(queue);
      }
    } finally {
      call.isNested = false;
      control[LongReadElements] = longReads;
      if (call.args !== args) {
        this.enterFrame(bytes, args);
        this.queueFrame.release();
      }
      call.row = row;
      call.first = first;
      call.count = count;
      call.command = command;
    }
  }

  // Queued commands that were copied.
  private executeKept(queue: QueuedCommands): void {
    // A client that ends itself has its queue cleared meanwhile.
    const { copied } = queue;
    if (copied === 0) return;
    this.leaveFrame();
    let at = queue.enter(this.queueFrame);
    const { bytes, args } = this.queueFrame;
    this.useArguments(bytes, args);
    for (let i = 0; i < copied; i++, at += QUEUED_WORDS)
      this.executeNested(args[at], args[at + 1], args[at + 2]);
  }

  // Queued commands that still lie in the chunk.
  private executeRows(from: number, to: number): void {
    const { call, commands } = this;
    const { client } = call;
    for (let k = from; k < to;) {
      const row = k * CommandWords;
      const id = commands[row + CommandId];
      const count = commands[row + CommandCount];
      const isOrdinary = (client.gate | this.gates) === 0 && !client.closing;
      const length = isOrdinary ? this.runLength(k, to, id, count) : 1;
      call.row = k;
      if (length === 1) {
        this.executeNested(id, commands[row + CommandFirst], count);
        k++;
      } else {
        call.first = commands[row + CommandFirst];
        call.count = count;
        k += this.executeRun(id, length);
        if (this.control[ReplyCursor] > REPLY_LIMIT) this.store.drain(0);
      }
    }
  }

  // What CLIENT REPLY says within a transaction holds from then on; who has ended itself hears no more.
  private executeNested(id: number, first: number, count: number): void {
    const { call } = this;
    const { client } = call;
    call.first = first;
    call.count = count;
    const wasSilent = isSilent(client) || client.closing;
    if (wasSilent) this.dropReplies();
    const isGated = (client.gate | this.gates) !== 0;
    if (!isGated || this.isAdmitted(id)) this.invoke(id);
    const isNow = isSilent(client) || client.closing;
    if (isNow && !wasSilent) this.beginSilence();
    else if (isNow) this.dropReplies();
    else if (wasSilent) this.control[DiscardReplies] = 0;
    if (this.control[ReplyCursor] > REPLY_LIMIT) this.store.drain(0);
  }

  /**
   * Executes a command for a client that is not the current row's: its replies are pushed to it. To be called between
   * commands (see `defer`) or outside a batch. Long reads run on the loop. Whether it is done: if not, since it was
   * postponed or `isDone` says so, its client goes on waiting; else it goes on with what it has sent meanwhile.
   */
  executeFor(client: Client, kept: KeptCommand, isDone: () => boolean): boolean {
    const { call, control } = this;
    const wasPostponed = this.isPostponed;
    this.isPostponed = false;
    const { id } = kept;
    const { client: current, bytes, args, first, count, command, row } = call;
    const isEffective = this.effects.isOn;
    const longReads = control[LongReadElements];
    const discards = control[DiscardReplies];
    control[LongReadElements] = INT32_MAX;
    control[DiscardReplies] = isSilent(client) ? 1 : 0;
    this.served = client;
    this.enter(client);
    this.enterKept(kept);
    this.reply.beginReplyTo(client.connection);
    call.command = this.registry.commands[id];
    const cursor = control[ReplyCursor];
    const start = performance.now();
    let done = false;
    try {
      if (this.isAdmittedAfterWait(call.command)) {
        if (isEffective) this.effects.enter(call);
        this.handlers[id](call);
        if (isEffective) this.effects.leave(call, true);
        const elapsed = performance.now() - start;
        if (control[CurrentRow] >= 0) this.counts.spent(elapsed);
        if (isDone()) this.counts.doneWaiting(call, id, elapsed);
        else client.spentMs += elapsed;
        if (this.replyBytes[cursor] === 45 && control[ReplyCursor] > cursor)
          this.counts.failureFrom(id, this.replyBytes, cursor + 1);
      }
      done = !this.isPostponed && isDone();
    } finally {
      this.isPostponed = wasPostponed;
      this.reply.endReplyTo(done);
      control[LongReadElements] = longReads;
      control[DiscardReplies] = discards;
      this.served = null;
      this.enterFrame(bytes, args);
      this.enter(current);
      call.row = row;
      call.first = first;
      call.count = count;
      call.command = command;
    }
    return done;
  }

  // Arguments are those of a kept command: in the spare place of the arenas if they fit, where they cost no frame.
  private enterKept(kept: KeptCommand): void {
    const { call, arenaBytes, arenaArgs } = this;
    const isShort = kept.usedBytes <= SpareBytes && kept.count <= SpareArgs;
    if (isShort) kept.copyTo(arenaBytes, InputBytes, arenaArgs, ArgsMax);
    this.enterFrame(isShort ? arenaBytes : kept.bytes, isShort ? arenaArgs : kept.args);
    call.first = isShort ? ArgsMax : 0;
    call.count = kept.count;
  }

  /** Counts a kept command, which ends without being executed again: its client has waited in vain. */
  endFor(client: Client, kept: KeptCommand, error: string): void {
    const { call } = this;
    const { client: current, bytes, args, first, count, command } = call;
    const { id } = kept;
    call.client = client;
    call.bytes = kept.bytes;
    call.args = kept.args;
    call.first = 0;
    call.count = kept.count;
    this.counts.doneWaiting(call, id, 0);
    if (error !== '') this.counts.failure(id, error);
    Object.assign(call, { client: current, bytes, args, first, count, command });
  }

  // From now on arguments are those of a frame, or the arena's.
  private enterFrame(bytes: Uint8Array, args: Int32Array): void {
    this.leaveFrame();
    if (args !== this.arenaArgs) this.store.enterFrame(bytes, args);
    this.useArguments(bytes, args);
  }

  private leaveFrame(): void {
    if (this.call.args !== this.arenaArgs) this.store.leaveFrame(0);
  }

  // Handlers see what the store has entered.
  private useArguments(bytes: Uint8Array, args: Int32Array): void {
    const { call } = this;
    call.bytes = bytes;
    call.args = args;
    call.row = -1;
  }
}

function unreachable(): never {
  throw new Error('a container has no handler of its own');
}
