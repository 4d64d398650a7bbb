// Values as payloads: operations. What a payload is stands in rdb/format.h.
#include <string>

#include "binding/operation.h"
#include "binding/reads.h"
#include "collections/digest.h"
#include "rdb/value_codec.h"

namespace redwing {
namespace {

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
};

}  // namespace

std::span<const Operation> dump_operations() { return kOperations; }

}  // namespace redwing
