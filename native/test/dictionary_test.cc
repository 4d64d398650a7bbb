// The dictionary against a map, alone and under views; draws of random members are uniform.

#include "collections/dictionary.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "test/check.h"
#include "test/value_storm.h"
#include "types/random.h"

using namespace redwing;
using namespace redwing::test;

namespace {

struct Root {
  Root(const Edit& edit, const Hasher& hasher) : birth(edit.birth()), members(edit, hasher) {}
  Root(Heap& heap, const Root& other, uint64_t birth)
      : birth(birth), members(heap, *other.hasher, birth), hasher(other.hasher) {}
  Root(const Root&) = default;
  uint64_t birth;
  Dictionary members;
  const Hasher* hasher = nullptr;
};

struct DictionaryType final : ValueType {
  void free(void* root, uint8_t, const Releaser& releaser) const override {
    static_cast<Root*>(root)->members.free_all(releaser);
    releaser.free(root, sizeof(Root));
  }
  bool is_heavy(const void* root, uint8_t) const override {
    return static_cast<const Root*>(root)->members.size() > 64;
  }
  size_t memory(const void*, uint8_t) const override { return sizeof(Root); }
  void* copy(const void* root, uint8_t, Heap& heap, uint64_t birth) const override {
    const auto& source = *static_cast<const Root*>(root);
    auto* copy = ::new (heap.alloc(sizeof(Root))) Root(heap, source, birth);
    copy->members.copy_from(source.members, birth);
    return copy;
  }
};

ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

struct Subject {
  using Model = std::map<std::string, std::string>;
  static constexpr ValueKind kKind = ValueKind::kHash;
  static const ValueType& type() {
    static const DictionaryType type;
    return type;
  }
  static bool is_absent(const Model& model) { return model.empty(); }

  static void change(Keyspace& keyspace, const Key& key, Model& model, Random& random) {
    SlotRef slot;
    if (keyspace.find_for_write(0, key, &slot) == nullptr) {
      Edit fresh = keyspace.edit_new(0, key);
      auto* root = ::new (fresh.alloc(sizeof(Root))) Root(fresh, keyspace.hasher());
      root->hasher = &keyspace.hasher();
      keyspace.put_root(0, key, kKind, 0, root, Expiry::none());
      CHECK(keyspace.find_for_write(0, key, &slot) != nullptr);
    }
    Edit edit = keyspace.edit(&slot);
    auto* root = static_cast<Root*>(slot.entry->root());
    if (!edit.may_change(root->birth)) {
      auto* copy = ::new (edit.alloc(sizeof(Root))) Root(*root);
      copy->birth = edit.birth();
      edit.release(root, sizeof(Root), root->birth);
      keyspace.set_root(&slot, copy, 0, false);
      root = copy;
    }
    const bool removes = random.one_in(3);
    const uint64_t steps = 1 + random.below(60);
    for (uint64_t i = 0; i < steps; i++) {
      std::string name = "m" + std::to_string(random.below(4'000));
      if (removes && !model.empty() && random.one_in(2)) {
        auto at = model.lower_bound(name);
        if (at != model.end()) name = at->first;
      }
      one_change(edit, keyspace.heap(), root->members, model, name, removes, random);
    }
    if (random.one_in(20)) root->members.check_invariants();
    if (model.empty()) CHECK(keyspace.erase(0, key));
  }

  static void one_change(const Edit& edit, Heap& heap, Dictionary& members, Model& model,
                         const std::string& name, bool removes, Random& random) {
    const uint64_t hash = members.hash(view_of(name));
    Slot slot;
    const bool found = members.locate(view_of(name), hash, &slot);
    CHECK_EQ(found, model.contains(name));
    if (removes) {
      if (found) members.erase(edit, slot, hash);
      model.erase(name);
      return;
    }
    std::string value = random.bytes(random.below(30));
    Entry* entry =
        Dictionary::create_member(heap, view_of(name), value.size(), random.one_in(4) ? 5'000 : kNoExpiry);
    if (!value.empty()) std::memcpy(entry->inline_data(), value.data(), value.size());
    if (found) {
      members.replace(edit, &slot, entry);
    } else {
      members.insert(edit, hash, entry);
    }
    model[name] = value;
  }

  static void check(const Entry& entry, const Model& model) {
    const Dictionary& members = static_cast<const Root*>(entry.root())->members;
    CHECK_EQ(members.size(), model.size());
    size_t visited = 0;
    members.for_each([&](const Entry* member) {
      ByteView name = member->key();
      auto at = model.find(std::string(reinterpret_cast<const char*>(name.data), name.size));
      CHECK(at != model.end());
      CHECK_EQ(std::string(reinterpret_cast<const char*>(member->inline_data()), member->inline_size()),
               at->second);
      visited++;
    });
    CHECK_EQ(visited, model.size());
    size_t n = 0;
    for (const auto& [name, value] : model) {
      if (n++ % 13 == 0) CHECK(members.find(view_of(name)) != nullptr);
    }
  }
};

// Draws from a dictionary that was filled and then emptied: of names in any order, or of those whose hashes
// are highest, which leaves some segments full and others nearly empty. Chi-square far from its limits.
void test_random(Random& random, size_t fill, size_t keep, bool is_uneven) {
  DictionaryType type;
  Keyspace keyspace(1, {random.next(), 2, 3});
  Edit edit = keyspace.edit_new(0, keyspace.key(reinterpret_cast<const uint8_t*>("k"), 1));
  Dictionary members(edit, keyspace.hasher());
  std::map<const Entry*, size_t> drawn;
  std::vector<std::string> names;
  for (size_t i = 0; i < fill; i++) {
    const std::string& name = names.emplace_back(std::to_string(i));
    members.insert(edit, members.hash(view_of(name)),
                   Dictionary::create_member(edit.heap(), view_of(name), 0));
  }
  auto hash_of = [&](const std::string& name) { return members.hash(view_of(name)); };
  if (is_uneven) std::ranges::sort(names, {}, hash_of);
  // Of the highest a few stay.
  if (is_uneven)
    std::swap_ranges(names.begin(), names.begin() + static_cast<ptrdiff_t>(keep / 10),
                     names.end() - static_cast<ptrdiff_t>(keep / 10));
  for (size_t i = keep; i < fill; i++) {
    const std::string& name = names[i];
    Slot slot;
    CHECK(members.locate(view_of(name), members.hash(view_of(name)), &slot));
    members.erase(edit, slot, members.hash(view_of(name)));
  }
  members.for_each([&](const Entry* entry) { drawn[entry] = 0; });
  CHECK_EQ(drawn.size(), keep);
  members.check_invariants();
  const size_t draws = keep * 100;
  for (size_t i = 0; i < draws; i++) {
    const uint64_t seed = random.next();
    for (uint32_t near = 0; near < 5; near++) members.prefetch_random(SplitMix64(seed), near);
    drawn.at(members.random(SplitMix64(seed)))++;
  }
  double chi = 0;
  for (const auto& [entry, count] : drawn) chi += std::pow(static_cast<double>(count) - 100.0, 2) / 100.0;
  const auto freedom = static_cast<double>(keep - 1);
  CHECK(std::abs(chi - freedom) < 7 * std::sqrt(2 * freedom));
  members.free_all(Releaser(keyspace.heap(), true));
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  ValueStorm<Subject>(random.next()).run(2'500);
  for (const bool is_uneven : {false, true}) {
    test_random(random, 5, 5, is_uneven);
    test_random(random, 1000, 1000, is_uneven);
    test_random(random, 9000, 3000, is_uneven);
    test_random(random, 20000, 40, is_uneven);
    test_random(random, 40000, 6000, is_uneven);
  }
  return 0;
}
