// Samples and draws of sets and sorted sets in every form (those of hashes are in hash_test.cc), and that
// algorithm S gives every sample the same chance.

#include "collections/random_choice.h"

#include <bit>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "collections/set/set_elements.h"
#include "collections/sorted_set/sorted_set_elements.h"
#include "collections/sorted_set/sorted_set_writer.h"
#include "test/check.h"

using namespace redwing;
using namespace redwing::test;

namespace {

ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
std::string name_of(const PackedValue& member) {
  uint8_t digits[kInt64TextMax];
  const ByteView text = member.text(digits);
  return {reinterpret_cast<const char*>(text.data), text.size};
}
std::string name_of(const ScoredMember& element) {
  std::string name(reinterpret_cast<const char*>(element.member.data), element.member.size);
  CHECK_EQ(std::to_string(static_cast<int64_t>(element.score)), name);
  return name;
}

// Every sample of 2 of 4 comes as often as any other: 6 of them, 10,000 times each. The bounds are six
// standard deviations away.
void test_sampling(Random& random) {
  constexpr int kRounds = 60'000, kMean = 10'000, kBound = 6 * 92;
  std::map<uint32_t, int> seen;
  SplitMix64 generator(random.next());
  for (int i = 0; i < kRounds; i++) {
    SelectionSampling sampling(4, 2);
    uint32_t taken = 0;
    for (uint32_t at = 0; at < 4; at++) taken |= static_cast<uint32_t>(sampling.takes_next(generator)) << at;
    CHECK_EQ(std::popcount(taken), 2);
    seen[taken]++;
  }
  CHECK_EQ(seen.size(), size_t{6});
  for (const auto& [taken, times] : seen) CHECK(times > kMean - kBound && times < kMean + kBound);
}

// What is chosen of "0" .. "size - 1".
template <typename Source>
void check_choices(const Source& source, uint64_t size, Random& random) {
  SplitMix64 generator(random.next());
  CHECK_EQ(source.size(), size);
  for (const int64_t count : {0, 1, 2, 30, 333, 334, 999, 1'000, 5'000, -1, -3, -20'000}) {
    const RandomChoice choice = RandomChoice::of(count);
    std::set<std::string> names;
    uint64_t chosen = 0;
    choose_at_random(source, choice, generator, [&](const typename Source::Item& item) {
      names.insert(name_of(item));
      chosen++;
    });
    CHECK_EQ(chosen, choice.among(size));
    CHECK(chosen <= random_choice_cost(source, choice));
    if (!choice.repeats) CHECK_EQ(names.size(), chosen);
    // That one of them never comes in 20,000 draws has a chance of less than 10^-5 for a thousand.
    if (count == -20'000 && size <= 100) CHECK_EQ(names.size(), size);
    for (const std::string& name : names) CHECK(std::stoull(name) < size);
  }
}

void test_set(Random& random, uint64_t size, const SetLimits& limits) {
  Keyspace keyspace(1, {random.next(), 2, 3});
  keyspace.register_type(ValueKind::kSet, &set_type());
  const std::string name = "set";
  const Key key = keyspace.key(view_of(name).data, name.size());
  const Edit edit = keyspace.edit_new(0, key);
  SetEditor editor(edit, keyspace.hasher(), view_of("0"), size, limits);
  for (uint64_t i = 0; i < size; i++) editor.add(view_of(std::to_string(i)), limits);
  const Entry* entry =
      keyspace.put_root(0, key, ValueKind::kSet, editor.encoding(), editor.root(), Expiry::none());
  check_choices(SetElements(*entry), size, random);
}

void test_sorted_set(Random& random, uint64_t size, const SortedSetLimits& limits) {
  const SortedSetType type;
  Keyspace keyspace(1, {random.next(), 2, 3});
  keyspace.register_type(ValueKind::kSortedSet, &type);
  const std::string name = "sorted set";
  const Key key = keyspace.key(view_of(name).data, name.size());
  SortedSetWriter writer(keyspace, 0, limits);
  writer.open(key);
  for (uint64_t i = 0; i < size; i++) writer.add(view_of(std::to_string(i)), static_cast<double>(i));
  writer.commit();
  check_choices(SortedSetElements(*keyspace.find(0, key)), size, random);
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_sampling(random);
  for (const uint64_t size : {1, 3, 100, 1'000}) {
    test_set(random, size, {2'000, 2'000, 64});
    test_set(random, size, {0, 2'000, 64});
    test_set(random, size, {0, 0, 64});
    test_sorted_set(random, size, {2'000, 64});
    test_sorted_set(random, size, {0, 64});
  }
  return 0;
}
