// SetElements: a set as a source of random choices (collections/random_choice.h).
#pragma once

#include <cstdint>
#include <vector>

#include "collections/set/set.h"

namespace redwing {

class SetElements {
 public:
  using Item = PackedValue;

  explicit SetElements(const Entry& entry) : set_(entry) {}

  uint64_t size() const { return set_.size(); }
  uint64_t pass_size() const { return set_.size(); }
  template <typename Visit>
  void for_each(Visit&& visit) const {
    set_.for_each([&](const PackedValue& member) {
      visit(member);
      return true;
    });
  }
  std::vector<PackedValue> collect() const {
    std::vector<PackedValue> members;
    members.reserve(size());
    for_each([&](const PackedValue& member) { members.push_back(member); });
    return members;
  }
  const Dictionary* index() const { return set_.encoding() == SetEncoding::kTable ? &set_.table() : nullptr; }
  PackedValue item_of(const Entry& member) const { return PackedValue::of_string(member.key()); }

 private:
  SetRef set_;
};

}  // namespace redwing
