// HashFields: the fields of a hash that have not expired, as a source of random choices
// (collections/random_choice.h).
//
// Fields that have expired but are still in place must not be drawn, so such a hash is gone through as a
// packed one is.
#pragma once

#include <cstdint>
#include <vector>

#include "collections/hash/hash.h"

namespace redwing {

class HashFields {
 public:
  struct Item {
    PackedValue name, value;
  };

  HashFields(const Entry& entry, int64_t now_ms) : hash_(entry), now_ms_(now_ms) {}

  uint64_t size() const { return hash_.live_size(now_ms_); }
  uint64_t pass_size() const { return hash_.size(); }
  template <typename Visit>
  void for_each(Visit&& visit) const {
    hash_.for_each(now_ms_, [&](const PackedValue& name, const PackedValue& value) {
      visit(Item{name, value});
    });
  }
  std::vector<Item> collect() const {
    std::vector<Item> items;
    items.reserve(pass_size());
    for_each([&](const Item& item) { items.push_back(item); });
    return items;
  }
  const Dictionary* index() const {
    return hash_.is_packed() || hash_.has_expired(now_ms_) ? nullptr : &hash_.table().members;
  }
  Item item_of(const Entry& member) const { return {Hash::name_of(member), Hash::value_of(member)}; }

 private:
  Hash hash_;
  int64_t now_ms_;
};

}  // namespace redwing
