// CommandTimes: what is made of the time that commands take. The dispatcher measures, and tells it of each call.
//
// Commands that are short are not measured one by one, since the clock would cost as much as they do. Which ones are
// follows from the least time that anybody wants to hear of:
//
//   slowlog-log-slower-than   measured one by one
//   below EVERY_CALL_US       every call, and runs are executed command by command
//   otherwise, or off         commands without the flag `fast`, and those with more than SHORT_ARGUMENTS arguments
import type { Config } from '../config/index.js';
import type { Call } from './call.js';
import { SlowLog } from './slow-log.js';

/** No command with few arguments takes as long, unless it is one without the flag `fast`. */
const EVERY_CALL_US = 1000;
/** Most arguments of a command that is taken to be short. */
const SHORT_ARGUMENTS = 64;
const MICROSECONDS = 1000;

export class CommandTimes {
  readonly slowLog = new SlowLog();
  /** Fast commands with more arguments are measured one by one; 0: all of them. */
  unmeasuredArguments = SHORT_ARGUMENTS;
  /** By command number: 1 for those that are not kept in the slow log. */
  private readonly unlogged: Uint8Array;
  /** Least time that is kept in the slow log, microseconds. */
  private slowUs = Infinity;

  constructor(registry: { readonly commands: readonly { readonly flags: readonly string[] }[] }) {
    this.unlogged = Uint8Array.from(registry.commands, ({ flags }) =>
      flags.includes('skip_slowlog') ? 1 : 0,
    );
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
  }

  /** The call `c` of command `id` took so many milliseconds. A client that waits now is not done yet. */
  measured(c: Call, id: number, ms: number): void {
    const us = ms * MICROSECONDS;
    if (us >= this.slowUs && this.unlogged[id] === 0 && !c.client.waiting) this.slowLog.add(c, us);
  }
}
