// Entry: one key with its value, in one allocation.
//
//   0         4      5       6         7           8
//   | access  | kind | flags | key_len | value_len | [wide lengths 8] [expiry 8] key bytes, value bytes
//
//   access     low 24 bits: seconds of last access mod 2^24, or minutes << 8 | counter under an LFU policy.
//              The only word that changes under the eyes of a view; hence atomic, relaxed.
//   kind       low nibble: ValueKind; high nibble: encoding.
//   wide       u32 key length, u32 value length: present (flag) when either length needs more than a byte.
//   expiry     unix time in ms: present (flag) when the key has a time to live.
//   value      int: 8 bytes int64. embstr, raw: the bytes, while the whole entry is at most 4096 bytes;
//              otherwise (flag kBlob) the 8-byte address of a Blob. Other kinds: the 8-byte address of their
//              root.
//
// 16 bytes of key and 16 of value take 40 bytes, with a time to live 48.
//
// Invariants
//   1. value_len is 8 for int, blob and root values.
//   2. The wide form is used exactly when a length exceeds 255, so the size of an entry follows from its
//      header.
//   3. An entry that an open view can see is not changed, except for its access word.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "keyspace/blob.h"
#include "memory/assert.h"
#include "memory/byte_view.h"
#include "memory/heap.h"

namespace redwing {

/// Type of a value; the numbers are those of the RDB-independent TYPE order and stay as they are.
enum class ValueKind : uint8_t { kString = 0, kList = 1, kSet = 2, kSortedSet = 3, kHash = 4, kStream = 5 };
constexpr size_t kValueKinds = 16;

/// Encodings of strings. Other kinds number theirs as they like, 0-15.
enum class StringEncoding : uint8_t { kInt = 0, kEmbstr = 1, kRaw = 2 };

/// "No time to live" where an absolute time in unix ms is expected.
constexpr int64_t kNoExpiry = std::numeric_limits<int64_t>::min();
/// The least of no times at all: later than any.
constexpr int64_t kNeverDue = std::numeric_limits<int64_t>::max();

/// Longest string that is created as embstr.
constexpr size_t kEmbstrBytesMax = 44;
/// Longest entry that keeps its string inside.
constexpr size_t kInlineEntryBytesMax = 4096;

class Entry {
 public:
  enum Flag : uint8_t { kHasExpiry = 1, kWide = 2, kBlob = 4 };

  ValueKind kind() const { return static_cast<ValueKind>(kind_ & 15); }
  uint8_t encoding() const { return kind_ >> 4; }
  bool is_string() const { return kind() == ValueKind::kString; }
  bool is_int() const { return kind_ == 0; }
  bool has_expiry() const { return flags_ & kHasExpiry; }
  bool has_blob() const { return flags_ & kBlob; }
  bool has_root() const { return !is_string(); }

  uint32_t access() const { return access_.load(std::memory_order_relaxed); }
  void set_access(uint32_t access) { access_.store(access, std::memory_order_relaxed); }

  size_t key_size() const { return flags_ & kWide ? read_u32(8) : key_len_; }
  const uint8_t* key_data() const { return bytes() + key_offset(); }
  ByteView key() const { return {key_data(), key_size()}; }

  /// Absolute unix time in ms, or kNoExpiry.
  int64_t expiry_ms() const {
    if (!has_expiry()) return kNoExpiry;
    int64_t at_ms;
    std::memcpy(&at_ms, bytes() + expiry_offset(), 8);
    return at_ms;
  }
  bool is_expired(int64_t now_ms) const { return has_expiry() && expiry_ms() <= now_ms; }

  /// Value of an int-encoded string.
  int64_t integer() const {
    int64_t value;
    std::memcpy(&value, inline_data(), 8);
    return value;
  }
  /// Bytes of a string that is not int-encoded.
  ByteView string() const {
    if (!has_blob()) return {inline_data(), inline_size()};
    const Blob* large = blob();
    return {large->data(), large->size};
  }
  Blob* blob() const { return static_cast<Blob*>(address()); }
  /// Root of a value that is not a string.
  void* root() const { return address(); }

  /// Bytes of the entry's own allocation as it was asked for (without blob or root).
  size_t allocation_bytes() const { return value_offset() + inline_size(); }

  bool key_equals(const uint8_t* data, size_t size) const {
    return key_size() == size && equal_bytes(key_data(), data, size);
  }

  // -- For the keyspace: building and changing. --

  /// The header and layout of an entry before it exists.
  struct Shape {
    ValueKind kind;
    uint8_t encoding;
    bool blob;
    bool expiry;
    size_t key_size;
    size_t value_size;  // bytes inside the entry
    bool wide() const { return key_size > 255 || value_size > 255; }
    size_t bytes() const { return 8 + (wide() ? 8 : 0) + (expiry ? 8 : 0) + key_size + value_size; }
  };

  /// A new entry with header, key and expiry written and the value bytes left for the caller.
  static Entry* create(Heap& heap, const Shape& shape, const uint8_t* key, int64_t at_ms, uint32_t access);
  /// Changes the form of the value where it is; the caller then writes the bytes. The entry must keep its
  /// heap class, its expiry flag and its lengths' form.
  void reshape(const Shape& shape);

  uint8_t* inline_data() { return bytes() + value_offset(); }
  const uint8_t* inline_data() const { return bytes() + value_offset(); }
  size_t inline_size() const { return flags_ & kWide ? read_u32(12) : value_len_; }
  void set_integer(int64_t value) { std::memcpy(inline_data(), &value, 8); }
  void set_address(const void* address) { std::memcpy(inline_data(), &address, 8); }
  void set_expiry_ms(int64_t at_ms) { std::memcpy(bytes() + expiry_offset(), &at_ms, 8); }
  void set_encoding(StringEncoding encoding) {
    kind_ = static_cast<uint8_t>(static_cast<uint8_t>(encoding) << 4);
  }
  /// Changes the encoding nibble and keeps the kind.
  void set_encoding_number(uint8_t encoding) { kind_ = static_cast<uint8_t>((kind_ & 15) | encoding << 4); }
  bool is_wide() const { return flags_ & kWide; }

  static bool equal_bytes(const uint8_t* a, const uint8_t* b, size_t size) {
    if (size >= 8) [[likely]] {
      size_t at = 0;
      for (; at + 8 < size; at += 8) {
        if (read_word(a + at) != read_word(b + at)) return false;
      }
      return read_word(a + size - 8) == read_word(b + size - 8);
    }
    for (size_t at = 0; at < size; at++) {
      if (a[at] != b[at]) return false;
    }
    return true;
  }

 private:
  uint8_t* bytes() { return reinterpret_cast<uint8_t*>(this); }
  const uint8_t* bytes() const { return reinterpret_cast<const uint8_t*>(this); }
  size_t expiry_offset() const { return flags_ & kWide ? 16 : 8; }
  size_t key_offset() const { return expiry_offset() + (has_expiry() ? 8 : 0); }
  size_t value_offset() const { return key_offset() + key_size(); }
  uint32_t read_u32(size_t offset) const {
    uint32_t value;
    std::memcpy(&value, bytes() + offset, 4);
    return value;
  }
  static uint64_t read_word(const uint8_t* data) {
    uint64_t word;
    std::memcpy(&word, data, 8);
    return word;
  }
  void* address() const {
    void* value;
    std::memcpy(&value, inline_data(), 8);
    return value;
  }

  std::atomic<uint32_t> access_;
  uint8_t kind_;
  uint8_t flags_;
  uint8_t key_len_;
  uint8_t value_len_;
};

static_assert(sizeof(Entry) == 8);

class Keyspace;
struct SlotRef;

/// What the keyspace must be able to do with the root of a value that is not a string. One object per kind,
/// registered with Keyspace::register_type; stateless, so that any thread may call it.
class ValueType {
 public:
  virtual ~ValueType() = default;
  /// Frees the whole value. Runs on the background thread as well: only through the releaser.
  virtual void free(void* root, uint8_t encoding, const Releaser& releaser) const = 0;
  /// Whether freeing it takes so long that the background thread should do it. O(1).
  virtual bool is_heavy(const void* root, uint8_t encoding) const = 0;
  /// Bytes that the value takes beside its entry.
  virtual size_t memory(const void* root, uint8_t encoding) const = 0;
  /// An independent copy, made by the owner thread; `birth` is the stamp of its nodes.
  virtual void* copy(const void* root, uint8_t encoding, Heap& heap, uint64_t birth) const = 0;

  // -- Of types whose members have times to live of their own. --

  /// Whether a value in this encoding may have members that expire. The keyspace then watches it.
  virtual bool expires_members(uint8_t) const { return false; }
  /// The least expiry of a member, unix ms; kNeverDue if none expires. Only asked where expires_members().
  virtual int64_t next_expiry_ms(const void*, uint8_t) const { return kNeverDue; }
  /// Takes away members that have expired by the keyspace's time, until about `deadline_us` of the monotonic
  /// clock; the key too when none is left (slot->entry is then nullptr). Owner thread. Returns how many went.
  virtual size_t expire_members(Keyspace&, SlotRef*, int64_t) const { return 0; }
};

using ValueTypes = const ValueType* [kValueKinds];

/// Frees an entry with what it refers to. Any thread, with that thread's releaser.
void free_entry(Entry* entry, const ValueTypes& types, const Releaser& releaser);

}  // namespace redwing
