// SortedSetWriter: changes to the sorted set of one key, in any form and under views.
//
//   SortedSetWriter writer(keyspace, db, limits);
//   if (writer.open(key) == SortedSetWriter::Opened::kOther) ...;
//   writer.expect(2);
//   writer.add(...); writer.add(...);
//   writer.commit();
//
// Terms
//   limits    beyond which the packed form becomes a tree; a tree never becomes packed again.
//   expected  how many elements a command may add: the form is chosen for that many before any is added, even
//             if they then turn out to be there already.
//
// Between open and commit nothing else may write to the keyspace or open a view. A writer may be opened again
// after a commit. An empty sorted set is no key: commit removes it.
//
// Cost: as the forms' own; without views no lookup beyond the one of the key, and no allocation beside the
// elements'.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "collections/sorted_set/sorted_set.h"
#include "keyspace/edit.h"
#include "keyspace/keyspace.h"

namespace redwing {

struct SortedSetLimits {
  uint64_t packed_elements_max = 128;
  uint64_t packed_member_bytes_max = 64;
};

/// Conditions and manner of SortedSetWriter::add.
struct SortedSetAdd {
  bool if_absent = false;   // changes no member that is there
  bool if_present = false;  // adds no member
  bool if_greater = false;  // changes a score upwards only
  bool if_less = false;     // changes a score downwards only
  bool increment = false;   // the score is added to that of the member, if it is there
};

enum class SortedSetAdded : uint8_t {
  kAdded,
  kChanged,
  kSame,        // the member is there and has this score already
  kRefused,     // a condition did not hold
  kNotANumber,  // the sum of two infinities
};

class SortedSetWriter {
 public:
  enum class Opened : uint8_t { kAbsent, kSortedSet, kOther };

  SortedSetWriter(Keyspace& keyspace, int db, const SortedSetLimits& limits)
      : keyspace_(keyspace), db_(db), limits_(limits) {}
  SortedSetWriter(const SortedSetWriter&) = delete;
  SortedSetWriter& operator=(const SortedSetWriter&) = delete;

  /// Finds the key, whose bytes must stay until the commit. With kOther there is nothing to commit.
  Opened open(const Key& key);
  /// Chooses the form for so many more elements, of which the first has so many bytes.
  void expect(uint64_t elements, size_t first_member_bytes);
  /// Puts the result into the keyspace.
  void commit();

  bool exists() const { return root_ != nullptr; }
  uint64_t size() const { return root_ == nullptr || is_cleared_ ? 0 : read().size(); }
  /// What there is now; it must exist.
  SortedSet read() const { return {root_, encoding_}; }

  /// Adds a member or changes its score, which is not NaN; `result` becomes the score that it has then. Makes
  /// a sorted set if there is none.
  SortedSetAdded add(ByteView member, double score, const SortedSetAdd& how, double* result);
  /// The same for a tree, with the member's hash.
  SortedSetAdded add_hashed(ByteView member, uint64_t hash, double score, const SortedSetAdd& how,
                            double* result);
  /// The same in the ordinary manner.
  SortedSetAdded add(ByteView member, double score) {
    double result;
    return add(member, score, {}, &result);
  }
  /// False if there is no such member.
  bool remove(ByteView member);
  /// Removes ranks that exist. Nothing may be added before the next commit if these are all.
  void remove(RankRange ranks);

  /// Whether there is a packed sorted set, or none.
  bool is_packed() const {
    return root_ == nullptr || encoding_ == static_cast<uint8_t>(SortedSetForm::kPacked);
  }
  /// The tree that there is if it is not packed; for hashes, and to bring near what a change will touch.
  const SortedSetTree& tree_to_read() const { return *static_cast<const SortedSetTree*>(root_); }

 private:
  uint64_t hash_of(ByteView member) const { return keyspace_.hasher()(member.data, member.size); }
  SortedSetTree& tree();
  void set(void* root, SortedSetForm form, bool whole);
  ListpackRoot packed_root() const;
  PackedSortedSetEdit edit_packed() const;
  void make_tree();
  SortedSetAdded add_new(ByteView member, double score, const SortedSetAdd& how, double* result);
  SortedSetAdded add_packed(ByteView member, double score, const SortedSetAdd& how, double* result);
  SortedSetAdded add_to_tree(ByteView member, uint64_t hash, double score, const SortedSetAdd& how,
                             double* result);

  Keyspace& keyspace_;
  int db_;
  SortedSetLimits limits_;
  Key key_{nullptr, 0, 0};
  SlotRef slot_;
  std::optional<Edit> edit_;
  void* root_ = nullptr;  // nullptr: none yet
  uint8_t encoding_ = 0;
  bool is_new_ = false;      // the keyspace has no such key
  bool is_moved_ = false;    // root or form are not those that the keyspace has
  bool is_cleared_ = false;  // everything was removed at once; commit takes the key away
  bool whole_ = true;        // no view sees any part of the root
};

/// Puts elements that are in order, all different, into a key, over what it held; none: removes the key. They
/// may lie in the value that the key held. False if there is no such key and was none. O(elements).
bool store_sorted_set(Keyspace& keyspace, int db, const Key& key, std::span<const ScoredMember> elements,
                      const SortedSetLimits& limits);

}  // namespace redwing
