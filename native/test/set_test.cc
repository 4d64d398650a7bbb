// Sets against a std::set, in every form, alone and under views.

#include "collections/set/set.h"

#include <set>
#include <string>

#include "test/check.h"
#include "test/value_storm.h"

using namespace redwing;
using namespace redwing::test;

namespace {

constexpr SetLimits kLimits{40, 20, 16};

ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string text_of(const PackedValue& value) {
  uint8_t digits[kInt64TextMax];
  const ByteView text = value.text(digits);
  return {reinterpret_cast<const char*>(text.data), text.size};
}

// Mostly small integers, so that sets stay integers for a while; else words, long ones and odd ones too.
std::string any_member(Random& random, bool words) {
  if (!words) {
    const auto value = static_cast<int64_t>(random.below(60)) - 30;
    if (random.one_in(40)) return std::to_string(value * 100'000);
    return std::to_string(random.one_in(200) ? value * 1'000'000'000'000 : value);
  }
  if (random.one_in(30)) return random.bytes(random.below(300));
  return "m" + std::to_string(random.below(3'000));
}

struct Subject {
  using Model = std::set<std::string>;
  static constexpr ValueKind kKind = ValueKind::kSet;
  static const ValueType& type() { return set_type(); }
  static bool is_absent(const Model& model) { return model.empty(); }

  static void change(Keyspace& keyspace, const Key& key, Model& model, Random& random) {
    // Now and then a key starts anew, so that all forms are seen again.
    if (random.one_in(60) && keyspace.erase(0, key)) model.clear();
    const bool words = random.one_in(model.size() > 30 ? 2 : 60);
    SlotRef slot;
    if (keyspace.find_for_write(0, key, &slot) == nullptr) {
      const std::string first = any_member(random, words);
      const Edit edit = keyspace.edit_new(0, key);
      SetEditor editor(edit, keyspace.hasher(), view_of(first), 1 + random.below(3), kLimits);
      CHECK(editor.add(view_of(first), kLimits));
      keyspace.put_root(0, key, kKind, editor.encoding(), editor.root(), Expiry::none());
      model.insert(first);
      return;
    }
    const Edit edit = keyspace.edit(&slot);
    SetEditor editor(edit, keyspace.hasher(), slot.entry->root(), slot.entry->encoding());
    const bool removes = random.one_in(3);
    for (uint64_t i = 0; i <= random.below(20) && !(removes && model.empty()); i++)
      change_one(editor, model, any_member(random, words), removes, random);
    if (editor.root() != slot.entry->root() || editor.encoding() != slot.entry->encoding())
      keyspace.set_root(&slot, editor.root(), editor.encoding(), editor.is_whole());
    if (model.empty()) CHECK(keyspace.erase(0, key));
  }

  static void change_one(SetEditor& editor, Model& model, std::string member, bool removes, Random& random) {
    if (!removes) {
      CHECK_EQ(editor.add(view_of(member), kLimits), model.insert(member).second);
    } else {
      if (random.one_in(2)) member = text_of(editor.ref().random([&] { return random.next(); }));
      CHECK_EQ(editor.erase(view_of(member)), model.erase(member) == 1);
    }
    CHECK_EQ(editor.ref().size(), model.size());
  }

  static void check(const Entry& entry, const Model& model) {
    const SetRef set(entry);
    CHECK_EQ(set.size(), model.size());
    Model seen;
    set.for_each([&](const PackedValue& member) {
      CHECK(seen.insert(text_of(member)).second);
      return true;
    });
    CHECK(seen == model);
    for (const std::string& member : model) CHECK(set.contains(view_of(member)));
    CHECK(!set.contains(view_of("absent")));
    CHECK(!set.contains(view_of("0012")));
  }
};

void test_integer_set() {
  uint8_t memory[256];
  integer_set::init(memory);
  const int64_t values[] = {5, -1, 32767, 32768, -40'000, INT64_MIN, INT64_MAX, 0};
  std::set<int64_t> model;
  for (int64_t value : values) {
    uint32_t rank;
    CHECK(!integer_set::find(memory, value, &rank));
    const size_t bytes = integer_set::bytes_with(memory, value);
    integer_set::insert(memory, rank, value);
    CHECK_EQ(integer_set::bytes(memory), bytes);
    model.insert(value);
    uint32_t i = 0;
    for (int64_t expected : model) CHECK_EQ(integer_set::at(memory, i++), expected);
    CHECK_EQ(integer_set::count(memory), i);
  }
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_integer_set();
  ValueStorm<Subject>(random.next()).run(6'000);
  return 0;
}
