// Memory by category, for INFO and MEMORY: what the store, the clients and the process take.
//
//   resident set of the process
//   ├── used         the store's allocator (keys, values, tables, indexes, what views keep) and buffers of clients
//   ├── arenas       memory that commands and replies pass through; there from the start, and of one size
//   └── the rest     JavaScript's heap, the program
//
// What clients take is told as a whole: their buffers, which are part of `used`, and what JavaScript's heap holds for them.
//
// A memory limit is about `used` alone, less what is on its way out (see notCounted): arenas and program are what the
// process takes without any data.
import type { Client } from '../commands/client.js';
import { stateBytes } from '../commands/client-memory.js';
import type { MemoryFigures } from '../commands/context.js';
import type { Config } from '../config/index.js';
import {
  ArgsMax,
  BatchRowsMax,
  CommandsMax,
  CommandWords,
  InputBytes,
  ReplyBytes,
  RowWords,
  SpareArgs,
  SpareBytes,
  TargetsMax,
} from '../store/layout.js';
import type { NativeStore, StoreStatistics } from '../store/native.js';
import { Gauges } from './gauges.js';

export type { MemoryFigures } from '../commands/context.js';

/** Where the figures come from. */
export interface MemorySources {
  readonly config: Config;
  readonly store: Pick<NativeStore, 'statistics' | 'databaseSize'>;
  readonly gauges?: Gauges;
  clients(): Iterable<Client>;
}

const INT32_BYTES = 4;
const ARENA_BYTES =
  InputBytes +
  SpareBytes +
  ReplyBytes +
  INT32_BYTES *
    (2 * (ArgsMax + SpareArgs) + CommandsMax * CommandWords + BatchRowsMax * RowWords + TargetsMax);
/** The gauges of a server that has not been sampled yet. */
const UNSAMPLED = new Gauges();

/** Bytes in use by data and clients. */
export function usedBytes({ usedBytes: stored, outputBytes = 0, inputBytes = 0 }: StoreStatistics): number {
  return stored + outputBytes + inputBytes;
}

/** The figures now. O(databases + connections). */
export function memoryFigures(sources: MemorySources): MemoryFigures {
  const { config, store, gauges = UNSAMPLED } = sources;
  const figures = store.statistics();
  const { rss, heapUsed } = process.memoryUsage();
  const used = usedBytes(figures);
  const startup = gauges.startupBytes > 0 ? Math.min(gauges.startupBytes, used) : 0;
  const buffers = (figures.outputBytes ?? 0) + (figures.inputBytes ?? 0);
  let states = 0;
  for (const client of sources.clients()) states += stateBytes(client);
  const structure = Math.max(startup, figures.tableBytes + figures.indexBytes);
  const overhead = Math.min(used, structure + buffers + figures.retiredBytes + figures.pendingBytes);
  let keys = 0;
  for (let i = 0; i < config.databases; i++) keys += store.databaseSize(i);
  return {
    used,
    peak: Math.max(gauges.peakBytes, used),
    startup,
    overhead,
    dataset: used - overhead,
    rss,
    stored: figures.usedBytes,
    resident: figures.residentBytes,
    tables: figures.tableBytes,
    indexes: figures.indexBytes,
    views: figures.retiredBytes,
    pending: figures.pendingBytes,
    pendingObjects: figures.pendingObjects,
    freedObjects: figures.reclaimedObjects,
    clients: buffers + states,
    notCounted: Math.max(0, used - figures.countedBytes),
    arenas: ARENA_BYTES,
    javascript: heapUsed,
    keys,
    connections: figures.connections ?? 0,
    openViews: figures.openViews,
  };
}
