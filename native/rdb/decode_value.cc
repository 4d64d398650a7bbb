#include "rdb/decode_value.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "collections/packed_root.h"
#include "collections/value_types.h"
#include "keyspace/blob.h"
#include "rdb/format.h"
#include "rdb/ziplist.h"

namespace redwing {

namespace {

// ---- Strings ----

// A string that has a blob for itself is read into it, without another copy.
constexpr uint64_t kDirectBytes = kInlineEntryBytesMax;

Decoded decode_string(RdbInput* input, const Destination& to, Entry** entry) {
  RdbText text;
  RdbInput::LargeText large;
  if (!input->take_large_text(&text, &large)) return Decoded::kFailed;
  Keyspace& keyspace = *to.keyspace;
  if (large.is_integer) {
    if (!to.is_trial) *entry = keyspace.put_integer(to.db, to.key, large.integer, to.expiry);
    return Decoded::kValue;
  }
  if (large.is_plain && to.is_trial) return input->skip(large.length) ? Decoded::kValue : Decoded::kFailed;
  if (large.is_plain && large.length > kDirectBytes) {
    Blob* blob = Blob::create(keyspace.heap(), large.length, large.length);
    if (!input->take_bytes(blob->data(), large.length)) {
      blob->release(Releaser(keyspace.heap(), true));
      return Decoded::kFailed;
    }
    *entry = keyspace.put_blob(to.db, to.key, blob, to.expiry);
    return Decoded::kValue;
  }
  if (large.is_plain && !input->take_view(large.length, &text.view)) return Decoded::kFailed;
  if (!to.is_trial) *entry = keyspace.put_string(to.db, to.key, text.view.data, text.view.size, to.expiry);
  return Decoded::kValue;
}

// ---- The kind of a type ----

using Decoder = bool (*)(Decoding* d, uint8_t type, Made* made);
struct KindDecoder {
  ValueKind kind;
  Decoder decode;
};

KindDecoder decoder_of(uint8_t type) {
  switch (type) {
    case rdb::kList:
    case rdb::kListZiplist:
    case rdb::kListQuicklist:
    case rdb::kListQuicklist2:
      return {ValueKind::kList, decode_list};
    case rdb::kSet:
    case rdb::kSetIntegers:
    case rdb::kSetListpack:
      return {ValueKind::kSet, decode_set};
    case rdb::kSortedSet:
    case rdb::kSortedSet2:
    case rdb::kSortedSetZiplist:
    case rdb::kSortedSetListpack:
      return {ValueKind::kSortedSet, decode_sorted_set};
    case rdb::kHash:
    case rdb::kHashZipmap:
    case rdb::kHashZiplist:
    case rdb::kHashListpack:
    case rdb::kHashMetadataEarly:
    case rdb::kHashListpackExEarly:
    case rdb::kHashMetadata:
    case rdb::kHashListpackEx:
      return {ValueKind::kHash, decode_hash};
    case rdb::kStream:
    case rdb::kStream2:
    case rdb::kStream3:
      return {ValueKind::kStream, decode_stream};
    default:
      return {ValueKind::kString, nullptr};
  }
}

}  // namespace

Decoded decode_value(RdbInput* input, uint8_t type, const Destination& to, const CollectionLimits& limits,
                     Entry** entry) {
  Entry* unused;
  if (entry == nullptr) entry = &unused;
  *entry = nullptr;
  if (type == rdb::kString) return decode_string(input, to, entry);
  const KindDecoder decoder = decoder_of(type);
  if (decoder.decode == nullptr) {
    const bool is_module = type == rdb::kModule || type == rdb::kModule2;
    input->fail(is_module ? "it is a value of a module, which is not there" : "its type is unknown");
    return Decoded::kFailed;
  }
  Made made;
  {
    Decoding d{*input, to, limits, to.keyspace->edit_new(to.db, to.key), {}, {}};
    if (!decoder.decode(&d, type, &made)) return Decoded::kFailed;
  }
  if (made.root == nullptr) return Decoded::kEmpty;
  if (to.is_trial) {
    value_type_of(decoder.kind).free(made.root, made.encoding, Releaser(to.keyspace->heap(), true));
    return Decoded::kValue;
  }
  *entry = to.keyspace->put_root(to.db, to.key, decoder.kind, made.encoding, made.root, to.expiry);
  return Decoded::kValue;
}

// ---- Elements and blocks ----

bool take_block(Decoding* d, ByteView* block) {
  if (!d->input.take_text(&d->text, kBlockBytesMax)) return false;
  *block = d->text.view;
  return true;
}

bool take_listpack(Decoding* d, uint32_t stride, const uint8_t** block, uint32_t* count) {
  ByteView bytes;
  if (!take_block(d, &bytes)) return false;
  if (!listpack::validate(bytes.data, bytes.size)) return d->fail("a listpack is broken");
  *block = bytes.data;
  *count = listpack::count(bytes.data);
  return *count % stride == 0 || d->fail("a listpack ends within an element");
}

bool take_ziplist(Decoding* d, uint32_t stride, ByteView* block, uint64_t* count) {
  if (!take_block(d, block)) return false;
  if (!ZiplistReader::validate(*block, count)) return d->fail("a ziplist is broken");
  return *count % stride == 0 || d->fail("a ziplist ends within an element");
}

namespace {

// Elements of a canonical block that were seen: an open hash table of their positions.
class SeenElements {
 public:
  SeenElements(const uint8_t* block, const Hasher& hasher, size_t count)
      : block_(block), hasher_(hasher), mask_(std::bit_ceil(2 * count) - 1) {
    if (mask_ < kNearSlots) {
      slots_ = near_;
      std::fill_n(near_, mask_ + 1, 0);
    } else {
      far_.resize(mask_ + 1);
      slots_ = far_.data();
    }
  }

  // Whether the element was seen already.
  bool add(uint32_t position) {
    const uint32_t span = listpack::internal::span(block_ + position);
    size_t slot = hasher_(block_ + position, span) & mask_;
    for (; slots_[slot] != 0; slot = (slot + 1) & mask_) {
      const uint8_t* other = block_ + slots_[slot];
      if (listpack::internal::span(other) == span && std::memcmp(other, block_ + position, span) == 0)
        return true;
    }
    slots_[slot] = position;
    return false;
  }

 private:
  static constexpr size_t kNearSlots = 512;
  const uint8_t* block_;
  const Hasher& hasher_;
  size_t mask_;
  uint32_t* slots_;
  uint32_t near_[kNearSlots];
  std::vector<uint32_t> far_;
};

}  // namespace

bool has_duplicates(const uint8_t* block, uint32_t stride, const Hasher& hasher) {
  const uint32_t end = listpack::end(block);
  SeenElements seen(block, hasher, listpack::count(block) / stride + 1);
  for (uint32_t at = listpack::first(); at != end;) {
    if (seen.add(at)) return true;
    for (uint32_t i = 0; i < stride; i++) at = listpack::next(block, at);
  }
  return false;
}

void* make_packed(const Edit& edit, const uint8_t* block) {
  const size_t bytes = listpack::bytes(block);
  void* root = edit.alloc(packed_capacity(bytes));
  std::memcpy(root, block, bytes);
  return root;
}

}  // namespace redwing
