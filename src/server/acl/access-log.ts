// AccessLog: what was denied, and who failed to authenticate, for ACL LOG. The latest stands first.
//
// Cost: O(SCANNED) to add; entries are at most `acllog-max-len`, which counts from the next new entry on.
import type { AccessLogEntry } from '../../commands/access.js';
import type { Client } from '../../commands/client.js';

/** Events alike that follow each other within this time are one entry. */
const SAME_WITHIN_MS = 60_000;
/** So many of the latest entries are compared with a new event. */
const SCANNED = 10;

export type AccessEvent = Pick<AccessLogEntry, 'reason' | 'context' | 'object' | 'user'>;

export class AccessLog {
  private list: AccessLogEntry[] = [];
  private nextId = 0;

  /** `lengthMax`: how many entries are kept, asked for with each; `describe` tells of a client. */
  constructor(
    private readonly lengthMax: () => number,
    private readonly describe: (client: Client) => string,
  ) {}

  get entries(): readonly AccessLogEntry[] {
    return this.list;
  }

  /**
   * `client` caused it. It is described once a millisecond for events alike, since that costs more than all the rest of
   * a wrong password, and floods of those must not stop the others.
   */
  add(event: AccessEvent, client: Client, nowMs: number): void {
    const at = this.indexOf(event, nowMs);
    const same = this.list[at];
    if (same !== undefined) {
      same.count++;
      if (same.updatedMs !== nowMs) same.clientInfo = this.describe(client);
      same.updatedMs = nowMs;
      if (at === 0) return;
      this.list.splice(at, 1);
      this.list.unshift(same);
    } else {
      const times = { createdMs: nowMs, updatedMs: nowMs };
      this.list.unshift({
        ...event,
        ...times,
        clientInfo: this.describe(client),
        id: this.nextId++,
        count: 1,
      });
      this.list.length = Math.min(this.list.length, this.lengthMax());
    }
  }

  // Of an entry alike among the latest, or -1.
  private indexOf(event: AccessEvent, nowMs: number): number {
    const end = Math.min(this.list.length, SCANNED);
    for (let i = 0; i < end; i++) if (isSame(this.list[i], event, nowMs)) return i;
    return -1;
  }

  clear(): void {
    this.list = [];
  }
}

function isSame(entry: AccessLogEntry, event: AccessEvent, nowMs: number): boolean {
  return (
    entry.reason === event.reason &&
    entry.context === event.context &&
    entry.object === event.object &&
    entry.user === event.user &&
    nowMs - entry.updatedMs <= SAME_WITHIN_MS
  );
}
