// The self-test of HyperLogLog: what a running server can be asked to check about itself.
#include <cmath>
#include <cstring>
#include <vector>

#include "types/hyperloglog.h"

namespace redwing {
namespace {

class VectorBuffer final : public HllBuffer {
 public:
  uint8_t* data() override { return bytes_.data(); }
  size_t size() const override { return bytes_.size(); }
  void resize(size_t size) override { bytes_.resize(size); }

 private:
  std::vector<uint8_t> bytes_;
};

// A short deterministic sequence (xorshift64, G. Marsaglia, 2003): never repeats within the test.
uint64_t next_element(uint64_t* state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

const char* test_register_packing() {
  VectorBuffer buffer;
  hll_create(&buffer);
  if (hll_to_dense(&buffer) != HllStatus::kOk) return "an empty sparse object does not turn dense";
  HllRegisters wanted;
  uint64_t state = 1;
  for (uint8_t& value : wanted.value) value = static_cast<uint8_t>(next_element(&state) % 52);
  if (hll_store_registers(&buffer, wanted, true, 0) != HllStatus::kOk) return "registers cannot be stored";
  HllRegisters found;
  hll_clear_registers(&found);
  if (hll_merge_into(&found, buffer.data(), buffer.size()) != HllStatus::kOk)
    return "registers cannot be read";
  if (std::memcmp(wanted.value, found.value, sizeof wanted.value) != 0)
    return "a dense register lost its value";
  return nullptr;
}

// Counts of the two encodings must be equal, and within six standard errors (0.0081 each) of the truth.
const char* check_counts(VectorBuffer* sparse, VectorBuffer* dense, uint32_t elements) {
  uint64_t from_sparse = 0;
  uint64_t from_dense = 0;
  if (hll_count(sparse->data(), sparse->size(), &from_sparse) != HllStatus::kOk)
    return "a sparse body is corrupt";
  if (hll_count(dense->data(), dense->size(), &from_dense) != HllStatus::kOk)
    return "a dense body is corrupt";
  if (from_sparse != from_dense) return "the sparse and the dense encoding disagree on the count";
  const double error = std::fabs(static_cast<double>(from_dense) - static_cast<double>(elements));
  const double allowed = std::ceil(6 * 0.0081 * elements);
  return error > allowed ? "the estimate is too far from the truth" : nullptr;
}

const char* test_counts(uint32_t elements_max) {
  VectorBuffer sparse;
  VectorBuffer dense;
  hll_create(&sparse);
  hll_create(&dense);
  if (hll_to_dense(&dense) != HllStatus::kOk) return "an empty sparse object does not turn dense";
  uint64_t state = 0x9e3779b97f4a7c15;
  uint32_t check_at = 1;
  for (uint32_t elements = 1; elements <= elements_max; elements++) {
    const uint64_t element = next_element(&state);
    uint8_t bytes[sizeof element];
    std::memcpy(bytes, &element, sizeof element);
    const HllAddResult first = hll_add(&sparse, bytes, sizeof bytes, kHllSparseBytesMaxDefault);
    const HllAddResult second = hll_add(&dense, bytes, sizeof bytes, kHllSparseBytesMaxDefault);
    if (first != second) return "the sparse and the dense encoding disagree on what an element changes";
    if (elements != check_at) continue;
    const char* failure = check_counts(&sparse, &dense, elements);
    if (failure != nullptr) return failure;
    check_at += (check_at + 9) / 10;
  }
  return nullptr;
}

}  // namespace

const char* hll_self_test(uint32_t elements_max) {
  const char* failure = test_register_packing();
  return failure != nullptr ? failure : test_counts(elements_max);
}

}  // namespace redwing
