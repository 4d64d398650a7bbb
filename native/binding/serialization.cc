// Values as bytes: operations, and a function that returns them. The format: rdb/format.h.
#include "binding/collection_limits.h"
#include "binding/operation.h"
#include "binding/reads.h"
#include "binding/server.h"
#include "collections/digest.h"
#include "rdb/value_codec.h"

namespace redwing {
namespace {

int32_t status_of(RestoreResult result) {
  if (result == RestoreResult::kOk) return 0;
  return result == RestoreResult::kBadChecksum ? kStatusCorrupt : kStatusInvalid;
}

// restoreKey(key, payload, flags): puts a dumped value under the key, over what it holds, with the expiry
// that the flags ask for. numbers[A]: seconds for which it was not used, numbers[B]: its frequency; negative:
// not known; numbers[C]: how many bytes a text in it may have at most. 0; kStatusCorrupt: version or checksum
// are wrong, kStatusInvalid: the value is broken. What has expired already only removes what was there. In
// control[Affected]: 1 there is a key now, 2 what was there is gone, 0 there was nothing and is nothing.
int32_t restore_key(Engine& e, const int32_t (&a)[3]) {
  const Key key = e.key(a[0]);
  const Bytes payload = e.arenas.argument(a[1]);
  const double idle_seconds = e.arenas.numbers()[kNumberA], frequency = e.arenas.numbers()[kNumberB];
  const auto longest_text = static_cast<uint64_t>(e.arenas.numbers()[kNumberC]);
  Expiry expiry = e.expiry(a[2]);
  const bool has_expired = expiry.kind == Expiry::kAt && expiry.at_ms <= e.keyspace.now() &&
                           e.keyspace.expiry_mode() != ExpiryMode::kIgnore;
  const bool existed = e.keyspace.find(e.db(), key, false) != nullptr;
  if (has_expired) expiry = Expiry::none();
  Entry* entry = nullptr;
  const DumpedValue dumped{{payload.data, payload.size}, longest_text};
  const RestoreResult result =
      restore_value(&e.keyspace, e.db(), key, dumped, expiry, collection_limits(e), &entry);
  e.set_affected(0);
  if (result != RestoreResult::kOk) return status_of(result);
  if (has_expired) {
    e.keyspace.erase(e.db(), key);
    e.set_affected(existed ? 2 : 0);
    return 0;
  }
  e.keyspace.restore_access(entry, static_cast<int64_t>(idle_seconds), static_cast<int>(frequency));
  e.set_affected(1);
  return 0;
}

// The payload of a key's value; null where there is none.
struct Dump {
  template <typename Keys>
  int64_t cost(Keys& keys) const {
    const Entry* entry = keys.find(0);
    return entry == nullptr ? 0 : static_cast<int64_t>(digest_cost(*entry));
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const Entry* entry = keys.find(0);
    if (entry == nullptr) return out.write_null();
    const std::string payload = dump_value(*entry);
    out.write_bulk(reinterpret_cast<const uint8_t*>(payload.data()), payload.size());
  }
};

// writeDump(key): a bulk, or null without such a key; or kStatusDeferred.
int32_t write_dump(Engine& e, const int32_t (&a)[1]) { return run_read(e, a[0], 1, Dump{}); }

constexpr Operation kOperations[] = {
    operation<&write_dump>("writeDump"),
    operation<&restore_key>("restoreKey"),
};

}  // namespace

std::span<const Operation> serialization_operations() { return kOperations; }

void add_serialization_functions(Napi::Env env, Napi::Object object, Engine* engine) {
  // dumpKey(database, key: Uint8Array): what DUMP tells of it, as bytes, or null; numbers[A]: its expiry, or
  // -1
  object.Set("dumpKey", Napi::Function::New(env, [engine](const Napi::CallbackInfo& info) -> Napi::Value {
               const auto bytes = info[1].As<Napi::Uint8Array>();
               const auto size = static_cast<uint32_t>(bytes.ByteLength());
               const Key key = engine->keyspace.key(bytes.Data(), size);
               const Entry* entry =
                   engine->keyspace.find(info[0].As<Napi::Number>().Int32Value(), key, false);
               if (entry == nullptr) return info.Env().Null();
               engine->arenas.numbers()[kNumberA] =
                   entry->has_expiry() ? static_cast<double>(entry->expiry_ms()) : -1;
               const std::string payload = dump_value(*entry);
               return Napi::Buffer<char>::Copy(info.Env(), payload.data(), payload.size());
             }));
}

}  // namespace redwing
