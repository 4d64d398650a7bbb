#include "collections/sorted_set/sorted_set_writer.h"

#include <algorithm>
#include <cmath>

namespace redwing {

namespace {

// What becomes of a member that is there; `score` becomes the one that it gets.
SortedSetAdded judge(double old, const SortedSetAdd& how, double* score) {
  if (how.if_absent) return SortedSetAdded::kRefused;
  if (how.increment) *score += old;
  if (std::isnan(*score)) return SortedSetAdded::kNotANumber;
  if ((how.if_greater && *score <= old) || (how.if_less && *score >= old)) return SortedSetAdded::kRefused;
  return *score == old ? SortedSetAdded::kSame : SortedSetAdded::kChanged;
}

}  // namespace

// ---- Opening and committing ----

SortedSetWriter::Opened SortedSetWriter::open(const Key& key) {
  key_ = key;
  root_ = nullptr;
  is_moved_ = is_cleared_ = false;
  whole_ = true;
  const Entry* entry = keyspace_.find_for_write(db_, key, &slot_);
  is_new_ = entry == nullptr;
  if (is_new_) {
    edit_.emplace(keyspace_.edit_new(db_, key));
    return Opened::kAbsent;
  }
  if (entry->kind() != ValueKind::kSortedSet) return Opened::kOther;
  edit_.emplace(keyspace_.edit(&slot_));
  root_ = slot_.entry->root();
  encoding_ = slot_.entry->encoding();
  return Opened::kSortedSet;
}

void SortedSetWriter::commit() {
  if (root_ == nullptr) return;
  const bool is_empty = size() == 0;
  if (is_new_ && is_empty) {
    SortedSetType().free(root_, encoding_, Releaser(keyspace_.heap(), true));
    root_ = nullptr;
    return;
  }
  if (is_new_) {
    keyspace_.put_root(db_, key_, ValueKind::kSortedSet, encoding_, root_, Expiry::none());
  } else if (is_moved_) {
    keyspace_.set_root(&slot_, root_, encoding_, whole_);
  }
  root_ = nullptr;
  if (is_empty) keyspace_.erase(db_, key_);
}

void SortedSetWriter::set(void* root, SortedSetForm form, bool whole) {
  if (root == root_ && encoding_ == static_cast<uint8_t>(form)) return;
  root_ = root;
  encoding_ = static_cast<uint8_t>(form);
  whole_ = whole;
  is_moved_ = true;
}

// The tree, with a header that may be changed.
SortedSetTree& SortedSetWriter::tree() {
  auto* tree = static_cast<SortedSetTree*>(root_);
  if (edit_->may_change(tree->birth)) [[likely]]
    return *tree;
  auto* copy = ::new (edit_->alloc(sizeof(SortedSetTree))) SortedSetTree(*tree);
  copy->birth = edit_->birth();
  edit_->release(tree, sizeof(SortedSetTree), tree->birth);
  set(copy, SortedSetForm::kTree, false);
  return *copy;
}

// ---- Forms ----

// The block that there is. One that came to be since `open` is in no view.
ListpackRoot SortedSetWriter::packed_root() const {
  return ListpackRoot(*edit_, root_, is_moved_ || edit_->owns_root());
}

// The same, or a new one, to be changed.
PackedSortedSetEdit SortedSetWriter::edit_packed() const {
  return PackedSortedSetEdit(root_ == nullptr ? ListpackRoot::create(*edit_) : packed_root());
}

void SortedSetWriter::make_tree() {
  SortedSetTree* tree = SortedSetTree::create(*edit_, keyspace_.hasher());
  if (root_ != nullptr) {
    SortedSet old = read();
    old.visit(old.all(), false, [&](ByteView member, double score) { tree->append(*edit_, member, score); });
    packed_root().discard();
  }
  set(tree, SortedSetForm::kTree, true);
}

void SortedSetWriter::expect(uint64_t elements, size_t first_member_bytes) {
  if (!is_packed()) return;
  const bool too_many = elements > limits_.packed_elements_max;
  const bool too_long = root_ == nullptr && first_member_bytes > limits_.packed_member_bytes_max;
  if (too_many || too_long) make_tree();
}

// ---- Adding ----

SortedSetAdded SortedSetWriter::add(ByteView member, double score, const SortedSetAdd& how, double* result) {
  if (!is_packed()) return add_hashed(member, hash_of(member), score, how, result);
  RW_ASSERT(!is_cleared_, "what was removed as a whole is committed before elements are added");
  return add_packed(member, score, how, result);
}

SortedSetAdded SortedSetWriter::add_hashed(ByteView member, uint64_t hash, double score,
                                           const SortedSetAdd& how, double* result) {
  RW_ASSERT(!is_packed(), "hashes are of use in trees only");
  RW_ASSERT(!is_cleared_, "what was removed as a whole is committed before elements are added");
  return add_to_tree(member, hash, score, how, result);
}

SortedSetAdded SortedSetWriter::add_packed(ByteView member, double score, const SortedSetAdd& how,
                                           double* result) {
  const uint32_t at = root_ == nullptr ? 0 : read().packed().find(member);
  if (at == 0) return add_new(member, score, how, result);
  const SortedSetAdded judged = judge(read().packed().score_at(at), how, &score);
  *result = score;
  if (judged != SortedSetAdded::kChanged) return judged;
  PackedSortedSetEdit block = edit_packed();
  block.erase(at);
  block.insert(block.read().place_of({member, score}), {member, score});
  set(block.finish(), SortedSetForm::kPacked, true);
  return judged;
}

// Adds a member that is not there to what is packed, or to nothing.
SortedSetAdded SortedSetWriter::add_new(ByteView member, double score, const SortedSetAdd& how,
                                        double* result) {
  if (how.if_present) return SortedSetAdded::kRefused;
  if (size() + 1 > limits_.packed_elements_max || member.size > limits_.packed_member_bytes_max) {
    make_tree();
    return add_to_tree(member, hash_of(member), score, how, result);
  }
  *result = score;
  PackedSortedSetEdit block = edit_packed();
  block.insert(block.read().place_of({member, score}), {member, score});
  set(block.finish(), SortedSetForm::kPacked, true);
  return SortedSetAdded::kAdded;
}

SortedSetAdded SortedSetWriter::add_to_tree(ByteView member, uint64_t hash, double score,
                                            const SortedSetAdd& how, double* result) {
  Slot slot;
  if (!tree_to_read().members.locate(member, hash, &slot)) {
    if (how.if_present) return SortedSetAdded::kRefused;
    *result = score;
    tree().add(*edit_, member, hash, score);
    return SortedSetAdded::kAdded;
  }
  const SortedSetAdded judged = judge(SortedSetTree::score_of(*slot.entry()), how, &score);
  *result = score;
  if (judged == SortedSetAdded::kChanged) tree().change_score(*edit_, slot, score);
  return judged;
}

// ---- Removing ----

bool SortedSetWriter::remove(ByteView member) {
  if (is_cleared_) return false;
  if (is_packed()) {
    const uint32_t at = root_ == nullptr ? 0 : read().packed().find(member);
    if (at == 0) return false;
    PackedSortedSetEdit block = edit_packed();
    block.erase(at);
    set(block.finish(), SortedSetForm::kPacked, true);
    return true;
  }
  const uint64_t hash = hash_of(member);
  Slot slot;
  if (!tree_to_read().members.locate(member, hash, &slot)) return false;
  tree().remove(*edit_, slot, hash);
  return true;
}

void SortedSetWriter::remove(RankRange ranks) {
  if (ranks.size() == 0) return;
  RW_ASSERT(root_ != nullptr && ranks.to <= size(), "what is removed exists");
  if (ranks.size() == size()) {
    is_cleared_ = true;
  } else if (is_packed()) {
    PackedSortedSetEdit block = edit_packed();
    block.erase(ranks);
    set(block.finish(), SortedSetForm::kPacked, true);
  } else {
    tree().remove(*edit_, ranks);
  }
}

// ---- Whole sorted sets ----

bool store_sorted_set(Keyspace& keyspace, int db, const Key& key, std::span<const ScoredMember> elements,
                      const SortedSetLimits& limits) {
  if (elements.empty()) return keyspace.erase(db, key);
  const Edit edit = keyspace.edit_new(db, key);
  const bool is_packed = elements.size() <= limits.packed_elements_max &&
                         std::ranges::all_of(elements, [&limits](const ScoredMember& element) {
                           return element.member.size <= limits.packed_member_bytes_max;
                         });
  void* root = nullptr;
  if (is_packed) {
    PackedSortedSetEdit block(ListpackRoot::create(edit));
    for (const ScoredMember& element : elements) block.append(element);
    root = block.finish();
  } else {
    SortedSetTree* tree = SortedSetTree::create(edit, keyspace.hasher());
    for (const ScoredMember& element : elements) tree->append(edit, element.member, element.score);
    root = tree;
  }
  const auto form = static_cast<uint8_t>(is_packed ? SortedSetForm::kPacked : SortedSetForm::kTree);
  keyspace.put_root(db, key, ValueKind::kSortedSet, form, root, Expiry::none());
  return true;
}

}  // namespace redwing
