// Operations on the longest common subsequence of two strings. A key that is absent counts as an empty
// string.
#include "types/lcs.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "binding/operation.h"

namespace redwing {
namespace {

// The caller bounds the table by `lcsCells`, in its own terms.
constexpr uint64_t kTableBytesMax = UINT64_MAX;

// Two strings that `lcsCells` found to be such.
struct Pair {
  Pair(Engine& e, int32_t a, int32_t b) : a(e.find(e.key(a))), b(e.find(e.key(b))) {}
  StringBytes a;
  StringBytes b;
};

bool is_other_type(const Entry* entry) { return entry != nullptr && !entry->is_string(); }

// lcsCells(a, b): puts into numbers[A] how many pairs of prefixes the two have, the size of the problem:
// about 1/64 of it is the time, 1/8 of it in bytes the memory that the operations below take. 0 or
// kStatusWrongType.
int32_t lcs_cells(Engine& e, const int32_t (&a)[2]) {
  const Entry* first = e.read(e.key(a[0]));
  const Entry* second = e.read(e.key(a[1]));
  if (is_other_type(first) || is_other_type(second)) return kStatusWrongType;
  const auto rows = static_cast<double>(StringBytes(first).size + 1);
  e.arenas.numbers()[kNumberA] = rows * static_cast<double>(StringBytes(second).size + 1);
  return 0;
}

// writeLcsLength(a, b): writes the length as an integer.
int32_t write_lcs_length(Engine& e, const int32_t (&a)[2]) {
  const Pair pair(e, a[0], a[1]);
  e.arenas.write_integer(
      static_cast<int64_t>(lcs_length(pair.a.data, pair.a.size, pair.b.data, pair.b.size)));
  return 0;
}

// writeLcs(a, b): writes the subsequence as a bulk.
int32_t write_lcs(Engine& e, const int32_t (&a)[2]) {
  const Pair pair(e, a[0], a[1]);
  auto bytes = std::make_unique_for_overwrite<uint8_t[]>(std::min(pair.a.size, pair.b.size));
  uint64_t length = 0;
  const LcsStatus status =
      lcs_string(pair.a.data, pair.a.size, pair.b.data, pair.b.size, kTableBytesMax, bytes.get(), &length);
  RW_ASSERT(status == LcsStatus::kOk, "the table of an LCS has no bound here");
  e.arenas.write_bulk(bytes.get(), static_cast<size_t>(length));
  return 0;
}

// Keeps what is reported: the reply of the matches begins with their number.
struct Matches final : LcsSink {
  void on_length(uint64_t found) override { length = found; }
  void on_match(const LcsMatch& match) override { found.push_back(match); }
  uint64_t length = 0;
  std::vector<LcsMatch> found;
};

void write_range(Engine& e, uint64_t first, uint64_t last) {
  e.arenas.write_array_header(2);
  e.arenas.write_integer(static_cast<int64_t>(first));
  e.arenas.write_integer(static_cast<int64_t>(last));
}

// writeLcsMatches(a, b, sizeMin, withSizes): writes an array of the matching ranges of at least `sizeMin`
// bytes, each [range in a, range in b], `withSizes` with its size; the length of the subsequence goes to
// numbers[A].
int32_t write_lcs_matches(Engine& e, const int32_t (&a)[4]) {
  const Pair pair(e, a[0], a[1]);
  Matches matches;
  const LcsStatus status = lcs_matches(pair.a.data, pair.a.size, pair.b.data, pair.b.size,
                                       static_cast<uint64_t>(a[2]), kTableBytesMax, &matches);
  RW_ASSERT(status == LcsStatus::kOk, "the table of an LCS has no bound here");
  e.arenas.write_array_header(matches.found.size());
  for (const LcsMatch& match : matches.found) {
    e.arenas.write_array_header(a[3] != 0 ? 3 : 2);
    write_range(e, match.a_first, match.a_last);
    write_range(e, match.b_first, match.b_last);
    if (a[3] != 0) e.arenas.write_integer(static_cast<int64_t>(match.a_last - match.a_first + 1));
  }
  e.arenas.numbers()[kNumberA] = static_cast<double>(matches.length);
  return 0;
}

constexpr Operation kOperations[] = {
    operation<&lcs_cells>("lcsCells"),
    operation<&write_lcs_length>("writeLcsLength"),
    operation<&write_lcs>("writeLcs"),
    operation<&write_lcs_matches>("writeLcsMatches"),
};

}  // namespace

std::span<const Operation> lcs_operations() { return kOperations; }

}  // namespace redwing
