// What a list is made of: its two forms, the sizes that decide between them, and the chunks of the large one.
//
//   packed    the root is one listpack: a ListpackRoot (collections/packed_root.h).
//   chunked   the root is a ListRoot over a counted tree of chunks: listpacks with room on both sides.
//
//   | birth | capacity | start |  free  | listpack ...            |  free  |
//   '------ Chunk, 16 bytes ---'<----------- capacity bytes ------------->
//
// Terms
//   fill      the configured size of a listpack: -1 .. -5 for 4, 8, 16, 32, 64 KB, else a number of elements.
//   large     an element that a listpack of that size does not take; it has a chunk for itself.
//   room      the free bytes of a chunk at one side. Pushing and popping at the ends uses and leaves it: only
//             the header of the listpack moves, never its elements.
//
// Invariants
//   1. A chunk has at least one element, and its tree item counts them.
//   2. The listpack of a chunk has at most kChunkBytesMax bytes, unless the chunk has only one element.
//   3. chunk_bytes is the sum of the chunks' allocations, as classes; chunks is their number.
//
// Cost: 16 bytes and a tree item (16 more) a chunk: 0.1 bytes an element of 16. Chunks at the ends grow by
// doubling; when another one begins before or behind them, they give back what they do not use.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "collections/counted_tree.h"
#include "memory/heap.h"
#include "types/listpack.h"

namespace redwing {

/// Encodings of a list, as entries number them.
enum class ListEncoding : uint8_t { kPacked = 0, kChunked = 1 };

/// One of the two ends of a list.
enum class ListEnd : uint8_t { kHead, kTail };

/// What a configured fill allows.
struct ListLimits {
  size_t bytes;  // of a listpack
  size_t elements;
  bool by_elements;

  static ListLimits of(int32_t fill) {
    constexpr size_t kSmallestBytes = 4096;
    constexpr int32_t kSizes = 5;
    if (fill >= 0) return {kSafeBytes, fill == 0 ? 1u : static_cast<size_t>(fill), true};
    return {kSmallestBytes << (std::min(-fill, kSizes) - 1), SIZE_MAX, false};
  }
  /// Whether a listpack of so many bytes and elements is too much.
  bool exceeded_by(size_t total_bytes, size_t count) const { return total_bytes > bytes || count > elements; }
  /// Whether a text of this size is a large element.
  bool is_large(size_t text_size) const { return text_size > bytes; }

  static constexpr size_t kSafeBytes = 8192;  // the most that a listpack has when elements are counted
};

/// Bytes of a chunk's listpack, whatever is configured, so that copying one stays cheap.
inline constexpr size_t kChunkBytesMax = 16384;

/// A listpack with room around it.
struct Chunk {
  uint64_t birth;
  uint32_t capacity;  // bytes behind this header
  uint32_t start;     // of the listpack in them

  uint8_t* block() { return reinterpret_cast<uint8_t*>(this + 1) + start; }
  const uint8_t* block() const { return reinterpret_cast<const uint8_t*>(this + 1) + start; }
  size_t allocation_bytes() const { return sizeof(Chunk) + capacity; }
  size_t room_before() const { return start; }
  size_t room_behind() const { return capacity - start - listpack::bytes(block()); }
};
static_assert(sizeof(Chunk) == 16);

/// What the tree holds of a chunk.
struct ChunkItem {
  Chunk* chunk;
  uint64_t count;
};
struct ChunkWeight {
  uint64_t operator()(const ChunkItem& item) const { return item.count; }
};
using ChunkTree = CountedTree<ChunkItem, ChunkWeight>;

/// The root of a chunked list.
struct ListRoot {
  uint64_t birth;
  size_t chunk_bytes;
  size_t chunks;
  ChunkTree tree;
};

/// Sizes of the heap's exact classes above its general ones that suit chunks: of 8 and of 16 KB.
inline constexpr size_t kHalfChunkClass = 8256;
inline constexpr size_t kChunkClass = 16448;

/// Bytes to allocate for a chunk that will not grow at its ends.
inline size_t trimmed_allocation(size_t listpack_bytes) {
  const size_t size = sizeof(Chunk) + listpack_bytes;
  return size <= Heap::kLargestGeneralClass ? Heap::class_size(size) : size;
}

/// Bytes to allocate for a chunk that grows at an end.
inline size_t growing_allocation(size_t listpack_bytes) {
  constexpr size_t kSmallest = 64;
  const size_t size = sizeof(Chunk) + listpack_bytes;
  if (size <= Heap::kLargestGeneralClass) return std::max(kSmallest, std::bit_ceil(size));
  if (size <= kHalfChunkClass) return kHalfChunkClass;
  return size <= kChunkClass ? kChunkClass : trimmed_allocation(listpack_bytes);
}

}  // namespace redwing
