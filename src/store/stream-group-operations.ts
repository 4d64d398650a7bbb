/** Operations on groups of consumers of streams. What is missing: StatusNoKey, StatusNoGroup, StatusWrongType. */
export interface StreamGroupOperations {
  /** 0 if there is such a group, or what is missing. */
  findGroup(key: number, group: number, reading: number): number;
  /**
   * Makes a group that begins behind register 0, or the stream's last entry, and has read what the integer register
   * says, by Group...; an absent key becomes a stream. 1, 0: there is one of this name, StatusWrongType.
   */
  createGroup(key: number, group: number, flags: number): number;
  /** The same for a group that exists; 0, or what is missing. */
  moveGroup(key: number, group: number, flags: number): number;
  /** 1, 0: there was none; StatusNoKey, StatusWrongType. */
  destroyGroup(key: number, group: number): number;
  /** 1, 0: there is one of this name, or what is missing. */
  createConsumer(key: number, group: number, consumer: number): number;
  /** 1, 0: there is none of this name, or what is missing. */
  hasConsumer(key: number, group: number, consumer: number): number;
  /** Writes how many entries it had pending; 0, or what is missing. */
  deleteConsumer(key: number, group: number, consumer: number): number;
  /** Where the reading of stream `i` begins: an id, or what is new; StatusInvalid: no id; or what is missing. */
  readGroupFrom(key: number, group: number, argument: number, i: number, isNew: number): number;
  /** Delivers and writes at most numbers[A] entries (0: all) of each stream; StatusNoKey: nothing. */
  readGroups(first: number, count: number, group: number, consumer: number, noAck: number): number;
  /** Ends the pending of `count` ids and writes how many were; StatusWrongType, StatusInvalid: one is no id. */
  acknowledge(key: number, group: number, first: number, count: number): number;
  /**
   * Gives `count` pending entries, if idle for numbers[A] ms, to a consumer and writes them, by Claim... with time
   * numbers[B] and deliveries numbers[C]; the group's last id becomes at least register 0. 0, or what is missing.
   */
  claimEntries(
    key: number,
    group: number,
    consumer: number,
    first: number,
    count: number,
    flags: number,
  ): number;
  /** Claims up to `count` entries from register 0 on, idle for numbers[A] ms, and writes them; or what is missing. */
  claimIdle(key: number, group: number, consumer: number, count: number, onlyIds: number): number;
  /** Writes how much is pending, and for whom; or what is missing. Ends with finishRead, as all that follow. */
  pendingSummary(key: number, group: number): number;
  /** Writes at most numbers[A] pending entries between registers 0 and 1, idle for numbers[B] ms; consumer -1: all. */
  pendingRange(key: number, group: number, consumer: number): number;
  /** Writes facts on a stream. */
  describeStream(key: number): number;
  /** Writes all of a stream, at most numbers[A] entries of each list (0: all). */
  describeStreamInFull(key: number): number;
  describeGroups(key: number): number;
  describeConsumers(key: number, group: number): number;
}
