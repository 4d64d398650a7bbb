// HyperLogLog: how many distinct elements were added, within 0.81 %, in at most 12,304 bytes.
//
// Sources: P. Flajolet et al., "HyperLogLog: the analysis of a near-optimal cardinality estimation
// algorithm", 2007; S. Heule et al., "HyperLogLog in practice", 2013 (64-bit hash, sparse form); O. Ertl,
// "New cardinality estimation algorithms for HyperLogLog sketches", 2017 (the estimator). The stored form is
// Redis's, byte for byte, since it is visible to clients (GET), in RDB files and on replicas. Terms and
// layout:
//
//   register  one of 16,384 (2^14) counters, 0..51: the largest rank seen among the elements that hash to it
//   rank      1 + trailing zero bits of the upper 50 hash bits; the lower 14 bits choose the register
//
//   0        4          5        8                 16
//   +--------+----------+--------+-----------------+----------------------------------------------+
//   | "HYLL" | encoding | unused | cached count    | dense: 16,384 x 6 bits, or sparse: opcodes   |
//   +--------+----------+--------+-----------------+----------------------------------------------+
//              0 dense             little-endian;     6-bit registers fill bytes from their least
//              1 sparse            top bit: stale     significant bit upwards (12,288 bytes)
//
//   opcode   ZERO 00llllll: 1..64 zero registers     XZERO 01llllll llllllll: 1..16,384 zero registers
//            VAL  1vvvvvll: 1..4 registers, all of value 1..32
//
// Operations take a valid object: the caller calls hll_validate first, once, and refuses what it refuses. A
// sparse body may still turn out corrupt in the middle of an operation, which then says kCorrupt; reads and
// writes stay in bounds in any case.
//
// Cost: add is O(1) dense and O(opcodes) sparse; count and merge walk all registers (dense) or opcodes
// (sparse).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace redwing {

inline constexpr size_t kHllHeaderSize = 16;
inline constexpr uint32_t kHllRegisters = 16384;
inline constexpr size_t kHllDenseSize = kHllHeaderSize + kHllRegisters * 6 / 8;
inline constexpr size_t kHllEmptySize = kHllHeaderSize + 2;

/// Redis's default for hll-sparse-max-bytes: a sparse object grown beyond this (header included) becomes
/// dense.
inline constexpr size_t kHllSparseBytesMaxDefault = 3000;

enum class HllStatus : uint8_t {
  kOk = 0,
  kNotHll = 1,  // not a HyperLogLog at all ("WRONGTYPE Key is not a valid HyperLogLog string value.")
  kCorrupt =
      2,  // a header is there, but the sparse body is broken ("INVALIDOBJ Corrupted HLL object detected")
};

enum class HllAddResult : uint8_t { kUnchanged = 0, kChanged = 1, kCorrupt = 2 };

/// Where the object lives: the caller's stored value, seen as bytes that can be resized.
class HllBuffer {
 public:
  virtual ~HllBuffer() = default;
  virtual uint8_t* data() = 0;
  virtual size_t size() const = 0;
  /// Makes the value `size` bytes long, keeping the first min(old, new) bytes; new bytes may hold anything.
  /// The result of data() may change. Must not fail. At most max(sparse_bytes_max, kHllDenseSize) is ever
  /// asked for.
  virtual void resize(size_t size) = 0;
};

/// All registers, one byte each: what merges and multi-key counts work on. 16 KB: keep it off small stacks.
struct HllRegisters {
  uint8_t value[kHllRegisters];
};

/// Whether these bytes are a HyperLogLog: magic, known encoding, right length if dense. O(1). kOk or kNotHll.
HllStatus hll_validate(const uint8_t* data, size_t size);

/// Whether a valid object is in the dense encoding.
bool hll_is_dense(const uint8_t* data);

/// Makes the buffer an empty sparse object (kHllEmptySize bytes) whose cached count, 0, is fresh.
void hll_create(HllBuffer* buffer);

/// Adds an element. kChanged: a register grew, and the cached count was marked stale. A sparse object turns
/// dense when a rank exceeds 32 or when it would grow beyond `sparse_bytes_max`. kCorrupt may come after
/// earlier elements were added; this one was not.
HllAddResult hll_add(HllBuffer* buffer, const uint8_t* element, size_t element_size, size_t sparse_bytes_max);

/// What hll_add would say, without writing: lets a caller avoid copying a value that stays as it is.
HllAddResult hll_add_test(const uint8_t* data, size_t size, const uint8_t* element, size_t element_size);

/// The cached count, if it is fresh: returns whether `*count` was set. O(1).
bool hll_cached_count(const uint8_t* data, uint64_t* count);

/// Stores a count into the header as fresh; or marks the one there as stale. PFADD marks it after creating a
/// key too, even when it added nothing. O(1).
void hll_store_cached_count(uint8_t* data, uint64_t count);
void hll_mark_count_stale(uint8_t* data);

/// Estimates the count from the registers, ignoring the cache. kOk or kCorrupt.
HllStatus hll_count(const uint8_t* data, size_t size, uint64_t* count);

/// Estimates the count of plain registers (the union of several keys).
uint64_t hll_count_registers(const HllRegisters& registers);

/// Sets all registers to zero: the start of a merge.
void hll_clear_registers(HllRegisters* registers);

/// Raises each register to the object's. kOk, or kCorrupt: then some may have been raised already.
HllStatus hll_merge_into(HllRegisters* registers, const uint8_t* data, size_t size);

/// Writes merged registers into the destination of PFMERGE, a valid object (fresh from hll_create if it was
/// missing) whose own registers took part in the merge: turns it dense first if `make_dense` (any source
/// was), then raises register after register, and marks the count stale. kOk or kCorrupt.
HllStatus hll_store_registers(HllBuffer* buffer, const HllRegisters& registers, bool make_dense,
                              size_t sparse_bytes_max);

/// Turns a sparse object dense, the header's cached count kept; a dense one stays. kOk or kCorrupt (unchanged
/// then).
HllStatus hll_to_dense(HllBuffer* buffer);

/// Spells out the opcodes of a sparse object for people: "z:" ZERO, "Z:" XZERO, "v:value,length",
/// space-separated, whether or not they cover the registers exactly. Asserts that it is sparse. kOk, or
/// kCorrupt if it ends inside an opcode.
HllStatus hll_decode(const uint8_t* data, size_t size, std::string* text);

/// Checks this file against itself: register packing, agreement of the two encodings, the estimate's error up
/// to `elements_max` distinct elements (deterministic; some 50 ms per million). Null if all is well, else
/// what failed.
const char* hll_self_test(uint32_t elements_max);

/// The hash: MurmurHash64A (Austin Appleby, public domain), reading words little-endian.
uint64_t murmur_hash_64a(const uint8_t* data, size_t size, uint64_t seed);

}  // namespace redwing
