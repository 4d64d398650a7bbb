// Unions, intersections and differences of sets and sorted sets in every form, against std::map and std::set.

#include "collections/sorted_set/algebra.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "collections/member_index.h"
#include "collections/set/set_algebra.h"
#include "collections/sorted_set/sorted_set_writer.h"
#include "test/check.h"

using namespace redwing;
using namespace redwing::test;

namespace {

using Texts = std::set<std::string>;
using Scores = std::map<std::string, double>;

ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
std::string text_of(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data), bytes.size}; }
std::string text_of(const PackedValue& value) {
  uint8_t digits[kInt64TextMax];
  return text_of(value.text(digits));
}

struct Fixture {
  Fixture() : keyspace(1, {1, 2, 3}) {
    keyspace.register_type(ValueKind::kSet, &set_type());
    keyspace.register_type(ValueKind::kSortedSet, &sorted_set_type);
  }
  Key key(const std::string& name) { return keyspace.key(view_of(name).data, name.size()); }

  const Entry& add_set(const std::string& name, const Texts& members, const SetLimits& limits) {
    const Key at = key(name);
    const Edit edit = keyspace.edit_new(0, at);
    SetEditor editor(edit, keyspace.hasher(), view_of(*members.begin()), 1, limits);
    for (const std::string& member : members) editor.add(view_of(member), limits);
    keyspace.put_root(0, at, ValueKind::kSet, editor.encoding(), editor.root(), Expiry::none());
    return *keyspace.find(0, at);
  }
  const Entry& add_sorted_set(const std::string& name, const Scores& scores, bool packed) {
    SortedSetWriter writer(keyspace, 0, {packed ? 1'000u : 0u, 64});
    const Key at = key(name);
    writer.open(at);
    for (const auto& [member, score] : scores) writer.add(view_of(member), score);
    writer.commit();
    return *keyspace.find(0, at);
  }

  SortedSetType sorted_set_type;
  Keyspace keyspace;
};

// Integers alone, or words as well; at least one.
Texts random_texts(Random& random) {
  Texts texts;
  const bool words = random.one_in(2);
  const uint64_t range = 1 + random.below(random.one_in(4) ? 2'000 : 60);
  for (uint64_t i = 1 + random.below(random.one_in(4) ? 600 : 30); i > 0; i--) {
    const std::string number = std::to_string(random.below(range));
    texts.insert(words && random.one_in(2) ? "m" + number : number);
  }
  return texts;
}

SetLimits random_limits(Random& random) {
  return {random.one_in(2) ? 1'000u : 0u, random.one_in(2) ? 1'000u : 0u, 64};
}

Texts check_found(const FoundMembers& found) {
  Texts texts;
  for (const PackedValue& member : found) CHECK(texts.insert(text_of(member)).second);
  return texts;
}

void check_sets(const std::vector<SetRef>& sets, const std::vector<Texts>& models, const Hasher& hasher) {
  Texts together, common, rest;
  for (const Texts& model : models) together.insert(model.begin(), model.end());
  for (const std::string& text : models[0]) {
    size_t others = 0;
    for (size_t i = 1; i < models.size(); i++) others += models[i].contains(text);
    if (others + 1 == models.size()) common.insert(text);
    if (others == 0) rest.insert(text);
  }
  CHECK(check_found(unite(sets, hasher)) == together);
  CHECK(check_found(subtract(sets, hasher)) == rest);
  FoundMembers found;
  intersect(sets, [&](const PackedValue& member) { found.push_back(member); });
  CHECK(check_found(found) == common);
  const size_t wanted = 1 + common.size() / 2;
  size_t seen = 0;
  intersect(sets, [&](const PackedValue&) { return ++seen < wanted; });
  CHECK_EQ(seen, std::min(wanted, common.size()));
}

void test_sets(Random& random) {
  Fixture f;
  std::vector<SetRef> sets;
  std::vector<Texts> models;
  for (uint64_t i = 1 + random.below(6); i > 0; i--) {
    models.push_back(!models.empty() && random.one_in(8) ? models[0] : random_texts(random));
    sets.emplace_back(f.add_set(std::to_string(i), models.back(), random_limits(random)));
  }
  check_sets(sets, models, f.keyspace.hasher());
}

// A difference is found either way where one is cheaper by far: a large first set, or large others.
void test_differences() {
  Fixture f;
  const SetLimits limits{0, 0, 64};
  Texts large, odd;
  for (int i = 0; i < 3'000; i++) {
    large.insert(std::to_string(i));
    if (i % 2 == 1) odd.insert(std::to_string(i));
  }
  const SetRef all(f.add_set("large", large, limits)), some(f.add_set("odd", odd, limits));
  const SetRef few(f.add_set("few", {"0", "2", "x"}, limits));
  CHECK(!difference_is_found(large.size(), 3'012, 5));
  CHECK_EQ(subtract(std::vector<SetRef>{all, few, few, few, few}, f.keyspace.hasher()).size(), size_t{2'998});
  CHECK(difference_is_found(3, 4'503, 3));
  CHECK(check_found(subtract(std::vector<SetRef>{few, all, some}, f.keyspace.hasher())) == Texts{"x"});
  CHECK(subtract(std::vector<SetRef>{all, all, few, few, few, few, few}, f.keyspace.hasher()).empty());
}

Scores check_list(const ElementList& list) {
  Scores scores;
  const ScoredMember* last = nullptr;
  for (const ScoredMember& element : list.elements()) {
    CHECK(last == nullptr || *last < element);
    CHECK(scores.emplace(text_of(element.member), element.score).second);
    last = &element;
  }
  return scores;
}

void test_sorted_sets(Random& random) {
  Fixture f;
  std::vector<std::unique_ptr<ScoredMembers>> owned;
  std::vector<WeightedMembers> inputs;
  std::vector<Scores> models;
  for (uint64_t i = 1 + random.below(6); i > 0; i--) {
    Scores scores;
    const bool plain = random.one_in(3);
    for (const std::string& text : random_texts(random))
      scores[text] = plain ? 1 : static_cast<double>(random.below(40));
    Texts texts;
    for (const auto& [member, score] : scores) texts.insert(member);
    const std::string name = std::to_string(i);
    if (plain) {
      owned.push_back(std::make_unique<SetMembers>(f.add_set(name, texts, random_limits(random))));
    } else {
      owned.push_back(std::make_unique<SortedSetMembers>(f.add_sorted_set(name, scores, random.one_in(2))));
    }
    inputs.push_back({owned.back().get(), 1});
    models.push_back(scores);
  }
  Scores sum, rest = models[0];
  for (const Scores& model : models) {
    for (const auto& [member, score] : model) {
      sum[member] += score;
      if (&model != &models[0]) rest.erase(member);
    }
  }
  CHECK(check_list(unite(inputs, Aggregate::kSum, f.keyspace.hasher())) == sum);
  CHECK(check_list(subtract(inputs, f.keyspace.hasher())) == rest);
  const uint64_t common = count_intersection(inputs, 0);
  CHECK_EQ(common, uint64_t{intersect(inputs, Aggregate::kSum).size()});
  CHECK_EQ(count_intersection(inputs, 2), std::min<uint64_t>(common, 2));
}

void test_index(Random& random) {
  std::vector<uint64_t> list;
  MemberIndex index(random.below(100));
  for (int i = 0; i < 20'000; i++) {
    const uint64_t member = random.below(8'000);
    const uint64_t hash = member * 0x9E3779B97F4A7C15ull >> (member % 3 == 0 ? 40 : 0);  // some collide
    const auto is_same = [&](uint32_t place) { return list[place] == member; };
    const bool known = std::find(list.begin(), list.end(), member) != list.end();
    CHECK_EQ(index.find(hash, is_same) != MemberIndex::kNone, known);
    if (random.one_in(2)) continue;
    const uint32_t place = index.find_or_claim(hash, list.size(), is_same);
    CHECK_EQ(place != MemberIndex::kNone, known);
    if (!known) list.push_back(member);
    CHECK_EQ(list[index.find(hash, is_same)], member);
  }
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_index(random);
  test_differences();
  for (int i = 0; i < 300; i++) test_sets(random);
  for (int i = 0; i < 300; i++) test_sorted_sets(random);
  return 0;
}
