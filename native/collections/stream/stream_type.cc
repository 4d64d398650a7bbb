// Streams as values of the keyspace: freeing, weighing and copying them whole.
#include <cstring>
#include <new>

#include "collections/stream/stream.h"

namespace redwing {

namespace {

class StreamType final : public ValueType {
 public:
  void free(void* root, uint8_t encoding, const Releaser& releaser) const override;
  bool is_heavy(const void* root, uint8_t encoding) const override;
  size_t memory(const void* root, uint8_t encoding) const override;
  void* copy(const void* root, uint8_t encoding, Heap& heap, uint64_t birth) const override;
};

void StreamType::free(void* root, uint8_t, const Releaser& releaser) const {
  auto* stream = static_cast<Stream*>(root);
  stream->blocks.free_all(releaser,
                          [&releaser](StreamBlockRef& ref) { releaser.free(ref.block, ref.allocation()); });
  if (stream->tail.block != nullptr) releaser.free(stream->tail.block, stream->tail.allocation());
  stream->groups.free_all(releaser, [&releaser](Stream::GroupRef& ref) { ref.group->free_all(releaser); });
  releaser.free(stream, sizeof(Stream));
}

bool StreamType::is_heavy(const void* root, uint8_t) const {
  constexpr size_t kLightParts = 64;
  const auto* stream = static_cast<const Stream*>(root);
  if (stream->block_count > kLightParts || stream->groups.weight() > kLightParts / 4) return true;
  size_t nodes = 0;
  stream->groups.for_each([&nodes](const Stream::GroupRef& ref) { nodes += ref.group->nodes(); });
  return nodes > kLightParts;
}

size_t StreamType::memory(const void* root, uint8_t) const {
  return static_cast<const Stream*>(root)->memory();
}

void* StreamType::copy(const void* root, uint8_t, Heap& heap, uint64_t birth) const {
  const auto* stream = static_cast<const Stream*>(root);
  Stream* copy = Stream::create(heap, birth);
  copy->length = stream->length;
  copy->last_id = stream->last_id;
  copy->first_id = stream->first_id;
  copy->max_deleted_id = stream->max_deleted_id;
  copy->entries_added = stream->entries_added;
  copy->block_count = stream->block_count;
  copy->block_bytes = stream->block_bytes;
  const auto copy_block = [&heap, birth](StreamBlockRef ref) {
    auto* block = ::new (heap.alloc(ref.allocation())) StreamBlock{birth};
    std::memcpy(block->list(), ref.block->list(), listpack::bytes(ref.block->list()));
    ref.block = block;
    return ref;
  };
  copy->blocks.copy_from(stream->blocks, heap, birth, copy_block);
  if (stream->tail.block != nullptr) copy->tail = copy_block(stream->tail);
  copy->groups.copy_from(stream->groups, heap, birth, [&heap, birth](const Stream::GroupRef& ref) {
    return Stream::GroupRef{ref.group->deep_copy(heap, birth)};
  });
  return copy;
}

}  // namespace

const ValueType& stream_type() {
  static const StreamType type;
  return type;
}

}  // namespace redwing
