// Set: a collection of distinct members, in one of three forms.
//
//   integers   an IntegerSet, while all members are canonical integers and few
//   packed     a listpack of members, in the order in which they came, while they are few and short
//   table      TableSet: a Dictionary of members without values
//
// A set only goes from a form to one further down. Its limits come with each change (SetLimits), for they are
// settings of the server.
//
// A `SetRef` names a set to read: a root with its encoding, from the owner's entry or from a view's. Changes
// go through `SetEditor`, which keeps track of the root and encoding that the entry must get in the end.
//
// Cost: add, erase, contains O(1) in a table, O(n) in the small forms; random O(1) in integers and tables.
// 1M members of 16 bytes take about 34 bytes each.
#pragma once

#include <cstdint>

#include "collections/dictionary.h"
#include "collections/packed_root.h"
#include "collections/set/integer_set.h"
#include "keyspace/entry.h"

namespace redwing {

/// Numbers of the forms, as entries carry them.
enum class SetEncoding : uint8_t { kIntegers = 0, kPacked = 1, kTable = 2 };

/// Until where sets stay in the small forms.
struct SetLimits {
  uint64_t integers;      // members of an integer set
  uint64_t packed;        // members of a packed one
  uint64_t packed_bytes;  // of each member in it
};

/// The header of a large set.
struct TableSet {
  uint64_t birth;
  uint64_t entry_bytes;  // of all members' entries, as allocated
  Dictionary members;
};

/// A set to read. Any thread that may read its entry.
class SetRef {
 public:
  SetRef(const void* root, uint8_t encoding) : root_(root), encoding_(static_cast<SetEncoding>(encoding)) {}
  explicit SetRef(const Entry& entry) : SetRef(entry.root(), entry.encoding()) {}

  SetEncoding encoding() const { return encoding_; }
  uint64_t size() const;
  bool contains(ByteView member) const;
  /// The same for a member of another set. In tables all members are strings, integers too.
  bool contains(const PackedValue& member) const;
  /// Calls visit(PackedValue) for the members (see memory/visitor.h).
  template <typename Visit>
  void for_each(Visit&& visit) const;
  /// One of the members, each equally likely; the set is not empty.
  PackedValue random(FunctionRef<uint64_t()> draw) const;
  const Dictionary& table() const { return static_cast<const TableSet*>(root_)->members; }

 private:
  const uint8_t* block() const { return static_cast<const uint8_t*>(root_); }
  const void* root_;
  SetEncoding encoding_;
};

/// The smallest form as a root.
struct IntegerSetFormat {
  static constexpr size_t kEmptyBytes = integer_set::kHeaderBytes;
  static size_t bytes(const uint8_t* block) { return integer_set::bytes(block); }
  static void init(uint8_t* block) { integer_set::init(block); }
};
using IntegerSetRoot = PackedRoot<IntegerSetFormat>;

/// Changes one set. Root and encoding are read back when it is done.
class SetEditor {
 public:
  /// Of a set that exists; `root` and `encoding` are its entry's.
  SetEditor(const Edit& edit, const Hasher& hasher, void* root, uint8_t encoding)
      : edit_(edit), hasher_(hasher), root_(root), encoding_(static_cast<SetEncoding>(encoding)) {}
  /// Of an empty new one, in the form that suits its first member and the number expected.
  SetEditor(const Edit& edit, const Hasher& hasher, ByteView first, uint64_t expected,
            const SetLimits& limits);

  /// Before many are added at once: leaves a small form that could not hold as many.
  void expect(uint64_t members, const SetLimits& limits);
  /// Whether the member was not there.
  bool add(ByteView member, const SetLimits& limits);
  /// The same for a member whose hash is known, to a table.
  bool add_hashed(ByteView member, uint64_t hash);
  /// Whether the member was there.
  bool erase(ByteView member);

  void* root() const { return root_; }
  uint8_t encoding() const { return static_cast<uint8_t>(encoding_); }
  SetRef ref() const { return {root_, encoding()}; }
  /// Whether no part of the root can be seen by a view (for Keyspace::set_root).
  bool is_whole() const { return encoding_ != SetEncoding::kTable || is_fresh_table_; }

 private:
  const uint8_t* block() const { return static_cast<const uint8_t*>(root_); }
  uint8_t* writable_block() { return static_cast<uint8_t*>(root_); }
  bool owns_block() const { return is_moved_ || edit_.owns_root(); }
  ListpackRoot packed() const { return {edit_, root_, owns_block()}; }
  IntegerSetRoot integers() const { return {edit_, root_, owns_block()}; }
  void keep(void* block) {
    is_moved_ = is_moved_ || block != root_;
    root_ = block;
  }
  TableSet* writable_table();
  bool add_to_integers(ByteView member, const SetLimits& limits);
  bool add_to_packed(ByteView member, const SetLimits& limits);
  void insert_into_table(TableSet* table, ByteView member, uint64_t hash);
  void to_packed();
  void to_table();

  const Edit& edit_;
  const Hasher& hasher_;
  void* root_;
  SetEncoding encoding_;
  bool is_moved_ = false;  // whether a root that is a block came to be here
  bool is_fresh_table_ = false;
};

/// What the keyspace must know of sets.
const ValueType& set_type();

template <typename Visit>
void SetRef::for_each(Visit&& visit) const {
  if (encoding_ == SetEncoding::kIntegers) {
    for (uint32_t i = 0; i < integer_set::count(block()); i++) {
      if (!show(visit, PackedValue::of_integer(integer_set::at(block(), i)))) return;
    }
  } else if (encoding_ == SetEncoding::kPacked) {
    const uint32_t end = listpack::end(block());
    for (uint32_t at = listpack::first(); at != end; at = listpack::next(block(), at)) {
      if (!show(visit, listpack::get(block(), at))) return;
    }
  } else {
    table().for_each([&](const Entry* entry) { return show(visit, PackedValue::of_string(entry->key())); });
  }
}

}  // namespace redwing
