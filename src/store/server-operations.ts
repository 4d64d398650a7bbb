// The store's transport and housekeeping.

/** What CLIENT LIST tells of a connection. */
export interface ConnectionFacts {
  peer: string;
  local: string;
  fd: number;
  isUnix: boolean;
  isLoopback: boolean;
  inputBytes: number;
  inputCapacity: number;
  outputBytes: number;
  outputChunks: number;
}

/** Figures of the store and the transport; bytes and counts. The transport's are absent before it is started. */
export interface StoreStatistics {
  usedBytes: number;
  residentBytes: number;
  tableBytes: number;
  indexBytes: number;
  /** Kept for open views only. */
  retiredBytes: number;
  /** Handed to the background thread, and not freed yet; and how many keys and values that is, and were freed. */
  pendingBytes: number;
  pendingObjects: number;
  reclaimedObjects: number;
  /** What a memory limit is about: bytes in use without those on their way out, and output that waits. */
  countedBytes: number;
  evictedKeys: number;
  /** How long memory has been above its limit without a break, and in all, microseconds. */
  exceededUs: number;
  totalExceededUs: number;
  expiredKeys: number;
  /** Fields of hashes. */
  expiredFields: number;
  openViews: number;
  /** Keys that reading commands found and did not find. */
  hits: number;
  misses: number;
  connections?: number;
  outputBytes?: number;
  /** Buffers of commands that are incomplete, or wait. */
  inputBytes?: number;
  bytesRead?: number;
  bytesWritten?: number;
  /** How often something was read from a connection, and written to one. */
  reads?: number;
  writes?: number;
  /** Turns of the loop, and connections that were ended because of their output limit. */
  turns?: number;
  endedByLimit?: number;
}

/** The transport and the store's housekeeping. */
export interface ServerOperations {
  /** Starts the batch: `onBatch(rows)`, `onConnect(id)`, `onLongRead(job)`. Once per store. */
  startTransport(
    onBatch: (rows: number) => void,
    onConnect: (id: number) => void,
    onLongRead: (job: number) => void,
  ): void;
  /** Null, or the name of the system's error. */
  listenTcp(address: string, port: number, backlog: number, ipv6Only: boolean): string | null;
  listenUnix(path: string, backlog: number): string | null;
  /** How many listeners were ever begun, those that failed included. */
  listenerCount(): number;
  /** Ends the TCP listeners that were begun from number `from` up to, not including, `to`; their ports are free then. */
  closeTcpListeners(from: number, to: number): void;
  /** Seconds of TCP keep-alive for connections to come; 0: off. */
  setKeepalive(seconds: number): void;
  setOutputLimit(limitClass: number, hardBytes: number, softBytes: number, softSeconds: number): void;
  /** Most bytes that are kept for a connection that waits; with more it is ended. At least 1 MB. */
  setInputLimit(bytes: number): void;
  stopTransport(done: () => void): void;
  send(id: number, bytes: Uint8Array): void;
  closeConnection(id: number, afterOutput: boolean): void;
  resume(id: number): number;
  /** Sends a finished long read's reply to a connection; -1 drops it. 0, or the Status... of one without a reply. */
  deliverLongRead(job: number, id: number): number;
  /** The bytes of a connection's big frame, valid until the batch ends. */
  bigFrame(id: number): ArrayBuffer | null;
  connectionFacts(id: number): ConnectionFacts;
  statistics(): StoreStatistics;
  /**
   * Makes `count` keys that are not there yet, the prefix with `:0`, `:1` and so on behind it, whose values are `value:0`
   * and so on, cut or filled with zeros to `size` bytes if that is not 0.
   */
  fillKeys(database: number, prefix: Uint8Array, count: number, size: number): void;
  /** How many files and connections the process may have open at a time. */
  descriptorsMax(): number;
  /**
   * Has the system's table of descriptors grow for `count` (at most 131,072) at once: later, each of its doublings would
   * stop whoever accepts a connection for some milliseconds. Best effort.
   */
  reserveDescriptors(count: number): void;
  setAccessPolicy(lfu: boolean, logFactor: number, decayMinutes: number): void;
  /**
   * 1: keys and fields whose time has come are absent but stay where they are; 2: they are there as if it had not come;
   * until it is 0 again. O(1)
   */
  hideExpired(hides: number): number;
  /**
   * Bytes that buffers take, of input in numbers[A] and of output in numbers[B]: those of a connection (nothing if it is
   * gone), of all connections, and the most that those of a single one took since the last call. O(1), but the last one:
   * O(connections).
   */
  connectionBuffers(id: number): number;
  allBuffers(unused: number): number;
  takeBufferPeaks(unused: number): number;
  /** Microseconds that the loop's thread has worked, in the program in numbers[A], in the system in numbers[B]. */
  threadTime(unused: number): number;
  expireCycle(budgetUs: number): number;
  storeCron(unused: number): number;
}
