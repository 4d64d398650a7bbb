#include "binding/engine.h"

#include <algorithm>

#include "binding/effect_log.h"
#include "binding/effects.h"
#include "binding/long_reads.h"
#include "collections/value_types.h"
#include "types/number.h"

namespace redwing {

namespace {

void log_removal(void* context, int db, ByteView key, Removal cause) {
  auto* engine = static_cast<Engine*>(context);
  if (engine->effects.is_on()) leave_removal(*engine, db, key, cause);
  int32_t* control = engine->arenas.control();
  if (control[kRemovalLogOn] == 0) return;
  engine->removals.append(db, key, cause);
  control[kRemovalsLogged]++;
}

}  // namespace

Engine::Engine(int databases, const HashSeed& seed) : keyspace(databases, seed), evictor(keyspace) {
  keyspace.set_removal_listener(log_removal, this);
  register_value_types(&keyspace);
}
Engine::~Engine() = default;

void Engine::keep_missed(const Key& key) {
  // Nobody asks for what is read outside of commands.
  constexpr size_t kKeysMax = size_t{1} << 20;
  if (missed_keys.size() >= kKeysMax) missed_keys.clear();
  missed_keys.emplace_back(reinterpret_cast<const char*>(key.data), key.size);
}

void Engine::prefetch_keys(int32_t first, int32_t count, int32_t stride) {
  uint64_t hashes[kPrefetchWindow];
  const int32_t window = std::min(count, kPrefetchWindow);
  for (int32_t i = 0; i < window; i++) {
    const int32_t index = first + i * stride;
    hashes[i] = key(index).hash;
    arenas.remember_hash(index, hashes[i]);
    keyspace.prefetch_bucket(db(), hashes[i]);
  }
  for (int32_t i = 0; i < window; i++) keyspace.prefetch_entry(db(), hashes[i]);
}

StringBytes::StringBytes(const Entry* entry) {
  if (entry == nullptr) return;
  if (entry->is_int()) {
    size = format_int64(entry->integer(), digits_);
    data = digits_;
    return;
  }
  ByteView s = entry->string();
  data = s.data;
  size = s.size;
}

}  // namespace redwing
