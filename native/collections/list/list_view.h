// ListView: reading a list, on the loop or through a frozen view.
//
// It borrows the root of an entry and is valid as long as that is. Any thread that may read the entry. Blocks
// that it hands out are listpacks; positions in them as in types/listpack.h.
#pragma once

#include <cstdint>

#include "collections/list/list_root.h"
#include "keyspace/entry.h"

namespace redwing {

class ListView {
 public:
  /// The entry must hold a list.
  explicit ListView(const Entry& entry) : ListView(entry.root(), entry.encoding()) {}
  ListView(const void* root, uint8_t encoding)
      : root_(root), encoding_(static_cast<ListEncoding>(encoding)) {}

  /// Number of elements. O(1).
  uint64_t length() const { return is_packed() ? listpack::count(packed()) : chunked().tree.weight(); }

  /// The element at an index below length(). A string points into the list. O(log n), and a walk in one
  /// block.
  PackedValue at(uint64_t index) const;

  /// Calls visit(const uint8_t* block, uint32_t pos, uint64_t elements) for the runs of elements, in order,
  /// that make up `count` elements from index `from` on; both are within the list. O(log n + count).
  template <typename Visit>
  void for_range(uint64_t from, uint64_t count, Visit&& visit) const {
    if (count == 0) return;
    if (is_packed()) {
      visit(packed(), listpack::seek(packed(), static_cast<int64_t>(from)), count);
      return;
    }
    uint64_t within = 0;
    auto cursor = chunked().tree.at_rank(from, &within);
    for (; count > 0; within = 0) {
      const ChunkItem item = cursor.item();
      const uint64_t run = std::min(count, item.count - within);
      visit(item.chunk->block(), listpack::seek(item.chunk->block(), static_cast<int64_t>(within)), run);
      count -= run;
      if (count > 0) chunked().tree.next(&cursor);
    }
  }

  /// The same backwards: the runs, each from its position towards the head, of `count` elements from index
  /// `from` on down.
  template <typename Visit>
  void for_range_backwards(uint64_t from, uint64_t count, Visit&& visit) const {
    if (count == 0) return;
    if (is_packed()) {
      visit(packed(), listpack::seek(packed(), static_cast<int64_t>(from)), count);
      return;
    }
    uint64_t within = 0;
    auto cursor = chunked().tree.at_rank(from, &within);
    for (;;) {
      const uint8_t* block = cursor.item().chunk->block();
      const uint64_t run = std::min(count, within + 1);
      visit(block, listpack::seek(block, static_cast<int64_t>(within)), run);
      count -= run;
      if (count == 0 || !chunked().tree.previous(&cursor)) return;
      within = cursor.item().count - 1;
    }
  }

  /// Calls visit(const uint8_t* block, uint64_t elements) for all blocks from one end on, until it returns
  /// false.
  template <typename Visit>
  void for_blocks(ListEnd from, Visit&& visit) const {
    if (is_packed()) {
      visit(packed(), uint64_t{listpack::count(packed())});
      return;
    }
    const ChunkTree& tree = chunked().tree;
    const bool forward = from == ListEnd::kHead;
    auto cursor = forward ? tree.begin() : tree.last();
    while (!cursor.at_end() && visit(cursor.item().chunk->block(), cursor.item().count)) {
      if (forward) {
        tree.next(&cursor);
      } else if (!tree.previous(&cursor)) {
        return;
      }
    }
  }

  /// The index of the first element of this value, or kNotFound. O(bytes).
  uint64_t find(const PackedValue& value) const;
  static constexpr uint64_t kNotFound = UINT64_MAX;

 private:
  bool is_packed() const { return encoding_ == ListEncoding::kPacked; }
  const uint8_t* packed() const { return static_cast<const uint8_t*>(root_); }
  const ListRoot& chunked() const { return *static_cast<const ListRoot*>(root_); }

  const void* root_;
  ListEncoding encoding_;
};

/// How many elements there are from position `from` up to `to`. O(result).
uint64_t count_between(const uint8_t* block, uint32_t from, uint32_t to);

}  // namespace redwing
