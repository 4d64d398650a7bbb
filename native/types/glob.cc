// The matcher walks pattern and text together. Every element of a pattern but the star consumes exactly one
// byte, so when a mismatch comes after a star, only the latest star can help: letting an earlier one take
// more could not place what stands between the two any better than its first fit did. One remembered position
// replaces recursion.
#include "types/glob.h"

namespace redwing {
namespace {

inline uint8_t fold(uint8_t byte) { return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte; }

inline bool same_byte(uint8_t a, uint8_t b, bool ignore_case) {
  return a == b || (ignore_case && fold(a) == fold(b));
}

bool in_range(uint8_t first, uint8_t last, uint8_t byte, bool ignore_case) {
  int low = static_cast<int8_t>(first);
  int high = static_cast<int8_t>(last);
  int value = static_cast<int8_t>(byte);
  if (low > high) {
    const int swapped = low;
    low = high;
    high = swapped;
  }
  if (ignore_case) {
    // The ends are put in order before they are folded: a range like [Z-a] can come out empty.
    low = static_cast<int8_t>(fold(static_cast<uint8_t>(low)));
    high = static_cast<int8_t>(fold(static_cast<uint8_t>(high)));
    value = static_cast<int8_t>(fold(byte));
  }
  return value >= low && value <= high;
}

// Matches `byte` against the class whose '[' stands before `*at`, and moves `*at` behind its ']', or to the
// end of the pattern if it is never closed.
bool match_class(const uint8_t* pattern, size_t size, size_t* at, uint8_t byte, bool ignore_case) {
  size_t i = *at;
  bool found = false;
  const bool negated = i < size && pattern[i] == '^';
  if (negated) i++;
  while (i < size && pattern[i] != ']') {
    const size_t left = size - i;
    if (pattern[i] == '\\' && left >= 2) {
      found |= pattern[i + 1] == byte;
      i += 2;
    } else if (left >= 3 && pattern[i + 1] == '-') {
      found |= in_range(pattern[i], pattern[i + 2], byte, ignore_case);
      i += 3;
    } else {
      found |= same_byte(pattern[i], byte, ignore_case);
      i++;
    }
  }
  *at = i < size ? i + 1 : size;
  return found != negated;
}

// Matches one byte against the element (not a star) at `*at`, and moves `*at` behind it.
inline bool match_element(const uint8_t* pattern, size_t size, size_t* at, uint8_t byte, bool ignore_case) {
  uint8_t expected = pattern[(*at)++];
  if (expected == '?') return true;
  if (expected == '[') return match_class(pattern, size, at, byte, ignore_case);
  if (expected == '\\' && *at < size) expected = pattern[(*at)++];
  return same_byte(expected, byte, ignore_case);
}

inline bool is_special(uint8_t byte) { return byte == '*' || byte == '?' || byte == '[' || byte == '\\'; }

}  // namespace

bool glob_match(const uint8_t* pattern, size_t pattern_size, const uint8_t* text, size_t text_size,
                bool ignore_case) {
  if (text_size == 0) return pattern_size == 0;
  size_t p = 0;
  size_t t = 0;
  size_t stars = 0;       // runs of stars passed
  size_t after_star = 0;  // pattern position behind the latest star
  size_t star_end = 0;    // text position where that star stops, so far
  while (t < text_size) {
    if (p < pattern_size && pattern[p] == '*') {
      while (p < pattern_size && pattern[p] == '*') p++;
      if (p == pattern_size) return true;
      if (++stars > kGlobStarsMax) return false;
      after_star = p;
      star_end = t;
      continue;
    }
    if (p < pattern_size && match_element(pattern, pattern_size, &p, text[t], ignore_case)) {
      t++;
      continue;
    }
    if (stars == 0) return false;
    t = ++star_end;
    p = after_star;
  }
  while (p < pattern_size && pattern[p] == '*') p++;
  return p == pattern_size;
}

size_t glob_literal_prefix(const uint8_t* pattern, size_t pattern_size) {
  size_t size = 0;
  while (size < pattern_size && !is_special(pattern[size])) size++;
  return size;
}

bool glob_is_literal(const uint8_t* pattern, size_t pattern_size) {
  return glob_literal_prefix(pattern, pattern_size) == pattern_size;
}

}  // namespace redwing
