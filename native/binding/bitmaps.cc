// Operations on strings as arrays of bits and of integers of any width.
//
// A field is named by its width in bits, negative for a signed one, and by the argument that holds its
// offset: in bits, or, behind a '#', in fields of its width.
#include <algorithm>
#include <vector>

#include "binding/operation.h"
#include "binding/reads.h"
#include "types/bitfield.h"
#include "types/bitmap.h"
#include "types/number.h"

namespace redwing {
namespace {

static_assert(kBitAnd == static_cast<int32_t>(BitOp::kAnd) && kBitOr == static_cast<int32_t>(BitOp::kOr));
static_assert(kBitXor == static_cast<int32_t>(BitOp::kXor) && kBitNot == static_cast<int32_t>(BitOp::kNot));
static_assert(kOverflowWrap == static_cast<int32_t>(BitfieldOverflow::kWrap));
static_assert(kOverflowSaturate == static_cast<int32_t>(BitfieldOverflow::kSaturate));
static_assert(kOverflowFail == static_cast<int32_t>(BitfieldOverflow::kFail));

bool read_integer_argument(const Engine& e, int32_t argument, int64_t* value) {
  Bytes text = e.arenas.argument(argument);
  return parse_int64(text.data, text.size, value);
}

// An offset in bits of a string of at most `length_max` bytes; `field_bits` 0: the form with '#' is none.
bool read_bit_offset(const Engine& e, int32_t argument, uint32_t field_bits, int32_t length_max,
                     uint64_t* offset) {
  Bytes text = e.arenas.argument(argument);
  const bool in_fields = field_bits > 0 && text.size > 0 && text.data[0] == '#';
  int64_t value = 0;
  if (!parse_int64(text.data + in_fields, text.size - in_fields, &value)) return false;
  // Taken modulo 2^64, as Redis does: an absurd number of fields may come around to an offset within the
  // limit.
  *offset = static_cast<uint64_t>(value) * (in_fields ? field_bits : 1);
  return static_cast<int64_t>(*offset) >= 0 && *offset >> 3 < static_cast<uint64_t>(length_max);
}

bool is_other_type(const Entry* entry) { return entry != nullptr && !entry->is_string(); }

// ---- single bits ----

// setBit(key, offset argument, value argument, lengthMax): the old bit; kStatusInvalid: the offset is none,
// kStatusNotInteger: the value is not 0 or 1, kStatusWrongType. Affected: unless the bit was there.
int32_t set_bit(Engine& e, const int32_t (&a)[4]) {
  uint64_t offset = 0;
  int64_t bit = 0;
  if (!read_bit_offset(e, a[1], 0, a[3], &offset)) return kStatusInvalid;
  if (!read_integer_argument(e, a[2], &bit) || (bit & ~int64_t{1}) != 0) return kStatusNotInteger;
  Key key = e.key(a[0]);
  Entry* entry = e.find(key);
  if (is_other_type(entry)) return kStatusWrongType;
  const size_t old_size = StringBytes(entry).size;
  const size_t size = std::max(old_size, static_cast<size_t>(offset >> 3) + 1);
  const auto old = static_cast<int32_t>(
      bit_set(e.keyspace.edit_string(e.db(), key, size), offset, static_cast<uint32_t>(bit)));
  e.set_affected(size != old_size || old != bit);
  return old;
}

// getBit(key, offset argument, lengthMax): the bit, 0 beyond the end; kStatusInvalid, kStatusWrongType.
int32_t get_bit(Engine& e, const int32_t (&a)[3]) {
  uint64_t offset = 0;
  if (!read_bit_offset(e, a[1], 0, a[2], &offset)) return kStatusInvalid;
  Entry* entry = e.read(e.key(a[0]));
  if (is_other_type(entry)) return kStatusWrongType;
  StringBytes s(entry);
  return static_cast<int32_t>(bit_get(s.data, s.size, offset));
}

// ---- ranges ----

// A range of a string as commands give it: in units of `unit_bits`, both ends included, negative from the
// end.
struct UnitRange {
  int64_t start;
  int64_t end;
  int64_t unit_bits;
};

// A range of bits, both ends included.
struct BitRange {
  bool is_empty;
  uint64_t first;
  uint64_t last;
};

BitRange resolve(const UnitRange& range, size_t size) {
  const int64_t units = static_cast<int64_t>(size) * 8 / range.unit_bits;
  int64_t start = range.start < 0 ? std::max<int64_t>(units + range.start, 0) : range.start;
  int64_t end = range.end < 0 ? std::max<int64_t>(units + range.end, 0) : range.end;
  end = std::min(end, units - 1);
  if (start > end) return {true, 0, 0};
  return {false, static_cast<uint64_t>(start * range.unit_bits),
          static_cast<uint64_t>(end * range.unit_bits + range.unit_bits - 1)};
}

// What a read of bits costs, in elements of 256 bytes (some 10 ns each).
template <typename Keys>
int64_t bit_read_cost(Keys& keys) {
  constexpr size_t kBytesPerElement = 256;
  const Entry* entry = keys.find(0);
  if (is_other_type(entry)) return kStatusWrongType;
  return static_cast<int64_t>(StringBytes(entry).size / kBytesPerElement);
}

struct CountBits {
  UnitRange range;
  template <typename Keys>
  int64_t cost(Keys& keys) const {
    return bit_read_cost(keys);
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    StringBytes s(keys.find(0));
    // Both ends before the beginning would meet at it, so what is reversed is told apart first.
    const bool is_reversed = range.start < 0 && range.end < 0 && range.start > range.end;
    const BitRange bits = resolve(range, s.size);
    const bool is_empty = is_reversed || bits.is_empty;
    const uint64_t count = is_empty ? 0 : bit_count_range(s.data, s.size, bits.first, bits.last);
    out.write_integer(static_cast<int64_t>(count));
  }
};

// countBits(key, start argument or -1, end argument, unitBits): writes how many bits of the range are one,
// without a range of all, here or later. 0, kStatusNotInteger, kStatusWrongType, kStatusDeferred.
int32_t count_bits(Engine& e, const int32_t (&a)[4]) {
  UnitRange range{0, -1, a[3]};
  if (a[1] >= 0 &&
      !(read_integer_argument(e, a[1], &range.start) && read_integer_argument(e, a[2], &range.end)))
    return kStatusNotInteger;
  return run_read(e, a[0], 1, CountBits{range});
}

struct FindBit {
  UnitRange range;
  uint32_t bit;
  bool has_end;
  template <typename Keys>
  int64_t cost(Keys& keys) const {
    return bit_read_cost(keys);
  }
  template <typename Keys, typename Out>
  void write(Keys& keys, Out& out) const {
    const Entry* entry = keys.find(0);
    StringBytes s(entry);
    const BitRange bits = resolve(range, s.size);
    int64_t position = -1;
    if (entry == nullptr) {
      position = bit != 0 ? -1 : 0;
    } else if (!bits.is_empty) {
      position = bit_position(s.data, s.size, bit, bits.first, bits.last);
      if (position < 0 && bit == 0 && !has_end) position = static_cast<int64_t>(s.size) * 8;
    }
    out.write_integer(position);
  }
};

// findBit(key, bit, start argument or -1, end argument or -1, unitBits): writes the position of the first
// such bit of the range, or -1, here or later. What lies beyond the end of the string is zero as far as no
// end is given; so is a key that is not there. 0, kStatusNotInteger, kStatusWrongType, kStatusDeferred.
int32_t find_bit(Engine& e, const int32_t (&a)[5]) {
  UnitRange range{0, -1, a[4]};
  if (a[2] >= 0 && !read_integer_argument(e, a[2], &range.start)) return kStatusNotInteger;
  if (a[3] >= 0 && !read_integer_argument(e, a[3], &range.end)) return kStatusNotInteger;
  return run_read(e, a[0], 1, FindBit{range, static_cast<uint32_t>(a[1]), a[3] >= 0});
}

// ---- combining ----

// combineBits(operation, destination, first, count): stores the combination of `count` keys as a raw string
// without expiry, or removes the destination if it is empty; the length. kStatusWrongType: nothing was
// changed.
int32_t combine_bits(Engine& e, const int32_t (&a)[4]) {
  const int32_t first = a[2], count = a[3];
  size_t size = 0;
  for (int32_t i = 0; i < count; i++) {
    Entry* entry = e.read(e.key(first + i));
    if (is_other_type(entry)) return kStatusWrongType;
    size = std::max(size, StringBytes(entry).size);
  }
  Key destination = e.key(a[1]);
  Entry* old = e.keyspace.find(e.db(), destination, false);
  // What is longer than the result is no source, and would keep its capacity.
  e.set_affected(size != 0 || old != nullptr);
  if (size == 0) {
    e.keyspace.erase(e.db(), destination);
    return 0;
  }
  if (old != nullptr && (!old->is_string() || StringBytes(old).size > size))
    e.keyspace.put_string(e.db(), destination, nullptr, 0, Expiry::none());
  // The destination may be a source: it is edited where it is, and combined in place. From here on nothing
  // else writes, so the sources, found again, stay where they are.
  e.keyspace.set_expiry(e.db(), destination, kNoExpiry);
  uint8_t* bytes = e.keyspace.edit_string(e.db(), destination, size);
  std::vector<StringBytes> strings;
  std::vector<ByteView> sources;
  strings.reserve(static_cast<size_t>(count));
  for (int32_t i = 0; i < count; i++) {
    strings.emplace_back(e.keyspace.find(e.db(), e.key(first + i), false));
    sources.push_back({strings.back().data, strings.back().size});
  }
  bit_operation(static_cast<BitOp>(a[0]), sources.data(), sources.size(), bytes);
  return static_cast<int32_t>(size);
}

// ---- fields ----

BitfieldType field_type(int32_t width) {
  return {width < 0, static_cast<uint8_t>(width < 0 ? -width : width)};
}

// The offset of a field whose arguments passed `checkField`.
uint64_t checked_offset(const Engine& e, BitfieldType type, int32_t argument) {
  uint64_t offset = 0;
  const bool is_valid = read_bit_offset(e, argument, type.bits, INT32_MAX, &offset);
  RW_ASSERT(is_valid, "the offset of a bit field was checked");
  return offset;
}

int64_t checked_integer(const Engine& e, int32_t argument) {
  int64_t value = 0;
  const bool is_valid = read_integer_argument(e, argument, &value);
  RW_ASSERT(is_valid, "the value of a bit field was checked");
  return value;
}

// checkField(width, offset argument, value argument or -1, lengthMax): whether a field can be read, or with a
// value be written: the bytes that the string must have for it; kStatusInvalid: the offset is none,
// kStatusNotInteger: the value.
int32_t check_field(Engine& e, const int32_t (&a)[4]) {
  const BitfieldType type = field_type(a[0]);
  uint64_t offset = 0;
  int64_t value = 0;
  if (!read_bit_offset(e, a[1], type.bits, a[3], &offset)) return kStatusInvalid;
  if (a[2] >= 0 && !read_integer_argument(e, a[2], &value)) return kStatusNotInteger;
  return static_cast<int32_t>(bitfield_bytes_needed(type, offset));
}

// growString(key, size): makes a raw string of at least `size` bytes, zero-filled; 0: it only looks.
// kStatusWrongType.
int32_t grow_string(Engine& e, const int32_t (&a)[2]) {
  Key key = e.key(a[0]);
  // Without writes it is the reading that counts, whatever number of fields is read.
  Entry* entry = a[1] > 0 ? e.find(key) : e.read(key);
  if (is_other_type(entry)) return kStatusWrongType;
  const size_t size = StringBytes(entry).size;
  if (a[1] > 0) e.keyspace.edit_string(e.db(), key, std::max(size, static_cast<size_t>(a[1])));
  return static_cast<size_t>(a[1]) > size;
}

// getField(key, width, offset argument): writes the field's value; the key is absent or holds a string.
int32_t get_field(Engine& e, const int32_t (&a)[3]) {
  const BitfieldType type = field_type(a[1]);
  StringBytes s(e.find(e.key(a[0])));
  e.arenas.write_integer(bitfield_get(s.data, s.size, type, checked_offset(e, type, a[2])));
  return 0;
}

// The bytes of a string that `growString` made long enough.
uint8_t* grown_bytes(Engine& e, int32_t key_argument, size_t* size) {
  Key key = e.key(key_argument);
  *size = StringBytes(e.keyspace.find(e.db(), key, false)).size;
  return e.keyspace.edit_string(e.db(), key, *size);
}

// setField(key, width, offset argument, value argument, overflow): writes what the field held, or a null if
// the value does not fit. The string was grown for it.
int32_t set_field(Engine& e, const int32_t (&a)[5]) {
  const BitfieldType type = field_type(a[1]);
  const uint64_t offset = checked_offset(e, type, a[2]);
  int64_t stored = 0;
  if (!bitfield_overflow_set(type, static_cast<BitfieldOverflow>(a[4]), checked_integer(e, a[3]), &stored)) {
    e.arenas.write_null();
    return 0;
  }
  size_t size = 0;
  uint8_t* bytes = grown_bytes(e, a[0], &size);
  const int64_t old_value = bitfield_get(bytes, size, type, offset);
  e.arenas.write_integer(old_value);
  bitfield_put(bytes, size, type, offset, stored);
  return old_value == stored ? 1 : 2;
}

// incrementField(key, width, offset argument, increment argument, overflow): writes the sum, or a null if it
// does not fit.
int32_t increment_field(Engine& e, const int32_t (&a)[5]) {
  const BitfieldType type = field_type(a[1]);
  const uint64_t offset = checked_offset(e, type, a[2]);
  size_t size = 0;
  uint8_t* bytes = grown_bytes(e, a[0], &size);
  const int64_t old_value = bitfield_get(bytes, size, type, offset);
  int64_t sum = 0;
  if (!bitfield_overflow_add(type, static_cast<BitfieldOverflow>(a[4]), old_value, checked_integer(e, a[3]),
                             &sum)) {
    e.arenas.write_null();
    return 0;
  }
  bitfield_put(bytes, size, type, offset, sum);
  e.arenas.write_integer(sum);
  return old_value == sum ? 1 : 2;
}

constexpr Operation kOperations[] = {
    operation<&set_bit>("setBit"),           operation<&get_bit>("getBit"),
    operation<&count_bits>("countBits"),     operation<&find_bit>("findBit"),
    operation<&combine_bits>("combineBits"), operation<&check_field>("checkField"),
    operation<&grow_string>("growString"),   operation<&get_field>("getField"),
    operation<&set_field>("setField"),       operation<&increment_field>("incrementField"),
};

}  // namespace

std::span<const Operation> bitmap_operations() { return kOperations; }

}  // namespace redwing
