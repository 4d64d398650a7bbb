// CommandTimes: what is made of the time that commands take. The dispatcher measures, and tells it of each call.
//
// Commands that are short are not measured one by one, since the clock would cost as much as they do. Which ones are
// follows from the least time that anybody wants to hear of (the latency monitor counts in milliseconds):
//
//   slowlog-log-slower-than   measured one by one
//   below EVERY_CALL_US       every call, and runs are executed command by command
//   otherwise, or off         commands without the flag `fast`, and those with more than SHORT_ARGUMENTS arguments
import type { Config } from '../config/index.js';
import type { Call } from './call.js';
import { LatencyEvents } from './latency-events.js';
import { LatencyHistogram } from './latency-histogram.js';
import { keptOf, type KeptCommand, SlowLog } from './slow-log.js';

/** No command with few arguments takes as long, unless it is one without the flag `fast`. */
const EVERY_CALL_US = 1000;
/** Most arguments of a command that is taken to be short. */
const SHORT_ARGUMENTS = 64;
const MICROSECONDS = 1000;

export class CommandTimes {
  readonly slowLog = new SlowLog();
  readonly events = new LatencyEvents();
  /** Fast commands with more arguments are measured one by one; 0: all of them. */
  unmeasuredArguments = SHORT_ARGUMENTS;
  /** By command number: 1 for those that are not kept in the slow log. */
  private readonly unlogged: Uint8Array;
  private readonly fast: Uint8Array;
  /** By command number; made when it is called for the first time. */
  private readonly histograms: (LatencyHistogram | undefined)[];
  private isTracking = false;
  /** Least time that counts as an event, milliseconds. */
  private eventMs = Infinity;
  /** Least time that is kept in the slow log, microseconds. */
  private slowUs = Infinity;

  constructor(registry: { readonly commands: readonly { readonly flags: readonly string[] }[] }) {
    this.unlogged = Uint8Array.from(registry.commands, ({ flags }) =>
      flags.includes('skip_slowlog') ? 1 : 0,
    );
    this.fast = Uint8Array.from(registry.commands, ({ flags }) => (flags.includes('fast') ? 1 : 0));
    this.histograms = registry.commands.map(() => undefined);
  }

  /** Applies settings, now and when CONFIG SET changes them. */
  follow(config: Config): void {
    const slow = (value: number): undefined => {
      this.slowUs = value < 0 ? Infinity : value;
      this.unmeasuredArguments = this.slowUs < EVERY_CALL_US ? 0 : SHORT_ARGUMENTS;
    };
    slow(config.slowlogLogSlowerThan);
    config.onChange('slowlog-log-slower-than', slow);
    const length = (value: number): undefined => {
      this.slowLog.lengthMax = value;
    };
    length(config.slowlogMaxLen);
    config.onChange('slowlog-max-len', length);
    const threshold = (value: number): undefined => {
      this.eventMs = value === 0 ? Infinity : value;
    };
    threshold(config.latencyMonitorThreshold);
    config.onChange('latency-monitor-threshold', threshold);
    const tracking = (value: boolean): undefined => {
      this.isTracking = value;
    };
    tracking(config.latencyTracking);
    config.onChange('latency-tracking', tracking);
  }

  /** The call `c` of command `id` took so many milliseconds. */
  measured(c: Call, id: number, ms: number): void {
    const us = ms * MICROSECONDS;
    this.event(this.fast[id] === 1 ? 'fast-command' : 'command', ms);
    if (us >= this.slowUs && this.unlogged[id] === 0) this.slowLog.add(keptOf(c), us);
    if (this.isTracking) this.record(id, us, 1);
  }

  /** The same of a call that a worker has executed: nobody else had to wait for it, so it is no event. */
  measuredElsewhere(command: KeptCommand, id: number, ms: number): void {
    const us = ms * MICROSECONDS;
    if (us >= this.slowUs && this.unlogged[id] === 0) this.slowLog.add(command, us);
    if (this.isTracking) this.record(id, us, 1);
  }

  /** Something of this kind has stopped the loop for so many milliseconds. */
  event(kind: string, ms: number): void {
    if (ms >= this.eventMs) this.events.add(kind, Math.floor(ms));
  }

  /** Calls of command `id`, which were too short to be measured, took about so many microseconds each. */
  shared(id: number, microseconds: number, calls: number): void {
    if (this.isTracking) this.record(id, microseconds, calls);
  }

  /** Times of command `id`; undefined when it was not called. */
  histogramOf(id: number): LatencyHistogram | undefined {
    return this.histograms[id];
  }

  /** CONFIG RESETSTAT. */
  reset(): void {
    this.histograms.fill(undefined);
  }

  private record(id: number, microseconds: number, calls: number): void {
    (this.histograms[id] ??= new LatencyHistogram()).record(microseconds, calls);
  }
}
