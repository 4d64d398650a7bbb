// Operations on memory as a whole: its limit, eviction, the log of what the keyspace removed by itself.
//
// Memory is checked once for each chunk of commands, before its keys are brought near, and for whatever is
// executed outside of a chunk by `relieveMemory`. While keys can be evicted, a chunk may so pass the limit by
// what it adds, which the next check takes back. When nothing can be evicted, commands that need memory have
// to be refused exactly at the limit: so where the policy evicts nothing and a chunk could pass it, the state
// is kMemoryNear, which asks TypeScript to check before each command.
#include <algorithm>
#include <cstring>

#include "binding/operation.h"
#include "binding/server.h"

namespace redwing {

namespace {

// Beyond the usual time, a step of eviction may take this much for each argument of the chunk before it, to
// keep up with commands that add many keys: about twice what evicting the keys they could add takes.
constexpr int64_t kCatchUpUsPerArgument = 2;

// What a chunk may add: generous for commands that store what they are sent.
constexpr size_t kNearBytesPerByte = 2;
constexpr size_t kNearBytesPerCommand = 256;
constexpr size_t kNearBytes = size_t{64} << 10;

static_assert(kMemoryWithin == static_cast<int32_t>(MemoryState::kWithin));
static_assert(kMemoryEvicting == static_cast<int32_t>(MemoryState::kEvicting));
static_assert(kMemoryExhausted == static_cast<int32_t>(MemoryState::kExhausted));
static_assert(kEvictNone == static_cast<int32_t>(EvictionPolicy::kNone));
static_assert(kEvictLru == static_cast<int32_t>(EvictionPolicy::kLru));
static_assert(kEvictLfu == static_cast<int32_t>(EvictionPolicy::kLfu));
static_assert(kEvictTtl == static_cast<int32_t>(EvictionPolicy::kTtl));
static_assert(kEvictRandom == static_cast<int32_t>(EvictionPolicy::kRandom));
static_assert(kRemovalExpired == static_cast<int32_t>(Removal::kExpired));
static_assert(kRemovalEvicted == static_cast<int32_t>(Removal::kEvicted));
static_assert(kRemovalExpiredMembers == static_cast<int32_t>(Removal::kExpiredMembers));
static_assert(kRemovalEmptied == static_cast<int32_t>(Removal::kEmptied));

int64_t catching_up_us(int64_t usual_us, int32_t arguments) {
  const int64_t more = arguments * kCatchUpUsPerArgument;
  return usual_us > INT64_MAX - more ? INT64_MAX : usual_us + more;
}

// Bytes of the chunk's arguments, which lie in the order of its commands.
size_t chunk_bytes(const Arenas& arenas, int32_t arguments) {
  if (arguments == 0) return 0;
  const Bytes first = arenas.argument(0), last = arenas.argument(arguments - 1);
  return static_cast<size_t>(last.data + last.size - first.data);
}

}  // namespace

void Engine::relieve_memory(int32_t commands, int32_t arguments) {
  const size_t other = other_bytes();
  const EvictionTime time{eviction_us, catching_up_us(eviction_us, arguments)};
  const MemoryState state = evictor.relieve(other, time);
  int32_t& told = arenas.control()[kMemoryState];
  told = static_cast<int32_t>(state);
  if (state != MemoryState::kWithin || evictor.settings().policy != EvictionPolicy::kNone) return;
  const size_t used = keyspace.counted_bytes() + other;
  const size_t added = kNearBytesPerByte * chunk_bytes(arenas, arguments) +
                       kNearBytesPerCommand * static_cast<size_t>(commands) + kNearBytes;
  if (commands != 0 && used + added > evictor.limit()) told = kMemoryNear;
}

namespace {

// limitMemory(policy, onlyExpiring, samples): from now on at most numbers[A] bytes (0: any number), evicting
// in steps of numbers[B] microseconds (a number too large for int64: without end).
int32_t limit_memory(Engine& e, const int32_t (&a)[3]) {
  const double* numbers = e.arenas.numbers();
  // Limits beyond what any machine has do not matter, but must not wrap.
  constexpr double kLimitMax = 9.0e18;
  e.evictor.set_limit(static_cast<size_t>(std::clamp(numbers[kNumberA], 0.0, kLimitMax)));
  e.eviction_us = numbers[kNumberB] >= kLimitMax ? INT64_MAX : static_cast<int64_t>(numbers[kNumberB]);
  e.evictor.configure(
      {static_cast<EvictionPolicy>(a[0]), a[1] != 0, static_cast<uint32_t>(std::max(a[2], 1))});
  return 0;
}

// relieveMemory(): evicts as the limit asks, for about the usual time of a step. Memory..., also in
// control[kMemoryState].
int32_t relieve_memory(Engine& e, const int32_t (&)[1]) {
  e.relieve_memory(0, 0);
  return e.arenas.control()[kMemoryState];
}

// databaseMemory(db): bytes of its tables in numbers[A], of its indexes of what expires in numbers[B].
int32_t database_memory(Engine& e, const int32_t (&a)[1]) {
  double* numbers = e.arenas.numbers();
  numbers[kNumberA] = static_cast<double>(e.keyspace.table_bytes(a[0]));
  numbers[kNumberB] = static_cast<double>(e.keyspace.index_bytes(a[0]));
  return 0;
}

// collectMemory(): gives memory that is empty back to the system.
int32_t collect_memory(Engine& e, const int32_t (&)[1]) {
  e.keyspace.flush_reclaimer();
  e.keyspace.heap().collect(SIZE_MAX);
  return 0;
}

constexpr Operation kOperations[] = {
    operation<&limit_memory>("limitMemory"),
    operation<&relieve_memory>("relieveMemory"),
    operation<&database_memory>("databaseMemory"),
    operation<&collect_memory>("collectMemory"),
};

}  // namespace

std::span<const Operation> memory_operations() { return kOperations; }

void add_memory_functions(Napi::Env env, Napi::Object object, Engine* engine) {
  // takeRemovals() -> the log's records as bytes, or null; the log is empty then. numbers[A]: how many were
  // lost.
  auto take = [engine](const Napi::CallbackInfo& info) -> Napi::Value {
    engine->arenas.control()[kRemovalsLogged] = 0;
    if (engine->removals.empty()) return info.Env().Null();
    engine->arenas.numbers()[kNumberA] = static_cast<double>(engine->removals.lost());
    const auto& records = engine->removals.records();
    auto memory = Napi::ArrayBuffer::New(info.Env(), records.size());
    if (!records.empty()) std::memcpy(memory.Data(), records.data(), records.size());
    engine->removals.clear();
    return Napi::Uint8Array::New(info.Env(), memory.ByteLength(), memory, 0);
  };
  object.Set("takeRemovals", Napi::Function::New(env, take, "takeRemovals"));
}

}  // namespace redwing
