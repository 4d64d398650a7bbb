// Longest common subsequence of two byte strings: its length, its bytes, and which ranges of the two match.
//
// The table of lengths L(i, j) over prefixes is kept as bits: along a row, L grows by 0 or 1 per column, so
// one bit per cell says everything, and 64 columns advance with one addition (M. Crochemore et al., "A fast
// and practical bit-vector algorithm for the longest common subsequence problem", 2001; in the form of H.
// Hyyro, "Bit-parallel LCS-length computation revisited", 2004). Time O(a_size * b_size / 64), memory a bit
// per cell.
//
// Where several subsequences are longest, the one reported is found by walking back from the ends: equal last
// bytes are matched; otherwise the last byte of `a` is dropped if that leaves the strictly longer
// subsequence, else that of `b`. This is the choice of the LCS command, so results are equal byte for byte.
//
// All functions are pure, may be called from any thread, and free what they allocate before they return. Like
// the heap, they abort when the system has no memory; `table_bytes_max` is the guard against that.
#pragma once

#include <cstddef>
#include <cstdint>

namespace redwing {

enum class LcsStatus : uint8_t {
  kOk = 0,
  kTooLarge = 1,  // the table would exceed the caller's limit; nothing was computed or reported
};

/// A pair of equal ranges: a[a_first..a_last] == b[b_first..b_last], both ends included, zero-based.
struct LcsMatch {
  uint64_t a_first;
  uint64_t a_last;
  uint64_t b_first;
  uint64_t b_last;
};

/// Receives a result: the length once, first; then the matches, from the ends of the strings to their
/// beginnings.
class LcsSink {
 public:
  virtual ~LcsSink() = default;
  virtual void on_length(uint64_t length) = 0;
  virtual void on_match(const LcsMatch& match) = 0;
};

/// Bytes that lcs_matches and lcs_string allocate (about a_size * b_size / 8); UINT64_MAX if beyond 64 bits.
uint64_t lcs_table_bytes(uint64_t a_size, uint64_t b_size);

/// Length of the longest common subsequence. Needs no table, only a_size bytes.
uint64_t lcs_length(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size);

/// Reports the length and every maximal run of matched bytes at least `match_size_min` long (0 and 1: all).
LcsStatus lcs_matches(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size,
                      uint64_t match_size_min, uint64_t table_bytes_max, LcsSink* sink);

/// Writes the subsequence itself to `out`, which has room for lcs_length bytes (min(a_size, b_size) always
/// does), and its length to `*length`.
LcsStatus lcs_string(const uint8_t* a, size_t a_size, const uint8_t* b, size_t b_size,
                     uint64_t table_bytes_max, uint8_t* out, uint64_t* length);

}  // namespace redwing
