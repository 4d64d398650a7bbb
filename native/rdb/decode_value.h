// Decoding of values: what stands behind the number of a type becomes a value of the keyspace. The types and
// what they look like: rdb/format.h.
//
// Each type is one of a few kinds of source (single elements, a packed block, blocks in a row) for one kind
// of collection. A source is checked as a whole (lengths, structure, doubles, order) while it is gone
// through; nothing of it is believed. A packed block that is canonical and within the limits becomes the
// value as it is; everything else is taken element by element, as commands would have put it in.
//
// Invariants
//   1. A decoder allocates for no more elements than the bytes that are left can hold, and for no longer text
//      than RdbInput::set_longest_text allows; memory for a text that the system does not have is a failure.
//   2. What was built of a value that turns out to be broken is freed, and the keyspace has not changed.
//
// Thread: the owner of the keyspace. Cost: O(bytes), and that of the value's own growth.
#pragma once

#include <cstdint>

#include "keyspace/edit.h"
#include "keyspace/keyspace.h"
#include "rdb/collection_limits.h"
#include "rdb/rdb_input.h"

namespace redwing {

enum class Decoded : uint8_t {
  kValue,
  kEmpty,  // a collection without elements: no value
  kFailed  // see RdbInput::error
};

/// Where a value goes.
struct Destination {
  Keyspace* keyspace;
  int db;
  Key key;
  Expiry expiry;
  bool is_trial = false;  // nothing is put there: it is only checked
};

/// Takes a value of this type and puts it into the keyspace, over what the key holds. `*entry` is then where
/// it is (nullptr for a trial), and may be nullptr.
Decoded decode_value(RdbInput* input, uint8_t type, const Destination& to, const CollectionLimits& limits,
                     Entry** entry);

// -- For the decoders of each kind. --

/// What they share for one value.
struct Decoding {
  RdbInput& input;
  const Destination& to;
  const CollectionLimits& limits;
  const Edit edit;
  RdbText text;   // of the element that is being taken
  RdbText other;  // of its value

  const Hasher& hasher() const { return to.keyspace->hasher(); }
  Releaser releaser() const { return {edit.heap(), true}; }
  bool fail(const char* reason) { return input.fail(reason); }
};

/// Collections of at least as many elements are taken some elements at a time, so that the memory which their
/// tables need is on its way while others are looked at.
inline constexpr uint64_t kManyElements = 256;
inline constexpr size_t kElementsAtATime = 16;

/// A value that was made and is not in the keyspace yet.
struct Made {
  void* root = nullptr;  // nullptr: it has no elements
  uint8_t encoding = 0;
};

/// Most bytes of a packed block.
inline constexpr size_t kBlockBytesMax = size_t{1} << 30;

// False if it failed.
bool decode_list(Decoding* d, uint8_t type, Made* made);
bool decode_set(Decoding* d, uint8_t type, Made* made);
bool decode_hash(Decoding* d, uint8_t type, Made* made);
bool decode_sorted_set(Decoding* d, uint8_t type, Made* made);
bool decode_stream(Decoding* d, uint8_t type, Made* made);

/// Takes a packed block: one text of a bounded size.
bool take_block(Decoding* d, ByteView* block);
/// The same for a listpack, which is checked, and has a multiple of `stride` elements; `*count` of them.
bool take_listpack(Decoding* d, uint32_t stride, const uint8_t** block, uint32_t* count);
/// The same for a ziplist.
bool take_ziplist(Decoding* d, uint32_t stride, ByteView* block, uint64_t* count);

/// Whether two of every stride-th element of a canonical block are equal. O(bytes).
bool has_duplicates(const uint8_t* block, uint32_t stride, const Hasher& hasher);

/// The block as the root of a value.
void* make_packed(const Edit& edit, const uint8_t* block);

}  // namespace redwing
