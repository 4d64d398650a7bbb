// Notifications: events of keys, published to channels (notify-keyspace-events).
//
//   __keyspace@<database>__:<key>     the event       with K
//   __keyevent@<database>__:<event>   the key         with E
//
// While nobody is subscribed to anything, or nothing is to be published, nobody listens to events at all.
import { type Changes, EventClass, type EventListener } from '../commands/changes.js';
import type { PubSub } from './pubsub.js';

/** The letters of the directive. */
const LETTERS: Readonly<Record<string, number>> = {
  g: EventClass.generic,
  $: EventClass.string,
  l: EventClass.list,
  s: EventClass.set,
  h: EventClass.hash,
  z: EventClass.sortedSet,
  x: EventClass.expired,
  e: EventClass.evicted,
  t: EventClass.stream,
  m: EventClass.missed,
  d: EventClass.module,
  n: EventClass.created,
};
const ALL_LETTERS = 'g$lshzxetd';

export class Notifications implements EventListener {
  private classes = 0;
  private toKeys = false;
  private toEvents = false;

  constructor(
    private readonly changes: Changes,
    private readonly pubsub: () => PubSub,
  ) {}

  /** What is published from now on: letters of the directive. */
  configure(letters: string): void {
    this.classes = 0;
    for (const letter of letters.replace('A', ALL_LETTERS)) this.classes |= LETTERS[letter] ?? 0;
    this.toKeys = letters.includes('K');
    this.toEvents = letters.includes('E');
    this.follow();
  }

  /** To be called when somebody has subscribed, or nobody is subscribed any more. */
  follow(): void {
    const isWanted = this.classes !== 0 && (this.toKeys || this.toEvents) && this.pubsub().clients > 0;
    this.changes.listen(isWanted ? this : null);
  }

  listens(eventClass: number): boolean {
    return (this.classes & eventClass) !== 0;
  }

  event(_eventClass: number, event: string, database: number, key: string): void {
    const pubsub = this.pubsub();
    if (this.toKeys) pubsub.sendText(`__keyspace@${String(database)}__:${key}`, event);
    if (this.toEvents) pubsub.sendText(`__keyevent@${String(database)}__:${event}`, key);
  }
}
