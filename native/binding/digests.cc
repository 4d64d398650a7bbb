// Digests of data: operations. What a digest is stands in collections/digest.h.
#include <string>

#include "binding/operation.h"
#include "binding/reads.h"
#include "collections/digest.h"

namespace redwing {
namespace {

// A digest as a simple string.
template <typename Out>
void write_digest(Out& out, const Digest& digest) {
  const std::string line = "+" + digest.hex() + "\r\n";
  out.write(line.data(), line.size());
}

// The digest of each key's value; that of nothing where there is none.
struct ValueDigests {
  template <typename Keys>
  int64_t cost(Keys& keys) const {
    int64_t sum = 0;
    for (int32_t i = 0; i < keys.count(); i++) {
      const Entry* entry = keys.find(i);
      if (entry != nullptr) sum += static_cast<int64_t>(digest_cost(*entry));
    }
    return sum;
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    out.write_array_header(static_cast<size_t>(keys.count()));
    for (int32_t i = 0; i < keys.count(); i++) {
      Digest digest;
      const Entry* entry = keys.find(i);
      if (entry != nullptr) digest_value(*entry, keys.now(), &digest);
      write_digest(out, digest);
    }
  }
};

// writeValueDigests(first, count): an array of the digests of the keys' values, or kStatusDeferred.
int32_t write_value_digests(Engine& e, const int32_t (&a)[2]) {
  return run_read(e, a[0], a[1], ValueDigests{});
}

// writeDigest(): the digest of all databases, computed on the loop.
int32_t write_digest_here(Engine& e, const int32_t (&)[1]) {
  View* view = e.keyspace.open_view();
  write_digest(e.arenas, digest_databases(*view));
  e.keyspace.close_view(view);
  return 0;
}

// beginDigest(): the same on a worker; returns the job's number (see LongReads).
int32_t begin_digest(Engine& e, const int32_t (&)[1]) {
  return e.long_reads->begin(
      [](const View& view, ChunkedReply& reply) { write_digest(reply, digest_databases(view)); });
}

constexpr Operation kOperations[] = {
    operation<&write_value_digests>("writeValueDigests"),
    operation<&write_digest_here>("writeDigest"),
    operation<&begin_digest>("beginDigest"),
};

}  // namespace

std::span<const Operation> digest_operations() { return kOperations; }

}  // namespace redwing
