// Evictor: chooses which keys leave when memory runs out, and makes them leave in bounded steps.
//
// Choosing is approximate, by the method Redis describes for its own eviction: a few keys are sampled from
// each database, the best candidates of all samples so far stand in a small pool ordered by how well they
// would leave, and the best of the pool goes. The pool remembers candidates by hash, not by address, so that
// keys may come, go and move between two calls. Before a candidate goes it is looked at again: one that was
// used since it was sampled is no candidate any more.
//
//   policy   what leaves first                                      among
//   LRU      the longest unused, in seconds                          all keys, or those with a time to live
//   LFU      the least frequently used, by the decayed counter       the same
//   TTL      the one that expires first                              those with a time to live
//   random   any                                                     all keys, or those with a time to live
//   none     nothing
//
// Steps. `relieve` evicts until the counted bytes are within the limit. It stops earlier, and is to be called
// again, when its time is over, but not before it has made up for what grew since the last call as long as
// that takes at most the longer time: so memory does not run away from it, and a limit lowered by half costs
// many short steps instead of one long one.
//
// Ownership: belongs to the owner thread of its keyspace, and must not outlive it.
//
// Invariants
//   1. The pool is ordered by score, the best candidate last, and holds a (database, hash) at most once.
//   2. Scores of the pool are of the policy in force: `configure` empties it.
//
// Cost: an eviction takes about half a microsecond with five samples: the samples' entries are the cache
// misses.
#pragma once

#include <cstddef>
#include <cstdint>

#include "keyspace/keyspace.h"

namespace redwing {

/// What leaves first.
enum class EvictionPolicy : uint8_t { kNone = 0, kLru = 1, kLfu = 2, kTtl = 3, kRandom = 4 };

struct EvictionSettings {
  EvictionPolicy policy = EvictionPolicy::kNone;
  bool only_expiring = false;  // only keys with a time to live; always so with kTtl
  uint32_t samples = 5;        // of each database, for each key that leaves; 1 to Evictor::kSamplesMax
};

/// How memory stands.
enum class MemoryState : uint8_t {
  kWithin = 0,    // within the limit
  kEvicting = 1,  // above it, and more is to be evicted by the next call
  kExhausted = 2  // above it, and nothing can be evicted
};

/// The longest that a call may take, microseconds; INT64_MAX: as long as it takes.
struct EvictionTime {
  int64_t usual_us = 500;
  int64_t catching_up_us = 500;  // for what grew since the last call
};

class Evictor {
 public:
  static constexpr uint32_t kSamplesMax = 64;

  explicit Evictor(Keyspace& keyspace) : keyspace_(keyspace) {}
  Evictor(const Evictor&) = delete;
  Evictor& operator=(const Evictor&) = delete;

  void configure(const EvictionSettings& settings);
  const EvictionSettings& settings() const { return settings_; }

  /// Most bytes that may be in use; 0: no limit. What is above it now is no growth to make up for.
  void set_limit(size_t bytes) {
    limit_ = bytes;
    last_excess_ = SIZE_MAX;
  }
  size_t limit() const { return limit_; }

  /// Removes the key that should leave first; false if there is none.
  bool evict_one();

  /// Bytes above the limit, with `other_bytes` in use outside of the keyspace. O(1).
  size_t excess(size_t other_bytes) const {
    const size_t used = keyspace_.counted_bytes() + other_bytes;
    return limit_ == 0 || used <= limit_ ? 0 : used - limit_;
  }

  /// Evicts while there is excess, for about `time`.
  MemoryState relieve(size_t other_bytes, EvictionTime time);

  /// How long memory has been above the limit without a break, and in all, microseconds.
  int64_t current_exceeded_us() const;
  int64_t total_exceeded_us() const { return total_exceeded_us_ + current_exceeded_us(); }

  /// Aborts when an invariant does not hold. For tests.
  void check_invariants() const;

 private:
  static constexpr uint32_t kPoolMax = 16;
  // Databases that one round of sampling takes from, and those it looks at for some that have keys.
  static constexpr int kSampledDatabases = 16;
  static constexpr int kStepsPerClockCheck = 8;

  struct Candidate {
    uint64_t score;
    uint64_t hash;
    int db;
  };

  bool only_expiring() const { return settings_.only_expiring || settings_.policy == EvictionPolicy::kTtl; }
  uint64_t score(const Entry& entry) const;
  bool evict_random();
  bool sample_round();
  void sample_database(int db);
  void offer(int db, const Entry& entry);
  bool is_known(int db, uint64_t hash) const;
  bool evict_from_pool();
  bool has_candidates(int db) const;
  MemoryState evict_excess(size_t other_bytes, EvictionTime time);
  void note(MemoryState state);

  Keyspace& keyspace_;
  EvictionSettings settings_;
  size_t limit_ = 0;
  Candidate pool_[kPoolMax];
  uint32_t pooled_ = 0;
  int next_db_ = 0;
  size_t last_excess_ = 0;
  int64_t exceeded_since_us_ = 0;  // monotonic; 0: it is not
  int64_t total_exceeded_us_ = 0;  // of times that are over
};

}  // namespace redwing
