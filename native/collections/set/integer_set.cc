#include "collections/set/integer_set.h"

namespace redwing::integer_set {

namespace {

void write_u32(uint8_t* at, uint32_t value) { std::memcpy(at, &value, 4); }

template <typename Narrow>
int64_t read_as(const uint8_t* at) {
  Narrow value;
  std::memcpy(&value, at, sizeof(Narrow));
  return value;
}

int64_t read(const uint8_t* at, uint32_t width) {
  if (width == 2) return read_as<int16_t>(at);
  return width == 4 ? read_as<int32_t>(at) : read_as<int64_t>(at);
}

void write(uint8_t* at, uint32_t width, int64_t value) { std::memcpy(at, &value, width); }

uint8_t* place(uint8_t* set, uint32_t rank) { return set + kHeaderBytes + size_t{rank} * width(set); }

}  // namespace

uint32_t width_of(int64_t value) {
  if (value >= INT16_MIN && value <= INT16_MAX) return 2;
  return value >= INT32_MIN && value <= INT32_MAX ? 4 : 8;
}

void init(uint8_t* set) {
  write_u32(set, 2);
  write_u32(set + 4, 0);
}

int64_t at(const uint8_t* set, uint32_t rank) {
  const uint32_t wide = width(set);
  return read(set + kHeaderBytes + size_t{rank} * wide, wide);
}

bool find(const uint8_t* set, int64_t value, uint32_t* rank) {
  uint32_t low = 0, high = count(set);
  // What is added is mostly greater than all.
  if (high != 0 && at(set, high - 1) < value) low = high;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (at(set, middle) < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  *rank = low;
  return low < count(set) && at(set, low) == value;
}

size_t bytes_with(const uint8_t* set, int64_t value) {
  const uint32_t wide = width_of(value) > width(set) ? width_of(value) : width(set);
  return kHeaderBytes + size_t{wide} * (count(set) + 1);
}

void insert(uint8_t* set, uint32_t rank, int64_t value) {
  const uint32_t old_width = width(set), had = count(set);
  const uint32_t wide = width_of(value) > old_width ? width_of(value) : old_width;
  if (wide != old_width) {
    // From the end, so that no value is overwritten before it was widened.
    for (uint32_t i = had; i-- > 0;)
      write(set + kHeaderBytes + size_t{i} * wide, wide,
            read(set + kHeaderBytes + size_t{i} * old_width, old_width));
    write_u32(set, wide);
  }
  uint8_t* here = place(set, rank);
  std::memmove(here + wide, here, size_t{had - rank} * wide);
  write(here, wide, value);
  write_u32(set + 4, had + 1);
}

void erase(uint8_t* set, uint32_t rank) {
  const uint32_t wide = width(set), had = count(set);
  uint8_t* here = place(set, rank);
  std::memmove(here, here + wide, size_t{had - rank - 1} * wide);
  write_u32(set + 4, had - 1);
}

}  // namespace redwing::integer_set
