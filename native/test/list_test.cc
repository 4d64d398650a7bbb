// Lists in both forms against a vector of texts, also under views, and the borders between the forms.

#include <algorithm>
#include <string>
#include <vector>

#include "collections/list/list_editor.h"
#include "collections/list/list_type.h"
#include "collections/list/list_view.h"
#include "test/check.h"
#include "test/value_storm.h"

using namespace redwing;
using namespace redwing::test;

namespace {

ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string text_of(const PackedValue& value) {
  uint8_t digits[kInt64TextMax];
  const ByteView text = value.text(digits);
  return {reinterpret_cast<const char*>(text.data), text.size};
}

std::vector<std::string> elements_of(const ListView& list, uint64_t from, uint64_t count) {
  std::vector<std::string> all;
  list.for_range(from, count, [&all](const uint8_t* block, uint32_t pos, uint64_t elements) {
    for (uint64_t i = 0; i < elements; i++, pos = listpack::next(block, pos))
      all.push_back(text_of(listpack::get(block, pos)));
  });
  return all;
}

// The bytes of the listpacks, one by one.
std::vector<std::string> blocks_of(const Entry& entry) {
  const ListView list(entry);
  std::vector<std::string> all;
  const uint8_t* last = nullptr;
  list.for_range(0, list.length(), [&](const uint8_t* block, uint32_t, uint64_t) {
    if (block != last) all.emplace_back(reinterpret_cast<const char*>(block), listpack::bytes(block));
    last = block;
  });
  return all;
}

std::string random_text(Random& random) {
  switch (random.below(40)) {
    case 0:
      return random.bytes(3000 + random.below(2000));
    case 1:
      return std::string(random.one_in(4) ? 20'000 : 8'000 + random.below(600), 'L');
    case 2:
    case 3:
      return random.bytes(60 + random.below(300));
    case 4:
      return "";
  }
  if (random.one_in(2)) return std::to_string(static_cast<int64_t>(random.next() >> random.below(64)));
  return random.one_in(2) ? "same" : random.bytes(random.below(30));
}

using Model = std::vector<std::string>;

struct Subject {
  using Model = ::Model;
  static constexpr ValueKind kKind = ValueKind::kList;
  static const ValueType& type() {
    static const ListType type;
    return type;
  }
  static bool is_absent(const Model& model) { return model.empty(); }

  static void change(Keyspace& keyspace, const Key& key, Model& model, Random& random) {
    constexpr int32_t kFills[] = {-2, -2, -1, -5, 7, 300};
    const int32_t fill = kFills[key.data[4] % 6];
    SlotRef slot;
    if (keyspace.find_for_write(0, key, &slot) == nullptr) {
      ListEditor editor(keyspace, key, 0, fill);
      grow(editor, model, random);
      editor.finish();
    } else {
      ListEditor editor(keyspace, key, &slot, fill);
      const int steps = 1 + static_cast<int>(random.below(3));
      for (int i = 0; i < steps && !model.empty(); i++) one_change(editor, model, random);
      CHECK_EQ(editor.length(), model.size());
      editor.finish();
    }
    const Entry* entry = keyspace.find(0, key);
    CHECK_EQ(entry == nullptr, model.empty());
    if (entry != nullptr) check_list(entry->root(), entry->encoding());
  }

  static void grow(ListEditor& editor, Model& model, Random& random) {
    const ListEnd end = random.one_in(2) ? ListEnd::kHead : ListEnd::kTail;
    std::vector<std::string> texts;
    size_t bytes = 0;
    for (uint64_t i = 1 + random.below(random.one_in(4) ? 400 : 6); i > 0; i--) {
      texts.push_back(random_text(random));
      bytes += texts.back().size();
    }
    editor.make_room_for(bytes, texts.size());
    for (const std::string& text : texts) {
      editor.push(end, PackedValue::of(view_of(text)));
      model.insert(end == ListEnd::kHead ? model.begin() : model.end(), text);
    }
  }

  static void one_change(ListEditor& editor, Model& model, Random& random) {
    const size_t at = random.below(model.size());
    switch (random.below(12)) {
      case 0:
      case 1: {
        const bool head = random.one_in(2);
        for (size_t i = random.below(10) + 1; i > 0 && !model.empty(); i--) {
          editor.erase_one(head ? ListEnd::kHead : ListEnd::kTail);
          model.erase(head ? model.begin() : model.end() - 1);
        }
        return editor.shrink();
      }
      case 2: {
        const size_t count =
            random.below(std::min<size_t>(model.size() - at, random.one_in(4) ? 500 : 9) + 1);
        editor.erase_range(at, count);
        model.erase(model.begin() + static_cast<ptrdiff_t>(at),
                    model.begin() + static_cast<ptrdiff_t>(at + count));
        return editor.shrink();
      }
      case 3:
        return remove(editor, model, random, random.one_in(3) ? model[at] : "same");
      case 4:
      case 5:
      case 6: {
        const size_t place = random.one_in(8) ? model.size() : at;
        const std::string text = random_text(random);
        editor.make_room_for(text.size(), 1);
        editor.insert(place, PackedValue::of(view_of(text)));
        model.insert(model.begin() + static_cast<ptrdiff_t>(place), text);
        return;
      }
      case 7:
      case 8: {
        const std::string text = random_text(random);
        editor.make_room_for(text.size(), 1);
        editor.set(at, PackedValue::of(view_of(text)));
        model[at] = text;
        return editor.shrink();
      }
      default:
        return grow(editor, model, random);
    }
  }

  static void remove(ListEditor& editor, Model& model, Random& random, const std::string& text) {
    const bool forward = random.one_in(2);
    const uint64_t max = random.one_in(2) ? UINT64_MAX : 1 + random.below(5);
    uint64_t expected = 0;
    if (!forward) std::reverse(model.begin(), model.end());
    std::erase_if(model,
                  [&](const std::string& other) { return other == text && expected < max && ++expected; });
    if (!forward) std::reverse(model.begin(), model.end());
    const ListEnd from = forward ? ListEnd::kHead : ListEnd::kTail;
    CHECK_EQ(editor.remove(PackedValue::of(view_of(text)), max, from), expected);
    editor.shrink();
  }

  static void check(const Entry& entry, const Model& model) {
    const ListView list(entry);
    CHECK_EQ(list.length(), model.size());
    CHECK(elements_of(list, 0, model.size()) == model);
    if (model.empty()) return;
    for (size_t i = 0; i < 5; i++) {
      const size_t at = i * 7919 % model.size(), count = std::min(model.size() - at, i * 40);
      CHECK(text_of(list.at(at)) == model[at]);
      CHECK(elements_of(list, at, count) == Model(model.begin() + static_cast<ptrdiff_t>(at),
                                                  model.begin() + static_cast<ptrdiff_t>(at + count)));
      const auto first = std::find(model.begin(), model.end(), model[at]);
      CHECK_EQ(list.find(PackedValue::of(view_of(model[at]))), static_cast<uint64_t>(first - model.begin()));
    }
    CHECK_EQ(list.find(PackedValue::of(view_of("no such element"))), ListView::kNotFound);
  }
};

struct Fixture {
  Fixture() : keyspace(1, {1, 2, 3}) { keyspace.register_type(ValueKind::kList, &type); }
  void push(ListEnd end, const std::string& text) { push_each(end, {text}); }
  void push_each(ListEnd end, const std::vector<std::string>& texts) {
    SlotRef slot;
    const bool found = keyspace.find_for_write(0, key(), &slot) != nullptr;
    ListEditor editor = found ? ListEditor(keyspace, name, &slot, fill) : ListEditor(keyspace, name, 0, fill);
    std::vector<PackedValue> values;
    for (const std::string& text : texts) values.push_back(PackedValue::of(view_of(text)));
    editor.push_each(end, values);
    editor.finish();
  }
  void pop(ListEnd end) {
    SlotRef slot;
    CHECK(keyspace.find_for_write(0, key(), &slot) != nullptr);
    ListEditor editor(keyspace, name, &slot, fill);
    editor.erase_one(end);
    editor.shrink();
    editor.finish();
  }
  const Key& key() {
    name = keyspace.key(reinterpret_cast<const uint8_t*>("list"), 4);
    return name;
  }
  const Entry* entry() { return keyspace.find(0, key()); }
  ListEncoding encoding() { return static_cast<ListEncoding>(entry()->encoding()); }
  size_t memory() { return type.memory(entry()->root(), entry()->encoding()); }

  ListType type;
  Keyspace keyspace;
  Key name{};
  int32_t fill = -2;
};

// A list becomes chunked above the limit and packed again at half of it.
void test_forms() {
  Fixture f;
  for (int i = 0; i < 8; i++) f.push(ListEnd::kTail, std::string(1000, 'x'));
  CHECK(f.encoding() == ListEncoding::kPacked);
  f.push(ListEnd::kHead, std::string(1000, 'x'));
  CHECK(f.encoding() == ListEncoding::kChunked);
  for (int i = 0; i < 4; i++) f.pop(ListEnd::kHead);
  CHECK(f.encoding() == ListEncoding::kChunked);
  f.pop(ListEnd::kHead);
  CHECK(f.encoding() == ListEncoding::kPacked);
  f.fill = 3;
  f.push(ListEnd::kTail, "5");
  CHECK(f.encoding() == ListEncoding::kChunked);
  for (int i = 0; i < 5; i++) f.pop(ListEnd::kHead);
  CHECK(f.entry() == nullptr);
}

// Elements that come together go where they would go one by one.
void test_runs(Random& random) {
  for (int round = 0; round < 40; round++) {
    Fixture single, together;
    single.fill = together.fill = random.one_in(2) ? -1 : static_cast<int32_t>(random.below(50));
    for (uint64_t runs = 1 + random.below(30); runs > 0; runs--) {
      const ListEnd end = random.one_in(2) ? ListEnd::kHead : ListEnd::kTail;
      std::vector<std::string> texts;
      for (uint64_t i = 1 + random.below(60); i > 0; i--) texts.push_back(random_text(random));
      for (const std::string& text : texts) single.push(end, text);
      together.push_each(end, texts);
      CHECK(single.encoding() == together.encoding());
      CHECK(blocks_of(*single.entry()) == blocks_of(*together.entry()));
      check_list(together.entry()->root(), together.entry()->encoding());
    }
  }
}

// Many small elements take little more than themselves, whichever end they came from.
void test_memory() {
  constexpr size_t kElements = 100'000, kElementBytes = 18;
  for (ListEnd end : {ListEnd::kHead, ListEnd::kTail}) {
    Fixture f;
    for (size_t i = 0; i < kElements; i++) f.push(end, std::to_string(i + 1'000'000'000) + "abcdef");
    CHECK(f.memory() < kElements * kElementBytes * 103 / 100);
    check_list(f.entry()->root(), f.entry()->encoding());
    for (size_t i = 0; i < kElements - 1; i++) f.pop(end == ListEnd::kHead ? ListEnd::kTail : ListEnd::kHead);
    CHECK_EQ(ListView(*f.entry()).length(), uint64_t{1});
    CHECK(f.encoding() == ListEncoding::kPacked);
  }
}

// A queue that moves through its chunks keeps its size.
void test_queue() {
  Fixture f;
  for (int i = 0; i < 1000; i++) f.push(ListEnd::kTail, std::to_string(i) + ":abcdefghij");
  for (int i = 1000; i < 30'000; i++) {
    f.push(ListEnd::kTail, std::to_string(i) + ":abcdefghij");
    CHECK(text_of(ListView(*f.entry()).at(0)) == std::to_string(i - 1000) + ":abcdefghij");
    f.pop(ListEnd::kHead);
  }
  CHECK(f.memory() < 40'000);
  check_list(f.entry()->root(), f.entry()->encoding());
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  test_forms();
  test_memory();
  test_queue();
  test_runs(random);
  ValueStorm<Subject>(random.next()).run(1'200);
  ValueStorm<Subject>(random.next()).run(1'200);
  return 0;
}
