// Lines: who waits for which key, the longest first.
//
//   Lines ──by database, by key──► Line ──first..last──► Place ──► Wait (a client and its command)
//                                                          ▲           │
//                                                          └──places───┘
//
// A line is a list of places, a wait has one place in the line of each of its keys. All three are kept when they are not
// used, so that a client that waits again for what it waited for makes nothing new.
//
// Invariants
//   1. A place is in a line as long as `line` is not null; each wait is in a line once.
//   2. A line that nobody stands in is in the table as a spare one, or ready, or nowhere.
//
// Cost: entering and leaving a line O(1).
import type { Client } from '../commands/client.js';
import { KeptCommand } from '../commands/kept-command.js';

/** Empty lines that are kept for their keys, and the longest of those. */
const SPARE_LINES = 1024;
const SPARE_KEY_MAX = 64;
/** Stands for a type where a key's type must be looked up. */
export const UNKNOWN_TYPE = -1;

/** Those who wait for a key. */
export class Line {
  first: Place | null = null;
  last: Place | null = null;
  /** Whether the key has changed since they were last served, and the type that it has got then, if that is known. */
  isReady = false;
  readyType = UNKNOWN_TYPE;

  constructor(
    readonly database: number,
    /** Bytes (latin1). */
    readonly key: string,
  ) {}
}

/** A client's place in a line. */
export class Place {
  line: Line | null = null;
  previous: Place | null = null;
  next: Place | null = null;

  constructor(readonly wait: Wait) {}
}

/** Who comes behind a place that was left since: `next` as it was then, or, if that is gone as well, the first. */
export function followerIn(line: Line, next: Place | null): Place | null {
  return next === null || next.line === line ? next : line.first;
}

/** What a client waits for. */
export class Wait {
  client: Client | null = null;
  /** The command, to be executed again. */
  readonly command = new KeptCommand();
  /** The first `placeCount` are in lines, in the order of the command's keys. */
  readonly places: Place[] = [];
  placeCount = 0;
  type = 0;
  whenGone = false;
  onTimeout: Uint8Array = new Uint8Array(0);
  /** Unix time, ms; Infinity: none. */
  deadlineMs = Infinity;
  timer: NodeJS.Timeout | undefined;
}

export class Lines {
  /** Lines in which somebody stands. */
  count = 0;
  private spareCount = 0;
  private readonly databases: (Map<string, Line> | undefined)[] = [];

  /** The line for a key, if there is one. */
  find(database: number, key: string): Line | undefined {
    return this.databases[database]?.get(key);
  }

  /** Puts a wait at the end of the line for a key. False: it stands there already. O(1) */
  enter(wait: Wait, database: number, key: string): boolean {
    const line = this.lineOf(database, key);
    // Nobody else comes while a wait enters its lines.
    if (line.last?.wait === wait) return false;
    if (line.first === null) this.count++;
    const place = (wait.places[wait.placeCount++] ??= new Place(wait));
    place.line = line;
    place.previous = line.last;
    if (line.last === null) line.first = place;
    else line.last.next = place;
    line.last = place;
    return true;
  }

  /** Takes the last of a wait's places out of its line, which is returned; null: it has none. O(1) */
  leave(wait: Wait): Line | null {
    if (wait.placeCount === 0) return null;
    const place = wait.places[--wait.placeCount];
    const { line, previous, next } = place;
    if (line === null) throw new Error('a place without a line');
    if (previous === null) line.first = next;
    else previous.next = next;
    if (next === null) line.last = previous;
    else next.previous = previous;
    place.line = place.previous = place.next = null;
    if (line.first === null) this.retire(line);
    return line;
  }

  private lineOf(database: number, key: string): Line {
    const lines = (this.databases[database] ??= new Map<string, Line>());
    let line = lines.get(key);
    if (line === undefined) lines.set(key, (line = new Line(database, key)));
    else if (line.first === null) this.spareCount--;
    return line;
  }

  private retire(line: Line): void {
    this.count--;
    if (this.spareCount < SPARE_LINES && line.key.length <= SPARE_KEY_MAX) this.spareCount++;
    else this.databases[line.database]?.delete(line.key);
  }
}
