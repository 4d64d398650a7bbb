// Operations on string values.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "binding/operation.h"
#include "types/lcs.h"
#include "types/number.h"

namespace redwing {

namespace {

// getString(key): writes the value, or a null; 1 found, 0 absent, kStatusWrongType: nothing written.
int32_t get_string(Engine& e, const int32_t (&a)[1]) {
  Entry* entry = e.read(e.key(a[0]));
  if (entry == nullptr) {
    e.arenas.write_null();
    return 0;
  }
  if (!entry->is_string()) return kStatusWrongType;
  e.reply_string(*entry);
  return 1;
}

// getStrings(first, count, stride, lenient): the values of `count` keys, `stride` arguments apart, each as a
// reply of its own. A value of another type is a null if `lenient`; otherwise the call stops in front of it.
// Returns how many it did.
int32_t get_strings(Engine& e, const int32_t (&a)[4]) {
  const int32_t first = a[0], count = a[1], stride = a[2];
  for (int32_t i = 0; i < count; i++) {
    if (i % kPrefetchWindow == 0 && a[3] != 0) e.prefetch_keys(first + i * stride, count - i, stride);
    Entry* entry = e.read(e.key(first + i * stride));
    if (entry == nullptr) {
      e.arenas.write_null();
    } else if (entry->is_string()) {
      e.reply_string(*entry);
    } else if (a[3] != 0) {
      e.arenas.write_null();
    } else {
      return i;
    }
  }
  return count;
}

// setString(key, value, flags): 1 set, 0 a condition failed, kStatusWrongType (only with kSetReturnOld).
int32_t set_string(Engine& e, const int32_t (&a)[3]) {
  const int32_t flags = a[2];
  Key key = e.key(a[0]);
  Bytes value = e.arenas.argument(a[1]);
  if ((flags & (kSetIfAbsent | kSetIfPresent | kSetReturnOld)) != 0) {
    Entry* old = nullptr;
    if ((flags & kSetReturnOld) != 0) {
      old = e.read(key);
      if (old != nullptr && !old->is_string()) return kStatusWrongType;
      if (old != nullptr)
        e.reply_string(*old);
      else
        e.arenas.write_null();
      e.keyspace.begin_use();  // reading it was one, setting it is another
    }
    old = e.find(key);
    if (old != nullptr ? (flags & kSetIfAbsent) != 0 : (flags & kSetIfPresent) != 0) return 0;
  }
  e.keyspace.put_string(e.db(), key, value.data, value.size, e.expiry(flags));
  return 1;
}

// setStrings(first, count, stride): plain sets of `count` pairs, the value behind its key.
int32_t set_strings(Engine& e, const int32_t (&a)[4]) {
  const int32_t first = a[0], count = a[1], stride = a[2];
  for (int32_t i = 0; i < count; i++) {
    int32_t at = first + i * stride;
    if (i % kPrefetchWindow == 0 && a[3] != 0) e.prefetch_keys(at, count - i, stride);
    Bytes value = e.arenas.argument(at + 1);
    e.keyspace.put_string(e.db(), e.key(at), value.data, value.size, Expiry::none());
  }
  return count;
}

// anyExists(first, count, stride): 1 if any of the keys is there.
int32_t any_exists(Engine& e, const int32_t (&a)[3]) {
  for (int32_t i = 0; i < a[1]; i++) {
    if (e.find(e.key(a[0] + i * a[2])) != nullptr) return 1;
  }
  return 0;
}

// stringLength(key): bytes of the value, 0 if absent; kStatusWrongType. Lengths are at most 512 MB.
int32_t string_length(Engine& e, const int32_t (&a)[1]) {
  Entry* entry = e.read(e.key(a[0]));
  if (entry != nullptr && !entry->is_string()) return kStatusWrongType;
  return static_cast<int32_t>(StringBytes(entry).size);
}

// stringSize(key): the same for looking before a write, which is no reading of the key.
int32_t string_size(Engine& e, const int32_t (&a)[1]) {
  Entry* entry = e.find(e.key(a[0]));
  if (entry == nullptr) return kStatusNoKey;
  return entry->is_string() ? static_cast<int32_t>(StringBytes(entry).size) : kStatusWrongType;
}

// appendString(key, value, lengthMax): the new length; kStatusWrongType, kStatusTooLong.
int32_t append_string(Engine& e, const int32_t (&a)[3]) {
  Key key = e.key(a[0]);
  Bytes more = e.arenas.argument(a[1]);
  Entry* entry = e.find(key);
  if (entry == nullptr) {
    e.keyspace.put_string(e.db(), key, more.data, more.size, Expiry::none());
    return static_cast<int32_t>(more.size);
  }
  if (!entry->is_string()) return kStatusWrongType;
  size_t old_size = StringBytes(entry).size;
  size_t size = old_size + more.size;
  if (size > static_cast<size_t>(a[2])) return kStatusTooLong;
  uint8_t* bytes = e.keyspace.edit_string(e.db(), key, size);
  std::memcpy(bytes + old_size, more.data, more.size);
  return static_cast<int32_t>(size);
}

// setRange(key, offset, value): overwrites from `offset`, zero-filling before it; the new length. The value
// is not empty.
int32_t set_range(Engine& e, const int32_t (&a)[3]) {
  Key key = e.key(a[0]);
  Bytes value = e.arenas.argument(a[2]);
  Entry* entry = e.find(key);
  if (entry != nullptr && !entry->is_string()) return kStatusWrongType;
  size_t old_size = StringBytes(entry).size;
  size_t size = std::max(old_size, static_cast<size_t>(a[1]) + value.size);
  uint8_t* bytes = e.keyspace.edit_string(e.db(), key, size);
  std::memcpy(bytes + a[1], value.data, value.size);
  return static_cast<int32_t>(size);
}

// getRange(key): writes bytes numbers[A] .. numbers[B] (both included, negative from the end) as a bulk.
int32_t get_range(Engine& e, const int32_t (&a)[1]) {
  Entry* entry = e.read(e.key(a[0]));
  if (entry != nullptr && !entry->is_string()) return kStatusWrongType;
  StringBytes s(entry);
  auto size = static_cast<double>(s.size);
  double start = e.arenas.numbers()[kNumberA], end = e.arenas.numbers()[kNumberB];
  bool reversed = start < 0 && end < 0 && start > end;
  if (start < 0) start = std::max(0.0, size + start);
  if (end < 0) end = std::max(0.0, size + end);
  end = std::min(end, size - 1);
  if (reversed || size == 0 || start > end) {
    e.arenas.write_bulk(nullptr, 0);
    return 0;
  }
  auto from = static_cast<size_t>(start);
  e.arenas.write_bulk(s.data + from, static_cast<size_t>(end) - from + 1);
  return 1;
}

// readInteger(argument): puts an int64 into the integer register and, rounded, into numbers[A]; 0 or
// kStatusNotInteger.
int32_t read_integer(Engine& e, const int32_t (&a)[1]) {
  Bytes text = e.arenas.argument(a[0]);
  if (!parse_int64(text.data, text.size, &e.integer)) return kStatusNotInteger;
  e.arenas.numbers()[kNumberA] = static_cast<double>(e.integer);
  return 0;
}

// The integer that an entry holds, if its bytes are one.
bool entry_integer(const Entry& entry, int64_t* value) {
  if (entry.is_int()) {
    *value = entry.integer();
    return true;
  }
  ByteView s = entry.string();
  return parse_int64(s.data, s.size, value);
}

int32_t add_integer(Engine& e, int32_t key_argument, int64_t increment) {
  Key key = e.key(key_argument);
  SlotRef slot;
  Entry* entry = e.keyspace.find_for_write(e.db(), key, &slot);
  int64_t value = 0;
  if (entry != nullptr) {
    if (!entry->is_string()) return kStatusWrongType;
    if (!entry_integer(*entry, &value)) return kStatusNotInteger;
  }
  if (increment > 0 ? value > INT64_MAX - increment : value < INT64_MIN - increment) return kStatusOverflow;
  value += increment;
  if (entry != nullptr && entry->is_int())
    e.keyspace.write_integer(slot, value);
  else
    e.keyspace.put_integer(e.db(), key, value, entry != nullptr ? Expiry::keep() : Expiry::none());
  e.arenas.write_integer(value);
  return 0;
}

// incrementString(key, by): adds a small integer and writes the sum as the reply; 0 or a status.
int32_t increment_string(Engine& e, const int32_t (&a)[2]) { return add_integer(e, a[0], a[1]); }

// incrementStrings(first, count, stride, by): the same for a run of keys; stops in front of the first that
// fails. Returns how many it did.
int32_t increment_strings(Engine& e, const int32_t (&a)[4]) {
  for (int32_t i = 0; i < a[1]; i++) {
    if (add_integer(e, a[0] + i * a[2], a[3]) != 0) return i;
  }
  return a[1];
}

// incrementByRegister(key, negate): adds the integer register, or its opposite (which must exist).
int32_t increment_by_register(Engine& e, const int32_t (&a)[2]) {
  if (a[1] != 0 && e.integer == INT64_MIN) return kStatusInvalid;
  return add_integer(e, a[0], a[1] != 0 ? -e.integer : e.integer);
}

// incrementFloat(key, increment argument): adds in long double and writes the sum as a bulk. kStatusNotFloat
// (either is no float), kStatusInvalid (the sum is NaN or infinite), kStatusWrongType.
int32_t increment_float(Engine& e, const int32_t (&a)[2]) {
  Key key = e.key(a[0]);
  Entry* entry = e.find(key);
  if (entry != nullptr && !entry->is_string()) return kStatusWrongType;
  long double value = 0, increment = 0;
  if (entry != nullptr) {
    StringBytes s(entry);
    if (!parse_long_double(s.data, s.size, &value)) return kStatusNotFloat;
  }
  Bytes text = e.arenas.argument(a[1]);
  if (!parse_long_double(text.data, text.size, &increment)) return kStatusNotFloat;
  value += increment;
  if (std::isnan(value) || std::isinf(value)) return kStatusInvalid;
  uint8_t digits[kLongDoubleTextMax];
  size_t size = format_long_double_human(value, digits);
  Expiry expiry = entry != nullptr ? Expiry::keep() : Expiry::none();
  e.keyspace.put_text(e.db(), key, digits, size, expiry);
  e.arenas.write_bulk(digits, size);
  return 0;
}

// readExpiry(argument, unitMs, relative): an expiry time, in units of `unitMs` ms, from now or absolute, into
// the expiry register and, rounded, numbers[A]. 0, kStatusNotInteger, or kStatusInvalid: out of range.
// numbers[B]: the sign of the number read (-1, 0, 1).
int32_t read_expiry(Engine& e, const int32_t (&a)[3]) {
  Bytes text = e.arenas.argument(a[0]);
  int64_t value = 0;
  if (!parse_int64(text.data, text.size, &value)) return kStatusNotInteger;
  e.arenas.numbers()[kNumberB] = value > 0 ? 1 : value < 0 ? -1 : 0;
  const int64_t unit = a[1];
  if (value > INT64_MAX / unit || value < INT64_MIN / unit) return kStatusInvalid;
  value *= unit;
  if (a[2] != 0) {
    if (value > INT64_MAX - e.keyspace.now()) return kStatusInvalid;
    value += e.keyspace.now();
  }
  e.expiry_ms = value;
  std::memcpy(e.arenas.numbers() + kExpiryBits, &value, sizeof value);
  e.arenas.numbers()[kNumberA] = static_cast<double>(value);
  return 0;
}

constexpr Operation kOperations[] = {
    operation<&get_string>("getString"),
    operation<&get_strings>("getStrings"),
    operation<&set_string>("setString"),
    operation<&set_strings>("setStrings"),
    operation<&any_exists>("anyExists"),
    operation<&string_length>("stringLength"),
    operation<&string_size>("stringSize"),
    operation<&append_string>("appendString"),
    operation<&set_range>("setRange"),
    operation<&get_range>("getRange"),
    operation<&read_integer>("readInteger"),
    operation<&increment_string>("incrementString"),
    operation<&increment_strings>("incrementStrings"),
    operation<&increment_by_register>("incrementByRegister"),
    operation<&increment_float>("incrementFloat"),
    operation<&read_expiry>("readExpiry"),
};

}  // namespace

std::span<const Operation> string_operations() { return kOperations; }

}  // namespace redwing
