// ElementList: elements gathered from sorted sets and sets before they become another one, or a reply.
//
// A list borrows the bytes of members, which must stay, except of those it is told to copy: what a packed
// form shows of an integer lasts for a moment only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "collections/sorted_set/order.h"
#include "collections/sorted_set/sorted_set.h"

namespace redwing {

class ElementList {
 public:
  void reserve(size_t elements) { elements_.reserve(elements); }
  size_t size() const { return elements_.size(); }
  /// The elements; valid until the next one is added.
  std::span<const ScoredMember> elements() const { return elements_; }
  ScoredMember& operator[](size_t i) { return elements_[i]; }

  /// Adds an element whose bytes stay.
  void add(ByteView member, double score) { elements_.push_back({member, score}); }
  /// Adds an element with a copy of its bytes.
  void add_copy(ByteView member, double score) { add(keep(member), score); }
  /// Adds an element that a visit of `set` shows, with a copy of its bytes if they do not stay.
  void add_from(const SortedSet& set, ByteView member, double score) {
    add(set.is_packed() ? keep(member) : member, score);
  }
  /// Adds elements of a sorted set, in order.
  void gather(const SortedSet& set, RankRange ranks) {
    reserve(size() + ranks.size());
    set.visit(ranks, false, [&](ByteView member, double score) { add_from(set, member, score); });
  }
  /// Takes out the elements at the places that are true.
  void erase_marked(const std::vector<bool>& marks) {
    size_t kept = 0;
    for (size_t i = 0; i < elements_.size(); i++) {
      if (!marks[i]) elements_[kept++] = elements_[i];
    }
    elements_.resize(kept);
  }
  /// Puts them in order.
  void sort() { std::sort(elements_.begin(), elements_.end()); }

 private:
  static constexpr size_t kChunkBytes = 4096;

  ByteView keep(ByteView bytes) {
    if (bytes.size > room_) {
      room_ = std::max(bytes.size, kChunkBytes);
      chunks_.push_back(std::make_unique_for_overwrite<uint8_t[]>(room_));
      next_ = chunks_.back().get();
    }
    uint8_t* copy = next_;
    if (bytes.size != 0) std::memcpy(copy, bytes.data, bytes.size);
    next_ += bytes.size;
    room_ -= bytes.size;
    return {copy, bytes.size};
  }

  std::vector<ScoredMember> elements_;
  std::vector<std::unique_ptr<uint8_t[]>> chunks_;
  uint8_t* next_ = nullptr;
  size_t room_ = 0;
};

}  // namespace redwing
