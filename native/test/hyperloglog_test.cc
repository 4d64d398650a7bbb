// HyperLogLog: stored bytes and counts recorded from Redis 7.0.15 (append only: they are on disks and wires),
// random sequences against plain registers, damaged objects.
#include "types/hyperloglog.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "test/check.h"

namespace redwing {
namespace {

using test::Random;

class TestBuffer final : public HllBuffer {
 public:
  uint8_t* data() override { return bytes_.data(); }
  size_t size() const override { return bytes_.size(); }
  void resize(size_t size) override {
    std::vector<uint8_t> moved(size, 0xee);  // always elsewhere, and not zeroed: both are allowed
    std::copy_n(bytes_.begin(), std::min(size, bytes_.size()), moved.begin());
    bytes_.swap(moved);
  }
  std::vector<uint8_t> bytes_;
};

HllAddResult add(TestBuffer* buffer, const std::string& element,
                 size_t bytes_max = kHllSparseBytesMaxDefault) {
  const auto* data = reinterpret_cast<const uint8_t*>(element.data());
  const HllAddResult expected = hll_add_test(buffer->data(), buffer->size(), data, element.size());
  const HllAddResult result = hll_add(buffer, data, element.size(), bytes_max);
  CHECK(result == expected);
  return result;
}

uint64_t count_of(TestBuffer* buffer) {
  uint64_t count = 0;
  CHECK(hll_count(buffer->data(), buffer->size(), &count) == HllStatus::kOk);
  return count;
}

// FNV-1a: a short name for 12 KB.
uint64_t digest(const TestBuffer& buffer) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const uint8_t byte : buffer.bytes_) hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

std::string hex_of(const TestBuffer& buffer) {
  std::string hex;
  for (const uint8_t byte : buffer.bytes_) {
    hex.push_back("0123456789abcdef"[byte >> 4]);
    hex.push_back("0123456789abcdef"[byte & 15]);
  }
  return hex;
}

void test_golden_small() {
  TestBuffer buffer;
  hll_create(&buffer);
  uint64_t cached = 1;
  CHECK(hll_cached_count(buffer.data(), &cached) && cached == 0);
  hll_mark_count_stale(buffer.data());
  CHECK_EQ(hex_of(buffer), "48594c4c0100000000000000000000807fff");
  for (const char* element : {"a", "b", "c"}) CHECK(add(&buffer, element) == HllAddResult::kChanged);
  CHECK(add(&buffer, "b") == HllAddResult::kUnchanged);
  CHECK_EQ(hex_of(buffer), "48594c4c01000000000000000000008060f38050b1844bfb80425a");
  CHECK(!hll_cached_count(buffer.data(), &cached));
  hll_store_cached_count(buffer.data(), count_of(&buffer));
  CHECK(hll_cached_count(buffer.data(), &cached) && cached == 3);
  CHECK_EQ(hex_of(buffer), "48594c4c01000000030000000000000060f38050b1844bfb80425a");
  std::string text;
  CHECK(hll_decode(buffer.data(), buffer.size(), &text) == HllStatus::kOk);
  CHECK_EQ(text, "Z:8436 v:1,1 Z:4274 v:2,1 Z:3068 v:1,1 Z:603");
}

struct Golden {
  uint32_t elements;
  size_t size;
  uint64_t digest;
  uint64_t count;
};

// Elements "element:0", "element:1", ..., in calls of at most 500, the count asked for after each line below.
void test_golden_growth() {
  const Golden golden[] = {
      {10, 48, 0x77f1dfb6ec0d7ad9, 10},        {100, 285, 0x9cfdc47469f3e036, 99},
      {1000, 1897, 0xc2a82799d90e3700, 997},   {1800, 12304, 0xb05a2f44640d928f, 1808},
      {5000, 12304, 0x0b33acd21c364dcf, 5005}, {100000, 12304, 0x6aa4cb298d445bdd, 100039}};
  TestBuffer buffer;
  hll_create(&buffer);
  uint32_t elements = 0;
  for (const Golden& one : golden) {
    for (; elements < one.elements; elements++) {
      const size_t before = buffer.size();
      const bool was_dense = hll_is_dense(buffer.data());
      add(&buffer, "element:" + std::to_string(elements));
      // The last sparse object fills its limit exactly; the next element turns it dense.
      if (!was_dense && hll_is_dense(buffer.data())) CHECK(elements == 1668 && before == 3000);
    }
    CHECK_EQ(buffer.size(), one.size);
    CHECK_EQ(digest(buffer), one.digest);
    CHECK_EQ(count_of(&buffer), one.count);
    hll_store_cached_count(buffer.data(), one.count);
  }
}

void test_golden_merge() {
  TestBuffer sources[2];
  HllRegisters registers;
  hll_clear_registers(&registers);
  for (int k = 0; k < 2; k++) {
    hll_create(&sources[k]);
    for (int i = 0; i < 50 + 20 * k; i++) add(&sources[k], (k == 0 ? "x" : "y") + std::to_string(i));
    CHECK(hll_merge_into(&registers, sources[k].data(), sources[k].size()) == HllStatus::kOk);
  }
  CHECK_EQ(hll_count_registers(registers), 120u);
  TestBuffer merged;
  hll_create(&merged);
  CHECK(hll_store_registers(&merged, registers, false, kHllSparseBytesMaxDefault) == HllStatus::kOk);
  CHECK_EQ(merged.size(), 323u);
  CHECK_EQ(digest(merged), 0x220bafc5986a9c0eu);
  CHECK_EQ(count_of(&merged), 120u);
}

HllRegisters registers_of(TestBuffer* buffer) {
  HllRegisters registers;
  hll_clear_registers(&registers);
  CHECK(hll_merge_into(&registers, buffer->data(), buffer->size()) == HllStatus::kOk);
  return registers;
}

bool same(const HllRegisters& a, const HllRegisters& b) {
  return std::memcmp(a.value, b.value, sizeof a.value) == 0;
}

// Registers raised at random, one by one and all at once: values survive, the two ways give the same bytes
// (the one that starts its search anew each time is the model of the one that resumes it).
void test_random_registers(Random& random) {
  for (int round = 0; round < 60; round++) {
    const size_t bytes_max = 18 + random.below(4000);
    const uint32_t value_max = random.below(4) == 0 ? 51 : 1 + static_cast<uint32_t>(random.below(3));
    const uint32_t range = 1 + static_cast<uint32_t>(random.below(round % 2 == 0 ? 200 : kHllRegisters));
    TestBuffer one_by_one;
    TestBuffer at_once;
    hll_create(&one_by_one);
    hll_create(&at_once);
    hll_mark_count_stale(one_by_one.data());  // as a merge that raises nothing does, too
    HllRegisters model;
    hll_clear_registers(&model);
    for (int step = 0; step < 6; step++) {
      HllRegisters raised = model;
      for (uint64_t i = random.below(300); i > 0; i--) {
        uint8_t& value = raised.value[random.below(range)];
        value = std::max(value, static_cast<uint8_t>(1 + random.below(value_max)));
      }
      for (uint32_t i = 0; i < kHllRegisters; i++) {
        if (raised.value[i] == 0) continue;
        HllRegisters single;
        hll_clear_registers(&single);
        single.value[i] = raised.value[i];
        CHECK(hll_store_registers(&one_by_one, single, false, bytes_max) == HllStatus::kOk);
      }
      CHECK(hll_store_registers(&at_once, raised, false, bytes_max) == HllStatus::kOk);
      model = raised;
      CHECK(one_by_one.bytes_ == at_once.bytes_);
      CHECK(same(registers_of(&at_once), model));
      CHECK(hll_is_dense(at_once.data()) || at_once.size() <= bytes_max);
      CHECK_EQ(count_of(&at_once), hll_count_registers(model));
      CHECK(hll_validate(at_once.data(), at_once.size()) == HllStatus::kOk);
    }
    CHECK(hll_to_dense(&at_once) == HllStatus::kOk);
    CHECK_EQ(at_once.size(), kHllDenseSize);
    CHECK(same(registers_of(&at_once), model));
  }
}

void test_validation() {
  TestBuffer buffer;
  hll_create(&buffer);
  CHECK(hll_validate(buffer.data(), buffer.size()) == HllStatus::kOk);
  CHECK(hll_validate(buffer.data(), kHllHeaderSize - 1) == HllStatus::kNotHll);
  CHECK(hll_validate(buffer.data(), 0) == HllStatus::kNotHll);
  buffer.data()[4] = 2;
  CHECK(hll_validate(buffer.data(), buffer.size()) == HllStatus::kNotHll);
  buffer.data()[4] = 0;  // dense, but short
  CHECK(hll_validate(buffer.data(), buffer.size()) == HllStatus::kNotHll);
  buffer.data()[4] = 1;
  buffer.data()[0] = 'h';
  CHECK(hll_validate(buffer.data(), buffer.size()) == HllStatus::kNotHll);
  buffer.data()[0] = 'H';
  uint64_t count = 0;
  for (size_t size = kHllHeaderSize; size < kHllEmptySize; size++) {  // no body, then half an opcode
    CHECK(hll_validate(buffer.data(), size) == HllStatus::kOk);
    CHECK(hll_count(buffer.data(), size, &count) == HllStatus::kCorrupt);
  }
  buffer.resize(kHllHeaderSize);
  CHECK(add(&buffer, "a") == HllAddResult::kCorrupt);
}

// Every operation over damaged objects: whatever it says, it stays within the bytes (seen by the sanitizers).
void test_damage(Random& random) {
  size_t corrupt = 0;
  for (int round = 0; round < 3000; round++) {
    TestBuffer buffer;
    hll_create(&buffer);
    for (uint64_t i = random.below(40); i > 0; i--) add(&buffer, std::to_string(random.next()));
    for (uint64_t i = 1 + random.below(3); i > 0; i--) {
      buffer.data()[kHllHeaderSize + random.below(buffer.size() - kHllHeaderSize)] =
          static_cast<uint8_t>(random.next());
    }
    if (random.below(3) == 0)
      buffer.resize(kHllHeaderSize + random.below(buffer.size() - kHllHeaderSize + 1));
    CHECK(hll_validate(buffer.data(), buffer.size()) == HllStatus::kOk);
    uint64_t count = 0;
    std::string text;
    HllRegisters registers;
    hll_clear_registers(&registers);
    const HllStatus status = hll_count(buffer.data(), buffer.size(), &count);
    // What can be counted can be spelled out; what is broken only in its coverage can, too.
    const HllStatus spelled = hll_decode(buffer.data(), buffer.size(), &text);
    if (status == HllStatus::kOk) CHECK(spelled == HllStatus::kOk);
    CHECK(hll_merge_into(&registers, buffer.data(), buffer.size()) == status);
    corrupt += status == HllStatus::kCorrupt ? 1 : 0;
    const std::string element = std::to_string(random.next());
    hll_add(&buffer, reinterpret_cast<const uint8_t*>(element.data()), element.size(),
            18 + random.below(200));
    for (uint8_t& value : registers.value) value = random.below(100) == 0 ? 3 : 0;
    hll_store_registers(&buffer, registers, false, 18 + random.below(4000));
    if (hll_to_dense(&buffer) == HllStatus::kOk) CHECK_EQ(buffer.size(), kHllDenseSize);
  }
  CHECK(corrupt > 100);
}

// All registers saturated, and values no hash can give: the estimate stays defined.
void test_extremes() {
  HllRegisters registers;
  hll_clear_registers(&registers);
  CHECK_EQ(hll_count_registers(registers), 0u);
  for (const uint8_t value : {51, 52, 63}) {
    std::memset(registers.value, value, sizeof registers.value);
    CHECK(hll_count_registers(registers) >= uint64_t{1} << 62 || value > 51);
  }
  CHECK(hll_self_test(20000) == nullptr);
}

void test_hash() {
  const auto* text = reinterpret_cast<const uint8_t*>("0123456789abcdef");
  CHECK_EQ(murmur_hash_64a(text, 0, 0), 0u);
  for (size_t size = 1; size <= 16; size++) {
    CHECK(murmur_hash_64a(text, size, 1) != murmur_hash_64a(text, size - 1, 1));
    CHECK(murmur_hash_64a(text, size, 1) != murmur_hash_64a(text, size, 2));
  }
}

}  // namespace
}  // namespace redwing

int main(int argc, char** argv) {
  redwing::test::Random random = redwing::test::Random::from(argc, argv);
  redwing::test_golden_small();
  redwing::test_golden_growth();
  redwing::test_golden_merge();
  redwing::test_random_registers(random);
  redwing::test_validation();
  redwing::test_damage(random);
  redwing::test_extremes();
  redwing::test_hash();
  return 0;
}
