// SortedSetElements: a sorted set as a source of random choices (collections/random_choice.h).
#pragma once

#include <cstdint>

#include "collections/sorted_set/element_list.h"
#include "collections/sorted_set/sorted_set.h"

namespace redwing {

class SortedSetElements {
 public:
  using Item = ScoredMember;

  explicit SortedSetElements(const Entry& entry) : set_(entry) {}

  uint64_t size() const { return set_.size(); }
  uint64_t pass_size() const { return set_.size(); }
  template <typename Visit>
  void for_each(Visit&& visit) const {
    set_.visit(set_.all(), false, [&](ByteView member, double score) { visit(ScoredMember{member, score}); });
  }
  ElementList collect() const {
    ElementList elements;
    elements.gather(set_, set_.all());
    return elements;
  }
  const Dictionary* index() const { return set_.is_packed() ? nullptr : &set_.tree().members; }
  ScoredMember item_of(const Entry& member) const { return {member.key(), SortedSetTree::score_of(member)}; }

 private:
  SortedSet set_;
};

}  // namespace redwing
