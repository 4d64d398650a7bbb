#include "collections/sorted_set/sorted_set_tree.h"

#include <new>

namespace redwing {

namespace {

Entry* create_member(Heap& heap, ByteView name, double score) {
  Entry* entry = Dictionary::create_member(heap, name, sizeof score);
  std::memcpy(entry->inline_data(), &score, sizeof score);
  return entry;
}

}  // namespace

// ---- Whole trees ----

SortedSetTree* SortedSetTree::create(const Edit& edit, const Hasher& hasher) {
  return ::new (edit.alloc(sizeof(SortedSetTree))) SortedSetTree(edit.heap(), hasher, edit.birth());
}

SortedSetTree* SortedSetTree::copy(Heap& heap, uint64_t birth) const {
  auto* copy = ::new (heap.alloc(sizeof(SortedSetTree))) SortedSetTree(heap, members.hasher(), birth);
  copy->members.copy_from(members, birth);
  copy->order.copy_from(order, heap, birth, [copy](const Item& item) {
    return Item{item.score, copy->members.find(item.member->key())};
  });
  copy->member_bytes = member_bytes;
  return copy;
}

void SortedSetTree::free_all(const Releaser& releaser) {
  order.free_all(releaser, [](const Item&) {});
  members.free_all(releaser);
  releaser.free(this, sizeof(SortedSetTree));
}

size_t SortedSetTree::bytes() const {
  return Heap::class_size(sizeof(SortedSetTree)) + member_bytes + members.bytes() + order.bytes();
}

// ---- Finding ----

// Descends by the score alone, which needs no look at members, and goes on from there as long as few members
// share it.
SortedSetTree::Order::Cursor SortedSetTree::place_of(const ScoredMember& element) const {
  constexpr int kStepsMax = 8;
  const double score = element.score;
  Order::Cursor cursor = order.lower_bound([score](const Item& item) { return item.score < score; });
  for (int step = 0; step < kStepsMax; step++) {
    if (cursor.at_end() || !is_before(cursor.item(), element)) return cursor;
    order.next(&cursor);
  }
  return order.lower_bound([&element](const Item& item) { return is_before(item, element); });
}

// Like place_of, but members of the same score, which may lie anywhere in memory, are told apart by their
// addresses.
SortedSetTree::Order::Cursor SortedSetTree::place_of(const Entry& entry) const {
  constexpr int kStepsMax = 8;
  const double score = score_of(entry);
  Order::Cursor cursor = order.lower_bound([score](const Item& item) { return item.score < score; });
  for (int step = 0; step < kStepsMax && !cursor.at_end(); step++) {
    if (cursor.item().member == &entry) return cursor;
    order.next(&cursor);
  }
  const ScoredMember element = {entry.key(), score};
  cursor = order.lower_bound([&element](const Item& item) { return is_before(item, element); });
  RW_ASSERT(!cursor.at_end() && cursor.item().member == &entry, "a member is in the order");
  return cursor;
}

RankRange SortedSetTree::ranks(const ScoreRange& range) const {
  const auto from = order.lower_bound([&range](const Item& item) { return range.is_below(item.score); });
  const auto to = order.lower_bound([&range](const Item& item) { return !range.is_above(item.score); });
  return {order.rank(from), order.rank(to)};
}

RankRange SortedSetTree::ranks(const LexRange& range) const {
  const auto from = order.lower_bound([&](const Item& item) { return range.is_below(item.member->key()); });
  const auto to = order.lower_bound([&](const Item& item) { return !range.is_above(item.member->key()); });
  return {order.rank(from), order.rank(to)};
}

// ---- Changing ----

void SortedSetTree::add_at(const Edit& edit, Order::Cursor* cursor, ByteView member, uint64_t hash,
                           double score) {
  Entry* entry = create_member(edit.heap(), member, score);
  member_bytes += redwing::member_bytes(*entry);
  order.insert(edit, cursor, {score, entry});
  members.insert(edit, hash, entry);
}

// Puts an item in the place of the one at the cursor, which has the same member, and moves it to where it
// belongs.
void SortedSetTree::move_item(const Edit& edit, Order::Cursor* cursor, const Item& item) {
  const Item* before = order.item_before(*cursor);
  const Item* behind = order.item_behind(*cursor);
  const ScoredMember element = item.element();
  const bool fits = (before == nullptr || is_before(*before, element)) &&
                    (behind == nullptr || !is_before(*behind, element));
  if (fits) return order.replace(edit, cursor, item);
  order.erase(edit, cursor);
  Order::Cursor place = place_of(element);
  order.insert(edit, &place, item);
}

void SortedSetTree::change_score(const Edit& edit, Slot slot, double score) {
  members.make_writable(edit, &slot);
  Entry* entry = slot.entry();
  Order::Cursor cursor = place_of(*entry);
  if (Dictionary::may_change(edit, slot)) [[likely]] {
    std::memcpy(entry->inline_data(), &score, sizeof score);
    move_item(edit, &cursor, {score, entry});
    return;
  }
  Entry* fresh = create_member(edit.heap(), entry->key(), score);
  move_item(edit, &cursor, {score, fresh});
  members.replace(edit, &slot, fresh);
}

void SortedSetTree::remove(const Edit& edit, Slot slot, uint64_t hash) {
  const Entry* entry = slot.entry();
  Order::Cursor cursor = place_of(*entry);
  order.erase(edit, &cursor);
  member_bytes -= redwing::member_bytes(*entry);
  members.erase(edit, slot, hash);
}

void SortedSetTree::remove_at(const Edit& edit, Order::Cursor* cursor) {
  const Entry* entry = cursor->item().member;
  const uint64_t hash = members.hash(entry->key());
  Slot slot;
  auto same = [entry](const Entry* other) { return other == entry; };
  const bool found = probe(members.word_at(hash), hash, fingerprint(hash), same, &slot);
  RW_ASSERT(found, "what is in the order is a member");
  order.erase(edit, cursor);
  member_bytes -= redwing::member_bytes(*entry);
  members.erase(edit, slot, hash);
}

void SortedSetTree::remove(const Edit& edit, RankRange ranks) {
  if (ranks.size() == 0) return;
  Order::Cursor cursor = order.at_rank(ranks.from);
  for (uint64_t left = ranks.size(); left > 0; left--) remove_at(edit, &cursor);
}

void SortedSetTree::check_invariants() const {
  order.check_invariants();
  members.check_invariants();
  RW_ASSERT(members.size() == size(), "both structures hold the same");
  uint64_t bytes = 0;
  const Item* previous = nullptr;
  order.for_each([&](const Item& item) {
    const double score = score_of(*item.member);
    RW_ASSERT(std::memcmp(&score, &item.score, sizeof score) == 0, "an item has its entry's score");
    RW_ASSERT(members.find(item.member->key()) == item.member, "an item is in the dictionary");
    RW_ASSERT(previous == nullptr || previous->element() < item.element(), "items are in order");
    bytes += redwing::member_bytes(*item.member);
    previous = &item;
  });
  RW_ASSERT(bytes == member_bytes, "the bytes of members are counted");
}

}  // namespace redwing
