// The typed face of the addon: the only module that loads it. Everything else imports types and `openStore` from here.
//
// Operations take small integers and return one. An argument of a command is named by its index in the argument table;
// replies are written at the arena's cursor; what does not fit an integer travels in the `numbers` registers (see
// layout.ts). Negative results are `Status...` constants. Each family has its operations in a file of its own.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import type { BitmapOperations } from './bitmap-operations.js';
import type { DigestOperations } from './digest-operations.js';
import type { EffectOperations } from './effect-operations.js';
import type { FrameOperations } from './frame-operations.js';
import type { GeoOperations } from './geo-operations.js';
import type { HashOperations } from './hash-operations.js';
import type { HyperloglogOperations } from './hyperloglog-operations.js';
import type { KeyOperations } from './key-operations.js';
import type { LcsOperations } from './lcs-operations.js';
import type { ListOperations } from './list-operations.js';
import type { LogOperations } from './log-operations.js';
import type { MemoryOperations } from './memory-operations.js';
import type { PushOperations } from './push-operations.js';
import type { RelayOperations } from './relay-operations.js';
import type { SerializationOperations } from './serialization-operations.js';
import type { ServerOperations } from './server-operations.js';
import type { SetOperations } from './set-operations.js';
import type { SnapshotCheck } from './snapshot-check.js';
import type { SnapshotOperations } from './snapshot-operations.js';
import type { SortOperations } from './sort-operations.js';
import type { SortedSetOperations } from './sorted-set-operations.js';
import type { StreamGroupOperations } from './stream-group-operations.js';
import type { StreamOperations } from './stream-operations.js';
import type { StringOperations } from './string-operations.js';

export type { ConnectionFacts, StoreStatistics } from './server-operations.js';

/** Shared memory; the layout is in layout.ts. */
interface Buffers {
  input: ArrayBuffer;
  reply: ArrayBuffer;
  control: ArrayBuffer;
  args: ArrayBuffer;
  commands: ArrayBuffer;
  batch: ArrayBuffer;
  targets: ArrayBuffer;
  effects: ArrayBuffer;
  recipes: ArrayBuffer;
  numbers: ArrayBuffer;
}

/** An open engine: its shared memory and its operations. */
export interface NativeStore
  extends
    Buffers,
    FrameOperations,
    StringOperations,
    KeyOperations,
    BitmapOperations,
    HyperloglogOperations,
    LcsOperations,
    HashOperations,
    SetOperations,
    ListOperations,
    SortedSetOperations,
    StreamOperations,
    StreamGroupOperations,
    GeoOperations,
    LogOperations,
    MemoryOperations,
    DigestOperations,
    EffectOperations,
    PushOperations,
    SortOperations,
    RelayOperations,
    SnapshotOperations,
    SerializationOperations,
    ServerOperations {}

interface Addon {
  open(databases: number, seed: Uint8Array): NativeStore;
  sendDatagram(path: string, bytes: Uint8Array): string | null;
  openSnapshotCheck(path: Uint8Array, hasTail: boolean, nowMs: number): SnapshotCheck;
  lowerOtherThreads(): void;
}

const SEED_BYTES = 32;

/**
 * Opens a store with `databases` databases and a random hash seed.
 * It lives until its environment (process or worker) ends.
 */
export function openStore(databases: number): NativeStore {
  return loadAddon().open(databases, randomBytes(SEED_BYTES));
}

/**
 * Sends one datagram to a Unix socket (`@` before a name of Linux's abstract namespace), without waiting. Null, or the
 * name of the system's error: ENOSYS where there are no such sockets.
 */
export function sendDatagram(path: string, bytes: Uint8Array): string | null {
  return loadAddon().sendDatagram(path, bytes);
}

/**
 * Begins the check of an RDB file. `hasTail`: something may follow behind its end. Keys whose time has come by `nowMs`
 * (Unix time, ms) are counted. A file that cannot be read makes the first step fail.
 */
export function openSnapshotCheck(path: Uint8Array, hasTail: boolean, nowMs: number): SnapshotCheck {
  return loadAddon().openSnapshotCheck(path, hasTail, nowMs);
}

/**
 * Has all other threads of the process (those in which V8 compiles and collects garbage) give way to the calling one
 * where cores are scarce: for a process that is nothing but a server. On Linux only. O(threads)
 */
export function lowerOtherThreads(): void {
  loadAddon().lowerOtherThreads();
}

function loadAddon(): Addon {
  const load = createRequire(import.meta.url);
  return load('../../build/Release/redwing.node') as Addon;
}
