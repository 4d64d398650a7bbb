// Sets: members one by one, an array of integers, or a listpack.

#include <algorithm>
#include <cstring>
#include <optional>

#include "collections/set/set.h"
#include "rdb/decode_value.h"
#include "rdb/format.h"

namespace redwing {

namespace {

// A set of which the first member decides the form.
class SetBuilder {
 public:
  SetBuilder(const Decoding& d, uint64_t expected) : d_(d), expected_(expected) {}
  ~SetBuilder() {
    if (editor_) set_type().free(editor_->root(), editor_->encoding(), d_.releaser());
  }
  SetBuilder(const SetBuilder&) = delete;
  SetBuilder& operator=(const SetBuilder&) = delete;

  /// False if the member is there already.
  bool add(ByteView member) {
    if (!editor_) editor_.emplace(d_.edit, d_.hasher(), member, expected_, d_.limits.set);
    return editor_->add(member, d_.limits.set);
  }
  /// Brings near what adding the member will touch.
  void prefetch(ByteView member) const {
    if (!editor_ || editor_->encoding() != static_cast<uint8_t>(SetEncoding::kTable)) return;
    editor_->ref().table().prefetch_member(d_.hasher()(member.data, member.size));
  }
  void finish(Made* made) {
    if (!editor_) return;
    *made = {editor_->root(), editor_->encoding()};
    editor_.reset();
  }

 private:
  const Decoding& d_;
  const uint64_t expected_;
  std::optional<SetEditor> editor_;
};

constexpr const char* kTwice = "a member of a set comes twice";

bool take_many_members(Decoding* d, uint64_t count, SetBuilder* set) {
  RdbText members[kElementsAtATime];
  for (uint64_t left = count; left > 0;) {
    const size_t taken = std::min<uint64_t>(left, kElementsAtATime);
    for (size_t i = 0; i < taken; i++) {
      if (!d->input.take_kept_text(&members[i])) return false;
      set->prefetch(members[i].view);
    }
    for (size_t i = 0; i < taken; i++) {
      if (!set->add(members[i].view)) return d->fail(kTwice);
    }
    left -= taken;
  }
  return true;
}

bool decode_members(Decoding* d, Made* made) {
  const uint64_t count = d->input.take_count(1);
  SetBuilder set(*d, count);
  if (count >= kManyElements) {
    if (!take_many_members(d, count, &set)) return false;
  } else {
    for (uint64_t i = 0; i < count; i++) {
      if (!d->input.take_text(&d->text)) return false;
      if (!set.add(d->text.view)) return d->fail(kTwice);
    }
  }
  set.finish(made);
  return !d->input.failed();
}

// Whether the bytes are an array of integers that ascend.
bool validate_integers(ByteView block) {
  if (block.size < integer_set::kHeaderBytes) return false;
  const uint64_t width = integer_set::width(block.data), count = integer_set::count(block.data);
  if (width != 2 && width != 4 && width != 8) return false;
  if (count == 0 || block.size != integer_set::kHeaderBytes + width * count) return false;
  int64_t before = integer_set::at(block.data, 0);
  for (uint32_t i = 1; i < count; i++) {
    const int64_t value = integer_set::at(block.data, i);
    if (value <= before) return false;
    before = value;
  }
  return true;
}

bool decode_integers(Decoding* d, Made* made) {
  ByteView block;
  if (!take_block(d, &block)) return false;
  if (!validate_integers(block)) return d->fail("a set of integers is broken");
  const uint32_t count = integer_set::count(block.data);
  if (count <= d->limits.set.integers) {
    void* root = d->edit.alloc(packed_capacity(block.size));
    std::memcpy(root, block.data, block.size);
    *made = {root, static_cast<uint8_t>(SetEncoding::kIntegers)};
    return true;
  }
  SetBuilder set(*d, count);
  for (uint32_t i = 0; i < count; i++) {
    uint8_t digits[kInt64TextMax];
    set.add({digits, format_int64(integer_set::at(block.data, i), digits)});
  }
  set.finish(made);
  return true;
}

bool stays_packed(const uint8_t* block, uint32_t count, const SetLimits& limits) {
  if (count > limits.packed || !listpack::is_canonical(block)) return false;
  for (uint32_t at = listpack::first(); at != listpack::end(block); at = listpack::next(block, at)) {
    if (listpack::get(block, at).text_size() > limits.packed_bytes) return false;
  }
  return true;
}

bool decode_listpack(Decoding* d, Made* made) {
  const uint8_t* block;
  uint32_t count;
  if (!take_listpack(d, 1, &block, &count)) return false;
  if (count == 0) return true;
  if (stays_packed(block, count, d->limits.set)) {
    if (has_duplicates(block, 1, d->hasher())) return d->fail(kTwice);
    *made = {make_packed(d->edit, block), static_cast<uint8_t>(SetEncoding::kPacked)};
    return true;
  }
  SetBuilder set(*d, count);
  for (uint32_t at = listpack::first(); at != listpack::end(block); at = listpack::next(block, at)) {
    uint8_t digits[kInt64TextMax];
    if (!set.add(listpack::get(block, at).text(digits))) return d->fail(kTwice);
  }
  set.finish(made);
  return true;
}

}  // namespace

bool decode_set(Decoding* d, uint8_t type, Made* made) {
  if (type == rdb::kSet) return decode_members(d, made);
  return type == rdb::kSetIntegers ? decode_integers(d, made) : decode_listpack(d, made);
}

}  // namespace redwing
