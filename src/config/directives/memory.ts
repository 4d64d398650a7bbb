/** Directives of memory: its limit and eviction, freeing, expiry, encodings of small collections, defragmentation. */
import { withoutEffect } from '../directive.js';
import { boolean, choice, integer, memory, INT64_MAX, INT_MAX, UINT64_MAX } from '../kinds.js';

const INT_MIN = -2147483648;
const POLICIES = [
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'volatile-ttl',
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'noeviction',
] as const;

const effective = {
  maxmemory: memory(0, UINT64_MAX, '0'),
  'maxmemory-policy': choice(POLICIES, 'noeviction'),
  'maxmemory-samples': integer(1, INT_MAX, 5),
  'maxmemory-eviction-tenacity': integer(0, 100, 10),
  'active-expire-effort': integer(1, 10, 1),
  'lfu-log-factor': integer(0, INT_MAX, 10),
  'lfu-decay-time': integer(0, INT_MAX, 1),
  // Nothing large is ever freed on the event loop, so these describe what happens whatever they say.
  'lazyfree-lazy-eviction': boolean(false),
  'lazyfree-lazy-expire': boolean(false),
  'lazyfree-lazy-server-del': boolean(false),
  'lazyfree-lazy-user-del': boolean(false),
  'lazyfree-lazy-user-flush': boolean(false),
  'hll-sparse-max-bytes': memory(0, INT64_MAX, '3000'),
};

const encodings = {
  'hash-max-listpack-entries': integer(0, INT64_MAX, 512, { alias: 'hash-max-ziplist-entries' }),
  'hash-max-listpack-value': memory(0, INT64_MAX, '64', { alias: 'hash-max-ziplist-value' }),
  'list-max-listpack-size': integer(INT_MIN, INT_MAX, -2, { alias: 'list-max-ziplist-size' }),
  'set-max-intset-entries': integer(0, INT64_MAX, 512),
  'set-max-listpack-entries': integer(0, INT64_MAX, 128),
  'set-max-listpack-value': integer(0, INT64_MAX, 64),
  'zset-max-listpack-entries': integer(0, INT64_MAX, 128, { alias: 'zset-max-ziplist-entries' }),
  'zset-max-listpack-value': memory(0, INT64_MAX, '64', { alias: 'zset-max-ziplist-value' }),
  'stream-node-max-bytes': memory(0, INT64_MAX, '4096'),
  'stream-node-max-entries': integer(0, INT64_MAX, 100),
};

const kept = withoutEffect({
  'replica-ignore-maxmemory': boolean(true, { alias: 'slave-ignore-maxmemory' }),
  'replica-lazy-flush': boolean(false, { alias: 'slave-lazy-flush' }),
  'list-compress-depth': integer(0, INT_MAX, 0),
  activerehashing: boolean(true),
  activedefrag: boolean(false),
  'active-defrag-ignore-bytes': memory(1, INT64_MAX, '100mb'),
  'active-defrag-threshold-lower': integer(0, 1000, 10),
  'active-defrag-threshold-upper': integer(0, 1000, 100),
  'active-defrag-cycle-min': integer(1, 99, 1),
  'active-defrag-cycle-max': integer(1, 99, 25),
  'active-defrag-max-scan-fields': integer(1, INT64_MAX, 1000),
  'jemalloc-bg-thread': boolean(true),
});

/** The group's declarations. */
export const memoryGroup = { ...effective, ...encodings, ...kept };
