// Edit: the right to change one value's nodes while views may be reading it: copy-on-write for values that
// are made of nodes.
//
// A value that is no string hangs from its entry as a root. Two forms:
//   block   one allocation. It may be changed in place if `owns_root()`; otherwise it is copied, the copy is
//           changed and set with Keyspace::set_root(.., whole = true), and the old one given to release_root.
//   tree    a header, and nodes below it, each of at most about 16 KB and stamped with its birth (the epoch
//           in which it came to be). A header or node may be changed in place if may_change(birth). Otherwise
//           it is copied with birth() as the stamp of the copy, the copy is linked into its parent (which was
//           made changeable before), and the old one given to release. A copied header is set with
//           Keyspace::set_root(.., whole = false): the tree below it is still shared with the views.
//
// So a view that holds the entry sees, from its root on, only what no one changes any more, without locks.
// Every node is freed exactly once: by release when it is replaced, or with the value when that is freed.
//
// An Edit is made by Keyspace::edit for a key found by find_for_write, or by Keyspace::edit_new for a value
// that is being built, and is valid until the next call that may write to the keyspace. Without views,
// may_change is one comparison with 0.
#pragma once

#include <cstddef>
#include <cstdint>

#include "keyspace/table.h"
#include "memory/heap.h"

namespace redwing {

class Edit {
 public:
  Edit(Heap& heap, Table& table, uint64_t hash, uint64_t birth, uint64_t frozen, bool owns_root)
      : heap_(heap), table_(table), hash_(hash), birth_(birth), frozen_(frozen), owns_root_(owns_root) {}

  Heap& heap() const { return heap_; }
  /// The stamp of nodes made now.
  uint64_t birth() const { return birth_; }
  /// Whether a node with this stamp may be changed in place.
  bool may_change(uint64_t birth) const { return birth > frozen_; }
  /// Whether a root that is one block may be changed in place.
  bool owns_root() const { return owns_root_; }

  void* alloc(size_t size) const { return heap_.alloc(size); }
  /// Lets go of a node that was replaced: frees it, or keeps it until no view needs it.
  void release(void* node, size_t size, uint64_t birth) const { release_if(node, size, may_change(birth)); }
  /// Lets go of a root that is one block.
  void release_root(void* block, size_t size) const { release_if(block, size, owns_root_); }
  /// Lets go of memory of which the caller knows whether a view may see it.
  void release_if(void* memory, size_t size, bool unseen) const {
    if (unseen) [[likely]] {
      heap_.free(memory, size);
    } else {
      table_.release(RetiredKind::kMemory, memory, size, hash_, false);
    }
  }

 private:
  Heap& heap_;
  Table& table_;
  uint64_t hash_;  // of the key
  uint64_t birth_;
  uint64_t frozen_;  // what was born at or before may be read by a view; 0: nothing is
  bool owns_root_;
};

}  // namespace redwing
