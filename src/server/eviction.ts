// Eviction: keeps the memory in use within `maxmemory`, by what the store evicts, and refuses commands that need memory
// when nothing more can be evicted.
//
//   chunk of commands ──► prefetch: the store evicts, and says how memory stands ──► checked()
//   frame of its own  ──► check() ────────────────────────────────────────────────┘      │
//                                                                                        ▼
//        within: nothing      evicting: a step after each turn of the loop      exhausted, near: Gate.memory is set,
//                                                                               and this guard asked for each command
//
// A step is bounded by `maxmemory-eviction-tenacity`, so that lowering the limit by half stops nobody. While keys are
// being evicted, commands are executed: like Redis, memory may so be above the limit for a while.
//
// Cost: a comparison per chunk without a limit; a native call per command while the gate is set.
import type { Call } from '../commands/call.js';
import type { Command, Registry } from '../commands/registry.js';
import { type Admission, Gate, type Guard, GuardOrder } from '../commands/guard.js';
import type { Config, DirectiveName } from '../config/index.js';
import {
  EvictLfu,
  EvictLru,
  EvictNone,
  EvictRandom,
  EvictTtl,
  MemoryEvicting,
  MemoryExhausted,
  MemoryState,
  MemoryWithin,
  NowMs,
  NumberA,
  NumberB,
} from '../store/layout.js';
import type { NativeStore } from '../store/native.js';

const OOM = { error: "OOM command not allowed when used memory > 'maxmemory'." } as const;
/** Commands that a transaction may always hear, even when it can queue nothing more. */
const ALWAYS_HEARD: ReadonlySet<string> = new Set(['exec', 'discard', 'quit', 'reset']);
const POLICIES = {
  noeviction: [EvictNone, false],
  'allkeys-lru': [EvictLru, false],
  'allkeys-lfu': [EvictLfu, false],
  'allkeys-random': [EvictRandom, false],
  'volatile-lru': [EvictLru, true],
  'volatile-lfu': [EvictLfu, true],
  'volatile-random': [EvictRandom, true],
  'volatile-ttl': [EvictTtl, true],
} as const;
const SETTINGS: readonly DirectiveName[] = [
  'maxmemory',
  'maxmemory-policy',
  'maxmemory-samples',
  'maxmemory-eviction-tenacity',
];

const LINEAR_TENACITY_MAX = 10;
const US_PER_TENACITY = 50;
const TENACITY_GROWTH = 1.15;
const UNBOUNDED_TENACITY = 100;

/** Time of a step of eviction, microseconds: 50 for each unit up to 10, 15 % more for each beyond, no end at 100. */
export function stepMicroseconds(tenacity: number): number {
  if (tenacity >= UNBOUNDED_TENACITY) return Infinity;
  if (tenacity <= LINEAR_TENACITY_MAX) return US_PER_TENACITY * tenacity;
  const most = US_PER_TENACITY * LINEAR_TENACITY_MAX;
  return Math.floor(most * TENACITY_GROWTH ** (tenacity - LINEAR_TENACITY_MAX));
}

/** What eviction needs of the dispatcher. */
export interface Gatekeeper {
  gates: number;
  /** Told of steps that took long. */
  readonly times: { event(kind: string, ms: number): void };
  defer(job: () => void): void;
}

export class Eviction implements Guard {
  readonly bits = Gate.memory;
  readonly order = GuardOrder.memory;
  // EXEC is refused as a whole.
  readonly nested = false;
  private readonly control: Int32Array;
  private readonly numbers: Float64Array;
  /** By command number: whether it needs memory. */
  private readonly needsMemory: Uint8Array;
  private isLimited = false;
  private rests = false;
  private isScheduled = false;

  constructor(
    private readonly store: NativeStore,
    private readonly config: Config,
    registry: Registry,
    private readonly dispatcher: Gatekeeper,
    private readonly log: { warning(message: string): void },
    /** Told when keys may have been evicted, between commands and within one. */
    private readonly removals: { report(): void; reportWithin(): void },
  ) {
    this.control = new Int32Array(store.control);
    this.numbers = new Float64Array(store.numbers);
    this.needsMemory = Uint8Array.from(registry.commands, ({ flags }) => (flags.includes('denyoom') ? 1 : 0));
  }

  /** Applies the settings, now and when they change. */
  follow(): void {
    this.apply();
    for (const name of SETTINGS) {
      this.config.onChange(name, () => {
        this.apply();
        // Not at once: what CONFIG SET sets is taken back if a later part of it fails.
        this.dispatcher.defer(this.changed);
        return undefined;
      });
    }
  }

  private apply(): void {
    const { config, numbers } = this;
    const [policy, onlyExpiring] = POLICIES[config.maxmemoryPolicy];
    // While it rests nothing is evicted, nor refused for want of memory: what needs any waits by itself.
    const limit = this.rests ? 0 : config.maxmemory;
    this.isLimited = limit > 0;
    numbers[NumberA] = limit;
    numbers[NumberB] = stepMicroseconds(config.maxmemoryEvictionTenacity);
    this.store.limitMemory(policy, onlyExpiring ? 1 : 0, config.maxmemorySamples);
  }

  /** Whether the limit rests for now. What it asks for behind that is done by the next check. */
  rest(rests: boolean): void {
    this.rests = rests;
    this.apply();
    if (!rests) return;
    this.store.relieveMemory(0);
    this.act();
  }

  private readonly changed = (): void => {
    const used = this.store.statistics().countedBytes;
    const limit = this.config.maxmemory;
    if (limit > 0 && limit < used) {
      this.log.warning(
        `maxmemory is now ${String(limit)} bytes, but ${String(used)} are in use: keys will be evicted, or commands ` +
          'that need memory refused, as maxmemory-policy says.',
      );
    }
    this.store.relieveMemory(0);
    this.removals.reportWithin();
    this.act();
  };

  /** Evicts if memory asks for it: before what is executed outside of a chunk, and from time to time. */
  check(): void {
    if (!this.isLimited) return;
    const start = performance.now();
    this.store.relieveMemory(0);
    this.dispatcher.times.event('eviction-cycle', performance.now() - start);
    this.checked();
  }

  /** The store has checked memory, between commands: acts on what it said. */
  checked(): void {
    this.removals.report();
    this.act();
  }

  private act(): void {
    const state = this.control[MemoryState];
    if (state === MemoryWithin || state === MemoryEvicting) this.dispatcher.gates &= ~Gate.memory;
    else this.dispatcher.gates |= Gate.memory;
    if (state !== MemoryEvicting || this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(this.step);
  }

  private readonly step = (): void => {
    this.isScheduled = false;
    this.numbers[NowMs] = Date.now();
    this.store.startTurn(0);
    this.check();
  };

  /** Refuses a command that needs memory while there is none; within a transaction, whatever would be queued. */
  admit(c: Call, command: Command): Admission {
    const isShort = this.store.relieveMemory(0) === MemoryExhausted;
    this.removals.reportWithin();
    return isShort && this.isDenied(c, command) ? OOM : 'admitted';
  }

  private isDenied({ client }: Call, command: Command): boolean {
    if (this.needsMemory[command.id] === 1) return true;
    const { transaction } = client;
    if ((client.gate & Gate.transaction) === 0 || transaction === null) return false;
    if (command.declaredName === 'exec') return transaction.queue.has((id) => this.needsMemory[id] === 1);
    return !ALWAYS_HEARD.has(command.declaredName);
  }
}
