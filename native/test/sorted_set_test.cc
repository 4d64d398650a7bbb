// Sorted sets against a map, packed and as trees, alone and under views; ranges, ranks, and what they take.

#include "collections/sorted_set/sorted_set.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "collections/sorted_set/sorted_set_writer.h"
#include "test/check.h"
#include "test/value_storm.h"

using namespace redwing;
using namespace redwing::test;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
std::string text_of(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data), bytes.size}; }

using Scores = std::map<std::string, double>;
using Ordered = std::vector<std::pair<double, std::string>>;

Ordered in_order(const Scores& scores) {
  Ordered ordered;
  for (const auto& [member, score] : scores) ordered.emplace_back(score, member);
  std::sort(ordered.begin(), ordered.end());
  return ordered;
}

double random_score(Random& random) {
  switch (random.below(8)) {
    case 0:
      return kInfinity;
    case 1:
      return -kInfinity;
    case 2:
      return static_cast<double>(random.next()) / 3.7 - 1e18;
    case 3:
      return 1.0 / static_cast<double>(1 + random.below(1000));
    default:
      return static_cast<double>(random.below(40)) - 20;
  }
}

// Visited by score, elements of a range come in order, and as many as the visitor wants.
void check_scores(const SortedSet& set, const Ordered& ordered, const ScoreRange& range, size_t from,
                  size_t count) {
  size_t seen = 0;
  set.visit_scores(range, [&](const SortedSet::Found& found) {
    uint8_t digits[kInt64TextMax];
    CHECK_EQ(text_of(set.member_of(found, digits)), ordered[from + seen].second);
    CHECK_EQ(found.score, ordered[from + seen++].first);
  });
  CHECK_EQ(seen, count);
  const size_t wanted = count / 2 + 1;
  seen = 0;
  set.visit_scores(range, [&](const SortedSet::Found&) { return ++seen < wanted; });
  CHECK_EQ(seen, std::min(wanted, count));
}

struct Subject {
  using Model = Scores;
  static constexpr ValueKind kKind = ValueKind::kSortedSet;
  static const ValueType& type() {
    static const SortedSetType type;
    return type;
  }
  static bool is_absent(const Model& model) { return model.empty(); }
  static SortedSetLimits limits(Random& random) { return {random.one_in(2) ? 128u : 0u, 64}; }

  static void change(Keyspace& keyspace, const Key& key, Model& model, Random& random) {
    if (random.one_in(60)) return store(keyspace, key, model, random);
    SortedSetWriter writer(keyspace, 0, limits(random));
    CHECK_EQ(writer.open(key) == SortedSetWriter::Opened::kAbsent, model.empty());
    const bool removes = random.one_in(3);
    const uint64_t span = random.one_in(2) ? 3'000 : 100;
    const uint64_t steps = 1 + random.below(40);
    if (!removes && random.one_in(4)) writer.expect(steps, 3);
    if (!removes && model.empty() && !writer.exists()) add(writer, model, "first", random);
    for (uint64_t i = 0; i < steps; i++) {
      std::string member =
          random.one_in(3) ? std::to_string(random.below(span)) : "m" + std::to_string(random.below(span));
      if (random.one_in(100)) member.append(random.below(200), 'x');
      if (!removes) {
        add(writer, model, member, random);
      } else if (!model.empty()) {
        remove(writer, model, member, random);
      }
      CHECK_EQ(writer.size(), model.size());
    }
    if (!writer.exists()) return;
    if (random.one_in(20) && !writer.read().is_packed()) writer.read().tree().check_invariants();
    writer.commit();
  }

  static void add(SortedSetWriter& writer, Model& model, const std::string& member, Random& random) {
    SortedSetAdd how;
    how.if_present = random.one_in(8) && writer.size() > 0;
    how.if_absent = !how.if_present && random.one_in(8);
    how.if_greater = !how.if_absent && random.one_in(8);
    how.if_less = !how.if_absent && !how.if_greater && random.one_in(8);
    how.increment = random.one_in(8);
    const double score = random_score(random);
    double result = 0;
    const SortedSetAdded added = writer.add(view_of(member), score, how, &result);
    CHECK(added == expected_add(model, member, score, how));
    if (added == SortedSetAdded::kAdded || added == SortedSetAdded::kChanged)
      CHECK_EQ(result, model.at(member));
  }

  static SortedSetAdded expected_add(Model& model, const std::string& member, double score,
                                     const SortedSetAdd& how) {
    const auto at = model.find(member);
    if (at == model.end()) {
      if (how.if_present) return SortedSetAdded::kRefused;
      model[member] = score;
      return SortedSetAdded::kAdded;
    }
    const double old = at->second;
    const double fresh = how.increment ? old + score : score;
    if (how.if_absent) return SortedSetAdded::kRefused;
    if (std::isnan(fresh)) return SortedSetAdded::kNotANumber;
    if (how.if_greater && fresh <= old) return SortedSetAdded::kRefused;
    if (how.if_less && fresh >= old) return SortedSetAdded::kRefused;
    at->second = fresh;
    return fresh == old ? SortedSetAdded::kSame : SortedSetAdded::kChanged;
  }

  static void remove(SortedSetWriter& writer, Model& model, std::string member, Random& random) {
    if (random.one_in(10)) {
      const uint64_t from = random.below(model.size());
      const uint64_t to = std::min<uint64_t>(model.size(), from + random.below(model.size() / 2 + 2));
      const Ordered ordered = in_order(model);
      for (uint64_t rank = from; rank < to; rank++) model.erase(ordered[rank].second);
      return writer.remove(RankRange{from, to});
    }
    const auto at = model.lower_bound(member);
    if (at != model.end() && random.one_in(2)) member = at->first;
    CHECK_EQ(writer.remove(view_of(member)), model.erase(member) == 1);
  }

  static void store(Keyspace& keyspace, const Key& key, Model& model, Random& random) {
    model.clear();
    const uint64_t count = random.below(400);
    for (uint64_t i = 0; i < count; i++) model[std::to_string(random.below(1000))] = random_score(random);
    const Ordered ordered = in_order(model);
    std::vector<ScoredMember> elements;
    for (const auto& [score, member] : ordered) elements.push_back({view_of(member), score});
    store_sorted_set(keyspace, 0, key, elements, limits(random));
  }

  static void check(const Entry& entry, const Model& model) {
    const SortedSet set(entry);
    const Ordered ordered = in_order(model);
    CHECK_EQ(set.size(), ordered.size());
    size_t at = 0;
    set.visit(set.all(), false, [&](ByteView member, double score) {
      CHECK_EQ(text_of(member), ordered[at].second);
      CHECK_EQ(score, ordered[at++].first);
    });
    CHECK_EQ(at, ordered.size());
    set.visit({ordered.size() / 4, ordered.size()}, true,
              [&](ByteView member, double) { CHECK_EQ(text_of(member), ordered[--at].second); });
    CHECK_EQ(at, ordered.size() / 4);
    for (size_t i = 0; i < ordered.size(); i += 17) check_element(set, ordered, i);
    double score;
    CHECK(!set.find(view_of("nobody"), &score));
  }

  static void check_element(const SortedSet& set, const Ordered& ordered, size_t i) {
    const auto& [expected, member] = ordered[i];
    uint64_t rank = 0;
    double score = 0;
    CHECK(set.find(view_of(member), &score));
    CHECK_EQ(score, expected);
    CHECK(set.find_rank(view_of(member), &rank, &score));
    CHECK_EQ(rank, i);
    for (const bool open : {false, true}) {
      const ScoreRange range{expected, expected + 5, open, !open};
      const RankRange found = set.ranks(range);
      const auto below = std::count_if(ordered.begin(), ordered.end(),
                                       [&](const auto& element) { return range.is_below(element.first); });
      const auto inside = std::count_if(ordered.begin(), ordered.end(), [&](const auto& element) {
        return !range.is_below(element.first) && !range.is_above(element.first);
      });
      CHECK_EQ(found.size(), static_cast<uint64_t>(inside));
      check_scores(set, ordered, range, static_cast<size_t>(below), static_cast<size_t>(inside));
      if (inside > 0) CHECK_EQ(found.from, static_cast<uint64_t>(below));
    }
  }
};

struct Fixture {
  Fixture() : keyspace(1, {1, 2, 3}) { keyspace.register_type(ValueKind::kSortedSet, &type); }
  Key key() { return keyspace.key(reinterpret_cast<const uint8_t*>("k"), 1); }
  SortedSet read() { return SortedSet(*keyspace.find(0, key())); }
  SortedSetType type;
  Keyspace keyspace;
};

// Ranges of members against a set of strings.
void test_lex_ranges(Random& random, size_t count) {
  Fixture fixture;
  std::set<std::string> model;
  SortedSetWriter writer(fixture.keyspace, 0, {});
  writer.open(fixture.key());
  while (model.size() < count) {
    std::string member = random.bytes(random.below(3));
    CHECK_EQ(writer.add(view_of(member), 0) == SortedSetAdded::kAdded, model.insert(member).second);
  }
  writer.commit();
  using Kind = LexBound::Kind;
  for (int i = 0; i < 300; i++) {
    const std::string low = random.bytes(random.below(3)), high = random.bytes(random.below(3));
    const LexRange range{{static_cast<Kind>(random.below(4)), view_of(low)},
                         {static_cast<Kind>(random.below(4)), view_of(high)}};
    std::vector<std::string> expected, found;
    for (const std::string& member : model) {
      if (!range.is_below(view_of(member)) && !range.is_above(view_of(member))) expected.push_back(member);
    }
    RankRange ranks = fixture.read().ranks(range);
    CHECK_EQ(ranks.size(), expected.size());
    fixture.read().visit(ranks, false, [&](ByteView member, double) { found.push_back(text_of(member)); });
    CHECK(found == expected);
  }
}

// The form changes at the limits, and not before.
void test_forms() {
  Fixture fixture;
  SortedSetWriter writer(fixture.keyspace, 0, {3, 5});
  CHECK(writer.open(fixture.key()) == SortedSetWriter::Opened::kAbsent);
  writer.commit();
  CHECK(fixture.keyspace.find(0, fixture.key()) == nullptr);
  writer.open(fixture.key());
  for (const char* member : {"12345", "b", "c"}) writer.add(view_of(member), 1.5);
  CHECK(writer.read().is_packed());
  writer.add(view_of("b"), 2);
  CHECK(writer.read().is_packed());
  writer.expect(3, 1);
  CHECK(writer.read().is_packed());
  writer.expect(4, 1);
  CHECK(!writer.read().is_packed());
  writer.commit();
  CHECK(writer.open(fixture.key()) == SortedSetWriter::Opened::kSortedSet);
  for (const char* member : {"12345", "b", "c"}) CHECK(writer.remove(view_of(member)));
  writer.commit();
  CHECK(fixture.keyspace.find(0, fixture.key()) == nullptr);
  writer.open(fixture.key());
  writer.add(view_of("123456"), 1);
  CHECK(!writer.read().is_packed());
  writer.commit();
}

// Additions that leave the packed form, and then ones to the tree whose hashes are known.
void test_known_hashes() {
  Fixture fixture;
  SortedSetWriter writer(fixture.keyspace, 0, {2, 5});
  writer.open(fixture.key());
  const std::string members[] = {"a", "b", "c", "d", "e", "a"};
  double score = 0;
  for (const std::string& member : members) {
    const bool was_packed = writer.is_packed();
    double result;
    const SortedSetAdded added =
        was_packed ? writer.add(view_of(member), score, {}, &result)
                   : writer.add_hashed(view_of(member), writer.tree_to_read().members.hash(view_of(member)),
                                       score, {}, &result);
    CHECK(added == (score < 5 ? SortedSetAdded::kAdded : SortedSetAdded::kChanged));
    CHECK_EQ(was_packed, score < 3);
    score++;
  }
  writer.read().tree().check_invariants();
  for (size_t i = 0; i < 5; i++) CHECK(writer.remove(view_of(members[i])));
  writer.commit();
}

// What a large one takes, all in, by what the heap says and by what the type says.
void test_memory(Random& random, size_t count, size_t bytes_each_max) {
  Fixture fixture;
  const size_t before = fixture.keyspace.used_bytes();
  SortedSetWriter writer(fixture.keyspace, 0, {});
  writer.open(fixture.key());
  for (size_t i = 0; i < count; i++) {
    std::string member = std::to_string(1'000'000'000'000'000 + i);
    writer.add(view_of(member), static_cast<double>(random.below(1'000'000'000)));
  }
  writer.commit();
  const size_t used = fixture.keyspace.used_bytes() - before;
  const Entry& entry = *fixture.keyspace.find(0, fixture.key());
  const size_t told = fixture.type.memory(entry.root(), entry.encoding());
  CHECK(told <= used && used - told < 1024);
  CHECK(used / count <= bytes_each_max);
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_forms();
  test_known_hashes();
  test_lex_ranges(random, 50);
  test_lex_ranges(random, 2000);
  test_memory(random, 100'000, 76);
  ValueStorm<Subject>(random.next()).run(1'500);
  ValueStorm<Subject>(random.next()).run(1'500);
  return 0;
}
