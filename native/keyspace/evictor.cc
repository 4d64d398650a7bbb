#include "keyspace/evictor.h"

#include <algorithm>

#include "memory/platform.h"

namespace redwing {

namespace {

constexpr uint64_t kFrequencyMax = 255;
// Higher than any other score: what has expired already costs nobody a key.
constexpr uint64_t kExpiredScore = UINT64_MAX;

int64_t deadline_after(int64_t start_us, int64_t time_us) {
  return time_us > INT64_MAX - start_us ? INT64_MAX : start_us + time_us;
}

}  // namespace

void Evictor::configure(const EvictionSettings& settings) {
  settings_ = settings;
  settings_.samples = std::clamp(settings.samples, 1u, kSamplesMax);
  pooled_ = 0;
}

// ---- Choosing ----

uint64_t Evictor::score(const Entry& entry) const {
  if (entry.is_expired(keyspace_.now())) return kExpiredScore;
  switch (settings_.policy) {
    case EvictionPolicy::kLru:
      return keyspace_.idle_seconds(entry);
    case EvictionPolicy::kLfu:
      return kFrequencyMax - keyspace_.frequency(entry);
    case EvictionPolicy::kTtl:
      // Times that have not passed yet; the sooner the higher.
      return static_cast<uint64_t>(INT64_MAX) -
             static_cast<uint64_t>(std::max<int64_t>(entry.expiry_ms(), 0));
    case EvictionPolicy::kRandom:
    case EvictionPolicy::kNone:
      return 0;
  }
  return 0;
}

bool Evictor::has_candidates(int db) const {
  return (only_expiring() ? keyspace_.expires(db) : keyspace_.size(db)) != 0;
}

bool Evictor::evict_one() {
  if (settings_.policy == EvictionPolicy::kNone) return false;
  if (settings_.policy == EvictionPolicy::kRandom) return evict_random();
  // A sampled key may be gone or have been used since; then a round gives new candidates.
  while (sample_round()) {
    if (evict_from_pool()) return true;
  }
  return false;
}

bool Evictor::evict_random() {
  for (int visited = 0; visited < keyspace_.databases(); visited++) {
    if (++next_db_ >= keyspace_.databases()) next_db_ = 0;
    Entry* chosen = nullptr;
    if (keyspace_.sample(next_db_, only_expiring(), &chosen, 1) == 0) continue;
    const ByteView key = chosen->key();
    return keyspace_.evict(next_db_, keyspace_.hash(key.data, key.size));
  }
  return false;
}

// Adds to the pool from the next databases that have keys to give; false if none has.
bool Evictor::sample_round() {
  int sampled = 0;
  for (int visited = 0; visited < keyspace_.databases() && sampled < kSampledDatabases; visited++) {
    if (++next_db_ >= keyspace_.databases()) next_db_ = 0;
    if (!has_candidates(next_db_)) continue;
    sample_database(next_db_);
    sampled++;
  }
  return sampled != 0;
}

void Evictor::sample_database(int db) {
  Entry* sampled[kSamplesMax];
  const size_t count = keyspace_.sample(db, only_expiring(), sampled, settings_.samples);
  for (size_t i = 0; i < count; i++) platform::prefetch(sampled[i]);
  for (size_t i = 0; i < count; i++) offer(db, *sampled[i]);
}

// Puts an entry into the pool if it would leave sooner than the last choice there, or there is room.
void Evictor::offer(int db, const Entry& entry) {
  const uint64_t value = score(entry);
  if (pooled_ == kPoolMax && value <= pool_[0].score) return;
  const ByteView key = entry.key();
  const uint64_t hash = keyspace_.hash(key.data, key.size);
  if (is_known(db, hash)) return;
  uint32_t at = 0;
  while (at < pooled_ && pool_[at].score < value) at++;
  if (pooled_ == kPoolMax) {
    std::copy(pool_ + 1, pool_ + at, pool_);
    at--;
  } else {
    std::copy_backward(pool_ + at, pool_ + pooled_, pool_ + pooled_ + 1);
    pooled_++;
  }
  pool_[at] = {value, hash, db};
}

bool Evictor::is_known(int db, uint64_t hash) const {
  for (uint32_t i = 0; i < pooled_; i++) {
    if (pool_[i].hash == hash && pool_[i].db == db) return true;
  }
  return false;
}

// Evicts the best candidate that still is one; false when the pool is used up.
bool Evictor::evict_from_pool() {
  while (pooled_ != 0) {
    const Candidate best = pool_[--pooled_];
    const Entry* entry = keyspace_.peek(best.db, best.hash);
    if (entry == nullptr || (only_expiring() && !entry->has_expiry())) continue;
    if (score(*entry) < best.score) continue;
    return keyspace_.evict(best.db, best.hash);
  }
  return false;
}

// ---- Steps ----

MemoryState Evictor::relieve(size_t other_bytes, EvictionTime time) {
  const MemoryState state = evict_excess(other_bytes, time);
  last_excess_ = excess(other_bytes);
  note(state);
  return state;
}

MemoryState Evictor::evict_excess(size_t other_bytes, EvictionTime time) {
  if (excess(other_bytes) == 0) return MemoryState::kWithin;
  if (settings_.policy == EvictionPolicy::kNone) return MemoryState::kExhausted;
  const int64_t start_us = platform::monotonic_us();
  const int64_t usual_us = deadline_after(start_us, time.usual_us);
  const int64_t latest_us = std::max(usual_us, deadline_after(start_us, time.catching_up_us));
  MemoryState state = MemoryState::kEvicting;
  for (int step = 1; state == MemoryState::kEvicting; step++) {
    if (!evict_one()) {
      state = MemoryState::kExhausted;
    } else if (excess(other_bytes) == 0) {
      state = MemoryState::kWithin;
    } else if (step % kStepsPerClockCheck == 0) {
      const int64_t now_us = platform::monotonic_us();
      if (now_us >= latest_us || (now_us >= usual_us && excess(other_bytes) <= last_excess_)) break;
    }
  }
  keyspace_.flush_reclaimer();
  return state;
}

void Evictor::note(MemoryState state) {
  if (state != MemoryState::kWithin) {
    if (exceeded_since_us_ == 0) exceeded_since_us_ = platform::monotonic_us();
  } else if (exceeded_since_us_ != 0) {
    total_exceeded_us_ += current_exceeded_us();
    exceeded_since_us_ = 0;
  }
}

int64_t Evictor::current_exceeded_us() const {
  return exceeded_since_us_ == 0 ? 0 : platform::monotonic_us() - exceeded_since_us_;
}

void Evictor::check_invariants() const {
  for (uint32_t i = 1; i < pooled_; i++) {
    RW_ASSERT(pool_[i - 1].score <= pool_[i].score, "the pool is in order");
    for (uint32_t j = 0; j < i; j++) {
      RW_ASSERT(pool_[i].hash != pool_[j].hash || pool_[i].db != pool_[j].db,
                "a candidate stands there once");
    }
  }
}

}  // namespace redwing
