// Listpacks against a plain list of strings, against bytes that Redis 7.0.15 wrote, and against broken bytes.
// Every block lives in memory of exactly its size, so that the address sanitizer sees any access beyond it.
#include "types/listpack.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "test/check.h"

namespace {

using redwing::ByteView;
using redwing::PackedValue;
using redwing::test::Random;
namespace listpack = redwing::listpack;

ByteView view_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string text_of(const PackedValue& value) {
  uint8_t digits[redwing::kInt64TextMax];
  const ByteView text = value.text(digits);
  CHECK_EQ(text.size, value.text_size());
  return std::string(reinterpret_cast<const char*>(text.data), text.size);
}

bool reads_as_integer(const std::string& text) {
  int64_t ignored;
  return redwing::parse_int64(view_of(text).data, text.size(), &ignored);
}

class Block {
 public:
  Block() : memory_(std::make_unique<uint8_t[]>(listpack::kEmptyBytes)) { listpack::init(memory_.get()); }
  explicit Block(const std::string& bytes) : memory_(std::make_unique<uint8_t[]>(bytes.size())) {
    std::copy(bytes.begin(), bytes.end(), memory_.get());
  }

  const uint8_t* get() const { return memory_.get(); }
  std::string bytes() const {
    return std::string(reinterpret_cast<const char*>(get()), listpack::bytes(get()));
  }
  uint32_t end() const { return listpack::end(get()); }
  /// Memory for an edit that makes the block longer by `growth`.
  uint8_t* room(size_t growth) {
    const size_t used = listpack::bytes(get());
    auto larger = std::make_unique<uint8_t[]>(used + growth);
    std::copy(get(), get() + used, larger.get());
    memory_ = std::move(larger);
    return memory_.get();
  }
  void insert(uint32_t pos, const std::string& value) {
    const size_t before = listpack::bytes(get());
    const size_t growth = listpack::encoded_bytes(view_of(value));
    listpack::insert(room(growth), pos, view_of(value));
    CHECK_EQ(listpack::bytes(get()), before + growth);
  }
  void append(const std::string& value) { insert(end(), value); }
  void replace(uint32_t pos, const std::string& value) {
    const size_t before = listpack::bytes(get());
    const int64_t growth = listpack::replace_growth(get(), pos, view_of(value));
    listpack::replace(room(growth > 0 ? static_cast<size_t>(growth) : 0), pos, view_of(value));
    CHECK_EQ(listpack::bytes(get()), before + static_cast<size_t>(growth));
    room(0);
  }
  void erase(uint32_t pos, size_t elements, size_t expected) {
    CHECK_EQ(listpack::erase(memory_.get(), pos, elements), expected);
    room(0);
  }

 private:
  std::unique_ptr<uint8_t[]> memory_;
};

using Model = std::deque<std::string>;

Block block_of(const Model& model) {
  Block block;
  for (const std::string& value : model) block.append(value);
  return block;
}

void check_same(const Block& block, const Model& model) {
  const uint8_t* bytes = block.get();
  CHECK(listpack::validate(bytes, listpack::bytes(bytes)));
  CHECK(listpack::is_canonical(bytes));
  CHECK_EQ(listpack::canonical_bytes(bytes), listpack::bytes(bytes));
  CHECK_EQ(listpack::count(bytes), model.size());
  uint32_t pos = listpack::first();
  uint32_t previous = 0;
  for (const std::string& value : model) {
    CHECK_EQ(listpack::prev(bytes, pos), previous);
    const PackedValue stored = listpack::get(bytes, pos);
    CHECK_EQ(stored.is_integer(), reads_as_integer(value));
    CHECK(text_of(stored) == value);
    CHECK(stored.equals(view_of(value)) && stored.equals(PackedValue::of(view_of(value))));
    previous = pos;
    pos = listpack::next(bytes, pos);
  }
  CHECK_EQ(pos, block.end());
  CHECK_EQ(listpack::last(bytes), previous);
}

uint32_t position(const Block& block, size_t index) {
  uint32_t pos = listpack::first();
  for (; index > 0; index--) pos = listpack::next(block.get(), pos);
  return pos;
}

const char* const kNumberLike[] = {"",
                                   "-",
                                   "-0",
                                   "+1",
                                   "01",
                                   "1 ",
                                   " 1",
                                   "1.5",
                                   "0",
                                   "9223372036854775807",
                                   "9223372036854775808",
                                   "-9223372036854775808",
                                   "-9223372036854775809",
                                   "18446744073709551616",
                                   "99999999999999999999",
                                   "123456789012345678901"};
constexpr size_t kSizes[] = {1,  2,  3,   4,   7,   8,   9,   20,   21,   62,  63,
                             64, 65, 124, 125, 126, 127, 128, 4095, 4096, 4097};

std::string random_integer(Random& random) {
  const uint64_t bits = random.next() >> random.below(64);
  const int64_t edge =
      static_cast<int64_t>(1ull << random.below(63)) - static_cast<int64_t>(random.below(3)) + 1;
  const int64_t value = random.one_in(2) ? static_cast<int64_t>(bits) : edge;
  return std::to_string(random.one_in(2) ? value : static_cast<int64_t>(0 - static_cast<uint64_t>(value)));
}

std::string random_value(Random& random) {
  switch (random.below(6)) {
    case 0:
      return std::to_string(random.below(130));
    case 1:
      return random_integer(random);
    case 2:
      return kNumberLike[random.below(std::size(kNumberLike))];
    case 3:
      return random.bytes(kSizes[random.below(random.one_in(8) ? std::size(kSizes) : std::size(kSizes) - 3)]);
    default:
      return "name:" + std::to_string(random.below(50));
  }
}

void random_edit(Random& random, Block& block, Model& model) {
  const size_t index = random.below(model.size() + 1);
  const uint32_t pos = position(block, index);
  const std::string value = random_value(random);
  switch (random.below(model.size() < 60 ? 6 : 9)) {
    case 0:
    case 1:
    case 2:
      block.insert(pos, value);
      model.insert(model.begin() + static_cast<ptrdiff_t>(index), value);
      break;
    case 3:
      block.append(value);
      model.push_back(value);
      break;
    case 4:
    case 5:
      if (index == model.size()) return;
      block.replace(pos, value);
      model[index] = value;
      break;
    default: {
      const size_t asked = random.below(12);
      const size_t erased = std::min(asked, model.size() - index);
      block.erase(pos, asked, erased);
      const auto from = model.begin() + static_cast<ptrdiff_t>(index);
      model.erase(from, from + static_cast<ptrdiff_t>(erased));
    }
  }
}

void check_seek(Random& random, const Block& block, const Model& model) {
  const int64_t size = static_cast<int64_t>(model.size());
  const int64_t index = static_cast<int64_t>(random.below(model.size() * 2 + 6)) - size - 3;
  const uint32_t found = listpack::seek(block.get(), index);
  const bool inside = index >= -size && index < size;
  CHECK_EQ(found, inside ? position(block, static_cast<size_t>(index < 0 ? index + size : index)) : 0);
}

void check_find(Random& random, const Block& block, const Model& model) {
  const bool known = !model.empty() && random.one_in(2);
  const std::string wanted = known ? model[random.below(model.size())] : random_value(random);
  const uint32_t skip = static_cast<uint32_t>(random.below(3));
  const size_t from = random.one_in(2) ? 0 : random.below(model.size() + 1);
  uint32_t expected = 0;
  for (size_t i = from; i < model.size() && expected == 0; i += skip + 1) {
    if (model[i] == wanted) expected = position(block, i);
  }
  CHECK_EQ(listpack::find(block.get(), position(block, from), view_of(wanted), skip), expected);
}

void test_edits(Random& random) {
  for (int round = 0; round < 20; round++) {
    Block block;
    Model model;
    for (int step = 0; step < 150; step++) {
      random_edit(random, block, model);
      check_same(block, model);
      for (int i = 0; i < 5; i++) {
        check_seek(random, block, model);
        check_find(random, block, model);
      }
    }
  }
}

void test_runs(Random& random) {
  for (int round = 0; round < 200; round++) {
    Model models[2];
    for (Model& model : models) {
      for (size_t i = random.below(20); i > 0; i--) model.push_back(random_value(random));
    }
    Block dest = block_of(models[0]);
    const Block source = block_of(models[1]);
    const size_t from = random.below(models[1].size() + 1);
    const size_t to = from + random.below(models[1].size() - from + 1);
    const size_t index = random.one_in(3) ? models[0].size() : random.below(models[0].size() + 1);
    const uint32_t from_pos = position(source, from);
    const uint32_t to_pos = position(source, to);
    const uint32_t pos = position(dest, index);
    uint8_t* grown = dest.room(to_pos - from_pos);
    if (index == models[0].size()) {
      listpack::append_from(grown, source.get(), from_pos, to_pos, to - from);
    } else {
      listpack::insert_from(grown, pos, source.get(), from_pos, to_pos, to - from);
    }
    // One by one: inserting an empty range into a deque may move strings onto themselves, which empties them.
    for (size_t i = from; i < to; i++) {
      models[0].insert(models[0].begin() + static_cast<ptrdiff_t>(index + i - from), models[1][i]);
    }
    check_same(dest, models[0]);
    listpack::erase_range(grown, pos, pos + (to_pos - from_pos), to - from);
    CHECK_EQ(listpack::count(grown), models[0].size() - (to - from));
  }
}

// A block of which only the header moves while elements come and go at its front.
void test_front(Random& random) {
  for (int round = 0; round < 20; round++) {
    constexpr size_t kRoom = 1u << 17;
    std::vector<uint8_t> memory(kRoom);
    uint8_t* block = memory.data() + kRoom - listpack::kEmptyBytes;
    listpack::init(block);
    Model model;
    for (int step = 0; step < 200; step++) {
      const std::string value = random_value(random);
      const size_t growth = listpack::encoded_bytes(view_of(value));
      if (random.one_in(3)) {
        const size_t count = random.below(std::min<size_t>(model.size(), 5) + 1);
        uint32_t to = listpack::first();
        for (size_t i = 0; i < count; i++) to = listpack::next(block, to);
        block = listpack::erase_front(block, to, count);
        model.erase(model.begin(), model.begin() + static_cast<ptrdiff_t>(count));
      } else if (growth <= static_cast<size_t>(block - memory.data())) {
        uint8_t* begin = listpack::prepend(block, PackedValue::of(view_of(value)));
        CHECK_EQ(static_cast<size_t>(block - begin), growth);
        block = begin;
        model.push_front(value);
      }
      check_same(Block(std::string(reinterpret_cast<const char*>(block), listpack::bytes(block))), model);
    }
    CHECK_EQ(block + listpack::bytes(block), memory.data() + kRoom);
  }
}

// Values that hold what other elements look like, so that equal bytes are found where no element starts.
void test_find_among_decoys(Random& random) {
  for (int round = 0; round < 300; round++) {
    Model values;
    for (int i = 0; i < 6; i++) {
      const bool short_one = random.one_in(2);
      values.push_back(short_one ? random_integer(random) : random.bytes(random.below(12)));
      values.push_back(block_of(values).bytes().substr(6));
    }
    Model model;
    for (size_t i = random.below(200); i > 0; i--) model.push_back(values[random.below(values.size())]);
    const Block block = block_of(model);
    for (int i = 0; i < 20; i++) {
      check_find(random, block, model);
      // Also what only decoys hold.
      const std::string absent = values[random.below(values.size())];
      Model without;
      for (const std::string& value : model) {
        if (value != absent) without.push_back(value);
      }
      if (i == 0)
        CHECK_EQ(listpack::find(block_of(without).get(), listpack::first(), view_of(absent), 0), 0u);
    }
  }
}

void test_integers() {
  std::vector<int64_t> values;
  for (int bit = 0; bit < 64; bit++) {
    for (int64_t near = -2; near <= 2; near++) {
      const uint64_t value = (1ull << bit) + static_cast<uint64_t>(near);
      values.push_back(static_cast<int64_t>(value));
      values.push_back(static_cast<int64_t>(0 - value));
    }
  }
  Block block;
  for (const int64_t value : values) {
    const size_t growth = listpack::encoded_bytes(value);
    CHECK_EQ(growth, listpack::encoded_bytes(view_of(std::to_string(value))));
    uint8_t* bytes = block.room(growth);
    listpack::insert_integer(bytes, block.end(), value);
    const PackedValue stored = listpack::get(bytes, listpack::last(bytes));
    CHECK(stored.is_integer());
    CHECK_EQ(stored.integer, value);
    // The same integer alone: the widest loads of the shortest block.
    Block alone;
    listpack::insert_integer(alone.room(growth), listpack::first(), 0);
    listpack::replace_integer(alone.room(growth), listpack::first(), value);
    CHECK_EQ(listpack::get(alone.get(), listpack::first()).integer, value);
    CHECK(alone.bytes() == block_of({std::to_string(value)}).bytes());
  }
  CHECK(listpack::validate(block.get(), listpack::bytes(block.get())));
  CHECK(listpack::is_canonical(block.get()));
}

// Sizes of head and body around every border of the back-length, between two neighbours.
void test_back_lengths() {
  for (const size_t size : {127u, 128u, 16382u, 16383u, 16384u, 2097150u, 2097151u, 2097152u}) {
    const size_t head = size - 1 < 64 ? 1 : size - 2 < 4096 ? 2 : 5;
    const Model model = {"before", std::string(size - head, 'q'), "after"};
    Block block = block_of(model);
    check_same(block, model);
    CHECK_EQ(listpack::find(block.get(), listpack::first(), view_of(model[1]), 0), position(block, 1));
    CHECK_EQ(listpack::find(block.get(), listpack::first(), view_of(model[2]), 1), position(block, 2));
    block.replace(position(block, 1), "5");
    check_same(block, {"before", "5", "after"});
  }
  static_assert(listpack::internal::back_length_bytes(268435454) == 4);
  static_assert(listpack::internal::back_length_bytes(268435455) == 5);
}

void test_many_elements() {
  Block grown;
  uint8_t* block = grown.room(70000 * 3);
  for (uint32_t i = 0; i < 70000; i++) {
    CHECK(i < 65500 || i > 65600 || listpack::count(block) == i);
    listpack::insert_integer(block, listpack::end(block), i & 63);
  }
  CHECK_EQ(listpack::count(block), 70000u);
  CHECK(listpack::validate(block, listpack::bytes(block)));
  CHECK_EQ(listpack::seek(block, 69999), listpack::last(block));
  CHECK_EQ(listpack::seek(block, -70000), listpack::first());
  CHECK_EQ(listpack::seek(block, 70000), 0u);
  CHECK_EQ(listpack::seek(block, -70001), 0u);
  listpack::insert(block, listpack::end(block), view_of("needle"));
  CHECK_EQ(listpack::find(block, listpack::first(), view_of("needle"), 0), listpack::last(block));
  CHECK_EQ(listpack::find(block, listpack::first(), view_of("needle"), 1), listpack::last(block));
  CHECK_EQ(listpack::find(block, listpack::next(block, listpack::first()), view_of("needle"), 1), 0u);
  CHECK_EQ(listpack::erase(block, listpack::first(), 4466), 4466u);
  CHECK_EQ(listpack::count(block), 65535u);
  CHECK_EQ(block[4] | block[5] << 8, 65535);
  CHECK_EQ(listpack::erase(block, listpack::first(), 35), 35u);
  CHECK_EQ(listpack::count(block), 65500u);
  CHECK_EQ(listpack::erase(block, listpack::first(), SIZE_MAX), 65500u);
  CHECK(std::equal(block, block + 7, Block().get()));
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

struct Written {
  Model elements;
  const char* hex;
};

// Bodies of what DUMP of Redis 7.0.15 replied.
void test_bytes_of_redis() {
  const Written written[] = {
      {{"a", "1", "b", "-1", "c", "hello"}, "1c00000006008161020101816202dfff028163028568656c6c6f06ff"},
      {{"three", "-3", "one", "1", "two", "2.5"},
       "22000000060085746872656506dffd02836f6e650401018374776f0483322e3504ff"},
      {{"0",
        "127",
        "128",
        "-4096",
        "4095",
        "4096",
        "-32768",
        "32767",
        "32768",
        "-8388608",
        "8388607",
        "8388608",
        "-2147483648",
        "2147483647",
        "2147483648",
        "-9223372036854775808",
        "9223372036854775807",
        "",
        "9223372036854775808",
        "01"},
       "7a000000140000017f01c08002d00002cfff02f1001003f1008003f1ff7f03f200800004f200008004f2ffff7f04f30000800"
       "0"
       "05f30000008005f3ffffff7f05f4000000800000000009f4000000000000008009f4ffffffffffffff7f09800193393232333"
       "3"
       "37323033363835343737353830381482303103ff"},
      {{"f", std::string(63, 'x')}, nullptr},
      {{"f", std::string(64, 'y')}, nullptr},
      {{"f", std::string(4095, 'z')}, nullptr},
      {{"f", std::string(4096, 'z')}, nullptr},
      {{"f", std::string(16378, 'q')}, nullptr},
  };
  const char* const long_heads[] = {"4b0000000200816602bf", "4d0000000200816602e040",
                                    "0d1000000200816602efff", "111000000200816602f000100000",
                                    "0c4000000200816602f0fa3f0000"};
  const char* const long_tails[] = {"40ff", "42ff", "2081ff", "2085ff", "00ffffff"};
  for (size_t i = 0; i < std::size(written); i++) {
    const Block block = block_of(written[i].elements);
    const std::string expected =
        i < 3 ? from_hex(written[i].hex)
              : from_hex(long_heads[i - 3]) + written[i].elements[1] + from_hex(long_tails[i - 3]);
    CHECK(block.bytes() == expected);
    check_same(Block(expected), written[i].elements);
  }
}

// Reads whatever walks in both directions can reach.
void walk(const uint8_t* block) {
  size_t elements = 0;
  for (uint32_t pos = listpack::first(); pos < listpack::end(block); pos = listpack::next(block, pos)) {
    const PackedValue value = listpack::get(block, pos);
    const volatile uint8_t* data = value.data;
    for (uint32_t i = 0; i < value.size; i++) (void)data[i];
    elements++;
  }
  CHECK_EQ(listpack::count(block), elements);
  for (uint32_t pos = listpack::last(block); pos != 0; pos = listpack::prev(block, pos)) elements--;
  CHECK_EQ(elements, 0u);
}

void set_size(std::string& bytes) {
  for (size_t i = 0; i < 4; i++) bytes[i] = static_cast<char>(bytes.size() >> (8 * i));
}

void check_broken(const std::string& bytes) {
  const Block block(bytes);
  if (!listpack::validate(block.get(), bytes.size())) return;
  walk(block.get());
  const size_t size = listpack::canonical_bytes(block.get());
  const auto rewritten = std::make_unique<uint8_t[]>(size);
  listpack::write_canonical(rewritten.get(), block.get());
  CHECK_EQ(listpack::bytes(rewritten.get()), size);
  CHECK(listpack::validate(rewritten.get(), size) && listpack::is_canonical(rewritten.get()));
  CHECK_EQ(listpack::count(rewritten.get()), listpack::count(block.get()));
}

void test_broken_bytes(Random& random) {
  for (int round = 0; round < 60; round++) {
    Model model;
    for (size_t i = random.below(12); i > 0; i--) model.push_back(random_value(random));
    const std::string good = block_of(model).bytes();
    for (size_t size = good.size() > 400 ? good.size() - 400 : 0; size < good.size(); size++) {
      std::string cut = good.substr(0, size);
      CHECK(!listpack::validate(Block(cut).get(), size));
      if (size < listpack::kEmptyBytes) continue;
      set_size(cut);
      CHECK(!listpack::validate(Block(cut).get(), size));
      cut.back() = '\xFF';
      check_broken(cut);
    }
    for (int i = 0; i < 300; i++) {
      std::string bad = good;
      for (size_t changes = 1 + random.below(3); changes > 0; changes--) {
        bad[random.below(bad.size())] = static_cast<char>(random.next());
      }
      if (random.one_in(2)) set_size(bad);
      if (random.one_in(2)) bad[4] = bad[5] = '\xFF';
      check_broken(bad);
    }
  }
}

// Forms that only other writers use: integers wider than they must be, or as strings; lengths too; and the
// shorter back-lengths of Valkey 9.
void test_foreign_forms() {
  const struct {
    const char* element;
    const char* value;
  } forms[] = {{"c00502", "5"},
               {"f1050003", "5"},
               {"f4ffffffffffffffff09", "-1"},
               {"8131"
                "02",
                "1"},
               {"e0026162"
                "04",
                "ab"},
               {"f001000000"
                "61"
                "06",
                "a"}};
  for (const auto& form : forms) {
    std::string bytes = std::string("\0\0\0\0\1\0", 6) + from_hex(form.element) + '\xFF';
    set_size(bytes);
    const Block block(bytes);
    CHECK(listpack::validate(block.get(), bytes.size()));
    CHECK(!listpack::is_canonical(block.get()));
    CHECK(text_of(listpack::get(block.get(), listpack::first())) == form.value);
    check_broken(bytes);
    Block edited(bytes);
    edited.replace(listpack::first(), form.value);
    check_same(edited, {form.value});
  }
  const std::string value(16378, 'v');
  std::string bytes =
      std::string("\0\0\0\0\2\0", 6) + from_hex("f0fa3f0000") + value + from_hex("7fff0701ff");
  set_size(bytes);
  const Block block(bytes);
  CHECK(listpack::validate(block.get(), bytes.size()));
  CHECK(!listpack::is_canonical(block.get()));
  const uint32_t second = listpack::next(block.get(), listpack::first());
  CHECK_EQ(listpack::get(block.get(), second).integer, 7);
  CHECK_EQ(listpack::prev(block.get(), second), listpack::first());
  Block rewritten;
  const size_t size = listpack::canonical_bytes(block.get());
  listpack::write_canonical(rewritten.room(size - listpack::kEmptyBytes), block.get());
  check_same(rewritten, {value, "7"});
}

}  // namespace

int main(int argc, char** argv) {
  Random random = Random::from(argc, argv);
  check_same(Block(), {});
  test_integers();
  test_bytes_of_redis();
  test_foreign_forms();
  test_back_lengths();
  test_many_elements();
  test_edits(random);
  test_runs(random);
  test_front(random);
  test_find_among_decoys(random);
  test_broken_bytes(random);
  std::puts("listpack_test: ok");
  return 0;
}
