// IntegerSet: a small set of integers, sorted, in 2, 4 or 8 bytes each: whatever the largest needs.
//
//   0          4         8
//   | width    | count   | integers, ascending, little-endian ...
//
// The bytes are those of Redis's intset, so that files can hold them as they are. Widths only grow.
// Cost: contains O(log n); insert and erase O(n) bytes moved.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace redwing::integer_set {

constexpr size_t kHeaderBytes = 8;

inline uint32_t width(const uint8_t* set) {
  uint32_t value;
  std::memcpy(&value, set, 4);
  return value;
}
inline uint32_t count(const uint8_t* set) {
  uint32_t value;
  std::memcpy(&value, set + 4, 4);
  return value;
}
inline size_t bytes(const uint8_t* set) { return kHeaderBytes + size_t{width(set)} * count(set); }
/// Bytes that a value needs: 2, 4 or 8.
uint32_t width_of(int64_t value);
/// Makes an empty set of kHeaderBytes, of the least width.
void init(uint8_t* set);
/// The value at a rank below count.
int64_t at(const uint8_t* set, uint32_t rank);
/// Whether the value is there; `rank` is where it is or would be.
bool find(const uint8_t* set, int64_t value, uint32_t* rank);
/// Bytes that the set will take with this value in it, which it has not.
size_t bytes_with(const uint8_t* set, int64_t value);
/// Puts a value at the rank that find told. The memory holds bytes_with(value).
void insert(uint8_t* set, uint32_t rank, int64_t value);
void erase(uint8_t* set, uint32_t rank);

}  // namespace redwing::integer_set
