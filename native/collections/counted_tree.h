// CountedTree: a sequence of small items in a B+tree that counts what is below each node, so that the item at
// a rank, and the rank of an item, are found in O(log n): what sorted sets, large lists and streams stand on.
//
//   inner   | header | child: node, weight below it, its first item | ...      up to 64 children, 2 KB
//   leaf    | header | item | item | ...                                       up to 128 items
//
// Terms
//   item     trivially copyable, at most 32 bytes. What it points to belongs to the tree's owner.
//   weight   of an item, by the trait `Weigh`: how many elements it stands for: 1, or those of a packed
//            chunk
//   rank     the sum of the weights before a place
//   cursor   a place in the tree: a path from the root to an item, or to the end
//
// Order. The tree does not compare items itself. `lower_bound` takes a predicate that is true for all items
// before the wanted place and false from there on; inner nodes answer it with the copies of their children's
// first items, which follow every change. So an item's sort key must not change except by `replace`.
//
// Copy-on-write (see keyspace/edit.h). Nodes carry their birth; a change makes the nodes on its path
// changeable first. The tree object itself is part of a header that its owner made changeable before.
//
// Invariants
//   1. All leaves are equally deep. A node that falls below a quarter of its capacity is merged with a
//      neighbour if both fit three quarters of a node.
//   2. A child's weight and first item are those of the node; no node below the root is empty.
//   3. Leaves grow by doubling, so that a small tree takes little.
//
// Source: Bayer and McCreight, "Organization and maintenance of large ordered indexes", 1972; counts per
// child as in order-statistic trees. Cost: O(log n) for all; a change in a leaf moves at most its 128 items.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>

#include "keyspace/edit.h"
#include "memory/assert.h"
#include "memory/visitor.h"

namespace redwing {

template <typename Item, typename Weigh>
class CountedTree {
  static_assert(std::is_trivially_copyable_v<Item> && sizeof(Item) <= 32);

 public:
  static constexpr uint32_t kLeafItemsMax = 128;
  static constexpr uint32_t kChildrenMax = 64;
  static constexpr uint32_t kHeightMax = 10;

 private:
  struct Node {
    uint64_t birth;
    uint16_t count;
    uint16_t capacity;
    uint16_t level;  // 0: a leaf
    uint16_t reserved;
  };
  struct Child {
    Node* node;
    uint64_t weight;
    Item first;
  };

 public:
  /// A place in a tree. Valid until the tree is changed otherwise than through it.
  class Cursor {
   public:
    /// Whether it stands behind the last item.
    bool at_end() const { return levels_ == 0 || index_[0] == nodes_[0]->count; }
    const Item& item() const { return items_of(nodes_[0])[index_[0]]; }

   private:
    friend class CountedTree;
    Node* nodes_[kHeightMax];  // [0]: the leaf
    uint32_t index_[kHeightMax];
    uint32_t levels_ = 0;  // 0: the tree is empty
  };

  bool empty() const { return root_ == nullptr; }
  /// Sum of the weights of all items.
  uint64_t weight() const { return weight_; }
  /// Bytes of all nodes, as allocated.
  size_t bytes() const { return bytes_; }
  size_t nodes() const { return nodes_; }

  // -- Finding. --

  Cursor begin() const {
    return descend([](const Node*) { return 0u; });
  }
  /// Behind the last item.
  Cursor end() const {
    Cursor cursor = descend([](const Node* node) { return node->count - 1u; });
    if (cursor.levels_ != 0) cursor.index_[0]++;
    return cursor;
  }
  /// The last item; the end if there is none.
  Cursor last() const {
    return descend([](const Node* node) { return node->count - 1u; });
  }
  /// The item that covers a rank below weight(), and in `within` how far inside; else the end.
  Cursor at_rank(uint64_t rank, uint64_t* within = nullptr) const;
  /// The first item for which before(item) is false; the end if there is none.
  template <typename Before>
  Cursor lower_bound(Before&& before) const;
  /// Brings near the leaf in which lower_bound(before) will end.
  template <typename Before>
  void prefetch_leaf(Before&& before) const {
    constexpr size_t kLine = 64;
    if (root_ == nullptr) return;
    const Node* node = root_;
    for (uint32_t level = height_ - 1; level > 0; level--)
      node = children_of(node)[child_before(node, before)].node;
    const auto* bytes = reinterpret_cast<const uint8_t*>(node);
    constexpr size_t kLines = (kHeaderBytes + kLeafItemsMax * sizeof(Item) + kLine - 1) / kLine;
    RW_UNROLL
    for (size_t i = 0; i < kLines; i++) platform::prefetch(bytes + i * kLine);
  }
  /// The rank of a place. O(log n) node scans.
  uint64_t rank(const Cursor& cursor) const;

  /// The item in front of a place, nullptr if there is none; and the one behind the item at the cursor.
  const Item* item_before(const Cursor& cursor) const;
  const Item* item_behind(const Cursor& cursor) const;
  /// To the following item, or to the end. Not at the end.
  void next(Cursor* cursor) const;
  /// To the item before; false (and unmoved) at the beginning.
  bool previous(Cursor* cursor) const;

  /// Calls visit(const Item&) from a place on (see memory/visitor.h).
  template <typename Visit>
  void visit_from(Cursor cursor, Visit&& visit) const {
    while (!cursor.at_end()) {
      const Node* leaf = cursor.nodes_[0];
      for (uint32_t i = cursor.index_[0]; i < leaf->count; i++) {
        if (!show(visit, items_of(leaf)[i])) return;
      }
      cursor.index_[0] = leaf->count - 1u;
      next(&cursor);
    }
  }

  // -- Changing. The cursor moves along into copies of nodes. --

  /// Puts an item in front of the cursor, which then stands on it.
  void insert(const Edit& edit, Cursor* cursor, const Item& item);
  /// Takes the item out; the cursor then stands on what followed it.
  void erase(const Edit& edit, Cursor* cursor);
  /// Exchanges the item for one that belongs at the same place.
  void replace(const Edit& edit, Cursor* cursor, const Item& item);

  // -- Whole trees. --

  /// Calls visit(const Item&) for all items in order.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    if (root_ != nullptr) visit_node(root_, visit);
  }
  /// Frees all nodes; on_item(Item&) is called for each item before. Any thread that has the tree for itself.
  template <typename OnItem>
  void free_all(const Releaser& releaser, OnItem&& on_item) {
    const auto let_go = [&releaser](Node* node) { releaser.free(node, bytes_of(node)); };
    if (root_ != nullptr) clear_node(root_, on_item, let_go);
    *this = CountedTree();
  }
  /// Lets go of all nodes of a tree whose owner lives on; on_item(const Item&) as above. O(nodes + items).
  template <typename OnItem>
  void release_all(const Edit& edit, OnItem&& on_item) {
    const auto let_go = [&edit](Node* node) { edit.release(node, bytes_of(node), node->birth); };
    if (root_ != nullptr) clear_node(root_, on_item, let_go);
    *this = CountedTree();
  }
  /// Makes this empty tree a copy of another, with copy_item(const Item&) in the place of each item.
  template <typename CopyItem>
  void copy_from(const CountedTree& other, Heap& heap, uint64_t birth, CopyItem&& copy_item) {
    if (other.root_ == nullptr) return;
    root_ = copy_node(other.root_, heap, birth, copy_item);
    weight_ = other.weight_;
    height_ = other.height_;
    bytes_ = other.bytes_;
    nodes_ = other.nodes_;
  }

  /// Aborts when an invariant does not hold. O(items); for tests.
  void check_invariants() const {
    size_t bytes = 0, nodes = 0;
    uint64_t weight = root_ == nullptr ? 0 : check_node(root_, height_ - 1, &bytes, &nodes);
    RW_ASSERT(weight == weight_ && bytes == bytes_ && nodes == nodes_, "a tree counts");
  }

 private:
  static constexpr size_t kHeaderBytes = sizeof(Node);
  static_assert(alignof(Item) <= 8 && kHeaderBytes % 8 == 0);

  static Item* items_of(Node* node) { return reinterpret_cast<Item*>(node + 1); }
  static const Item* items_of(const Node* node) { return reinterpret_cast<const Item*>(node + 1); }
  static Child* children_of(Node* node) { return reinterpret_cast<Child*>(node + 1); }
  static const Child* children_of(const Node* node) { return reinterpret_cast<const Child*>(node + 1); }
  static size_t bytes_for(uint32_t level, uint32_t capacity) {
    return kHeaderBytes + capacity * (level == 0 ? sizeof(Item) : sizeof(Child));
  }
  static size_t bytes_of(const Node* node) { return bytes_for(node->level, node->capacity); }
  static uint32_t capacity_max(uint32_t level) { return level == 0 ? kLeafItemsMax : kChildrenMax; }
  static const Item& first_of(const Node* node) {
    return node->level == 0 ? items_of(node)[0] : children_of(node)[0].first;
  }
  static uint64_t weight_of(const Node* node) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < node->count; i++)
      sum += node->level == 0 ? Weigh()(items_of(node)[i]) : children_of(node)[i].weight;
    return sum;
  }
  static size_t slot_bytes(const Node* node) { return node->level == 0 ? sizeof(Item) : sizeof(Child); }
  static uint8_t* slot(Node* node, uint32_t i) {
    return reinterpret_cast<uint8_t*>(node + 1) + i * slot_bytes(node);
  }

  Node* new_node(const Edit& edit, uint32_t level, uint32_t capacity) {
    size_t bytes = bytes_for(level, capacity);
    auto* node = ::new (edit.alloc(bytes)) Node{};
    node->birth = edit.birth();
    node->capacity = static_cast<uint16_t>(capacity);
    node->level = static_cast<uint16_t>(level);
    bytes_ += Heap::class_size(bytes);
    nodes_++;
    return node;
  }
  void drop_node(const Edit& edit, Node* node) {
    bytes_ -= Heap::class_size(bytes_of(node));
    nodes_--;
    edit.release(node, bytes_of(node), node->birth);
  }
  // The same content in a node of another capacity.
  Node* reseat(const Edit& edit, Node* node, uint32_t capacity) {
    Node* fresh = new_node(edit, node->level, capacity);
    fresh->count = node->count;
    std::memcpy(slot(fresh, 0), slot(node, 0), node->count * slot_bytes(node));
    drop_node(edit, node);
    return fresh;
  }

  template <typename Choose>
  Cursor descend(Choose&& choose) const {
    Cursor cursor;
    cursor.levels_ = height_;
    Node* node = root_;
    for (uint32_t level = height_; level-- > 0;) {
      cursor.nodes_[level] = node;
      cursor.index_[level] = choose(node);
      if (level != 0) node = children_of(node)[cursor.index_[level]].node;
    }
    return cursor;
  }

  // The last child whose first item is before the wanted place, or the first child.
  template <typename Before>
  static uint32_t child_before(const Node* node, Before&& before) {
    auto is_before = [&before](const Child& child) { return before(child.first); };
    const uint32_t found = partition_index(children_of(node), node->count, is_before);
    return found - (found != 0);
  }
  // The index of the first element for which before(element) is false. What it decides moves a pointer, so
  // that a cheap predicate needs no branch, which would be mispredicted every other time.
  template <typename Element, typename Before>
  static uint32_t partition_index(const Element* elements, uint32_t count, Before&& before) {
    const Element* first = elements;
    while (count > 1) {
      const uint32_t half = count / 2;
      const Element* behind = first + half;
      first = before(behind[-1]) ? behind : first;
      count -= half;
    }
    return static_cast<uint32_t>(first - elements) + (count == 1 && before(*first) ? 1 : 0);
  }

  void link(Cursor* cursor, uint32_t level, Node* node) {
    cursor->nodes_[level] = node;
    if (level + 1 == height_) {
      root_ = node;
    } else {
      children_of(cursor->nodes_[level + 1])[cursor->index_[level + 1]].node = node;
    }
  }
  // Makes all nodes on the path changeable.
  void own_path(const Edit& edit, Cursor* cursor) {
    for (uint32_t level = height_; level-- > 0;) {
      Node* node = cursor->nodes_[level];
      if (!edit.may_change(node->birth)) link(cursor, level, reseat(edit, node, node->capacity));
    }
  }
  // After a change at the leaf: weights, and first items where the path goes along the left edge.
  void settle_path(Cursor* cursor, uint64_t added, bool first_changed) {
    weight_ += added;
    for (uint32_t level = 1; level < height_; level++) {
      Child& child = children_of(cursor->nodes_[level])[cursor->index_[level]];
      child.weight += added;
      if (first_changed) child.first = first_of(child.node);
      first_changed = first_changed && cursor->index_[level] == 0;
    }
  }

  void open_gap(Node* node, uint32_t at) {
    std::memmove(slot(node, at + 1), slot(node, at), (node->count - at) * slot_bytes(node));
    node->count++;
  }
  void close_gap(Node* node, uint32_t at) {
    node->count--;
    std::memmove(slot(node, at), slot(node, at + 1), (node->count - at) * slot_bytes(node));
  }
  void make_room(const Edit& edit, Cursor* cursor, uint32_t level);
  void split(const Edit& edit, Cursor* cursor, uint32_t level);
  void add_root(const Edit& edit, Cursor* cursor);
  void shrink(const Edit& edit, Cursor* cursor, uint32_t level);
  void merge(const Edit& edit, Cursor* cursor, uint32_t level, uint32_t left_index);
  void lower_root(const Edit& edit, Cursor* cursor);
  void remove_empty(const Edit& edit, Cursor* cursor, uint32_t level);

  template <typename Visit>
  static void visit_node(const Node* node, Visit& visit) {
    for (uint32_t i = 0; i < node->count; i++) {
      if (node->level == 0) {
        visit(items_of(node)[i]);
      } else {
        visit_node(children_of(node)[i].node, visit);
      }
    }
  }
  template <typename OnItem, typename LetGo>
  static void clear_node(Node* node, OnItem& on_item, const LetGo& let_go) {
    for (uint32_t i = 0; i < node->count; i++) {
      if (node->level == 0) {
        on_item(items_of(node)[i]);
      } else {
        clear_node(children_of(node)[i].node, on_item, let_go);
      }
    }
    let_go(node);
  }
  template <typename CopyItem>
  static Node* copy_node(const Node* node, Heap& heap, uint64_t birth, CopyItem& copy_item) {
    auto* copy = ::new (heap.alloc(bytes_of(node))) Node(*node);
    copy->birth = birth;
    for (uint32_t i = 0; i < node->count; i++) {
      if (node->level == 0) {
        ::new (items_of(copy) + i) Item(copy_item(items_of(node)[i]));
      } else {
        const Child& child = children_of(node)[i];
        Node* below = copy_node(child.node, heap, birth, copy_item);
        ::new (children_of(copy) + i) Child{below, child.weight, first_of(below)};
      }
    }
    return copy;
  }
  static uint64_t check_node(const Node* node, uint32_t level, size_t* bytes, size_t* nodes);

  Node* root_ = nullptr;
  uint64_t weight_ = 0;
  uint32_t height_ = 0;
  size_t bytes_ = 0;
  size_t nodes_ = 0;
};

// ---- Finding ----

template <typename Item, typename Weigh>
auto CountedTree<Item, Weigh>::at_rank(uint64_t rank, uint64_t* within) const -> Cursor {
  if (rank >= weight_) return end();
  Cursor cursor = descend([&rank](const Node* node) {
    uint32_t i = 0;
    for (;; i++) {
      uint64_t weight = node->level == 0 ? Weigh()(items_of(node)[i]) : children_of(node)[i].weight;
      if (rank < weight) return i;
      rank -= weight;
    }
  });
  if (within != nullptr) *within = rank;
  return cursor;
}

template <typename Item, typename Weigh>
template <typename Before>
auto CountedTree<Item, Weigh>::lower_bound(Before&& before) const -> Cursor {
  Cursor cursor = descend([&before](const Node* node) -> uint32_t {
    return node->level != 0 ? child_before(node, before)
                            : partition_index(items_of(node), node->count, before);
  });
  // Behind the last item of its leaf, the place is the first item of the following one.
  if (cursor.levels_ != 0 && cursor.index_[0] == cursor.nodes_[0]->count) {
    cursor.index_[0]--;
    next(&cursor);
  }
  return cursor;
}

template <typename Item, typename Weigh>
uint64_t CountedTree<Item, Weigh>::rank(const Cursor& cursor) const {
  uint64_t sum = 0;
  for (uint32_t level = cursor.levels_; level-- > 0;) {
    const Node* node = cursor.nodes_[level];
    for (uint32_t i = 0; i < cursor.index_[level]; i++)
      sum += level == 0 ? Weigh()(items_of(node)[i]) : children_of(node)[i].weight;
  }
  return sum;
}

template <typename Item, typename Weigh>
auto CountedTree<Item, Weigh>::item_before(const Cursor& cursor) const -> const Item* {
  if (cursor.levels_ == 0) return nullptr;
  if (cursor.index_[0] > 0) [[likely]]
    return items_of(cursor.nodes_[0]) + cursor.index_[0] - 1;
  Cursor other = cursor;
  return previous(&other) ? &other.item() : nullptr;
}

template <typename Item, typename Weigh>
auto CountedTree<Item, Weigh>::item_behind(const Cursor& cursor) const -> const Item* {
  if (cursor.index_[0] + 1u < cursor.nodes_[0]->count) [[likely]]
    return items_of(cursor.nodes_[0]) + cursor.index_[0] + 1;
  Cursor other = cursor;
  next(&other);
  return other.at_end() ? nullptr : &other.item();
}

template <typename Item, typename Weigh>
void CountedTree<Item, Weigh>::next(Cursor* cursor) const {
  if (++cursor->index_[0] < cursor->nodes_[0]->count) return;
  uint32_t level = 1;
  while (level < cursor->levels_ && cursor->index_[level] + 1 == cursor->nodes_[level]->count) level++;
  if (level >= cursor->levels_) return;  // the end: behind the last item of the last leaf
  cursor->index_[level]++;
  for (; level > 0; level--) {
    cursor->nodes_[level - 1] = children_of(cursor->nodes_[level])[cursor->index_[level]].node;
    cursor->index_[level - 1] = 0;
  }
}

template <typename Item, typename Weigh>
bool CountedTree<Item, Weigh>::previous(Cursor* cursor) const {
  uint32_t level = 0;
  while (level < cursor->levels_ && cursor->index_[level] == 0) level++;
  if (level >= cursor->levels_) return false;
  cursor->index_[level]--;
  for (; level > 0; level--) {
    Node* below = children_of(cursor->nodes_[level])[cursor->index_[level]].node;
    cursor->nodes_[level - 1] = below;
    cursor->index_[level - 1] = below->count - 1u;
  }
  return true;
}

}  // namespace redwing

#include "collections/counted_tree_changes.h"
