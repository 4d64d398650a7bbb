/** Operations on keys of any type, times to live, databases. */
export interface KeyOperations {
  /** 1 if a key is in a database now; neither a hit nor an access. */
  isThere(database: number, key: number): number;
  /** 1: keys that come to be are kept, for takeCreation. */
  keepCreations(on: number): number;
  /** 1 if the key has come to be; asked once for each. */
  takeCreation(database: number, key: number): number;
  /** Those that were not asked for are kept no longer. */
  forgetCreations(unused: number): number;
  /** 1: keys that readings do not find are kept, for takeMissedKeys. */
  keepMissedKeys(on: number): number;
  /** The keys, texts of bytes (latin1), that readings have not found since the last time. */
  takeMissedKeys(): string[];
  /** How many of the keys exist, counting repetitions; leaves access times alone. */
  countExisting(first: number, count: number): number;
  /** The same, and they count as accessed now. */
  touchKeys(first: number, count: number): number;
  /** 0: what follows is no access to the keys that it names, touchKeys aside; 1, as in the beginning: it is. */
  setTouching(on: number): number;
  eraseKeys(first: number, count: number): number;
  /**
   * Type..., or StatusNoKey; counts as reading the key, so that a scan of it that follows does not; an access only
   * with 1 for `touch`.
   */
  typeOf(key: number, touch: number): number;
  encodingOf(key: number): number;
  idleSeconds(key: number): number;
  accessFrequency(key: number): number;
  /** What a key takes with its value, in numbers[A]; 0 or StatusNoKey. */
  entryBytes(key: number): number;
  /** 1 for an int-encoded 0..9999, 0 otherwise, StatusNoKey. */
  smallInteger(key: number): number;
  /** 1 set, 2 the time has passed and the key is gone, 0 no key or a condition failed. */
  expireKey(key: number, flags: number): number;
  writeExpiry(key: number, unitMs: number, absolute: number): number;
  persistKey(key: number): number;
  /** Puts the expiry register on an existing key. */
  setExpiry(key: number): number;
  /** 1 renamed, 0 the target exists, StatusNoKey. */
  renameKey(from: number, to: number, onlyIfAbsent: number): number;
  copyKey(from: number, to: number, database: number, replace: number): number;
  moveKey(key: number, database: number): number;
  swapDatabases(a: number, b: number): number;
  /** -1: all of them. In numbers[A]: how many keys there were. */
  flushDatabase(database: number): number;
  /** Keys, and the same, exact, in numbers[A]. */
  keyCount(database: number): number;
  /** Keys; numbers[A] the same, numbers[B] those that expire, numbers[C] their mean time to live in
   * ms, numbers[D] those with fields that expire. */
  databaseSize(database: number): number;
  randomKey(unused: number): number;
  /** From cursor numbers[A]; pattern and type -1: any. */
  scanKeys(count: number, pattern: number, type: number): number;
  listKeys(pattern: number): number;
  /** The same on a worker over a view; the number of the long read. */
  beginListKeys(pattern: number): number;
}
