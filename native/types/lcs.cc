// Terms: a row belongs to a byte of `a`, a column to a byte of `b`; a strip is 64 columns. Strips are
// computed one after the other, each over all rows, so that its masks and its row stay in the fastest cache;
// what the addition of a row carries out of a strip waits in a byte per row for the next strip.
//
//   bit of column j in row i  =  0 exactly if L(i + 1, j + 1) = L(i + 1, j) + 1
#include "types/lcs.h"

#include <bit>
#include <cstring>
#include <limits>
#include <vector>

#include "memory/assert.h"

namespace redwing {
namespace {

constexpr uint64_t kStripColumns = 64;

inline uint64_t strip_count(uint64_t b_size) {
  return b_size / kStripColumns + (b_size % kStripColumns != 0 ? 1 : 0);
}

// Computes one strip, `columns` wide, over all rows of `a`; `carries` is read from the strip before and
// replaced for the next. Stores each row's bits in `rows` unless it is null. Returns by how much the last row
// grows here.
uint64_t compute_strip(const uint8_t* a, size_t a_size, const uint8_t* columns, size_t column_count,
                       uint8_t* carries, uint64_t* rows) {
  uint64_t masks[256];
  std::memset(masks, 0, sizeof masks);
  for (size_t j = 0; j < column_count; j++) masks[columns[j]] |= uint64_t{1} << j;
  uint64_t row = ~uint64_t{0};  // columns behind the end of `b` stay ones
  for (size_t i = 0; i < a_size; i++) {
    const uint64_t mask = masks[a[i]];
    const uint64_t partial = row + (row & mask);
    const uint64_t sum = partial + carries[i];
    carries[i] = static_cast<uint8_t>((partial < row) | (sum < partial));
    row = sum | (row & ~mask);
    if (rows != nullptr) rows[i] = row;
  }
  return kStripColumns - static_cast<uint64_t>(std::popcount(row));
}

// The whole table, strip by strip.
class LcsTable {
 public:
  LcsTable(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size)
      : a_(a), a_size_(a_size), b_(b), b_size_(b_size) {}

  void compute() {
    std::vector<uint8_t> carries(a_size_, 0);
    rows_.resize(strip_count(b_size_) * a_size_);
    for (size_t strip = 0, column = 0; column < b_size_; strip++, column += kStripColumns) {
      const size_t count = b_size_ - column < kStripColumns ? b_size_ - column : kStripColumns;
      uint64_t* rows = rows_.data() + strip * a_size_;
      length_ += compute_strip(a_, a_size_, b_ + column, count, carries.data(), rows);
    }
  }

  uint64_t length() const { return length_; }

  // Calls on_run for every maximal run of matches, from the ends to the beginnings.
  template <typename OnRun>
  void walk_back(OnRun on_run) const {
    size_t i = a_size_;
    size_t j = b_size_;
    size_t run = 0;  // matched bytes directly behind (i, j)
    while (i > 0 && j > 0) {
      if (a_[i - 1] == b_[j - 1]) {
        run++;
        i--;
        j--;
        continue;
      }
      if (run > 0) on_run(LcsMatch{i, i + run - 1, j, j + run - 1});
      run = 0;
      // When the last bytes differ, L(i, j) is L(i - 1, j) or L(i, j - 1); it grows here only if it is the
      // former.
      if (grows_at(i - 1, j - 1)) {
        i--;
      } else {
        j--;
      }
    }
    if (run > 0) on_run(LcsMatch{i, i + run - 1, j, j + run - 1});
  }

 private:
  bool grows_at(size_t row, size_t column) const {
    const uint64_t bits = rows_[column / kStripColumns * a_size_ + row];
    return ((bits >> (column % kStripColumns)) & 1) == 0;
  }

  const uint8_t* a_;
  size_t a_size_;
  const uint8_t* b_;
  size_t b_size_;
  std::vector<uint64_t> rows_;
  uint64_t length_ = 0;
};

}  // namespace

uint64_t lcs_table_bytes(uint64_t a_size, uint64_t b_size) {
  const uint64_t row_bytes = strip_count(b_size) * sizeof(uint64_t) + 1;  // a carry beside the bits
  if (a_size > std::numeric_limits<uint64_t>::max() / row_bytes) return std::numeric_limits<uint64_t>::max();
  return a_size * row_bytes;
}

uint64_t lcs_length(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size) {
  std::vector<uint8_t> carries(a_size, 0);
  uint64_t length = 0;
  for (size_t column = 0; column < b_size; column += kStripColumns) {
    const size_t count = b_size - column < kStripColumns ? b_size - column : kStripColumns;
    length += compute_strip(a, a_size, b + column, count, carries.data(), nullptr);
  }
  return length;
}

LcsStatus lcs_matches(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size,
                      uint64_t match_size_min, uint64_t table_bytes_max, LcsSink* sink) {
  if (lcs_table_bytes(a_size, b_size) > table_bytes_max) return LcsStatus::kTooLarge;
  LcsTable table(a, a_size, b, b_size);
  table.compute();
  sink->on_length(table.length());
  uint64_t matched = 0;
  table.walk_back([&](const LcsMatch& match) {
    const uint64_t size = match.a_last - match.a_first + 1;
    matched += size;
    if (size >= match_size_min) sink->on_match(match);
  });
  RW_ASSERT(matched == table.length(), "matches do not add up to the length of the subsequence");
  return LcsStatus::kOk;
}

LcsStatus lcs_string(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size,
                     uint64_t table_bytes_max, uint8_t* out, uint64_t* length) {
  if (lcs_table_bytes(a_size, b_size) > table_bytes_max) return LcsStatus::kTooLarge;
  LcsTable table(a, a_size, b, b_size);
  table.compute();
  uint64_t at = table.length();
  table.walk_back([&](const LcsMatch& match) {
    const uint64_t size = match.a_last - match.a_first + 1;
    RW_ASSERT(size <= at, "matches exceed the length of the subsequence");
    at -= size;
    std::memcpy(out + at, a + match.a_first, size);
  });
  RW_ASSERT(at == 0, "matches do not add up to the length of the subsequence");
  *length = table.length();
  return LcsStatus::kOk;
}

}  // namespace redwing
