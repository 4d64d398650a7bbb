// Dispatcher: the one way in which commands are executed, whoever sends them.
//
// The batch gives it commands of the chunk (`execute`, `executeRun`); whoever holds a frame of its own gives it that
// (`executeFrame`). Both set up the same Call and pass the same checks.
import { ReplyWriter } from '../protocol/reply-writer.js';
import {
  CommandCount,
  CommandFirst,
  CommandId,
  CommandsMax,
  CommandWords,
  Database,
  DiscardReplies,
  NoTouch,
  Protocol,
  ReplyCursor,
} from '../store/layout.js';
import type { NativeStore } from '../store/native.js';
import { Call } from './call.js';
import { type Client, Gate } from './client.js';
import type { ServerContext } from './context.js';
import { unknownCommand, unknownSubcommand, wrongArity } from './errors.js';
import type { Command, Registry } from './registry.js';

const MICROSECONDS = 1000;
/** Longest run that is executed before replies are looked at again. */
const RUN_MAX = 128;
const UNKNOWN_ARGUMENTS_MAX = 20;

export class Dispatcher {
  readonly call: Call;
  readonly reply: ReplyWriter;
  /** By command number. */
  readonly calls: Float64Array;
  readonly microseconds: Float64Array;
  readonly rejected: Float64Array;
  readonly failed: Float64Array;
  /** Commands executed since the start. */
  total = 0;
  /** Errors replied since the start, by their code. */
  readonly errors = new Map<string, number>();
  private readonly registry: Registry;
  private readonly handlers: ((c: Call) => void)[];
  private readonly runs: (((c: Call, length: number) => void) | null)[];
  private readonly control: Int32Array;
  private readonly commands: Int32Array;
  private readonly replyBytes: Uint8Array;
  private readonly arenaBytes: Uint8Array;
  private readonly arenaArgs: Int32Array;
  /** Time of the chunk's slow commands. */
  private slowMs = 0;
  /** The chunk's fast commands, which wait for their share of the rest: runs of (command, calls). */
  private readonly tallyIds = new Int32Array(CommandsMax + 1);
  private readonly tallyCalls = new Int32Array(CommandsMax + 1);
  private tallies = 0;

  constructor(
    private readonly store: NativeStore,
    server: ServerContext,
    nobody: Client,
  ) {
    const { registry } = server;
    this.registry = registry;
    this.reply = new ReplyWriter(store);
    this.call = new Call(store, this.reply, server, nobody, registry.commands[0]);
    this.arenaBytes = this.call.bytes;
    this.arenaArgs = this.call.args;
    this.control = new Int32Array(store.control);
    this.commands = new Int32Array(store.commands);
    this.replyBytes = new Uint8Array(store.reply);
    const count = registry.commands.length;
    this.calls = new Float64Array(count);
    this.microseconds = new Float64Array(count);
    this.rejected = new Float64Array(count);
    this.failed = new Float64Array(count);
    this.handlers = registry.commands.map((command) => command.handler ?? unreachable);
    this.runs = registry.commands.map((command) => command.run?.handler ?? null);
  }

  /** What follows is this client's. */
  enter(client: Client): void {
    this.call.client = client;
    this.control[Protocol] = client.protocol;
    this.control[Database] = client.database;
    this.control[NoTouch] = client.noTouch ? 1 : 0;
  }

  /**
   * Executes command `k` of the chunk, or a run that begins with it and ends before `end`; returns the number of the
   * next one. O(1) beside the handler's own work; allocates nothing.
   */
  execute(k: number, end: number): number {
    const { call, commands } = this;
    const row = k * CommandWords;
    const id = commands[row + CommandId];
    const count = commands[row + CommandCount];
    call.first = commands[row + CommandFirst];
    call.count = count;
    if (id < 0 || call.client.gate !== 0) {
      this.executeGated(id);
      return k + 1;
    }
    if (this.registry.runCounts[id] === count) {
      const length = this.runLength(k, Math.min(end, k + RUN_MAX), id, count);
      if (length > 1) {
        return k + this.executeRun(id, length);
      }
    }
    this.run(id);
    return k + 1;
  }

  private runLength(k: number, end: number, id: number, count: number): number {
    const { commands } = this;
    let next = k + 1;
    while (
      next < end &&
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
    handler(this.call, length);
    const { executed } = this.call;
    this.calls[id] += executed;
    this.total += executed;
    this.tally(id, executed);
    return executed;
  }

  private tally(id: number, calls: number): void {
    const last = this.tallies - 1;
    if (last >= 0 && (this.tallyIds[last] === id || last === CommandsMax)) {
      this.tallyCalls[last] += calls;
      return;
    }
    this.tallyIds[this.tallies] = id;
    this.tallyCalls[this.tallies++] = calls;
  }

  // A command that passed the gate: arity, then its handler.
  private run(id: number): void {
    const { call, registry } = this;
    const command = registry.commands[id];
    if (call.count < registry.minCount[id] || call.count > registry.maxCount[id]) {
      this.rejected[id]++;
      this.noteError('ERR');
      this.reply.error(wrongArity(command.fullName));
      return;
    }
    call.command = command;
    if (command.subcommands) return this.runContainer(command);
    this.total++;
    this.calls[id]++;
    const cursor = this.control[ReplyCursor];
    if (registry.fast[id] === 1) {
      this.tally(id, 1);
      this.handlers[id](call);
    } else {
      const start = performance.now();
      this.handlers[id](call);
      const elapsed = performance.now() - start;
      this.microseconds[id] += elapsed * MICROSECONDS;
      this.slowMs += elapsed;
    }
    if (this.replyBytes[cursor] === 45 && this.control[ReplyCursor] > cursor) this.noteFailure(id, cursor);
  }

  private runContainer(command: Command): void {
    const { call } = this;
    if (call.count === 1) return this.runOwn(command);
    const sub = command.children.get(call.lowerText(1));
    if (sub === undefined) {
      this.rejected[command.id]++;
      this.noteError('ERR');
      return this.reply.errorBytes(unknownSubcommand(call.text(1), command.name));
    }
    this.run(sub.id);
  }

  // A container called by its name alone.
  private runOwn(command: Command): void {
    this.total++;
    this.calls[command.id]++;
    (command.handler ?? unreachable)(this.call);
  }

  // The way of what is not ordinary: unknown commands, and clients whose replies are off.
  private executeGated(id: number): void {
    const { call, control } = this;
    const { client } = call;
    const muted = (client.gate & (Gate.repliesOff | Gate.skipNext)) !== 0;
    if ((client.gate & Gate.skipNext) !== 0) client.gate &= ~Gate.skipNext;
    if (!muted) return this.runOrRefuse(id);
    this.store.drain(0);
    control[DiscardReplies] = 1;
    const cursor = control[ReplyCursor];
    const wasOff = (client.gate & Gate.repliesOff) !== 0;
    this.runOrRefuse(id);
    control[DiscardReplies] = 0;
    // CLIENT REPLY ON, which ends the silence, is itself replied to.
    if (wasOff && (client.gate & Gate.repliesOff) === 0) return;
    control[ReplyCursor] = Math.min(cursor, control[ReplyCursor]);
  }

  private runOrRefuse(id: number): void {
    if (id >= 0) return this.run(id);
    const { call } = this;
    const name = call.lowerText(0);
    if (name === 'post' || name === 'host:') {
      // A browser that was led here to speak HTTP: it must not get a single command through.
      call.client.closing = call.client.aborted = true;
      return;
    }
    const args: string[] = [];
    for (let i = 1; i < call.count && i <= UNKNOWN_ARGUMENTS_MAX; i++) args.push(call.text(i));
    this.noteError('ERR');
    this.reply.errorBytes(unknownCommand(call.text(0), args));
  }

  /** Executes one command from a frame of its own. The batch's arguments are the current ones again afterwards. */
  executeFrame(bytes: Uint8Array, args: Int32Array, count: number): void {
    const { call } = this;
    this.store.enterFrame(bytes, args);
    call.bytes = bytes;
    call.args = args;
    call.first = 0;
    call.count = count;
    try {
      this.executeGated(this.registry.names.find(bytes, args[0], args[1]));
    } finally {
      this.store.leaveFrame(0);
      call.bytes = this.arenaBytes;
      call.args = this.arenaArgs;
    }
  }

  /** Shares the time of a chunk out over its fast commands, which are too short to be measured one by one. */
  shareTime(elapsedMs: number): void {
    let calls = 0;
    for (let i = 0; i < this.tallies; i++) calls += this.tallyCalls[i];
    const share = calls > 0 ? (Math.max(0, elapsedMs - this.slowMs) * MICROSECONDS) / calls : 0;
    for (let i = 0; i < this.tallies; i++) this.microseconds[this.tallyIds[i]] += share * this.tallyCalls[i];
    this.slowMs = 0;
    this.tallies = 0;
  }

  private noteFailure(id: number, cursor: number): void {
    this.failed[id]++;
    let end = cursor + 1;
    while (end < cursor + 32 && this.replyBytes[end] > 32) end++;
    this.noteError(Buffer.from(this.replyBytes.subarray(cursor + 1, end)).toString('latin1'));
  }

  private noteError(code: string): void {
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }
}

function unreachable(): never {
  throw new Error('a container has no handler of its own');
}
