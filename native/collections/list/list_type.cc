#include "collections/list/list_type.h"

#include <cstring>

#include "collections/list/list_root.h"
#include "collections/packed_root.h"

namespace redwing {

namespace {

// More chunks than this are freed in the background.
constexpr size_t kHeavyChunks = 64;

bool is_packed(uint8_t encoding) { return static_cast<ListEncoding>(encoding) == ListEncoding::kPacked; }

Chunk* copy_chunk(const Chunk& source, Heap& heap, uint64_t birth) {
  auto* copy = static_cast<Chunk*>(heap.alloc(source.allocation_bytes()));
  *copy = source;
  copy->birth = birth;
  std::memcpy(copy->block(), source.block(), listpack::bytes(source.block()));
  return copy;
}

}  // namespace

void ListType::free(void* root, uint8_t encoding, const Releaser& releaser) const {
  if (is_packed(encoding)) return ListpackRoot::free(root, releaser);
  auto* list = static_cast<ListRoot*>(root);
  list->tree.free_all(
      releaser, [&releaser](ChunkItem& item) { releaser.free(item.chunk, item.chunk->allocation_bytes()); });
  releaser.free(list, sizeof(ListRoot));
}

bool ListType::is_heavy(const void* root, uint8_t encoding) const {
  return !is_packed(encoding) && static_cast<const ListRoot*>(root)->chunks > kHeavyChunks;
}

size_t ListType::memory(const void* root, uint8_t encoding) const {
  if (is_packed(encoding)) return ListpackRoot::memory(root);
  const auto* list = static_cast<const ListRoot*>(root);
  return Heap::class_size(sizeof(ListRoot)) + list->chunk_bytes + list->tree.bytes();
}

void* ListType::copy(const void* root, uint8_t encoding, Heap& heap, uint64_t birth) const {
  if (is_packed(encoding)) return ListpackRoot::copy(root, heap);
  const auto* list = static_cast<const ListRoot*>(root);
  auto* copy = ::new (heap.alloc(sizeof(ListRoot))) ListRoot{birth, list->chunk_bytes, list->chunks, {}};
  copy->tree.copy_from(list->tree, heap, birth, [&heap, birth](const ChunkItem& item) {
    return ChunkItem{copy_chunk(*item.chunk, heap, birth), item.count};
  });
  return copy;
}

void check_list(const void* root, uint8_t encoding) {
  if (is_packed(encoding)) {
    const auto* block = static_cast<const uint8_t*>(root);
    RW_ASSERT(listpack::validate(block, listpack::bytes(block)), "a packed list is a listpack");
    return;
  }
  const auto* list = static_cast<const ListRoot*>(root);
  list->tree.check_invariants();
  size_t bytes = 0, chunks = 0;
  list->tree.for_each([&](const ChunkItem& item) {
    const uint8_t* block = item.chunk->block();
    const size_t size = listpack::bytes(block);
    RW_ASSERT(item.chunk->start + size <= item.chunk->capacity, "a chunk holds its listpack");
    RW_ASSERT(listpack::validate(block, size), "a chunk's listpack is sound");
    RW_ASSERT(item.count > 0 && listpack::count(block) == item.count, "a chunk's elements are counted");
    RW_ASSERT(size <= kChunkBytesMax || item.count == 1, "a chunk is bounded");
    bytes += Heap::class_size(item.chunk->allocation_bytes());
    chunks++;
  });
  RW_ASSERT(bytes == list->chunk_bytes && chunks == list->chunks, "a list counts its chunks");
}

}  // namespace redwing
