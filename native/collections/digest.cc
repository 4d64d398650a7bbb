#include "collections/digest.h"

#include <thread>

#include "collections/hash/hash.h"
#include "collections/list/list_view.h"
#include "collections/set/set.h"
#include "collections/sorted_set/sorted_set.h"
#include "collections/stream/stream.h"
#include "memory/assert.h"
#include "types/double.h"
#include "types/number.h"

namespace redwing {

namespace {

constexpr char kKeyExpires[] = "!!expire!!";
constexpr char kFieldExpires[] = "!!hexpire!!";
// Bytes of a string that take as long as an element.
constexpr uint64_t kBytesPerElement = 128;

template <size_t size>
ByteView text_view(const char (&text)[size]) {
  return {reinterpret_cast<const uint8_t*>(text), size - 1};
}

// The numbers of types in digests, which are not those of ValueKind.
uint32_t type_number(ValueKind kind) {
  constexpr uint32_t kStreamNumber = 6;
  return kind == ValueKind::kStream ? kStreamNumber : static_cast<uint32_t>(kind);
}
static_assert(static_cast<uint32_t>(ValueKind::kString) == 0 &&
              static_cast<uint32_t>(ValueKind::kList) == 1 && static_cast<uint32_t>(ValueKind::kSet) == 2 &&
              static_cast<uint32_t>(ValueKind::kSortedSet) == 3 &&
              static_cast<uint32_t>(ValueKind::kHash) == 4);

void mix_number(uint32_t number, Digest* digest) {
  const uint8_t bytes[4] = {static_cast<uint8_t>(number >> 24), static_cast<uint8_t>(number >> 16),
                            static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)};
  digest->mix({bytes, sizeof bytes});
}

void mix_packed(const PackedValue& value, Digest* digest) {
  uint8_t digits[kInt64TextMax];
  digest->mix(value.text(digits));
}

}  // namespace

void Digest::mix(ByteView bytes) {
  toggle(bytes);
  hash_ = sha1({hash_.data(), hash_.size()});
}

void Digest::toggle(ByteView bytes) {
  const Sha1Hash other = sha1(bytes);
  for (size_t i = 0; i < hash_.size(); i++) hash_[i] ^= other[i];
}

std::string Digest::hex() const {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : hash_) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

void digest_string(const Entry& entry, Digest* digest) {
  if (entry.is_int()) return mix_packed(PackedValue::of_integer(entry.integer()), digest);
  digest->mix(entry.string());
}

void digest_list(const Entry& entry, Digest* digest) {
  ListView(entry).for_blocks(ListEnd::kHead, [digest](const uint8_t* block, uint64_t) {
    const uint32_t end = listpack::end(block);
    for (uint32_t at = listpack::first(); at != end; at = listpack::next(block, at)) {
      mix_packed(listpack::get(block, at), digest);
    }
    return true;
  });
}

void digest_set(const Entry& entry, Digest* digest) {
  SetRef(entry).for_each([digest](const PackedValue& member) {
    uint8_t digits[kInt64TextMax];
    digest->toggle(member.text(digits));
  });
}

void digest_sorted_set(const Entry& entry, Digest* digest) {
  const SortedSet set(entry);
  set.visit(set.all(), false, [digest](ByteView member, double score) {
    uint8_t text[kDoubleTextMax];
    Digest element;
    element.mix(member);
    element.mix({text, format_double_short(score, text)});
    digest->toggle(element);
  });
}

void digest_hash(const Entry& entry, int64_t now_ms, Digest* digest) {
  Hash(entry).for_each_expiry(now_ms,
                              [digest](const PackedValue& name, const PackedValue& value, bool expires) {
                                Digest field;
                                mix_packed(name, &field);
                                mix_packed(value, &field);
                                if (expires) field.toggle(text_view(kFieldExpires));
                                digest->toggle(field);
                              });
}

void digest_stream(const Entry& entry, Digest* digest) {
  StreamCursor cursor(stream_of(entry), StreamId::min(), StreamId::max(), false);
  while (cursor.next()) {
    const StreamId id = cursor.entry().id;
    const std::string text = std::to_string(id.ms) + "." + std::to_string(id.seq);
    digest->mix({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
    cursor.visit_fields([digest](const PackedValue& field, const PackedValue& value) {
      mix_packed(field, digest);
      mix_packed(value, digest);
    });
  }
}

void digest_value(const Entry& entry, int64_t now_ms, Digest* digest) {
  mix_number(type_number(entry.kind()), digest);
  switch (entry.kind()) {
    case ValueKind::kString:
      digest_string(entry, digest);
      break;
    case ValueKind::kList:
      digest_list(entry, digest);
      break;
    case ValueKind::kSet:
      digest_set(entry, digest);
      break;
    case ValueKind::kSortedSet:
      digest_sorted_set(entry, digest);
      break;
    case ValueKind::kHash:
      digest_hash(entry, now_ms, digest);
      break;
    case ValueKind::kStream:
      digest_stream(entry, digest);
      break;
  }
  if (entry.has_expiry()) digest->toggle(text_view(kKeyExpires));
}

uint64_t digest_cost(const Entry& entry) {
  switch (entry.kind()) {
    case ValueKind::kString:
      return entry.is_int() ? 1 : 1 + entry.string().size / kBytesPerElement;
    case ValueKind::kList:
      return ListView(entry).length();
    case ValueKind::kSet:
      return SetRef(entry).size();
    case ValueKind::kSortedSet:
      return SortedSet(entry).size();
    case ValueKind::kHash:
      return Hash(entry).size();
    case ValueKind::kStream:
      return stream_of(entry).length;
  }
  return 1;
}

Digest digest_databases(const View& view) {
  Digest all;
  for (int db = 0; db < view.databases(); db++) {
    bool is_empty = true;
    ViewWalker walker(view, db);
    auto take = [&](int, const Entry& entry) {
      if (entry.is_expired(view.now())) return;
      if (is_empty) mix_number(static_cast<uint32_t>(db), &all);
      is_empty = false;
      Digest key;
      key.mix(entry.key());
      digest_value(entry, view.now(), &key);
      all.toggle(key);
    };
    while (walker.next_segment(take)) std::this_thread::yield();
  }
  return all;
}

}  // namespace redwing
