/** What the directives of memory and of the data's forms are for. */

export const memory = {
  maxmemory: 'How much memory the data may take; 0 is no limit.',
  'maxmemory-policy':
    'Which keys make room when maxmemory is reached: any (allkeys) or those that expire (volatile); the least recently ' +
    'used (lru), the least often used (lfu), any (random), the next to expire (ttl), or none: writes then fail.',
  'maxmemory-samples': 'How many keys are compared to find one to evict: more choose better and take longer.',
  'maxmemory-eviction-tenacity':
    'How much time eviction may take from other work, from 0 (least) to 100 (no limit).',
  'replica-ignore-maxmemory': 'A replica evicts nothing by itself; its primary tells it what to delete.',
  'active-expire-effort': 'How much time looking for expired keys may take, from 1 to 10.',
  'lfu-log-factor':
    'How many uses it takes to raise the counter of a key: more tell apart the most used keys.',
  'lfu-decay-time':
    'Minutes after which the counter of a key that is not used goes down by one; 0 never lowers it.',
};

export const freeing = {
  'lazyfree-lazy-eviction': 'Free evicted values in the background. Large values always are, in Redwing.',
  'lazyfree-lazy-expire': 'Free expired values in the background. Large values always are.',
  'lazyfree-lazy-server-del': 'Free overwritten values in the background. Large values always are.',
  'lazyfree-lazy-user-del': 'Let DEL do what UNLINK does. It always does for large values.',
  'lazyfree-lazy-user-flush':
    'Let FLUSHALL and FLUSHDB free in the background unless told otherwise. They always do.',
  'replica-lazy-flush': "Free a replica's old data in the background when it is replaced by its primary's.",
};

export const encodings = {
  'hash-max-listpack-entries': 'Up to this many fields a hash is one packed block.',
  'hash-max-listpack-value': 'The longest field or value in such a block.',
  'list-max-listpack-size':
    'How much one block of a list holds: that many elements, or, if negative, -1 to -5 for 4 to 64 KB.',
  'list-compress-depth': 'How many blocks at each end of a list are left uncompressed; 0 compresses none.',
  'set-max-intset-entries': 'Up to this many integers a set is an array of integers.',
  'set-max-listpack-entries': 'Up to this many members a set is one packed block.',
  'set-max-listpack-value': 'The longest member in such a block.',
  'zset-max-listpack-entries': 'Up to this many members a sorted set is one packed block.',
  'zset-max-listpack-value': 'The longest member in such a block.',
  'hll-sparse-max-bytes': 'Up to this size a HyperLogLog stays in its sparse form.',
  'stream-node-max-bytes': 'How many bytes one block of a stream holds; at most 16 KB.',
  'stream-node-max-entries': 'How many entries one block of a stream holds; 0 is no limit.',
};

export const upkeep = {
  activerehashing: 'Spend a little time on growing and shrinking tables while nothing else happens.',
  activedefrag: 'Move data together to give memory back.',
  'active-defrag-ignore-bytes': 'Do so from this much waste on.',
  'active-defrag-threshold-lower': 'Do so from this percentage of waste on.',
  'active-defrag-threshold-upper': 'At this percentage of waste, with all effort.',
  'active-defrag-cycle-min': 'The least effort, in percent of processor time.',
  'active-defrag-cycle-max': 'The greatest effort, in percent of processor time.',
  'active-defrag-max-scan-fields': 'The largest collection that is moved in one step.',
  'jemalloc-bg-thread': "Let the allocator's own thread give memory back; Redwing has another allocator.",
};
