// Sorted sets: members with scores one by one, as text or as doubles, or a ziplist or listpack of them.

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "collections/sorted_set/element_list.h"
#include "collections/sorted_set/sorted_set.h"
#include "rdb/decode_value.h"
#include "rdb/format.h"
#include "rdb/ziplist.h"
#include "types/double.h"

namespace redwing {

namespace {

constexpr const char* kTwice = "a member of a sorted set comes twice";
constexpr const char* kBadScore = "a score is no number";

// Elements in any order. Few and short ones are gathered first, for the packed form.
class SortedSetBuilder {
 public:
  SortedSetBuilder(const Decoding& d, uint64_t expected) : d_(d), limits_(d.limits.sorted_set) {
    if (expected > limits_.packed_elements_max) make_tree();
  }
  ~SortedSetBuilder() {
    if (tree_ != nullptr) tree_->free_all(d_.releaser());
  }
  SortedSetBuilder(const SortedSetBuilder&) = delete;
  SortedSetBuilder& operator=(const SortedSetBuilder&) = delete;

  /// False if the member is known to be there already.
  bool add(ByteView member, double score) {
    if (tree_ == nullptr) {
      if (member.size <= limits_.packed_member_bytes_max && few_.size() < limits_.packed_elements_max) {
        few_.add_copy(member, score);
        return true;
      }
      make_tree();
      for (const ScoredMember& element : few_.elements()) {
        if (!add_to_tree(element.member, element.score)) return false;
      }
    }
    return add_to_tree(member, score);
  }
  /// Brings near what adding the member will touch.
  void prefetch(ByteView member, double score) const {
    if (tree_ == nullptr) return;
    tree_->members.prefetch_member(d_.hasher()(member.data, member.size));
    tree_->prefetch_place(score);
  }
  /// False if there are equal members.
  bool finish(Made* made) {
    if (tree_ != nullptr) {
      *made = {tree_, static_cast<uint8_t>(SortedSetForm::kTree)};
      tree_ = nullptr;
      return true;
    }
    if (few_.size() == 0) return true;
    if (has_equal_members()) return false;
    few_.sort();
    PackedSortedSetEdit block(ListpackRoot::create(d_.edit));
    for (const ScoredMember& element : few_.elements()) block.append(element);
    *made = {block.finish(), static_cast<uint8_t>(SortedSetForm::kPacked)};
    return true;
  }

 private:
  void make_tree() { tree_ = SortedSetTree::create(d_.edit, d_.hasher()); }
  bool add_to_tree(ByteView member, double score) {
    const uint64_t hash = d_.hasher()(member.data, member.size);
    if (tree_->members.find(member, hash) != nullptr) return false;
    tree_->add(d_.edit, member, hash, score);
    return true;
  }
  bool has_equal_members() const {
    std::vector<ByteView> members;
    members.reserve(few_.size());
    for (const ScoredMember& element : few_.elements()) members.push_back(element.member);
    std::sort(members.begin(), members.end(),
              [](ByteView a, ByteView b) { return compare_members(a, b) < 0; });
    return std::adjacent_find(members.begin(), members.end(), [](ByteView a, ByteView b) {
             return compare_members(a, b) == 0;
           }) != members.end();
  }

  const Decoding& d_;
  const SortedSetLimits limits_;
  ElementList few_;
  SortedSetTree* tree_ = nullptr;
};

bool finish(Decoding* d, SortedSetBuilder* set, Made* made) { return set->finish(made) || d->fail(kTwice); }

// A score as text behind its length, or as one of three lengths that stand for what is no digits.
bool take_text_score(Decoding* d, double* score) {
  const uint8_t length = d->input.take_byte();
  if (length == rdb::kNotANumber) return d->fail(kBadScore);
  if (length == rdb::kInfinity || length == rdb::kMinusInfinity) {
    const double infinity = std::numeric_limits<double>::infinity();
    *score = length == rdb::kInfinity ? infinity : -infinity;
    return true;
  }
  ByteView digits;
  if (!d->input.take_view(length, &digits)) return false;
  return parse_double(digits.data, digits.size, score) || d->fail(kBadScore);
}

bool take_score(Decoding* d, bool is_text, double* score) {
  if (is_text) return take_text_score(d, score);
  *score = d->input.take_double();
  return !d->input.failed() && (!std::isnan(*score) || d->fail(kBadScore));
}

bool take_many_elements(Decoding* d, bool is_text, uint64_t count, SortedSetBuilder* set) {
  RdbText members[kElementsAtATime];
  double scores[kElementsAtATime];
  for (uint64_t left = count; left > 0;) {
    const size_t taken = std::min<uint64_t>(left, kElementsAtATime);
    for (size_t i = 0; i < taken; i++) {
      if (!d->input.take_kept_text(&members[i]) || !take_score(d, is_text, &scores[i])) return false;
      set->prefetch(members[i].view, scores[i]);
    }
    for (size_t i = 0; i < taken; i++) {
      if (!set->add(members[i].view, scores[i])) return d->fail(kTwice);
    }
    left -= taken;
  }
  return true;
}

bool decode_elements(Decoding* d, bool is_text, Made* made) {
  const uint64_t count = d->input.take_count(is_text ? 2 : 9);
  SortedSetBuilder set(*d, count);
  if (count >= kManyElements) {
    if (!take_many_elements(d, is_text, count, &set)) return false;
  } else {
    for (uint64_t i = 0; i < count; i++) {
      double score;
      if (!d->input.take_kept_text(&d->text) || !take_score(d, is_text, &score)) return false;
      if (!set.add(d->text.view, score)) return d->fail(kTwice);
    }
  }
  if (d->input.failed()) return false;
  return finish(d, &set, made);
}

// The score that an element of a packed block is; NaN if it is none.
double score_of(const PackedValue& value) {
  if (value.is_integer()) return static_cast<double>(value.integer);
  double score;
  const bool is_score = parse_double(value.data, value.size, &score);
  return is_score ? score : std::numeric_limits<double>::quiet_NaN();
}

bool decode_ziplist(Decoding* d, Made* made) {
  ByteView block;
  uint64_t count;
  if (!take_ziplist(d, 2, &block, &count)) return false;
  SortedSetBuilder set(*d, count / 2);
  ZiplistReader reader(block);
  for (PackedValue member, value; reader.next(&member) && reader.next(&value);) {
    const double score = score_of(value);
    if (std::isnan(score)) return d->fail(kBadScore);
    uint8_t digits[kInt64TextMax];
    if (!set.add(member.text(digits), score)) return d->fail(kTwice);
  }
  return finish(d, &set, made);
}

// Whether the block is what a packed sorted set of ours would be: in order, with whole numbers for scores. (A
// text may say the same number with other digits than ours.)
bool stays_packed(const uint8_t* block, uint32_t count, const SortedSetLimits& limits) {
  constexpr int64_t kIntegerEnd = int64_t{1} << 62;
  if (count > limits.packed_elements_max || !listpack::is_canonical(block)) return false;
  uint8_t digits[kInt64TextMax], digits_before[kInt64TextMax];
  PackedValue before;
  int64_t score_before = 0;
  for (uint32_t at = listpack::first(); at != listpack::end(block); at = listpack::next(block, at)) {
    const PackedValue member = listpack::get(block, at);
    if (member.text_size() > limits.packed_member_bytes_max) return false;
    const bool is_first = at == listpack::first();
    at = listpack::next(block, at);
    const PackedValue score = listpack::get(block, at);
    // Beyond 53 bits an integer need not be a double.
    const auto exact = static_cast<double>(score.integer);
    if (!score.is_integer() || score.integer <= -kIntegerEnd || score.integer >= kIntegerEnd) return false;
    if (static_cast<int64_t>(exact) != score.integer) return false;
    const bool is_ordered = is_first || score_before < score.integer ||
                            (score_before == score.integer &&
                             compare_members(before.text(digits_before), member.text(digits)) < 0);
    if (!is_ordered) return false;
    before = member;
    score_before = score.integer;
  }
  return true;
}

bool decode_listpack(Decoding* d, Made* made) {
  const uint8_t* block;
  uint32_t elements;
  if (!take_listpack(d, 2, &block, &elements)) return false;
  if (elements == 0) return true;
  if (stays_packed(block, elements / 2, d->limits.sorted_set)) {
    if (has_duplicates(block, 2, d->hasher())) return d->fail(kTwice);
    *made = {make_packed(d->edit, block), static_cast<uint8_t>(SortedSetForm::kPacked)};
    return true;
  }
  SortedSetBuilder set(*d, elements / 2);
  for (uint32_t at = listpack::first(); at != listpack::end(block); at = listpack::next(block, at)) {
    uint8_t digits[kInt64TextMax];
    const ByteView member = listpack::get(block, at).text(digits);
    at = listpack::next(block, at);
    const double score = score_of(listpack::get(block, at));
    if (std::isnan(score)) return d->fail(kBadScore);
    if (!set.add(member, score)) return d->fail(kTwice);
  }
  return finish(d, &set, made);
}

}  // namespace

bool decode_sorted_set(Decoding* d, uint8_t type, Made* made) {
  if (type == rdb::kSortedSetZiplist) return decode_ziplist(d, made);
  if (type == rdb::kSortedSetListpack) return decode_listpack(d, made);
  return decode_elements(d, type == rdb::kSortedSet, made);
}

}  // namespace redwing
