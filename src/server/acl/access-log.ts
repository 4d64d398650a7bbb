// AccessLog: what was denied, and who failed to authenticate, for ACL LOG. The latest stands first.
//
// Cost: O(SCANNED) to add; entries are at most `acllog-max-len`, which counts from the next new entry on.
import type { AccessLogEntry } from '../../commands/access.js';

/** Events alike that follow each other within this time are one entry. */
const SAME_WITHIN_MS = 60_000;
/** So many of the latest entries are compared with a new event. */
const SCANNED = 10;

export type AccessEvent = Pick<AccessLogEntry, 'reason' | 'context' | 'object' | 'user' | 'clientInfo'>;

export class AccessLog {
  private list: AccessLogEntry[] = [];
  private nextId = 0;

  /** `lengthMax`: how many entries are kept, asked for with each. */
  constructor(private readonly lengthMax: () => number) {}

  get entries(): readonly AccessLogEntry[] {
    return this.list;
  }

  add(event: AccessEvent, nowMs: number): void {
    const same = this.list.slice(0, SCANNED).find((entry) => isSame(entry, event, nowMs));
    if (same) {
      same.count++;
      same.updatedMs = nowMs;
      same.clientInfo = event.clientInfo;
      this.list.splice(this.list.indexOf(same), 1);
      this.list.unshift(same);
    } else {
      this.list.unshift({ ...event, id: this.nextId++, count: 1, createdMs: nowMs, updatedMs: nowMs });
      this.list.length = Math.min(this.list.length, this.lengthMax());
    }
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
