// Strings: setting them, editing them in place, counters.

#include <algorithm>
#include <charconv>

#include "keyspace/value.h"

namespace redwing {

namespace {

constexpr size_t kIntegerCharsMax = 20;

// Whether the bytes are the canonical decimal of an int64: no sign but '-', no leading zero, no "-0".
bool parse_canonical(const uint8_t* data, size_t size, int64_t* value) {
  if (size == 0 || size > kIntegerCharsMax) return false;
  bool negative = data[0] == '-';
  size_t at = negative;
  if (at == size || data[at] < '0' || data[at] > '9') return false;
  if (data[at] == '0') {
    *value = 0;
    return size == 1;
  }
  uint64_t magnitude = 0;
  constexpr uint64_t kBeforeLast = UINT64_MAX / 10;
  for (; at < size; at++) {
    auto digit = static_cast<uint8_t>(data[at] - '0');
    if (digit > 9 || magnitude > kBeforeLast) return false;
    magnitude *= 10;
    if (magnitude > UINT64_MAX - digit) return false;
    magnitude += digit;
  }
  uint64_t most = static_cast<uint64_t>(INT64_MAX) + negative;
  if (magnitude > most) return false;
  *value = static_cast<int64_t>(negative ? uint64_t{0} - magnitude : magnitude);
  return true;
}

// The bytes of any string; an int is written into `buffer`.
ByteView bytes_of(const Entry& entry, uint8_t (&buffer)[kIntegerCharsMax]) {
  if (!entry.is_int()) return entry.string();
  auto* first = reinterpret_cast<char*>(buffer);
  auto end = std::to_chars(first, first + sizeof buffer, entry.integer()).ptr;
  return {buffer, static_cast<size_t>(end - first)};
}

void copy_and_zero_fill(uint8_t* to, size_t size, ByteView from) {
  size_t kept = std::min(size, from.size);
  if (kept != 0) std::memcpy(to, from.data, kept);
  if (size != kept) std::memset(to + kept, 0, size - kept);
}

bool fits_inside(size_t key_size, size_t value_size) {
  // Lengths of up to 512 MB: the sum cannot overflow. 24: header, wide lengths, expiry, so that the form of a
  // string does not depend on whether it expires.
  return 24 + key_size + value_size <= kInlineEntryBytesMax;
}

}  // namespace

// ---- Setting ----

Entry* Keyspace::put_string(int db, const Key& key, const uint8_t* data, size_t size, Expiry expiry) {
  int64_t value;
  if (size <= kIntegerCharsMax && parse_canonical(data, size, &value)) {
    return put_integer(db, key, value, expiry);
  }
  return put_text(db, key, data, size, expiry);
}

Entry* Keyspace::put_text(int db, const Key& key, const uint8_t* data, size_t size, Expiry expiry) {
  static constexpr uint8_t kNothing = 0;
  if (!fits_inside(key.size, size)) [[unlikely]] {
    Blob* blob = Blob::create(heap_, size, size);
    if (size != 0) std::memcpy(blob->data(), data, size);
    return put_blob(db, key, blob, expiry);
  }
  StringEncoding encoding = size <= kEmbstrBytesMax ? StringEncoding::kEmbstr : StringEncoding::kRaw;
  return store(db, key, Value::of_bytes(size == 0 ? &kNothing : data, size, encoding), expiry);
}

Entry* Keyspace::put_integer(int db, const Key& key, int64_t value, Expiry expiry) {
  return store(db, key, Value::of_integer(&value), expiry);
}

Entry* Keyspace::put_blob(int db, const Key& key, Blob* blob, Expiry expiry) {
  return store(db, key, Value::of_blob(&blob), expiry);
}

// ---- Counters ----

Entry* Keyspace::find_for_write(int db, const Key& key, SlotRef* slot) {
  slot->entry = nullptr;
  if (!locate(db, key, &slot->slot)) return nullptr;
  slot->entry = slot->slot.entry();
  slot->db = db;
  slot->hash = key.hash;
  touch_entry(slot->entry, key);
  return slot->entry;
}

Entry* Keyspace::write_integer(const SlotRef& slot, int64_t value) {
  Slot place = slot.slot;
  Entry* entry = slot.entry;
  RW_ASSERT(entry->is_int(), "the value is an int");
  Table& home = table(slot.db);
  home.make_writable(&place);
  if (home.may_edit(place)) [[likely]] {
    entry->set_integer(value);
    return entry;
  }
  ByteView bytes = entry->key();
  Key key{bytes.data, static_cast<uint32_t>(bytes.size), slot.hash};
  Entry* fresh = build(key, Value::of_integer(&value), entry->expiry_ms(), entry->access());
  replace_entry(slot.db, place, slot.hash, fresh);
  return fresh;
}

// ---- Editing ----

uint8_t* Keyspace::edit_string(int db, const Key& key, size_t new_size) {
  Slot slot;
  if (!locate(db, key, &slot)) return edit_new(db, key, new_size);
  RW_ASSERT(slot.entry()->is_string(), "only strings are edited as strings");
  touch_entry(slot.entry(), key);
  table(db).make_writable(&slot);
  return fits_inside(key.size, new_size) ? edit_inline(db, slot, key, new_size)
                                         : edit_blob(db, slot, key, new_size);
}

uint8_t* Keyspace::edit_new(int db, const Key& key, size_t new_size) {
  if (fits_inside(key.size, new_size)) {
    Value zeros = Value::of_bytes(nullptr, new_size, StringEncoding::kRaw);
    return store_new(db, key, zeros, kNoExpiry)->inline_data();
  }
  Blob* blob = Blob::create(heap_, new_size, new_size);
  std::memset(blob->data(), 0, new_size);
  store_new(db, key, Value::of_blob(&blob), kNoExpiry);
  return blob->data();
}

uint8_t* Keyspace::edit_inline(int db, const Slot& slot, const Key& key, size_t new_size) {
  Entry* old = slot.entry();
  Value raw = Value::of_bytes(nullptr, new_size, StringEncoding::kRaw);
  Entry::Shape shape = raw.shape(key.size, old->has_expiry());
  bool fits = !old->is_int() && !old->has_blob() && old->is_wide() == shape.wide() &&
              same_class(old->allocation_bytes(), shape.bytes());
  if (fits && table(db).may_edit(slot)) {
    size_t had = old->inline_size();
    old->reshape(shape);
    if (new_size > had) std::memset(old->inline_data() + had, 0, new_size - had);
    return old->inline_data();
  }
  uint8_t buffer[kIntegerCharsMax];
  Entry* fresh = Entry::create(heap_, shape, key.data, old->expiry_ms(), old->access());
  copy_and_zero_fill(fresh->inline_data(), new_size, bytes_of(*old, buffer));
  replace_entry(db, slot, key.hash, fresh);
  return fresh->inline_data();
}

uint8_t* Keyspace::edit_blob(int db, const Slot& slot, const Key& key, size_t new_size) {
  Entry* old = slot.entry();
  Table& home = table(db);
  uint8_t buffer[kIntegerCharsMax];
  ByteView had = bytes_of(*old, buffer);
  bool owned = old->has_blob() && old->blob()->is_unique() && home.may_edit(slot);
  if (owned && old->blob()->capacity >= new_size) {
    Blob* blob = old->blob();
    if (new_size > had.size) std::memset(blob->data() + had.size, 0, new_size - had.size);
    blob->size = new_size;
    old->set_encoding(StringEncoding::kRaw);
    return blob->data();
  }
  size_t capacity = new_size > had.size ? Blob::grown_capacity(new_size) : new_size;
  Blob* blob = Blob::create(heap_, new_size, capacity);
  copy_and_zero_fill(blob->data(), new_size, had);
  if (owned) {
    Blob* before = old->blob();
    old->set_address(blob);
    home.release(RetiredKind::kBlob, before, before->allocation_bytes(), key.hash, true);
  } else {
    replace_entry(db, slot, key.hash, build(key, Value::of_blob(&blob), old->expiry_ms(), old->access()));
  }
  return blob->data();
}

}  // namespace redwing
