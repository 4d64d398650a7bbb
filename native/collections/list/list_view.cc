#include "collections/list/list_view.h"

namespace redwing {

uint64_t count_between(const uint8_t* block, uint32_t from, uint32_t to) {
  uint64_t count = 0;
  for (; from < to; count++) from = listpack::next(block, from);
  return count;
}

PackedValue ListView::at(uint64_t index) const {
  if (is_packed()) return listpack::get(packed(), listpack::seek(packed(), static_cast<int64_t>(index)));
  uint64_t within = 0;
  const uint8_t* block = chunked().tree.at_rank(index, &within).item().chunk->block();
  return listpack::get(block, listpack::seek(block, static_cast<int64_t>(within)));
}

uint64_t ListView::find(const PackedValue& value) const {
  uint64_t index = 0;
  bool found = false;
  for_blocks(ListEnd::kHead, [&](const uint8_t* block, uint64_t elements) {
    const uint32_t pos = listpack::find(block, listpack::first(), value, 0);
    found = pos != 0;
    index += found ? count_between(block, listpack::first(), pos) : elements;
    return !found;
  });
  return found ? index : kNotFound;
}

}  // namespace redwing
