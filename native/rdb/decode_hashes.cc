// Hashes: pairs one by one, a zipmap, a ziplist or a listpack; and since 7.4 with times of expiry.

#include <algorithm>
#include <optional>

#include "collections/hash/hash_writer.h"
#include "rdb/decode_value.h"
#include "rdb/format.h"
#include "rdb/ziplist.h"

namespace redwing {

namespace {

// Times of fields are below this, as Redis has them; 0 stands for none.
constexpr uint64_t kFieldTimeMax = (uint64_t{1} << 48) - 2;

class HashBuilder {
 public:
  HashBuilder(const Decoding& d, uint64_t expected)
      : d_(d), writer_(*d.to.keyspace, d.to.db, d.to.key, &slot_, d.limits.hash) {
    writer_.expect(expected, 0);
  }
  ~HashBuilder() {
    if (is_mine_) free(take());
  }
  HashBuilder(const HashBuilder&) = delete;
  HashBuilder& operator=(const HashBuilder&) = delete;

  /// False if the field is there already. `at_ms`: 0 for none.
  bool add(ByteView name, ByteView value, uint64_t at_ms = 0) {
    if (writer_.find(name).found) return false;
    writer_.insert(name, value, at_ms == 0 ? kNoExpiry : static_cast<int64_t>(at_ms));
    return true;
  }
  /// Brings near what adding the field will touch.
  void prefetch(ByteView name) const { writer_.prefetch(name); }
  /// Fields may expire, even if none does now.
  void prepare_expiring() { writer_.prepare_expiring(); }
  void finish(Made* made) {
    const bool is_empty = writer_.size() == 0;
    const Made whole = take();
    if (is_empty) {
      free(whole);
    } else {
      *made = whole;
    }
  }

 private:
  Made take() {
    is_mine_ = false;
    Made made;
    made.root = writer_.take(&made.encoding);
    return made;
  }
  void free(const Made& made) { HashType().free(made.root, made.encoding, d_.releaser()); }

  const Decoding& d_;
  SlotRef slot_;
  HashWriter writer_;
  bool is_mine_ = true;
};

constexpr const char* kTwice = "a field of a hash comes twice";
constexpr const char* kBadTime = "a field of a hash expires at a time that is none";

bool take_many_pairs(Decoding* d, uint64_t count, HashBuilder* hash) {
  RdbText names[kElementsAtATime], values[kElementsAtATime];
  for (uint64_t left = count; left > 0;) {
    const size_t taken = std::min<uint64_t>(left, kElementsAtATime);
    for (size_t i = 0; i < taken; i++) {
      if (!d->input.take_kept_text(&names[i]) || !d->input.take_kept_text(&values[i])) return false;
      hash->prefetch(names[i].view);
    }
    for (size_t i = 0; i < taken; i++) {
      if (!hash->add(names[i].view, values[i].view)) return d->fail(kTwice);
    }
    left -= taken;
  }
  return true;
}

bool decode_pairs(Decoding* d, Made* made) {
  const uint64_t count = d->input.take_count(2);
  HashBuilder hash(*d, count);
  if (count >= kManyElements) {
    if (!take_many_pairs(d, count, &hash)) return false;
  } else {
    for (uint64_t i = 0; i < count; i++) {
      if (!d->input.take_kept_text(&d->text) || !d->input.take_text(&d->other)) return false;
      if (!hash.add(d->text.view, d->other.view)) return d->fail(kTwice);
    }
  }
  if (d->input.failed()) return false;
  hash.finish(made);
  return true;
}

// The least time of all, in front of what expires.
bool take_least_time(Decoding* d, uint64_t* at_ms) {
  *at_ms = d->input.take_u64();
  if (d->input.failed()) return false;
  return *at_ms <= kFieldTimeMax + 1 || d->fail(kBadTime);
}

bool decode_timed_pairs(Decoding* d, bool is_relative, Made* made) {
  uint64_t least_ms = 0;
  if (is_relative && !take_least_time(d, &least_ms)) return false;
  const uint64_t count = d->input.take_count(3);
  HashBuilder hash(*d, count);
  if (count != 0) hash.prepare_expiring();
  for (uint64_t i = 0; i < count; i++) {
    uint64_t at_ms = d->input.take_length();
    if (at_ms > kFieldTimeMax) return d->fail(kBadTime);
    if (is_relative && at_ms != 0) at_ms += least_ms - 1;
    if (at_ms > kFieldTimeMax) return d->fail(kBadTime);
    if (!d->input.take_kept_text(&d->text) || !d->input.take_text(&d->other)) return false;
    if (!hash.add(d->text.view, d->other.view, at_ms)) return d->fail(kTwice);
  }
  if (d->input.failed()) return false;
  hash.finish(made);
  return true;
}

bool decode_zipmap(Decoding* d, Made* made) {
  ByteView block;
  uint64_t count;
  if (!take_block(d, &block)) return false;
  if (!ZipmapReader::validate(block, &count)) return d->fail("a zipmap is broken");
  HashBuilder hash(*d, count);
  ZipmapReader reader(block);
  for (ByteView name, value; reader.next(&name, &value);) {
    if (!hash.add(name, value)) return d->fail(kTwice);
  }
  hash.finish(made);
  return true;
}

bool decode_ziplist(Decoding* d, Made* made) {
  ByteView block;
  uint64_t count;
  if (!take_ziplist(d, 2, &block, &count)) return false;
  HashBuilder hash(*d, count / 2);
  ZiplistReader reader(block);
  for (PackedValue name, value; reader.next(&name) && reader.next(&value);) {
    uint8_t name_digits[kInt64TextMax], value_digits[kInt64TextMax];
    if (!hash.add(name.text(name_digits), value.text(value_digits))) return d->fail(kTwice);
  }
  hash.finish(made);
  return true;
}

// Whether the time of an element of a listpack is one.
bool read_time(const PackedValue& time, uint64_t* at_ms) {
  *at_ms = static_cast<uint64_t>(time.integer);
  return time.is_integer() && *at_ms <= kFieldTimeMax;
}

// Whether the block is what a packed hash of ours would be, with times in order and none last.
bool stays_packed(const uint8_t* block, uint32_t stride, uint32_t fields, const HashLimits& limits) {
  if (fields > limits.fields || !listpack::is_canonical(block)) return false;
  uint64_t before = 1;
  for (uint32_t at = listpack::first(); at != listpack::end(block);) {
    for (int i = 0; i < 2; i++, at = listpack::next(block, at)) {
      if (listpack::get(block, at).text_size() > limits.bytes) return false;
    }
    if (stride == 2) continue;
    uint64_t at_ms;
    if (!read_time(listpack::get(block, at), &at_ms)) return false;
    if (at_ms == 0) at_ms = kFieldTimeMax + 1;
    if (at_ms < before) return false;
    before = at_ms;
    at = listpack::next(block, at);
  }
  return true;
}

bool add_from_listpack(Decoding* d, const uint8_t* block, uint32_t stride, HashBuilder* hash) {
  for (uint32_t at = listpack::first(); at != listpack::end(block); at = listpack::next(block, at)) {
    uint8_t name_digits[kInt64TextMax], value_digits[kInt64TextMax];
    const ByteView name = listpack::get(block, at).text(name_digits);
    at = listpack::next(block, at);
    const ByteView value = listpack::get(block, at).text(value_digits);
    uint64_t at_ms = 0;
    if (stride == 3) {
      at = listpack::next(block, at);
      if (!read_time(listpack::get(block, at), &at_ms)) return d->fail(kBadTime);
    }
    if (!hash->add(name, value, at_ms)) return d->fail(kTwice);
  }
  return true;
}

// `stride`: 2 for pairs, 3 with times.
bool decode_listpack(Decoding* d, uint32_t stride, bool has_least_time, Made* made) {
  uint64_t least_ms = 0;
  if (has_least_time && !take_least_time(d, &least_ms)) return false;
  const uint8_t* block;
  uint32_t elements;
  if (!take_listpack(d, stride, &block, &elements)) return false;
  if (elements == 0) return true;
  if (stays_packed(block, stride, elements / stride, d->limits.hash)) {
    if (has_duplicates(block, stride, d->hasher())) return d->fail(kTwice);
    const HashEncoding encoding = stride == 2 ? HashEncoding::kPacked : HashEncoding::kPackedExpiring;
    *made = {make_packed(d->edit, block), static_cast<uint8_t>(encoding)};
    return true;
  }
  HashBuilder hash(*d, elements / stride);
  if (stride == 3) hash.prepare_expiring();
  if (!add_from_listpack(d, block, stride, &hash)) return false;
  hash.finish(made);
  return true;
}

}  // namespace

bool decode_hash(Decoding* d, uint8_t type, Made* made) {
  switch (type) {
    case rdb::kHash:
      return decode_pairs(d, made);
    case rdb::kHashZipmap:
      return decode_zipmap(d, made);
    case rdb::kHashZiplist:
      return decode_ziplist(d, made);
    case rdb::kHashListpack:
      return decode_listpack(d, 2, false, made);
    case rdb::kHashListpackExEarly:
      return decode_listpack(d, 3, false, made);
    case rdb::kHashListpackEx:
      return decode_listpack(d, 3, true, made);
    default:
      return decode_timed_pairs(d, type == rdb::kHashMetadata, made);
  }
}

}  // namespace redwing
