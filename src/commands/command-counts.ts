// CommandCounts: how often each command was executed, refused and answered with an error, and the time that took
// (INFO commandstats, errorstats and stats, SLOWLOG, LATENCY).
//
// Only what may be slow is measured by itself. Fast commands (see Registry.fast) share what else a chunk has taken, equally:
// two readings of the clock would cost as much as such a command. A command whose client has to wait counts when it is done.
import { CommandsMax } from '../store/layout.js';
import type { Call } from './call.js';
import type { CommandTimes } from './command-times.js';
import type { CommandStatistics } from './context.js';
import { ErrorCounts } from './error-counts.js';
import type { KeptCommand } from './slow-log.js';

const MICROSECONDS = 1000;

export class CommandCounts {
  /** By command number. */
  readonly calls: Float64Array;
  readonly microseconds: Float64Array;
  readonly rejected: Float64Array;
  readonly failed: Float64Array;
  /** Commands executed since the start. */
  total = 0;
  /** Errors replied since the start. */
  readonly errors = new ErrorCounts();
  /** Time of all commands that may be slow, milliseconds. */
  spentMs = 0;
  /** Milliseconds that chunks of commands have taken since the start. */
  busyMs = 0;
  /** Hears of each call that is measured by itself: the command's number, and milliseconds. */
  measured: ((command: number, ms: number) => void) | undefined;
  /** Time of the chunk's slow commands. */
  private slowMs = 0;
  /** The chunk's fast commands, which wait for their share of the rest: runs of (command, calls). */
  private readonly tallyIds = new Int32Array(CommandsMax + 1);
  private readonly tallyCalls = new Int32Array(CommandsMax + 1);
  private tallies = 0;

  /** `commands`: how many there are. */
  constructor(
    commands: number,
    private readonly times: CommandTimes,
  ) {
    this.calls = new Float64Array(commands);
    this.microseconds = new Float64Array(commands);
    this.rejected = new Float64Array(commands);
    this.failed = new Float64Array(commands);
  }

  /** Command `id` was executed so often; its time is its share of the chunk's. O(1) */
  unmeasured(id: number, calls: number): void {
    this.total += calls;
    this.calls[id] += calls;
    const last = this.tallies - 1;
    if (last >= 0 && (this.tallyIds[last] === id || last === CommandsMax)) {
      this.tallyCalls[last] += calls;
      return;
    }
    this.tallyIds[this.tallies] = id;
    this.tallyCalls[this.tallies++] = calls;
  }

  /** So much of the chunk's time was a slow command's, done or not. */
  spent(ms: number): void {
    this.slowMs += ms;
    this.spentMs += ms;
  }

  /** The call `c` of command `id` is done; it took so many milliseconds. */
  done(c: Call, id: number, ms: number): void {
    this.count(id, ms);
    this.times.measured(c, id, ms);
    if (this.measured !== undefined) this.measured(id, ms);
  }

  /** The current command, whose client has waited, is done after so many milliseconds more. */
  doneWaiting(c: Call, id: number, ms: number): void {
    this.done(c, id, c.client.spentMs + ms);
  }

  /** A command that a worker has executed is done; it took so many milliseconds. */
  doneElsewhere(command: KeptCommand, id: number, ms: number): void {
    this.count(id, ms);
    this.times.measuredElsewhere(command, id, ms);
    if (this.measured !== undefined) this.measured(id, ms);
  }

  private count(id: number, ms: number): void {
    this.total++;
    this.calls[id]++;
    this.microseconds[id] += ms * MICROSECONDS;
  }

  /** A command was not executed: an error was replied instead. */
  refused(id: number): void {
    this.rejected[id]++;
  }

  /** A command that was executed has replied an error: its text, without the "-". */
  failure(id: number, text: string): void {
    this.failed[id]++;
    this.errors.add(text);
  }

  /** The same, of the error that lies in `bytes` from `at` on. */
  failureFrom(id: number, bytes: Uint8Array, at: number): void {
    this.failed[id]++;
    this.errors.addFrom(bytes, at);
  }

  /** What there is of one command. */
  of(id: number): CommandStatistics {
    const { calls, microseconds, rejected, failed } = this;
    return { calls: calls[id], microseconds: microseconds[id], rejected: rejected[id], failed: failed[id] };
  }

  /** CONFIG RESETSTAT. */
  reset(): void {
    for (const figures of [this.calls, this.microseconds, this.rejected, this.failed]) figures.fill(0);
    this.errors.clear();
    this.total = 0;
  }

  /** Shares the time of a chunk out over its fast commands. */
  shareTime(elapsedMs: number): void {
    this.busyMs += elapsedMs;
    let calls = 0;
    for (let i = 0; i < this.tallies; i++) calls += this.tallyCalls[i];
    const share = calls > 0 ? (Math.max(0, elapsedMs - this.slowMs) * MICROSECONDS) / calls : 0;
    for (let i = 0; i < this.tallies; i++) {
      this.microseconds[this.tallyIds[i]] += share * this.tallyCalls[i];
      this.times.shared(this.tallyIds[i], share, this.tallyCalls[i]);
    }
    this.slowMs = 0;
    this.tallies = 0;
  }
}
