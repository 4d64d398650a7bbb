/**
 * DiskGuard: refuses writes with -MISCONF while what they write could not be saved, so that nobody takes for durable what
 * is not. PING is refused as well, so that those who watch the server by it learn of the trouble.
 *
 * Cost: none while all is well.
 */
import type { Call } from '../commands/call.js';
import { type Admission, Gate, type Guard, GuardOrder } from '../commands/guard.js';
import type { Command } from '../commands/registry.js';
import type { PersistenceHost } from './host.js';

/** What clients are told while snapshots fail. */
export const SNAPSHOTS_FAIL =
  "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may " +
  'modify the data set are disabled, because this instance is configured to report errors during writes if RDB ' +
  'snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.';

export class DiskGuard implements Guard {
  readonly bits = Gate.disk;
  readonly order = GuardOrder.disk;
  // EXEC is refused as a whole.
  readonly nested = false;
  private refusal = { error: '' };
  /** By command number: whether it writes. */
  private readonly writes: Uint8Array;

  constructor(private readonly host: Pick<PersistenceHost, 'registry' | 'dispatcher'>) {
    this.writes = Uint8Array.from(host.registry.commands, ({ flags }) => (flags.includes('write') ? 1 : 0));
  }

  /** Refuses writes with this error from now on; '': no more. */
  refuse(error: string): void {
    const { dispatcher } = this.host;
    this.refusal = { error };
    if (error === '') dispatcher.gates &= ~Gate.disk;
    else dispatcher.gates |= Gate.disk;
  }

  admit({ client }: Call, { id, declaredName }: Command): Admission {
    const { writes } = this;
    if (writes[id] === 1 || declaredName === 'ping') return this.refusal;
    const isRefused =
      declaredName === 'exec' && client.transaction?.queue.has((queued) => writes[queued] === 1) === true;
    return isRefused ? this.refusal : 'admitted';
  }
}
