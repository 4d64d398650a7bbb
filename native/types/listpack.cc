#include "types/listpack.h"

#include <algorithm>
#include <bit>

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#define RW_LISTPACK_SSE2 1
#endif

namespace redwing::listpack {

using internal::back_length_bytes;
using internal::back_length_disputed;
using internal::kCountUnknown;
using internal::kEnd;
using internal::load;
using internal::span;
using internal::step_back;

namespace {

constexpr uint32_t kBackLengthMax = 5;

// An integer as head and body, shortest form first.
uint32_t encode_integer(int64_t value, uint8_t* out) {
  if (value >= 0 && value <= 127) {
    out[0] = static_cast<uint8_t>(value);
    return 1;
  }
  if (value >= -4096 && value <= 4095) {
    out[0] = static_cast<uint8_t>(0xC0 | (value >> 8 & 31));
    out[1] = static_cast<uint8_t>(value);
    return 2;
  }
  // Bits with the sign: 14..64.
  const uint32_t bits = 65 - std::countl_zero(static_cast<uint64_t>(value ^ (value >> 63)));
  const uint32_t kind = (bits > 16) + (bits > 24) + (bits > 32);
  out[0] = static_cast<uint8_t>(0xF1 + kind);
  std::memcpy(out + 1, &value, sizeof(value));
  return 1 + (0x08040302u >> (8 * kind) & 15);
}

uint32_t encode_length(uint32_t length, uint8_t* out) {
  if (length < 64) {
    out[0] = static_cast<uint8_t>(0x80 | length);
    return 1;
  }
  if (length < 4096) {
    out[0] = static_cast<uint8_t>(0xE0 | length >> 8);
    out[1] = static_cast<uint8_t>(length);
    return 2;
  }
  out[0] = 0xF0;
  std::memcpy(out + 1, &length, sizeof(length));
  return 5;
}

uint32_t put_back_length(uint64_t size, uint32_t groups, uint8_t* out) {
  for (uint32_t i = groups; i-- > 0; size >>= 7) {
    out[i] = static_cast<uint8_t>((size & 127) | (i > 0 ? 128 : 0));
  }
  return groups;
}

// An element to be: `head` (an integer is all head), then the caller's bytes.
struct Encoded {
  explicit Encoded(const PackedValue& value)
      : head_size(value.is_integer() ? encode_integer(value.integer, head) : encode_length(value.size, head)),
        body(value.data),
        body_size(value.size) {}

  uint64_t size() const { return uint64_t{head_size} + body_size; }
  uint64_t span() const { return size() + back_length_bytes(size()); }
  [[maybe_unused]] uint8_t byte_at(uint64_t offset) const {
    return offset < head_size ? head[offset] : body[offset - head_size];
  }
  void write(uint8_t* out) const {
    std::memcpy(out, head, head_size);
    if (body_size > 0) std::memcpy(out + head_size, body, body_size);
    put_back_length(size(), back_length_bytes(size()), out + size());
  }

  uint8_t head[9];
  uint32_t head_size;
  const uint8_t* body;
  uint32_t body_size;
};

void set_bytes(uint8_t* block, uint64_t bytes) {
  const uint32_t stored = static_cast<uint32_t>(bytes);
  std::memcpy(block, &stored, sizeof(stored));
}

void set_count(uint8_t* block, size_t count) {
  const uint16_t stored = static_cast<uint16_t>(std::min<size_t>(count, kCountUnknown));
  std::memcpy(block + 4, &stored, sizeof(stored));
}

void add_count(uint8_t* block, size_t elements) {
  const uint32_t count = load<uint16_t>(block + 4);
  if (count != kCountUnknown) set_count(block, count + elements);
}

// Moves what is at `from` and after it to `to`, which makes the block longer or shorter.
void move_tail(uint8_t* block, uint32_t from, uint64_t to) {
  const uint32_t total = bytes(block);
  RW_ASSERT(from >= first() && from < total, "a listpack position is outside of the block");
  const uint64_t grown = total - from + to;
  RW_ASSERT(grown <= UINT32_MAX, "a listpack grows beyond 4 GB");
  if (from == total - 1) {
    block[to] = kEnd;
  } else {
    std::memmove(block + to, block + from, total - from);
  }
  set_bytes(block, grown);
}

bool lies_in(const uint8_t* data, const uint8_t* block) {
  const uintptr_t offset = reinterpret_cast<uintptr_t>(data) - reinterpret_cast<uintptr_t>(block);
  return offset < bytes(block);
}

// Equality of up to 8 bytes.
RW_INLINE bool same_few(const uint8_t* a, const uint8_t* b, size_t size) {
  if (size >= 4) {
    return load<uint32_t>(a) == load<uint32_t>(b) &&
           load<uint32_t>(a + size - 4) == load<uint32_t>(b + size - 4);
  }
  return size == 0 || (a[0] == b[0] && a[size >> 1] == b[size >> 1] && a[size - 1] == b[size - 1]);
}

// Equality, for short runs without a call; the last bytes are looked at first, since names tend to differ
// there.
RW_INLINE bool same_bytes(const uint8_t* a, const uint8_t* b, size_t size) {
  if (size <= 8) return same_few(a, b, size);
  if (load<uint64_t>(a + size - 8) != load<uint64_t>(b + size - 8)) return false;
  if (size > 64) return std::memcmp(a, b, size) == 0;
  for (size_t i = 0; i + 8 < size; i += 8) {
    if (load<uint64_t>(a + i) != load<uint64_t>(b + i)) return false;
  }
  return true;
}

// Whether the element at `at` starts with these bytes, and thus is this one. A head that differs ends it, so
// it reads no further than an element with an equal head reaches.
RW_INLINE bool same_element(const uint8_t* at, const Encoded& wanted) {
  return at[0] == wanted.head[0] && same_few(at + 1, wanted.head + 1, wanted.head_size - 1) &&
         same_bytes(at + wanted.head_size, wanted.body, wanted.body_size);
}

uint32_t find_by_walk(const uint8_t* block, uint32_t from, const Encoded& wanted, uint32_t skip) {
  const uint32_t stop = end(block);
  for (uint32_t pos = from; pos < stop;) {
    if (same_element(block + pos, wanted)) return pos;
    pos += span(block + pos);
    for (uint32_t i = 0; i < skip && pos < stop; i++) pos += span(block + pos);
  }
  return 0;
}

// A search by bytes looks for the wanted element's first and last two bytes at many offsets at once. What it
// finds may be the inside of a longer string: Boundaries then settles whether an element starts there.
#if defined(RW_LISTPACK_SSE2)

class Probe {
 public:
  static constexpr uint32_t kOffsets = 32;

  Probe(uint8_t first, uint8_t before_last, uint8_t last)
      : first_(_mm_set1_epi8(static_cast<char>(first))),
        before_last_(_mm_set1_epi8(static_cast<char>(before_last))),
        last_(_mm_set1_epi8(static_cast<char>(last))) {}

  RW_INLINE uint32_t match(const uint8_t* at, size_t size) const {
    return match_half(at, size) | match_half(at + 16, size) << 16;
  }

 private:
  RW_INLINE uint32_t match_half(const uint8_t* at, size_t size) const {
    const __m128i head = _mm_cmpeq_epi8(read(at), first_);
    const __m128i tail = _mm_and_si128(_mm_cmpeq_epi8(read(at + size - 2), before_last_),
                                       _mm_cmpeq_epi8(read(at + size - 1), last_));
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_and_si128(head, tail)));
  }
  static RW_INLINE __m128i read(const uint8_t* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  }
  __m128i first_;
  __m128i before_last_;
  __m128i last_;
};

// Tells where elements start. Candidates come in ascending order; each is reached from the end of the block
// or from the one before, whichever is nearer, so all together cost O(elements).
class Boundaries {
 public:
  Boundaries(const uint8_t* block, uint32_t from, uint32_t skip)
      : block_(block),
        end_(end(block)),
        end_index_(load<uint16_t>(block + 4)),
        stride_(skip + 1),
        // Coming from the end, only the count tells which element one is at.
        from_end_(skip == 0 || (from == first() && end_index_ != kCountUnknown)),
        known_(from) {}

  /// Whether an element starts at `candidate`, one that is not to be skipped.
  bool has(uint32_t candidate) {
    if (candidate < known_) return false;
    // A step back costs about half of a step forward.
    if (from_end_ && (candidate - known_) / 2 > end_ - candidate) {
      known_ = end_;
      known_index_ = end_index_;
      for (; known_ > candidate; known_index_--) known_ = step_back(block_, known_);
    } else {
      for (; known_ < candidate; known_index_++) known_ += span(block_ + known_);
    }
    return known_ == candidate && known_index_ % stride_ == 0;
  }

 private:
  const uint8_t* block_;
  uint32_t end_;
  uint32_t end_index_;
  uint32_t stride_;
  bool from_end_;
  uint32_t known_;  // an element, and how many are before it
  uint32_t known_index_ = 0;
};

// `stop` is the last offset at which the element could start, at least Probe::kOffsets - 1 after `from`.
// Reads nothing beyond the element that would start there.
uint32_t find_by_bytes(const uint8_t* block, uint32_t from, uint32_t stop, const Encoded& wanted,
                       uint32_t skip) {
  const size_t size = wanted.size();
  const Probe probe(wanted.head[0], wanted.byte_at(size - 2), wanted.byte_at(size - 1));
  Boundaries boundaries(block, from, skip);
  const uint32_t last_group = stop - (Probe::kOffsets - 1);
  for (uint32_t at = from;; at += Probe::kOffsets) {
    // The last group overlaps the one before; what is found twice is settled twice, alike.
    if (at > last_group) at = last_group;
    for (uint32_t found = probe.match(block + at, size); found != 0; found &= found - 1) {
      const uint32_t candidate = at + static_cast<uint32_t>(std::countr_zero(found));
      if (same_element(block + candidate, wanted) && boundaries.has(candidate)) return candidate;
    }
    if (at == last_group) return 0;
  }
}

#endif

// The span of an element within `room` bytes, all of it checked; 0 if there is none.
uint64_t checked_span(const uint8_t* at, size_t room) {
  if (room < 2) return 0;
  uint64_t size = internal::kSpans[*at];
  if (size != 0) {
    size--;  // without the back-length, one byte
  } else if (*at < 0xF0) {
    size = 2 + ((*at & 15u) << 8 | at[1]);
  } else {
    if (*at != 0xF0 || room < 6) return 0;
    size = 5 + uint64_t{load<uint32_t>(at + 1)};
  }
  const uint32_t groups_max = back_length_bytes(size);
  for (uint32_t groups = groups_max - back_length_disputed(size); groups <= groups_max; groups++) {
    uint8_t expected[kBackLengthMax];
    put_back_length(size, groups, expected);
    if (size + groups <= room && std::memcmp(at + size, expected, groups) == 0) return size + groups;
  }
  return 0;
}

}  // namespace

uint32_t internal::count_by_walk(const uint8_t* block) {
  const uint32_t stop = end(block);
  uint32_t count = 0;
  for (uint32_t pos = first(); pos < stop; pos += span(block + pos)) count++;
  return count;
}

uint32_t seek(const uint8_t* block, int64_t index) {
  const uint32_t stop = end(block);
  const int64_t counted = load<uint16_t>(block + 4);
  if (counted != kCountUnknown) {
    if (index >= counted || index < -counted) return 0;
    if (index >= 0 && index > counted / 2) index -= counted;
    if (index < 0 && -index > counted / 2) index += counted;
  }
  if (index < 0) {
    uint32_t pos = stop;
    for (; index < 0; index++) {
      if (pos == first()) return 0;
      pos = step_back(block, pos);
    }
    return pos;
  }
  uint32_t pos = first();
  for (; index > 0 && pos < stop; index--) pos += span(block + pos);
  return pos < stop ? pos : 0;
}

uint32_t find(const uint8_t* block, uint32_t from, const PackedValue& value, uint32_t skip) {
  const Encoded wanted(value);
  const uint32_t stop = end(block);
  RW_ASSERT(from >= first() && from <= stop, "a listpack position is outside of the block");
  if (wanted.span() > stop - from) return 0;
#if defined(RW_LISTPACK_SSE2)
  const uint32_t last_start = stop - static_cast<uint32_t>(wanted.span());
  // Looking through bytes is cheaper than steps from element to element (three to six times for what is not
  // there), unless elements are few or long; or of a single byte, which is found in the midst of others all
  // the time. Words of eight bytes instead of vectors are slower than steps.
  constexpr uint64_t kElementsMin = 12;
  constexpr uint64_t kBytesPerElementMax = 48;
  const uint64_t count = load<uint16_t>(block + 4);
  if (count >= kElementsMin && bytes(block) <= count * kBytesPerElementMax && wanted.size() >= 2 &&
      last_start - from >= Probe::kOffsets - 1) {
    return find_by_bytes(block, from, last_start, wanted, skip);
  }
#endif
  return find_by_walk(block, from, wanted, skip);
}

size_t encoded_bytes(const PackedValue& value) { return Encoded(value).span(); }

size_t encoded_bytes(int64_t value) { return encoded_bytes(PackedValue::of_integer(value)); }

void insert(uint8_t* block, uint32_t pos, const PackedValue& value) {
  RW_ASSERT(value.is_integer() || !lies_in(value.data, block), "a listpack is given bytes of its own");
  const Encoded element(value);
  move_tail(block, pos, pos + element.span());
  element.write(block + pos);
  add_count(block, 1);
}

void replace(uint8_t* block, uint32_t pos, const PackedValue& value) {
  RW_ASSERT(value.is_integer() || !lies_in(value.data, block), "a listpack is given bytes of its own");
  RW_ASSERT(pos >= first() && pos < end(block), "a listpack position is outside of the block");
  const Encoded element(value);
  const uint32_t old_end = next(block, pos);
  const uint64_t new_end = pos + element.span();
  if (new_end != old_end) move_tail(block, old_end, new_end);
  element.write(block + pos);
}

size_t erase(uint8_t* block, uint32_t pos, size_t elements) {
  const uint32_t stop = end(block);
  RW_ASSERT(pos >= first() && pos <= stop, "a listpack position is outside of the block");
  uint32_t to = pos;
  size_t erased = 0;
  for (; erased < elements && to < stop; erased++) to += span(block + to);
  erase_range(block, pos, to, erased);
  return erased;
}

void erase_range(uint8_t* block, uint32_t from, uint32_t to, size_t elements) {
  RW_ASSERT(from >= first() && from <= to && to <= end(block), "a listpack range is outside of the block");
  if (from == to) return;
  const uint32_t counted = load<uint16_t>(block + 4);
  move_tail(block, to, from);
  if (counted != kCountUnknown) {
    RW_ASSERT(elements <= counted, "more elements leave a listpack than it has");
    set_count(block, counted - elements);
  } else if (bytes(block) - kEmptyBytes < size_t{kCountUnknown} * 2) {
    // So few bytes cannot be that many elements: known again.
    set_count(block, internal::count_by_walk(block));
  }
}

uint8_t* prepend(uint8_t* block, const PackedValue& value) {
  RW_ASSERT(value.is_integer() || !lies_in(value.data, block), "a listpack is given bytes of its own");
  const Encoded element(value);
  const uint64_t grown = bytes(block) + element.span();
  RW_ASSERT(grown <= UINT32_MAX, "a listpack grows beyond 4 GB");
  uint8_t* begin = block - element.span();
  // The header leaves before the element takes its place.
  std::memmove(begin, block, first());
  element.write(begin + first());
  set_bytes(begin, grown);
  add_count(begin, 1);
  return begin;
}

uint8_t* erase_front(uint8_t* block, uint32_t to, size_t elements) {
  RW_ASSERT(to >= first() && to <= end(block), "a listpack position is outside of the block");
  const uint32_t removed = to - first();
  const uint32_t counted = load<uint16_t>(block + 4);
  uint8_t* begin = block + removed;
  std::memmove(begin, block, first());
  set_bytes(begin, bytes(begin) - removed);
  if (counted != kCountUnknown) {
    RW_ASSERT(elements <= counted, "more elements leave a listpack than it has");
    set_count(begin, counted - elements);
  } else if (bytes(begin) - kEmptyBytes < size_t{kCountUnknown} * 2) {
    set_count(begin, internal::count_by_walk(begin));
  }
  return begin;
}

void insert_from(uint8_t* block, uint32_t pos, const uint8_t* other, uint32_t from, uint32_t to,
                 size_t elements) {
  RW_ASSERT(block != other, "a listpack takes elements from itself");
  RW_ASSERT(from >= first() && from <= to && to <= end(other), "a listpack range is outside of the block");
  move_tail(block, pos, uint64_t{pos} + (to - from));
  std::memcpy(block + pos, other + from, to - from);
  add_count(block, elements);
}

bool validate(const uint8_t* block, size_t size) {
  if (size < kEmptyBytes || size > UINT32_MAX || bytes(block) != size || block[size - 1] != kEnd)
    return false;
  uint32_t counted = 0;
  for (size_t pos = first(); pos < size - 1; counted++) {
    const uint64_t step = checked_span(block + pos, size - 1 - pos);
    if (step == 0) return false;
    pos += step;
  }
  const uint32_t stored = load<uint16_t>(block + 4);
  return stored == kCountUnknown || stored == counted;
}

bool is_canonical(const uint8_t* block) {
  const uint32_t stop = end(block);
  for (uint32_t pos = first(); pos < stop; pos = next(block, pos)) {
    const PackedValue value = get(block, pos);
    if (!value.is_integer() && PackedValue::of({value.data, value.size}).is_integer()) return false;
    if (encoded_bytes(value) != span(block + pos)) return false;
  }
  return true;
}

size_t canonical_bytes(const uint8_t* block) {
  const uint32_t stop = end(block);
  size_t size = kEmptyBytes;
  for (uint32_t pos = first(); pos < stop; pos = next(block, pos)) {
    const PackedValue value = get(block, pos);
    size += value.is_integer() ? encoded_bytes(value) : encoded_bytes(ByteView{value.data, value.size});
  }
  return size;
}

void write_canonical(uint8_t* dest, const uint8_t* block) {
  init(dest);
  const uint32_t stop = end(block);
  for (uint32_t pos = first(); pos < stop; pos = next(block, pos)) {
    const PackedValue value = get(block, pos);
    insert(dest, end(dest), value.is_integer() ? value : PackedValue::of({value.data, value.size}));
  }
}

}  // namespace redwing::listpack
