// ClientPause: holds commands back for a while (CLIENT PAUSE), so that an operator can change what stands behind the
// clients without their noticing more than a delay.
//
//   CLIENT PAUSE ─► Gate.paused is set: each command is asked of `admit`
//   admit        ─► a command that has to wait is postponed: its client waits, and the transport keeps the command and
//                   all that follows it
//   the end      ─► clients that wait are resumed, first come first served, and their commands asked anew
//
// While clients are paused nothing changes the data behind their backs: keys whose time has come are absent but stay,
// and nothing is evicted (OwnRemovals, which is told). Clients that listen to all commands (MONITOR) are not paused, nor are commands within EXEC:
// the pause itself may be one of them.
//
// Cost: none while there is no pause; then O(1) a command, O(queue) for EXEC.
import type { Call } from '../commands/call.js';
import type { Client } from '../commands/client.js';
import type { Pausing, PauseState } from '../commands/client-pause.js';
import { type Admission, Gate, type Guard, GuardOrder } from '../commands/guard.js';
import type { Command, Registry } from '../commands/registry.js';
import type { NativeStore } from '../store/native.js';

/** Longest delay of a timer of Node's; longer pauses are made of several. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** What a pause needs of the dispatcher. */
interface Gates {
  /** Gate bits of the server. */
  gates: number;
}

export class ClientPause implements Guard, Pausing {
  readonly bits = Gate.paused;
  readonly order = GuardOrder.pause;
  readonly nested = false;
  /** Who waits, in the order of their coming. */
  private readonly postponed = new Set<Client>();
  /** By command number: whether it counts as one that writes. */
  private readonly writes: Uint8Array;
  private isForAll = false;
  /** Unix time, ms. */
  private endMs = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Pick<NativeStore, 'resume'>,
    registry: Registry,
    private readonly dispatcher: Gates,
    /** Told when a pause begins and when it has ended. */
    private readonly changed: (isPaused: boolean) => void,
  ) {
    this.writes = Uint8Array.from(registry.commands, ({ flags }) =>
      flags.includes('write') || flags.includes('may_replicate') ? 1 : 0,
    );
  }

  get state(): PauseState {
    if (!this.isPaused) return { commands: 'none', millisecondsLeft: 0 };
    return {
      commands: this.isForAll ? 'all' : 'write',
      millisecondsLeft: Math.max(0, this.endMs - Date.now()),
    };
  }

  private get isPaused(): boolean {
    return (this.dispatcher.gates & Gate.paused) !== 0;
  }

  pause(milliseconds: number, isForAll: boolean): void {
    const endMs = Date.now() + milliseconds;
    if (this.isPaused) {
      this.isForAll ||= isForAll;
      this.endMs = Math.max(this.endMs, endMs);
    } else {
      this.isForAll = isForAll;
      this.endMs = endMs;
      this.dispatcher.gates |= Gate.paused;
      this.changed(true);
    }
    this.startTimer();
  }

  private startTimer(): void {
    clearTimeout(this.timer);
    const left = Math.max(0, this.endMs - Date.now());
    this.timer = setTimeout(() => this.elapsed(), Math.min(left, TIMER_MAX_MS));
  }

  private elapsed(): void {
    if (Date.now() < this.endMs) this.startTimer();
    else this.unpause();
  }

  unpause(): void {
    if (!this.isPaused) return;
    clearTimeout(this.timer);
    this.dispatcher.gates &= ~Gate.paused;
    this.changed(false);
    for (const client of this.postponed) {
      client.waiting = false;
      this.store.resume(client.connection);
    }
    this.postponed.clear();
  }

  forget(client: Client): void {
    this.postponed.delete(client);
  }

  /** Lets no pause keep the process alive. */
  stop(): void {
    clearTimeout(this.timer);
  }

  admit({ client }: Call, command: Command): Admission {
    if ((client.gate & Gate.monitor) !== 0) return 'admitted';
    if (!this.isForAll && !this.mayWrite(client, command)) return 'admitted';
    this.postponed.add(client);
    client.waiting = true;
    return 'postponed';
  }

  private mayWrite({ transaction }: Client, { id, name }: Command): boolean {
    if (this.writes[id] === 1) return true;
    return name === 'exec' && transaction?.queue.has((queued) => this.writes[queued] === 1) === true;
  }
}
