// PatternTable: glob patterns that texts are matched against, all of them, again and again: those that
// clients have subscribed to. See types/glob.h for the grammar.
//
// A pattern has a number, which is small and used again when the pattern was removed.
//
// Cost: matching is O(patterns) with one comparison of bytes for those whose literal beginning does not fit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace redwing {

class PatternTable {
 public:
  /// Returns the pattern's number.
  int32_t add(const uint8_t* pattern, size_t size);
  /// It must be there.
  void remove(int32_t number);
  /// Numbers of the patterns, from number `*next` on, that match `text`: at most `max` into `out`. Returns
  /// how many; `*next` becomes the number to go on with, 0 at the end.
  size_t match(const uint8_t* text, size_t size, int32_t* next, int32_t* out, size_t max) const;

 private:
  struct Slot {
    std::string pattern;
    size_t prefix = 0;  // length of its literal beginning
    bool used = false;
  };
  std::vector<Slot> slots_;
  std::vector<int32_t> free_;
};

}  // namespace redwing
