// How a CountedTree changes: the members of it that insert, replace and erase, with their splits and merges.
// A part of counted_tree.h, which includes it; nobody else does.
#pragma once

namespace redwing {

// ---- Changing ----

template <typename Item, typename Weigh>
void CountedTree<Item, Weigh>::insert(const Edit& edit, Cursor* cursor, const Item& item) {
  if (root_ == nullptr) {
    constexpr uint32_t kFirstCapacity = 4;
    root_ = new_node(edit, 0, kFirstCapacity);
    height_ = cursor->levels_ = 1;
    cursor->nodes_[0] = root_;
    cursor->index_[0] = 0;
  }
  own_path(edit, cursor);
  make_room(edit, cursor, 0);
  Node* leaf = cursor->nodes_[0];
  uint32_t at = cursor->index_[0];
  open_gap(leaf, at);
  ::new (items_of(leaf) + at) Item(item);
  settle_path(cursor, Weigh()(item), at == 0);
}

// Makes sure that the node of the path at this level, and with it each above, takes one more.
template <typename Item, typename Weigh>
void CountedTree<Item, Weigh>::make_room(const Edit& edit, Cursor* cursor, uint32_t level) {
  Node* node = cursor->nodes_[level];
  if (node->count < node->capacity) [[likely]]
    return;
  if (node->capacity < capacity_max(level)) {
    link(cursor, level, reseat(edit, node, std::min<uint32_t>(node->capacity * 2u, capacity_max(level))));
  } else {
    split(edit, cursor, level);
  }
}

template <typename Item, typename Weigh>
void CountedTree<Item, Weigh>::add_root(const Edit& edit, Cursor* cursor) {
  RW_ASSERT(height_ < kHeightMax, "a tree keeps a sane height");
  Node* root = new_node(edit, height_, 4);
  root->count = 1;
  ::new (children_of(root)) Child{root_, weight_, first_of(root_)};
  root_ = root;
  cursor->nodes_[height_] = root;
  cursor->index_[height_] = 0;
  cursor->levels_ = ++height_;
}

// Splits a full node. At the ends of the tree, where growth is one-sided, the old node stays nearly full.
template <typename Item, typename Weigh>
void CountedTree<Item, Weigh>::split(const Edit& edit, Cursor* cursor, uint32_t level) {
  if (level + 1 == height_) add_root(edit, cursor);
  make_room(edit, cursor, level + 1);
  Node* node = cursor->nodes_[level];
  uint32_t count = node->count, at = cursor->index_[level];
  const bool is_place = level == 0;  // `at` is where an item will go; above, the child that the path takes
  uint32_t left_count = count / 2;
  if (at + (is_place ? 0 : 1) == count) left_count = count - count / 16;
  if (at == 0) left_count = count / 16;
  Node* right = new_node(edit, level, capacity_max(level));
  right->count = static_cast<uint16_t>(count - left_count);
  std::memcpy(slot(right, 0), slot(node, left_count), right->count * slot_bytes(node));
  node->count = static_cast<uint16_t>(left_count);
  Node* parent = cursor->nodes_[level + 1];
  uint32_t place = cursor->index_[level + 1];
  open_gap(parent, place + 1);
  uint64_t right_weight = weight_of(right);
  children_of(parent)[place].weight -= right_weight;
  ::new (children_of(parent) + place + 1) Child{right, right_weight, first_of(right)};
  if (is_place ? at > left_count : at >= left_count) {
    cursor->nodes_[level] = right;
    cursor->index_[level] = at - left_count;
    cursor->index_[level + 1] = place + 1;
  }
}

template <typename Item, typename Weigh>
void CountedTree<Item, Weigh>::replace(const Edit& edit, Cursor* cursor, const Item& item) {
  own_path(edit, cursor);
  Item& place = items_of(cursor->nodes_[0])[cursor->index_[0]];
  uint64_t added = Weigh()(item) - Weigh()(place);  // may wrap, as sums do
  place = item;
  settle_path(cursor, added, cursor->index_[0] == 0);
}

template <typename Item, typename Weigh>
void CountedTree<Item, Weigh>::erase(const Edit& edit, Cursor* cursor) {
  own_path(edit, cursor);
  Node* leaf = cursor->nodes_[0];
  uint32_t at = cursor->index_[0];
  uint64_t removed = Weigh()(items_of(leaf)[at]);
  close_gap(leaf, at);
  if (leaf->count == 0) {
    settle_path(cursor, uint64_t{0} - removed, false);
    remove_empty(edit, cursor, 0);
    return;
  }
  settle_path(cursor, uint64_t{0} - removed, at == 0);
  shrink(edit, cursor, 0);
  if (cursor->index_[0] == cursor->nodes_[0]->count) {
    cursor->index_[0]--;
    next(cursor);
  }
}

// Takes a node without content out of its parent, and the parents that become empty by that.
template <typename Item, typename Weigh>
void CountedTree<Item, Weigh>::remove_empty(const Edit& edit, Cursor* cursor, uint32_t level) {
  while (cursor->nodes_[level]->count == 0) {
    drop_node(edit, cursor->nodes_[level]);
    if (level + 1 == height_) {
      *this = CountedTree();
      *cursor = Cursor();
      return;
    }
    level++;
    close_gap(cursor->nodes_[level], cursor->index_[level]);
  }
  // The place is now the child that followed, or the end of this node.
  Node* node = cursor->nodes_[level];
  bool was_first = cursor->index_[level] == 0;
  for (uint32_t above = level + 1; above < height_ && was_first; above++) {
    Child& child = children_of(cursor->nodes_[above])[cursor->index_[above]];
    child.first = first_of(child.node);
    was_first = cursor->index_[above] == 0;
  }
  const bool past = cursor->index_[level] == node->count;
  if (past) cursor->index_[level]--;
  for (uint32_t below = level; below > 0; below--) {
    cursor->nodes_[below - 1] = children_of(cursor->nodes_[below])[cursor->index_[below]].node;
    cursor->index_[below - 1] = past ? cursor->nodes_[below - 1]->count - 1u : 0;
  }
  if (past) next(cursor);
  lower_root(edit, cursor);
}

template <typename Item, typename Weigh>
void CountedTree<Item, Weigh>::lower_root(const Edit& edit, Cursor* cursor) {
  while (height_ > 1 && root_->count == 1) {
    Node* old = root_;
    root_ = children_of(old)[0].node;
    drop_node(edit, old);
    cursor->levels_ = --height_;
  }
}

// Merges a node that became sparse with a neighbour, and lowers the tree when its root has one child.
template <typename Item, typename Weigh>
void CountedTree<Item, Weigh>::shrink(const Edit& edit, Cursor* cursor, uint32_t level) {
  if (level + 1 == height_) return lower_root(edit, cursor);
  Node* node = cursor->nodes_[level];
  if (node->count * 4u >= capacity_max(level)) return;
  Node* parent = cursor->nodes_[level + 1];
  uint32_t place = cursor->index_[level + 1];
  uint32_t limit = capacity_max(level) * 3 / 4;
  if (place + 1u < parent->count && node->count + children_of(parent)[place + 1].node->count <= limit) {
    merge(edit, cursor, level, place);
  } else if (place > 0 && node->count + children_of(parent)[place - 1].node->count <= limit) {
    merge(edit, cursor, level, place - 1);
  } else {
    return;
  }
  shrink(edit, cursor, level + 1);
}

// Puts the two children of the path's parent at left_index and behind it into one new node.
template <typename Item, typename Weigh>
void CountedTree<Item, Weigh>::merge(const Edit& edit, Cursor* cursor, uint32_t level, uint32_t left_index) {
  Node* parent = cursor->nodes_[level + 1];
  Child& left = children_of(parent)[left_index];
  Child& right = children_of(parent)[left_index + 1];
  const uint32_t left_count = left.node->count;
  Node* both = new_node(edit, level, capacity_max(level));
  both->count = static_cast<uint16_t>(left_count + right.node->count);
  std::memcpy(slot(both, 0), slot(left.node, 0), left_count * slot_bytes(both));
  std::memcpy(slot(both, left_count), slot(right.node, 0), right.node->count * slot_bytes(both));
  drop_node(edit, left.node);
  drop_node(edit, right.node);
  left.node = both;
  left.weight += right.weight;
  close_gap(parent, left_index + 1);
  if (cursor->index_[level + 1] != left_index) {
    cursor->index_[level] += left_count;
    cursor->index_[level + 1] = left_index;
  }
  cursor->nodes_[level] = both;
}

template <typename Item, typename Weigh>
uint64_t CountedTree<Item, Weigh>::check_node(const Node* node, uint32_t level, size_t* bytes,
                                              size_t* nodes) {
  RW_ASSERT(node->level == level && node->count > 0 && node->count <= node->capacity, "a node is sound");
  *bytes += Heap::class_size(bytes_of(node));
  (*nodes)++;
  if (level == 0) return weight_of(node);
  uint64_t sum = 0;
  for (uint32_t i = 0; i < node->count; i++) {
    const Child& child = children_of(node)[i];
    RW_ASSERT(std::memcmp(&child.first, &first_of(child.node), sizeof(Item)) == 0, "a child's first item");
    uint64_t weight = check_node(child.node, level - 1, bytes, nodes);
    RW_ASSERT(weight == child.weight, "a child's weight");
    sum += weight;
  }
  return sum;
}

}  // namespace redwing
